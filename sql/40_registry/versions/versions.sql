-- Versions and what is measured of them.

create or replace function ml_private.find_model(model text)
returns ml.registered_models
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_model ml.registered_models;
begin
    if find_model.model is null then
        perform ml_private.raise_invalid('model must not be null', 'invalid_argument', 'name a registered model');
    end if;
    select * into v_model from ml.registered_models m where m.name = find_model.model;
    if not found then
        perform ml_private.raise_unknown(
            'model', find_model.model, 'a model is there from its first version on: train one first, or look into ml.registered_models');
    end if;
    return v_model;
end
$$;

comment on function ml_private.find_model(text) is 'A registered model by name, as far as the caller sees it; PT404 model_not_found.';

create or replace function ml_private.find_version(model text, version integer)
returns ml.model_versions
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_version ml.model_versions;
    v_model ml.registered_models := ml_private.find_model(find_version.model);
begin
    if find_version.version is null then
        perform ml_private.raise_invalid('version must not be null');
    end if;
    select v.* into v_version from ml.model_versions v where v.model_id = v_model.id and v.version = find_version.version;
    if v_version.id is null then
        perform ml_private.raise_missing(
            format('the model %s has no version %s', find_version.model, find_version.version), 'version_not_found', 'see ml.model_versions');
    end if;
    return v_version;
end
$$;

comment on function ml_private.find_version(text, integer) is 'The version of a model; PT404 model_not_found or version_not_found.';

create or replace function ml_private.check_artifact(sha256 text, bytes bigint)
returns void
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_size text;
begin
    if check_artifact.sha256 is null or check_artifact.sha256 !~ '^[0-9a-f]{64}$' then
        perform ml_private.raise_invalid(
            format('artifact_sha256 must be 64 lower-case hex digits, not %s', coalesce(to_json(left(check_artifact.sha256, 100))::text, 'null')));
    elsif check_artifact.bytes is null or check_artifact.bytes not between 1 and 5368709120 then
        perform ml_private.raise_invalid(
            format('artifact_bytes must be from 1 to 5368709120 (5 GB), not %s', coalesce(check_artifact.bytes::text, 'null')));
    end if;
    select coalesce(o.metadata ->> 'size', '') into v_size
    from storage.objects o
    where o.bucket_id = 'ml-artifacts' and o.name = check_artifact.sha256;
    if not found then
        perform ml_private.raise_missing(
            format('there is no object %s in the bucket ml-artifacts', check_artifact.sha256), 'artifact_not_found', 'upload the file under its sha256 first');
    end if;
    -- Storage does not know the hash of what it holds. The size is what it can testify to; whoever downloads verifies the hash.
    if v_size ~ '^[0-9]{1,18}$' and v_size::bigint <> check_artifact.bytes then
        perform ml_private.raise_conflict(
            format('the object %s in Storage has %s bytes, not %s', check_artifact.sha256, v_size, check_artifact.bytes), 'artifact_mismatch');
    end if;
end
$$;

comment on function ml_private.check_artifact(text, bigint) is 'Refuse an artifact that does not lie in Storage under its hash with that size.';

-- Everything that adds or moves versions of a model takes this lock first, so per model they run one after the other.
create or replace function ml_private.lock_model(model text, actor uuid, create_missing boolean)
returns bigint
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_id bigint;
begin
    if lock_model.create_missing then
        insert into ml.registered_models (name, created_by)
        values (lock_model.model, lock_model.actor)
        on conflict on constraint registered_models_name_key do nothing;
    end if;
    select m.id into v_id from ml.registered_models m where m.name = lock_model.model for no key update;
    return v_id;
end
$$;

comment on function ml_private.lock_model(text, uuid, boolean) is 'Lock a model until the transaction ends; its id, null when there is none.';

create or replace function ml_private.insert_version(model text, version ml.model_versions)
returns ml.model_versions
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_new ml.model_versions := insert_version.version;
    v_version ml.model_versions;
begin
    v_new.model_id := ml_private.lock_model(insert_version.model, v_new.created_by, true);
    select v.* into v_version
    from ml.model_versions v
    where v.model_id = v_new.model_id and v.run_id = v_new.run_id and v.artifact_sha256 = v_new.artifact_sha256;
    if v_version.id is not null then
        -- A worker that died after this call makes it again; with another signature it is not the same registration.
        if v_version.signature_hash <> v_new.signature_hash then
            perform ml_private.raise_conflict(
                format('this artifact of run %s is registered already, as %s version %s, with another signature',
                    v_new.run_id, insert_version.model, v_version.version),
                'version_exists');
        end if;
        return v_version;
    end if;
    insert into ml.model_versions (
        model_id, version, run_id, dataset_id, artifact_path, artifact_sha256, artifact_bytes, signature, signature_hash, training_data_hash,
        framework, model_type, tags, description, created_by)
    values (
        v_new.model_id, (select coalesce(max(v.version), 0) + 1 from ml.model_versions v where v.model_id = v_new.model_id),
        v_new.run_id, v_new.dataset_id, 'ml-artifacts/' || v_new.artifact_sha256, v_new.artifact_sha256, v_new.artifact_bytes, v_new.signature,
        v_new.signature_hash, v_new.training_data_hash, v_new.framework, v_new.model_type, v_new.tags, v_new.description, v_new.created_by)
    returning * into v_version;
    perform ml_private.add_lineage('run', v_version.run_id::text, 'model_version', v_version.id::text);
    perform ml_private.emit('ml:models', 'model.registered', jsonb_build_object(
        'model', insert_version.model, 'version', v_version.version, 'version_id', v_version.id, 'run_id', v_version.run_id,
        'framework', v_version.framework, 'model_type', v_version.model_type));
    return v_version;
end
$$;

comment on function ml_private.insert_version(text, ml.model_versions) is
    'Insert a checked version under the next number; the one that is there when the same run registers the same artifact again.';

-- api: engineer, worker
create or replace function ml_private.register_model_version(
    model text, run_id uuid, artifact_sha256 text, artifact_bytes bigint, signature jsonb, framework text, model_type text,
    tags jsonb default '{}', description text default '', attempt integer default null
)
returns ml.model_versions
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_run ml.runs;
    v_new ml.model_versions;
begin
    perform ml_private.require_role('engineer', worker => true);
    perform ml_private.check_name(register_model_version.model, 'model');
    perform ml_private.check_label(register_model_version.framework, 'framework');
    perform ml_private.check_label(register_model_version.model_type, 'model_type');
    perform ml_private.check_entries(register_model_version.tags, 'tags', 100, 5000);
    perform ml_private.check_text(register_model_version.description, 'description', 5000);
    perform ml_private.check_artifact(register_model_version.artifact_sha256, register_model_version.artifact_bytes);
    v_run := ml_private.hold_run(register_model_version.run_id);
    if v_run.job_id is not null and (register_model_version.attempt is not null or not ml_private.has_role('admin')) then
        -- Whoever trained it holds the job: what is known of a training is known of its versions.
        if register_model_version.attempt is null and ml_private.caller_role() <> 'ml_worker' then
            perform ml_private.raise_lease_required(v_run.id, v_run.job_id);
        end if;
        perform ml_private.assert_lease(v_run.job_id, register_model_version.attempt);
    end if;
    v_new.run_id := v_run.id;
    v_new.dataset_id := v_run.dataset_id;
    v_new.training_data_hash := (select d.content_hash from ml.datasets d where d.id = v_run.dataset_id);
    v_new.artifact_sha256 := register_model_version.artifact_sha256;
    v_new.artifact_bytes := register_model_version.artifact_bytes;
    v_new.signature := ml_private.check_signature(register_model_version.signature, v_run.dataset_id);
    v_new.signature_hash := encode(sha256(convert_to(v_new.signature::text, 'UTF8')), 'hex');
    v_new.framework := register_model_version.framework;
    v_new.model_type := register_model_version.model_type;
    v_new.tags := ml_private.entries_as_text(register_model_version.tags);
    v_new.description := register_model_version.description;
    v_new.created_by := ml_private.current_actor();
    return ml_private.insert_version(register_model_version.model, v_new);
end
$$;

comment on function ml_private.register_model_version(text, uuid, text, bigint, jsonb, text, text, jsonb, text, integer) is
    'Register what a run produced as the next version of a model, which is made when it is new. The file must lie in the bucket ml-artifacts under '
    'its sha256 (64 hex digits) with artifact_bytes bytes. signature: {"inputs":[{"name","type","shape":[null,n],"columns":[n of '
    '{"feature":"view:feature","view_version","nullable" (false): null is a value that the model '
    'takes}]}],"outputs":[{"name","type","shape"}],"classes":[…],"task":"classification"}; its columns are features of the dataset that the run '
    'trained on. The same run and artifact again return the same version. Returns the version, in stage none. PT404 run_not_found, '
    'artifact_not_found, view_not_found, feature_not_found; 22023 invalid_signature, signature_mismatch; PT409 artifact_mismatch, version_exists, '
    'lease_lost. A worker gives the attempt under which it holds the run''s job. For engineers and workers.';
