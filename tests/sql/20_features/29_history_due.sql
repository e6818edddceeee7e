-- What comes due in a view that keeps a history, and the table under its name.
begin;
select plan(23);

create table public.clock (now timestamptz);
insert into public.clock values ('2026-03-01Z');
create or replace function ml_private.online_clock() returns timestamptz language sql volatile security definer set search_path = pg_catalog, pg_temp as $$ select c.now from public.clock c $$;
create table public.price (sku bigint primary key, at timestamptz, made timestamptz, amount double precision);
create function pg_temp.register(view text, more text default '') returns void language plpgsql as $$
begin
    execute format('select ml.register_feature_view(%L, ''sku'', ''public.price'', ''at'', ''[{"name":"amount","type":"float64"}]'', keep_history => true%s)', view, more);
end $$;
create function pg_temp.online(sku bigint, view text default 'price') returns double precision language sql as $$
    select (ml.get_online_features(array[online.view || ':amount'], jsonb_build_object('sku', jsonb_build_array(online.sku))) #>> '{results,1,values,0}')::double precision
$$;
create function pg_temp.stored(sku bigint, view text default 'price') returns text language sql as $$
    select o.values ->> 'amount' from ml.online_features o join ml.feature_views v on v.id = o.view_id where v.name = stored.view and o.entity_key = '[' || stored.sku || ']'
$$;

select ml.register_entity('sku', '[{"name":"sku","type":"int64"}]');
insert into public.price select i, '2026-02-01Z', '2026-02-01Z', 1 from generate_series(1, 5) i;
select pg_temp.register('price');
select pg_temp.register('price_made', ', created_time => ''made''');

-- Written to between the time at which a row comes due and its promotion.
update public.price set at = '2026-03-02Z', amount = 2 where sku <= 3;
select is(pg_temp.online(1), 1::double precision, 'until its time the row before it stands');
update public.clock set now = '2026-03-03Z';
select is(pg_temp.online(1), 2::double precision, 'then it does, not promoted yet');
delete from public.price where sku = 1;
select is(pg_temp.online(1), null, 'deleted now, it does not leave the one before it standing');
update public.price set at = '2026-01-01Z', amount = 3 where sku = 2;
select is(pg_temp.online(2), 3::double precision, 'changed to an earlier time, neither of the two before it counts');
insert into public.price values (1, '2025-01-01Z', '2025-01-01Z', 4);
select is(pg_temp.online(1), 4::double precision, 'inserted again with a time before all others');
select is((select count(*) from ml_private.online_pending p join ml.feature_views v on v.id = p.view_id where v.name = 'price'), 1::bigint, 'what nobody wrote to still waits');
select is(pg_temp.stored(3), '1', 'in the store');
select cmp_ok(ml_private.promote_view((select id from ml.feature_views where name = 'price')), '=', 1::bigint, 'and is promoted');
select is(pg_temp.stored(3), '2', 'as reads gave it');
select is(array[pg_temp.online(1), pg_temp.online(2), pg_temp.online(3)], '{4,3,2}', 'the others stay');
select ml.materialize_feature_view('price');
select is(array[pg_temp.online(1), pg_temp.online(2), pg_temp.online(3)], '{4,3,2}', 'materialised, they are the same');

-- Changed to an earlier time, known only later.
update public.price set at = '2026-01-15Z', made = '2026-03-10Z', amount = 5 where sku = 4;
select is(pg_temp.online(4, 'price_made'), 1::double precision, 'until it is known the row before it stands');
update public.clock set now = '2026-03-11Z';
select is(pg_temp.online(4, 'price_made'), 5::double precision, 'then it counts, older as it is by its event time');
do $$ begin perform ml_private.promote_pending() from generate_series(1, 5); end $$;
select is(array[pg_temp.online(4, 'price_made')::text, pg_temp.stored(4, 'price_made')], '{5,5}', 'promoted too');

-- Names, and what stands under them.
alter table public.price add "ml count" double precision;
select tests.throws(
    $$ select ml.register_feature_view('counted', 'sku', 'public.price', 'at', '[{"name":"n","type":"float64","column":"ml count"}]') $$, '22023', 'reserved_name',
    'a column that begins with "ml " is not read');
alter table public.price drop "ml count";
create table public.above (sku bigint not null, at timestamptz, made timestamptz, amount double precision);
alter table public.price inherit public.above;
select tests.throws($$ select ml.materialize_feature_view('price') $$, '22023', 'history_unsupported', 'a table that has become a child is told of');
alter table public.price no inherit public.above;
select lives_ok($$ select ml.materialize_feature_view('price') $$, 'until it is one no more');
create table public.swapped (like public.price including all);
insert into public.swapped table public.price;
alter table public.price rename to price_before;
alter table public.swapped rename to price;
create table public.spine (sku bigint, event_time timestamptz, label double precision);
insert into public.spine values (1, '2026-03-11Z', 1);
select tests.throws($$ select ml.materialize_feature_view('price') $$, 'PT409', 'source_replaced', 'another table under the name is not filled in');
select tests.throws($$ select pg_temp.register('price') $$, 'PT409', 'source_replaced', 'nor taken for the same view');
select tests.throws(
    $$ select ml.create_training_dataset('d', 'public.spine', '{price:amount}', 'label', split => '{"train":1}') $$, 'PT409', 'source_replaced', 'nor joined');
select ml.retire_feature_view('price', 1);
select lives_ok(
    $$ select ml.create_training_dataset('d', 'public.spine', '{price@1:amount}', 'label', split => '{"train":1}') $$, 'retired, its history is joined as it stands');
select pg_temp.register('price');
select is((select max(version) from ml.feature_views where name = 'price'), 2, 'retired, it is registered anew');
update public.price set amount = 6 where sku = 1;
select is(pg_temp.online(1), 6::double precision, 'and follows the new table');
select * from finish();
rollback;
