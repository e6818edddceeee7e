create table ml.drift_references (
    version_id bigint not null,
    position integer not null,
    kind text not null,
    name text not null,
    sample double precision[] not null,
    edges double precision[] not null,
    row_count bigint,
    missing_count bigint,
    size integer,
    tells boolean not null default false,
    constraint drift_references_version_id_position_pkey primary key (version_id, position),
    constraint drift_references_version_id_fkey foreign key (version_id) references ml.model_versions (id) on delete cascade,
    constraint drift_references_kind_check check (kind in ('feature', 'prediction'))
);

comment on table ml.drift_references is
    'What a model version saw in training, pinned when it is first deployed: a sorted sample of each input column (position 1..n) and of its '
    'held-out scores: of two classes the last one''s (position 0), of more each class''s (-1, -2, … in the order of the signature).';
comment on column ml.drift_references.sample is 'At most 5000 values in ascending order, taken systematically from the training split; nulls and NaN left out.';
comment on column ml.drift_references.row_count is 'Entities of the training split, complete or not; null for scores.';
comment on column ml.drift_references.missing_count is
    'How many of row_count lack a value in this column. Rows that the model could not train on are among them: such rows are refused when they are '
    'asked for.';
comment on column ml.drift_references.size is
    'Of scores of a model of several entities: as how many independent ones the sample counts at most; null: as many as it holds.';
comment on column ml.drift_references.tells is
    'Whether at least half of the rows of the training that hold a value hold a different one: equal rows with a value here are one thing that was '
    'asked about again.';
comment on column ml.drift_references.edges is
    'Inner edges of at most 10 bins of equal share in the sample; a value belongs to the bin whose upper edge is the first that is >= it.';
