-- Claims as workers make them. With a claim_id a claim can be repeated: whoever heard no answer asks again and is given what it holds already.

create or replace function ml_private.repeat_claim(claim_id uuid, worker_id text)
returns ml.jobs[]
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_claim ml_private.job_claims;
    v_jobs ml.jobs[];
begin
    -- The first call may still be under way: its client has lost patience, not its place.
    perform pg_advisory_xact_lock(hashtextextended('aimatrix claim ' || repeat_claim.claim_id, 0));
    select * into v_claim from ml_private.job_claims c where c.claim_id = repeat_claim.claim_id;
    if v_claim.claim_id is null then
        return null;
    elsif v_claim.worker_id is distinct from repeat_claim.worker_id then
        perform ml_private.raise_conflict(
            format('the claim %s was made by the worker %s', v_claim.claim_id, to_json(v_claim.worker_id)), 'claim_id_taken',
            'make a new random id for each claim');
    end if;
    perform from ml.jobs j where j.id = any (v_claim.job_ids) order by j.id for no key update;
    -- Renewed, as the worker counts its lease from this call.
    with held as (
        update ml.jobs j
        set lease_expires_at = clock_timestamp() + make_interval(secs => j.lease_seconds)
        from unnest(v_claim.job_ids, v_claim.attempts) c (id, attempt)
        where j.id = c.id and j.attempt = c.attempt and j.lease_expires_at is not null
        returning j
    )
    select coalesce(array_agg(h.j order by (h.j).priority desc, (h.j).id), '{}') into v_jobs from held h;
    return v_jobs;
end
$$;

comment on function ml_private.repeat_claim(uuid, text) is
    'What a claim of that id was given and its worker still holds, leases renewed; null when there was no such claim. PT409 claim_id_taken.';

create or replace function ml_private.record_claim(claim_id uuid, worker_id text, jobs ml.jobs[])
returns void
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    insert into ml_private.job_claims (claim_id, worker_id, job_ids, attempts)
    select record_claim.claim_id, record_claim.worker_id, coalesce(array_agg(j.id order by j.id), '{}'), coalesce(array_agg(j.attempt order by j.id), '{}')
    from unnest(record_claim.jobs) j
$$;

comment on function ml_private.record_claim(uuid, text, ml.jobs[]) is 'Remember what a claim was given, so that it can be repeated.';

-- api: worker
create or replace function ml_private.claim_jobs(
    worker_id text,
    queues text[] default '{default}',
    capabilities jsonb default '{}',
    max_jobs integer default 1,
    lease_seconds integer default 60,
    claim_id uuid default null
)
returns ml.jobs[]
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_jobs ml.jobs[];
begin
    perform ml_private.require_role('service_role', worker => true);
    if claim_jobs.claim_id is not null then
        v_jobs := ml_private.repeat_claim(claim_jobs.claim_id, claim_jobs.worker_id);
        if v_jobs is not null then
            return v_jobs;
        end if;
    end if;
    v_jobs := ml_private.hand_out_jobs(
        claim_jobs.worker_id, claim_jobs.queues, claim_jobs.capabilities, claim_jobs.max_jobs, claim_jobs.lease_seconds);
    -- Nothing is remembered of a claim that got nothing: repeated, it looks again.
    if claim_jobs.claim_id is not null and v_jobs <> '{}' then
        perform ml_private.record_claim(claim_jobs.claim_id, claim_jobs.worker_id, v_jobs);
    end if;
    return v_jobs;
end
$$;

comment on function ml_private.claim_jobs(text, text[], jsonb, integer, integer, uuid) is
    'Take up to max_jobs (1 to 1000) claimable jobs of these queues, best first, under a lease of lease_seconds (1 to 86400). capabilities: {gpus, '
    'gpu_memory_gb, labels} of this worker; jobs that require more are passed over. Each job''s (id, attempt) is the fencing token that every later '
    'call must show. Expired leases of these queues are taken back. Listen on ml_jobs (payload: the queue) instead of polling fast. claim_id: a '
    'random uuid of this claim; repeated by the same worker after a lost reply, it returns what it still holds. A lease that runs out before the '
    'first heartbeat is no failure of the job; after 10 such claims it fails. Needs ml_worker. Errors: 22023, PT409 claim_id_taken.';

create or replace function ml_private.complete_done(done jsonb)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_done constant jsonb := complete_done.done;
    v_completed integer;
begin
    perform ml_private.check_completions(v_done);
    if jsonb_array_length(v_done) = 1 then
        perform ml_private.finish_job(
            (v_done -> 0 -> 'job_id')::bigint, (v_done -> 0 -> 'attempt')::integer, coalesce(v_done -> 0 -> 'result', '{}'));
    elsif v_done <> '[]' then
        v_completed := ml_private.complete_jobs(v_done);
        if v_completed < jsonb_array_length(v_done) then
            perform ml_private.raise_conflict(
                format('of the %s attempts in done only %s hold a lease', jsonb_array_length(v_done), v_completed),
                'lease_lost', 'nothing was completed or claimed; complete them with ml.complete_jobs, which leaves out those that are lost');
        end if;
    end if;
end
$$;

comment on function ml_private.complete_done(jsonb) is 'The first half of an exchange: complete all of done, or PT409 lease_lost.';

-- api: worker
create or replace function ml_private.exchange_jobs(
    done jsonb,
    worker_id text,
    queues text[] default '{default}',
    capabilities jsonb default '{}',
    max_jobs integer default 1,
    lease_seconds integer default 60,
    claim_id uuid default null
)
returns ml.jobs[]
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_jobs ml.jobs[];
begin
    perform ml_private.require_role('service_role', worker => true);
    if exchange_jobs.claim_id is not null then
        v_jobs := ml_private.repeat_claim(exchange_jobs.claim_id, exchange_jobs.worker_id);
        if v_jobs is not null then
            return v_jobs;
        end if;
    end if;
    perform ml_private.complete_done(exchange_jobs.done);
    v_jobs := ml_private.hand_out_jobs(
        exchange_jobs.worker_id, exchange_jobs.queues, exchange_jobs.capabilities, exchange_jobs.max_jobs, exchange_jobs.lease_seconds);
    -- Also when it got nothing: a repeated call could not complete done once more.
    if exchange_jobs.claim_id is not null then
        perform ml_private.record_claim(exchange_jobs.claim_id, exchange_jobs.worker_id, v_jobs);
    end if;
    return v_jobs;
end
$$;

comment on function ml_private.exchange_jobs(jsonb, text, text[], jsonb, integer, integer, uuid) is
    'ml.complete_jobs and ml.claim_jobs in one call and one commit, for busy workers: done is an array of {job_id, attempt, result}, the rest as in '
    'ml.claim_jobs; repeated with its claim_id, it completes nothing twice. All or nothing: when one of done has lost its lease, nothing is '
    'completed or claimed. Needs ml_worker. Errors: 22023, PT404 job_not_found, PT409 lease_lost, claim_id_taken.';

create or replace function ml_private.prune_claims()
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_deleted integer;
begin
    delete from ml_private.job_claims c
    where c.claim_id = any (array(
        select o.claim_id from ml_private.job_claims o
        where o.created_at < now() - interval '1 day'
        order by o.created_at
        limit 5000
        for update skip locked
    ));
    get diagnostics v_deleted = row_count;
    return v_deleted;
end
$$;

comment on function ml_private.prune_claims() is 'Tick task: forget claims after a day, the longest lease that there is.';

select ml_private.register_tick_task('prune_claims', 'ml_private.prune_claims', interval '1 minute');
