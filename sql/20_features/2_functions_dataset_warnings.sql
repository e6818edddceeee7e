-- What a dataset is told of when it is cut, while the reason can still be found: not when a training refuses it.

create function ml_private.dataset_warnings(dataset ml.datasets)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_features jsonb := (dataset_warnings.dataset).features;
    v_rows bigint := (dataset_warnings.dataset).row_count;
    v_incomplete bigint;
    v_warnings jsonb;
begin
    select coalesce(jsonb_agg(jsonb_build_object(
        'code', 'column_is_null', 'column', f.feature -> 'column',
        'message', format(
            '%s is null in every row: no row of its source was known at the time of any spine row, or the column is empty', f.feature ->> 'ref')
    ) order by f.n), '[]') into v_warnings
    from jsonb_array_elements(v_features) with ordinality f (feature, n)
    where ((dataset_warnings.dataset).statistics -> (f.feature ->> 'column') ->> 'nulls')::bigint = v_rows;
    v_warnings := v_warnings || (
        select coalesce(jsonb_agg(jsonb_build_object(
            'code', 'view_retired', 'view', v.name || '@' || v.version,
            'message', format('%s@%s is retired: a model that reads it cannot be deployed', v.name, v.version)) order by v.name, v.version), '[]')
        from ml.feature_views v
        where v.retired_at is not null and v.id in (select (f ->> 'view_id')::bigint from jsonb_array_elements(v_features) f));
    execute format(
        'select count(*) from %s d where %s', (dataset_warnings.dataset).table_name,
        (select string_agg(format('d.%I is null', f.feature ->> 'column'), ' or ') from jsonb_array_elements(v_features) f (feature)))
    into v_incomplete;
    if v_incomplete > 0 then
        v_warnings := v_warnings || jsonb_build_array(jsonb_build_object(
            'code', 'incomplete_rows', 'rows', v_incomplete, 'of', v_rows,
            'message', format(
                '%s of %s rows lack a feature: model types that take no missing values leave them out (gradient_boosting takes them)', v_incomplete, v_rows)));
    end if;
    return v_warnings;
end
$$;

comment on function ml_private.dataset_warnings(ml.datasets) is 'What is likely to be a mistake in a dataset that has been materialised and described: see ml.datasets.warnings.';
revoke all on function ml_private.dataset_warnings(ml.datasets) from public;
