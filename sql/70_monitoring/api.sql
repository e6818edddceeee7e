-- API of monitoring.

create function ml.set_monitor(model text, config jsonb)
returns ml.monitors
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$ select ml_private.set_monitor(set_monitor.model, set_monitor.config) $$;

comment on function ml.set_monitor(text, jsonb) is
    'Change how a model is watched. config: any of enabled, min_rows, max_rows, look_back, alpha, min_ks, min_psi, min_missing, clear_after, alert_cooldown, retrain, retrain_cooldown, '
    'retrain_delay (see the columns of ml.monitors; durations as text, ''1 hour''). Returns the monitor. Needs engineer. '
    'Errors: 22023 unknown_key, invalid_config; PT404 model_not_found.';

create function ml.check_drift(model text)
returns jsonb
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$ select ml_private.check_drift(check_drift.model) $$;

comment on function ml.check_drift(text) is
    'Check a deployed model for drift now, over the live requests since its last check (of at least 20 entities). Returns {check_id, checked_at, version, row_count, refused_count, alpha, window_start, '
    'window_end, data_drift, prediction_drift, missing_values, results: [{kind, name, ks, ks_p_value, ks_p_adjusted, psi, psi_p_value, psi_p_adjusted, drifted, '
    'missing_share, missing_reference, missing_p_value, missing_p_adjusted, missing_more}]}; raises or clears alerts as the '
    'scheduled check does. Needs engineer. Errors: PT404 model_not_found; PT409 not_deployed, too_few_predictions.';

create function ml.acknowledge_alert(alert_id bigint)
returns ml.alerts
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$ select ml_private.acknowledge_alert(acknowledge_alert.alert_id) $$;

comment on function ml.acknowledge_alert(bigint) is
    'Say that somebody is on an open alert; doing it twice changes nothing. Returns the alert. Needs engineer. Errors: PT404 alert_not_found; PT409 alert_resolved.';

create function ml.resolve_alert(alert_id bigint, resolution text default 'resolved by hand')
returns ml.alerts
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$ select ml_private.resolve_alert(resolve_alert.alert_id, resolve_alert.resolution) $$;

comment on function ml.resolve_alert(bigint, text) is
    'Close an alert with a reason (1 to 250 characters); a resolved one comes back unchanged. Needs engineer. Errors: 22023; PT404 alert_not_found.';

create function ml.submit_feedback(prediction_id uuid, actual text default null, rating integer default null, comment text default null)
returns ml.feedback
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$ select ml_private.submit_feedback(submit_feedback.prediction_id, submit_feedback.actual, submit_feedback.rating, submit_feedback.comment) $$;

comment on function ml.submit_feedback(uuid, text, integer, text) is
    'Attach the true label (as the model names it), a rating of 1 to 5 or a comment to a prediction by its id. Sending again adds to and replaces the caller''s own. '
    'Returns the feedback. Needs viewer. Errors: 22023 empty_feedback, invalid_rating, invalid_actual, invalid_comment; PT404 prediction_not_found.';

create function ml.model_health_report(model text, look_back interval default interval '24 hours')
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_model_id bigint;
    v_version ml.model_versions;
    v_deployed_at timestamptz;
    v_check_id bigint;
    v_serving jsonb;
    v_report jsonb;
    v_status text;
    v_advice jsonb;
begin
    perform ml_private.require_role('viewer');
    v_model_id := ml_private.monitored_model_id(model_health_report.model);
    if model_health_report.look_back is null or model_health_report.look_back not between interval '1 minute' and interval '3650 days' then
        perform ml_private.raise_invalid('look_back must lie between 1 minute and 3650 days', 'invalid_look_back', 'pass for example ''24 hours''');
    end if;
    select d.version_id, d.deployed_at into v_version.id, v_deployed_at from ml.deployments d where d.model_id = v_model_id;
    if not found then
        return jsonb_build_object('model', model_health_report.model, 'status', 'not_deployed', 'advice', jsonb_build_array('promote a version to production'));
    end if;
    select v.* into v_version from ml.model_versions v where v.id = v_version.id;
    select max(c.id) into v_check_id from ml.drift_checks c where c.version_id = v_version.id;
    v_serving := ml_private.summarise_serving(v_model_id, now() - model_health_report.look_back);
    v_report := jsonb_build_object(
        'model', model_health_report.model,
        'version', v_version.version,
        'model_type', v_version.model_type,
        'deployed_at', v_deployed_at,
        'look_back', model_health_report.look_back,
        'serving', v_serving || jsonb_build_object(
            'refused', ml_private.summarise_refusals(v_model_id, (v_serving ->> 'predictions')::bigint, now() - model_health_report.look_back)),
        'monitor', (
            select jsonb_build_object('enabled', m.enabled, 'last_error', m.last_error, 'last_visit', m.visited_at) from ml.monitors m where m.model_id = v_model_id
        ),
        'drift', ml_private.describe_check(v_check_id),
        'alerts', (
            select coalesce(jsonb_agg(jsonb_build_object(
                'alert_id', a.id, 'kind', a.kind, 'severity', a.severity, 'state', a.state, 'title', a.title, 'opened_at', a.opened_at, 'occurrences', a.occurrences
            ) order by a.opened_at desc), '[]')
            from ml.alerts a
            where a.model_id = v_model_id and a.state <> 'resolved'
        ),
        'feedback', ml_private.summarise_feedback(v_version.id, now() - model_health_report.look_back),
        'retraining', ml_private.summarise_retraining(v_model_id)
    );
    select
        coalesce((array_agg(h.status order by array_position(array['critical', 'degraded', 'unmonitored', 'no_data', 'unchecked'], h.status)))[1], 'healthy'),
        coalesce(jsonb_agg(h.advice order by array_position(array['critical', 'degraded', 'unmonitored', 'no_data', 'unchecked'], h.status)), '[]')
    into v_status, v_advice
    from ml_private.advise_health(
        v_report -> 'serving', v_report -> 'alerts', v_report -> 'feedback', v_report -> 'retraining', v_report -> 'monitor',
        -- Not by any check: many rows may have come since the last one that name too few entities for another.
        exists (
            select from ml.drift_checks c join ml.monitors m on m.model_id = c.model_id
            where c.id = v_check_id and (
                c.checked_at > coalesce((v_serving ->> 'last_served_at')::timestamptz, c.checked_at) - greatest(4 * m.check_every, interval '1 hour')
                or (
                    select count(*) from (
                        select from ml.predictions p
                        where p.version_id = v_version.id and p.purpose = 'live' and p.served_at > c.window_end
                        limit m.min_rows
                    ) r
                ) < m.min_rows)
        )
    ) h;
    return v_report || jsonb_build_object('status', v_status, 'advice', v_advice);
end
$$;

comment on function ml.model_health_report(text, interval) is
    'How a model does over the last look_back (1 minute to 3650 days): {model, status, advice, version, model_type, deployed_at, serving {predictions, requests, latency_ms_p50, '
    'latency_ms_p95 (of a request), last_served_at, refused {rows, share, last_refused_at, features [{name, rows}, the five worst]}}, monitor {enabled, last_error, last_visit}, drift (its last check as ml.check_drift returns it, or null), alerts, feedback {labelled, accuracy, accuracy_interval, validation_accuracy, mean_rating}, retraining}. '
    'status: healthy, degraded, critical, unmonitored (the monitor is off, or its check fails), unchecked, no_data or not_deployed. Needs viewer. Errors: 22023 invalid_look_back; PT404 model_not_found.';
