-- A release makes what is compiled for views anew.
begin;
select plan(11);

create table public.orders (customer bigint, at timestamptz, total double precision);
create table public.accounts (customer bigint primary key, at timestamptz, balance double precision);
create table public.gone (customer bigint, at timestamptz, total double precision);
create table public.changed (customer bigint, at timestamptz, total double precision);
do $$
begin
    perform tests.become('engineer');
    perform ml.register_entity('customer', '[{"name":"customer","type":"int64"}]');
    perform ml.register_feature_view(name, 'customer', 'public.' || name, 'at', '[{"name":"total","type":"float64"}]')
    from unnest('{orders,gone,changed}'::text[]) name;
    perform ml.register_feature_view('accounts', 'customer', 'public.accounts', 'at', '[{"name":"balance","type":"float64"}]', keep_history => true);
    perform ml.register_feature_view('batch', 'customer', 'public.orders', 'at', '[{"name":"total","type":"float64"}]', mode => 'batch');
    perform tests.reset();
end
$$;

create function pg_temp.spoil() returns integer language plpgsql as $$
declare
    v_function regprocedure;
    v_spoilt integer := 0;
begin
    for v_function in
        select p.oid from pg_proc p
        where p.pronamespace = 'ml_private'::regnamespace and p.proname ~ '^(sync_view|keep_history|reconcile_history|newest_row)_\d+$'
    loop
        execute regexp_replace(pg_get_functiondef(v_function), '\nbegin\n.*\nend\n', E'\nbegin\nraise exception ''spoilt'';\nend\n');
        v_spoilt := v_spoilt + 1;
    end loop;
    return v_spoilt;
end
$$;

select is(pg_temp.spoil(), 10, 'fixture: four realtime views, one of them with a history, have ten functions between them');
select throws_like($$ insert into public.orders values (1, now(), 1) $$, '%spoilt%', 'fixture: they are spoilt');
drop table public.gone;
alter table public.changed drop column customer;
select is(ml_private.recompile_views(), 3::bigint, 'of the five, one needs nothing compiled and one has no source any more; one that no longer fits stops no release');

select lives_ok($$ insert into public.orders values (1, now(), 5) $$, 'a realtime view follows its source again');
select lives_ok($$ insert into public.accounts values (1, now() - interval '1 hour', 7) $$, 'and so does one with a history');
select lives_ok($$ update public.accounts set balance = 8, at = now() - interval '1 minute' $$, 'when it is changed too');
select is((select array_agg(o.values) from ml.online_features o), array['{"total": 5}', '{"balance": 8}']::jsonb[], 'the online store has what was written');
select lives_ok($$ delete from public.accounts $$, 'a deletion is kept');
select is((select count(*) from ml.online_features o where o.values ? 'balance'), 0::bigint, 'and seen online');
select is(bool_or(has_function_privilege('authenticated', p.oid, 'execute')), false, 'nobody may call what was compiled')
from pg_proc p where p.pronamespace = 'ml_private'::regnamespace and p.proname ~ '^(newest_row|reconcile_history)_\d+$';
select is((select count(*) from pg_trigger t where t.tgrelid = 'public.orders'::regclass and not t.tgisinternal), 4::bigint, 'the triggers stay as they are');
select * from finish();
rollback;
