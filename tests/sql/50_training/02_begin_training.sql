-- From the queue to the end of the run: the lease, the second attempt, the end without a worker, the retraining's dataset.
begin;
\ir ../../support/trained_model.sql
select plan(44);

create function pg_temp.train(change jsonb default '{}') returns bigint language sql volatile as $$
    select (ml.train_model('{"model": "tumour", "dataset": "tumours", "model_type": "logistic_regression"}'::jsonb || change) ->> 'job_id')::bigint
$$;
create function pg_temp.run_of(job bigint) returns ml.runs language sql as $$ select r.* from ml.runs r where r.job_id = job $$;
create function pg_temp.claim(kind text default 'training') returns ml.jobs language sql volatile as $$ select j.* from ml.claim_jobs('w1', array[kind]) j $$;
create temporary table names (name text, job bigint) on commit drop;
grant all on names to public;

select tests.become('engineer');
insert into names select 'first', pg_temp.train('{"max_attempts": 2}');
select tests.refuses($$ select ml.begin_training(1, 1) $$, 'an engineer begins no training');
select tests.become('admin');
select tests.refuses($$ select ml.begin_training(1, 1) $$, 'nor does an admin: it is the workers''');
select tests.become('ml_worker');
select tests.throws($$ select ml.begin_training((select job from names), 1) $$, 'PT409', 'lease_lost', 'a job that was not claimed cannot be begun');
select tests.throws($$ select ml.begin_training(null, 1) $$, '22023', 'invalid_argument', 'a job is named');
select is((pg_temp.claim()).attempt, 1, 'a worker claims the job');
select tests.throws($$ select ml.begin_training((select job from names), 2) $$, 'PT409', 'lease_lost', 'another attempt''s token does not do');
create temporary table begun on commit drop as select ml.begin_training((select job from names), 1) as reply;
grant select on begun to public;
select is((select reply ->> 'dataset' from begun), 'tumours', 'the reply names the dataset');
select is((select reply -> 'config' -> 'params' from begun), '{"C": 1, "max_iter": 100}'::jsonb, 'it holds the config with its defaults');
select is((select reply -> 'production' from begun), 'null'::jsonb, 'nothing is in production');
select tests.reset();
select is((pg_temp.run_of(job)).status, 'running', 'the run runs') from names;
select is((pg_temp.run_of(job)).id::text, (select reply ->> 'run_id' from begun), 'it is the run that the reply names') from names;

-- A crash: the lease goes, the job is queued again, the run waits and goes on.
create temporary table started on commit drop as select (pg_temp.run_of(job)).started_at from names;
select tests.become('ml_worker');
select ml.log_batch((select (reply ->> 'run_id')::uuid from begun), '[{"key": "loss", "value": 1, "step": 1}]', attempt => 1);
select ml.release_job((select job from names), 1);
select tests.reset();
select is((pg_temp.run_of(job)).status, 'scheduled', 'while its job is queued again the run waits') from names;
select tests.become('ml_worker');
select is((pg_temp.claim()).attempt, 2, 'the second attempt');
select tests.throws($$ select ml.begin_training((select job from names), 1) $$, 'PT409', 'lease_lost', 'the first can do nothing any more');
select is(ml.begin_training((select job from names), 2) ->> 'run_id', (select reply ->> 'run_id' from begun), 'goes on in the same run');
select tests.reset();
select is((pg_temp.run_of(job)).started_at, (select started_at from started), 'which began when it first began') from names;

-- Ends.
select tests.become('ml_worker');
select ml.end_run((select (reply ->> 'run_id')::uuid from begun), attempt => 2);
select ml.fail_job((select job from names), 2, 'lost the network', true);
select tests.reset();
select is((pg_temp.run_of(job)).status, 'finished', 'a run that its worker has ended stays ended while its job is tried again') from names;
update ml.jobs set run_at = now(), ready = true where id = (select job from names);
select tests.become('ml_worker');
select is((pg_temp.claim()).attempt, 3, 'the next attempt');
select ml.begin_training((select job from names), 3);
select tests.reset();
select ok((pg_temp.run_of(job)).status = 'running' and (pg_temp.run_of(job)).ended_at is null, 'opens it again') from names;
select tests.become('ml_worker');
select ml.fail_job((select job from names), 3, 'no such column', false);
select tests.reset();
select ok((pg_temp.run_of(job)).status = 'failed' and (pg_temp.run_of(job)).ended_at is not null, 'a run whose job fails for good has failed') from names;
select tests.become('engineer');
select ml.retry_job((select job from names));
select tests.reset();
select ok((pg_temp.run_of(job)).status = 'scheduled' and (pg_temp.run_of(job)).ended_at is null, 'a job retried by hand sets its run back') from names;
select tests.become('engineer');
select ml.cancel_job((select job from names));
select tests.reset();
select is((pg_temp.run_of(job)).status, 'killed', 'a run whose job is cancelled is killed') from names;

select tests.become('engineer');
insert into names select 'completed', pg_temp.train();
select tests.become('ml_worker');
select ml.begin_training(id, attempt) from pg_temp.claim();
select ml.complete_job((select job from names where name = 'completed'), 1);
select tests.reset();
select is((pg_temp.run_of(job)).status, 'finished', 'a run whose job succeeded is finished, though nobody ended it') from names where name = 'completed';

select tests.become('engineer');
insert into names select 'forged', (ml.enqueue_job('train', '{"training_id": 1}', 'training')).id;
select tests.become('ml_worker');
select is((pg_temp.claim()).id, (select job from names where name = 'forged'), 'a job of kind train that somebody enqueued by hand');
select tests.throws($$ select ml.begin_training((select job from names where name = 'forged'), 1) $$, 'PT404', 'training_not_found', 'is no training');
select ml.fail_job((select job from names where name = 'forged'), 1, 'no training', false);

-- Retraining.
select tests.reset();
insert into names select 'source', pg_temp.train('{"params": {"C": 0.25}, "seed": 7, "run_name": "the first"}');
select ml.begin_training(id, attempt) from pg_temp.claim();
create temporary table version on commit drop as
select (v).* from (select ml.register_model_version('tumour', (pg_temp.run_of(job)).id, tests.artifact('a'), 100, tests.signature(), 'scikit-learn', 'logistic_regression') v from names where name = 'source') r;
select ml.complete_job(job, 1) from names where name = 'source';
insert into names select 'retraining', ml_private.queue_retraining((select id from version), 'drift of radius');
select results_eq(
    $$ select dataset_id is null, retraining_of = (select id from version), reason, config -> 'params', config -> 'seed' from ml.training_jobs where job_id = (select job from names where name = 'retraining') $$,
    $$ values (true, true, 'drift of radius', '{"C": 0.25, "max_iter": 100}'::jsonb, '7'::jsonb) $$, 'a retraining has the config of the version''s training and no dataset yet');
select is(
    (select dataset_spec from ml.training_jobs where retraining_of is not null),
    (select jsonb_build_object('spine', d.spine, 'event_time', 'event_time', 'label', 'malignant', 'split', d.split, 'features', '["tumour@1:radius", "tumour@1:texture"]'::jsonb) from ml.datasets d where d.name = 'tumours'),
    'it knows how to cut one, with the features pinned to their view versions');
select is(ml_private.queue_retraining((select id from version), 'again'), (select job from names where name = 'retraining'), 'one unfinished retraining a model is enough');
select is((pg_temp.run_of(job)).status, 'scheduled', 'its run waits') from names where name = 'retraining';
select is(ml.get_run((pg_temp.run_of(job)).id) -> 'tags', '{"retraining_of": "1", "reason": "drift of radius"}'::jsonb, 'and says what it is') from names where name = 'retraining';
insert into public.tumours select i, 5, 5, 'right', '2026-03-01Z'::timestamptz + i * interval '1 hour' from generate_series(81, 120) i;
insert into public.diagnoses select i, i % 2, '2026-04-01Z'::timestamptz + i * interval '1 hour' from generate_series(81, 120) i;
select ml.register_feature_view('tumour', 'tumour', 'public.tumours', 'taken_at', '[{"name": "radius", "type": "float64"}, {"name": "texture", "type": "float64"}]');
select tests.become('ml_worker');
create temporary table rebegun on commit drop as select ml.begin_training(id, attempt) as reply from pg_temp.claim();
grant select on rebegun to public;
select tests.reset();
select is((select row_count from ml.datasets d, rebegun where d.name = reply ->> 'dataset'), 120::bigint, 'the dataset is cut when the job begins, new rows included');
select is((select array_agg(f ->> 'view_version') from ml.datasets d, rebegun, jsonb_array_elements(d.features) f where d.name = reply ->> 'dataset'), array['1', '1'], 'from the view versions of the first training, though there is a newer one');
select is((select reply -> 'config' ->> 'dataset' from rebegun), (select reply ->> 'dataset' from rebegun), 'the config names it');
select is((select (pg_temp.run_of(job)).dataset_id from names where name = 'retraining'), (select d.id from ml.datasets d, rebegun where d.name = reply ->> 'dataset'), 'the run has it');
select is((select count(*) from ml.lineage_edges e, rebegun where from_kind = 'dataset' and to_kind = 'run' and to_id = reply ->> 'run_id'), 1::bigint, 'and the lineage');
select ml.release_job(job, 1) from names where name = 'retraining';
select is((select ml.begin_training(id, attempt) ->> 'dataset' from pg_temp.claim()), (select reply ->> 'dataset' from rebegun), 'a second attempt gets the same dataset');
select is((select count(*) from ml.datasets where name like 'tumour.retraining.%'), 1::bigint, 'and cuts no other');
select ml.complete_job(job, 2) from names where name = 'retraining';
select isnt(ml_private.queue_retraining((select id from version), 'later'), (select job from names where name = 'retraining'), 'when it has ended another can be queued');
select tests.throws($$ select ml_private.queue_retraining(999, '') $$, 'PT404', 'version_not_found', 'the version exists');
select tests.register('brought', 'b');
select tests.throws($$ select ml_private.queue_retraining((select max(id) from ml.model_versions), '') $$, 'PT409', 'not_retrainable', 'a version that was not trained here cannot be retrained');

-- Production in the reply.
select ml.set_promotion_policy('tumour', 'staging', '{}'), ml.set_promotion_policy('tumour', 'production', '{}');
select ml.promote_model('tumour', 1, 'staging'), ml.promote_model('tumour', 1, 'production');
insert into names select 'against', pg_temp.train('{"priority": 5}');
select is(
    (select ml.begin_training(id, attempt) -> 'production' from pg_temp.claim()),
    (select jsonb_build_object('version', 1, 'artifact_sha256', artifact_sha256, 'artifact_path', artifact_path, 'signature', signature) from version), 'the reply tells what is in production');

select tests.become('engineer');
select tests.refuses($$ select ml_private.queue_retraining(1, '') $$, 'nobody queues a retraining past monitoring');
select tests.refuses($$ select ml_private.create_training(null, null, '{}') $$, 'or makes a training without its checks');
select tests.become('ml_worker');
select is(ml.get_run((select (reply ->> 'run_id')::uuid from begun)) -> 'metrics' -> 'loss' ->> 'step', '1', 'a worker reads how far an earlier attempt came');

select tests.reset();
select * from finish();
rollback;
