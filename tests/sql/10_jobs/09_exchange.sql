-- ml.exchange_jobs: complete and claim in one call.
begin;
select plan(25);

select tests.become('engineer');
select count(*) from ml.enqueue_jobs('[{"kind": "a"}, {"kind": "b"}, {"kind": "c"}, {"kind": "d"}, {"kind": "e"}, {"kind": "f"}]') \g /dev/null
select tests.reset();
create function pg_temp.done(kinds text[], attempt integer default 1) returns jsonb language sql security definer as $$
    select coalesce(jsonb_agg(jsonb_build_object('job_id', j.id, 'attempt', $2, 'result', jsonb_build_object('kind', j.kind)) order by j.id), '[]')
    from ml.jobs j where j.kind = any ($1)
$$;
create function pg_temp.states() returns text language sql security definer as $$ select string_agg(left(j.state, 1), '' order by j.id) from ml.jobs j $$;

select tests.become('ml_worker');
select results_eq($$ select kind from ml.exchange_jobs('[]', 'w') $$, array['a'], 'with nothing done it is a claim');
select results_eq($$ select kind from ml.exchange_jobs(pg_temp.done('{a}'), 'w', max_jobs => 2) $$, array['b', 'c'], 'one job for the next two');
select is(pg_temp.states(), 'srrqqq', 'the first has succeeded, the others run');
select results_eq($$ select kind from ml.exchange_jobs(pg_temp.done('{b,c}'), 'w', max_jobs => 2) $$, array['d', 'e'], 'two for two');
select is(pg_temp.states(), 'sssrrq', 'both have succeeded');
select tests.throws(
    $$ select ml.exchange_jobs(pg_temp.done('{d}', 7), 'w') $$, 'PT409', 'lease_lost', 'a lost lease is refused');
select tests.throws(
    $$ select ml.exchange_jobs(pg_temp.done('{a,d}'), 'w') $$, 'PT409', 'lease_lost', 'one lost lease of several too', 'only 1 hold');
select is(pg_temp.states(), 'sssrrq', 'then nothing was completed or claimed');
select tests.throws($$ select ml.exchange_jobs(null, 'w') $$, '22023', null, 'done is given');
select tests.throws($$ select ml.exchange_jobs('[{"job_id": 1}]', 'w') $$, '22023', null, 'done holds attempts', 'jobs\[0\]');
select tests.throws($$ select ml.exchange_jobs('[]', 'w', max_jobs => 0) $$, '22023', null, 'the claim is checked', 'max_jobs');
select tests.throws(format('select ml.exchange_jobs(%L, %L)', bad, 'w'), '22023', 'invalid_argument', bad || ' is no attempt', 'jobs\[0\]')
from unnest(array[
    '[{"job_id": "1", "attempt": 1}]', '[{"job_id": 1, "attempt": "1"}]', '[{"job_id": 1.5, "attempt": 1}]', '[{"job_id": 1, "attempt": -1}]',
    '[{"job_id": 1e99, "attempt": 1}]', '[{"job_id": 1, "attempt": 1, "result": []}]', '[{"job_id": 1, "attempt": 1, "more": 1}]', '[[1, 1]]'
]) bad;
-- 3 MB whose text would be gigabytes: 100,000 numbers of 131,072 digits each.
create temporary table bomb as select jsonb_agg('1e131071'::jsonb) as numbers from generate_series(1, 100000);
select tests.throws($$ select ml.exchange_jobs(numbers, 'w') from bomb $$, '22023', 'invalid_argument', 'what is done is not written out to be checked');
select tests.throws(
    $$ select ml.complete_jobs(jsonb_build_array(jsonb_build_object('job_id', numbers, 'attempt', 1))) from bomb $$, '22023', 'invalid_argument',
    'nor an id', 'an object');
select tests.throws(
    $$ select ml.claim_jobs('w', capabilities => jsonb_build_object('gpus', numbers)) from bomb $$, '22023', 'invalid_argument',
    'nor what a worker can do', 'an array');
select tests.throws($$ select ml.exchange_jobs('[{"job_id": 999999999999999999, "attempt": 1}]', 'w') $$, 'PT404', 'job_not_found', 'the job exists');
select results_eq(
    $$ select kind from ml.exchange_jobs(jsonb_build_array(jsonb_build_object('job_id', (pg_temp.done('{d}') -> 0 -> 'job_id'), 'attempt', 1)), 'w') $$,
    array['f'], 'a result may be left out');
select tests.reset();
select is((select j.result from ml.jobs j where j.kind = 'b'), '{"kind": "b"}'::jsonb, 'results are kept');

select * from finish();
rollback;
