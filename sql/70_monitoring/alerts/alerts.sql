-- What an alert tells, the retraining that it asks for, and the settings of a monitor.

create or replace function ml_private.describe_alert(check_id bigint, kind text)
returns jsonb
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_build_object(
        'check_id', c.id,
        'row_count', c.row_count,
        'window_start', c.window_start,
        'window_end', c.window_end,
        'refused_count', c.refused_count,
        'tested', (select count(*) from ml.drift_results r where r.check_id = c.id and r.kind = k.kind),
        'drifted', case when describe_alert.kind = 'missing_values' then '[]' else coalesce((
            select jsonb_agg(jsonb_build_object(
                'name', r.name, 'ks', r.ks, 'ks_p_adjusted', r.ks_p_adjusted, 'psi', r.psi, 'psi_p_adjusted', r.psi_p_adjusted
            ) order by r.ks desc, r.position)
            from ml.drift_results r
            where r.check_id = c.id and r.kind = k.kind and r.drifted
        ), '[]') end
    ) || case when describe_alert.kind = 'missing_values' then jsonb_build_object('missing', (
        select jsonb_agg(jsonb_build_object(
            'name', r.name, 'share', r.missing_share, 'reference', r.missing_reference, 'p_adjusted', r.missing_p_adjusted
        ) order by r.missing_share - r.missing_reference desc, r.position)
        from ml.drift_results r
        where r.check_id = c.id and r.missing_more
    )) else '{}' end
    from ml.drift_checks c
    cross join (select case describe_alert.kind when 'prediction_drift' then 'prediction' else 'feature' end as kind) k
    where c.id = describe_alert.check_id
$$;

comment on function ml_private.describe_alert(bigint, text) is
    'The evidence behind an alert: window, rows, how many distributions were tested, those that drifted, or that lack more values than in training, '
    'with their figures.';

create or replace function ml_private.request_retraining(alert ml.alerts, monitor ml.monitors)
returns bigint
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_unmeasurable text;
    v_refusal text;
    v_job_id bigint;
begin
    select ml_private.why_unmeasurable(t.model, d) into v_unmeasurable
    from ml.model_versions v
    join ml.training_jobs t on t.run_id = v.run_id
    join ml.datasets d on d.id = v.dataset_id
    where v.id = (request_retraining.alert).version_id;
    v_refusal := case
        when not (request_retraining.monitor).retrain then 'the monitor does not retrain'
        when not exists (
            select from ml.model_versions v join ml.training_jobs t on t.run_id = v.run_id where v.id = (request_retraining.alert).version_id
        ) then 'the version was not trained by this platform'
        when v_unmeasurable is not null then v_unmeasurable
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
    set details = a.details || jsonb_build_object('retraining', jsonb_strip_nulls(jsonb_build_object(
        -- The one that it queued stays in sight while later checks find the same.
        'job_id', coalesce(v_job_id, (select max(r.job_id) from ml.retrainings r where r.alert_id = a.id)), 'not_queued', v_refusal)))
    where a.id = (request_retraining.alert).id;
    return v_job_id;
end
$$;

comment on function ml_private.request_retraining(ml.alerts, ml.monitors) is
    'Queue a retraining of the alert''s version unless the monitor forbids it, one is under way or the cooldown holds; the alert keeps the job id '
    'or the reason.';

-- api: engineer
create or replace function ml_private.set_monitor(model text, config jsonb)
returns ml.monitors
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_model_id bigint;
    v_unknown text;
    v_monitor ml.monitors;
    v_problem text;
begin
    perform ml_private.require_role('engineer');
    v_model_id := (ml_private.find_model(set_monitor.model)).id;
    if set_monitor.config is null or jsonb_typeof(set_monitor.config) <> 'object' then
        perform ml_private.raise_invalid('config must be a JSON object', 'invalid_config', 'pass for example {"min_rows": 100}');
    end if;
    select k into v_unknown
    from jsonb_object_keys(set_monitor.config) as k
    where k not in ('enabled', 'min_rows', 'max_rows', 'look_back', 'check_every', 'false_alarms', 'alpha', 'min_ks', 'min_psi', 'min_missing',
        'clear_after', 'alert_cooldown', 'retrain', 'retrain_cooldown', 'retrain_delay')
    limit 1;
    if v_unknown is not null then
        perform ml_private.raise_invalid(
            format('config has no key %s', to_json(left(v_unknown, 100))), 'unknown_key',
            'known are enabled, min_rows, max_rows, look_back, check_every, false_alarms, alpha, min_ks, min_psi, min_missing, clear_after, '
            'alert_cooldown, retrain, retrain_cooldown, retrain_delay'
        );
    end if;
    insert into ml.monitors (model_id) values (v_model_id) on conflict do nothing;
    select m.* into v_monitor from ml.monitors m where m.model_id = v_model_id for update;
    begin
        v_monitor := jsonb_populate_record(v_monitor, set_monitor.config);
        update ml.monitors m
        set enabled = v_monitor.enabled, min_rows = v_monitor.min_rows, max_rows = v_monitor.max_rows, look_back = v_monitor.look_back,
            check_every = v_monitor.check_every, false_alarms = v_monitor.false_alarms, alpha = v_monitor.alpha, min_ks = v_monitor.min_ks,
                min_psi = v_monitor.min_psi,
            min_missing = v_monitor.min_missing, clear_after = v_monitor.clear_after,
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
            'rows are integers with 20 <= min_rows <= max_rows <= 100000, 0 < alpha <= 0.5, 0 < false_alarms <= 1000, durations are texts such as '
            '''1 hour'' of at most 3650 days'
        );
    end if;
    return v_monitor;
end
$$;

comment on function ml_private.set_monitor(text, jsonb) is
    'Change how a model is watched. config: any of enabled, min_rows, max_rows, look_back, alpha, min_ks, min_psi, min_missing, clear_after, '
    'alert_cooldown, retrain, retrain_cooldown, retrain_delay (see the columns of ml.monitors; durations as text, ''1 hour''). Returns the monitor. '
    'Needs engineer. Errors: 22023 unknown_key, invalid_config; PT404 model_not_found.';
