-- Claiming. (job_id, attempt) of a claimed job is its fencing token.

create function ml_private.fits_worker(requirements jsonb, capabilities jsonb)
returns boolean
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
    return coalesce((fits_worker.requirements -> 'gpus')::integer, 0) <= coalesce((fits_worker.capabilities -> 'gpus')::integer, 0)
        and coalesce((fits_worker.requirements -> 'gpu_memory_gb')::numeric, 0) <= coalesce((fits_worker.capabilities -> 'gpu_memory_gb')::numeric, 0)
        and coalesce(fits_worker.requirements -> 'labels', '[]') <@ coalesce(fits_worker.capabilities -> 'labels', '[]');
end
$$;

comment on function ml_private.fits_worker(jsonb, jsonb) is 'True when a worker with these capabilities may run a job with these requirements.';
revoke all on function ml_private.fits_worker(jsonb, jsonb) from public;

create function ml_private.claim_jobs(
    worker_id text,
    queues text[],
    capabilities jsonb,
    max_jobs integer,
    lease_seconds integer
)
returns setof ml.jobs
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    v_queues text[];
begin
    perform ml_private.require_role('service_role', worker => true);
    perform ml_private.check_label(claim_jobs.worker_id, 'worker_id');
    perform ml_private.check_job_requirements(claim_jobs.capabilities, 'capabilities');
    if claim_jobs.max_jobs is null or claim_jobs.max_jobs not between 1 and 1000 then
        perform ml_private.raise_invalid(format('max_jobs must be from 1 to 1000, not %s', coalesce(claim_jobs.max_jobs::text, 'null')));
    end if;
    if claim_jobs.lease_seconds is null or claim_jobs.lease_seconds not between 1 and 86400 then
        perform ml_private.raise_invalid(format('lease_seconds must be from 1 to 86400, not %s', coalesce(claim_jobs.lease_seconds::text, 'null')));
    end if;
    if claim_jobs.queues is null or cardinality(claim_jobs.queues) not between 1 and 100 or array_ndims(claim_jobs.queues) <> 1 then
        perform ml_private.raise_invalid('queues must be an array of 1 to 100 queue names');
    end if;
    v_queues := array(select distinct q from unnest(claim_jobs.queues) q);
    perform ml_private.check_name(q, 'queues') from unnest(v_queues) q;
    perform ml_private.wake_jobs(v_queues);
    return query
    select j.* from ml_private.take_jobs(
        claim_jobs.worker_id, v_queues, claim_jobs.capabilities, claim_jobs.max_jobs, claim_jobs.lease_seconds) j;
end
$$;

comment on function ml_private.claim_jobs(text, text[], jsonb, integer, integer) is 'Behind ml.claim_jobs.';
revoke all on function ml_private.claim_jobs(text, text[], jsonb, integer, integer) from public;
grant execute on function ml_private.claim_jobs(text, text[], jsonb, integer, integer) to ml_worker, service_role;

-- The settings leave the planner one plan, ordered scans of jobs_claim_idx. Left to itself it would keep for the session's life whatever plan the
-- statistics of that moment ask for, and those of an empty queue ask for reading the whole table.
create function ml_private.take_jobs(
    worker_id text,
    queues text[],
    capabilities jsonb,
    max_jobs integer,
    lease_seconds integer
)
returns setof ml.jobs
language plpgsql
volatile
security definer
set search_path = ''
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
set plan_cache_mode = force_generic_plan
as $$
begin
    -- "for no key update" instead of "for update": a transaction that has inserted a row referencing a job must not hide that job from claims.
    -- With several queues the scan of each may lock up to max_jobs rows, of which the best are taken; the others are free again at commit.
    return query
    with picked as materialized (
        select c.id, c.priority
        from unnest(take_jobs.queues) q (name)
        cross join unnest(case when take_jobs.capabilities = '{}' then '{f}'::boolean[] else '{f,t}' end) d (demanding)
        cross join lateral (
            select j.id, j.priority
            from ml.jobs j
            where
                j.state = 'queued'
                and j.ready
                and j.queue = q.name
                and (j.requirements <> '{}'::jsonb) = d.demanding
                and (not d.demanding or ml_private.fits_worker(j.requirements, take_jobs.capabilities))
            order by j.priority desc, j.id
            limit take_jobs.max_jobs
            for no key update skip locked
        ) c
        order by c.priority desc, c.id
        limit take_jobs.max_jobs
    ),
    taken as (
        update ml.jobs j
        set
            state = 'running',
            ready = false,
            attempt = j.attempt + 1,
            worker_id = take_jobs.worker_id,
            lease_seconds = take_jobs.lease_seconds,
            lease_expires_at = clock_timestamp() + make_interval(secs => take_jobs.lease_seconds),
            started_at = clock_timestamp(),
            progress = null
        from picked p
        where j.id = p.id
        returning j.*
    )
    select * from taken t order by t.priority desc, t.id;
end
$$;

comment on function ml_private.take_jobs(text, text[], jsonb, integer, integer) is 'The claim itself, without checks.';
revoke all on function ml_private.take_jobs(text, text[], jsonb, integer, integer) from public;
