-- Experiments, their runs, and what runs log: params, tags and metrics.

create table ml.experiments (
    id bigint generated always as identity,
    name text not null,
    description text not null default '',
    tags jsonb not null default '{}',
    lifecycle_stage text not null default 'active',
    created_by uuid,
    created_at timestamptz not null default now(),
    constraint experiments_id_pkey primary key (id),
    constraint experiments_name_key unique (name),
    constraint experiments_tags_check check (jsonb_typeof(tags) = 'object'),
    constraint experiments_lifecycle_stage_check check (lifecycle_stage in ('active', 'deleted'))
);

comment on table ml.experiments is 'Runs that belong together, under a name. Written by ml.create_experiment and ml.train_model only.';
comment on column ml.experiments.lifecycle_stage is 'A deleted experiment keeps its runs and takes no new ones.';

-- job_id has no foreign key: a finished job is deleted after its queue's retention, the run stays and still says which job it was.
create table ml.runs (
    id uuid not null default gen_random_uuid(),
    experiment_id bigint not null,
    name text not null,
    status text not null default 'running',
    parent_run_id uuid,
    job_id bigint,
    dataset_id bigint,
    started_at timestamptz,
    ended_at timestamptz,
    created_by uuid,
    created_at timestamptz not null default now(),
    constraint runs_id_pkey primary key (id),
    constraint runs_experiment_id_fkey foreign key (experiment_id) references ml.experiments (id),
    constraint runs_parent_run_id_fkey foreign key (parent_run_id) references ml.runs (id),
    constraint runs_dataset_id_fkey foreign key (dataset_id) references ml.datasets (id),
    constraint runs_status_check check (status in ('scheduled', 'running', 'finished', 'failed', 'killed')),
    constraint runs_ended_at_check check ((status in ('finished', 'failed', 'killed')) = (ended_at is not null)),
    constraint runs_started_at_check check (started_at is not null or status <> 'running')
);

create index runs_experiment_id_idx on ml.runs (experiment_id, created_at desc);
create index runs_parent_run_id_idx on ml.runs (parent_run_id) where parent_run_id is not null;
create index runs_job_id_idx on ml.runs (job_id) where job_id is not null;
create index runs_dataset_id_idx on ml.runs (dataset_id) where dataset_id is not null;

comment on table ml.runs is
    'One execution of training code. scheduled (its job is queued) -> running -> finished | failed | killed. Written by functions only.';
comment on column ml.runs.job_id is 'The job that executes the run; null for a run that somebody logs from elsewhere.';
comment on column ml.runs.dataset_id is 'The training dataset; null until a retraining has cut it, and for runs on data that the platform does not know.';

create table ml.run_params (
    run_id uuid not null,
    key text not null,
    value text not null,
    constraint run_params_run_id_key_pkey primary key (run_id, key),
    constraint run_params_run_id_fkey foreign key (run_id) references ml.runs (id) on delete cascade
);

comment on table ml.run_params is 'Inputs of a run. A param never changes once it is logged.';

create table ml.run_tags (
    run_id uuid not null,
    key text not null,
    value text not null,
    constraint run_tags_run_id_key_pkey primary key (run_id, key),
    constraint run_tags_run_id_fkey foreign key (run_id) references ml.runs (id) on delete cascade
);

comment on table ml.run_tags is 'Labels of a run; the last value logged for a key counts.';

-- The key holds every column, as MLflow's does: the same measurement sent twice is stored once, two values at one step are two rows.
-- No foreign key to the run: ml.log_batch holds the run once for a whole batch, a key would look it up for each of a thousand rows.
create table ml.run_metrics (
    run_id uuid not null,
    key text not null,
    step bigint not null,
    value double precision not null,
    logged_at timestamptz not null,
    constraint run_metrics_run_id_key_step_logged_at_value_pkey primary key (run_id, key, step, logged_at, value)
);

comment on table ml.run_metrics is 'Every value that a run logged, as a time series. NaN and infinities are values.';

create table ml.latest_metrics (
    run_id uuid not null,
    key text not null,
    value double precision not null,
    step bigint not null,
    logged_at timestamptz not null,
    constraint latest_metrics_run_id_key_pkey primary key (run_id, key),
    constraint latest_metrics_run_id_fkey foreign key (run_id) references ml.runs (id) on delete cascade
);

create index latest_metrics_key_value_idx on ml.latest_metrics (key, value);

comment on table ml.latest_metrics is
    'The value of each metric that counts as the run''s: highest step, then latest time, then highest value, where NaN ranks as 0 (MLflow''s order).';
