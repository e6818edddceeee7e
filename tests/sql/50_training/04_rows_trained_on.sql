-- Which held-out rows a version has learned from, and what a training keeps back for pinned evaluation data.
begin;
\ir ../../support/trained_model.sql
select plan(25);

-- Later diagnoses come in; a split by time then tests on rows that the first training learned from.
select ml.create_training_dataset('january', 'public.diagnoses', array['tumour:radius', 'tumour:texture'], 'malignant', split => '{"train": 0.5, "test": 0.5, "method": "time"}');
insert into public.tumours select i, 10 + i % 7, 1 + i % 11, 'left', '2026-01-01Z'::timestamptz + i * interval '1 hour' from generate_series(81, 120) i;
insert into public.diagnoses select i, i % 2, '2026-02-01Z'::timestamptz + i * interval '1 hour' from generate_series(81, 120) i;
select ml.create_training_dataset('february', 'public.diagnoses', array['tumour:radius', 'tumour:texture'], 'malignant', split => '{"train": 0.25, "test": 0.75, "method": "time"}');
select ml.create_training_dataset('march', 'public.diagnoses', array['tumour:radius', 'tumour:texture'], 'malignant', split => '{"train": 0.8, "validation": 0.2, "method": "time"}');
select tests.register('tumour', 'a', dataset => 'january');
-- By hand: january trains on the diagnoses 1 to 40, february tests on 31 to 120; numbered by time, the row_id is the diagnosis.
select is(
    (select array_agg(r::bigint order by r::bigint) from jsonb_array_elements_text(ml.rows_trained_on('february', 'tumour', 1)) r),
    (select array_agg(i::bigint) from generate_series(31, 40) i), 'rows of both sides are found by time and key');
select is(ml.rows_trained_on('january', 'tumour', 1), '[]', 'of its own held-out rows it has learned nothing');
select is(ml.rows_trained_on('march', 'tumour', 1), '[]', 'validation stands in for a test side that is not there, and lies later');
-- A training measures on validation where it has no use for any test row.
select ml.create_training_dataset('april', 'public.diagnoses', array['tumour:radius', 'tumour:texture'], 'malignant', split => '{"train": 0.25, "validation": 0.25, "test": 0.5, "method": "time"}');
select is(ml.rows_trained_on('april', 'tumour', 1), '[]', 'of later test rows it has learned nothing');
select is(
    (select array_agg(r::bigint order by r::bigint) from jsonb_array_elements_text(ml.rows_trained_on('april', 'tumour', 1, 'validation')) r),
    (select array_agg(i::bigint) from generate_series(31, 40) i), 'of the validation side, which may be asked for, it has');
select tests.throws($$ select ml.rows_trained_on('april', 'tumour', 1, 'exam') $$, '22023', 'invalid_argument', 'the sides are known');
-- The same tumour diagnosed at another time is another row.
update public.diagnoses d set event_time = d.event_time + interval '1 second' where d.tumour_id between 31 and 35;
select ml.create_training_dataset('moved', 'public.diagnoses', array['tumour:radius'], 'malignant', split => '{"train": 0.25, "test": 0.75, "method": "time"}');
select is(jsonb_array_length(ml.rows_trained_on('moved', 'tumour', 1)), 5, 'another time is another row');
-- A key that only one of the two has is not compared.
select is(
    (select count(*) from ml_private.shared_rows(d, '{test}', row_to_dataset.other, '{train}')), 10::bigint, 'extra join keys do not hide a row')
from ml.datasets d
cross join lateral (
    select jsonb_populate_record(j, jsonb_build_object('join_keys', '[{"name": "tumour_id", "type": "int64"}, {"name": "clinic", "type": "string"}]'::jsonb)) as other
    from ml.datasets j where j.name = 'january') row_to_dataset
where d.name = 'february';

select tests.become('viewer');
select is(jsonb_array_length(ml.rows_trained_on('february', 'tumour', 1)), 10, 'a viewer may ask');
select tests.throws($$ select ml.rows_trained_on('nothing', 'tumour', 1) $$, 'PT404', 'dataset_not_found', 'the dataset exists');
select tests.throws($$ select ml.rows_trained_on('january', 'nothing', 1) $$, 'PT404', 'model_not_found', 'the model exists');
select tests.throws($$ select ml.rows_trained_on('january', 'tumour', 9) $$, 'PT404', 'version_not_found', 'the version exists');
select tests.become('anon');
select tests.refuses($$ select ml.rows_trained_on('february', 'tumour', 1) $$, 'strangers may not');

-- By another time column of the same table, or another spine, the keys decide alone: moving the time hides no row.
select tests.reset();
alter table public.diagnoses add reported_at timestamptz;
update public.diagnoses d set reported_at = d.event_time + interval '1 second';
select ml.create_training_dataset(
    'sly', 'public.diagnoses', array['tumour:radius', 'tumour:texture'], 'malignant', event_time => 'reported_at', split => '{"train": 0.9, "test": 0.1, "method": "time"}');
select tests.register('tumour', 'sly', dataset => 'sly');
select is(jsonb_array_length(ml.rows_trained_on('january', 'tumour', 2)), 40, 'another time column hides nothing');

-- A training under a pin.
select tests.reset();
select ml.set_evaluation_data('tumour', 'february');
select tests.become('engineer');
select tests.throws(
    $$ select ml.train_model('{"model": "tumour", "dataset": "tumours_text", "model_type": "gradient_boosting"}') $$, 'PT409', 'not_measurable',
    'a training on features that the pinned data lacks is refused', 'lacks tumour@1:site,');
select ml.train_model('{"model": "tumour", "dataset": "january", "model_type": "gradient_boosting"}');
select tests.become('ml_worker');
create temporary table begun as
select j.id as job_id, j.attempt, ml.begin_training(j.id, j.attempt) as training
from ml.claim_jobs('w', array['training'], '{}', 1, 300) j;
select tests.reset();
select is((select training ->> 'evaluation' from begun), 'february', 'a training is told which data measures it');
select is(
    (select array_agg(r::bigint order by r::bigint) from begun, jsonb_array_elements_text(training -> 'kept_back') r),
    (select array_agg(i::bigint) from generate_series(31, 80) i), 'and which of its rows, on any side, are among those');
select ml.set_evaluation_data('tumour', null);
select is((select ml.begin_training(b.job_id, b.attempt) ->> 'evaluation' from begun b), 'february', 'a later attempt keeps to what the first was told');
-- What was kept back was not learned from.
set local session_replication_role = replica;
update ml.model_versions v set run_id = (select t.run_id from ml.training_jobs t) where v.version = 1;
set local session_replication_role = origin;
select is(ml.rows_trained_on('february', 'tumour', 1), '[]', 'what a training kept back it has not learned from');
select is(
    (select array_agg(r::bigint order by r::bigint) from jsonb_array_elements_text(ml.rows_trained_on('moved', 'tumour', 1)) r),
    null, 'on whichever dataset those rows turn up');
select tests.become('engineer');
select is(
    (select j.payload ->> 'dataset' from ml.queue_model_check('tumour', 1, 'evaluation') j), 'january', 'unpinned, an evaluation uses the version''s own dataset');
select tests.reset();
select ml.set_evaluation_data('tumour', 'february');
select tests.become('engineer');
select tests.throws(
    $$ select ml.queue_model_check('tumour', 2, 'evaluation') $$, 'PT409', 'training_unknown', 'nobody knows what a version registered by hand has learned from');
select tests.become('admin');
select is((select j.payload ->> 'dataset' from ml.queue_model_check('tumour', 2, 'evaluation') j), 'february', 'an admin may know');

-- Another kind of label.
select tests.reset();
create view public.worded as select d.tumour_id, case d.malignant when 1 then 'yes' else 'no' end as label, d.event_time from public.diagnoses d;
select ml.create_training_dataset('worded', 'public.worded', array['tumour:radius', 'tumour:texture'], 'label');
select tests.throws(
    $$ select ml.train_model('{"model": "tumour", "dataset": "worded", "model_type": "gradient_boosting"}') $$, 'PT409', 'not_measurable',
    'a training on another kind of label is refused while one is pinned', 'the label of dataset worded is string, that of the evaluation data of tumour \(dataset february\) is int64');
select ml.set_evaluation_data('tumour', null);
select lives_ok($$ select ml.train_model('{"model": "tumour", "dataset": "worded", "model_type": "gradient_boosting"}') $$, 'unpinned, it may be trained on');
select * from finish();
rollback;
