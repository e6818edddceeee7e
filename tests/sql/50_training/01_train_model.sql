-- What ml.train_model takes, and what it makes of it.
begin;
\ir ../../support/trained_model.sql
select plan(54);

create function pg_temp.train(change jsonb default '{}', without text default '') returns jsonb language sql volatile as $$
    select ml.train_model(('{"model": "tumour", "dataset": "tumours", "model_type": "gradient_boosting"}'::jsonb || change) - without)
$$;
select tests.become('engineer');
create temporary table queued on commit drop as select * from jsonb_to_record(pg_temp.train()) q (training_id bigint, job_id bigint, run_id uuid);
grant select on queued to public;

select is((select count(*) from queued where training_id is not null and job_id is not null and run_id is not null), 1::bigint, 'a training has an id, a job and a run');
select results_eq(
    $$ select kind, queue, state, priority, max_attempts, payload, created_by from ml.jobs where id = (select job_id from queued) $$,
    format($$ select 'train', 'training', 'queued', 0, 3, jsonb_build_object('training_id', training_id), %L::uuid from queued $$, tests.user_id('engineer')),
    'its job waits in the queue training');
select is(
    (select config from ml.training_jobs),
    '{"model": "tumour", "dataset": "tumours", "model_type": "gradient_boosting", "experiment": "tumour", "task": "classification", "seed": 0, "max_attempts": 3, "priority": 0, "requirements": {},
      "params": {"n_estimators": 100, "learning_rate": 0.1, "max_depth": 3, "subsample": 1, "min_samples_leaf": 1}}'::jsonb, 'the config is kept with every default');
select results_eq(
    $$ select r.status, r.started_at is null, r.job_id = q.job_id, e.name, d.name from ml.runs r join queued q on q.run_id = r.id join ml.experiments e on e.id = r.experiment_id join ml.datasets d on d.id = r.dataset_id $$,
    $$ values ('scheduled', true, true, 'tumour', 'tumours') $$, 'its run is scheduled, in an experiment named like the model, on the dataset');
select is(
    ml.get_run((select run_id from queued)) -> 'params',
    '{"model_type": "gradient_boosting", "seed": "0", "n_estimators": "100", "learning_rate": "0.1", "max_depth": "3", "subsample": "1", "min_samples_leaf": "1"}'::jsonb, 'its params are logged');
select is((select count(*) from ml.lineage_edges where from_kind = 'dataset' and to_kind = 'run' and to_id = (select run_id::text from queued)), 1::bigint, 'its lineage begins at the dataset');

select pg_temp.train('{"model_type": "logistic_regression", "params": {"C": 0.5}, "experiment": "other one", "run_name": "named", "seed": 4294967295, "priority": -5, "max_attempts": 1, "requirements": {"gpus": 1}}');
select results_eq(
    $$ select t.config -> 'params', r.name, e.name, j.priority, j.max_attempts, j.requirements ->> 'gpus' from ml.training_jobs t join ml.runs r on r.id = t.run_id join ml.experiments e on e.id = r.experiment_id join ml.jobs j on j.id = t.job_id order by t.id desc limit 1 $$,
    $$ values ('{"C": 0.5, "max_iter": 100}'::jsonb, 'named', 'other one', -5, 1, '1') $$, 'what the config says is done');
select pg_temp.train('{"experiment": "other one"}');
select is((select count(*) from ml.experiments where name = 'other one'), 1::bigint, 'an experiment that exists is used');

-- Refusals: nothing is written for any of them.
create function pg_temp.refuses_config(change jsonb, code text, description text, pattern text default null) returns text language sql as
    $$ select tests.throws(format('select pg_temp.train(%L)', change), '22023', code, description, pattern) $$;
create temporary table before on commit drop as select (select count(*) from ml.jobs) as jobs, (select count(*) from ml.runs) as runs, (select count(*) from ml.training_jobs) as trainings, (select count(*) from ml.experiments) as experiments;
select tests.throws($$ select ml.train_model(null) $$, '22023', 'invalid_json', 'a config is needed');
select tests.throws($$ select ml.train_model('[]') $$, '22023', 'invalid_argument', 'it is an object');
select tests.throws($$ select ml.train_model('{}') $$, '22023', 'invalid_config', 'that names a model');
select tests.throws($$ select pg_temp.train(without => 'dataset') $$, '22023', 'invalid_config', 'and a dataset', 'dataset');
select tests.throws($$ select pg_temp.train(without => 'model_type') $$, '22023', 'invalid_config', 'and a model type', 'model_type');
select pg_temp.refuses_config('{"learning_rate": 0.1}', 'unknown_key', 'params stand under params', 'learning_rate');
select pg_temp.refuses_config('{"model": "a b"}', 'invalid_name', 'a model''s name has no blanks');
select pg_temp.refuses_config('{"model": 5}', 'invalid_argument', 'and is text');
select pg_temp.refuses_config('{"model": null}', 'invalid_argument', 'and not null');
select pg_temp.refuses_config('{"dataset": ["tumours"]}', 'invalid_argument', 'a dataset''s name is text');
select pg_temp.refuses_config('{"experiment": ""}', 'invalid_label', 'an experiment has a name');
select pg_temp.refuses_config('{"run_name": null}', 'invalid_argument', 'a run name is text when it is given');
select pg_temp.refuses_config('{"model_type": "transformer"}', 'invalid_config', 'a model type that no worker trains is refused', 'transformer');
select pg_temp.refuses_config('{"task": "regression"}', 'invalid_config', 'and a task');
select pg_temp.refuses_config('{"seed": -1}', 'invalid_config', 'a seed is not negative');
select pg_temp.refuses_config('{"seed": 4294967296}', 'invalid_config', 'a seed has 32 bits');
select pg_temp.refuses_config('{"seed": 1.5}', 'invalid_config', 'a seed is whole');
select pg_temp.refuses_config('{"seed": "1"}', 'invalid_config', 'a seed is a number');
select pg_temp.refuses_config('{"max_attempts": 0}', 'invalid_config', 'one attempt at least');
select pg_temp.refuses_config('{"max_attempts": 21}', 'invalid_config', 'twenty at most');
select pg_temp.refuses_config('{"priority": 1e9}', 'invalid_config', 'a priority has a range');
select pg_temp.refuses_config('{"requirements": {"cpus": 1}}', 'unknown_key', 'requirements are those of jobs');
select pg_temp.refuses_config('{"requirements": []}', 'invalid_argument', 'as an object');
select pg_temp.refuses_config('{"params": []}', 'invalid_argument', 'params are an object');
select pg_temp.refuses_config('{"params": {"C": 1}}', 'unknown_key', 'of the model type''s own names', 'C');
select pg_temp.refuses_config('{"params": {"n_estimators": 0}}', 'invalid_config', 'one tree at least');
select pg_temp.refuses_config('{"params": {"n_estimators": 10001}}', 'invalid_config', 'ten thousand at most');
select pg_temp.refuses_config('{"params": {"n_estimators": 1.5}}', 'invalid_config', 'whole ones');
select pg_temp.refuses_config('{"params": {"n_estimators": "10"}}', 'invalid_config', 'as a number');
select pg_temp.refuses_config('{"params": {"learning_rate": 0}}', 'invalid_config', 'a learning rate is positive', 'learning_rate must be a number from 0\.000001 to 10, not 0');
select pg_temp.refuses_config('{"params": {"learning_rate": 1e-400}}', 'invalid_config', 'truly');
select pg_temp.refuses_config('{"params": {"subsample": 1.01}}', 'invalid_config', 'there are no more rows than all');
select pg_temp.refuses_config('{"params": {"max_depth": 33}}', 'invalid_config', 'depth has a limit');
select pg_temp.refuses_config('{"params": {"min_samples_leaf": null}}', 'invalid_config', 'null is no number');
select tests.throws($$ select pg_temp.train('{"model_type": "logistic_regression", "params": {"max_iter": 0}}') $$, '22023', 'invalid_config', 'one iteration at least');
select tests.reset();
select lives_ok($$ select ml_private.check_trainable(d) from ml.datasets d where d.name = 'tumours_text' $$, 'a dataset with text features can be trained on');
select tests.become('engineer');
select tests.throws($$ select pg_temp.train('{"dataset": "nothing"}') $$, 'PT404', 'dataset_not_found', 'the dataset exists');
select ml.create_training_dataset('all_train', 'public.diagnoses', array['tumour:radius'], 'malignant', split => '{"train": 1}');
select pg_temp.refuses_config('{"dataset": "all_train"}', 'empty_split', 'rows to measure with are needed');
select tests.reset();
create view public.diagnoses_amounts as select d.tumour_id, d.event_time, d.malignant + 0.5 as amount from public.diagnoses d;
select tests.become('engineer');
select ml.create_training_dataset('amounts', 'public.diagnoses_amounts', array['tumour:radius'], 'amount', split => '{"train": 0.5, "test": 0.5}');
select pg_temp.refuses_config('{"dataset": "amounts"}', 'label_unsupported', 'a number that is not whole is no class');
select results_eq(
    $$ select (select count(*) from ml.jobs), (select count(*) from ml.runs), (select count(*) from ml.training_jobs), (select count(*) from ml.experiments) $$,
    $$ select * from before $$, 'a refused training leaves nothing behind');

-- Who may.
select tests.become('viewer');
select tests.refuses($$ select pg_temp.train() $$, 'a viewer trains nothing');
select is((select count(*) from ml.training_jobs), 3::bigint, 'but reads trainings');
select tests.become('ml_worker');
select tests.refuses($$ select pg_temp.train() $$, 'a worker does not queue its own work');
select tests.become('stranger');
select is((select count(*) from ml.training_jobs), 0::bigint, 'a stranger reads nothing');
select tests.become('service_role');
select lives_ok($$ select pg_temp.train() $$, 'service_role trains');
select tests.refuses($$ delete from ml.training_jobs $$, 'but writes no table');

select tests.reset();
select * from finish();
rollback;
