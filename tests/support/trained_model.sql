-- A feature view, datasets cut from it, and a way to register versions of a model, for tests that begin where training ends.
-- Read in by \ir, or by a test in TypeScript, inside the test's own database.

create table public.tumours (tumour_id bigint, radius double precision, texture double precision, site text, taken_at timestamptz);
create table public.diagnoses (tumour_id bigint, malignant bigint, event_time timestamptz);

insert into public.tumours
select i, 10 + i % 7, 1 + i % 11, 'left', '2026-01-01Z'::timestamptz + i * interval '1 hour' from generate_series(1, 80) i;
insert into public.diagnoses
select i, i % 2, '2026-02-01Z'::timestamptz + i * interval '1 hour' from generate_series(1, 80) i;

select ml.register_entity('tumour', '[{"name": "tumour_id", "type": "int64"}]', 'one tumour');
select ml.register_entity('patient', '[{"name": "tumour_id", "type": "int64"}]', 'another entity of the same key');
select ml.register_feature_view(
    name => 'tumour', entity => 'tumour', source => 'public.tumours', event_time => 'taken_at',
    features => '[
        {"name": "radius", "type": "float64"},
        {"name": "texture", "type": "float64", "transformation": {"type": "log", "offset": 1}},
        {"name": "site", "type": "string"}
    ]');
select ml.register_feature_view(
    name => 'other', entity => 'patient', source => 'public.tumours', event_time => 'taken_at', features => '[{"name": "radius", "type": "float64"}]');
select ml.create_training_dataset('tumours', 'public.diagnoses', array['tumour:radius', 'tumour:texture'], 'malignant');
select ml.create_training_dataset('tumours_text', 'public.diagnoses', array['tumour:radius', 'tumour:site'], 'malignant');
select ml.create_training_dataset('others', 'public.diagnoses', array['other:radius'], 'malignant');
select ml.create_experiment('fixture');

create function tests.signature(columns jsonb default '[{"feature": "tumour:radius", "view_version": 1}, {"feature": "tumour:texture", "view_version": 1}]')
returns jsonb
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_build_object(
        'inputs', jsonb_build_array(jsonb_build_object(
            'name', 'features', 'type', 'float32', 'shape', jsonb_build_array(null, jsonb_array_length(signature.columns)), 'columns', signature.columns)),
        'outputs', '[{"name": "label", "type": "int64", "shape": [null]}, {"name": "probabilities", "type": "float32", "shape": [null, 2]}]'::jsonb,
        'classes', '[0, 1]'::jsonb,
        'task', 'classification')
$$;

-- The sha256 of a name stands for the sha256 of a file.
create function tests.artifact(name text)
returns text
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    insert into storage.objects (bucket_id, name, metadata)
    values ('ml-artifacts', encode(sha256(convert_to(artifact.name, 'UTF8')), 'hex'), '{"size": 100}')
    on conflict (bucket_id, name) do update set metadata = excluded.metadata
    returning name
$$;

-- A version that a run on the dataset made, registered by the caller; its number.
create function tests.register(model text, artifact text, signature jsonb default tests.signature(), dataset text default 'tumours')
returns integer
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    v_run ml.runs := ml.start_run('fixture', register.artifact, dataset => register.dataset);
    v_version ml.model_versions;
begin
    v_version := ml.register_model_version(
        register.model, v_run.id, tests.artifact(register.artifact), 100, register.signature, 'scikit-learn', 'logistic_regression');
    return v_version.version;
end
$$;

-- Everything that the default policies demand of a version, save the time in staging. Recorded as service_role.
create function tests.qualify(model text, version integer, accuracy double precision default 0.95, against integer default null)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    perform ml.record_evidence(qualify.model, qualify.version, 'accuracy', qualify.accuracy);
    perform ml.record_evidence(qualify.model, qualify.version, 'balanced_accuracy', qualify.accuracy);
    perform ml.record_evidence(qualify.model, qualify.version, 'baseline_balanced_accuracy', 0.5, details => '{"p_value": 1e-6}');
    perform ml.record_evidence(qualify.model, qualify.version, 'inference_ms', 1);
    perform ml.record_evidence(qualify.model, qualify.version, name, passed => true)
    from unnest(array['integration_test', 'load_test', 'security_scan']) name;
    if qualify.against is not null then
        perform ml.record_evidence(
            qualify.model, qualify.version, 'production_accuracy', 0.9,
            details => jsonb_build_object('production_version', qualify.against));
    end if;
end
$$;
