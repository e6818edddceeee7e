-- forms: both
begin;
select plan(37);
\ir fixture.psql
select tests.deploy(1);

create function tests.log(change jsonb)
returns text
language sql
volatile
set search_path = pg_catalog, pg_temp
as $$ select format('select ml.log_predictions(%L)', jsonb_build_array(tests.prediction(change))) $$;

select tests.become('service_role');
select is(ml.log_predictions('[]'), 0, 'nothing is logged of nothing');
select is(
    ml.log_predictions((select jsonb_agg(tests.prediction()) from generate_series(1, 1000))), 1000, 'a thousand predictions go in one call'
);
select is(ml.log_predictions(jsonb_build_array(tests.prediction('{
    "id": "00000000-0000-7000-8000-00000000000a", "entity_key": "[1]", "entity": {"patient_id": 1}, "purpose": "test",
    "requested_by": "00000000-0000-4000-8000-000000000002"
}'))), 1, 'a prediction is logged');
select results_eq(
    $$ select p.served_at, p.version_id, p.entity_key, p.entity, p.features, p.output, p.predicted_label, p.score, p.latency_ms, p.purpose, p.requested_by
       from ml.predictions p where p.id = '00000000-0000-7000-8000-00000000000a' $$,
    $$ values (now(), tests.version_id(1), '[1]', '{"patient_id": 1}'::jsonb, '[1.5, 2.5]'::jsonb, '{"probabilities": [0.25, 0.75]}'::jsonb,
       '1', 0.75::double precision, 4.5::real, 'test', '00000000-0000-4000-8000-000000000002'::uuid) $$,
    'with all that was sent'
);
create temporary table again as select jsonb_build_array(tests.prediction(), tests.prediction()) as rows;
select is(ml.log_predictions(rows), 2, 'two are new') from again;
select is(ml.log_predictions(rows), 0, 'sent again, they are there already') from again;
select is(ml.log_predictions(rows || tests.prediction()), 1, 'beside known ones a new one is added') from again;
select is(ml.log_predictions(jsonb_build_array(tests.prediction('{"entity": null, "entity_key": null, "score": null}'))), 1, 'what is not known may be null');
select is(ml.log_predictions(jsonb_build_array(tests.prediction(jsonb_build_object('served_at', now() - interval '60 days')))), 1,
    'a prediction of two months ago is taken');

select tests.throws('select ml.log_predictions(null)', '22023', 'invalid_predictions', 'null is refused');
select tests.throws($$ select ml.log_predictions('{}') $$, '22023', 'invalid_predictions', 'an object is refused');
select tests.throws($$ select ml.log_predictions('[1]') $$, '22023', 'invalid_prediction', 'a number is no prediction');
select tests.throws($$ select ml.log_predictions('[[]]') $$, '22023', 'invalid_prediction', 'nor is an array');
select tests.throws($$ select ml.log_predictions('[null]') $$, '22023', 'invalid_prediction', 'nor is null');
select tests.throws($$ select ml.log_predictions('[{}]') $$, '22023', 'invalid_prediction', 'an empty object lacks all', 'prediction 0: id is missing');
select tests.throws(format('select ml.log_predictions(%L)', (select jsonb_agg('{}'::jsonb) from generate_series(1, 1001))), '22023',
    'too_many_predictions', '1001 at once are refused');
select tests.throws(tests.log('{"colour": "red"}'), '22023', 'unknown_key', 'an unknown key is refused', 'colour');
select tests.throws(tests.log('{"id": "7"}'), '22023', 'invalid_prediction', 'an id that is no uuid is refused');
select tests.throws(tests.log('{"id": null}'), '22023', 'invalid_prediction', 'so is a missing one', 'id is missing');
select tests.throws(tests.log('{"served_at": "yesterday noon"}'), '22023', 'invalid_prediction', 'a time that is none is refused');
select tests.throws(tests.log('{"served_at": "infinity"}'), '22023', 'invalid_prediction', 'so is infinity');
select tests.throws(tests.log(jsonb_build_object('served_at', now() + interval '1 day')), '22023', 'invalid_prediction', 'and the future');
select tests.throws(tests.log(jsonb_build_object('served_at', now() - interval '91 days')), '22023', 'invalid_prediction', 'and what retention would drop at once');
select tests.throws(tests.log('{"version_id": 999999}'), '22023', 'invalid_prediction', 'an unknown version is refused', 'no version_id 999999');
select tests.throws(tests.log('{"model_id": 999999}'), '22023', 'invalid_prediction', 'so is a version of another model');
select tests.throws(tests.log('{"features": {"a": 1}}'), '22023', 'invalid_prediction', 'features must be an array');
select tests.throws(tests.log('{"output": [1]}'), '22023', 'invalid_prediction', 'output must be an object');
select tests.throws(tests.log('{"entity": [1]}'), '22023', 'invalid_prediction', 'entity must be an object');
select tests.throws(tests.log('{"score": "NaN"}'), '22023', 'invalid_prediction', 'NaN is no score', 'not finite');
select tests.throws(tests.log('{"score": 1e999}'), '22023', 'invalid_prediction', 'nor is a number beyond double precision');
select tests.throws(tests.log('{"latency_ms": -1}'), '22023', 'invalid_prediction', 'a latency is not negative');
select tests.throws(tests.log('{"purpose": "fun"}'), '22023', 'invalid_prediction', 'a purpose is live or test');
select tests.throws(
    format('select ml.log_predictions(%L)', jsonb_build_array(tests.prediction('{"id": "00000000-0000-7000-8000-00000000000b"}'), '{}'::jsonb)),
    '22023', 'invalid_prediction', 'the wrong one of several is named', 'prediction 1'
);
select is((select count(*) from ml.predictions p where p.id = '00000000-0000-7000-8000-00000000000b'), 0::bigint, 'and none of them is logged');

select tests.become('admin');
select tests.refuses($$ select ml.log_predictions('[]') $$, 'not even an admin logs predictions');
select tests.become('ml_worker');
select tests.refuses($$ select ml.log_predictions('[]') $$, 'nor does a worker');
select tests.become('service_role');
select tests.refuses($$ delete from ml.predictions $$, 'nobody takes predictions out of the log');

select tests.reset();
select * from finish();
rollback;
