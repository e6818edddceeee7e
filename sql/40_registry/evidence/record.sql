-- The worker's metrics, listed so that a comparison yields no evidence that another check is there for.
create or replace function ml_private.is_metric_name(name text)
returns boolean
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select is_metric_name.name
        ~ '^answered_share$|'
            '^(production_|baseline_)?'
            '(accuracy|balanced_accuracy|precision|recall|f1|log_loss|brier|ece_top_label|ece_positive_class|roc_auc|pr_auc)$'
$$;

comment on function ml_private.is_metric_name(text) is
    'True for what an evaluation or comparison measures of a version or, with production_ or baseline_ before it, of the version in production or '
    'of a constant answer.';

-- Workers report under the lease of the job that measured, and the platform knows which jobs are about which version: a job that an engineer enqueued by
-- hand with a payload of their own making yields no evidence, and neither does an attempt that another has taken over from. A check tells of itself alone,
-- an evaluation or comparison of metrics alone.
create or replace function ml_private.check_evidence_job(version ml.model_versions, name text, job_id bigint, attempt integer)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_worker boolean := ml_private.caller_role() = 'ml_worker';
begin
    if check_evidence_job.job_id is null then
        if v_worker then
            perform ml_private.raise_invalid(
                'job_id must not be null: a worker records what a job of its own measured', 'job_required', 'give the job''s id and attempt');
        end if;
        return;
    end if;
    if not exists (select from ml.runs r where r.id = (check_evidence_job.version).run_id and r.job_id = check_evidence_job.job_id)
        and not exists (
            select from ml_private.model_checks c
            where c.job_id = check_evidence_job.job_id and c.version_id = (check_evidence_job.version).id
                and (c.kind = check_evidence_job.name or c.kind in ('comparison', 'evaluation') and ml_private.is_metric_name(check_evidence_job.name)))
    then
        perform ml_private.raise_conflict(
            format('job %s neither trained this version nor checks its %s', check_evidence_job.job_id, check_evidence_job.name), 'job_mismatch',
            'queue checks with ml.queue_model_check');
    end if;
    if v_worker then
        perform ml_private.assert_lease(check_evidence_job.job_id, check_evidence_job.attempt);
    end if;
end
$$;

comment on function ml_private.check_evidence_job(ml.model_versions, text, bigint, integer) is
    'Refuse evidence from a job that is not about the version, and from a worker that does not hold the job''s lease.';

-- api: admin, worker
create or replace function ml_private.record_evidence(
    model text, version integer, name text, value double precision default null, passed boolean default null, details jsonb default '{}',
    job_id bigint default null, attempt integer default null
)
returns ml.model_evidence
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_version ml.model_versions;
    v_evidence ml.model_evidence;
begin
    perform ml_private.require_role('admin', worker => true);
    perform ml_private.check_name(record_evidence.name, 'name');
    if record_evidence.name = 'ab_ready' then
        perform ml_private.raise_invalid('ab_ready is derived from the signatures when a version is promoted, it is not recorded', 'derived_evidence');
    elsif record_evidence.value is null and record_evidence.passed is null then
        perform ml_private.raise_invalid('value and passed must not both be null');
    elsif record_evidence.value in ('NaN', 'Infinity', '-Infinity') then
        perform ml_private.raise_invalid(format('value must be a finite number, not %s', record_evidence.value), 'not_finite');
    elsif jsonb_typeof(record_evidence.details) is distinct from 'object' then
        perform ml_private.raise_invalid(format('details must be an object, not %s', coalesce(jsonb_typeof(record_evidence.details), 'null')));
    end if;
    perform ml_private.check_json(record_evidence.details, 'details', 65536);
    v_version := ml_private.find_version(record_evidence.model, record_evidence.version);
    perform ml_private.check_evidence_job(v_version, record_evidence.name, record_evidence.job_id, record_evidence.attempt);
    insert into ml.model_evidence (version_id, name, value, passed, details, job_id, recorded_by)
    values (
        v_version.id, record_evidence.name, record_evidence.value, record_evidence.passed, record_evidence.details, record_evidence.job_id,
        ml_private.current_actor())
    returning * into v_evidence;
    return v_evidence;
end
$$;

comment on function ml_private.record_evidence(text, integer, text, double precision, boolean, jsonb, bigint, integer) is
    'Record what was measured of a version: a finite value, a verdict or both, with details (an object). The newest evidence of a name counts. '
    'job_id: the job that measured, the training of the version, or a check queued for it, which tells of itself alone (name = kind); workers must '
    'name it, with the attempt under which they hold it. PT404 model_not_found, version_not_found; PT409 job_mismatch, lease_lost. For workers and '
    'admins; engineers cannot.';
