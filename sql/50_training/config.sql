-- The config of a training, checked when it is asked for: a worker should never find out an hour later.

create or replace function ml_private.check_training_keys(config jsonb)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_required constant text[] := array['model', 'dataset', 'model_type'];
begin
    perform ml_private.check_json(check_training_keys.config, 'config', 65536);
    perform ml_private.check_keys(
        config, v_required || array['experiment', 'params', 'task', 'seed', 'run_name', 'max_attempts', 'priority', 'requirements'], 'config');
    if not config ?& v_required then
        perform ml_private.raise_invalid(
            format('config lacks the key %s', (select k from unnest(v_required) k where not config ? k limit 1)), 'invalid_config',
            'model, dataset and model_type are needed');
    end if;
end
$$;

comment on function ml_private.check_training_keys(jsonb) is 'Refuse a config with unknown keys or without those that are needed.';

create or replace function ml_private.resolve_training_config(config jsonb)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_config jsonb := resolve_training_config.config;
    v_model text;
    v_type ml.model_types;
begin
    perform ml_private.check_training_keys(v_config);
    v_model := ml_private.text_of(v_config -> 'model', 'model');
    perform ml_private.check_name(v_model, 'model');
    perform ml_private.text_of(v_config -> 'dataset', 'dataset');
    v_config := jsonb_build_object('experiment', v_model) || v_config;
    perform ml_private.check_label(ml_private.text_of(v_config -> 'experiment', 'experiment'), 'experiment');
    if v_config ? 'run_name' then
        perform ml_private.check_label(ml_private.text_of(v_config -> 'run_name', 'run_name'), 'run_name');
    end if;
    v_config := jsonb_build_object('task', 'classification') || v_config;
    v_type := ml_private.find_model_type(
        ml_private.text_of(v_config -> 'model_type', 'model_type'), ml_private.text_of(v_config -> 'task', 'task'));
    if v_config ? 'requirements' then
        perform ml_private.check_job_requirements(v_config -> 'requirements', 'requirements');
    end if;
    return jsonb_build_object('requirements', '{}'::jsonb) || v_config || jsonb_build_object(
        'params', ml_private.resolve_options(v_type.params, coalesce(v_config -> 'params', '{}'), 'params', 'invalid_config'),
        'seed', ml_private.whole_setting(v_config, 'seed', 0, 4294967295, 0),
        'max_attempts', ml_private.whole_setting(v_config, 'max_attempts', 1, 20, 3),
        'priority', ml_private.whole_setting(v_config, 'priority', -1000000, 1000000, 0));
end
$$;

comment on function ml_private.resolve_training_config(jsonb) is
    'The config of ml.train_model with every default filled in; anything it does not know is refused.';

create or replace function ml_private.check_trainable(dataset ml.datasets)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_counts jsonb := (check_trainable.dataset).split_counts;
    v_label double precision;
    v_statistics jsonb := (check_trainable.dataset).statistics -> 'label';
begin
    if coalesce((v_counts ->> 'train')::bigint, 0) = 0 then
        perform ml_private.raise_invalid(format('the dataset %s has no rows in its train split', (check_trainable.dataset).name), 'empty_split');
    elsif coalesce((v_counts ->> 'test')::bigint, 0) + coalesce((v_counts ->> 'validation')::bigint, 0) = 0 then
        perform ml_private.raise_invalid(
            format('the dataset %s has no rows in a test or validation split, so no model can be measured on it', (check_trainable.dataset).name),
            'empty_split', 'cut it with a split such as {"train": 0.7, "test": 0.3}');
    end if;
    -- Text is counted, numbers have a range.
    if v_statistics -> 'distinct' = '1' or v_statistics -> 'min' = v_statistics -> 'max' then
        perform ml_private.raise_invalid(
            format('the label of dataset %s has one value in all its rows', (check_trainable.dataset).name), 'label_unsupported',
            'a classifier needs rows of two classes at least');
    end if;
    if (check_trainable.dataset).label_type = 'float64' then
        select v into v_label from ml_private.dataset_values((check_trainable.dataset).id, 'label', null) v where v <> trunc(v) limit 1;
        if found then
            perform ml_private.raise_invalid(
                format('the label of dataset %s holds %s, which is no class', (check_trainable.dataset).name, v_label), 'label_unsupported',
                'every model type is a classifier: the label must be whole numbers, text or true/false; cut a dataset whose label is a class');
        end if;
    end if;
end
$$;

create or replace function ml_private.why_unmeasurable(model text, dataset ml.datasets)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select case
        when pinned.label_type is distinct from d.label_type and (pinned.label_type in ('string', 'bool') or d.label_type in ('string', 'bool'))
            then format('the label of dataset %s is %s, that of the evaluation data of %s (dataset %s) is %s',
                d.name, d.label_type, why_unmeasurable.model, pinned.name, pinned.label_type)
        when lacking.names is not null
            then format('the evaluation data of %s (dataset %s) lacks %s, so a version trained on dataset %s could not be measured',
                why_unmeasurable.model, pinned.name, left(lacking.names, 300), d.name)
    end
    from (select (why_unmeasurable.dataset).*) d,
        ml_private.pinned_evaluation((select m.id from ml.registered_models m where m.name = why_unmeasurable.model)) pinned,
        lateral (
            select string_agg(f ->> 'ref', ', ')
            from jsonb_array_elements(d.features) f
            where not exists (select from jsonb_array_elements(pinned.features) p where p -> 'ref' = f -> 'ref')
        ) lacking (names)
    where pinned.id is not null
$$;

comment on function ml_private.why_unmeasurable(text, ml.datasets) is
    'Why a version trained on a dataset could not be measured on the pinned evaluation data of its model: a label of another kind, or features that '
    'it lacks. Null when it could, or none is pinned.';

create or replace function ml_private.check_measurable(model text, dataset ml.datasets)
returns void
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_reason text := ml_private.why_unmeasurable(check_measurable.model, check_measurable.dataset);
begin
    if v_reason is not null then
        perform ml_private.raise_conflict(v_reason, 'not_measurable',
            'an admin pins a dataset that holds every feature of the training, with a label of the same kind: ml.set_evaluation_data; or, to change '
            'this model''s label, unpins '
            || 'with ml.set_evaluation_data(model, null), has a version trained on the new label and pins a dataset of that label');
    end if;
end
$$;

comment on function ml_private.check_measurable(text, ml.datasets) is
    'Refuse a training on features that the pinned evaluation data of its model lacks, or on a label of another kind: PT409 not_measurable.';

comment on function ml_private.check_trainable(ml.datasets) is 'Refuse a dataset that no model type can train on and be measured with.';
