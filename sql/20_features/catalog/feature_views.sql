-- Feature views: register, materialise, retire.
-- api: engineer; timeout 15min
create or replace function ml_private.register_feature_view(
    name text, entity text, source text, event_time text, features jsonb,
    created_time text default null, ttl interval default null, mode text default 'realtime', description text default '',
    future text default 'keep', future_tolerance interval default null, keep_history boolean default false
)
returns ml.feature_views
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_entity ml.entities;
    v_relation oid;
    v_ttl interval;
    v_tolerance interval;
    v_features jsonb;
    v_view ml.feature_views;
begin
    perform ml_private.require_role('engineer');
    perform ml_private.check_name(register_feature_view.name, 'feature view name');
    perform ml_private.check_name(register_feature_view.entity, 'entity name');
    perform ml_private.check_text(register_feature_view.description, 'description');
    if coalesce(register_feature_view.mode, '') not in ('realtime', 'batch') then
        perform ml_private.raise_invalid(
            format('mode must be realtime or batch, not %s', coalesce(quote_literal(left(register_feature_view.mode, 60)), 'null')));
    end if;
    v_ttl := ml_private.check_ttl(register_feature_view.ttl);
    v_tolerance := ml_private.check_future(
        register_feature_view.future, register_feature_view.future_tolerance, register_feature_view.mode, register_feature_view.created_time);
    select * into v_entity from ml.entities e where e.name = register_feature_view.entity;
    if not found then
        perform ml_private.raise_unknown('entity', register_feature_view.entity, 'call ml.register_entity first');
    end if;
    v_relation := ml_private.resolve_source(register_feature_view.source, 'source');
    perform ml_private.check_join_keys(v_relation, v_entity.join_keys, 'source');
    perform ml_private.check_event_time(v_relation, register_feature_view.event_time, 'event_time');
    if register_feature_view.created_time is not null then
        perform ml_private.check_event_time(v_relation, register_feature_view.created_time, 'created_time');
    end if;
    v_features := ml_private.check_feature_definitions(register_feature_view.features, v_relation, v_entity.join_keys);
    perform ml_private.check_history(v_relation, register_feature_view.keep_history,
        array(select c ->> 'column' from jsonb_array_elements(v_features) c union all select k ->> 'name' from jsonb_array_elements(v_entity.join_keys) k)
            || register_feature_view.event_time || register_feature_view.created_time, register_feature_view.event_time, register_feature_view.created_time);
    if register_feature_view.mode = 'realtime' then
        perform ml_private.check_realtime_source(v_relation);
    end if;

    -- One registration of a name at a time: the second finds the first's version and does not make another.
    perform pg_advisory_xact_lock(hashtextextended('ml.feature_views ' || register_feature_view.name, 0));
    select * into v_view
    from ml_private.find_same_view(register_feature_view.name, v_entity.id, jsonb_build_object(
        'source', ml_private.relation_name(v_relation), 'event_time', register_feature_view.event_time, 'created_time', register_feature_view.created_time,
        'ttl', extract(epoch from v_ttl), 'mode', register_feature_view.mode,
        'future', register_feature_view.future, 'future_tolerance', extract(epoch from v_tolerance), 'keep_history', register_feature_view.keep_history,
        'features', (select jsonb_agg(f.feature - 'description' order by f.n) from jsonb_array_elements(v_features) with ordinality f (feature, n))));
    if v_view.id is not null then
        perform ml_private.check_view_triggers(v_view.id);
        return ml_private.describe_view(v_view.id, register_feature_view.description, v_features);
    end if;

    insert into ml.feature_views (
        name, version, entity_id, source, event_time, created_time, ttl, mode, description, future, future_tolerance, warnings, created_by)
    values (
        register_feature_view.name,
        1 + (select coalesce(max(v.version), 0) from ml.feature_views v where v.name = register_feature_view.name),
        v_entity.id, ml_private.relation_name(v_relation), register_feature_view.event_time, register_feature_view.created_time, v_ttl,
        register_feature_view.mode, register_feature_view.description, register_feature_view.future, v_tolerance,
        case when register_feature_view.keep_history then '[]' else ml_private.view_warnings(v_relation, v_entity.join_keys) end, (select auth.uid()))
    returning * into v_view;
    perform ml_private.add_features(v_view.id, v_features);
    perform ml_private.add_lineage('source', v_view.source, 'feature_view', v_view.id::text);
    if register_feature_view.keep_history then
        v_relation := ml_private.start_history(v_view.id, v_relation);
        select * into v_view from ml.feature_views v where v.id = v_view.id;
    end if;
    perform ml_private.start_view(v_view.id, v_relation);
    return v_view;
end
$$;

create or replace function ml_private.add_features(view_id bigint, features jsonb)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_feature_id bigint;
begin
    insert into ml.features (view_id, name, position, value_type, source_column, transformation, description)
    select add_features.view_id, f.feature ->> 'name', f.n, f.feature ->> 'type', f.feature ->> 'column',
        nullif(f.feature -> 'transformation', 'null'), f.feature ->> 'description'
    from jsonb_array_elements(add_features.features) with ordinality f (feature, n)
    order by f.n;
    perform ml_private.add_lineage('feature_view', add_features.view_id::text, 'feature', f.id::text)
    from ml.features f
    where f.view_id = add_features.view_id;
    for v_feature_id in
        select f.id from ml.features f where f.view_id = add_features.view_id and f.transformation ->> 'type' = 'log' order by f.id
    loop
        perform ml_private.compile_transform(v_feature_id);
    end loop;
    perform ml_private.compile_view_transform(add_features.view_id);
end
$$;

comment on function ml_private.add_features(bigint, jsonb) is 'Insert the features of a new view and compile the transformations that need no fitting.';

create or replace function ml_private.start_view(view_id bigint, relation oid)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        -- The backfill would read a snapshot older than the triggers: what others committed in between would be missing.
        perform ml_private.raise_conflict(
            format('a feature view cannot be filled in a %s transaction', current_setting('transaction_isolation')), 'isolation_unsupported',
                'use read committed');
    end if;
    if exists (select from ml.feature_views v where v.id = start_view.view_id and (v.mode = 'realtime' or v.history_of is not null)) then
        perform ml_private.compile_newest(start_view.view_id);
    end if;
    if exists (select from ml.feature_views v where v.id = start_view.view_id and v.mode = 'realtime') then
        perform ml_private.start_realtime(start_view.view_id, relation);
    end if;
    perform ml_private.fill_view(start_view.view_id);
end
$$;

comment on function ml_private.start_view(bigint, oid) is 'Put a new view into service: triggers first, then the backfill.';

create or replace function ml_private.fill_view(view_id bigint)
returns bigint
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set extra_float_digits = '1'
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_source text;
    v_now timestamptz := ml_private.online_clock();
    v_rows bigint;
    v_relation oid := ml_private.resolve_source((select v.source from ml.feature_views v where v.id = fill_view.view_id), 'source');
begin
    perform ml_private.hold_source(v_relation, ml_private.view_columns(fill_view.view_id));
    perform ml_private.check_view_columns(fill_view.view_id, v_relation);
    v_source := ml_private.source_rows_sql(v_relation, ml_private.view_columns(fill_view.view_id));
    -- Pending rows first, as everywhere: a promotion under way ends before the online rows go.
    delete from ml_private.online_pending p where p.view_id = fill_view.view_id;
    delete from ml.online_features o where o.view_id = fill_view.view_id;
    execute coalesce(ml_private.quarantine_sql(fill_view.view_id, v_source), 'select');
    execute ml_private.upsert_pending_sql(fill_view.view_id, format(
        '%s and not (%s)', ml_private.view_rows_sql(fill_view.view_id, v_source), ml_private.due_sql(fill_view.view_id, 'r', '$1'))) using v_now;
    execute ml_private.upsert_sql(fill_view.view_id, ml_private.newest_rows_sql(fill_view.view_id, v_source, '$1')) using v_now;
    get diagnostics v_rows = row_count;
    return v_rows;
end
$$;

comment on function ml_private.fill_view(bigint) is
    'Fill the online store of a view from its source; returns the number of entities. Writers of a realtime source must be locked out.';

create or replace function ml_private.find_view(view text, version integer default null)
returns ml.feature_views
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_view ml.feature_views;
begin
    perform ml_private.check_name(find_view.view, 'feature view name');
    select * into v_view
    from ml.feature_views v
    where v.name = find_view.view and (v.version = find_view.version or (find_view.version is null and v.retired_at is null))
    order by v.version desc
    limit 1;
    if not found then
        perform ml_private.raise_unknown('feature view', find_view.view || coalesce('@' || find_view.version, ''), 'call ml.register_feature_view first');
    end if;
    return v_view;
end
$$;

comment on function ml_private.find_view(text, integer) is 'The named version, or without one the newest that is not retired; PT404 otherwise.';

-- api: engineer; timeout 15min
create or replace function ml_private.materialize_feature_view(view text, version integer default null)
returns bigint
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_view ml.feature_views;
begin
    perform ml_private.require_role('engineer');
    v_view := ml_private.find_view(materialize_feature_view.view, materialize_feature_view.version);
    -- The view's row lock keeps two refreshes and a retirement apart; retire_feature_view takes it before all else.
    select * into v_view from ml.feature_views v where v.id = v_view.id for no key update;
    if v_view.retired_at is not null then
        perform ml_private.raise_conflict(format('feature view %s@%s is retired', v_view.name, v_view.version), 'view_retired', 'register it again');
    end if;
    if current_setting('transaction_isolation') <> 'read committed' then
        perform ml_private.raise_conflict(
            format('a feature view cannot be filled in a %s transaction', current_setting('transaction_isolation')), 'isolation_unsupported',
                'use read committed');
    end if;
    perform ml_private.resolve_source(v_view.source, 'source');
    if v_view.history_of is not null then
        perform ml_private.reconcile_history(v_view.id);
    end if;
    if v_view.mode = 'realtime' then
        execute format('lock table %s in share row exclusive mode', v_view.source);
    end if;
    return ml_private.fill_view(v_view.id);
end
$$;

comment on function ml_private.materialize_feature_view(text, integer) is
    'Fill the online store of a view (newest version unless named) from its source anew: for batch views, and for realtime ones after writes that '
    'fired no triggers, which a history then gets too. Returns the number of entities. PT404 unknown view, PT409 view_retired. Role engineer.';

-- api: engineer
create or replace function ml_private.retire_feature_view(view text, version integer)
returns ml.feature_views
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_view ml.feature_views;
begin
    perform ml_private.require_role('engineer');
    if retire_feature_view.version is null then
        perform ml_private.raise_invalid('version must be a whole number, not null');
    end if;
    v_view := ml_private.find_view(retire_feature_view.view, retire_feature_view.version);
    -- The view's row first, as registration, materialisation and promotion take it: whichever of them is under way ends before anything is taken down,
    -- and whichever comes later finds the view retired.
    perform from ml.feature_views v where v.id = v_view.id for no key update;
    perform ml_private.drop_triggers(v_view.id);
    delete from ml_private.online_pending p where p.view_id = v_view.id;
    delete from ml.online_features o where o.view_id = v_view.id;
    update ml.feature_views v set retired_at = coalesce(v.retired_at, now()) where v.id = v_view.id returning * into v_view;
    return v_view;
end
$$;

comment on function ml_private.retire_feature_view(text, integer) is
    'Take a version out of service: its triggers leave the source and its rows the online store; datasets and models that name it keep their history. '
    'Retiring it again changes nothing. PT404 unknown version. Role engineer.';
comment on function ml_private.register_feature_view(text, text, text, text, jsonb, text, interval, text, text, text, interval, boolean) is
    'Register features over source (schema.table), whose event_time column (timestamptz) says when a row became true and created_time, if any, when '
    'it was written. features: [{"name","type" float64|int64|string|bool,"column","transformation","description"}], 1 to 900. transformation: '
    '{"type":"log","offset"} or {"type":"normalize","method":"z_score"|"min_max"|"robust"}. ttl: age up to which a row is used; null is for ever. '
    'mode realtime keeps the online store in the writer''s transaction and fills it now; batch fills it now and with ml.materialize_feature_view. '
    'future: what becomes of a row later than now by more than future_tolerance (5 minutes unless given): keep waits for its time, refuse fails the '
    'write with 22023 future_event, quarantine leaves it out, online and in datasets. keep_history: for a plain table with a primary key that is '
    'updated in place, triggers keep each change from now on and the view reads that (22023 history_unsupported for others). The same definition '
    'again returns the same version, another makes the next. warnings in the reply: source_keeps_no_history. PT404 unknown entity or source, 22023 '
    'unknown column or type, PT409 source that cannot be read, 42501 source that is not allowed. Role engineer.';
