-- The engine behind every online read.

create function ml_private.check_readable(feature_ids bigint[])
returns void
language plpgsql
stable
security definer
set search_path = ''
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
        perform ml_private.raise_missing(format('there is no feature with id %s', coalesce(v_bad.id::text, 'null')), 'feature_not_found');
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
create function ml_private.online_matrix(feature_ids bigint[], entities jsonb)
returns table (ordinal integer, entity jsonb, entity_key text, feature_values jsonb, statuses text[], event_times timestamptz[])
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
    v_entities jsonb;
    v_view record;
    v_names text[];
    v_keys text[];
    v_rows jsonb[];
    v_times timestamptz[];
    v_first_keys text[];
    v_view_ids bigint[] := '{}';
    v_all_rows jsonb[] := '{}';
    v_all_times timestamptz[] := '{}';
    v_cutoffs timestamptz[] := '{}';
    v_count integer;
begin
    if coalesce(cardinality(online_matrix.feature_ids), 0) not between 1 and 900 then
        perform ml_private.raise_invalid(format('features must name 1 to 900 features, not %s', coalesce(cardinality(feature_ids), 0)));
    end if;
    perform ml_private.check_readable(feature_ids);
    v_entities := ml_private.check_entities(feature_ids, entities);
    for v_view in
        select v.id, v.ttl, e.join_keys, bool_or(f.transformation is not null) as transformed
        from unnest(online_matrix.feature_ids) with ordinality u (id, n)
        join ml.features f on f.id = u.id
        join ml.feature_views v on v.id = f.view_id
        join ml.entities e on e.id = v.entity_id
        group by v.id, e.id
        order by min(u.n)
    loop
        v_names := array(select k ->> 'name' from jsonb_array_elements(v_view.join_keys) with ordinality j (k, n) order by j.n);
        v_count := jsonb_array_length(v_entities -> v_names[1]);
        if cardinality(v_names) = 1 then
            v_keys := array(select '[' || e.value::text || ']' from jsonb_array_elements(v_entities -> v_names[1]) with ordinality e (value, n) order by e.n);
        else
            v_keys := array(
                select (select jsonb_agg(v_entities -> k.name -> g order by k.n) from unnest(v_names) with ordinality k (name, n))::text
                from generate_series(0, v_count - 1) g
                order by g);
        end if;
        v_first_keys := coalesce(v_first_keys, v_keys);
        select array_agg(o.values order by k.n), array_agg(o.event_time order by k.n) into v_rows, v_times
        from unnest(v_keys) with ordinality k (entity_key, n)
        left join ml.online_features o on o.view_id = v_view.id and o.entity_key = k.entity_key;
        if v_view.transformed then
            execute format('select array_agg(ml_private.transform_view_%s(u.row_values) order by u.n) from unnest($1) with ordinality u (row_values, n)', v_view.id)
            into v_rows using v_rows;
        end if;
        v_view_ids := v_view_ids || v_view.id;
        v_all_rows := v_all_rows || v_rows;
        v_all_times := v_all_times || v_times;
        v_cutoffs := v_cutoffs || coalesce(statement_timestamp() - v_view.ttl, '-infinity');
    end loop;
    return query
    select
        c.ordinal::integer,
        (select jsonb_object_agg(x.key, x.value -> (c.ordinal - 1)::integer) from jsonb_each(v_entities) x),
        v_first_keys[c.ordinal],
        jsonb_agg(case when c.status = 'PRESENT' then c.value end order by c.n),
        array_agg(c.status order by c.n),
        array_agg(c.event_time order by c.n)
    from (
        select s.ordinal, f.n, s.event_time, s.row_values -> f.name as value, case
            when s.row_values is null then 'NOT_FOUND'
            when s.event_time < f.cutoff then 'OUTSIDE_MAX_AGE'
            when s.row_values -> f.name = 'null' then 'NULL_VALUE'
            else 'PRESENT' end as status
        from (
            select (r.i - 1) / v_count + 1 as place, (r.i - 1) % v_count + 1 as ordinal, r.row_values, r.event_time
            from unnest(v_all_rows, v_all_times) with ordinality r (row_values, event_time, i)
        ) s
        join (
            select u.n, f.name, p.place, v_cutoffs[p.place] as cutoff
            from unnest(online_matrix.feature_ids) with ordinality u (id, n)
            join ml.features f on f.id = u.id
            cross join lateral (select array_position(v_view_ids, f.view_id) as place) p
        ) f on f.place = s.place
    ) c
    group by c.ordinal
    order by c.ordinal;
end
$$;

comment on function ml_private.online_matrix(bigint[], jsonb) is
    'One row an entity: its values after transformation in the order of feature_ids, their statuses and event times. Only a PRESENT value is not null.';

create function ml_private.online_rows(feature_ids bigint[], entities jsonb)
returns table (ordinal integer, entity jsonb, entity_key text, feature_values jsonb, statuses text[])
language sql
stable
security definer
set search_path = ''
as $$
    select m.ordinal, m.entity, m.entity_key, m.feature_values, m.statuses
    from ml_private.online_matrix(online_rows.feature_ids, online_rows.entities) m
    order by m.ordinal
$$;

comment on function ml_private.online_rows(bigint[], jsonb) is 'ml_private.online_matrix without event times: what a prediction needs.';

create function ml_private.get_online_features(features text[], entities jsonb, full_feature_names boolean default false)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
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
            format('two features come out under the name %s', (select n from unnest(v_names) n group by n having count(*) > 1 order by n limit 1)), 'name_collision',
            'name each feature once, and set full_feature_names to tell views apart');
    end if;
    select array_agg(k.name order by k.place) into v_keys
    from (
        select j.key ->> 'name' as name, min(u.n * 10 + j.n) as place
        from unnest(v_ids) with ordinality u (id, n)
        join ml.features f on f.id = u.id
        join ml.feature_views v on v.id = f.view_id
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
                    jsonb_agg(ml_private.feast_timestamp(m.event_times[g.n]) order by m.ordinal)
                from generate_series(1, cardinality(v_ids)) g (n)
                cross join matrix m
                group by g.n
            ) c))
    into v_result;
    return v_result;
end
$$;

comment on function ml_private.get_online_features(text[], jsonb, boolean) is 'Definer part of ml.get_online_features.';

-- Feast's server prints protobuf timestamps; one that is not set prints as the epoch.
create function ml_private.feast_timestamp(value timestamptz)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$ select coalesce(to_char(feast_timestamp.value at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '1970-01-01T00:00:00Z') $$;

comment on function ml_private.feast_timestamp(timestamptz) is 'A time as Feast''s feature server prints it; null is the epoch.';

revoke all on function
    ml_private.check_readable(bigint[]),
    ml_private.online_matrix(bigint[], jsonb),
    ml_private.online_rows(bigint[], jsonb),
    ml_private.feast_timestamp(timestamptz),
    ml_private.get_online_features(text[], jsonb, boolean)
    from public;
grant execute on function ml_private.get_online_features(text[], jsonb, boolean) to authenticated, service_role;
