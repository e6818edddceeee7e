-- Only unmet dependencies have a row, so the probe that every finished job makes here is of a small table. No foreign keys: only finished jobs are
-- deleted, and those have no row.
create table ml_private.job_dependencies (
    depends_on bigint not null,
    job_id bigint not null,
    constraint job_dependencies_pkey primary key (depends_on, job_id)
);

create index job_dependencies_job_id_idx on ml_private.job_dependencies (job_id);

comment on table ml_private.job_dependencies is 'job_id waits for depends_on. The row goes when the dependency ends.';
