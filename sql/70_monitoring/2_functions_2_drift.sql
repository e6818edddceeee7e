-- The drift check: compare what a model sees now with what it saw in training, raise or clear alerts, ask for a retraining.

create function ml_private.start_monitoring()
returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
    insert into ml.monitors (model_id) values (new.model_id) on conflict do nothing;
    perform ml_private.pin_references(new.version_id);
    perform ml_private.resolve_alert_row(a.id, 'another version was deployed')
    from ml.alerts a
    where a.model_id = new.model_id and a.version_id <> new.version_id and a.state <> 'resolved';
    return new;
end
$$;

comment on function ml_private.start_monitoring() is 'A deployed version gets a monitor and its pinned references; alerts about the version before it are resolved.';

create trigger start_monitoring
after insert or update of version_id on ml.deployments
for each row execute function ml_private.start_monitoring();

create function ml_private.current_samples(version_id bigint, since timestamptz, max_rows integer)
returns table (ordinal integer, sample double precision[], row_count integer, first_at timestamptz, last_at timestamptz)
language sql
stable
security definer
set search_path = ''
as $$
    with newest as materialized (
        select p.features, p.score, p.output, p.served_at, p.id, coalesce(p.entity_key, md5(p.features::text)) as entity
        from ml.predictions p
        where p.version_id = current_samples.version_id
            and p.purpose = 'live'
            and p.served_at > current_samples.since
            and p.served_at <= statement_timestamp()
        order by p.served_at desc
        limit current_samples.max_rows
    ),
    -- Each entity once, by its newest row: rows of one entity are no independent observations. Without an entity equal rows are one.
    observed as materialized (
        select distinct on (n.entity) n.features, n.score, n.output from newest n order by n.entity, n.served_at desc, n.id
    ),
    span as (
        select (select count(*)::integer from observed) as row_count, min(n.served_at) as first_at, max(n.served_at) as last_at from newest n
    ),
    cells as (
        select 0 as position, o.score as value from observed o
        union all
        -- Class i of several stands at position -i; the first is told from the score of the last, which two classes have, by who asks.
        select -p.position::integer, (p.value #>> '{}')::double precision
        from observed o
        cross join lateral jsonb_array_elements(o.output -> 'probabilities') with ordinality as p (value, position)
        where jsonb_typeof(o.output -> 'probabilities') = 'array' and jsonb_array_length(o.output -> 'probabilities') > 2
            and jsonb_typeof(p.value) = 'number'
        union all
        select f.position::integer, (f.value #>> '{}')::double precision
        from observed o
        cross join lateral jsonb_array_elements(o.features) with ordinality as f (value, position)
        where jsonb_typeof(f.value) = 'number'
    )
    select c.position, array_agg(c.value), s.row_count, s.first_at, s.last_at
    from cells c, span s
    where c.value is not null
    group by c.position, s.row_count, s.first_at, s.last_at
$$;

comment on function ml_private.current_samples(bigint, timestamptz, integer) is
    'What the newest live predictions after a time and up to now hold (a clock that runs ahead must not end the window in the future), each entity once: per input column (position 1..n), for the score of the last class (0) and, of more than two classes, for each class (-1, -2, …); with the number of entities and the window.';

create function ml_private.compare_with_reference(version_id bigint, since timestamptz, max_rows integer, alpha double precision, min_ks double precision, min_psi double precision)
returns table (
    ordinal integer, kind text, name text, ks double precision, ks_p_value double precision, ks_p_adjusted double precision,
    psi double precision, psi_p_value double precision, psi_p_adjusted double precision, drifted boolean,
    row_count integer, first_at timestamptz, last_at timestamptz
)
language sql
stable
security definer
set search_path = ''
as $$
    with compared as materialized (
        select r.position, r.kind, r.name, c.row_count, c.first_at, c.last_at, k.ks,
            ml_private.ks_p_value(k.ks, cardinality(r.sample), cardinality(c.sample)) as ks_p_value,
            t.psi, t.p_value as psi_p_value
        from ml.drift_references r
        join ml_private.current_samples(
            compare_with_reference.version_id, compare_with_reference.since, compare_with_reference.max_rows
        ) c on c.ordinal = r.position
        cross join lateral (select ml_private.ks_statistic(r.sample, c.sample) as ks) k
        -- Bins are as many as leave ten of the current rows in each by expectation.
        cross join lateral (
            select case when cardinality(c.sample) >= 100 then r.edges
                else ml_private.bin_edges(r.sample, greatest(2, cardinality(c.sample) / 10)) end as edges
        ) e
        cross join lateral ml_private.psi_test(
            ml_private.bin_counts(r.sample, e.edges), ml_private.bin_counts(c.sample, e.edges)
        ) t
        where r.version_id = compare_with_reference.version_id
    ),
    tests as (
        select row_number() over (order by x.position, x.test) as i, x.position, x.test, x.p_value
        from (
            select c.position, 1 as test, c.ks_p_value as p_value from compared c
            union all
            select c.position, 2, c.psi_p_value from compared c
        ) x
    ),
    adjusted as (
        select t.position, t.test, a.value
        from tests t
        join unnest(ml_private.adjust_holm(array(select u.p_value from tests u order by u.i))) with ordinality as a (value, i) on a.i = t.i
    )
    select c.position, c.kind, c.name, c.ks, c.ks_p_value, k.value, c.psi, c.psi_p_value, p.value,
        (k.value <= compare_with_reference.alpha and c.ks >= compare_with_reference.min_ks)
            or (p.value <= compare_with_reference.alpha and c.psi >= compare_with_reference.min_psi),
        c.row_count, c.first_at, c.last_at
    from compared c
    join adjusted k on k.position = c.position and k.test = 1
    join adjusted p on p.position = c.position and p.test = 2
$$;

comment on function ml_private.compare_with_reference(bigint, timestamptz, integer, double precision, double precision, double precision) is
    'Test every pinned distribution of a version against its live predictions after a time: KS and PSI each, Holm-corrected together; drifted needs significance and a minimum effect.';

create function ml_private.run_drift_check(model_id bigint, min_rows integer default null)
returns ml.drift_checks
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    v_monitor ml.monitors;
    v_version_id bigint;
    v_since timestamptz;
    v_rows integer;
    v_now timestamptz;
    v_alpha double precision;
    v_check ml.drift_checks;
    v_results ml.drift_results[];
    v_window tstzrange;
begin
    -- The deployment first, as a promotion takes them: it changes that row and then resolves the old version's alerts, so either it waits for this check and
    -- sees its alert, or this check waits and looks at the new version. The monitor's lock makes windows disjoint when two checks run at once.
    select d.version_id into v_version_id from ml.deployments d where d.model_id = run_drift_check.model_id for share;
    select m.* into v_monitor from ml.monitors m where m.model_id = run_drift_check.model_id for update;
    v_since := ml_private.checked_until(v_version_id, v_monitor.look_back);
    v_rows := ml_private.count_unchecked(v_version_id, v_since, v_monitor.max_rows);
    if v_rows < coalesce(run_drift_check.min_rows, v_monitor.min_rows) then
        return null;
    end if;
    v_now := clock_timestamp();
    v_alpha := ml_private.spendable_alpha(v_monitor, v_now);
    select
        array_agg(row(
            0, r.ordinal, r.kind, r.name, r.ks, r.ks_p_value, r.ks_p_adjusted, r.psi, r.psi_p_value, r.psi_p_adjusted, r.drifted
        )::ml.drift_results),
        max(r.row_count), tstzrange(min(r.first_at), max(r.last_at), '[]')
    into v_results, v_rows, v_window
    from ml_private.compare_with_reference(
        v_version_id, v_since, v_monitor.max_rows, v_alpha, v_monitor.min_ks, v_monitor.min_psi
    ) r;
    if v_results is null then
        return null;
    end if;
    insert into ml.drift_checks (model_id, version_id, window_start, window_end, row_count, alpha, checked_at, data_drift, prediction_drift)
    select run_drift_check.model_id, v_version_id, lower(v_window), upper(v_window), v_rows, v_alpha, v_now,
        coalesce(bool_or(r.drifted) filter (where r.kind = 'feature'), false),
        coalesce(bool_or(r.drifted) filter (where r.kind = 'prediction'), false)
    from unnest(v_results) r
    returning * into v_check;
    insert into ml.drift_results
    select v_check.id, r.position, r.kind, r.name, r.ks, r.ks_p_value, r.ks_p_adjusted, r.psi, r.psi_p_value, r.psi_p_adjusted, r.drifted
    from unnest(v_results) r;
    perform ml_private.update_alert(v_check, v_monitor, 'data_drift', v_check.data_drift);
    perform ml_private.update_alert(v_check, v_monitor, 'prediction_drift', v_check.prediction_drift);
    return v_check;
end
$$;

comment on function ml_private.run_drift_check(bigint, integer) is
    'One drift check of a deployed model over the live predictions since the last one. Null when fewer than min_rows have come or nothing is pinned.';
