-- Online reads: references to features, entities to keys, rows to transformed values with statuses.

create or replace function ml_private.resolve_feature(ref text, view_version integer default null)
returns ml.features
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_parts text[] := regexp_match(
        left(resolve_feature.ref, 400), '^([A-Za-z_][A-Za-z0-9_.\-]{0,127})(?:@([1-9][0-9]{0,8}))?:([A-Za-z_][A-Za-z0-9_.\-]{0,127})$');
    v_version integer;
    v_view ml.feature_views;
    v_feature ml.features;
begin
    if v_parts is null then
        perform ml_private.raise_invalid(
            format('a feature reference must be view:feature or view@version:feature, not %s', coalesce(quote_literal(left(resolve_feature.ref, 100)), 'null')),
            'invalid_reference', 'write tumour:radius, or tumour@2:radius for version 2 of the view');
    end if;
    v_version := coalesce(v_parts[2]::integer, resolve_feature.view_version);
    if v_parts[2]::integer <> resolve_feature.view_version then
        perform ml_private.raise_invalid(format('%s names another version than %s', resolve_feature.ref, resolve_feature.view_version), 'invalid_reference',
            'leave @version out of the reference, or make both the same');
    end if;
    v_view := ml_private.find_view(v_parts[1], v_version);
    select * into v_feature from ml.features f where f.view_id = v_view.id and f.name = v_parts[3];
    if not found then
        perform ml_private.raise_missing(
            format('feature view %s@%s has no feature %s', v_view.name, v_view.version, v_parts[3]), 'feature_not_found',
            format('its features are %s', (select left(string_agg(f.name, ', ' order by f.position), 500) from ml.features f where f.view_id = v_view.id)));
    end if;
    return v_feature;
end
$$;

comment on function ml_private.resolve_feature(text, integer) is
    'The feature behind view:feature (newest version) or view@2:feature; view_version pins an unqualified one. PT404, or 22023 for a malformed reference.';

create or replace function ml_private.resolve_features(refs text[])
returns bigint[]
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = 'force_generic_plan'
as $$
declare
    v_ids bigint[];
    v_bad text;
begin
    if coalesce(cardinality(resolve_features.refs), 0) not between 1 and 900 or array_ndims(refs) <> 1 then
        perform ml_private.raise_invalid(format('features must name 1 to 900 features, not %s', coalesce(cardinality(refs), 0)));
    end if;
    -- The fast path finds well-formed references in one statement; whatever it misses is looked at again to say what is wrong with it.
    select array_agg(f.id order by r.n), (array_agg(coalesce(r.ref, '') order by r.n) filter (where f.id is null))[1] into v_ids, v_bad
    from unnest(resolve_features.refs) with ordinality r (ref, n)
    left join lateral (
        select v.id
        from ml.feature_views v
        where v.name = split_part(split_part(r.ref, ':', 1), '@', 1) and v.retired_at is null and r.ref not like '%@%'
        order by v.version desc
        limit 1
    ) v on true
    left join ml.features f on f.view_id = v.id and f.name = split_part(r.ref, ':', 2) and r.ref not like '%:%:%';
    if v_bad is null then
        return v_ids;
    end if;
    select array_agg((ml_private.resolve_feature(r.ref)).id order by r.n) into v_ids
    from unnest(resolve_features.refs) with ordinality r (ref, n);
    return v_ids;
end
$$;

comment on function ml_private.resolve_features(text[]) is 'The ids of the features referred to, in order.';

create or replace function ml_private.canonical_key(value jsonb, key_type text, key_name text)
returns jsonb
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_text text := canonical_key.value #>> '{}';
begin
    case canonical_key.key_type
        when 'int64' then
            -- Digits in a string are taken too: JavaScript cannot write a whole number beyond 2^53 otherwise.
            if jsonb_typeof(value) = 'number' or jsonb_typeof(value) = 'string' and v_text ~ '^-?[0-9]{1,19}$' then
                if v_text::numeric between -9223372036854775808 and 9223372036854775807 and v_text::numeric = trunc(v_text::numeric) then
                    return to_jsonb(v_text::numeric::bigint);
                end if;
            end if;
        when 'uuid' then
            if jsonb_typeof(value) = 'string' and v_text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
                return to_jsonb(lower(v_text));
            end if;
        else
            if jsonb_typeof(value) = 'string' then
                return value;
            end if;
    end case;
    perform ml_private.raise_invalid(
        format('entity %s must be %s, not %s', key_name, key_type, coalesce(left(value::text, 100), 'null')), 'invalid_entity');
    return null;
end
$$;

comment on function ml_private.canonical_key(jsonb, text, text) is 'A join key value as the online store writes it; 22023 when it is not of the key''s type.';

create or replace function ml_private.check_entity_values(entities jsonb, key_name text, key_type text)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = 'force_generic_plan'
as $$
declare
    v_values jsonb := entities -> key_name;
begin
    if jsonb_typeof(v_values) is distinct from 'array' then
        perform ml_private.raise_invalid(
            format('entities must hold an array %s, not %s', key_name, coalesce(left(v_values::text, 100), 'nothing')), 'invalid_entity',
                format('{"%s":[…]}', key_name));
    end if;
    if jsonb_array_length(v_values) not between 1 and 1000 then
        perform ml_private.raise_invalid(format('entities %s must hold 1 to 1000 values, not %s', key_name, jsonb_array_length(v_values)), 'invalid_entity');
    end if;
    return (
        select jsonb_agg(ml_private.canonical_key(e.value, key_type, key_name) order by e.n)
        from jsonb_array_elements(v_values) with ordinality e (value, n)
    );
end
$$;

comment on function ml_private.check_entity_values(jsonb, text, text) is 'The values of one join key in canonical form; 22023 for anything else.';

create or replace function ml_private.check_entities(entities jsonb, join_keys jsonb[])
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = 'force_generic_plan'
as $$
declare
    v_key record;
    v_types jsonb := jsonb '{}';
    v_checked jsonb := jsonb '{}';
    v_name text;
begin
    if jsonb_typeof(check_entities.entities) is distinct from 'object' then
        perform ml_private.raise_invalid(
            format('entities must be an object of arrays, not %s', coalesce(left(entities::text, 100), 'null')), 'invalid_entity', '{"patient_id":[1,2]}');
    end if;
    for v_key in
        select k.key ->> 'name' as name, k.key ->> 'type' as type
        from unnest(check_entities.join_keys) j (keys)
        cross join jsonb_array_elements(j.keys) k (key)
    loop
        if v_types ->> v_key.name <> v_key.type then
            perform ml_private.raise_invalid(format('the features asked for disagree about the type of join key %s', v_key.name), 'type_mismatch');
        end if;
        continue when v_types ? v_key.name;
        v_types := v_types || jsonb_build_object(v_key.name, v_key.type);
        v_checked := v_checked || jsonb_build_object(v_key.name, ml_private.check_entity_values(entities, v_key.name, v_key.type));
    end loop;
    select k into v_name from jsonb_object_keys(check_entities.entities) k where not v_types ? k order by k limit 1;
    if found then
        perform ml_private.raise_invalid(
            format('entities has the unknown key %s', to_json(left(v_name, 100))), 'unknown_key',
            format('the features asked for need %s', (select string_agg(k, ', ') from jsonb_object_keys(v_types) k)));
    end if;
    if (select count(distinct jsonb_array_length(c.value)) from jsonb_each(v_checked) c) > 1 then
        perform ml_private.raise_invalid(
            format('entities must hold arrays of one length, not %s', (
                select string_agg(format('%s of %s', jsonb_array_length(c.value), c.key), ' and ' order by c.key) from jsonb_each(v_checked) c)),
                    'invalid_entity');
    end if;
    return v_checked;
end
$$;

comment on function ml_private.check_entities(jsonb, jsonb[]) is
    'The values of all join keys in canonical form, {"patient_id":[1,2]}, arrays of one length from 1 to 1000; 22023 for anything else.';

create or replace function ml_private.entity_keys(entities jsonb, join_keys jsonb, entity_count integer)
returns text[]
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = 'force_generic_plan'
as $$
begin
    if jsonb_array_length(join_keys) = 1 then
        return array(
            select '[' || e.value::text || ']'
            from jsonb_array_elements(entities -> (join_keys -> 0 ->> 'name')) with ordinality e (value, n)
            order by e.n);
    end if;
    return array(
        select (
            select jsonb_agg(entities -> (k.key ->> 'name') -> g order by k.n)
            from jsonb_array_elements(entity_keys.join_keys) with ordinality k (key, n))::text
        from generate_series(0, entity_count - 1) g
        order by g);
end
$$;

comment on function ml_private.entity_keys(jsonb, jsonb, integer) is 'The entity keys of checked entities, in order.';
