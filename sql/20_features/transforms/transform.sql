-- Transformations: checked when a view is registered, compiled once to ml_private.transform_<feature id>, called online and offline alike.

create or replace function ml_private.check_transformation(transformation jsonb, value_type text, what text)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_offset jsonb;
begin
    if coalesce(jsonb_typeof(check_transformation.transformation), 'null') = 'null' then
        return null;
    end if;
    perform ml_private.check_keys(transformation, array['type', 'offset', 'method'], what || ' transformation');
    if value_type not in ('float64', 'int64') then
        perform ml_private.raise_invalid(
            format('%s: a %s feature cannot be transformed', what, value_type), 'type_mismatch', 'transform float64 and int64 features only');
    end if;
    case transformation ->> 'type'
        when 'log' then
            perform ml_private.check_keys(transformation, array['type', 'offset'], what || ' log transformation');
            v_offset := coalesce(transformation -> 'offset', '0');
            if not (case jsonb_typeof(v_offset) when 'number' then abs(v_offset::numeric) between 1e-300 and 1e150 or v_offset::numeric = 0 else false end) then
                perform ml_private.raise_invalid(
                    format('%s: offset must be 0 or a number of magnitude 1e-300 to 1e150, not %s', what, left(v_offset::text, 100)));
            end if;
            return jsonb_build_object('type', 'log', 'offset', v_offset);
        when 'normalize' then
            perform ml_private.check_keys(transformation, array['type', 'method'], what || ' normalize transformation');
            if coalesce(transformation ->> 'method', '') not in ('z_score', 'min_max', 'robust') then
                perform ml_private.raise_invalid(
                    format('%s: unknown normalisation method %s', what, coalesce(left((transformation -> 'method')::text, 100), 'null')), 'invalid_argument',
                    'the methods are z_score, min_max and robust');
            end if;
            return jsonb_build_object('type', 'normalize', 'method', transformation ->> 'method');
        else
            perform ml_private.raise_invalid(
                format('%s: unknown transformation type %s', what, coalesce(left((transformation -> 'type')::text, 100), 'null')), 'invalid_argument',
                'the types are log and normalize');
    end case;
    return null;
end
$$;

comment on function ml_private.check_transformation(jsonb, text, text) is
    'The transformation in its canonical form; null for none; 22023 for anything that would not compile.';

-- No `set search_path` on what this makes: a function with settings is never inlined, and 30 features of 100,000 rows are three million calls.
-- The SQL-standard body binds every name when it is created, so no search path can change its meaning.
create or replace function ml_private.compile_transform(feature_id bigint)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set extra_float_digits = '1'
as $$
declare
    v_feature ml.features;
    v_expression text;
begin
    select * into strict v_feature from ml.features f where f.id = compile_transform.feature_id;
    v_expression := case v_feature.transformation ->> 'type'
        when 'log' then format(
            'case when value + %1$L::double precision > 0 then ln(value + %1$L::double precision) end',
                (v_feature.transformation ->> 'offset')::double precision)
        -- Differences below 1e-150 are zero: dividing them could underflow, which Postgres raises as an error.
        else format(
            'case when value is null or abs(value) > 1e150::double precision then null '
            'when abs(value - %1$L::double precision) < 1e-150::double precision then 0 '
            'else (value - %1$L::double precision) / %2$L::double precision end',
            (v_feature.fitted ->> 'center')::double precision, (v_feature.fitted ->> 'scale')::double precision)
    end;
    execute format($sql$
        create function ml_private.transform_%1$s(value double precision)
        returns double precision
        language sql
        immutable
        parallel safe
        return %2$s;
        revoke all on function ml_private.transform_%1$s(double precision) from public;
        $sql$, compile_transform.feature_id, v_expression);
end
$$;

comment on function ml_private.compile_transform(bigint) is
    'Make ml_private.transform_<feature id> from the transformation and, for normalize, its fitted parameters.';

-- The caller holds the view's row lock: two sessions replacing one function would otherwise fail with an internal error.
create or replace function ml_private.compile_view_transform(view_id bigint)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_pairs text[];
begin
    select array_agg(format('%L, ml_private.transform_%s((u.v ->> %L)::double precision)', f.name, f.id, f.name) order by f.position) into v_pairs
    from ml.features f
    where f.view_id = compile_view_transform.view_id and (f.transformation ->> 'type' = 'log' or f.fitted is not null);
    if v_pairs is null then
        return;
    end if;
    execute format($sql$
        create or replace function ml_private.transform_view_%1$s(rows_values jsonb[])
        returns jsonb[]
        language plpgsql
        immutable
        parallel safe
        set search_path = pg_catalog, pg_temp
        set plan_cache_mode = 'force_generic_plan'
        as $body$
        begin
            return array(select u.v || %2$s from unnest(rows_values) with ordinality u (v, n) order by u.n);
        end
        $body$;
        revoke all on function ml_private.transform_view_%1$s(jsonb[]) from public;
        $sql$, compile_view_transform.view_id, ml_private.json_call('jsonb_build_object', v_pairs));
end
$$;

comment on function ml_private.compile_view_transform(bigint) is
    'Make ml_private.transform_view_<view id>, which replaces raw values of online rows by transformed ones. Needs the view''s row locked.';

-- The rules of scikit-learn: StandardScaler (population standard deviation), MinMaxScaler, RobustScaler (quartiles, linear interpolation); where the spread is
-- zero the scale is 1, so a constant column becomes 0 on the data it was fitted on.
create or replace function ml_private.fit_parameters(method text, work_table text, column_name text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set extra_float_digits = '1'
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_count bigint;
    v_min double precision;
    v_max double precision;
    v_mean double precision;
    v_std double precision;
    v_quartiles double precision[];
    v_center double precision;
    v_scale double precision;
begin
    execute format($sql$
        select count(x) as count, min(x) as min, max(x) as max, avg(x) as mean, stddev_pop(x) as std,
            percentile_cont(array[0.25, 0.5, 0.75]::double precision[]) within group (order by x) as quartiles
        from (select %I::double precision as x from %s where split = 'train') t$sql$, fit_parameters.column_name, work_table)
    into v_count, v_min, v_max, v_mean, v_std, v_quartiles;
    if v_count = 0 then
        return null;
    end if;
    v_center := case method when 'z_score' then v_mean when 'min_max' then v_min else v_quartiles[2] end;
    v_scale := case method when 'z_score' then v_std when 'min_max' then v_max - v_min else v_quartiles[3] - v_quartiles[1] end;
    if v_min = v_max or v_scale < 1e-150 then
        v_scale := 1;
    end if;
    return jsonb_build_object('method', method, 'center', v_center, 'scale', v_scale, 'constant', v_min = v_max, 'count', v_count)
        || case method
            when 'z_score' then jsonb_build_object('mean', v_mean, 'std', v_std)
            when 'min_max' then jsonb_build_object('min', v_min, 'max', v_max)
            else jsonb_build_object('q25', v_quartiles[1], 'median', v_quartiles[2], 'q75', v_quartiles[3])
        end;
end
$$;

comment on function ml_private.fit_parameters(text, text, text) is
    'Normalisation parameters over the train rows of a column; null when it holds no value there.';

create or replace function ml_private.fit_features(feature_ids bigint[], dataset_id bigint, work_table text)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_feature record;
    v_fitted jsonb;
begin
    for v_feature in
        select f.id, f.name, v.name as view_name, v.version, f.view_id, f.transformation ->> 'method' as method
        from ml.features f
        join ml.feature_views v on v.id = f.view_id
        where f.id = any (fit_features.feature_ids) and f.transformation ->> 'type' = 'normalize' and f.fitted is null
        order by f.id
    loop
        v_fitted := ml_private.fit_parameters(v_feature.method, work_table, format('ml feature %s', v_feature.id));
        if v_fitted is null then
            perform ml_private.raise_invalid(
                format('%s@%s:%s has no value in any train row, so it cannot be fitted', v_feature.view_name, v_feature.version, v_feature.name),
                    'nothing_to_fit',
                'check the join keys, the event times and the ttl, or leave the feature out');
        end if;
        update ml.features f set fitted = v_fitted || jsonb_build_object('dataset_id', fit_features.dataset_id) where f.id = v_feature.id;
        perform ml_private.compile_transform(v_feature.id);
    end loop;
    for v_feature in
        select distinct f.view_id
        from ml.features f
        where f.id = any (fit_features.feature_ids) and (f.fitted ->> 'dataset_id')::bigint = fit_features.dataset_id
        order by 1
    loop
        perform ml_private.compile_view_transform(v_feature.view_id);
    end loop;
end
$$;

comment on function ml_private.fit_features(bigint[], bigint, text) is
    'Fit what is not fitted yet on the train rows of a dataset being cut. Parameters never change afterwards. The caller holds the views'' row locks.';
