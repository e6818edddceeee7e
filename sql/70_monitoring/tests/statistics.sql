-- Two-sample statistics on arrays: Kolmogorov-Smirnov, population stability index, chi-square, Holm's correction.

create or replace function ml_private.ks_statistic(reference double precision[], current double precision[])
returns double precision
language sql
immutable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with pooled as (
        select r.value, 1 as in_reference, 0 as in_current from unnest(ks_statistic.reference) as r (value)
        union all
        select c.value, 0, 1 from unnest(ks_statistic.current) as c (value)
    ),
    steps as (
        select p.value, sum(p.in_reference) as in_reference, sum(p.in_current) as in_current
        from pooled p
        group by p.value
    ),
    gaps as (
        select abs(
            sum(s.in_reference) over (order by s.value) / nullif(cardinality(ks_statistic.reference), 0)::double precision
            - sum(s.in_current) over (order by s.value) / nullif(cardinality(ks_statistic.current), 0)::double precision
        ) as gap
        from steps s
    )
    select max(g.gap) from gaps g
$$;

comment on function ml_private.ks_statistic(double precision[], double precision[]) is
    'Largest distance between the two empirical distribution functions, 0 to 1; equal values are one step. Null when either side is empty.';

-- Path counting in the n × m lattice with the scaling of Hodges (1958, Arkiv för Matematik 3): u[j] is the share of paths to (i, j) that stay
-- strictly inside the band |i/n - j/m| < d. One row is kept; O(n·m) steps.
create or replace function ml_private.ks_p_value_exact(d double precision, n integer, m integer)
returns double precision
language plpgsql
immutable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_reach constant double precision := (0.5 + floor(ks_p_value_exact.d * n * m - 1e-7)) / (n::double precision * m);
    v_inside double precision[] := array_fill(0::double precision, array[m + 1]);
    v_weight double precision;
begin
    for v_j in 0..m loop
        v_inside[v_j + 1] := case when v_j::double precision / m > v_reach then 0 else 1 end;
    end loop;
    for v_i in 1..n loop
        v_weight := v_i::double precision / (v_i + m);
        v_inside[1] := case when v_i::double precision / n > v_reach then 0 else v_weight * v_inside[1] end;
        for v_j in 1..m loop
            if abs(v_i::double precision / n - v_j::double precision / m) > v_reach then
                v_inside[v_j + 1] := 0;
            else
                v_inside[v_j + 1] := v_weight * v_inside[v_j + 1] + v_inside[v_j];
            end if;
        end loop;
    end loop;
    return least(1, greatest(0, 1 - v_inside[m + 1]));
end
$$;

comment on function ml_private.ks_p_value_exact(double precision, integer, integer) is
    'P(D >= d) for two samples of n and m values from one continuous distribution, by counting lattice paths; n·m steps.';

create or replace function ml_private.ks_p_value_asymptotic(d double precision, n integer, m integer)
returns double precision
language sql
immutable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $$
    -- Below 0.2 the alternating series converges too slowly and the probability is 1 to 12 digits anyway.
    select case
        when sqrt(n::double precision * m / (n + m)) * ks_p_value_asymptotic.d < 0.2 then 1
        else least(1, greatest(0, (
            select 2 * sum(
                case when k % 2 = 1 then 1 else -1 end
                * exp(greatest(-700, -2 * k * k * (n::double precision * m / (n + m)) * ks_p_value_asymptotic.d ^ 2))
            )
            from generate_series(1, 100) as k
        )))
    end
$$;

comment on function ml_private.ks_p_value_asymptotic(double precision, integer, integer) is
    'Limit of P(D >= d) by Kolmogorov''s series with the effective size n·m/(n+m).';

create or replace function ml_private.ks_p_value(d double precision, n integer, m integer)
returns double precision
language sql
immutable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select case
        when n::bigint * m <= 10000 then ml_private.ks_p_value_exact(ks_p_value.d, n, m)
        else ml_private.ks_p_value_asymptotic(ks_p_value.d, n, m)
    end
$$;

comment on function ml_private.ks_p_value(double precision, integer, integer) is
    'Two-sided two-sample Kolmogorov-Smirnov p-value: exact up to n·m = 10,000, the asymptotic series beyond. Conservative where values are tied.';

create or replace function ml_private.log_gamma_half(twice integer)
returns double precision
language sql
immutable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $$
    -- Γ(x + 1) = x Γ(x) down to Γ(1) = 1 or Γ(1/2) = √π.
    select case when twice % 2 = 0 then 0 else ln(pi()) / 2 end
        + coalesce((select sum(ln(k / 2.0::double precision)) from generate_series(case when twice % 2 = 0 then 2 else 1 end, twice - 2, 2) as k), 0)
$$;

comment on function ml_private.log_gamma_half(integer) is 'ln Γ(twice / 2) for a positive integer.';

-- Upper regularised incomplete gamma Q(a, x), a = df/2: the power series of P below a + 1, Legendre's continued fraction by Lentz's method above
-- (Abramowitz and Stegun 6.5.29 and 6.5.31).
create or replace function ml_private.chi_square_p_value(statistic double precision, df integer)
returns double precision
language plpgsql
immutable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_a constant double precision := chi_square_p_value.df / 2.0;
    v_x constant double precision := chi_square_p_value.statistic / 2.0;
    v_log_scale double precision;
    v_term double precision;
    v_sum double precision;
    v_b double precision;
    v_c double precision;
    v_d double precision;
    v_h double precision;
    v_step double precision;
begin
    if chi_square_p_value.df < 1 or v_x <= 0 then
        return 1;
    end if;
    v_log_scale := v_a * ln(v_x) - v_x - ml_private.log_gamma_half(chi_square_p_value.df);
    if v_log_scale < -690 and v_x > v_a then
        return 0;
    end if;
    if v_x < v_a + 1 then
        v_term := 1 / v_a;
        v_sum := v_term;
        for v_k in 1..1000 loop
            v_term := v_term * v_x / (v_a + v_k);
            v_sum := v_sum + v_term;
            exit when v_term < v_sum * 1e-16;
        end loop;
        return greatest(0, 1 - v_sum * exp(v_log_scale));
    end if;
    v_b := v_x + 1 - v_a;
    v_c := 1e300;
    v_d := 1 / v_b;
    v_h := v_d;
    for v_k in 1..1000 loop
        v_term := -v_k * (v_k - v_a);
        v_b := v_b + 2;
        v_d := v_term * v_d + v_b;
        if abs(v_d) < 1e-300 then v_d := 1e-300; end if;
        v_c := v_b + v_term / v_c;
        if abs(v_c) < 1e-300 then v_c := 1e-300; end if;
        v_d := 1 / v_d;
        v_step := v_d * v_c;
        v_h := v_h * v_step;
        exit when abs(v_step - 1) < 1e-15;
    end loop;
    return least(1, exp(v_log_scale) * v_h);
end
$$;

comment on function ml_private.chi_square_p_value(double precision, integer) is 'P(X >= statistic) for chi-square with df degrees of freedom.';

create or replace function ml_private.bin_counts(sample double precision[], edges double precision[])
returns bigint[]
language sql
immutable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $$
    -- width_bucket(value, edges) counts edges <= value; a bin here is closed above, so the order is turned round by negation.
    with located as (
        select cardinality(bin_counts.edges)
            - width_bucket(-s.value, array(select -e.edge from unnest(bin_counts.edges) with ordinality as e (edge, i) order by e.i desc)) as bin
        from unnest(bin_counts.sample) as s (value)
    )
    select array_agg((select count(*) from located l where l.bin = b) order by b)
    from generate_series(0, cardinality(bin_counts.edges)) as b
$$;

comment on function ml_private.bin_counts(double precision[], double precision[]) is
    'Values in each of cardinality(edges) + 1 bins; edges ascend, a bin holds values above the edge before it and up to its own.';

create or replace function ml_private.bin_edges(sample double precision[], bins integer)
returns double precision[]
language sql
immutable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $$
    -- Repeated quantiles collapse, and an edge at the maximum would leave an empty last bin.
    select coalesce(array_agg(distinct q.edge order by q.edge), '{}')
    from (
        select unnest(percentile_disc(array(select k::double precision / bin_edges.bins from generate_series(1, bin_edges.bins - 1) as k))
            within group (order by s.value)) as edge,
            max(s.value) as highest
        from unnest(bin_edges.sample) as s (value)
    ) q
    where q.edge < q.highest
$$;

comment on function ml_private.bin_edges(double precision[], integer) is 'Inner edges of at most that many bins of equal share in the sample.';

create or replace function ml_private.population_stability_index(reference double precision[], current double precision[])
returns double precision
language sql
immutable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select sum((c.share - r.share) * ln(c.share / r.share))
    from unnest(population_stability_index.reference) with ordinality as r (share, bin)
    join unnest(population_stability_index.current) with ordinality as c (share, bin) using (bin)
$$;

comment on function ml_private.population_stability_index(double precision[], double precision[]) is
    'Sum over bins of (current - reference) · ln(current / reference) of shares that are all above zero.';

create or replace function ml_private.psi_test(reference bigint[], current bigint[], out psi double precision, out p_value double precision)
language sql
immutable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with bins as (
        select r.n::double precision as r, c.n::double precision as c
        from unnest(psi_test.reference) with ordinality as r (n, bin)
        join unnest(psi_test.current) with ordinality as c (n, bin) using (bin)
        where r.n + c.n > 0
    ),
    totals as (
        select count(*)::integer as bins, sum(b.r) as r, sum(b.c) as c from bins b
    )
    select
        -- Half a row is added to each bin so that an empty one has a finite logarithm (Jeffreys' prior).
        ml_private.population_stability_index(
            array_agg((b.r + 0.5) / (t.r + 0.5 * t.bins)),
            array_agg((b.c + 0.5) / (t.c + 0.5 * t.bins))
        ),
        -- PSI · r·c/(r+c) tends to chi-square with bins - 1 degrees of freedom (Yurdakul and Naranjo 2020, J. Risk Model Validation 14), but
        -- slowly; Pearson's statistic of the same table is quicker. At ten expected rows a bin it holds its level down to 1e-4 (simulated);
        -- further out the true tail is the heavier one, so nothing below is claimed.
        greatest(1e-4, ml_private.chi_square_p_value(
            sum((b.r - t.r * (b.r + b.c) / (t.r + t.c)) ^ 2 / (t.r * (b.r + b.c) / (t.r + t.c))
                + (b.c - t.c * (b.r + b.c) / (t.r + t.c)) ^ 2 / (t.c * (b.r + b.c) / (t.r + t.c))), max(t.bins) - 1))
    from bins b, totals t
$$;

comment on function ml_private.psi_test(bigint[], bigint[]) is
    'Population stability index of two rows of bin counts, and the p-value, not below 1e-4, of the chi-square test of homogeneity on the same counts.';

create or replace function ml_private.adjust_holm(p_values double precision[])
returns double precision[]
language sql
immutable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with ranked as (
        select p.value, p.i, row_number() over (order by p.value, p.i) as rank
        from unnest(adjust_holm.p_values) with ordinality as p (value, i)
    ),
    stepped as (
        select r.i, max(least(1, r.value * (cardinality(adjust_holm.p_values) - r.rank + 1))) over (order by r.rank) as adjusted
        from ranked r
    )
    select array_agg(s.adjusted order by s.i) from stepped s
$$;

comment on function ml_private.adjust_holm(double precision[]) is
    'Holm''s step-down adjustment (1979): reject where the result is <= alpha and the family-wise error is at most alpha under any dependence.';
