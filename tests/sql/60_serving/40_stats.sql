-- forms: both
begin;
select plan(15);
\ir fixture.psql

-- 100 live answers of version 1 with latencies 1 to 100 ms, 10 tests of version 2, one answer of two hours ago.
select tests.become('service_role');
select ml.log_predictions((
    select jsonb_agg(tests.prediction(jsonb_build_object('latency_ms', i, 'score', i / 100.0, 'predicted_label', case when i > 75 then '1' else '0' end)))
    from generate_series(1, 100) i
));
select ml.log_predictions((
    select jsonb_agg(tests.prediction(jsonb_build_object('version_id', tests.version_id(2), 'purpose', 'test', 'latency_ms', 7, 'predicted_label', null)))
    from generate_series(1, 10) i
));
select ml.log_predictions(jsonb_build_array(tests.prediction(jsonb_build_object('served_at', now() - interval '2 hours', 'latency_ms', 1000))));

select tests.become('viewer');
-- Percentiles between ranks: numpy.percentile([1, …, 100], [50, 95]) gives 50.5 and 95.05.
select results_eq(
    $$ select s.version, s.purpose, s.predictions, s.latency_ms_p50, round(s.latency_ms_p95::numeric, 9), s.latency_ms_max, round(s.mean_score::numeric, 9), s.labels
       from ml.get_serving_stats('tumours') s $$,
    $$ values (1, 'live', 100::bigint, 50.5::double precision, 95.05::numeric, 100::double precision, 0.505::numeric, '{"0": 75, "1": 25}'::jsonb),
       (2, 'test', 10, 7, 7, 7, 0.75, '{}') $$,
    'counts, latencies, scores and labels come per version and purpose'
);
select tests.become('service_role');
-- One batch of 500 rows in 250 ms beside the hundred single rows: one request more.
select ml.log_predictions((
    select jsonb_agg(tests.prediction(jsonb_build_object('latency_ms', 250, 'request_id', '00000000-0000-4000-8000-00000000000a', 'score', 0, 'predicted_label', '0')))
    from generate_series(1, 500) i
));
select tests.become('viewer');
select results_eq(
    $$ select s.predictions, s.requests, s.latency_ms_p50, s.latency_ms_max from ml.get_serving_stats('tumours') s where s.version = 1 $$,
    $$ values (600::bigint, 101::bigint, 51::double precision, 250::double precision) $$, 'the rows of a batch are one latency');
select is((select max(s.latency_ms_max) from ml.get_serving_stats('tumours', '3 hours') s), 1000::double precision, 'a longer window sees what is older');
select is((select s.first_served_at from ml.get_serving_stats('tumours', '3 hours') s where s.version = 1), now() - interval '2 hours', 'and when the first came');
select is((select count(*) from ml.get_serving_stats('idle')), 0::bigint, 'a model that answered nothing has no rows');
select tests.throws($$ select ml.get_serving_stats('nothing') $$, 'PT404', 'model_not_found', 'an unknown model is refused');
select tests.throws($$ select ml.get_serving_stats(null) $$, '22023', 'invalid_argument', 'null is no model');
select tests.throws($$ select ml.get_serving_stats('tumours', '0') $$, '22023', 'invalid_look_back', 'an empty window is refused');
select tests.throws($$ select ml.get_serving_stats('tumours', '91 days') $$, '22023', 'invalid_look_back', 'so is one beyond the retention');
select tests.throws($$ select ml.get_serving_stats('tumours', null) $$, '22023', 'invalid_look_back', 'and null');
select is((select count(*) from ml.predictions), 611::bigint, 'a viewer reads the log');
select tests.become('stranger');
select is((select count(*) from ml.predictions), 0::bigint, 'who is no member reads nothing of it');
select tests.refuses($$ select ml.get_serving_stats('tumours') $$, 'and no statistics');
select tests.become('ml_worker');
select tests.refuses($$ select count(*) from ml.predictions $$, 'a worker reads nothing of it either');

select tests.reset();

-- Labels without end of one version leave another's alone.
select tests.become('service_role');
select ml.log_predictions((
    select jsonb_agg(tests.prediction(jsonb_build_object('version_id', tests.version_id(v), 'purpose', 'test', 'predicted_label', 'label ' || l)))
    from (select 1 as v, l from generate_series(1, 120) l, generate_series(1, 2) union all select 2, 1) x
));
select tests.become('viewer');
select results_eq(
    $$ select s.version, (select count(*) from jsonb_object_keys(s.labels)) from ml.get_serving_stats('tumours') s where s.purpose = 'test' $$,
    $$ values (1, 100::bigint), (2, 1) $$, 'a version and purpose has its 100 commonest labels');
select tests.reset();
select * from finish();
rollback;
