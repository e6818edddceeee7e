-- On which rows a version is measured, and which of them it has learned from.

create or replace function ml_private.evaluation_of(training ml.training_jobs, model_id bigint)
returns ml.datasets
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_id bigint := (evaluation_of.training).evaluation_id;
    v_evaluation ml.datasets;
begin
    -- As it stood when the training first began: a version that an earlier attempt registered learned from what was left in then.
    if exists (select from ml.runs r where r.id = (evaluation_of.training).run_id and r.started_at is null) then
        v_id := (ml_private.pinned_evaluation(evaluation_of.model_id)).id;
        update ml.training_jobs t set evaluation_id = v_id where t.id = (evaluation_of.training).id and v_id is not null;
    end if;
    select d.* into v_evaluation from ml.datasets d where d.id = v_id;
    return v_evaluation;
end
$$;

comment on function ml_private.evaluation_of(ml.training_jobs, bigint) is
    'The evaluation data of a training, settled when it first begins; null when none was pinned. The job is held.';

create or replace function ml_private.kept_back(dataset_id bigint, evaluation ml.datasets)
returns jsonb
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(jsonb_agg(s.row_id), '[]')
    from ml.datasets d
    cross join lateral ml_private.shared_rows(
        d, array['train', 'validation', 'test'], kept_back.evaluation, array[ml_private.held_out_side(kept_back.evaluation)]) s (row_id)
    where d.id = kept_back.dataset_id
$$;

comment on function ml_private.kept_back(bigint, ml.datasets) is
    'row_ids of a dataset that are held-out rows of the evaluation data: no model that is to be measured there may learn from them.';

create or replace function ml_private.evaluation_dataset(version ml.model_versions)
returns text
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_dataset ml.datasets := ml_private.pinned_evaluation((evaluation_dataset.version).model_id);
begin
    if v_dataset.id is not null and not ml_private.has_role('admin')
        and not exists (select from ml.training_jobs t where t.run_id = (evaluation_dataset.version).run_id)
    then
        perform ml_private.raise_conflict(
            format('version %s was not trained by ml.train_model, so nobody knows whether it has learned from the pinned evaluation data',
                (evaluation_dataset.version).version),
            'training_unknown', 'train it with ml.train_model, or let an admin who knows queue the check');
    end if;
    if v_dataset.id is null then
        select d.* into v_dataset from ml.datasets d where d.id = (evaluation_dataset.version).dataset_id;
    end if;
    if v_dataset.id is null then
        perform ml_private.raise_conflict(
            format('version %s names no dataset, so there are no rows to measure it on', (evaluation_dataset.version).version), 'no_dataset',
            'register it with a run that has one, or pin evaluation data with ml.set_evaluation_data');
    end if;
    return v_dataset.name;
end
$$;

comment on function ml_private.evaluation_dataset(ml.model_versions) is
    'The name of the dataset whose held-out rows measure a version: the one that is pinned, else its own. PT409 no_dataset; training_unknown when '
    'rows are pinned and the version was registered by hand, from anybody but an admin.';

-- api: viewer, worker; timeout 15min
create or replace function ml_private.rows_trained_on(dataset text, model text, version integer, split text default null)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_dataset ml.datasets;
    v_version ml.model_versions;
    v_learned ml.datasets;
    v_kept_back ml.datasets;
    v_side text;
begin
    perform ml_private.require_role('viewer', worker => true);
    v_dataset := ml_private.find_dataset(rows_trained_on.dataset);
    perform ml_private.check_side(rows_trained_on.split);
    v_version := ml_private.find_version(rows_trained_on.model, rows_trained_on.version);
    -- A training measures on validation where no test row is of use to it.
    v_side := coalesce(rows_trained_on.split, ml_private.held_out_side(v_dataset));
    select d.* into v_learned from ml.datasets d where d.id = v_version.dataset_id;
    select d.* into v_kept_back from ml.training_jobs t join ml.datasets d on d.id = t.evaluation_id where t.run_id = v_version.run_id;
    return (
        select coalesce(jsonb_agg(s.row_id), '[]')
        from ml_private.shared_rows(v_dataset, array[v_side], v_learned, array['train']) s (row_id)
        where v_kept_back.id is null
            or s.row_id not in (
                select k.row_id
                from ml_private.shared_rows(v_dataset, array[v_side], v_kept_back, array[ml_private.held_out_side(v_kept_back)]) k (row_id)));
end
$$;

comment on function ml_private.rows_trained_on(text, text, integer, text) is
    'row_ids (an array) of the rows of one side of a dataset (split; null: test or else validation) that a version has learned from: they stand, by join '
    'keys and (of one spine) event time, in the train side of the version''s own dataset, and were not kept back for evaluation. A version without a '
    'dataset: an empty array, nothing is known of it. PT404 dataset_not_found, model_not_found, version_not_found; 22023 invalid_argument. Role viewer, '
    'or a worker.';
