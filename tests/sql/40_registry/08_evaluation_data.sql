-- Pinned evaluation data: who pins, what it must be, and which evidence counts from then on.
begin;
\ir ../../support/trained_model.sql
select plan(24);

create function pg_temp.passed(name text, stage text default 'staging') returns text language sql as $$
    select c ->> 'passed' from jsonb_array_elements(ml.check_promotion('tumour', 1, passed.stage) -> 'checks') c where c ->> 'check' = passed.name
$$;
-- As the job of a training, or of a check, would have recorded it.
create function pg_temp.measured(name text, value double precision, dataset text, details jsonb default '{}', job_id bigint default 5)
returns void language sql as $$
    insert into ml.model_evidence (version_id, name, value, details, job_id)
    values (1, measured.name, measured.value, measured.details || jsonb_strip_nulls(jsonb_build_object('dataset', measured.dataset)), measured.job_id)
$$;
select tests.register('tumour', 'a');
select tests.refuses($$ select tests.become('viewer'); select ml.set_evaluation_data('tumour', 'tumours') $$, 'a viewer pins nothing');
select tests.become('engineer');
select tests.refuses($$ select ml.set_evaluation_data('tumour', 'tumours') $$, 'nor does an engineer, whose model it judges');
select tests.refuses($$ insert into ml.evaluation_data (model_id) values (1) $$, 'nor past the function');
select tests.become('ml_worker');
select tests.refuses($$ select ml.set_evaluation_data('tumour', 'tumours') $$, 'nor does a worker');
select tests.become('admin');
select tests.throws($$ select ml.set_evaluation_data('nothing', 'tumours') $$, 'PT404', 'model_not_found', 'the model exists');
select tests.throws($$ select ml.set_evaluation_data(null, 'tumours') $$, '22023', 'invalid_argument', 'and is named');
select tests.throws($$ select ml.set_evaluation_data('tumour', 'nothing') $$, 'PT404', 'dataset_not_found', 'the dataset exists');
select ml.create_training_dataset('all_train', 'public.diagnoses', array['tumour:radius'], 'malignant', split => '{"train": 1}');
select tests.throws($$ select ml.set_evaluation_data('tumour', 'all_train') $$, '22023', 'nothing_held_out', 'and holds rows out');

-- Measured on its own rows, before anything was pinned.
select tests.reset();
select pg_temp.measured('accuracy', 0.95, 'others'), pg_temp.measured('balanced_accuracy', 0.95, 'others'),
    pg_temp.measured('baseline_balanced_accuracy', 0.5, 'others', '{"p_value": 1e-9}'), pg_temp.measured('inference_ms', 1, null),
    ml.record_evidence('tumour', 1, 'integration_test', passed => true);
select is(ml.check_promotion('tumour', 1, 'staging') ->> 'passed', 'true', 'without a pin its own rows will do');
select is((select p.dataset_id from ml.set_evaluation_data('tumour', 'tumours') p), (select d.id from ml.datasets d where d.name = 'tumours'), 'an admin pins');
select tests.become('engineer');
select tests.throws(
    $$ select ml.promote_model('tumour', 1, 'staging') $$, 'PT409', 'promotion_refused', 'evidence on other rows does not count any more',
    'min_accuracy: accuracy was not measured on the held-out rows of tumours, which are pinned, at least 0\.85 is required; better_than_baseline: balanced_accuracy was not measured on the held-out rows of tumours');
select tests.reset();
select is(pg_temp.passed('max_inference_ms'), 'true', 'the time of an answer is that of any row');
select pg_temp.measured('accuracy', 0.91, 'tumours');
select is(pg_temp.passed('min_accuracy'), 'true', 'evidence on the pinned rows does');
select pg_temp.measured('accuracy', 0.99, 'others');
select is(
    (select c ->> 'actual' from jsonb_array_elements(ml.check_promotion('tumour', 1, 'staging') -> 'checks') c where c ->> 'check' = 'min_accuracy'), '0.91',
    'and a later one on easier rows does not replace it');
select pg_temp.measured('balanced_accuracy', 0.9, 'tumours', job_id => 6), pg_temp.measured('baseline_balanced_accuracy', 0.5, 'tumours', '{"p_value": 1e-9}', 6);
select is(ml.check_promotion('tumour', 1, 'staging') ->> 'passed', 'true', 'all of it there, it passes');
select ml.record_evidence('tumour', 1, 'accuracy', 0.2);
select is(pg_temp.passed('min_accuracy'), 'false', 'what an admin records is an admin''s own word');
select pg_temp.measured('accuracy', 0.9, 'tumours');
select ml.set_evaluation_data('tumour', null);
select is((select count(*) from ml.evaluation_data), 2::bigint, 'pins stay in the history');
select pg_temp.measured('accuracy', 0.88, 'others');
select is(
    (select c ->> 'actual' from jsonb_array_elements(ml.check_promotion('tumour', 1, 'staging') -> 'checks') c where c ->> 'check' = 'min_accuracy'), '0.88',
    'unpinned, the newest counts again');
select tests.become('viewer');
select is((select count(*) from ml.evaluation_data), 2::bigint, 'viewers see them');

-- A model goes from one kind of label to another by a version that is trained while nothing is pinned.
select tests.reset();
create view public.worded as select d.tumour_id, case d.malignant when 1 then 'yes' else 'no' end as label, d.event_time from public.diagnoses d;
select ml.create_training_dataset('worded', 'public.worded', array['tumour:radius', 'tumour:texture'], 'label');
select ml.set_evaluation_data('tumour', 'tumours');
select tests.throws(
    $$ select ml.set_evaluation_data('tumour', 'worded') $$, '22023', 'label_mismatch', 'a label that no version has is refused',
    'the label of dataset worded is string, and no version of the model has classes of JSON type string');
select ml.set_evaluation_data('tumour', null);
select tests.throws($$ select ml.set_evaluation_data('tumour', 'worded') $$, '22023', 'label_mismatch', 'unpinned too: nothing could be measured on it');
select is(tests.register('tumour', 'w', jsonb_set(tests.signature(), '{classes}', '["no", "yes"]'), 'worded'), 2, 'a version of the new label');
select lives_ok($$ select ml.set_evaluation_data('tumour', 'worded') $$, 'after which it can be pinned');
select lives_ok($$ select ml.set_evaluation_data('tumour', 'tumours') $$, 'and so can the label before, which the newest version does not have');
select * from finish();
rollback;
