-- What falls due with time: jobs that waited for run_at, leases that ran out, finished jobs that have been kept long enough.

create or replace function ml_private.list_waiting_queues()
returns setof text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    with recursive waiting (name) as (
        (select j.queue from ml.jobs j where not j.ready and j.finished_at is null order by j.queue limit 1)
        union all
        select n.queue from waiting q cross join lateral (
            select j.queue from ml.jobs j where not j.ready and j.finished_at is null and j.queue > q.name order by j.queue limit 1) n
    )
    select name from waiting
$$;

comment on function ml_private.list_waiting_queues() is
    'Every queue that holds a job which is to become claimable or is held by a worker: one index probe a queue.';

create or replace function ml_private.list_job_queues()
returns setof text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- Three index probes a queue instead of a pass over the table, whatever it holds.
    with recursive
    claimable (name) as (
        (select j.queue from ml.jobs j where j.ready order by j.queue limit 1)
        union all
        select n.queue from claimable q cross join lateral (select j.queue from ml.jobs j where j.ready and j.queue > q.name order by j.queue limit 1) n
    ),
    finished (name) as (
        (select j.queue from ml.jobs j where j.finished_at is not null order by j.queue limit 1)
        union all
        select n.queue from finished q cross join lateral (
            select j.queue from ml.jobs j where j.finished_at is not null and j.queue > q.name order by j.queue limit 1) n
    )
    select name from claimable union select name from ml_private.list_waiting_queues() w (name) union select name from finished
$$;

comment on function ml_private.list_job_queues() is 'Every queue that holds a job.';

create or replace function ml_private.wake_jobs(queues text[], max_jobs integer default 1000)
returns integer
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
    v_now timestamptz := clock_timestamp();
    v_queue text;
    v_woken integer := 0;
begin
    -- Two index probes a queue find out that there is nothing to do, which is nearly always.
    foreach v_queue in array wake_jobs.queues loop
        continue when not (
            exists (
                select from ml.jobs j
                where not j.ready and j.finished_at is null and j.queue = v_queue and j.pending_dependencies = 0 and j.lease_expires_at < v_now)
            or exists (
                select from ml.jobs j
                where not j.ready and j.finished_at is null and j.queue = v_queue and j.pending_dependencies = 0
                    and j.lease_expires_at is null and j.run_at <= v_now));
        v_woken := v_woken + ml_private.wake_due_jobs(v_queue, v_now, wake_jobs.max_jobs)
            + ml_private.take_back_leases(v_queue, v_now, least(wake_jobs.max_jobs, 100));
    end loop;
    return v_woken;
end
$$;

comment on function ml_private.wake_jobs(text[], integer) is
    'Make jobs whose run_at has come claimable and take back expired leases, a bounded number of each.';

create or replace function ml_private.wake_due_jobs(queue text, due timestamptz, max_jobs integer)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_woken integer;
begin
    -- An array, not "in": joined with the jobs to wake, the whole table would be read.
    update ml.jobs j
    set ready = true
    where j.id = any (array(
        select w.id
        from ml.jobs w
        where not w.ready and w.finished_at is null and w.queue = wake_due_jobs.queue and w.pending_dependencies = 0
            and w.lease_expires_at is null and w.run_at <= wake_due_jobs.due
        order by w.lease_expires_at, w.run_at
        limit wake_due_jobs.max_jobs
        for no key update skip locked
    ));
    get diagnostics v_woken = row_count;
    if v_woken > 0 then
        perform pg_notify('ml_jobs', wake_due_jobs.queue);
    end if;
    return v_woken;
end
$$;

comment on function ml_private.wake_due_jobs(text, timestamptz, integer) is 'Make jobs of a queue claimable whose run_at has come.';

create or replace function ml_private.take_back_leases(queue text, expired timestamptz, max_jobs integer)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_ids bigint[] := array(
        select r.id
        from ml.jobs r
        where not r.ready and r.finished_at is null and r.queue = take_back_leases.queue and r.pending_dependencies = 0
            and r.lease_expires_at < take_back_leases.expired
        order by r.lease_expires_at
        limit take_back_leases.max_jobs
    );
    v_locked bigint[];
    v_job ml.jobs;
    v_taken integer := 0;
begin
    -- The oldest lease comes first, which is not the order of ids: so nothing is waited for. A job whose dependants somebody holds is left to the next look.
    v_locked := array(
        select j.id from ml.jobs j
        where j.id = any (v_ids || ml_private.list_behind(v_ids))
        order by j.id
        for no key update skip locked
    );
    -- Whoever still works on such a job has lost it: the next claim raises attempt. No backoff, the lease was wait enough.
    for v_job in
        select r.*
        from ml.jobs r
        where r.id = any (v_ids) and r.id = any (v_locked) and r.lease_expires_at < take_back_leases.expired
            and ml_private.list_behind(array[r.id]) <@ v_locked
        order by r.lease_expires_at
    loop
        perform ml_private.end_attempt(
            v_job,
            case when v_job.heard then 'lease_expired' else 'claim_lost' end,
            format(
                case when v_job.heard then 'the lease of attempt %s ran out on worker %s'
                    else 'nothing was heard of attempt %s from worker %s, which claimed it' end,
                v_job.attempt, v_job.worker_id),
            true, interval '0');
        v_taken := v_taken + 1;
    end loop;
    return v_taken;
end
$$;

comment on function ml_private.take_back_leases(text, timestamptz, integer) is 'End attempts of a queue whose lease ran out, oldest first.';

create or replace function ml_private.wake_all_jobs()
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return ml_private.wake_jobs(array(select q from ml_private.list_waiting_queues() q));
end
$$;

comment on function ml_private.wake_all_jobs() is 'Tick task: ml_private.wake_jobs for every queue. Queues that nobody polls come right too.';

create or replace function ml_private.delete_old_jobs()
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_queue record;
    v_deleted integer;
    v_left integer := 10000;
begin
    for v_queue in
        select q.name, coalesce(s.retain_days, 30) as retain_days
        from ml_private.list_job_queues() q (name) left join ml.queue_settings s on s.queue = q.name
    loop
        exit when v_left <= 0;
        delete from ml.jobs j
        where j.id = any (array(
            select o.id
            from unnest('{succeeded,failed,cancelled}'::text[]) s (state)
            cross join lateral (
                select f.id
                from ml.jobs f
                where f.queue = v_queue.name and f.state = s.state and f.finished_at < now() - make_interval(days => v_queue.retain_days)
                order by f.finished_at
                limit v_left
                for update skip locked
            ) o
            limit v_left
        ));
        get diagnostics v_deleted = row_count;
        v_left := v_left - v_deleted;
    end loop;
    return 10000 - v_left;
end
$$;

comment on function ml_private.delete_old_jobs() is 'Tick task: delete finished jobs past their retention, at most 10,000 a run.';

-- api: admin
create or replace function ml_private.set_queue_settings(queue text, settings jsonb)
returns ml.queue_settings
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_new jsonb := set_queue_settings.settings;
    v_settings ml.queue_settings;
begin
    perform ml_private.require_role('admin');
    perform ml_private.check_name(set_queue_settings.queue, 'queue');
    perform ml_private.check_job_object(v_new, 'settings', 1024);
    if v_new - '{retain_days,announce}'::text[] <> '{}' then
        perform ml_private.raise_invalid(
            format('settings has the unknown key %s',
                (select to_json(left(k, 100)) from jsonb_object_keys(v_new - '{retain_days,announce}'::text[]) k limit 1)),
            'unknown_key', 'the keys are retain_days and announce');
    end if;
    if v_new ? 'retain_days' and not ml_private.is_whole(v_new -> 'retain_days', 0, 3650) then
        perform ml_private.raise_invalid(format('retain_days must be a whole number from 0 to 3650, not %s', ml_private.show_json(v_new -> 'retain_days')));
    end if;
    if v_new ? 'announce' and jsonb_typeof(v_new -> 'announce') <> 'boolean' then
        perform ml_private.raise_invalid(format('announce must be true or false, not %s', ml_private.show_json(v_new -> 'announce')));
    end if;
    insert into ml.queue_settings as s (queue, retain_days, announce)
    values (
        set_queue_settings.queue, coalesce((v_new -> 'retain_days')::integer, 30), coalesce((v_new -> 'announce')::boolean, true))
    on conflict on constraint queue_settings_queue_pkey do update
    set
        retain_days = coalesce((v_new -> 'retain_days')::integer, s.retain_days),
        announce = coalesce((v_new -> 'announce')::boolean, s.announce),
        updated_at = now()
    returning * into v_settings;
    return v_settings;
end
$$;

comment on function ml_private.set_queue_settings(text, jsonb) is
    'Change a queue: {retain_days: 0 to 3650, days that finished jobs are kept, 30 by default; announce: false spares a busy queue the messages on Realtime '
    'and to webhooks, two fifths of what a job costs}. What is not named stays as it is. Needs admin. Errors: 22023.';

select ml_private.register_tick_task('wake_jobs', 'ml_private.wake_all_jobs', interval '5 seconds', urgent => true);
select ml_private.register_tick_task('delete_old_jobs', 'ml_private.delete_old_jobs', interval '1 minute');
