-- What workers call, as the role ml_worker (or service_role).

create function ml.claim_jobs(
    worker_id text,
    queues text[] default '{default}',
    capabilities jsonb default '{}',
    max_jobs integer default 1,
    lease_seconds integer default 60,
    claim_id uuid default null
)
returns setof ml.jobs
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_job ml.jobs;
begin
    foreach v_job in array ml_private.claim_jobs(
        claim_jobs.worker_id, claim_jobs.queues, claim_jobs.capabilities, claim_jobs.max_jobs, claim_jobs.lease_seconds,
        claim_jobs.claim_id)
    loop
        return next v_job;
    end loop;
end
$$;

comment on function ml.claim_jobs(text, text[], jsonb, integer, integer, uuid) is
    'Take up to max_jobs (1 to 1000) claimable jobs of these queues, best first, under a lease of lease_seconds (1 to 86400). capabilities: {gpus, '
    'gpu_memory_gb, labels} of this worker; jobs that require more are passed over. Each job''s (id, attempt) is the fencing token that every later '
    'call must show. Expired leases of these queues are taken back, in a busy session up to 0.1 s late. Listen on ml_jobs (payload: the queue) instead of polling fast. '
    'claim_id: a random uuid of this claim; repeated by the same worker after a lost reply, it returns what it still holds. A lease that runs out before the first '
    'heartbeat is no failure of the job; after 10 such claims it fails. Needs ml_worker. Errors: 22023, PT409 claim_id_taken.';
revoke all on function ml.claim_jobs(text, text[], jsonb, integer, integer, uuid) from public;
grant execute on function ml.claim_jobs(text, text[], jsonb, integer, integer, uuid) to ml_worker, service_role;

create function ml.exchange_jobs(
    done jsonb,
    worker_id text,
    queues text[] default '{default}',
    capabilities jsonb default '{}',
    max_jobs integer default 1,
    lease_seconds integer default 60,
    claim_id uuid default null
)
returns setof ml.jobs
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_job ml.jobs;
begin
    foreach v_job in array ml_private.exchange_jobs(
        exchange_jobs.done, exchange_jobs.worker_id, exchange_jobs.queues, exchange_jobs.capabilities, exchange_jobs.max_jobs,
        exchange_jobs.lease_seconds, exchange_jobs.claim_id)
    loop
        return next v_job;
    end loop;
end
$$;

comment on function ml.exchange_jobs(jsonb, text, text[], jsonb, integer, integer, uuid) is
    'ml.complete_jobs and ml.claim_jobs in one call and one commit, for busy workers: done is an array of {job_id, attempt, result}, the rest as in '
    'ml.claim_jobs; repeated with its claim_id, it completes nothing twice. All or nothing: when one of done has lost its lease, nothing is completed or claimed. Needs ml_worker. Errors: 22023, PT404 '
    'job_not_found, PT409 lease_lost, claim_id_taken.';
revoke all on function ml.exchange_jobs(jsonb, text, text[], jsonb, integer, integer, uuid) from public;
grant execute on function ml.exchange_jobs(jsonb, text, text[], jsonb, integer, integer, uuid) to ml_worker, service_role;

create function ml.heartbeat_job(job_id bigint, attempt integer, progress jsonb default null)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return ml_private.heartbeat_job(heartbeat_job.job_id, heartbeat_job.attempt, heartbeat_job.progress);
end
$$;

comment on function ml.heartbeat_job(bigint, integer, jsonb) is
    'Renew the lease for its full length, best at a third of it. progress: an object of at most 64 KB, kept, and announced when it has changed, at most once a second. Returns {cancel_requested, '
    'lease_expires_at}: when cancel_requested is true, stop and call any of complete, fail, release. Needs ml_worker. Errors: PT409 lease_lost.';
revoke all on function ml.heartbeat_job(bigint, integer, jsonb) from public;
grant execute on function ml.heartbeat_job(bigint, integer, jsonb) to ml_worker, service_role;

create function ml.complete_job(job_id bigint, attempt integer, result jsonb default '{}')
returns ml.jobs
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return ml_private.complete_job(complete_job.job_id, complete_job.attempt, complete_job.result);
end
$$;

comment on function ml.complete_job(bigint, integer, jsonb) is
    'The attempt succeeded. result: an object of at most 1 MB. Frees the jobs that depend on it. Called in the transaction that writes the job''s effect, '
    'it makes the effect happen exactly once. Needs ml_worker. Errors: 22023, PT404 job_not_found, PT409 lease_lost.';
revoke all on function ml.complete_job(bigint, integer, jsonb) from public;
grant execute on function ml.complete_job(bigint, integer, jsonb) to ml_worker, service_role;

create function ml.complete_jobs(jobs jsonb)
returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return ml_private.complete_jobs(complete_jobs.jobs);
end
$$;

comment on function ml.complete_jobs(jsonb) is
    'Complete up to 1,000 attempts: an array of {job_id, attempt, result}. Returns how many it completed; those whose lease was lost are left as they '
    'are, so a smaller number than was sent means that some were. Needs ml_worker. Errors: 22023.';
revoke all on function ml.complete_jobs(jsonb) from public;
grant execute on function ml.complete_jobs(jsonb) to ml_worker, service_role;

create function ml.fail_job(job_id bigint, attempt integer, error text, retryable boolean default true)
returns ml.jobs
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return ml_private.fail_job(fail_job.job_id, fail_job.attempt, fail_job.error, fail_job.retryable);
end
$$;

comment on function ml.fail_job(bigint, integer, text, boolean) is
    'The attempt failed. The job is queued again after a backoff (5 s doubling to an hour, with jitter) until max_attempts failures; at once failed when '
    'retryable is false. error: its first 10,000 characters are kept. Needs ml_worker. Errors: 22023, PT404 job_not_found, PT409 lease_lost.';
revoke all on function ml.fail_job(bigint, integer, text, boolean) from public;
grant execute on function ml.fail_job(bigint, integer, text, boolean) to ml_worker, service_role;

create function ml.release_job(job_id bigint, attempt integer)
returns ml.jobs
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return ml_private.release_job(release_job.job_id, release_job.attempt);
end
$$;

comment on function ml.release_job(bigint, integer) is
    'Give the job back unfinished, as a worker does on SIGTERM: claimable again at once, and no failure. Needs ml_worker. Errors: PT404 '
    'job_not_found, PT409 lease_lost.';
revoke all on function ml.release_job(bigint, integer) from public;
grant execute on function ml.release_job(bigint, integer) to ml_worker, service_role;

create function ml.log_job(job_id bigint, attempt integer, message text, level text default 'info', fields jsonb default '{}')
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    perform ml_private.log_job(log_job.job_id, log_job.attempt, log_job.message, log_job.level, log_job.fields);
end
$$;

comment on function ml.log_job(bigint, integer, text, text, jsonb) is
    'Write a log line of a running attempt to ml.job_events. level: debug, info, warning or error. message: its first 10,000 characters are kept. fields: '
    'an object of at most 64 KB. Needs ml_worker. Errors: 22023, PT404 job_not_found, PT409 lease_lost.';
revoke all on function ml.log_job(bigint, integer, text, text, jsonb) from public;
grant execute on function ml.log_job(bigint, integer, text, text, jsonb) to ml_worker, service_role;
