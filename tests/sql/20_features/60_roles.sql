-- Who may call what, and that nobody writes past the functions.
begin;
select plan(110);

create table public.source (id bigint, at timestamptz, v double precision, y integer);
insert into public.source values (1, '2026-01-01', 1, 0), (2, '2026-01-01', 2, 1);
do $$
begin
    perform tests.become('engineer');
    perform ml.register_entity('thing', '[{"name":"id","type":"int64"}]');
    perform ml.register_feature_view('things', 'thing', 'public.source', 'at', '[{"name":"v","type":"float64"}]');
    perform ml.create_training_dataset('data', 'public.source', '{things:v}', 'y', 'at', '{"train":1}');
    perform tests.reset();
end $$;

create function pg_temp.calls() returns table (call text, minimum text, worker boolean) language sql as $$
    values
        ('ml.register_entity(''other'', ''[{"name":"id","type":"int64"}]'')', 'engineer', false),
        ('ml.register_feature_view(''others'', ''thing'', ''public.source'', ''at'', ''[{"name":"v","type":"float64"}]'')', 'engineer', false),
        ('ml.materialize_feature_view(''things'')', 'engineer', false),
        ('ml.retire_feature_view(''things'', 1)', 'engineer', false),
        ('ml.create_training_dataset(''more'', ''public.source'', ''{things:v}'', ''y'', ''at'', ''{"train":1}'')', 'engineer', false),
        ('ml.get_online_features(''{things:v}'', ''{"id":[1]}'')', 'viewer', false),
        ('ml.get_lineage(''source'', ''public.source'')', 'viewer', false),
        ('ml.read_dataset(''data'')', 'viewer', true)
$$;
create function pg_temp.may(who text, minimum text, worker boolean) returns boolean language sql as $$
    select case who
        when 'ml_worker' then worker
        when 'viewer' then minimum = 'viewer'
        else who in ('engineer', 'admin', 'service_role') end
$$;
create function pg_temp.try_as(who text, call text, allowed boolean) returns text language plpgsql as $$
declare
    v_state text := 'passed';
begin
    begin
        perform tests.become(who);
        execute 'select ' || call;
        raise exception using errcode = 'ZZ000';
    exception when others then
        v_state := sqlstate;
    end;
    perform tests.reset();
    return extensions.is(v_state, case when allowed then 'ZZ000' else '42501' end,
        format('%s %s %s', who, case when allowed then 'may' else 'may not' end, split_part(call, '(', 1)));
end
$$;
select pg_temp.try_as(w.who, c.call, pg_temp.may(w.who, c.minimum, c.worker))
from unnest(array['anon', 'stranger', 'viewer', 'engineer', 'admin', 'ml_worker', 'service_role']) w (who), pg_temp.calls() c;

-- Reading tables: members and the service role see rows, strangers none, anon and workers are refused.
create function pg_temp.rows_seen(who text, relation text) returns text language plpgsql as $$
declare
    v_seen text;
begin
    begin
        perform tests.become(who);
        execute format('select case when count(*) > 0 then ''rows'' else ''none'' end from %s', relation) into v_seen;
    exception when insufficient_privilege then
        v_seen := 'refused';
    end;
    perform tests.reset();
    return v_seen;
end
$$;
select is(pg_temp.rows_seen(w.who, 'ml.' || t.name), w.sees, format('%s reads ml.%s: %s', w.who, t.name, w.sees))
from (values ('anon', 'refused'), ('stranger', 'none'), ('viewer', 'rows'), ('ml_worker', 'refused'), ('service_role', 'rows')) w (who, sees),
    unnest(array['entities', 'feature_views', 'features', 'online_features', 'datasets', 'lineage_edges']) t (name);
select is(pg_temp.rows_seen(who, 'ml_datasets.d_' || (select id from ml.datasets)), 'refused', who || ' does not read a dataset''s table directly')
from unnest(array['anon', 'viewer', 'admin', 'service_role']) who;

-- Writing tables is refused to everyone.
select tests.become('service_role') \g /dev/null
select tests.refuses(format('%s ml.%s %s', v.verb, t.name, v.rest), format('the service role may not %s ml.%s', v.verb, t.name))
from unnest(array['entities', 'feature_views', 'features', 'online_features', 'datasets', 'lineage_edges']) t (name),
    (values ('insert into', 'default values'), ('delete from', ''), ('truncate', '')) v (verb, rest);

-- A dataset does not hand out what its maker could not name: sources of the platform stay closed.
select tests.become('admin') \g /dev/null
select tests.throws($$ select ml.create_training_dataset('leak', 'ml_private.secrets', '{things:v}', 'y') $$, '22023', 'source_refused', 'not even an admin cuts a dataset from the secrets');
select tests.throws($$ select ml.register_feature_view('leak', 'thing', 'auth.users', 'created_at', '[{"name":"email","type":"string"}]') $$, '22023', 'source_refused', 'or features from the users');

select * from finish();
rollback;
