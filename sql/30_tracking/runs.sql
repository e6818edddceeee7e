-- Experiments and runs: made, logged to, ended.

create or replace function ml_private.ensure_experiment(name text, actor uuid)
returns ml.experiments
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_experiment ml.experiments;
begin
    insert into ml.experiments (name, created_by)
    values (ensure_experiment.name, ensure_experiment.actor)
    on conflict on constraint experiments_name_key do nothing
    returning * into v_experiment;
    if v_experiment.id is null then
        select e.* into strict v_experiment from ml.experiments e where e.name = ensure_experiment.name;
    end if;
    if v_experiment.lifecycle_stage <> 'active' then
        perform ml_private.raise_conflict(
            format('the experiment %s is deleted', to_json(v_experiment.name)), 'experiment_deleted', 'name another experiment');
    end if;
    return v_experiment;
end
$$;

comment on function ml_private.ensure_experiment(text, uuid) is
    'The active experiment of that name, made when it is not there. The name must have been checked.';

-- api: engineer, worker
create or replace function ml_private.create_experiment(name text, description text default '', tags jsonb default '{}')
returns ml.experiments
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_experiment ml.experiments;
begin
    perform ml_private.require_role('engineer', worker => true);
    perform ml_private.check_label(create_experiment.name, 'name');
    perform ml_private.check_text(create_experiment.description, 'description', 5000);
    perform ml_private.check_entries(create_experiment.tags, 'tags', 100, 5000);
    insert into ml.experiments (name, description, tags, created_by)
    values (
        create_experiment.name, create_experiment.description, ml_private.entries_as_text(create_experiment.tags), ml_private.current_actor())
    on conflict on constraint experiments_name_key do nothing
    returning * into v_experiment;
    if v_experiment.id is null then
        perform ml_private.raise_duplicate(
            format('an experiment named %s exists already', to_json(create_experiment.name)), 'experiment_exists', 'use it, or choose another name');
    end if;
    return v_experiment;
end
$$;

comment on function ml_private.create_experiment(text, text, jsonb) is
    'Make an experiment. name: 1 to 250 characters; description: at most 5000; tags: an object of at most 100 scalars. Returns the experiment. '
    '23505 experiment_exists. For engineers and workers.';

-- A share lock keeps the run in place for this transaction without making two workers' batches wait for each other.
create or replace function ml_private.hold_run(run_id uuid)
returns ml.runs
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_run ml.runs;
begin
    if hold_run.run_id is null then
        perform ml_private.raise_invalid('run_id must not be null');
    end if;
    select r.* into v_run from ml.runs r where r.id = hold_run.run_id for key share;
    if v_run.id is null then
        perform ml_private.raise_unknown('run', hold_run.run_id, 'start one with ml.start_run');
    end if;
    return v_run;
end
$$;

comment on function ml_private.hold_run(uuid) is 'The run, held against deletion until the transaction ends; PT404 run_not_found when there is none.';

create or replace function ml_private.create_run(
    experiment_id bigint, name text, status text, parent_run_id uuid, job_id bigint, dataset_id bigint, tags jsonb, actor uuid
)
returns ml.runs
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_id uuid := gen_random_uuid();
    v_run ml.runs;
begin
    insert into ml.runs (id, experiment_id, name, status, parent_run_id, job_id, dataset_id, started_at, created_by)
    values (
        v_id, create_run.experiment_id, coalesce(create_run.name, 'run-' || left(v_id::text, 8)), create_run.status, create_run.parent_run_id,
        create_run.job_id, create_run.dataset_id, case when create_run.status = 'running' then now() end, create_run.actor)
    returning * into v_run;
    insert into ml.run_tags (run_id, key, value)
    select v_id, t.key, t.value from jsonb_each_text(ml_private.entries_as_text(create_run.tags)) t;
    if v_run.dataset_id is not null then
        perform ml_private.add_lineage('dataset', v_run.dataset_id::text, 'run', v_id::text);
    end if;
    return v_run;
end
$$;

comment on function ml_private.create_run(bigint, text, text, uuid, bigint, bigint, jsonb, uuid) is
    'Insert a run with its tags and its lineage. The arguments must have been checked.';

-- api: engineer, worker
create or replace function ml_private.start_run(
    experiment text, name text default null, parent_run_id uuid default null, tags jsonb default '{}', job_id bigint default null,
    dataset text default null, attempt integer default null
)
returns ml.runs
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_experiment ml.experiments;
    v_dataset_id bigint;
begin
    perform ml_private.require_role('engineer', worker => true);
    perform ml_private.check_label(start_run.experiment, 'experiment');
    if start_run.name is not null then
        perform ml_private.check_label(start_run.name, 'name');
    end if;
    perform ml_private.check_entries(start_run.tags, 'tags', 100, 8000);
    -- Evidence counts when it comes from the job of the version's run, so people do not choose that job, and a worker only one that it holds.
    if start_run.job_id is not null and not ml_private.has_role('service_role', worker => true) then
        perform ml_private.raise_error(
            '42501', 'only a worker ties a run to a job', 'permission_denied', 'leave job_id out, or queue the training with ml.train_model');
    elsif start_run.job_id is not null then
        perform ml_private.share_lease(start_run.job_id, start_run.attempt);
    elsif start_run.attempt is not null then
        perform ml_private.raise_invalid('attempt is that of a job, and job_id is null', 'invalid_attempt', 'give both, or neither');
    end if;
    select e.* into v_experiment from ml.experiments e where e.name = start_run.experiment for key share;
    if v_experiment.id is null then
        perform ml_private.raise_unknown('experiment', start_run.experiment, 'make it with ml.create_experiment');
    elsif v_experiment.lifecycle_stage <> 'active' then
        perform ml_private.raise_conflict(format('the experiment %s is deleted', to_json(start_run.experiment)), 'experiment_deleted');
    end if;
    if start_run.parent_run_id is not null then
        perform ml_private.hold_run(start_run.parent_run_id);
    end if;
    if start_run.dataset is not null then
        v_dataset_id := (ml_private.find_dataset(start_run.dataset)).id;
    end if;
    return ml_private.create_run(
        v_experiment.id, start_run.name, 'running', start_run.parent_run_id, start_run.job_id, v_dataset_id, start_run.tags,
        ml_private.current_actor());
end
$$;

comment on function ml_private.start_run(text, text, uuid, jsonb, bigint, text, integer) is
    'Start a run in an experiment, both by name. parent_run_id nests it; job_id says which job executes it, under the lease of attempt; dataset '
    'names what it trains on. Returns the run. PT404 experiment_not_found, run_not_found, job_not_found, dataset_not_found; PT409 lease_lost. For '
    'engineers and workers.';

create or replace function ml_private.close_run(run_id uuid, status text)
returns ml.runs
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    update ml.runs r
    set status = close_run.status, ended_at = clock_timestamp()
    where r.id = close_run.run_id and r.status in ('scheduled', 'running')
    returning r.*
$$;

comment on function ml_private.close_run(uuid, text) is 'End a run that has not ended; null when it has.';

-- api: engineer, worker
create or replace function ml_private.end_run(run_id uuid, status text default 'finished', attempt integer default null)
returns ml.runs
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_run ml.runs;
begin
    perform ml_private.require_role('engineer', worker => true);
    if end_run.status is null or end_run.status not in ('finished', 'failed', 'killed') then
        perform ml_private.raise_invalid(
            format('status must be finished, failed or killed, not %s', coalesce(to_json(left(end_run.status, 100))::text, 'null')));
    end if;
    perform ml_private.hold_run_for_writing(end_run.run_id, end_run.attempt);
    v_run := ml_private.close_run(end_run.run_id, end_run.status);
    if v_run.id is null then
        select r.* into strict v_run from ml.runs r where r.id = end_run.run_id;
        -- The same end again is a client that did not hear the first answer.
        if v_run.status <> end_run.status then
            perform ml_private.raise_conflict(
                format('the run %s has already ended as %s, so it cannot end as %s', v_run.id, v_run.status, end_run.status), 'run_ended');
        end if;
    end if;
    return v_run;
end
$$;

comment on function ml_private.end_run(uuid, text, integer) is
    'End a run as finished, failed or killed; the same end again returns it unchanged. attempt: for a run that an unfinished job executes, the '
    'attempt that holds it. PT404 run_not_found; PT409 run_ended, lease_lost, lease_required. For engineers and workers.';

-- api: viewer, worker
create or replace function ml_private.get_run(run_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_run jsonb;
begin
    perform ml_private.require_role('viewer', worker => true);
    if get_run.run_id is null then
        perform ml_private.raise_invalid('run_id must not be null');
    end if;
    select to_jsonb(r) || jsonb_build_object(
        'experiment', e.name,
        'dataset', d.name,
        'params', (select coalesce(jsonb_object_agg(p.key, p.value), '{}') from ml.run_params p where p.run_id = r.id),
        'tags', (select coalesce(jsonb_object_agg(t.key, t.value), '{}') from ml.run_tags t where t.run_id = r.id),
        'metrics', (
            select coalesce(jsonb_object_agg(m.key, jsonb_build_object('value', m.value, 'step', m.step, 'logged_at', m.logged_at)), '{}')
            from ml.latest_metrics m
            where m.run_id = r.id))
    into v_run
    from ml.runs r
    join ml.experiments e on e.id = r.experiment_id
    left join ml.datasets d on d.id = r.dataset_id
    where r.id = get_run.run_id;
    if v_run is null then
        perform ml_private.raise_unknown('run', get_run.run_id);
    end if;
    return v_run;
end
$$;

comment on function ml_private.get_run(uuid) is
    'A run as one object: its columns, experiment and dataset (names), params and tags ({name: text}), metrics ({name: {value, step, logged_at}}, '
    'the latest of each; value is the text NaN, Infinity or -Infinity where it is one). PT404 run_not_found. For viewers and workers.';
