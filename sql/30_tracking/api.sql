-- What apps and workers call.

create function ml.create_experiment(name text, description text default '', tags jsonb default '{}')
returns ml.experiments
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$ select * from ml_private.create_experiment(create_experiment.name, create_experiment.description, create_experiment.tags) $$;

comment on function ml.create_experiment(text, text, jsonb) is
    'Make an experiment. name: 1 to 250 characters; description: at most 5000; tags: an object of at most 100 scalars. Returns the experiment. 23505 experiment_exists. For engineers and workers.';
revoke all on function ml.create_experiment(text, text, jsonb) from public;
grant execute on function ml.create_experiment(text, text, jsonb) to authenticated, ml_worker, service_role;

create function ml.start_run(
    experiment text, name text default null, parent_run_id uuid default null, tags jsonb default '{}', job_id bigint default null,
    dataset text default null, attempt integer default null
)
returns ml.runs
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select *
    from ml_private.start_run(
        start_run.experiment, start_run.name, start_run.parent_run_id, start_run.tags, start_run.job_id, start_run.dataset,
        start_run.attempt)
$$;

comment on function ml.start_run(text, text, uuid, jsonb, bigint, text, integer) is
    'Start a run in an experiment, both by name. parent_run_id nests it; job_id says which job executes it, under the lease of attempt; dataset names what it trains on. Returns the run. PT404 experiment_not_found, run_not_found, job_not_found, dataset_not_found; PT409 lease_lost. For engineers and workers.';
revoke all on function ml.start_run(text, text, uuid, jsonb, bigint, text, integer) from public;
grant execute on function ml.start_run(text, text, uuid, jsonb, bigint, text, integer) to authenticated, ml_worker, service_role;

create function ml.log_batch(run_id uuid, metrics jsonb default '[]', params jsonb default '{}', tags jsonb default '{}', attempt integer default null)
returns jsonb
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$ select ml_private.log_batch(log_batch.run_id, log_batch.metrics, log_batch.params, log_batch.tags, log_batch.attempt) $$;

comment on function ml.log_batch(uuid, jsonb, jsonb, jsonb, integer) is
    'Log to a run, all or nothing. metrics: at most 1000 {key, value, step = 0, timestamp = now}, value a number or "NaN", "Infinity", "-Infinity", timestamp in ms since 1970 or ISO 8601; params: at most 100 {name: scalar} of 6000 characters, never changed later (PT409 param_changed); tags: at most 100 of 8000 characters, overwritten. attempt: for a run that an unfinished job executes, the attempt that holds it; engineers may set its tags without. Returns {metrics, params, tags}: how many were taken. PT404 run_not_found; PT409 lease_lost, lease_required. For engineers and workers.';
revoke all on function ml.log_batch(uuid, jsonb, jsonb, jsonb, integer) from public;
grant execute on function ml.log_batch(uuid, jsonb, jsonb, jsonb, integer) to authenticated, ml_worker, service_role;

create function ml.end_run(run_id uuid, status text default 'finished', attempt integer default null)
returns ml.runs
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$ select * from ml_private.end_run(end_run.run_id, end_run.status, end_run.attempt) $$;

comment on function ml.end_run(uuid, text, integer) is
    'End a run as finished, failed or killed; the same end again returns it unchanged. attempt: for a run that an unfinished job executes, the attempt that holds it. PT404 run_not_found; PT409 run_ended, lease_lost, lease_required. For engineers and workers.';
revoke all on function ml.end_run(uuid, text, integer) from public;
grant execute on function ml.end_run(uuid, text, integer) to authenticated, ml_worker, service_role;

create function ml.get_run(run_id uuid)
returns jsonb
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$ select ml_private.get_run(get_run.run_id) $$;

comment on function ml.get_run(uuid) is
    'A run as one object: its columns, experiment and dataset (names), params and tags ({name: text}), metrics ({name: {value, step, logged_at}}, the latest of each; value is the text NaN, Infinity or -Infinity where it is one). PT404 run_not_found. For viewers and workers.';
revoke all on function ml.get_run(uuid) from public;
grant execute on function ml.get_run(uuid) to authenticated, ml_worker, service_role;
