-- forms: both
-- From a deployed version to alerts, feedback, retraining and the health report, on predictions that drift or do not.
begin;
select plan(82);
select setseed(0.31415926);

create function pg_temp.normal() returns double precision language sql volatile
as $$ select sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) $$;

create table public.readings (sensor_id bigint, read_at timestamptz, heat double precision, noise double precision);
create table public.outcomes (sensor_id bigint, event_time timestamptz, label text);
insert into public.readings select i, now() - interval '2 days', 20 + 3 * pg_temp.normal(), pg_temp.normal() from generate_series(1, 600) as i;
insert into public.outcomes select i, now() - interval '1 day', case when random() < 0.5 then 'ok' else 'broken' end from generate_series(1, 600) as i;

select tests.become('engineer');
select lives_ok($$ select ml.register_entity('sensor', '[{"name": "sensor_id", "type": "int64"}]') $$, 'fixture: entity');
select lives_ok(
    $$ select ml.register_feature_view('sensor', 'sensor', 'public.readings', 'read_at',
        '[{"name": "heat", "type": "float64", "transformation": {"type": "normalize", "method": "z_score"}}, {"name": "noise", "type": "float64"}]') $$,
    'fixture: feature view'
);
select lives_ok(
    $$ select ml.create_training_dataset('sensors_1', 'public.outcomes', array['sensor:heat', 'sensor:noise'], 'label',
        split => '{"train": 0.7, "test": 0.3}', fit => true) $$,
    'fixture: dataset'
);
select tests.reset();
insert into storage.objects (bucket_id, name, metadata) values ('ml-artifacts', repeat('a', 64), '{"size": 100}'), ('ml-artifacts', repeat('b', 64), '{"size": 100}');

create function pg_temp.deploy(digit text) returns integer language plpgsql as $$
declare
    v_training jsonb;
    v_version integer;
begin
    perform tests.become('engineer');
    v_training := ml.train_model('{"model": "sensors", "dataset": "sensors_1", "model_type": "logistic_regression"}');
    perform tests.become('service_role');
    v_version := (ml.register_model_version('sensors', (v_training ->> 'run_id')::uuid, repeat(digit, 64), 100,
        '{"inputs": [{"name": "features", "type": "float32", "shape": [null, 2], "columns": [{"feature": "sensor:heat", "view_version": 1}, {"feature": "sensor:noise", "view_version": 1}]}],
          "outputs": [{"name": "probabilities", "type": "float32", "shape": [null, 2]}], "classes": ["broken", "ok"], "task": "classification"}',
        'scikit-learn', 'logistic_regression')).version;
    perform ml.record_evidence('sensors', v_version, 'accuracy', 0.8, details => '{"rows": 100000}');
    perform ml.record_evidence('sensors', v_version, 'reference_scores', 0.5, details => jsonb_build_object('scores', (select jsonb_agg(random()) from generate_series(1, 300))));
    perform ml.set_promotion_policy('sensors', 'staging', '{}');
    perform ml.set_promotion_policy('sensors', 'production', '{}');
    perform ml.promote_model('sensors', v_version, 'staging');
    perform ml.promote_model('sensors', v_version, 'production');
    perform tests.reset();
    return v_version;
end
$$;

select is(pg_temp.deploy('a'), 1, 'fixture: version 1 in production');
select results_eq(
    $$ select position, kind, name from ml.drift_references order by position $$,
    $$ values (0, 'prediction', 'score'), (1, 'feature', 'sensor:heat'), (2, 'feature', 'sensor:noise') $$,
    'the deployment pins every input column and the score'
);
select results_eq(
    $$ select cardinality(sample)::bigint from ml.drift_references where position in (1, 2) $$,
    $$ select (split_counts ->> 'train')::bigint from ml.datasets, generate_series(1, 2) where name = 'sensors_1' $$,
    'each pinned sample is the training split'
);
select ok((select sample = array(select v from unnest(sample) v order by v) from ml.drift_references where position = 1), 'a pinned sample ascends');
select is((select cardinality(edges) from ml.drift_references where position = 1), 9, 'ten bins have nine inner edges');
select is((select count(*)::integer from ml.monitors), 1, 'the deployment makes a monitor');

-- Serves rows: heat is standard normal after normalisation plus a shift, the score uniform to a power.
create function pg_temp.serve(n integer, shift double precision default 0, power double precision default 1, at timestamptz default clock_timestamp(), purpose text default 'live')
returns integer language plpgsql as $$
declare
    v_logged integer;
begin
    perform tests.become('service_role');
    v_logged := ml.log_predictions((
        select jsonb_agg(jsonb_build_object(
            'id', gen_random_uuid(), 'served_at', serve.at, 'model_id', d.model_id, 'version_id', d.version_id, 'purpose', serve.purpose,
            'features', jsonb_build_array(pg_temp.normal() + serve.shift, pg_temp.normal()), 'output', '{"probabilities": [0.5, 0.5]}'::jsonb,
            'predicted_label', 'ok', 'score', random() ^ serve.power, 'latency_ms', 3))
        from ml.deployments d join ml.registered_models m on m.id = d.model_id and m.name = 'sensors', generate_series(1, serve.n)
    ));
    perform tests.reset();
    return v_logged;
end
$$;

-- All within one transaction: what has happened so far is moved a day back, so that the budget of false alarms has grown.
create function pg_temp.next_check() returns integer language plpgsql as $$
begin
    update ml.drift_checks set checked_at = checked_at - interval '1 day';
    update ml.deployments set deployed_at = deployed_at - interval '1 day';
    update ml.monitors set visited_at = visited_at - interval '1 day';
    return ml_private.check_next_monitor();
end
$$;

select is((ml_private.run_drift_check((select model_id from ml.monitors))).id, null, 'no predictions: no check');
select is(pg_temp.serve(49), 49, 'fixture: 49 predictions');
select is((ml_private.run_drift_check((select model_id from ml.monitors))).id, null, 'one row short of min_rows: no check');
select is(pg_temp.serve(200, 5, purpose => 'test'), 200, 'fixture: 200 test predictions that would drift');
select is((ml_private.run_drift_check((select model_id from ml.monitors))).id, null, 'test predictions do not count');
select is(pg_temp.serve(60), 60, 'fixture: 60 more live ones');
select is(pg_temp.next_check(), 1, 'with enough rows the tick task checks');
select results_eq(
    $$ select row_count, data_drift, prediction_drift from ml.drift_checks $$, $$ values (109, false, false) $$,
    'clean predictions of both batches: checked together, no drift'
);
select is((select count(*)::integer from ml.drift_results), 3, 'every distribution has a result');
select is((select count(*)::integer from ml.alerts), 0, 'no alert');
select is(pg_temp.next_check(), 0, 'the same rows are not checked twice');

select is(pg_temp.serve(100, 1.5), 100, 'fixture: 100 predictions with heat moved by one and a half deviations');
select is(pg_temp.next_check(), 1, 'checked');
select results_eq(
    $$ select name, drifted from ml.drift_results where check_id = (select max(id) from ml.drift_checks) order by position $$,
    $$ values ('score', false), ('sensor:heat', true), ('sensor:noise', false) $$, 'exactly the moved column has drifted'
);
select results_eq(
    $$ select kind, severity, state, occurrences from ml.alerts $$, $$ values ('data_drift', 'critical', 'open', 1) $$, 'one alert'
);
select results_eq(
    $$ select details #>> '{drifted,0,name}', (details ->> 'row_count')::integer from ml.alerts $$, $$ values ('sensor:heat', 100) $$,
    'the alert names the column and the rows'
);
select is((select count(*)::integer from ml.retrainings r join ml.jobs j on j.id = r.job_id where j.kind = 'train' and j.state = 'queued'), 1, 'a retraining job is queued');
select is((select details #>> '{retraining,job_id}' from ml.alerts), (select job_id::text from ml.retrainings), 'the alert carries the job');

select is(pg_temp.serve(100, 1.5), 100, 'fixture: drift goes on');
select is(pg_temp.next_check(), 1, 'checked');
select results_eq($$ select state, occurrences from ml.alerts $$, $$ values ('open', 2) $$, 'the open alert is kept up to date, no second one');
select is((select count(*)::integer from ml.retrainings), 1, 'and no second retraining');
select is((select details #>> '{retraining,not_queued}' from ml.alerts), 'a retraining was queued within the cooldown', 'the alert says why');
select is((select details #>> '{retraining,job_id}' from ml.alerts), (select job_id::text from ml.retrainings), 'and still which one it queued');

-- The retraining came to nothing and the cooldown is over: drift that is still there asks again.
update ml.jobs set state = 'failed', ready = false, finished_at = now(), error = 'no luck' where id = (select job_id from ml.retrainings);
update ml.retrainings set queued_at = queued_at - interval '2 days';
select tests.become('admin');
select ml.create_training_dataset('heat_only', 'public.outcomes', array['sensor:heat'], 'label', split => '{"train": 0.7, "test": 0.3}');
select ml.set_evaluation_data((select m.name from ml.registered_models m), 'heat_only');
select tests.reset();
select is(ml_private.request_retraining(a, m), null, 'no retraining that could not be measured') from ml.alerts a, ml.monitors m;
select matches(
    (select details #>> '{retraining,not_queued}' from ml.alerts),
    '^the evaluation data of .* \(dataset heat_only\) lacks .*, so a version trained on dataset .* could not be measured$', 'the alert says so');
update ml.datasets d set label_type = 'int64' where d.name = 'heat_only';
select is(ml_private.request_retraining(a, m), null, 'nor one on a label of another kind') from ml.alerts a, ml.monitors m;
select matches(
    (select details #>> '{retraining,not_queued}' from ml.alerts), '^the label of dataset .* is string, that of the evaluation data of .* \(dataset heat_only\) is int64$', 'of which it says so too');
select tests.become('admin');
select ml.set_evaluation_data((select m.name from ml.registered_models m), null);
select tests.reset();
select is(pg_temp.serve(100, 1.5), 100, 'fixture: drift still goes on');
select is(pg_temp.next_check(), 1, 'checked');
select is((select count(*)::integer from ml.retrainings), 2, 'a second retraining is queued for the same alert');

select tests.become('viewer');
select tests.refuses('select ml.acknowledge_alert(1)', 'a viewer cannot acknowledge');
select tests.become('engineer');
select is((ml.acknowledge_alert((select id from ml.alerts))).state, 'acknowledged', 'an engineer acknowledges');
select is((select acknowledged_by from ml.alerts), tests.user_id('engineer'), 'the alert keeps who did');
select tests.throws('select ml.acknowledge_alert(4711)', 'PT404', 'alert_not_found', 'an unknown alert');

select tests.reset();
select is(pg_temp.serve(60), 60, 'fixture: clean again');
select is(pg_temp.next_check(), 1, 'checked');
select is((select state from ml.alerts), 'acknowledged', 'one clean check is not enough');
select is(pg_temp.serve(60), 60, 'fixture: still clean');
select is(pg_temp.next_check(), 1, 'checked');
select results_eq($$ select state, resolution from ml.alerts $$, $$ values ('resolved', '2 checks in a row without drift') $$, 'two resolve the alert');
select is(pg_temp.serve(60, 2), 60, 'fixture: drift returns');
select is(pg_temp.next_check(), 1, 'checked');
select results_eq($$ select state, occurrences from ml.alerts $$, $$ values ('open', 4) $$, 'within the cooldown the old alert reopens');

-- The score alone.
select is(pg_temp.serve(100, 0, 6), 100, 'fixture: scores pushed towards zero');
select is(pg_temp.next_check(), 1, 'checked');
select is((select count(*)::integer from ml.alerts where kind = 'prediction_drift' and state = 'open' and severity = 'critical'), 1, 'prediction drift has an alert of its own');

-- Feedback and the report.
select tests.become('viewer');
select is(
    (select count((ml.submit_feedback(p.id, case when p.n <= 8 then 'ok' else 'broken' end)).id)::integer
     from (select id, row_number() over () as n from ml.predictions where purpose = 'live' limit 10) p), 10, 'ten labels arrive'
);
select is((select count(*)::integer from ml.feedback where submitted_by = tests.user_id('viewer')), 10, 'one row each');
select lives_ok($$ select ml.submit_feedback((select prediction_id from ml.feedback order by id limit 1), rating => 5) $$, 'a rating for one of them');
select results_eq(
    $$ select actual, rating::integer from ml.feedback order by id limit 1 $$, $$ values ('ok', 5) $$, 'adds to the sender''s own row'
);
select results_eq(
    $$ select r ->> 'status', (r #>> '{feedback,labelled}')::integer, (r #>> '{feedback,accuracy}')::double precision, r #>> '{feedback,validation_accuracy}',
        jsonb_array_length(r -> 'alerts'), (r #>> '{serving,latency_ms_p50}')::double precision
       from ml.model_health_report('sensors') r $$,
    $$ values ('critical', 10, 0.8::double precision, '0.8', 2, 3::double precision) $$, 'the health report adds it up'
);
select is(ml.model_health_report('sensors') -> 'monitor' -> 'enabled', 'true', 'with its monitor');
select ml.submit_feedback((select prediction_id from ml.feedback order by id desc limit 1), 'lost');
select is(ml.model_health_report('sensors') #>> '{feedback,unknown_labels}', '1', 'a label that is no class of the model''s is told of');
select tests.reset();
delete from ml.feedback;
update ml.alerts set state = 'resolved', resolved_at = now(), resolution = 'seen';
update ml.monitors set enabled = false;
select results_eq(
    $$ select r ->> 'status', r -> 'advice' ->> 0 from ml.model_health_report('sensors') r $$,
    $$ values ('unmonitored', 'the monitor is switched off: set_monitor with {"enabled": true} switches it on') $$, 'a model whose monitor is off is not healthy');
update ml.monitors set enabled = true, last_error = 'the disk is full';
select results_eq(
    $$ select r ->> 'status', r -> 'advice' ->> 0 from ml.model_health_report('sensors') r $$,
    $$ values ('unmonitored', 'the drift check fails: the disk is full') $$, 'nor one whose check fails');
update ml.monitors set last_error = null;
select is(ml.model_health_report('sensors') ->> 'status', 'healthy', 'with a monitor that works it is');
update ml.alerts set state = 'open', resolved_at = null, resolution = null;
select tests.become('viewer');
select tests.throws($$ select ml.submit_feedback(gen_random_uuid(), 'ok') $$, 'PT404', 'prediction_not_found', 'feedback on nothing');
select tests.throws($$ select ml.submit_feedback((select id from ml.predictions limit 1)) $$, '22023', 'empty_feedback', 'feedback that says nothing');
select tests.throws($$ select ml.submit_feedback((select id from ml.predictions limit 1), rating => 6) $$, '22023', 'invalid_rating', 'a rating of 6');
select tests.throws($$ select ml.model_health_report('nobody') $$, 'PT404', 'model_not_found', 'a report on an unknown model');
select tests.throws($$ select ml.model_health_report('sensors', interval '0') $$, '22023', 'invalid_look_back', 'a report on no time at all');

-- A new version ends the story of the old one.
select tests.reset();
select is(pg_temp.deploy('b'), 2, 'fixture: version 2 in production');
select results_eq(
    $$ select distinct state, resolution from ml.alerts $$, $$ values ('resolved', 'another version was deployed') $$, 'alerts of the version before are resolved'
);

-- Models without traffic do not keep the others from their turn.
insert into ml.registered_models (name) select 'idle_' || i from generate_series(1, 60) as i;
insert into ml.deployments (model_id, version_id)
select m.id, (select v.id from ml.model_versions v where v.version = 1) from ml.registered_models m where m.name like 'idle%';
update ml.monitors set visited_at = now();
update ml.monitors set visited_at = now() - interval '1 minute' where model_id in (select id from ml.registered_models where name like 'idle%');
select is(pg_temp.serve(60, 2), 60, 'fixture: version 2 drifts among 60 idle models');
select is(pg_temp.next_check() + pg_temp.next_check(), 1, 'two rounds of 50 reach it');
select results_eq(
    $$ select count(*) from ml.alerts a join ml.model_versions v on v.id = a.version_id where v.version = 2 and a.state = 'open' $$, $$ values (1::bigint) $$,
    'and its alert opens'
);

-- A check that fails is told of, and takes nobody else's with it.
create function pg_temp.no_checks() returns trigger language plpgsql as $$ begin raise exception 'the disk is full'; end $$;
create trigger no_checks before insert on ml.drift_checks for each row execute function pg_temp.no_checks();
update ml.monitors set visited_at = null where model_id = (select id from ml.registered_models where name = 'sensors');
select is(pg_temp.serve(60), 60, 'fixture: predictions whose check will fail');
set local client_min_messages = error;
select is(pg_temp.next_check(), 0, 'the check fails, the tick task does not');
select results_eq(
    $$ select m.name, o.last_error from ml.monitors o join ml.registered_models m on m.id = o.model_id where o.last_error is not null $$,
    $$ values ('sensors', 'the disk is full') $$, 'the monitor keeps why'
);
drop trigger no_checks on ml.drift_checks;
select is((select d.due from ml_private.find_due_monitor() d), null, 'it is not tried again at once');
select is(pg_temp.next_check() + pg_temp.next_check(), 1, 'but later');
select is((select count(*) from ml.monitors where last_error is not null), 0::bigint, 'and when it goes well the error is gone');

select * from finish();
rollback;
