-- What triggers on a source need of it, and what they hold against the view's registration in each call: columns and names change at any time.

-- In each trigger call, because a table's owner may give a column a type of his own, with a cast of his own, at any time. Other types of the catalog
-- are no danger.
create or replace function ml_private.check_column_types(relation oid, names text[], types text[])
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_name text;
begin
    select a.attname into v_name
    from unnest(check_column_types.names, check_column_types.types) e (name, type)
    join pg_catalog.pg_attribute a on a.attrelid = relation and a.attname = e.name
    where case
        -- The name may have come to mean another kind of type.
        when a.atttypid >= 16384 then a.atttypid is distinct from to_regtype(e.type) or not ml_private.is_known_type(a.atttypid)
        -- A time without a zone would be read in each writer's own.
        else e.type = 'timestamp with time zone' and a.atttypid <> 'timestamptz'::regtype end
    limit 1;
    if found then
        perform ml_private.raise_conflict(
            format('column %I of %s got another type since a feature view was registered on it', v_name, ml_private.relation_name(relation)), 'type_mismatch',
            'give it that type back, or retire the feature views that read it');
    end if;
end
$$;

comment on function ml_private.check_column_types(oid, text[], text[]) is
    'Refuse a column that is not of its type at registration, nor of one of the database''s own (whose oids are below 16384): PT409.';

create or replace function ml_private.is_known_type(type oid)
returns boolean
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with recursive types (oid) as (
        select is_known_type.type
        union
        select t.typbasetype from types y join pg_catalog.pg_type t on t.oid = y.oid where t.typtype = 'd'
    )
    select bool_and(y.oid < 16384 or t.typtype in ('d', 'e')) from types y join pg_catalog.pg_type t on t.oid = y.oid
$$;

comment on function ml_private.is_known_type(oid) is 'Whether a type, below any domain, is the database''s own or an enum.';

create or replace function ml_private.check_known_types(relation oid, columns text[])
returns void
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_name text;
begin
    select a.attname into v_name
    from pg_catalog.pg_attribute a
    where a.attrelid = check_known_types.relation and a.attnum > 0 and not a.attisdropped and a.attname = any (check_known_types.columns)
        and not ml_private.is_known_type(a.atttypid)
    limit 1;
    if found then
        perform ml_private.raise_conflict(
            format('column %I of %s has a type that is not the database''s own', v_name, ml_private.relation_name(relation)), 'type_mismatch',
            'give it a type of the database');
    end if;
end
$$;

comment on function ml_private.check_known_types(oid, text[]) is
    'Refuse columns whose type, below any domain, is neither the database''s own nor an enum: reading them would call the casts of its maker. PT409 '
    'type_mismatch.';

-- A trigger reads its source by name. A table that was renamed since is not what stands there now: another's view may. And one that was given away
-- has the new owner's indexes.
create or replace function ml_private.check_source_name(relation oid, source text, owner oid)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if to_regclass(check_source_name.source) is distinct from check_source_name.relation then
        perform ml_private.raise_conflict(
            format('%s was called %s when a feature view was registered on it', ml_private.relation_name(relation), check_source_name.source), 'source_renamed',
            'give it its name back, or retire the feature views that read it');
    elsif check_source_name.owner <> (select c.relowner from pg_catalog.pg_class c where c.oid = check_source_name.relation)
        and (ml_private.find_untrusted(relation)).name is not null
    then
        perform ml_private.raise_conflict(
            format('%s got another owner since a feature view was registered on it', check_source_name.source), 'source_owner',
            format(
                'give it back, an admin who trusts its owner calls ml.allow_source(%L, functions => true), or retire the feature views that read it',
                check_source_name.source));
    end if;
end
$$;

comment on function ml_private.check_source_name(oid, text, oid) is
    'Refuse a write to a source that has another name or owner than at registration: PT409 source_renamed, source_owner.';

create or replace function ml_private.check_types_sql(view_id bigint, relation oid)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select format('perform ml_private.check_column_types(tg_relid, %L, %L);', array_agg(a.attname order by a.attname),
        array_agg(format_type(a.atttypid, null) order by a.attname))
    from ml.feature_views v
    join pg_catalog.pg_attribute a on a.attrelid = check_types_sql.relation and a.attname = any (ml_private.view_columns(v.id)) and not a.attisdropped
    where v.id = check_types_sql.view_id
$$;

comment on function ml_private.check_types_sql(bigint, oid) is 'SQL text for a trigger on a relation: check the types of the columns that a view reads.';

-- What committed after a transaction's snapshot was taken is hidden from it, a registration and the rows that it filled among it: its deletes would
-- find nothing to take back.
create or replace function ml_private.check_snapshot(view_id bigint, operation text)
returns void
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if current_setting('transaction_isolation') = 'read committed' then
        return;
    end if;
    if not exists (select from ml.feature_views v where v.id = check_snapshot.view_id) then
        perform ml_private.raise_error(
            '40001', 'could not serialize access: a feature view was registered on the table since the transaction began', 'serialization_failure',
                'begin the transaction again');
    end if;
    if check_snapshot.operation = 'TRUNCATE' then
        -- It takes rows that the snapshot does not show.
        perform ml_private.raise_conflict(
            format('a table that a feature view reads cannot be truncated in a %s transaction', current_setting('transaction_isolation')),
                'isolation_unsupported',
            'use read committed, or delete the rows');
    end if;
end
$$;

comment on function ml_private.check_snapshot(bigint, text) is
    'Refuse writes of a transaction that cannot see all that it would have to change: 40001, PT409 isolation_unsupported.';

create or replace function ml_private.check_realtime_source(
    relation oid, code text default 'source_not_realtime', hint text default 'register it with mode batch and call ml.materialize_feature_view'
)
returns void
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_class record;
    v_name text := ml_private.relation_name(relation);
    v_hypertable boolean := false;
begin
    select c.relkind, c.relpersistence, c.relowner, c.relispartition, c.relhassubclass,
        exists (select from pg_catalog.pg_inherits i where i.inhrelid = c.oid) as is_child
    into v_class
    from pg_catalog.pg_class c
    where c.oid = relation;
    -- A hypertable looks like a plain table until it has chunks, and its retention drops them without firing a trigger.
    if to_regclass('_timescaledb_catalog.hypertable') is not null then
        execute 'select exists (select from _timescaledb_catalog.hypertable h where format(''%I.%I'', h.schema_name, h.table_name) = $1)'
            into v_hypertable using v_name;
    end if;
    if v_class.relkind <> 'r' or v_class.relispartition or v_class.relhassubclass or v_class.is_child or v_hypertable then
        -- A statement on a parent does not fire its children's statement triggers, nor the other way round: rows would be missed.
        perform ml_private.raise_invalid(
            format('%s is not a plain table, so no trigger can see all its changes', v_name), check_realtime_source.code,
            check_realtime_source.hint);
    end if;
    if not has_table_privilege(relation, 'trigger') then
        perform ml_private.raise_conflict(
            format('the owner of the platform (%s) may not create triggers on %s', current_user, v_name), check_realtime_source.code,
            format('grant trigger on %s to %s', v_name, current_user));
    end if;
end
$$;

comment on function ml_private.check_realtime_source(oid, text, text) is 'Refuse a source on which triggers cannot see every change.';

create or replace function ml_private.check_view_triggers(view_id bigint)
returns void
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_view ml.feature_views := (select v from ml.feature_views v where v.id = check_view_triggers.view_id);
    v_missing record;
begin
    select w.source, w.prefix into v_missing
    from (
        select v_view.source, format('ml_feature_view_%s', v_view.id), format('sync_view_%s', v_view.id) where v_view.mode = 'realtime'
        union all
        select v_view.history_of, format('ml_history_%s', v_view.id), format('keep_history_%s', v_view.id) where v_view.history_of is not null
    ) w (source, prefix, function_name)
    where (
        select count(*)
        from pg_catalog.pg_trigger t
        join pg_catalog.pg_proc p on p.oid = t.tgfoid
        where t.tgrelid = to_regclass(w.source) and p.pronamespace = 'ml_private'::regnamespace and p.proname = w.function_name and t.tgenabled in ('O', 'A')
    ) <> 4
    limit 1;
    if found then
        perform ml_private.raise_conflict(
            format('%s is not the table on which feature view %s@%s was registered, or has lost the triggers that follow its changes',
                v_missing.source, v_view.name, v_view.version),
            'source_replaced', format('retire version %s and register the view again', v_view.version));
    end if;
    if v_view.history_of is not null then
        perform ml_private.check_realtime_source(v_view.history_of::regclass, 'history_unsupported', 'make it a plain table again, or retire the view');
    end if;
end
$$;

comment on function ml_private.check_view_triggers(bigint) is
    'Refuse a view whose source, or the table of its history, does not have its four triggers, as after drop and create: PT409 source_replaced.';

-- In each trigger call: the writer of the source is told what to do, not that a query of the platform's failed.
create or replace function ml_private.check_history_columns(relation oid, names text[], types text[])
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_name text;
begin
    select n.name into v_name
    from unnest(check_history_columns.names) n (name)
    where not exists (select from pg_catalog.pg_attribute a where a.attrelid = relation and a.attname = n.name and a.attnum > 0 and not a.attisdropped)
    order by n.name
    limit 1;
    if found then
        perform ml_private.raise_conflict(
            format('%s has no column %I any more, of which a feature view keeps the history', ml_private.relation_name(relation), v_name), 'column_missing',
            'put the column back, or retire the feature views that read it');
    end if;
    -- An assignment would cast what came of another type, and round or shift it.
    select n.name into v_name
    from unnest(check_history_columns.names, check_history_columns.types) n (name, type)
    join pg_catalog.pg_attribute a on a.attrelid = relation and a.attname = n.name
    where a.atttypid is distinct from to_regtype(n.type)
    order by n.name
    limit 1;
    if found then
        perform ml_private.raise_conflict(
            format('%s.%I has another type than when a feature view began to keep its history', ml_private.relation_name(relation), v_name), 'type_mismatch',
            'change the type back, or retire the feature views that read it');
    end if;
end
$$;

comment on function ml_private.check_history_columns(oid, text[], text[]) is
    'Refuse a write to a source that lost a column of which a history is kept, or changed its type: PT409 column_missing, type_mismatch.';
