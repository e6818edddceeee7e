-- One row a queue, for people and for scalers. Percentiles are of the last 1,000 finished jobs of the last hour: with a million finished jobs in
-- the table the view reads at most 1,000 of them a queue and state, through jobs_finished_idx.

create or replace view ml.queue_stats
with (security_invoker = true)
as
with recursive
named (queue) as (
    (select j.queue from ml.jobs j where j.finished_at is not null order by j.queue limit 1)
    union all
    select n.queue
    from named q
    cross join lateral (select j.queue from ml.jobs j where j.finished_at is not null and j.queue > q.queue order by j.queue limit 1) n
),
-- Each in the words of its partial index: otherwise they would read the whole table.
claimable as (
    select j.queue, count(*) as depth, min(greatest(j.created_at, j.run_at)) as oldest from ml.jobs j where j.ready group by j.queue
),
waiting as (
    select
        j.queue,
        count(*) filter (where j.pending_dependencies > 0) as blocked,
        count(j.lease_expires_at) as running,
        count(*) filter (where j.pending_dependencies = 0 and j.lease_expires_at is null) as scheduled
    from ml.jobs j
    where not j.ready and j.finished_at is null
    group by j.queue
)
select
    q.queue,
    coalesce(c.depth, 0) as depth,
    coalesce(w.scheduled, 0) as scheduled,
    coalesce(w.blocked, 0) as blocked,
    extract(epoch from clock_timestamp() - c.oldest)::double precision as oldest_age_seconds,
    coalesce(w.running, 0) as running,
    f.failed as failed_last_hour,
    t.wait_p50 as wait_p50_seconds,
    t.wait_p95 as wait_p95_seconds,
    t.run_p50 as run_p50_seconds,
    t.run_p95 as run_p95_seconds
from (
    select n.queue from named n
    union select c.queue from claimable c
    union select w.queue from waiting w
) q
left join claimable c on c.queue = q.queue
left join waiting w on w.queue = q.queue
cross join lateral (
    select count(*) as failed from ml.jobs j where j.queue = q.queue and j.state = 'failed' and j.finished_at > now() - interval '1 hour'
) f
cross join lateral (
    select
        percentile_cont(0.5) within group (order by r.wait) as wait_p50,
        percentile_cont(0.95) within group (order by r.wait) as wait_p95,
        percentile_cont(0.5) within group (order by r.run) as run_p50,
        percentile_cont(0.95) within group (order by r.run) as run_p95
    from (
        select
            extract(epoch from f.started_at - greatest(f.created_at, f.run_at))::double precision as wait,
            extract(epoch from f.finished_at - f.started_at)::double precision as run
        from unnest('{succeeded,failed,cancelled}'::text[]) e (state)
        cross join lateral (
            select j.started_at, j.finished_at, j.created_at, j.run_at
            from ml.jobs j
            where j.queue = q.queue and j.state = e.state and j.finished_at > now() - interval '1 hour'
            order by j.finished_at desc
            limit 1000
        ) f
        order by f.finished_at desc
        limit 1000
    ) r
) t;

comment on view ml.queue_stats is
    'Each queue now: depth (claimable jobs), scheduled (run_at to come), blocked (dependencies unmet), oldest_age_seconds of the claimable, running, '
    'failed_last_hour, and percentiles in seconds of wait (claimable to started) and run over the last 1,000 jobs that ended within the hour. A '
    'scaler reads depth + running.';
