-- The rows of a history are known by the primary key of their table, whatever else is equal or called alike.
begin;
select plan(44);
select tests.become('engineer');
select ml.register_entity('thing', '[{"name": "id", "type": "int64"}]');
select ml.register_entity('named', '[{"name": "name", "type": "string"}]');
select tests.reset();
create function pg_temp.register(view text, more text default '', entity text default 'thing') returns text language sql as $$
    select format('select (ml.register_feature_view(%L, %L, ''public.%s'', ''at'', ''[{"name":"v","type":"float64"}]'', keep_history => true%s)).id', view, entity, view, more)
$$;
create function pg_temp.online(id text, view text, feature text default 'v') returns text language sql as $$
    select o.values ->> online.feature from ml.online_features o join ml.feature_views v on v.id = o.view_id
    where v.name = online.view and v.retired_at is null and o.entity_key = '[' || online.id || ']'
$$;
create function pg_temp.standing(view text) returns text language plpgsql as $$
declare
    v_rows text;
begin
    execute format('select string_agg(h.ml_row::text || ''='' || h.v, '' '' order by h.ml_row) from %s h where h.ml_superseded_at is null',
        (select v.source from ml.feature_views v where v.name = view and v.retired_at is null)) into v_rows;
    return v_rows;
end
$$;

-- A key there must be, and stay.
create table public.keyless (id bigint unique, at timestamptz, v double precision);
create table public.later (id bigint primary key deferrable, at timestamptz, v double precision);
create table public.spaced ("ml key" bigint primary key, id bigint, at timestamptz, v double precision);
create table public.taken (rid integer primary key, id bigint, at timestamptz, ml_row double precision);
create type public.label as (x integer);
create table public.made (rid public.label primary key, id bigint, at timestamptz, v double precision);
select tests.become('engineer');
select tests.throws(pg_temp.register('keyless'), '22023', 'history_unsupported', 'a table without a primary key has no history');
select tests.throws(pg_temp.register('keyless', ', mode => ''batch'''), '22023', 'history_unsupported', 'nor has a batch view of it');
select tests.throws(pg_temp.register('later'), '22023', 'history_unsupported', 'nor one whose rows may be two under one key for a while');
select tests.throws(pg_temp.register('spaced'), '22023', 'reserved_name', 'nor one whose key is called as what is ours');
select tests.throws(pg_temp.register('made'), 'PT409', 'type_mismatch', 'nor one whose key has a type of its own');
select tests.throws(replace(pg_temp.register('taken'), '"type"', '"column":"ml_row","type"'), '22023', 'reserved_name', 'a column of ours is not read');
select tests.reset();
alter table public.keyless add rid integer generated always as identity primary key;
select tests.become('engineer');
select lives_ok(pg_temp.register('keyless'), 'with a key it has one');
select is((select v.history_key from ml.feature_views v where v.name = 'keyless'), '{rid}', 'which the view says');
select tests.reset();
insert into public.keyless values (1, '2026-01-01Z', 1);
alter table public.keyless drop constraint keyless_pkey;
select tests.throws('update public.keyless set v = 2', 'PT409', 'primary_key_changed', 'a key that went away fails the write');
alter table public.keyless add primary key (id);
select tests.throws('update public.keyless set v = 2', 'PT409', 'primary_key_changed', 'another one does too');
select tests.throws('insert into public.keyless values (2, now(), 1)', 'PT409', 'primary_key_changed', 'and fails an insert');
select tests.become('engineer');
select tests.throws($$ select ml.materialize_feature_view('keyless') $$, 'PT409', 'primary_key_changed', 'nor is it materialised');
select tests.reset();
select is(ml_private.recompile_views(), 1::bigint, 'a release goes on');
select tests.throws('delete from public.keyless', 'PT409', 'primary_key_changed', 'with the key that the history has');
alter table public.keyless drop constraint keyless_pkey, add primary key (rid);
update public.keyless set v = 3;
select is(pg_temp.standing('keyless'), '[1]=3', 'with its key back the row is the same row');
alter table public.keyless rename rid to rid_before;
select tests.throws('delete from public.keyless', 'PT409', 'column_missing', 'a key column that was renamed is told of');
alter table public.keyless rename rid_before to rid;
update public.keyless set rid = default;
select is(pg_temp.standing('keyless'), '[3]=3', 'a row with another key is another row');
update public.keyless set id = 5;
select is(array[pg_temp.online('1', 'keyless'), pg_temp.online('5', 'keyless')], '{NULL,3}', 'and is moved between entities');

-- A row with a waiting version leaves what stands of other rows alone.
alter table public.keyless drop constraint keyless_id_key;
insert into public.keyless (id, at, v) values (21, now() - interval '1 hour', 10), (21, now() + interval '1 day', 20), (21, now() - interval '2 hours', 5);
update public.keyless set at = now() + interval '5 days', v = 11 where v = 10 and id = 21;
select is(pg_temp.online('21', 'keyless'), '10', 'it stands until its new version counts');
delete from public.keyless where v = 20;
select is(pg_temp.online('21', 'keyless'), '10', 'also when a row goes that came in the same statement');
update public.keyless set at = now() + interval '2 days', v = 6 where v = 5;
delete from public.keyless where v = 11;
select is(pg_temp.online('21', 'keyless'), '5', 'deleted, it leaves what stands of the other');
delete from public.keyless where v = 6;
select is(pg_temp.online('21', 'keyless'), null, 'and so does that');

-- A created time of its own is believed of a row that is inserted, whether or not a trigger fills it; what is changed was unknown before.
create table public.stamped (rid integer primary key, id bigint, at timestamptz, made timestamptz, v double precision);
select tests.become('engineer');
select lives_ok(pg_temp.register('stamped', ', created_time => ''made'''), 'a created time beside the key');
select tests.reset();
create function pg_temp.stamps() returns text language plpgsql as $$
declare
    v_stamps text;
begin
    execute format('select string_agg(concat(h.v, case when h.made > ''2026-02-01Z'' then '' raised'' end, case when h.ml_superseded_at is not null then '' ended'' end), '', '' order by h.ml_id) from %s h',
        (select v.source from ml.feature_views v where v.name = 'stamped')) into v_stamps;
    return v_stamps;
end
$$;
create function public.stamp() returns trigger language plpgsql as $$ begin update public.stamped set v = 1 where rid = new.rid; return null; end $$;
create trigger stamp after insert on public.stamped for each row when (new.v is null) execute function public.stamp();
insert into public.stamped values (1, 1, '2026-01-01Z', '2026-01-01Z', null);
select is(pg_temp.stamps(), '1', 'a row that a trigger fills is inserted');
update public.stamped set rid = 2;
select is(pg_temp.stamps(), '1 ended, 1 raised', 'a row that gets another key was unknown under that');
update public.stamped set at = '2026-01-01Z', made = made;
update public.stamped set v = 2;
select is(pg_temp.stamps(), '1 ended, 1 raised ended, 2 raised', 'a change is one version, whatever was raised before');
with gone as (delete from public.stamped returning *) insert into public.stamped select g.rid, g.id, g.at, g.made, 3 from gone g;
select is(pg_temp.stamps(), '1 ended, 1 raised ended, 2 raised ended, 3 raised', 'a row that one statement deletes and inserts was changed');

-- Keys of every kind have one name, however a session prints them; columns may have any name.
create type public.kind as enum ('a', 'b');
create table public.wide (
    c character(6), t timestamptz, n numeric, i interval, e public.kind, f double precision, y bytea, s text, id bigint, at timestamptz, v double precision,
    found double precision, old double precision, new character(3), tg_op double precision, v_now double precision, v_rows double precision, k double precision,
    s_ text, h double precision, g double precision, "ml_id " double precision, primary key (c, t, n, i, e, f, y, s)
);
insert into public.wide (c, t, n, i, e, f, y, s, id, at, v, new) values
    ('ab', '2026-07-01Z', 1.0, '1 day', 'a', 0.1::float8 + 0.2::float8, '\x01', 'x', 1, '2026-01-01Z', 1, 'x');
select tests.become('engineer');
select lives_ok($$ select ml.register_feature_view('wide', 'thing', 'public.wide', 'at', (
    select jsonb_agg(jsonb_build_object('name', replace(n, ' ', '_'), 'column', n, 'type', case n when 'new' then 'string' else 'float64' end))
    from unnest('{v,found,old,new,tg_op,v_now,v_rows,k,h,g,"ml_id "}'::text[]) n), keep_history => true) $$, 'a table with a character column that has rows');
select tests.reset();
set local timezone = 'Asia/Tokyo';
set local datestyle = 'German';
set local intervalstyle = 'iso_8601';
set local bytea_output = 'escape';
set local extra_float_digits = -5;
update public.wide set n = 1.00, old = 1, new = 'abc', v = 2;
select is(pg_temp.online('1', 'wide', 'new'), 'abc', 'characters are kept as they are');
select is((select array_agg(n) from (select 1) one cross join lateral (select regexp_count(pg_temp.standing('wide'), '=') as n) c), '{1}', 'of one row one version stands');
update public.wide set i = '24 hours';
select is(regexp_count(pg_temp.standing('wide'), '='), 1, 'also where the key is written otherwise');
update public.wide set v_now = 2, found = 3, new = 'q';
select is(pg_temp.online('1', 'wide', 'v_now') || pg_temp.online('1', 'wide', 'found') || pg_temp.online('1', 'wide', 'new'), '23q', 'names of variables are names of columns');
alter table public.wide alter c type character(9);
update public.wide set v = 4;
select is(regexp_count(pg_temp.standing('wide'), '='), 1, 'a character column that got longer names the same row');
delete from public.wide;
select is(pg_temp.standing('wide'), null, 'and takes it away');
reset datestyle;

-- Keys that no index holds.
create table public.long (name text primary key, at timestamptz, v double precision);
create table public.long_plain (name text, at timestamptz, v double precision);
select tests.become('engineer');
select lives_ok(pg_temp.register('long', '', 'named'), 'a text is a key');
select ml.register_feature_view('long_plain', 'named', 'public.long_plain', 'at', '[{"name":"v","type":"float64"}]');
select tests.reset();
insert into public.long values (repeat('x', 20000), '2026-01-01Z', 1), (repeat('x', 20001), '2026-01-01Z', 2), ('short', '2026-01-01Z', 3);
insert into public.long_plain select string_agg(md5(i::text), ''), '2026-01-01Z', 1 from generate_series(1, 300) i;
insert into public.long_plain values ('short', '2026-01-01Z', 3);
update public.long set v = v + 10;
delete from public.long where v = 11;
select is((select count(*) from regexp_matches(pg_temp.standing('long'), '=1[23]', 'g')), 2::bigint, 'long ones are told apart');
select is((select count(*) from ml.online_features o join ml.feature_views v on v.id = o.view_id where v.name like 'long%'), 2::bigint, 'and do not count, where others do');

-- One row of many is looked up, in the source and in the history.
create table public.many (name text, at timestamptz, v double precision, rid text collate "C" primary key);
create index on public.many (name collate "C", at);
insert into public.many select 'n' || i % 50, timestamptz '2026-01-01Z' + i * interval '1 minute', i, 'r' || i from generate_series(1, 5000) i;
select tests.become('engineer');
select ml.register_feature_view('many', 'named', 'public.many', 'at', '[{"name":"v","type":"float64"}]', keep_history => true);
select ml.register_feature_view('many_plain', 'named', 'public.many', 'at', '[{"name":"v","type":"float64"}]');
select tests.reset();
select is((select count(*) from pg_index i where i.indrelid = 'public.many'::regclass), 3::bigint, 'an index of another collation is not the one that is needed');
create function pg_temp.read() returns bigint language sql as $$
    select sum(pg_stat_get_xact_tuples_returned(c.oid) + pg_stat_get_xact_tuples_fetched(c.oid))::bigint from pg_class c
    where c.oid in ('public.many'::regclass, (select v.source::regclass from ml.feature_views v where v.name = 'many'), 'ml.online_features'::regclass)
$$;
create temporary table reads as select 0 as n, pg_temp.read() as tuples;
update public.many set v = v + 0.5 where rid = 'r4000';
insert into reads select 1, pg_temp.read();
delete from public.many where rid in ('r4999', 'r4998');
insert into reads select 2, pg_temp.read();
select cmp_ok((select max(r.tuples) filter (where r.n = 1) - min(r.tuples) filter (where r.n = 0) from reads r), '<', 200::bigint, 'a change of one row reads no more than it has to');
select cmp_ok((select max(r.tuples) filter (where r.n = 2) - min(r.tuples) filter (where r.n = 1) from reads r), '<', 1000::bigint, 'nor do deletions of newest rows');
select is(pg_temp.online('"n48"', 'many') || ' ' || pg_temp.online('"n49"', 'many_plain'), '4948 4949', 'which leave the next newest online');

-- Also where a session's plans are from when there was next to nothing.
create table public.grown (rid integer primary key, id bigint, at timestamptz, v double precision);
insert into public.grown values (0, 0, '2026-01-01Z', 0);
select tests.become('engineer');
select ml.register_feature_view('grown', 'thing', 'public.grown', 'at', '[{"name":"v","type":"float64"}]', keep_history => true);
select tests.reset();
do $$ begin execute format('analyze %s', (select v.source from ml.feature_views v where v.name = 'grown')); end $$;
do $$ begin for i in 1..10 loop update public.grown set v = v + 1 where rid = 0; end loop; end $$;
insert into public.grown select i, i, '2026-01-01Z', i from generate_series(1, 2000) i;
create function pg_temp.read_grown() returns bigint language sql as $$
    select sum(pg_stat_get_xact_tuples_returned(c.oid) + pg_stat_get_xact_tuples_fetched(c.oid))::bigint from pg_class c
    where c.oid = (select v.source::regclass from ml.feature_views v where v.name = 'grown')
$$;
delete from reads;
insert into reads select 0, pg_temp.read_grown();
update public.grown set v = v + 1 where rid <= 100;
insert into reads select 1, pg_temp.read_grown();
select cmp_ok((select max(r.tuples) - min(r.tuples) from reads r), '<', 2000::bigint, 'a hundred rows of two thousand are looked up one by one');

-- However often it was changed.
do $$ begin for i in 1..300 loop update public.many set v = v + 1 where rid = 'r1'; end loop; end $$;
delete from reads;
insert into reads select 0, pg_temp.read();
update public.many set v = v + 1 where rid = 'r1';
insert into reads select 1, pg_temp.read();
select cmp_ok((select max(r.tuples) - min(r.tuples) from reads r), '<', 200::bigint, 'versions of before are not read');
select is((select count(*) from ml_private.online_pending p join ml.feature_views v on v.id = p.view_id where v.name <> 'keyless'), 0::bigint, 'nothing waits');
select * from finish();
rollback;
