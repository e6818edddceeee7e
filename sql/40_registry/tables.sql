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
    '{"inputs" (one of numbers, one of strings, or '
    'either):[{"name","type","shape","columns":[{"feature":"view:feature","view_version","nullable"}]}],"outputs":[{"name","type","shape"}],"classes","task"}';
comment on column ml.model_versions.signature_hash is 'sha256 (hex) of signature::text.';
comment on column ml.model_versions.training_data_hash is 'content_hash of the dataset; null when the run had none.';
