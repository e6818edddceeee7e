-- Training datasets: the point-in-time join case by case, splits, hash, statistics, lineage, reading, arguments.
begin;
select plan(103);

create table public.events (card integer, shop integer, at timestamptz, written timestamptz, v double precision, w double precision);
create table public.spine (card integer, shop integer, event_time timestamptz, note text, y double precision);
create table public.plain (card integer, at timestamptz, v double precision);
grant select, insert, update, delete on public.events, public.spine, public.plain to authenticated;
insert into public.events values
    (1, 23, '2026-01-01 12:00Z', null, 1, null), (12, 3, '2026-01-01 12:00Z', null, 2, null),  -- keys that meet when joined as text
    (2, 1, '2026-01-01 12:00Z', null, 3, 1), (2, 1, '2026-01-01 12:00Z', null, 4, 0),          -- one event time, no created time
    (3, 1, '2025-01-01 12:00Z', null, 5, null),                                                -- long outside the ttl
    (4, 1, '2026-01-01 12:00Z', null, 6, null),                                                -- exactly at the spine's time
    (5, 1, '2025-12-31 12:00Z', null, 7, null),                                                -- exactly a ttl before it
    (6, 1, '2025-12-31 11:59:59.999999Z', null, 8, null),                                      -- a microsecond more
    (7, 1, '2026-01-01 12:00:00.000001Z', null, 9, null),                                      -- a microsecond after it
    (8, 1, '2026-01-01 11:00Z', '2026-01-01 11:30Z', 10, null), (8, 1, '2026-01-01 11:00Z', '2026-01-01 13:00Z', 11, null),  -- corrected later
    (9, 1, '2026-01-01 10:00Z', '2026-01-01 10:00Z', 12, null), (9, 1, '2026-01-01 11:00Z', '2026-01-01 12:00:00.000001Z', 13, null),  -- the newer row was not known yet
    (10, 1, '2026-01-01 11:00Z', '2026-01-01 12:00Z', 14, null), (10, 1, '2026-01-01 11:00Z', '2026-01-01 11:59Z', 15, null),  -- tie to the latest created, known just in time
    (11, 1, null, null, 16, null), (11, 1, '-infinity', null, 17, null), (null, 1, '2026-01-01', null, 18, null),   -- rows that never count
    (13, 1, '2026-01-01 10:00Z', null, 19, 'NaN');
insert into public.spine select card, 1, '2026-01-01 12:00Z', 'n', card % 2 from generate_series(2, 14) card where card <> 12;
insert into public.spine values (1, 23, '2026-01-01 12:00Z', 'n', 1), (12, 3, '2026-01-01 12:00Z', 'n', 0), (2, 1, '2026-01-01 12:00Z', 'twice', 0);

do $$
begin
    perform tests.become('engineer');
    perform ml.register_entity('card', '[{"name":"card","type":"int64"},{"name":"shop","type":"int64"}]');
    perform ml.register_entity('card_only', '[{"name":"card","type":"int64"}]');
    perform ml.register_feature_view('events', 'card', 'public.events', 'at', '[{"name":"v","type":"float64"},{"name":"w","type":"float64"}]', 'written', '1 day');
    perform ml.register_feature_view('batch', 'card', 'public.events', 'at', '[{"name":"v","type":"float64"},{"name":"w","type":"float64"}]', 'written', '1 day', 'batch');
    perform ml.register_feature_view('plain', 'card_only', 'public.plain', 'at', '[{"name":"v","type":"float64"}]', mode => 'batch');
    perform ml.create_training_dataset('pit', 'public.spine', '{events:v,events:w,plain:v}', 'y', split => '{"train":1}');
    perform tests.reset();
end $$;

create function pg_temp.v(card bigint) returns double precision[] language plpgsql as $$
declare v_found double precision[];
begin
    execute format('select array_agg(events__v order by row_id) from %s d where d.card = $1', (select table_name from ml.datasets where name = 'pit')) into v_found using card;
    return v_found;
end $$;

-- The join
select is((select row_count from ml.datasets where name = 'pit'), 15::bigint, 'every spine row comes back exactly once');
select is(pg_temp.v(1) || pg_temp.v(12), '{1,2}', 'composite keys (1, 23) and (12, 3) do not meet');
select is(pg_temp.v(2), '{4,4}', 'two source rows of one time make one row out, by the greatest values; a spine row that stands twice comes twice');
select is(pg_temp.v(3), '{NULL}', 'a spine row whose only match lies outside the ttl stays, with nulls');
select is(pg_temp.v(4), '{6}', 'event_ts = spine_ts matches');
select is(pg_temp.v(5), '{7}', 'event_ts = spine_ts - ttl matches');
select is(pg_temp.v(6), '{NULL}', 'a microsecond beyond the ttl does not');
select is(pg_temp.v(7), '{NULL}', 'a microsecond in the future does not');
select is(pg_temp.v(8), '{10}', 'a correction written after the spine''s time is invisible');
select is(pg_temp.v(9), '{12}', 'a newer event that was not yet written gives way to the older one');
select is(pg_temp.v(10), '{14}', 'ties go to the latest created; created at the spine''s time is known');
select is(pg_temp.v(11), '{NULL}', 'rows without a finite time never match');
select is(pg_temp.v(13), '{19}', 'a NaN leaves the other values of its row alone');
select is(pg_temp.v(14), '{NULL}', 'an entity that the source does not know stays, with nulls');
select is((select statistics #>> '{events__w,nulls}' from ml.datasets where name = 'pit'), '13', 'NaN and null count as missing');
select is(
    (select jsonb_path_query_array(warnings, '$[*].code') from ml.datasets where name = 'pit'), '["column_is_null", "incomplete_rows"]'::jsonb,
    'a column without a single value is told when the dataset is cut, and so are rows that lack something');
select is(
    (select warnings -> 0 ->> 'column' || ' ' || (warnings -> 1 ->> 'rows') || ' of ' || (warnings -> 1 ->> 'of') from ml.datasets where name = 'pit'),
    'plain__v 15 of 15', 'with their names and numbers');
select is((select join_keys from ml.datasets where name = 'pit'), '[{"name":"card","type":"int64"},{"name":"shop","type":"int64"}]'::jsonb, 'join keys of all views, each once');

-- A source without a usable index is joined over a copy: same rows, same hash
do $$
begin
    perform tests.become('engineer');
    perform ml.create_training_dataset('indexed', 'public.spine', '{events:v,events:w}', 'y', split => '{"train":1}');
    perform tests.reset();
    execute (select format('drop index public.%I', c.relname) from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = 'public.events'::regclass);
    perform tests.become('engineer');
    perform ml.create_training_dataset('copied', 'public.spine', '{events:v,events:w}', 'y', split => '{"train":1}');
    perform tests.reset();
end $$;
select is((select content_hash from ml.datasets where name = 'copied'), (select content_hash from ml.datasets where name = 'indexed'), 'the join over a copy equals the join over the index');

-- Content hash
create table public.spine_2 as select y, event_time, shop, card from public.spine order by random();
create temporary table shuffled as select * from public.events order by random();
grant select on public.spine_2 to authenticated;
truncate public.events;
insert into public.events select * from shuffled;
do $$
begin
    perform tests.become('engineer');
    perform ml.create_training_dataset('shuffled', 'public.spine_2', '{events:v,events:w}', 'y', split => '{"train":1}');
    update public.events set v = 1.0000000000000002 where card = 1;
    perform ml.create_training_dataset('changed', 'public.spine', '{events:v,events:w}', 'y', split => '{"train":1}');
    perform ml.create_training_dataset('reordered', 'public.spine', '{events:w,events:v}', 'y', split => '{"train":1}');
    perform ml.create_training_dataset('other_split', 'public.spine', '{events:w,events:v}', 'y', split => '{"train":0.5,"test":0.5}');
    set local timezone = 'Asia/Tokyo'; set local extra_float_digits = -5; set local datestyle = 'German';
    perform ml.create_training_dataset('other_settings', 'public.spine', '{events:w,events:v}', 'y', split => '{"train":0.5,"test":0.5}');
    reset timezone; reset extra_float_digits; reset datestyle;
    perform tests.reset();
end $$;
create function pg_temp.hash(name text) returns text language sql as $$ select content_hash from ml.datasets d where d.name = hash.name $$;
select is(pg_temp.hash('shuffled'), pg_temp.hash('indexed'), 'the hash does not depend on the physical order of spine or source');
select isnt(pg_temp.hash('changed'), pg_temp.hash('indexed'), 'one value changed in the last bit changes it');
select isnt(pg_temp.hash('reordered'), pg_temp.hash('changed'), 'another order of columns changes it');
select isnt(pg_temp.hash('other_split'), pg_temp.hash('reordered'), 'another split changes it');
select is(pg_temp.hash('other_settings'), pg_temp.hash('other_split'), 'the session''s time zone, date style and float digits do not');
select matches(pg_temp.hash('pit'), '^[0-9a-f]{64}$', 'it is a sha256 in hex');

-- Splits
create table public.many as
    select n % 500 as card, timestamptz '2026-01-01' + (n / 4) * interval '1 minute' as event_time, n as x, n % 3 as y, n % 2 = 0 as flag, 'c' || n % 3 as class
    from generate_series(0, 1999) n;
do $$
begin
    perform tests.become('engineer');
    perform ml.create_training_dataset('random', 'public.many', '{plain:v}', 'y', split => '{"train":0.6,"validation":0.2,"test":0.2,"seed":7}');
    perform ml.create_training_dataset('random_8', 'public.many', '{plain:v}', 'y', split => '{"train":0.6,"validation":0.2,"test":0.2,"seed":8}');
    perform ml.create_training_dataset('time', 'public.many', '{plain:v}', 'x', split => '{"train":0.701,"test":0.299,"method":"time"}');
    perform ml.create_training_dataset('flags', 'public.many', '{plain:v}', 'flag');
    perform ml.create_training_dataset('classes', 'public.many', '{plain:v}', 'class');
    perform tests.reset();
end $$;
create function pg_temp.rows(name text) returns table (split text, event_time timestamptz, card bigint, label text) language plpgsql as $$
begin
    return query execute format('select d.split, d.event_time, d.card, d.label::text from %s d', (select d.table_name from ml.datasets d where d.name = rows.name));
end $$;
select is((select count(*)::integer from (select card from pg_temp.rows('random') group by card having count(distinct split) > 1) x), 0, 'random: an entity never lies on both sides');
select ok((select bool_and(abs((split_counts ->> p.part)::numeric / 2000 - share) < 0.06) from ml.datasets, (values ('train', 0.6), ('validation', 0.2), ('test', 0.2)) p (part, share) where name = 'random'),
    'random: shares come out near what was asked for');
select isnt((select array_agg(split order by card, event_time, label) from pg_temp.rows('random')), (select array_agg(split order by card, event_time, label) from pg_temp.rows('random_8')), 'random: the seed matters');
select is((select split_counts from ml.datasets where name = 'time'), '{"train":1404,"test":596}'::jsonb, 'time: the first share trains, ties stay together');
select ok((select max(event_time) filter (where split = 'train') < min(event_time) filter (where split = 'test') from pg_temp.rows('time')), 'time: all of train lies before all of test');
select is((select sum(value::integer)::integer from ml.datasets, jsonb_each_text(split_counts) where name = 'random'), 2000, 'the counts sum to the rows');

-- Statistics: values computed with NumPy 2.4.6 for the integers 0 to 1999 (population standard deviation, linear quantiles)
select is((select (statistics #>> '{label,mean}')::double precision from ml.datasets where name = 'time'), 999.5::double precision, 'mean');
select ok((select abs((statistics #>> '{label,std}')::double precision - 577.3501970208376) < 1e-9 from ml.datasets where name = 'time'), 'standard deviation of the population');
select is((select (statistics #>> '{label,quantiles,0.25}')::double precision from ml.datasets where name = 'time'), 499.75::double precision, 'quantile between two values');
select is((select array[statistics #>> '{label,min}', statistics #>> '{label,max}', statistics #>> '{label,count}', statistics #>> '{label,nulls}'] from ml.datasets where name = 'time'),
    array['0', '1999', '2000', '0'], 'least, greatest, count and nulls');
select is((select statistics -> 'plain__v' from ml.datasets where name = 'time'),
    '{"count":0,"nulls":2000,"mean":null,"std":null,"min":null,"max":null,"quantiles":null}'::jsonb,
    'a column without values has no mean');
select is((select statistics #> '{label,top,0}' from ml.datasets where name = 'classes'), '{"value":"c0","count":667}'::jsonb, 'text: the most frequent value');
select is((select label_type || (statistics #>> '{label,mean}') from ml.datasets where name = 'flags'), 'bool0.5', 'booleans: the share of true');

-- Reading
select tests.become('ml_worker') \g /dev/null
select is(ml.read_dataset('time', 'test', max_rows => 600) -> 'columns', '["row_id","split","event_time","card","label","plain__v"]'::jsonb, 'columns stand in a fixed order');
select is(jsonb_array_length(ml.read_dataset('time', 'test', max_rows => 600) -> 'rows'), 596, 'one split is read');
select is(ml.read_dataset('time', 'test', max_rows => 600) -> 'next_after', 'null'::jsonb, 'after the last page there is no next');
select is(ml.read_dataset('time', null, 0, 1000) ->> 'next_after', '1000', 'a full page names where to go on');
select is(ml.read_dataset('time', null, 1000, 1000) #>> '{rows,0,0}', '1001', 'which is where the next begins');
select is(jsonb_array_length(ml.read_dataset('time', null, 2000, 1000) -> 'rows'), 0, 'beyond the end there are no rows');
select is(ml.read_dataset('time', null, 0, 1) #> '{rows,0}', '[1,"train","2026-01-01T00:00:00+00:00",0,0,null]'::jsonb, 'a row, in the order of the columns');
select is(ml.read_dataset('time', max_rows => 1) - array['rows', 'columns', 'content_hash', 'features'],
    '{"dataset":"time","label":"label","label_type":"int64","next_after":1}'::jsonb, 'what else a page says');
select is((ml.read_dataset('pit', max_rows => 1) #> '{features,0}') - array['view_id', 'feature_id'],
    '{"ref":"events@1:v","column":"events__v","view":"events","view_version":1,"feature":"v","value_type":"float64"}'::jsonb, 'each feature is pinned to its view version');
select tests.throws(format('select ml.read_dataset(%s)', arguments), state, code, 'read_dataset refused: ' || arguments)
from (values
    ('null', '22023', 'invalid_name'), ('''nothing''', 'PT404', 'dataset_not_found'), ('''time; drop''', '22023', 'invalid_name'), ('''time'', ''dev''', '22023', 'invalid_argument'),
    ('''time'', null, -1', '22023', 'invalid_argument'), ('''time'', null, null', '22023', 'invalid_argument'), ('''time'', null, 0, 0', '22023', 'invalid_argument'),
    ('''time'', null, 0, 10001', '22023', 'invalid_argument'), ('''time'', null, 0, null', '22023', 'invalid_argument')
) t (arguments, state, code);
select tests.reset() \g /dev/null

-- The pinned reference for monitoring
select is((select count(*)::integer from ml_private.dataset_values((select id from ml.datasets where name = 'time'), 'label')), 1404, 'a column of the train rows');
select is((select sum(v)::integer from ml_private.dataset_values((select id from ml.datasets where name = 'flags'), 'label', null) v), 1000, 'booleans are 0 and 1; split null is all rows');
select tests.throws($$ select ml_private.dataset_values((select id from ml.datasets where name = 'classes'), 'label') $$, '22023', 'type_mismatch', 'a text column has no numbers');
select tests.throws($$ select ml_private.dataset_values((select id from ml.datasets where name = 'time'), 'split') $$, 'PT404', 'unknown_column', 'only label and features are columns');
select tests.throws($$ select ml_private.dataset_values(-1, 'label') $$, 'PT404', 'dataset_not_found', 'an unknown dataset');

-- Lineage
select tests.become('viewer') \g /dev/null
select is(
    (select array_agg(n ->> 'kind' || ' ' || (n ->> 'name') order by n ->> 'kind', n ->> 'name') from jsonb_array_elements(ml.get_lineage('dataset', (select id::text from ml.datasets where name = 'copied')) -> 'nodes') n),
    array['dataset copied', 'feature events@1:v', 'feature events@1:w', 'feature_view events@1', 'source public.events', 'source public.spine'], 'upstream of a dataset');
select ok(
    (select bool_or(n ->> 'name' = 'pit') and bool_or(n ->> 'name' = 'copied') and not bool_or(n ->> 'name' = 'flags')
     from jsonb_array_elements(ml.get_lineage('source', 'public.events', 'downstream') -> 'nodes') n), 'downstream of a source');
select tests.throws(format('select ml.get_lineage(%s)', arguments), state, code, 'get_lineage refused: ' || arguments)
from (values
    ('null, ''1''', '22023', 'invalid_argument'), ('''table'', ''1''', '22023', 'invalid_argument'), ('''dataset'', null', '22023', 'invalid_argument'), ('''dataset'', ''''', '22023', 'invalid_argument'),
    ('''dataset'', ''x''', 'PT404', 'lineage_not_found'), ('''source'', ''public.nothing''', 'PT404', 'lineage_not_found'), ('''dataset'', ''1'', ''sideways''', '22023', 'invalid_argument')
) t (arguments, state, code);

-- Arguments
select tests.become('engineer') \g /dev/null
select tests.throws($$ select ml.create_training_dataset('pit', 'public.spine', '{events:v}', 'y') $$, '23505', 'duplicate', 'a name is given once');
select tests.throws(
    format('select ml.create_training_dataset(%L, %L, %L, %L, %L, %L, %L)', coalesce(a ->> 'name', 'new'), coalesce(a ->> 'spine', 'public.spine'), coalesce(a ->> 'features', '{events:v}'),
        coalesce(a ->> 'label', 'y'), coalesce(a ->> 'event_time', 'event_time'), coalesce(a ->> 'split', '{"train":1}'), coalesce(a ->> 'fit', 'false')),
    state, code, 'refused: ' || a::text)
from (values
    ('{"name":"a b"}'::jsonb, '22023', 'invalid_name'), ('{"spine":"spine"}', '22023', 'invalid_source'), ('{"spine":"public.nothing"}', 'PT404', 'source_not_found'), ('{"spine":"auth.users"}', '22023', 'source_refused'),
    ('{"features":"{}"}', '22023', 'invalid_argument'), ('{"features":"{events:v,events@1:v}"}', '22023', 'duplicate_feature'), ('{"features":"{nothing:v}"}', 'PT404', 'feature_view_not_found'),
    ('{"label":"z"}', '22023', 'unknown_column'), ('{"label":"event_time"}', '22023', 'type_mismatch'), ('{"event_time":"note"}', '22023', 'type_mismatch'), ('{"split":"[]"}', '22023', 'invalid_argument'),
    ('{"split":"{\"train\":0.5}"}', '22023', 'invalid_split'), ('{"split":"{\"test\":1}"}', '22023', 'invalid_split'), ('{"split":"{\"train\":1.5,\"test\":-0.5}"}', '22023', 'invalid_split'),
    ('{"split":"{\"train\":\"1\"}"}', '22023', 'invalid_split'), ('{"split":"{\"train\":1,\"method\":\"hash\"}"}', '22023', 'invalid_split'), ('{"split":"{\"train\":1,\"seed\":1.5}"}', '22023', 'invalid_split'),
    ('{"split":"{\"train\":1,\"dev\":0}"}', '22023', 'unknown_key'), ('{"spine":"public.many","features":"{events:v}"}', '22023', 'unknown_column')
) t (a, state, code);
select tests.throws($$ select ml.create_training_dataset('new', 'public.spine', '{events:v}', 'y', fit => null) $$, '22023', 'invalid_argument', 'a null fit is refused');
insert into public.spine values (1, 1, null, 'no time', 1);
select tests.throws($$ select ml.create_training_dataset('new', 'public.spine', '{events:v}', 'y') $$, '22023', 'invalid_spine', 'spine rows without a time are refused', '^1 of 16 rows');
update public.spine set event_time = '2026-01-01', y = null where note = 'no time';
select tests.throws($$ select ml.create_training_dataset('new', 'public.spine', '{events:v}', 'y') $$, '22023', 'missing_label', 'spine rows without a label are refused', '^1 of 16 rows');
update public.spine set y = 'NaN' where note = 'no time';
select tests.throws($$ select ml.create_training_dataset('new', 'public.spine', '{events:v}', 'y') $$, '22023', 'missing_label', 'NaN is no label');
update public.spine set y = 1, card = null where note = 'no time';
select tests.throws($$ select ml.create_training_dataset('new', 'public.spine', '{events:v}', 'y') $$, '22023', 'invalid_spine', 'spine rows without a key are refused');
delete from public.spine where card is null or card > 2;
select tests.throws($$ select ml.create_training_dataset('new', 'public.spine', '{events:v}', 'y', split => '{"train":0.999,"test":0.001}') $$, '22023', 'empty_split', 'a side left empty is refused');
delete from public.spine;
select tests.throws($$ select ml.create_training_dataset('new', 'public.spine', '{events:v}', 'y') $$, '22023', 'empty_spine', 'an empty spine is refused');

-- What a dataset is told of, and what it keeps of its sources.
select tests.reset() \g /dev/null
create collation public.own (provider = icu, locale = 'und');
create table public.named (card bigint, at timestamptz, word text collate public.own);
insert into public.named values (1, '2026-01-01Z', 'x');
create table public.named_spine (card bigint, event_time timestamptz, y text collate public.own);
insert into public.named_spine values (1, '2026-01-02Z', 'yes');
select tests.become('engineer') \g /dev/null
select ml.register_feature_view('named', 'card_only', 'public.named', 'at', '[{"name":"word","type":"string"}]', mode => 'batch') \g /dev/null
select ml.retire_feature_view('named', 1) \g /dev/null
select is(
    jsonb_path_query_array((ml.create_training_dataset('worded', 'public.named_spine', '{named@1:word}', 'y', split => '{"train":1}')).warnings, '$[*] ? (@.code == "view_retired").view'),
    '["named@1"]'::jsonb, 'a view that is retired is told of');
select tests.reset() \g /dev/null
select is_empty(
    format($$ select attname from pg_attribute where attrelid = %L::regclass and attcollation not in (0, 100) $$, (select table_name from ml.datasets where name = 'worded')),
    'a collation of the source is not the dataset''s');

-- A source that begins after the train rows, one that ends before the test rows, and texts that are none.
select tests.reset() \g /dev/null
create table public.gaps (card bigint, at timestamptz, x double precision, late double precision, ended double precision, word text);
insert into public.gaps
select n, '2026-01-01Z'::timestamptz + n * interval '1 day', n, case when n > 75 then n end, case when n <= 70 then n end,
    (array['a', '', repeat('x', 1000), repeat('x', 1001)])[1 + n % 4]
from generate_series(1, 100) n;
create table public.gaps_spine as
select n::bigint as card, '2026-01-01Z'::timestamptz + n * interval '1 day' + interval '1 hour' as event_time, n % 2 as y from generate_series(1, 100) n;
grant select on public.gaps, public.gaps_spine to authenticated;
select tests.become('engineer') \g /dev/null
select ml.register_feature_view('gaps', 'card_only', 'public.gaps', 'at',
    '[{"name":"x","type":"float64"},{"name":"late","type":"float64"},{"name":"ended","type":"float64"},{"name":"word","type":"string"}]') \g /dev/null
create function pg_temp.warned(features text[], split jsonb) returns jsonb language sql as $$
    select jsonb_agg(w - 'message' order by ord) from jsonb_array_elements(
        (ml.create_training_dataset('gaps' || md5(features::text || split::text), 'public.gaps_spine', features, 'y', split => split)).warnings) with ordinality x (w, ord)
$$;
select is(
    pg_temp.warned('{gaps:x,gaps:late,gaps:ended}', '{"method":"time","train":0.7,"test":0.3}'),
    '[{"code":"column_is_null","column":"gaps__late","split":"train"},{"code":"column_is_null","column":"gaps__ended","split":"test"},{"code":"incomplete_rows","rows":100,"of":100}]',
    'a column that is null on one side of the split alone is told of with the side');
select is(
    pg_temp.warned('{gaps:x,gaps:late,gaps:ended}', '{"method":"time","train":0.4,"validation":0.3,"test":0.3}') -> 1,
    '{"code":"column_is_null","column":"gaps__late","split":"validation"}', 'validation is a side of its own');
select is(
    pg_temp.warned('{gaps:x,gaps:word}', '{"train":1}'), '[{"code":"incomplete_rows","rows":50,"of":100}]',
    'an empty text and one that serving refuses are missing, one of 1,000 characters is not');
select tests.reset() \g /dev/null
update public.gaps set word = '';
select tests.become('engineer') \g /dev/null
select is(
    pg_temp.warned('{gaps:word,gaps:x}', '{"train":0.5,"test":0.5}') -> 0, '{"code":"column_is_null","column":"gaps__word"}',
    'a column of empty texts is null in every row, told once');
select tests.reset() \g /dev/null

select * from finish();
rollback;
