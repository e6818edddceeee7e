-- What a job may look like. A spec is one job as JSON, with the argument names of ml.enqueue_job as keys.

create or replace function ml_private.check_job_requirements(requirements jsonb, what text)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_label jsonb;
begin
    if jsonb_typeof(check_job_requirements.requirements) is distinct from 'object' then
        perform ml_private.raise_invalid(format('%s must be an object, not %s', what, ml_private.show_json(requirements)));
    end if;
    if requirements = '{}' then
        return;
    end if;
    if requirements - array['gpus', 'gpu_memory_gb', 'labels'] <> '{}' then
        perform ml_private.raise_invalid(
            format('%s has the unknown key %s', what,
                (select to_json(k) from jsonb_object_keys(requirements - array['gpus', 'gpu_memory_gb', 'labels']) k limit 1)),
            'unknown_key', 'the keys are gpus, gpu_memory_gb and labels');
    end if;
    if requirements ? 'gpus' and not ml_private.is_whole(requirements -> 'gpus', 0, 1024) then
        perform ml_private.raise_invalid(format('%s.gpus must be a whole number from 0 to 1024, not %s', what, ml_private.show_json(requirements -> 'gpus')));
    end if;
    if requirements ? 'gpu_memory_gb' and not ml_private.is_number(requirements -> 'gpu_memory_gb', 0, 100000) then
        perform ml_private.raise_invalid(
            format('%s.gpu_memory_gb must be a number from 0 to 100000, not %s', what, ml_private.show_json(requirements -> 'gpu_memory_gb')));
    end if;
    if requirements ? 'labels' then
        if jsonb_typeof(requirements -> 'labels') <> 'array' or jsonb_array_length(requirements -> 'labels') > 64 then
            perform ml_private.raise_invalid(format('%s.labels must be an array of at most 64 strings', what));
        end if;
        for v_label in select e from jsonb_array_elements(requirements -> 'labels') e loop
            if jsonb_typeof(v_label) <> 'string' or length(v_label #>> '{}') not between 1 and 128 then
                perform ml_private.raise_invalid(
                    format('%s.labels must hold strings of 1 to 128 characters, not %s', what, left(v_label::text, 150)));
            end if;
        end loop;
    end if;
end
$$;

comment on function ml_private.check_job_requirements(jsonb, text) is
    'Refuse requirements or capabilities that are not {gpus, gpu_memory_gb, labels}.';

create or replace function ml_private.check_job_spec(spec jsonb, what text)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_keys constant text[] := array['kind', 'payload', 'queue', 'priority', 'run_at', 'max_attempts', 'unique_key', 'requirements', 'depends_on'];
begin
    if jsonb_typeof(check_job_spec.spec) is distinct from 'object' then
        perform ml_private.raise_invalid(format('%sa job must be an object, not %s', what, ml_private.show_json(spec)));
    end if;
    if spec - v_keys <> '{}' then
        perform ml_private.raise_invalid(
            format('%sunknown key %s', what, (select to_json(left(k, 100)) from jsonb_object_keys(spec - v_keys) k limit 1)),
            'unknown_key', 'the keys are ' || array_to_string(v_keys, ', '));
    end if;
    perform ml_private.check_name(ml_private.text_of(spec -> 'kind', what || 'kind'), what || 'kind');
    if spec ? 'queue' then
        perform ml_private.check_name(ml_private.text_of(spec -> 'queue', what || 'queue'), what || 'queue');
    end if;
    if spec ? 'payload' then
        if jsonb_typeof(spec -> 'payload') <> 'object' then
            perform ml_private.raise_invalid(format('%spayload must be an object, not %s', what, ml_private.show_json(spec -> 'payload')));
        end if;
        perform ml_private.check_json(spec -> 'payload', what || 'payload');
    end if;
    if spec ? 'priority' and not ml_private.is_whole(spec -> 'priority', -1000000, 1000000) then
        perform ml_private.raise_invalid(
            format('%spriority must be a whole number from -1000000 to 1000000, not %s', what, ml_private.show_json(spec -> 'priority')));
    end if;
    if spec ? 'max_attempts' and not ml_private.is_whole(spec -> 'max_attempts', 1, 1000) then
        perform ml_private.raise_invalid(
            format('%smax_attempts must be a whole number from 1 to 1000, not %s', what, ml_private.show_json(spec -> 'max_attempts')));
    end if;
    if spec ? 'run_at' and jsonb_typeof(spec -> 'run_at') <> 'null' then
        perform ml_private.parse_job_time(ml_private.text_of(spec -> 'run_at', what || 'run_at'), what || 'run_at');
    end if;
    if spec ? 'unique_key' and jsonb_typeof(spec -> 'unique_key') <> 'null' then
        perform ml_private.check_label(ml_private.text_of(spec -> 'unique_key', what || 'unique_key'), what || 'unique_key');
    end if;
    if spec ? 'requirements' then
        perform ml_private.check_job_requirements(spec -> 'requirements', what || 'requirements');
    end if;
    if spec ? 'depends_on' and (jsonb_typeof(spec -> 'depends_on') <> 'array' or jsonb_array_length(spec -> 'depends_on') > 1000
        or exists (select from jsonb_array_elements(spec -> 'depends_on') e where not ml_private.is_whole(e, 1, 9223372036854775807)))
    then
        perform ml_private.raise_invalid(
            format('%sdepends_on must be an array of at most 1000 job ids, not %s', what, ml_private.show_json(spec -> 'depends_on')));
    end if;
end
$$;

comment on function ml_private.check_job_spec(jsonb, text) is
    'Refuse a job that ml.enqueue_job would not take. what begins each message: it tells which job of a batch.';

create or replace function ml_private.parse_job_time(value text, what text)
returns timestamptz
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_time timestamptz;
begin
    begin
        v_time := parse_job_time.value::timestamptz;
    exception when data_exception or invalid_parameter_value then
        v_time := null;
    end;
    if v_time is null or v_time not between '1970-01-01Z' and '9999-01-01Z' then
        perform ml_private.raise_invalid(format('%s must be a time such as 2030-01-31T12:00:00Z, not %s', what, to_json(left(value, 100))));
    end if;
    return v_time;
end
$$;

comment on function ml_private.parse_job_time(text, text) is 'A time between 1970 and 9999, or 22023.';

create or replace function ml_private.normalize_requirements(requirements jsonb)
returns jsonb
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if coalesce(normalize_requirements.requirements, '{}') = '{}' then
        return '{}'::jsonb;
    end if;
    return requirements - array(select e.key from jsonb_each(requirements) e where e.value in ('0', '[]'));
end
$$;

comment on function ml_private.normalize_requirements(jsonb) is
    'Requirements without those that ask for nothing: the claim index tells jobs that demand something from the others by their being {}.';
