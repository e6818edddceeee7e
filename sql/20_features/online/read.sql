-- The engine behind every online read.

create or replace function ml_private.check_readable(feature_ids bigint[])
returns void
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_bad record;
begin
    select u.id, v.name as view, v.version, f.name, v.retired_at into v_bad
    from unnest(check_readable.feature_ids) u (id)
    left join ml.features f on f.id = u.id
    left join ml.feature_views v on v.id = f.view_id
    where f.id is null or v.retired_at is not null or (f.transformation ->> 'type' = 'normalize' and f.fitted is null)
    limit 1;
    if not found then
        return;
    elsif v_bad.name is null then
        perform ml_private.raise_unknown('feature', v_bad.id);
    elsif v_bad.retired_at is not null then
        perform ml_private.raise_conflict(format('feature view %s@%s is retired', v_bad.view, v_bad.version), 'view_retired', 'use another version');
    end if;
    perform ml_private.raise_conflict(
        format('%s@%s:%s is normalised and its parameters are not fitted yet', v_bad.view, v_bad.version, v_bad.name), 'view_not_fitted',
        'cut a dataset that holds it with ml.create_training_dataset(…, fit => true)');
end
$$;

comment on function ml_private.check_readable(bigint[]) is 'Refuse features that do not exist (PT404), are retired or not fitted (PT409).';

-- Per view: one index scan over the entity keys, then one call of the view's compiled transformations for all of them.
create or replace function ml_private.read_view(
    view_id bigint, transformed boolean, entity_keys text[], read_at timestamptz, out row_values jsonb[], out event_times timestamptz[]
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = 'force_generic_plan'
as $$
begin
    -- One look at an index. (As exists with the time in its condition, a generic plan read the table: 16 ms beside 100,000 rows to come.)
    if (select min(p.due_at) from ml_private.online_pending p where p.view_id = read_view.view_id) <= read_view.read_at then
        if (select v.history_of is not null from ml.feature_views v where v.id = read_view.view_id) then
            select h.row_values, h.event_times into row_values, event_times
                from ml_private.read_history(read_view.view_id, read_view.entity_keys, read_view.read_at) h;
        else
            select p.row_values, p.event_times into row_values, event_times
            from ml_private.read_with_pending(read_view.view_id, read_view.entity_keys, read_view.read_at) p;
        end if;
    else
        select array_agg(o.values order by k.n), array_agg(o.event_time order by k.n) into row_values, event_times
        from unnest(read_view.entity_keys) with ordinality k (entity_key, n)
        left join lateral (
            -- With its limit it cannot become a join that scans the whole view.
            select f.values, f.event_time from ml.online_features f where f.view_id = read_view.view_id and f.entity_key = k.entity_key limit 1
        ) o on true;
    end if;
    if transformed then
        execute format('select ml_private.transform_view_%s($1)', read_view.view_id) into row_values using row_values;
    end if;
end
$$;

comment on function ml_private.read_view(bigint, boolean, text[], timestamptz) is
    'The online rows of entities at read_at, transformed, in the order of their keys; null where there is none.';

-- Of features of several entities what is asked about is each combination.
create or replace function ml_private.all_join_keys(join_keys jsonb[])
returns jsonb
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select case when cardinality(all_join_keys.join_keys) = 1 then all_join_keys.join_keys[1] else (
        select jsonb_agg(k.key order by k.n)
        from (
            select distinct on (j.key ->> 'name') j.key, u.i * 10 + j.n as n
            from unnest(all_join_keys.join_keys) with ordinality u (keys, i)
            cross join jsonb_array_elements(u.keys) with ordinality j (key, n)
            order by j.key ->> 'name', u.i, j.n
        ) k) end
$$;

comment on function ml_private.all_join_keys(jsonb[]) is 'The join keys of several entities, each name once, in the order in which they are named.';

-- Generic plans: planning anew for the arrays at hand took longer than the rest (0.6 of 1.2 ms for one entity by 30 features).
create or replace function ml_private.online_matrix(feature_ids bigint[], entities jsonb)
returns table (ordinal integer, entity jsonb, entity_key text, feature_values jsonb, statuses text[], event_times timestamptz[])
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = 'force_generic_plan'
as $$
declare
    v_names text[];
    v_feature_views bigint[];
    v_transformed bigint[];
    v_unfitted boolean;
    v_view_ids bigint[];
    v_join_keys jsonb[];
    v_cutoffs timestamptz[];
    v_retired boolean;
    v_entities jsonb;
    v_count integer;
    v_keys text[];
    v_now timestamptz := ml_private.online_clock();
    v_read record;
    v_entity_keys text[];
    v_rows jsonb[] := array[]::jsonb[];
    v_times timestamptz[] := array[]::timestamptz[];
begin
    if coalesce(cardinality(online_matrix.feature_ids), 0) not between 1 and 900 then
        perform ml_private.raise_invalid(format('features must name 1 to 900 features, not %s', coalesce(cardinality(feature_ids), 0)));
    end if;
    select array_agg(f.name order by u.n), array_agg(f.view_id order by u.n), array_agg(distinct f.view_id) filter (where f.transformation is not null),
        bool_or(f.transformation ->> 'type' = 'normalize' and f.fitted is null)
    into v_names, v_feature_views, v_transformed, v_unfitted
    from unnest(online_matrix.feature_ids) with ordinality u (id, n)
    join ml.features f on f.id = u.id;
    select array_agg(v.id order by v.place), array_agg(v.join_keys order by v.place),
        array_agg(coalesce(v_now - v.ttl, '-infinity') order by v.place), bool_or(v.retired_at is not null)
    into v_view_ids, v_join_keys, v_cutoffs, v_retired
    from (
        select v.id, v.ttl, v.retired_at, e.join_keys, array_position(v_feature_views, v.id) as place
        from ml.feature_views v
        join ml.entities e on e.id = v.entity_id
        where v.id = any (v_feature_views)
    ) v;
    if v_unfitted or v_retired or cardinality(v_names) is distinct from cardinality(feature_ids) then
        perform ml_private.check_readable(feature_ids);
    end if;
    v_entities := ml_private.check_entities(entities, v_join_keys);
    v_count := jsonb_array_length(v_entities -> (v_join_keys[1] -> 0 ->> 'name'));
    if v_count * cardinality(feature_ids) > 100000 then
        perform ml_private.raise_invalid(
            format('%s by %s values are more than 100000', v_count, cardinality(feature_ids)), 'too_large', 'ask in several calls');
    end if;
    for i in 1..cardinality(v_view_ids) loop
        v_keys := ml_private.entity_keys(v_entities, v_join_keys[i], v_count);
        v_read := ml_private.read_view(v_view_ids[i], coalesce(v_view_ids[i] = any (v_transformed), false), v_keys, v_now);
        v_rows := v_rows || v_read.row_values;
        v_times := v_times || v_read.event_times;
    end loop;
    v_entity_keys := ml_private.entity_keys(v_entities, ml_private.all_join_keys(v_join_keys), v_count);
    return query
    select c.ordinal,
        (select jsonb_object_agg(x.key, x.value -> (c.ordinal - 1)) from jsonb_each(v_entities) x),
        v_entity_keys[c.ordinal], jsonb_agg(case when c.status = 'PRESENT' then c.value end order by c.n),
        array_agg(c.status order by c.n), array_agg(c.event_time order by c.n)
    from (
        select s.ordinal, f.n, s.event_time, s.row_values -> f.name as value, case
            when s.row_values is null then 'NOT_FOUND'
            when s.event_time < v_cutoffs[s.place] then 'OUTSIDE_MAX_AGE'
            when s.row_values -> f.name = 'null' then 'NULL_VALUE'
            else 'PRESENT' end as status
        from (
            select ((r.i - 1) / v_count + 1)::integer as place, ((r.i - 1) % v_count + 1)::integer as ordinal, r.row_values, r.event_time
            from unnest(v_rows, v_times) with ordinality r (row_values, event_time, i)
        ) s
        join unnest(v_names, v_feature_views) with ordinality f (name, view_id, n) on array_position(v_view_ids, f.view_id) = s.place
    ) c
    group by c.ordinal
    order by c.ordinal;
end
$$;

comment on function ml_private.online_matrix(bigint[], jsonb) is
    'One row an entity: its values after transformation in the order of feature_ids, their statuses and event times. Only a PRESENT value is not null.';

create or replace function ml_private.online_rows(feature_ids bigint[], entities jsonb)
returns table (ordinal integer, entity jsonb, entity_key text, feature_values jsonb, statuses text[])
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select m.ordinal, m.entity, m.entity_key, m.feature_values, m.statuses
    from ml_private.online_matrix(online_rows.feature_ids, online_rows.entities) m
    order by m.ordinal
$$;

comment on function ml_private.online_rows(bigint[], jsonb) is 'ml_private.online_matrix without event times: what a prediction needs.';

-- api: viewer
create or replace function ml_private.get_online_features(features text[], entities jsonb, full_feature_names boolean default false)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = 'force_generic_plan'
as $$
declare
    v_ids bigint[];
    v_names text[];
    v_keys text[];
    v_result jsonb;
begin
    perform ml_private.require_role('viewer');
    if get_online_features.full_feature_names is null then
        perform ml_private.raise_invalid('full_feature_names must be true or false, not null');
    end if;
    v_ids := ml_private.resolve_features(get_online_features.features);
    select array_agg(case when get_online_features.full_feature_names then v.name || '__' || f.name else f.name end order by u.n) into v_names
    from unnest(v_ids) with ordinality u (id, n)
    join ml.features f on f.id = u.id
    join ml.feature_views v on v.id = f.view_id;
    if (select count(distinct n) from unnest(v_names) n) < cardinality(v_names) then
        perform ml_private.raise_invalid(
            format('two features come out under the name %s', (select n from unnest(v_names) n group by n having count(*) > 1 order by n limit 1)),
                'name_collision',
            'name each feature once, and set full_feature_names to tell views apart');
    end if;
    select array_agg(k.name order by k.place) into v_keys
    from (
        select j.key ->> 'name' as name, min(w.place * 10 + j.n) as place
        from (
            select f.view_id, min(u.n) as place
            from unnest(v_ids) with ordinality u (id, n)
            join ml.features f on f.id = u.id
            group by f.view_id
        ) w
        join ml.feature_views v on v.id = w.view_id
        join ml.entities e on e.id = v.entity_id
        cross join jsonb_array_elements(e.join_keys) with ordinality j (key, n)
        group by 1
    ) k;
    with matrix as materialized (
        select * from ml_private.online_matrix(v_ids, get_online_features.entities)
    )
    select jsonb_build_object(
        'metadata', jsonb_build_object('feature_names', to_jsonb(v_keys || v_names)),
        'results', (
            select jsonb_agg(jsonb_build_object('values', c.values, 'statuses', c.statuses, 'event_timestamps', c.event_timestamps) order by c.part, c.n)
            from (
                select 1 as part, k.n, jsonb_agg(m.entity -> k.name order by m.ordinal) as values, jsonb_agg('PRESENT'::text order by m.ordinal) as statuses,
                    jsonb_agg('1970-01-01T00:00:00Z'::text order by m.ordinal) as event_timestamps
                from unnest(v_keys) with ordinality k (name, n)
                cross join matrix m
                group by k.n
                union all
                select 2, g.n, jsonb_agg(m.feature_values -> (g.n - 1) order by m.ordinal), jsonb_agg(m.statuses[g.n] order by m.ordinal),
                    -- As Feast's server prints protobuf timestamps; one that is not set prints as the epoch.
                    jsonb_agg(coalesce(to_char(m.event_times[g.n] at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '1970-01-01T00:00:00Z')
                        order by m.ordinal)
                from generate_series(1, cardinality(v_ids)) g (n)
                cross join matrix m
                group by g.n
            ) c))
    into v_result;
    return v_result;
end
$$;

comment on function ml_private.get_online_features(text[], jsonb, boolean) is
    'Feature values of entities now, after transformation, in the columnar form of Feast''s feature server: '
    '{"metadata":{"feature_names":[…]},"results":[{"values","statuses","event_timestamps"}]}, one result a name, join keys first, one element an '
    'entity. features: view:feature (newest version) or view@2:feature. entities: {"patient_id":[1,2]}, up to 1000 of one length, 100000 values in '
    'all. Statuses PRESENT, NULL_VALUE, NOT_FOUND, OUTSIDE_MAX_AGE; only a PRESENT value is not null. full_feature_names prefixes view__. PT404 '
    'unknown view or feature, PT409 view_not_fitted. Role viewer.';
