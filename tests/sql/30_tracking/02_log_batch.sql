-- forms: both
-- What a run logs. The order in which a metric's latest value is chosen is MLflow's: step, then timestamp, then value, NaN as 0
-- (mlflow/store/tracking/sqlalchemy_store.py, _update_latest_metrics_if_necessary).
begin;
select plan(47);

select tests.become('ml_worker');
select ml.create_experiment('e');
create temporary table run on commit drop as select id from ml.start_run('e', 'r');
grant select on run to public;

-- Metrics.
select is(
    ml.log_batch((select id from run), '[{"key": "loss", "value": 0.5, "step": 1, "timestamp": 1000}, {"key": "loss", "value": 0.25, "step": 2, "timestamp": "1970-01-01T00:00:02Z"}]'),
    '{"metrics": 2, "params": 0, "tags": 0}'::jsonb, 'a batch says what was taken');
select tests.become('viewer');
select results_eq(
    $$ select step, value, extract(epoch from logged_at)::integer from ml.run_metrics where key = 'loss' order by step $$,
    $$ values (1::bigint, 0.5::double precision, 1), (2, 0.25, 2) $$, 'time stamps are milliseconds or ISO 8601');
create function pg_temp.latest(metric text) returns text language sql as
    $$ select value || ' @ ' || step from ml.latest_metrics where run_id = (select id from run) and key = metric $$;
select is(pg_temp.latest('loss'), '0.25 @ 2', 'the highest step is the latest');
select tests.become('ml_worker');
select ml.log_batch((select id from run), '[{"key": "loss", "value": 9, "step": 1, "timestamp": 9000}]');
select tests.become('viewer');
select is(pg_temp.latest('loss'), '0.25 @ 2', 'a later time at a lower step is not');
select tests.become('ml_worker');
select ml.log_batch((select id from run), '[{"key": "loss", "value": 0.1, "step": 2, "timestamp": 3000}]');
select tests.become('viewer');
select is(pg_temp.latest('loss'), '0.1 @ 2', 'at one step the later time is');
select tests.become('ml_worker');
select ml.log_batch((select id from run), '[{"key": "loss", "value": 0.7, "step": 2, "timestamp": 3000}, {"key": "loss", "value": 0.3, "step": 2, "timestamp": 3000}]');
select tests.become('viewer');
select is(pg_temp.latest('loss'), '0.7 @ 2', 'at one step and time the higher value is');
select is((select count(*) from ml.run_metrics where key = 'loss'), 6::bigint, 'the history keeps all of them');
select tests.become('ml_worker');
select ml.log_batch((select id from run), '[{"key": "loss", "value": 0.7, "step": 2, "timestamp": 3000}]');
select tests.become('viewer');
select is((select count(*) from ml.run_metrics where key = 'loss'), 6::bigint, 'the same measurement again is stored once');
select tests.become('ml_worker');
select ml.log_batch((select id from run), '[{"key": "n", "value": -1, "step": 0, "timestamp": 1}, {"key": "n", "value": "NaN", "step": 0, "timestamp": 1}, {"key": "n", "value": 1, "step": 0, "timestamp": 0},
    {"key": "p", "value": 1, "step": 0, "timestamp": 1}, {"key": "p", "value": "NaN", "step": 0, "timestamp": 1},
    {"key": "q", "value": "-Infinity", "step": 3, "timestamp": 1}, {"key": "q", "value": "Infinity", "step": 2, "timestamp": 1}]');
select tests.become('viewer');
select is(pg_temp.latest('n'), 'NaN @ 0', 'NaN ranks as 0: above -1');
select is(pg_temp.latest('p'), '1 @ 0', 'and below 1');
select is(pg_temp.latest('q'), '-Infinity @ 3', 'infinities are values');
select is(ml.get_run((select id from run)) #>> '{metrics,q,value}', '-Infinity', 'get_run gives an infinity as text');
select is((ml.get_run((select id from run)) #>> '{metrics,loss,value}')::double precision, 0.7::double precision, 'and a number as a number');
select tests.become('ml_worker');
select ml.log_batch((select id from run), '[{"key": "now", "value": 1}]');
select tests.become('viewer');
select ok((select logged_at between now() and clock_timestamp() and step = 0 from ml.run_metrics where key = 'now'), 'a metric without time and step is of now and step 0');
select tests.become('ml_worker');
select ml.log_batch((select id from run), '[{"key": "tiny", "value": 1e-400}, {"key": "deep", "value": 1, "step": -9223372036854775808}]');
select tests.become('viewer');
select is(pg_temp.latest('tiny'), '0 @ 0', 'a number below every double is zero');
select is(pg_temp.latest('deep'), '1 @ -9223372036854775808', 'steps have 64 bits and may be negative');

-- Params and tags.
select tests.become('ml_worker');
select is(
    ml.log_batch((select id from run), params => '{"lr": 0.1, "layers": 3.0, "bias": true, "name": "x"}', tags => '{"a": "1", "b": 2}'),
    '{"metrics": 0, "params": 4, "tags": 2}'::jsonb, 'params and tags are taken');
select is(ml.get_run((select id from run)) -> 'params', '{"lr": "0.1", "layers": "3", "bias": "true", "name": "x"}'::jsonb, 'params are text');
select lives_ok($$ select ml.log_batch((select id from run), params => '{"lr": 0.10, "layers": 3}') $$, 'a param logged again unchanged is no error');
select tests.throws(
    $$ select ml.log_batch((select id from run), '[{"key": "lost", "value": 1}]', '{"new": 1, "lr": 0.2}', '{"a": "changed"}') $$,
    'PT409', 'param_changed', 'a param never changes', 'lr.*0\.1.*0\.2');
select is(ml.get_run((select id from run)) -> 'metrics' -> 'lost', null, 'a refused batch leaves no metric');
select is(ml.get_run((select id from run)) -> 'params' -> 'new', null, 'and no param');
select is(ml.get_run((select id from run)) -> 'tags', '{"a": "1", "b": "2"}'::jsonb, 'and no tag');
select ml.log_batch((select id from run), tags => '{"a": "new"}');
select is(ml.get_run((select id from run)) -> 'tags', '{"a": "new", "b": "2"}'::jsonb, 'a tag is overwritten');

-- Limits and refusals.
create function pg_temp.metrics(n integer) returns jsonb language sql as
    $$ select jsonb_agg(jsonb_build_object('key', 'k' || i % 10, 'value', i, 'step', i)) from generate_series(1, n) i $$;
create function pg_temp.entries(n integer) returns jsonb language sql as
    $$ select jsonb_object_agg('k' || i, i) from generate_series(1, n) i $$;
select is(ml.log_batch((select id from run), pg_temp.metrics(1000)) ->> 'metrics', '1000', 'a thousand metrics fit');
select tests.throws($$ select ml.log_batch((select id from run), pg_temp.metrics(1001)) $$, '22023', 'too_many_metrics', 'a thousand and one do not');
select is(ml.log_batch((select id from run), params => pg_temp.entries(100)) ->> 'params', '100', 'a hundred params fit');
select tests.throws($$ select ml.log_batch((select id from run), params => pg_temp.entries(101)) $$, '22023', 'too_many_params', 'a hundred and one do not');
select tests.throws($$ select ml.log_batch((select id from run), tags => pg_temp.entries(101)) $$, '22023', 'too_many_tags', 'nor as many tags');
select tests.throws($$ select ml.log_batch((select id from run), params => jsonb_build_object('long', repeat('x', 6001))) $$, '22023', 'invalid_params', 'a param has at most 6000 characters');
select tests.throws($$ select ml.log_batch((select id from run), tags => jsonb_build_object('long', repeat('x', 8001))) $$, '22023', 'invalid_tags', 'a tag has at most 8000');
select tests.throws($$ select ml.log_batch((select id from run), params => '{"a": [1]}') $$, '22023', 'invalid_params', 'a param is a scalar');
select tests.throws($$ select ml.log_batch((select id from run), '{}') $$, '22023', 'invalid_metrics', 'metrics are an array');
select tests.throws($$ select ml.log_batch((select id from run), null) $$, '22023', 'invalid_metrics', 'and not null');
select tests.throws($$ select ml.log_batch((select id from run), '[{"key": "a", "value": 1}, 5]') $$, '22023', 'invalid_metrics', 'a number is no metric', 'metric 2 ');
select tests.throws($$ select ml.log_batch((select id from run), '[{"key": "a", "value": 1, "stop": 1}]') $$, '22023', 'invalid_metrics', 'an unknown key is named', 'stop');
select tests.throws($$ select ml.log_batch((select id from run), '[{"key": "", "value": 1}]') $$, '22023', 'invalid_metrics', 'a metric needs a name');
select tests.throws($$ select ml.log_batch((select id from run), '[{"value": 1}]') $$, '22023', 'invalid_metrics', 'a missing name is none');
select tests.throws($$ select ml.log_batch((select id from run), '[{"key": "a", "value": "1"}]') $$, '22023', 'invalid_metrics', 'text is no value');
select tests.throws($$ select ml.log_batch((select id from run), '[{"key": "a", "value": 1e400}]') $$, '22023', 'invalid_metrics', 'nor is a number beyond doubles');
select tests.throws($$ select ml.log_batch((select id from run), '[{"key": "a", "value": 1, "step": 0.5}]') $$, '22023', 'invalid_metrics', 'a step is whole');
select tests.throws($$ select ml.log_batch((select id from run), '[{"key": "a", "value": 1, "timestamp": -1}]') $$, '22023', 'invalid_metrics', 'time begins in 1970');
select tests.throws($$ select ml.log_batch((select id from run), '[{"key": "a", "value": 1, "timestamp": "2026-13-01T00:00:00Z"}]') $$, '22023', 'invalid_metrics', 'a year has twelve months');
select tests.throws($$ select ml.log_batch((select id from run), '[{"key": "a", "value": 1, "timestamp": 9e12}]') $$, '22023', 'invalid_metrics', 'nothing was measured in the future');
select tests.throws($$ select ml.log_batch(gen_random_uuid()) $$, 'PT404', 'run_not_found', 'an unknown run is refused');
select tests.throws($$ select ml.log_batch(null) $$, '22023', 'invalid_argument', 'and so is null');
select tests.become('viewer');
select tests.refuses($$ select ml.log_batch((select id from run)) $$, 'a viewer logs nothing');

select tests.reset();
select * from finish();
rollback;
