-- Entities, feature views, their features, the online store, training datasets and lineage.

do $$
begin
    if not exists (select from pg_catalog.pg_roles where rolname = 'ml_reader') then
        create role ml_reader nologin noinherit;
    end if;
    -- Who is no superuser, as the owner of a hosted project, gives a function only to a role that he is a member of.
    if not pg_has_role(current_user, 'ml_reader', 'usage') then
        grant ml_reader to current_user;
    end if;
end
$$;

create table ml.allowed_sources (
    schema_name text not null,
    relation_name text not null default '',
    functions boolean not null default false,
    relation_kind text,
    relation_owner text,
    allowed_by uuid,
    created_at timestamptz not null default now(),
    constraint allowed_sources_schema_name_relation_name_pkey primary key (schema_name, relation_name),
    constraint allowed_sources_functions_check check (
        case when functions then relation_name <> '' and num_nulls(relation_kind, relation_owner) = 0 else num_nonnulls(relation_kind, relation_owner) = 0 end)
);

insert into ml.allowed_sources (schema_name) values ('public');

comment on table ml.allowed_sources is
    'What feature views and training datasets may read: schemas, and single tables and views. Written by ml.allow_source and ml.disallow_source '
    'only.';
comment on column ml.allowed_sources.relation_name is 'A table or view; empty: all of the schema.';
comment on column ml.allowed_sources.functions is
    'An admin lets this view call functions that are volatile or not the database''s own, or trusts the owner of this table.';
comment on column ml.allowed_sources.relation_kind is 'With functions: pg_class.relkind of what was allowed. Something of another kind under the name is not.';
comment on column ml.allowed_sources.relation_owner is 'With functions: the owner that was trusted.';
