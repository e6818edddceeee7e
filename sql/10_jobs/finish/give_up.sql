-- Attempts that end without success, and what people do to jobs.

create or replace function ml_private.backoff(failures integer)
returns interval
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
    -- 5 s, 10 s, 20 s … an hour, each times 0.5 to 1.5 at random: jobs that failed together must not come back together.
    select least(5 * 2 ^ least(backoff.failures - 1, 20), 3600) * (0.5 + random()) * interval '1 second'
$$;

comment on function ml_private.backoff(integer) is 'How long to wait after so many failures.';

create or replace function ml_private.end_attempt(job ml.jobs, event text, reason text, retryable boolean, delay interval)
returns ml.jobs
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_counts boolean := end_attempt.event not in ('released', 'claim_lost');
    v_failures integer := (end_attempt.job).failures + v_counts::integer;
    v_lost_claims integer := (end_attempt.job).lost_claims + (end_attempt.event = 'claim_lost')::integer;
    v_state text := case
        when (end_attempt.job).cancel_requested then 'cancelled'
        when v_counts and (not end_attempt.retryable or v_failures >= (end_attempt.job).max_attempts) or v_lost_claims >= 10 then 'failed'
        else 'queued' end;
    v_job ml.jobs;
begin
    update ml.jobs j
    set
        state = v_state,
        failures = v_failures,
        lost_claims = v_lost_claims,
        error = case when v_state = 'cancelled' then 'cancelled while it ran' when v_counts or v_state = 'failed' then end_attempt.reason else j.error end,
        lease_expires_at = null,
        worker_id = case when v_state = 'queued' then null else j.worker_id end,
        run_at = case when v_state = 'queued' then greatest(j.run_at, clock_timestamp() + end_attempt.delay) else j.run_at end,
        ready = v_state = 'queued' and end_attempt.delay <= interval '0',
        finished_at = case when v_state = 'queued' then null else clock_timestamp() end
    where j.id = (end_attempt.job).id
    returning * into v_job;
    insert into ml.job_events (job_id, attempt, event, level, message)
    values (v_job.id, v_job.attempt, end_attempt.event, case when v_counts then 'error'
        when v_lost_claims > (end_attempt.job).lost_claims then 'warning' else 'info' end, end_attempt.reason);
    perform ml_private.announce_jobs(array[v_job], 'job.' || v_job.state);
    perform ml_private.tell_followers(array[v_job]);
    if v_job.ready then
        perform pg_notify('ml_jobs', v_job.queue);
    elsif v_job.finished_at is not null then
        perform ml_private.resolve_dependencies(array[v_job.id]);
    end if;
    return v_job;
end
$$;

comment on function ml_private.end_attempt(ml.jobs, text, text, boolean, interval) is
    'End the running attempt of a job that the caller has locked: cancelled when that was asked, failed when nothing is left to try, else queued again.';

-- api: worker
create or replace function ml_private.fail_job(job_id bigint, attempt integer, error text, retryable boolean default true)
returns ml.jobs
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_job ml.jobs;
begin
    perform ml_private.require_role('service_role', worker => true);
    if fail_job.error is null or fail_job.retryable is null then
        perform ml_private.raise_invalid('error and retryable must be given');
    end if;
    v_job := ml_private.assert_lease(fail_job.job_id, fail_job.attempt);
    return ml_private.end_attempt(v_job, 'failed', left(fail_job.error, 10000), fail_job.retryable, ml_private.backoff(v_job.failures + 1));
end
$$;

comment on function ml_private.fail_job(bigint, integer, text, boolean) is
    'The attempt failed. The job is queued again after a backoff (5 s doubling to an hour, with jitter) until max_attempts failures; at once failed when '
    'retryable is false. error: its first 10,000 characters are kept. Needs ml_worker. Errors: 22023, PT404 job_not_found, PT409 lease_lost.';

-- api: worker
create or replace function ml_private.release_job(job_id bigint, attempt integer)
returns ml.jobs
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform ml_private.require_role('service_role', worker => true);
    return ml_private.end_attempt(
        ml_private.assert_lease(release_job.job_id, release_job.attempt), 'released', 'released by its worker', true, interval '0');
end
$$;

comment on function ml_private.release_job(bigint, integer) is
    'Give the job back unfinished, as a worker does on SIGTERM: claimable again at once, and no failure. Needs ml_worker. Errors: PT404 '
    'job_not_found, PT409 lease_lost.';

create or replace function ml_private.lock_job(job_id bigint)
returns ml.jobs
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_job ml.jobs;
begin
    if lock_job.job_id is null then
        perform ml_private.raise_invalid('job_id must be given');
    end if;
    select * into v_job from ml.jobs j where j.id = lock_job.job_id for no key update;
    if v_job.id is null then
        perform ml_private.raise_unknown('job', lock_job.job_id);
    end if;
    return v_job;
end
$$;

comment on function ml_private.lock_job(bigint) is 'The job, locked until the transaction ends; PT404 job_not_found.';

-- api: engineer
create or replace function ml_private.cancel_job(job_id bigint)
returns ml.jobs
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_job ml.jobs;
begin
    perform ml_private.require_role('engineer');
    v_job := ml_private.lock_job(cancel_job.job_id);
    if v_job.state in ('succeeded', 'failed') then
        perform ml_private.raise_conflict(
            format('job %s has %s already', v_job.id, v_job.state), 'job_finished', 'only a queued or running job can be cancelled');
    elsif v_job.state = 'queued' then
        update ml.jobs j
        set state = 'cancelled', ready = false, cancel_requested = true, error = 'cancelled before it ran', finished_at = clock_timestamp()
        where j.id = v_job.id
        returning * into v_job;
        perform ml_private.announce_jobs(array[v_job], 'job.cancelled');
        perform ml_private.tell_followers(array[v_job]);
        delete from ml_private.job_dependencies d where d.job_id = v_job.id;
        perform ml_private.resolve_dependencies(array[v_job.id]);
    elsif v_job.state = 'running' and not v_job.cancel_requested then
        update ml.jobs j set cancel_requested = true where j.id = v_job.id returning * into v_job;
        insert into ml.job_events (job_id, attempt, event) values (v_job.id, v_job.attempt, 'cancel_requested');
    end if;
    return v_job;
end
$$;

comment on function ml_private.cancel_job(bigint) is
    'Cancel a job. A queued one is cancelled at once, with the jobs that depend on it; a running one learns of it at its next heartbeat and ends as '
    'cancelled whatever its worker says. Cancelling twice is no error. Needs engineer. Errors: PT404 job_not_found, PT409 job_finished.';

-- api: engineer
create or replace function ml_private.retry_job(job_id bigint)
returns ml.jobs
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_job ml.jobs;
    v_parents record;
begin
    perform ml_private.require_role('engineer');
    -- Dependencies first: locks are taken in the order of ids, and a dependency has the lower id.
    perform from ml.jobs p
    where p.id = any ((select j.depends_on from ml.jobs j where j.id = retry_job.job_id)::bigint[]) order by p.id for share;
    v_job := ml_private.lock_job(retry_job.job_id);
    if v_job.state not in ('failed', 'cancelled') then
        perform ml_private.raise_conflict(
            format('job %s is %s', v_job.id, v_job.state), 'job_not_failed', 'only a failed or cancelled job can be retried');
    end if;
    -- A job that has run once had its dependencies met, and they may be deleted since. One that never ran needs every one of them.
    select
        count(*) filter (where p.finished_at is null) as pending,
        min(d) filter (where p.state in ('failed', 'cancelled')) as dead,
        min(d) filter (where p.id is null) as deleted
    into v_parents
    from unnest(v_job.depends_on) d left join ml.jobs p on p.id = d
    where v_job.attempt = 0;
    if v_parents.dead is not null then
        perform ml_private.raise_conflict(
            format('job %s depends on job %s, which did not succeed', v_job.id, v_parents.dead), 'dependency_failed', 'retry that one first');
    elsif v_parents.deleted is not null then
        perform ml_private.raise_conflict(
            format('job %s depends on job %s, which is deleted, so nobody knows whether it succeeded', v_job.id, v_parents.deleted), 'dependency_failed',
            'enqueue a new job');
    end if;
    begin
        update ml.jobs j
        set
            state = 'queued', ready = v_parents.pending = 0, run_at = clock_timestamp(), failures = 0, lost_claims = 0,
                pending_dependencies = v_parents.pending,
            cancel_requested = false, worker_id = null, error = null, result = null, progress = null, started_at = null, finished_at = null
        where j.id = v_job.id
        returning * into v_job;
    exception when unique_violation then
        perform ml_private.raise_conflict(
            format('another unfinished job has the unique_key %s', to_json(v_job.unique_key)), 'unique_key_taken', 'wait until it has ended');
    end;
    insert into ml_private.job_dependencies (depends_on, job_id)
    select p.id, v_job.id from ml.jobs p where v_parents.pending > 0 and p.id = any (v_job.depends_on) and p.finished_at is null;
    insert into ml.job_events (job_id, attempt, event) values (v_job.id, v_job.attempt, 'retried');
    perform ml_private.announce_jobs(array[v_job], 'job.queued');
    perform ml_private.tell_followers(array[v_job]);
    if v_job.ready then
        perform pg_notify('ml_jobs', v_job.queue);
    end if;
    return v_job;
end
$$;

comment on function ml_private.retry_job(bigint) is
    'Queue a failed or cancelled job again, with all its attempts. Jobs that ended because of it stay ended. Needs engineer. Errors: PT404 '
    'job_not_found, PT409 job_not_failed, dependency_failed, unique_key_taken.';

-- api: worker
create or replace function ml_private.log_job(job_id bigint, attempt integer, message text, level text default 'info', fields jsonb default '{}')
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform ml_private.require_role('service_role', worker => true);
    if log_job.message is null then
        perform ml_private.raise_invalid('message must be given');
    end if;
    if log_job.level is null or log_job.level not in ('debug', 'info', 'warning', 'error') then
        perform ml_private.raise_invalid(
            format('level must be debug, info, warning or error, not %s', coalesce(to_json(left(log_job.level, 100))::text, 'null')));
    end if;
    perform ml_private.check_job_object(log_job.fields, 'fields', 65536);
    -- Without a lock: a line that is written while the lease is being lost was written before.
    if not exists (select from ml.jobs j where j.id = log_job.job_id and j.attempt = log_job.attempt and j.lease_expires_at is not null) then
        perform ml_private.raise_lease_lost(log_job.job_id, log_job.attempt);
    end if;
    insert into ml.job_events (job_id, attempt, event, level, message, fields)
    values (log_job.job_id, log_job.attempt, 'log', log_job.level, left(log_job.message, 10000), log_job.fields);
end
$$;

comment on function ml_private.log_job(bigint, integer, text, text, jsonb) is
    'Write a log line of a running attempt to ml.job_events. level: debug, info, warning or error. message: its first 10,000 characters are kept. fields: '
    'an object of at most 64 KB. Needs ml_worker. Errors: 22023, PT404 job_not_found, PT409 lease_lost.';
