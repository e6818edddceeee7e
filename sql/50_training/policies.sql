-- Members read; nobody writes but through functions.

alter table ml.training_jobs enable row level security;

grant select on ml.training_jobs to authenticated, service_role;

create policy training_jobs_read on ml.training_jobs for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
