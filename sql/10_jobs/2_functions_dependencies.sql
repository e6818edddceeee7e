-- What the end of a job means for the jobs that wait for it.

create function ml_private.lock_with_dependants(ids bigint[])
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
    if exists (select from ml_private.job_dependencies d where d.depends_on = any (lock_with_dependants.ids)) then
        perform from ml.jobs j
        where j.id in (
            select unnest(lock_with_dependants.ids)
            union
            select d.job_id from ml_private.job_dependencies d where d.depends_on = any (lock_with_dependants.ids)
        )
        order by j.id
        for no key update;
    end if;
end
$$;

comment on function ml_private.lock_with_dependants(bigint[]) is
    'Lock jobs and those that wait for them in the order of ids, so that finishing a batch and enqueueing a dependant cannot deadlock.';
revoke all on function ml_private.lock_with_dependants(bigint[]) from public;

-- The caller has just finished these jobs and still holds their rows. A transaction that enqueues a dependant holds a share lock on them: either
-- it came first, then its edge is committed and seen here, or it waits for us, then it finds the job finished and calls this function itself.
create function ml_private.resolve_dependencies(parents bigint[])
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    v_parents bigint[] := resolve_dependencies.parents;
    v_queues text[];
begin
    while exists (select from ml_private.job_dependencies d where d.depends_on = any (v_parents)) loop
        with met as (
            delete from ml_private.job_dependencies d
            using ml.jobs p
            where d.depends_on = any (v_parents) and p.id = d.depends_on and p.state = 'succeeded'
            returning d.job_id
        ),
        counted as (
            select m.job_id, count(*)::integer as met from met m group by m.job_id order by m.job_id
        ),
        freed as (
            update ml.jobs j
            set
                pending_dependencies = j.pending_dependencies - c.met,
                ready = j.pending_dependencies = c.met and j.run_at <= clock_timestamp()
            from counted c
            where j.id = c.job_id and j.state = 'queued'
            returning j.queue, j.ready
        )
        select array_agg(f.queue) filter (where f.ready) into v_queues from freed f;
        perform ml_private.notify_workers(v_queues);
        v_parents := ml_private.end_dependants(v_parents);
    end loop;
end
$$;

comment on function ml_private.resolve_dependencies(bigint[]) is
    'Free the dependants of jobs that succeeded; end those of jobs that failed or were cancelled, and theirs.';
revoke all on function ml_private.resolve_dependencies(bigint[]) from public;

create function ml_private.end_dependants(parents bigint[])
returns bigint[]
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    v_ended ml.jobs[];
    v_ids bigint[];
    v_state text;
begin
    -- A dependant of several dead jobs follows a failed one before a cancelled one. The reason names the job at the root, however long the chain.
    with dead as (
        select distinct on (d.job_id)
            d.job_id,
            p.state,
            case
                when p.attempt = 0 and p.depends_on <> '{}' and p.error like 'dependency %'
                    then format('dependency %s did not run: %s', p.id, regexp_replace(p.error, '^dependency \d+ did not run: ', ''))
                when p.state = 'failed' then format('dependency %s failed: %s', p.id, left(p.error, 1000))
                else format('dependency %s was cancelled', p.id)
            end as reason
        from ml_private.job_dependencies d
        join ml.jobs p on p.id = d.depends_on
        where d.depends_on = any (end_dependants.parents) and p.state in ('failed', 'cancelled')
        order by d.job_id, p.state desc, p.id
    ),
    ended as (
        update ml.jobs j
        set state = d.state, error = d.reason, ready = false, finished_at = clock_timestamp()
        from dead d
        where j.id = d.job_id and j.state = 'queued'
        returning j
    )
    select array_agg(e.j), array_agg((e.j).id) into v_ended, v_ids from ended e;
    delete from ml_private.job_dependencies d where d.job_id = any (v_ids);
    perform ml_private.tell_followers(v_ended);
    foreach v_state in array '{failed,cancelled}'::text[] loop
        perform ml_private.announce_jobs(array_agg(e), 'job.' || v_state) from unnest(v_ended) e where e.state = v_state having count(*) > 0;
    end loop;
    return v_ids;
end
$$;

comment on function ml_private.end_dependants(bigint[]) is 'End the queued jobs that wait for dead ones, with the reason; returns their ids.';
revoke all on function ml_private.end_dependants(bigint[]) from public;
