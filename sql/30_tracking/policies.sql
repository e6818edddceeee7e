-- Members read; nobody writes but through functions, which is also how workers read.

alter table ml.experiments enable row level security;
alter table ml.runs enable row level security;
alter table ml.run_params enable row level security;
alter table ml.run_tags enable row level security;
alter table ml.run_metrics enable row level security;
alter table ml.latest_metrics enable row level security;

grant select on ml.experiments, ml.runs, ml.run_params, ml.run_tags, ml.run_metrics, ml.latest_metrics
    to authenticated, service_role;

create policy experiments_read on ml.experiments for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
create policy runs_read on ml.runs for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
create policy run_params_read on ml.run_params for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
create policy run_tags_read on ml.run_tags for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
create policy run_metrics_read on ml.run_metrics for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
create policy latest_metrics_read on ml.latest_metrics for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
