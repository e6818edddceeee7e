-- Telling the world: NOTIFY ml_jobs wakes workers, Realtime and webhooks tell people and apps.

create function ml_private.summarize_job(job ml.jobs)
returns jsonb
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
    -- Neither payload nor result: a message has a size limit, and whoever may read them asks ml.get_job.
    return jsonb_build_object(
        'id', (summarize_job.job).id, 'queue', (summarize_job.job).queue, 'kind', (summarize_job.job).kind,
        'state', (summarize_job.job).state, 'attempt', (summarize_job.job).attempt, 'worker_id', (summarize_job.job).worker_id,
        'progress', (summarize_job.job).progress, 'error', left((summarize_job.job).error, 500));
end
$$;

comment on function ml_private.summarize_job(ml.jobs) is 'A job as its announcements show it.';
revoke all on function ml_private.summarize_job(ml.jobs) from public;

create function ml_private.announce_jobs(changes ml.jobs[])
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    v_group record;
begin
    for v_group in
        select c.state, count(*) as count, jsonb_agg(ml_private.summarize_job(c)) as jobs
        from unnest(announce_jobs.changes) c
        group by c.state
    loop
        perform ml_private.broadcast('ml:jobs', 'job.' || v_group.state, jsonb_build_object('count', v_group.count, 'jobs', v_group.jobs));
        perform ml_private.emit('ml:jobs:' || (j ->> 'id'), 'job.' || v_group.state, j) from jsonb_array_elements(v_group.jobs) j;
    end loop;
end
$$;

comment on function ml_private.announce_jobs(ml.jobs[]) is 'One message a state on ml:jobs, and one a job on ml:jobs:<id> and to webhooks.';
revoke all on function ml_private.announce_jobs(ml.jobs[]) from public;

create function ml_private.announce_new_jobs()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
    perform pg_notify('ml_jobs', i.queue) from (select distinct n.queue from inserted n where n.ready) i;
    perform ml_private.announce_jobs(array(select row(n.*)::ml.jobs from inserted n order by n.id));
    return null;
end
$$;

comment on function ml_private.announce_new_jobs() is 'Trigger: NOTIFY and announce inserted jobs.';
revoke all on function ml_private.announce_new_jobs() from public;

create function ml_private.announce_changed_jobs()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
    perform pg_notify('ml_jobs', r.queue)
    from (select distinct n.queue from updated n join outdated o on o.id = n.id where n.ready and not o.ready) r;
    perform ml_private.announce_jobs(
        array(select row(n.*)::ml.jobs from updated n join outdated o on o.id = n.id where n.state <> o.state order by n.id));
    perform ml_private.emit('ml:jobs:' || n.id, 'job.progress', ml_private.summarize_job(row(n.*)::ml.jobs))
    from updated n join outdated o on o.id = n.id
    where n.state = o.state and (n.progress is distinct from o.progress or n.cancel_requested <> o.cancel_requested);
    return null;
end
$$;

comment on function ml_private.announce_changed_jobs() is 'Trigger: NOTIFY jobs that became claimable, announce changes of state and progress.';
revoke all on function ml_private.announce_changed_jobs() from public;

create trigger announce_new_jobs
after insert on ml.jobs
referencing new table as inserted
for each statement execute function ml_private.announce_new_jobs();

create trigger announce_changed_jobs
after update on ml.jobs
referencing old table as outdated new table as updated
for each statement execute function ml_private.announce_changed_jobs();
