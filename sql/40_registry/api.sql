-- What apps and workers call.

create function ml.register_model_version(
    model text, run_id uuid, artifact_sha256 text, artifact_bytes bigint, signature jsonb, framework text, model_type text,
    tags jsonb default '{}', description text default '', attempt integer default null
)
returns ml.model_versions
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select *
    from ml_private.register_model_version(
        register_model_version.model, register_model_version.run_id, register_model_version.artifact_sha256, register_model_version.artifact_bytes,
        register_model_version.signature, register_model_version.framework, register_model_version.model_type, register_model_version.tags,
        register_model_version.description, register_model_version.attempt)
$$;

comment on function ml.register_model_version(text, uuid, text, bigint, jsonb, text, text, jsonb, text, integer) is
    'Register what a run produced as the next version of a model, which is made when it is new. The file must lie in the bucket ml-artifacts under its sha256 (64 hex digits) with artifact_bytes bytes. signature: {"inputs":[{"name","type","shape":[null,n],"columns":[n of {"feature":"view:feature","view_version","nullable" (false): null is a value that the model takes}]}],"outputs":[{"name","type","shape"}],"classes":[…],"task":"classification"}; its columns are features of the dataset that the run trained on. The same run and artifact again return the same version. Returns the version, in stage none. PT404 run_not_found, artifact_not_found, view_not_found, feature_not_found; 22023 invalid_signature, signature_mismatch; PT409 artifact_mismatch, version_exists, lease_lost. A worker gives the attempt under which it holds the run''s job. For engineers and workers.';
revoke all on function ml.register_model_version(text, uuid, text, bigint, jsonb, text, text, jsonb, text, integer) from public;
grant execute on function ml.register_model_version(text, uuid, text, bigint, jsonb, text, text, jsonb, text, integer) to authenticated, ml_worker, service_role;

create function ml.record_evidence(
    model text, version integer, name text, value double precision default null, passed boolean default null, details jsonb default '{}',
    job_id bigint default null, attempt integer default null
)
returns ml.model_evidence
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select *
    from ml_private.record_evidence(
        record_evidence.model, record_evidence.version, record_evidence.name, record_evidence.value, record_evidence.passed,
        record_evidence.details, record_evidence.job_id, record_evidence.attempt)
$$;

comment on function ml.record_evidence(text, integer, text, double precision, boolean, jsonb, bigint, integer) is
    'Record what was measured of a version: a finite value, a verdict or both, with details (an object). The newest evidence of a name counts. job_id: the job that measured, the training of the version, or a check queued for it, which tells of itself alone (name = kind); workers must name it, with the attempt under which they hold it. PT404 model_not_found, version_not_found; PT409 job_mismatch, lease_lost. For workers and admins; engineers cannot.';
revoke all on function ml.record_evidence(text, integer, text, double precision, boolean, jsonb, bigint, integer) from public;
grant execute on function ml.record_evidence(text, integer, text, double precision, boolean, jsonb, bigint, integer) to authenticated, ml_worker, service_role;

create function ml.set_promotion_policy(model text, stage text, requirements jsonb)
returns ml.promotion_policies
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select *
    from ml_private.set_promotion_policy(set_promotion_policy.model, set_promotion_policy.stage, set_promotion_policy.requirements)
$$;

comment on function ml.set_promotion_policy(text, text, jsonb) is
    'Set what staging or production demands of a model (null: of every model without a policy of its own). It replaces the policy before, which stays in the history. requirements: {"min":{name:number},"max":{name:number},"passed":[name],"hours_in_staging":number,"better_than_baseline":{"metric","alpha" (0.01),"higher_is_better"},"not_worse_than_production":{"metric","tolerance","higher_is_better"}}, each optional; null lets a model follow the default again. Returns the policy. 22023 unknown_key, invalid_requirements; PT404 model_not_found. For admins.';
revoke all on function ml.set_promotion_policy(text, text, jsonb) from public;
grant execute on function ml.set_promotion_policy(text, text, jsonb) to authenticated, service_role;

create function ml.set_evaluation_data(model text, dataset text)
returns ml.evaluation_data
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$ select * from ml_private.set_evaluation_data(set_evaluation_data.model, set_evaluation_data.dataset) $$;

comment on function ml.set_evaluation_data(text, text) is
    'Pin the held-out rows (test, else validation) of a dataset as the rows on which versions of a model are measured; null unpins. From then on what jobs measured on other rows does not satisfy a policy, trainings leave these rows out of what they learn from, and queue_model_check(…, ''evaluation'') measures versions that exist already. Returns the pin; pins before it stay in ml.evaluation_data. PT404 model_not_found, dataset_not_found; 22023 nothing_held_out, label_mismatch. For admins.';
revoke all on function ml.set_evaluation_data(text, text) from public;
grant execute on function ml.set_evaluation_data(text, text) to authenticated, service_role;

create function ml.promote_model(model text, version integer, stage text, reason text default '')
returns jsonb
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
set statement_timeout = '15min'
as $$ select ml_private.promote_model(promote_model.model, promote_model.version, promote_model.stage, promote_model.reason) $$;

comment on function ml.promote_model(text, integer, text, text) is
    'Move a version: none -> staging -> production, archived -> staging, any stage -> archived. In one transaction its policy is checked, the version before it in production archived, history written and the deployment switched. Returns {model, version, from_stage, to_stage, archived_version, checks:[{check, required, actual, passed, message}]}. PT409 promotion_refused names each failed check with what is and what is required; also already_in_stage, invalid_transition; PT404 model_not_found, version_not_found. For engineers.';
revoke all on function ml.promote_model(text, integer, text, text) from public;
grant execute on function ml.promote_model(text, integer, text, text) to authenticated, service_role;

create function ml.check_promotion(model text, version integer, stage text)
returns jsonb
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$ select ml_private.check_promotion(check_promotion.model, check_promotion.version, check_promotion.stage) $$;

comment on function ml.check_promotion(text, integer, text) is
    'What the policy of staging or production says of a version now, changing nothing: {model, version, from_stage, to_stage, passed, checks}. PT404 model_not_found, version_not_found. For viewers.';
revoke all on function ml.check_promotion(text, integer, text) from public;
grant execute on function ml.check_promotion(text, integer, text) to authenticated, service_role;
