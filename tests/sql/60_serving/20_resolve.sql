begin;
select plan(35);
\ir fixture.psql
select tests.deploy(1);

select tests.become('viewer');
create temporary table answer as select ml.resolve_prediction('tumours', '{"patient_id": [2, 1]}') as a;
select is(a -> 'rows', jsonb_build_array(jsonb_build_array(ln(201::double precision), 20), jsonb_build_array(ln(101::double precision), 10)),
    'rows hold the transformed features in the signature''s order, entities in the caller''s') from answer;
select is(a -> 'columns', '["tumour:area", "tumour:radius"]', 'columns name the features in that order') from answer;
select is(a -> 'entities', '[{"patient_id": 2}, {"patient_id": 1}]', 'entities come back in the caller''s order') from answer;
select is(a -> 'entity_keys', '["[2]", "[1]"]', 'with their keys in the online store') from answer;
select is(a -> 'artifact', jsonb_build_object('path', 'ml-artifacts/' || repeat('1', 64), 'sha256', repeat('1', 64), 'bytes', 100),
    'the artifact is the deployed version''s') from answer;
select is(a ->> 'purpose', 'live', 'the deployed version answers live requests') from answer;
select is((a ->> 'version')::integer, 1, 'the version is named') from answer;
select is((a ->> 'version_id')::bigint, tests.version_id(1), 'and so is its id') from answer;
select is(a #> '{signature,classes}', '[0, 1]', 'the signature comes along') from answer;
select is(
    ml.resolve_prediction('tumours') - '{model,model_id,version,version_id,artifact,signature,columns,purpose}'::text[],
    '{"rows": null, "entity_keys": null, "entities": null}', 'without entities there are no rows'
);

select tests.reset();
insert into public.measurements values (1, now(), 11, 101);
select tests.become('viewer');
select is(ml.resolve_prediction('tumours', '{"patient_id": [1]}') -> 'rows', jsonb_build_array(jsonb_build_array(ln(102::double precision), 11)),
    'a row that was just written is what the next prediction sees');

select tests.throws($$ select ml.resolve_prediction('tumours', '{"patient_id": [1, 7]}') $$, 'PT404', 'entity_not_found',
    'an unknown entity is named, with the feature that is missing', 'row 1, entity {"patient_id": 7}: tumour:area was not found');
select tests.throws($$ select ml.resolve_prediction('tumours', '{"patient_id": [7, 8]}') $$, 'PT404', 'entity_not_found',
    'when there are several, their number is given', '\(2 entities are incomplete\)');
-- A version that takes null for radius, and for nothing else.
select tests.reset();
create temporary table kept as select signature from ml.model_versions where id = tests.version_id(1);
set local session_replication_role = replica;
update ml.model_versions set signature = jsonb_set(signature, '{inputs,0,columns,1,nullable}', 'true') where id = tests.version_id(1);
select tests.become('viewer');
select is(ml.resolve_prediction('tumours', '{"patient_id": [3]}') -> 'rows' -> 0 -> 1, 'null', 'null is a value where the signature says so');
select tests.throws($$ select ml.resolve_prediction('tumours', '{"patient_id": [4]}') $$, 'PT409', 'feature_stale', 'a stale one is not');
select tests.throws($$ select ml.resolve_prediction('tumours', '{"patient_id": [3, 7]}') $$, 'PT404', 'entity_not_found', 'nor an unknown entity, told by its own row',
    'row 1, entity {"patient_id": 7}');
select tests.reset();
update ml.model_versions set signature = (select signature from kept) where id = tests.version_id(1);
set local session_replication_role = origin;
select tests.become('viewer');
select tests.throws($$ select ml.resolve_prediction('tumours', '{"patient_id": [3]}') $$, 'PT409', 'feature_null',
    'a null feature is named', 'entity {"patient_id": 3}: tumour:radius is null');
select tests.throws($$ select ml.resolve_prediction('tumours', '{"patient_id": [4]}') $$, 'PT409', 'feature_stale',
    'a feature older than the ttl is named', 'entity {"patient_id": 4}: tumour:area is older');
select tests.throws($$ select ml.resolve_prediction('tumours', '{"doctor_id": [1]}') $$, '22023', null, 'another join key is refused');
select tests.throws($$ select ml.resolve_prediction('tumours', '{"patient_id": ["x"]}') $$, '22023', null, 'a key of the wrong type is refused');
select tests.throws($$ select ml.resolve_prediction('tumours', '{"patient_id": []}') $$, '22023', null, 'no entity at all is refused');
select tests.throws($$ select ml.resolve_prediction('tumours', '[1]') $$, '22023', null, 'entities that are no object are refused');
select tests.throws($$ select ml.resolve_prediction('tumours', 'null') $$, '22023', null, 'JSON null is refused');

select tests.throws($$ select ml.resolve_prediction('nothing') $$, 'PT404', 'model_not_found', 'an unknown model is refused', 'there is no model "nothing"');
select tests.throws($$ select ml.resolve_prediction(null) $$, '22023', 'missing_model', 'null is no model');
select tests.throws($$ select ml.resolve_prediction('idle') $$, 'PT409', 'not_deployed', 'a model with nothing in production is refused');

select tests.throws($$ select ml.resolve_prediction('tumours', null, 2) $$, '42501', 'permission_denied', 'a viewer may not choose a version');
select tests.become('engineer');
select is(ml.resolve_prediction('tumours', null, 2) ->> 'purpose', 'test', 'an engineer may, for a test');
select is((ml.resolve_prediction('tumours', '{"patient_id": [1]}', 2) ->> 'version')::integer, 2, 'and is answered with that version');
select tests.throws($$ select ml.resolve_prediction('tumours', null, 9) $$, 'PT404', 'version_not_found', 'a version that is not there is refused', '9');
select tests.become('ml_worker');
select is(ml.resolve_prediction('tumours', '{"patient_id": [1]}', 3) ->> 'purpose', 'test', 'a worker may choose a version as well');
select tests.become('service_role');
select is((ml.resolve_prediction('tumours', '{"patient_id": [1]}') ->> 'version')::integer, 1, 'the service is answered');
select tests.become('stranger');
select tests.refuses($$ select ml.resolve_prediction('tumours') $$, 'who is no member is refused');
select tests.become('anon');
select tests.refuses($$ select ml.resolve_prediction('tumours') $$, 'and so is who is not signed in');

select tests.reset();
select tests.deploy(3);
select tests.become('viewer');
select is((ml.resolve_prediction('tumours') ->> 'version')::integer, 3, 'after a promotion the new version answers');

select tests.reset();
select * from finish();
rollback;
