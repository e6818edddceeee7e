-- ml.cancel_job, ml.retry_job, ml.get_job.
begin;
select plan(33);

select tests.become('engineer');
select count(*) from ml.enqueue_jobs('[{"kind": "r1"}, {"kind": "r2"}, {"kind": "r3"}, {"kind": "r4"}, {"kind": "r5", "unique_key": "u"}, {"kind": "q"}]') \g /dev/null
create function pg_temp.id(kind text) returns bigint language sql as $$ select min(j.id) from ml.jobs j where j.kind = $1 $$;
create temporary table ids as select kind, id from ml.jobs;
grant all on ids to public;
create function pg_temp.known(kind text) returns bigint language sql as $$ select i.id from ids i where i.kind = $1 $$;

-- Cancel.
create temporary table q as select * from ml.cancel_job(pg_temp.id('q'));
select is((select q.state from q), 'cancelled', 'a queued job is cancelled at once');
select is((select q.error from q), 'cancelled before it ran', 'and says so');
select is((ml.cancel_job(pg_temp.id('q'))).state, 'cancelled', 'cancelling twice is no error');
select tests.become('ml_worker');
select is((select count(*) from ml.claim_jobs('w', max_jobs => 10)), 5::bigint, 'a cancelled job is not claimed');
select tests.become('engineer');
create temporary table r as select * from ml.cancel_job(pg_temp.id('r1'));
select is((select r.state || r.cancel_requested from r), 'runningtrue', 'a running job is asked to stop');
select is((ml.cancel_job(pg_temp.id('r2'))).cancel_requested, true, 'so is another');
select is((ml.cancel_job(pg_temp.id('r3'))).cancel_requested, true, 'and a third');
select is((ml.cancel_job(pg_temp.id('r4'))).cancel_requested, true, 'and a fourth');
select is((ml.cancel_job(pg_temp.id('r4'))).state, 'running', 'asking twice is no error');
select tests.become('ml_worker');
select is(ml.heartbeat_job(pg_temp.known('r1'), 1) -> 'cancel_requested', 'true', 'its worker learns of it at the next heartbeat');
select is((ml.complete_job(pg_temp.known('r1'), 1)).state, 'cancelled', 'it ends as cancelled when completed');
select is((ml.fail_job(pg_temp.known('r2'), 1, 'stopped')).state, 'cancelled', 'or failed');
select is((ml.release_job(pg_temp.known('r3'), 1)).state, 'cancelled', 'or released');
select tests.reset();
update ml.jobs set lease_expires_at = now() - interval '1 second' where kind = 'r4';
select tests.become('ml_worker');
select is_empty($$ select * from ml.claim_jobs('w') $$, 'or when its lease runs out');
select tests.become('engineer');
select is((ml.get_job(pg_temp.id('r4'))).state, 'cancelled', 'then it is cancelled too');
select tests.become('ml_worker');
select is(ml.complete_jobs(jsonb_build_array(jsonb_build_object('job_id', pg_temp.known('r5'), 'attempt', 1))), 1, 'one job succeeds');
select tests.become('engineer');
select tests.throws($$ select ml.cancel_job(pg_temp.id('r5')) $$, 'PT409', 'job_finished', 'a job that succeeded cannot be cancelled', 'succeeded');
select tests.throws($$ select ml.cancel_job(-1) $$, 'PT404', 'job_not_found', 'an unknown job cannot be cancelled');
select tests.throws($$ select ml.cancel_job(null) $$, '22023', null, 'a job must be named');

-- Retry.
select tests.throws($$ select ml.retry_job(pg_temp.id('r5')) $$, 'PT409', 'job_not_failed', 'a job that succeeded cannot be retried');
select tests.throws($$ select ml.retry_job(-1) $$, 'PT404', 'job_not_found', 'an unknown job cannot be retried');
select tests.throws($$ select ml.retry_job(null) $$, '22023', null, 'a job must be named to be retried');
create temporary table again as select * from ml.retry_job(pg_temp.id('r2'));
select is((select a.state || a.ready || a.failures from again a), 'queuedtrue0', 'a retried job is claimable with all its attempts');
select ok((select a.error is null and a.finished_at is null and not a.cancel_requested from again a), 'nothing of its end is left');
select is((select a.attempt from again a), 1, 'but its attempt, which only ever rises');
select tests.throws($$ select ml.retry_job(pg_temp.id('r2')) $$, 'PT409', 'job_not_failed', 'a queued job cannot be retried');
select tests.become('ml_worker');
select is((select c.kind || c.attempt from ml.claim_jobs('w') c), 'r22', 'the next claim is a new attempt');
select tests.throws($$ select ml.fail_job(pg_temp.known('r2'), 1, 'x') $$, 'PT409', 'lease_lost', 'the worker of before the retry holds nothing');
select tests.become('engineer');
select is((select c.state from ml.enqueue_job('r6', unique_key => 'u') e, ml.cancel_job(e.id) c), 'cancelled', 'a key is free after success');
select is((select e.state from ml.enqueue_job('r7', unique_key => 'u') e), 'queued', 'and after cancellation');
select tests.throws($$ select ml.retry_job(pg_temp.id('r6')) $$, 'PT409', 'unique_key_taken', 'a retry may not break a unique_key', '"u"');

-- Get.
select is((ml.get_job(pg_temp.id('r1'))).kind, 'r1', 'a job by its id');
select tests.throws($$ select ml.get_job(-1) $$, 'PT404', 'job_not_found', 'an unknown job is not found');

select * from finish();
rollback;
