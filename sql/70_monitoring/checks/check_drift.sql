-- A check by hand.

-- api: engineer
create or replace function ml_private.check_drift(model text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_model_id bigint;
    v_check ml.drift_checks;
begin
    perform ml_private.require_role('engineer');
    v_model_id := (ml_private.find_model(check_drift.model)).id;
    if not exists (select from ml.deployments d where d.model_id = v_model_id) then
        perform ml_private.raise_conflict(
            format('model %s is not deployed', check_drift.model), 'not_deployed', 'promote a version to production first'
        );
    end if;
    v_check := ml_private.run_drift_check(v_model_id, 20);
    if v_check.id is null then
        perform ml_private.raise_conflict(
            format('model %s was asked for fewer than 20 entities since its last check, or its version has no pinned reference', check_drift.model),
            'too_few_predictions', 'serve more predictions, or train the version on a dataset of this project'
        );
    end if;
    return ml_private.describe_check(v_check.id);
end
$$;

comment on function ml_private.check_drift(text) is
    'Check a deployed model for drift now, over the live requests since its last check (of at least 20 entities). Returns {check_id, checked_at, '
    'version, row_count, refused_count, alpha, window_start, window_end, data_drift, prediction_drift, missing_values, results: [{kind, name, ks, '
    'ks_p_value, ks_p_adjusted, psi, psi_p_value, psi_p_adjusted, drifted, missing_share, missing_reference, missing_p_value, missing_p_adjusted, '
    'missing_more, compared}]}; raises or clears alerts as the scheduled check does. Needs engineer. Errors: PT404 model_not_found; PT409 not_deployed, '
    'too_few_predictions.';

create or replace function ml_private.describe_check(check_id bigint)
returns jsonb
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_build_object(
        'check_id', c.id, 'checked_at', c.checked_at, 'version', v.version, 'row_count', c.row_count,
        'refused_count', c.refused_count, 'alpha', c.alpha,
        'window_start', c.window_start, 'window_end', c.window_end, 'data_drift', c.data_drift, 'prediction_drift', c.prediction_drift,
        'missing_values', c.missing_values,
        'results', coalesce((
            select jsonb_agg(to_jsonb(r) - 'check_id' - 'position' order by r.position) from ml.drift_results r where r.check_id = c.id
        ), '[]')
    )
    from ml.drift_checks c
    join ml.model_versions v on v.id = c.version_id
    where c.id = describe_check.check_id
$$;

comment on function ml_private.describe_check(bigint) is 'A drift check with the result of every distribution, as JSON.';
