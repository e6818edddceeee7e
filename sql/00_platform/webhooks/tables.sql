create table ml.webhook_endpoints (
    id uuid not null default gen_random_uuid(),
    url text not null,
    description text not null default '',
    event_types text[] not null,
    enabled boolean not null default true,
    disabled_reason text,
    created_by uuid,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint webhook_endpoints_id_pkey primary key (id),
    constraint webhook_endpoints_url_key unique (url),
    constraint webhook_endpoints_event_types_check check (cardinality(event_types) > 0)
);

comment on table ml.webhook_endpoints is
    'Where webhooks are sent. The signing secret is not here: it is shown once, by ml.register_webhook_endpoint, and kept in the vault.';
comment on column ml.webhook_endpoints.event_types is 'Names of ml.event_types, a family such as job.*, or * for all. job.progress comes only to who names it.';
comment on column ml.webhook_endpoints.disabled_reason is 'Why the platform switched the endpoint off; null when it is on or an admin did.';

create table ml.webhook_deliveries (
    id uuid not null default gen_random_uuid(),
    endpoint_id uuid not null,
    event_type text not null,
    payload jsonb not null,
    state text not null default 'pending',
    attempt integer not null default 0,
    sending boolean not null default false,
    next_attempt_at timestamptz default now(),
    last_status integer,
    last_error text,
    created_at timestamptz not null default now(),
    delivered_at timestamptz,
    constraint webhook_deliveries_id_pkey primary key (id),
    constraint webhook_deliveries_endpoint_id_fkey foreign key (endpoint_id) references ml.webhook_endpoints (id) on delete cascade,
    constraint webhook_deliveries_state_check check (state in ('pending', 'delivered', 'failed')),
    constraint webhook_deliveries_next_attempt_at_check check ((state = 'pending') = (next_attempt_at is not null)),
    constraint webhook_deliveries_delivered_at_check check ((state = 'delivered') = (delivered_at is not null))
);

create index webhook_deliveries_due_idx on ml.webhook_deliveries (endpoint_id, next_attempt_at) where state = 'pending';
create index webhook_deliveries_sending_idx on ml.webhook_deliveries (next_attempt_at) where sending;
create index webhook_deliveries_endpoint_id_sending_idx on ml.webhook_deliveries (endpoint_id, next_attempt_at) where sending;
create index webhook_deliveries_endpoint_id_created_at_idx on ml.webhook_deliveries (endpoint_id, created_at);
create index webhook_deliveries_created_at_idx on ml.webhook_deliveries (created_at) where state <> 'pending';

comment on table ml.webhook_deliveries is
    'The outbox: one row per event and endpoint, written in the transaction of the event itself, sent by the webhooks edge function. Kept 30 days '
    'once settled.';
comment on column ml.webhook_deliveries.id is 'Sent as the header webhook-id: the same at every attempt, so that a receiver can tell a repeat.';
comment on column ml.webhook_deliveries.attempt is 'Attempts begun so far; the fencing token of ml.record_webhook_outcome.';
comment on column ml.webhook_deliveries.sending is 'A sender has taken the last attempt and has not said what became of it.';
comment on column ml.webhook_deliveries.next_attempt_at is
    'When the delivery is due. A claim moves it ahead, which is the lease: a sender that dies loses it by itself.';
