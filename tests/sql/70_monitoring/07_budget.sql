-- Over many checks and many rows: false alarms are bounded in time, an entity counts once, every class is watched.
begin;
select plan(50);
\ir ../../support/trained_model.sql

create function pg_temp.deploy(model text, signature jsonb, scores jsonb) returns void language plpgsql as $$
begin
    perform tests.register(model, model, signature);
    perform ml.record_evidence(model, 1, 'reference_scores', 0.5, details => scores);
    perform ml.set_promotion_policy(model, 'staging', '{}'), ml.set_promotion_policy(model, 'production', '{}');
    perform ml.promote_model(model, 1, 'staging');
    perform ml.promote_model(model, 1, 'production');
    perform ml.set_monitor(model, '{"retrain": false, "min_rows": 50, "check_every": "0"}');
end
$$;
create function pg_temp.model_id(model text) returns bigint language sql as $$ select m.id from ml.registered_models m where m.name = model_id.model $$;
create function pg_temp.age(by interval) returns void language sql as $$
    update ml.deployments set deployed_at = deployed_at - age.by;
    update ml.drift_checks set checked_at = checked_at - age.by
$$;
-- Inputs that the training has seen, each from an entity of its own (or all from one), with these probabilities.
create function pg_temp.serve(model text, n integer, entity text, probabilities text) returns void language plpgsql as $$
begin
    execute format($q$
        insert into ml.predictions (id, served_at, model_id, version_id, entity_key, features, output, score, request_id, latency_ms)
        select gen_random_uuid(), clock_timestamp(), d.model_id, d.version_id, %1$s, jsonb_build_array(10 + i %% 7, ln(2 + i %% 11)), jsonb_build_object('probabilities', p.p),
            (p.p ->> -1)::double precision, gen_random_uuid(), 1
        from ml.deployments d, generate_series(1, %2$s) i cross join lateral (select to_jsonb(%3$s) as p) p
        where d.model_id = pg_temp.model_id(%4$L)$q$, entity, n, probabilities, model);
end
$$;
create function pg_temp.check_now(model text) returns ml.drift_checks language sql as $$ select ml_private.run_drift_check(pg_temp.model_id(model)) $$;

select pg_temp.deploy('tumour', tests.signature(), jsonb_build_object('scores', (select jsonb_agg(i / 500.0) from generate_series(0, 500) i)));

-- One entity, asked for again and again.
select pg_temp.age('1 day');
select pg_temp.serve('tumour', 60, $$'[1]'$$, 'array[0.9, 0.1]');
select is((pg_temp.check_now('tumour')).id, null, 'sixty rows of one entity are one observation, too few for a check');
select pg_temp.serve('tumour', 60, 'null', 'array[0.9, 0.1]');
select is((ml_private.count_unchecked((select version_id from ml.deployments), now() - interval '2 days', 5000, 1000) < 121), true, 'equal rows without an entity count once');
select pg_temp.serve('tumour', 77, $$'[' || i || ']'$$, 'array[1 - i / 77.0, i / 77.0]');
select results_eq(
    $$ select c.row_count > 77, c.data_drift from pg_temp.check_now('tumour') c $$, $$ values (true, false) $$, 'seventy-seven entities within what training saw are no drift');
select is((select count(*) from ml.drift_results where kind = 'prediction'), 1::bigint, 'of two classes one score is watched');
select is((select name from ml.drift_results where kind = 'prediction'), 'score', 'that of the last');

-- What a check may spend.
create function pg_temp.alpha_after(t interval) returns double precision language sql as $$
    select ml_private.spendable_alpha(m, (select max(c.checked_at) from ml.drift_checks c) + t) from ml.monitors m
$$;
select is(round(pg_temp.alpha_after('10 seconds')::numeric, 12), round(10 / 2592000.0, 12), 'ten seconds after the last check: ten seconds'' share of one in thirty days');
select is(pg_temp.alpha_after('1 day'), 0.01::double precision, 'never more than alpha');
select is(pg_temp.alpha_after('-1 second'), 0::double precision, 'and nothing for a clock that went back');
create temporary table schedule as
select t, ml_private.spendable_alpha(m, at) as alpha
from ml.monitors m, (select max(checked_at) as start from ml.drift_checks) s, unnest(array['1 second', '17 seconds', '5 minutes', '3 hours']::interval[]) t
cross join lateral (select s.start + t as at) x;
select is(
    (select bool_and(alpha * extract(epoch from interval '30 days') / extract(epoch from t) <= 1.0000001) from schedule), true,
    'however often they come, the checks of thirty days spend one false alarm at most');
select pg_temp.serve('tumour', 60, $$'[' || i || ']'$$, 'array[1 - i / 60.0, i / 60.0]');
select cmp_ok((select c.alpha from pg_temp.check_now('tumour') c), '<', 0.001::double precision, 'a check at once after another spends next to nothing');
select pg_temp.age('1 day');
select pg_temp.serve('tumour', 77, $$'[' || i || ']'$$, 'array[1 - i / 77.0, i / 77.0]');
select results_eq($$ select c.alpha, c.data_drift from pg_temp.check_now('tumour') c $$, $$ values (0.01::double precision, false) $$, 'after a day it has its full share');

-- A drift that matters is found with next to nothing to spend.
select pg_temp.age('10 seconds');
insert into ml.predictions (id, served_at, model_id, version_id, entity_key, features, output, score, request_id, latency_ms)
select gen_random_uuid(), clock_timestamp(), d.model_id, d.version_id, '[' || i || ']', jsonb_build_array(100 + i, 50), '{}', 0.5, gen_random_uuid(), 1
from ml.deployments d, generate_series(1, 60) i;
select results_eq($$ select c.data_drift, c.alpha < 1e-4 from pg_temp.check_now('tumour') c $$, $$ values (true, true) $$, 'sixty entities far outside are found ten seconds after a check');

-- Three classes, of which two change places.
select pg_temp.deploy(
    'triage', tests.signature() || '{"classes": ["a", "b", "c"], "outputs": [{"name": "probabilities", "type": "float32", "shape": [null, 3]}]}',
    jsonb_build_object('class_scores', (
        select jsonb_build_array(jsonb_agg(0.7 + 0.001 * (i % 100)), jsonb_agg(0.2 - 0.001 * (i % 100)), jsonb_agg(0.1)) from generate_series(1, 300) i)));
select is(
    (select string_agg(r.name, ', ' order by r.position desc) from ml.drift_references r join ml.model_versions v on v.id = r.version_id
     where v.model_id = pg_temp.model_id('triage') and r.kind = 'prediction'), 'score of a, score of b, score of c', 'of three classes each score is pinned');
select pg_temp.age('1 day');
select pg_temp.serve('triage', 80, $$'[' || i || ']'$$, 'array[0.2 - 0.001 * i, 0.7 + 0.001 * i, 0.1]');
select isnt((pg_temp.check_now('triage')).id, null, 'checked');
select results_eq(
    $$ select r.name, r.drifted from ml.drift_results r where r.check_id = (select max(id) from ml.drift_checks) and r.kind = 'prediction' order by r.position desc $$,
    $$ values ('score of a', true), ('score of b', true), ('score of c', false) $$, 'two that change places are found, though the last says nothing');

-- One that is asked about all the time hides nobody.
select pg_temp.age('1 day');
select ml.set_monitor('triage', '{"max_rows": 100}');
select pg_temp.serve('triage', 80, $$'[' || i || ']'$$, 'array[0.7 + 0.001 * i, 0.2 - 0.001 * i, 0.1]');
select pg_temp.serve('triage', 1500, $$'[7]'$$, 'array[0.7, 0.2, 0.1]');
select is((select c.row_count from pg_temp.check_now('triage') c), 80, 'eighty entities are found behind 1,500 rows of one');
select pg_temp.age('1 day');
select pg_temp.serve('triage', 300, $$'[' || i || ']'$$, 'array[0.7, 0.2, 0.1]');
select is((select c.row_count from pg_temp.check_now('triage') c), 100, 'of many those that came last');

-- Where every input has few values equal rows are different things.
create temporary table window_of as select version_id, now() - interval '1 hour' as since from ml.deployments where model_id = pg_temp.model_id('triage');
delete from ml.predictions;
select pg_temp.serve('triage', 300, 'null', 'array[0.7, 0.2, 0.1]');
select is((select array[count(*), sum(r.times)] from window_of w, ml_private.current_rows(w.version_id, w.since, 1000) r), '{77,300}', 'rows of counts stand for all that are equal');
select pg_temp.age('1 day');
select results_eq($$ select c.row_count, c.data_drift from pg_temp.check_now('triage') c $$, $$ values (77, false) $$, 'which is no drift, whatever the shares of the different ones');
insert into ml.predictions (id, served_at, model_id, version_id, features, output, score, request_id, latency_ms)
select gen_random_uuid(), clock_timestamp(), d.model_id, d.version_id, jsonb_build_array(10 + i % 7 * (i % 10 / 8), ln(2 + i % 11)), '{}', 0.7, gen_random_uuid(), 1
from ml.deployments d, generate_series(1, 2000) i where d.model_id = pg_temp.model_id('triage');
select pg_temp.age('1 day');
select is((select c.data_drift from pg_temp.check_now('triage') c), false, 'nor are other shares of the same 77 rows, which may be polled');
insert into ml.predictions (id, served_at, model_id, version_id, features, output, score, request_id, latency_ms)
select gen_random_uuid(), clock_timestamp(), d.model_id, d.version_id, jsonb_build_array(10 + i % 7 * (i % 10 / 8), ln(2 + i % 7)), '{}', 0.7, gen_random_uuid(), 1
from ml.deployments d, generate_series(1, 2000) i where d.model_id = pg_temp.model_id('triage');
select pg_temp.age('1 day');
select results_eq($$ select c.row_count < 50, c.data_drift from pg_temp.check_now('triage') c $$, $$ values (true, true) $$, 'while of few different rows other shares are drift');
-- What is missing: the less striking of both counts. How often a refused row was asked for is not known: once on either side.
delete from ml.predictions;
select pg_temp.serve('triage', 300, 'null', 'array[0.7, 0.2, 0.1]');
insert into ml.predictions (id, served_at, model_id, version_id, features, output, score, request_id, latency_ms)
select gen_random_uuid(), clock_timestamp(), d.model_id, d.version_id, '[null, 1]', '{}', 0.7, gen_random_uuid(), 1
from ml.deployments d, generate_series(1, 100) i where d.model_id = pg_temp.model_id('triage');
select results_eq(
    $$ select s.missing, s.counted, s.every_missing, s.every_counted from window_of w, ml_private.current_samples(w.version_id, w.since, 1000) s where s.ordinal = 1 $$,
    $$ values (1::bigint, 78::bigint, 40::bigint, 340::bigint) $$, 'a row without a value that is polled is one of the different rows, and of all ten times as many as the others usually are');
insert into ml.prediction_refusals (id, refused_at, model_id, version_id, row_key, missing, code)
select gen_random_uuid(), clock_timestamp(), d.model_id, d.version_id, 'row ' || i, '{2}', 'invalid_value'
from ml.deployments d, generate_series(1, 30) i where d.model_id = pg_temp.model_id('triage');
select results_eq(
    $$ select s.missing, s.counted, s.every_missing, s.every_counted from window_of w, ml_private.current_samples(w.version_id, w.since, 1000) s where s.ordinal = 2 $$,
    $$ values (30::bigint, 108::bigint, 30::bigint, 370::bigint) $$, 'refused rows count once beside the different rows and beside all');
select results_eq(
    $$ select m.share, m.p_value = ml_private.missing_p_value(2, 100, 1, 78) from ml_private.compare_missing_counted(2, 100, 1, 78, 100, 400, false, 400) m $$,
    $$ values (1 / 78::double precision, true) $$, 'told is the smaller share, with the larger p-value');
select results_eq(
    $$ select m.share, m.p_value = ml_private.missing_p_value(2, 100, 100, 400) from ml_private.compare_missing_counted(2, 100, 1, 78, 100, 400, true, 400) m $$,
    $$ values (0.25::double precision, true) $$, 'or that of all rows where these alone say anything');
delete from ml.prediction_refusals;
-- Half of all things are nothing at all, in training and now; of counts one row in three is polled.
create temporary table counts as
select array(select case when i % 2 = 0 then 0 else i end::double precision from generate_series(1, 600) i) as half, array(select i % 200 from generate_series(1, 600) i)::double precision[] as even;
select results_eq(
    $$ select d.ks < 0.1, e.ks < 0.1, e.psi < 0.1, m.ks > 0.3
       from counts c, ml_private.compare_counted(c.half, ml_private.bin_edges(c.half, 10), 0 || array_remove(c.half, 0), c.half, false) d,
        ml_private.compare_counted(c.even, ml_private.bin_edges(c.even, 10), c.even, c.even || array_fill(7::double precision, '{300}'), false) e,
        ml_private.compare_counted(c.even, ml_private.bin_edges(c.even, 10), array_fill(7::double precision, '{100}'), array_fill(7::double precision, '{300}'), false) m $$,
    $$ values (true, true, true, true) $$, 'zeros that many rows have, and a row that is polled, have not moved; what has by both counts is told');
delete from ml.predictions;
delete from ml.drift_checks;
select pg_temp.serve('triage', 300, 'null', 'array[0.7, 0.2, 0.1]');
select is((select ml_private.count_unchecked(w.version_id, w.since, 1000, 300) from window_of w), 300, 'as the tick sees them');
update ml.drift_references set sample = array(select 10 + i % 7 + i * 1e-6 from generate_series(1, 80) i) where position = 1 and version_id = (select version_id from window_of);
select is((select count(*) from window_of w, ml_private.current_rows(w.version_id, w.since, 1000)), 77::bigint, 'where an input hardly ever repeats too');
delete from ml.predictions;
delete from ml.drift_checks;
select pg_temp.age('1 day');
select pg_temp.serve('triage', 77, 'null', 'array[0.7, 0.2, 0.1]');
insert into ml.predictions (id, served_at, model_id, version_id, features, output, score, request_id, latency_ms)
select gen_random_uuid(), clock_timestamp(), p.model_id, p.version_id, p.features, p.output, p.score, gen_random_uuid(), 1
from (select * from ml.predictions order by id limit 1) p, generate_series(1, 500) i;
select is((select c.data_drift from pg_temp.check_now('triage') c), false, 'one row that is polled is no drift either');
delete from ml.predictions;

-- Scores of few values: the graph's float32 beside the estimator's float64.
select is(ml_private.snap_to('{0.1,0.2,0.3}', '{0.10000000149011612,0.2000005,0.25,0.29999998,0.30002}'), '{0.1,0.2,0.25,0.3,0.30002}'::double precision[], 'near ones are taken for the pinned one')
from (values (1)) once;
select is(ml_private.snap_to('{}', '{0.5}'), '{0.5}'::double precision[], 'without any nothing moves');
create temporary table atoms as
select array(select (array[0.2145762408187968, 0.7123456789012345])[1 + i % 2] from generate_series(1, 400) i) as pinned,
    array(select (array[0.2145762408187968, 0.7123456789012345])[1 + i % 2]::real::double precision from generate_series(1, 300) i) as served;
select is((select ml_private.ks_statistic(pinned, ml_private.snap_to(pinned, served)) from atoms), 0::double precision, 'so that nothing has moved');

-- Small references.
select is(ml_private.wide_edges('{10,10,10}', '{1,2}', 1000), '{}', 'ten reference rows in a bin are too few for any test');
select is(ml_private.wide_edges('{10,10,10,10}', '{1,2,3}', 1000), '{2}', 'bins are merged until each has twenty');
select is(
    (select c.psi_p_value from ml_private.compare_samples(
        array(select i::double precision from generate_series(1, 40) i), '{20}', array(select 100.0::double precision from generate_series(1, 500))) c), 0.001::double precision,
    'with less than fifty the tail beyond 1e-3 is not told');
select is(
    (select c.psi_p_value from ml_private.compare_samples(
        array(select i::double precision from generate_series(1, 400) i), '{200}', array(select 1000.0::double precision from generate_series(1, 500))) c), 0.0001::double precision,
    'with more that beyond 1e-4');

-- A model of two entities: what is asked about is each pair, and a site's value counts once a site.
do $$ begin
    create table public.sites (site_id bigint, size double precision, at timestamptz);
    insert into public.sites select i, i, '2026-01-01Z' from generate_series(1, 40) i;
    perform ml.register_entity('site', '[{"name": "site_id", "type": "int64"}]');
    perform ml.register_feature_view('site', 'site', 'public.sites', 'at', '[{"name": "size", "type": "float64"}]');
    create table public.pairs as
    select d.tumour_id, 1 + d.tumour_id % 40 as site_id, d.event_time, d.malignant from public.diagnoses d;
    perform ml.create_training_dataset('pairs', 'public.pairs', '{site:size,tumour:radius}', 'malignant');
end $$;
select tests.register('pair', 'pair', tests.signature('[{"feature": "site:size", "view_version": 1}, {"feature": "tumour:radius", "view_version": 1}]'), 'pairs');
select ml.set_promotion_policy('pair', 'staging', '{}') \g /dev/null
select ml.set_promotion_policy('pair', 'production', '{}') \g /dev/null
select ml.promote_model('pair', 1, 'staging') \g /dev/null
select ml.promote_model('pair', 1, 'production') \g /dev/null
select is(
    ml.resolve_prediction('pair', '{"tumour_id": [1, 2], "site_id": [3, 3]}') -> 'entity_keys', '["[3, 1]", "[3, 2]"]'::jsonb, 'the key of a row names both');
select results_eq(
    $$ select k.position, k.names, k.whole from ml.model_versions v join ml.registered_models m on m.id = v.model_id, ml_private.input_keys(v.id) k where m.name = 'pair' order by 1 $$,
    $$ values (1, '{site_id}'::text[], false), (2, '{tumour_id}', false) $$, 'each input is of one of them');
insert into ml.predictions (id, served_at, model_id, version_id, entity_key, entity, features, output, score, request_id, latency_ms)
select gen_random_uuid(), clock_timestamp(), d.model_id, d.version_id, jsonb_build_array(i % 4, i)::text, jsonb_build_object('site_id', i % 4, 'tumour_id', i), jsonb_build_array(i % 4, 10 + i % 7),
    '{}', 0.5, gen_random_uuid(), 1
from ml.deployments d, generate_series(1, 80) i where d.model_id = pg_temp.model_id('pair');
select results_eq(
    $$ select s.ordinal, cardinality(s.sample), s.row_count from ml.deployments d, ml_private.current_samples(d.version_id, now() - interval '1 hour', 1000) s
       where d.model_id = pg_temp.model_id('pair') and s.ordinal > 0 order by 1 $$,
    $$ values (1, 4, 80), (2, 80, 80) $$, 'of eighty pairs at four sites four are a site''s values');
select ok(
    (select cardinality(r.sample) <= 40 from ml.drift_references r join ml.deployments d on d.version_id = r.version_id where d.model_id = pg_temp.model_id('pair') and r.position = 1),
    'as in the reference');

-- Of four sites one lacks its size, however many pairs name it; a refused pair says so of its own site.
update ml.predictions set features = jsonb_set(features, '{0}', 'null') where model_id = pg_temp.model_id('pair') and entity ->> 'site_id' = '0';
select results_eq(
    $$ select s.ordinal, s.missing, s.counted::integer from ml.deployments d, ml_private.current_samples(d.version_id, now() - interval '1 hour', 1000) s
       where d.model_id = pg_temp.model_id('pair') and s.ordinal > 0 order by 1 $$,
    $$ values (1, 1::bigint, 4), (2, 0, 80) $$, 'what a site lacks counts once a site');
insert into ml.prediction_refusals (id, refused_at, model_id, version_id, row_key, missing, code)
select gen_random_uuid(), clock_timestamp(), d.model_id, d.version_id, jsonb_build_array(3 + i % 2, 100 + i)::text, '{1}', 'feature_null'
from ml.deployments d, generate_series(1, 20) i where d.model_id = pg_temp.model_id('pair');
select results_eq(
    $$ select s.ordinal, s.missing, s.counted::integer from ml.deployments d, ml_private.current_samples(d.version_id, now() - interval '1 hour', 1000) s
       where d.model_id = pg_temp.model_id('pair') and s.ordinal > 0 order by 1 $$,
    $$ values (1, 3::bigint, 5), (2, 0, 100) $$, 'refused or answered, by its newest row');
select results_eq(
    $$ select r.position, r.row_count from ml.drift_references r join ml.deployments d on d.version_id = r.version_id where d.model_id = pg_temp.model_id('pair') and r.position > 0 order by 1 $$,
    $$ select k.n, (select m.row_count from ml.datasets d, ml_private.dataset_missing(d.id, array[k.col], newest => true, keys => array[k.key]) m where d.name = 'pairs')
       from (values (1, 'site_id', 'site__size'), (2, 'tumour_id', 'tumour__radius')) k (n, key, col) $$, 'as in the reference');
delete from ml.prediction_refusals;

-- An alert about a distribution is not cleared by checks in which there was none.
insert into ml.alerts (model_id, version_id, kind, severity, title, details)
select d.model_id, d.version_id, 'data_drift', 'warning', 'x', '{"drifted": [{"name": "tumour:radius"}]}' from ml.deployments d where d.model_id = pg_temp.model_id('pair');
select is((select a.clean_checks from ml.alerts a where a.model_id = pg_temp.model_id('pair')), 0, 'fixture: an open alert');
insert into ml.drift_checks overriding system value
select (jsonb_populate_record(null::ml.drift_checks, to_jsonb(k) || jsonb_build_object('id', k.id + 1000, 'model_id', d.model_id, 'version_id', d.version_id))).*
from (select * from ml.drift_checks order by id desc limit 1) k, ml.deployments d where d.model_id = pg_temp.model_id('pair');
select ml_private.clear_alert(k, m, 'data_drift') from ml.drift_checks k, ml.monitors m where k.model_id = m.model_id and m.model_id = pg_temp.model_id('pair');
select is((select a.clean_checks from ml.alerts a where a.model_id = pg_temp.model_id('pair')), 0, 'of what was not tested nothing has come right');

-- Labels, health.
select is(array(select ml_private.class_named(v.id, l) from unnest('{1,1.0,true,0,false,+1,2,yes}'::text[]) with ordinality u (l, n) order by u.n), '{1,1,1,0,0,1,2,yes}', 'a label is the class that it means')
from ml.model_versions v join ml.registered_models m on m.id = v.model_id where m.name = 'tumour';
set local session_replication_role = replica;
update ml.model_versions v set signature = jsonb_set(v.signature, '{classes}', '[0.0, 1.0, 2.50]') from ml.registered_models m where m.id = v.model_id and m.name = 'tumour';
select is(
    array(select ml_private.class_named(v.id, l) from unnest('{1,1.0,true,0,0.0,2.5}'::text[]) with ordinality u (l, n) order by u.n), '{1,1,1,0,0,2.5}',
    'classes that were registered with decimals are those that predictions are logged with')
from ml.model_versions v join ml.registered_models m on m.id = v.model_id where m.name = 'tumour';
insert into ml.feedback (prediction_id, served_at, model_id, version_id, predicted_label, actual, submitted_by)
select gen_random_uuid(), now(), v.model_id, v.id, '1', l, gen_random_uuid()
from ml.model_versions v join ml.registered_models m on m.id = v.model_id, unnest('{0,1,2.5,3}'::text[]) l where m.name = 'tumour';
select is(ml_private.summarise_feedback(v.id, now() - interval '1 hour') ->> 'unknown_labels', '1', 'and known by these names to the report')
from ml.model_versions v join ml.registered_models m on m.id = v.model_id where m.name = 'tumour';
delete from ml.feedback;
update ml.model_versions v set signature = jsonb_set(v.signature, '{classes}', '[0, 1]') from ml.registered_models m where m.id = v.model_id and m.name = 'tumour';
set local session_replication_role = origin;
-- The example of Newcombe 1998 (table II, contrast a, method 10).
select is(
    (select array_agg(round(x::numeric, 4) order by x) from unnest(ml_private.share_difference_interval(56, 70, 48, 80)) x), '{0.0524,0.3339}', 'the interval of two shares is Newcombe''s');
select pg_temp.age('1 day');
insert into ml.alerts (model_id, version_id, kind, severity, title, details)
select d.model_id, d.version_id, 'missing_values', 'warning', 'x', '{}' from ml.deployments d where d.model_id = pg_temp.model_id('triage') and not exists (
    select from ml.alerts a where a.model_id = d.model_id and a.kind = 'missing_values' and a.state <> 'resolved');
select ml.promote_model('triage', 1, 'archived');
select is(
    (select array_agg(distinct a.state || ': ' || a.resolution) from ml.alerts a where a.model_id = pg_temp.model_id('triage') and a.kind = 'missing_values'),
    '{"resolved: nothing is deployed any more"}', 'of a model that is taken down no alert stays open');

select * from finish();
rollback;
