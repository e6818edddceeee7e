-- Claims beside an old snapshot. While any session holds one, vacuum may not remove the index entries of jobs claimed since, and they lie where a
-- claim begins to read: 50,000 of them made a claim take 5 ms. So a session that has read many of them remembers, for a while, where it found the
-- first free job, and begins there. It may then find a job that came back to the queue a little later; a queue without such entries is not affected.
-- How many were read is told by the counter of the index, which ml_private.take_jobs and ml_private.wake_jobs_sometimes look at before and after.

-- The floor is one setting of the session: queue, priority, first id of that priority, first id of higher ones, end (seconds since 1970).
create or replace function ml_private.set_floor(queue text, entries_read bigint, best ml.jobs)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    -- 20 µs an entry, twenty times what reading it took: the reading costs a twentieth of the time from now on.
    perform set_config('aimatrix.claim_floor', concat_ws(' ',
        set_floor.queue,
        coalesce((set_floor.best).priority, -2000000),
        coalesce((set_floor.best).id, 0),
        (select s.last_value from ml.jobs_id_seq s),
        extract(epoch from clock_timestamp()) + greatest(0.2, set_floor.entries_read * 0.00002)), false);
end
$$;

comment on function ml_private.set_floor(text, bigint, ml.jobs) is
    'Remember where a claim that has read so many index entries found its first job (null: none).';

create or replace function ml_private.pick_above_floor(queue text, max_jobs integer)
returns bigint[]
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_floor constant text[] := string_to_array(current_setting('aimatrix.claim_floor', true), ' ');
    v_queue constant text := v_floor[1];
    v_priority integer;
    v_ids bigint[];
    v_same bigint[];
begin
    if (v_queue = pick_above_floor.queue and v_floor[5]::double precision > extract(epoch from clock_timestamp())) is not true then
        return null;
    end if;
    v_priority := v_floor[2]::integer;
    -- Of a higher priority there was none: what there is now has a higher id, and the index passes over the others without going to the table.
    v_ids := array(
        select j.id
        from ml.jobs j
        where j.ready and j.queue = v_queue and j.requirements = '{}'::jsonb
            and j.priority > v_priority and j.id >= v_floor[4]::bigint
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
        where j.ready and j.queue = v_queue and j.requirements = '{}'::jsonb
            and j.priority = v_priority and j.id >= v_floor[3]::bigint
        order by j.priority desc, j.id
        limit pick_above_floor.max_jobs - cardinality(v_ids)
        for no key update skip locked
    );
    if v_same <> '{}' then
        perform set_config('aimatrix.claim_floor', concat_ws(' ',
            v_queue, v_priority, v_same[1], v_floor[4], v_floor[5]), false);
    end if;
    v_ids := v_ids || v_same;
    if cardinality(v_ids) = pick_above_floor.max_jobs then
        return v_ids;
    end if;
    return v_ids || array(
        select j.id
        from ml.jobs j
        where j.ready and j.queue = v_queue and j.requirements = '{}'::jsonb and j.priority < v_priority
        order by j.priority desc, j.id
        limit pick_above_floor.max_jobs - cardinality(v_ids)
        for no key update skip locked
    );
end
$$;

comment on function ml_private.pick_above_floor(text, integer) is
    'ml_private.pick_jobs for one queue and a worker without capabilities, from where the session found the first free job before; null where it has no floor.';

create or replace function ml_private.wake_jobs_sometimes(queues text[])
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_now double precision := extract(epoch from clock_timestamp());
    v_index constant oid := 'ml.jobs_waiting_idx'::regclass;
    v_read bigint;
    v_woken integer;
begin
    -- As in ml_private.take_jobs: beside an old snapshot the probes read every lease and retry that has ended since.
    if nullif(current_setting('aimatrix.wake_after', true), '')::double precision > v_now then
        return 0;
    end if;
    v_read := pg_stat_get_xact_tuples_returned(v_index);
    v_woken := ml_private.wake_jobs(wake_jobs_sometimes.queues);
    if v_woken > 0 then
        perform set_config('aimatrix.claim_floor', '', false);
    end if;
    v_read := pg_stat_get_xact_tuples_returned(v_index) - v_read;
    if v_read > 1000 then
        perform set_config('aimatrix.wake_after', (v_now + greatest(0.2, v_read * 0.00002))::text, false);
    end if;
    return v_woken;
end
$$;

comment on function ml_private.wake_jobs_sometimes(text[]) is 'ml_private.wake_jobs, less often where looking has become costly.';
