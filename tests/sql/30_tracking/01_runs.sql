-- Experiments and runs: who may make them, what they take, how they end.
begin;
select plan(39);

select tests.become('engineer');
select is((ml.create_experiment('digits', 'a test', '{"team": "a", "size": 3.0}')).tags, '{"team": "a", "size": "3"}'::jsonb, 'tags of an experiment are kept as text');
select tests.throws($$ select ml.create_experiment('digits') $$, '23505', 'experiment_exists', 'a second experiment of that name is refused');
select tests.throws($$ select ml.create_experiment(null) $$, '22023', 'invalid_label', 'an experiment needs a name');
select tests.throws($$ select ml.create_experiment(repeat('x', 251)) $$, '22023', 'invalid_label', 'a name has at most 250 characters');
select tests.throws($$ select ml.create_experiment(E'a\nb') $$, '22023', 'invalid_label', 'a name is one line');
select tests.throws($$ select ml.create_experiment('x', tags => '[]') $$, '22023', 'invalid_tags', 'tags are an object');
select tests.throws($$ select ml.create_experiment('x', tags => '{"a": {}}') $$, '22023', 'invalid_tags', 'a tag is a scalar');
select tests.throws($$ select ml.create_experiment('x', tags => '{"": 1}') $$, '22023', 'invalid_tags', 'a tag needs a name');
select tests.throws($$ select ml.create_experiment('x', description => repeat('y', 5001)) $$, '22023', 'invalid_text', 'a description has at most 5000 characters');

select is((ml.start_run('digits', 'first')).status, 'running', 'a run that is started runs');
select is((select created_by from ml.runs where name = 'first'), tests.user_id('engineer'), 'a run says who started it');
select ok((select started_at is not null and ended_at is null from ml.runs where name = 'first'), 'a running run has begun and has not ended');
select matches((ml.start_run('digits')).name, '^run-[0-9a-f]{8}$', 'a run without a name gets one');
select tests.throws($$ select ml.start_run('nowhere') $$, 'PT404', 'experiment_not_found', 'an unknown experiment is named');
select tests.throws($$ select ml.start_run('digits', parent_run_id => gen_random_uuid()) $$, 'PT404', 'run_not_found', 'an unknown parent is refused');
select tests.become('ml_worker');
select tests.throws($$ select ml.start_run('digits', job_id => 12345, attempt => 1) $$, 'PT404', 'job_not_found', 'an unknown job is refused');
select tests.become('engineer');
select tests.throws($$ select ml.start_run('digits', dataset => 'nothing') $$, 'PT404', 'dataset_not_found', 'an unknown dataset is refused');
select tests.throws($$ select ml.start_run('digits', tags => '{"a": null}') $$, '22023', 'invalid_tags', 'a null tag is refused');
select is(
    (ml.start_run('digits', 'child', parent_run_id => (select id from ml.runs where name = 'first'))).parent_run_id,
    (select id from ml.runs where name = 'first'), 'runs nest');

select is((ml.end_run((select id from ml.runs where name = 'first'))).status, 'finished', 'a run ends as finished unless told otherwise');
select ok((select ended_at >= started_at from ml.runs where name = 'first'), 'the end is after the start');
select is((ml.end_run((select id from ml.runs where name = 'first'))).status, 'finished', 'the same end again is no error');
select tests.throws($$ select ml.end_run((select id from ml.runs where name = 'first'), 'failed') $$, 'PT409', 'run_ended', 'another end is refused');
select tests.throws($$ select ml.end_run((select id from ml.runs where name = 'child'), 'running') $$, '22023', 'invalid_argument', 'running is no end');
select tests.throws($$ select ml.end_run((select id from ml.runs where name = 'child'), null) $$, '22023', 'invalid_argument', 'null is no end');
select tests.throws($$ select ml.end_run(gen_random_uuid()) $$, 'PT404', 'run_not_found', 'an unknown run cannot end');
select tests.throws($$ select ml.end_run(null) $$, '22023', 'invalid_argument', 'a null run is refused');

select tests.reset();
update ml.experiments set lifecycle_stage = 'deleted' where name = 'digits';
select tests.become('engineer');
select tests.throws($$ select ml.start_run('digits') $$, 'PT409', 'experiment_deleted', 'a deleted experiment takes no runs');

-- Who may.
select tests.become('viewer');
select is((select count(*) from ml.runs), 3::bigint, 'a viewer reads runs');
select is(ml.get_run((select id from ml.runs where name = 'first')) ->> 'experiment', 'digits', 'a viewer gets a run');
select tests.throws($$ select ml.get_run(gen_random_uuid()) $$, 'PT404', 'run_not_found', 'an unknown run is not found');
select tests.refuses($$ select ml.create_experiment('mine') $$, 'a viewer makes no experiment');
select tests.refuses($$ select ml.start_run('digits') $$, 'a viewer starts no run');
select tests.refuses($$ select ml.end_run(gen_random_uuid()) $$, 'a viewer ends no run');
select tests.refuses($$ update ml.runs set status = 'finished' $$, 'a viewer writes no table');
select tests.become('stranger');
select is((select count(*) from ml.runs), 0::bigint, 'a stranger sees no run');
select tests.refuses($$ select ml.get_run(gen_random_uuid()) $$, 'a stranger gets no run');
select tests.become('service_role');
select tests.refuses($$ insert into ml.experiments (name) values ('direct') $$, 'not even service_role writes the tables');
select tests.become('ml_worker');
select is((ml.create_experiment('from a worker')).created_by, tests.user_id('ml_worker'), 'a worker makes experiments');

select tests.reset();
select * from finish();
rollback;
