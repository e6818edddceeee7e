-- Whoever owns a source, its columns' types or the temporary schema of a session must not get code of his to run as the platform.
begin;
select plan(34);

create role ml_test_maker nologin;
create role ml_test_writer nologin;
grant create, usage on schema public to ml_test_maker;
create table public.seen (who text, what text);
grant insert on public.seen to public;
create table public.spine (id bigint, event_time timestamptz, y double precision);
insert into public.spine select i, '2026-01-02Z', i % 2 from generate_series(1, 20) i;

set local role ml_test_maker;
create function public.ran(what text) returns boolean language plpgsql as $$
begin
    insert into public.seen values (current_user, what);
    return true;
end $$;
-- Called immutable, so that a planner evaluates them.
create function public.plain(what text) returns boolean language plpgsql immutable as $$ begin return public.ran(what); end $$;
create function public.same(x bigint) returns bigint language plpgsql immutable as $$ begin perform public.ran('index expression'); return x; end $$;
create function public.same(x timestamptz) returns boolean language plpgsql as $$ begin return public.ran('domain'); end $$;
create table public.predicate (id bigint, at timestamptz, v double precision);
create index on public.predicate (v) where public.plain('index predicate');
create table public.expression (id bigint, at timestamptz, v double precision);
create index on public.expression ((public.same(7)), id);
create table public.statistics (id bigint, at timestamptz, v double precision);
create statistics public.known on (public.plain('statistics')), id from public.statistics;
create table public.parent (id bigint, at timestamptz, v double precision);
create table public.child (check (public.plain('child'))) inherits (public.parent);
create table public.parted (id bigint, at timestamptz, v double precision) partition by range (at);
create table public.part partition of public.parted (check (public.plain('partition'))) default;
create materialized view public.stored as select i::bigint as id, timestamptz '2026-01-01Z' as at, i::double precision as v from generate_series(1, 20) i;
create index on public.stored (id, at);
create view public.under as select id, at, v from public.statistics;
create view public.replaced as select i::bigint as id, timestamptz '2026-01-01Z' as at, i::double precision as v, public.ran('view') as ran from generate_series(1, 20) i;
create domain public.moment as timestamptz check (public.same(value));
insert into public.predicate select i, '2026-01-01Z', i from generate_series(1, 20) i;
insert into public.expression table public.predicate;
insert into public.statistics table public.predicate;
insert into public.parent table public.predicate;
insert into public.parted table public.predicate;
reset role;
analyze public.statistics;
create view public.plain_view as select i::bigint as id, timestamptz '2026-01-01Z' as at, i::double precision as v from generate_series(1, 3) i;
alter view public.plain_view owner to ml_test_maker;
alter view public.under owner to postgres;
create view public.over as select id, at, v from public.under;
create table public.own as select id, at, v from public.stored;
create table public.mixed (id bigint, at timestamptz, v double precision) partition by range (at);
create table public.mixed_part partition of public.mixed default;
alter table public.mixed_part owner to ml_test_maker;
truncate public.seen;

do $$ begin perform tests.become('engineer'); perform ml.register_entity('thing', '[{"name":"id","type":"int64"}]'); end $$;
create function pg_temp.register(source text, more text default ', mode => ''batch''') returns text language sql as $$
    select format('select (ml.register_feature_view(%L, ''thing'', %L, ''at'', ''[{"name":"v","type":"float64"}]''%s)).id', 'of_' || source, 'public.' || source, more)
$$;
select tests.throws(pg_temp.register(source), '42501', 'source_owner', 'another owner''s table is not read: ' || source)
from unnest('{predicate,expression,statistics,parent,parted,stored}'::text[]) source;
select tests.throws(pg_temp.register('predicate', ''), '42501', 'source_owner', 'nor by triggers');
select tests.throws(pg_temp.register('predicate', ', keep_history => true'), '42501', 'source_owner', 'nor is its history kept');
select tests.throws(pg_temp.register('over'), '42501', 'source_owner', 'nor one below a view, below a view', 'public.statistics');
select tests.throws(pg_temp.register('plain_view'), '42501', 'source_owner', 'nor another owner''s view, whatever it calls');
select tests.throws(pg_temp.register('mixed'), '42501', 'source_owner', 'nor a partition of another', 'public.mixed_part');
select lives_ok(pg_temp.register('own'), 'one of the platform''s owner is');
select tests.throws(
    $$ select (ml.create_training_dataset('d', 'public.predicate', '{of_own:v}', 'v', event_time => 'at')).id $$, '42501', 'source_owner', 'a spine is held to the same');
do $$ begin perform tests.reset(); end $$;
select is_empty('table public.seen', 'nothing of its owner''s ran, as whomever');

-- An admin vouches for an owner: of what is there, not of a name.
do $$ begin perform tests.become('admin'); perform ml.allow_source('public.stored', functions => true); perform ml.allow_source('public.replaced', functions => true); end $$;
do $$ begin perform tests.become('engineer'); end $$;
select lives_ok(pg_temp.register('stored'), 'a materialized view for which an admin vouches is read');
select lives_ok(pg_temp.register('replaced'), 'a view too, with its functions');
select lives_ok(
    $$ select (ml.create_training_dataset('both', 'public.spine', '{of_stored:v,of_replaced:v}', 'y', split => '{"train":1}')).id $$, 'and joined');
do $$ begin perform tests.reset(); end $$;
select is_empty('table public.seen', 'what a view calls runs as ml_reader, and what it does besides is undone');
select is(
    (select array[d.statistics #>> '{of_replaced__v,mean}', d.statistics #>> '{of_stored__v,mean}'] from ml.datasets d where d.name = 'both'),
    '{10.5,10.5}'::text[], 'the values are those of the source');
set local role ml_test_maker;
drop view public.replaced;
alter table public.predicate rename to replaced;
reset role;
do $$ begin perform tests.become('engineer'); end $$;
select tests.throws(pg_temp.register('replaced', ', mode => ''batch'', description => ''again'''), '42501', 'source_owner', 'a table under the name of a trusted view is not trusted');
do $$ begin perform tests.reset(); end $$;
alter materialized view public.stored owner to ml_test_writer;
do $$ begin perform tests.become('engineer'); end $$;
select tests.throws($$ select ml.materialize_feature_view('of_stored') $$, '42501', 'source_owner', 'nor is another owner');
do $$ begin perform tests.reset(); end $$;
select is_empty('table public.seen', 'and nothing of theirs runs');

-- A table that is given away.
do $$ begin perform tests.reset(); end $$;
create table public.given (id bigint, at timestamptz, v double precision);
do $$ begin perform tests.become('engineer'); end $$;
select lives_ok(pg_temp.register('given', ''), 'a table of the platform''s owner');
do $$ begin perform tests.reset(); end $$;
alter table public.given owner to ml_test_maker;
select tests.throws($$ insert into public.given values (1, '2026-01-01Z', 1) $$, 'PT409', 'source_owner', 'given to another it takes no writes');
do $$ begin perform tests.become('engineer'); end $$;
select tests.throws($$ select ml.materialize_feature_view('of_given') $$, '42501', 'source_owner', 'nor is it materialised');
do $$ begin perform tests.reset(); end $$;
alter table public.given owner to postgres;
select lives_ok($$ insert into public.given values (1, '2026-01-01Z', 1) $$, 'until it is given back');

-- A domain of somebody else's in a table of the platform's owner.
create table public.dated (id bigint primary key, at public.moment, made public.moment, v double precision);
insert into public.dated values (1, '2026-01-01Z', '2026-01-01Z', 1);
truncate public.seen;
do $$ begin perform tests.become('engineer'); end $$;
select lives_ok(pg_temp.register('dated', ', created_time => ''made'', keep_history => true'), 'a domain is read for what lies below it');
do $$ begin perform tests.reset(); end $$;
update public.dated set v = 2;
select is_empty('table public.seen', 'by the history, by the online store, at registration and in each trigger');
select is(
    (select string_agg(distinct format_type(a.atttypid, a.atttypmod), ',') from pg_attribute a
        where a.attrelid = (select v.source::regclass from ml.feature_views v where v.history_of = 'public.dated') and a.attname in ('at', 'made')),
    'timestamp with time zone', 'a history has types of the database');

-- The temporary schema comes last, for the names of types too.
create table public.written (id bigint, at timestamptz, v double precision);
grant insert on public.written to ml_test_writer;
do $$ begin perform tests.become('engineer'); end $$;
select lives_ok(pg_temp.register('written', ''), 'a source that somebody may write to');
do $$ begin perform tests.reset(); end $$;
truncate public.seen;
set local role ml_test_writer;
create function pg_temp.check_time(x pg_catalog.timestamptz) returns boolean language plpgsql as $$
begin
    insert into public.seen values (current_user, 'temporary domain');
    return true;
end $$;
create domain pg_temp.timestamptz as pg_catalog.timestamptz check (pg_temp.check_time(value));
insert into public.written values (1, '2026-01-01Z', 1);
drop domain pg_temp.timestamptz;
reset role;
select is_empty('table public.seen', 'what a session calls timestamptz is not what the platform calls so');
select is((select count(*) from ml.online_features o join ml.feature_views v on v.id = o.view_id where v.name = 'of_written'), 1::bigint, 'the write went through');

-- A type that goes and comes back under its name as one of another kind.
create domain public.price as double precision;
create table public.priced (id bigint, at timestamptz, v public.price);
do $$ begin perform tests.become('engineer'); perform ml.register_feature_view('priced', 'thing', 'public.priced', 'at', '[{"name":"v","type":"float64"}]'); end $$;
do $$ begin perform tests.reset(); end $$;
insert into public.priced values (1, now(), 1.5);
select is((select (o.values ->> 'v')::double precision from ml.online_features o join ml.feature_views v on v.id = o.view_id where v.name = 'priced'), 1.5::double precision, 'a domain is read');
set local client_min_messages = warning;
drop type public.price cascade;
create type public.price as (x double precision);
create function public.unprice(public.price) returns double precision language sql as 'select 666.0::double precision';
create cast (public.price as double precision) with function public.unprice(public.price);
alter table public.priced add column v public.price;
select tests.throws($$ insert into public.priced values (1, now(), row(3)) $$, 'PT409', 'type_mismatch', 'its name alone is not enough');
select * from finish();
rollback;
