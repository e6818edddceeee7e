-- Which version of a model serves, and what it answered.

create table ml.deployments (
    id bigint generated always as identity,
    model_id bigint not null,
    version_id bigint not null,
    previous_version_id bigint,
    deployed_at timestamptz not null default now(),
    constraint deployments_id_pkey primary key (id),
    constraint deployments_model_id_key unique (model_id),
    constraint deployments_model_id_fkey foreign key (model_id) references ml.registered_models (id) on delete cascade,
    constraint deployments_version_id_fkey foreign key (version_id) references ml.model_versions (id) on delete cascade,
    constraint deployments_previous_version_id_fkey foreign key (previous_version_id)
        references ml.model_versions (id) on delete set null
);

create index deployments_version_id_idx on ml.deployments (version_id);
create index deployments_previous_version_id_idx on ml.deployments (previous_version_id);

comment on table ml.deployments is
    'The version of each model that serves. Follows the registry: a promotion to production writes it in its own transaction, nothing else does.';
comment on column ml.deployments.previous_version_id is 'The version that was in production last before this one, whatever became of it; null for the first.';

-- No foreign keys: log_predictions checks versions once for a whole batch, a key would look each row up and lock its version.
create table ml.predictions (
    id uuid not null,
    served_at timestamptz not null,
    model_id bigint not null,
    version_id bigint not null,
    entity_key text,
    entity jsonb,
    features jsonb not null,
    output jsonb not null,
    predicted_label text,
    score double precision,
    request_id uuid not null,
    latency_ms real not null,
    purpose text not null default 'live',
    requested_by uuid,
    constraint predictions_served_at_id_pkey primary key (served_at, id),
    constraint predictions_purpose_check check (purpose in ('live', 'test')),
    constraint predictions_features_check check (jsonb_typeof(features) = 'array'),
    constraint predictions_score_check check (score not in ('NaN', 'Infinity', '-Infinity')),
    constraint predictions_latency_ms_check check (latency_ms >= 0 and latency_ms < 'Infinity')
);

-- Feedback names a prediction by its id alone; statistics read a model's window, drift checks a version's newest rows.
create index predictions_id_idx on ml.predictions (id);
create index predictions_model_id_served_at_idx on ml.predictions (model_id, served_at desc);
create index predictions_version_id_served_at_idx on ml.predictions (version_id, served_at desc) where purpose = 'live';

comment on table ml.predictions is 'Every answer of the inference function, as a time series kept for 90 days. Written by ml.log_predictions only.';
comment on column ml.predictions.id is 'Made by the inference function and returned to the caller, who names it in ml.submit_feedback.';
comment on column ml.predictions.entity_key is 'Key of the entity in the online store; null when the caller sent the inputs itself.';
comment on column ml.predictions.features is 'The model''s input row in the order of its signature, after transformation.';
comment on column ml.predictions.output is 'What the model gave: {"probabilities": […]} for a classification.';
comment on column ml.predictions.score is 'Probability of the last class of the signature, or the value of a regression.';
comment on column ml.predictions.request_id is 'Shared by the rows of one request: a latency is that of a request, so statistics count it once.';
comment on column ml.predictions.latency_ms is 'From the arrival of the request in the function to its reply; shared by the rows of one request.';
comment on column ml.predictions.purpose is 'live: the deployed version answered. test: the caller named a version; left out of statistics and drift checks.';

-- A table of its own: statistics, latencies and feedback are about answers, and these rows have none.
create table ml.prediction_refusals (
    id uuid not null,
    refused_at timestamptz not null,
    model_id bigint not null,
    version_id bigint not null,
    row_key text not null,
    missing integer[] not null,
    code text not null,
    requested_by uuid,
    constraint prediction_refusals_refused_at_id_pkey primary key (refused_at, id),
    constraint prediction_refusals_missing_check check (cardinality(missing) > 0 or code = 'other_row_refused'),
    constraint prediction_refusals_code_check check (
        code in ('entity_not_found', 'feature_stale', 'feature_null', 'invalid_value', 'value_out_of_range', 'value_too_long', 'other_row_refused')
    )
);

-- Drift checks and the health report read a version's window; the log looks whether a row was refused a moment ago.
create index prediction_refusals_version_id_refused_at_idx on ml.prediction_refusals (version_id, refused_at desc);
-- By digest: a key may be longer than an index entry.
create index prediction_refusals_version_id_row_refused_at_idx on ml.prediction_refusals (version_id, md5(row_key), refused_at desc);

comment on table ml.prediction_refusals is
    'Rows of live requests that were refused because some of them lacked what the model needs, as a time series kept for 90 days. Names no value. '
    'Written by ml.log_refusals only, at most 1000 rows a minute and version.';
comment on column ml.prediction_refusals.row_key is 'Key of the entity in the online store; a digest of the row when the caller sent the inputs itself.';
comment on column ml.prediction_refusals.missing is
    'Positions (from 1, in the order of the signature) of the input columns that had no usable value, those included that may be null.';
comment on column ml.prediction_refusals.code is
    'Why the first of them was refused, as the caller was told; other_row_refused: the row lacked nothing needed, and its request was refused for '
    'another.';
