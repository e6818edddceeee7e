-- Training datasets: what is asked for, checked.

create or replace function ml_private.check_split(split jsonb)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_part text;
    v_total numeric := 0;
    v_split jsonb := jsonb '{}';
begin
    perform ml_private.check_keys(check_split.split, array['train', 'validation', 'test', 'method', 'seed'], 'split');
    foreach v_part in array array['train', 'validation', 'test'] loop
        if split ? v_part then
            if not (case jsonb_typeof(split -> v_part) when 'number' then (split -> v_part)::numeric between 0 and 1 else false end) then
                perform ml_private.raise_invalid(
                    format('split %s must be a share from 0 to 1, not %s', v_part, left((split -> v_part)::text, 100)), 'invalid_split');
            end if;
            v_total := v_total + (split -> v_part)::numeric;
            v_split := v_split || jsonb_build_object(v_part, split -> v_part);
        end if;
    end loop;
    if coalesce((split -> 'train')::numeric, 0) <= 0 or abs(v_total - 1) > 1e-9 then
        perform ml_private.raise_invalid(
            format('split shares must sum to 1 with a train share above 0; they sum to %s', left(v_total::text, 40)), 'invalid_split',
                '{"train":0.7,"test":0.3}');
    end if;
    if coalesce(split ->> 'method', 'random') not in ('random', 'time') then
        perform ml_private.raise_invalid(
            format('unknown split method %s', left((split -> 'method')::text, 100)), 'invalid_split', 'the methods are random and time');
    end if;
    if not (case jsonb_typeof(coalesce(split -> 'seed', '0'))
        when 'number' then abs(coalesce(split -> 'seed', '0')::numeric) <= 2147483647 and coalesce(split -> 'seed', '0')::numeric % 1 = 0
        else false end)
    then
        perform ml_private.raise_invalid(format('split seed must be a whole number of 32 bits, not %s', left((split -> 'seed')::text, 100)), 'invalid_split');
    end if;
    return v_split || jsonb_build_object('method', coalesce(split ->> 'method', 'random'), 'seed', coalesce(split -> 'seed', '0')::numeric::bigint);
end
$$;

comment on function ml_private.check_split(jsonb) is 'A split with its defaults filled in; 22023 for anything else.';

create or replace function ml_private.label_type(relation oid, column_name text)
returns text
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_type text := ml_private.column_type(relation, column_name, 'label');
    v_label_type text := case
        when v_type in ('int2', 'int4', 'int8') then 'int64'
        when v_type in ('float4', 'float8', 'numeric') then 'float64'
        when v_type in ('text', 'varchar', 'bpchar', 'enum') then 'string'
        when v_type = 'bool' then 'bool' end;
begin
    if v_label_type is null then
        perform ml_private.raise_invalid(
            format('label: column %I of %s is %s', column_name, ml_private.relation_name(relation), v_type), 'type_mismatch',
                'a label is a number, text or boolean');
    end if;
    return v_label_type;
end
$$;

comment on function ml_private.label_type(oid, text) is 'The value type of a label column; 22023 for columns that hold no label.';

-- One object a feature: what ml.datasets.features holds, with the table's column names. Names that would be cut at 63 bytes or meet get the feature's id.
create or replace function ml_private.dataset_features(refs text[])
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_ids bigint[] := ml_private.resolve_features(refs);
    v_twice text;
    v_features jsonb;
begin
    select v.name || '@' || v.version || ':' || f.name into v_twice
    from unnest(v_ids) u (id)
    join ml.features f on f.id = u.id
    join ml.feature_views v on v.id = f.view_id
    group by f.id, v.id
    having count(*) > 1
    limit 1;
    if found then
        perform ml_private.raise_invalid(format('%s is asked for twice', v_twice), 'duplicate_feature');
    end if;
    with named as (
        select u.n, f.*, v.name as view, v.version, v.name || '__' || f.name as plain, count(*) over (partition by v.name || '__' || f.name) as same,
            bool_or(k.key ->> 'name' = v.name || '__' || f.name) as taken
        from unnest(v_ids) with ordinality u (id, n)
        join ml.features f on f.id = u.id
        join ml.feature_views v on v.id = f.view_id
        cross join (
            select distinct k.key
            from unnest(v_ids) i (id)
            join ml.features kf on kf.id = i.id
            join ml.feature_views kv on kv.id = kf.view_id
            join ml.entities ke on ke.id = kv.entity_id
            cross join jsonb_array_elements(ke.join_keys) k (key)
        ) k
        group by u.n, f.id, v.id
    )
    select jsonb_agg(jsonb_build_object(
        'ref', d.view || '@' || d.version || ':' || d.name,
        'column', case when d.same > 1 or d.taken or octet_length(d.plain) > 63 then left(d.plain, 40) || '__' || d.id else d.plain end,
        'view_id', d.view_id, 'view', d.view, 'view_version', d.version, 'feature_id', d.id, 'feature', d.name,
        'value_type', case when d.transformation is null then d.value_type else 'float64' end) order by d.n)
    into v_features
    from named d;
    return v_features;
end
$$;

comment on function ml_private.dataset_features(text[]) is 'The features of a dataset, pinned to view versions and given columns.';

-- All join keys that the views need, first view's first: the spine must have them, and they identify its rows.
create or replace function ml_private.dataset_join_keys(features jsonb)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_keys jsonb;
begin
    select jsonb_agg(jsonb_build_object('name', k.name, 'type', k.types[1]) order by k.place) into v_keys
    from (
        select j.key ->> 'name' as name, array_agg(distinct j.key ->> 'type') as types, min(f.n * 10 + j.n) as place
        from jsonb_array_elements(dataset_join_keys.features) with ordinality f (feature, n)
        join ml.feature_views v on v.id = (f.feature ->> 'view_id')::bigint
        join ml.entities e on e.id = v.entity_id
        cross join jsonb_array_elements(e.join_keys) with ordinality j (key, n)
        group by 1
    ) k
    having bool_and(cardinality(k.types) = 1);
    if v_keys is null then
        perform ml_private.raise_invalid('the features asked for disagree about the type of a join key', 'type_mismatch');
    end if;
    return v_keys;
end
$$;

comment on function ml_private.dataset_join_keys(jsonb) is 'The join keys that these features need, as [{"name","type"}].';
