-- A training is a job, a run and the row that ties them together, made in one transaction.

create or replace function ml_private.create_training(training ml.training_jobs, run_at timestamptz, tags jsonb)
returns ml.training_jobs
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_new ml.training_jobs := create_training.training;
    v_config jsonb := v_new.config;
    v_job ml.jobs;
    v_experiment_id bigint;
begin
    v_new.id := nextval(pg_get_serial_sequence('ml.training_jobs', 'id'));
    v_job := ml_private.enqueue_job_internal(
        kind => 'train', payload => jsonb_build_object('training_id', v_new.id), queue => 'training',
        priority => (v_config ->> 'priority')::integer, run_at => create_training.run_at, max_attempts => (v_config ->> 'max_attempts')::integer,
        requirements => v_config -> 'requirements');
    v_experiment_id := (ml_private.ensure_experiment(v_config ->> 'experiment', v_new.created_by)).id;
    v_new.job_id := v_job.id;
    v_new.run_id := (ml_private.create_run(
        v_experiment_id, v_config ->> 'run_name', 'scheduled', null, v_job.id, v_new.dataset_id, create_training.tags, v_new.created_by)).id;
    perform ml_private.write_params(
        v_new.run_id, (v_config -> 'params') || jsonb_build_object('model_type', v_config -> 'model_type', 'seed', v_config -> 'seed'));
    v_new.reason := coalesce(v_new.reason, '');
    v_new.created_at := now();
    insert into ml.training_jobs select v_new.*;
    return v_new;
end
$$;

comment on function ml_private.create_training(ml.training_jobs, timestamptz, jsonb) is
    'Queue a training whose config was resolved: its job, its run (scheduled) and the row itself.';

-- api: engineer
create or replace function ml_private.train_model(config jsonb)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_dataset ml.datasets;
    v_training ml.training_jobs;
begin
    perform ml_private.require_role('engineer');
    v_training.config := ml_private.resolve_training_config(train_model.config);
    v_dataset := ml_private.find_dataset(v_training.config ->> 'dataset');
    perform ml_private.check_trainable(v_dataset);
    perform ml_private.check_measurable(v_training.config ->> 'model', v_dataset);
    v_training.model := v_training.config ->> 'model';
    v_training.dataset_id := v_dataset.id;
    v_training.created_by := ml_private.current_actor();
    v_training := ml_private.create_training(v_training, null, '{}');
    return jsonb_build_object('training_id', v_training.id, 'job_id', v_training.job_id, 'run_id', v_training.run_id);
end
$$;

comment on function ml_private.train_model(jsonb) is
    'Queue a training. config: {model, dataset, model_type} and optionally {experiment = model, params, task = "classification", seed = 0, '
    'run_name, max_attempts = 3, priority = 0, requirements {gpus, gpu_memory_gb, labels}}. model_type and its params: gradient_boosting '
    '(n_estimators, learning_rate, max_depth, subsample, min_samples_leaf) or logistic_regression (C, max_iter). Returns {training_id, job_id, '
    'run_id}: follow the job on the Realtime topic ml:jobs:<job_id>, the run with ml.get_run. 22023 unknown_key, invalid_config, empty_split; PT404 '
    'dataset_not_found. For engineers.';

create or replace function ml_private.queue_retraining(version_id bigint, reason text, run_at timestamptz default null)
returns bigint
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_version ml.model_versions;
    v_source ml.training_jobs;
    v_dataset ml.datasets;
    v_training ml.training_jobs;
begin
    select v.* into v_version from ml.model_versions v where v.id = queue_retraining.version_id;
    if v_version.id is null then
        perform ml_private.raise_missing(format('there is no model version %s', queue_retraining.version_id), 'version_not_found');
    end if;
    select t.* into v_source from ml.training_jobs t where t.run_id = v_version.run_id;
    select d.* into v_dataset from ml.datasets d where d.id = v_version.dataset_id;
    if v_source.id is null or v_dataset.id is null then
        perform ml_private.raise_conflict(
            format('model version %s was not trained here, so it cannot be retrained', v_version.id), 'not_retrainable', 'train the model with ml.train_model');
    end if;
    -- One unfinished retraining a model. Not by a job's unique_key: anybody who may enqueue could take that first. And not under the model's row:
    -- a drift check comes here with its alerts locked, a promotion holds the row while it resolves alerts.
    perform pg_advisory_xact_lock(hashtextextended('ml retraining ' || v_source.model, 0));
    select t.* into v_training
    from ml.training_jobs t
    join ml.jobs j on j.id = t.job_id
    where t.model = v_source.model and t.retraining_of is not null and j.state in ('queued', 'running')
    order by t.id
    limit 1;
    if v_training.id is not null then
        return v_training.job_id;
    end if;
    v_training.model := v_source.model;
    v_training.retraining_of := v_version.id;
    v_training.reason := left(coalesce(queue_retraining.reason, ''), 5000);
    v_training.config := v_source.config - array['dataset', 'run_name']
        || jsonb_build_object('run_name', format('retraining of version %s', v_version.version));
    -- Pinned to the view versions of the first training, whose normalisation stays as it was fitted: only the rows are new.
    v_training.dataset_spec := jsonb_build_object(
        'spine', v_dataset.spine, 'event_time', v_dataset.event_time, 'label', v_dataset.label, 'split', v_dataset.split,
        'features', (
            select jsonb_agg(format('%s@%s:%s', f.value ->> 'view', f.value ->> 'view_version', f.value ->> 'feature') order by f.ord)
            from jsonb_array_elements(v_dataset.features) with ordinality f (value, ord)));
    v_training := ml_private.create_training(
        v_training, queue_retraining.run_at,
        jsonb_build_object('retraining_of', v_version.version, 'reason', v_training.reason));
    return v_training.job_id;
end
$$;

comment on function ml_private.queue_retraining(bigint, text, timestamptz) is
    'Queue the training of a version once more, on the rows that its spine has when the job begins; the job''s id. One unfinished retraining a '
    'model: asked again, it returns that one. PT409 not_retrainable.';

create or replace function ml_private.cut_training_dataset(training ml.training_jobs)
returns ml.datasets
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_spec jsonb := (cut_training_dataset.training).dataset_spec;
    v_dataset ml.datasets;
begin
    v_dataset := ml_private.create_training_dataset_internal(
        name => format('%s.retraining.%s', left((cut_training_dataset.training).model, 96), (cut_training_dataset.training).id),
        spine => v_spec ->> 'spine',
        features => array(select f.value from jsonb_array_elements_text(v_spec -> 'features') with ordinality f (value, ord) order by f.ord),
        label => v_spec ->> 'label',
        event_time => v_spec ->> 'event_time',
        split => v_spec -> 'split',
        fit => false,
        created_by => (cut_training_dataset.training).created_by);
    perform ml_private.check_trainable(v_dataset);
    return v_dataset;
end
$$;

comment on function ml_private.cut_training_dataset(ml.training_jobs) is 'Cut the dataset of a retraining.';

create or replace function ml_private.tie_training_dataset(training ml.training_jobs, dataset ml.datasets)
returns ml.training_jobs
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_training ml.training_jobs;
begin
    update ml.training_jobs t
    set dataset_id = (tie_training_dataset.dataset).id, config = t.config || jsonb_build_object('dataset', (tie_training_dataset.dataset).name)
    where t.id = (tie_training_dataset.training).id
    returning t.* into v_training;
    update ml.runs r
    set dataset_id = v_training.dataset_id
    where r.id = v_training.run_id;
    perform ml_private.add_lineage('dataset', v_training.dataset_id::text, 'run', v_training.run_id::text);
    return v_training;
end
$$;

comment on function ml_private.tie_training_dataset(ml.training_jobs, ml.datasets) is
    'Tie the dataset that was cut to the training and its run. The job is held.';

-- api: worker; timeout 15min
create or replace function ml_private.begin_training(job_id bigint, attempt integer)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_training ml.training_jobs;
    v_dataset ml.datasets;
    v_production ml.model_versions;
    v_model_id bigint;
    v_evaluation ml.datasets;
begin
    perform ml_private.require_role('service_role', worker => true);
    if begin_training.job_id is null or begin_training.attempt is null then
        perform ml_private.raise_invalid('job_id and attempt must not be null');
    end if;
    -- Looked at without its lock first: heartbeats write the job's row, and a dataset may take longer to cut than a lease lasts.
    if not exists (
        select from ml.jobs j where j.id = begin_training.job_id and j.attempt = begin_training.attempt and j.state = 'running'
    ) then
        perform ml_private.raise_lease_lost(begin_training.job_id, begin_training.attempt);
    end if;
    -- A worker that heard no answer asks again while the first call still cuts: it waits here and finds the dataset.
    perform pg_advisory_xact_lock(hashtextextended('aimatrix training ' || begin_training.job_id, 0));
    select t.* into v_training from ml.training_jobs t where t.job_id = begin_training.job_id;
    if v_training.id is null then
        perform ml_private.raise_missing(
            format('job %s is no training', begin_training.job_id), 'training_not_found', 'trainings are queued by ml.train_model, not by ml.enqueue_job');
    end if;
    if v_training.dataset_id is null then
        v_dataset := ml_private.cut_training_dataset(v_training);
    end if;
    -- Before the training's row and the run: whoever ends the job comes to them from the job.
    perform ml_private.assert_lease(begin_training.job_id, begin_training.attempt);
    if v_dataset.id is not null then
        v_training := ml_private.tie_training_dataset(v_training, v_dataset);
    end if;
    v_model_id := (select m.id from ml.registered_models m where m.name = v_training.model);
    v_evaluation := ml_private.evaluation_of(v_training, v_model_id);
    -- A second attempt goes on in the same run, whatever the first left it in.
    update ml.runs r
    set status = 'running', started_at = coalesce(r.started_at, clock_timestamp()), ended_at = null
    where r.id = v_training.run_id;
    v_production := ml_private.incumbent_version(v_model_id);
    return jsonb_build_object(
        'training_id', v_training.id, 'run_id', v_training.run_id, 'model', v_training.model, 'config', v_training.config,
        'dataset', (select d.name from ml.datasets d where d.id = v_training.dataset_id),
        'evaluation', v_evaluation.name,
        'kept_back', case when v_evaluation.id is not null then ml_private.kept_back(v_training.dataset_id, v_evaluation) end,
        'production', case when v_production.id is not null then jsonb_build_object(
            'version', v_production.version, 'artifact_sha256', v_production.artifact_sha256, 'artifact_path', v_production.artifact_path,
            'signature', v_production.signature) end);
end
$$;

comment on function ml_private.begin_training(bigint, integer) is
    'What a worker that holds the lease of a training job needs: {training_id, run_id, model, config, dataset (name), evaluation (the name of the '
    'pinned evaluation data whose held-out rows measure the model, or null), kept_back (row_ids of the dataset that are among those rows and must '
    'not be learned from), production: {version, artifact_sha256, artifact_path, signature} or null}. Sets the run to running; a retraining''s '
    'dataset is cut now. A later attempt gets the same run and dataset. PT409 lease_lost; PT404 training_not_found. For workers.';

-- The run follows its job. A worker ends a run that went well itself; this is for all that workers cannot do once they are gone.
create or replace function ml_private.follow_training_job(job ml.jobs)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform ml_private.void_evidence_of(follow_training_job.job);
    if (follow_training_job.job).state = 'queued' then
        update ml.runs r
        set status = 'scheduled', ended_at = null
        where r.id = (select t.run_id from ml.training_jobs t where t.job_id = (follow_training_job.job).id) and r.status <> 'finished';
    else
        perform ml_private.close_run(
            t.run_id, case (follow_training_job.job).state when 'succeeded' then 'finished' when 'failed' then 'failed' else 'killed' end)
        from ml.training_jobs t
        where t.job_id = (follow_training_job.job).id;
    end if;
end
$$;

comment on function ml_private.follow_training_job(ml.jobs) is
    'The run of a training ends when its job ends for good (succeeded: finished, failed: failed, cancelled: killed) and waits while the job is queued again.';

select ml_private.follow_jobs_of('train', 'ml_private.follow_training_job');
