-- The prediction log: one validated, set-based insert a batch.

create or replace function ml_private.check_predictions(predictions jsonb)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_problem text;
begin
    -- The first wrong row says what is wrong with it; a cast that fails is caught by log_predictions.
    select format('prediction %s: %s', p.position - 1, problem.text) into v_problem
    from rows from (jsonb_to_recordset(check_predictions.predictions) as (
        id uuid, served_at timestamptz, model_id bigint, version_id bigint, entity_key text, entity jsonb, features jsonb, output jsonb,
        predicted_label text, score double precision, latency_ms real, purpose text, requested_by uuid
    )) with ordinality as p (
        id, served_at, model_id, version_id, entity_key, entity, features, output,
        predicted_label, score, latency_ms, purpose, requested_by, position
    )
    left join ml.model_versions v on v.id = p.version_id and v.model_id = p.model_id
    cross join lateral (
        select case
            when p.id is null then 'id is missing'
            when v.id is null then format('model_id %s has no version_id %s', coalesce(p.model_id::text, 'null'), coalesce(p.version_id::text, 'null'))
            when p.served_at is null then 'served_at is missing'
            when not p.served_at between now() - interval '90 days' and now() + interval '5 minutes'
                then format('served_at %s is not within the last 90 days', p.served_at)
            when jsonb_typeof(p.features) is distinct from 'array' then 'features is no array'
            when jsonb_array_length(p.features) > 10000 then 'features has more than 10000 values'
            when jsonb_typeof(p.output) is distinct from 'object' then 'output is no object'
            when jsonb_typeof(coalesce(nullif(p.entity, 'null'), '{}')) <> 'object' then 'entity is no object'
            when length(p.entity_key) > 10000 then 'entity_key has more than 10000 characters'
            when length(p.predicted_label) > 1000 then 'predicted_label has more than 1000 characters'
            when p.score in ('NaN', 'Infinity', '-Infinity') then 'score is not finite'
            when p.latency_ms is null or not (p.latency_ms >= 0 and p.latency_ms < 'Infinity') then 'latency_ms is no duration'
            when coalesce(p.purpose, 'live') not in ('live', 'test') then 'purpose is neither live nor test'
        end as text
    ) problem
    where problem.text is not null
    order by p.position
    limit 1;
    if v_problem is not null then
        perform ml_private.raise_invalid(v_problem, 'invalid_prediction', 'see the comment on ml.log_predictions');
    end if;
end
$$;

comment on function ml_private.check_predictions(jsonb) is '22023 invalid_prediction unless every object of the array is a prediction that can be logged.';

-- api: service
create or replace function ml_private.log_predictions(predictions jsonb)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_unknown text;
    v_logged integer;
begin
    perform ml_private.require_role('service_role');
    if jsonb_typeof(log_predictions.predictions) is distinct from 'array' then
        perform ml_private.raise_invalid('predictions is no array', 'invalid_predictions', 'send an array of objects');
    end if;
    perform ml_private.check_json(log_predictions.predictions, 'predictions', 16 * 1024 * 1024);
    if jsonb_array_length(log_predictions.predictions) > 1000 then
        perform ml_private.raise_invalid('more than 1000 predictions', 'too_many_predictions', 'send several calls');
    end if;
    if jsonb_path_exists(log_predictions.predictions, 'strict $[*] ? (@.type() != "object")') then
        perform ml_private.raise_invalid('a prediction is no object', 'invalid_prediction', 'send an array of objects');
    end if;
    select k.key into v_unknown
    from jsonb_array_elements(log_predictions.predictions) e
    cross join lateral jsonb_object_keys(e) as k (key)
    where k.key <> all ('{id,served_at,model_id,version_id,entity_key,entity,features,output,predicted_label,score,request_id,latency_ms,purpose,requested_by}')
    limit 1;
    if v_unknown is not null then
        perform ml_private.raise_invalid(format('%s is no key of a prediction', quote_literal(left(v_unknown, 100))), 'unknown_key', 'leave it out');
    end if;
    begin
        perform ml_private.check_predictions(log_predictions.predictions);
    exception
        when data_exception then
            -- Errors of our own form pass; a failed cast becomes one.
            if sqlstate = '22023' then
                raise;
            end if;
            perform ml_private.raise_invalid(left(sqlerrm, 300), 'invalid_prediction', 'see the comment on ml.log_predictions');
    end;
    -- A caller that heard no answer sends the same ids and times again.
    insert into ml.predictions (
        id, served_at, model_id, version_id, entity_key, entity, features, output, predicted_label, score, request_id, latency_ms, purpose,
        requested_by
    )
    select p.id, p.served_at, p.model_id, p.version_id, p.entity_key, nullif(p.entity, 'null'), p.features, p.output, p.predicted_label,
        p.score, coalesce(p.request_id, p.id), p.latency_ms, coalesce(p.purpose, 'live'), p.requested_by
    from jsonb_to_recordset(log_predictions.predictions) as p (
        id uuid, served_at timestamptz, model_id bigint, version_id bigint, entity_key text, entity jsonb, features jsonb, output jsonb,
        predicted_label text, score double precision, request_id uuid, latency_ms real, purpose text, requested_by uuid
    )
    on conflict do nothing;
    get diagnostics v_logged = row_count;
    return v_logged;
end
$$;

comment on function ml_private.log_predictions(jsonb) is
    'Append answers to the prediction log. predictions: an array of at most 1000 {id uuid, served_at within the last 90 days, model_id, version_id, '
    'features [input row], output {…}, latency_ms, and where known entity_key, entity {…}, predicted_label, score, request_id uuid (its own id), '
    'purpose live|test (live), requested_by uuid}. Rows of one request share request_id and latency_ms. An id with the same served_at that is there '
    'already is left alone, so a call can be repeated. Returns how many were added. Needs service_role. Errors: 22023 invalid_predictions, '
    'invalid_prediction, too_many_predictions, unknown_key.';
