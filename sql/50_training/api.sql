-- What apps and workers call.

create function ml.train_model(config jsonb)
returns jsonb
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$ select ml_private.train_model(train_model.config) $$;

comment on function ml.train_model(jsonb) is
    'Queue a training. config: {model, dataset, model_type} and optionally {experiment = model, params, task = "classification", seed = 0, run_name, max_attempts = 3, priority = 0, requirements {gpus, gpu_memory_gb, labels}}. model_type and its params: gradient_boosting (n_estimators, learning_rate, max_depth, subsample, min_samples_leaf) or logistic_regression (C, max_iter). Returns {training_id, job_id, run_id}: follow the job on the Realtime topic ml:jobs:<job_id>, the run with ml.get_run. 22023 unknown_key, invalid_config, empty_split; PT404 dataset_not_found. For engineers.';
revoke all on function ml.train_model(jsonb) from public;
grant execute on function ml.train_model(jsonb) to authenticated, service_role;

-- PostgREST runs the call under the function's own statement_timeout; the role's, 8 s on a hosted project, is too short to cut a large dataset.
create function ml.begin_training(job_id bigint, attempt integer)
returns jsonb
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
set statement_timeout = '15min'
as $$ select ml_private.begin_training(begin_training.job_id, begin_training.attempt) $$;

comment on function ml.begin_training(bigint, integer) is
    'What a worker that holds the lease of a training job needs: {training_id, run_id, model, config, dataset (name), evaluation (the name of the pinned evaluation data whose held-out rows measure the model, or null), kept_back (row_ids of the dataset that are among those rows and must not be learned from), production: {version, artifact_sha256, artifact_path, signature} or null}. Sets the run to running; a retraining''s dataset is cut now. A later attempt gets the same run and dataset. PT409 lease_lost; PT404 training_not_found. For workers.';
revoke all on function ml.begin_training(bigint, integer) from public;
grant execute on function ml.begin_training(bigint, integer) to ml_worker, service_role;

create function ml.queue_model_check(model text, version integer, kind text, options jsonb default '{}')
returns ml.jobs
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select *
    from ml_private.queue_model_check(
        queue_model_check.model, queue_model_check.version, queue_model_check.kind, queue_model_check.options)
$$;

comment on function ml.queue_model_check(text, integer, text, jsonb) is
    'Queue a check of a version in the queue checks; its worker records evidence of the kind''s name. kind and options: load_test {requests, concurrency, max_p95_ms, max_error_rate}, security_scan {max_bytes}, evaluation {} (its evidence, instead, is each metric of the version, with baseline_<metric> beside it, on the pinned evaluation data, else on the held-out rows of its own dataset) or comparison {} (the same, and as production_<metric> those of the version in production, on the rows that it was not trained on either); limits that would let nearly everything pass need the role admin. The same check again returns the unfinished job. Returns the job. 22023 unknown_key, invalid_options; 42501; PT404 model_not_found, version_not_found; PT409 nothing_in_production, already_in_production, no_dataset, training_unknown. For engineers.';
revoke all on function ml.queue_model_check(text, integer, text, jsonb) from public;
grant execute on function ml.queue_model_check(text, integer, text, jsonb) to authenticated, service_role;

create function ml.rows_trained_on(dataset text, model text, version integer)
returns jsonb
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
set statement_timeout = '15min'
as $$ select ml_private.rows_trained_on(rows_trained_on.dataset, rows_trained_on.model, rows_trained_on.version) $$;

comment on function ml.rows_trained_on(text, text, integer) is
    'row_ids (an array) of the held-out rows of a dataset, test or else validation, that a version has learned from: they stand, by join keys and (of one spine) event time, in the train side of the version''s own dataset, and were not kept back for evaluation. A version without a dataset: an empty array, nothing is known of it. PT404 dataset_not_found, model_not_found, version_not_found. Role viewer, or a worker.';
revoke all on function ml.rows_trained_on(text, text, integer) from public;
grant execute on function ml.rows_trained_on(text, text, integer) to authenticated, ml_worker, service_role;
