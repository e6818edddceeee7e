create table ml.datasets (
    id bigint generated always as identity,
    name text not null,
    table_name text not null,
    spine text not null,
    event_time text not null,
    label text not null,
    label_type text not null,
    join_keys jsonb not null,
    features jsonb not null,
    split jsonb not null,
    row_count bigint not null,
    split_counts jsonb not null,
    content_hash text not null,
    statistics jsonb not null,
    warnings jsonb not null default '[]',
    created_by uuid,
    created_at timestamptz not null default now(),
    constraint datasets_id_pkey primary key (id),
    constraint datasets_name_key unique (name),
    constraint datasets_label_type_check check (label_type in ('float64', 'int64', 'string', 'bool')),
    constraint datasets_content_hash_check check (content_hash ~ '^[0-9a-f]{64}$')
);

comment on table ml.datasets is 'Training datasets, each materialised as ml_datasets.d_<id>. Written by ml.create_training_dataset only; never changed.';
comment on column ml.datasets.features is
    '[{"ref","column","view_id","view","view_version","feature_id","feature","value_type"}] in the order in which they were asked for.';
comment on column ml.datasets.warnings is
    '[{"code","message",…}]: what is likely to be a mistake in it. column_is_null {column}: not one row has a value, or {column, split}: not one of '
    'that side (train, validation or test); view_retired {view}; incomplete_rows {rows, of}: rows that lack a feature. An empty text, or one of '
    'more than 1,000 characters, is no value.';
comment on column ml.datasets.content_hash is
    'sha256 (hex) over column names, types and all rows in row_id order: independent of the physical order of any source.';

alter table ml.feature_views add constraint feature_views_fitted_on_dataset_id_fkey
    foreign key (fitted_on_dataset_id) references ml.datasets (id);
