-- What a check looks at: the entities that live requests named last.

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

-- A row without an entity that comes again may be the same thing asked about twice, or another one that has the same values, as counts and flags have.
create or replace function ml_private.rows_repeat(version_id bigint)
returns boolean
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select not exists (
        select
        from ml.drift_references r
        where r.version_id = rows_repeat.version_id and r.position > 0 and cardinality(r.sample) > 0
            and (select count(distinct s.value) from unnest(r.sample) as s (value)) >= 0.5 * cardinality(r.sample))
$$;

comment on function ml_private.rows_repeat(bigint) is 'True when in training no numeric input of a version had mostly different values.';

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

create or replace function ml_private.current_rows(version_id bigint, since timestamptz, max_rows integer)
returns table (features jsonb, score double precision, output jsonb, missing integer[], counted boolean, times integer, entity jsonb, at timestamptz,
    first_at timestamptz, last_at timestamptz)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- So many of each: refusals, which anybody who may ask can raise, must not crowd out the answers. Each entity once, by its newest row: rows of
    -- one entity are no independent observations. Without an entity equal rows are one, that stands for so many.
    with answered_rows as materialized (
        select p.id, p.served_at as at, coalesce(p.entity_key, md5(p.features::text)) as entity, p.entity_key is null as nameless
        from ml.predictions p
        where p.version_id = current_rows.version_id
            and p.purpose = 'live'
            and p.served_at > current_rows.since
            and p.served_at <= statement_timestamp()
        order by p.served_at desc
        limit ml_private.rows_read(current_rows.max_rows)
    ),
    answered as materialized (
        select n.*
        from (
            select distinct on (a.entity) a.id, a.at, a.entity, case when a.nameless then (count(*) over (partition by a.entity))::integer else 1 end as times
            from answered_rows a
            order by a.entity, a.at desc, a.id
        ) n
        order by n.at desc, n.id
        limit current_rows.max_rows
    ),
    refused_rows as materialized (
        select r.id, r.refused_at as at, r.row_key as entity, r.missing
        from ml.prediction_refusals r
        where r.version_id = current_rows.version_id
            and r.refused_at > current_rows.since
            and r.refused_at <= statement_timestamp()
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
            (select min(a.at) from answered a having count(*) >= current_rows.max_rows),
            (select min(a.at) from answered_rows a having count(*) >= ml_private.rows_read(current_rows.max_rows)),
            (select min(r.at) from refused r having count(*) >= current_rows.max_rows),
            (select min(r.at) from refused_rows r having count(*) >= ml_private.rows_read(current_rows.max_rows))) as since
    ),
    observed as (
        select distinct on (n.entity) n.id, n.at, n.missing, n.times, n.entity
        from (
            select a.id, a.at, a.entity, null::integer[] as missing, a.times from answered a
            union all
            select r.id, r.at, r.entity, r.missing, 1 from refused r
        ) n
        order by n.entity, n.at desc, n.id
    ),
    span as (
        select min(o.at) as first_at, max(o.at) as last_at from observed o
    )
    select p.features, p.score, p.output, o.missing, coalesce(o.at >= c.since, true), o.times,
        coalesce(p.entity, ml_private.entity_of_key(n.names, o.entity)), o.at, s.first_at, s.last_at
    from observed o
    cross join counted c
    cross join span s
    cross join (select ml_private.key_names(current_rows.version_id) as names) n
    left join ml.predictions p on o.missing is null and p.served_at = o.at and p.id = o.id
$$;

comment on function ml_private.current_rows(bigint, timestamptz, integer) is
    'The entities that live requests for a version named last after a time and up to now (a clock that runs ahead must not end the window in the '
    'future), each by its newest row: an answered one with its inputs, a refused one with the positions that it lacked; counted: whether it lies in '
    'the span over which neither was cut; times: how many equal rows without an entity it stands for; with the window''s first and last time.';

create or replace function ml_private.input_keys(version_id bigint)
returns table ("position" integer, names text[], whole boolean)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    with columns as (
        select c.ord, array(select k.name from jsonb_to_recordset(e.join_keys) k (name text) order by 1) as names
        from ml.model_versions v
        cross join lateral ml_private.signature_columns(v.signature) c
        join ml.feature_views w on w.name = split_part(split_part(c.feature, ':', 1), '@', 1) and w.version = c.view_version
        join ml.entities e on e.id = w.entity_id
        where v.id = input_keys.version_id
    )
    select c.ord, c.names, c.names = array(select distinct n from columns o cross join unnest(o.names) n order by 1) from columns c
$$;

comment on function ml_private.input_keys(bigint) is
    'The join keys of the entity that each input column describes, by position; whole: they are all that the version''s requests name. Of a model '
    'of machines and sites a site''s values count once a site.';

create or replace function ml_private.own_values(version_id bigint, since timestamptz, max_rows integer)
returns table ("position" integer, value double precision, missing boolean, rows bigint)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select n.position, case jsonb_typeof(n.value) when 'number' then (n.value #>> '{}')::double precision end, n.missing, n.rows
    from (
        select k.position,
            (array_agg(f.value order by o.at desc) filter (where f.value is not null))[1] as value,
            (array_agg(coalesce(k.position = any (o.missing), jsonb_typeof(f.value) = 'null') order by o.at desc) filter (where o.counted))[1] as missing,
            count(*) filter (where o.counted) as rows
        from ml_private.current_rows(own_values.version_id, own_values.since, own_values.max_rows) o
        join ml_private.input_keys(own_values.version_id) k on not k.whole
        cross join lateral (select o.features -> (k.position - 1) as value) f
        cross join lateral (select jsonb_agg(o.entity -> n.name order by n.name) as key from unnest(k.names) n (name)) e
        where o.entity is not null
        group by k.position, e.key
    ) n
$$;

comment on function ml_private.own_values(bigint, timestamptz, integer) is
    'Of the inputs that describe one of a version''s several entities, once for each of these: its newest value, whether the newest counted row '
    'lacked it (null when none was counted), and how many counted rows named it.';

create or replace function ml_private.current_samples(version_id bigint, since timestamptz, max_rows integer)
returns table (ordinal integer, sample double precision[], every double precision[], missing bigint, row_count integer, refused_count integer,
    counted_count integer, first_at timestamptz, last_at timestamptz)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    with observed as materialized (
        select * from ml_private.current_rows(current_samples.version_id, current_samples.since, current_samples.max_rows)
    ),
    keys as materialized (
        select * from ml_private.input_keys(current_samples.version_id)
    ),
    span as (
        select count(*) filter (where o.missing is null)::integer as row_count, count(o.missing)::integer as refused_count,
            count(*) filter (where o.counted)::integer as counted_count,
            -- Each row, for shares of what is missing: see compare_counted. How often a refused row was asked for is not known, so beside such
            -- different rows count on both sides.
            case when ml_private.rows_repeat(current_samples.version_id) and count(o.missing) = 0 then sum(o.times) filter (where o.counted) end as every_count,
            -- No more values than twice max_rows, in proportion.
            least(1, current_samples.max_rows / nullif(sum(o.times), 0)::double precision) as part,
            min(o.first_at) as first_at, max(o.last_at) as last_at
        from observed o
    ),
    own as materialized (
        select w.*
        from (select where exists (select from keys k where not k.whole)) several
        cross join lateral ml_private.own_values(current_samples.version_id, current_samples.since, current_samples.max_rows) w
    ),
    cells as (
        select 0 as position, o.score as value, false as missing, o.times from observed o where o.score is not null
        union all
        -- Class i of several stands at position -i; the first is told from the score of the last, which two classes have, by who asks.
        select -p.position::integer, (p.value #>> '{}')::double precision, false, o.times
        from observed o
        cross join lateral jsonb_array_elements(o.output -> 'probabilities') with ordinality as p (value, position)
        where jsonb_typeof(o.output -> 'probabilities') = 'array' and jsonb_array_length(o.output -> 'probabilities') > 2
            and jsonb_typeof(p.value) = 'number'
        union all
        select f.position::integer, case jsonb_typeof(f.value) when 'number' then (f.value #>> '{}')::double precision end,
            jsonb_typeof(f.value) = 'null' and o.counted, o.times
        from observed o
        cross join lateral jsonb_array_elements(o.features) with ordinality as f (value, position)
        left join keys k on k.position = f.position
        where jsonb_typeof(f.value) in ('number', 'null') and (o.entity is null or coalesce(k.whole, true))
        union all
        select n.position, n.value, coalesce(n.missing, false), 1 from own n
        union all
        select distinct_positions.position, null, true, 1
        from observed o
        cross join lateral (select distinct m.position from unnest(o.missing) as m (position)) distinct_positions
        left join keys k on k.position = distinct_positions.position
        where o.counted and (o.entity is null or coalesce(k.whole, true))
    ),
    columns as (
        select c.position, coalesce(array_agg(c.value) filter (where c.value is not null), '{}') as sample,
            case when max(c.times) > 1 then (
                select array_agg(e.value)
                from unnest(array_agg(c.value), array_agg(greatest(1, round(c.times * s.part)::integer))) e (value, times)
                cross join generate_series(1, e.times)
                where e.value is not null)
            end as every,
            count(*) filter (where c.missing) as missing, coalesce(sum(c.times) filter (where c.missing), 0) as every_missing
        from cells c, span s
        group by c.position, s.part
    )
    select c.position, c.sample, c.every, case when m.each then c.every_missing else c.missing end, s.row_count, s.refused_count,
        case when m.each then s.every_count - w.more else s.counted_count - w.more end::integer, s.first_at, s.last_at
    from columns c
    cross join span s
    -- The less striking of both; each alone where hardly any rows differ.
    cross join lateral (select coalesce(sum(n.rows - 1), 0) as more from own n where n.position = c.position and n.rows > 0) w
    cross join lateral (
        select s.row_count < 50 and s.every_count is not null or c.every_missing * (s.counted_count - w.more) < c.missing * (s.every_count - w.more) as each
    ) m
$$;

comment on function ml_private.current_samples(bigint, timestamptz, integer) is
    'The window of current_rows by input column (position 1..n), for the score of the last class (0) and, of more than two classes, for each class '
    '(-1, -2, …): its values, and where rows without an entity repeat, those of every row; how many of the counted rows lack one, equal rows '
    'without an entity counted once or each, whichever shows less, and how many entities were answered, refused and counted; of a model of several '
    'entities what a feature lacks counts once for each of its own.';
