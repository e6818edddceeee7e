-- Promotion: one transaction that checks, archives the version before, moves the stage and writes history. Nothing else moves a stage.

create or replace function ml_private.check_transition(model text, version integer, from_stage text, to_stage text)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if check_transition.from_stage = check_transition.to_stage then
        perform ml_private.raise_conflict(
            format('%s version %s is in stage %s already', check_transition.model, check_transition.version, check_transition.to_stage),
            'already_in_stage');
    end if;
    -- An archived version may come back, through staging like any other: that is how one rolls back.
    if (check_transition.to_stage = 'production' and check_transition.from_stage <> 'staging')
        or (check_transition.to_stage = 'staging' and check_transition.from_stage not in ('none', 'archived'))
    then
        perform ml_private.raise_conflict(
            format('%s version %s is in stage %s and cannot go to %s from there', check_transition.model, check_transition.version,
                check_transition.from_stage, check_transition.to_stage),
            'invalid_transition', 'none -> staging -> production, archived -> staging, and any stage -> archived');
    end if;
end
$$;

comment on function ml_private.check_transition(text, integer, text, text) is 'PT409 already_in_stage or invalid_transition unless the stages allow the move.';

create or replace function ml_private.refuse_failed(model text, version integer, stage text, checks jsonb)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_failed text := (
        select string_agg(format('%s: %s', c.value ->> 'check', c.value ->> 'message'), '; ' order by c.ord)
        from jsonb_array_elements(refuse_failed.checks) with ordinality c (value, ord)
        where not (c.value ->> 'passed')::boolean);
begin
    if v_failed is not null then
        perform ml_private.raise_conflict(
            format('%s version %s cannot be promoted to %s: %s', refuse_failed.model, refuse_failed.version, refuse_failed.stage, v_failed),
            'promotion_refused', 'ml.check_promotion lists every check; evidence is recorded by workers, see ml.queue_model_check');
    end if;
end
$$;

comment on function ml_private.refuse_failed(text, integer, text, jsonb) is 'PT409 promotion_refused, naming each check that failed.';

-- The stages first, the old version's before the new one's (one production version at any moment), then both transitions in one statement:
-- triggers on ml.stage_transitions run at its end and find everything in place.
create or replace function ml_private.move_stage(version ml.model_versions, stage text, reason text, checks jsonb, actor uuid)
returns ml.model_versions
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_old ml.model_versions;
    v_moved_at timestamptz := clock_timestamp();
begin
    if move_stage.stage = 'production' then
        update ml.model_versions v
        set stage = 'archived', stage_changed_at = v_moved_at
        where v.model_id = (move_stage.version).model_id and v.stage = 'production'
        returning v.* into v_old;
    end if;
    update ml.model_versions v
    set stage = move_stage.stage, stage_changed_at = v_moved_at
    where v.id = (move_stage.version).id;
    insert into ml.stage_transitions (version_id, from_stage, to_stage, reason, checks, actor, created_at)
    select t.version_id, t.from_stage, t.to_stage, t.reason, t.checks, move_stage.actor, v_moved_at
    from (
        select 1 as ord, v_old.id as version_id, 'production' as from_stage, 'archived' as to_stage,
            format('replaced by version %s', (move_stage.version).version) as reason, '[]'::jsonb as checks
        where v_old.id is not null
        union all
        select 2, (move_stage.version).id, (move_stage.version).stage, move_stage.stage, move_stage.reason, move_stage.checks
    ) t
    order by t.ord;
    return v_old;
end
$$;

comment on function ml_private.move_stage(ml.model_versions, text, text, jsonb, uuid) is
    'Move a version that was checked, under the lock of its model; the version that it replaced in production, null when there was none.';

create or replace function ml_private.check_stage(stage text)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if check_stage.stage is null or check_stage.stage not in ('staging', 'production', 'archived') then
        perform ml_private.raise_invalid(
            format('stage must be staging, production or archived, not %s', coalesce(to_json(left(check_stage.stage, 100))::text, 'null')), 'invalid_stage');
    end if;
end
$$;

comment on function ml_private.check_stage(text) is 'Refuse what is no stage to move to.';

-- api: engineer; timeout 15min
create or replace function ml_private.promote_model(model text, version integer, stage text, reason text default '')
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_version ml.model_versions;
    v_old ml.model_versions;
    v_checks jsonb := '[]'::jsonb;
    v_result jsonb;
begin
    perform ml_private.require_role('engineer');
    perform ml_private.check_stage(promote_model.stage);
    perform ml_private.check_text(promote_model.reason, 'reason', 5000);
    -- Read after the lock: what another promotion of this model committed meanwhile is what the checks must see.
    perform ml_private.lock_model(promote_model.model, null, false);
    v_version := ml_private.find_version(promote_model.model, promote_model.version);
    perform ml_private.check_transition(promote_model.model, promote_model.version, v_version.stage, promote_model.stage);
    if promote_model.stage in ('staging', 'production') then
        v_checks := ml_private.promotion_checks(v_version, promote_model.stage);
        perform ml_private.refuse_failed(promote_model.model, promote_model.version, promote_model.stage, v_checks);
    end if;
    v_old := ml_private.move_stage(v_version, promote_model.stage, promote_model.reason, v_checks, ml_private.current_actor());
    v_result := jsonb_build_object(
        'model', promote_model.model, 'version', promote_model.version, 'from_stage', v_version.stage, 'to_stage', promote_model.stage,
        'archived_version', v_old.version);
    if promote_model.stage = 'archived' then
        perform ml_private.emit('ml:models', 'model.archived', v_result);
    else
        perform ml_private.emit('ml:models', 'model.promoted', v_result);
    end if;
    return v_result || jsonb_build_object('checks', v_checks);
end
$$;

comment on function ml_private.promote_model(text, integer, text, text) is
    'Move a version: none -> staging -> production, archived -> staging, any stage -> archived. In one transaction its policy is checked, the '
    'version before it in production archived, history written and the deployment switched. Returns {model, version, from_stage, to_stage, '
    'archived_version, checks:[{check, required, actual, passed, message}]}. PT409 promotion_refused names each failed check with what is and what '
    'is required; also already_in_stage, invalid_transition; PT404 model_not_found, version_not_found. For engineers.';

-- api: viewer
create or replace function ml_private.check_promotion(model text, version integer, stage text)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_version ml.model_versions;
    v_checks jsonb;
begin
    perform ml_private.require_role('viewer');
    perform ml_private.check_policy_stage(check_promotion.stage);
    v_version := ml_private.find_version(check_promotion.model, check_promotion.version);
    v_checks := ml_private.promotion_checks(v_version, check_promotion.stage);
    if check_promotion.stage = 'production' then
        v_checks := v_checks || ml_private.views_check(v_version);
    end if;
    return jsonb_build_object(
        'model', check_promotion.model, 'version', check_promotion.version, 'from_stage', v_version.stage, 'to_stage', check_promotion.stage,
        'passed', not exists (select from jsonb_array_elements(v_checks) c where not (c ->> 'passed')::boolean),
        'checks', v_checks);
end
$$;

comment on function ml_private.check_promotion(text, integer, text) is
    'What the policy of staging or production says of a version now, changing nothing: {model, version, from_stage, to_stage, passed, checks}. '
    'PT404 model_not_found, version_not_found. For viewers.';
