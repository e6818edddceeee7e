-- The lease of an attempt, as a fence around what is written under it.

-- A running job is told here by its lease, as only a running job has one.

create or replace function ml_private.raise_lease_lost(job_id bigint, attempt integer)
returns void
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_job ml.jobs;
begin
    if raise_lease_lost.job_id is null or raise_lease_lost.attempt is null then
        perform ml_private.raise_invalid('job_id and attempt must be given', 'invalid_argument', 'both come with the claimed job');
    end if;
    select * into v_job from ml.jobs j where j.id = raise_lease_lost.job_id;
    if v_job.id is null then
        perform ml_private.raise_unknown('job', raise_lease_lost.job_id);
    end if;
    perform ml_private.raise_conflict(
        format('attempt %s of job %s holds no lease: the job is %s, its last attempt is %s',
            raise_lease_lost.attempt, v_job.id, v_job.state, v_job.attempt),
        'lease_lost', 'stop working on it; whoever holds the job now does');
end
$$;

comment on function ml_private.raise_lease_lost(bigint, integer) is 'Say why (job_id, attempt) is no lease: PT409 lease_lost, or PT404 job_not_found.';

create or replace function ml_private.assert_lease(job_id bigint, attempt integer)
returns ml.jobs
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_job ml.jobs;
begin
    select * into v_job
    from ml.jobs j
    where j.id = assert_lease.job_id and j.attempt = assert_lease.attempt and j.lease_expires_at is not null
    for no key update;
    if v_job.id is null then
        perform ml_private.raise_lease_lost(assert_lease.job_id, assert_lease.attempt);
    end if;
    return v_job;
end
$$;

comment on function ml_private.assert_lease(bigint, integer) is
    'The job locked until the transaction ends, so that what the caller writes stands under its fencing token; else PT409 lease_lost.';

create or replace function ml_private.share_lease(job_id bigint, attempt integer)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform from ml.jobs j
    where j.id = share_lease.job_id and j.attempt = share_lease.attempt and j.lease_expires_at is not null
    for share;
    if not found then
        perform ml_private.raise_lease_lost(share_lease.job_id, share_lease.attempt);
    end if;
end
$$;

comment on function ml_private.share_lease(bigint, integer) is
    'As ml_private.assert_lease, for writers of one attempt who need not wait for each other: nobody takes the lease while one of them holds it so.';
