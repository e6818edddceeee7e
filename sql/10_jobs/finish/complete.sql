-- What a worker says about the attempt that it holds.
-- api: worker
create or replace function ml_private.heartbeat_job(job_id bigint, attempt integer, progress jsonb default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
set jit = off
set plan_cache_mode = force_generic_plan
as $$
declare
    v_now constant timestamptz := clock_timestamp();
    v_job ml.jobs;
begin
    perform ml_private.require_role('service_role', worker => true);
    if heartbeat_job.progress is not null then
        perform ml_private.check_job_object(heartbeat_job.progress, 'progress', 65536);
    end if;
    -- An expired lease that nobody has taken back yet is simply extended: the fencing token still has one owner.
    update ml.jobs j
    set
        lease_expires_at = v_now + make_interval(secs => j.lease_seconds),
        heard = true,
        progress = coalesce(heartbeat_job.progress, j.progress),
        -- Told when it is other than what was told last, and a second has passed since; till then the next heartbeat looks again.
        progress_told_at = case when p.changed and p.may_tell then v_now else j.progress_told_at end,
        progress_pending = p.changed and not p.may_tell
    from (
        select o.id,
            o.progress_pending or (heartbeat_job.progress is not null and o.progress is distinct from heartbeat_job.progress) as changed,
            coalesce(o.progress_told_at <= v_now - interval '1 second', true) as may_tell
        from ml.jobs o
        where o.id = heartbeat_job.job_id
        for no key update
    ) p
    where p.id = j.id and j.id = heartbeat_job.job_id and j.attempt = heartbeat_job.attempt and j.lease_expires_at is not null
    returning j.* into v_job;
    if v_job.id is null then
        perform ml_private.raise_lease_lost(heartbeat_job.job_id, heartbeat_job.attempt);
    end if;
    if v_job.progress_told_at = v_now then
        insert into ml.job_events (job_id, attempt, event, fields) values (v_job.id, v_job.attempt, 'progress', v_job.progress);
        perform ml_private.announce_jobs(array[v_job], 'job.progress');
    end if;
    return jsonb_build_object('cancel_requested', v_job.cancel_requested, 'lease_expires_at', v_job.lease_expires_at);
end
$$;

comment on function ml_private.heartbeat_job(bigint, integer, jsonb) is
    'Renew the lease for its full length, best at a third of it. progress: an object of at most 64 KB, kept, and announced when it has changed, at '
    'most once a second. Returns {cancel_requested, lease_expires_at}: when cancel_requested is true, stop and call any of complete, fail, release. '
    'Needs ml_worker. Errors: PT409 lease_lost.';

create or replace function ml_private.check_job_object(value jsonb, what text, max_bytes integer default 1048576)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if jsonb_typeof(check_job_object.value) is distinct from 'object' then
        perform ml_private.raise_invalid(format('%s must be an object, not %s', what, ml_private.show_json(value)));
    end if;
    perform ml_private.check_json(value, what, max_bytes);
end
$$;

comment on function ml_private.check_job_object(jsonb, text, integer) is 'Refuse what is no JSON object, or too large a one.';

create or replace function ml_private.finish_job(job_id bigint, attempt integer, result jsonb)
returns ml.jobs
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
set jit = off
set plan_cache_mode = force_generic_plan
as $$
declare
    v_job ml.jobs;
    v_quiet boolean;
    v_webhooks boolean;
    v_followed boolean;
    v_awaited boolean;
begin
    update ml.jobs j
    set
        state = case when j.cancel_requested then 'cancelled' else 'succeeded' end,
        result = finish_job.result,
        error = case when j.cancel_requested then 'cancelled while it ran' end,
        lease_expires_at = null,
        finished_at = clock_timestamp()
    where j.id = finish_job.job_id and j.attempt = finish_job.attempt and j.lease_expires_at is not null
    returning * into v_job;
    if v_job.id is null then
        perform ml_private.raise_lease_lost(finish_job.job_id, finish_job.attempt);
    end if;
    -- In one statement, which is half the price of one each. It begins after the update: whoever enqueued a dependant before us is seen here.
    select
        exists (select from ml.queue_settings s where s.queue = v_job.queue and not s.announce),
        exists (select from ml.webhook_endpoints e where e.enabled),
        exists (select from ml_private.job_followers f where f.kind = v_job.kind),
        exists (select from ml_private.job_dependencies d where d.depends_on = v_job.id)
    into v_quiet, v_webhooks, v_followed, v_awaited;
    if not v_quiet then
        perform ml_private.send_job(v_job, 'job.' || v_job.state, true, v_webhooks);
    end if;
    if v_followed then
        perform ml_private.tell_followers(array[v_job]);
    end if;
    if v_awaited then
        perform ml_private.resolve_dependencies(array[v_job.id]);
    end if;
    return v_job;
end
$$;

comment on function ml_private.finish_job(bigint, integer, jsonb) is 'ml.complete_job for other definer functions: no role check, result already checked.';

-- api: worker
create or replace function ml_private.complete_job(job_id bigint, attempt integer, result jsonb default '{}')
returns ml.jobs
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform ml_private.require_role('service_role', worker => true);
    if (complete_job.result = '{}') is not true then
        perform ml_private.check_job_object(complete_job.result, 'result');
    end if;
    return ml_private.finish_job(complete_job.job_id, complete_job.attempt, complete_job.result);
end
$$;

comment on function ml_private.complete_job(bigint, integer, jsonb) is
    'The attempt succeeded. result: an object of at most 1 MB. Frees the jobs that depend on it. Called in the transaction that writes the job''s effect, '
    'it makes the effect happen exactly once. Needs ml_worker. Errors: 22023, PT404 job_not_found, PT409 lease_lost.';

-- api: worker
create or replace function ml_private.complete_jobs(jobs jsonb)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set enable_hashjoin = off
set enable_mergejoin = off
set enable_bitmapscan = off
set enable_seqscan = off
set jit = off
set plan_cache_mode = force_generic_plan
as $$
declare
    v_ids bigint[];
    v_attempts integer[];
    v_results jsonb[];
    v_succeeded bigint[];
    v_cancelled bigint[];
    v_followed bigint[];
begin
    perform ml_private.require_role('service_role', worker => true);
    perform ml_private.check_completions(complete_jobs.jobs);
    select array_agg(d.id), array_agg(d.attempt), array_agg(d.result)
    into v_ids, v_attempts, v_results
    from (
        select (e -> 'job_id')::bigint as id, (e -> 'attempt')::integer as attempt, coalesce(e -> 'result', '{}') as result
        from jsonb_array_elements(complete_jobs.jobs) e
        order by 1
    ) d;
    -- Before any of them is changed: an id of this batch may be higher than that of another's dependant.
    perform ml_private.lock_awaiting(v_ids, roots => v_ids);
    with done as (
        update ml.jobs j
        set
            state = case when j.cancel_requested then 'cancelled' else 'succeeded' end,
            result = d.result,
            error = case when j.cancel_requested then 'cancelled while it ran' end,
            lease_expires_at = null,
            finished_at = clock_timestamp()
        from unnest(v_ids, v_attempts, v_results) d (id, attempt, result)
        where j.id = d.id and j.attempt = d.attempt and j.lease_expires_at is not null
        returning j.id, j.state, j.kind
    )
    select
        coalesce(array_agg(d.id) filter (where d.state = 'succeeded'), '{}'),
        coalesce(array_agg(d.id) filter (where d.state = 'cancelled'), '{}'),
        array_agg(d.id) filter (where d.kind = any (array(select f.kind from ml_private.job_followers f)))
    into v_succeeded, v_cancelled, v_followed
    from done d;
    perform ml_private.announce_batch(v_succeeded, 'job.succeeded');
    perform ml_private.announce_batch(v_cancelled, 'job.cancelled');
    if v_followed <> '{}' then
        perform ml_private.tell_followers(array(select j from ml.jobs j where j.id = any (v_followed)));
    end if;
    perform ml_private.resolve_dependencies(v_succeeded || v_cancelled);
    return cardinality(v_succeeded) + cardinality(v_cancelled);
end
$$;

comment on function ml_private.complete_jobs(jsonb) is
    'Complete up to 1,000 attempts: an array of {job_id, attempt, result}. Returns how many it completed; those whose lease was lost are left as they '
    'are, so a smaller number than was sent means that some were. Needs ml_worker. Errors: 22023.';

create or replace function ml_private.check_completions(jobs jsonb)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_bad record;
begin
    if jsonb_typeof(check_completions.jobs) is distinct from 'array' or jsonb_array_length(jobs) > 1000 then
        perform ml_private.raise_invalid('jobs must be an array of at most 1000 objects {job_id, attempt, result}');
    end if;
    -- In one expression, without helpers: they would cost more than completing the jobs.
    select e.value, e.ord into v_bad
    from jsonb_array_elements(jobs) with ordinality e (value, ord)
    where case
        when jsonb_typeof(e.value) = 'object' and jsonb_typeof(e.value -> 'job_id') = 'number' and jsonb_typeof(e.value -> 'attempt') = 'number' then
            e.value - '{job_id,attempt,result}'::text[] <> '{}'
            or e.value ->> 'job_id' !~ '^[1-9][0-9]*$'
            or e.value ->> 'attempt' !~ '^[1-9][0-9]*$'
            or length(e.value ->> 'job_id') > 18
            or length(e.value ->> 'attempt') > 9
            or coalesce(jsonb_typeof(e.value -> 'result') <> 'object', false)
        else true end
    limit 1;
    if v_bad.ord is not null then
        perform ml_private.raise_invalid(
            format('jobs[%s] must be an object {job_id, attempt, result}, not %s', v_bad.ord - 1, ml_private.show_json(v_bad.value)));
    end if;
    if jsonb_path_exists(jobs, '$[*].result') then
        perform ml_private.check_json(e.value -> 'result', format('jobs[%s]: result', e.ord - 1))
        from jsonb_array_elements(jobs) with ordinality e (value, ord) where e.value ? 'result';
    end if;
end
$$;

comment on function ml_private.check_completions(jsonb) is 'Refuse what ml.complete_jobs does not take.';
