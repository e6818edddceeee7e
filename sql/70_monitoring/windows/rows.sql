-- What a check looks at: the entities that live requests named last. One observation is one entity, by its newest row: rows of one entity are not
-- independent. Without an entity it is one different row, since equal ones may be one thing that is polled.

create or replace function ml_private.rows_read(max_rows integer)
returns integer
language sql
immutable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $$ select 20 * rows_read.max_rows $$;

comment on function ml_private.rows_read(integer) is
    'How many rows are looked at for max_rows entities: one that is asked about every second must not hide the others.';

create or replace function ml_private.key_names(version_id bigint)
returns text[]
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select array(select k.value ->> 'name' from jsonb_array_elements(ml_private.all_join_keys(e.keys)) with ordinality k (value, n) order by k.n)
    from (
        select array_agg(w.join_keys order by w.place) as keys
        from (
            select w.id, e.join_keys, min(c.ord) as place
            from ml.model_versions v
            cross join lateral ml_private.signature_columns(v.signature) c
            join ml.feature_views w on w.name = split_part(split_part(c.feature, ':', 1), '@', 1) and w.version = c.view_version
            join ml.entities e on e.id = w.entity_id
            where v.id = key_names.version_id
            group by w.id, e.join_keys
        ) w
    ) e
    where cardinality(e.keys) > 1
$$;

comment on function ml_private.key_names(bigint) is 'The join keys in an entity key of a version of several feature views, in order; null for one of one view.';

create or replace function ml_private.entity_of_key(names text[], key text)
returns jsonb
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if entity_of_key.key like '[%]' and jsonb_array_length(entity_of_key.key::jsonb) = cardinality(entity_of_key.names) then
        return (select jsonb_object_agg(entity_of_key.names[k.n], k.value) from jsonb_array_elements(entity_of_key.key::jsonb) with ordinality k (value, n));
    end if;
    return null;
exception when data_exception then
    return null;
end
$$;

comment on function ml_private.entity_of_key(text[], text) is
    'The entity, {join key: value}, that an entity key names; null for a digest and where there are no names.';

create or replace function ml_private.newest_answers(version_id bigint, since timestamptz, max_rows integer)
returns table (id uuid, at timestamptz, entity text, nameless boolean, times integer, cut_at timestamptz)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    with read as materialized (
        select p.id, p.served_at as at, coalesce(p.entity_key, md5(p.features::text)) as entity, p.entity_key is null as nameless
        from ml.predictions p
        where p.version_id = newest_answers.version_id and p.purpose = 'live'
            and p.served_at > newest_answers.since and p.served_at <= statement_timestamp()
        order by p.served_at desc
        limit ml_private.rows_read(newest_answers.max_rows)
    ),
    newest as materialized (
        select n.*
        from (select distinct on (r.entity) r.* from read r order by r.entity, r.at desc, r.id) n
        order by n.at desc, n.id
        limit newest_answers.max_rows
    ),
    cut as (
        select (select min(n.at) from newest n having count(*) >= newest_answers.max_rows) as at,
            (select min(r.at) from read r having count(*) >= ml_private.rows_read(newest_answers.max_rows)) as read_at
    ),
    -- In the span that is left: over all that was read, rows that come again and again would outweigh those that were cut.
    asked as (
        select r.entity, count(*)::integer as times from read r cross join cut c where r.at >= coalesce(c.at, '-infinity') group by r.entity
    )
    select n.id, n.at, n.entity, n.nameless, case when n.nameless then a.times else 1 end, greatest(c.at, c.read_at)
    from newest n
    join asked a on a.entity = n.entity
    cross join cut c
$$;

comment on function ml_private.newest_answers(bigint, timestamptz, integer) is
    'The newest answer to each entity, or of each different row without one, after a time; times: how often such a row was asked about; cut_at: from '
    'when on none was left out, null when none was.';

create or replace function ml_private.current_rows(version_id bigint, since timestamptz, max_rows integer)
returns table (n bigint, key text, features jsonb, score double precision, output jsonb, missing integer[], counted boolean, times integer, weight integer,
    entity jsonb, at timestamptz, first_at timestamptz, last_at timestamptz)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- So many of each: refusals, which anybody who may ask can raise, must not crowd out the answers.
    with answered as materialized (
        select * from ml_private.newest_answers(current_rows.version_id, current_rows.since, current_rows.max_rows)
    ),
    refused_rows as materialized (
        select r.id, r.refused_at as at, r.row_key as entity, r.missing
        from ml.prediction_refusals r
        where r.version_id = current_rows.version_id and r.refused_at > current_rows.since and r.refused_at <= statement_timestamp()
        order by r.refused_at desc
        limit ml_private.rows_read(current_rows.max_rows)
    ),
    refused as materialized (
        select n.* from (select distinct on (r.entity) r.* from refused_rows r order by r.entity, r.at desc, r.id) n
        order by n.at desc, n.id
        limit current_rows.max_rows
    ),
    -- A share needs both over one span: where one of them was cut, from there on.
    counted as (
        select greatest(
            (select max(a.cut_at) from answered a),
            (select min(r.at) from refused r having count(*) >= current_rows.max_rows),
            (select min(r.at) from refused_rows r having count(*) >= ml_private.rows_read(current_rows.max_rows))) as since
    ),
    observed as (
        select distinct on (n.entity) n.*
        from (
            select a.id, a.at, a.entity, null::integer[] as missing, a.times, a.nameless from answered a
            union all
            select r.id, r.at, r.entity, r.missing, 1, false from refused r
        ) n
        order by n.entity, n.at desc, n.id
    ),
    -- Asked for once: these stand for each row otherwise.
    version as materialized (
        select ml_private.key_names(current_rows.version_id) as names, ml_private.telling_inputs(current_rows.version_id) as telling
    ),
    seen as materialized (
        select o.*, p.features, p.score, p.output,
            -- By the key: a request may give the same number as a text.
            coalesce(case when v.names is not null then ml_private.entity_of_key(v.names, o.entity) end, p.entity) as named,
            -- Most hold all, or the first that tells: asked for here, as a function for each row takes its time.
            case when o.nameless then not p.features @> '[null]' or coalesce(jsonb_typeof(p.features -> (v.telling[1] - 1)) <> 'null', false)
                or ml_private.told_apart(p.features, v.telling) end as told
        from observed o
        cross join version v
        left join ml.predictions p on o.missing is null and p.served_at = o.at and p.id = o.id
    ),
    span as (
        select min(s.at) as first_at, max(s.at) as last_at, coalesce(avg(s.times) filter (where s.told), 1) as usual from seen s
    )
    select row_number() over (), s.entity, s.features, s.score, s.output, s.missing, coalesce(s.at >= c.since, true), s.times,
        case when s.told is false then ml_private.row_weight(s.times, x.usual, current_rows.max_rows) else 1 end, s.named, s.at, x.first_at, x.last_at
    from seen s, counted c, span x
$$;

comment on function ml_private.current_rows(bigint, timestamptz, integer) is
    'The entities that live requests for a version named last after a time and up to now (a clock that runs ahead must not end the window in the '
    'future), each by its newest row: an answered one with its inputs, a refused one with the positions that it lacked; counted: whether it lies in '
    'the span over which neither was cut; times: how many equal rows without an entity it stands for; weight: for how many things; with the window''s '
    'first and last time.';
