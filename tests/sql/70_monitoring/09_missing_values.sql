-- forms: both
-- A feature that dies is seen, though its requests are refused and nothing of them is in the prediction log.
begin;
select plan(56);

-- Even values between 0 and 1, whichever entities ask: what is tested here is what is missing, not chance.
create function pg_temp.spread(i integer, step double precision) returns double precision language sql immutable
as $$ select i * step - floor(i * step) $$;

create table public.readings (sensor_id bigint, read_at timestamptz, heat double precision, noise double precision);
create table public.outcomes (sensor_id bigint, event_time timestamptz, label text);
-- Every 25th noise is missing.
insert into public.readings select i, now() - interval '2 days', pg_temp.spread(i, 0.618034), case when i % 25 > 0 then pg_temp.spread(i, 0.754878) end from generate_series(1, 500) as i;
insert into public.outcomes select i, now() - interval '1 day', case i % 2 when 0 then 'ok' else 'broken' end from generate_series(1, 500) as i;
select tests.become('engineer');
select ml.register_entity('sensor', '[{"name": "sensor_id", "type": "int64"}]');
select ml.register_feature_view('sensor', 'sensor', 'public.readings', 'read_at', '[{"name": "heat", "type": "float64"}, {"name": "noise", "type": "float64"}]');
select ml.create_training_dataset('sensors_1', 'public.outcomes', array['sensor:heat', 'sensor:noise'], 'label', split => '{"train": 0.7, "test": 0.3}');
select tests.reset();
insert into storage.objects (bucket_id, name, metadata) values ('ml-artifacts', repeat('a', 64), '{"size": 100}'), ('ml-artifacts', repeat('b', 64), '{"size": 100}');

create function pg_temp.deploy(digit text, nullable boolean) returns integer language plpgsql as $$
declare
    v_training jsonb;
    v_version integer;
begin
    perform tests.become('service_role');
    v_training := ml.train_model('{"model": "sensors", "dataset": "sensors_1", "model_type": "logistic_regression"}');
    v_version := (ml.register_model_version('sensors', (v_training ->> 'run_id')::uuid, repeat(digit, 64), 100, jsonb_build_object(
        'inputs', jsonb_build_array(jsonb_build_object('name', 'features', 'type', 'float32', 'shape', '[null, 2]'::jsonb, 'columns', jsonb_build_array(
            '{"feature": "sensor:heat", "view_version": 1}'::jsonb, '{"feature": "sensor:noise", "view_version": 1}' || jsonb_build_object('nullable', deploy.nullable)))),
        'outputs', '[{"name": "probabilities", "type": "float32", "shape": [null, 2]}]'::jsonb, 'classes', '["broken", "ok"]'::jsonb, 'task', 'classification'),
        'scikit-learn', 'logistic_regression')).version;
    perform ml.set_promotion_policy('sensors', 'staging', '{}');
    perform ml.set_promotion_policy('sensors', 'production', '{}');
    perform ml.promote_model('sensors', v_version, 'staging');
    perform ml.promote_model('sensors', v_version, 'production');
    perform tests.reset();
    return v_version;
end
$$;

create function pg_temp.serve(first integer, n integer, noise boolean default true) returns integer language plpgsql as $$
declare
    v_logged integer;
begin
    perform tests.become('service_role');
    v_logged := ml.log_predictions((
        select jsonb_agg(jsonb_build_object(
            'id', gen_random_uuid(), 'served_at', clock_timestamp(), 'model_id', d.model_id, 'version_id', d.version_id, 'entity_key', format('[%s]', i),
            'features', jsonb_build_array(pg_temp.spread(i, 0.618034), case when serve.noise then pg_temp.spread(i, 0.754878) end), 'output', '{"probabilities": [0.5, 0.5]}'::jsonb,
            'predicted_label', 'ok', 'score', 0.5, 'latency_ms', 3))
        from ml.deployments d, generate_series(serve.first, serve.first + serve.n - 1) i));
    perform tests.reset();
    return v_logged;
end
$$;

create function pg_temp.refuse(first integer, n integer, at timestamptz default clock_timestamp(), missing text default '[2]', code text default 'feature_null') returns integer language plpgsql as $$
declare
    v_logged integer;
begin
    perform tests.become('service_role');
    v_logged := ml.log_refusals((
        select jsonb_agg(jsonb_build_object(
            'id', gen_random_uuid(), 'refused_at', refuse.at, 'model_id', d.model_id, 'version_id', d.version_id, 'row_key', format('[%s]', i),
            'missing', refuse.missing::jsonb, 'code', refuse.code))
        from ml.deployments d, generate_series(refuse.first, refuse.first + refuse.n - 1) i));
    perform tests.reset();
    return v_logged;
end
$$;

create function pg_temp.next_check() returns integer language plpgsql as $$
begin
    update ml.drift_checks set checked_at = checked_at - interval '1 day';
    update ml.deployments set deployed_at = deployed_at - interval '1 day';
    update ml.monitors set visited_at = visited_at - interval '1 day';
    return ml_private.check_next_monitor();
end
$$;

create function pg_temp.training_rows(missing boolean) returns bigint language plpgsql as $$
declare
    v_count bigint;
begin
    execute format('select count(*) from %s where split = ''train'' and (not $1 or sensor__noise is null)', (select table_name from ml.datasets))
    into v_count using missing;
    return v_count;
end
$$;

select is(pg_temp.deploy('a', false), 1, 'fixture: version 1, which takes no null');
select results_eq(
    $$ select name, row_count, missing_count from ml.drift_references order by position $$,
    $$ values ('sensor:heat', pg_temp.training_rows(false), 0::bigint), ('sensor:noise', pg_temp.training_rows(false), pg_temp.training_rows(true)) $$,
    'the reference counts what is missing over all rows of the training split, those included that the model could not train on');
select cmp_ok(pg_temp.training_rows(true), '>', 5::bigint, 'and there are some');
select is((select cardinality(sample)::bigint from ml.drift_references where position = 1), (select count(*) from unnest(
    array(select ml_private.dataset_values((select id from ml.datasets), 'sensor__heat', 'train', '{sensor__noise}')))), 'its sample stays that of the complete rows');

-- As in training.
select is(pg_temp.refuse(1, 2), 2, 'fixture: two sensors of 60 are refused for want of noise');
select results_eq(
    $$ select r ->> 'status', r -> 'advice' ->> 0, (r #>> '{serving,refused,share}')::double precision from ml.model_health_report('sensors') r $$,
    $$ values ('degraded', 'no row was answered and 2 were refused, most for want of sensor:noise: repair the feature''s source', 1::double precision) $$,
    'a model that answers nobody is not only without data');
select is(pg_temp.serve(3, 47), 47, 'fixture: 47 are answered');
select results_eq(
    $$ select r ->> 'status', (r #>> '{serving,refused,share}')::double precision from ml.model_health_report('sensors') r $$,
    $$ values ('unchecked', 2 / 49::double precision) $$, 'one that answers most is told with the share of the others');
select is(pg_temp.next_check(), 0, 'one entity short of min_rows: no check');
select is(pg_temp.serve(3, 58), 58, 'fixture: and more');
select is(pg_temp.next_check(), 1, 'refused entities count towards min_rows: checked');
select results_eq($$ select row_count, refused_count, data_drift, missing_values from ml.drift_checks $$, $$ values (58, 2, false, false) $$,
    'a refusal in thirty is what training had');
select results_eq($$ select missing_share, missing_p_value is null from ml.drift_results where position >= 1 order by position $$,
    $$ values (0::double precision, true), (2 / 60::double precision, false) $$, 'the share is told; a column of which nothing is ever missing is no test');
select is((select count(*) from ml.alerts), 0::bigint, 'no alert');
select is(pg_temp.next_check(), 0, 'the same rows are not checked twice');

-- Noise dies: nothing is answered any more.
select is(pg_temp.refuse(100, 49), 49, 'fixture: 49 are refused');
select is(pg_temp.next_check(), 0, 'too few');
select is(pg_temp.refuse(200, 30, clock_timestamp() + interval '4 minutes'), 30, 'fixture: 30 by a clock that runs ahead');
select is(pg_temp.next_check(), 0, 'are not here yet');
select is(pg_temp.refuse(150, 11), 11, 'fixture: and eleven more, all of a window''s 60');
select is(pg_temp.next_check(), 1, 'a window without a single answer is checked');
select results_eq($$ select row_count, refused_count, missing_values, data_drift, window_end <= clock_timestamp() from ml.drift_checks order by id desc limit 1 $$,
    $$ values (0, 60, true, false, true) $$, 'all of it was refused, and it ends now');
select results_eq(
    $$ select kind, severity, state, details #>> '{missing,0,name}', (details #>> '{missing,0,share}')::double precision, jsonb_array_length(details -> 'missing') from ml.alerts $$,
    $$ values ('missing_values', 'critical', 'open', 'sensor:noise', 1::double precision, 1) $$, 'one alert, which names the feature');
select matches((select title from ml.alerts),
    '^missing values of sensors version 1: 1 of 1 inputs lack more values than in training, most of all sensor:noise \(100.0% of 60, [0-9.]+% in training\)$', 'in words');
select is((select count(*) from ml.retrainings), 0::bigint, 'a feature that has died is no reason to train');
select is((select count(*) from ml.alert_changes where event = 'opened'), 1::bigint, 'it is announced');
select tests.become('viewer');
select results_eq(
    $$ select r ->> 'status', r #>> '{serving,refused,rows}', r #>> '{serving,refused,features,0,name}', (r #>> '{drift,missing_values}')::boolean, (r #>> '{serving,predictions}')::integer
       from ml.model_health_report('sensors') r $$,
    $$ values ('critical', '92', 'sensor:noise', true, 105) $$, 'the health report tells how many were refused for what');
select tests.reset();

-- Repaired: who was refused before is answered now.
select is(pg_temp.refuse(300, 10), 10, 'fixture: ten are refused once more');
select is(pg_temp.serve(300, 60), 60, 'fixture: then they and fifty others are answered');
select is(pg_temp.next_check(), 1, 'checked');
select results_eq($$ select row_count, refused_count, missing_values from ml.drift_checks order by id desc limit 1 $$, $$ values (60, 0, false) $$,
    'each entity counts once, by its newest row');
select is(pg_temp.serve(400, 60), 60, 'fixture: all is well');
select is(pg_temp.next_check(), 1, 'checked');
select results_eq($$ select state, resolution from ml.alerts $$, $$ values ('resolved', '2 checks in a row without it') $$, 'two clean checks resolve the alert');

-- Below the least rise that counts.
select tests.become('engineer');
select is((ml.set_monitor('sensors', '{"min_missing": 0.9, "alert_cooldown": "0"}')).min_missing, 0.9::double precision, 'an engineer sets the least rise');
select tests.throws($$ select ml.set_monitor('sensors', '{"min_missing": 1.5}') $$, '22023', 'invalid_config', 'a share is at most 1');
select tests.reset();
select is(pg_temp.serve(500, 20) + pg_temp.refuse(520, 40), 60, 'fixture: 40 of 60 are refused');
select is(pg_temp.next_check(), 1, 'checked');
select results_eq($$ select r.missing_more, r.missing_p_adjusted < 1e-10 from ml.drift_results r where r.position = 2 order by r.check_id desc limit 1 $$,
    $$ values (false, true) $$, 'significant, and smaller than what counts');

-- A model that takes null answers, and says what it lacked.
update ml.monitors set min_missing = 0.05;
select is(pg_temp.deploy('b', true), 2, 'fixture: version 2, which takes null for noise');
select is(pg_temp.serve(1, 40) + pg_temp.serve(41, 20, false), 60, 'fixture: a third comes without noise');
select is(pg_temp.next_check(), 1, 'checked');
select results_eq(
    $$ select a.kind, a.severity, (a.details #>> '{missing,0,share}')::double precision from ml.alerts a join ml.model_versions v on v.id = a.version_id where v.version = 2 $$,
    $$ values ('missing_values', 'critical', 20 / 60::double precision) $$, 'logged nulls alarm as refusals do');

-- Shares are of one span and of all rows that were asked for.
delete from ml.predictions;
delete from ml.prediction_refusals;
select is(pg_temp.refuse(1, 10, now() - interval '10 minutes'), 10, 'fixture: ten refused ten minutes ago');
select is(pg_temp.refuse(11, 2, now() - interval '1 minute'), 2, 'fixture: and two a minute ago');
select is(pg_temp.serve(100, 50), 50, 'fixture: fifty answered now');
select results_eq(
    $$ select c.missing, c.row_count, c.refused_count, c.counted::integer
       from ml.deployments d, ml_private.current_samples(d.version_id, now() - interval '1 hour', 50) c where c.ordinal = 2 $$,
    $$ values (0::bigint, 50, 12, 50) $$, 'where the answered rows are cut, refusals of before them are no part of the share');
select results_eq(
    $$ select c.missing, c.counted::integer from ml.deployments d, ml_private.current_samples(d.version_id, now() - interval '1 hour', 51) c where c.ordinal = 2 $$,
    $$ values (12::bigint, 62) $$, 'where nothing is cut, all are');
select is(pg_temp.refuse(200, 5, missing => '[]', code => 'other_row_refused'), 5, 'a row beside a refused one lacks nothing and counts');
select is(pg_temp.refuse(200, 2), 2, 'when it lacks something a moment later, that is written too');
select is(pg_temp.refuse(200, 2), 0, 'once');
select is(pg_temp.refuse(200, 2, missing => '[]', code => 'other_row_refused'), 0, 'and beside others once');
-- The reference holds each entity once, by its newest row; and bins in which something is expected.
insert into public.outcomes select i, now() - interval '1 hour', 'ok' from generate_series(1, 3) as i;
insert into public.readings values (1, now() - interval '2 hours', 5, 5);
select tests.become('engineer');
select ml.create_training_dataset('sensors_2', 'public.outcomes', array['sensor:heat', 'sensor:noise'], 'label', split => '{"train": 1}');
select tests.reset();
select results_eq(
    $$ select (ml_private.dataset_missing(d.id, '{sensor__heat}')).row_count, (ml_private.dataset_missing(d.id, '{sensor__heat}', newest => true)).row_count from ml.datasets d where d.name = 'sensors_2' $$,
    $$ values (503::bigint, 500::bigint) $$, 'entities are counted once');
select results_eq(
    $$ select count(*), count(*) filter (where v = 5), count(*) filter (where v = pg_temp.spread(1, 0.618034))
       from ml.datasets d, ml_private.dataset_values(d.id, 'sensor__heat', newest => true) v where d.name = 'sensors_2' $$,
    $$ values (500::bigint, 1::bigint, 0::bigint) $$, 'by their newest rows');
select is(ml_private.wide_edges('{50,30,15,5}', '{1,2,3}', 100), '{1,2}'::double precision[], 'a bin that expects too little joins the one beside it');
select is(ml_private.wide_edges('{4985,15}', '{0}', 50), '{}'::double precision[], 'and one bin is no test');
select * from finish();
rollback;
