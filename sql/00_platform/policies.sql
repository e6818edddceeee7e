-- Who may read what. Nobody writes to a table: functions do.

grant usage on schema ml, ml_private to authenticated, ml_worker, service_role;

-- API functions that run as their caller call these themselves.
grant execute on function
    ml_private.check_name(text, text),
    ml_private.check_label(text, text, integer),
    ml_private.check_text(text, text, integer),
    ml_private.check_json(jsonb, text, integer),
    ml_private.raise_error(text, text, text, text),
    ml_private.raise_invalid(text, text, text),
    ml_private.raise_missing(text, text, text),
    ml_private.raise_unknown(text, anyelement, text),
    ml_private.raise_conflict(text, text, text),
    ml_private.raise_duplicate(text, text, text),
    ml_private.caller_role(),
    ml_private.has_role(text, boolean),
    ml_private.require_role(text, boolean)
    to authenticated, ml_worker, service_role;

alter table ml.members enable row level security;
alter table ml.access_tokens enable row level security;
alter table ml.event_types enable row level security;
alter table ml.webhook_endpoints enable row level security;
alter table ml.webhook_deliveries enable row level security;

create policy members_select on ml.members for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
create policy access_tokens_select on ml.access_tokens for select to authenticated, service_role
    using ((select ml_private.has_role('admin')) or (user_id = (select auth.uid()) and (select ml_private.has_role('viewer'))));
create policy event_types_select on ml.event_types for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
create policy webhook_endpoints_select on ml.webhook_endpoints for select to authenticated, service_role
    using ((select ml_private.has_role('admin')));
create policy webhook_deliveries_select on ml.webhook_deliveries for select to authenticated, service_role
    using ((select ml_private.has_role('admin')));

grant select (id, user_id, name, scope, created_at, expires_at, revoked_at, last_used_at) on ml.access_tokens to authenticated, service_role;
grant select on ml.members, ml.event_types, ml.webhook_endpoints, ml.webhook_deliveries to authenticated, service_role;

-- Members may join the private topics on which the platform announces.
do $$
begin
    if to_regclass('realtime.messages') is not null then
        drop policy if exists "ml members read ml topics" on realtime.messages;
        create policy "ml members read ml topics" on realtime.messages for select to authenticated
        using (
            extension = 'broadcast'
            and (select realtime.topic()) like 'ml:%'
            and (select ml_private.has_role('viewer'))
        );
    end if;
end
$$;
