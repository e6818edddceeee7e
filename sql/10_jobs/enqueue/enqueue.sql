-- The definer functions behind ml.enqueue_job and ml.enqueue_jobs.

create or replace function ml_private.enqueue_job_internal(
    kind text,
    payload jsonb default '{}',
    queue text default 'default',
    priority integer default 0,
    run_at timestamptz default null,
    max_attempts integer default 3,
    unique_key text default null,
    requirements jsonb default '{}',
    depends_on bigint[] default '{}'
)
returns ml.jobs
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_spec jsonb;
begin
    -- What is plainly right is not worth the 50 µs of checking it as a spec. Whatever is not goes the long way, which alone tells right from wrong.
    if enqueue_job_internal.kind ~ '^[a-z][a-z0-9_]*$'
        and enqueue_job_internal.queue ~ '^[a-z][a-z0-9_]*$'
        and length(enqueue_job_internal.kind) + length(enqueue_job_internal.queue) <= 100
        and jsonb_typeof(enqueue_job_internal.payload) = 'object'
        and pg_column_size(enqueue_job_internal.payload) <= 2000
        and octet_length(enqueue_job_internal.payload::text) <= 10000
        and enqueue_job_internal.priority between -1000000 and 1000000
        and enqueue_job_internal.run_at is null
        and enqueue_job_internal.max_attempts between 1 and 1000
        and enqueue_job_internal.unique_key is null
        and enqueue_job_internal.requirements = '{}'
        and enqueue_job_internal.depends_on = '{}'
    then
        return ml_private.insert_plain_job(
            enqueue_job_internal.kind, enqueue_job_internal.payload, enqueue_job_internal.queue, enqueue_job_internal.priority,
            enqueue_job_internal.max_attempts);
    end if;
    v_spec := jsonb_build_object(
        'kind', enqueue_job_internal.kind, 'payload', enqueue_job_internal.payload, 'queue', enqueue_job_internal.queue,
        'priority', enqueue_job_internal.priority, 'run_at', enqueue_job_internal.run_at,
        'max_attempts', enqueue_job_internal.max_attempts, 'unique_key', enqueue_job_internal.unique_key,
        'requirements', enqueue_job_internal.requirements, 'depends_on', enqueue_job_internal.depends_on);
    perform ml_private.check_job_spec(v_spec, '');
    return (ml_private.insert_jobs(array[v_spec]))[1];
end
$$;

comment on function ml_private.enqueue_job_internal(text, jsonb, text, integer, timestamptz, integer, text, jsonb, bigint[]) is
    'ml.enqueue_job for other definer functions: no role check, not granted.';

-- api: engineer
create or replace function ml_private.enqueue_job(
    kind text,
    payload jsonb default '{}',
    queue text default 'default',
    priority integer default 0,
    run_at timestamptz default null,
    max_attempts integer default 3,
    unique_key text default null,
    requirements jsonb default '{}',
    depends_on bigint[] default '{}'
)
returns ml.jobs
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform ml_private.require_role('engineer');
    return ml_private.enqueue_job_internal(
        enqueue_job.kind, enqueue_job.payload, enqueue_job.queue, enqueue_job.priority, enqueue_job.run_at, enqueue_job.max_attempts,
        enqueue_job.unique_key, enqueue_job.requirements, enqueue_job.depends_on);
end
$$;

comment on function ml_private.enqueue_job(text, jsonb, text, integer, timestamptz, integer, text, jsonb, bigint[]) is
    'Queue one job. payload: an object of at most 1 MB. priority: higher first, first in first out inside one. run_at: not before. max_attempts: '
    'failures until it fails for good. unique_key: while a job with this key is unfinished, that job comes back instead of a new one. requirements: '
    '{gpus, gpu_memory_gb, labels} that a worker must have. depends_on: ids of jobs that must succeed first; when one fails or is cancelled, so does '
    'this one. Needs engineer. Errors: 22023, PT404 dependency_not_found.';

-- api: engineer
create or replace function ml_private.enqueue_jobs(jobs jsonb)
returns ml.jobs[]
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_specs jsonb[];
begin
    perform ml_private.require_role('engineer');
    if jsonb_typeof(enqueue_jobs.jobs) is distinct from 'array' then
        perform ml_private.raise_invalid(format('jobs must be an array of objects, not %s', ml_private.show_json(enqueue_jobs.jobs)));
    end if;
    if jsonb_array_length(enqueue_jobs.jobs) > 10000 then
        perform ml_private.raise_invalid(
            format('jobs holds %s jobs, the most is 10000', jsonb_array_length(enqueue_jobs.jobs)), 'too_many', 'enqueue in several batches');
    end if;
    v_specs := array(select e from jsonb_array_elements(enqueue_jobs.jobs) e);
    -- As in enqueue_job_internal: check_job_spec alone tells right from wrong, what is plainly right is spared its 50 µs.
    perform ml_private.check_job_spec(s.spec, format('jobs[%s]: ', s.ord - 1))
    from unnest(v_specs) with ordinality s (spec, ord)
    where case when jsonb_typeof(s.spec) = 'object' then
        s.spec - '{kind,payload,queue,priority}'::text[] <> '{}'
        or not coalesce(jsonb_typeof(s.spec -> 'kind') = 'string' and s.spec ->> 'kind' ~ '^[a-z][a-z0-9_]*$' and length(s.spec ->> 'kind') <= 63, false)
        or jsonb_typeof(s.spec -> 'queue') <> 'string'
        or s.spec ->> 'queue' !~ '^[a-z][a-z0-9_]*$'
        or length(s.spec ->> 'queue') > 63
        or s.spec -> 'priority' not in ('0', '1')
        or jsonb_typeof(s.spec -> 'payload') <> 'object'
        or pg_column_size(s.spec) > 2000
        or octet_length(s.spec::text) > 10000
        else true end;
    return case when v_specs = '{}' then '{}' else ml_private.insert_jobs(v_specs) end;
end
$$;

comment on function ml_private.enqueue_jobs(jsonb) is
    'Queue up to 10,000 jobs at once, all or none: an array of objects with the arguments of ml.enqueue_job as keys. One job back for each, in their '
    'order. Needs engineer. Errors: as ml.enqueue_job, the message begins with jobs[n].';
