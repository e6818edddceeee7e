-- What is pinned is what was trained on: rows that the training left out are no reference.
begin;
select plan(6);
\ir ../../support/trained_model.sql

insert into public.tumours
select i, null, 1000, 'left', '2026-01-01Z'::timestamptz + i * interval '1 hour' from generate_series(81, 160) i;
insert into public.diagnoses
select i, i % 2, '2026-02-01Z'::timestamptz + i * interval '1 hour' from generate_series(81, 160) i;
select ml.create_training_dataset('gappy', 'public.diagnoses', array['tumour:radius', 'tumour:texture'], 'malignant');
select is(
    (select warnings -> 0 ->> 'code' || ' ' || (warnings -> 0 ->> 'rows') from ml.datasets where name = 'gappy'), 'incomplete_rows 80', 'half of the rows lack the radius');
select tests.register('strict', 'a', dataset => 'gappy');
select tests.register(
    'lenient', 'b', dataset => 'gappy',
    signature => tests.signature('[{"feature": "tumour:radius", "view_version": 1, "nullable": true}, {"feature": "tumour:texture", "view_version": 1, "nullable": true}]'));
select ml.set_promotion_policy(m, s, '{}'), ml.promote_model(m, 1, s)
from unnest(array['strict', 'lenient']) m cross join lateral unnest(array['staging', 'production']) with ordinality s (s, n) order by m, n;

create function pg_temp.pinned(model text, name text) returns double precision[] language sql as $$
    select r.sample
    from ml.drift_references r
    join ml.model_versions v on v.id = r.version_id
    join ml.registered_models m on m.id = v.model_id
    where m.name = pinned.model and r.name = pinned.name
$$;
create function pg_temp.train(complete boolean) returns bigint language plpgsql as $$
declare
    v_count bigint;
begin
    execute format('select count(*) from %s where split = ''train'' and (not $1 or tumour__radius is not null)', (select table_name from ml.datasets where name = 'gappy'))
    into v_count using complete;
    return v_count;
end
$$;
select is(cardinality(pg_temp.pinned('strict', 'tumour:texture')), pg_temp.train(true)::integer, 'a model that takes no null is compared with its complete rows');
select cmp_ok((select max(x) from unnest(pg_temp.pinned('strict', 'tumour:texture')) x), '<', 3::double precision, 'not with what stood beside a missing value');
select is(cardinality(pg_temp.pinned('lenient', 'tumour:texture')), pg_temp.train(false)::integer, 'one that takes null with all of them');
select is((select max(x) from unnest(pg_temp.pinned('lenient', 'tumour:texture')) x), ln(1001::double precision), 'whatever stood beside');
select is(pg_temp.pinned('lenient', 'tumour:radius'), pg_temp.pinned('strict', 'tumour:radius'), 'a column''s own missing values are in neither sample');

select * from finish();
rollback;
