-- Several rows of one entity that one statement changes or takes away: none that is gone stays.
begin;
select plan(10);
select tests.become('engineer');
select ml.register_entity('thing', '[{"name": "id", "type": "int64"}]');
select tests.reset();

-- Rows that differ in their created time alone, and in the history have one of the change.
create table public.created (rid integer primary key, id bigint, at timestamptz, cr timestamptz, v double precision);
insert into public.created values
    (1, 1, now() - interval '2 days', now() - interval '2 days', 10), (2, 1, now() - interval '2 days', now() - interval '1 day', 20),
    (3, 1, now() - interval '5 days', now() - interval '5 days', 3);
select tests.become('engineer');
select ml.register_feature_view('created', 'thing', 'public.created', 'at', '[{"name": "v", "type": "float64"}]', keep_history => true, created_time => 'cr');
select tests.reset();
create function pg_temp.online(view text) returns double precision language sql as $$
    select (o.values ->> 'v')::double precision from ml.online_features o join ml.feature_views v on v.id = o.view_id where v.name = view and o.entity_key = '[1]'
$$;
create function pg_temp.standing(view text, name text default 'v') returns text language plpgsql as $$
declare
    v_values text;
begin
    execute format('select string_agg(h.%1$I::text, '','' order by h.%1$I) from %2$s h where h.ml_superseded_at is null', name, (select v.source from ml.feature_views v where v.name = view)) into v_values;
    return v_values;
end
$$;
update public.created set v = 7 where rid in (1, 2);
select is(pg_temp.online('created'), 7.0::double precision, 'fixture: two rows that look the same');
delete from public.created where rid in (1, 2);
select is(pg_temp.online('created'), 3.0::double precision, 'both are gone');
select is(pg_temp.standing('created'), '3', 'in the history too');
insert into public.created values
    (4, 1, now() - interval '1 hour', now() - interval '2 hours', 4), (5, 1, now() - interval '1 hour', now() - interval '2 hours', 4),
    (6, 1, now() - interval '1 hour', now() - interval '30 minutes', 4);
delete from public.created where rid in (4, 6);
select is(pg_temp.standing('created', 'cr'), (now() - interval '5 days')::text || ',' || (now() - interval '2 hours')::text, 'of equal rows goes the one of the right created time');

-- Two rows that wait for one time.
create table public.waiting (rid integer primary key, id bigint, at timestamptz, v double precision);
insert into public.waiting values (1, 1, now() - interval '2 days', 10), (2, 1, now() - interval '1 day', 20);
select tests.become('engineer');
select ml.register_feature_view('waiting', 'thing', 'public.waiting', 'at', '[{"name": "v", "type": "float64"}]', keep_history => true);
select tests.reset();
update public.waiting set at = 'tomorrow', v = v + 1;
select is(pg_temp.online('waiting'), 20.0::double precision, 'until then the old ones stand');
update public.waiting set v = 12 where rid = 1;
delete from public.waiting where rid = 2;
select is(pg_temp.online('waiting'), 10.0::double precision, 'the row that is deleted does not stay until tomorrow, the other does');
delete from public.waiting;
select is(pg_temp.online('waiting'), null, 'until it is deleted');
insert into public.waiting values (3, 1, now() - interval '2 days', 30), (4, 1, now() - interval '1 day', 40);
update public.waiting set at = null;
update public.waiting set v = 12 where rid = 3;
delete from public.waiting where rid = 4;
select is(pg_temp.online('waiting'), 30.0::double precision, 'nor for good, where the new one has no time');
select is(pg_temp.standing('waiting'), '12', 'but its own row stands');

-- What stands where its table was is no business of a history that is retired.
create table public.spine as select 1::bigint as id, now() as event_time, 1::double precision as y;
select tests.become('engineer');
select ml.retire_feature_view('created', 1);
select tests.reset();
drop table public.created;
create materialized view public.created as select 1 as id;
select tests.become('engineer');
select lives_ok(
    $$ select ml.create_training_dataset('cut', 'public.spine', '{created@1:v}', 'y', split => '{"train": 1}') $$, 'it is read on');
select * from finish();
rollback;
