create table ml_private.job_followers (
    kind text not null,
    function_name text not null,
    constraint job_followers_kind_pkey primary key (kind)
);

comment on table ml_private.job_followers is 'Which function of a higher domain follows the jobs of a kind. See ml_private.follow_jobs_of.';
