-- Telling the world: NOTIFY ml_jobs wakes workers, Realtime and webhooks tell people and apps.

-- Called by the functions that change jobs, with the rows they have in hand: statement triggers with transition tables did the same for 80 µs more a
-- statement. A Realtime message costs 40 µs, more than inserting a job, and 100 summaries in one message cost 1 ms, as much as inserting 100 jobs. So a
-- statement that changes many jobs sends one message with their ids; one that changes at most 10 sends their summaries, and tells each job's own topic.
create function ml_private.announce_jobs(jobs ml.jobs[], event text, own_topics boolean default true)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    v_jobs ml.jobs[] := announce_jobs.jobs;
    v_webhooks boolean;
    v_quiet boolean;
    v_few boolean;
    v_job ml.jobs;
    v_summary jsonb;
    v_summaries jsonb[] := array[]::jsonb[];
begin
    select exists (select from ml.webhook_endpoints e where e.enabled), exists (select from ml.queue_settings s where not s.announce)
    into v_webhooks, v_quiet;
    if v_quiet then
        v_jobs := array(
            select j from unnest(v_jobs) j where not exists (select from ml.queue_settings s where s.queue = j.queue and not s.announce));
    end if;
    if v_jobs = '{}' then
        return;
    end if;
    v_few := cardinality(v_jobs) <= 10;
    if v_few or v_webhooks then
        foreach v_job in array v_jobs loop
            -- Neither payload nor result: a message has a size limit, and whoever may read them asks ml.get_job.
            v_summary := jsonb_build_object(
                'id', v_job.id, 'queue', v_job.queue, 'kind', v_job.kind, 'state', v_job.state, 'attempt', v_job.attempt,
                'worker_id', v_job.worker_id, 'progress', v_job.progress, 'error', left(v_job.error, 500));
            v_summaries := v_summaries || v_summary;
            if v_few and announce_jobs.own_topics then
                perform ml_private.broadcast('ml:jobs:' || v_job.id, announce_jobs.event, v_summary);
            end if;
        end loop;
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
    'ml:jobs:<id>.';
revoke all on function ml_private.announce_jobs(ml.jobs[], text, boolean) from public;

create function ml_private.announce_batch(ids bigint[], event text)
returns void
language plpgsql
volatile
security definer
set search_path = ''
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
revoke all on function ml_private.announce_batch(bigint[], text) from public;

create function ml_private.notify_workers(queues text[])
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
    perform pg_notify('ml_jobs', q) from (select distinct unnest(notify_workers.queues) as q) d;
end
$$;

comment on function ml_private.notify_workers(text[]) is
    'Wake those who listen on ml_jobs; the payload is the name of a queue that has claimable jobs from this commit on.';
revoke all on function ml_private.notify_workers(text[]) from public;
