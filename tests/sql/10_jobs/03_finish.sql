-- How an attempt ends: complete, fail, release, and what may be said while it runs.
begin;
select plan(54);

select tests.become('engineer');
select count(*) from ml.enqueue_jobs((select jsonb_agg(jsonb_build_object('kind', 'k' || n)) from generate_series(1, 12) n)) \g /dev/null
select tests.become('ml_worker');
create temporary table c as select * from ml.claim_jobs('w', max_jobs => 12, lease_seconds => 10);
grant all on c to public;
create function pg_temp.id(kind text) returns bigint language sql as $$ select c.id from c where c.kind = $1 $$;
create function pg_temp.job(kind text) returns ml.jobs language sql as $$ select j from ml.jobs j where j.kind = $1 $$;

-- Complete.
create temporary table done as select * from ml.complete_job(pg_temp.id('k1'), 1, '{"rows": 3}');
select is((select d.state from done d), 'succeeded', 'a completed job has succeeded');
select is((select d.result from done d), '{"rows": 3}'::jsonb, 'its result is kept');
select ok((select d.finished_at is not null and d.lease_expires_at is null from done d), 'it has an end and no lease');
select tests.throws($$ select ml.complete_job(pg_temp.id('k1'), 1) $$, 'PT409', 'lease_lost', 'it cannot be completed twice', 'succeeded');
select tests.throws($$ select ml.complete_job(pg_temp.id('k2'), 2) $$, 'PT409', 'lease_lost', 'an attempt that was never made holds nothing');
select tests.throws($$ select ml.complete_job(pg_temp.id('k2'), 0) $$, 'PT409', 'lease_lost', 'nor does attempt 0');
select tests.throws($$ select ml.complete_job(9223372036854775807, 1) $$, 'PT404', 'job_not_found', 'an unknown job is not found');
select tests.throws($$ select ml.complete_job(null, 1) $$, '22023', null, 'a job id must be given');
select tests.throws($$ select ml.complete_job(pg_temp.id('k2'), null) $$, '22023', null, 'an attempt must be given');
select tests.throws($$ select ml.complete_job(pg_temp.id('k2'), 1, '[1]') $$, '22023', null, 'a result is an object', 'result');
select tests.throws($$ select ml.complete_job(pg_temp.id('k2'), 1, null) $$, '22023', null, 'a result is not null', 'result');
select tests.throws(
    $$ select ml.complete_job(pg_temp.id('k2'), 1, jsonb_build_object('a', repeat('x', 1100000))) $$, '22023', 'too_large', 'a result has at most 1 MB');

-- Complete in a batch.
select is(
    ml.complete_jobs(jsonb_build_array(
        jsonb_build_object('job_id', pg_temp.id('k3'), 'attempt', 1, 'result', '{"n": 3}'::jsonb),
        jsonb_build_object('job_id', pg_temp.id('k2'), 'attempt', 1),
        jsonb_build_object('job_id', pg_temp.id('k1'), 'attempt', 1),
        jsonb_build_object('job_id', pg_temp.id('k4'), 'attempt', 9),
        jsonb_build_object('job_id', 9000000000, 'attempt', 1))),
    2, 'a batch completes those that hold a lease and counts them');
select tests.reset();
select is((pg_temp.job('k3')).result, '{"n": 3}'::jsonb, 'each with its result');
select is((pg_temp.job('k2')).result, '{}'::jsonb, 'or an empty one');
select is((pg_temp.job('k4')).state, 'running', 'a wrong attempt changes nothing');
select tests.become('ml_worker');
select is(ml.complete_jobs('[]'), 0, 'an empty batch completes nothing');
select tests.throws($$ select ml.complete_jobs(null) $$, '22023', null, 'a batch is given');
select tests.throws($$ select ml.complete_jobs('{}') $$, '22023', null, 'a batch is an array');
select tests.throws($$ select ml.complete_jobs('[{"job_id": 1}]') $$, '22023', null, 'each has an attempt', 'jobs\[0\]');
select tests.throws($$ select ml.complete_jobs('[{"job_id": "1", "attempt": 1}]') $$, '22023', null, 'an id is a number', 'jobs\[0\]');
select tests.throws($$ select ml.complete_jobs('[{"job_id": 1e99, "attempt": 1}]') $$, '22023', null, 'an id is within bounds', 'jobs\[0\]');
select tests.throws($$ select ml.complete_jobs('[{"job_id": 1, "attempt": 1, "result": 7}]') $$, '22023', null, 'a result is an object in a batch', 'jobs\[0\]');
select tests.throws($$ select ml.complete_jobs('[null]') $$, '22023', null, 'a batch holds objects', 'jobs\[0\]');

-- Fail.
create temporary table failed as select * from ml.fail_job(pg_temp.id('k4'), 1, 'out of memory');
select is((select f.state from failed f), 'queued', 'a failed attempt is tried again');
select is((select f.failures from failed f), 1, 'it counts');
select is((select f.error from failed f), 'out of memory', 'its error is kept');
select ok(
    (select f.run_at between clock_timestamp() + interval '2 seconds' and clock_timestamp() + interval '7.5 seconds' and not f.ready from failed f),
    'the first backoff is 2.5 to 7.5 seconds');
select tests.reset();
select is(
    (select count(*) from generate_series(1, 200) where ml_private.backoff(4) between interval '20 seconds' and interval '60 seconds'), 200::bigint,
    'the fourth is 20 to 60 seconds');
select ok((select count(distinct ml_private.backoff(4)) > 190 from generate_series(1, 200)), 'with jitter');
select ok((select max(ml_private.backoff(1000)) <= interval '90 minutes' from generate_series(1, 200)), 'and never above an hour and a half');
select tests.become('ml_worker');
select is((ml.fail_job(pg_temp.id('k5'), 1, 'no such file', false)).state, 'failed', 'what is not retryable has failed at once');
select tests.reset();
update ml.jobs set max_attempts = 1 where kind = 'k6';
select tests.become('ml_worker');
select is((ml.fail_job(pg_temp.id('k6'), 1, 'x')).state, 'failed', 'the last attempt ends it');
select is((select length(f.error) from ml.fail_job(pg_temp.id('k7'), 1, repeat('x', 20000)) f), 10000, 'a long error is cut');
select tests.throws($$ select ml.fail_job(pg_temp.id('k8'), 1, null) $$, '22023', null, 'an error must be given');
select tests.throws($$ select ml.fail_job(pg_temp.id('k8'), 1, 'x', null) $$, '22023', null, 'retryable must be given');

-- Release.
create temporary table released as select * from ml.release_job(pg_temp.id('k8'), 1);
select is((select r.state || r.ready || r.failures from released r), 'queuedtrue0', 'a released job is claimable at once and has not failed');
select is((select r.worker_id from released r), null, 'it has no worker');
create temporary table again as select * from ml.claim_jobs('w2');
select is((select a.kind || a.attempt from again a), 'k82', 'the next claim takes it as a new attempt');
select tests.throws($$ select ml.release_job(pg_temp.id('k8'), 1) $$, 'PT409', 'lease_lost', 'the first attempt has no lease any more');

-- Heartbeat.
select tests.reset();
update ml.jobs set lease_expires_at = now() - interval '1 minute' where kind = 'k9';
select tests.become('ml_worker');
select is(ml.heartbeat_job(pg_temp.id('k9'), 1) -> 'cancel_requested', 'false', 'a heartbeat tells whether to cancel');
select tests.reset();
select ok(
    (pg_temp.job('k9')).lease_expires_at between clock_timestamp() + interval '8 seconds' and clock_timestamp() + interval '10 seconds',
    'it renews the lease for the length that was claimed, also one that has run out and that nobody took back');
select tests.become('ml_worker');
select isnt(ml.heartbeat_job(pg_temp.id('k9'), 1, '{"step": 7}'), null, 'it may carry progress');
select isnt(ml.heartbeat_job(pg_temp.id('k9'), 1), null, 'or none');
select tests.reset();
select is((pg_temp.job('k9')).progress, '{"step": 7}'::jsonb, 'the last progress stays');
select is(
    (select e.fields from ml.job_events e where e.job_id = pg_temp.id('k9') and e.event = 'progress'), '{"step": 7}'::jsonb, 'and is an event');
select tests.become('ml_worker');
select tests.throws($$ select ml.heartbeat_job(pg_temp.id('k9'), 1, '7') $$, '22023', null, 'progress is an object', 'progress');
select tests.throws(
    $$ select ml.heartbeat_job(pg_temp.id('k9'), 1, jsonb_build_object('a', repeat('x', 70000))) $$, '22023', 'too_large', 'progress has at most 64 KB');

-- Log.
select lives_ok($$ select ml.log_job(pg_temp.id('k9'), 1, 'epoch 1', 'warning', '{"loss": 0.5}') $$, 'a running attempt may log');
select tests.reset();
select results_eq(
    $$ select level, message, fields, attempt from ml.job_events where event = 'log' $$, $$ values ('warning', 'epoch 1', '{"loss": 0.5}'::jsonb, 1) $$,
    'the line is an event');
select tests.become('ml_worker');
select tests.throws($$ select ml.log_job(pg_temp.id('k9'), 1, null) $$, '22023', null, 'a message must be given', 'message');
select tests.throws($$ select ml.log_job(pg_temp.id('k9'), 1, 'x', 'fatal') $$, '22023', null, 'levels are four', 'level');
select tests.throws($$ select ml.log_job(pg_temp.id('k9'), 1, 'x', fields => '[]') $$, '22023', null, 'fields is an object', 'fields');
select tests.throws($$ select ml.log_job(pg_temp.id('k1'), 1, 'x') $$, 'PT409', 'lease_lost', 'a finished job takes no more lines');

select * from finish();
rollback;
