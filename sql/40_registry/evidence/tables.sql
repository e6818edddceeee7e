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
