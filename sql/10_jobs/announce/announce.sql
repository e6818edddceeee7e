-- Telling the world: NOTIFY ml_jobs wakes workers, Realtime and webhooks tell people and apps, followers are functions of higher domains.

-- Functions that change jobs call what is here with the rows they have in hand: statement triggers with transition tables did the same for 80 µs more
-- a statement. A Realtime message costs 40 µs, more than inserting a job, and 100 summaries in one message cost 1 ms, as much as inserting 100 jobs. So
-- a call that changes many jobs sends one message with their ids; one that changes at most 10 sends their summaries, and tells each job's own topic.

create or replace function ml_private.summarise_job(job ml.jobs)
returns jsonb
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    -- Neither payload nor result: a message has a size limit, and whoever may read them asks ml.get_job.
    return jsonb_build_object(
        'id', (summarise_job.job).id, 'queue', (summarise_job.job).queue, 'kind', (summarise_job.job).kind, 'state', (summarise_job.job).state,
        'attempt', (summarise_job.job).attempt, 'worker_id', (summarise_job.job).worker_id, 'progress', (summarise_job.job).progress,
        'error', left((summarise_job.job).error, 500));
end
$$;

comment on function ml_private.summarise_job(ml.jobs) is 'What messages tell of a job.';

create or replace function ml_private.send_job(job ml.jobs, event text, own_topic boolean, webhooks boolean)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_summary constant jsonb := ml_private.summarise_job(send_job.job);
    v_message constant jsonb := jsonb_build_object('count', 1, 'ids', jsonb_build_array((send_job.job).id), 'jobs', jsonb_build_array(v_summary));
begin
    if not send_job.own_topic then
        perform ml_private.broadcast('ml:jobs', send_job.event, v_message);
    else
        perform ml_private.broadcast_two('ml:jobs', v_message, 'ml:jobs:' || (send_job.job).id, v_summary, send_job.event);
    end if;
    if send_job.webhooks then
        perform ml_private.emit_many(array[null::text], array[send_job.event], array[v_summary]);
    end if;
end
$$;

comment on function ml_private.send_job(ml.jobs, text, boolean, boolean) is
    'ml_private.announce_jobs of one job, for who knows that its queue is not quiet and whether there are webhooks.';

create or replace function ml_private.announce_jobs(jobs ml.jobs[], event text, own_topics boolean default true)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_first constant ml.jobs := announce_jobs.jobs[1];
    v_jobs ml.jobs[];
    v_quiet boolean;
    v_few boolean;
    v_webhooks boolean;
    v_summaries jsonb[] := array[]::jsonb[];
begin
    select
        exists (select from ml.queue_settings s where s.queue = v_first.queue and not s.announce),
        exists (select from ml.webhook_endpoints e where e.enabled)
    into v_quiet, v_webhooks;
    if cardinality(announce_jobs.jobs) = 1 then
        if not v_quiet then
            perform ml_private.send_job(v_first, announce_jobs.event, announce_jobs.own_topics, v_webhooks);
        end if;
        return;
    end if;
    v_jobs := array(
        select j from unnest(announce_jobs.jobs) j where j.queue <> all (array(select s.queue from ml.queue_settings s where not s.announce)));
    if v_jobs = '{}' then
        return;
    end if;
    v_few := cardinality(v_jobs) <= 10;
    if v_few or v_webhooks then
        v_summaries := array(select ml_private.summarise_job(j) from unnest(v_jobs) j);
    end if;
    if v_few and announce_jobs.own_topics then
        perform ml_private.broadcast('ml:jobs:' || (s ->> 'id'), announce_jobs.event, s) from unnest(v_summaries) s;
    end if;
    perform ml_private.broadcast('ml:jobs', announce_jobs.event, jsonb_build_object(
        'count', cardinality(v_jobs), 'ids', array(select j.id from unnest(v_jobs) j), 'jobs', case when v_few then to_jsonb(v_summaries) else '[]' end));
    if v_webhooks then
        perform ml_private.emit_many(
            array_fill(null::text, array[cardinality(v_jobs)]), array_fill(announce_jobs.event, array[cardinality(v_jobs)]), v_summaries);
    end if;
end
$$;

comment on function ml_private.announce_jobs(ml.jobs[], text, boolean) is
    'Announce an event of jobs: {count, ids, jobs} on ml:jobs (jobs are their summaries, when at most 10), a summary to webhooks and, when at most 10, on '
    'ml:jobs:<id>. Nothing of jobs whose queue is quiet.';

create or replace function ml_private.announce_batch(ids bigint[], event text)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    -- The rows are fetched only where a message shows them: collecting them costs as much as a fifth of finishing the jobs.
    if cardinality(announce_batch.ids) > 10
        and not exists (select from ml.webhook_endpoints e where e.enabled)
        and not exists (select from ml.queue_settings s where not s.announce)
    then
        perform ml_private.broadcast('ml:jobs', announce_batch.event, jsonb_build_object(
            'count', cardinality(announce_batch.ids), 'ids', announce_batch.ids, 'jobs', '[]'::jsonb));
    elsif cardinality(announce_batch.ids) > 0 then
        perform ml_private.announce_jobs(array(select j from ml.jobs j where j.id = any (announce_batch.ids) order by j.id), announce_batch.event);
    end if;
end
$$;

comment on function ml_private.announce_batch(bigint[], text) is 'ml_private.announce_jobs for who has only the ids.';

create or replace function ml_private.notify_workers(queues text[])
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform pg_notify('ml_jobs', q) from (select distinct unnest(notify_workers.queues) as q) d;
end
$$;

comment on function ml_private.notify_workers(text[]) is
    'Wake those who listen on ml_jobs; the payload is the name of a queue that has claimable jobs from this commit on.';

-- A trigger on ml.jobs would do it too, at the cost of every job of every kind.
create or replace function ml_private.follow_jobs_of(kind text, function_name text)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_function oid := to_regprocedure(follow_jobs_of.function_name || '(ml.jobs)');
begin
    perform ml_private.check_name(follow_jobs_of.kind, 'kind');
    if v_function is null then
        perform ml_private.raise_unknown('function', follow_jobs_of.function_name || '(ml.jobs)');
    end if;
    insert into ml_private.job_followers as f (kind, function_name)
    values (follow_jobs_of.kind, v_function::regproc::text)
    on conflict on constraint job_followers_kind_pkey do update set function_name = excluded.function_name;
end
$$;

comment on function ml_private.follow_jobs_of(text, text) is
    'Have function_name(ml.jobs) called, in the same transaction, for each job of a kind whose attempt has ended: with the job as it is now, queued again, '
    'succeeded, failed or cancelled. For migrations of higher domains.';

create or replace function ml_private.tell_followers(jobs ml.jobs[])
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_followed record;
begin
    for v_followed in
        select j as job, f.function_name from unnest(tell_followers.jobs) j join ml_private.job_followers f on f.kind = j.kind order by j.id
    loop
        execute format('select %s($1)', v_followed.function_name::regproc) using v_followed.job;
    end loop;
end
$$;

comment on function ml_private.tell_followers(ml.jobs[]) is 'Call the functions that follow jobs of these kinds: see ml_private.follow_jobs_of.';
