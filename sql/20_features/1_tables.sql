-- Entities, feature views, their features, the online store, training datasets and lineage.

do $$
begin
    if not exists (select from pg_catalog.pg_roles where rolname = 'ml_reader') then
        create role ml_reader nologin noinherit;
    end if;
    -- Who is no superuser, as the owner of a hosted project, gives a function only to a role that he is a member of.
    if not pg_has_role(current_user, 'ml_reader', 'usage') then
        grant ml_reader to current_user;
    end if;
end
$$;

create table ml.allowed_sources (
    schema_name text not null,
    relation_name text not null default '',
    functions boolean not null default false,
    relation_kind text,
    relation_owner text,
    allowed_by uuid,
    created_at timestamptz not null default now(),
    constraint allowed_sources_schema_name_relation_name_pkey primary key (schema_name, relation_name),
    constraint allowed_sources_functions_check check (
        case when functions then relation_name <> '' and num_nulls(relation_kind, relation_owner) = 0 else num_nonnulls(relation_kind, relation_owner) = 0 end)
);

insert into ml.allowed_sources (schema_name) values ('public');

comment on table ml.allowed_sources is 'What feature views and training datasets may read: schemas, and single tables and views. Written by ml.allow_source and ml.disallow_source only.';
comment on column ml.allowed_sources.relation_name is 'A table or view; empty: all of the schema.';
comment on column ml.allowed_sources.functions is 'An admin lets this view call functions that are volatile or not the database''s own, or trusts the owner of this table.';
comment on column ml.allowed_sources.relation_kind is 'With functions: pg_class.relkind of what was allowed. Something of another kind under the name is not.';
comment on column ml.allowed_sources.relation_owner is 'With functions: the owner that was trusted.';

create table ml.entities (
    id bigint generated always as identity,
    name text not null,
    join_keys jsonb not null,
    description text not null default '',
    created_by uuid,
    created_at timestamptz not null default now(),
    constraint entities_id_pkey primary key (id),
    constraint entities_name_key unique (name),
    constraint entities_join_keys_check check (jsonb_typeof(join_keys) = 'array')
);

comment on table ml.entities is 'What features describe: a patient, a card, a pair of both. Written by ml.register_entity only; never changed.';
comment on column ml.entities.join_keys is '[{"name","type"}] in key order; type is int64, string or uuid. Sources and spines have columns of these names.';

create table ml.feature_views (
    id bigint generated always as identity,
    name text not null,
    version integer not null,
    entity_id bigint not null,
    source text not null,
    event_time text not null,
    created_time text,
    ttl interval,
    mode text not null,
    future text not null default 'keep',
    future_tolerance interval,
    description text not null default '',
    warnings jsonb not null default '[]',
    fitted_on_dataset_id bigint,
    retired_at timestamptz,
    created_by uuid,
    history_of text,
    created_at timestamptz not null default now(),
    constraint feature_views_id_pkey primary key (id),
    constraint feature_views_name_version_key unique (name, version),
    constraint feature_views_entity_id_fkey foreign key (entity_id) references ml.entities (id),
    constraint feature_views_version_check check (version > 0),
    constraint feature_views_ttl_check check (ttl > interval '0'),
    constraint feature_views_mode_check check (mode in ('realtime', 'batch')),
    constraint feature_views_future_check check (
        future in ('keep', 'refuse', 'quarantine') and (future = 'keep') = (future_tolerance is null)
        and (future <> 'refuse' or mode = 'realtime') and (future <> 'quarantine' or created_time is not null)
    )
);

create index feature_views_entity_id_idx on ml.feature_views (entity_id);
create index feature_views_fitted_on_dataset_id_idx on ml.feature_views (fitted_on_dataset_id) where fitted_on_dataset_id is not null;

comment on table ml.feature_views is 'Versions of feature views. A definition never changes: another one is the next version. Written by ml.register_feature_view only.';
comment on column ml.feature_views.source is 'The source table or view as schema.table, quoted where needed.';
comment on column ml.feature_views.history_of is 'With keep_history the table as schema.table; source is then the history that triggers keep of it. Null: source is read itself.';
comment on column ml.feature_views.event_time is 'Source column with the time at which the values became true.';
comment on column ml.feature_views.created_time is 'Source column with the time at which the row was written, when it has one: a row is unknown before it.';
comment on column ml.feature_views.ttl is 'Age up to which a row is used, both bounds inclusive; null: for ever. Held in hours and seconds (a day is 24 hours).';
comment on column ml.feature_views.mode is 'realtime: triggers keep the online store; batch: ml.materialize_feature_view refreshes it.';
comment on column ml.feature_views.future is 'What becomes of a row later than now by more than future_tolerance: keep waits for its time, refuse fails the write, quarantine leaves it out.';
comment on column ml.feature_views.warnings is '[{"code","message",…}]: what is likely to be a mistake. source_keeps_no_history {index}: the source has one row an entity.';
comment on column ml.feature_views.fitted_on_dataset_id is 'The dataset on which normalisation parameters of this version were first fitted.';
comment on column ml.feature_views.retired_at is 'When ml.retire_feature_view took it out of service: no triggers, no online rows.';

create table ml.features (
    id bigint generated always as identity,
    view_id bigint not null,
    name text not null,
    position integer not null,
    value_type text not null,
    source_column text not null,
    transformation jsonb,
    fitted jsonb,
    description text not null default '',
    constraint features_id_pkey primary key (id),
    constraint features_view_id_name_key unique (view_id, name),
    constraint features_view_id_position_key unique (view_id, position),
    constraint features_view_id_fkey foreign key (view_id) references ml.feature_views (id),
    constraint features_value_type_check check (value_type in ('float64', 'int64', 'string', 'bool'))
);

comment on table ml.features is 'The features of each view version. Only fitted is ever set later, once, by a dataset cut with fit => true.';
comment on column ml.features.transformation is '{"type":"log","offset":number} or {"type":"normalize","method":"z_score"|"min_max"|"robust"}; null: the value as it is.';
comment on column ml.features.fitted is '{"center","scale","constant","count","dataset_id",…}: a normalised value is (value - center) / scale.';

create table ml.online_features (
    view_id bigint not null,
    entity_key text not null,
    entity jsonb not null,
    values jsonb not null,
    event_time timestamptz not null,
    created_time timestamptz,
    written_at timestamptz not null default now(),
    constraint online_features_view_id_entity_key_pkey primary key (view_id, entity_key)
) with (fillfactor = 80);

-- No foreign key to the view: only functions compiled for a view write here, views are never deleted, and every writer of a source would have to lock the view's row.

comment on table ml.online_features is 'The newest source row of each entity that is not later than now, one row per (view, entity key). Kept by triggers on the sources and by ml_private.promote_pending.';
comment on column ml.online_features.entity_key is 'The join key values in key order as a JSON array, e.g. [1, 23]: composite keys cannot meet.';
comment on column ml.online_features.values is 'Raw source values by feature name; transformations are applied on read.';

-- One row an entity is not enough: until a later row is due, the one before it counts. The key holds a hash since values may be longer than an index entry.
create table ml_private.online_pending (
    view_id bigint not null,
    entity_key text not null,
    event_time timestamptz not null,
    row_hash bytea not null,
    entity jsonb not null,
    values jsonb not null,
    created_time timestamptz,
    due_at timestamptz not null,
    written_at timestamptz not null default now(),
    constraint online_pending_view_id_entity_key_event_time_row_hash_pkey primary key (view_id, entity_key, event_time, row_hash)
);

create index online_pending_view_id_due_at_idx on ml_private.online_pending (view_id, due_at);

comment on table ml_private.online_pending is 'Source rows that were later than now when they were written, each once. A read takes those that are due; ml_private.promote_pending moves them.';
comment on column ml_private.online_pending.due_at is 'When the row begins to count: the later of its event time and its created time.';
comment on column ml_private.online_pending.row_hash is 'ml_private.row_hash of created time and values.';

create table ml.quarantined_rows (
    view_id bigint not null,
    entity_key text not null,
    event_time timestamptz not null,
    created_time timestamptz,
    reason text not null,
    quarantined_at timestamptz not null,
    constraint quarantined_rows_view_id_entity_key_event_time_pkey primary key (view_id, entity_key, event_time)
);

create index quarantined_rows_view_id_quarantined_at_idx on ml.quarantined_rows (view_id, quarantined_at);

comment on table ml.quarantined_rows is 'Source rows that a view leaves out because their clock was ahead: 100 a statement, the last 10,000 a view, 30 days. The source keeps them.';

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
comment on column ml.datasets.features is '[{"ref","column","view_id","view","view_version","feature_id","feature","value_type"}] in the order in which they were asked for.';
comment on column ml.datasets.warnings is
    '[{"code","message",…}]: what is likely to be a mistake in it. column_is_null {column}: not one row has a value, or {column, split}: not one of that side (train, validation or test); view_retired {view}; incomplete_rows {rows, of}: rows that lack a feature. An empty text, or one of more than 1,000 characters, is no value.';
comment on column ml.datasets.content_hash is 'sha256 (hex) over column names, types and all rows in row_id order: independent of the physical order of any source.';

alter table ml.feature_views add constraint feature_views_fitted_on_dataset_id_fkey
    foreign key (fitted_on_dataset_id) references ml.datasets (id);

create table ml.lineage_edges (
    from_kind text not null,
    from_id text not null,
    to_kind text not null,
    to_id text not null,
    created_at timestamptz not null default now(),
    constraint lineage_edges_pkey primary key (from_kind, from_id, to_kind, to_id),
    constraint lineage_edges_from_kind_check check (
        from_kind in ('source', 'feature_view', 'feature', 'dataset', 'run', 'model_version', 'deployment')
    ),
    constraint lineage_edges_to_kind_check check (
        to_kind in ('source', 'feature_view', 'feature', 'dataset', 'run', 'model_version', 'deployment')
    )
);

create index lineage_edges_to_kind_to_id_idx on ml.lineage_edges (to_kind, to_id);

comment on table ml.lineage_edges is 'What was made from what. Ids are the row''s id as text; a source is schema.table.';
