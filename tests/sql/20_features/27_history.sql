-- keep_history: a table that is updated in place, read point in time all the same.
begin;
select plan(36);

create table public.accounts (account bigint primary key, at timestamptz, tier text, balance double precision, note text);
grant select, insert, update, delete, truncate on public.accounts to anon;
insert into public.accounts values (1, '2026-01-01Z', 'a', 10, 'x'), (2, '2026-01-01Z', 'b', 20, 'x');
create table public.stamped (account bigint primary key, at timestamptz, written timestamptz, balance double precision);
insert into public.stamped values (1, '2026-01-01Z', '2026-01-02Z', 1);
create view public.accounts_view as select * from public.accounts;
create table public.parted (account bigint, at timestamptz, balance double precision) partition by list (account);
create table public.taken (account bigint primary key, at timestamptz, ml_recorded_at double precision);

create function pg_temp.register(view text, source text, more text default '', column_name text default 'balance') returns text language sql as $$
    select format('select (ml.register_feature_view(%L, ''account'', %L, ''at'', ''[{"name":"v","type":"float64","column":"%s"}]''%s)).id', view, source, column_name, more)
$$;
create function pg_temp.online(key text) returns double precision language sql as $$
    select (o.values ->> 'v')::double precision from ml.online_features o join ml.feature_views v on v.id = o.view_id
    where o.entity_key = key and v.name = 'kept' and v.retired_at is null
$$;
do $$ begin perform tests.become('engineer'); perform ml.register_entity('account', '[{"name":"account","type":"int64"}]'); end $$;

select tests.throws(pg_temp.register('bad', 'public.accounts_view', ', mode => ''batch'', keep_history => true'), '22023', 'history_unsupported', 'a view has no history');
select tests.throws(pg_temp.register('bad', 'public.parted', ', mode => ''batch'', keep_history => true'), '22023', 'history_unsupported', 'nor a partitioned table');
select tests.throws(pg_temp.register('bad', 'public.accounts', ', keep_history => null'), '22023', 'invalid_argument', 'null is no answer');
select tests.throws(pg_temp.register('bad', 'public.taken', ', keep_history => true', 'ml_recorded_at'), '22023', 'reserved_name', 'a name of ours is refused');
select tests.throws(pg_temp.register('bad', 'hr.accounts', ', keep_history => true'), '42501', 'source_not_allowed', 'a source must be allowed as ever');
do $$ begin perform tests.become('viewer'); end $$;
select tests.throws(pg_temp.register('bad', 'public.accounts', ', keep_history => true'), '42501', 'permission_denied', 'a viewer keeps nothing');
do $$ begin perform tests.become('engineer'); end $$;
select lives_ok(pg_temp.register('kept', 'public.accounts', ', keep_history => true'), 'an engineer keeps a history');
select lives_ok(pg_temp.register('stamped', 'public.stamped', ', created_time => ''written'', mode => ''batch'', keep_history => true'), 'of a table with a created time too');
select is((select (v.history_of, v.warnings::text)::text from ml.feature_views v where v.name = 'kept'), '(public.accounts,[])', 'the view says of what, and is not warned of');
select is((w).version, 1, 'the same definition again is the same version')
from ml.register_feature_view('kept', 'account', 'public.accounts', 'at', '[{"name":"v","type":"float64","column":"balance"}]', keep_history => true) w;
select tests.throws(pg_temp.register('bad', (select v.source from ml.feature_views v where v.name = 'kept')), '22023', 'source_refused', 'a history is no source of another view');
select is(ml.get_lineage('feature_view', v.id::text) #>> '{edges,0,from,id}', 'public.accounts', 'lineage names the table') from ml.feature_views v where v.name = 'kept';

do $$ begin perform tests.reset(); end $$;
create function pg_temp.history() returns bigint language plpgsql as $$
declare n bigint;
begin
    execute format('select count(*) from %s', (select v.source from ml.feature_views v where v.name = 'kept' order by v.version limit 1)) into n;
    return n;
end $$;
select is(pg_temp.history(), 2::bigint, 'the history starts with the rows of now, each once');
select is(has_table_privilege(r, (select v.source from ml.feature_views v where v.name = 'kept'), 'select, insert, update, delete, truncate'), false, 'no right on it for ' || r)
from unnest('{anon,authenticated,service_role,ml_worker}'::text[]) r;

set local role anon;
update public.accounts set balance = 11, at = '2026-02-01Z' where account = 1;
update public.accounts set note = 'y';
update public.accounts set balance = balance;
reset role;
select is(pg_temp.history(), 3::bigint, 'a writer without rights on it adds a change; other columns and unchanged rows add nothing');
select is(pg_temp.online('[1]'), 11::double precision, 'online follows');
set local role anon;
insert into public.accounts values (1, '2026-02-01Z', 'a', 12, 'z'), (3, '2026-02-01Z', 'c', 30, 'z') on conflict (account) do update set balance = excluded.balance;
reset role;
select is(pg_temp.history(), 5::bigint, 'an upsert adds what it inserts and what it changes');
select is(array[pg_temp.online('[1]'), pg_temp.online('[3]')], array[12, 30]::double precision[], 'of two rows of one event time online has the one recorded last');
create table public.asked (account bigint, event_time timestamptz, label double precision);
insert into public.asked values (1, clock_timestamp(), 2);
set local role anon;
delete from public.accounts where account = 2;
reset role;
select is(pg_temp.online('[2]'), null, 'a deleted row leaves the online store');
set local role anon;
truncate public.accounts;
reset role;
select is(pg_temp.history(), 5::bigint, 'delete and truncate leave the history');
select is(pg_temp.online('[1]'), null, 'a truncated table leaves nothing online');

insert into public.asked values (1, '2026-01-15Z', 0), (1, '2026-02-15Z', 1), (2, '2025-12-31Z', 3), (1, '2026-01-02Z', 4), (1, clock_timestamp(), 5);
update public.stamped set balance = 2;
do $$ begin perform tests.become('engineer'); perform ml.create_training_dataset('cut', 'public.asked', '{kept:v}', 'label', split => '{"train":1}');
    perform tests.reset(); end $$;
create function pg_temp.cut() returns text language plpgsql as $$
declare t text;
begin
    execute format('select string_agg(label || ''='' || coalesce(d.%I::text, ''null''), '' '' order by label) from %s d',
        (select c.features #>> '{0,column}' from ml.datasets c where c.name = 'cut'), (select c.table_name from ml.datasets c where c.name = 'cut')) into t;
    return t;
end $$;
select is(pg_temp.cut(), '0=10 1=10 2=12 3=null 4=10 5=null', 'labels get what was known: a change only from the moment at which it was recorded, a deletion likewise');
create function pg_temp.stamped() returns text language plpgsql as $$
declare t text;
begin
    execute format('select string_agg(h.balance || '' '' || (h.written > ''2026-01-02Z''), '', '' order by h.balance) from %s h', (select v.source from ml.feature_views v where v.name = 'stamped')) into t;
    return t;
end $$;
select is(pg_temp.stamped(), '1 false, 2 true', 'a change that leaves the created time alone is known from the change on');

alter table public.stamped rename balance to amount;
select tests.throws('update public.stamped set amount = 3', 'PT409', 'column_missing', 'a column that went away is named to the writer');
do $$ begin perform tests.become('engineer'); perform ml.retire_feature_view('stamped', 1); perform tests.reset(); end $$;
select lives_ok('update public.stamped set amount = 3', 'retiring the view frees the table');
select is((select count(*) from pg_trigger t where t.tgrelid = 'public.stamped'::regclass), 0::bigint, 'no trigger stays');
do $$ begin perform tests.become('engineer'); end $$;
select lives_ok(pg_temp.register('kept', 'public.accounts', ', ttl => ''1 day'', keep_history => true'), 'a next version keeps its own');
select lives_ok($$ select ml.retire_feature_view('kept', 1) $$, 'the old one is retired');
do $$ begin perform tests.reset(); end $$;
insert into public.accounts values (9, now(), 'a', 9, '');
select is(array[pg_temp.history(), pg_temp.online('[9]')::bigint], array[5, 9]::bigint[], 'its history stops and stays, while the next goes on');

-- Types stay what they were, texts are compared by their bytes, and a created time is another column than the event time.
select tests.reset();
create collation public.no_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
create table public.tiers (tier_id bigint primary key, at timestamptz, tier text collate public.no_case, points bigint);
grant select, insert, update on public.tiers to authenticated, service_role;
insert into public.tiers values (1, '2026-01-01Z', 'Gold', 1);
select ml.register_entity('tier', '[{"name": "tier_id", "type": "int64"}]');
select tests.throws(
    $$ select ml.register_feature_view('tiers', 'tier', 'public.tiers', 'at', '[{"name": "tier", "type": "string"}]', created_time => 'at', keep_history => true) $$,
    '22023', 'invalid_argument', 'a created time is not the event time');
select ml.register_feature_view(
    'tiers', 'tier', 'public.tiers', 'at', '[{"name": "tier", "type": "string"}, {"name": "points", "type": "int64"}]', keep_history => true);
update public.tiers set tier = 'GOLD';
select is(ml.get_online_features(array['tiers:tier'], '{"tier_id": [1]}') #>> '{results,1,values,0}', 'GOLD', 'a change of case is a change, whatever the collation says');
alter table public.tiers alter points type double precision;
select tests.throws($$ update public.tiers set points = 1.7 $$, 'PT409', 'type_mismatch', 'nothing is rounded to the type of before');
alter table public.tiers alter points type bigint;
update public.tiers set points = 3;
select is(ml.get_online_features(array['tiers:points'], '{"tier_id": [1]}') #>> '{results,1,values,0}', '3', 'changed back, it goes on');
select * from finish();
rollback;
