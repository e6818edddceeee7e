-- A claim whose reply is lost is asked for again under the same id. Kept a day; who sends no id pays nothing.
create table ml_private.job_claims (
    claim_id uuid not null,
    worker_id text not null,
    job_ids bigint[] not null,
    attempts integer[] not null,
    created_at timestamptz not null default now(),
    constraint job_claims_claim_id_pkey primary key (claim_id)
);

create index job_claims_created_at_idx on ml_private.job_claims (created_at);

comment on table ml_private.job_claims is 'What each claim that named an id was given: attempts[i] of job_ids[i].';
