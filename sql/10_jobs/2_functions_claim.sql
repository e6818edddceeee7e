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

create function ml_private.check_claim(worker_id text, queues text[], capabilities jsonb, max_jobs integer, lease_seconds integer)
returns void
language plpgsql
immutable
security invoker
set search_path = ''
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
revoke all on function ml_private.check_claim(text, text[], jsonb, integer, integer) from public;

create function ml_private.claim_jobs(
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
set search_path = ''
set enable_seqscan = off
set jit = off
set plan_cache_mode = force_generic_plan
as $$
declare
    v_capabilities jsonb;
    v_ids bigint[];
    v_jobs ml.jobs[];
begin
    perform ml_private.require_role('service_role', worker => true);
    -- What is plainly right is spared its 20 µs; check_claim alone tells right from wrong.
    if (
        claim_jobs.worker_id ~ '^[A-Za-z0-9][ -~]{0,200}$'
        and claim_jobs.capabilities = '{}'
        and claim_jobs.max_jobs between 1 and 1000
        and claim_jobs.lease_seconds between 1 and 86400
        and array_ndims(claim_jobs.queues) = 1
        and array_position(claim_jobs.queues, null) is null
        and array_to_string(claim_jobs.queues, ' ') ~ '^[a-z][a-z0-9_]*( [a-z][a-z0-9_]*)*$'
        and length(array_to_string(claim_jobs.queues, ' ')) <= 100
    ) is not true then
        perform ml_private.check_claim(
            claim_jobs.worker_id, claim_jobs.queues, claim_jobs.capabilities, claim_jobs.max_jobs, claim_jobs.lease_seconds);
    end if;
    perform ml_private.wake_jobs_sometimes(claim_jobs.queues);
    -- A worker that offers nothing says so with zeros; like one that says nothing it never looks at jobs that demand something.
    v_capabilities := case claim_jobs.capabilities when '{}' then '{}' else ml_private.normalize_requirements(claim_jobs.capabilities) end;
    if cardinality(claim_jobs.queues) = 1 and v_capabilities = '{}' then
        v_ids := ml_private.pick_plain_jobs(claim_jobs.queues[1], claim_jobs.max_jobs);
    else
        v_ids := ml_private.pick_jobs(array(select distinct q from unnest(claim_jobs.queues) q), v_capabilities, claim_jobs.max_jobs);
    end if;
    if v_ids = '{}' then
        return '{}'::ml.jobs[];
    end if;
    with taken as (
        update ml.jobs j
        set
            state = 'running',
            ready = false,
            attempt = j.attempt + 1,
            worker_id = claim_jobs.worker_id,
            lease_seconds = claim_jobs.lease_seconds,
            lease_expires_at = clock_timestamp() + make_interval(secs => claim_jobs.lease_seconds),
            started_at = clock_timestamp(),
            progress = null
        where j.id = any (v_ids)
        returning j
    )
    select array_agg(t.j order by (t.j).priority desc, (t.j).id) into v_jobs from taken t;
    perform ml_private.announce_jobs(v_jobs, 'job.running');
    return v_jobs;
end
$$;

comment on function ml_private.claim_jobs(text, text[], jsonb, integer, integer) is 'Behind ml.claim_jobs.';
revoke all on function ml_private.claim_jobs(text, text[], jsonb, integer, integer) from public;
grant execute on function ml_private.claim_jobs(text, text[], jsonb, integer, integer) to ml_worker, service_role;

create function ml_private.exchange_jobs(
    done jsonb,
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
set search_path = ''
as $$
declare
    v_done jsonb := exchange_jobs.done;
    v_completed integer := 0;
begin
    perform ml_private.require_role('service_role', worker => true);
    perform ml_private.check_completions(v_done);
    if jsonb_array_length(v_done) = 1 then
        perform ml_private.complete_job(
            (v_done -> 0 -> 'job_id')::bigint, (v_done -> 0 -> 'attempt')::integer, coalesce(v_done -> 0 -> 'result', '{}'));
    elsif v_done <> '[]' then
        v_completed := ml_private.complete_jobs(v_done);
        if v_completed < jsonb_array_length(v_done) then
            perform ml_private.raise_conflict(
                format('of the %s attempts in done only %s hold a lease', jsonb_array_length(v_done), v_completed),
                'lease_lost', 'nothing was completed or claimed; complete them with ml.complete_jobs, which leaves out those that are lost');
        end if;
    end if;
    return ml_private.claim_jobs(
        exchange_jobs.worker_id, exchange_jobs.queues, exchange_jobs.capabilities, exchange_jobs.max_jobs, exchange_jobs.lease_seconds);
end
$$;

comment on function ml_private.exchange_jobs(jsonb, text, text[], jsonb, integer, integer) is 'Behind ml.exchange_jobs.';
revoke all on function ml_private.exchange_jobs(jsonb, text, text[], jsonb, integer, integer) from public;
grant execute on function ml_private.exchange_jobs(jsonb, text, text[], jsonb, integer, integer) to ml_worker, service_role;
