-- What the end of a job means for the jobs that wait for it.

-- Locks are taken in the order of ids, and a row of job_dependencies is deleted only by who holds the dependant: so whoever ends a job holds all that
-- will change with it before anything does, and two that meet wait for one another without holding what the other needs.

create or replace function ml_private.list_behind(parents bigint[])
returns bigint[]
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    with recursive behind (id) as (
        select d.job_id from ml_private.job_dependencies d where d.depends_on = any (list_behind.parents)
        union
        select d.job_id from behind b join ml_private.job_dependencies d on d.depends_on = b.id
    )
    select coalesce(array_agg(b.id), '{}') from behind b
$$;

comment on function ml_private.list_behind(bigint[]) is 'Every job that waits for these, directly or through others.';

create or replace function ml_private.list_awaiting(parents bigint[])
returns bigint[]
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- What follows a dead job ends with it, and so does what follows that; a job that succeeds changes its direct dependants alone.
    select coalesce(array_agg(distinct w.id), '{}')
    from (
        select d.job_id as id from ml_private.job_dependencies d where d.depends_on = any (list_awaiting.parents)
        union all
        select unnest(ml_private.list_behind(array(
            select p.id
            from ml.jobs p
            where p.id = any (list_awaiting.parents) and (p.state in ('failed', 'cancelled') or p.cancel_requested)
        )))
    ) w
$$;

comment on function ml_private.list_awaiting(bigint[]) is
    'The jobs that change when these end: their dependants, and all behind those of a job that is dead or to be cancelled.';

create or replace function ml_private.lock_awaiting(parents bigint[], roots bigint[] default '{}')
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_ids bigint[];
begin
    if not exists (select from ml_private.job_dependencies d where d.depends_on = any (lock_awaiting.parents)) then
        return;
    end if;
    v_ids := ml_private.list_awaiting(lock_awaiting.parents);
    while v_ids <> '{}' loop
        begin
            perform from ml.jobs j where j.id = any (v_ids || lock_awaiting.roots) order by j.id for no key update;
            if ml_private.list_awaiting(lock_awaiting.parents) <@ v_ids then
                return;
            end if;
            raise sqlstate 'ML001';
        exception when sqlstate 'ML001' then
            -- While we waited, a job was enqueued behind one of them. Leaving this block gives back the locks, so that all are taken again in order.
            v_ids := ml_private.list_awaiting(lock_awaiting.parents);
        end;
    end loop;
end
$$;

comment on function ml_private.lock_awaiting(bigint[], bigint[]) is
    'Lock all jobs that change when the parents end, together with the roots, in the order of ids. Parents that the caller holds already have lower '
    'ids than whatever waits for them.';

-- The caller has just finished these jobs and still holds their rows. A transaction that enqueues a dependant holds a share lock on them: either
-- it came first, then its edge is committed and seen here, or it waits for us, then it finds the job finished and calls this function itself.
create or replace function ml_private.resolve_dependencies(parents bigint[])
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_parents bigint[] := resolve_dependencies.parents;
    v_queues text[];
begin
    perform ml_private.lock_awaiting(v_parents);
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

create or replace function ml_private.end_dependants(parents bigint[])
returns bigint[]
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
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
