-- The newest row of an entity, looked up in the source: for histories, and where what a statement says that it wrote is not the last word.

create or replace function ml_private.compile_newest(view_id bigint)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_view ml.feature_views := (select v from ml.feature_views v where v.id = compile_newest.view_id);
    v_keys jsonb := (select e.join_keys from ml.entities e where e.id = v_view.entity_id);
begin
    execute format($sql$
        create or replace function ml_private.newest_row_%1$s(
            entity jsonb, clock timestamptz, out row_values jsonb, out event_time timestamptz, out created_time timestamptz)
        language plpgsql
        stable
        security definer
        set search_path = pg_catalog, pg_temp
        set extra_float_digits = '1'
        set enable_seqscan = off
        as %2$L;
        revoke all on function ml_private.newest_row_%1$s(jsonb, timestamptz) from public;
        $sql$,
        v_view.id,
        format($body$
begin
    select n.values, n.event_time, n.created_time into row_values, newest_row_%1$s.event_time, newest_row_%1$s.created_time
    from (select newest_row_%1$s.entity) o
    cross join lateral (%2$s and %3$s and %4$s order by %5$s limit 1) n;
end
        $body$,
            v_view.id, ml_private.view_rows_sql(v_view.id, v_view.source), ml_private.same_entity_sql(v_keys, 'r', 'o'),
            ml_private.due_sql(v_view.id, 'r', format('newest_row_%s.clock', v_view.id)), ml_private.newest_order_sql(v_view.id, 'r')));
end
$$;

comment on function ml_private.compile_newest(bigint) is
    'Make ml_private.newest_row_<view id>(entity, clock): the row of the source that counts for an entity, nulls when none does.';

create or replace function ml_private.renew_online(view_id bigint, entity_keys text[], clock timestamptz)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_key record;
    v_values jsonb;
    v_event_time timestamptz;
    v_created_time timestamptz;
begin
    for v_key in
        select o.entity_key, o.entity
        from ml.online_features o
        where o.view_id = renew_online.view_id and o.entity_key = any (renew_online.entity_keys)
        order by o.entity_key
    loop
        execute format('select n.row_values, n.event_time, n.created_time from ml_private.newest_row_%s($1, $2) n', renew_online.view_id)
        into v_values, v_event_time, v_created_time using v_key.entity, renew_online.clock;
        if v_values is null then
            delete from ml.online_features o where o.view_id = renew_online.view_id and o.entity_key = v_key.entity_key;
        else
            update ml.online_features o
            set values = v_values, event_time = v_event_time, created_time = v_created_time, written_at = clock_timestamp()
            where o.view_id = renew_online.view_id and o.entity_key = v_key.entity_key;
        end if;
    end loop;
end
$$;

comment on function ml_private.renew_online(bigint, text[], timestamptz) is
    'Look entities up anew that have an online row. Those rows are locked, and the statement that calls began after that.';

create or replace function ml_private.renew_sql(view_id bigint, relations text[])
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select format($sql$
        %1$s
        %2$s
        -- One row an entity, so that there is something to lock: whoever else writes to it then waits, or has been waited for.
        insert into ml.online_features as o (view_id, entity_key, entity, values, event_time, created_time, written_at)
        select distinct on (p.entity_key) %3$s, p.entity_key, p.entity, p.values, p.event_time, p.created_time, clock_timestamp()
        from (%4$s) p
        order by p.entity_key
        on conflict (view_id, entity_key) do update set written_at = excluded.written_at;
        v_keys := array(select distinct p.entity_key from (%4$s) p);
        perform ml_private.renew_online(%3$s, v_keys, ml_private.online_clock());
        return null;$sql$,
        case when 'new_rows' = any (renew_sql.relations)
            then ml_private.keep_pending_sql(v.id, 'new_rows', ml_private.view_rows_sql(v.id, 'new_rows')) else '' end,
        ml_private.drop_pending_sql(v.id, r.rows),
        v.id,
        r.rows)
    from ml.feature_views v
    cross join lateral (
        select string_agg(ml_private.view_rows_sql(v.id, u.relation), ' union all ') as rows from unnest(renew_sql.relations) u (relation)
    ) r
    where v.id = renew_sql.view_id
$$;

comment on function ml_private.renew_sql(bigint, text[]) is 'SQL text for a trigger: look up all entities of the rows that were written.';
