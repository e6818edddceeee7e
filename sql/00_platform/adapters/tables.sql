-- Where there is no vault.
create table ml_private.secrets (
    name text not null,
    value text not null,
    updated_at timestamptz not null default now(),
    constraint secrets_name_pkey primary key (name)
);

comment on table ml_private.secrets is
    'Secrets by name on databases without Supabase Vault. Read and written through ml_private.read_secret and its siblings only.';
