-- Online reads: Feast's shape, statuses, TTL, versions, arguments, roles.
begin;
select plan(69);

create table public.cards (card integer, shop text, at timestamptz, amount double precision, visits bigint, name text, fresh boolean);
create table public.people (person uuid, at timestamptz, age integer);
insert into public.cards values
    (1, 'x', now() - interval '1 hour', 10.5, 9007199254740993, 'Ünïcode 🙂', true),
    (2, 'x', now() - interval '1 hour', null, 2, null, false),
    (3, 'y', now() - interval '2 days', 30, 3, 'c', true);
insert into public.people values ('0b5c0000-0000-4000-8000-00000000000a', now() - interval '400 days', 40);

do $$
begin
    perform tests.become('engineer');
    perform ml.register_entity('card', '[{"name":"card","type":"int64"},{"name":"shop","type":"string"}]');
    perform ml.register_entity('person', '[{"name":"person","type":"uuid"}]');
    perform ml.register_entity('card_by_name', '[{"name":"card","type":"string"}]');
    perform ml.register_feature_view('cards', 'card', 'public.cards', 'at', '[{"name":"amount","type":"float64"},{"name":"visits","type":"int64"},{"name":"name","type":"string"},
        {"name":"fresh","type":"bool"},{"name":"log_amount","type":"float64","column":"amount","transformation":{"type":"log"}}]', ttl => '1 day');
    perform ml.register_feature_view('people', 'person', 'public.people', 'at', '[{"name":"age","type":"int64"},{"name":"amount","type":"float64","column":"age"}]');
    perform tests.become('viewer');
end $$;

create function pg_temp.get(features text[], entities jsonb, full_names boolean default false) returns jsonb language sql as $$
    select ml.get_online_features(get.features, get.entities, get.full_names)
$$;

-- Shape
select is(
    pg_temp.get('{cards:amount,cards:visits}', '{"card":[1,2],"shop":["x","x"]}') - 'results',
    '{"metadata":{"feature_names":["card","shop","amount","visits"]}}'::jsonb, 'names: the join keys in key order, then the features as asked for');
select is(
    pg_temp.get('{cards:amount}', '{"card":[1,2],"shop":["x","x"]}') -> 'results' -> 0,
    '{"values":[1,2],"statuses":["PRESENT","PRESENT"],"event_timestamps":["1970-01-01T00:00:00Z","1970-01-01T00:00:00Z"]}'::jsonb,
    'a join key comes back as a result of its own, present since the epoch');
select is(pg_temp.get('{cards:amount}', '{"card":[1,2],"shop":["x","x"]}') -> 'results' -> 2 ->> 'values', '[10.5, null]', 'columnar: one result a feature, one element an entity');
select is(pg_temp.get('{cards:amount}', '{"card":[1,2],"shop":["x","x"]}') -> 'results' -> 2 -> 'statuses', '["PRESENT","NULL_VALUE"]'::jsonb, 'a null in the source is NULL_VALUE');
select is(
    (pg_temp.get('{cards:amount}', '{"card":[1],"shop":["x"]}') -> 'results' -> 2 -> 'event_timestamps' ->> 0)::timestamptz, now() - interval '1 hour',
    'the event timestamp is the row''s');
select matches(
    pg_temp.get('{cards:amount}', '{"card":[1],"shop":["x"]}') -> 'results' -> 2 -> 'event_timestamps' ->> 0, '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$',
    'written as protobuf writes times in JSON');
select is(
    pg_temp.get('{cards:visits,cards:name,cards:fresh,cards:amount}', '{"card":[1],"shop":["x"]}') -> 'results' #>> '{2,values,0}', '9007199254740993',
    'whole numbers beyond 2^53 keep every digit');
select is(pg_temp.get('{cards:name}', '{"card":[1],"shop":["x"]}') -> 'results' #>> '{2,values,0}', 'Ünïcode 🙂', 'text comes back as it is');
select is(pg_temp.get('{cards:fresh}', '{"card":[2],"shop":["x"]}') -> 'results' #> '{2,values,0}', 'false'::jsonb, 'false is a value');
select is(pg_temp.get('{cards:log_amount}', '{"card":[1],"shop":["x"]}') -> 'results' #> '{2,values,0}', to_jsonb(ln(10.5::double precision)), 'a transformation is applied on read');
select is(pg_temp.get('{cards:log_amount}', '{"card":[2],"shop":["x"]}') -> 'results' #>> '{2,statuses,0}', 'NULL_VALUE', 'and of null is null');

-- Statuses
select is(pg_temp.get('{cards:amount}', '{"card":[9,1],"shop":["x","x"]}') -> 'results' -> 2 -> 'statuses', '["NOT_FOUND","PRESENT"]'::jsonb, 'an entity nobody has written is NOT_FOUND');
select is(pg_temp.get('{cards:amount}', '{"card":[9],"shop":["x"]}') -> 'results' #>> '{2,event_timestamps,0}', '1970-01-01T00:00:00Z', 'since the epoch');
select is(pg_temp.get('{cards:amount}', '{"card":[3],"shop":["y"]}') -> 'results' #>> '{2,statuses,0}', 'OUTSIDE_MAX_AGE', 'a row older than the ttl is OUTSIDE_MAX_AGE');
select is(pg_temp.get('{cards:amount}', '{"card":[3],"shop":["y"]}') -> 'results' #> '{2,values,0}', 'null'::jsonb, 'and its value is withheld');
select is(
    (pg_temp.get('{cards:amount}', '{"card":[3],"shop":["y"]}') -> 'results' #>> '{2,event_timestamps,0}')::timestamptz, now() - interval '2 days', 'but not its time');
select is(pg_temp.get('{people:age}', '{"person":["0b5c0000-0000-4000-8000-00000000000a"]}') -> 'results' #>> '{1,values,0}', '40', 'without a ttl a value keeps for ever');
select is(pg_temp.get('{people:age}', '{"person":["0B5C0000-0000-4000-8000-00000000000A"]}') -> 'results' #>> '{1,values,0}', '40', 'a uuid in capitals is the same');
select is(pg_temp.get('{cards:amount}', '{"card":["1",1.0],"shop":["x","x"]}') -> 'results' #>> '{2,values}', '[10.5, 10.5]', 'whole numbers may come as digits in a string or with a zero fraction');

-- Several views, names
select is(
    pg_temp.get('{people:age,cards:amount}', '{"card":[1],"shop":["x"],"person":["0b5c0000-0000-4000-8000-00000000000a"]}') #> '{metadata,feature_names}',
    '["person","card","shop","age","amount"]'::jsonb, 'views of different entities are read together, keys in the order of the features');
select is(
    pg_temp.get('{people:age,cards:amount,people:amount}', '{"card":[1],"shop":["x"],"person":["0b5c0000-0000-4000-8000-00000000000a"]}', true) #> '{metadata,feature_names}',
    '["person","card","shop","people__age","cards__amount","people__amount"]'::jsonb, 'full names prefix the view');
select is(
    (select jsonb_agg(r #> '{values,0}') from jsonb_array_elements(
        pg_temp.get('{people:age,cards:amount,people:amount}', '{"card":[1],"shop":["x"],"person":["0b5c0000-0000-4000-8000-00000000000a"]}', true) -> 'results') r),
    '["0b5c0000-0000-4000-8000-00000000000a",1,"x",40,10.5,40]'::jsonb, 'and each value stands under its name');
select is(
    pg_temp.get('{cards:amount}', jsonb_build_object('card', (select jsonb_agg(1) from generate_series(1, 1000)), 'shop', (select jsonb_agg('x'::text) from generate_series(1, 1000))))
        #> '{results,2,values,999}', '10.5'::jsonb, 'a thousand entities are read in one call');

-- Versions
do $$
begin
    perform tests.become('engineer');
    perform ml.register_feature_view('cards', 'card', 'public.cards', 'at', '[{"name":"amount","type":"float64","transformation":{"type":"log","offset":1}}]');
    perform ml.register_feature_view('fits', 'card', 'public.cards', 'at', '[{"name":"amount","type":"float64","transformation":{"type":"normalize","method":"z_score"}}]');
    perform tests.become('viewer');
end $$;
select is(pg_temp.get('{cards:amount}', '{"card":[1],"shop":["x"]}') -> 'results' #> '{2,values,0}', to_jsonb(ln(11.5::double precision)), 'an unqualified reference means the newest version');
select is(pg_temp.get('{cards@1:amount}', '{"card":[1],"shop":["x"]}') -> 'results' #>> '{2,values,0}', '10.5', 'view@1 pins the first');
select tests.throws($$ select pg_temp.get('{cards:visits}', '{"card":[1],"shop":["x"]}') $$, 'PT404', 'feature_not_found', 'a feature that only an older version has is not found', 'cards@2 has no feature visits');
select tests.throws($$ select pg_temp.get('{fits:amount}', '{"card":[1],"shop":["x"]}') $$, 'PT409', 'view_not_fitted', 'a normalised feature is refused until it is fitted', 'fits@1:amount');

-- Arguments
select tests.throws(format('select pg_temp.get(%L, %L)', features, '{"card":[1],"shop":["x"]}'), state, code, 'features refused: ' || left(coalesce(features::text, 'null'), 100))
from (values
    (null::text[], '22023', 'invalid_argument'), ('{}', '22023', 'invalid_argument'), ('{NULL}', '22023', 'invalid_reference'), ('{""}', '22023', 'invalid_reference'),
    ('{cards}', '22023', 'invalid_reference'), ('{cards:}', '22023', 'invalid_reference'), ('{:amount}', '22023', 'invalid_reference'), ('{cards:amount:x}', '22023', 'invalid_reference'),
    ('{cards@0:amount}', '22023', 'invalid_reference'), ('{cards@x:amount}', '22023', 'invalid_reference'), ('{cards@99999999999:amount}', '22023', 'invalid_reference'),
    ('{"cards:amount; select 1"}', '22023', 'invalid_reference'), (array[repeat('x', 100000)], '22023', 'invalid_reference'), ('{nothing:amount}', 'PT404', 'feature_view_not_found'),
    ('{cards@7:amount}', 'PT404', 'feature_view_not_found'), ('{cards:nothing}', 'PT404', 'feature_not_found'), ('{cards:amount,cards:amount}', '22023', 'name_collision'),
    ('{cards:amount,people:amount}', '22023', 'name_collision'), ((select array_agg('cards:amount'::text) from generate_series(1, 901)), '22023', 'invalid_argument'),
    ('{{cards:amount,cards@1:visits}}', '22023', 'invalid_argument')
) t (features, state, code);
select tests.throws(format('select pg_temp.get(%L, %L)', '{cards:amount}'::text[], entities), '22023', code, 'entities refused: ' || left(coalesce(entities, 'null'), 100))
from (values
    (null, 'invalid_entity'), ('null', 'invalid_entity'), ('[]', 'invalid_entity'), ('{}', 'invalid_entity'), ('{"card":1,"shop":"x"}', 'invalid_entity'),
    ('{"card":[1]}', 'invalid_entity'), ('{"card":[],"shop":[]}', 'invalid_entity'), ('{"card":[1,2],"shop":["x"]}', 'invalid_entity'),
    ('{"card":[1],"shop":["x"],"person":["y"]}', 'unknown_key'), ('{"card":["a"],"shop":["x"]}', 'invalid_entity'), ('{"card":[null],"shop":["x"]}', 'invalid_entity'),
    ('{"card":[1.5],"shop":["x"]}', 'invalid_entity'), ('{"card":[1e30],"shop":["x"]}', 'invalid_entity'), ('{"card":["99999999999999999999"],"shop":["x"]}', 'invalid_entity'),
    ('{"card":[[1]],"shop":["x"]}', 'invalid_entity'), ('{"card":[1],"shop":[1]}', 'invalid_entity'), ('{"card":[1],"shop":[{"a":1}]}', 'invalid_entity'),
    (jsonb_build_object('card', (select jsonb_agg(i) from generate_series(1, 1001) i), 'shop', (select jsonb_agg('x'::text) from generate_series(1, 1001)))::text, 'invalid_entity')
) t (entities, code);
select tests.throws($$ select pg_temp.get('{people:age}', '{"person":["0b5c"]}') $$, '22023', 'invalid_entity', 'a malformed uuid is refused');
select tests.throws($$ select pg_temp.get('{people:age}', '{"person":["0b5c0000-0000-4000-8000-00000000000a"]}', null) $$, '22023', 'invalid_argument', 'a null flag is refused');

-- Roles
select tests.become('engineer') \g /dev/null
select lives_ok($$ select ml.get_online_features('{cards:amount}', '{"card":[1],"shop":["x"]}') $$, 'engineers read');
select tests.become('service_role') \g /dev/null
select lives_ok($$ select ml.get_online_features('{cards:amount}', '{"card":[1],"shop":["x"]}') $$, 'the service role reads');

select * from finish();
rollback;
