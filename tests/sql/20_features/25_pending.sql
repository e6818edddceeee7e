-- Rows later than now wait for their time beside the online store; until then the row before them counts.
begin;
select plan(25);

create table public.readings (device bigint, at timestamptz, written timestamptz, heat double precision);
create table public.clock (now timestamptz);
insert into public.clock values (now());
create or replace function ml_private.online_clock() returns timestamptz language sql volatile security definer set search_path = pg_catalog, pg_temp as $$ select c.now from public.clock c $$;
create function pg_temp.wait(how_long interval) returns void language sql as $$ update public.clock set now = now + how_long $$;
create function pg_temp.heat(view text default 'readings', device bigint default 1) returns double precision language plpgsql as $$
declare
    v_heat double precision;
begin
    perform tests.become('viewer');
    v_heat := ml.get_online_features(array[view || ':heat'], jsonb_build_object('device', jsonb_build_array(device))) #>> '{results,1,values,0}';
    perform tests.reset();
    return v_heat;
end $$;
create function pg_temp.pending() returns bigint language sql as $$ select count(*) from ml_private.online_pending $$;

insert into public.readings values (1, now() - interval '1 day', now(), 10), (1, now() + interval '30 days', now(), 99);
do $$
begin
    perform tests.become('engineer');
    perform ml.register_entity('device', '[{"name":"device","type":"int64"}]');
    perform ml.register_feature_view('readings', 'device', 'public.readings', 'at', '[{"name":"heat","type":"float64"}]', ttl => '20 days');
    perform ml.register_feature_view('batch', 'device', 'public.readings', 'at', '[{"name":"heat","type":"float64"}]', mode => 'batch');
    perform ml.register_feature_view('written', 'device', 'public.readings', 'at', '[{"name":"heat","type":"float64"}]', 'written');
    perform tests.reset();
end $$;

select is(array[pg_temp.heat(), pg_temp.heat('batch'), pg_temp.heat('written')], '{10,10,10}', 'a row in the future that was there at registration is not read yet');
select is(pg_temp.pending(), 3::bigint, 'but kept');
insert into public.readings values (1, now() - interval '1 hour', now(), 11), (1, now() + interval '2 hours', now(), 12), (1, now() + interval '2 hours', now(), 12);
select is(pg_temp.heat(), 11::double precision, 'newer rows go on counting while it waits');
select pg_temp.wait('2 hours' - interval '1 microsecond');
select is(pg_temp.heat(), 11::double precision, 'a microsecond before its time a row does not count');
select pg_temp.wait('1 microsecond');
select is(pg_temp.heat(), 12::double precision, 'at its time it does, without any tick');
select is((select o.values ->> 'heat' from ml.online_features o join ml.feature_views v on v.id = o.view_id where v.name = 'readings'), '11', 'when the store does not hold it yet');
select is(pg_temp.heat('batch'), 10::double precision, 'a batch view goes by what it was filled with');
select is(ml_private.promote_pending(), 1::bigint, 'the tick puts a batch of one view online');
select is(ml_private.promote_pending() + ml_private.promote_pending(), 1::bigint, 'then of the next, and equal rows once');
select is((select o.values ->> 'heat' from ml.online_features o join ml.feature_views v on v.id = o.view_id where v.name = 'readings'), '12', 'so that the store holds it');
select is(pg_temp.heat(), 12::double precision, 'which reads do not notice');
select ok((select function_name = 'ml_private.promote_pending' from ml_private.tick_tasks where name = 'promote_pending'), 'the tick knows the step');

-- Created time
insert into public.readings values (2, now(), now() + interval '3 hours', 21), (2, now() - interval '1 hour', null, 20), (2, now(), 'infinity', 22);
select is(array[pg_temp.heat('readings', 2), pg_temp.heat('written', 2)], '{22,20}', 'a row that is written later is unknown before, where a created time is declared');
select pg_temp.wait('1 hour');
select is(pg_temp.heat('written', 2), 21::double precision, 'and known from then on; one with an infinite created time never is');

-- Changes of rows that wait
insert into public.readings values (3, now(), now(), 30), (3, now() + interval '10 days', now(), 31), (3, now() + interval '11 days', now(), 32);
update public.readings set heat = 33 where heat = 31;
delete from public.readings where heat = 32;
select pg_temp.wait('12 days');
select is(pg_temp.heat('readings', 3), 33::double precision, 'a row that waits is changed and deleted with its source row');
update public.readings set device = 4 where heat = 33;
select is(array[pg_temp.heat('readings', 3), pg_temp.heat('readings', 4)], '{30,33}', 'also when it is due and not online yet');
update public.readings set at = now() + interval '13 days' where heat = 33;
select is(pg_temp.heat('readings', 4), null, 'a row that is moved to a later time waits again');
select pg_temp.wait('1 day');
select is(pg_temp.heat('readings', 4), 33::double precision, 'and comes back');
select pg_temp.wait('20 days' + interval '1 second');
select is(pg_temp.heat('readings', 4), null, 'its age counts from its own time');

-- Filling anew, truncation, retirement
select tests.become('engineer');
select ml.materialize_feature_view('batch');
select tests.reset();
select is(pg_temp.heat('batch'), 99::double precision, 'a view filled anew holds what came due');
insert into public.readings values (5, now() + interval '90 days', now(), 1);
do $$ begin
    perform tests.become('engineer');
    perform ml.materialize_feature_view('batch');
    perform ml.retire_feature_view('batch', 1);
    perform tests.reset();
end $$;
select is((select count(*) from ml_private.online_pending p join ml.feature_views v on v.id = p.view_id where v.name = 'batch'), 0::bigint, 'a retired view has no rows that wait');
select cmp_ok(pg_temp.pending(), '>', 0::bigint, 'while the others do');
truncate public.readings;
select is(pg_temp.pending(), 0::bigint, 'until their source is truncated');

-- What a read costs
insert into public.readings select 6 + i % 10, now() + interval '90 days' + i * interval '1 second', now(), i from generate_series(1, 5000) i;
analyze ml_private.online_pending;
select pg_temp.heat('readings', 6);
create temporary table before_read as select s.seq_tup_read, s.idx_tup_fetch from pg_catalog.pg_stat_xact_all_tables s where s.relid = 'ml_private.online_pending'::regclass;
select pg_temp.heat('readings', 6);
select cmp_ok(
    (select s.seq_tup_read - b.seq_tup_read + s.idx_tup_fetch - b.idx_tup_fetch
     from pg_catalog.pg_stat_xact_all_tables s, before_read b where s.relid = 'ml_private.online_pending'::regclass),
    '<=', 1::bigint, 'one row of those that wait is looked at, however many there are');

-- The clock
select is(
    (select bool_or(has_function_privilege(r, 'ml_private.online_clock()', 'execute')) from unnest(array['anon', 'authenticated', 'service_role', 'ml_worker']) r), false,
    'no caller has anything to do with the clock');

select * from finish();
rollback;
