-- Rows further ahead of now than a view takes: refused in the writer's transaction, or left out online and in datasets alike.
begin;
select plan(30);

create table public.readings (device bigint, at timestamptz, written timestamptz, heat double precision, hot boolean default true);
create function pg_temp.register(view text, future text, tolerance interval default null, created text default 'written', mode text default 'realtime')
returns integer language sql as $$
    select version from ml.register_feature_view(view, 'device', 'public.readings', 'at', '[{"name":"heat","type":"float64"}]', created, mode => register.mode,
        future => register.future, future_tolerance => register.tolerance)
$$;
create function pg_temp.online(view text) returns jsonb language sql as $$
    select coalesce(jsonb_object_agg(o.entity_key, o.values -> 'heat'), '{}') from ml.online_features o join ml.feature_views v on v.id = o.view_id where v.name = view
$$;
do $$ begin perform tests.become('engineer'); perform ml.register_entity('device', '[{"name":"device","type":"int64"}]'); end $$;

-- Arguments
select throws_ok($$ select pg_temp.register('v', 'drop') $$, '22023', 'unknown future ''drop''', 'future is one of three');
select throws_ok($$ select pg_temp.register('v', null) $$, '22023', 'unknown future null', 'and not null');
select throws_ok($$ select pg_temp.register('v', 'keep', '1 minute') $$, '22023', 'future_tolerance says nothing where future is keep', 'a tolerance without use is refused');
select throws_ok($$ select pg_temp.register('v', 'refuse', '-1 second') $$, '22023', 'future_tolerance must lie between 0 and 365 days, not -00:00:01', 'as is a negative one');
select throws_ok($$ select pg_temp.register('v', 'refuse', '366 days') $$, '22023', 'future_tolerance must lie between 0 and 365 days, not 366 days', 'or one beyond a year');
select throws_ok($$ select pg_temp.register('v', 'refuse', null, 'written', 'batch') $$, '22023',
    'future refuse needs mode realtime: a batch view does not see its source being written', 'a batch view can refuse nothing');
select throws_ok($$ select pg_temp.register('v', 'quarantine', null, null) $$, '22023',
    'future quarantine needs created_time: without it a dataset cut later cannot tell that a row was ahead of its time', 'quarantine is told by the created time');

-- Registered
select tests.reset();
insert into public.readings values (9, now() + interval '1 day', now(), 90);
select tests.become('engineer');
select is(pg_temp.register('refusing', 'refuse'), 1, 'a view that refuses is registered, also over rows that it would refuse');
select is(pg_temp.register('refusing', 'refuse', '300 seconds'), 1, 'five minutes are the tolerance unless another is given');
select is(pg_temp.register('refusing', 'refuse', '1 hour'), 2, 'another tolerance is another definition');
do $$ begin perform ml.retire_feature_view('refusing', 1); end $$;

-- Refuse
select tests.reset();
select throws_like($$ insert into public.readings values (1, clock_timestamp() + interval '3 hours', now(), 1) $$,
    'a row of entity [1] in public.readings has a time 0%:59:%ahead of now, and feature view refusing@2 takes 01:00:00 at most', 'a row beyond the tolerance fails its writer, who learns why');
select throws_ok($$ insert into public.readings values (1, clock_timestamp() + interval '3 hours', now(), 1) $$, '22023', null, 'with 22023');
select throws_ok($$ insert into public.readings values (1, now(), clock_timestamp() + interval '3 hours', 1) $$, '22023', null, 'its created time counts as well');
select lives_ok($$ insert into public.readings values (1, now() + interval '59 minutes', now(), 1), (1, now(), now(), 2) $$, 'a row within it is kept');
select is(pg_temp.online('refusing'), '{"[1]":2}', 'until it is due');
select throws_ok($$ update public.readings set at = now() + interval '2 hours' where heat = 2 $$, '22023', null, 'a row is not moved beyond it either');
select lives_ok($$ update public.readings set hot = false where heat = 90 $$, 'a row that was there before and looks the same is left alone');
select lives_ok($$ delete from public.readings where heat = 90 $$, 'and may go');
do $$ begin perform tests.become('engineer'); perform ml.retire_feature_view('refusing', 2); perform tests.reset(); end $$;

-- Quarantine
truncate public.readings;
select tests.become('engineer');
select pg_temp.register('strict', 'quarantine', '10 minutes');
select pg_temp.register('strict_batch', 'quarantine', '10 minutes', mode => 'batch');
select tests.reset();
insert into public.readings values
    (1, now() - interval '2 days', now() - interval '2 days', 10), (1, now() - interval '1 day', now() - interval '1 day 10 minutes', 11),
    (1, now() - interval '1 hour', now() - interval '1 day', 99), (2, now() + interval '30 days', now(), 98), (3, now() - interval '1 day', null, 30);
select is(pg_temp.online('strict'), '{"[1]":11,"[3]":30}', 'a row whose event is later than its writing by more than the tolerance is left out, now and when its time has come');
select is((select count(*) from ml_private.online_pending), 0::bigint, 'it does not wait');
select set_eq(
    $$ select q.entity_key, q.event_time, q.created_time, q.reason from ml.quarantined_rows q $$,
    $$ values
        ('[1]', now() - interval '1 hour', now() - interval '1 day', 'its event time is later than its created time by 23:00:00, and 00:10:00 at most is taken'),
        ('[2]', now() + interval '30 days', now(), 'its event time is later than its created time by 30 days, and 00:10:00 at most is taken') $$,
    'key, times and reason are noted');
select tests.become('engineer');
select ml.materialize_feature_view('strict_batch');
select is(pg_temp.online('strict_batch'), '{"[1]":11,"[3]":30}', 'a batch view leaves the same rows out');
select is((select count(*) from ml.quarantined_rows), 4::bigint, 'and notes them');
select ml.materialize_feature_view('strict_batch');
select is((select count(*) from ml.quarantined_rows), 4::bigint, 'once, however often it is filled');
select tests.reset();
create table public.spine as select d as device, now() + interval '60 days' as at, d as y from generate_series(1, 3) d;
select tests.become('engineer');
select ml.create_training_dataset('later', 'public.spine', '{strict:heat}', 'y', 'at', '{"train":1}');
select is(
    (select jsonb_agg(r -> jsonb_array_length(p.page -> 'columns') - 1 order by r -> 0) from (select ml.read_dataset('later') as page) p, jsonb_array_elements(p.page -> 'rows') r),
    '[11, null, 30]', 'a dataset leaves the same rows out, also one of a time when they are long past');
select tests.reset();
update public.readings set written = at where heat = 99;
select is(pg_temp.online('strict'), '{"[1]":99,"[3]":30}', 'a row whose time is put right comes back');

-- Retention
insert into public.readings select 5, now() + interval '1 day' + i * interval '1 second', now(), i from generate_series(1, 500) i;
select is((select count(*) from ml.quarantined_rows q join ml.feature_views v on v.id = q.view_id where v.name = 'strict' and q.entity_key = '[5]'), 100::bigint,
    'a statement notes a hundred rows at most');
delete from ml.quarantined_rows;
insert into ml.quarantined_rows
select v.id, format('[%s]', i), now(), now(), 'ahead', now() - case when i <= 700 then interval '31 days' else i * interval '1 second' end
from ml.feature_views v, generate_series(1, 11300) i
where v.name = 'strict';
select is(ml_private.prune_quarantined_rows(), 1000::bigint, 'notes go in batches');
select is(array[ml_private.prune_quarantined_rows(), ml_private.prune_quarantined_rows()], '{300,0}', 'until all are gone that are older than 30 days or than the last 10,000');
select is((select array[count(*), max(extract(epoch from now() - q.quarantined_at))::bigint] from ml.quarantined_rows q), array[10000, 10700]::bigint[], 'which stay');

select * from finish();
rollback;
