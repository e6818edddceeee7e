-- What keeps the history true, whoever writes: these triggers hold for the functions below and for the owner of the database alike.

create or replace function ml_private.refuse_change()
returns trigger
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    perform ml_private.raise_conflict(
        format('%I.%I is append-only: %s is refused', tg_table_schema, tg_table_name, lower(tg_op)), 'append_only', 'add a newer row instead');
    return null;
end
$$;

comment on function ml_private.refuse_change() is 'Trigger of append-only tables.';

create trigger refuse_change before update or delete or truncate on ml.stage_transitions
    for each statement execute function ml_private.refuse_change();
create trigger refuse_change before update or delete or truncate on ml.promotion_policies
    for each statement execute function ml_private.refuse_change();
create trigger refuse_change before update or delete or truncate on ml.model_evidence
    for each statement execute function ml_private.refuse_change();

create or replace function ml_private.check_stage_history()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_stage text := (select v.stage from ml.model_versions v where v.id = new.id);
    v_last text := coalesce(
        (select t.to_stage from ml.stage_transitions t where t.version_id = new.id order by t.id desc limit 1), 'none');
begin
    if v_stage <> v_last then
        perform ml_private.raise_conflict(
            format('model version %s is in stage %s, but its history ends in %s', new.id, v_stage, v_last),
            'stage_without_transition', 'stages are moved by ml.promote_model');
    end if;
    return null;
end
$$;

comment on function ml_private.check_stage_history() is 'At commit the stage of a version is the last that its history names.';

-- At commit, because a promotion writes the stages first and then both transitions in one statement: its triggers then see a settled state.
create constraint trigger check_stage_history
after insert or update of stage on ml.model_versions
deferrable initially deferred
for each row execute function ml_private.check_stage_history();

create or replace function ml_private.refuse_version_change()
returns trigger
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if (to_jsonb(new) - array['stage', 'stage_changed_at']) <> (to_jsonb(old) - array['stage', 'stage_changed_at']) then
        perform ml_private.raise_conflict(
            format('model version %s cannot be changed', old.id), 'version_immutable', 'register another version');
    end if;
    return new;
end
$$;

comment on function ml_private.refuse_version_change() is 'Of a version nothing but the stage ever changes.';

create trigger refuse_version_change before update on ml.model_versions
    for each row execute function ml_private.refuse_version_change();
