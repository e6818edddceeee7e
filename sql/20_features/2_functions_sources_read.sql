-- A view's functions, casts and operators run as whoever reads the view. Here that is ml_reader, a role that owns nothing and may select from source views only: a function that somebody
-- put into a view must not run with the rights of the platform. Nor must what the owner of a table has put into it: planning a query evaluates functions that stand in its indexes, its
-- statistics and the checks of its partitions. So only tables of the platform's own owner, of a superuser, or that an admin vouches for, are read as they are.

-- row_security off: a view that row-level security would thin out fails instead of looking empty.
create function ml_private.read_source(query text)
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

comment on function ml_private.read_source(text) is 'The rows of a query, run as ml_reader, who owns this function. Only ml_private.source_rows_sql writes its calls.';

-- The platform's functions run as their owner, who must be a member of ml_reader to give it a function, and inherits the right to call it.
revoke all on function ml_private.read_source(text) from public;
grant create on schema ml_private to ml_reader;
alter function ml_private.read_source(text) owner to ml_reader;
revoke create on schema ml_private from ml_reader;

create function ml_private.called_by_view(relation oid)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    with recursive views (oid) as (
        select c.oid from pg_catalog.pg_class c where c.oid = called_by_view.relation and c.relkind = 'v'
        union
        select c.oid
        from views v
        join pg_catalog.pg_rewrite r on r.ev_class = v.oid
        join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_catalog.pg_class'::regclass
        join pg_catalog.pg_class c on c.oid = d.refobjid and c.relkind = 'v'
    ),
    rules as (
        select r.oid, r.ev_action::text as tree from views v join pg_catalog.pg_rewrite r on r.ev_class = v.oid
    ),
    -- Dependencies on the catalog's own functions are not recorded, so those are found in the stored query.
    functions as (
        select m.ids[1]::oid as oid
        from rules r
        cross join regexp_matches(r.tree, ':(?:funcid|opfuncid|aggfnoid|winfnoid) (\d+)', 'g') m (ids)
        union
        select o.oprcode::oid
        from rules r
        cross join regexp_matches(r.tree, ':(?:opno|eqop|sortop) (\d+)', 'g') m (ids)
        join pg_catalog.pg_operator o on o.oid = m.ids[1]::oid
    )
    select c.name
    from (
        select p.oid::regprocedure::text as name
        from functions f
        join pg_catalog.pg_proc p on p.oid = f.oid
        where p.provolatile = 'v' or p.pronamespace <> 'pg_catalog'::regnamespace
        union all
        -- What calls functions without naming them: a domain's checks, operators and the functions of other types.
        select pg_describe_object(d.refclassid, d.refobjid, 0)
        from rules r
        join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = r.oid
        left join pg_catalog.pg_type t on d.refclassid = 'pg_catalog.pg_type'::regclass and t.oid = d.refobjid
        where t.typtype <> 'e'
            or d.refclassid in (
                'pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_operator'::regclass, 'pg_catalog.pg_opclass'::regclass, 'pg_catalog.pg_opfamily'::regclass)
    ) c
    order by c.name
    limit 1
$$;

comment on function ml_private.called_by_view(oid) is
    'The first thing that a view, or a view below it, calls and that is volatile or not the catalog''s own; null for views of nothing but catalog functions, and for tables.';

create function ml_private.check_view_calls(relation oid, what text)
returns void
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_name text := ml_private.relation_name(relation);
    v_called text := ml_private.called_by_view(relation);
begin
    if v_called is not null and not exists (
        select from ml.allowed_sources a where a.functions and format('%I.%I', a.schema_name, a.relation_name) = v_name)
    then
        perform ml_private.raise_error(
            '42501', format('%s %s calls %s, which is volatile or not the database''s own', what, v_name, left(v_called, 200)), 'source_calls_functions',
            format('keep the result in a table or materialized view, or an admin who has read the view calls ml.allow_source(%L, functions => true)', v_name));
    end if;
end
$$;

comment on function ml_private.check_view_calls(oid, text) is 'Refuse a view that calls what an admin has not allowed: 42501 source_calls_functions.';

create function ml_private.admit_reader(relation oid)
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
    if exists (
        select from pg_catalog.pg_class c
        join pg_catalog.pg_roles r on r.rolname = 'ml_reader'
        where c.oid = admit_reader.relation and c.relrowsecurity and not r.rolbypassrls and c.relkind in ('r', 'p'))
    then
        perform ml_private.raise_conflict(
            format('%s belongs to another owner, so it is read as ml_reader, from whom its row-level security hides rows', v_name), 'source_unreadable',
            format('give it to %I, or an admin who trusts its owner calls ml.allow_source(%L, functions => true)', current_user, v_name));
    end if;
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
            format('ml_reader, who reads views and the tables of other owners, may not read %s', v_name), 'source_unreadable',
            format('grant usage on its schema and select on %s to ml_reader', v_name));
    end if;
end
$$;

comment on function ml_private.admit_reader(oid) is 'Let ml_reader select from a relation; PT409 source_unreadable when that is not ours to grant.';

create function ml_private.is_read_in_place(relation oid)
returns boolean
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    with recursive parts (oid) as (
        select is_read_in_place.relation
        union
        select i.inhrelid from parts p join pg_catalog.pg_inherits i on i.inhparent = p.oid
    )
    select (select c.relkind in ('r', 'p') from pg_catalog.pg_class c where c.oid = is_read_in_place.relation)
        and (
            not exists (
                select
                from parts p
                join pg_catalog.pg_class c on c.oid = p.oid
                join pg_catalog.pg_roles r on r.oid = c.relowner
                where not r.rolsuper and r.rolname <> current_user)
            or exists (
                select from ml.allowed_sources a
                where a.functions and format('%I.%I', a.schema_name, a.relation_name) = ml_private.relation_name(is_read_in_place.relation)))
$$;

comment on function ml_private.is_read_in_place(oid) is
    'True for a table that, with its partitions, belongs to the platform''s owner or a superuser, or that is allowed with its functions. All else is read as ml_reader.';

-- Its name is what is read, and its owner may put a view there at any time. Under the lock he cannot, nor change its columns or its owner.
create function ml_private.hold_source(relation oid)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_name text := ml_private.relation_name(relation);
begin
    if v_name is not null and exists (select from pg_catalog.pg_class c where c.oid = hold_source.relation and c.relkind in ('r', 'p')) then
        execute format('lock table only %s in access share mode', v_name);
    end if;
    if to_regclass(v_name) is distinct from hold_source.relation then
        perform ml_private.raise_conflict(format('a source was renamed or replaced while it was to be read (%s)', coalesce(v_name, 'it is gone')), 'source_renamed', 'call again');
    end if;
end
$$;

comment on function ml_private.hold_source(oid) is 'Keep a table what it is until the transaction ends: PT409 source_renamed when its name has come to mean another. All else is read as ml_reader, whatever it is.';

-- The types of the columns as they are now stand in the text: should they change before it runs, the query fails.
create function ml_private.source_rows_sql(relation oid, columns text[])
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
    perform ml_private.hold_source(relation);
    perform ml_private.check_known_types(relation, columns);
    if ml_private.is_read_in_place(relation) then
        return v_name;
    end if;
    perform ml_private.admit_reader(relation);
    select string_agg(format('%I', a.attname), ', ' order by a.attnum), string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' order by a.attnum)
    into v_names, v_definitions
    from pg_catalog.pg_attribute a
    where a.attrelid = relation and a.attnum > 0 and not a.attisdropped and a.attname = any (source_rows_sql.columns);
    return format('(select * from ml_private.read_source(%L) q (%s))', format('select %s from %s', v_names, v_name), v_definitions);
end
$$;

comment on function ml_private.source_rows_sql(oid, text[]) is 'SQL text of a relation as it stands in a from clause: the name of a table that is read in place, or these columns as ml_reader sees them.';

create function ml_private.view_columns(view_id bigint)
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
create function ml_private.check_view_columns(view_id bigint, relation oid)
returns void
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_view record;
begin
    select v.event_time, v.created_time, v.mode, e.join_keys into v_view
    from ml.feature_views v
    join ml.entities e on e.id = v.entity_id
    where v.id = check_view_columns.view_id;
    perform ml_private.check_join_keys(relation, v_view.join_keys, 'source');
    perform ml_private.check_event_time(relation, v_view.event_time, 'event_time');
    if v_view.created_time is not null then
        perform ml_private.check_event_time(relation, v_view.created_time, 'created_time');
    end if;
    if v_view.mode = 'realtime' then
        -- Perhaps it has become a parent since, of tables to whose rows its triggers are blind.
        perform ml_private.check_realtime_source(relation);
    end if;
    perform ml_private.check_value_column(relation, f.source_column, f.value_type, 'feature ' || f.name)
    from ml.features f
    where f.view_id = check_view_columns.view_id;
end
$$;

comment on function ml_private.check_view_columns(bigint, oid) is 'Hold the columns of a source against a registered view once more, before they are read.';

revoke all on function
    ml_private.called_by_view(oid),
    ml_private.check_view_calls(oid, text),
    ml_private.admit_reader(oid),
    ml_private.is_read_in_place(oid),
    ml_private.hold_source(oid),
    ml_private.source_rows_sql(oid, text[]),
    ml_private.view_columns(bigint),
    ml_private.check_view_columns(bigint, oid)
    from public;
