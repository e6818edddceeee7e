-- Enqueueing: every new job goes through insert_jobs, alone or in a batch.

create function ml_private.insert_job_rows(specs jsonb[], ids bigint[])
returns setof ml.jobs
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
    -- In the order of the unique keys: two batches with the same keys wait for each other in one order and cannot deadlock.
    return query
    insert into ml.jobs (
        id, queue, kind, payload, priority, run_at, ready, max_attempts, unique_key, requirements, depends_on, pending_dependencies, created_by
    )
    select
        s.id,
        coalesce(s.spec ->> 'queue', 'default'),
        s.spec ->> 'kind',
        coalesce(s.spec -> 'payload', '{}'),
        coalesce((s.spec -> 'priority')::integer, 0),
        coalesce(t.run_at, now()),
        d.count = 0 and coalesce(t.run_at <= now(), true),
        coalesce((s.spec -> 'max_attempts')::integer, 3),
        s.spec ->> 'unique_key',
        -- What demands nothing is stored as {}, whatever its spelling: the claim index tells the two apart by that.
        r.requirements - array(select e.key from jsonb_each(r.requirements) e where e.value in ('0', '[]')),
        d.ids,
        d.count,
        case when current_setting('role') = 'authenticated' then auth.uid() end
    from unnest(insert_job_rows.specs, insert_job_rows.ids) s (spec, id)
    cross join lateral (select (s.spec ->> 'run_at')::timestamptz) t (run_at)
    cross join lateral (select coalesce(s.spec -> 'requirements', '{}')) r (requirements)
    cross join lateral (
        select coalesce(array_agg(distinct e::bigint), '{}'), count(distinct e)::integer from jsonb_array_elements(s.spec -> 'depends_on') e
    ) d (ids, count)
    order by s.spec ->> 'unique_key' nulls first, s.id
    on conflict (unique_key) where unique_key is not null and state in ('queued', 'running') do nothing
    returning *;
end
$$;

comment on function ml_private.insert_job_rows(jsonb[], bigint[]) is
    'Insert checked specs under the ids given; those whose unique key has an unfinished job are left out.';
revoke all on function ml_private.insert_job_rows(jsonb[], bigint[]) from public;

create function ml_private.lock_dependencies(specs jsonb[])
returns bigint[]
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    v_wanted bigint[];
    v_found bigint[];
begin
    select array_agg(distinct e::bigint) into v_wanted
    from unnest(lock_dependencies.specs) s cross join lateral jsonb_array_elements(s -> 'depends_on') e;
    -- A share lock holds off whoever would finish the job until the new dependant is committed, and waits for whoever is finishing it. In the
    -- order of ids, as everywhere: a job's dependants have higher ids than the job.
    select array_agg(p.id) into v_found
    from (select j.id from ml.jobs j where j.id = any (v_wanted) order by j.id for share) p;
    if cardinality(v_wanted) > coalesce(cardinality(v_found), 0) then
        perform ml_private.raise_missing(
            format('the dependency %s does not exist', (select w from unnest(v_wanted) w where w <> all (coalesce(v_found, '{}')) order by w limit 1)),
            'dependency_not_found', 'depends_on takes the ids of jobs already enqueued');
    end if;
    return coalesce(v_found, '{}');
end
$$;

comment on function ml_private.lock_dependencies(jsonb[]) is
    'Share-lock every job that the specs depend on and return the ids; PT404 dependency_not_found.';
revoke all on function ml_private.lock_dependencies(jsonb[]) from public;

create function ml_private.insert_jobs(specs jsonb[])
returns setof ml.jobs
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    v_ids bigint[];
    v_plain boolean;
    v_parents bigint[];
    v_new bigint[];
    v_result bigint[];
begin
    select
        array_agg(nextval('ml.jobs_id_seq') order by s.ord),
        not bool_or(s.spec ->> 'unique_key' is not null or coalesce(s.spec -> 'depends_on', '[]') <> '[]')
    into v_ids, v_plain
    from unnest(insert_jobs.specs) with ordinality s (spec, ord);
    if v_plain then
        return query select j.* from ml_private.insert_job_rows(insert_jobs.specs, v_ids) j;
        return;
    end if;
    v_parents := ml_private.lock_dependencies(insert_jobs.specs);
    -- A spec left out because of its unique key has an unfinished job to stand for it, unless that one has just finished: then the key is free
    -- again and the next round inserts it.
    loop
        with inserted as (
            select j.id, j.depends_on
            from ml_private.insert_job_rows(
                array(select s.spec from unnest(insert_jobs.specs) with ordinality s (spec, ord) where v_result[s.ord] is null order by s.ord),
                array(select s.id from unnest(v_ids) with ordinality s (id, ord) where v_result[s.ord] is null order by s.ord)
            ) j
        ),
        edges as (
            insert into ml_private.job_dependencies (depends_on, job_id)
            select p, i.id from inserted i cross join lateral unnest(i.depends_on) p
        )
        select array_agg(i.id) into v_new from inserted i;
        select array_agg(coalesce(v_result[s.ord], own.id, other.id) order by s.ord) into v_result
        from unnest(insert_jobs.specs, v_ids) with ordinality s (spec, id, ord)
        left join ml.jobs own on own.id = s.id
        left join ml.jobs other on other.unique_key = s.spec ->> 'unique_key' and other.state in ('queued', 'running');
        exit when array_position(v_result, null) is null;
    end loop;
    perform ml_private.resolve_dependencies(array(select p.id from ml.jobs p where p.id = any (v_parents) and p.finished_at is not null));
    return query select j.* from unnest(v_result) with ordinality r (id, ord) join ml.jobs j on j.id = r.id order by r.ord;
end
$$;

comment on function ml_private.insert_jobs(jsonb[]) is
    'Insert checked specs; one job back for each, in their order: the new one, or the unfinished job with the same unique_key.';
revoke all on function ml_private.insert_jobs(jsonb[]) from public;

create function ml_private.enqueue_job_internal(
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
set search_path = ''
as $$
declare
    v_spec jsonb := jsonb_build_object(
        'kind', enqueue_job_internal.kind, 'payload', enqueue_job_internal.payload, 'queue', enqueue_job_internal.queue,
        'priority', enqueue_job_internal.priority, 'run_at', enqueue_job_internal.run_at,
        'max_attempts', enqueue_job_internal.max_attempts, 'unique_key', enqueue_job_internal.unique_key,
        'requirements', enqueue_job_internal.requirements, 'depends_on', enqueue_job_internal.depends_on);
    v_job ml.jobs;
begin
    perform ml_private.check_job_spec(v_spec, '');
    select * into v_job from ml_private.insert_jobs(array[v_spec]);
    return v_job;
end
$$;

comment on function ml_private.enqueue_job_internal(text, jsonb, text, integer, timestamptz, integer, text, jsonb, bigint[]) is
    'ml.enqueue_job for other definer functions: no role check, not granted.';
revoke all on function ml_private.enqueue_job_internal(text, jsonb, text, integer, timestamptz, integer, text, jsonb, bigint[]) from public;

create function ml_private.enqueue_job(
    kind text,
    payload jsonb,
    queue text,
    priority integer,
    run_at timestamptz,
    max_attempts integer,
    unique_key text,
    requirements jsonb,
    depends_on bigint[]
)
returns ml.jobs
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
    perform ml_private.require_role('engineer');
    return ml_private.enqueue_job_internal(
        enqueue_job.kind, enqueue_job.payload, enqueue_job.queue, enqueue_job.priority, enqueue_job.run_at, enqueue_job.max_attempts,
        enqueue_job.unique_key, enqueue_job.requirements, enqueue_job.depends_on);
end
$$;

comment on function ml_private.enqueue_job(text, jsonb, text, integer, timestamptz, integer, text, jsonb, bigint[]) is 'Behind ml.enqueue_job.';
revoke all on function ml_private.enqueue_job(text, jsonb, text, integer, timestamptz, integer, text, jsonb, bigint[]) from public;
grant execute on function ml_private.enqueue_job(text, jsonb, text, integer, timestamptz, integer, text, jsonb, bigint[]) to authenticated, service_role;

create function ml_private.enqueue_jobs(jobs jsonb)
returns setof ml.jobs
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    v_specs jsonb[];
begin
    perform ml_private.require_role('engineer');
    if jsonb_typeof(enqueue_jobs.jobs) is distinct from 'array' then
        perform ml_private.raise_invalid(format('jobs must be an array of objects, not %s', coalesce(left(enqueue_jobs.jobs::text, 100), 'null')));
    end if;
    if jsonb_array_length(enqueue_jobs.jobs) > 10000 then
        perform ml_private.raise_invalid(
            format('jobs holds %s jobs, the most is 10000', jsonb_array_length(enqueue_jobs.jobs)), 'too_many', 'enqueue in several batches');
    end if;
    v_specs := array(select e from jsonb_array_elements(enqueue_jobs.jobs) e);
    perform ml_private.check_job_spec(s.spec, format('jobs[%s]: ', s.ord - 1)) from unnest(v_specs) with ordinality s (spec, ord);
    if v_specs <> '{}' then
        return query select j.* from ml_private.insert_jobs(v_specs) j;
    end if;
end
$$;

comment on function ml_private.enqueue_jobs(jsonb) is 'Behind ml.enqueue_jobs.';
revoke all on function ml_private.enqueue_jobs(jsonb) from public;
grant execute on function ml_private.enqueue_jobs(jsonb) to authenticated, service_role;
