-- The log of refusals: which rows lacked what, bounded so that a caller who repeats a bad request fills nothing.

create or replace function ml_private.check_refusals(refusals jsonb)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_problem text;
begin
    select format('refusal %s: %s', r.position - 1, problem.text) into v_problem
    from rows from (jsonb_to_recordset(check_refusals.refusals) as (
        id uuid, refused_at timestamptz, model_id bigint, version_id bigint, row_key text, missing integer[], code text, requested_by uuid
    )) with ordinality as r (id, refused_at, model_id, version_id, row_key, missing, code, requested_by, position)
    left join ml.model_versions v on v.id = r.version_id and v.model_id = r.model_id
    cross join lateral (
        select case
            when r.id is null then 'id is missing'
            when v.id is null then format('model_id %s has no version_id %s', coalesce(r.model_id::text, 'null'), coalesce(r.version_id::text, 'null'))
            when r.refused_at is null then 'refused_at is missing'
            when not r.refused_at between now() - interval '90 days' and now() + interval '5 minutes'
                then format('refused_at %s is not within the last 90 days', r.refused_at)
            when r.row_key is null or length(r.row_key) > 1000000 then 'row_key is missing or has more than 1000000 characters'
            when r.missing is null or coalesce(array_ndims(r.missing), 1) <> 1 or cardinality(r.missing) > 10000
                or cardinality(r.missing) = 0 and r.code is distinct from 'other_row_refused' then 'missing is no list of 1 to 10000 positions'
            when exists (select from unnest(r.missing) m (position) where m.position is null or m.position not between 1 and 10000)
                then 'missing holds what is no position'
            when r.code is null or r.code not in (
                'entity_not_found', 'feature_stale', 'feature_null', 'invalid_value', 'value_out_of_range', 'value_too_long', 'other_row_refused')
                then 'code is none of a refused row'
        end as text
    ) problem
    where problem.text is not null
    order by r.position
    limit 1;
    if v_problem is not null then
        perform ml_private.raise_invalid(v_problem, 'invalid_refusal', 'see the comment on ml.log_refusals');
    end if;
end
$$;

comment on function ml_private.check_refusals(jsonb) is '22023 invalid_refusal unless every object of the array is a refusal that can be logged.';

create or replace function ml_private.add_refusals(refusals jsonb)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_logged integer;
begin
    -- Two calls at once may both find room: the bound is for the disk, not for the count.
    with sent as materialized (
        select distinct on (r.version_id, k.row_key, r.code = 'other_row_refused')
            r.id, r.refused_at, r.model_id, r.version_id, k.row_key, r.missing, r.code, r.requested_by
        from jsonb_to_recordset(add_refusals.refusals) as r (
            id uuid, refused_at timestamptz, model_id bigint, version_id bigint, row_key text, missing integer[], code text, requested_by uuid
        )
        -- A key is whatever the caller sent: a digest stands for a long one.
        cross join lateral (select case when length(r.row_key) > 200 then 'md5 ' || md5(r.row_key) else r.row_key end as row_key) k
        order by r.version_id, k.row_key, r.code = 'other_row_refused', r.refused_at, r.id
    ),
    room as materialized (
        select v.version_id, 1000 - (
            select count(*)
            from (
                select from ml.prediction_refusals o
                where o.version_id = v.version_id and o.refused_at > statement_timestamp() - interval '1 minute'
                limit 1000
            ) newest
        ) as rows
        from (select distinct s.version_id from sent s) v
    ),
    -- Five minutes are less than the shortest time between two checks by default, so each of their windows sees a row that keeps being refused.
    fresh as (
        select s.*, row_number() over (partition by s.version_id order by s.refused_at, s.id) as place
        from sent s
        where not exists (
            select from ml.prediction_refusals o
            where o.version_id = s.version_id and md5(o.row_key) = md5(s.row_key)
                -- A row that lacks something is not what it was beside another.
                and (o.code = 'other_row_refused') = (s.code = 'other_row_refused')
                and o.refused_at > s.refused_at - interval '5 minutes' and o.refused_at <= s.refused_at
        )
    )
    insert into ml.prediction_refusals (id, refused_at, model_id, version_id, row_key, missing, code, requested_by)
    select f.id, f.refused_at, f.model_id, f.version_id, f.row_key, f.missing, f.code, f.requested_by
    from fresh f
    join room r on r.version_id = f.version_id
    where f.place <= r.rows
    on conflict do nothing;
    get diagnostics v_logged = row_count;
    return v_logged;
end
$$;

comment on function ml_private.add_refusals(jsonb) is
    'Write refusals that were checked: each row once in five minutes, at most 1000 rows of a version in a minute. Returns how many.';

-- api: service
create or replace function ml_private.log_refusals(refusals jsonb)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_unknown text;
begin
    perform ml_private.require_role('service_role');
    if jsonb_typeof(log_refusals.refusals) is distinct from 'array' then
        perform ml_private.raise_invalid('refusals is no array', 'invalid_refusals', 'send an array of objects');
    end if;
    perform ml_private.check_json(log_refusals.refusals, 'refusals', 16 * 1024 * 1024);
    if jsonb_array_length(log_refusals.refusals) > 1000 then
        perform ml_private.raise_invalid('more than 1000 refusals', 'too_many_refusals', 'send several calls');
    end if;
    if jsonb_path_exists(log_refusals.refusals, 'strict $[*] ? (@.type() != "object")') then
        perform ml_private.raise_invalid('a refusal is no object', 'invalid_refusal', 'send an array of objects');
    end if;
    select k.key into v_unknown
    from jsonb_array_elements(log_refusals.refusals) e
    cross join lateral jsonb_object_keys(e) as k (key)
    where k.key <> all ('{id,refused_at,model_id,version_id,row_key,missing,code,requested_by}')
    limit 1;
    if v_unknown is not null then
        perform ml_private.raise_invalid(format('%s is no key of a refusal', quote_literal(left(v_unknown, 100))), 'unknown_key', 'leave it out');
    end if;
    begin
        perform ml_private.check_refusals(log_refusals.refusals);
    exception
        when data_exception then
            -- Errors of our own form pass; a failed cast becomes one.
            if sqlstate = '22023' then
                raise;
            end if;
            perform ml_private.raise_invalid(left(sqlerrm, 300), 'invalid_refusal', 'see the comment on ml.log_refusals');
    end;
    return ml_private.add_refusals(log_refusals.refusals);
end
$$;

comment on function ml_private.log_refusals(jsonb) is
    'Write down which rows of live requests were refused for what they lacked; never a value. refusals: an array of at most 1000 {id uuid, '
    'refused_at within the last 90 days, model_id, version_id, row_key (of the entity, or a digest of the inputs), missing [input positions without '
    'a usable value, from 1], code: entity_not_found|feature_stale|feature_null|invalid_value|value_out_of_range|value_too_long, and where known '
    'requested_by uuid}. A row that was refused within five minutes before is not written again, and of a version at most 1000 rows a minute are. '
    'Returns how many were written. Needs service_role. Errors: 22023 invalid_refusals, invalid_refusal, too_many_refusals, unknown_key.';
