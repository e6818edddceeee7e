-- forms: both
-- Which rows are refused for what they lack, and the log of them: names no value, is bounded, and is written by the service alone.
begin;
select plan(38);
\ir fixture.psql
select tests.deploy(1);

select tests.become('viewer');
create temporary table answer as
select ml.resolve_prediction('tumours', '{"patient_id": [1, 4, 7, 3]}', refusals => true) as a;
select is(a -> 'rows', 'null', 'entities that lack something get no rows') from answer;
select is(a -> 'refusal' -> 'rows', '[
    {"row_key": "[4]", "missing": [1, 2], "code": "feature_stale"},
    {"row_key": "[7]", "missing": [1, 2], "code": "entity_not_found"},
    {"row_key": "[3]", "missing": [2], "code": "feature_null"},
    {"row_key": "[1]", "missing": [], "code": "other_row_refused"}
]', 'but are told, each with the positions that it lacks, and then those that are complete') from answer;
select is((a ->> 'version_id')::bigint, tests.version_id(1), 'with the version that would have answered') from answer;
create temporary table told as
select a -> 'refusal' ->> 'code' as code, a -> 'refusal' ->> 'details' as details, a -> 'refusal' ->> 'message' as message from answer;
select tests.throws($$ select ml.resolve_prediction('tumours', '{"patient_id": [1, 4, 7, 3]}') $$, code, details,
    'the error is the one that is raised without being asked to tell', '^row 1, entity \{"patient_id": 4\}: tumour:area is older .* \(3 entities are incomplete\)$') from told;
select matches(message, '^row 1, entity \{"patient_id": 4\}: tumour:area is older .* \(3 entities are incomplete\)$', 'word by word') from told;
select is(ml.resolve_prediction('tumours', '{"patient_id": [1]}', refusals => true), ml.resolve_prediction('tumours', '{"patient_id": [1]}'),
    'complete entities are answered the same either way');
select tests.reset();
set local session_replication_role = replica;
update ml.model_versions set signature = jsonb_set(signature, '{inputs,0,columns,1,nullable}', 'true') where id = tests.version_id(1);
set local session_replication_role = origin;
insert into public.measurements values (5, now(), null, null);
select tests.become('viewer');
select is(ml.resolve_prediction('tumours', '{"patient_id": [3, 5]}', refusals => true) -> 'refusal' -> 'rows',
    '[{"row_key": "[5]", "missing": [1, 2], "code": "feature_null"}, {"row_key": "[3]", "missing": [2], "code": "other_row_refused"}]',
    'a value that may be null is no reason to refuse, but is told where another one is');

select tests.reset();
create function tests.refusal(change jsonb default '{}')
returns jsonb
language sql
volatile
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_build_object(
        'id', gen_random_uuid(), 'refused_at', now(), 'model_id', (select m.id from ml.registered_models m where m.name = 'tumours'),
        'version_id', tests.version_id(1), 'row_key', '[1]', 'missing', '[2]'::jsonb, 'code', 'feature_null'
    ) || change
$$;
create function tests.log(change jsonb)
returns text
language sql
volatile
set search_path = pg_catalog, pg_temp
as $$ select format('select ml.log_refusals(%L)', jsonb_build_array(tests.refusal(change))) $$;

select tests.become('service_role');
select is(ml.log_refusals('[]'), 0, 'nothing is logged of nothing');
select is(ml.log_refusals(jsonb_build_array(tests.refusal('{"requested_by": "00000000-0000-4000-8000-000000000002"}'))), 1, 'a refusal is logged');
select results_eq(
    $$ select r.refused_at, r.version_id, r.row_key, r.missing, r.code, r.requested_by from ml.prediction_refusals r $$,
    $$ values (now(), tests.version_id(1), '[1]', '{2}'::integer[], 'feature_null', '00000000-0000-4000-8000-000000000002'::uuid) $$, 'with all that was sent'
);
select is(ml.log_refusals(jsonb_build_array(tests.refusal(jsonb_build_object('refused_at', now() + interval '4 minutes')))), 0,
    'the same row four minutes later adds nothing');
select is(ml.log_refusals(jsonb_build_array(tests.refusal(jsonb_build_object('refused_at', now() + interval '5 minutes')))), 1, 'five minutes later it does');
select is(ml.log_refusals((select jsonb_agg(tests.refusal('{"row_key": "[2]"}')) from generate_series(1, 10))), 1, 'ten times in one request it counts once');
select is(ml.log_refusals(jsonb_build_array(tests.refusal(jsonb_build_object('row_key', repeat('ü', 10000))))), 1, 'a key longer than an index entry is taken');
select is(ml.log_refusals((select jsonb_agg(tests.refusal(jsonb_build_object('row_key', format('[%s]', i)))) from generate_series(1001, 2000) i)), 996,
    'of a version a thousand rows a minute are kept');
select is(ml.log_refusals((select jsonb_agg(tests.refusal(jsonb_build_object('row_key', format('[%s]', i)))) from generate_series(2001, 3000) i)), 0, 'and not one more');
select is(ml.log_refusals(jsonb_build_array(tests.refusal(jsonb_build_object('version_id', tests.version_id(2))))), 1, 'another version has its own thousand');

select tests.throws('select ml.log_refusals(null)', '22023', 'invalid_refusals', 'null is refused');
select tests.throws($$ select ml.log_refusals('{}') $$, '22023', 'invalid_refusals', 'an object is refused');
select tests.throws($$ select ml.log_refusals('[1]') $$, '22023', 'invalid_refusal', 'a number is no refusal');
select tests.throws($$ select ml.log_refusals('[{}]') $$, '22023', 'invalid_refusal', 'an empty object lacks all', 'refusal 0: id is missing');
select tests.throws(format('select ml.log_refusals(%L)', (select jsonb_agg('{}'::jsonb) from generate_series(1, 1001))), '22023',
    'too_many_refusals', '1001 at once are refused');
select tests.throws(tests.log('{"features": [1]}'), '22023', 'unknown_key', 'values have no place in it', 'features');
select tests.throws(tests.log('{"id": "7"}'), '22023', 'invalid_refusal', 'an id that is no uuid is refused');
select tests.throws(tests.log('{"refused_at": "infinity"}'), '22023', 'invalid_refusal', 'a time without end is refused');
select tests.throws(tests.log('{"version_id": 999999}'), '22023', 'invalid_refusal', 'an unknown version is refused', 'no version_id 999999');
select tests.throws(tests.log('{"row_key": null}'), '22023', 'invalid_refusal', 'a row has a key');
select tests.throws(tests.log('{"missing": []}'), '22023', 'invalid_refusal', 'a row that lacks nothing was not refused');
select tests.throws(tests.log('{"missing": [[1]]}'), '22023', 'invalid_refusal', 'positions are one list');
select tests.throws(tests.log('{"missing": [0]}'), '22023', 'invalid_refusal', 'positions count from 1', 'no position');
select tests.throws(tests.log('{"missing": [null]}'), '22023', 'invalid_refusal', 'null is no position');
select tests.throws(tests.log('{"missing": "radius"}'), '22023', 'invalid_refusal', 'nor is a name');
select tests.throws(tests.log('{"code": "bad_luck"}'), '22023', 'invalid_refusal', 'an unknown code is refused');

select tests.become('admin');
select tests.refuses($$ select ml.log_refusals('[]') $$, 'not even an admin logs refusals');
select tests.refuses($$ delete from ml.prediction_refusals $$, 'nor takes them out');
select tests.become('ml_worker');
select tests.refuses($$ select ml.log_refusals('[]') $$, 'nor does a worker');
select tests.become('viewer');
select is((select count(*) > 0 from ml.prediction_refusals), true, 'a viewer sees them');
select tests.become('stranger');
select is((select count(*) from ml.prediction_refusals), 0::bigint, 'who is no member does not');

select tests.reset();
select * from finish();
rollback;
