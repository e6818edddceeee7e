-- The drift check: compare what a model sees now with what it saw in training, raise or clear alerts, ask for a retraining.

create or replace function ml_private.start_monitoring()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
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

comment on function ml_private.start_monitoring() is
    'A deployed version gets a monitor and its pinned references; alerts about the version before it are resolved.';

create trigger start_monitoring
after insert or update of version_id on ml.deployments
for each row execute function ml_private.start_monitoring();

create or replace function ml_private.end_monitoring()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform ml_private.resolve_alert_row(a.id, 'nothing is deployed any more')
    from ml.alerts a
    where a.model_id = old.model_id and a.state <> 'resolved';
    return old;
end
$$;

comment on function ml_private.end_monitoring() is 'Alerts about a version that was taken down are resolved: no check would ever clear them.';

create trigger end_monitoring
after delete on ml.deployments
for each row execute function ml_private.end_monitoring();

create or replace function ml_private.run_drift_check(model_id bigint, min_rows integer default null)
returns ml.drift_checks
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_monitor ml.monitors;
    v_version_id bigint;
    v_since timestamptz;
    v_wanted integer;
    v_rows integer;
    v_refused integer;
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
    v_wanted := coalesce(run_drift_check.min_rows, v_monitor.min_rows);
    if ml_private.count_unchecked(v_version_id, v_since, v_monitor.max_rows, v_wanted) < v_wanted then
        return null;
    end if;
    v_now := clock_timestamp();
    v_alpha := ml_private.spendable_alpha(v_monitor, v_now);
    select
        array_agg(row(
            0, r.ordinal, r.kind, r.name, r.ks, r.ks_p_value, r.ks_p_adjusted, r.psi, r.psi_p_value, r.psi_p_adjusted, r.drifted,
            r.missing_share, r.missing_reference, r.missing_p_value, r.missing_p_adjusted, r.missing_more, r.compared
        )::ml.drift_results),
        max(r.row_count), max(r.refused_count), tstzrange(min(r.first_at), max(r.last_at), '[]')
    into v_results, v_rows, v_refused, v_window
    from ml_private.compare_with_reference(
        v_version_id, v_since, v_monitor.max_rows, v_alpha, v_monitor.min_ks, v_monitor.min_psi, v_monitor.min_missing
    ) r;
    if v_results is null then
        return null;
    end if;
    insert into ml.drift_checks (model_id, version_id, window_start, window_end, row_count, refused_count, alpha, checked_at, data_drift,
        prediction_drift, missing_values)
    select run_drift_check.model_id, v_version_id, lower(v_window), upper(v_window), v_rows, v_refused, v_alpha, v_now,
        coalesce(bool_or(r.drifted) filter (where r.kind = 'feature'), false),
        coalesce(bool_or(r.drifted) filter (where r.kind = 'prediction'), false),
        bool_or(r.missing_more)
    from unnest(v_results) r
    returning * into v_check;
    insert into ml.drift_results
    select v_check.id, r.position, r.kind, r.name, r.ks, r.ks_p_value, r.ks_p_adjusted, r.psi, r.psi_p_value, r.psi_p_adjusted, r.drifted,
        r.missing_share, r.missing_reference, r.missing_p_value, r.missing_p_adjusted, r.missing_more, r.compared
    from unnest(v_results) r;
    perform ml_private.update_alert(v_check, v_monitor, 'data_drift', v_check.data_drift);
    perform ml_private.update_alert(v_check, v_monitor, 'prediction_drift', v_check.prediction_drift);
    perform ml_private.update_alert(v_check, v_monitor, 'missing_values', v_check.missing_values);
    return v_check;
end
$$;

comment on function ml_private.run_drift_check(bigint, integer) is
    'One drift check of a deployed model over the live requests since the last one, answered and refused. Null when fewer than min_rows have come '
    'or nothing is pinned.';
