-- One check's arithmetic: what the window holds beside what was pinned.

create or replace function ml_private.wide_edges(reference bigint[], edges double precision[], rows integer)
returns double precision[]
language plpgsql
immutable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    -- Nine and not ten: bins of equal share differ by a row. Twenty of the reference: the bins are cut at its own quantiles, so with few rows in each
    -- their true shares scatter more widely than chi-square takes them to (by simulation 7 % at a level of 1 % with three rows a bin, 1.2 % with
    -- twenty).
    v_least constant double precision := greatest(
        20, 9 * (select sum(r.n) from unnest(wide_edges.reference) as r (n)) / nullif(wide_edges.rows, 0));
    v_below double precision := 0;
    v_above double precision := (select sum(r.n) from unnest(wide_edges.reference) as r (n));
    v_edges double precision[] := '{}'::double precision[];
begin
    for v_i in 1..cardinality(wide_edges.edges) loop
        v_below := v_below + wide_edges.reference[v_i];
        v_above := v_above - wide_edges.reference[v_i];
        if v_below >= v_least and v_above >= v_least then
            v_edges := v_edges || wide_edges.edges[v_i];
            v_below := 0;
        end if;
    end loop;
    return v_edges;
end
$$;

comment on function ml_private.wide_edges(bigint[], double precision[], integer) is
    'Those of the edges that leave bins with twenty rows of the reference or more, in which nine or more of so many current rows are expected; none '
    'when only one bin is left.';

create or replace function ml_private.snap_to(reference double precision[], current double precision[])
returns double precision[]
language sql
immutable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with both_sides as (
        select v as value, true as pinned from unnest(snap_to.reference) v
        union all
        select v, false from unnest(snap_to.current) v
    ),
    near as (
        select b.value, b.pinned,
            max(b.value) filter (where b.pinned) over (order by b.value, b.pinned desc rows unbounded preceding) as below,
            min(b.value) filter (where b.pinned) over (order by b.value desc, b.pinned desc rows unbounded preceding) as above
        from both_sides b
    )
    select coalesce(array_agg(case
        when n.value - n.below <= 1e-5 and n.value - n.below <= coalesce(n.above - n.value, 1) then n.below
        when n.above - n.value <= 1e-5 then n.above
        else n.value end), '{}')
    from near n
    where not n.pinned
$$;

comment on function ml_private.snap_to(double precision[], double precision[]) is
    'Current scores, those within 1e-5 of a reference one taken for that. The graph that serves answers in float32, within 1e-5 of the estimator '
    'whose scores may be pinned: a model of few distinct scores would seem to have moved as a whole.';

create or replace function ml_private.compare_samples(
    reference double precision[], edges double precision[], current double precision[], reference_size integer default null,
    current_size integer default null, out ks double precision, out ks_p_value double precision, out psi double precision,
    out psi_p_value double precision, out compared integer
)
language plpgsql
immutable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_rows constant integer := cardinality(compare_samples.current);
    v_edges double precision[];
    v_test record;
begin
    if v_rows = 0 then
        return;
    end if;
    compared := least(v_rows, compare_samples.current_size);
    ks := ml_private.ks_statistic(compare_samples.reference, compare_samples.current);
    ks_p_value := ml_private.ks_p_value(ks, least(cardinality(compare_samples.reference), compare_samples.reference_size), compared);
    -- Chi-square takes every row for independent.
    if compared < v_rows or compare_samples.reference_size < cardinality(compare_samples.reference) then
        return;
    end if;
    -- Chi-square wants ten rows in each of two bins at least; where most rows lack the value there may be fewer.
    if v_rows < 20 then
        return;
    end if;
    -- Bins are as many as leave ten of the current rows in each by expectation.
    v_edges := case when v_rows >= 100 then compare_samples.edges else ml_private.bin_edges(compare_samples.reference, v_rows / 10) end;
    -- Where most rows have one value the quantiles collapse, and what is left of the bins may expect next to nothing.
    v_edges := ml_private.wide_edges(ml_private.bin_counts(compare_samples.reference, v_edges), v_edges, v_rows);
    if v_edges = '{}' then
        return;
    end if;
    v_test := ml_private.psi_test(ml_private.bin_counts(compare_samples.reference, v_edges), ml_private.bin_counts(compare_samples.current, v_edges));
    psi := v_test.psi;
    -- With fewer than 50 reference rows in a bin the tail beyond 1e-3 is too heavy to be told (simulated: up to five times as often).
    psi_p_value := greatest(v_test.p_value, case
        when (select min(r.n) from unnest(ml_private.bin_counts(compare_samples.reference, v_edges)) as r (n)) < 50 then 1e-3 else 0 end);
end
$$;

comment on function ml_private.compare_samples(double precision[], double precision[], double precision[], integer, integer) is
    'KS and PSI of a pinned sample (with the edges of its bins) and the current values; null where these are too few for a test. The sizes: as how many '
    'independent values each side counts, where those are fewer; compared: as how many the current ones did.';

-- Counting equal rows once flattens what has few values, counting each lets one row that is polled pass for many: what has moved is moved either way.
-- Where rows are known to repeat and hardly any differ (two values of a flag are two rows), only the second says anything.
create or replace function ml_private.compare_counted(
    reference double precision[], edges double precision[], current double precision[], every double precision[], each_alone boolean,
    reference_size integer default null, current_size integer default null, out ks double precision, out ks_p_value double precision,
    out psi double precision, out psi_p_value double precision, out compared integer
)
language plpgsql
immutable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_once record;
    v_every record;
begin
    v_once := ml_private.compare_samples(
        compare_counted.reference, compare_counted.edges, compare_counted.current, compare_counted.reference_size, compare_counted.current_size);
    if compare_counted.every is null or compare_counted.every = '{}' then
        v_every := v_once;
    else
        v_every := ml_private.compare_samples(
            compare_counted.reference, compare_counted.edges, compare_counted.every, compare_counted.reference_size, compare_counted.current_size);
        if compare_counted.each_alone then
            v_once := v_every;
        end if;
    end if;
    compared := least(v_once.compared, v_every.compared);
    ks := least(v_once.ks, v_every.ks);
    ks_p_value := greatest(v_once.ks_p_value, v_every.ks_p_value);
    psi := case when v_once.psi is not null and v_every.psi is not null then least(v_once.psi, v_every.psi) end;
    psi_p_value := case when v_once.psi is not null and v_every.psi is not null then greatest(v_once.psi_p_value, v_every.psi_p_value) end;
end
$$;

comment on function ml_private.compare_counted(double precision[], double precision[], double precision[], double precision[], boolean, integer, integer) is
    'compare_samples of a window in which equal rows without an entity count once, and in which each counts: the less striking of both, or each alone.';

-- All gone is no question of Fisher's test: of five sites it cannot know more than 1 in 252. Where in training at most half lacked the value and now
-- each that was counted does, the chance of that is the share in training (of half a one more: none of five is not never) to the power of how many there
-- are. The share is an estimate, so this is no exact test: where in truth q of them lack it, an outage is seen that is none with q^n (1 - q)^N at most
-- for n now and N in training without one, 1 in 1024 for five of five, 1 in 260,000 for nine of nine.
create or replace function ml_private.compare_missing(
    reference_missing bigint, reference_rows bigint, current_missing bigint, current_rows bigint, seen integer default 0,
    out share double precision, out reference double precision, out p_value double precision
)
language sql
immutable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        case when compare_missing.reference_rows > 0 then compare_missing.current_missing::double precision / nullif(compare_missing.current_rows, 0) end,
        compare_missing.reference_missing::double precision / nullif(compare_missing.reference_rows, 0),
        -- Where nothing is missing on either side no outcome could be significant: such a column is no test (Tarone 1990, Biometrics 46) and takes
        -- nothing from the power of the others.
        case when compare_missing.reference_rows > 0 and compare_missing.reference_missing + compare_missing.current_missing > 0
            then least(
                ml_private.missing_p_value(
                    compare_missing.reference_missing, compare_missing.reference_rows, compare_missing.current_missing, compare_missing.current_rows),
                -- Twenty rows are the fewest that a check is made of. Not below e^-600: Postgres refuses what underflows.
                case when compare_missing.seen >= 20 and compare_missing.current_missing = compare_missing.current_rows
                        and 2 * compare_missing.reference_missing <= compare_missing.reference_rows
                    then exp(greatest(-600, compare_missing.current_rows
                        * ln((compare_missing.reference_missing + 0.5::double precision) / (compare_missing.reference_rows + 1)))) end) end
$$;

comment on function ml_private.compare_missing(bigint, bigint, bigint, bigint, integer) is
    'Shares of missing values now and in the reference, and the p-value that there are more now; no p-value where nothing is missing anywhere, all '
    'null without a reference. seen: in how many rows of the window; of twenty or more, where all is missing, ((m + 0.5) / (N + 1))^n where that is less '
    'than Fisher''s.';

create or replace function ml_private.compare_missing_counted(
    reference_missing bigint, reference_rows bigint, missing bigint, counted bigint, every_missing bigint, every_counted bigint, each_alone boolean,
    seen integer, out share double precision, out reference double precision, out p_value double precision
)
language sql
immutable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select case when x.each then e.share when x.once then o.share else least(o.share, e.share) end, o.reference,
        case when x.each then e.p_value when x.once then o.p_value else greatest(o.p_value, e.p_value) end
    from (select compare_missing_counted.every_counted is null as once,
        compare_missing_counted.each_alone and compare_missing_counted.every_counted is not null as each) x
    cross join ml_private.compare_missing(
        compare_missing_counted.reference_missing, compare_missing_counted.reference_rows, compare_missing_counted.missing,
        compare_missing_counted.counted, compare_missing_counted.seen) o
    cross join ml_private.compare_missing(
        compare_missing_counted.reference_missing, compare_missing_counted.reference_rows, compare_missing_counted.every_missing,
        compare_missing_counted.every_counted, compare_missing_counted.seen) e
$$;

comment on function ml_private.compare_missing_counted(bigint, bigint, bigint, bigint, bigint, bigint, boolean, integer) is
    'compare_missing of a window in which equal rows without an entity count once, and in which each counts: the less striking of both, or one alone.';

create or replace function ml_private.compare_with_reference(
    version_id bigint, since timestamptz, max_rows integer, alpha double precision, min_ks double precision, min_psi double precision,
        min_missing double precision
)
returns table (
    ordinal integer, kind text, name text, ks double precision, ks_p_value double precision, ks_p_adjusted double precision,
    psi double precision, psi_p_value double precision, psi_p_adjusted double precision, drifted boolean,
    missing_share double precision, missing_reference double precision, missing_p_value double precision, missing_p_adjusted double precision,
    missing_more boolean, compared integer, row_count integer, refused_count integer, first_at timestamptz, last_at timestamptz
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    with compared as materialized (
        select r.position, r.kind, r.name, c.row_count, c.refused_count, c.first_at, c.last_at, d.ks, d.ks_p_value, d.psi, d.psi_p_value, d.compared,
            m.share as missing_share, m.reference as missing_reference, m.p_value as missing_p_value
        from ml.drift_references r
        join ml_private.current_samples(
            compare_with_reference.version_id, compare_with_reference.since, compare_with_reference.max_rows
        ) c on c.ordinal = r.position
        left join lateral ml_private.compare_counted(
            r.sample, r.edges, case when r.position <= 0 then ml_private.snap_to(r.sample, c.sample) else c.sample end,
            case when r.position <= 0 then ml_private.snap_to(r.sample, c.every) else c.every end, c.each_alone, r.size, c.size) d on true
        left join lateral ml_private.compare_missing_counted(
            r.missing_count, r.row_count, c.missing, c.counted, c.every_missing, c.every_counted, c.each_alone, c.row_count + c.refused_count) m on true
        where r.version_id = compare_with_reference.version_id
    ),
    tests as (
        select row_number() over (order by x.position, x.test) as i, x.position, x.test, x.p_value
        from (
            select c.position, 1 as test, c.ks_p_value as p_value from compared c
            union all
            select c.position, 2, c.psi_p_value from compared c
            union all
            select c.position, 3, c.missing_p_value from compared c
        ) x
        where x.p_value is not null
    ),
    adjusted as (
        select t.position, max(a.value) filter (where t.test = 1) as ks, max(a.value) filter (where t.test = 2) as psi,
            max(a.value) filter (where t.test = 3) as missing
        from tests t
        join unnest(ml_private.adjust_holm(array(select u.p_value from tests u order by u.i))) with ordinality as a (value, i) on a.i = t.i
        group by t.position
    )
    select c.position, c.kind, c.name, c.ks, c.ks_p_value, a.ks, c.psi, c.psi_p_value, a.psi,
        coalesce(a.ks <= compare_with_reference.alpha and c.ks >= compare_with_reference.min_ks, false)
            or coalesce(a.psi <= compare_with_reference.alpha and c.psi >= compare_with_reference.min_psi, false),
        c.missing_share, c.missing_reference, c.missing_p_value, a.missing,
        coalesce(
            a.missing <= compare_with_reference.alpha and c.missing_share > c.missing_reference
                and c.missing_share - c.missing_reference >= compare_with_reference.min_missing, false),
        c.compared, c.row_count, c.refused_count, c.first_at, c.last_at
    from compared c
    left join adjusted a on a.position = c.position
$$;

comment on function ml_private.compare_with_reference(bigint, timestamptz, integer, double precision, double precision, double precision, double precision) is
    'Test every pinned distribution of a version against its live requests after a time: KS, PSI and the share of missing values, Holm-corrected '
    'together; each verdict needs significance and a minimum effect.';
