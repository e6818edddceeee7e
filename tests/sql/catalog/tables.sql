-- forms: both
-- Rules that hold for every table and view of the schemas, whichever domain it belongs to.
begin;

create temporary view project_tables as
select
    c.oid,
    c.oid::regclass::text as name,
    n.nspname as schema_name,
    c.relkind,
    c.relrowsecurity,
    c.reloptions
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('ml', 'ml_private', 'ml_datasets')
    and c.relkind in ('r', 'p', 'v', 'm', 'f')
    and not c.relispartition;

create temporary view reachable_roles as
select rolname from pg_roles where rolname in ('anon', 'authenticated', 'ml_worker', 'service_role');

select plan(10);

select cmp_ok((select count(*) from project_tables where schema_name = 'ml'), '>', 0::bigint, 'the schema ml holds tables');

select is_empty(
    $$ select name from project_tables where schema_name = 'ml' and relkind in ('r', 'p') and not relrowsecurity $$,
    'every table of ml has row-level security on'
);

select is_empty(
    $$
    select c.oid::regclass::text
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'ml' and c.relispartition and c.relkind in ('r', 'p')
        and exists (
            select from reachable_roles r
            where has_table_privilege(r.rolname, c.oid, 'select, insert, update, delete, truncate')
        )
        and not c.relrowsecurity
    $$,
    'no partition can be read around its parent''s row-level security'
);

select is_empty(
    $$
    select t.name
    from project_tables t
    where t.schema_name = 'ml' and t.relkind in ('r', 'p')
        and exists (
            select from reachable_roles r
            where has_table_privilege(r.rolname, t.oid, 'select, insert, update, delete, truncate')
                or has_any_column_privilege(r.rolname, t.oid, 'select, insert, update')
        )
        and not exists (select from pg_policy p where p.polrelid = t.oid)
    $$,
    'every table of ml that anyone may use has a policy'
);

select is_empty(
    $$
    select t.name, r.rolname, p.privilege
    from project_tables t
    cross join reachable_roles r
    cross join (values ('insert'), ('update'), ('delete'), ('truncate'), ('references'), ('trigger')) as p (privilege)
    where has_table_privilege(r.rolname, t.oid, p.privilege)
    $$,
    'nobody may write to a table directly: functions do'
);

select is_empty(
    $$
    select t.name, p.privilege
    from project_tables t
    cross join (values ('select'), ('insert'), ('update'), ('delete')) as p (privilege)
    where has_table_privilege('anon', t.oid, p.privilege)
    $$,
    'anon may use no table'
);

select is_empty(
    $$
    select t.name, r.rolname
    from project_tables t
    cross join reachable_roles r
    where t.schema_name in ('ml_private', 'ml_datasets')
        and has_table_privilege(r.rolname, t.oid, 'select, insert, update, delete, truncate')
    $$,
    'the tables of ml_private and ml_datasets are granted to nobody'
);

select is_empty(
    $$
    select name from project_tables
    where schema_name = 'ml' and relkind = 'v'
        and not coalesce(reloptions && array['security_invoker=true', 'security_invoker=on', 'security_invoker=1'], false)
    $$,
    'every view of ml runs as its reader'
);

select is_empty(
    $$ select name from project_tables where schema_name = 'ml' and obj_description(oid, 'pg_class') is null $$,
    'every table and view of ml has a comment'
);

select is_empty(
    $$
    select polrelid::regclass::text, polname from pg_policy
    where polrelid in (select oid from project_tables) and 0 = any (polroles)
    $$,
    'every policy names the roles that it is for'
);

select * from finish();
rollback;
