-- Schemas, the worker role and members. Everything else in this project stands on these.

create schema if not exists ml;
create schema if not exists ml_private;
create schema if not exists ml_datasets;

create extension if not exists vector with schema extensions;

comment on schema ml is 'AIMatrix ML: tables read through row-level security, and API functions. Exposed by PostgREST.';
comment on schema ml_private is 'AIMatrix ML engine room: helpers and definer functions that check the caller first. Never exposed.';
comment on schema ml_datasets is 'AIMatrix ML training datasets, one materialised table each. Never exposed.';

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
    constraint members_role_check check (role in ('viewer', 'engineer', 'admin'))
);

comment on table ml.members is 'Who may do what: viewer < engineer < admin. Rows are written by ml.add_member and ml.remove_member only.';
