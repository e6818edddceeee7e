-- ml.enqueue_job and ml.enqueue_jobs.
begin;
select plan(58);

select tests.become('engineer');

create temporary table job as select * from ml.enqueue_job('resize', '{"width": 10}');
select is((select j.state from job j), 'queued', 'a new job is queued');
select ok((select j.ready from job j), 'a job without conditions is claimable at once');
select is((select j.queue from job j), 'default', 'the queue defaults to default');
select is((select j.priority from job j), 0, 'the priority defaults to 0');
select is((select j.max_attempts from job j), 3, 'max_attempts defaults to 3');
select is((select j.payload from job j), '{"width": 10}'::jsonb, 'the payload is kept as it was sent');
select is((select j.created_by from job j), tests.user_id('engineer'), 'created_by is the caller');
select is((select j.attempt from job j), 0, 'no attempt was made yet');

select is((select j.ready from ml.enqueue_job('later', run_at => now() + interval '1 hour') j), false, 'a job with run_at in the future is not claimable');
select is((select j.ready from ml.enqueue_job('later', run_at => now() - interval '1 hour') j), true, 'a job with run_at in the past is claimable');
select is(
    (select j.requirements from ml.enqueue_job('gpu', requirements => '{"gpus": 0, "labels": [], "gpu_memory_gb": 8}') j),
    '{"gpu_memory_gb": 8}'::jsonb, 'requirements that ask for nothing are dropped');
select is(
    (select j.payload from ml.enqueue_job('sql', jsonb_build_object('a', '''; drop table ml.jobs; --')) j),
    jsonb_build_object('a', '''; drop table ml.jobs; --'), 'SQL in a payload is text');
select is((select j.kind from ml.enqueue_job('Kind.With-Everything_1') j), 'Kind.With-Everything_1', 'a kind may hold letters, digits, _ . and -');

-- Unique keys.
select is(
    (select j.id from ml.enqueue_job('once', unique_key => 'only one') j), (select j.id from ml.enqueue_job('twice', unique_key => 'only one') j),
    'a unique_key gives the unfinished job back');
select is((select count(*) from ml.jobs j where j.unique_key = 'only one'), 1::bigint, 'there is one job under that key');
select isnt(
    (select j.id from ml.enqueue_job('once', unique_key => 'another') j), (select j.id from ml.enqueue_job('once', unique_key => 'only one') j),
    'another key is another job');
create temporary table cancelled as select (ml.cancel_job((select j.id from ml.jobs j where j.unique_key = 'another'))).id;
select isnt(
    (select j.id from ml.enqueue_job('once', unique_key => 'another') j), (select c.id from cancelled c), 'a finished job frees its key');

-- Batches.
create temporary table batch as
select * from ml.enqueue_jobs('[{"kind": "a"}, {"kind": "b", "priority": 7, "queue": "other"}, {"kind": "c", "unique_key": "k"}, {"kind": "d"}, {"kind": "e", "unique_key": "k"}]');
select results_eq('select kind from batch', array['a', 'b', 'c', 'd', 'c'], 'a batch comes back in its order, the holder of a unique_key for its double');
select is((select count(distinct b.id) from batch b), 4::bigint, 'the double was not inserted');
select is((select b.queue || b.priority from batch b where b.kind = 'b'), 'other7', 'each job of a batch has its own settings');
select ok(
    (select (select id from batch where kind = 'a') < (select id from batch where kind = 'b')
        and (select id from batch where kind = 'b') < (select min(id) from batch where kind = 'c')
        and (select min(id) from batch where kind = 'c') < (select id from batch where kind = 'd')),
    'ids follow the order of the batch, whatever has a unique_key');
select results_eq(
    $$ select kind from ml.enqueue_jobs('[{"kind": "x"}, {"kind": "y"}, {"kind": "z"}]') $$, array['x', 'y', 'z'], 'a plain batch comes back in its order');
select is_empty($$ select * from ml.enqueue_jobs('[]') $$, 'an empty batch is no error');
select is(
    (select count(*) from ml.enqueue_jobs((select jsonb_agg(jsonb_build_object('kind', 'many', 'payload', jsonb_build_object('n', n))) from generate_series(1, 1000) n))),
    1000::bigint, 'a thousand jobs in one call');

-- Bad input.
select tests.throws($$ select ml.enqueue_job(null) $$, '22023', null, 'a kind must be given', 'kind');
select tests.throws($$ select ml.enqueue_job('') $$, '22023', 'invalid_name', 'a kind is not empty');
select tests.throws($$ select ml.enqueue_job('a b') $$, '22023', 'invalid_name', 'a kind has no blanks');
select tests.throws($$ select ml.enqueue_job(repeat('a', 129)) $$, '22023', 'invalid_name', 'a kind has at most 128 characters');
select tests.throws($$ select ml.enqueue_job('a', queue => 'x; drop table ml.jobs') $$, '22023', 'invalid_name', 'a queue is a name');
select tests.throws($$ select ml.enqueue_job('a', queue => null) $$, '22023', null, 'a queue is not null', 'queue');
select tests.throws($$ select ml.enqueue_job('a', '[]') $$, '22023', null, 'a payload is an object', 'payload must be an object');
select tests.throws($$ select ml.enqueue_job('a', 'null') $$, '22023', null, 'a payload is not JSON null', 'payload');
select tests.throws($$ select ml.enqueue_job('a', null) $$, '22023', null, 'a payload is not null', 'payload');
select tests.throws(
    $$ select ml.enqueue_job('a', jsonb_build_object('a', repeat('x', 1100000))) $$, '22023', 'too_large', 'a payload has at most 1 MB');
select is(
    (select length(j.payload ->> 'a') from ml.enqueue_job('a', jsonb_build_object('a', repeat('x', 1000000))) j), 1000000, 'just under 1 MB passes');
select tests.throws($$ select ml.enqueue_job('a', priority => 2000000) $$, '22023', null, 'priority is bounded', 'priority');
select tests.throws($$ select ml.enqueue_job('a', priority => null) $$, '22023', null, 'priority is not null', 'priority');
select tests.throws($$ select ml.enqueue_job('a', max_attempts => 0) $$, '22023', null, 'max_attempts is at least 1', 'max_attempts');
select tests.throws($$ select ml.enqueue_job('a', run_at => 'infinity') $$, '22023', null, 'run_at is finite', 'run_at');
select tests.throws($$ select ml.enqueue_job('a', unique_key => '') $$, '22023', null, 'a unique_key is not empty', 'unique_key');
select tests.throws($$ select ml.enqueue_job('a', unique_key => e'a\nb') $$, '22023', null, 'a unique_key is one line', 'unique_key');
select tests.throws($$ select ml.enqueue_job('a', requirements => '{"cpus": 1}') $$, '22023', 'unknown_key', 'unknown requirements are refused', 'cpus');
select tests.throws($$ select ml.enqueue_job('a', requirements => '{"gpus": 1.5}') $$, '22023', null, 'gpus is a whole number', 'gpus');
select tests.throws($$ select ml.enqueue_job('a', requirements => '{"gpus": 1e400}') $$, '22023', null, 'gpus is bounded', 'gpus');
select tests.throws($$ select ml.enqueue_job('a', requirements => '{"gpu_memory_gb": "NaN"}') $$, '22023', null, 'memory is a number', 'gpu_memory_gb');
select tests.throws($$ select ml.enqueue_job('a', requirements => '{"labels": "a100"}') $$, '22023', null, 'labels is an array', 'labels');
select tests.throws($$ select ml.enqueue_job('a', requirements => '{"labels": [1]}') $$, '22023', null, 'labels are strings', 'labels');
select tests.throws($$ select ml.enqueue_job('a', requirements => '[]') $$, '22023', null, 'requirements is an object', 'requirements');
select tests.throws($$ select ml.enqueue_job('a', depends_on => '{0}') $$, '22023', null, 'a dependency is an id', 'depends_on');
select tests.throws($$ select ml.enqueue_job('a', depends_on => '{9223372036854775807}') $$, 'PT404', 'dependency_not_found', 'a dependency must exist');
select tests.throws($$ select ml.enqueue_jobs(null) $$, '22023', null, 'a batch is not null');
select tests.throws($$ select ml.enqueue_jobs('{}') $$, '22023', null, 'a batch is an array', 'array');
select tests.throws($$ select ml.enqueue_jobs('[{"kind": "a"}, 7]') $$, '22023', null, 'the message names the job that is wrong', 'jobs\[1\]');
select tests.throws($$ select ml.enqueue_jobs('[{"kind": "a", "prio": 1}]') $$, '22023', 'unknown_key', 'unknown keys are refused', 'prio');
select tests.throws($$ select ml.enqueue_jobs('[{"kind": "a"}, {"kind": 1}]') $$, '22023', null, 'a kind is a string', 'jobs\[1\]: kind');
select tests.throws($$ select ml.enqueue_jobs('[{"kind": "a", "run_at": "tomorrow, maybe"}]') $$, '22023', null, 'run_at is a time', 'run_at');
select tests.throws($$ select ml.enqueue_jobs('[{"kind": "a", "priority": 1e99}]') $$, '22023', null, 'priority is bounded in a batch', 'priority');
select is((select count(*) from ml.jobs j where j.kind = 'a'), 2::bigint, 'a batch that is refused leaves nothing behind');

select * from finish();
rollback;
