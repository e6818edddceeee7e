-- Checks of a version as jobs: what they carry, and which limits an engineer may ask for.
begin;
\ir ../../support/trained_model.sql
select plan(39);

select tests.register('tumour', 'a');
select tests.become('engineer');
create temporary table queued on commit drop as select (j).* from (select ml.queue_model_check('tumour', 1, 'load_test', '{"requests": 100}') j) q;
grant select on queued to public;
select is((select queue || ' ' || kind || ' ' || state from queued), 'checks load_test queued', 'a check is a job of its kind in the queue checks');
select is(
    (select payload from queued),
    (select jsonb_build_object('model', 'tumour', 'version', 1, 'version_id', v.id, 'artifact_sha256', v.artifact_sha256, 'artifact_path', v.artifact_path, 'signature', v.signature, 'dataset', 'tumours', 'options', '{"requests": 100}'::jsonb) from ml.model_versions v),
    'it carries what the worker needs');
select is((ml.queue_model_check('tumour', 1, 'load_test', '{"requests": 100}')).id, (select id from queued), 'the same check again is the unfinished job');
select isnt((ml.queue_model_check('tumour', 1, 'load_test')).id, (select id from queued), 'with other options it is another');
select is((ml.queue_model_check('tumour', 1, 'security_scan')).payload -> 'options', '{}'::jsonb, 'a security scan needs no options');
select ml.cancel_job((select id from queued));
select isnt((ml.queue_model_check('tumour', 1, 'load_test', '{"requests": 100}')).id, (select id from queued), 'after one has ended another is queued');

select tests.throws($$ select ml.queue_model_check('tumour', 1, 'train') $$, '22023', 'invalid_kind', 'only checks are queued here');
select tests.throws($$ select ml.queue_model_check('tumour', 1, null) $$, '22023', 'invalid_kind', 'of a kind');
select tests.throws($$ select ml.queue_model_check('tumour', 2, 'load_test') $$, 'PT404', 'version_not_found', 'the version exists');
select tests.throws($$ select ml.queue_model_check('nothing', 1, 'load_test') $$, 'PT404', 'model_not_found', 'the model exists');
select tests.throws($$ select ml.queue_model_check(null, 1, 'load_test') $$, '22023', 'invalid_argument', 'and is named');
select tests.throws($$ select ml.queue_model_check('tumour', 1, 'load_test', null) $$, '22023', 'invalid_json', 'options are not null');
select tests.throws($$ select ml.queue_model_check('tumour', 1, 'load_test', '[]') $$, '22023', 'invalid_argument', 'but an object');
select tests.throws($$ select ml.queue_model_check('tumour', 1, 'load_test', '{"max_bytes": 1}') $$, '22023', 'unknown_key', 'of the kind''s own names');
select tests.throws($$ select ml.queue_model_check('tumour', 1, 'load_test', '{"requests": 0}') $$, '22023', 'invalid_options', 'a load test makes requests');
select tests.throws($$ select ml.queue_model_check('tumour', 1, 'load_test', '{"requests": 60.5}') $$, '22023', 'invalid_options', 'whole ones');
select tests.throws($$ select ml.queue_model_check('tumour', 1, 'load_test', '{"max_error_rate": 1.5}') $$, '22023', 'invalid_options', 'no more than all of them fail');
select tests.throws($$ select ml.queue_model_check('tumour', 1, 'security_scan', '{"max_bytes": "many"}') $$, '22023', 'invalid_options', 'bytes are a number');

-- Limits so loose that nearly everything passes are a way around the policy.
select tests.refuses($$ select ml.queue_model_check('tumour', 1, 'load_test', '{"max_error_rate": 0.5}') $$, 'an engineer may not let requests fail');
select tests.refuses($$ select ml.queue_model_check('tumour', 1, 'load_test', '{"max_p95_ms": 60000}') $$, 'nor last a minute');
select tests.refuses($$ select ml.queue_model_check('tumour', 1, 'load_test', '{"requests": 1}') $$, 'nor be a single one');
select tests.refuses($$ select ml.queue_model_check('tumour', 1, 'security_scan', '{"max_bytes": 1073741824}') $$, 'nor scan files of any size');
select lives_ok($$ select ml.queue_model_check('tumour', 1, 'load_test', '{"max_p95_ms": 50, "concurrency": 8, "requests": 1000, "max_error_rate": 0}') $$, 'stricter limits are free');
select tests.become('admin');
select lives_ok($$ select ml.queue_model_check('tumour', 1, 'load_test', '{"max_p95_ms": 60000, "requests": 1, "max_error_rate": 0.5}') $$, 'an admin may ask for any');
select tests.become('viewer');
select tests.refuses($$ select ml.queue_model_check('tumour', 1, 'load_test') $$, 'a viewer queues no check');
select tests.become('ml_worker');
select tests.refuses($$ select ml.queue_model_check('tumour', 1, 'load_test') $$, 'nor does a worker');

-- A job that lies in wait under a key of its own does not become a check.
select tests.become('engineer');
select ml.enqueue_job('security_scan', '{"version_id": 1}', 'checks', unique_key => 'security_scan:1');
select is((ml.queue_model_check('tumour', 1, 'security_scan', '{"max_bytes": 1000}')).payload ->> 'model', 'tumour', 'a check is always the platform''s own job');
select tests.reset();
select is((select count(*) from ml_private.model_checks c left join ml.jobs j on j.id = c.job_id where j.payload ->> 'artifact_path' is null), 0::bigint, 'and no other is known as one');

-- Comparisons with the version in production.
select tests.become('engineer');
select tests.throws($$ select ml.queue_model_check('tumour', 1, 'comparison') $$, 'PT409', 'nothing_in_production', 'there must be something to compare with');
select tests.reset();
select tests.register('tumour', 'b') \g /dev/null
select tests.qualify('tumour', 1, 0.91);
select tests.qualify('tumour', 2, 0.92);
select ml.set_promotion_policy('tumour', 'production', '{"passed": ["load_test"], "not_worse_than_production": {"metric": "accuracy"}}') \g /dev/null
select ml.promote_model('tumour', 1, 'staging'), ml.promote_model('tumour', 1, 'production'), ml.promote_model('tumour', 2, 'staging') \g /dev/null
select tests.become('engineer');
select tests.throws($$ select ml.promote_model('tumour', 2, 'production') $$, 'PT409', 'promotion_refused', 'the second candidate was not measured beside the first', 'was not measured against version 1');
select tests.throws($$ select ml.queue_model_check('tumour', 1, 'comparison') $$, 'PT409', 'already_in_production', 'nothing is compared with itself');
select tests.throws($$ select ml.queue_model_check('tumour', 2, 'comparison', '{"rows": 1}') $$, '22023', 'unknown_key', 'a comparison has no options');
create temporary table comparison on commit drop as select (j).* from (select ml.queue_model_check('tumour', 2, 'comparison') j) q;
grant select on comparison to public;
select is(
    (select payload -> 'production' from comparison),
    (select jsonb_build_object('version', 1, 'artifact_sha256', v.artifact_sha256, 'signature', v.signature) from ml.model_versions v where v.version = 1),
    'it carries the version in production');
select is((ml.queue_model_check('tumour', 2, 'comparison')).id, (select id from comparison), 'the same comparison again is the unfinished job');
select tests.become('ml_worker');
select count(*) from ml.claim_jobs('w', '{checks}', max_jobs => 100) \g /dev/null
select tests.throws(
    $$ select ml.record_evidence('tumour', 2, 'load_test', passed => true, job_id => (select id from comparison), attempt => 1) $$,
    'PT409', 'job_mismatch', 'it yields no evidence that another check is there for');
select tests.throws(
    $$ select ml.record_evidence('tumour', 1, 'accuracy', 0.99, job_id => (select id from comparison), attempt => 1) $$,
    'PT409', 'job_mismatch', 'and none of another version');
select ml.record_evidence('tumour', 2, 'accuracy', 0.93, job_id => (select id from comparison), attempt => 1),
    ml.record_evidence('tumour', 2, 'production_accuracy', 0.92, details => '{"production_version": 1}', job_id => (select id from comparison), attempt => 1) \g /dev/null
select tests.become('engineer');
select is(ml.promote_model('tumour', 2, 'production') ->> 'archived_version', '1', 'what it measured lets an engineer promote the version');
select tests.throws($$ select ml.promote_model('tumour', 1, 'production') $$, 'PT409', null, 'the way back leads through staging');
select ml.promote_model('tumour', 1, 'staging') \g /dev/null
select is(
    (ml.queue_model_check('tumour', 1, 'comparison')).payload -> 'production' -> 'version', '2', 'and a comparison with what is in production now');

select * from finish();
rollback;
