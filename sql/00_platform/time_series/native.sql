-- The native form: a table partitioned by range of time, partitions in ml_series, and a default partition for rows of any other time.

create or replace function ml_private.make_partitioned(schema_name text, table_name text, time_column text)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_old regclass := to_regclass(format('%I.%I', make_partitioned.schema_name, make_partitioned.table_name));
    v_new text := format('%I.%I', make_partitioned.schema_name, 'time_series_' || v_old::oid);
    v_name text := format('%I.%I', make_partitioned.schema_name, make_partitioned.table_name);
    v_before text[];
    v_after text[];
    v_statement text;
begin
    -- Definitions are read as text while the table still has its name, and run again on the new table of that name.
    v_before := ml_private.time_series_detach_statements(v_old);
    v_after := ml_private.time_series_rebuild_statements(v_old);
    execute format(
        'create table %s (like %s including all excluding indexes) partition by range (%I)', v_new, v_old, make_partitioned.time_column);
    foreach v_statement in array v_before loop
        execute v_statement;
    end loop;
    begin
        execute format('drop table %s', v_old);
    exception when dependent_objects_still_exist then
        perform ml_private.raise_invalid(
            format('%s cannot become a time series: something depends on it', v_name), 'unsuitable_table', 'create views after as_time_series');
    end;
    execute format('alter table %s rename to %I', v_new, make_partitioned.table_name);
    foreach v_statement in array v_after loop
        execute v_statement;
    end loop;
    execute format(
        'create table ml_series.%I partition of %s default%s',
        ml_private.time_partition_name(make_partitioned.schema_name, make_partitioned.table_name, 'default'), v_name,
        (
            select ' with (' || array_to_string(s.storage_options, ', ') || ')'
            from ml_private.time_series s
            where s.schema_name = make_partitioned.schema_name and s.table_name = make_partitioned.table_name
        ));
end
$$;

comment on function ml_private.make_partitioned(text, text, text) is
    'Replace an empty table by a partitioned one of the same definition, with a default partition.';

create or replace function ml_private.time_series_detach_statements(old regclass)
returns text[]
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(array_agg(format('alter sequence %s owned by none', d.objid::regclass)), '{}')
    from pg_catalog.pg_depend d
    join pg_catalog.pg_class s on s.oid = d.objid and s.relkind = 'S'
    where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass
        and d.refobjid = time_series_detach_statements.old and d.deptype = 'a'
$$;

comment on function ml_private.time_series_detach_statements(regclass) is 'Statements that keep a table''s serial sequences from going with it.';

create or replace function ml_private.time_series_access_statements(old regclass)
returns table (step integer, key text, statement text)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with t as (
        select c.*, format('%I.%I', n.nspname, c.relname) as name
        from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.oid = time_series_access_statements.old
    ),
    -- An acl of null means the defaults, which the new table has as well.
    privileges as (
        select t.name, t.relowner, '' as column_list, a.* from t cross join lateral aclexplode(t.relacl) a
        union all
        select t.name, t.relowner, format(' (%I)', c.attname), a.*
        from t
        join pg_catalog.pg_attribute c on c.attrelid = t.oid and not c.attisdropped
        cross join lateral aclexplode(c.attacl) a
    )
    select 20, '', format('alter table %s enable row level security', t.name) from t where t.relrowsecurity
    union all
    select 21, '', format('alter table %s force row level security', t.name) from t where t.relforcerowsecurity
    union all
    select 22, p.polname::text, format(
        'create policy %I on %s as %s for %s to %s%s%s',
        p.polname, t.name,
        case when p.polpermissive then 'permissive' else 'restrictive' end,
        case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
        (select string_agg(case r when 0 then 'public' else quote_ident(pg_get_userbyid(r)) end, ', ') from unnest(p.polroles) r),
        ' using (' || pg_get_expr(p.polqual, p.polrelid) || ')',
        ' with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')'
    )
    from t join pg_catalog.pg_policy p on p.polrelid = t.oid
    union all
    select 23, p.column_list || p.privilege_type || p.grantee, format(
        'grant %s%s on %s to %s%s',
        p.privilege_type, p.column_list, p.name,
        case p.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(p.grantee)) end,
        case when p.is_grantable then ' with grant option' else '' end
    )
    from privileges p
    where p.grantee <> p.relowner
    union all
    select 24, '', format('comment on table %s is %L', t.name, obj_description(t.oid, 'pg_class')) from t where obj_description(t.oid, 'pg_class') is not null
    union all
    select 25, '', format('alter table %s replica identity full', t.name) from t where t.relreplident = 'f'
$$;

comment on function ml_private.time_series_access_statements(regclass) is 'Row-level security, policies, grants and comment of a table, as statements.';

create or replace function ml_private.time_series_trigger_statements(old regclass)
returns table (step integer, key text, statement text)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select 30, g.tgname::text, pg_get_triggerdef(g.oid)
    from pg_catalog.pg_trigger g
    where g.tgrelid = time_series_trigger_statements.old and not g.tgisinternal
    union all
    select 31, g.tgname::text, format('comment on trigger %I on %s is %L', g.tgname, g.tgrelid::regclass, obj_description(g.oid, 'pg_trigger'))
    from pg_catalog.pg_trigger g
    where g.tgrelid = time_series_trigger_statements.old and not g.tgisinternal and obj_description(g.oid, 'pg_trigger') is not null
$$;

comment on function ml_private.time_series_trigger_statements(regclass) is 'Triggers of a table, as statements.';

-- What LIKE does not copy, in an order in which it can be made again.
create or replace function ml_private.time_series_rebuild_statements(old regclass)
returns text[]
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with t as (
        select c.*, format('%I.%I', n.nspname, c.relname) as name, n.nspname
        from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.oid = time_series_rebuild_statements.old
    ),
    statements (step, key, statement) as (
        select 10, '', format('alter table %s owner to %I', t.name, pg_get_userbyid(t.relowner)) from t
        union all
        select 11, k.conname::text, format('alter table %s add constraint %I %s', t.name, k.conname, pg_get_constraintdef(k.oid))
        from t join pg_catalog.pg_constraint k on k.conrelid = t.oid and k.contype in ('p', 'u', 'x', 'f')
        union all
        select 12, k.conname::text, format('comment on constraint %I on %s is %L', k.conname, t.name, obj_description(k.oid, 'pg_constraint'))
        from t join pg_catalog.pg_constraint k on k.conrelid = t.oid and k.contype in ('p', 'u', 'x', 'f')
        where obj_description(k.oid, 'pg_constraint') is not null
        union all
        select 13, x.relname::text, pg_get_indexdef(i.indexrelid)
        from t join pg_catalog.pg_index i on i.indrelid = t.oid join pg_catalog.pg_class x on x.oid = i.indexrelid
        where not exists (select from pg_catalog.pg_constraint k where k.conindid = i.indexrelid)
        union all
        select 14, x.relname::text, format('comment on index %I.%I is %L', t.nspname, x.relname, obj_description(x.oid, 'pg_class'))
        from t join pg_catalog.pg_index i on i.indrelid = t.oid join pg_catalog.pg_class x on x.oid = i.indexrelid
        where obj_description(x.oid, 'pg_class') is not null
        union all
        select 15, s.relname::text, case d.deptype
            when 'a' then format('alter sequence %s owned by %s.%I', s.oid::regclass, t.name, a.attname)
            -- The identity column's new sequence was named after the table's name of the moment.
            else format(
                'do %L',
                format(
                    $do$begin execute format('alter sequence %%s rename to %%I', pg_catalog.pg_get_serial_sequence(%L, %L), %L); end$do$,
                    t.name, a.attname, s.relname
                )
            )
        end
        from t
        join pg_catalog.pg_depend d on d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid = t.oid
            and d.deptype in ('a', 'i')
        join pg_catalog.pg_class s on s.oid = d.objid and s.relkind = 'S'
        join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
        union all
        select * from ml_private.time_series_access_statements(time_series_rebuild_statements.old)
        union all
        select * from ml_private.time_series_trigger_statements(time_series_rebuild_statements.old)
    )
    select array_agg(s.statement order by s.step, s.key) from statements s
$$;

comment on function ml_private.time_series_rebuild_statements(regclass) is
    'Statements that give a table made by CREATE TABLE (LIKE old), once it bears old''s name, the rest of old''s definition.';
