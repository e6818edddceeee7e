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
    -- Whoever creates a role is not yet one who may take it, unless a superuser; edge functions log in as the platform's owner.
    grant ml_worker to current_user;
    -- PostgREST switches to the role that a token names only where authenticator may.
    if exists (select from pg_catalog.pg_roles where rolname = 'authenticator') then
        grant ml_worker to authenticator;
    end if;
end
$$;
