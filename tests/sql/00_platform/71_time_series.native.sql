-- The native form from inside: partitions ahead, the default partition and the way out of it, retention, names, storage.
begin;
select plan(32);

create schema app;
create table app.log (what text);
create function app.note() returns trigger language plpgsql as $$
begin
    insert into app.log values (tg_op);
    return null;
end
$$;
create table app.readings (
    at timestamptz not null,
    id bigint generated always as identity,
    value int,
    twice int generated always as (value * 2) stored,
    constraint readings_pkey primary key (at, id)
) with (fillfactor = 70);
create index readings_value_idx on app.readings (value);
create trigger note after insert or update or delete on app.readings for each row execute function app.note();
select is(ml_private.as_time_series('app.readings', 'at', '1 day', '30 days'), 'native', 'the form is native');

create function pg_temp.today() returns timestamptz language sql as $$ select date_trunc('day', now(), 'UTC') $$;
create function pg_temp.parts() returns text language sql as $$
    select string_agg(extract(day from p.lower_bound - pg_temp.today())::text, ' ' order by p.lower_bound)
    from ml_private.list_time_partitions('app.readings') p
$$;
create function pg_temp.held_by(day int) returns text language sql as $$
    select string_agg(distinct case when tableoid::regclass::text like '%default' then 'default' else 'partition' end, ' ')
    from app.readings where at >= pg_temp.today() + day * interval '1 day' and at < pg_temp.today() + (day + 1) * interval '1 day'
$$;

select is(pg_temp.parts(), '0 1 2 3', 'partitions are made for today and three chunks ahead');
select is(
    (select count(*) from pg_class where relname ~ '^app_readings_' and relkind = 'r' and reloptions = '{fillfactor=70}'), 5::bigint,
    'each, and the default partition, has the storage parameters of the table');
select is(
    (select count(*) from pg_inherits i where i.inhparent in ('app.readings_pkey'::regclass, 'app.readings_value_idx'::regclass)), 10::bigint, 'and its indexes');
select is(tests.upkeep(), 0, 'there is nothing to do');

-- Late rows, early rows.
insert into app.readings (at, value)
select pg_temp.today() + d * interval '1 day' + interval '1 hour', d from unnest(array[-33, -29, -2, -1, -1, 0, 3, 4, 40]) d;
truncate app.log;
select is(pg_temp.held_by(-1), 'default', 'a late row is taken by the default partition');
select is(pg_temp.held_by(0), 'partition', 'a row of today by its partition');
select is(pg_temp.held_by(4), 'default', 'a row beyond what is made by the default partition');
create temporary table before as select at, id, value, twice from app.readings where at > now() - interval '30 days';
select is(tests.upkeep(), 4, 'upkeep makes three partitions and deletes one row');
select is(pg_temp.parts(), '-29 -2 -1 0 1 2 3', 'for the days on which rows waited');
select is(pg_temp.held_by(-1), 'partition', 'the late row is brought home');
select is(pg_temp.held_by(40), 'default', 'the early one waits for its time');
select is(pg_temp.held_by(-33), null, 'the one older than the retention is gone');
select set_eq('select at, id, value, twice from app.readings', 'select * from before', 'no row is lost or changed on the way');
select is((select count(*) from app.log), 1::bigint, 'a row that moves is no event for triggers; one that is deleted is');
select is(ml_private.make_time_partition('app', 'readings', pg_temp.today() + interval '40 days'), true, 'when its time comes');
select is(pg_temp.held_by(40), 'partition', 'the early row is brought home too');
select is(ml_private.make_time_partition('app', 'readings', pg_temp.today() + interval '40 days'), false, 'a partition is made once');

-- Bounded slices.
insert into app.readings (at) select pg_temp.today() - d * interval '1 day' from generate_series(3, 28) d;
select is(ml_private.maintain_time_series(), 1, 'one partition is made at a time');
insert into app.readings (at) select pg_temp.today() - interval '20 days' + i * interval '1 second' from generate_series(1, 10001) i;
select is(tests.upkeep(), 24, 'and then all the others, but for the day for which too many rows wait');
select is(pg_temp.held_by(-20), 'default', 'those stay in the default partition');
update ml_private.time_series set retain = interval '1 day' where schema_name = 'app';
select is(ml_private.maintain_time_series(), 1, 'one partition is dropped at a time');
select is(tests.upkeep(), 26 + 10002, 'and old rows of the default partition go too, 10,000 at a time');
select is((select count(*) from app.readings where at < pg_temp.today() - interval '2 days'), 0::bigint, 'in the end all of them');

-- The bounds do not depend on the session's time zone, where a day may have 23 hours, nor on how it writes times.
set local timezone = 'America/New_York';
set local datestyle = 'SQL, DMY';
set local intervalstyle = 'iso_8601';
create table app.zoned (at timestamptz primary key);
select ml_private.as_time_series('app.zoned', 'at', '1 day');
select ml_private.make_time_partition('app', 'zoned', '2027-03-14 00:00:00+00');
select is(
    (select max(p.upper_bound - p.lower_bound) || ' ' || min(p.upper_bound - p.lower_bound) from ml_private.list_time_partitions('app.zoned') p),
    'P1D P1D', 'every chunk has 24 hours');
select is(
    (select count(*) from ml_private.list_time_partitions('app.zoned') p where p.lower_bound = date_trunc('day', p.lower_bound, 'UTC')), 5::bigint,
    'from midnight UTC');
reset timezone;

-- Names.
create table app.a23456789_123456789_123456789_123456789_123456789_123456789_1x (at timestamptz primary key);
create table app.a23456789_123456789_123456789_123456789_123456789_123456789_1y (at timestamptz primary key);
create table app."Select from ""x"" 'y'" ("the ""time""" timestamptz primary key);
select lives_ok(
    $$ select ml_private.as_time_series(format('app.%I', relname), attname, '6 hours')
       from pg_class join pg_attribute on attrelid = pg_class.oid and attnum = 1
       where relnamespace = 'app'::regnamespace and relkind = 'r' and (relname like 'a2%' or relname like 'Sel%') $$,
    'names may be as long as Postgres allows, and of any characters');
insert into app."Select from ""x"" 'y'" select now() - i * interval '7 hours' from generate_series(1, 3) i;
select is(tests.upkeep(), 3, 'their upkeep works');
select is(
    (select max(length(relname)) <= 63 and count(*) = count(distinct relname) from pg_class where relnamespace = 'ml_series'::regnamespace), true,
    'no partition''s name is cut off');

-- One series that cannot be kept up stands before the others.
insert into ml_private.time_series (schema_name, table_name, time_column, form, chunk) select 'app', 'a_log', 'at', 'native', '1 day';
create table app.a_log (at timestamptz);
update ml_private.time_series set retain = '1 day' where schema_name = 'app' and table_name = 'readings';
insert into app.readings (at) select pg_temp.today() - interval '20 days' from generate_series(1, 3);
select is(ml_private.maintain_time_series(), 3, 'it holds up none of them');
select throws_like('select ml_private.maintain_time_series()', 'app.a\_log: %', 'and is told of when all else is done');
delete from ml_private.time_series where table_name = 'a_log';

select is_empty(
    $$ select nspacl from pg_namespace where nspname = 'ml_series' and nspacl is not null $$, 'nobody but the owner may use the schema of the partitions');

select * from finish();
rollback;
