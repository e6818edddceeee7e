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

-- No foreign key to the view: only functions compiled for a view write here, views are never deleted, and every writer of a source would have to lock
-- the view's row.

comment on table ml.online_features is
    'The newest source row of each entity that is not later than now, one row per (view, entity key). Kept by triggers on the sources and by '
    'ml_private.promote_pending.';
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

comment on table ml_private.online_pending is
    'Source rows that were later than now when they were written, each once. A read takes those that are due; ml_private.promote_pending moves them.';
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

comment on table ml.quarantined_rows is
    'Source rows that a view leaves out because their clock was ahead: 100 a statement, the last 10,000 a view, 30 days. The source keeps them.';
