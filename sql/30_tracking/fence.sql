-- Who may write to a run that a job executes: the attempt that holds the job's lease, and nobody else while the job is unfinished.

create or replace function ml_private.hold_run_for_writing(run_id uuid, attempt integer, tags_only boolean default false)
returns ml.runs
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_member constant boolean := ml_private.has_role('engineer');
    v_job_id bigint := (select r.job_id from ml.runs r where r.id = hold_run_for_writing.run_id);
begin
    if v_job_id is null then
        if attempt is not null then
            perform ml_private.hold_run(hold_run_for_writing.run_id);
            perform ml_private.raise_invalid(
                format('the run %s belongs to no job, so there is no attempt %s of it', hold_run_for_writing.run_id, attempt), 'invalid_attempt',
                'leave attempt out');
        end if;
    elsif attempt is not null then
        -- The job before the run, and held: its lease cannot be taken back until what is written under it is committed.
        perform ml_private.share_lease(v_job_id, attempt);
    elsif not v_member then
        perform ml_private.raise_lease_required(hold_run_for_writing.run_id, v_job_id);
    elsif not tags_only and exists (select from ml.jobs j where j.id = v_job_id and j.finished_at is null) then
        perform ml_private.raise_lease_required(hold_run_for_writing.run_id, v_job_id);
    end if;
    return ml_private.hold_run(hold_run_for_writing.run_id);
end
$$;

comment on function ml_private.hold_run_for_writing(uuid, integer, boolean) is
    'The run, held until the transaction ends, for one who may write to it. A run whose job is unfinished is written under the lease of (job, '
    'attempt); engineers may set its tags all the same, and write everything once the job has ended. PT409 lease_lost, lease_required; 22023 '
    'invalid_attempt; PT404 run_not_found.';

create or replace function ml_private.raise_lease_required(run_id uuid, job_id bigint)
returns void
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform ml_private.raise_conflict(
        format('the run %s is executed by job %s: only the attempt that holds the job writes to it', raise_lease_required.run_id, raise_lease_required.job_id),
        'lease_required', 'a worker gives the attempt that it claimed; others set tags, or wait until the job has ended');
end
$$;

comment on function ml_private.raise_lease_required(uuid, bigint) is 'PT409 lease_required: the caller named no attempt.';
