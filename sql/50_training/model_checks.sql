-- Jobs that check a registered version. What they find is evidence, so what they may be asked for is guarded as the policy is.

create or replace function ml_private.check_options(kind ml.check_kinds, options jsonb)
returns void
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_loose record;
begin
    perform ml_private.check_json(check_options.options, 'options', 65536);
    perform ml_private.resolve_options((check_options.kind).options, check_options.options, 'options', 'invalid_options');
    select e.key as name, e.value -> 'engineers' as range, o.value into v_loose
    from jsonb_each((check_options.kind).options -> 'properties') e
    join jsonb_each(check_options.options) o on o.key = e.key
    where not o.value::numeric between coalesce((e.value #> '{engineers,minimum}')::numeric, '-Infinity')
        and coalesce((e.value #> '{engineers,maximum}')::numeric, 'Infinity')
    order by e.key
    limit 1;
    if found and not ml_private.has_role('admin') then
        perform ml_private.raise_error(
            '42501', format('options.%s = %s makes the %s easier to pass: this needs the role admin, the caller is %s', v_loose.name,
                ml_private.show_json(v_loose.value), (check_options.kind).name, ml_private.caller_role()),
            'permission_denied', format('engineers may ask for %s', concat_ws(' and ',
                'at least ' || (v_loose.range ->> 'minimum'), 'at most ' || (v_loose.range ->> 'maximum'))));
    end if;
end
$$;

comment on function ml_private.check_options(ml.check_kinds, jsonb) is
    'Refuse options that the kind of check does not know, and limits too loose from anybody but an admin.';

create or replace function ml_private.comparison_payload(version ml.model_versions)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_production ml.model_versions := ml_private.incumbent_version((comparison_payload.version).model_id);
begin
    if v_production.id is null then
        perform ml_private.raise_conflict(
            'nothing has been in production to compare with', 'nothing_in_production', 'the requirement not_worse_than_production holds without a comparison');
    elsif v_production.id = (comparison_payload.version).id then
        perform ml_private.raise_conflict(
            format('version %s is the one %s production', v_production.version, case v_production.stage when 'production' then 'in'
                else 'last in' end), 'already_in_production', 'compare another version with it');
    end if;
    return jsonb_build_object('dataset', ml_private.evaluation_dataset(comparison_payload.version), 'production', jsonb_build_object(
        'version', v_production.version, 'artifact_sha256', v_production.artifact_sha256, 'signature', v_production.signature));
end
$$;

comment on function ml_private.comparison_payload(ml.model_versions) is
    'What a comparison needs besides: {dataset, production: {version, artifact_sha256, signature}}. PT409 nothing_in_production, '
    'already_in_production, no_dataset.';

-- api: engineer
create or replace function ml_private.queue_model_check(model text, version integer, kind text, options jsonb default '{}')
returns ml.jobs
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_kind ml.check_kinds;
    v_version ml.model_versions;
    v_payload jsonb;
    v_job ml.jobs;
begin
    perform ml_private.require_role('engineer');
    select * into v_kind from ml.check_kinds k where k.name = queue_model_check.kind;
    if v_kind.name is null then
        perform ml_private.raise_invalid(
            format('kind must be %s, not %s', (select string_agg(k.name, ' or ' order by k.name) from ml.check_kinds k),
                coalesce(to_json(left(queue_model_check.kind, 100))::text, 'null')),
            'invalid_kind', 'see ml.check_kinds');
    end if;
    perform ml_private.check_options(v_kind, queue_model_check.options);
    -- Two sessions that ask for the same check take turns here. A job's unique_key would not do: whoever may enqueue jobs could have put a
    -- job of their own making under that key, and its findings would count as evidence.
    perform ml_private.lock_model(queue_model_check.model, null, false);
    v_version := ml_private.find_version(queue_model_check.model, queue_model_check.version);
    v_payload := jsonb_build_object(
        'model', queue_model_check.model, 'version', v_version.version, 'version_id', v_version.id,
        'artifact_sha256', v_version.artifact_sha256, 'artifact_path', v_version.artifact_path, 'signature', v_version.signature,
        'dataset', (select d.name from ml.datasets d where d.id = v_version.dataset_id), 'options', queue_model_check.options)
        || case queue_model_check.kind
            when 'comparison' then ml_private.comparison_payload(v_version)
            when 'evaluation' then jsonb_build_object('dataset', ml_private.evaluation_dataset(v_version))
            else '{}' end;
    if v_kind.held_out and not ml_private.has_role('admin')
        and ml_private.rows_trained_on(v_payload ->> 'dataset', queue_model_check.model, v_version.version) <> '[]'
    then
        perform ml_private.raise_conflict(
            format('version %s was trained on held-out rows of dataset %s, so they do not measure it', v_version.version, v_payload ->> 'dataset'),
                'trained_on_them',
            'train a version from which they are kept back, as every training is while they are pinned');
    end if;
    select j.* into v_job
    from ml_private.model_checks c
    join ml.jobs j on j.id = c.job_id
    where c.version_id = v_version.id and c.kind = queue_model_check.kind and j.payload = v_payload
        and j.state in ('queued', 'running') and not j.cancel_requested
    order by j.id
    limit 1;
    if v_job.id is not null then
        return v_job;
    end if;
    v_job := ml_private.enqueue_job_internal(kind => queue_model_check.kind, queue => 'checks', payload => v_payload);
    insert into ml_private.model_checks (job_id, version_id, kind)
    values (v_job.id, v_version.id, queue_model_check.kind);
    return v_job;
end
$$;

comment on function ml_private.queue_model_check(text, integer, text, jsonb) is
    'Queue a check of a version in the queue checks; its worker records evidence of the kind''s name. kind and options: load_test {requests, '
    'concurrency, max_p95_ms, max_error_rate}, security_scan {max_bytes}, evaluation {} (its evidence, instead, is each metric of the version, with '
    'baseline_<metric> beside it, on the pinned evaluation data, else on the held-out rows of its own dataset) or comparison {} (the same, and as '
    'production_<metric> those of the version in production, on the rows that it was not trained on either); limits that would let nearly '
    'everything pass need the role admin. The same check again returns the unfinished job. Returns the job. 22023 unknown_key, invalid_options; '
    '42501; PT404 model_not_found, version_not_found; PT409 nothing_in_production, already_in_production, no_dataset, training_unknown. For '
    'engineers.';

select ml_private.follow_jobs_of(k.name, 'ml_private.void_evidence_of') from ml.check_kinds k;
