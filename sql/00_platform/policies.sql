-- Who may read what. Nobody writes to a table: functions do.

alter table ml.members enable row level security;
alter table ml.event_types enable row level security;
alter table ml.webhook_endpoints enable row level security;
alter table ml.webhook_deliveries enable row level security;

create policy members_select on ml.members for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
create policy event_types_select on ml.event_types for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
create policy webhook_endpoints_select on ml.webhook_endpoints for select to authenticated, service_role
    using ((select ml_private.has_role('admin')));
create policy webhook_deliveries_select on ml.webhook_deliveries for select to authenticated, service_role
    using ((select ml_private.has_role('admin')));

grant select on ml.members, ml.event_types, ml.webhook_endpoints, ml.webhook_deliveries to authenticated, service_role;

-- Members may join the private topics on which the platform announces.
do $$
begin
    if to_regclass('realtime.messages') is not null then
        create policy "ml members read ml topics" on realtime.messages for select to authenticated
        using (
            extension = 'broadcast'
            and (select realtime.topic()) like 'ml:%'
            and (select ml_private.has_role('viewer'))
        );
    end if;
end
$$;

select ml_private.schedule_tick();
