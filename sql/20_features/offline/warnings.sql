-- What a dataset is told of when it is cut, while the reason can still be found: not when a training refuses it.

-- How many rows of each side lack each feature, in the order of features. In one scan: a dataset may have a thousand columns. The worker and serving have no
-- use for an empty text either, nor for one of more than 1,000 characters.
create or replace function ml_private.count_missing(table_name text, features jsonb)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_missing text[] := array(
        select format(
            case f.feature ->> 'value_type'
                when 'string' then '(d.%1$I is null or d.%1$I = '''' or length(d.%1$I) > 1000)'
                else 'd.%1$I is null' end,
            f.feature ->> 'column')
        from jsonb_array_elements(count_missing.features) with ordinality f (feature, n)
        order by f.n);
    v_sides jsonb;
begin
    execute format(
        'select jsonb_agg(s) from (select d.split, count(*) as row_count, count(*) filter (where %s) as incomplete, array[%s] as missing from %s d '
        'group by d.split) s',
        array_to_string(v_missing, ' or '),
        (select string_agg(format('count(*) filter (where %s)', m.condition), ', ' order by m.n) from unnest(v_missing) with ordinality m (condition, n)),
        count_missing.table_name)
    into v_sides;
    return v_sides;
end
$$;

comment on function ml_private.count_missing(text, jsonb) is
    '[{"split","row_count","incomplete","missing":[…]}]: per side of a dataset''s split how many rows it has, how many of them lack a feature, and '
    'how many lack each, in the order of features.';

create or replace function ml_private.dataset_warnings(dataset ml.datasets)
returns jsonb
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    with sides as materialized (
        select * from jsonb_to_recordset(ml_private.count_missing((dataset_warnings.dataset).table_name, (dataset_warnings.dataset).features))
            as s (split text, row_count bigint, incomplete bigint, missing bigint[])
    ),
    columns as (
        select f.feature ->> 'column' as name, f.feature ->> 'ref' as ref, f.n, s.split, s.missing[f.n] = s.row_count as is_null,
            bool_and(s.missing[f.n] = s.row_count) over (partition by f.n) as everywhere
        from jsonb_array_elements((dataset_warnings.dataset).features) with ordinality f (feature, n)
        cross join sides s
    ),
    totals as (
        select sum(s.row_count)::bigint as row_count, sum(s.incomplete)::bigint as incomplete from sides s
    ),
    warnings as (
        select distinct 1 as kind, c.n as at, '' as part, jsonb_build_object(
            'code', 'column_is_null', 'column', c.name,
            'message', format('%s is null in every row: no row of its source was known at the time of any spine row, or the column is empty', c.ref)) as warning
        from columns c
        where c.everywhere
        union all
        select 2, c.n, c.split, jsonb_build_object(
            'code', 'column_is_null', 'column', c.name, 'split', c.split,
            'message', format(
                '%s is null in every %s row, though not in all rows: %s', c.ref, c.split, case c.split
                    when 'train' then 'no model learns anything from it'
                    else 'model types that take no missing values have no row left there' end))
        from columns c
        where c.is_null and not c.everywhere
        union all
        select 3, row_number() over (order by v.name, v.version), '', jsonb_build_object(
            'code', 'view_retired', 'view', v.name || '@' || v.version,
            'message', format('%s@%s is retired: a model that reads it cannot be deployed', v.name, v.version))
        from ml.feature_views v
        where v.retired_at is not null
            and v.id in (select (f ->> 'view_id')::bigint from jsonb_array_elements((dataset_warnings.dataset).features) f)
        union all
        select 4, 0, '', jsonb_build_object(
            'code', 'incomplete_rows', 'rows', t.incomplete, 'of', t.row_count,
            'message', format(
                '%s of %s rows lack a feature: model types that take no missing values leave them out (gradient_boosting takes them)', t.incomplete,
                    t.row_count))
        from totals t
        where t.incomplete > 0
    )
    select coalesce(jsonb_agg(w.warning order by w.kind, w.at, w.part), '[]') from warnings w
$$;

comment on function ml_private.dataset_warnings(ml.datasets) is
    'What is likely to be a mistake in a dataset that has been materialised and described: see ml.datasets.warnings.';
