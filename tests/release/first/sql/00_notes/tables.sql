create schema if not exists ml;
create schema if not exists ml_private;

do $$
begin
    if not exists (select from pg_catalog.pg_roles where rolname = 'ml_worker') then
        create role ml_worker nologin noinherit;
    end if;
end
$$;

create table ml.notes (
    id bigint generated always as identity,
    body text not null,
    stars integer not null default 0,
    constraint notes_id_pkey primary key (id)
);

comment on table ml.notes is 'What was noted.';

create table ml.kinds (
    name text not null,
    description text not null,
    constraint kinds_name_pkey primary key (name)
);
