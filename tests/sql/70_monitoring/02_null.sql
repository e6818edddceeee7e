-- A detector that alarms without drift is worse than none: the family-wise false alarm rate is held at the nominal level, and real drift is found.
begin;
select plan(4);
select setseed(0.20260101);

create function pg_temp.normals(n integer, shift double precision default 0)
returns double precision[]
language sql
volatile
as $$ select array_agg(sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) + normals.shift) from generate_series(1, normals.n) $$;

create function pg_temp.smallest_adjusted(reference double precision[], current double precision[][], n integer)
returns double precision
language sql
as $$
    with columns as (
        select array(select smallest_adjusted.current[i][j] from generate_series(1, n) as j) as sample
        from generate_series(1, array_length(smallest_adjusted.current, 1)) as i
    ),
    tests as (
        select ml_private.ks_p_value(ml_private.ks_statistic(reference, c.sample), cardinality(reference), n) as p from columns c
        union all
        select (ml_private.psi_test(
            ml_private.bin_counts(reference, ml_private.bin_edges(reference, least(10, n / 10))),
            ml_private.bin_counts(c.sample, ml_private.bin_edges(reference, least(10, n / 10)))
        )).p_value from columns c
    )
    select min(a) from unnest(ml_private.adjust_holm(array(select t.p from tests t))) as a
$$;

-- A reference of its own for each trial: one unlucky reference would count for all of them.
create temporary table trials as
select n, pg_temp.smallest_adjusted(pg_temp.normals(1000), array(select pg_temp.normals(n) from generate_series(1, 2) where trial > 0), n) as p
from unnest(array[50, 200]) as n, generate_series(1, 600) as trial;

-- The nominal share plus three standard errors of a share of 600.
select cmp_ok((select avg((p <= 0.05)::integer) from trials where n = 50), '<=', 0.0767, '50 rows, no drift: at most the nominal share of checks alarms');
select cmp_ok((select avg((p <= 0.05)::integer) from trials where n = 200), '<=', 0.0767, '200 rows, no drift: at most the nominal share of checks alarms');
select cmp_ok((select avg((p <= 0.01)::integer) from trials), '<=', 0.0186, 'nor more at a hundredth');
select cmp_ok(
    (
        select max(pg_temp.smallest_adjusted(pg_temp.normals(1000), array[pg_temp.normals(100, 1), pg_temp.normals(100), pg_temp.normals(100)], 100))
        from generate_series(1, 20)
    ),
    '<=', 0.001::double precision, '100 rows of which one column in three moved by a standard deviation: always found'
);

select * from finish();
rollback;
