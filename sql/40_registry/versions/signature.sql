-- The signature: which feature stands behind each input column of a model, and what comes out.

create or replace function ml_private.check_exact_keys(value jsonb, what text, keys text[])
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if jsonb_typeof(check_exact_keys.value) is distinct from 'object' then
        perform ml_private.raise_invalid(
            format('%s must be an object with the keys %s, not %s', what, array_to_string(keys, ', '), ml_private.show_json(value)),
            'invalid_signature');
    elsif value - keys <> '{}' then
        perform ml_private.raise_invalid(
            format('%s has the unknown key %s', what, (select to_json(left(k, 100)) from jsonb_object_keys(value - keys) k limit 1)),
            'unknown_key', 'the keys are ' || array_to_string(keys, ', '));
    elsif not value ?& keys then
        perform ml_private.raise_invalid(
            format('%s lacks the key %s', what, (select k from unnest(keys) k where not value ? k limit 1)), 'invalid_signature');
    end if;
end
$$;

comment on function ml_private.check_exact_keys(jsonb, text, text[]) is 'Refuse anything but an object with exactly these keys.';

create or replace function ml_private.check_tensor(tensor jsonb, what text, keys text[], types text[])
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_shape jsonb;
begin
    perform ml_private.check_exact_keys(check_tensor.tensor, what, keys);
    perform ml_private.check_label(ml_private.text_of(tensor -> 'name', what || '.name'), what || '.name');
    if not ml_private.text_of(tensor -> 'type', what || '.type') = any (types) then
        perform ml_private.raise_invalid(
            format('%s.type must be one of %s, not %s', what, array_to_string(types, ', '), ml_private.show_json(tensor -> 'type')), 'invalid_signature');
    end if;
    v_shape := tensor -> 'shape';
    if jsonb_typeof(v_shape) <> 'array' or jsonb_array_length(v_shape) not between 1 and 8 or v_shape -> 0 <> 'null'
        or exists (
            select from jsonb_array_elements(v_shape) d
            where d <> 'null' and not ml_private.is_whole(d, 1, 2147483647))
    then
        perform ml_private.raise_invalid(
            format('%s.shape must be an array of 1 to 8 sizes that begins with null (the rows of a request), not %s', what, left(v_shape::text, 100)),
            'invalid_signature');
    end if;
end
$$;

comment on function ml_private.check_tensor(jsonb, text, text[], text[]) is 'Refuse what does not describe a tensor {name, type, shape, …}.';

create or replace function ml_private.check_columns(columns jsonb, what text)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_column jsonb;
    v_ord bigint;
    v_what text;
    v_parts text[];
begin
    if jsonb_typeof(check_columns.columns) <> 'array' or jsonb_array_length(columns) not between 1 and 10000 then
        perform ml_private.raise_invalid(check_columns.what || '.columns must be an array of 1 to 10000 columns', 'invalid_signature');
    end if;
    for v_column, v_ord in select c.value, c.ord from jsonb_array_elements(check_columns.columns) with ordinality c (value, ord) loop
        v_what := format('%s.columns[%s]', check_columns.what, v_ord - 1);
        perform ml_private.check_exact_keys(
            case jsonb_typeof(v_column) when 'object' then v_column - 'nullable' else v_column end, v_what, array['feature', 'view_version']);
        if coalesce(jsonb_typeof(v_column -> 'nullable') <> 'boolean', false) then
            perform ml_private.raise_invalid(
                format('%s.nullable must be true or false, not %s', v_what, ml_private.show_json(v_column -> 'nullable')), 'invalid_signature');
        end if;
        if not ml_private.is_whole(v_column -> 'view_version', 1, 2147483647) then
            perform ml_private.raise_invalid(
                format('%s.view_version must be a whole number from 1, not %s', v_what, ml_private.show_json(v_column -> 'view_version')),
                'invalid_signature');
        end if;
        v_parts := regexp_match(ml_private.text_of(v_column -> 'feature', v_what || '.feature'), '^([^:@]{1,128})(?:@([0-9]{1,10}))?:([^:@]{1,128})$');
        if v_parts is null or coalesce(v_parts[2]::bigint <> (v_column ->> 'view_version')::numeric, false) then
            perform ml_private.raise_invalid(
                format('%s.feature must be view:feature of view version %s, not %s', v_what, v_column ->> 'view_version',
                    ml_private.show_json(v_column -> 'feature')),
                'invalid_signature');
        end if;
    end loop;
end
$$;

comment on function ml_private.check_columns(jsonb, text) is 'Refuse input columns that are not [{feature: "view:feature", view_version, nullable?}].';

-- One join for all columns. What is stored names the feature without its pin: the version stands beside it, once.
create or replace function ml_private.resolve_columns(tensor jsonb, what text, dataset_id bigint)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_columns jsonb;
    v_bad integer;
    v_column record;
begin
    select
        jsonb_agg(
            jsonb_build_object('feature', c.view || ':' || c.feature, 'view_version', c.view_version)
                || case when c.nullable then '{"nullable": true}' else '{}'::jsonb end
            order by c.ord),
        min(c.ord) filter (where c.problem is not null)
    into v_columns, v_bad
    from ml_private.match_columns(resolve_columns.tensor, resolve_columns.dataset_id) c;
    if v_bad is null then
        return v_columns;
    end if;
    select * into v_column from ml_private.match_columns(resolve_columns.tensor, resolve_columns.dataset_id) c where c.ord = v_bad;
    if v_column.problem = 'view' then
        perform ml_private.raise_missing(
            format('there is no version %s of a feature view %s', v_column.view_version, to_json(v_column.view)), 'view_not_found');
    elsif v_column.problem = 'feature' then
        perform ml_private.raise_missing(
            format('version %s of the feature view %s has no feature %s', v_column.view_version, v_column.view, to_json(v_column.feature)),
            'feature_not_found');
    end if;
    perform ml_private.raise_invalid(
        format('%s.columns[%s]: %s:%s %s', resolve_columns.what, v_bad - 1, v_column.view, v_column.feature, v_column.problem),
        'signature_mismatch', 'the columns of a signature are features of the dataset that the run trained on, each once');
    return null;
end
$$;

comment on function ml_private.resolve_columns(jsonb, text, bigint) is
    'The columns of an input tensor in their stored form. PT404 view_not_found, feature_not_found; 22023 signature_mismatch when one is not in the '
    'dataset, in the wrong tensor or named twice.';

create or replace function ml_private.match_columns(tensor jsonb, dataset_id bigint)
returns table (ord integer, view text, feature text, view_version integer, nullable boolean, problem text)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    with named as (
        select
            c.ord::integer as ord,
            split_part(split_part(c.value ->> 'feature', ':', 1), '@', 1) as view,
            split_part(c.value ->> 'feature', ':', 2) as feature,
            (c.value ->> 'view_version')::integer as view_version,
            coalesce((c.value ->> 'nullable')::boolean, false) as nullable
        from jsonb_array_elements(match_columns.tensor -> 'columns') with ordinality c (value, ord)
    ),
    known as (
        select distinct (d.value ->> 'feature_id')::bigint as feature_id
        from ml.datasets s
        cross join lateral jsonb_array_elements(s.features) d
        where s.id = match_columns.dataset_id
    )
    select
        n.ord, n.view, n.feature, n.view_version, n.nullable,
        case
            when w.id is null then 'view'
            when f.id is null then 'feature'
            when f.value_type = 'string' and match_columns.tensor ->> 'type' <> 'string' then 'is a string, and stands only in an input of type string'
            when f.value_type <> 'string' and match_columns.tensor ->> 'type' = 'string' then format(
                'is %s, and an input of type string takes strings only', f.value_type)
            when match_columns.dataset_id is not null and k.feature_id is null then format('of version %s is not in the dataset', n.view_version)
            when row_number() over (partition by n.view, n.feature, n.view_version order by n.ord) > 1 then 'stands there twice'
        end
    from named n
    left join ml.feature_views w on w.name = n.view and w.version = n.view_version
    left join ml.features f on f.view_id = w.id and f.name = n.feature
    left join known k on k.feature_id = f.id
$$;

comment on function ml_private.match_columns(jsonb, bigint) is
    'Each column of an input tensor beside what is wrong with it; null when it is a feature of that view version and of the dataset.';

create or replace function ml_private.check_outputs(outputs jsonb, classes jsonb)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_output jsonb;
    v_ord bigint;
begin
    if jsonb_typeof(check_outputs.outputs) <> 'array' or jsonb_array_length(outputs) not between 1 and 16 then
        perform ml_private.raise_invalid('signature.outputs must be an array of 1 to 16 tensors', 'invalid_signature');
    end if;
    for v_output, v_ord in select o.value, o.ord from jsonb_array_elements(check_outputs.outputs) with ordinality o (value, ord) loop
        perform ml_private.check_tensor(
            v_output, format('signature.outputs[%s]', v_ord - 1), array['name', 'type', 'shape'],
            array['float32', 'float64', 'int32', 'int64', 'string', 'bool']);
    end loop;
    if (select count(distinct o ->> 'name') <> count(*) from jsonb_array_elements(check_outputs.outputs) o) then
        perform ml_private.raise_invalid('signature.outputs names an output twice', 'invalid_signature');
    end if;
    if jsonb_typeof(check_outputs.classes) <> 'array' or jsonb_array_length(classes) not between 2 and 10000
        or exists (select from jsonb_array_elements(classes) c where jsonb_typeof(c) not in ('string', 'number', 'boolean'))
        or (select count(distinct c) <> count(*) from jsonb_array_elements(classes) c)
    then
        perform ml_private.raise_invalid('signature.classes must be an array of 2 to 10000 distinct strings, numbers or booleans', 'invalid_signature');
    end if;
    if not exists (
        select from jsonb_array_elements(check_outputs.outputs) o
        where o ->> 'name' = 'probabilities' and o ->> 'type' in ('float32', 'float64')
            and o -> 'shape' = jsonb_build_array(null, jsonb_array_length(check_outputs.classes)))
    then
        perform ml_private.raise_invalid(
            format('signature.outputs needs an output "probabilities" of float32 with the shape [null, %s], one column for each class',
                jsonb_array_length(check_outputs.classes)),
            'invalid_signature');
    end if;
end
$$;

comment on function ml_private.check_outputs(jsonb, jsonb) is 'Refuse outputs and classes that do not describe a classification with probabilities.';

create or replace function ml_private.check_input(input jsonb, what text, types text[])
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_columns jsonb := check_input.input -> 'columns';
begin
    perform ml_private.check_tensor(check_input.input, what, array['name', 'type', 'shape', 'columns'], types);
    perform ml_private.check_columns(v_columns, what);
    if input -> 'shape' <> jsonb_build_array(null, jsonb_array_length(v_columns)) then
        perform ml_private.raise_invalid(
            format('%s.shape must be [null, %s], one size for the %2$s columns, not %s',
                what, jsonb_array_length(v_columns), ml_private.show_json(input -> 'shape')),
            'invalid_signature');
    end if;
end
$$;

comment on function ml_private.check_input(jsonb, text, text[]) is
    'Refuse what does not describe an input tensor of one of these types with a column for each of its features.';

create or replace function ml_private.check_signature(signature jsonb, dataset_id bigint)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_inputs jsonb := check_signature.signature -> 'inputs';
    v_count integer;
    v_what text;
begin
    perform ml_private.check_json(check_signature.signature, 'signature', 524288);
    perform ml_private.check_exact_keys(signature, 'signature', array['inputs', 'outputs', 'classes', 'task']);
    if signature -> 'task' <> '"classification"' then
        perform ml_private.raise_invalid(
            format('signature.task must be "classification", not %s', ml_private.show_json(signature -> 'task')), 'invalid_signature');
    end if;
    if jsonb_typeof(v_inputs) <> 'array' or jsonb_array_length(v_inputs) not between 1 and 2 then
        perform ml_private.raise_invalid(
            'signature.inputs must be an array of one or two tensors: one of numbers, one of strings', 'invalid_signature');
    end if;
    v_count := jsonb_array_length(v_inputs);
    for v_ord in 0 .. v_count - 1 loop
        v_what := format('signature.inputs[%s]', v_ord);
        perform ml_private.check_input(v_inputs -> v_ord, v_what, case
            when v_count = 1 then array['float32', 'float64', 'int64', 'string']
            when v_ord = 0 then array['float32', 'float64', 'int64']
            else array['string'] end);
        v_inputs := jsonb_set(v_inputs, array[v_ord::text, 'columns'],
            ml_private.resolve_columns(v_inputs -> v_ord, v_what, check_signature.dataset_id));
    end loop;
    if v_inputs #> '{0,name}' = v_inputs #> '{1,name}' then
        perform ml_private.raise_invalid('signature.inputs names an input twice', 'invalid_signature');
    end if;
    perform ml_private.check_outputs(signature -> 'outputs', signature -> 'classes');
    return jsonb_set(signature, '{inputs}', v_inputs);
end
$$;

comment on function ml_private.check_signature(jsonb, bigint) is
    'The signature in its stored form, checked against the feature views and the dataset (when there is one).';
