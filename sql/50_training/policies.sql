-- Members read; nobody writes but through functions.

alter table ml.model_types enable row level security;
alter table ml.training_jobs enable row level security;

grant select on ml.model_types, ml.training_jobs to authenticated, service_role;

create policy model_types_read on ml.model_types for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
create policy training_jobs_read on ml.training_jobs for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
