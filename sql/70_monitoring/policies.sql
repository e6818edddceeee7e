-- Members read; every write goes through a function.

do $$
declare
    v_table text;
begin
    foreach v_table in array array['monitors', 'drift_references', 'drift_checks', 'drift_results', 'alerts', 'alert_changes', 'feedback', 'retrainings'] loop
        execute format('alter table ml.%I enable row level security', v_table);
        execute format('revoke all on ml.%I from public, anon, authenticated, service_role', v_table);
        execute format('grant select on ml.%I to authenticated, service_role', v_table);
        execute format('create policy %I on ml.%I for select to authenticated, service_role using ((select ml_private.has_role(''viewer'')))', v_table || '_select_policy', v_table);
    end loop;
end
$$;

revoke all on function
    ml.set_monitor(text, jsonb), ml.check_drift(text), ml.acknowledge_alert(bigint), ml.resolve_alert(bigint, text),
    ml.submit_feedback(uuid, text, integer, text), ml.model_health_report(text, interval),
    ml_private.set_monitor(text, jsonb), ml_private.check_drift(text), ml_private.acknowledge_alert(bigint), ml_private.resolve_alert(bigint, text),
    ml_private.submit_feedback(uuid, text, integer, text), ml_private.monitored_model_id(text), ml_private.describe_check(bigint),
    ml_private.summarise_serving(bigint, timestamptz), ml_private.summarise_refusals(bigint, bigint, timestamptz), ml_private.summarise_feedback(bigint, timestamptz), ml_private.summarise_retraining(bigint),
    ml_private.class_name(jsonb), ml_private.wilson_interval(bigint, bigint), ml_private.share_difference_interval(bigint, bigint, bigint, bigint), ml_private.advise_health(jsonb, jsonb, jsonb, jsonb, jsonb, boolean)
from public, anon;

grant execute on function
    ml.set_monitor(text, jsonb), ml.check_drift(text), ml.acknowledge_alert(bigint), ml.resolve_alert(bigint, text),
    ml.submit_feedback(uuid, text, integer, text), ml.model_health_report(text, interval),
    ml_private.set_monitor(text, jsonb), ml_private.check_drift(text), ml_private.acknowledge_alert(bigint), ml_private.resolve_alert(bigint, text),
    ml_private.submit_feedback(uuid, text, integer, text), ml_private.monitored_model_id(text), ml_private.describe_check(bigint),
    ml_private.summarise_serving(bigint, timestamptz), ml_private.summarise_refusals(bigint, bigint, timestamptz), ml_private.summarise_feedback(bigint, timestamptz), ml_private.summarise_retraining(bigint),
    ml_private.class_name(jsonb), ml_private.wilson_interval(bigint, bigint), ml_private.share_difference_interval(bigint, bigint, bigint, bigint), ml_private.advise_health(jsonb, jsonb, jsonb, jsonb, jsonb, boolean)
to authenticated, service_role;

revoke all on function
    ml_private.ks_statistic(double precision[], double precision[]), ml_private.ks_p_value_exact(double precision, integer, integer),
    ml_private.ks_p_value_asymptotic(double precision, integer, integer), ml_private.ks_p_value(double precision, integer, integer),
    ml_private.log_gamma_half(integer), ml_private.chi_square_p_value(double precision, integer),
    ml_private.bin_counts(double precision[], double precision[]), ml_private.bin_edges(double precision[], integer),
    ml_private.population_stability_index(double precision[], double precision[]), ml_private.psi_test(bigint[], bigint[]),
    ml_private.adjust_holm(double precision[]), ml_private.systematic_sample(double precision[], integer),
    ml_private.pin_references(bigint), ml_private.start_monitoring(), ml_private.resolve_alert_row(bigint, text),
    ml_private.log_factorial(bigint), ml_private.missing_p_value(bigint, bigint, bigint, bigint),
    ml_private.run_drift_check(bigint, integer), ml_private.describe_alert(bigint, text),
    ml_private.clear_alert(ml.drift_checks, ml.monitors, text), ml_private.update_alert(ml.drift_checks, ml.monitors, text, boolean),
    ml_private.request_retraining(ml.alerts, ml.monitors), ml_private.uuid_time(uuid), ml_private.check_feedback(text, integer, text)
from public, anon, authenticated, ml_worker;
