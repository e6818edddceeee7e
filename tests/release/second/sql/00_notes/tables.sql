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
    author text not null default 'nobody',
    body text not null,
    stars bigint not null default 0,
    constraint notes_id_pkey primary key (id),
    constraint notes_author_check check (author <> '')
);

create index notes_author_idx on ml.notes (author);

comment on table ml.notes is 'What was noted, and by whom.';

create table ml.kinds (
    name text not null,
    description text not null,
    constraint kinds_name_pkey primary key (name)
);

create table ml.readers (
    name text not null,
    note_id bigint not null,
    constraint readers_name_note_id_pkey primary key (name, note_id),
    constraint readers_note_id_fkey foreign key (note_id) references ml.notes (id)
);
