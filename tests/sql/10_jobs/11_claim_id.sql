-- Claims repeated after a lost reply, and leases of which nothing was ever heard.
begin;
select plan(25);

create function pg_temp.a() returns uuid language sql immutable as $$ select '00000000-0000-4000-8000-00000000000a'::uuid $$;
create function pg_temp.claim(id uuid, worker text default 'w', n integer default 2) returns text language sql as $$
    select string_agg(j.kind || j.attempt, ' ' order by j.kind) from ml.claim_jobs(worker, '{q}', max_jobs => n, claim_id => id) j
$$;
create function pg_temp.expire() returns integer language sql security definer as $$
    update ml.jobs set lease_expires_at = now() - interval '1 second' where lease_expires_at is not null;
    select ml_private.wake_all_jobs()
$$;
select ml.enqueue_jobs('[{"kind": "a", "queue": "q"}, {"kind": "b", "queue": "q"}, {"kind": "c", "queue": "q"}]') \g /dev/null

select tests.become('ml_worker');
select is(pg_temp.claim(pg_temp.a()), 'a1 b1', 'a claim takes two jobs');
select is(pg_temp.claim(pg_temp.a()), 'a1 b1', 'repeated, it returns the same attempts and takes nothing more');
select tests.throws($$ select pg_temp.claim(pg_temp.a(), 'another') $$, 'PT409', 'claim_id_taken', 'the id belongs to one worker');
select tests.reset();
update ml.jobs set lease_expires_at = clock_timestamp() + interval '1 second' where kind = 'a';
select tests.become('ml_worker');
select is(pg_temp.claim(pg_temp.a()), 'a1 b1', 'and once more');
select tests.reset();
select cmp_ok((select lease_expires_at from ml.jobs where kind = 'a'), '>', clock_timestamp() + interval '50 seconds', 'which renews the leases');
select ml.complete_job((select id from ml.jobs where kind = 'a'), 1) \g /dev/null
select is(pg_temp.claim(pg_temp.a()), 'b1', 'what was done meanwhile is not returned');
select pg_temp.expire();
select is(pg_temp.claim(pg_temp.a()), null, 'nor what was lost');
select is((select row(failures, lost_claims, state)::text from ml.jobs where kind = 'b'), '(0,1,queued)', 'a lease of which nothing was heard is no failure of the job');
select is((select event from ml.job_events order by id desc limit 1), 'claim_lost', 'and is kept apart');
select is(pg_temp.claim('00000000-0000-4000-8000-00000000000b', n => 5), 'b2 c1', 'another claim is given what is there');
select is(pg_temp.claim('00000000-0000-4000-8000-00000000000c'), null, 'a claim may get nothing');
select ml.enqueue_job('d', queue => 'q') \g /dev/null
select is(pg_temp.claim('00000000-0000-4000-8000-00000000000c'), 'd1', 'repeated, it looks again');
select throws_ok($$ select ml.claim_jobs('w', '{q}', claim_id => 'x') $$, '22P02', null, 'an id is a uuid');

-- A worker that was heard of and then lost is a failure, as before.
select ml.heartbeat_job((select id from ml.jobs where kind = 'c'), 1) \g /dev/null
select pg_temp.expire();
select is((select row(failures, lost_claims)::text from ml.jobs where kind = 'c'), '(1,0)', 'a lease that was heard of counts as a failure');
select is((select row(failures, lost_claims)::text from ml.jobs where kind = 'b'), '(0,2)', 'one that was not counts apart');

-- But not without end.
update ml.jobs set lost_claims = 9 where kind = 'b';
select pg_temp.claim('00000000-0000-4000-8000-00000000000d', n => 9) \g /dev/null
select pg_temp.expire();
select is((select row(state, failures, lost_claims)::text from ml.jobs where kind = 'b'), '(failed,0,10)', 'at the tenth lost claim the job fails');
select matches((select error from ml.jobs where kind = 'b'), '^nothing was heard of attempt \d+ from worker w, which claimed it$', 'and says why');
select is((ml.retry_job((select id from ml.jobs where kind = 'b'))).lost_claims, 0, 'a retry counts anew');

-- Exchanges.
delete from ml.jobs;
select ml.enqueue_jobs('[{"kind": "e", "queue": "q"}, {"kind": "f", "queue": "q"}]') \g /dev/null
create function pg_temp.exchange(done jsonb, id uuid) returns text language sql as $$
    select string_agg(j.kind || j.attempt, ' ') from ml.exchange_jobs(done, 'w', '{q}', claim_id => id) j
$$;
select is(pg_temp.exchange('[]', '00000000-0000-4000-8000-0000000000e0'), 'e1', 'an exchange takes a job');
create function pg_temp.done(kind text) returns jsonb language sql as $$
    select jsonb_build_array(jsonb_build_object('job_id', j.id, 'attempt', 1)) from ml.jobs j where j.kind = done.kind
$$;
select is(pg_temp.exchange(pg_temp.done('e'), '00000000-0000-4000-8000-0000000000e1'), 'f1', 'the next completes it and takes another');
select is(pg_temp.exchange(pg_temp.done('e'), '00000000-0000-4000-8000-0000000000e1'), 'f1', 'repeated, it completes nothing twice and returns the same');
select is(pg_temp.exchange(pg_temp.done('f'), '00000000-0000-4000-8000-0000000000e2'), null, 'the last one completes and gets nothing');
select is(pg_temp.exchange(pg_temp.done('f'), '00000000-0000-4000-8000-0000000000e2'), null, 'repeated, it is no lost lease');

-- What is remembered is forgotten after a day.
update ml_private.job_claims set created_at = now() - interval '25 hours' where worker_id = 'w' and job_ids <> '{}';
select cmp_ok(ml_private.prune_claims(), '>', 0, 'old claims are forgotten');
select is((select count(*) from ml_private.job_claims), 1::bigint, 'others not');

select * from finish();
rollback;
