-- Fisher's exact test against SciPy 1.17 (scipy.stats.fisher_exact, alternative greater; math.lgamma), and what it does where nothing has changed.
begin;
select plan(25);
select setseed(0.5);

create function pg_temp.close(actual double precision, expected double precision, what text)
returns text
language sql
as $$ select ok(abs(actual / expected - 1) <= 1e-9, format('%s: %s is %s', what, actual, expected)) $$;

select pg_temp.close(ml_private.log_factorial(5), 4.787491742782047, 'ln 5!');
select pg_temp.close(ml_private.log_factorial(17), 33.50507345013689, 'ln 17!, by the series');
select pg_temp.close(ml_private.log_factorial(1000), 5912.128178488163, 'ln 1000!');
select is(ml_private.log_factorial(0), 0::double precision, 'ln 0!');

select pg_temp.close(ml_private.missing_p_value(0, 300, 1, 50), 0.14285714285714285, 'one of 50 against none of 300');
select pg_temp.close(ml_private.missing_p_value(0, 300, 5, 50), 4.9817820388359725e-05, 'five of 50 against none of 300');
select pg_temp.close(ml_private.missing_p_value(9, 300, 5, 50), 0.035616050214853284, '5 of 50 against 9 of 300');
select pg_temp.close(ml_private.missing_p_value(30, 1000, 2, 60), 0.5510599074345576, '2 of 60 against 30 of 1000, near the mode');
select pg_temp.close(ml_private.missing_p_value(30, 1000, 40, 60), 2.1544544597431913e-38, '40 of 60 against 30 of 1000');
select pg_temp.close(ml_private.missing_p_value(3, 700, 50, 50), 6.686508605562385e-75, 'all of 50 against 3 of 700');
select pg_temp.close(ml_private.missing_p_value(120, 4000, 180, 5000), 0.0642808208304299, '180 of 5000 against 120 of 4000');
select pg_temp.close(ml_private.missing_p_value(2000, 100000, 150, 5000), 2.7473789485751036e-06, '150 of 5000 against 2000 of 100,000');
select pg_temp.close(ml_private.missing_p_value(500, 1000, 30, 60), 0.5528045992518913, 'a half of each');
select pg_temp.close(ml_private.missing_p_value(10, 10, 19, 20), 1, 'fewer than in a reference without a value');
select is(ml_private.missing_p_value(5, 10, 0, 20), 1::double precision, 'none now has p 1');
select is(ml_private.missing_p_value(300, 300, 50, 50), 1::double precision, 'all of both has p 1');
select cmp_ok(ml_private.missing_p_value(0, 1000000, 5000, 5000), '<', 1e-200::double precision, 'all of 5000 against none of a million does not underflow');

select results_eq($$ select share, reference, p_value from ml_private.compare_missing(0, 100, 0, 50) $$,
    $$ values (0::double precision, 0::double precision, null::double precision) $$, 'nothing missing on either side is no test');
select results_eq($$ select share, reference, p_value from ml_private.compare_missing(null, null, 0, 50) $$,
    $$ values (null::double precision, null::double precision, null::double precision) $$, 'nor is a score');
select is((select p_value from ml_private.compare_missing(1, 4, 0, 50)), 1::double precision, 'what is missing less often is tested and found fine');

select is((select ks_p_value from ml_private.compare_samples('{1,2,3}', '{1}', '{}')), null, 'where every value is missing none can be compared');
select is((select psi_p_value from ml_private.compare_samples('{1,2,3}', '{1}', array_fill(1::double precision, array[19]))), null, 'of 19 values no bins are made');

-- Three of a hundred values are missing before and after: all tests of three columns, corrected together as in a check.
create function pg_temp.missing(n integer, share double precision) returns bigint language sql volatile
as $$ select count(*) from generate_series(1, n) where random() < share $$;
create function pg_temp.column_of(n integer) returns double precision[] language sql volatile
as $$ select array_agg(case when random() >= 0.03 then random() end) from generate_series(1, n) $$;
create function pg_temp.smallest_adjusted() returns double precision language sql volatile as $$
    with columns as materialized (
        select pg_temp.column_of(400) as r, pg_temp.column_of(120) as c from generate_series(1, 3)
    ),
    tested as materialized (
        select d.ks_p_value, d.psi_p_value, m.p_value
        from columns k
        cross join lateral (select array_remove(k.r, null) as r, array_remove(k.c, null) as c) present
        cross join lateral ml_private.compare_samples(present.r, ml_private.bin_edges(present.r, 10), present.c) d
        cross join lateral ml_private.compare_missing(400 - cardinality(present.r), 400, 120 - cardinality(present.c), 120) m
    )
    select min(a)
    from unnest(ml_private.adjust_holm(array(
        select t.ks_p_value from tested t union all select t.psi_p_value from tested t union all select t.p_value from tested t where t.p_value is not null
    ))) a
$$;
create temporary table trials as
select pg_temp.smallest_adjusted() as p, pg_temp.missing(120, 0.03) as n, pg_temp.missing(400, 0.03) as m from generate_series(1, 300) trial;
-- The nominal share plus three standard errors of a share of 300.
select cmp_ok((select avg((p <= 0.05)::integer) from trials), '<=', 0.0878, 'without a change at most the nominal share of checks alarms');
select cmp_ok((select avg((ml_private.missing_p_value(t.m, 400, t.n, 120) <= 0.05)::integer) from trials t), '<=', 0.0878, 'nor more of the exact tests alone');
select cmp_ok((
    select max(ml_private.missing_p_value(pg_temp.missing(600, 0.03), 600, pg_temp.missing(120, 0.4), 120)) from generate_series(1, 50)
), '<', 1e-6::double precision, 'four of ten instead of three of a hundred: always found');

select * from finish();
rollback;
