-- The API: thin invokers over the definer functions of the same name.

create function ml.register_entity(name text, join_keys jsonb, description text default '')
returns ml.entities
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$ select ml_private.register_entity(register_entity.name, register_entity.join_keys, register_entity.description) $$;

comment on function ml.register_entity(text, jsonb, text) is
    'Register what features describe. join_keys: [{"name","type"}] with type int64, string or uuid, 1 to 8 of them; sources and spines have columns of these names. '
    'The same entity again returns it; other join keys under a known name are PT409 entity_differs. Role engineer.';

create function ml.allow_source(source text, functions boolean default false)
returns ml.allowed_sources
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$ select ml_private.allow_source(allow_source.source, allow_source.functions) $$;

comment on function ml.allow_source(text, boolean) is
    'Let engineers read a schema, or one schema.table, as a source or spine: what they make of it every viewer reads. functions: let this one view call functions that are volatile or not the '
    'database''s own, which run as ml_reader; of a table, trust its owner: what is in its indexes runs as the platform''s. It holds for what has the name now, not for another kind or owner. PT404 no such schema or relation, 22023 a schema of the platform. Role admin.';

create function ml.disallow_source(source text)
returns void
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$ select ml_private.disallow_source(disallow_source.source) $$;

comment on function ml.disallow_source(text) is
    'Take back what ml.allow_source allowed: no new feature view, dataset or materialisation reads it. Views in service keep their online rows, and realtime ones go on, until they are retired. '
    'PT404 when it is not in ml.allowed_sources. Role admin.';

create function ml.register_feature_view(
    name text, entity text, source text, event_time text, features jsonb,
    created_time text default null, ttl interval default null, mode text default 'realtime', description text default '',
    future text default 'keep', future_tolerance interval default null, keep_history boolean default false
)
returns ml.feature_views
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
set statement_timeout = '15min'
as $$
    select ml_private.register_feature_view(
        register_feature_view.name, register_feature_view.entity, register_feature_view.source, register_feature_view.event_time, register_feature_view.features,
        register_feature_view.created_time, register_feature_view.ttl, register_feature_view.mode, register_feature_view.description,
        register_feature_view.future, register_feature_view.future_tolerance, register_feature_view.keep_history)
$$;

comment on function ml.register_feature_view(text, text, text, text, jsonb, text, interval, text, text, text, interval, boolean) is
    'Register features over source (schema.table), whose event_time column (timestamptz) says when a row became true and created_time, if any, when it was written. '
    'features: [{"name","type" float64|int64|string|bool,"column","transformation","description"}], 1 to 900. transformation: {"type":"log","offset"} or '
    '{"type":"normalize","method":"z_score"|"min_max"|"robust"}. ttl: age up to which a row is used; null is for ever. mode realtime keeps the online store in the writer''s '
    'transaction and fills it now; batch fills it now and with ml.materialize_feature_view. future: what becomes of a row later than now by more than future_tolerance (5 minutes '
    'unless given): keep waits for its time, refuse fails the write with 22023 future_event, quarantine leaves it out, online and in datasets. keep_history: for a plain table that is updated in place, triggers keep each change from now on and the view reads that (22023 history_unsupported for others). '
    'The same definition again returns the same version, another makes the next. warnings in the reply: source_keeps_no_history. '
    'PT404 unknown entity or source, 22023 unknown column or type, PT409 source that cannot be read, 42501 source that is not allowed. Role engineer.';

create function ml.materialize_feature_view(view text, version integer default null)
returns bigint
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
set statement_timeout = '15min'
as $$ select ml_private.materialize_feature_view(materialize_feature_view.view, materialize_feature_view.version) $$;

comment on function ml.materialize_feature_view(text, integer) is
    'Fill the online store of a view (newest version unless named) from its source anew: for batch views, and for realtime ones after writes that fired no triggers. '
    'Returns the number of entities. PT404 unknown view, PT409 view_retired. Role engineer.';

create function ml.retire_feature_view(view text, version integer)
returns ml.feature_views
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$ select ml_private.retire_feature_view(retire_feature_view.view, retire_feature_view.version) $$;

comment on function ml.retire_feature_view(text, integer) is
    'Take a version out of service: its triggers leave the source and its rows the online store; datasets and models that name it keep their history. '
    'Retiring it again changes nothing. PT404 unknown version. Role engineer.';

create function ml.get_online_features(features text[], entities jsonb, full_feature_names boolean default false)
returns jsonb
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$ select ml_private.get_online_features(get_online_features.features, get_online_features.entities, get_online_features.full_feature_names) $$;

comment on function ml.get_online_features(text[], jsonb, boolean) is
    'Feature values of entities now, after transformation, in the columnar form of Feast''s feature server: {"metadata":{"feature_names":[…]},"results":[{"values","statuses",'
    '"event_timestamps"}]}, one result a name, join keys first, one element an entity. features: view:feature (newest version) or view@2:feature. entities: {"patient_id":[1,2]}, '
    'up to 1000 of one length, 100000 values in all. Statuses PRESENT, NULL_VALUE, NOT_FOUND, OUTSIDE_MAX_AGE; only a PRESENT value is not null. full_feature_names prefixes view__. '
    'PT404 unknown view or feature, PT409 view_not_fitted. Role viewer.';

create function ml.create_training_dataset(
    name text, spine text, features text[], label text, event_time text default 'event_time',
    split jsonb default '{"train":0.7,"test":0.3}', fit boolean default false
)
returns ml.datasets
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
set statement_timeout = '15min'
as $$
    select ml_private.create_training_dataset(
        create_training_dataset.name, create_training_dataset.spine, create_training_dataset.features, create_training_dataset.label,
        create_training_dataset.event_time, create_training_dataset.split, create_training_dataset.fit)
$$;

comment on function ml.create_training_dataset(text, text, text[], text, text, jsonb, boolean) is
    'Join to every row of spine (schema.table with the join keys, event_time and label) the feature values known at its event time, and keep the result. '
    'split: shares of train, validation and test that sum to 1, "method" random (by a hash of seed and entity) or time, "seed". fit: fit normalisation that is not fitted yet on the '
    'train rows. 23505 name taken, 22023 spine rows without time, key or label, or a side left empty, PT409 view_not_fitted. Role engineer.';

create function ml.read_dataset(dataset text, split text default null, after_row bigint default 0, max_rows integer default 5000)
returns jsonb
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$ select ml_private.read_dataset(read_dataset.dataset, read_dataset.split, read_dataset.after_row, read_dataset.max_rows) $$;

comment on function ml.read_dataset(text, text, bigint, integer) is
    'A page of a dataset: {"columns":[…],"rows":[[…]],"next_after","label","label_type","features":[{"ref","column",…}],"content_hash"}. Call again with after_row = next_after until it is '
    'null. split null is all rows; max_rows 1 to 10000. PT404 unknown dataset. Role viewer, or a worker.';

create function ml.get_lineage(kind text, id text, direction text default 'upstream')
returns jsonb
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$ select ml_private.get_lineage(get_lineage.kind, get_lineage.id, get_lineage.direction) $$;

comment on function ml.get_lineage(text, text, text) is
    'All that a thing was made from (upstream) or that was made from it (downstream): {"nodes":[{"kind","id","name"}],"edges":[{"from","to"}]}. kind: source, feature_view, feature, '
    'dataset, run, model_version, deployment; id as text (a source is schema.table). PT404 when nothing is known of it. Role viewer.';

revoke all on function
    ml.allow_source(text, boolean),
    ml.disallow_source(text),
    ml.register_entity(text, jsonb, text),
    ml.register_feature_view(text, text, text, text, jsonb, text, interval, text, text, text, interval, boolean),
    ml.materialize_feature_view(text, integer),
    ml.retire_feature_view(text, integer),
    ml.get_online_features(text[], jsonb, boolean),
    ml.create_training_dataset(text, text, text[], text, text, jsonb, boolean),
    ml.read_dataset(text, text, bigint, integer),
    ml.get_lineage(text, text, text)
    from public;

grant execute on function
    ml.allow_source(text, boolean),
    ml.disallow_source(text),
    ml.register_entity(text, jsonb, text),
    ml.register_feature_view(text, text, text, text, jsonb, text, interval, text, text, text, interval, boolean),
    ml.materialize_feature_view(text, integer),
    ml.retire_feature_view(text, integer),
    ml.get_online_features(text[], jsonb, boolean),
    ml.create_training_dataset(text, text, text[], text, text, jsonb, boolean),
    ml.read_dataset(text, text, bigint, integer),
    ml.get_lineage(text, text, text)
    to authenticated, service_role;
grant execute on function ml.read_dataset(text, text, bigint, integer) to ml_worker;
