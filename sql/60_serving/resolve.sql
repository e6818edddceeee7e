-- The input rows of a prediction from the online store, or why there are none.

create or replace function ml_private.unservable_code(status text)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select case unservable_code.status when 'NOT_FOUND' then 'entity_not_found' when 'OUTSIDE_MAX_AGE' then 'feature_stale' else 'feature_null' end
$$;

comment on function ml_private.unservable_code(text) is 'The stable code of an online feature whose status is not PRESENT.';

create or replace function ml_private.unservable_error(ordinal integer, entity jsonb, feature text, status text, incomplete integer)
returns jsonb
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_build_object(
        'code', case unservable_error.status when 'NOT_FOUND' then 'PT404' else 'PT409' end,
        'message', format('row %s, entity %s: %s %s', unservable_error.ordinal - 1, left(unservable_error.entity::text, 200), unservable_error.feature, c.what)
            || case when unservable_error.incomplete > 1 then format(' (%s entities are incomplete)', unservable_error.incomplete) else '' end,
        'details', ml_private.unservable_code(unservable_error.status),
        'hint', c.hint
    )
    from (
        select
            case unservable_error.status
                when 'NOT_FOUND' then 'was not found'
                when 'OUTSIDE_MAX_AGE' then 'is older than the ttl of its feature view'
                else 'is null'
            end,
            case unservable_error.status
                when 'NOT_FOUND' then 'add the entity''s row to the source of the feature view, or send "inputs"'
                when 'OUTSIDE_MAX_AGE' then 'refresh the entity''s row, or send "inputs"'
                else 'complete the entity''s row, or send "inputs"'
            end
    ) c (what, hint)
$$;

comment on function ml_private.unservable_error(integer, jsonb, text, text, integer) is
    'The error {code, message, details, hint} of an entity that cannot be served, by its first missing feature: PT404 entity_not_found, PT409 '
    'feature_stale, feature_null.';

create or replace function ml_private.describe_refusal(incomplete jsonb, refs text[], nullable boolean[])
returns jsonb
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with refused as materialized (
        select e.place, e.value, m.missing, m.first_required
        from jsonb_array_elements(describe_refusal.incomplete) with ordinality as e (value, place)
        cross join lateral (
            select jsonb_agg(s.position order by s.position) as missing,
                min(s.position) filter (where not (s.status = 'NULL_VALUE' and describe_refusal.nullable[s.position])) as first_required
            from jsonb_array_elements_text(e.value -> 'statuses') with ordinality as s (status, position)
            where s.status <> 'PRESENT'
        ) m
    )
    select ml_private.unservable_error(
        (f.value ->> 'ordinal')::integer, f.value -> 'entity', describe_refusal.refs[f.first_required],
        f.value -> 'statuses' ->> (f.first_required - 1)::integer, jsonb_array_length(describe_refusal.incomplete)
    ) || jsonb_build_object('rows', (
        select jsonb_agg(jsonb_build_object(
            'row_key', r.value -> 'entity_key', 'missing', r.missing,
            'code', ml_private.unservable_code(r.value -> 'statuses' ->> (r.first_required - 1)::integer)
        ) order by r.place)
        from refused r
    ))
    from refused f
    where f.place = 1
$$;

comment on function ml_private.describe_refusal(jsonb, text[], boolean[]) is
    'The error of the first incomplete row, and of each what the log of refusals keeps: {code, message, details, hint, rows: [{row_key, missing: '
    '[input positions without a value], code}]}.';

create or replace function ml_private.other_rows(inputs jsonb, incomplete jsonb)
returns jsonb
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(jsonb_agg(jsonb_build_object('row_key', k.key, 'missing', m.positions, 'code', 'other_row_refused') order by k.n), '[]')
    from jsonb_array_elements(other_rows.inputs -> 'entity_keys') with ordinality k (key, n)
    cross join lateral (
        select coalesce(jsonb_agg(f.position order by f.position), '[]') as positions
        from jsonb_array_elements(other_rows.inputs -> 'rows' -> (k.n - 1)::integer) with ordinality f (value, position)
        where jsonb_typeof(f.value) = 'null'
    ) m
    where k.key not in (select e.value -> 'entity_key' from jsonb_array_elements(other_rows.incomplete) e)
$$;

comment on function ml_private.other_rows(jsonb, jsonb) is
    'What the log of refusals keeps of the rows that lack nothing needed, in a request that is refused for others: shares are of all rows that were asked for.';

create or replace function ml_private.online_inputs(signature jsonb, entities jsonb, refusals boolean)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_features record;
    v_inputs jsonb;
    v_incomplete jsonb;
    v_refusal jsonb;
begin
    select * into v_features from ml_private.input_features(online_inputs.signature);
    select
        jsonb_build_object(
            'rows', jsonb_agg(r.feature_values order by r.ordinal),
            'entity_keys', jsonb_agg(r.entity_key order by r.ordinal),
            'entities', jsonb_agg(r.entity order by r.ordinal)
        ),
        jsonb_agg(
            jsonb_build_object('ordinal', r.ordinal, 'entity', r.entity, 'entity_key', r.entity_key, 'statuses', r.statuses) order by r.ordinal
        ) filter (where r.incomplete)
    into v_inputs, v_incomplete
    from (
        select o.*, not 'PRESENT' = all (o.statuses) and exists (
            select from unnest(o.statuses, v_features.nullable) s (status, nullable) where s.status <> 'PRESENT'
                and not (s.status = 'NULL_VALUE' and s.nullable)
        ) as incomplete
        from ml_private.online_rows(v_features.ids, online_inputs.entities) o
    ) r;
    if v_incomplete is not null then
        v_refusal := ml_private.describe_refusal(v_incomplete, v_features.refs, v_features.nullable);
        if online_inputs.refusals then
            v_refusal := jsonb_set(v_refusal, '{rows}', (v_refusal -> 'rows') || ml_private.other_rows(v_inputs, v_incomplete));
            return jsonb_build_object('rows', null, 'entity_keys', null, 'entities', null, 'refusal', v_refusal);
        elsif v_refusal ->> 'code' = 'PT404' then
            perform ml_private.raise_missing(v_refusal ->> 'message', v_refusal ->> 'details', v_refusal ->> 'hint');
        end if;
        perform ml_private.raise_conflict(v_refusal ->> 'message', v_refusal ->> 'details', v_refusal ->> 'hint');
    end if;
    return v_inputs;
end
$$;

comment on function ml_private.online_inputs(jsonb, jsonb, boolean) is
    'Online features as a model''s input rows: {rows, entity_keys, entities} in the order of the entities. Every value must be present, or null '
    'where the model takes null: else describe_refusal''s error is raised, or with refusals returned.';

-- api: viewer, worker
create or replace function ml_private.resolve_prediction(model text, entities jsonb default null, version integer default null, refusals boolean default false)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_target record;
begin
    perform ml_private.require_role('viewer', worker => true);
    if resolve_prediction.version is not null then
        perform ml_private.require_role('engineer', worker => true);
    end if;
    if resolve_prediction.model is null then
        perform ml_private.raise_invalid('model is null', 'missing_model', 'name a registered model');
    end if;
    select * into v_target from ml_private.find_servable(resolve_prediction.model, resolve_prediction.version);
    return jsonb_build_object(
        'model', v_target.model_name,
        'model_id', v_target.model_id,
        'version', v_target.version_number,
        'version_id', v_target.version_id,
        'purpose', case when resolve_prediction.version is null then 'live' else 'test' end,
        'artifact', jsonb_build_object('path', v_target.artifact_path, 'sha256', v_target.artifact_sha256, 'bytes', v_target.artifact_bytes),
        'signature', v_target.signature,
        'columns', jsonb_path_query_array(v_target.signature, '$.inputs[*].columns[*].feature')
    ) || case when resolve_prediction.entities is null
        then '{"rows": null, "entity_keys": null, "entities": null}'
        else ml_private.online_inputs(v_target.signature, resolve_prediction.entities, coalesce(resolve_prediction.refusals, false))
    end;
end
$$;

comment on function ml_private.resolve_prediction(text, jsonb, integer, boolean) is
    'All that one prediction needs, in one call. model: a registered model''s name. entities: join key values in columns, {"patient_id":[1,2]}, at '
    'most 1000 entities; null when the caller brings the inputs. version: null for the deployed one (purpose live), else that version (purpose test; '
    'needs engineer or a worker). Returns {model, model_id, version, version_id, purpose, artifact {path, sha256, bytes}, signature, columns '
    '[feature references], rows [[input values] per entity], entity_keys, entities}; the last three are null without entities. refusals: when '
    'entities lack what the model needs, do not fail but return the error as the key refusal {code, message, details, hint, rows: [{row_key, '
    'missing: [input positions from 1], code}]}, for ml.log_refusals; rows are null then. Needs viewer or a worker. Errors: PT404 model_not_found, '
    'version_not_found, entity_not_found; PT409 not_deployed, feature_null, feature_stale, inputs_required, view_not_fitted; 22023 for malformed '
    'entities.';
