-- Who may read and call what. No one may write the tables: that is what the functions are for.

alter table ml.jobs enable row level security;
alter table ml.job_events enable row level security;
alter table ml.queue_settings enable row level security;

create policy jobs_select on ml.jobs for select to authenticated, service_role using ((select ml_private.has_role('viewer')));
create policy job_events_select on ml.job_events for select to authenticated, service_role using ((select ml_private.has_role('viewer')));
create policy queue_settings_select on ml.queue_settings for select to authenticated, service_role using ((select ml_private.has_role('viewer')));

grant select on ml.jobs, ml.job_events, ml.queue_settings, ml.queue_stats to authenticated, service_role;
