-- What makes a source safe to read. Planning a query evaluates functions that stand in a table's indexes, its statistics and the checks of its
-- partitions, and running it those that a view calls, with the rights of the reader. So tables and views belong to the platform's owner or a
-- superuser, here and below a view, and views call what is the database's own; an admin may vouch for others.

create or replace function ml_private.is_vouched_for(relation oid)
returns boolean
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select exists (
        select
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        join pg_catalog.pg_roles r on r.oid = c.relowner
        join ml.allowed_sources a on a.schema_name = n.nspname and a.relation_name = c.relname
        -- Not the name alone: an admin who has read a view has not vouched for what its owner, or another, may put in its place.
        where c.oid = is_vouched_for.relation and a.functions and a.relation_kind = c.relkind::text and a.relation_owner = r.rolname)
$$;

comment on function ml_private.is_vouched_for(oid) is
    'True for a relation that an admin allowed with its functions, if it is of the kind and the owner that it had then.';

create or replace function ml_private.find_untrusted(relation oid, out name text, out owner text)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    with recursive parts (oid) as (
        select find_untrusted.relation
        union
        select x.oid
        from parts p
        cross join lateral (
            select i.inhrelid as oid from pg_catalog.pg_inherits i where i.inhparent = p.oid
            union all
            select d.refobjid
            from pg_catalog.pg_class v
            join pg_catalog.pg_rewrite w on w.ev_class = v.oid
            join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = w.oid and d.refclassid = 'pg_catalog.pg_class'::regclass
            where v.oid = p.oid and v.relkind = 'v'
        ) x
        where not ml_private.is_vouched_for(p.oid)
    )
    select ml_private.relation_name(c.oid), r.rolname
    from parts p
    join pg_catalog.pg_class c on c.oid = p.oid
    join pg_catalog.pg_roles r on r.oid = c.relowner
    where c.relkind in ('r', 'p', 'v', 'm', 'f') and not r.rolsuper and r.rolname <> current_user and not ml_private.is_vouched_for(c.oid)
    order by 1
    limit 1
$$;

comment on function ml_private.find_untrusted(oid) is
    'Of a relation, its partitions and, of a view, the relations below it: the first that belongs to another owner for whom no admin has vouched. '
    'Nulls when there is none.';

create or replace function ml_private.called_by_view(relation oid)
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
    'The first thing that a view, or a view below it, calls and that is volatile or not the catalog''s own; null for views of nothing but catalog '
    'functions, and for tables.';

create or replace function ml_private.check_source_trust(relation oid, what text)
returns void
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_name text := ml_private.relation_name(relation);
    v_untrusted record;
    v_called text;
begin
    if ml_private.is_vouched_for(relation) then
        return;
    end if;
    select f.name, f.owner into v_untrusted from ml_private.find_untrusted(relation) f;
    if v_untrusted.name is not null then
        perform ml_private.raise_error(
            '42501', format('%s %s belongs to %s, whose code would run as the platform reads it', what, v_untrusted.name, v_untrusted.owner), 'source_owner',
            format('give it to %I, or an admin who trusts its owner calls ml.allow_source(%L, functions => true)', current_user, v_untrusted.name));
    end if;
    v_called := ml_private.called_by_view(relation);
    if v_called is not null then
        perform ml_private.raise_error(
            '42501', format('%s %s calls %s, which is volatile or not the database''s own', what, v_name, left(v_called, 200)), 'source_calls_functions',
            format('keep the result in a table or materialized view, or an admin who has read the view calls ml.allow_source(%L, functions => true)', v_name));
    end if;
end
$$;

comment on function ml_private.check_source_trust(oid, text) is
    'Refuse a source in which code of another owner would run: 42501 source_owner, source_calls_functions.';
