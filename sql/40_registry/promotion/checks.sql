-- What a policy demands, held against what was measured. Each requirement becomes one row: check, required, actual, passed, message.

create or replace function ml_private.show_number(value double precision)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$ select trim_scale(round(show_number.value::numeric, 6))::text $$;

comment on function ml_private.show_number(double precision) is 'A finite number for a message: six decimals at most.';

create or replace function ml_private.bound_checks(version_id bigint, requirements jsonb)
returns setof jsonb
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_build_object(
        'check', b.kind || '_' || b.name,
        'required', b.bound,
        'actual', e.value,
        'passed', coalesce(case b.kind when 'min' then e.value >= b.bound else e.value <= b.bound end, false),
        'message', format('%s %s, at %s %s is required', b.name,
            coalesce('is ' || ml_private.show_number(e.value), 'was not measured' || ml_private.on_pinned_rows(bound_checks.version_id)),
            case b.kind when 'min' then 'least' else 'most' end, ml_private.show_number(b.bound)))
    from (
        select 'min' as kind, m.key as name, ml_private.metric_value(m.value) as bound
        from jsonb_each(coalesce(bound_checks.requirements -> 'min', '{}')) m
        union all
        select 'max', m.key, ml_private.metric_value(m.value)
        from jsonb_each(coalesce(bound_checks.requirements -> 'max', '{}')) m
    ) b
    cross join lateral ml_private.admitted_evidence(bound_checks.version_id, b.name) e
    order by b.kind desc, b.name
$$;

comment on function ml_private.bound_checks(bigint, jsonb) is 'Checks of the requirements min and max.';

create or replace function ml_private.signature_columns(signature jsonb)
returns table (ord integer, feature text, view_version integer, nullable boolean)
language sql
immutable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        row_number() over (order by t.ord, c.ord)::integer,
        c.value ->> 'feature',
        (c.value ->> 'view_version')::integer,
        coalesce((c.value ->> 'nullable')::boolean, false)
    from jsonb_array_elements(signature_columns.signature -> 'inputs') with ordinality t (value, ord)
    cross join lateral jsonb_array_elements(t.value -> 'columns') with ordinality c (value, ord)
$$;

comment on function ml_private.signature_columns(jsonb) is
    'The input columns of a model over all its input tensors, numbered from 1: the order of a row in predictions and in the prediction log. '
    'nullable: null is a value that the model takes.';

create or replace function ml_private.signature_entities(signature jsonb)
returns bigint[]
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select array_agg(distinct w.entity_id order by w.entity_id)
    from ml_private.signature_columns(signature_entities.signature) c
    join ml.feature_views w on w.name = split_part(c.feature, ':', 1) and w.version = c.view_version
$$;

comment on function ml_private.signature_entities(jsonb) is 'The entities whose features a model takes, by id.';

create or replace function ml_private.ab_ready_check(version ml.model_versions)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_production ml.model_versions := ml_private.incumbent_version((ab_ready_check.version).model_id);
    v_signature jsonb := (ab_ready_check.version).signature;
    v_differs text;
begin
    -- Two versions can be compared in a test when one request suits both and their answers mean the same. The features may differ: they are
    -- looked up by entity, each at the version's own view versions.
    if v_production.id is not null and not exists (
        select from ml.stage_transitions t where t.version_id = (ab_ready_check.version).id and t.to_stage = 'production')
    then
        v_differs := case
            when v_signature -> 'task' <> v_production.signature -> 'task' then 'task'
            when v_signature -> 'classes' <> v_production.signature -> 'classes' then 'classes'
            when v_signature -> 'outputs' <> v_production.signature -> 'outputs' then 'outputs'
            when ml_private.signature_entities(v_signature) <> ml_private.signature_entities(v_production.signature) then 'entities'
        end;
    end if;
    return jsonb_build_object(
        'check', 'ab_ready',
        'required', true,
        'actual', v_differs is null,
        'passed', v_differs is null,
        'message', case
            when v_differs is not null
                then format('its signature has other %s than version %s %s production', v_differs, v_production.version, case v_production.stage
                    when 'production' then 'in' else 'last in' end)
            when v_production.id is null then 'nothing has been in production'
            when v_production.stage <> 'production' or v_production.id = (ab_ready_check.version).id then 'it answers the requests of before'
            else format('it answers the same requests as version %s in production', v_production.version)
        end);
end
$$;

comment on function ml_private.ab_ready_check(ml.model_versions) is
    'Could this version be tested against the one that came into production last: same task, classes, outputs and entities, or it has been there '
    'itself, or none has.';

create or replace function ml_private.passed_checks(version ml.model_versions, requirements jsonb)
returns setof jsonb
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select case when n.name = 'ab_ready' then ml_private.ab_ready_check(passed_checks.version) else jsonb_build_object(
        'check', n.name,
        'required', true,
        'actual', e.passed,
        'passed', coalesce(e.passed, false),
        'message', case when e.passed then 'it passed' when e.passed is null then 'it has not been run'
            else 'it failed' || coalesce(': ' || left((
                select string_agg(coalesce(r.reason ->> 'message', r.reason #>> '{}'), '; ')
                from jsonb_array_elements(case 'array' when jsonb_typeof(e.details -> 'failures') then e.details -> 'failures'
                    when jsonb_typeof(e.details -> 'findings') then e.details -> 'findings' else '[]' end) r (reason)), 500), '') end) end
    from jsonb_array_elements_text(coalesce(passed_checks.requirements -> 'passed', '[]')) with ordinality n (name, ord)
    cross join lateral ml_private.newest_evidence((passed_checks.version).id, n.name) e
    order by n.ord
$$;

comment on function ml_private.passed_checks(ml.model_versions, jsonb) is 'Checks of the requirement passed.';

create or replace function ml_private.staging_check(version ml.model_versions, required double precision)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_hours double precision;
    -- The wait is there to see a version among others before it serves. One that has served was seen, and going back to it is urgent.
    v_served boolean := exists (
        select from ml.stage_transitions t where t.version_id = (staging_check.version).id and t.to_stage = 'production');
begin
    -- From the last transition into staging: an earlier stay does not count towards this one.
    if (staging_check.version).stage = 'staging' then
        v_hours := extract(epoch from clock_timestamp() - (
            select t.created_at
            from ml.stage_transitions t
            where t.version_id = (staging_check.version).id and t.to_stage = 'staging'
            order by t.id desc
            limit 1)) / 3600;
    end if;
    return jsonb_build_object(
        'check', 'hours_in_staging',
        'required', staging_check.required,
        'actual', v_hours,
        'passed', v_hours is not null and (v_served or v_hours >= staging_check.required),
        'message', case when v_hours is null then 'it is not in staging'
            when v_served then 'it has been in production before'
            else format('it has been there for %s hours, %s are required', trim_scale(floor(v_hours::numeric * 100) / 100),
                ml_private.show_number(staging_check.required)) end);
end
$$;

comment on function ml_private.staging_check(ml.model_versions, double precision) is 'Check of the requirement hours_in_staging.';

create or replace function ml_private.views_check(version ml.model_versions)
returns jsonb
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_build_object(
        'check', 'views_in_service', 'required', true, 'actual', r.retired is null, 'passed', r.retired is null,
        'message', coalesce('it reads ' || r.retired || ', which is retired', 'it reads no feature view that is retired'))
    from (
        select string_agg(format('%s@%s', w.name, w.version), ', ' order by w.name, w.version) as retired
        from ml.feature_views w
        where w.retired_at is not null and (w.name, w.version) in (
            select split_part(split_part(c.feature, ':', 1), '@', 1), c.view_version from ml_private.signature_columns((views_check.version).signature) c)
    ) r
$$;

comment on function ml_private.views_check(ml.model_versions) is
    'What every promotion to production demands, whatever the policy: see ml_private.hold_input_views, which refuses it.';

create or replace function ml_private.promotion_checks(version ml.model_versions, stage text)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_requirements jsonb := ml_private.find_requirements((promotion_checks.version).model_id, promotion_checks.stage);
    v_checks jsonb;
begin
    select coalesce(jsonb_agg(c), '[]') into v_checks from ml_private.bound_checks((promotion_checks.version).id, v_requirements) c;
    v_checks := v_checks
        || (select coalesce(jsonb_agg(c), '[]') from ml_private.passed_checks(promotion_checks.version, v_requirements) c);
    if v_requirements ? 'hours_in_staging' then
        v_checks := v_checks
            || ml_private.staging_check(promotion_checks.version, ml_private.metric_value(v_requirements -> 'hours_in_staging'));
    end if;
    if v_requirements ? 'better_than_baseline' then
        v_checks := v_checks
            || ml_private.better_than_baseline_check(promotion_checks.version, v_requirements -> 'better_than_baseline');
    end if;
    if v_requirements ? 'not_worse_than_production' then
        v_checks := v_checks
            || ml_private.not_worse_check(promotion_checks.version, v_requirements -> 'not_worse_than_production');
    end if;
    return v_checks;
end
$$;

comment on function ml_private.promotion_checks(ml.model_versions, text) is 'Every check that the policy of the stage demands of the version, as an array.';
