-- What a hosted project has and the test server has not: pg_net, Vault and pg_cron, as bare definitions with the platform's signatures.
-- With these the checkers of SQL can resolve every name in the adapters of 00_platform. Nothing here does anything.

create schema vault;
create table vault.secrets (
    id uuid primary key default gen_random_uuid(),
    name text,
    description text not null default '',
    secret text not null,
    key_id uuid,
    nonce bytea,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create view vault.decrypted_secrets as
select id, name, description, secret, secret as decrypted_secret, key_id, nonce, created_at, updated_at
from vault.secrets;

create function vault.create_secret(
    new_secret text, new_name text default null, new_description text default '', new_key_id uuid default null
)
returns uuid
language sql
set search_path = pg_catalog, pg_temp
as 'select null::uuid';

create function vault.update_secret(
    secret_id uuid, new_secret text default null, new_name text default null, new_description text default null, new_key_id uuid default null
)
returns void
language sql
set search_path = pg_catalog, pg_temp
as 'select';

create schema net;
create function net.http_post(
    url text,
    body jsonb default '{}',
    params jsonb default '{}',
    headers jsonb default '{"Content-Type": "application/json"}',
    timeout_milliseconds integer default 5000
)
returns bigint
language sql
set search_path = pg_catalog, pg_temp
as 'select 1::bigint';

create schema cron;
create table cron.job (
    jobid bigint primary key,
    schedule text not null,
    command text not null,
    jobname text,
    active boolean not null default true
);
create table cron.job_run_details (
    jobid bigint,
    runid bigint primary key,
    status text,
    return_message text,
    start_time timestamptz,
    end_time timestamptz
);
create function cron.schedule(job_name text, schedule text, command text)
returns bigint
language sql
set search_path = pg_catalog, pg_temp
as 'select 1::bigint';

create function cron.unschedule(job_name text)
returns boolean
language sql
set search_path = pg_catalog, pg_temp
as 'select true';
