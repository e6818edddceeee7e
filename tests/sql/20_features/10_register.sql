-- Entities and feature views: what is taken, what is refused, versions.
begin;
select plan(106);

create schema shop;
create type shop.colour as enum ('red', 'green');
create domain shop.amount as numeric(12, 2);
create table shop.orders (
    customer_id integer, shop_id text, ordered_at timestamptz, written_at timestamptz, local_time timestamp, price shop.amount, items smallint, vip boolean,
    colour shop.colour, note text, doc jsonb, "Odd ""name" double precision
);
insert into ml.allowed_sources (schema_name) values ('shop');
create view shop.order_view as select * from shop.orders;
create table shop.parent (customer_id integer, ordered_at timestamptz, price double precision) partition by range (ordered_at);
create table shop.child partition of shop.parent default;
create table shop.series (customer_id integer, ordered_at timestamptz not null, price double precision);
select extensions.create_hypertable('shop.series', 'ordered_at') \g /dev/null
create table shop.keys_wrong (customer_id text, ordered_at timestamptz, price double precision);

do $$ begin perform tests.become('engineer'); end $$;

-- Entities
select is((ml.register_entity('customer', '[{"name":"customer_id","type":"int64"}]', 'who buys')).id > 0, true, 'an engineer registers an entity');
select tests.throws($$ select ml.register_entity('own', '[{"name":"ml split key","type":"string"}]') $$, '22023', 'reserved_name', 'names that begin with "ml " are the platform''s own');
select is((select join_keys from ml.entities where name = 'customer'), '[{"name":"customer_id","type":"int64"}]'::jsonb, 'the entity keeps its join keys');
select is(
    (ml.register_entity('customer', '[{"name":"customer_id","type":"int64"}]', 'who pays')).id, (select id from ml.entities where name = 'customer'),
    'the same entity again is the same entity');
select is((select description from ml.entities where name = 'customer'), 'who pays', 'its description may change');
select is((select created_by from ml.entities where name = 'customer'), tests.user_id('engineer'), 'it knows who made it');
select tests.throws(
    $$ select ml.register_entity('customer', '[{"name":"customer_id","type":"string"}]') $$, 'PT409', 'entity_differs', 'other join keys under a known name are refused');
select tests.throws(format('select ml.register_entity(%L, %L)', 'e', keys), '22023', code, 'join keys refused: ' || coalesce(keys, 'null'))
from (values
    (null, 'invalid_argument'), ('null', 'invalid_argument'), ('[]', 'invalid_argument'), ('{}', 'invalid_argument'), ('"a"', 'invalid_argument'),
    ('[1]', 'invalid_argument'), ('[{"name":"a"}]', 'invalid_argument'), ('[{"type":"int64"}]', 'invalid_argument'), ('[{"name":"","type":"int64"}]', 'invalid_argument'),
    ('[{"name":1,"type":"int64"}]', 'invalid_argument'), ('[{"name":"a","type":"float"}]', 'invalid_argument'), ('[{"name":"a","type":["int64"]}]', 'invalid_argument'),
    ('[{"name":"a","type":"int64","x":1}]', 'unknown_key'), ('[{"name":"a","type":"int64"},{"name":"a","type":"string"}]', 'duplicate_name'),
    ('[{"name":"label","type":"int64"}]', 'reserved_name'),
    ((select jsonb_agg(jsonb_build_object('name', 'k' || i, 'type', 'int64'))::text from generate_series(1, 9) i), 'invalid_argument')
) t (keys, code);
select tests.throws($$ select ml.register_entity('bad name', '[{"name":"a","type":"int64"}]') $$, '22023', 'invalid_name', 'a name with a space is refused');
select tests.throws($$ select ml.register_entity(null, '[{"name":"a","type":"int64"}]') $$, '22023', 'invalid_name', 'a null name is refused');
select tests.throws($$ select ml.register_entity('e', '[{"name":"a","type":"int64"}]', null) $$, '22023', 'invalid_text', 'a null description is refused');

do $$ begin perform ml.register_entity('pair', '[{"name":"customer_id","type":"int64"},{"name":"shop_id","type":"string"}]'); end $$;

-- Views: versions
create function pg_temp.view(features text, changes text default '') returns text language sql as $$
    select format('select ml.register_feature_view(name => ''orders'', entity => ''customer'', source => ''shop.orders'', event_time => ''ordered_at'', features => %L %s)', features, changes)
$$;
select lives_ok(pg_temp.view('[{"name":"price","type":"float64"},{"name":"items","type":"int64"}]'), 'an engineer registers a view');
select is((select version from ml.feature_views), 1, 'its first version is 1');
select lives_ok(pg_temp.view('[{"name":"price","type":"float64","description":"in euros"},{"name":"items","type":"int64","column":"items","transformation":null}]', $$, description => 'd' $$),
    'the same definition in other words is taken');
select is((select array_agg(version) from ml.feature_views), array[1], 'and is the same version');
select is((select f.description || v.description from ml.features f join ml.feature_views v on v.id = f.view_id where f.name = 'price'), 'in eurosd', 'with its descriptions brought up to date');
select lives_ok(pg_temp.view('[{"name":"items","type":"int64"},{"name":"price","type":"float64"}]'), 'another order of features is another definition');
select lives_ok(pg_temp.view('[{"name":"items","type":"int64"},{"name":"price","type":"float64"}]', $$, ttl => '1 day' $$), 'another ttl is another definition');
select lives_ok(pg_temp.view('[{"name":"items","type":"int64"},{"name":"price","type":"float64"}]', $$, ttl => '24 hours' $$), 'a day is 24 hours');
select lives_ok(pg_temp.view('[{"name":"items","type":"int64"},{"name":"price","type":"float64"}]', $$, ttl => '24 hours', created_time => 'written_at' $$), 'a created time is another definition');
select is((select array_agg(version order by version) from ml.feature_views), array[1, 2, 3, 4], 'versions count up');
select is((select ttl::text from ml.feature_views where version = 4), '24:00:00', 'the ttl is kept in hours');
select is((select count(*)::integer from pg_trigger t join pg_class c on c.oid = t.tgrelid where c.relname = 'orders' and t.tgname like 'ml\_feature\_view\_%'), 16, 'each realtime version has four triggers');
select is((select count(*)::integer from pg_index i join pg_class c on c.oid = i.indrelid where c.relname = 'orders'), 1, 'and all share one index on the source');
select lives_ok(
    $$ select ml.register_feature_view('everything', 'pair', 'shop.orders', 'ordered_at', '[{"name":"price","type":"float64","transformation":{"type":"log"}},
        {"name":"n","type":"int64","column":"items","transformation":{"type":"normalize","method":"robust"}},{"name":"vip","type":"bool"},{"name":"colour","type":"string"},
        {"name":"odd","type":"float64","column":"Odd \"name"}]', mode => 'batch') $$, 'domains, enums, small integers and odd column names are taken');
select is((select transformation from ml.features where name = 'price' and transformation is not null), '{"type":"log","offset":0}', 'a log has offset 0 unless told');
select lives_ok($$ select ml.register_feature_view('v', 'customer', 'shop.order_view', 'ordered_at', '[{"name":"price","type":"float64"}]', mode => 'batch') $$, 'a view can be a batch source');
select is((select mode || created_by from ml.feature_views where name = 'v'), 'batch' || tests.user_id('engineer'), 'a view knows its mode and its maker');

-- Views: refused
select tests.throws(pg_temp.view(features), '22023', code, 'features refused: ' || left(coalesce(features, 'null'), 100))
from (values
    (null, 'invalid_argument'), ('[]', 'invalid_argument'), ('{}', 'invalid_argument'), ('[1]', 'invalid_argument'), ('[{"name":"price"}]', 'invalid_argument'),
    ('[{"name":"price","type":"number"}]', 'invalid_argument'), ('[{"name":7,"type":"float64"}]', 'invalid_argument'), ('[{"type":"float64"}]', 'invalid_name'),
    ('[{"name":"p:q","type":"float64","column":"price"}]', 'invalid_name'), ('[{"name":"price","type":"float64"},{"name":"price","type":"float64"}]', 'duplicate_name'),
    ('[{"name":"customer_id","type":"int64"}]', 'duplicate_name'), ('[{"name":"price","type":"float64","colum":"price"}]', 'unknown_key'),
    ('[{"name":"nothing","type":"float64"}]', 'unknown_column'), ('[{"name":"x","type":"float64","column":"price; drop table shop.orders"}]', 'unknown_column'),
    ('[{"name":"price","type":"int64"}]', 'type_mismatch'), ('[{"name":"note","type":"float64"}]', 'type_mismatch'), ('[{"name":"doc","type":"string"}]', 'type_mismatch'),
    ('[{"name":"price","type":"bool"}]', 'type_mismatch'), ('[{"name":"vip","type":"bool","transformation":{"type":"log"}}]', 'type_mismatch'),
    ('[{"name":"price","type":"float64","transformation":{"type":"sqrt"}}]', 'invalid_argument'), ('[{"name":"price","type":"float64","transformation":"log"}]', 'invalid_argument'),
    ('[{"name":"price","type":"float64","transformation":{"type":"log","method":"z_score"}}]', 'unknown_key'),
    ('[{"name":"price","type":"float64","transformation":{"type":"log","offset":"1"}}]', 'invalid_argument'),
    ('[{"name":"price","type":"float64","transformation":{"type":"log","offset":1e400}}]', 'invalid_argument'),
    ('[{"name":"price","type":"float64","transformation":{"type":"normalize"}}]', 'invalid_argument'),
    ('[{"name":"price","type":"float64","transformation":{"type":"normalize","method":"zscore"}}]', 'invalid_argument'),
    ('[{"name":"price","type":"float64","transformation":{"type":"normalize","method":"z_score","mean":1}}]', 'unknown_key')
) t (features, code);
select tests.throws(pg_temp.view('[{"name":"price","type":"float64"}]', changes), state, code, 'refused' || changes)
from (values
    (', ttl => ''0'' ', '22023', 'invalid_argument'), (', ttl => ''-1 day'' ', '22023', 'invalid_argument'), (', ttl => ''2000 years'' ', '22023', 'invalid_argument'),
    (', mode => ''stream'' ', '22023', 'invalid_argument'), (', mode => null ', '22023', 'invalid_argument'), (', created_time => ''nothing'' ', '22023', 'unknown_column'),
    (', created_time => ''local_time'' ', '22023', 'type_mismatch'), (', description => null ', '22023', 'invalid_text')
) t (changes, state, code);
create function pg_temp.source(source text, event_time text default 'ordered_at', entity text default 'customer') returns text language sql as $$
    select format('select ml.register_feature_view(%L, %L, %L, %L, %L)', 'w', entity, source, event_time, '[{"name":"price","type":"float64"}]')
$$;
select tests.throws(pg_temp.source('shop.orders', 'local_time'), '22023', 'type_mismatch', 'a timestamp without time zone is refused');
select tests.throws(pg_temp.source('shop.orders', null), '22023', 'unknown_column', 'a null event time is refused');
select tests.throws(pg_temp.source('shop.orders', 'ordered_at', 'nobody'), 'PT404', 'entity_not_found', 'an unknown entity is refused');
select tests.throws(pg_temp.source(source), state, code, 'source refused: ' || coalesce(source, 'null'))
from (values
    (null, '22023', 'invalid_argument'), ('orders', '22023', 'invalid_source'), ('a.b.c', '22023', 'invalid_source'), ('shop."orders', '22023', 'invalid_source'),
    ('shop.orders; drop table x', '22023', 'invalid_source'), ('shop.nothing', 'PT404', 'source_not_found'), ('auth.users', '22023', 'source_refused'),
    ('AUTH.users', '22023', 'source_refused'), ('"auth"."users"', '22023', 'source_refused'), ('pg_catalog.pg_authid', '22023', 'source_refused'),
    ('ml_private.secrets', '22023', 'source_refused'), ('storage.objects', '22023', 'source_refused'), ('information_schema.tables', '22023', 'source_refused'),
    ('shop.order_view', '22023', 'source_not_realtime'), ('shop.parent', '22023', 'source_not_realtime'), ('shop.child', '22023', 'source_not_realtime'),
    ('shop.series', '22023', 'source_not_realtime'),
    ('shop.keys_wrong', '22023', 'type_mismatch')
) t (source, state, code);
select is((select count(*)::integer from ml.feature_views where name = 'w'), 0, 'nothing of what was refused is kept');

-- Retiring
select is((ml.retire_feature_view('orders', 4)).retired_at is not null, true, 'a version is retired');
select is((select count(*)::integer from pg_trigger t join pg_class c on c.oid = t.tgrelid where c.relname = 'orders' and t.tgname like 'ml\_feature\_view\_%'), 12, 'its triggers are gone');
select tests.throws($$ select ml.materialize_feature_view('orders', 4) $$, 'PT409', 'view_retired', 'a retired version is not materialised');
select tests.throws($$ select ml.retire_feature_view('orders', 9) $$, 'PT404', 'feature_view_not_found', 'an unknown version is refused');
select tests.throws($$ select ml.retire_feature_view('orders', null) $$, '22023', 'invalid_argument', 'a null version is refused');

do $$ begin perform tests.reset(); end $$;
select is((ml_private.find_view('orders')).version, 3, 'the version before it serves');

select * from finish();
rollback;
