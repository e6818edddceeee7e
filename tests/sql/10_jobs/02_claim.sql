-- ml.claim_jobs: order, queues, requirements, bounds.
begin;
select plan(43);

select tests.become('engineer');
create temporary table seeded as
select * from ml.enqueue_jobs('[
    {"kind": "low", "priority": -1}, {"kind": "first"}, {"kind": "second"}, {"kind": "high", "priority": 5},
    {"kind": "other", "queue": "other", "priority": 9}, {"kind": "later", "run_at": "2900-01-01T00:00:00Z"}
]');
grant all on seeded to ml_worker;

select tests.become('ml_worker');
create temporary table claimed as select * from ml.claim_jobs('worker 1');
select is((select c.kind from claimed c), 'high', 'the highest priority comes first');
select is((select c.state from claimed c), 'running', 'a claimed job is running');
select is((select c.attempt from claimed c), 1, 'a claim raises attempt');
select is((select c.worker_id from claimed c), 'worker 1', 'the job knows its worker');
select ok(
    (select c.lease_expires_at between clock_timestamp() + interval '50 seconds' and clock_timestamp() + interval '60 seconds' from claimed c),
    'the lease is 60 seconds');
select ok((select c.started_at is not null and c.finished_at is null from claimed c), 'it has started and not finished');
select results_eq(
    $$ select kind from ml.claim_jobs('w', max_jobs => 10, lease_seconds => 5) $$, array['first', 'second', 'low'],
    'a batch comes in order of priority, first in first out inside one');
select is_empty($$ select * from ml.claim_jobs('w', max_jobs => 10) $$, 'a running job, one for later and one of another queue are not claimed');
select results_eq($$ select kind from ml.claim_jobs('w', array['default', 'other']) $$, array['other'], 'a worker may serve several queues');

select tests.become('engineer');
select count(*) from ml.enqueue_jobs('[
    {"kind": "a1", "queue": "a", "priority": 1}, {"kind": "b3", "queue": "b", "priority": 3}, {"kind": "a3", "queue": "a", "priority": 3},
    {"kind": "b0", "queue": "b"}, {"kind": "b2", "queue": "b", "priority": 2}
]') \g /dev/null
select tests.become('ml_worker');
select results_eq(
    $$ select kind from ml.claim_jobs('w', '{a,b}', max_jobs => 4) $$, array['b3', 'a3', 'b2', 'a1'], 'priority holds across queues');
select results_eq($$ select kind from ml.claim_jobs('w', '{a,b,a}', max_jobs => 4) $$, array['b0'], 'a queue named twice is one queue');

-- Requirements.
select tests.become('engineer');
select count(*) from ml.enqueue_jobs('[
    {"kind": "gpus", "queue": "gpu", "requirements": {"gpus": 2}},
    {"kind": "memory", "queue": "gpu", "requirements": {"gpu_memory_gb": 24.5}},
    {"kind": "labels", "queue": "gpu", "requirements": {"labels": ["a100", "eu"]}},
    {"kind": "all", "queue": "gpu", "requirements": {"gpus": 1, "gpu_memory_gb": 8, "labels": ["eu"]}},
    {"kind": "none", "queue": "gpu", "requirements": {"gpus": 0}},
    {"kind": "urgent", "queue": "gpu", "priority": 1, "requirements": {"gpus": 8}}
]') \g /dev/null
select tests.become('ml_worker');
select results_eq($$ select kind from ml.claim_jobs('w', '{gpu}', max_jobs => 10) $$, array['none'], 'a worker without capabilities takes what demands nothing');
select is_empty($$ select * from ml.claim_jobs('w', '{gpu}', '{"gpus": 0, "labels": ["us"]}', 10) $$, 'the wrong label is not enough');
select results_eq(
    $$ select kind from ml.claim_jobs('w', '{gpu}', '{"gpus": 1, "gpu_memory_gb": 16, "labels": ["eu", "spot"]}', 10) $$, array['all'],
    'every requirement must be met');
select results_eq($$ select kind from ml.claim_jobs('w', '{gpu}', '{"gpu_memory_gb": 24.5}', 10) $$, array['memory'], 'exactly enough is enough');
select results_eq($$ select kind from ml.claim_jobs('w', '{gpu}', '{"labels": ["eu", "a100"]}', 10) $$, array['labels'], 'labels match in any order');
select results_eq($$ select kind from ml.claim_jobs('w', '{gpu}', '{"gpus": 8}', 10) $$, array['urgent', 'gpus'], 'the order holds among jobs with requirements');

-- What falls due.
select tests.reset();
update ml.jobs set run_at = now() - interval '1 second' where kind = 'later';
select tests.become('ml_worker');
select results_eq($$ select kind from ml.claim_jobs('w') $$, array['later'], 'a job whose run_at has come is claimed');
select tests.reset();
update ml.jobs set heard = true, lease_expires_at = now() - interval '1 second' where kind in ('first', 'second');
select tests.become('ml_worker');
create temporary table again as select * from ml.claim_jobs('worker 2', max_jobs => 1);
select is((select a.kind from again a), 'first', 'a job whose lease has run out is claimed again');
select is((select a.attempt from again a), 2, 'under a new attempt');
select is((select a.failures from again a), 1, 'the lost lease counts as a failure');
select tests.throws(
    format('select ml.complete_job(%s, 1)', (select a.id from again a)), 'PT409', 'lease_lost', 'the worker that lost it can not complete it');
select tests.throws(format('select ml.fail_job(%s, 1, ''x'')', (select a.id from again a)), 'PT409', 'lease_lost', 'nor fail it');
select tests.throws(format('select ml.release_job(%s, 1)', (select a.id from again a)), 'PT409', 'lease_lost', 'nor release it');
select tests.throws(format('select ml.heartbeat_job(%s, 1)', (select a.id from again a)), 'PT409', 'lease_lost', 'nor renew it');
select tests.throws(format('select ml.log_job(%s, 1, ''x'')', (select a.id from again a)), 'PT409', 'lease_lost', 'nor log to it');
select is(ml.complete_jobs(jsonb_build_array(jsonb_build_object('job_id', (select a.id from again a), 'attempt', 1))), 0, 'nor in a batch');
select tests.reset();
select is((select j.state || j.attempt from ml.jobs j where j.kind = 'first'), 'running2', 'none of that changed the job');
select is((select j.state from ml.jobs j where j.kind = 'second'), 'queued', 'the other lost lease waits for the next claim');
select results_eq(
    $$ select event, message from ml.job_events e join ml.jobs j on j.id = e.job_id where j.kind = 'first' $$,
    $$ values ('lease_expired', 'the lease of attempt 1 ran out on worker w') $$, 'the lost lease is told in the events');

-- A lease that ran out on the last attempt.
update ml.jobs set max_attempts = 2, heard = true, lease_expires_at = now() - interval '1 second' where kind = 'first';
select tests.become('ml_worker');
select results_eq($$ select kind from ml.claim_jobs('w', max_jobs => 5) $$, array['second'], 'a job out of attempts is not claimed again');
select tests.reset();
select is((select j.state from ml.jobs j where j.kind = 'first'), 'failed', 'it has failed');
select matches((select j.error from ml.jobs j where j.kind = 'first'), 'lease of attempt 2 ran out on worker worker 2', 'and says why');

-- Bad input.
select tests.become('ml_worker');
select tests.throws($$ select ml.claim_jobs(null) $$, '22023', null, 'a worker has a name', 'worker_id');
select tests.throws($$ select ml.claim_jobs('w', '{}') $$, '22023', null, 'at least one queue', 'queues');
select tests.throws($$ select ml.claim_jobs('w', null) $$, '22023', null, 'queues are given', 'queues');
select tests.throws($$ select ml.claim_jobs('w', '{{a},{b}}') $$, '22023', null, 'queues are one list', 'queues');
select tests.throws($$ select ml.claim_jobs('w', '{a,null}') $$, '22023', null, 'a queue is not null', 'queues');
select tests.throws($$ select ml.claim_jobs('w', capabilities => '{"gpu": 1}') $$, '22023', 'unknown_key', 'unknown capabilities are refused', 'gpu');
select tests.throws($$ select ml.claim_jobs('w', capabilities => null) $$, '22023', null, 'capabilities are an object');
select tests.throws($$ select ml.claim_jobs('w', max_jobs => 0) $$, '22023', null, 'at least one job', 'max_jobs');
select tests.throws($$ select ml.claim_jobs('w', max_jobs => 1001) $$, '22023', null, 'at most a thousand jobs', 'max_jobs');
select tests.throws($$ select ml.claim_jobs('w', lease_seconds => 0) $$, '22023', null, 'a lease has a length', 'lease_seconds');

select * from finish();
rollback;
