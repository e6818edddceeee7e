-- Functions of higher domains that follow jobs, and when a claim looks for what has come due.
begin;
select plan(16);

create table public.followed (id bigint, state text);
create function public.follow(job ml.jobs) returns void language sql as $$ insert into public.followed values (job.id, job.state) $$;
select ml_private.follow_jobs_of('watched', 'public.follow');
create function pg_temp.told() returns setof text language sql as $$
    with gone as (delete from public.followed returning *) select j.payload ->> 'name' || ' ' || g.state from gone g join ml.jobs j using (id) order by 1
$$;
create function pg_temp.job(name text) returns ml.jobs language sql as $$ select j from ml.jobs j where j.payload ->> 'name' = job.name $$;

select ml.enqueue_jobs(jsonb_agg(jsonb_build_object('kind', case when n = 'plain' then 'plain' else 'watched' end, 'payload', jsonb_build_object('name', n)) order by o))
from unnest(array['plain', 'one', 'two', 'three', 'four', 'five', 'six']) with ordinality u (n, o) \g /dev/null
select ml.enqueue_job('watched', '{"name": "waits"}', depends_on => array[(pg_temp.job('five')).id]) \g /dev/null
select count(*) from ml.claim_jobs('w', max_jobs => 10) \g /dev/null
select is_empty('select pg_temp.told()', 'a new job and a claimed one are not told to followers');

select ml.complete_job((pg_temp.job('one')).id, 1) \g /dev/null
select results_eq('select pg_temp.told()', array['one succeeded'], 'a completed job is');
select ml.complete_job((pg_temp.job('plain')).id, 1) \g /dev/null
select is_empty('select pg_temp.told()', 'a job of another kind is not');
select ml.cancel_job((pg_temp.job('three')).id) \g /dev/null
select is_empty('select pg_temp.told()', 'nor one that is only asked to stop');
select ml.complete_jobs(jsonb_agg(jsonb_build_object('job_id', j.id, 'attempt', 1))) from ml.jobs j where j.payload ->> 'name' in ('two', 'three') \g /dev/null
select results_eq('select pg_temp.told()', array['three cancelled', 'two succeeded'], 'jobs completed together are told one by one');
select ml.release_job((pg_temp.job('four')).id, 1) \g /dev/null
select results_eq('select pg_temp.told()', array['four queued'], 'so is a job that was given back');
select ml.cancel_job((pg_temp.job('four')).id) \g /dev/null
select results_eq('select pg_temp.told()', array['four cancelled'], 'a job cancelled before it ran');
select ml.retry_job((pg_temp.job('four')).id) \g /dev/null
select results_eq('select pg_temp.told()', array['four queued'], 'a job tried again by hand');
select ml.fail_job((pg_temp.job('five')).id, 1, 'broken', retryable => false) \g /dev/null
select results_eq('select pg_temp.told()', array['five failed', 'waits failed'], 'a job that failed, with those that waited for it');
update ml.jobs set lease_expires_at = now() - interval '1 second' where payload ->> 'name' = 'six';
select ml_private.wake_all_jobs() \g /dev/null
select results_eq('select pg_temp.told()', array['six queued'], 'and one whose lease ran out');

select tests.throws($$ select ml_private.follow_jobs_of('k', 'public.no_such') $$, 'PT404', 'function_not_found', 'a follower is a function', 'public.no_such');
select tests.throws($$ select ml_private.follow_jobs_of('a b', 'public.follow') $$, '22023', 'invalid_name', 'a kind is a name', 'kind');
create or replace function public.follow(job ml.jobs) returns void language plpgsql as $$ begin raise 'no'; end $$;
select throws_ok($$ select ml.cancel_job((pg_temp.job('six')).id) $$, 'P0001', 'no', 'what a follower cannot do does not happen to the job either');
select is((pg_temp.job('six')).state, 'queued', 'which is as it was');

-- Each claim looks for lost leases first.
delete from ml.jobs;
select ml.enqueue_jobs('[{"kind": "high", "priority": 5}, {"kind": "low"}, {"kind": "low"}]') \g /dev/null
select count(*) from ml.claim_jobs('w') \g /dev/null
update ml.jobs set lease_expires_at = now() - interval '1 second' where kind = 'high';
select results_eq($$ select kind from ml.claim_jobs('w') $$, array['high'], 'a lost lease is taken back by the next claim, however much work there is');
update ml.jobs set lease_expires_at = now() - interval '1 second' where kind = 'high';
select results_eq($$ select kind from ml.claim_jobs('w', max_jobs => 5) $$, array['high', 'low', 'low'], 'and best first where a claim has room for more');

select * from finish();
rollback;
