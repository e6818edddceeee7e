-- Members read; every write goes through a function.

alter table ml.monitors enable row level security;
alter table ml.drift_references enable row level security;
alter table ml.drift_checks enable row level security;
alter table ml.drift_results enable row level security;
alter table ml.alerts enable row level security;
alter table ml.alert_changes enable row level security;
alter table ml.feedback enable row level security;
alter table ml.retrainings enable row level security;

create policy monitors_select_policy on ml.monitors for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
create policy drift_references_select_policy on ml.drift_references for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
create policy drift_checks_select_policy on ml.drift_checks for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
create policy drift_results_select_policy on ml.drift_results for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
create policy alerts_select_policy on ml.alerts for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
create policy alert_changes_select_policy on ml.alert_changes for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
create policy feedback_select_policy on ml.feedback for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
create policy retrainings_select_policy on ml.retrainings for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));

grant select on
    ml.monitors, ml.drift_references, ml.drift_checks, ml.drift_results, ml.alerts, ml.alert_changes, ml.feedback, ml.retrainings
    to authenticated, service_role;

-- ml.model_health_report runs as its caller.
grant execute on function
    ml_private.describe_check(bigint),
    ml_private.summarise_serving(bigint, timestamptz),
    ml_private.summarise_refusals(bigint, bigint, timestamptz),
    ml_private.summarise_feedback(bigint, timestamptz),
    ml_private.summarise_retraining(bigint),
    ml_private.class_name(jsonb),
    ml_private.wilson_interval(bigint, bigint),
    ml_private.share_difference_interval(bigint, bigint, bigint, bigint),
    ml_private.advise_health(jsonb, jsonb, jsonb, jsonb, jsonb, boolean, jsonb)
    to authenticated, service_role;
