-- A source whose own triggers write to it again: what is kept and what is online is what the table holds in the end.
begin;
select plan(26);
select tests.become('engineer');
select ml.register_entity('thing', '[{"name": "id", "type": "int64"}]');
select tests.reset();

create table public.capped (rid integer primary key, id bigint, at timestamptz, raw double precision, v double precision);
create function pg_temp.register(view text, more text) returns void language plpgsql as $$
begin
    perform tests.become('engineer');
    execute format('select ml.register_feature_view(%L, ''thing'', ''public.capped'', ''at'', ''[{"name":"v","type":"float64"}]''%s)', view, more);
    perform tests.reset();
end
$$;
select pg_temp.register('kept', ', keep_history => true');
select pg_temp.register('kept_batch', ', keep_history => true, mode => ''batch''');
select pg_temp.register('plain', '');
create function pg_temp.online(id bigint, view text) returns double precision language sql as $$
    select (ml.get_online_features(array[online.view || ':v'], jsonb_build_object('id', jsonb_build_array(online.id))) #>> '{results,1,values,0}')::double precision
$$;
create function pg_temp.seen(id bigint) returns double precision[] language sql as $$ select array[pg_temp.online(seen.id, 'kept'), pg_temp.online(seen.id, 'plain')] $$;
create function pg_temp.kept() returns text language plpgsql as $$
declare
    v_values text;
    v_same boolean;
begin
    execute format('select string_agg(h.ml_row ->> 0 || '':'' || coalesce(h.v::text, ''null'') || case when h.ml_superseded_at is null then '''' else ''-'' end, '' '' order by h.ml_id) from %s h',
        (select v.source from ml.feature_views v where v.name = 'kept')) into v_values;
    execute format('select not exists (select h.ml_row, h.v, h.ml_superseded_at is null from %s h except select h.ml_row, h.v, h.ml_superseded_at is null from %s h)',
        (select v.source from ml.feature_views v where v.name = 'kept'), (select v.source from ml.feature_views v where v.name = 'kept_batch')) into v_same;
    return v_values || case when v_same then '' else ' and another batch view' end;
end
$$;

-- Each statement as in a transaction of its own.
create function pg_temp.afresh() returns void language sql as $$ select set_config('ml.nested_' || v.id, '', true) from ml.feature_views v $$;

-- A row trigger: its statement ends before the one that set it off.
create function public.cap() returns trigger language plpgsql as $$
begin
    if new.v > 100 then
        update public.capped set v = 100 where rid = new.rid;
    elsif new.v < 0 then
        delete from public.capped where rid = new.rid;
    elsif new.v is null then
        update public.capped set v = new.raw * 2 where rid = new.rid;
    end if;
    return null;
end
$$;
create trigger cap after insert or update on public.capped for each row execute function public.cap();
select pg_temp.afresh();
insert into public.capped values (1, 1, now() - interval '1 hour', 0, 500);
select is(pg_temp.seen(1), '{100,100}', 'an inserted row that is capped');
select is(pg_temp.kept(), '1:100', 'what was never in the table at the end of a statement is not kept');
select pg_temp.afresh();
update public.capped set v = 5;
select is(pg_temp.seen(1), '{5,5}', 'a change in the same transaction');
select pg_temp.afresh();
update public.capped set v = 700, at = now();
select is(pg_temp.seen(1), '{100,100}', 'a changed row that is capped');
select is(pg_temp.kept(), '1:100- 1:5- 1:100', 'is kept once');
select pg_temp.afresh();
insert into public.capped values (2, 2, now() - interval '1 hour', 0, -1);
select is(pg_temp.seen(2), '{null,null}', 'a row that goes as it comes');
select is(pg_temp.kept(), '1:100- 1:5- 1:100', 'leaves nothing');
select pg_temp.afresh();
insert into public.capped values (3, 3, now() - interval '1 hour', 21, null), (4, 4, now() - interval '1 hour', 0, 7);
select is(pg_temp.seen(3), '{42,42}', 'a column that is filled');
select is(pg_temp.seen(4), '{7,7}', 'beside a row that nothing is done to');
select pg_temp.afresh();
update public.capped set v = -1 where rid in (3, 4);
select is(pg_temp.seen(3) || pg_temp.seen(4), '{null,null,null,null}', 'rows that a trigger takes away');
select is(pg_temp.kept(), '1:100- 1:5- 1:100 3:42- 4:7-', 'are ended');

-- One that moves a row to another entity and to a time to come.
create function public.move() returns trigger language plpgsql as $$
begin
    update public.capped set id = 9, at = now() + interval '1 day' where rid = new.rid and id = 8;
    return null;
end
$$;
create trigger move after insert on public.capped for each row execute function public.move();
select pg_temp.afresh();
insert into public.capped values (5, 8, now(), 0, 50);
select is(pg_temp.seen(8) || pg_temp.seen(9), '{null,null,null,null}', 'a row that is moved to another entity and another time is online for neither');
select is((select string_agg(distinct p.entity_key, ',') from ml_private.online_pending p), '[9]', 'and waits for the right one');
select pg_temp.afresh();
delete from public.capped where rid = 5;
select is((select count(*) from ml_private.online_pending p), 0::bigint, 'until it is deleted');
drop trigger move on public.capped;
drop trigger cap on public.capped;

-- Statement triggers, one before and one after those of the platform.
create function public.purge() returns trigger language plpgsql as $$
begin
    delete from public.capped where v < 0;
    return null;
end
$$;
create trigger a_purge after insert on public.capped for each statement execute function public.purge();
select pg_temp.afresh();
insert into public.capped values (6, 6, now(), 0, -1), (7, 7, now(), 0, 1);
select is(pg_temp.seen(6) || pg_temp.seen(7), '{null,null,1,1}', 'a purge that comes first');
drop trigger a_purge on public.capped;
create trigger z_purge after insert on public.capped for each statement execute function public.purge();
select pg_temp.afresh();
insert into public.capped values (8, 8, now(), 0, -1), (9, 9, now(), 0, 1);
select is(pg_temp.seen(8) || pg_temp.seen(9), '{null,null,1,1}', 'and one that comes last');
drop trigger z_purge on public.capped;
select is(pg_temp.kept(), '1:100- 1:5- 1:100 3:42- 4:7- 5:50- 7:1 8:-1- 9:1', 'all that was kept');

-- Written without triggers: materialising brings a history up to the table.
set local session_replication_role = replica;
update public.capped set v = 2 where rid = 7;
delete from public.capped where rid = 9;
insert into public.capped values (10, 10, now() - interval '1 day', 0, 3);
set local session_replication_role = origin;
select is(pg_temp.seen(7) || pg_temp.seen(9) || pg_temp.seen(10), '{1,1,1,1,null,null}', 'fixture: nobody saw that');
select tests.become('engineer');
select is(ml.materialize_feature_view(view), 3::bigint, view || ' is filled with what is there now') from unnest('{kept,kept_batch,plain}'::text[]) view;
select tests.reset();
select is(pg_temp.seen(7) || pg_temp.seen(9) || pg_temp.seen(10), '{2,2,null,null,3,3}', 'online');
select is(pg_temp.kept(), '1:100- 1:5- 1:100 3:42- 4:7- 5:50- 7:1- 8:-1- 9:1- 7:2 10:3', 'and in the history, from now on');

-- A truncate whose own trigger puts a row back.
create function public.put_back() returns trigger language plpgsql as $$
begin
    insert into public.capped values (11, 11, now() - interval '1 day', 0, 4);
    return null;
end
$$;
create trigger a_put_back after truncate on public.capped for each statement execute function public.put_back();
truncate public.capped;
select is(pg_temp.seen(10) || pg_temp.seen(11), '{null,null,4,4}', 'a truncate leaves what a trigger put back');
select matches(pg_temp.kept(), ' 10:3- .*11:4$', 'in the history too');
select tests.become('admin');
select ml.disallow_source('public');
select tests.reset();
select lives_ok('truncate public.capped', 'a source that is no longer allowed can be emptied all the same');
select * from finish();
rollback;
