-- Where a row of a history ends: at the change that replaced it, whatever the event times say.
begin;
select plan(45);

create table public.price (
    sku bigint, at timestamptz, amount double precision, tier text, written timestamptz, rid bigint generated always as identity primary key
);
create function pg_temp.register(view text, more text) returns void language plpgsql as $$
begin
    execute format('select ml.register_feature_view(%L, ''sku'', ''public.price'', ''at'', ''[{"name":"amount","type":"float64"},{"name":"tier","type":"string"}]'', keep_history => true%s)', view, more);
end $$;
create function pg_temp.online(key bigint) returns double precision language sql as $$
    select (ml.get_online_features('{price:amount}', jsonb_build_object('sku', jsonb_build_array(key))) #>> '{results,1,values,0}')::double precision
$$;
create table public.moments (name text, sku bigint, event_time timestamptz, label double precision);
create function pg_temp.ask(name text, key bigint default 1) returns void language sql as $$
    insert into public.moments values (name, key, clock_timestamp(), 1)
$$;

select ml.register_entity('sku', '[{"name":"sku","type":"int64"}]');
insert into public.price values (1, '2026-01-01Z', 10, 'a', '2026-01-01Z'), (2, '2026-01-01Z', 20, 'a', '2026-01-01Z');
select pg_temp.register('price', '');
select pg_temp.register('price_batch', ', mode => ''batch''');
select pg_temp.register('price_written', ', created_time => ''written''');
select pg_temp.register('price_timely', ', created_time => ''written'', future => ''quarantine''');

select pg_temp.ask('start');
update public.price set at = '2026-06-01Z', amount = 11 where sku = 1;
select is(pg_temp.online(1), 11::double precision, 'a later event time replaces');
select pg_temp.ask('forward');
update public.price set at = '2026-03-01Z', amount = 12 where sku = 1;
select is(pg_temp.online(1), 12::double precision, 'an earlier event time replaces too');
select pg_temp.ask('back');
update public.price set at = '2025-03-01Z', amount = 13 where sku = 1;
select is(pg_temp.online(1), 13::double precision, 'even one before all others');
select pg_temp.ask('further back');

-- A time in the future by mistake: the row before it stands until the mistake is mended.
update public.price set at = '2099-01-01Z', amount = 99 where sku = 1;
select is(pg_temp.online(1), 13::double precision, 'until a row counts, the one before it does');
select pg_temp.ask('mistake');
update public.price set at = '2098-01-01Z', amount = 98 where sku = 1;
select is(pg_temp.online(1), 13::double precision, 'and does after a second mistake');
select pg_temp.ask('second mistake');
update public.price set at = '2025-01-01Z', amount = 14 where sku = 1;
select is(pg_temp.online(1), 14::double precision, 'the mended row replaces both, be its time earlier than theirs');
select pg_temp.ask('mended');
select is((select count(*) from ml_private.online_pending), 0::bigint, 'nothing waits any more');
update public.price set at = '2097-01-01Z', amount = 97 where sku = 1;
select pg_temp.ask('third mistake');
delete from public.price where sku = 1;
select is(pg_temp.online(1), null, 'a row that is deleted while it waits takes the one before it along');
select pg_temp.ask('deleted');
insert into public.price values (1, '2025-01-01Z', 15, 'a', clock_timestamp());
select is(pg_temp.online(1), 15::double precision, 'inserted again');
select pg_temp.ask('again');
update public.price set at = null where sku = 1;
select is(pg_temp.online(1), 15::double precision, 'a row without a time replaces nothing');
select pg_temp.ask('no time');
update public.price set at = '2024-01-01Z', amount = 16 where sku = 1;
select is(pg_temp.online(1), 16::double precision, 'until it has one');
select pg_temp.ask('time');

-- Other keys, and equal rows.
update public.price set sku = 3 where sku = 1;
select is(array[pg_temp.online(1), pg_temp.online(3)], array[null, 16]::double precision[], 'a changed key leaves one entity for the other');
select pg_temp.ask('moved');
select pg_temp.ask('moved here', 3);
insert into public.price select 4, '2026-01-01Z', 40, 'a', '2026-01-01Z' from generate_series(1, 3);
update public.price set amount = 39, at = '2025-12-31Z' where ctid = (select ctid from public.price where sku = 4 limit 1);
select is(pg_temp.online(4), 40::double precision, 'of equal rows those stand that were not changed');
update public.price set amount = 38, at = '2025-12-30Z' where sku = 4 and amount = 40;
select is(pg_temp.online(4), 39::double precision, 'until all were');
update public.price set amount = 37, at = '2025-12-29Z' where sku = 4;
select is(pg_temp.online(4), 37::double precision, 'changed to equal ones, each ends for itself');
delete from public.price where ctid = (select ctid from public.price where sku = 4 limit 1);
delete from public.price where ctid = (select ctid from public.price where sku = 4 limit 1);
select is(pg_temp.online(4), 37::double precision, 'the last of them stands');
delete from public.price where sku = 4;
select is(pg_temp.online(4), null, 'and goes last');
insert into public.price values (4, '2026-01-01Z', 40, 'Gold', '2026-01-01Z');
merge into public.price p using (values (4, 41.0), (5, 50.0)) n (sku, amount) on p.sku = n.sku
when matched then update set amount = n.amount, at = '2020-01-01Z'
when not matched then insert values (n.sku, '2026-01-01Z', n.amount, 'a', '2026-01-01Z');
select is(array[pg_temp.online(4), pg_temp.online(5)], array[41, 50]::double precision[], 'a merge updates and inserts');

-- A change that only the created time shows leaves one row standing, not two.
update public.price set written = '2026-02-01Z' where sku = 4;
update public.price set at = '2019-01-01Z', amount = 42 where sku = 4;
select is(
    ml.get_online_features('{price_written:amount}', '{"sku":[4]}') #>> '{results,1,values,0}', '42', 'a created time that changed alone ends the row before it');

-- Corrected twice before its time, each time to a later one: what stood in between never counts.
insert into public.price values (6, '2026-01-01Z', 60, 'a', '2026-01-01Z');
update public.price set at = '2097-01-01Z', amount = 97 where sku = 6;
update public.price set at = '2098-01-01Z', amount = 98 where sku = 6;
insert into public.moments values ('between', 6, '2097-06-01Z', 1), ('at last', 6, '2098-06-01Z', 1);
select is(
    (select string_agg(p.values ->> 'amount', ',') from ml_private.online_pending p join ml.feature_views v on v.id = p.view_id where v.name = 'price' and p.entity_key = '[6]'),
    '98', 'only the last correction waits');

-- Two rows of an entity that wait for one time, changed by two statements: the correction of one leaves the other alone.
insert into public.price values (7, '2026-01-01Z', 70, 'a', '2026-01-01Z'), (7, '2026-01-02Z', 71, 'b', '2026-01-02Z');
update public.price set at = '2097-01-01Z', amount = 72 where sku = 7 and tier = 'a';
update public.price set at = '2097-01-01Z', amount = 73 where sku = 7 and tier = 'b';
update public.price set at = '2025-01-01Z', amount = 74 where sku = 7 and tier = 'a';
select is(pg_temp.online(7), 71::double precision, 'the other stands until its time');
delete from public.price where sku = 7 and tier = 'a';
select is(pg_temp.online(7), 71::double precision, 'and when the one is gone');

-- Rows that differ in their created time alone: the one that was meant ends.
insert into public.price values (8, '2026-01-01Z', 80, 'a', '2026-01-01Z'), (8, '2026-01-01Z', 80, 'a', '2095-01-01Z');
delete from public.price where sku = 8 and written > '2090-01-01Z';
select is(ml.get_online_features('{price_written:amount}', '{"sku":[8]}') #>> '{results,1,values,0}', '80', 'the row that waits goes, the other stands');
update public.price set written = '2094-01-01Z' where sku = 8;
update public.price set written = '2026-02-01Z' where sku = 8;
select is(ml.get_online_features('{price_written:amount}', '{"sku":[8]}') #>> '{results,1,values,0}', '80', 'a created time that was mended counts at once');

-- However the session writes names.
set local quote_all_identifiers = on;
select lives_ok($$ update public.price set amount = 61 where sku = 6 $$, 'quoted names are the same names');
select pg_temp.register('price', '');
reset quote_all_identifiers;
select is((select count(*) from ml.feature_views v where v.name = 'price'), 1::bigint, 'and the same view');

-- The batch view reads the same history.
select ml.materialize_feature_view('price_batch');
select is(
    (select jsonb_object_agg(o.entity_key, o.values -> 'amount') from ml.online_features o join ml.feature_views v on v.id = o.view_id where v.name = 'price_batch'),
    (select jsonb_object_agg(o.entity_key, o.values -> 'amount') from ml.online_features o join ml.feature_views v on v.id = o.view_id where v.name = 'price'),
    'materialised, it holds what the realtime view holds');

-- As of any moment, a dataset has what online reads gave then.
select ml.create_training_dataset('moments', 'public.moments', '{price:amount,price_written:amount,price_timely:amount}', 'label', split => '{"train":1}');
create function pg_temp.cut(nth integer) returns jsonb language plpgsql as $$
declare
    v jsonb;
begin
    execute format('select jsonb_object_agg(m.name, d.%I) from %s d join public.moments m using (sku, event_time)',
        (select c.features #>> array[nth::text, 'column'] from ml.datasets c where c.name = 'moments'), (select c.table_name from ml.datasets c where c.name = 'moments')) into v;
    return v;
end $$;
select is(pg_temp.cut(0) -> name, expected, 'a dataset as of "' || name || '"')
from jsonb_each('{"start": 10, "forward": 11, "back": 12, "further back": 13, "mistake": 13, "second mistake": 13, "mended": 14, "third mistake": 14, "deleted": null, "again": 15, "moved": null, "between": 60, "at last": 61}')
    e (name, expected);
select is(pg_temp.cut(1), pg_temp.cut(0), 'with a created time of its own too');
select is(pg_temp.cut(2) - 'at last', pg_temp.cut(0) - 'at last', 'and where rows ahead of their time are quarantined');
select isnt((select count(*) from ml.quarantined_rows), 0::bigint, 'which some were');

-- A trigger reads its source by name: what stands there after a renaming is another's.
create table public.plain (sku bigint, at timestamptz, amount double precision);
insert into public.plain values (1, '2026-01-01Z', 1);
select ml.register_feature_view('plain', 'sku', 'public.plain', 'at', '[{"name":"amount","type":"float64"}]');
alter table public.plain rename to plain_before;
create view public.plain as select 1::bigint as sku, '2026-01-01Z'::timestamptz as at, 2::double precision as amount;
select tests.throws('delete from public.plain_before', 'PT409', 'source_renamed', 'a renamed source takes no writes');
drop view public.plain;
alter table public.plain_before rename to plain;
select lives_ok('delete from public.plain', 'with its name back it does');
select * from finish();
rollback;
