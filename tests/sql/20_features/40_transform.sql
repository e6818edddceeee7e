-- Transformations: reference values, fitting on the train split only, one function online and offline.
-- Reference values: scikit-learn 1.7.2 StandardScaler, MinMaxScaler, RobustScaler fitted on [1, 2, 3, 4, 10] and on [7, 7, 7, 7, 7]; NumPy 2.4.6 log.
begin;
select plan(34);

create table public.points (id bigint, at timestamptz, x double precision, same double precision, none double precision, n integer);
create table public.labels (id bigint, at timestamptz, y integer);
grant select, insert on public.points, public.labels to authenticated;
-- Rows 1 to 5 are trained on (time split); 6 to 8 come later and must not move the parameters.
insert into public.points
select n, timestamptz '2026-01-01' + n * interval '1 day', x, case when n <= 5 then 7 else 9 end, case when n > 5 then 1 end, x
from unnest(array[1, 2, 3, 4, 10, 12.5, -2, null]) with ordinality u (x, n);
insert into public.labels select id, at, id % 2 from public.points;

do $$
begin
    perform tests.become('engineer');
    perform ml.register_entity('point', '[{"name":"id","type":"int64"}]');
    perform ml.register_feature_view('points', 'point', 'public.points', 'at', '[
        {"name":"z","type":"float64","column":"x","transformation":{"type":"normalize","method":"z_score"}},
        {"name":"m","type":"float64","column":"x","transformation":{"type":"normalize","method":"min_max"}},
        {"name":"r","type":"float64","column":"x","transformation":{"type":"normalize","method":"robust"}},
        {"name":"l","type":"float64","column":"x","transformation":{"type":"log","offset":1}},
        {"name":"n","type":"int64","transformation":{"type":"normalize","method":"z_score"}},
        {"name":"same_z","type":"float64","column":"same","transformation":{"type":"normalize","method":"z_score"}},
        {"name":"same_m","type":"float64","column":"same","transformation":{"type":"normalize","method":"min_max"}},
        {"name":"same_r","type":"float64","column":"same","transformation":{"type":"normalize","method":"robust"}},
        {"name":"none","type":"float64","transformation":{"type":"normalize","method":"z_score"}},
        {"name":"raw","type":"float64","column":"x"}]');
end $$;

create function pg_temp.cut(name text, features text[], fit boolean) returns ml.datasets language sql as $$
    select ml.create_training_dataset(cut.name, 'public.labels', cut.features, 'y', 'at', '{"train":0.625,"test":0.375,"method":"time"}', cut.fit)
$$;
select tests.throws($$ select pg_temp.cut('early', '{points:z,points:raw}', false) $$, 'PT409', 'view_not_fitted', 'without fit an unfitted feature is refused', 'points@1:z');
select lives_ok($$ select pg_temp.cut('log_only', '{points:l,points:raw}', false) $$, 'a log needs no fitting');
select tests.throws($$ select pg_temp.cut('nothing', '{points:none}', true) $$, '22023', 'nothing_to_fit', 'a column without a value in the train rows is refused');
select is((select count(*)::integer from ml.datasets where name <> 'log_only'), 0, 'and leaves no dataset behind');
select lives_ok($$ select pg_temp.cut('fitted', '{points:z,points:m,points:r,points:l,points:n,points:same_z,points:same_m,points:same_r,points:raw}', true) $$, 'fit fits');
select is((select split_counts from ml.datasets where name = 'fitted'), '{"train":5,"test":3}'::jsonb, 'five rows are trained on');
select is((select fitted_on_dataset_id from ml.feature_views where name = 'points'), (select id from ml.datasets where name = 'fitted'), 'the view says which dataset fitted it');
select is((select fitted ->> 'dataset_id' from ml.features where name = 'z'), (select id::text from ml.datasets where name = 'fitted'), 'so does each feature');
select is((select (fitted ->> 'count')::integer from ml.features where name = 'z'), 5, 'parameters come from the train rows only');
select is((select fitted from ml.features where name = 'none'), null, 'a feature nobody asked for stays unfitted');

create function pg_temp.value(col text, row_number integer) returns double precision language plpgsql as $$
declare
    v_data jsonb := ml.read_dataset('fitted', after_row => row_number - 1, max_rows => 1);
    v_at integer;
begin
    select u.n - 1 into v_at from jsonb_array_elements_text(v_data -> 'columns') with ordinality u (c, n) where u.c = 'points__' || col;
    return v_data -> 'rows' -> 0 ->> v_at;
end
$$;
create function pg_temp.near(have double precision, want double precision, what text) returns text language sql as $$
    select extensions.ok(abs(have - want) <= 1e-15 * greatest(1, abs(want)), what || format(': %s, wanted %s', have, want))
$$;
select pg_temp.near(pg_temp.value('z', 1), -0.9486832980505138, 'z_score of 1');
select pg_temp.near(pg_temp.value('z', 3), -0.31622776601683794, 'z_score of 3');
select pg_temp.near(pg_temp.value('z', 6), 2.687936011143122, 'z_score of 12.5, which came after fitting');
select pg_temp.near(pg_temp.value('z', 7), -1.8973665961010275, 'z_score of -2');
select pg_temp.near(pg_temp.value('m', 1), 0, 'min_max of the least');
select pg_temp.near(pg_temp.value('m', 3), 0.2222222222222222, 'min_max of 3');
select pg_temp.near(pg_temp.value('m', 6), 1.2777777777777777, 'min_max is not clipped');
select pg_temp.near(pg_temp.value('r', 1), -1, 'robust of 1');
select pg_temp.near(pg_temp.value('r', 6), 4.75, 'robust of 12.5');
select pg_temp.near(pg_temp.value('n', 7), -1.8973665961010275, 'a whole number column is scaled the same');
select pg_temp.near(pg_temp.value('l', 5), 2.3978952727983707, 'log of 10 + 1');
select is(pg_temp.value('l', 7), null, 'log of a number that is not positive is null');
select is(pg_temp.value('z', 8), null, 'null stays null');
select is(array[pg_temp.value('same_z', 1), pg_temp.value('same_m', 1), pg_temp.value('same_r', 1)], array[0, 0, 0]::double precision[], 'zero spread: the constant becomes 0');
select is(array[pg_temp.value('same_z', 6), pg_temp.value('same_m', 6), pg_temp.value('same_r', 6)], array[2, 2, 2]::double precision[], 'and another value its plain difference');

-- Offline and online
select is(
    (select jsonb_agg(r #> '{values,0}') from jsonb_array_elements(
        ml.get_online_features('{points:z,points:m,points:r,points:l,points:n,points:same_z,points:same_m,points:same_r,points:raw}', '{"id":[6]}') -> 'results') r) - 0,
    (select jsonb_agg(v.value order by v.n) from jsonb_array_elements(ml.read_dataset('fitted', after_row => 5, max_rows => 1) -> 'rows' -> 0) with ordinality v (value, n) where v.n > 5),
    'an online read equals the dataset to the last digit');

-- Fitted for good
insert into public.points select 100 + n, timestamptz '2025-01-01' + n * interval '1 hour', 1000 + n, 1, 1, 1 from generate_series(1, 50) n;
insert into public.labels select id, at, 0 from public.points where id > 100;
select lives_ok($$ select pg_temp.cut('again', '{points:z,points:raw}', true) $$, 'a later dataset with fit is cut');
select is((select (fitted ->> 'mean')::double precision from ml.features where name = 'z'), 4::double precision, 'and does not move what is fitted');
select lives_ok($$ select pg_temp.cut('third', '{points:none}', true) $$, 'but fits what was left');
select is((select fitted_on_dataset_id from ml.feature_views where name = 'points'), (select id from ml.datasets where name = 'fitted'), 'the view keeps naming the first');

-- Extremes pass without an error
insert into public.points values (300, '2026-06-01', 1e150, 7, 1, 1), (301, '2026-06-01', 5e-324, 7, 1, 1), (302, '2026-06-01', -1e150, 7, 1, 1), (303, '2026-06-01', 1e308, 7, 1, 1);
select is(
    ml.get_online_features('{points:z,points:m,points:l}', '{"id":[300,301,302,303]}') -> 'results' -> 3 -> 'statuses', '["PRESENT","PRESENT","NULL_VALUE","NULL_VALUE"]'::jsonb,
    'the greatest and the least usable values are transformed; what lies beyond is missing');
select ok((ml.get_online_features('{points:z}', '{"id":[300]}') -> 'results' #>> '{1,values,0}')::double precision > 1e149, 'a huge value has a huge score');

select tests.reset() \g /dev/null
select is((select count(*)::integer from pg_proc where pronamespace = 'ml_private'::regnamespace and proname ~ '^transform_\d+$'), 9, 'each transformed feature is one function');
select is(
    (select count(*)::integer from pg_proc p where pronamespace = 'ml_private'::regnamespace and proname ~ '^(transform|sync)_'
        and (has_function_privilege('authenticated', p.oid, 'execute') or has_function_privilege('anon', p.oid, 'execute'))),
    0, 'nobody may call compiled functions directly');

select * from finish();
rollback;
