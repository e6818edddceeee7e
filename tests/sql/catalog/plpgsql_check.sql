-- forms: both
-- plpgsql binds names when a statement first runs; plpgsql_check binds them all now. Its security warnings stay off: they flag every SQL text
-- that is put together from parts, also from parts that were quoted before; the fuzz test sends SQL in every string instead.
begin;

load 'plpgsql_check';
\ir ../../support/hosted_platform.sql

create temporary view findings as
with functions as (
    select p.oid, p.prorettype = 'trigger'::regtype as is_trigger, p.oid::regprocedure::text as name
    from pg_proc p
    join pg_language l on l.oid = p.prolang and l.lanname = 'plpgsql'
    where p.pronamespace in ('ml'::regnamespace, 'ml_private'::regnamespace)
),
targets as (
    select oid, name, 0::oid as relation, null::name as old_table, null::name as new_table from functions where not is_trigger
    union all
    select distinct f.oid, f.name, t.tgrelid, t.tgoldtable, t.tgnewtable
    from functions f
    join pg_trigger t on t.tgfoid = f.oid and not t.tgisinternal
    where f.is_trigger and t.tgparentid = 0
)
select t.name, c.lineno, c.level, c.sqlstate, c.message, c.detail, c.hint
from targets t
cross join lateral plpgsql_check_function_tb(
    t.oid,
    t.relation,
    other_warnings => true,
    performance_warnings => false,
    extra_warnings => true,
    oldtable => t.old_table,
    newtable => t.new_table
) c;

select plan(1);

select is_empty(
    $$ select name, lineno, level, sqlstate, message, detail, hint from findings $$,
    'plpgsql_check finds nothing in any function of ml and ml_private'
);

select * from finish();
rollback;
