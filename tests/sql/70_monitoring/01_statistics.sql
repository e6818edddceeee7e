-- Two-sample statistics against SciPy 1.17 (scipy.stats.ks_2samp, chi2, chi2_contingency, binomtest; scipy.special.kolmogorov, gammaln).
begin;
select plan(33);

create function pg_temp.near(actual double precision, expected double precision, tolerance double precision, what text)
returns text
language sql
as $$ select ok(abs(actual - expected) <= tolerance, format('%s: %s is within %s of %s', what, actual, tolerance, expected)) $$;

select pg_temp.near(ml_private.ks_statistic('{1,2,3,4,5}', '{3,4,5,6,7}'), 0.4, 1e-12, 'KS of {1..5} and {3..7}');
select pg_temp.near(ml_private.ks_p_value(0.4, 5, 5), 0.873015873015873, 1e-9, 'its exact p');
select pg_temp.near(ml_private.ks_statistic('{0.1,0.4,0.7,1.1,1.6,2.2,3.0}', '{0.5,0.9,1.3,1.9,2.8,3.7,4.4,5.0,6.1}'), 0.4444444444444444, 1e-12, 'KS of unequal sizes');
select pg_temp.near(ml_private.ks_p_value(0.4444444444444444, 7, 9), 0.32377622377622384, 1e-9, 'its exact p');
select pg_temp.near(ml_private.ks_statistic('{1,1,2,2,3}', '{2,2,3,3,3,4}'), 0.4666666666666667, 1e-12, 'KS with ties');
select pg_temp.near(ml_private.ks_p_value(0.4666666666666667, 5, 6), 0.474025974025974, 1e-9, 'its exact p');
select pg_temp.near(
    ml_private.ks_statistic(array(select generate_series(1, 100)), array(select generate_series(21, 120))), 0.2, 1e-12, 'KS of 1..100 shifted by 20'
);
select pg_temp.near(ml_private.ks_p_value(0.2, 100, 100), 0.03638428787491733, 1e-9, 'its exact p');
select pg_temp.near(ml_private.ks_p_value_asymptotic(0.2, 100, 100), 0.03663105270711935, 1e-12, 'its asymptotic p');
select pg_temp.near(ml_private.ks_p_value(0.05, 400, 500), 0.6349894805231344, 1e-10, 'asymptotic p at D 0.05');
select pg_temp.near(ml_private.ks_p_value(0.02, 400, 500), 0.9999921107429537, 1e-10, 'asymptotic p at D 0.02');
select pg_temp.near(ml_private.ks_p_value(0.3, 400, 500) / 8.4967085105833e-18, 1, 1e-9, 'asymptotic p at D 0.3, relative');
select is(ml_private.ks_p_value(0, 400, 500), 1::double precision, 'no distance has p 1');
select is(ml_private.ks_statistic('{}', '{1}'), null, 'an empty side has no distance');

select pg_temp.near(ml_private.log_gamma_half(1), 0.5723649429247, 1e-12, 'ln gamma(1/2)');
select pg_temp.near(ml_private.log_gamma_half(2), 0, 1e-12, 'ln gamma(1)');
select pg_temp.near(ml_private.log_gamma_half(9), 2.4537365708424423, 1e-12, 'ln gamma(9/2)');
select pg_temp.near(ml_private.log_gamma_half(20), 12.801827480081469, 1e-11, 'ln gamma(10)');
select pg_temp.near(ml_private.chi_square_p_value(8.428571428571429, 2), 0.01478287719483942, 1e-12, 'chi-square, df 2');
select pg_temp.near(ml_private.chi_square_p_value(3.841458820694124, 1), 0.05, 1e-12, 'chi-square, df 1');
select pg_temp.near(ml_private.chi_square_p_value(0.5, 9), 0.9999695662588389, 1e-12, 'chi-square, lower tail');
select pg_temp.near(ml_private.chi_square_p_value(30, 30), 0.4656537089440098, 1e-12, 'chi-square, df 30');
select pg_temp.near(ml_private.chi_square_p_value(100, 9) / 1.5735176303753876e-17, 1, 1e-9, 'chi-square, far tail, relative');
select is(ml_private.chi_square_p_value(2000, 9), 0::double precision, 'chi-square beyond double precision');

select pg_temp.near(
    ml_private.population_stability_index('{.1,.2,.3,.4}', '{.25,.25,.25,.25}'), 0.22821740957339184, 1e-12, 'PSI of shares'
);
select pg_temp.near((ml_private.psi_test('{30,40,20,10}', '{10,15,20,5}')).psi, 0.19677867665839835, 1e-12, 'PSI of counts, half a row added to each bin');
select pg_temp.near((ml_private.psi_test('{30,40,20,10}', '{10,15,20,5}')).p_value, 0.06699621368868515, 1e-12, 'its p by the contingency table');
select pg_temp.near((ml_private.psi_test('{50,30,20}', '{30,40,30}')).p_value, 0.01478287719483942, 1e-12, 'the chi-square reference case');

select is(ml_private.bin_edges(array(select generate_series(1, 100)), 4), '{25,50,75}', 'edges are quantiles');
select is(ml_private.bin_edges('{1,1,1,1,1,2}', 10), '{1}', 'repeated quantiles collapse, and the maximum is no edge');
select is(ml_private.bin_counts('{1,25,25.5,50,99,1000,-3}', '{25,50,75}'), '{3,2,0,2}', 'a bin is closed above');
select is(ml_private.adjust_holm('{0.01,0.04,0.03,0.005}'), '{0.03,0.06,0.06,0.02}', 'Holm''s adjustment keeps order and is monotone');
select ok(
    abs((ml_private.wilson_interval(37, 40))[1] - 0.8013576647568945) < 1e-12 and abs((ml_private.wilson_interval(37, 40))[2] - 0.9741639742254118) < 1e-12,
    'Wilson interval of 37 in 40'
);

select * from finish();
rollback;
