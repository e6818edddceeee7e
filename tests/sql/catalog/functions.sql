-- forms: both
-- Rules that hold for every function of the schemas, whichever domain it belongs to.
begin;

create temporary view project_functions as
select
    p.oid,
    p.oid::regprocedure::text as name,
    n.nspname as schema_name,
    p.prosecdef,
    p.proconfig,
    p.provolatile,
    p.proargnames,
    p.proacl
from pg_proc p
join pg_namespace n on n.oid = p.pronamespace
where n.nspname in ('ml', 'ml_private', 'ml_datasets')
    and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e');

select plan(8);

select cmp_ok((select count(*) from project_functions where schema_name = 'ml'), '>', 0::bigint, 'the schema ml holds functions');

select is_empty(
    $$
    -- A procedure that commits may have no "set" clause. This one sets the path itself, at the beginning of each of its transactions.
    select name from project_functions
    where not coalesce(proconfig @> array['search_path=pg_catalog, pg_temp'], false) and name <> 'ml_private.tick(jsonb,double precision)'
    $$,
    'every function pins search_path, with the temporary schema last: where it is not named it comes first, and anybody may make a type called text in it'
);

select is_empty(
    $$ select name from project_functions where schema_name = 'ml' and prosecdef $$,
    'no function of ml is a security definer'
);

select is_empty(
    $$
    select f.name
    from project_functions f
    where f.proacl is null
        or exists (select from aclexplode(f.proacl) a where a.grantee = 0)
    $$,
    'no function is executable by PUBLIC'
);

select is_empty(
    $$ select name from project_functions where has_function_privilege('anon', oid, 'execute') $$,
    'anon may call no function'
);

select is_empty(
    $$ select name from project_functions where obj_description(oid, 'pg_proc') is null and schema_name = 'ml' $$,
    'every function of ml has a comment'
);

-- PostgREST matches arguments by name: one without a name could not be given.
select is_empty(
    $$
    select f.name
    from project_functions f join pg_proc p on p.oid = f.oid
    where f.schema_name = 'ml' and p.pronargs > 0
        and (p.proargnames is null or '' = any (p.proargnames[1:p.pronargs]))
    $$,
    'every argument of a function of ml has a name'
);

select is_empty(
    $$ select proname from pg_proc where pronamespace = 'ml'::regnamespace group by proname having count(*) > 1 $$,
    'no name in ml is overloaded: a call by argument names must mean one function'
);

select * from finish();
rollback;
