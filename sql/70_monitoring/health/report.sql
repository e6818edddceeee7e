-- api: viewer
create or replace function ml.model_health_report(model text, look_back interval default interval '24 hours')
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
    v_model_id := (ml_private.find_model(model_health_report.model)).id;
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
            select jsonb_build_object('enabled', m.enabled, 'min_rows', m.min_rows, 'last_error', m.last_error, 'last_visit', m.visited_at)
            from ml.monitors m
            where m.model_id = v_model_id
        ),
        'drift', ml_private.describe_check(v_check_id),
        'alerts', (
            select coalesce(jsonb_agg(jsonb_build_object(
                'alert_id', a.id, 'kind', a.kind, 'severity', a.severity, 'state', a.state, 'title', a.title, 'opened_at', a.opened_at, 'occurrences',
                    a.occurrences
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
        ),
        (select v_report -> 'drift' from ml.drift_checks c where c.id = v_check_id and c.checked_at > now() - model_health_report.look_back)
    ) h;
    return v_report || jsonb_build_object('status', v_status, 'advice', v_advice);
end
$$;

comment on function ml.model_health_report(text, interval) is
    'How a model does over the last look_back (1 minute to 3650 days): {model, status, advice, version, model_type, deployed_at, serving '
    '{predictions, requests, latency_ms_p50, latency_ms_p95 (of a request), last_served_at, refused {rows, share, last_refused_at, features [{name, '
    'rows}, the five worst]}}, monitor {enabled, min_rows, last_error, last_visit}, drift (its last check as ml.check_drift returns it, or null), alerts, '
    'feedback {labelled, accuracy, accuracy_interval, validation_accuracy, mean_rating}, retraining}. status: healthy, degraded, critical, '
    'unmonitored (the monitor is off, or its check fails), unchecked, no_data or not_deployed. Needs viewer. Errors: 22023 invalid_look_back; PT404 '
    'model_not_found.';
