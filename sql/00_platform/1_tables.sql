-- Schemas, the worker role, members, and the tables of the platform layer. Everything else in this project stands on these.

create schema if not exists ml;
create schema if not exists ml_private;
create schema if not exists ml_datasets;
create schema if not exists ml_series;

create extension if not exists vector with schema extensions;

comment on schema ml is 'AIMatrix ML: tables read through row-level security, and API functions. Exposed by PostgREST.';
comment on schema ml_private is 'AIMatrix ML engine room: helpers and definer functions that check the caller first. Never exposed.';
comment on schema ml_datasets is 'AIMatrix ML training datasets, one materialised table each. Never exposed.';
-- Row-level security belongs to a series as a whole. A chunk read by its own name would be read without it, so nobody may use this schema.
comment on schema ml_series is 'AIMatrix ML time series: the chunks that hold the rows. Never exposed, never granted.';

do $$
begin
    if not exists (select from pg_catalog.pg_roles where rolname = 'ml_worker') then
        create role ml_worker nologin noinherit;
    end if;
    -- PostgREST switches to the role that a token names only where authenticator may.
    if exists (select from pg_catalog.pg_roles where rolname = 'authenticator') then
        grant ml_worker to authenticator;
    end if;
end
$$;

grant usage on schema ml, ml_private to authenticated, ml_worker, service_role;

create table ml.members (
    user_id uuid not null,
    role text not null,
    added_by uuid,
    created_at timestamptz not null default now(),
    constraint members_user_id_pkey primary key (user_id),
    constraint members_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
    constraint members_role_check check (role in ('viewer', 'engineer', 'admin'))
);

comment on table ml.members is 'Who may do what: viewer < engineer < admin. Rows are written by ml.add_member and ml.remove_member only.';

comment on column ml.members.added_by is 'The admin who gave this role; null when the service role did.';

-- Where there is no vault.
create table ml_private.secrets (
    name text not null,
    value text not null,
    updated_at timestamptz not null default now(),
    constraint secrets_name_pkey primary key (name)
);

comment on table ml_private.secrets is 'Secrets by name on databases without Supabase Vault. Read and written through ml_private.read_secret and its siblings only.';

create table ml_private.tick_tasks (
    name text not null,
    function_name text not null,
    every interval not null,
    urgent boolean not null default false,
    unfinished boolean not null default false,
    last_run_at timestamptz,
    last_milliseconds double precision,
    last_count bigint,
    last_error text,
    last_error_at timestamptz,
    failures integer not null default 0,
    constraint tick_tasks_name_pkey primary key (name),
    constraint tick_tasks_every_check check (every >= interval '0')
);

comment on table ml_private.tick_tasks is 'What ml_private.tick runs. Registered by each domain with ml_private.register_tick_task.';
comment on column ml_private.tick_tasks.urgent is 'Comes before all that is not urgent whenever it is due, also between two steps of another task.';
comment on column ml_private.tick_tasks.unfinished is 'The last step did something, so there may be more to do: the next step is due at once.';
comment on column ml_private.tick_tasks.last_error is 'Null when the last run went well.';
comment on column ml_private.tick_tasks.failures is 'Runs that failed in a row.';

create table ml_private.time_series (
    schema_name text not null,
    table_name text not null,
    time_column text not null,
    form text not null,
    chunk interval not null,
    retain interval,
    storage_options text[],
    created_at timestamptz not null default now(),
    constraint time_series_pkey primary key (schema_name, table_name),
    constraint time_series_form_check check (form in ('timescale', 'native')),
    constraint time_series_chunk_check check (chunk >= interval '1 minute'),
    constraint time_series_retain_check check (retain >= chunk)
);

comment on table ml_private.time_series is 'Tables that ml_private.as_time_series made into time series. To change how long rows are kept, update retain.';
comment on column ml_private.time_series.storage_options is 'Storage parameters such as fillfactor=80: a partitioned table cannot hold them, each partition gets them.';
comment on column ml_private.time_series.retain is 'Rows older than this are dropped by the tick, a whole chunk at a time; null: kept for ever.';

create table ml.event_types (
    name text not null,
    description text not null,
    constraint event_types_name_pkey primary key (name)
);

comment on table ml.event_types is 'The events a webhook endpoint can ask for.';

insert into ml.event_types (name, description) values
    ('job.queued', 'A job was enqueued, or goes back into the queue after a failed attempt'),
    ('job.running', 'A worker claimed a job'),
    ('job.progress', 'A worker reported progress'),
    ('job.succeeded', 'A job ended well'),
    ('job.failed', 'A job failed for good'),
    ('job.cancelled', 'A job was cancelled'),
    ('model.registered', 'A model version was registered'),
    ('model.promoted', 'A model version moved up to staging or production'),
    ('model.archived', 'A model version was taken out of use by hand'),
    ('alert.opened', 'Monitoring opened an alert'),
    ('alert.acknowledged', 'Somebody has taken an alert on'),
    ('alert.severity_changed', 'What an unresolved alert tells of has become worse, or better'),
    ('alert.reopened', 'What a resolved alert told of is back within the cooldown'),
    ('alert.resolved', 'An alert was resolved');

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

comment on table ml.webhook_endpoints is 'Where webhooks are sent. The signing secret is not here: it is shown once, by ml.register_webhook_endpoint, and kept in the vault.';
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
    'The outbox: one row per event and endpoint, written in the transaction of the event itself, sent by the webhooks edge function. Kept 30 days once settled.';
comment on column ml.webhook_deliveries.id is 'Sent as the header webhook-id: the same at every attempt, so that a receiver can tell a repeat.';
comment on column ml.webhook_deliveries.attempt is 'Attempts begun so far; the fencing token of ml.record_webhook_outcome.';
comment on column ml.webhook_deliveries.sending is 'A sender has taken the last attempt and has not said what became of it.';
comment on column ml.webhook_deliveries.next_attempt_at is 'When the delivery is due. A claim moves it ahead, which is the lease: a sender that dies loses it by itself.';
