-- What people and apps call. Each function runs as its caller; the definer function of the same name in ml_private checks the role first.
-- plpgsql where one statement of sql would do: its plan is kept for the session, a sql function that cannot be inlined is planned at each call.

create function ml.enqueue_job(
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
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return ml_private.enqueue_job(
        enqueue_job.kind, enqueue_job.payload, enqueue_job.queue, enqueue_job.priority, enqueue_job.run_at, enqueue_job.max_attempts,
        enqueue_job.unique_key, enqueue_job.requirements, enqueue_job.depends_on);
end
$$;

comment on function ml.enqueue_job(text, jsonb, text, integer, timestamptz, integer, text, jsonb, bigint[]) is
    'Queue one job. payload: an object of at most 1 MB. priority: higher first, first in first out inside one. run_at: not before. max_attempts: '
    'failures until it fails for good. unique_key: while a job with this key is unfinished, that job comes back instead of a new one. requirements: '
    '{gpus, gpu_memory_gb, labels} that a worker must have. depends_on: ids of jobs that must succeed first; when one fails or is cancelled, so does '
    'this one. Needs engineer. Errors: 22023, PT404 dependency_not_found.';
revoke all on function ml.enqueue_job(text, jsonb, text, integer, timestamptz, integer, text, jsonb, bigint[]) from public;
grant execute on function ml.enqueue_job(text, jsonb, text, integer, timestamptz, integer, text, jsonb, bigint[]) to authenticated, service_role;

create function ml.enqueue_jobs(jobs jsonb)
returns setof ml.jobs
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select j.* from unnest(ml_private.enqueue_jobs(enqueue_jobs.jobs)) j;
end
$$;

comment on function ml.enqueue_jobs(jsonb) is
    'Queue up to 10,000 jobs at once, all or none: an array of objects with the arguments of ml.enqueue_job as keys. One job back for each, in their '
    'order. Needs engineer. Errors: as ml.enqueue_job, the message begins with jobs[n].';
revoke all on function ml.enqueue_jobs(jsonb) from public;
grant execute on function ml.enqueue_jobs(jsonb) to authenticated, service_role;

create function ml.cancel_job(job_id bigint)
returns ml.jobs
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return ml_private.cancel_job(cancel_job.job_id);
end
$$;

comment on function ml.cancel_job(bigint) is
    'Cancel a job. A queued one is cancelled at once, with the jobs that depend on it; a running one learns of it at its next heartbeat and ends as '
    'cancelled whatever its worker says. Cancelling twice is no error. Needs engineer. Errors: PT404 job_not_found, PT409 job_finished.';
revoke all on function ml.cancel_job(bigint) from public;
grant execute on function ml.cancel_job(bigint) to authenticated, service_role;

create function ml.retry_job(job_id bigint)
returns ml.jobs
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return ml_private.retry_job(retry_job.job_id);
end
$$;

comment on function ml.retry_job(bigint) is
    'Queue a failed or cancelled job again, with all its attempts. Jobs that ended because of it stay ended. Needs engineer. Errors: PT404 '
    'job_not_found, PT409 job_not_failed, dependency_failed, unique_key_taken.';
revoke all on function ml.retry_job(bigint) from public;
grant execute on function ml.retry_job(bigint) to authenticated, service_role;

create function ml.get_job(job_id bigint)
returns ml.jobs
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_job ml.jobs;
begin
    perform ml_private.require_role('viewer');
    select * into v_job from ml.jobs j where j.id = get_job.job_id;
    if v_job.id is null then
        perform ml_private.raise_missing(format('job %s does not exist', coalesce(get_job.job_id::text, 'null')), 'job_not_found');
    end if;
    return v_job;
end
$$;

comment on function ml.get_job(bigint) is 'One job. Needs viewer. Errors: PT404 job_not_found.';
revoke all on function ml.get_job(bigint) from public;
grant execute on function ml.get_job(bigint) to authenticated, service_role;

create function ml.set_queue_settings(queue text, settings jsonb)
returns ml.queue_settings
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return ml_private.set_queue_settings(set_queue_settings.queue, set_queue_settings.settings);
end
$$;

comment on function ml.set_queue_settings(text, jsonb) is
    'Change a queue: {retain_days: 0 to 3650, days that finished jobs are kept, 30 by default; announce: false spares a busy queue the messages on Realtime '
    'and to webhooks, two fifths of what a job costs}. What is not named stays as it is. Needs admin. Errors: 22023.';
revoke all on function ml.set_queue_settings(text, jsonb) from public;
grant execute on function ml.set_queue_settings(text, jsonb) to authenticated, service_role;
