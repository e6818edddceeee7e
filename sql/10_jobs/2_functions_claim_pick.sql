-- Which jobs a claim takes.

-- The settings leave the planner one plan, ordered scans of jobs_claim_idx: left to itself it keeps for the session's life whatever
-- the statistics of that moment ask for, and those of an empty queue ask for reading the whole table.
create function ml_private.pick_jobs(queues text[], capabilities jsonb, max_jobs integer)
returns bigint[]
language plpgsql
volatile
security definer
set search_path = ''
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
set plan_cache_mode = force_generic_plan
as $$
begin
    -- "for no key update" instead of "for update": a transaction that has inserted a row referencing a job must not hide that job from claims.
    -- With several queues the scan of each may lock up to max_jobs rows, of which the best are taken; the others are free again at commit.
    return array(
        select c.id
        from unnest(pick_jobs.queues) q (name)
        cross join unnest(case when pick_jobs.capabilities = '{}' then '{t}'::boolean[] else '{t,f}' end) d (plain)
        cross join lateral (
            select j.id, j.priority
            from ml.jobs j
            where
                j.state = 'queued'
                and j.ready
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
revoke all on function ml_private.pick_jobs(text[], jsonb, integer) from public;

-- Claims beside an old snapshot. While any session holds one, vacuum may not remove the index entries of jobs claimed since, and they lie where a
-- claim begins to read: 50,000 of them made a claim take 5 ms. So a session that has read many of them remembers, for a while, where it found the
-- first free job, and begins there. It may then find a job that came back to the queue a little later; a queue without such entries is not affected.

create function ml_private.pick_plain_jobs(queue text, max_jobs integer)
returns bigint[]
language plpgsql
volatile
security definer
set search_path = ''
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
set plan_cache_mode = force_generic_plan
as $$
declare
    -- queue, priority, first id of that priority, first id of higher ones, end (seconds since 1970)
    v_floor text[] := string_to_array(current_setting('aimatrix.claim_floor', true), ' ');
    v_index constant oid := 'ml.jobs_claim_idx'::regclass;
    v_read bigint;
    v_ids bigint[];
begin
    if v_floor[1] = pick_plain_jobs.queue and v_floor[5]::double precision > extract(epoch from clock_timestamp()) then
        return ml_private.pick_above_floor(pick_plain_jobs.max_jobs, v_floor);
    end if;
    v_read := pg_stat_get_xact_tuples_returned(v_index);
    v_ids := array(
        select j.id
        from ml.jobs j
        where j.state = 'queued' and j.ready and j.queue = pick_plain_jobs.queue and j.requirements = '{}'::jsonb
        order by j.priority desc, j.id
        limit pick_plain_jobs.max_jobs
        for no key update skip locked
    );
    v_read := pg_stat_get_xact_tuples_returned(v_index) - v_read - cardinality(v_ids);
    if v_read > 1000 then
        -- 20 µs an entry, twenty times what reading it took: the reading costs a twentieth of the time from now on.
        perform set_config('aimatrix.claim_floor', concat_ws(' ',
            pick_plain_jobs.queue,
            coalesce((select j.priority from ml.jobs j where j.id = v_ids[1]), -2000000),
            coalesce(v_ids[1], 0),
            (select s.last_value from ml.jobs_id_seq s),
            extract(epoch from clock_timestamp()) + greatest(0.2, v_read * 0.00002)), false);
    end if;
    return v_ids;
end
$$;

comment on function ml_private.pick_plain_jobs(text, integer) is 'ml_private.pick_jobs for one queue and a worker without capabilities.';
revoke all on function ml_private.pick_plain_jobs(text, integer) from public;

create function ml_private.pick_above_floor(max_jobs integer, floor text[])
returns bigint[]
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    v_queue text := pick_above_floor.floor[1];
    v_priority integer := pick_above_floor.floor[2]::integer;
    v_ids bigint[];
    v_same bigint[];
begin
    -- Of a higher priority there was none: what there is now has a higher id, and the index passes over the others without going to the table.
    v_ids := array(
        select j.id
        from ml.jobs j
        where j.state = 'queued' and j.ready and j.queue = v_queue and j.requirements = '{}'::jsonb
            and j.priority > v_priority and j.id >= pick_above_floor.floor[4]::bigint
        order by j.priority desc, j.id
        limit pick_above_floor.max_jobs
        for no key update skip locked
    );
    if cardinality(v_ids) = pick_above_floor.max_jobs then
        return v_ids;
    end if;
    v_same := array(
        select j.id
        from ml.jobs j
        where j.state = 'queued' and j.ready and j.queue = v_queue and j.requirements = '{}'::jsonb
            and j.priority = v_priority and j.id >= pick_above_floor.floor[3]::bigint
        order by j.priority desc, j.id
        limit pick_above_floor.max_jobs - cardinality(v_ids)
        for no key update skip locked
    );
    if v_same <> '{}' then
        perform set_config('aimatrix.claim_floor', concat_ws(' ',
            v_queue, v_priority, v_same[1], pick_above_floor.floor[4], pick_above_floor.floor[5]), false);
    end if;
    v_ids := v_ids || v_same;
    if cardinality(v_ids) = pick_above_floor.max_jobs then
        return v_ids;
    end if;
    return v_ids || array(
        select j.id
        from ml.jobs j
        where j.state = 'queued' and j.ready and j.queue = v_queue and j.requirements = '{}'::jsonb and j.priority < v_priority
        order by j.priority desc, j.id
        limit pick_above_floor.max_jobs - cardinality(v_ids)
        for no key update skip locked
    );
end
$$;

comment on function ml_private.pick_above_floor(integer, text[]) is 'ml_private.pick_plain_jobs from where the session found the first free job before.';
revoke all on function ml_private.pick_above_floor(integer, text[]) from public;
