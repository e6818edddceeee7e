-- How a source is read. A view's functions, casts and operators run as whoever reads the view. Here that is ml_reader, a role that owns nothing and
-- may select from source views only:
-- a function that somebody put into a view must not run with the rights of the platform.

-- row_security off: a view that row-level security would thin out fails instead of looking empty.
create or replace function ml_private.read_source(query text)
returns setof record
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set row_security = off
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_done boolean := false;
begin
    return query execute read_source.query;
    v_done := true;
    raise exception using errcode = 'ML001', message = 'undone';
exception when sqlstate 'ML001' then
    -- Rows that were returned stay; what a function did besides does not. Above all a deferred trigger, which would run at commit, when the role is another.
    if not v_done then
        raise;
    end if;
end
$$;

comment on function ml_private.read_source(text) is
    'The rows of a query, run as ml_reader, who owns this function. Only ml_private.source_rows_sql writes its calls.';

-- The platform's functions run as their owner, who must be a member of ml_reader to give it a function, and inherits the right to call it.
do $$
begin
    grant create on schema ml_private to ml_reader;
    alter function ml_private.read_source(text) owner to ml_reader;
    revoke create on schema ml_private from ml_reader;
end
$$;

create or replace function ml_private.admit_reader(relation oid)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_schema oid := (select c.relnamespace from pg_catalog.pg_class c where c.oid = relation);
    v_name text := ml_private.relation_name(relation);
begin
    if has_schema_privilege('ml_reader', v_schema, 'usage') and has_table_privilege('ml_reader', relation, 'select') then
        return;
    end if;
    -- Two grants on one relation at once would fail with "tuple concurrently updated".
    perform pg_advisory_xact_lock(hashtextextended('ml_reader', 0));
    begin
        if not has_schema_privilege('ml_reader', v_schema, 'usage') then
            execute format('grant usage on schema %I to ml_reader', (select n.nspname from pg_catalog.pg_namespace n where n.oid = v_schema));
        end if;
        if not has_table_privilege('ml_reader', relation, 'select') then
            execute format('grant select on %s to ml_reader', v_name);
        end if;
    exception when insufficient_privilege then
        null; -- Said below, with the remedy.
    end;
    if not (has_schema_privilege('ml_reader', v_schema, 'usage') and has_table_privilege('ml_reader', relation, 'select')) then
        perform ml_private.raise_conflict(
            format('ml_reader, who reads views, may not read %s', v_name), 'source_unreadable',
            format('grant usage on its schema and select on %s to ml_reader', v_name));
    end if;
end
$$;

comment on function ml_private.admit_reader(oid) is 'Let ml_reader select from a relation; PT409 source_unreadable when that is not ours to grant.';

-- Its name is what is read, and its owner may put something else there at any time. Under the lock he cannot, nor change its columns or its owner;
-- what is in it is looked at now.
-- Materialized views and foreign tables are refused by LOCK TABLE; the analysis of a query takes the same lock, keeps it until the transaction ends
-- and runs nothing.
create or replace function ml_private.hold_source(relation oid, columns text[])
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_name text := ml_private.relation_name(relation);
    v_kind text := (select c.relkind from pg_catalog.pg_class c where c.oid = hold_source.relation);
begin
    if v_kind in ('r', 'p', 'v') then
        execute format('lock table %s %s in access share mode', case when v_kind <> 'v' then 'only' else '' end, v_name);
    elsif v_kind in ('m', 'f') then
        -- Statements outlive a cancelled transaction.
        if exists (select from pg_catalog.pg_prepared_statements p where p.name = 'ml_hold_source') then
            deallocate ml_hold_source;
        end if;
        execute format('prepare ml_hold_source as select from %s', v_name);
        deallocate ml_hold_source;
    end if;
    if to_regclass(v_name) is distinct from hold_source.relation then
        perform ml_private.raise_conflict(
            format('a source was renamed or replaced while it was to be read (%s)', coalesce(v_name, 'it is gone')), 'source_renamed', 'call again');
    end if;
    perform ml_private.check_source_trust(relation, 'source');
    perform ml_private.check_known_types(relation, columns);
end
$$;

comment on function ml_private.hold_source(oid, text[]) is
    'Keep a relation what it is until the transaction ends, and hold it and these columns against all that makes a source safe to read. PT409 '
    'source_renamed when its name has come to mean another.';

-- A materialized view is read as ml_reader too.
-- The types of the columns as they are now stand in the text: should they change before it runs, the query fails.
create or replace function ml_private.source_rows_sql(relation oid, columns text[])
returns text
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_name text := ml_private.relation_name(relation);
    v_names text;
    v_definitions text;
begin
    perform ml_private.hold_source(relation, columns);
    if (select c.relkind from pg_catalog.pg_class c where c.oid = relation) not in ('v', 'm') then
        return v_name;
    end if;
    perform ml_private.admit_reader(relation);
    select string_agg(format('%I', a.attname), ', ' order by a.attnum),
        string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' order by a.attnum)
    into v_names, v_definitions
    from pg_catalog.pg_attribute a
    where a.attrelid = relation and a.attnum > 0 and not a.attisdropped and a.attname = any (source_rows_sql.columns);
    return format('(select * from ml_private.read_source(%L) q (%s))', format('select %s from %s', v_names, v_name), v_definitions);
end
$$;

comment on function ml_private.source_rows_sql(oid, text[]) is
    'SQL text of a relation as it stands in a from clause: a table''s name, or these columns of a view or materialized view as ml_reader sees them.';

create or replace function ml_private.view_columns(view_id bigint)
returns text[]
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select array(
        select k.name from jsonb_to_recordset(e.join_keys) k (name text)
        union select v.event_time
        union select v.created_time where v.created_time is not null
        union select 'ml_superseded_at' where v.history_of is not null
        union select f.source_column from ml.features f where f.view_id = v.id
        order by 1)
    from ml.feature_views v
    join ml.entities e on e.id = v.entity_id
    where v.id = view_columns.view_id
$$;

comment on function ml_private.view_columns(bigint) is 'The columns of its source that a view reads, by name.';

-- A column whose type changed since registration may have got a type with a cast of its owner's making, which would run as us.
create or replace function ml_private.check_view_columns(view_id bigint, relation oid)
returns void
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_view record;
begin
    select v.event_time, v.created_time, v.mode, v.retired_at, e.join_keys into v_view
    from ml.feature_views v
    join ml.entities e on e.id = v.entity_id
    where v.id = check_view_columns.view_id;
    perform ml_private.check_join_keys(relation, v_view.join_keys, 'source');
    perform ml_private.check_event_time(relation, v_view.event_time, 'event_time');
    if v_view.created_time is not null then
        perform ml_private.check_event_time(relation, v_view.created_time, 'created_time');
    end if;
    if v_view.mode = 'realtime' and v_view.retired_at is null then
        -- Perhaps it has become a parent since, of tables to whose rows its triggers are blind.
        perform ml_private.check_realtime_source(relation);
    end if;
    if v_view.retired_at is null then
        perform ml_private.check_view_triggers(check_view_columns.view_id);
    end if;
    perform ml_private.check_value_column(relation, f.source_column, f.value_type, 'feature ' || f.name)
    from ml.features f
    where f.view_id = check_view_columns.view_id;
end
$$;

comment on function ml_private.check_view_columns(bigint, oid) is 'Hold the columns of a source against a registered view once more, before they are read.';
