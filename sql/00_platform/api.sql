-- What apps call. Each runs as its caller and hands over to the function of the same name in ml_private, which checks the role first.

create function ml.get_my_role()
returns text
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$ select ml_private.caller_role() $$;

comment on function ml.get_my_role() is 'The caller''s role: viewer, engineer, admin, none (signed in, no member), ml_worker or service_role.';
revoke all on function ml.get_my_role() from public;
grant execute on function ml.get_my_role() to authenticated, ml_worker, service_role;

create function ml.add_member(user_id uuid, role text)
returns ml.members
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$ select * from ml_private.add_member(add_member.user_id, add_member.role) $$;

comment on function ml.add_member(uuid, text) is
    'Make a user a member, or change a member''s role: viewer reads, engineer also trains, promotes and serves, admin also manages members, policies and webhooks. '
    'Needs admin; the service role makes the first one. Returns the member. Errors: 22023 invalid_role, PT404 user_not_found, PT409 last_admin.';
revoke all on function ml.add_member(uuid, text) from public;
grant execute on function ml.add_member(uuid, text) to authenticated, service_role;

create function ml.remove_member(user_id uuid)
returns void
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$ select ml_private.remove_member(remove_member.user_id) $$;

comment on function ml.remove_member(uuid) is
    'Take a user''s membership away, from the next request on. Needs admin. Errors: PT404 member_not_found, PT409 last_admin (the service role may remove even that one).';
revoke all on function ml.remove_member(uuid) from public;
grant execute on function ml.remove_member(uuid) to authenticated, service_role;

create function ml.register_webhook_endpoint(url text, event_types text[], description text default '')
returns jsonb
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select ml_private.register_webhook_endpoint(
        register_webhook_endpoint.url, register_webhook_endpoint.event_types, register_webhook_endpoint.description)
$$;

comment on function ml.register_webhook_endpoint(text, text[], text) is
    'Have events sent to an https address. event_types: names of ml.event_types, families such as job.*, or *. Needs admin. Returns {"id","url","event_types","secret"}; '
    'the secret (whsec_…, for verifying signatures as Standard Webhooks does) is shown this once. '
    'Errors: 22023 invalid_url, refused_url, invalid_event_types, unknown_event_type; 23505 endpoint_exists; PT409 too_many_endpoints.';
revoke all on function ml.register_webhook_endpoint(text, text[], text) from public;
grant execute on function ml.register_webhook_endpoint(text, text[], text) to authenticated, service_role;

create function ml.update_webhook_endpoint(
    endpoint_id uuid,
    url text default null,
    event_types text[] default null,
    description text default null,
    enabled boolean default null
)
returns ml.webhook_endpoints
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select *
    from ml_private.update_webhook_endpoint(
        update_webhook_endpoint.endpoint_id,
        update_webhook_endpoint.url,
        update_webhook_endpoint.event_types,
        update_webhook_endpoint.description,
        update_webhook_endpoint.enabled
    )
$$;

comment on function ml.update_webhook_endpoint(uuid, text, text[], text, boolean) is
    'Change what is given and leave the rest. While enabled is false no event is recorded for the endpoint, and its pending deliveries wait. Needs admin. '
    'Returns the endpoint. Errors: as ml.register_webhook_endpoint, and PT404 endpoint_not_found.';
revoke all on function ml.update_webhook_endpoint(uuid, text, text[], text, boolean) from public;
grant execute on function ml.update_webhook_endpoint(uuid, text, text[], text, boolean) to authenticated, service_role;

create function ml.remove_webhook_endpoint(endpoint_id uuid)
returns void
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$ select ml_private.remove_webhook_endpoint(remove_webhook_endpoint.endpoint_id) $$;

comment on function ml.remove_webhook_endpoint(uuid) is 'Remove an endpoint, its secret and its deliveries, sent or not. Needs admin. Errors: PT404 endpoint_not_found.';
revoke all on function ml.remove_webhook_endpoint(uuid) from public;
grant execute on function ml.remove_webhook_endpoint(uuid) to authenticated, service_role;

create function ml.redeliver_webhook(delivery_id uuid)
returns ml.webhook_deliveries
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$ select * from ml_private.redeliver_webhook(redeliver_webhook.delivery_id) $$;

comment on function ml.redeliver_webhook(uuid) is
    'Send a delivered or failed delivery again, under the same webhook-id. Needs admin. Returns the delivery. Errors: PT404 delivery_not_found, PT409 delivery_pending.';
revoke all on function ml.redeliver_webhook(uuid) from public;
grant execute on function ml.redeliver_webhook(uuid) to authenticated, service_role;

create function ml.claim_webhook_deliveries(max_deliveries integer default 20)
returns table (
    id uuid,
    endpoint_id uuid,
    url text,
    secret text,
    event_type text,
    payload jsonb,
    attempt integer,
    created_at timestamptz
)
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$ select * from ml_private.claim_webhook_deliveries(claim_webhook_deliveries.max_deliveries) $$;

comment on function ml.claim_webhook_deliveries(integer) is
    'For the webhooks edge function (service role only): up to max_deliveries (1 to 100) that are due, leased for two minutes, with address and signing secret.';
revoke all on function ml.claim_webhook_deliveries(integer) from public;
grant execute on function ml.claim_webhook_deliveries(integer) to service_role;

create function ml.record_webhook_outcome(
    delivery_id uuid,
    attempt integer,
    status integer default null,
    error text default null
)
returns ml.webhook_deliveries
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select *
    from ml_private.record_webhook_outcome(
        record_webhook_outcome.delivery_id, record_webhook_outcome.attempt, record_webhook_outcome.status, record_webhook_outcome.error)
$$;

comment on function ml.record_webhook_outcome(uuid, integer, integer, text) is
    'For the webhooks edge function (service role only): what came of a claimed attempt. A status of 200 to 299 delivers; anything else, or null with an error, is retried '
    'after 5 s, 30 s, 5 min, 30 min, 2 h, 5 h and 10 h, then failed; 410 also switches the endpoint off. Errors: PT404 delivery_not_found, PT409 lease_lost.';
revoke all on function ml.record_webhook_outcome(uuid, integer, integer, text) from public;
grant execute on function ml.record_webhook_outcome(uuid, integer, integer, text) to service_role;
