-- Members read; nobody writes but through functions. Trigger and helper functions are reached only through the definers above them.

alter table ml.deployments enable row level security;
alter table ml.predictions enable row level security;
alter table ml.prediction_refusals enable row level security;

create policy deployments_select on ml.deployments for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
create policy predictions_select on ml.predictions for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
create policy prediction_refusals_select on ml.prediction_refusals for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));

grant select on ml.deployments, ml.predictions, ml.prediction_refusals to authenticated, service_role;

-- The inference function reads its WebAssembly runtime from here with the secret key; without a policy nobody else may read or replace it.
insert into storage.buckets (id, name, public) values ('ml-runtime', 'ml-runtime', false) on conflict do nothing;
