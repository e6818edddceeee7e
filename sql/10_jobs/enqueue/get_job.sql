-- api: viewer
create or replace function ml.get_job(job_id bigint)
returns ml.jobs
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_job ml.jobs;
begin
    perform ml_private.require_role('viewer');
    select * into v_job from ml.jobs j where j.id = get_job.job_id;
    if v_job.id is null then
        perform ml_private.raise_unknown('job', get_job.job_id);
    end if;
    return v_job;
end
$$;

comment on function ml.get_job(bigint) is
    'One job. Needs viewer. Errors: PT404 job_not_found.';
