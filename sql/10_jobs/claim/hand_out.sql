-- Claiming. (job_id, attempt) of a claimed job is its fencing token.

create or replace function ml_private.fits_worker(requirements jsonb, capabilities jsonb)
returns boolean
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return coalesce((fits_worker.requirements -> 'gpus')::integer, 0) <= coalesce((fits_worker.capabilities -> 'gpus')::integer, 0)
        and coalesce((fits_worker.requirements -> 'gpu_memory_gb')::numeric, 0) <= coalesce((fits_worker.capabilities -> 'gpu_memory_gb')::numeric, 0)
        and coalesce(fits_worker.requirements -> 'labels', '[]') <@ coalesce(fits_worker.capabilities -> 'labels', '[]');
end
$$;

comment on function ml_private.fits_worker(jsonb, jsonb) is 'True when a worker with these capabilities may run a job with these requirements.';

create or replace function ml_private.check_claim(worker_id text, queues text[], capabilities jsonb, max_jobs integer, lease_seconds integer)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    perform ml_private.check_label(check_claim.worker_id, 'worker_id');
    perform ml_private.check_job_requirements(check_claim.capabilities, 'capabilities');
    if check_claim.max_jobs is null or check_claim.max_jobs not between 1 and 1000 then
        perform ml_private.raise_invalid(format('max_jobs must be from 1 to 1000, not %s', coalesce(check_claim.max_jobs::text, 'null')));
    end if;
    if check_claim.lease_seconds is null or check_claim.lease_seconds not between 1 and 86400 then
        perform ml_private.raise_invalid(format('lease_seconds must be from 1 to 86400, not %s', coalesce(check_claim.lease_seconds::text, 'null')));
    end if;
    if check_claim.queues is null or array_ndims(check_claim.queues) is distinct from 1 or cardinality(check_claim.queues) > 100 then
        perform ml_private.raise_invalid('queues must be an array of 1 to 100 queue names');
    end if;
    perform ml_private.check_name(q, 'queues') from unnest(check_claim.queues) q;
end
$$;

comment on function ml_private.check_claim(text, text[], jsonb, integer, integer) is 'Refuse arguments that ml.claim_jobs does not take.';

-- Which jobs a claim takes, where ml_private.take_jobs does not see to it itself. It runs under its settings.
create or replace function ml_private.pick_jobs(queues text[], capabilities jsonb, max_jobs integer)
returns bigint[]
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    -- With several queues the scan of each may lock up to max_jobs rows, of which the best are taken; the others are free again at commit.
    return array(
        select c.id
        from unnest(pick_jobs.queues) q (name)
        cross join unnest(case when pick_jobs.capabilities = '{}' then '{t}'::boolean[] else '{t,f}' end) d (plain)
        cross join lateral (
            select j.id, j.priority
            from ml.jobs j
            where
                j.ready
                and j.queue = q.name
                and (j.requirements = '{}'::jsonb) = d.plain
                and (d.plain or ml_private.fits_worker(j.requirements, pick_jobs.capabilities))
            order by j.priority desc, j.id
            limit pick_jobs.max_jobs
            for no key update skip locked
        ) c
        order by c.priority desc, c.id
        limit pick_jobs.max_jobs
    );
end
$$;

comment on function ml_private.pick_jobs(text[], jsonb, integer) is 'Lock the best claimable jobs that no one else has locked; their ids, best first.';

-- The settings leave the planner one plan, ordered scans of jobs_claim_idx: left to itself it keeps for the session's life whatever
-- the statistics of that moment ask for, and those of an empty queue ask for reading the whole table.
create or replace function ml_private.take_jobs(
    worker_id text,
    queues text[],
    capabilities jsonb,
    max_jobs integer,
    lease_seconds integer
)
returns ml.jobs[]
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
set plan_cache_mode = force_generic_plan
as $$
declare
    v_index constant oid := 'ml.jobs_claim_idx'::regclass;
    v_queue constant text := take_jobs.queues[1];
    v_plain constant boolean := cardinality(take_jobs.queues) = 1 and take_jobs.capabilities = '{}';
    v_read bigint;
    v_ids bigint[];
    v_jobs ml.jobs[];
begin
    if not v_plain then
        v_ids := ml_private.pick_jobs(array(select distinct q from unnest(take_jobs.queues) q), take_jobs.capabilities, take_jobs.max_jobs);
    elsif current_setting('aimatrix.claim_floor', true) <> '' then
        v_ids := ml_private.pick_above_floor(v_queue, take_jobs.max_jobs);
    end if;
    v_read := pg_stat_get_xact_tuples_returned(v_index);
    -- Nearly always there is one queue and no floor: then the jobs are picked here, in the statement that takes them, which saves a third of the time.
    -- "for no key update" instead of "for update": a transaction that has inserted a row referencing a job must not hide that job from claims.
    with taken as (
        update ml.jobs j
        set
            state = 'running',
            ready = false,
            attempt = j.attempt + 1,
            worker_id = take_jobs.worker_id,
            lease_seconds = take_jobs.lease_seconds,
            lease_expires_at = clock_timestamp() + make_interval(secs => take_jobs.lease_seconds),
            started_at = clock_timestamp(),
            heard = false,
            progress = null,
            progress_pending = false
        where j.id = any (case when v_ids is not null then v_ids else array(
            select p.id
            from ml.jobs p
            where p.ready and p.queue = v_queue and p.requirements = '{}'::jsonb
            order by p.priority desc, p.id
            limit take_jobs.max_jobs
            for no key update skip locked
        ) end)
        returning j
    )
    select coalesce(array_agg(t.j order by (t.j).priority desc, (t.j).id), '{}') into v_jobs from taken t;
    v_read := pg_stat_get_xact_tuples_returned(v_index) - v_read - cardinality(v_jobs);
    if v_read > 1000 and v_ids is null then
        perform ml_private.set_floor(v_queue, v_read, v_jobs[1]);
    end if;
    return v_jobs;
end
$$;

comment on function ml_private.take_jobs(text, text[], jsonb, integer, integer) is
    'Give a worker the best claimable jobs that no one else has locked; best first.';

create or replace function ml_private.hand_out_jobs(
    worker_id text,
    queues text[],
    capabilities jsonb,
    max_jobs integer,
    lease_seconds integer
)
returns ml.jobs[]
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_capabilities jsonb := '{}'::jsonb;
    v_jobs ml.jobs[];
begin
    perform ml_private.check_claim(
        hand_out_jobs.worker_id, hand_out_jobs.queues, hand_out_jobs.capabilities, hand_out_jobs.max_jobs, hand_out_jobs.lease_seconds);
    perform ml_private.wake_jobs_sometimes(hand_out_jobs.queues);
    -- A worker that offers nothing says so with zeros; like one that says nothing it never looks at jobs that demand something.
    if hand_out_jobs.capabilities <> '{}' then
        v_capabilities := ml_private.normalize_requirements(hand_out_jobs.capabilities);
    end if;
    v_jobs := ml_private.take_jobs(
        hand_out_jobs.worker_id, hand_out_jobs.queues, v_capabilities, hand_out_jobs.max_jobs, hand_out_jobs.lease_seconds);
    if v_jobs <> '{}' then
        perform ml_private.announce_jobs(v_jobs, 'job.running');
    end if;
    return v_jobs;
end
$$;

comment on function ml_private.hand_out_jobs(text, text[], jsonb, integer, integer) is 'ml.claim_jobs for other definer functions: no role check.';
