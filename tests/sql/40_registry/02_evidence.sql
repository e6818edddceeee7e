-- Evidence: who may record it, about what, under which job.
begin;
\ir ../../support/trained_model.sql
select plan(38);

select tests.become('engineer');
select ml.train_model('{"model": "tumour", "dataset": "tumours", "model_type": "logistic_regression"}');
select tests.reset();
create temporary table given on commit drop as
select t.run_id as run, t.job_id as training_job, tests.artifact('a') as sha256 from ml.training_jobs t;
grant select on given to public;
select tests.become('engineer');
select tests.throws(
    $$ select ml.register_model_version('tumour', run, sha256, 100, tests.signature(), 'scikit-learn', 'logistic_regression') from given $$, 'PT409', 'lease_required',
    'an engineer gives no file of her own out for what a job trained');
select tests.become('admin');
select ml.register_model_version('tumour', run, sha256, 100, tests.signature(), 'scikit-learn', 'logistic_regression') from given;
select tests.become('engineer');
select tests.register('tumour', 'elsewhere');

select tests.refuses($$ select ml.record_evidence('tumour', 1, 'accuracy', 0.99) $$, 'an engineer records no evidence');
select tests.become('viewer');
select tests.refuses($$ select ml.record_evidence('tumour', 1, 'accuracy', 0.99) $$, 'nor does a viewer');
select tests.become('admin');
select is((ml.record_evidence('tumour', 1, 'accuracy', 0.5, details => '{"by": "hand"}')).recorded_by, tests.user_id('admin'), 'an admin does, under their name');
select tests.refuses($$ insert into ml.model_evidence (version_id, name, value) values (1, 'accuracy', 1) $$, 'but not past the function');

-- Workers and their jobs.
select tests.become('ml_worker');
select tests.throws($$ select ml.record_evidence('tumour', 1, 'accuracy', 0.97, job_id => (select training_job from given), attempt => 1) $$, 'PT409', 'lease_lost', 'a job that nobody has claimed tells nothing');
select ml.claim_jobs('w', '{training}', max_jobs => 10);
select tests.throws($$ select ml.record_evidence('tumour', 1, 'accuracy', 0.97, job_id => (select training_job from given), attempt => 0) $$, 'PT409', 'lease_lost', 'nor does an attempt that is not the current one');
select tests.throws($$ select ml.record_evidence('tumour', 1, 'accuracy', 0.97, job_id => (select training_job from given)) $$, '22023', 'invalid_argument', 'nor a worker that shows no attempt');
select is((ml.record_evidence('tumour', 1, 'accuracy', 0.97, job_id => (select training_job from given), attempt => 1)).value, 0.97::double precision, 'the training''s job tells of its version');
select tests.throws($$ select ml.record_evidence('tumour', 1, 'accuracy', 0.97) $$, '22023', 'job_required', 'a worker names its job');
select tests.throws($$ select ml.record_evidence('tumour', 2, 'accuracy', 0.97, job_id => (select training_job from given)) $$, 'PT409', 'job_mismatch', 'the job tells nothing of a version that it did not train');
select tests.become('engineer');
create temporary table forged on commit drop as
select (ml.enqueue_job('load_test', (select jsonb_build_object('model', 'tumour', 'version', 2, 'version_id', v.id, 'artifact_sha256', v.artifact_sha256, 'options', '{"max_p95_ms": 1e6}'::jsonb)
    from ml.model_versions v where v.version = 2), 'checks')).id;
create temporary table queued on commit drop as select (ml.queue_model_check('tumour', 2, 'load_test')).id;
grant select on forged, queued to public;
select tests.throws($$ select ml.start_run('fixture', job_id => (select id from forged)) $$, '42501', 'permission_denied', 'an engineer ties no run to a job of their own making');
select tests.become('ml_worker');
select ml.claim_jobs('w', '{checks}', max_jobs => 10);
select tests.throws($$ select ml.record_evidence('tumour', 2, 'load_test', passed => true, job_id => (select id from forged)) $$, 'PT409', 'job_mismatch', 'a job enqueued by hand yields no evidence');
select ok((ml.record_evidence('tumour', 2, 'load_test', passed => true, job_id => (select id from queued), attempt => 1)).passed, 'a check that was queued for the version does');
select tests.throws($$ select ml.record_evidence('tumour', 2, 'security_scan', passed => true, job_id => (select id from queued), attempt => 1) $$, 'PT409', 'job_mismatch', 'of itself alone');
select tests.throws($$ select ml.record_evidence('tumour', 1, 'load_test', passed => true, job_id => (select id from queued)) $$, 'PT409', 'job_mismatch', 'but not of another version');

-- Arguments.
select tests.become('admin');
select tests.throws($$ select ml.record_evidence('tumour', 1, 'accuracy') $$, '22023', 'invalid_argument', 'a value or a verdict is needed');
select tests.throws($$ select ml.record_evidence('tumour', 1, 'accuracy', 'NaN') $$, '22023', 'not_finite', 'NaN is no value: it would be above every bound');
select tests.throws($$ select ml.record_evidence('tumour', 1, 'accuracy', 'Infinity') $$, '22023', 'not_finite', 'infinity is no value');
select tests.throws($$ select ml.record_evidence('tumour', 1, 'ab_ready', passed => true) $$, '22023', 'derived_evidence', 'ab_ready is derived');
select tests.throws($$ select ml.record_evidence('tumour', 1, 'a b', 1) $$, '22023', 'invalid_name', 'a name has no blanks');
select tests.throws($$ select ml.record_evidence('tumour', 1, null, 1) $$, '22023', 'invalid_name', 'a name is needed');
select tests.throws($$ select ml.record_evidence('tumour', 1, 'a', 1, details => '[]') $$, '22023', 'invalid_argument', 'details are an object');
select tests.throws($$ select ml.record_evidence('tumour', 1, 'a', 1, details => null) $$, '22023', 'invalid_argument', 'and not null');
select tests.throws($$ select ml.record_evidence('tumour', 1, 'a', 1, details => jsonb_build_object('long', repeat('x', 70000))) $$, '22023', 'too_large', 'of 64 KB at most');
select tests.throws($$ select ml.record_evidence('nothing', 1, 'a', 1) $$, 'PT404', 'model_not_found', 'the model exists');
select tests.throws($$ select ml.record_evidence('tumour', 9, 'a', 1) $$, 'PT404', 'version_not_found', 'the version exists');
select tests.throws($$ select ml.record_evidence('tumour', null, 'a', 1) $$, '22023', 'invalid_argument', 'and is named');
select tests.throws($$ select ml.record_evidence(null, 1, 'a', 1) $$, '22023', 'invalid_argument', 'as the model is');
select tests.throws($$ select ml.record_evidence('tumour', 1, 'a', 1, job_id => 123456) $$, 'PT409', 'job_mismatch', 'a job that does not exist told nothing');

-- The newest counts, and nothing is ever taken back.
select ml.record_evidence('tumour', 1, 'accuracy', 0.6);
select is(
    (select c ->> 'actual' from jsonb_array_elements(ml.check_promotion('tumour', 1, 'staging') -> 'checks') c where c ->> 'check' = 'min_accuracy'),
    '0.6', 'the newest evidence counts');
select tests.become('ml_worker');
select ml.record_evidence('tumour', 1, 'accuracy', 0.98, job_id => (select training_job from given), attempt => 1);
select tests.reset();
create function pg_temp.accuracy() returns text language sql as $$
    select c ->> 'actual' from jsonb_array_elements(ml.check_promotion('tumour', 1, 'staging') -> 'checks') c where c ->> 'check' = 'min_accuracy'
$$;
select is(pg_temp.accuracy(), '0.98', 'that of a job at once');
select ml.fail_job((select training_job from given), 1, 'no luck', false);
select is(pg_temp.accuracy(), '0.6', 'unless the job fails: what it recorded is not the whole');
select ml.retry_job((select training_job from given));
select is(pg_temp.accuracy(), '0.6', 'nor when it is queued again');
select ml.cancel_job((select training_job from given));
delete from ml.jobs;
select is(pg_temp.accuracy(), '0.6', 'nor when the job is deleted after its retention');
select ml.record_evidence('tumour', 1, 'integration_test', passed => false, details => '{"failures": ["p95_ms is 614, at most 500 is required"]}');
select is(
    jsonb_path_query_first(ml.check_promotion('tumour', 1, 'staging'), '$.checks[*] ? (@.check == "integration_test").message') #>> '{}',
    'it failed: p95_ms is 614, at most 500 is required', 'a check that failed says why');
select tests.throws($$ update ml.model_evidence set value = 1 $$, 'PT409', 'append_only', 'evidence never changes');
select tests.throws($$ delete from ml.model_evidence $$, 'PT409', 'append_only', 'nor goes');

select * from finish();
rollback;
