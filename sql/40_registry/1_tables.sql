-- Models, their versions, what was measured of them, what a stage demands, and the history of every stage.

create table ml.registered_models (
    id bigint generated always as identity,
    name text not null,
    description text not null default '',
    created_by uuid,
    created_at timestamptz not null default now(),
    constraint registered_models_id_pkey primary key (id),
    constraint registered_models_name_key unique (name)
);

comment on table ml.registered_models is 'A name under which versions of one model are kept. Made by the first ml.register_model_version.';

create table ml.model_versions (
    id bigint generated always as identity,
    model_id bigint not null,
    version integer not null,
    stage text not null default 'none',
    stage_changed_at timestamptz not null default now(),
    run_id uuid not null,
    dataset_id bigint,
    artifact_path text not null,
    artifact_sha256 text not null,
    artifact_bytes bigint not null,
    signature jsonb not null,
    signature_hash text not null,
    training_data_hash text,
    framework text not null,
    model_type text not null,
    tags jsonb not null default '{}',
    description text not null default '',
    created_by uuid,
    created_at timestamptz not null default now(),
    constraint model_versions_id_pkey primary key (id),
    constraint model_versions_model_id_version_key unique (model_id, version),
    constraint model_versions_model_id_run_id_artifact_sha256_key unique (model_id, run_id, artifact_sha256),
    constraint model_versions_model_id_fkey foreign key (model_id) references ml.registered_models (id),
    constraint model_versions_run_id_fkey foreign key (run_id) references ml.runs (id),
    constraint model_versions_dataset_id_fkey foreign key (dataset_id) references ml.datasets (id),
    constraint model_versions_stage_check check (stage in ('none', 'staging', 'production', 'archived')),
    constraint model_versions_artifact_sha256_check check (artifact_sha256 ~ '^[0-9a-f]{64}$'),
    constraint model_versions_artifact_path_check check (artifact_path = 'ml-artifacts/' || artifact_sha256),
    constraint model_versions_artifact_bytes_check check (artifact_bytes > 0),
    constraint model_versions_tags_check check (jsonb_typeof(tags) = 'object')
);

create unique index model_versions_production_key on ml.model_versions (model_id) where stage = 'production';
create index model_versions_run_id_idx on ml.model_versions (run_id);
create index model_versions_dataset_id_idx on ml.model_versions (dataset_id) where dataset_id is not null;

comment on table ml.model_versions is 'Immutable but for its stage, which ml.promote_model alone moves. At most one version of a model is in production.';
comment on column ml.model_versions.artifact_path is 'Where the artifact lies in Storage: bucket and object, named by the sha256 of its bytes.';
comment on column ml.model_versions.signature is
    '{"inputs" (one of numbers, one of strings, or either):[{"name","type","shape","columns":[{"feature":"view:feature","view_version","nullable"}]}],"outputs":[{"name","type","shape"}],"classes","task"}';
comment on column ml.model_versions.signature_hash is 'sha256 (hex) of signature::text.';
comment on column ml.model_versions.training_data_hash is 'content_hash of the dataset; null when the run had none.';

create table ml.model_evidence (
    id bigint generated always as identity,
    version_id bigint not null,
    name text not null,
    value double precision,
    passed boolean,
    details jsonb not null default '{}',
    job_id bigint,
    recorded_by uuid,
    recorded_at timestamptz not null default now(),
    constraint model_evidence_id_pkey primary key (id),
    constraint model_evidence_version_id_fkey foreign key (version_id) references ml.model_versions (id),
    constraint model_evidence_value_check check (value > '-Infinity' and value < 'Infinity'),
    constraint model_evidence_value_passed_check check (value is not null or passed is not null)
);

create index model_evidence_version_id_name_id_idx on ml.model_evidence (version_id, name, id desc);
create index model_evidence_job_id_idx on ml.model_evidence (job_id) where job_id is not null;

comment on table ml.model_evidence is 'What was measured of a version: a value, a verdict or both. Append-only; the newest row of a name counts.';
comment on column ml.model_evidence.job_id is 'The job that measured it. Kept when the job itself is deleted after its retention.';

create table ml_private.void_evidence (
    evidence_id bigint not null,
    constraint void_evidence_evidence_id_pkey primary key (evidence_id),
    constraint void_evidence_evidence_id_fkey foreign key (evidence_id) references ml.model_evidence (id)
);

comment on table ml_private.void_evidence is 'Evidence of attempts of jobs that ended without success. Kept, like the evidence; it does not count.';

create table ml.promotion_policies (
    id bigint generated always as identity,
    model_id bigint,
    stage text not null,
    requirements jsonb,
    created_by uuid,
    created_at timestamptz not null default now(),
    constraint promotion_policies_id_pkey primary key (id),
    constraint promotion_policies_model_id_fkey foreign key (model_id) references ml.registered_models (id),
    constraint promotion_policies_stage_check check (stage in ('staging', 'production')),
    constraint promotion_policies_requirements_check check (requirements is not null or model_id is not null)
);

create index promotion_policies_model_id_stage_id_idx on ml.promotion_policies (model_id, stage, id desc);

comment on table ml.promotion_policies is 'What a stage demands. Append-only: the newest row of a model and stage counts, else the newest default of the stage.';
comment on column ml.promotion_policies.model_id is 'null: the default of all models.';
comment on column ml.promotion_policies.requirements is
    '{"min":{name:value},"max":{name:value},"passed":[name],"hours_in_staging":n,"better_than_baseline":{"metric","alpha","higher_is_better"},"not_worse_than_production":{"metric","tolerance","higher_is_better"}}; null: the model follows the default again.';

insert into ml.promotion_policies (stage, requirements)
values
    ('staging', '{
        "min": {"accuracy": 0.85},
        "max": {"inference_ms": 100},
        "passed": ["integration_test"],
        "better_than_baseline": {"metric": "balanced_accuracy", "alpha": 0.01}
    }'),
    ('production', '{
        "min": {"accuracy": 0.90},
        "max": {"inference_ms": 50},
        "passed": ["load_test", "security_scan", "ab_ready"],
        "hours_in_staging": 24,
        "better_than_baseline": {"metric": "balanced_accuracy", "alpha": 0.01},
        "not_worse_than_production": {"metric": "accuracy", "tolerance": 0}
    }');

create table ml.evaluation_data (
    id bigint generated always as identity,
    model_id bigint not null,
    dataset_id bigint,
    created_by uuid,
    created_at timestamptz not null default now(),
    constraint evaluation_data_id_pkey primary key (id),
    constraint evaluation_data_model_id_fkey foreign key (model_id) references ml.registered_models (id),
    constraint evaluation_data_dataset_id_fkey foreign key (dataset_id) references ml.datasets (id)
);

create index evaluation_data_model_id_id_idx on ml.evaluation_data (model_id, id desc);
create index evaluation_data_dataset_id_idx on ml.evaluation_data (dataset_id) where dataset_id is not null;

comment on table ml.evaluation_data is
    'The dataset on whose held-out rows the versions of a model are measured, as admins pinned it. Append-only: the newest row of a model counts.';
comment on column ml.evaluation_data.dataset_id is 'null: nothing is pinned any more, each version is measured on the held-out rows of its own dataset.';

create table ml.stage_transitions (
    id bigint generated always as identity,
    version_id bigint not null,
    from_stage text not null,
    to_stage text not null,
    reason text not null default '',
    checks jsonb not null default '[]',
    actor uuid,
    created_at timestamptz not null default clock_timestamp(),
    constraint stage_transitions_id_pkey primary key (id),
    constraint stage_transitions_version_id_fkey foreign key (version_id) references ml.model_versions (id),
    constraint stage_transitions_from_stage_check check (from_stage in ('none', 'staging', 'production', 'archived')),
    constraint stage_transitions_to_stage_check check (to_stage in ('staging', 'production', 'archived')),
    constraint stage_transitions_from_stage_to_stage_check check (from_stage <> to_stage)
);

create index stage_transitions_version_id_idx on ml.stage_transitions (version_id, id desc);

comment on table ml.stage_transitions is 'Every change of a stage, with what was checked for it. Append-only.';

create table ml_private.model_checks (
    job_id bigint not null,
    version_id bigint not null,
    kind text not null,
    created_at timestamptz not null default now(),
    constraint model_checks_job_id_pkey primary key (job_id),
    constraint model_checks_version_id_fkey foreign key (version_id) references ml.model_versions (id)
);

create index model_checks_version_id_idx on ml_private.model_checks (version_id);

comment on table ml_private.model_checks is
    'Which job was queued by the platform to check which version. Without it, a job that somebody put together by hand could yield evidence.';
