-- Which relations may be read as sources and spines, and as whom their views are evaluated.

-- A schema or a schema.table in the spelling that ml.allowed_sources holds.
create or replace function ml_private.check_allowable(source text)
returns text[]
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_parts text[];
begin
    begin
        v_parts := parse_ident(left(check_allowable.source, 300));
    exception when invalid_parameter_value then
        v_parts := null;
    end;
    if coalesce(cardinality(v_parts), 0) not in (1, 2) then
        perform ml_private.raise_invalid(
            format('source must be a schema or schema.table, not %s', coalesce(quote_literal(left(check_allowable.source, 60)), 'null')), 'invalid_source',
            'write sales, or sales.orders; quote names with capitals: sales."Orders"');
    end if;
    if ml_private.is_platform_schema(v_parts[1]) then
        perform ml_private.raise_invalid(format('source %s lies in a schema that the platform owns', check_allowable.source), 'source_refused');
    end if;
    return v_parts;
end
$$;

comment on function ml_private.check_allowable(text) is 'The one or two names of what an admin allows or disallows; 22023 for the platform''s own schemas.';

create or replace function ml_private.is_platform_schema(schema_name text)
returns boolean
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select schema_name ~ '^(pg_|_)' or schema_name ~ '^(timescaledb|supabase)_' or schema_name in (
        'aimatrix_local', 'auth', 'cron', 'extensions', 'graphql', 'graphql_public', 'information_schema', 'ml', 'ml_datasets', 'ml_private',
            'ml_series', 'net',
        'pgbouncer', 'pgmq', 'pgsodium', 'pgsodium_masks', 'realtime', 'repack', 'storage', 'tiger', 'topology', 'vault')
$$;

comment on function ml_private.is_platform_schema(text) is
    'True for schemas that hold credentials, tokens and other people''s files: nothing in them can be a source.';

-- api: admin
create or replace function ml_private.allow_source(source text, functions boolean default false)
returns ml.allowed_sources
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_parts text[];
    v_row ml.allowed_sources;
    v_kind text;
    v_owner text;
begin
    perform ml_private.require_role('admin');
    v_parts := ml_private.check_allowable(allow_source.source);
    if allow_source.functions is null or (allow_source.functions and cardinality(v_parts) = 1) then
        perform ml_private.raise_invalid(
            'functions must be true or false, and true only for one view', 'invalid_argument', 'name the view as schema.view');
    end if;
    select c.relkind::text, r.rolname into v_kind, v_owner
    from pg_catalog.pg_namespace n
    left join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = v_parts[2] and c.relkind in ('r', 'p', 'v', 'm', 'f')
    left join pg_catalog.pg_roles r on r.oid = c.relowner
    where n.nspname = v_parts[1] and (cardinality(v_parts) = 1 or c.oid is not null);
    if not found then
        perform ml_private.raise_unknown(
            'source', allow_source.source, 'what is to be allowed has to exist; a name with capitals is written in quotes');
    end if;
    insert into ml.allowed_sources as a (schema_name, relation_name, functions, relation_kind, relation_owner, allowed_by)
    values (
        v_parts[1], coalesce(v_parts[2], ''), allow_source.functions,
        case when allow_source.functions then v_kind end, case when allow_source.functions then v_owner end, (select auth.uid()))
    on conflict on constraint allowed_sources_schema_name_relation_name_pkey do update
    set functions = excluded.functions, relation_kind = excluded.relation_kind, relation_owner = excluded.relation_owner, allowed_by = excluded.allowed_by
    returning * into v_row;
    return v_row;
end
$$;

comment on function ml_private.allow_source(text, boolean) is
    'Let engineers read a schema, or one schema.table, as a source or spine: what they make of it every viewer reads. functions: let this one view '
    'call functions that are volatile or not the database''s own, which run as ml_reader; of a table, trust its owner: what is in its indexes runs '
    'as the platform''s. It holds for what has the name now, not for another kind or owner. PT404 no such schema or relation, 22023 a schema of the '
    'platform. Role admin.';

-- api: admin
create or replace function ml_private.disallow_source(source text)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_parts text[];
begin
    perform ml_private.require_role('admin');
    v_parts := ml_private.check_allowable(disallow_source.source);
    delete from ml.allowed_sources a where a.schema_name = v_parts[1] and a.relation_name = coalesce(v_parts[2], '');
    if not found then
        perform ml_private.raise_missing(
            format('%s is not in ml.allowed_sources', disallow_source.source), 'source_not_found', 'a table is allowed by its own entry or by its schema''s');
    end if;
end
$$;

comment on function ml_private.disallow_source(text) is
    'Take back what ml.allow_source allowed: no new feature view, dataset or materialisation reads it. Views in service keep their online rows, and '
    'realtime ones go on, until they are retired. PT404 when it is not in ml.allowed_sources. Role admin.';

create or replace function ml_private.check_allowed(schema_name text, relation_name text, what text)
returns void
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (
        select from ml.allowed_sources a
        where a.schema_name = check_allowed.schema_name and a.relation_name in (check_allowed.relation_name, ''))
    then
        -- Before the catalog is asked: who may not read a table does not learn whether it is there.
        perform ml_private.raise_error(
            '42501', format('%s %I.%I is not among the sources that an admin has allowed', what, check_allowed.schema_name, check_allowed.relation_name),
            'source_not_allowed', format('an admin calls ml.allow_source(%L)', format('%I.%I', check_allowed.schema_name, check_allowed.relation_name)));
    end if;
end
$$;

comment on function ml_private.check_allowed(text, text, text) is
    'Refuse a relation that neither has an entry in ml.allowed_sources nor lies in a schema that has one: 42501 source_not_allowed.';
