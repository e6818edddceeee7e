-- Reading the catalog about sources: which relation a caller names, what its columns hold, how a column becomes a feature value.

-- The platform's own schemas hold credentials, tokens and other people's files; a feature view would hand them to every member.
create or replace function ml_private.resolve_source(source text, what text)
returns oid
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_parts text[];
    v_relation record;
    v_origin text;
begin
    if resolve_source.source is null or length(source) > 300 then
        perform ml_private.raise_invalid(format('%s must be schema.table, not %s', what, coalesce(quote_literal(left(source, 60)) || '…', 'null')));
    end if;
    begin
        v_parts := parse_ident(source);
    exception when invalid_parameter_value then
        v_parts := null;
    end;
    if cardinality(v_parts) is distinct from 2 then
        perform ml_private.raise_invalid(
            format('%s must be schema.table, not %L', what, source), 'invalid_source',
                'write public.measurements; quote names with capitals: public."Measurements"');
    end if;
    if what = 'source' and v_parts[1] = 'ml_private' then
        -- A history may be read as long as its table may.
        select v.history_of into v_origin from ml.feature_views v where v.history_of is not null and v.source = resolve_source.source;
        if found then
            v_parts := parse_ident(v_origin);
            perform ml_private.check_allowed(v_parts[1], v_parts[2], what);
            return resolve_source.source::regclass;
        end if;
    end if;
    if ml_private.is_platform_schema(v_parts[1]) then
        perform ml_private.raise_invalid(
            format('%s %s lies in a schema that the platform owns', what, source), 'source_refused',
                'copy what you need into a table or view of your own schema');
    end if;
    perform ml_private.check_allowed(v_parts[1], v_parts[2], what);
    select c.oid, c.relkind into v_relation
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = v_parts[1] and c.relname = v_parts[2] and c.relkind in ('r', 'p', 'v', 'm', 'f');
    if not found then
        perform ml_private.raise_unknown(
            'source', source,
            'create it first, or look for another spelling: a name with capitals is written in quotes');
    end if;
    if not has_table_privilege(v_relation.oid, 'select') or row_security_active(v_relation.oid) then
        perform ml_private.raise_conflict(
            format('the owner of the platform (%s) cannot read every row of %s', current_user, source), 'source_unreadable',
            format('grant select on it to %s, which must be exempt from its row-level security', current_user));
    end if;
    perform ml_private.check_source_trust(v_relation.oid, what);
    return v_relation.oid;
end
$$;

comment on function ml_private.resolve_source(text, text) is
    'The relation named schema.table, which must be an allowed source and readable. PT404, PT409, 22023 or 42501.';

create or replace function ml_private.relation_name(relation oid)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
set quote_all_identifiers = off
as $$
    select format('%I.%I', n.nspname, c.relname)
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.oid = relation_name.relation
$$;

comment on function ml_private.relation_name(oid) is 'schema.table, quoted where needed, whatever the search path.';

create or replace function ml_private.column_type(relation oid, column_name text, what text)
returns text
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_type oid;
    v_found record;
begin
    if column_type.column_name like 'ml %' then
        perform ml_private.raise_invalid(
            format('%s: %I: names that begin with "ml " are the platform''s own', what, left(column_type.column_name, 130)), 'reserved_name',
                'rename the column, or use a view that does');
    end if;
    select a.atttypid into v_type
    from pg_catalog.pg_attribute a
    where a.attrelid = relation and a.attname = column_type.column_name and a.attnum > 0 and not a.attisdropped;
    if not found then
        perform ml_private.raise_invalid(
            format('%s: %s has no column %s', what, ml_private.relation_name(relation), coalesce(quote_ident(left(column_type.column_name, 130)), 'null')),
            'unknown_column',
            format('its columns are %s', (
                select left(string_agg(a.attname, ', ' order by a.attnum), 500)
                from pg_catalog.pg_attribute a
                where a.attrelid = relation and a.attnum > 0 and not a.attisdropped)));
    end if;
    loop
        select t.typtype, t.typbasetype, t.typname, t.typnamespace into v_found from pg_catalog.pg_type t where t.oid = v_type;
        exit when v_found.typtype <> 'd';
        v_type := v_found.typbasetype;
    end loop;
    -- By schema too: the casts of a type that is merely called float8 are its maker's functions.
    return case
        when v_found.typtype = 'e' then 'enum'
        when v_found.typnamespace = 'pg_catalog'::regnamespace then v_found.typname
        else format_type(v_type, null) end;
end
$$;

comment on function ml_private.column_type(oid, text, text) is
    'The catalog name of a column''s type (domains resolved, enums as enum), schema-qualified when it is not the catalog''s; 22023 when there is no '
    'such column.';

create or replace function ml_private.check_event_time(relation oid, column_name text, what text)
returns void
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_type text := ml_private.column_type(relation, column_name, what);
begin
    if v_type <> 'timestamptz' then
        -- Any other type would take the session's time zone, so two sessions would join differently.
        perform ml_private.raise_invalid(
            format('%s: column %I of %s must be timestamptz, it is %s', what, column_name, ml_private.relation_name(relation), v_type), 'type_mismatch',
            'alter the column, or use a view that casts it');
    end if;
end
$$;

comment on function ml_private.check_event_time(oid, text, text) is 'Refuse a time column that is not timestamptz.';

create or replace function ml_private.check_join_keys(relation oid, join_keys jsonb, what text)
returns void
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_key record;
    v_type text;
begin
    for v_key in select k.name, k.type from jsonb_to_recordset(check_join_keys.join_keys) k (name text, type text) loop
        v_type := ml_private.column_type(relation, v_key.name, format('%s join key', what));
        if not (case v_key.type
            when 'int64' then v_type in ('int2', 'int4', 'int8')
            when 'string' then v_type in ('text', 'varchar')
            else v_type = 'uuid' end)
        then
            perform ml_private.raise_invalid(
                format('%s join key %s: the column is %s, the entity says %s', what, v_key.name, v_type, v_key.type), 'type_mismatch',
                'int64 takes smallint, integer and bigint; string takes text and varchar; uuid takes uuid');
        end if;
        -- Entity keys are told by their bytes; to such a collation two of them may be one.
        if exists (
            select
            from pg_catalog.pg_attribute a
            join pg_catalog.pg_collation c on c.oid = a.attcollation
            where a.attrelid = check_join_keys.relation and a.attname = v_key.name and not c.collisdeterministic
        ) then
            perform ml_private.raise_invalid(
                format('%s join key %s: its collation is not deterministic', what, v_key.name), 'collation_unsupported',
                'use a view with the column collated otherwise, as in: select lower(name) collate "C" as name');
        end if;
    end loop;
end
$$;

comment on function ml_private.check_join_keys(oid, jsonb, text) is 'Refuse a relation that lacks a join key column of a fitting type.';

create or replace function ml_private.check_value_column(relation oid, column_name text, value_type text, what text)
returns void
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_type text := ml_private.column_type(relation, column_name, what);
begin
    if not (case check_value_column.value_type
        when 'float64' then v_type in ('int2', 'int4', 'int8', 'float4', 'float8', 'numeric')
        when 'int64' then v_type in ('int2', 'int4', 'int8')
        when 'string' then v_type in ('text', 'varchar', 'bpchar', 'uuid', 'enum')
        else v_type = 'bool' end)
    then
        perform ml_private.raise_invalid(
            format('%s: column %I of %s is %s, which does not hold %s', what, column_name, ml_private.relation_name(relation), v_type, value_type),
                'type_mismatch',
            'float64 takes any number, int64 whole numbers, string text, uuid and enums, bool boolean');
    end if;
end
$$;

comment on function ml_private.check_value_column(oid, text, text, text) is 'Refuse a column whose type cannot become the feature''s value type.';

-- NaN, infinities and magnitudes beyond 1e150 count as missing, here and nowhere else: online and offline agree, and no later
-- arithmetic (variance, scaling) can overflow into an error inside the writer's transaction. Written out and not called: 30 calls a row cost more than the row.
create or replace function ml_private.value_expression(column_expression text, column_type text, value_type text)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select case
        when value_type = 'int64' then format('%s::bigint', column_expression)
        -- Not a cast: the owner of an enum may have made one to text, a function of his own.
        when value_expression.column_type = 'enum' then format('case when %1$s is not null then pg_catalog.concat(%1$s) end', column_expression)
        when value_type = 'string' then format('%s::text', column_expression)
        when value_type = 'bool' then format('%s::boolean', column_expression)
        when value_expression.column_type in ('int2', 'int4', 'int8') then format('%s::double precision', column_expression)
        when value_expression.column_type = 'numeric' then format(
            'case when abs(%1$s) < 1e-300 then 0::double precision when abs(%1$s) <= 1e150 then %1$s::double precision end', column_expression)
        else format('case when abs(%1$s::double precision) <= 1e150::double precision then %1$s::double precision end', column_expression)
    end
$$;

comment on function ml_private.value_expression(text, text, text) is
    'The SQL expression that turns a source column into a raw feature value; unusable numbers become null.';

-- An index entry holds 2,704 bytes: rows whose keys do not fit into one do not count, and an index that leaves them out does not fail their insert.
create or replace function ml_private.key_fits_sql(join_keys jsonb, alias text default null)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select string_agg(format('octet_length(%s%I)', key_fits_sql.alias || '.', k.name), ' + ' order by k.name) || ' <= 2000'
    from jsonb_to_recordset(key_fits_sql.join_keys) k (name text, type text)
    where k.type = 'string'
$$;

comment on function ml_private.key_fits_sql(jsonb, text) is 'SQL text of whether the join keys of a row fit into an index entry; null where none is a string.';

-- An index on exactly the join keys (in any order) followed by the event time: then "newest row of this entity up to this time" is one descent. Of the
-- columns' own collations: by another one text cannot be looked up.
create or replace function ml_private.has_newest_index(relation oid, join_keys jsonb, event_time text)
returns boolean
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
set quote_all_identifiers = off
as $$
    with wanted as (
        select
            array_agg(a.attnum order by a.attnum) as keys,
            (select t.attnum from pg_catalog.pg_attribute t where t.attrelid = has_newest_index.relation and t.attname = has_newest_index.event_time) as time
        from jsonb_to_recordset(has_newest_index.join_keys) k (name text)
        join pg_catalog.pg_attribute a on a.attrelid = has_newest_index.relation and a.attname = k.name
    )
    select exists (
        select
        from pg_catalog.pg_index i
        join pg_catalog.pg_class c on c.oid = i.indexrelid
        join pg_catalog.pg_am m on m.oid = c.relam
        cross join lateral (
            select string_to_array(i.indkey::text, ' ')::smallint[] as columns, string_to_array(i.indcollation::text, ' ')::oid[] as collations
        ) x
        where i.indrelid = has_newest_index.relation
            and m.amname = 'btree' and i.indisvalid
            and coalesce(regexp_replace(pg_get_expr(i.indpred, i.indrelid), '[() ]|::text', '', 'g')
                = regexp_replace(ml_private.key_fits_sql(has_newest_index.join_keys), '[() ]', '', 'g'), i.indpred is null)
            and i.indnkeyatts > cardinality(w.keys)
            and x.columns[cardinality(w.keys) + 1] = w.time
            and (select array_agg(u order by u) from unnest(x.columns[1:cardinality(w.keys)]) u) = w.keys
            and not exists (
                select
                from unnest(x.columns[1:cardinality(w.keys)], x.collations[1:cardinality(w.keys)]) u (attnum, indexed)
                join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = u.attnum
                where a.attcollation <> u.indexed)
    )
    from wanted w
$$;

comment on function ml_private.has_newest_index(oid, jsonb, text) is
    'True when a btree index on (join keys in any order, event time, …) exists, full or of all rows whose keys fit into it.';
