create table ml.access_tokens (
    id uuid not null default gen_random_uuid(),
    user_id uuid,
    name text not null,
    scope text not null,
    hash bytea not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    revoked_at timestamptz,
    last_used_at timestamptz,
    constraint access_tokens_id_pkey primary key (id),
    constraint access_tokens_hash_key unique (hash),
    constraint access_tokens_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
    constraint access_tokens_scope_check check (scope in ('viewer', 'engineer', 'admin', 'worker')),
    constraint access_tokens_user_id_check check (user_id is not null or scope = 'worker')
);

create index access_tokens_user_id_idx on ml.access_tokens (user_id);

comment on table ml.access_tokens is
    'Tokens of programs: notebooks, CI, workers. Written by ml.create_access_token and ml.revoke_access_token only; the token itself is kept nowhere.';
comment on column ml.access_tokens.user_id is 'The member who made it and for whom it acts; null for a worker''s that the service role made.';
comment on column ml.access_tokens.scope is 'The most it may do, and never more than its member may: a role, or worker for what ml_worker may.';
comment on column ml.access_tokens.hash is 'SHA-256 of the token, which has 244 random bits: nothing is gained by guessing from it.';
comment on column ml.access_tokens.last_used_at is 'To the minute.';
