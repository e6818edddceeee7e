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
    history_key text[],
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

comment on table ml.feature_views is
    'Versions of feature views. A definition never changes: another one is the next version. Written by ml.register_feature_view only.';
comment on column ml.feature_views.source is 'The source table or view as schema.table, quoted where needed.';
comment on column ml.feature_views.history_of is
    'With keep_history the table as schema.table; source is then the history that triggers keep of it. Null: source is read itself.';
comment on column ml.feature_views.history_key is
    'With keep_history the primary key of the table, by which its rows are known in the history.';
comment on column ml.feature_views.event_time is 'Source column with the time at which the values became true.';
comment on column ml.feature_views.created_time is 'Source column with the time at which the row was written, when it has one: a row is unknown before it.';
comment on column ml.feature_views.ttl is
    'Age up to which a row is used, both bounds inclusive; null: for ever. Held in hours and seconds (a day is 24 hours).';
comment on column ml.feature_views.mode is 'realtime: triggers keep the online store; batch: ml.materialize_feature_view refreshes it.';
comment on column ml.feature_views.future is
    'What becomes of a row later than now by more than future_tolerance: keep waits for its time, refuse fails the write, quarantine leaves it out.';
comment on column ml.feature_views.warnings is
    '[{"code","message",…}]: what is likely to be a mistake. source_keeps_no_history {index}: the source has one row an entity.';
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
comment on column ml.features.transformation is
    '{"type":"log","offset":number} or {"type":"normalize","method":"z_score"|"min_max"|"robust"}; null: the value as it is.';
comment on column ml.features.fitted is '{"center","scale","constant","count","dataset_id",…}: a normalised value is (value - center) / scale.';
