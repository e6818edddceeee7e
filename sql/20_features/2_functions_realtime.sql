-- Realtime views: triggers on the source that keep the online store inside the writer's transaction.

-- What to do after rows went away (deleted, or changed by an update). Holding the rows' locks, in a statement of its own, BEFORE looking at the source is what makes this right beside
-- other writers: whoever else changes an entity's source rows has written its online row, so we wait for them and the next statement's snapshot sees what they did.
create function ml_private.fallback_sql(view_id bigint, gone_sql text, added_sql text)
returns text
language sql
stable
security definer
set search_path = ''
as $$
    select format($sql$
        with locked as (
            select o.entity_key
            from ml.online_features o
            where o.view_id = %1$s and o.entity_key in (select g.entity_key from (%2$s) g %3$s)
            order by o.entity_key
            for update
        )
        update ml.online_features o
        set written_at = clock_timestamp()
        from locked l
        where o.view_id = %1$s and o.entity_key = l.entity_key;

        v_stale := array(
            select distinct o.entity_key
            from (%2$s) g
            join ml.online_features o on o.view_id = %1$s and o.entity_key = g.entity_key
            where o.event_time = g.event_time and o.created_time is not distinct from g.created_time and o.values = g.values
        );
        if v_stale <> '{}' then
            with newest as (
                select o.entity_key, n.values, n.event_time, n.created_time
                from ml.online_features o
                left join lateral (%4$s and %5$s order by %6$s limit 1) n on true
                where o.view_id = %1$s and o.entity_key = any (v_stale)
            ), removed as (
                delete from ml.online_features o
                using newest n
                where o.view_id = %1$s and o.entity_key = n.entity_key and n.event_time is null
            )
            update ml.online_features o
            set values = n.values, event_time = n.event_time, created_time = n.created_time, written_at = clock_timestamp()
            from newest n
            where o.view_id = %1$s and o.entity_key = n.entity_key and n.event_time is not null;
        end if;$sql$,
        v.id,
        fallback_sql.gone_sql,
        'where g.entity_key not in (select a.entity_key from (' || fallback_sql.added_sql || ') a)',
        ml_private.view_rows_sql(v.id, v.source),
        (
            select string_agg(format('r.%I = (o.entity ->> %L)::%s', k.name, k.name, ml_private.key_cast(k.type)), ' and ')
            from jsonb_to_recordset(e.join_keys) k (name text, type text)
        ),
        ml_private.newest_order_sql(v.id, 'r'))
    from ml.feature_views v
    join ml.entities e on e.id = v.entity_id
    where v.id = fallback_sql.view_id
$$;

comment on function ml_private.fallback_sql(bigint, text, text) is
    'SQL text for a trigger: entities whose online row came from a row that is gone fall back to their next newest source row, or leave the store.';

-- Definer, so that a writer needs no right on the platform. Every branch plans once a session.
create function ml_private.compile_sync(view_id bigint)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_old text := ml_private.view_rows_sql(compile_sync.view_id, 'old_rows');
    v_new text := ml_private.view_rows_sql(compile_sync.view_id, 'new_rows');
begin
    execute format($sql$
create or replace function ml_private.sync_view_%1$s()
returns trigger
language plpgsql
security definer
set search_path = ''
set extra_float_digits = '1'
as $sync$
declare
    v_stale text[];
begin
    if tg_op = 'INSERT' then
        %2$s;
    elsif tg_op = 'UPDATE' then
        %3$s;
        %4$s
    elsif tg_op = 'DELETE' then
        %5$s
    else
        delete from ml.online_features o where o.view_id = %1$s;
    end if;
    return null;
end
$sync$;
revoke all on function ml_private.sync_view_%1$s() from public;
        $sql$,
        compile_sync.view_id,
        ml_private.upsert_sql(compile_sync.view_id, ml_private.newest_rows_sql(compile_sync.view_id, 'new_rows')),
        ml_private.upsert_sql(compile_sync.view_id, format('%s except %s', v_new, v_old)),
        ml_private.fallback_sql(compile_sync.view_id, format('%s except %s', v_old, v_new), format('%s except %s', v_new, v_old)),
        ml_private.fallback_sql(compile_sync.view_id, v_old, null));
end
$$;

comment on function ml_private.compile_sync(bigint) is 'Make the trigger function ml_private.sync_view_<view id>.';

create function ml_private.check_realtime_source(relation oid)
returns void
language plpgsql
stable
security definer
set search_path = ''
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
        execute 'select exists (select from _timescaledb_catalog.hypertable h where format(''%I.%I'', h.schema_name, h.table_name) = $1)' into v_hypertable using v_name;
    end if;
    if v_class.relkind <> 'r' or v_class.relispartition or v_class.relhassubclass or v_class.is_child or v_hypertable then
        -- A statement on a parent does not fire its children's statement triggers, nor the other way round: rows would be missed.
        perform ml_private.raise_invalid(
            format('%s is not a plain table, so no trigger can see all its changes', v_name), 'source_not_realtime',
            'register it with mode batch and call ml.materialize_feature_view');
    end if;
    if not has_table_privilege(relation, 'trigger') then
        perform ml_private.raise_conflict(
            format('the owner of the platform (%s) may not create triggers on %s', current_user, v_name), 'source_not_realtime',
            format('grant trigger on %s to %s', v_name, current_user));
    end if;
end
$$;

comment on function ml_private.check_realtime_source(oid) is 'Refuse a source on which triggers cannot see every change.';

create function ml_private.ensure_newest_index(view_id bigint, relation oid)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_view record;
    v_columns text;
begin
    select v.event_time, e.join_keys into v_view
    from ml.feature_views v
    join ml.entities e on e.id = v.entity_id
    where v.id = ensure_newest_index.view_id;
    if ml_private.has_newest_index(relation, v_view.join_keys, v_view.event_time) then
        return;
    end if;
    select string_agg(format('%I', k.key ->> 'name'), ', ' order by k.n) || format(', %I', v_view.event_time) into v_columns
    from jsonb_array_elements(v_view.join_keys) with ordinality k (key, n);
    if not pg_has_role((select c.relowner from pg_catalog.pg_class c where c.oid = relation), 'usage') then
        perform ml_private.raise_conflict(
            format('%s has no index on (%s) and belongs to another owner', ml_private.relation_name(relation), v_columns), 'index_missing',
            format('create index on %s (%s)', ml_private.relation_name(relation), v_columns));
    end if;
    execute format('create index %I on %s (%s)', format('ml_feature_view_%s_idx', ensure_newest_index.view_id), ml_private.relation_name(relation), v_columns);
end
$$;

comment on function ml_private.ensure_newest_index(bigint, oid) is
    'Without an index on (join keys, event time) every delete would read the whole source: make one where there is none.';

-- Creating a trigger takes a lock that waits for open writers and keeps new ones out until we commit; the backfill is a later statement, so its snapshot sees all they committed.
create function ml_private.start_realtime(view_id bigint, relation oid)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_table text := ml_private.relation_name(relation);
    v_event text;
begin
    perform ml_private.compile_sync(start_realtime.view_id);
    for v_event in select unnest(array['insert', 'update', 'delete', 'truncate']) loop
        execute format(
            'create trigger %I after %s on %s %s for each statement execute function ml_private.%I()',
            format('ml_feature_view_%s_%s', start_realtime.view_id, v_event), v_event, v_table,
            case v_event
                when 'insert' then 'referencing new table as new_rows'
                when 'update' then 'referencing old table as old_rows new table as new_rows'
                when 'delete' then 'referencing old table as old_rows'
                else '' end,
            format('sync_view_%s', start_realtime.view_id));
    end loop;
    perform ml_private.ensure_newest_index(start_realtime.view_id, relation);
end
$$;

comment on function ml_private.start_realtime(bigint, oid) is 'Put a view''s triggers on its source. The source stays locked against writers until the transaction ends.';

revoke all on function
    ml_private.fallback_sql(bigint, text, text),
    ml_private.compile_sync(bigint),
    ml_private.check_realtime_source(oid),
    ml_private.ensure_newest_index(bigint, oid),
    ml_private.start_realtime(bigint, oid)
    from public;
