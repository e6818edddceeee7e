-- Promotion policies: data, checked when they are set, kept with their history.

create or replace function ml_private.check_bounds(bounds jsonb, what text)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_name text;
    v_value jsonb;
begin
    if jsonb_typeof(check_bounds.bounds) <> 'object' then
        perform ml_private.raise_invalid(
            format('%s must be an object of names and numbers, not %s', what, ml_private.show_json(bounds)), 'invalid_requirements');
    end if;
    for v_name, v_value in select b.key, b.value from jsonb_each(check_bounds.bounds) b loop
        perform ml_private.check_name(v_name, what);
        if not ml_private.is_number(v_value, -1e300, 1e300) then
            perform ml_private.raise_invalid(
                format('%s.%s must be a number, not %s', what, v_name, ml_private.show_json(v_value)), 'invalid_requirements');
        end if;
    end loop;
end
$$;

comment on function ml_private.check_bounds(jsonb, text) is 'Refuse what is no {name: number}.';

create or replace function ml_private.check_metric_rule(rule jsonb, what text, limit_key text, lowest numeric, highest numeric)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    perform ml_private.check_keys(check_metric_rule.rule, array['metric', limit_key, 'higher_is_better'], what);
    perform ml_private.check_name(ml_private.text_of(rule -> 'metric', 'metric'), what || '.metric');
    if rule ? limit_key and not ml_private.is_number(rule -> limit_key, lowest, highest) then
        perform ml_private.raise_invalid(
            format('%s.%s must be a number from %s%s, not %s', what, limit_key, lowest, case when highest < 1e300 then ' to ' || highest else '' end,
                ml_private.show_json(rule -> limit_key)),
            'invalid_requirements');
    elsif rule ? 'higher_is_better' and jsonb_typeof(rule -> 'higher_is_better') <> 'boolean' then
        perform ml_private.raise_invalid(
            format('%s.higher_is_better must be true or false, not %s', what, ml_private.show_json(rule -> 'higher_is_better')),
            'invalid_requirements');
    end if;
end
$$;

comment on function ml_private.check_metric_rule(jsonb, text, text, numeric, numeric) is
    'Refuse what is no {metric, <limit_key>, higher_is_better} with the limit in its range.';

create or replace function ml_private.check_requirements(requirements jsonb, stage text)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_name jsonb;
begin
    perform ml_private.check_json(check_requirements.requirements, 'requirements', 65536);
    perform ml_private.check_keys(
        requirements, array['min', 'max', 'passed', 'hours_in_staging', 'better_than_baseline', 'not_worse_than_production'], 'requirements');
    perform ml_private.check_bounds(coalesce(requirements -> 'min', '{}'), 'requirements.min');
    perform ml_private.check_bounds(coalesce(requirements -> 'max', '{}'), 'requirements.max');
    if jsonb_typeof(coalesce(requirements -> 'passed', '[]')) <> 'array' then
        perform ml_private.raise_invalid(
            format('requirements.passed must be an array of names, not %s', ml_private.show_json(requirements -> 'passed')), 'invalid_requirements');
    end if;
    for v_name in select n from jsonb_array_elements(coalesce(requirements -> 'passed', '[]')) n loop
        perform ml_private.check_name(ml_private.text_of(v_name, 'requirements.passed'), 'requirements.passed');
    end loop;
    if requirements ? 'hours_in_staging' then
        if check_requirements.stage <> 'production' then
            perform ml_private.raise_invalid('hours_in_staging is a requirement of production only', 'invalid_requirements');
        elsif not ml_private.is_number(requirements -> 'hours_in_staging', 0, 87600) then
            perform ml_private.raise_invalid(
                format('requirements.hours_in_staging must be a number from 0 to 87600, not %s', ml_private.show_json(requirements -> 'hours_in_staging')),
                'invalid_requirements');
        end if;
    end if;
    if requirements ? 'better_than_baseline' then
        perform ml_private.check_metric_rule(requirements -> 'better_than_baseline', 'requirements.better_than_baseline', 'alpha', 0.001, 0.5);
    end if;
    if requirements ? 'not_worse_than_production' then
        perform ml_private.check_metric_rule(
            requirements -> 'not_worse_than_production', 'requirements.not_worse_than_production', 'tolerance', 0, 1e300);
    end if;
end
$$;

comment on function ml_private.check_requirements(jsonb, text) is
    'Refuse requirements that a policy cannot have: unknown keys, wrong types, numbers out of range.';

create or replace function ml_private.check_policy_stage(stage text)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if check_policy_stage.stage is null or check_policy_stage.stage not in ('staging', 'production') then
        perform ml_private.raise_invalid(
            format('stage must be staging or production, not %s', coalesce(to_json(left(check_policy_stage.stage, 100))::text, 'null')), 'invalid_stage');
    end if;
end
$$;

comment on function ml_private.check_policy_stage(text) is 'Refuse a stage that has no policy.';

-- api: admin
create or replace function ml_private.set_promotion_policy(model text, stage text, requirements jsonb)
returns ml.promotion_policies
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_model_id bigint;
    v_policy ml.promotion_policies;
begin
    perform ml_private.require_role('admin');
    perform ml_private.check_policy_stage(set_promotion_policy.stage);
    if set_promotion_policy.model is not null then
        v_model_id := (ml_private.find_model(set_promotion_policy.model)).id;
    end if;
    if set_promotion_policy.requirements is not null or v_model_id is null then
        perform ml_private.check_requirements(set_promotion_policy.requirements, set_promotion_policy.stage);
    end if;
    insert into ml.promotion_policies (model_id, stage, requirements, created_by)
    values (v_model_id, set_promotion_policy.stage, set_promotion_policy.requirements, ml_private.current_actor())
    returning * into v_policy;
    return v_policy;
end
$$;

comment on function ml_private.set_promotion_policy(text, text, jsonb) is
    'Set what staging or production demands of a model (null: of every model without a policy of its own). It replaces the policy before, which '
    'stays in the history. requirements: '
    '{"min":{name:number},"max":{name:number},"passed":[name],"hours_in_staging":number,"better_than_baseline":{"metric","alpha" '
    '(0.01),"higher_is_better"},"not_worse_than_production":{"metric","tolerance","higher_is_better"}}, each optional; null lets a model follow the '
    'default again. Returns the policy. 22023 unknown_key, invalid_requirements; PT404 model_not_found. For admins.';

create or replace function ml_private.find_requirements(model_id bigint, stage text)
returns jsonb
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(
        (
            select p.requirements
            from ml.promotion_policies p
            where p.model_id = find_requirements.model_id and p.stage = find_requirements.stage
            order by p.id desc
            limit 1
        ),
        (
            select p.requirements
            from ml.promotion_policies p
            where p.model_id is null and p.stage = find_requirements.stage
            order by p.id desc
            limit 1
        ))
$$;

comment on function ml_private.find_requirements(bigint, text) is 'What the stage demands of the model now: its own policy, else the default.';
