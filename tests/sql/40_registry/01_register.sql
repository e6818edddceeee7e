-- Registering a version: what a signature must say, and that a retry is no second version.
begin;
\ir ../../support/trained_model.sql
select plan(69);

select tests.become('ml_worker');
create temporary table given on commit drop as
select (ml.start_run('fixture', 'r', dataset => 'tumours')).id as run, tests.artifact('a') as sha256;
grant select on given to public;
create function pg_temp.register(signature jsonb default tests.signature(), sha256 text default null, bytes bigint default 100, model text default 'tumour')
returns ml.model_versions language sql as
    $$ select ml.register_model_version(model, (select run from given), coalesce(sha256, (select given.sha256 from given)), bytes, signature, 'scikit-learn', 'logistic_regression', '{"format": "onnx", "n": 2.0}', 'words') $$;
create temporary table first on commit drop as select (v).* from (select pg_temp.register() v) r;
grant select on first to public;

select is((select version || ' ' || stage from first), '1 none', 'the first version is 1, in no stage');
select is((select artifact_path from first), 'ml-artifacts/ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb', 'the artifact lies under its sha256');
select tests.become('viewer');
select is((select training_data_hash from first), (select content_hash from ml.datasets where name = 'tumours'), 'the training data hash is the dataset''s');
select is((select dataset_id from first), (select id from ml.datasets where name = 'tumours'), 'the dataset is the run''s');
select is((select signature_hash from first), encode(sha256(convert_to((select signature::text from first), 'UTF8')), 'hex'), 'the signature hash is sha256 of its text');
select is((select tags from first), '{"format": "onnx", "n": "2"}'::jsonb, 'tags are kept as text');
select is((select name from ml.registered_models), 'tumour', 'the model was made');
select is((select created_by from first), tests.user_id('ml_worker'), 'the version says who registered it');
select is(
    (select array_agg(from_kind || '>' || to_kind order by from_kind) from ml.lineage_edges
        where (to_kind, to_id) in (select 'model_version', id::text from first union all select 'run', run_id::text from first)),
    array['dataset>run', 'run>model_version'], 'lineage leads from the dataset over the run to the version');
select tests.reset();
select is((select payload ->> 'version' from realtime.messages where event = 'model.registered' and topic = 'ml:models'), '1', 'the registration is announced');

select tests.become('ml_worker');
select is((pg_temp.register()).id, (select id from first), 'the same artifact of the same run is the same version');
select tests.reset();
select is((select count(*) from ml.model_versions), 1::bigint, 'and no second one');
select is((select count(*) from realtime.messages where event = 'model.registered'), 1::bigint, 'nor announced again');
select tests.become('ml_worker');
select tests.throws(
    $$ select pg_temp.register(tests.signature('[{"feature": "tumour:texture", "view_version": 1}, {"feature": "tumour:radius", "view_version": 1}]')) $$,
    'PT409', 'version_exists', 'the same artifact with another signature is refused');
select is((pg_temp.register(sha256 => tests.artifact('b'))).version, 2, 'another artifact of the run is the next version');
select is((pg_temp.register(model => 'second')).version, 1, 'another model counts for itself');
select is(
    (pg_temp.register(tests.signature('[{"feature": "tumour@1:radius", "view_version": 1}]'), tests.artifact('c'))).signature #> '{inputs,0,columns}',
    '[{"feature": "tumour:radius", "view_version": 1}]'::jsonb, 'a pinned reference is stored without its pin; fewer columns than the dataset has are fine');

-- The artifact.
select tests.throws($$ select pg_temp.register(sha256 => repeat('0', 64)) $$, 'PT404', 'artifact_not_found', 'an artifact that was not uploaded is refused');
select tests.throws($$ select pg_temp.register(sha256 => 'abc') $$, '22023', 'invalid_argument', 'a short hash is refused');
select tests.throws($$ select pg_temp.register(sha256 => repeat('A', 64)) $$, '22023', 'invalid_argument', 'hashes are in lower case');
select tests.throws($$ select pg_temp.register(bytes => 99) $$, 'PT409', 'artifact_mismatch', 'another size than Storage has is refused');
select tests.throws($$ select pg_temp.register(bytes => 0) $$, '22023', 'invalid_argument', 'an empty artifact is refused');
select tests.throws($$ select pg_temp.register(bytes => null) $$, '22023', 'invalid_argument', 'a size is needed');

-- The rest of the arguments.
select tests.throws($$ select pg_temp.register(model => 'a b') $$, '22023', 'invalid_name', 'a model''s name has no blanks');
select tests.throws($$ select pg_temp.register(model => null) $$, '22023', 'invalid_name', 'a model has a name');
select tests.throws($$ select ml.register_model_version('m', gen_random_uuid(), (select sha256 from given), 100, tests.signature(), 'f', 't') $$, 'PT404', 'run_not_found', 'an unknown run is refused');
select tests.throws($$ select ml.register_model_version('m', (select run from given), (select sha256 from given), 100, tests.signature(), null, 't') $$, '22023', 'invalid_label', 'a framework is needed');
select tests.throws($$ select ml.register_model_version('m', (select run from given), (select sha256 from given), 100, tests.signature(), 'f', '') $$, '22023', 'invalid_label', 'a model type is needed');
select tests.throws($$ select ml.register_model_version('m', (select run from given), (select sha256 from given), 100, tests.signature(), 'f', 't', '[]') $$, '22023', 'invalid_tags', 'tags are an object');

-- The signature.
create function pg_temp.refuses_signature(change jsonb, code text, description text) returns text language sql as
    $$ select tests.throws(format('select pg_temp.register(%L)', tests.signature() || change), '22023', code, description) $$;
create function pg_temp.refuses_input(change jsonb, code text, description text) returns text language sql as
    $$ select pg_temp.refuses_signature(jsonb_build_object('inputs', jsonb_build_array(tests.signature() #> '{inputs,0}' || change)), code, description) $$;
select tests.throws($$ select pg_temp.register(null) $$, '22023', 'invalid_json', 'a signature is needed');
select tests.throws($$ select pg_temp.register('[]') $$, '22023', 'invalid_signature', 'it is an object');
select tests.throws($$ select pg_temp.register('{}') $$, '22023', 'invalid_signature', 'with every key');
select pg_temp.refuses_signature('{"extra": 1}', 'unknown_key', 'and no other');
select pg_temp.refuses_signature('{"task": "regression"}', 'invalid_signature', 'the task is classification');
select pg_temp.refuses_signature('{"inputs": []}', 'invalid_signature', 'there is one input');
select pg_temp.refuses_input('{"shape": [null, 3]}', 'invalid_signature', 'the second size is the number of columns');
select pg_temp.refuses_input('{"shape": [1, 2]}', 'invalid_signature', 'the first is open');
select pg_temp.refuses_input('{"shape": 2}', 'invalid_signature', 'a shape is an array');
select pg_temp.refuses_input('{"type": "string"}', 'signature_mismatch', 'no number stands in the input of strings');
select pg_temp.refuses_input('{"type": "bool"}', 'invalid_signature', 'inputs are numbers or strings');
select pg_temp.refuses_input('{"columns": []}', 'invalid_signature', 'columns are needed');
select pg_temp.refuses_input('{"columns": [1, 2]}', 'invalid_signature', 'a column is an object');
select pg_temp.refuses_input(
    '{"columns": [{"feature": "tumour:radius", "view_version": 1, "nullable": 1}, {"feature": "tumour:texture", "view_version": 1}]}', 'invalid_signature',
    'nullable is true or false');
select tests.reset();
select is(
    ml_private.check_signature(tests.signature(
        '[{"feature": "tumour:radius", "view_version": 1, "nullable": true}, {"feature": "tumour:texture", "view_version": 1, "nullable": false}]'), null)
        #> '{inputs,0,columns}',
    '[{"feature": "tumour:radius", "view_version": 1, "nullable": true}, {"feature": "tumour:texture", "view_version": 1}]'::jsonb,
    'which columns may be null is kept');
select tests.become('engineer');
select pg_temp.refuses_input('{"columns": [{"feature": "radius", "view_version": 1}, {"feature": "tumour:texture", "view_version": 1}]}', 'invalid_signature', 'a feature is named with its view');
select pg_temp.refuses_input('{"columns": [{"feature": "tumour:radius", "view_version": 0}, {"feature": "tumour:texture", "view_version": 1}]}', 'invalid_signature', 'view versions begin at 1');
select pg_temp.refuses_input('{"columns": [{"feature": "tumour@2:radius", "view_version": 1}, {"feature": "tumour:texture", "view_version": 1}]}', 'invalid_signature', 'a pin and the version beside it agree');
select pg_temp.refuses_input('{"columns": [{"feature": "tumour:radius", "view_version": 1}, {"feature": "tumour:radius", "view_version": 1}]}', 'signature_mismatch', 'no column stands there twice');
select pg_temp.refuses_input('{"columns": [{"feature": "tumour:radius", "view_version": 1}, {"feature": "other:radius", "view_version": 1}]}', 'signature_mismatch', 'every column is in the dataset');
select pg_temp.refuses_input('{"columns": [{"feature": "tumour:radius", "view_version": 1}, {"feature": "tumour:site", "view_version": 1}]}', 'signature_mismatch', 'no text stands in the input of numbers');

-- Text has an input of its own, after that of numbers.
create function pg_temp.with_text(change jsonb default '{}') returns jsonb language sql as $$
    select jsonb_build_object('inputs', jsonb_build_array(
        tests.signature('[{"feature": "tumour:radius", "view_version": 1, "nullable": true}]') #> '{inputs,0}',
        '{"name": "categories", "type": "string", "shape": [null, 1], "columns": [{"feature": "tumour@1:site", "view_version": 1}]}' || change))
$$;
select pg_temp.refuses_signature(pg_temp.with_text(), 'signature_mismatch', 'text must be in the dataset too');
select pg_temp.refuses_signature(pg_temp.with_text('{"name": "features"}'), 'signature_mismatch', 'the columns come before the names');
select pg_temp.refuses_signature(pg_temp.with_text('{"type": "float32"}'), 'invalid_signature', 'the second input is of strings');
select pg_temp.refuses_signature(pg_temp.with_text('{"shape": [null, 2]}'), 'invalid_signature', 'each input has its own width');
select tests.reset();
select is(
    ml_private.check_signature(tests.signature() || pg_temp.with_text(), (select d.id from ml.datasets d where d.name = 'tumours_text')) -> 'inputs',
    jsonb_set(pg_temp.with_text() -> 'inputs', '{1,columns,0,feature}', '"tumour:site"'), 'numbers and text stand side by side, each kept as it is');
select tests.throws(
    $$ select ml_private.check_signature(tests.signature() || pg_temp.with_text('{"name": "features"}'), null) $$, '22023', 'invalid_signature',
    'inputs have names of their own');
select results_eq(
    $$ select c.ord, c.feature, c.nullable from ml_private.signature_columns(tests.signature() || pg_temp.with_text()) c $$,
    $$ values (1, 'tumour:radius', true), (2, 'tumour@1:site', false) $$, 'columns are counted over both inputs');
select tests.become('engineer');
select tests.throws($$ select pg_temp.register(tests.signature('[{"feature": "tumour:radius", "view_version": 2}]')) $$, 'PT404', 'view_not_found', 'the view has that version');
select tests.throws($$ select pg_temp.register(tests.signature('[{"feature": "nothing:radius", "view_version": 1}]')) $$, 'PT404', 'view_not_found', 'the view exists');
select tests.throws($$ select pg_temp.register(tests.signature('[{"feature": "tumour:nothing", "view_version": 1}]')) $$, 'PT404', 'feature_not_found', 'the feature exists');
select pg_temp.refuses_signature('{"classes": [0]}', 'invalid_signature', 'there are two classes at least');
select pg_temp.refuses_signature('{"classes": [0, 0]}', 'invalid_signature', 'all different');
select pg_temp.refuses_signature('{"classes": [0, 1, 2]}', 'invalid_signature', 'the probabilities have a column for each class');
select pg_temp.refuses_signature('{"outputs": [{"name": "label", "type": "int64", "shape": [null]}]}', 'invalid_signature', 'there is an output of probabilities');
select pg_temp.refuses_signature('{"outputs": [{"name": "probabilities", "type": "float32", "shape": [null, 2]}, {"name": "probabilities", "type": "float32", "shape": [null, 2]}]}', 'invalid_signature', 'no output stands there twice');

-- Who may.
select tests.become('viewer');
select tests.refuses($$ select pg_temp.register() $$, 'a viewer registers nothing');
select is((select count(*) from ml.model_versions), 4::bigint, 'but reads versions');
select tests.become('service_role');
select tests.refuses($$ update ml.model_versions set stage = 'production' $$, 'not even service_role moves a stage by hand');
select tests.reset();
select tests.throws($$ update ml.model_versions set artifact_bytes = 1 $$, 'PT409', 'version_immutable', 'not even the owner changes a version');

select * from finish();
rollback;
