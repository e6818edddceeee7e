-- The online store follows its source inside the writer's transaction, whatever the statement and whoever the writer.
begin;
select plan(45);

create table public.readings (
    id integer, device bigint, part text, at timestamptz, written timestamptz, heat double precision, pressure numeric, state text, ok boolean
);
grant select, insert, update, delete on public.readings to anon;
insert into public.readings values
    (1, 1, 'a', '2026-01-01 10:00Z', null, 1, 10, 'x', true),
    (2, 1, 'a', '2026-01-01 11:00Z', null, 2, 20, 'y', false),
    (3, 2, 'a', '2026-01-01 09:00Z', null, 3, 30, null, null);

do $$
begin
    perform tests.become('engineer');
    perform ml.register_entity('device_part', '[{"name":"device","type":"int64"},{"name":"part","type":"string"}]');
    perform ml.register_feature_view('readings', 'device_part', 'public.readings', 'at',
        '[{"name":"heat","type":"float64"},{"name":"pressure","type":"float64"},{"name":"state","type":"string"},{"name":"ok","type":"bool"}]', 'written');
    perform tests.reset();
end $$;

create function pg_temp.online(key text) returns double precision language sql as $$
    select (o.values ->> 'heat')::double precision from ml.online_features o where o.entity_key = key
$$;
create function pg_temp.keys() returns text[] language sql as $$ select coalesce(array_agg(o.entity_key order by o.entity_key), '{}') from ml.online_features o $$;
create function pg_temp.same_as_source() returns boolean language sql as $$
    select not exists (
        select from (
            select distinct on (device, part) jsonb_build_array(device, part)::text as entity_key, at, written, heat
            from public.readings
            where device is not null and part is not null and isfinite(at)
            order by device, part, at desc, coalesce(written, at) desc, heat desc nulls last
        ) s
        full join ml.online_features o on o.entity_key = s.entity_key
        where (s.at, s.heat) is distinct from (o.event_time, (o.values ->> 'heat')::double precision)
    )
$$;

-- Backfill
select is(pg_temp.keys(), array['[1, "a"]', '[2, "a"]'], 'registration fills the store with what is there');
select is(pg_temp.online('[1, "a"]'), 2::double precision, 'the newest row of an entity is the one kept');
select is((select entity from ml.online_features where entity_key = '[1, "a"]'), '{"device":1,"part":"a"}'::jsonb, 'the entity is kept beside its key');
select is((select values from ml.online_features where entity_key = '[2, "a"]'), '{"heat":3,"pressure":30,"state":null,"ok":null}'::jsonb, 'raw values are kept, nulls too');

-- Insert
set local role anon;
insert into public.readings values (4, 1, 'a', '2026-01-01 12:00Z', null, 4, null, 'z', true);
reset role;
select is(pg_temp.online('[1, "a"]'), 4::double precision, 'an insert by a role without any right on the platform shows at once');
insert into public.readings values (5, 1, 'a', '2026-01-01 11:30Z', null, 5);
select is(pg_temp.online('[1, "a"]'), 4::double precision, 'an older event that arrives later does not overwrite');
insert into public.readings select 6, 1, 'a', timestamptz '2026-01-01 12:00Z' + n * interval '1 minute', null, 100 + n from unnest(array[2, 3, 1]) n;
select is(pg_temp.online('[1, "a"]'), 103::double precision, 'of many rows in one statement the newest wins, whatever their order');
insert into public.readings values (7, 3, 'a', '2026-01-01 12:00Z', '2026-01-01 12:10Z', 7), (8, 3, 'a', '2026-01-01 12:00Z', '2026-01-01 12:20Z', 6);
select is(pg_temp.online('[3, "a"]'), 6::double precision, 'at one event time the later created row wins');
insert into public.readings values (9, 3, 'a', '2026-01-01 12:00Z', '2026-01-01 12:15Z', 9);
select is(pg_temp.online('[3, "a"]'), 6::double precision, 'also when the earlier created one arrives later');
insert into public.readings values (10, 3, 'a', '2026-01-01 12:00Z', '2026-01-01 12:20Z', 5);
select is(pg_temp.online('[3, "a"]'), 6::double precision, 'a full tie is decided by the values: the greater stays');
insert into public.readings values (10, 3, 'a', '2026-01-01 12:00Z', '2026-01-01 12:20Z', 6.5);
select is(pg_temp.online('[3, "a"]'), 6.5::double precision, 'and the greater replaces');
insert into public.readings values (11, 1, '23', '2026-01-01', null, 1), (12, 12, '3', '2026-01-01', null, 2);
select is(array[pg_temp.online('[1, "23"]'), pg_temp.online('[12, "3"]')], array[1, 2]::double precision[], 'composite keys (1, 23) and (12, 3) do not meet');
insert into public.readings values (13, null, 'a', '2026-01-01', null, 1), (14, 9, null, '2026-01-01', null, 1), (15, 9, 'n', null, null, 1), (16, 9, 'i', 'infinity', null, 1);
select is((select count(*)::integer from ml.online_features where entity_key ~ 'null|9, '), 0, 'rows without key or finite time stay out');
insert into public.readings values (17, 4, 'a', '2026-01-01', null, 'NaN', 'NaN'), (18, 4, 'b', '2026-01-01', null, 'Infinity', 1e200), (19, 4, 'c', '2026-01-01', null, 1e150, 1e-400);
select is((select array_agg(values - 'state' - 'ok' order by entity_key) from ml.online_features where entity_key ~ '^.4,'),
    array['{"heat":null,"pressure":null}', '{"heat":null,"pressure":null}', jsonb_build_object('heat', 1e150::double precision, 'pressure', 0)]::jsonb[],
    'NaN, infinities and magnitudes beyond 1e150 are missing values, and the writer''s statement passes');
insert into public.readings values (20, 5, repeat('x', 3000), '2026-01-01', null, 1), (21, 5, 'k', '2026-01-01', null, 1);
select is((select count(*)::integer from ml.online_features where entity_key ~ '^.5,'), 1, 'a key too long for the store stays out and the writer''s statement passes');

-- Rollback
savepoint s;
insert into public.readings values (30, 1, 'a', '2026-01-02', null, 30);
select is(pg_temp.online('[1, "a"]'), 30::double precision, 'before a rollback the new row shows');
rollback to s;
select is(pg_temp.online('[1, "a"]'), 103::double precision, 'after it the former row is back');

-- Delete
delete from public.readings where heat = 103;
select is(pg_temp.online('[1, "a"]'), 102::double precision, 'after deleting the newest row the next newest shows');
delete from public.readings where heat = 101;
select is(pg_temp.online('[1, "a"]'), 102::double precision, 'deleting an older row changes nothing');
delete from public.readings where heat = 6.5;
select is(pg_temp.online('[3, "a"]'), 6::double precision, 'ties fall back by the same rule');
delete from public.readings where device = 2;
select is(pg_temp.online('[2, "a"]'), null, 'an entity without rows leaves the store');
delete from public.readings where id in (4, 6);
select is(pg_temp.online('[1, "a"]'), 5::double precision, 'one statement may delete several of the newest');
delete from public.readings where device is null or device in (4, 5);
select ok(pg_temp.same_as_source(), 'the store equals its source after deletes');

-- Update
update public.readings set heat = 55 where id = 5;
select is(pg_temp.online('[1, "a"]'), 55::double precision, 'a changed value shows');
update public.readings set heat = 0.5 where id = 5;
select is(pg_temp.online('[1, "a"]'), 0.5::double precision, 'a value that became smaller shows too');
update public.readings set at = '2025-01-01' where id = 5;
select is(pg_temp.online('[1, "a"]'), 2::double precision, 'a row moved back in time gives way to the next newest');
update public.readings set at = '2026-02-01' where id = 1;
select is(pg_temp.online('[1, "a"]'), 1::double precision, 'a row moved forward in time takes over');
update public.readings set device = 6 where id = 1;
select is(array[pg_temp.online('[1, "a"]'), pg_temp.online('[6, "a"]')], array[2, 1]::double precision[], 'a changed key leaves one entity and joins another');
update public.readings set device = case device when 1 then 6 when 6 then 1 else device end where part = 'a';
select is(array[pg_temp.online('[1, "a"]'), pg_temp.online('[6, "a"]')], array[1, 2]::double precision[], 'two entities may swap their rows in one statement');
update public.readings set at = null where id = 1;
select is(pg_temp.online('[1, "a"]'), null, 'a row that lost its time leaves the store');
update public.readings set at = '2026-02-01' where id = 1;
select is(pg_temp.online('[1, "a"]'), 1::double precision, 'and comes back with one');
select written_at as before from ml.online_features where entity_key = '[1, "a"]' \gset
update public.readings set id = id + 100;
select is((select written_at from ml.online_features where entity_key = '[1, "a"]'), :'before'::timestamptz, 'an update of other columns touches nothing');
update public.readings set heat = heat + 1, at = at + interval '1 hour' where isfinite(at);
select ok(pg_temp.same_as_source(), 'the store equals its source after an update of all rows');

-- Upsert, merge, truncate
alter table public.readings add constraint one unique (id, part);
insert into public.readings (id, device, part, at, heat) values (101, 1, 'a', '2026-03-01', 77), (500, 8, 'a', '2026-03-01', 78)
on conflict (id, part) do update set heat = excluded.heat, at = excluded.at;
select is(array[pg_temp.online('[1, "a"]'), pg_temp.online('[8, "a"]')], array[77, 78]::double precision[], 'an upsert shows both its inserts and its updates');
merge into public.readings r using (values (101, 1.5), (501, 1.6)) n (id, heat) on r.id = n.id and r.part = 'a'
when matched then update set heat = n.heat
when not matched then insert (id, device, part, at, heat) values (n.id, 8, 'm', '2026-03-01', n.heat);
select is(array[pg_temp.online('[1, "a"]'), pg_temp.online('[8, "m"]')], array[1.5, 1.6]::double precision[], 'a merge too');
select ok(pg_temp.same_as_source(), 'the store equals its source after upsert and merge');
insert into public.readings (id, device, part, at, heat) select 1000 + n, n % 50, 'bulk', timestamptz '2026-01-01' + n * interval '1 minute', n from generate_series(1, 5000) n;
delete from public.readings where id > 5500;
select ok(pg_temp.same_as_source(), 'the store equals its source after bulk writes');

-- A second view on the same source, and one that is retired
do $$
begin
    perform tests.become('engineer');
    perform ml.register_entity('device_only', '[{"name":"device","type":"int64"}]');
    perform ml.register_feature_view('by_device', 'device_only', 'public.readings', 'at', '[{"name":"heat","type":"float64"}]');
    perform tests.reset();
end $$;
insert into public.readings (id, device, part, at, heat) values (9000, 1, 'a', '2026-06-01', 90);
select is(array[pg_temp.online('[1, "a"]'), pg_temp.online('[1]')], array[90, 90]::double precision[], 'two views of one source are both kept');
do $$
begin
    perform tests.become('engineer');
    perform ml.retire_feature_view('by_device', 1);
    perform tests.reset();
end $$;
insert into public.readings (id, device, part, at, heat) values (9001, 1, 'a', '2026-06-02', 91);
select is(array[pg_temp.online('[1, "a"]'), pg_temp.online('[1]')], array[91, null]::double precision[], 'a retired view leaves the store and the other goes on');

-- Drift between store and source, and its repair
set local session_replication_role = replica;
insert into public.readings (id, device, part, at, heat) values (9002, 1, 'a', '2026-06-03', 92);
set local session_replication_role = origin;
select is(pg_temp.online('[1, "a"]'), 91::double precision, 'a write that fires no trigger is not seen');
select tests.become('engineer') \g /dev/null
select is(ml.materialize_feature_view('readings'), (select count(*) from ml.online_features), 'materialising counts the entities');
select tests.reset() \g /dev/null
select is(pg_temp.online('[1, "a"]'), 92::double precision, 'and brings the store up to its source');

truncate public.readings;
select is(pg_temp.keys(), '{}', 'truncating the source empties the store');
select is((select count(*)::integer from ml.lineage_edges where from_kind = 'source' and from_id = 'public.readings'), 2, 'both views name their source');

-- A table that becomes a parent after registration.
create table public.readings_of_others () inherits (public.readings);
select tests.throws($$ select ml.materialize_feature_view('readings') $$, '22023', 'source_not_realtime', 'rows that no trigger sees are not filled in either');
select * from finish();
rollback;
