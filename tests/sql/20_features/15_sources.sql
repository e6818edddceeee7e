-- Sources: which may be read, and as whom.
begin;
select plan(51);

create role ml_test_maker nologin;
create role ml_test_staff nologin;
grant create, usage on schema public to ml_test_maker;
create schema hr authorization ml_test_staff;
create table hr.salaries (customer_id bigint, event_time timestamptz, price double precision, label boolean);
insert into hr.salaries values (1, '2026-01-01', 10, true);
create view hr.average as select customer_id, event_time, price from hr.salaries;
create table public.bought (customer_id bigint, event_time timestamptz, price double precision, label boolean);
insert into public.bought select i, '2026-01-01', i, i % 2 = 0 from generate_series(1, 20) i;
create table public.seen (who text);
grant insert on public.seen to public;

do $$ begin perform tests.become('engineer'); end $$;
select is((ml.register_entity('customer', '[{"name":"customer_id","type":"int64"}]')).id > 0, true, 'an entity is there');
create function pg_temp.register(view text, source text, features text default '[{"name":"price","type":"float64"}]', mode text default 'batch') returns text language sql as $$
    select format('select (ml.register_feature_view(%L, ''customer'', %L, ''event_time'', %L, mode => %L)).id', view, source, features, mode)
$$;
create function pg_temp.cut(name text, spine text, label text default 'label') returns text language sql as $$
    select format('select (ml.create_training_dataset(%L, %L, %L, %L)).id', name, spine, '{bought:price}', label)
$$;
select lives_ok(pg_temp.register('bought', 'public.bought'), 'a table of public may be read from the start');

-- Sources that keep no history
do $$ begin perform tests.reset(); end $$;
create table public.in_place (customer_id bigint primary key, event_time timestamptz, price double precision);
create table public.versions (customer_id bigint, event_time timestamptz, price double precision, primary key (customer_id, event_time));
do $$ begin perform tests.become('engineer'); end $$;
select is((w).warnings #>> '{0,code}', 'source_keeps_no_history', 'a source with one row an entity is warned of')
from ml.register_feature_view('in_place', 'customer', 'public.in_place', 'event_time', '[{"name":"price","type":"float64"}]') w;
select is((w).warnings, '[]'::jsonb, 'one with a row an entity and time is not')
from ml.register_feature_view('versions', 'customer', 'public.versions', 'event_time', '[{"name":"price","type":"float64"}]') w;
select is((w).warnings #>> '{0,index}', 'in_place_pkey', 'the same definition again gives the same warning')
from ml.register_feature_view('in_place', 'customer', 'public.in_place', 'event_time', '[{"name":"price","type":"float64"}]') w;

-- Allowed sources
select tests.throws(pg_temp.register('pay', source), '42501', 'source_not_allowed', 'a source outside the allowed schemas is refused: ' || source)
from (values ('hr.salaries'), ('hr.average'), ('hr.nothing'), ('nowhere.nothing')) t (source);
select tests.throws(pg_temp.cut('d', 'hr.salaries'), '42501', 'source_not_allowed', 'so is a spine');
select tests.throws($$ select ml.allow_source('hr') $$, '42501', 'permission_denied', 'an engineer allows nothing');
select tests.throws($$ select ml.disallow_source('public') $$, '42501', 'permission_denied', 'nor does she take it back');
do $$ begin perform tests.become('admin'); end $$;
select tests.throws(format('select ml.allow_source(%L, %L)', source, functions), state, code, 'not to be allowed: ' || coalesce(source, 'null'))
from (values
    (null, false, '22023', 'invalid_source'), ('', false, '22023', 'invalid_source'), ('a.b.c', false, '22023', 'invalid_source'), ('auth', false, '22023', 'source_refused'),
    ('ml_private.secrets', false, '22023', 'source_refused'), ('nowhere', false, 'PT404', 'source_not_found'), ('hr.nothing', false, 'PT404', 'source_not_found'),
    ('hr', true, '22023', 'invalid_argument'), ('hr', null, '22023', 'invalid_argument')
) t (source, functions, state, code);
select tests.throws($$ select ml.disallow_source('hr') $$, 'PT404', 'source_not_found', 'what is not allowed is not taken back');
select is((ml.allow_source('hr.salaries')).allowed_by, tests.user_id('admin'), 'an admin allows one table');
do $$ begin perform tests.become('engineer'); end $$;
select lives_ok(pg_temp.register('pay', 'hr.salaries'), 'then it may be read');
select tests.throws(pg_temp.register('pay', 'hr.average'), '42501', 'source_not_allowed', 'its neighbour still not');
do $$ begin perform tests.become('admin'); perform ml.allow_source('hr'); end $$;
do $$ begin perform tests.become('engineer'); end $$;
select lives_ok(pg_temp.register('mean', 'hr.average'), 'a schema is allowed as a whole, with its views');
do $$ begin perform tests.become('admin'); perform ml.disallow_source('hr'); perform ml.disallow_source('hr.salaries'); end $$;
do $$ begin perform tests.become('engineer'); end $$;
select tests.throws($$ select ml.materialize_feature_view('pay') $$, '42501', 'source_not_allowed', 'what was taken back is not materialised again');
select tests.throws(
    $$ select ml.create_training_dataset('d', 'public.bought', '{pay:price}', 'label') $$, '42501', 'source_not_allowed', 'nor joined into a dataset');
select is((ml.get_online_features('{pay:price}', '{"customer_id":[1]}') #>> '{results,1,values,0}')::numeric, 10::numeric, 'its online rows stay until it is retired');

-- Whose rights a view's functions have
do $$ begin perform tests.reset(); end $$;
set local role ml_test_maker;
create function public.who_runs(x double precision) returns text language plpgsql volatile as $$
begin
    insert into public.seen values (current_user);
    return current_user;
end $$;
create domain public.trapped as double precision check (public.who_runs(value) is not null);
reset role;
create view public.trap as select i::bigint as customer_id, timestamptz '2026-01-01' as event_time, i::double precision as price, public.who_runs(i) as who from generate_series(1, 20) i;
create view public.over_trap as select customer_id, event_time, price, upper(who) as who from public.trap;
create view public.chance as select customer_id, event_time, price, random() > 2 as label from public.trap;
create view public.stable_view as select i::bigint as customer_id, date_trunc('day', timestamptz '2026-01-01 05:00', 'UTC') as event_time, sqrt(i * i) as price, i % 2 = 0 as label
from generate_series(1, 20) i where now() > '2000-01-01';
create view public.domain_trap as select i::bigint as customer_id, timestamptz '2026-01-01' as event_time, (i::double precision)::public.trapped as price from generate_series(1, 2) i;
set local role ml_test_maker;
create type public.mood as enum ('fine', 'low');
create function public.mood_text(public.mood) returns text language sql as $$ select public.who_runs(1) $$;
create cast (public.mood as text) with function public.mood_text(public.mood);
create type public.float8 as (x double precision);
create table public.typed (customer_id bigint, event_time timestamptz, price double precision, feeling public.mood, pair public.float8);
insert into public.typed values (1, '2026-01-01', 1, 'low', row (1));
reset role;

do $$ begin perform tests.become('engineer'); end $$;
select tests.throws(pg_temp.register('trap', source), '42501', 'source_calls_functions', 'refused for what it calls: ' || source)
from (values ('public.trap'), ('public.over_trap'), ('public.chance'), ('public.domain_trap')) t (source);
select tests.throws(pg_temp.cut('d', 'public.chance'), '42501', 'source_calls_functions', 'a spine is held to the same');
select lives_ok(pg_temp.register('calm', 'public.stable_view'), 'functions of the database that are stable or immutable are taken');
do $$ begin perform tests.become('admin'); perform ml.allow_source('public.over_trap', true); perform ml.allow_source('public.trap', true); end $$;
do $$ begin perform tests.become('engineer'); end $$;
select lives_ok(pg_temp.register('trap', 'public.over_trap', '[{"name":"who","type":"string"}]'), 'an admin allows the functions of one view');
select is(
    ml.get_online_features('{trap:who}', '{"customer_id":[1]}') #>> '{results,1,values,0}', 'ML_READER', 'they ran as ml_reader when the online store was filled');
select lives_ok(
    $$ select (ml.create_training_dataset('who', 'public.trap', '{trap:who}', 'who')).id $$, 'a dataset is cut from such a spine and such a view');
do $$ begin perform tests.reset(); end $$;
select results_eq(
    format('select distinct label, trap__who from ml_datasets.d_%s', (select id from ml.datasets where name = 'who')), $$ values ('ml_reader', 'ML_READER') $$,
    'in it too they ran as ml_reader');
select is((select count(*)::integer from public.seen), 0, 'what they wrote is undone, and with it any trigger that waits for the commit');
select is(
    (select array_agg(c.relname::text order by 1) from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('ml', 'ml_private', 'ml_datasets', 'ml_series', 'auth') and c.relkind in ('r', 'p', 'v')
            and has_table_privilege('ml_reader', c.oid, 'select, insert, update, delete')),
    null, 'ml_reader has no right on any table of the platform');

-- Row-level security below a view
create table public.guarded (customer_id bigint, event_time timestamptz, price double precision);
insert into public.guarded values (1, '2026-01-01', 1);
alter table public.guarded enable row level security;
create view public.guarded_invoker with (security_invoker) as select * from public.guarded;
create view public.guarded_definer as select * from public.guarded;
do $$ begin perform tests.become('engineer'); end $$;
select lives_ok(pg_temp.register('guarded', 'public.guarded_definer'), 'a view whose owner sees all rows is read whole');
select tests.throws(pg_temp.register('guarded', 'public.guarded_invoker'), '42501', null, 'with security_invoker its reader needs rights on the table');
do $$ begin perform tests.reset(); end $$;
grant select on public.guarded to ml_reader;
do $$ begin perform tests.become('engineer'); end $$;
select tests.throws(pg_temp.register('guarded', 'public.guarded_invoker'), '42501', null, 'and fails where row-level security would hide rows', 'row-level security');
do $$ begin perform tests.reset(); end $$;

-- Types and casts of somebody else's making
do $$ begin perform tests.become('engineer'); end $$;
select tests.throws(pg_temp.register('typed', 'public.typed', mode => 'realtime'), '42501', 'source_owner', 'a table of another owner is refused');
do $$ begin perform tests.become('admin'); perform ml.allow_source('public.typed', true); end $$;
do $$ begin perform tests.become('engineer'); end $$;
select tests.throws(pg_temp.register('typed', 'public.typed', '[{"name":"pair","type":"float64"}]'), '22023', 'type_mismatch', 'a type that is merely called float8 is not the database''s');
select lives_ok(pg_temp.register('typed', 'public.typed', '[{"name":"feeling","type":"string"},{"name":"price","type":"float64"}]', 'realtime'), 'an enum with a cast is taken');
select is(ml.get_online_features('{typed:feeling}', '{"customer_id":[1]}') #>> '{results,1,values,0}', 'low', 'and read by its label, not by its owner''s cast');
do $$ begin perform tests.reset(); end $$;
set local role ml_test_maker;
create function public.mood_number(public.mood) returns double precision language sql as $$ select length(public.who_runs(1)) $$;
create cast (public.mood as double precision) with function public.mood_number(public.mood);
alter table public.typed alter column price type public.mood using 'low';
reset role;
select tests.throws(
    $$ insert into public.typed values (2, '2026-01-01', 'low', 'low', null) $$, 'PT409', 'type_mismatch', 'a column given such a type later is not read by the trigger');
do $$ begin perform tests.become('engineer'); end $$;
select tests.throws($$ select ml.materialize_feature_view('typed') $$, '22023', 'type_mismatch', 'nor by a materialisation');
do $$ begin perform tests.reset(); end $$;

do $$ begin perform tests.reset(); end $$;
create collation public.any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
create table public.named (name text collate public.any_case, at timestamptz, v double precision);
do $$ begin perform ml.register_entity('named', '[{"name": "name", "type": "string"}]'); end $$;
select tests.throws(
    $$ select ml.register_feature_view('named', 'named', 'public.named', 'at', '[{"name": "v", "type": "float64"}]') $$,
    '22023', 'collation_unsupported', 'keys are told by their bytes');
select * from finish();
rollback;
