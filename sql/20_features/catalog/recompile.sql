-- What is compiled for views at run time, made anew by a release. Transformations are not: what a model was trained with stays.

create or replace function ml_private.recompile_views()
returns bigint
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_view ml.feature_views;
    v_compiled bigint := 0;
begin
    for v_view in
        select v.*
        from ml.feature_views v
        where v.retired_at is null and (v.mode = 'realtime' or v.history_of is not null)
            and to_regclass(v.source) is not null and (v.history_of is null or to_regclass(v.history_of) is not null)
        order by v.id
    loop
        if v_view.history_of is not null then
            perform ml_private.compile_history(v_view.id, v_view.history_of::regclass);
        end if;
        perform ml_private.compile_newest(v_view.id);
        if v_view.mode = 'realtime' then
            perform ml_private.compile_sync(v_view.id);
        end if;
        v_compiled := v_compiled + 1;
    end loop;
    return v_compiled;
end
$$;

comment on function ml_private.recompile_views() is
    'Make the trigger functions of all views in service anew, as their compilers write them now; returns for how many. Views whose source is gone '
    'are left as they are.';
