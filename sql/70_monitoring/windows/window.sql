-- Which rows a check looks at, and how much of the monitor's budget of false alarms it may spend.

create or replace function ml_private.checked_until(version_id bigint, look_back interval)
returns timestamptz
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- Windows of a version do not overlap, so the newest check's ends last.
    select greatest(now() - checked_until.look_back, (
        select c.window_end from ml.drift_checks c where c.version_id = checked_until.version_id order by c.id desc limit 1))
$$;

comment on function ml_private.checked_until(bigint, interval) is 'Where the next check of a version begins: at the end of the last, or look_back ago.';

-- In plpgsql: a plan of an SQL function lives as long as the expression that calls it, and does not notice that a chunk has been added.
create or replace function ml_private.count_unchecked(version_id bigint, since timestamptz, max_rows integer, wanted integer, wide boolean default true)
returns integer
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_rows integer := count_unchecked.max_rows;
    v_telling constant integer[] := ml_private.telling_inputs(count_unchecked.version_id);
    v_repeat constant boolean := v_telling = '{}';
    v_entities integer;
    v_read integer;
begin
    -- Further back only where few entities ask often.
    loop
        select coalesce(sum(case when t.told is false then ml_private.row_weight(t.times, coalesce(t.usual, 1), count_unchecked.max_rows) else 1 end), 0),
            coalesce(sum(t.times), 0)
        into v_entities, v_read
        from (
            select seen.told, count(*) as times, avg(count(*)) filter (where seen.told) over () as usual
            from (
                (
                    select coalesce(p.entity_key, case when v_repeat then p.id::text else md5(p.features::text) end) as entity, p.served_at as at,
                        case when p.entity_key is null and not v_repeat
                            then jsonb_typeof(p.features -> (v_telling[1] - 1)) <> 'null' or ml_private.told_apart(p.features, v_telling) end as told
                    from ml.predictions p
                    where p.version_id = count_unchecked.version_id and p.purpose = 'live'
                        and p.served_at > count_unchecked.since and p.served_at <= statement_timestamp()
                    order by p.served_at desc
                    limit v_rows
                )
                union all
                (
                    select r.row_key, r.refused_at, null
                    from ml.prediction_refusals r
                    where r.version_id = count_unchecked.version_id
                        and r.refused_at > count_unchecked.since and r.refused_at <= statement_timestamp()
                    order by r.refused_at desc
                    limit v_rows
                )
                order by at desc
                limit v_rows
            ) seen
            group by seen.entity, seen.told
        ) t;
        exit when not count_unchecked.wide or v_entities >= count_unchecked.wanted or v_read < v_rows
            or v_rows >= ml_private.rows_read(count_unchecked.max_rows);
        v_rows := ml_private.rows_read(count_unchecked.max_rows);
    end loop;
    return v_entities;
end
$$;

comment on function ml_private.count_unchecked(bigint, timestamptz, integer, integer, boolean) is
    'Entities that live requests for a version, answered or refused, named after a time and up to now: counted among the newest max_rows rows and, '
    'if wide and those hold fewer than wanted, among twenty times as many.';

create or replace function ml_private.spendable_alpha(monitor ml.monitors, at timestamptz)
returns double precision
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- Spent by time: a check that comes t after the one before may alarm falsely with probability rate * t / 30 days. Over any 30 days these sum to
    -- the rate, however many checks there are, and so does the expected number of false alarms (linearity, whatever the dependence between checks).
    select least(
        (spendable_alpha.monitor).alpha,
        (spendable_alpha.monitor).false_alarms * greatest(0, extract(epoch from spendable_alpha.at - coalesce(
            (select c.checked_at from ml.drift_checks c where c.model_id = (spendable_alpha.monitor).model_id order by c.id desc limit 1),
            (select d.deployed_at from ml.deployments d where d.model_id = (spendable_alpha.monitor).model_id)
        ))::double precision) / (30 * 86400.0))
$$;

comment on function ml_private.spendable_alpha(ml.monitors, timestamptz) is
    'The family-wise false alarm rate of a check made at that time: the monitor''s alpha at most, and its share of false_alarms in 30 days since '
    'the last check (the first: since the deployment).';
