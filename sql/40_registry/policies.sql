-- Members read; nobody writes but through functions.

alter table ml.check_kinds enable row level security;
alter table ml.registered_models enable row level security;
alter table ml.model_versions enable row level security;
alter table ml.model_evidence enable row level security;
alter table ml.promotion_policies enable row level security;
alter table ml.evaluation_data enable row level security;
alter table ml.stage_transitions enable row level security;

grant select on ml.check_kinds, ml.registered_models, ml.model_versions, ml.model_evidence, ml.promotion_policies, ml.evaluation_data, ml.stage_transitions
    to authenticated, service_role;

create policy check_kinds_read on ml.check_kinds for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
create policy registered_models_read on ml.registered_models for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
create policy model_versions_read on ml.model_versions for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
create policy model_evidence_read on ml.model_evidence for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
create policy promotion_policies_read on ml.promotion_policies for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
create policy evaluation_data_read on ml.evaluation_data for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
create policy stage_transitions_read on ml.stage_transitions for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));

-- The bucket of artifacts. An object is named by the sha256 of its bytes, so it is written once: there is no policy for update or delete.
do $$
begin
    if to_regclass('storage.objects') is null then
        return;
    end if;
    insert into storage.buckets (id, name, public)
    values ('ml-artifacts', 'ml-artifacts', false)
    on conflict (id) do nothing;
    -- The platform's roles have these grants already, and row-level security decides; the worker's role is new to it.
    grant usage on schema storage to ml_worker;
    grant select, insert on storage.objects to ml_worker;
    grant select on storage.buckets to ml_worker;
    drop policy if exists ml_artifacts_read on storage.objects;
    drop policy if exists ml_artifacts_write on storage.objects;
    create policy ml_artifacts_read on storage.objects for select to authenticated, ml_worker
        using (bucket_id = 'ml-artifacts' and (select ml_private.has_role('viewer', worker => true)));
    create policy ml_artifacts_write on storage.objects for insert to authenticated, ml_worker
        with check (
            bucket_id = 'ml-artifacts' and name ~ '^[0-9a-f]{64}$' and (select ml_private.has_role('engineer', worker => true)));
end
$$;

-- ml.get_serving_stats and ml.model_health_report run as their caller.
grant execute on function ml_private.find_model(text), ml_private.validation_accuracy(bigint) to authenticated, service_role;
