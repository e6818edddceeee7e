-- What one observation is: an entity by its newest row, of an input its own entity, without an entity a different row; and how many there are of each.
begin;
select plan(50);
select setseed(0.271828);
set local track_functions = 'all';
\ir ../../support/trained_model.sql

create function pg_temp.calls(fn text) returns bigint language sql as $$ select coalesce(pg_stat_get_xact_function_calls(fn::regprocedure), 0) $$;

-- Machines at four sites; what is asked about is each pair.
create table public.sites (site_id bigint, size double precision, load double precision, at timestamptz);
insert into public.sites select i, i, i % 2, '2026-01-01Z' from generate_series(1, 4) i;
create table public.pairs as select d.tumour_id, 1 + d.tumour_id % 4 as site_id, d.event_time, d.malignant from public.diagnoses d;
select ml.register_entity('site', '[{"name": "site_id", "type": "int64"}]') \g /dev/null
select ml.register_feature_view('site', 'site', 'public.sites', 'at', '[{"name": "size", "type": "float64"}, {"name": "load", "type": "float64"}]') \g /dev/null
select ml.create_training_dataset('pairs', 'public.pairs', '{site:size,site:load,tumour:radius}', 'malignant', split => '{"train": 0.7, "test": 0.3, "method": "time"}') \g /dev/null
create function pg_temp.deploy(model text, columns jsonb, dataset text, scores jsonb default null) returns bigint language plpgsql as $$
begin
    perform tests.register(model, model, tests.signature(columns), dataset);
    if scores is not null then
        perform ml.record_evidence(model, 1, 'reference_scores', 0.5, details => scores);
    end if;
    perform ml.set_promotion_policy(model, s, '{}') from unnest('{staging,production}'::text[]) s;
    perform ml.promote_model(model, 1, 'staging'), ml.promote_model(model, 1, 'production');
    perform ml.set_monitor(model, '{"retrain": false, "check_every": "0"}');
    update ml.deployments set deployed_at = deployed_at - interval '1 day';
    return (select d.version_id from ml.deployments d join ml.registered_models m on m.id = d.model_id where m.name = deploy.model);
end
$$;
create temporary table v as
select pg_temp.deploy(
        'pair', '[{"feature": "site:size", "view_version": 1}, {"feature": "site:load", "view_version": 1}, {"feature": "tumour:radius", "view_version": 1}]', 'pairs',
        jsonb_build_object('scores', (select jsonb_agg(i / 300.0) from generate_series(1, 300) i), 'split', 'test', 'dataset', 'pairs')) as pair,
    pg_temp.deploy('plain', (select jsonb_agg(c || '{"nullable": true}') from jsonb_array_elements(tests.signature() #> '{inputs,0,columns}') c), 'tumours') as plain;
create function pg_temp.samples(version_id bigint, max_rows integer default 5000)
returns table (ordinal integer, sample double precision[], every double precision[], missing bigint, counted bigint, every_missing bigint, every_counted bigint,
    each_alone boolean, size integer)
language sql as $$
    select s.ordinal, array(select x from unnest(s.sample) x order by x), array(select x from unnest(s.every) x order by x), s.missing, s.counted,
        s.every_missing, s.every_counted, s.each_alone, s.size
    from ml_private.current_samples(samples.version_id, now() - interval '1 hour', samples.max_rows) s
$$;
create function pg_temp.answer(version_id bigint, features jsonb, n integer default 1, entity jsonb default null, score double precision default 0.5)
returns void language sql as $$
    insert into ml.predictions (id, served_at, model_id, version_id, entity_key, entity, features, output, score, request_id, latency_ms)
    select gen_random_uuid(), clock_timestamp(), d.model_id, d.version_id, jsonb_build_array(answer.entity -> 'site_id', answer.entity -> 'tumour_id')::text,
        answer.entity, answer.features, '{}', answer.score, gen_random_uuid(), 1
    from ml.deployments d, generate_series(1, answer.n) where d.version_id = answer.version_id
$$;
create function pg_temp.answer_inputs(version_id bigint, features jsonb, n integer default 1) returns void language sql as $$
    insert into ml.predictions (id, served_at, model_id, version_id, features, output, score, request_id, latency_ms)
    select gen_random_uuid(), clock_timestamp(), d.model_id, d.version_id, answer_inputs.features, '{}', 0.5, gen_random_uuid(), 1
    from ml.deployments d, generate_series(1, answer_inputs.n) where d.version_id = answer_inputs.version_id
$$;
create function pg_temp.refuse(version_id bigint, row_key text, missing integer[]) returns void language sql as $$
    insert into ml.prediction_refusals (id, refused_at, model_id, version_id, row_key, missing, code)
    select gen_random_uuid(), clock_timestamp(), d.model_id, d.version_id, refuse.row_key, refuse.missing,
        case when refuse.missing = '{}' then 'other_row_refused' else 'feature_null' end
    from ml.deployments d
    where d.version_id = refuse.version_id
$$;
create function pg_temp.clear() returns void language sql as $$ delete from ml.predictions; delete from ml.prediction_refusals $$;

-- What tells one row from another.
select results_eq(
    $$ select r.position, r.tells, ml_private.mostly_different(r.sample) from ml.drift_references r join v on v.pair = r.version_id where r.position > 0 order by 1 $$,
    $$ values (1, false, true), (2, false, true), (3, false, false) $$, 'a site has a value of its own, and tells no row of eighty from another');
select is((select ml_private.rows_repeat(pair) from v), true, 'so rows of counts at four sites repeat');
select is(ml_private.told_apart('[null, 3, null]', '{2}'), true, 'a value that tells is enough');
select is(ml_private.told_apart('[1, null, 1]', '{2}'), false, 'without it the others tell nothing');
select is(array[ml_private.told_apart('[1, null]', '{}'), ml_private.told_apart('[null, 1, null]', '{}')], '{t,f}', 'where none tells, half of them have to be there');

-- A dead upstream of a model that is asked by its inputs.
update ml.drift_references set tells = true where version_id = (select plain from v);
select pg_temp.answer_inputs(plain, '[null, null]', 450), pg_temp.answer_inputs(plain, jsonb_build_array(i, i)) from v, generate_series(1, 50) i \g /dev/null
delete from ml.predictions where ctid in (select ctid from (select ctid, row_number() over () as n from ml.predictions where features = '[null, null]') x where n > 450);
select results_eq($$ select s.missing, s.counted, s.every_counted from v, pg_temp.samples(plain) s where s.ordinal = 1 $$,
    $$ values (450::bigint, 500::bigint, 500::bigint) $$, 'of rows in which nothing is left to tell them apart each counts, as the others come once');
select is((select array[cardinality(s.sample), cardinality(s.every)] from v, pg_temp.samples(plain) s where s.ordinal = 0), '{500,500}', 'and so do their scores');
select is((select ml_private.count_unchecked(plain, now() - interval '1 hour', 5000, 50) from v), 500, 'for the tick too');
select pg_temp.clear();
select pg_temp.answer_inputs(plain, '[null, null]', 60) from v;
select is((select ml_private.count_unchecked(plain, now() - interval '1 hour', 5000, 50) from v), 60, 'when all is dead there is a check');
select results_eq($$ select m.missing_more from v, ml_private.compare_with_reference(plain, now() - interval '1 hour', 5000, 0.001, 0.1, 0.1, 0.05) m $$,
    $$ values (true), (true) $$, 'that sees it');
select pg_temp.clear();
select pg_temp.answer_inputs(plain, case when i > 1 then jsonb_build_array(i, i) else '[null, null]' end, 50) from v, generate_series(1, 10) i \g /dev/null
select results_eq($$ select s.missing, s.counted from v, pg_temp.samples(plain) s where s.ordinal = 1 $$, $$ values (1::bigint, 10::bigint) $$,
    'of ten devices that are polled evenly the one without values is one');
select is((select ml_private.count_unchecked(plain, now() - interval '1 hour', 5000, 50) from v), 10, 'for the tick too');
select pg_temp.answer_inputs(plain, '[7, null]', 400) from v;
select results_eq($$ select s.missing, s.counted from v, pg_temp.samples(plain) s where s.ordinal = 2 $$, $$ values (2::bigint, 11::bigint) $$,
    'and a row that still has a value of its own is one, however often it is polled');
select pg_temp.clear();
update ml.drift_references set tells = false where version_id = (select plain from v);

-- A model of several entities asked by its inputs: a site once a site, as in the reference.
select pg_temp.answer_inputs(pair, jsonb_build_array(case when i <= 70 then 1 else 1 + i % 4 end, 1, 10 + i)) from v, generate_series(1, 100) i \g /dev/null
select results_eq(
    $$ select s.ordinal, cardinality(s.sample), cardinality(s.every), s.each_alone from v, pg_temp.samples(pair) s where s.ordinal > 0 order by 1 $$,
    $$ values (1, 4, 100, false), (2, 4, 100, false), (3, 100, 0, false) $$, 'each different set of an entity''s values once, and of each row where these repeat');
select is((select s.size from v, pg_temp.samples(pair) s where s.ordinal = 0),
    (select floor(sum(n) ^ 2 / sum(n ^ 2))::integer from (select count(*) as n from generate_series(1, 100) i group by case when i <= 70 then 1 else 1 + i % 4 end) x),
    'and scores count as many as equal sites would that vary as much');
update ml.predictions set features = jsonb_set(jsonb_set(features, '{0}', 'null'), '{1}', 'null');
select results_eq($$ select s.missing, s.counted, s.every_missing, s.every_counted from v, pg_temp.samples(pair) s where s.ordinal = 1 $$,
    $$ values (100::bigint, 100::bigint, 100::bigint, 100::bigint) $$, 'of sites that all lack their values none can be told from another');
select pg_temp.clear();

-- Hardly any rows differ, or hardly any values of one column.
select pg_temp.answer_inputs(pair, jsonb_build_array(1, 1, case when i <= 10 then i end)) from v, generate_series(1, 100) i \g /dev/null
select is((select s.each_alone from v, pg_temp.samples(pair) s where s.ordinal = 0), true, 'of eleven different rows only all of them say anything');
select pg_temp.answer_inputs(plain, jsonb_build_array(i, case when i <= 10 then i end)) from v, generate_series(1, 60) i \g /dev/null
select results_eq($$ select s.each_alone, cardinality(s.sample) from v, pg_temp.samples(plain) s where s.ordinal = 2 $$, $$ values (false, 10) $$,
    'of sixty not, though ten have a value in a column');
select pg_temp.clear();

-- Against the same by plain queries: answers and refusals of pairs at random.
create temporary table asked as
select i, 1 + floor(random() * 6)::integer as site, floor(random() * 30)::integer as tumour, random() < 0.3 as refused, random() < 0.3 as no_size, random() < 0.2 as no_radius
from generate_series(1, 400) i;
do $$
declare
    r record;
begin
    for r in select a.*, v.pair from asked a, v order by a.i loop
        if r.refused then
            perform pg_temp.refuse(r.pair, jsonb_build_array(r.site, r.tumour)::text,
                array_remove(array[case when r.no_size then 1 end, case when r.no_radius then 3 end], null));
        else
            perform pg_temp.answer(r.pair, jsonb_build_array(case when not r.no_size then r.site + r.i / 1000.0 end, r.site % 2, case when not r.no_radius then r.tumour + r.i / 1000.0 end),
                entity => jsonb_build_object('site_id', r.site, 'tumour_id', r.tumour));
        end if;
    end loop;
end
$$;
create temporary table newest as select distinct on (site, tumour) * from asked order by site, tumour, i desc;
select results_eq(
    $$ select s.ordinal, s.sample, s.missing, s.counted from v, pg_temp.samples(pair) s where s.ordinal in (1, 3) order by 1 $$,
    $$ with values_of as (
        select 1 as ordinal, (select array_agg(x.v order by x.v) from (
            select distinct on (site) case when not no_size then (site + i / 1000.0)::double precision end as v from newest where not refused order by site, i desc) x where x.v is not null) as sample
        union all
        select 3, (select array_agg(x.v order by x.v) from (
            select distinct on (tumour) case when not no_radius then (tumour + i / 1000.0)::double precision end as v from newest where not refused order by tumour, i desc) x where x.v is not null)
       ), lacking as (
        select 1 as ordinal, count(*) filter (where no_size) as missing, count(*) as counted from (select distinct on (site) * from newest order by site, i desc) x
        union all
        select 3, count(*) filter (where no_radius), count(*) from (select distinct on (tumour) * from newest order by tumour, i desc) x
       )
       select o.ordinal, o.sample, l.missing, l.counted from values_of o join lacking l using (ordinal) order by 1 $$,
    'each own entity by its newest answer, and what its newest row lacked');
select is((select s.size from v, pg_temp.samples(pair) s where s.ordinal = 0),
    (select min(z)::integer from (
        select floor(sum(n) ^ 2 / sum(n ^ 2)) as z from (select count(*) as n from newest where not refused group by site) x
        union all
        select floor(sum(n) ^ 2 / sum(n ^ 2)) from (select count(*) as n from newest where not refused group by tumour) x) y),
    'scores: of the entity that fewest rows differ in');
select pg_temp.calls('ml_private.own_key(jsonb,text,jsonb,text[],integer[],integer[])') as before \gset
select count(*) from v, ml_private.current_samples(pair, now() - interval '1 hour', 5000) s \g /dev/null
select is(pg_temp.calls('ml_private.own_key(jsonb,text,jsonb,text[],integer[],integer[])') - :before, 2 * (select count(*) from newest),
    'a key is made once for each row and entity, not for each column');
select pg_temp.calls('ml_private.key_names(bigint)') as before \gset
select count(*) from v, ml_private.current_rows(pair, now() - interval '1 hour', 5000) s \g /dev/null
select is(pg_temp.calls('ml_private.key_names(bigint)') - :before, 1::bigint, 'the names of the keys are asked for once');
select pg_temp.calls('ml_private.mostly_different(double precision[])') as before \gset
select ml_private.count_unchecked(pair, now() - interval '1 hour', 5000, 50) from v \g /dev/null
select is(pg_temp.calls('ml_private.mostly_different(double precision[])') - :before, 0::bigint, 'and what tells rows apart is known since they were pinned');
select pg_temp.clear();

-- A key beyond 2^53 that a request gave as a text.
select pg_temp.answer(pair, '[1, 1, 5]', entity => '{"site_id": 1, "tumour_id": "9007199254740993"}') from v;
update ml.predictions set entity_key = '[1, 9007199254740993]';
select pg_temp.refuse(pair, '[2, 9007199254740993]', '{3}') from v;
select results_eq($$ select s.missing, s.counted from v, pg_temp.samples(pair) s where s.ordinal = 3 $$, $$ values (1::bigint, 1::bigint) $$, 'is one machine, answered as text or refused as number');
select pg_temp.clear();

-- All of few.
select is(abs((select p_value from ml_private.compare_missing(0, 5, 5, 5, 900)) / (0.5 / 6) ^ 5 - 1) < 1e-9, true, 'all of five of which none lacked it: what that would be by chance');
select is((select p_value from ml_private.compare_missing(0, 5, 5, 5, 19)), ml_private.missing_p_value(0, 5, 5, 5), 'of fewer than twenty rows as ever');
select is((select p_value from ml_private.compare_missing(0, 5, 4, 5, 900)), ml_private.missing_p_value(0, 5, 4, 5), 'and where one has it');
select is((select p_value from ml_private.compare_missing(3, 5, 5, 5, 900)), ml_private.missing_p_value(3, 5, 5, 5), 'or most lacked it in training');
select cmp_ok((select p_value from ml_private.compare_missing(0, 5, 5000, 5000, 5000)), '>', 0::double precision, 'and nothing underflows');
-- What the comment of compare_missing says of the error: the chance of the worst share, over all shares, that so few lack it in training and all do now.
select is(
    (select array_agg(round(1 / w.worst) order by w.n) from (
        select n, max((q / 1000.0) ^ n * (1 - q / 1000.0) ^ n) as worst from unnest('{5,9}'::integer[]) n, generate_series(1, 999) q group by n) w),
    '{1024,262144}', 'an outage that is none: at worst one in a thousand for five of five');
select pg_temp.refuse(pair, jsonb_build_array(1 + i % 4, i)::text, '{1,2}') from v, generate_series(1, 60) i \g /dev/null
select results_eq(
    $$ select c.row_count, c.refused_count, c.missing_values from ml_private.run_drift_check((select id from ml.registered_models where name = 'pair')) c $$,
    $$ values (0, 60, true) $$, 'all four sites are gone: an alert');
select is((select severity from ml.alerts where kind = 'missing_values'), 'critical', 'of weight');
delete from ml.alerts;
select is(
    (select jsonb_path_query_array(r -> 'advice', '$[*]') ->> 0 from ml.model_health_report('pair') r),
    'no row was answered and 60 were refused, most for want of site:load: repair the feature''s source', 'the report tells too');
select pg_temp.answer(pair, jsonb_build_array(1, 1, i), entity => jsonb_build_object('site_id', 1, 'tumour_id', 1000 + i)) from v, generate_series(1, 60) i \g /dev/null
select results_eq(
    $$ select r ->> 'status', r #>> '{advice,0}', r #>> '{advice,1}' from ml.model_health_report('pair') r $$,
    $$ values ('degraded', '60 of 120 rows were refused, most for want of site:load: repair the feature''s source',
        'in the last drift check 60 of 60 entities were refused: repair the source of what they lack') $$, 'also where half were answered');
select pg_temp.answer(pair, jsonb_build_array(1, 1, i), entity => jsonb_build_object('site_id', 1, 'tumour_id', 2000 + i)) from v, generate_series(1, 10) i \g /dev/null
select is((select r #>> '{advice,0}' from ml.model_health_report('pair') r), 'in the last drift check 60 of 60 entities were refused: repair the source of what they lack',
    'not where most were, but for the last check');
update ml.drift_checks set checked_at = now() - interval '2 days';
select is((select r ->> 'advice' from ml.model_health_report('pair') r) ~ 'last drift check', false, 'which is forgotten when it is old');
select pg_temp.clear();
delete from ml.drift_checks;

-- Scores of machines at few sites.
select is((select r.size from ml.drift_references r join v on v.pair = r.version_id where r.position = 0),
    (select min(ml_private.dataset_size(d.id, 'test', k)) from ml.datasets d, (values ('{site_id}'::text[]), ('{tumour_id}')) x (k) where d.name = 'pairs'),
    'pinned with the size of the side that they are of');
create function pg_temp.size_by_hand() returns integer language plpgsql as $$
declare
    v_size integer;
begin
    execute format('select floor(sum(n) ^ 2 / sum(n ^ 2)) from (select count(*) as n from %s where split = ''test'' group by site_id) x',
        (select table_name from ml.datasets where name = 'pairs')) into v_size;
    return v_size;
end
$$;
select is((select r.size from ml.drift_references r join v on v.pair = r.version_id where r.position = 0), pg_temp.size_by_hand(), 'which is that of its sites');
select is((select r.size from ml.drift_references r join v on v.pair = r.version_id where r.position = 1), null, 'of inputs it is that of the sample');
create temporary table two as
select array(select random() from generate_series(1, 300)) as r, array(select random() + 0.3 from generate_series(1, 120)) as c;
select results_eq(
    $$ select s.ks_p_value, s.psi, s.compared from two, ml_private.compare_samples(r, ml_private.bin_edges(r, 10), c, 12, 6) s $$,
    $$ select ml_private.ks_p_value(ml_private.ks_statistic(r, c), 12, 6), null::double precision, 6 from two $$, 'the p-value is that of so few, and bins need independent rows');
select results_eq(
    $$ select s.ks_p_value, s.psi is null, s.compared from two, ml_private.compare_samples(r, ml_private.bin_edges(r, 10), c, null, null) s $$,
    $$ select ml_private.ks_p_value(ml_private.ks_statistic(r, c), 300, 120), false, 120 from two $$, 'without a size all count');
-- Forty sites, of which six have machines in the window; the site explains half or more of the score. Nothing has moved.
create function pg_temp.normal() returns double precision language sql volatile as $$ select sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) $$;
create function pg_temp.site_scores(share double precision) returns double precision[] language plpgsql as $$
declare
    v_site double precision[] := array(select pg_temp.normal() from generate_series(1, 40));
    v_reference double precision[] := array(select sqrt(share) * v_site[1 + i % 40] + sqrt(1 - share) * pg_temp.normal() from generate_series(1, 400) i);
    v_current double precision[] := array(
        select sqrt(share) * v_site[s.i] + sqrt(1 - share) * pg_temp.normal() from (select i from generate_series(1, 40) i order by random() limit 6) s, generate_series(1, 30));
begin
    return array[(ml_private.compare_samples(v_reference, '{}', v_current, 40, 6)).ks_p_value, (ml_private.compare_samples(v_reference, '{}', v_current)).ks_p_value];
end
$$;
create temporary table trials as select pg_temp.site_scores(case when i % 2 = 0 then 0.5 else 0.8 end) as p from generate_series(1, 300) i;
-- The nominal share plus three standard errors of a share of 300.
select cmp_ok((select avg((p[1] <= 0.05)::integer) from trials), '<=', 0.0878, 'without a change at most the nominal share alarms');
select cmp_ok((select avg((p[2] <= 0.05)::integer) from trials), '>', 0.5, 'where each machine counted most did');

-- A window that was cut: how often a row came is counted in the span that is left, not in all that was read.
select pg_temp.clear() \g /dev/null
do $$ begin for i in 1..60 loop perform pg_temp.answer_inputs(plain, '[null, null]'), pg_temp.answer_inputs(plain, jsonb_build_array(i, i)) from v; end loop; end $$;
select ok(a.times between 18 and 20, 'a row that came sixty times counts as often as it came beside the newest twenty different ones')
from v, ml_private.newest_answers(plain, now() - interval '1 hour', 20) a where a.times > 1;
select is((select max(a.times) from v, ml_private.newest_answers(plain, now() - interval '1 hour', 1000) a), 60, 'uncut, sixty times');

-- A probe that is polled does not speak for the rest.
select pg_temp.clear() \g /dev/null
select pg_temp.answer_inputs(plain, '[0.5, 0.5]', 1250), pg_temp.answer_inputs(plain, jsonb_build_array(i, null)) from v, generate_series(1, 50) i where i = 1 \g /dev/null
select pg_temp.answer_inputs(plain, jsonb_build_array(i, null)) from v, generate_series(2, 50) i \g /dev/null
select results_eq($$ select s.missing, s.counted, s.every_missing, s.every_counted from v, pg_temp.samples(plain) s where s.ordinal = 2 $$,
    $$ values (50::bigint, 51::bigint, 50::bigint, 60::bigint) $$, 'of a row that comes a thousand times ten count beside rows that come once');

-- An entity whose values tell nothing, asked by inputs: it does not make a score unseeable.
select pg_temp.clear() \g /dev/null
update ml.drift_references r set sample = array_fill(1.0::double precision, array[cardinality(r.sample)]) from v where r.version_id = v.pair and r.position > 0;
select pg_temp.answer_inputs(pair, jsonb_build_array(i % 2, 1, i)) from v, generate_series(1, 100) i \g /dev/null
select is((select s.size from v, pg_temp.samples(pair) s where s.ordinal = 0), null, 'two flags are no two things');

-- What a report and a look cost.
insert into ml.feedback (prediction_id, served_at, model_id, version_id, predicted_label, actual, submitted_by)
select gen_random_uuid(), now(), m.id, v.plain, '1', (i % 3)::text, gen_random_uuid() from v, ml.registered_models m, generate_series(1, 200) i where m.name = 'plain';
select pg_temp.calls('ml_private.class_name(jsonb)') as before \gset
select is((select ml_private.summarise_feedback(plain, now() - interval '1 hour') ->> 'unknown_labels' from v), '67', 'labels that are no class');
select is(pg_temp.calls('ml_private.class_name(jsonb)') - :before, 2::bigint, 'for which each class is named once');
insert into ml.drift_checks (model_id, version_id, window_start, window_end, row_count, alpha, data_drift, prediction_drift)
select m.id, v.plain, now(), now() - i * interval '1 minute', 1, 0.01, false, false from v, ml.registered_models m, unnest('{1,2}'::integer[]) i where m.name = 'plain';
select is((select ml_private.checked_until(plain, '1 hour') from v), now() - interval '2 minutes', 'a window begins where that of the newest check ended');

select * from finish();
rollback;
