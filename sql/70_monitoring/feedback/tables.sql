create table ml.feedback (
    id bigint generated always as identity,
    prediction_id uuid not null,
    served_at timestamptz not null,
    model_id bigint not null,
    version_id bigint not null,
    predicted_label text,
    actual text,
    rating smallint,
    comment text,
    submitted_by uuid,
    submitted_at timestamptz not null default now(),
    constraint feedback_id_pkey primary key (id),
    constraint feedback_prediction_id_submitted_by_key unique nulls not distinct (prediction_id, submitted_by),
    constraint feedback_model_id_fkey foreign key (model_id) references ml.registered_models (id) on delete cascade,
    constraint feedback_version_id_fkey foreign key (version_id) references ml.model_versions (id) on delete cascade,
    constraint feedback_rating_check check (rating between 1 and 5),
    constraint feedback_content_check check (actual is not null or rating is not null or comment is not null)
);

create index feedback_model_id_submitted_at_idx on ml.feedback (model_id, submitted_at desc);
create index feedback_version_id_idx on ml.feedback (version_id);

comment on table ml.feedback is
    'What people and systems said of a prediction: the true label, a rating of 1 to 5, a comment. One row a prediction and sender; sending again '
    'replaces it.';
