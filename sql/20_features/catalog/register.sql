-- Registering entities and feature views.
-- api: engineer
create or replace function ml_private.register_entity(name text, join_keys jsonb, description text default '')
returns ml.entities
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_keys jsonb;
    v_entity ml.entities;
begin
    perform ml_private.require_role('engineer');
    perform ml_private.check_name(register_entity.name, 'entity name');
    perform ml_private.check_text(register_entity.description, 'description');
    v_keys := ml_private.check_entity_keys(register_entity.join_keys);
    insert into ml.entities as e (name, join_keys, description, created_by)
    values (register_entity.name, v_keys, register_entity.description, (select auth.uid()))
    on conflict on constraint entities_name_key do update set description = excluded.description
    where e.join_keys = excluded.join_keys
    returning * into v_entity;
    if v_entity.id is null then
        perform ml_private.raise_conflict(
            format('the entity %s exists with other join keys: %s', register_entity.name,
                (select e.join_keys from ml.entities e where e.name = register_entity.name)),
            'entity_differs', 'an entity never changes; register another name');
    end if;
    return v_entity;
end
$$;

create or replace function ml_private.check_entity_keys(join_keys jsonb)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_key jsonb;
    v_keys jsonb := jsonb '[]';
    v_count integer := case jsonb_typeof(check_entity_keys.join_keys) when 'array' then jsonb_array_length(join_keys) else 0 end;
begin
    if v_count not between 1 and 8 then
        perform ml_private.raise_invalid(
            format('join_keys must be an array of 1 to 8 objects, not %s', coalesce(left(join_keys::text, 100), 'null')), 'invalid_argument',
            '[{"name":"patient_id","type":"int64"}]');
    end if;
    for v_key in select k from jsonb_array_elements(check_entity_keys.join_keys) k loop
        perform ml_private.check_keys(v_key, array['name', 'type'], 'a join key');
        if jsonb_typeof(v_key -> 'name') is distinct from 'string' or octet_length(v_key ->> 'name') not between 1 and 63 then
            perform ml_private.raise_invalid(
                format('a join key name must be a column name of 1 to 63 bytes, not %s', coalesce(left((v_key -> 'name')::text, 100), 'null')));
        end if;
        if v_key ->> 'name' in ('row_id', 'split', 'event_time', 'label') then
            perform ml_private.raise_invalid(
                format('a join key cannot be called %s: training datasets have a column of that name', v_key ->> 'name'), 'reserved_name');
        elsif v_key ->> 'name' like 'ml %' then
            perform ml_private.raise_invalid(
                format('a join key cannot be called %s: names that begin with "ml " are the platform''s own', v_key ->> 'name'), 'reserved_name');
        end if;
        if coalesce(v_key ->> 'type', '') not in ('int64', 'string', 'uuid') then
            perform ml_private.raise_invalid(
                format('join key %s: unknown type %s', v_key ->> 'name', coalesce(left((v_key -> 'type')::text, 100), 'null')), 'invalid_argument',
                'the types are int64, string and uuid');
        end if;
        if exists (select from jsonb_array_elements(v_keys) k where k -> 'name' = v_key -> 'name') then
            perform ml_private.raise_invalid(format('join key %s is named twice', v_key ->> 'name'), 'duplicate_name');
        end if;
        v_keys := v_keys || jsonb_build_array(v_key);
    end loop;
    return v_keys;
end
$$;

comment on function ml_private.check_entity_keys(jsonb) is 'The join keys of an entity, checked; 22023 otherwise.';

create or replace function ml_private.check_feature_definitions(features jsonb, relation oid, join_keys jsonb)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_feature jsonb;
    v_name text;
    v_seen text[] := array(select k.name from jsonb_to_recordset(check_feature_definitions.join_keys) k (name text));
    v_features jsonb[] := array[]::jsonb[];
begin
    if not (case jsonb_typeof(check_feature_definitions.features) when 'array' then jsonb_array_length(features) between 1 and 900 else false end) then
        perform ml_private.raise_invalid(
            format('features must be an array of 1 to 900 objects, not %s', coalesce(left(features::text, 100), 'null')), 'invalid_argument',
            '[{"name":"mean_radius","type":"float64"}]');
    end if;
    for v_feature in select f from jsonb_array_elements(check_feature_definitions.features) f loop
        perform ml_private.check_keys(v_feature, array['name', 'type', 'column', 'transformation', 'description'], 'a feature');
        v_name := v_feature ->> 'name';
        if exists (
            select from jsonb_each(v_feature) e
            where e.key in ('name', 'type', 'column', 'description') and jsonb_typeof(e.value) <> 'string') then
            perform ml_private.raise_invalid(format('feature %s: name, type, column and description must be text', coalesce(left(v_name, 130), 'null')));
        end if;
        perform ml_private.check_name(v_name, 'feature name');
        if v_name = any (v_seen) then
            perform ml_private.raise_invalid(format('feature %s: the name is taken by another feature or a join key', v_name), 'duplicate_name');
        end if;
        v_seen := v_seen || v_name;
        if coalesce(v_feature ->> 'type', '') not in ('float64', 'int64', 'string', 'bool') then
            perform ml_private.raise_invalid(
                format('feature %s: unknown type %s', v_name, coalesce(left((v_feature -> 'type')::text, 100), 'null')), 'invalid_argument',
                'the types are float64, int64, string and bool');
        end if;
        perform ml_private.check_value_column(relation, coalesce(v_feature ->> 'column', v_name), v_feature ->> 'type', 'feature ' || v_name);
        perform ml_private.check_text(coalesce(v_feature ->> 'description', ''), 'feature ' || v_name || ' description');
        v_features := v_features || jsonb_build_object(
            'name', v_name, 'type', v_feature ->> 'type', 'column', coalesce(v_feature ->> 'column', v_name),
            'transformation', ml_private.check_transformation(v_feature -> 'transformation', v_feature ->> 'type', 'feature ' || v_name),
            'description', coalesce(v_feature ->> 'description', ''));
    end loop;
    return to_jsonb(v_features);
end
$$;

comment on function ml_private.check_feature_definitions(jsonb, oid, jsonb) is
    'The features of a view in canonical form, each checked against the source''s catalog.';

create or replace function ml_private.check_ttl(ttl interval)
returns interval
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    -- Hours and seconds only: months and days would move with the session's calendar and time zone.
    v_seconds numeric := extract(epoch from check_ttl.ttl);
begin
    if check_ttl.ttl is null then
        return null;
    end if;
    if v_seconds not between 0.001 and 3155760000 then
        perform ml_private.raise_invalid(
            format('ttl must lie between a millisecond and 100 years, not %s', check_ttl.ttl), 'invalid_argument', 'null keeps values for ever');
    end if;
    return make_interval(secs => v_seconds::double precision);
end
$$;

comment on function ml_private.check_ttl(interval) is 'The time to live in hours and seconds (a month counts 30 days, a year 365.25); null stays null.';

-- The version that serves now, when its definition is the one asked for. Descriptions are no part of a definition.
create or replace function ml_private.find_same_view(view_name text, entity_id bigint, wanted jsonb)
returns ml.feature_views
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select v.*
    from (select * from ml.feature_views n where n.name = find_same_view.view_name order by n.version desc limit 1) v
    where v.retired_at is null
        and v.entity_id = find_same_view.entity_id
        and jsonb_build_object(
            'source', coalesce(v.history_of, v.source), 'event_time', v.event_time, 'created_time', nullif(v.created_time, 'ml_recorded_at'),
                'keep_history', v.history_of is not null, 'ttl', extract(epoch from v.ttl), 'mode', v.mode,
            'future', v.future, 'future_tolerance', extract(epoch from v.future_tolerance),
            'features', (
                select jsonb_agg(jsonb_build_object(
                    'name', f.name, 'type', f.value_type, 'column', f.source_column, 'transformation', f.transformation) order by f.position)
                from ml.features f
                where f.view_id = v.id)
        ) = find_same_view.wanted
$$;

comment on function ml_private.find_same_view(text, bigint, jsonb) is 'The newest version of a view when it has this definition and is in service, else null.';

create or replace function ml_private.describe_view(view_id bigint, description text, features jsonb)
returns ml.feature_views
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_view ml.feature_views;
begin
    update ml.features f
    set description = d.description
    from jsonb_to_recordset(describe_view.features) d (name text, description text)
    where f.view_id = describe_view.view_id and f.name = d.name and f.description <> d.description;
    update ml.feature_views v
    set description = describe_view.description
    where v.id = describe_view.view_id and v.description <> describe_view.description;
    select * into v_view from ml.feature_views v where v.id = describe_view.view_id;
    return v_view;
end
$$;

comment on function ml_private.describe_view(bigint, text, jsonb) is
    'Bring the descriptions of a view and its features up to date; they are no part of its definition.';

comment on function ml_private.register_entity(text, jsonb, text) is
    'Register what features describe. join_keys: [{"name","type"}] with type int64, string or uuid, 1 to 8 of them; sources and spines have columns '
    'of these names. The same entity again returns it; other join keys under a known name are PT409 entity_differs. Role engineer.';
