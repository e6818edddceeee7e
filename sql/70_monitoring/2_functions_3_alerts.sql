-- Alerts with hysteresis and cooldown, and the retraining that a new alert asks for.

create function ml_private.describe_alert(check_id bigint, kind text)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
    select jsonb_build_object(
        'check_id', c.id,
        'row_count', c.row_count,
        'window_start', c.window_start,
        'window_end', c.window_end,
        'tested', (select count(*) from ml.drift_results r where r.check_id = c.id and r.kind = k.kind),
        'drifted', coalesce((
            select jsonb_agg(jsonb_build_object(
                'name', r.name, 'ks', r.ks, 'ks_p_adjusted', r.ks_p_adjusted, 'psi', r.psi, 'psi_p_adjusted', r.psi_p_adjusted
            ) order by r.ks desc, r.position)
            from ml.drift_results r
            where r.check_id = c.id and r.kind = k.kind and r.drifted
        ), '[]')
    )
    from ml.drift_checks c
    cross join (select case describe_alert.kind when 'data_drift' then 'feature' else 'prediction' end as kind) k
    where c.id = describe_alert.check_id
$$;

comment on function ml_private.describe_alert(bigint, text) is 'The evidence behind an alert: window, rows, how many distributions were tested, those that drifted with their figures.';

create function ml_private.clear_alert(checked ml.drift_checks, monitor ml.monitors, kind text)
returns void
language sql
volatile
security definer
set search_path = ''
as $$
    with counted as (
        update ml.alerts a
        set clean_checks = a.clean_checks + 1
        where a.model_id = (clear_alert.checked).model_id and a.kind = clear_alert.kind and a.state <> 'resolved'
        returning a.id, a.clean_checks
    )
    select ml_private.resolve_alert_row(c.id, format('%s checks in a row without drift', c.clean_checks))
    from counted c
    where c.clean_checks >= (clear_alert.monitor).clear_after
$$;

comment on function ml_private.clear_alert(ml.drift_checks, ml.monitors, text) is
    'Count a clean check; resolve the alert after the monitor''s clear_after of them in a row.';

create function ml_private.update_alert(checked ml.drift_checks, monitor ml.monitors, kind text, drifted boolean)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    v_model text := (select m.name from ml.registered_models m where m.id = (update_alert.checked).model_id);
    v_version integer := (select v.version from ml.model_versions v where v.id = (update_alert.checked).version_id);
    v_details jsonb;
    v_severity text;
    v_title text;
    v_alert ml.alerts;
begin
    if not update_alert.drifted then
        perform ml_private.clear_alert(update_alert.checked, update_alert.monitor, update_alert.kind);
        return;
    end if;
    v_details := ml_private.describe_alert((update_alert.checked).id, update_alert.kind);
    v_severity := case
        when update_alert.kind = 'prediction_drift' then 'critical'
        when jsonb_array_length(v_details -> 'drifted') >= 0.3 * (v_details ->> 'tested')::integer then 'critical'
        else 'warning'
    end;
    v_title := format(
        '%s of %s version %s: %s of %s distributions moved, most of all %s (KS %s)',
        replace(update_alert.kind, '_', ' '), v_model, v_version, jsonb_array_length(v_details -> 'drifted'), v_details ->> 'tested',
        v_details -> 'drifted' -> 0 ->> 'name', round((v_details -> 'drifted' -> 0 ->> 'ks')::numeric, 3)
    );
    -- The unresolved alert, or one resolved so lately that its return is the same story: it is brought up to date in silence.
    update ml.alerts a
    set severity = v_severity, title = v_title, details = v_details, occurrences = a.occurrences + 1, clean_checks = 0, last_seen_at = now(),
        state = case when a.state = 'resolved' then 'open' else a.state end, resolved_at = null, resolution = null
    where a.id = (
        select b.id
        from ml.alerts b
        where b.version_id = (update_alert.checked).version_id and b.kind = update_alert.kind
            and (b.state <> 'resolved' or b.opened_at > now() - (update_alert.monitor).alert_cooldown)
        order by b.id desc
        limit 1
    )
    returning a.* into v_alert;
    if v_alert.id is null then
        insert into ml.alerts (model_id, version_id, kind, severity, title, details)
        values ((update_alert.checked).model_id, (update_alert.checked).version_id, update_alert.kind, v_severity, v_title, v_details)
        returning * into v_alert;
        perform ml_private.emit('ml:alerts', 'alert.opened', jsonb_build_object(
            'alert_id', v_alert.id, 'model', v_model, 'version', v_version, 'kind', v_alert.kind, 'severity', v_severity,
            'title', v_title, 'details', v_details
        ));
    end if;
    perform ml_private.request_retraining(v_alert, update_alert.monitor);
end
$$;

comment on function ml_private.update_alert(ml.drift_checks, ml.monitors, text, boolean) is
    'Carry one outcome of a check to the alert of its kind: clear, keep up to date, reopen within the cooldown, or open a new one and announce it. Drift that is there asks for a retraining each time; the monitor bounds how often one is queued.';

create function ml_private.request_retraining(alert ml.alerts, monitor ml.monitors)
returns bigint
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    v_refusal text;
    v_job_id bigint;
begin
    v_refusal := case
        when not (request_retraining.monitor).retrain then 'the monitor does not retrain'
        when not exists (
            select from ml.model_versions v join ml.training_jobs t on t.run_id = v.run_id where v.id = (request_retraining.alert).version_id
        ) then 'the version was not trained by this platform'
        when exists (
            select from ml.retrainings r
            where r.model_id = (request_retraining.alert).model_id
                and r.queued_at > now() - (request_retraining.monitor).retrain_cooldown
        ) then 'a retraining was queued within the cooldown'
        when exists (
            select from ml.retrainings r join ml.jobs j on j.id = r.job_id
            where r.model_id = (request_retraining.alert).model_id and j.state in ('queued', 'running')
        ) then 'a retraining is still under way'
    end;
    if v_refusal is null then
        v_job_id := ml_private.queue_retraining(
            (request_retraining.alert).version_id, (request_retraining.alert).title, now() + (request_retraining.monitor).retrain_delay
        );
        insert into ml.retrainings (model_id, alert_id, job_id, reason)
        values ((request_retraining.alert).model_id, (request_retraining.alert).id, v_job_id, (request_retraining.alert).title);
    end if;
    update ml.alerts a
    set details = a.details || jsonb_build_object('retraining', jsonb_strip_nulls(jsonb_build_object('job_id', v_job_id, 'not_queued', v_refusal)))
    where a.id = (request_retraining.alert).id;
    return v_job_id;
end
$$;

comment on function ml_private.request_retraining(ml.alerts, ml.monitors) is
    'Queue a retraining of the alert''s version unless the monitor forbids it, one is under way or the cooldown holds; the alert keeps the job id or the reason.';

create function ml_private.set_monitor(model text, config jsonb)
returns ml.monitors
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    v_model_id bigint;
    v_unknown text;
    v_monitor ml.monitors;
    v_problem text;
begin
    perform ml_private.require_role('engineer');
    v_model_id := ml_private.monitored_model_id(set_monitor.model);
    if set_monitor.config is null or jsonb_typeof(set_monitor.config) <> 'object' then
        perform ml_private.raise_invalid('config must be a JSON object', 'invalid_config', 'pass for example {"min_rows": 100}');
    end if;
    select k into v_unknown
    from jsonb_object_keys(set_monitor.config) as k
    where k not in ('enabled', 'min_rows', 'max_rows', 'look_back', 'alpha', 'min_ks', 'min_psi', 'clear_after', 'alert_cooldown', 'retrain', 'retrain_cooldown', 'retrain_delay')
    limit 1;
    if v_unknown is not null then
        perform ml_private.raise_invalid(
            format('config has no key %s', to_json(left(v_unknown, 100))), 'unknown_key',
            'known are enabled, min_rows, max_rows, look_back, alpha, min_ks, min_psi, clear_after, alert_cooldown, retrain, retrain_cooldown, retrain_delay'
        );
    end if;
    insert into ml.monitors (model_id) values (v_model_id) on conflict do nothing;
    select m.* into v_monitor from ml.monitors m where m.model_id = v_model_id for update;
    begin
        v_monitor := jsonb_populate_record(v_monitor, set_monitor.config);
        update ml.monitors m
        set enabled = v_monitor.enabled, min_rows = v_monitor.min_rows, max_rows = v_monitor.max_rows, look_back = v_monitor.look_back,
            alpha = v_monitor.alpha, min_ks = v_monitor.min_ks, min_psi = v_monitor.min_psi, clear_after = v_monitor.clear_after,
            alert_cooldown = v_monitor.alert_cooldown, retrain = v_monitor.retrain, retrain_cooldown = v_monitor.retrain_cooldown,
            retrain_delay = v_monitor.retrain_delay, updated_by = ml_private.current_actor(), updated_at = now()
        where m.model_id = v_model_id
        returning m.* into v_monitor;
    exception when data_exception or check_violation or not_null_violation then
        get stacked diagnostics v_problem = message_text;
    end;
    if v_problem is not null then
        perform ml_private.raise_invalid(
            format('config holds a value out of range or of the wrong type: %s', left(v_problem, 300)), 'invalid_config',
            'rows are integers with 20 <= min_rows <= max_rows <= 100000, 0 < alpha <= 0.5, durations are texts such as ''1 hour'' of at most 3650 days'
        );
    end if;
    return v_monitor;
end
$$;

comment on function ml_private.set_monitor(text, jsonb) is 'Definer behind ml.set_monitor.';
