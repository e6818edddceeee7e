-- What falls due with time, and what is told about a queue.
begin;
select plan(40);

select tests.become('engineer');
select count(*) from ml.enqueue_jobs('[
    {"kind": "a"}, {"kind": "b"}, {"kind": "c"}, {"kind": "x", "queue": "x"}, {"kind": "y", "queue": "y", "run_at": "2900-01-01T00:00:00Z"}
]') \g /dev/null
select tests.become('ml_worker');
select count(*) from ml.claim_jobs('w', '{default,x}', max_jobs => 10) \g /dev/null
select tests.reset();

-- The tick task that wakes.
select set_eq('select ml_private.list_job_queues()', array['default', 'x', 'y'], 'every queue is found, whatever state its jobs are in');
select is(ml_private.wake_all_jobs(), 0, 'nothing is due');
update ml.jobs set lease_expires_at = now() - interval '1 second' where kind in ('a', 'x');
update ml.jobs set run_at = now() - interval '1 second' where kind = 'y';
select is(ml_private.wake_all_jobs(), 3, 'two lost leases and one due job, in three queues');
select results_eq(
    $$ select kind, state || ready from ml.jobs order by kind $$,
    $$ values ('a', 'queuedtrue'), ('b', 'runningfalse'), ('c', 'runningfalse'), ('x', 'queuedtrue'), ('y', 'queuedtrue') $$,
    'queues that nobody polls come right too');
select is(ml_private.wake_all_jobs(), 0, 'it has nothing left to do');
update ml.jobs set lease_expires_at = now() - interval '1 second' where kind in ('b', 'c');
select is(ml_private.wake_jobs('{default}', 1), 1, 'it does a bounded number');
select is(ml_private.wake_jobs('{default}', 1), 1, 'and the rest the next time');
select ok(
    (select count(*) = 2 from ml_private.tick_tasks t where t.name in ('wake_jobs', 'delete_old_jobs')), 'both tasks are registered with the tick');

-- Retention.
select tests.become('ml_worker');
select is(
    (select count(*) from ml.claim_jobs('w', '{default,x,y}', max_jobs => 10) c cross join lateral ml.complete_job(c.id, c.attempt)), 5::bigint,
    'all are finished');
select tests.reset();
select is(ml_private.delete_old_jobs(), 0, 'finished jobs are kept');
update ml.jobs set finished_at = now() - interval '29 days' where kind = 'a';
update ml.jobs set finished_at = now() - interval '31 days' where kind in ('b', 'x');
select tests.become('admin');
select is((ml.set_queue_settings('x', '{"retain_days": 60}')).retain_days, 60, 'a queue can keep its jobs longer');
select tests.reset();
select is(ml_private.delete_old_jobs(), 1, 'after 30 days they go');
select results_eq($$ select kind from ml.jobs order by kind $$, array['a', 'c', 'x', 'y'], 'those of the queue that keeps them longer stay');
select tests.become('admin');
select is((ml.set_queue_settings('x', '{"retain_days": 0}')).retain_days, 0, 'or not at all');
select tests.reset();
select is(ml_private.delete_old_jobs(), 1, 'then they go at the next tick');
update ml.jobs set finished_at = now() - interval '1 year', state = 'failed' where kind = 'a';
insert into ml.jobs (kind, ready) values ('waiting', true);
update ml.jobs set created_at = now() - interval '1 year' where kind = 'waiting';
select is(ml_private.delete_old_jobs(), 1, 'failed jobs go as well');
select is((select count(*) from ml.jobs where kind = 'waiting'), 1::bigint, 'an unfinished job never goes, however old');
select tests.become('admin');
select tests.throws($$ select ml.set_queue_settings('x', '{"retain_days": -1}') $$, '22023', null, 'days are not negative', 'retain_days');
select tests.throws($$ select ml.set_queue_settings('x', null) $$, '22023', null, 'settings are an object', 'settings');
select tests.throws($$ select ml.set_queue_settings('a b', '{}') $$, '22023', 'invalid_name', 'a queue is a name', 'queue');
select tests.throws($$ select ml.set_queue_settings('x', '{"keep": 1}') $$, '22023', 'unknown_key', 'unknown settings are refused', 'keep');
select tests.throws($$ select ml.set_queue_settings('x', '{"announce": "no"}') $$, '22023', null, 'announce is true or false', 'announce');
select is((ml.set_queue_settings('x', '{"announce": false}')).retain_days, 0, 'what is not named stays as it is');

-- Statistics. Waits of 1, 2, 3, 4 and 100 seconds, runs of ten times that; one failed; one finished too long ago to count.
select tests.reset();
delete from ml.jobs;
insert into ml.jobs (kind, queue, state, created_at, run_at, started_at, finished_at)
select 'k', 's', case when n = 3 then 'failed' else 'succeeded' end, t, t, t + n * interval '1 second', t + n * interval '11 seconds'
from unnest(array[1, 2, 3, 4, 100]) n cross join lateral (select now() - interval '30 minutes') b (t);
insert into ml.jobs (kind, queue, state, created_at, run_at, started_at, finished_at)
select 'k', 's', 'failed', t, t, t, t + interval '5 hours' from (select now() - interval '7 hours') b (t);
insert into ml.jobs (kind, queue, ready, created_at, run_at) values
    ('k', 's', true, now() - interval '90 seconds', now() - interval '90 seconds'), ('k', 's', true, now() - interval '1 day', now() - interval '30 seconds');
insert into ml.jobs (kind, queue, run_at) values ('k', 's', now() + interval '1 day');
insert into ml.jobs (kind, queue, pending_dependencies) values ('k', 's', 1);
insert into ml.jobs (kind, queue, state, lease_expires_at) values ('k', 's', 'running', now() + interval '1 minute'), ('k', 't', 'running', now() + interval '1 minute');
select tests.become('viewer');
create temporary table s as select * from ml.queue_stats where queue = 's';
select is((select s.depth from s), 2::bigint, 'depth counts what can be claimed');
select is((select s.scheduled from s), 1::bigint, 'what waits for its time is apart');
select is((select s.blocked from s), 1::bigint, 'and what waits for another job');
select is((select s.running from s), 1::bigint, 'running jobs');
select ok((select s.oldest_age_seconds between 90 and 100 from s), 'the oldest has waited since it could be claimed, not since it was made');
select is((select s.failed_last_hour from s), 1::bigint, 'failures of the last hour');
select is((select s.wait_p50_seconds from s), 3::double precision, 'the median wait');
select is((select round(s.wait_p95_seconds::numeric, 6) from s), 80.8, 'the 95th percentile of the wait');
select is((select s.run_p50_seconds from s), 30::double precision, 'the median run time');
select is((select round(s.run_p95_seconds::numeric, 6) from s), 808.0, 'the 95th percentile of the run time');
select is((select t.running || ',' || t.depth || ',' || coalesce(t.wait_p50_seconds::text, 'none') from ml.queue_stats t where t.queue = 't'), '1,0,none', 'a queue that has only running jobs is there');
select is((select count(*) from ml.queue_stats), 2::bigint, 'one row a queue');
select tests.become('stranger');
select is((select count(*) from ml.queue_stats), 0::bigint, 'strangers see no queue');

-- Cheap whatever is finished.
select tests.reset();
insert into ml.jobs (kind, queue, state, created_at, run_at, started_at, finished_at)
select 'k', 'many', 'succeeded', now(), now(), now(), now() from generate_series(1, 20000);
analyze ml.jobs;
create function pg_temp.rows_read() returns numeric language plpgsql as $$
declare
    v_plan jsonb;
begin
    execute 'explain (analyze, format json) select * from ml.queue_stats' into v_plan;
    return (select sum((n ->> 'Actual Rows')::numeric * (n ->> 'Actual Loops')::numeric)
        from jsonb_path_query(v_plan, '$.** ? (@."Relation Name" == "jobs")') n);
end
$$;
select cmp_ok(pg_temp.rows_read(), '<', 4000::numeric, 'the view reads a bounded number of finished jobs');

create function pg_temp.keys_read() returns bigint language sql as $$ select pg_stat_get_xact_tuples_returned('ml.jobs_id_pkey'::regclass) $$;
delete from ml.jobs where queue <> 'many';
insert into ml.jobs (kind, queue, run_at) select 'late', 'many', now() - n * interval '1 second' from generate_series(1, 20000) n;
analyze ml.jobs;
discard plans;
create temporary table before as select pg_temp.keys_read() as keys;
select is(ml_private.wake_jobs('{many}', 10), 10, 'jobs come due beside many others');
select cmp_ok(pg_temp.keys_read() - b.keys, '<', 1000::bigint, 'the others are not read for it') from before b;
update ml.jobs set finished_at = now() - interval '40 days' where id in (select j.id from ml.jobs j where j.queue = 'many' and j.state = 'succeeded' order by j.id limit 20);
update before set keys = pg_temp.keys_read();
select ml_private.delete_old_jobs() \g /dev/null
select cmp_ok(pg_temp.keys_read() - b.keys, '<', 1000::bigint, 'nor for deleting what is past its time') from before b;

select * from finish();
rollback;
