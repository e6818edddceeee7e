-- Training datasets: reading them back.

create or replace function ml_private.find_dataset(dataset text)
returns ml.datasets
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_dataset ml.datasets;
begin
    perform ml_private.check_name(find_dataset.dataset, 'dataset name');
    select * into v_dataset from ml.datasets d where d.name = find_dataset.dataset;
    if not found then
        perform ml_private.raise_unknown('dataset', find_dataset.dataset, 'call ml.create_training_dataset first');
    end if;
    return v_dataset;
end
$$;

comment on function ml_private.find_dataset(text) is 'The dataset of that name; PT404 otherwise.';

-- api: engineer; timeout 15min
create or replace function ml_private.create_training_dataset(
    name text, spine text, features text[], label text, event_time text default 'event_time',
    split jsonb default '{"train":0.7,"test":0.3}', fit boolean default false
)
returns ml.datasets
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform ml_private.require_role('engineer');
    return ml_private.create_training_dataset_internal(
        create_training_dataset.name, create_training_dataset.spine, create_training_dataset.features, create_training_dataset.label,
        create_training_dataset.event_time, create_training_dataset.split, create_training_dataset.fit, (select auth.uid()));
end
$$;

comment on function ml_private.create_training_dataset(text, text, text[], text, text, jsonb, boolean) is
    'Join to every row of spine (schema.table with the join keys, event_time and label) the feature values known at its event time, and keep the '
    'result. split: shares of train, validation and test that sum to 1, "method" random (by a hash of seed and entity) or time, "seed". fit: fit '
    'normalisation that is not fitted yet on the train rows. 23505 name taken, 22023 spine rows without time, key or label, or a side left empty, '
    'PT409 view_not_fitted. Role engineer.';

create or replace function ml_private.check_side(split text)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if check_side.split not in ('train', 'validation', 'test') then
        perform ml_private.raise_invalid(
            format('unknown split %L', left(check_side.split, 60)), 'invalid_argument', 'the splits are train, validation and test; null is all rows');
    end if;
end
$$;

comment on function ml_private.check_side(text) is 'Refuse what is neither a side of a split nor null.';

-- api: viewer, worker
create or replace function ml_private.read_dataset(dataset text, split text default null, after_row bigint default 0, max_rows integer default 5000)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set extra_float_digits = '1'
set timezone = 'UTC'
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_dataset ml.datasets;
    v_columns text[];
    v_rows jsonb;
    v_last bigint;
begin
    perform ml_private.require_role('viewer', worker => true);
    v_dataset := ml_private.find_dataset(read_dataset.dataset);
    perform ml_private.check_side(read_dataset.split);
    if coalesce(read_dataset.after_row < 0, true) then
        perform ml_private.raise_invalid(format('after_row must be 0 or a row_id, not %s', coalesce(read_dataset.after_row::text, 'null')));
    end if;
    if coalesce(read_dataset.max_rows not between 1 and 10000, true) then
        perform ml_private.raise_invalid(format('max_rows must lie between 1 and 10000, not %s', coalesce(read_dataset.max_rows::text, 'null')));
    end if;
    v_columns := array['row_id', 'split', 'event_time']
        || array(select k.key ->> 'name' from jsonb_array_elements(v_dataset.join_keys) with ordinality k (key, n) order by k.n)
        || array['label'::text]
        || array(select f.feature ->> 'column' from jsonb_array_elements(v_dataset.features) with ordinality f (feature, n) order by f.n);
    execute format(
        'select jsonb_agg(%s order by d.row_id), max(d.row_id) from (select * from %s t where ($1 is null or t.split = $1) and t.row_id > $2 order '
        'by t.row_id limit $3) d',
        ml_private.json_call('jsonb_build_array', array(select format('d.%I', u.c) from unnest(v_columns) with ordinality u (c, n) order by u.n)),
            v_dataset.table_name)
    into v_rows, v_last using read_dataset.split, read_dataset.after_row, read_dataset.max_rows;
    return jsonb_build_object(
        'dataset', v_dataset.name,
        'content_hash', v_dataset.content_hash,
        'columns', to_jsonb(v_columns),
        'label', 'label',
        'label_type', v_dataset.label_type,
        'features', v_dataset.features,
        'rows', coalesce(v_rows, '[]'),
        'next_after', case when jsonb_array_length(v_rows) = read_dataset.max_rows then v_last end);
end
$$;

comment on function ml_private.read_dataset(text, text, bigint, integer) is
    'A page of a dataset: {"columns":[…],"rows":[[…]],"next_after","label","label_type","features":[{"ref","column",…}],"content_hash"}. Call again '
    'with after_row = next_after until it is null. split null is all rows; max_rows 1 to 10000. PT404 unknown dataset. Role viewer, or a worker.';

create or replace function ml_private.dataset_keys_sql(dataset ml.datasets, keys text[] default null)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select string_agg(format('d.%I', k.name), ', ')
    from jsonb_to_recordset((dataset_keys_sql.dataset).join_keys) k (name text)
    where dataset_keys_sql.keys is null or k.name = any (dataset_keys_sql.keys)
$$;

comment on function ml_private.dataset_keys_sql(ml.datasets, text[]) is 'SQL text of the join keys, or of these among them, of a dataset''s rows.';

-- To the worker and to serving an empty text is missing, and so is one that is too long.
create or replace function ml_private.present_sql(dataset ml.datasets, column_name text)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select format(case when exists (
        select from jsonb_to_recordset((present_sql.dataset).features) f ("column" text, value_type text) where f.column = present_sql.column_name
            and f.value_type = 'string')
        then '(d.%1$I <> '''' and length(d.%1$I) <= 1000)' else 'd.%1$I is not null' end, present_sql.column_name)
$$;

comment on function ml_private.present_sql(ml.datasets, text) is 'SQL text of whether a row d of a dataset has a value in a column.';

create or replace function ml_private.dataset_values(
    dataset_id bigint, column_name text, split text default 'train', required text[] default '{}', newest boolean default false, keys text[] default null
)
returns setof double precision
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_dataset ml.datasets;
    v_type text;
begin
    select * into v_dataset from ml.datasets d where d.id = dataset_values.dataset_id;
    if not found then
        perform ml_private.raise_unknown('dataset', dataset_values.dataset_id);
    end if;
    perform ml_private.check_side(dataset_values.split);
    select case dataset_values.column_name when 'label' then v_dataset.label_type else min(f.value_type) end into v_type
    from jsonb_to_recordset(v_dataset.features) f ("column" text, value_type text)
    where f.column = dataset_values.column_name;
    if v_type is null then
        perform ml_private.raise_missing(
            format('dataset %s has no label or feature column %s', v_dataset.name, coalesce(left(dataset_values.column_name, 130), 'null')), 'unknown_column');
    elsif v_type = 'string' then
        perform ml_private.raise_invalid(format('column %s of dataset %s holds text', dataset_values.column_name, v_dataset.name), 'type_mismatch');
    end if;
    return query execute format(
        'select r.value from (select %s d.%I::%s as value, d.row_id from %s d where ($1 is null or d.split = $1)%s%s) r order by r.row_id',
        case when dataset_values.newest then format('distinct on (%s)', ml_private.dataset_keys_sql(v_dataset, dataset_values.keys)) end,
        dataset_values.column_name, case v_type when 'bool' then 'integer::double precision' else 'double precision' end, v_dataset.table_name,
        (select string_agg(' and ' || ml_private.present_sql(v_dataset, r), '') from unnest(dataset_values.required) r),
        case when dataset_values.newest then format(
            ' order by %s, d.event_time desc, d.row_id desc', ml_private.dataset_keys_sql(v_dataset, dataset_values.keys)) end)
        using dataset_values.split;
end
$$;

comment on function ml_private.dataset_values(bigint, text, text, text[], boolean, text[]) is
    'One numeric column of a dataset in row order, nulls included; split null is all rows, required columns are not null, newest takes of each '
    'entity, told by all join keys or by keys, the newest of these rows. PT404 for an unknown dataset or column.';

create or replace function ml_private.dataset_missing(
    dataset_id bigint, columns text[], split text default 'train', newest boolean default false, keys text[] default null
)
returns table (column_name text, row_count bigint, missing bigint)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_dataset ml.datasets;
    v_counts bigint[];
begin
    select * into v_dataset from ml.datasets d where d.id = dataset_missing.dataset_id;
    if not found then
        perform ml_private.raise_unknown('dataset', dataset_missing.dataset_id);
    end if;
    perform ml_private.check_side(dataset_missing.split);
    -- One scan for all columns; the first count is that of the rows.
    execute format(
        'select array[count(*), %s] from (select %s d.* from %s d where ($1 is null or d.split = $1)%s) d',
        (select string_agg(format('count(*) filter (where %s)', ml_private.present_sql(v_dataset, n.name)), ', ' order by n.i)
            from unnest(dataset_missing.columns) with ordinality as n (name, i)),
        case when dataset_missing.newest then format('distinct on (%s)', ml_private.dataset_keys_sql(v_dataset, dataset_missing.keys)) end,
        v_dataset.table_name,
        case when dataset_missing.newest then format(
            ' order by %s, d.event_time desc, d.row_id desc', ml_private.dataset_keys_sql(v_dataset, dataset_missing.keys)) end)
    into v_counts
    using dataset_missing.split;
    return query
    select n.name, v_counts[1], v_counts[1] - v_counts[n.i + 1] from unnest(dataset_missing.columns) with ordinality as n (name, i);
end
$$;

comment on function ml_private.dataset_missing(bigint, text[], text, boolean, text[]) is
    'How many rows a dataset has and how many of them lack a value, by column; split null is all rows, newest the newest of each entity, told by '
    'all join keys or by keys.';

create or replace function ml_private.dataset_size(dataset_id bigint, split text, keys text[])
returns integer
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_dataset ml.datasets;
    v_size integer;
begin
    select * into v_dataset from ml.datasets d where d.id = dataset_size.dataset_id;
    execute format(
        'select floor(sum(g.n) ^ 2 / sum(g.n * g.n)) from (select count(*) as n from (select distinct %s from %s d where $1 is null or d.split = $1) d '
        'group by %s) g',
        ml_private.dataset_keys_sql(v_dataset), v_dataset.table_name, ml_private.dataset_keys_sql(v_dataset, dataset_size.keys))
    into v_size
    using dataset_size.split;
    return v_size;
end
$$;

comment on function ml_private.dataset_size(bigint, text, text[]) is
    'As how many independent rows a side of a dataset counts where rows that agree in some join keys are alike (Kish 1965, Survey Sampling).';

-- Rows of one spine and time column are one when their times and join keys agree. Of another spine, or by another column, a time says nothing: there the
-- keys decide alone, so that nobody hides a row by moving its time. One hash join; the caller pages through what it reads.
create or replace function ml_private.shared_rows(dataset ml.datasets, splits text[], other ml.datasets, other_splits text[])
returns setof bigint
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_same text := (
        select string_agg(format(' and d.%1$I = o.%1$I', k.name), '')
        from jsonb_to_recordset((shared_rows.dataset).join_keys) k (name text, type text)
        join jsonb_to_recordset((shared_rows.other).join_keys) j (name text, type text) on j.name = k.name and j.type = k.type);
begin
    if v_same is null then
        return;
    end if;
    if (shared_rows.dataset).spine = (shared_rows.other).spine and (shared_rows.dataset).event_time = (shared_rows.other).event_time then
        v_same := v_same || ' and o.event_time = d.event_time';
    end if;
    return query execute format(
        'select d.row_id from %s d where d.split = any ($1) and exists (select from %s o where o.split = any ($2)%s) order by d.row_id',
        (shared_rows.dataset).table_name, (shared_rows.other).table_name, v_same)
        using shared_rows.splits, shared_rows.other_splits;
end
$$;

comment on function ml_private.shared_rows(ml.datasets, text[], ml.datasets, text[]) is
    'row_ids of a dataset, of some sides of its split, that stand in some sides of another dataset too: same shared join keys and, where spine and '
    'time column are the same, same event time. Nothing when they share no join key.';

create or replace function ml_private.held_out_side(dataset ml.datasets)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select case when coalesce(((held_out_side.dataset).split_counts ->> 'test')::bigint, 0) > 0 then 'test' else 'validation' end
$$;

comment on function ml_private.held_out_side(ml.datasets) is 'The side of the split that measures a model: test, else validation.';
