-- The window by input column and score: the values, what is missing, and of how many.

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

create or replace function ml_private.input_owners(version_id bigint)
returns table ("position" integer, owner integer, names text[], tells boolean)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select x.position, (case when x.whole then 0 else dense_rank() over (order by x.whole, x.names) end)::integer, x.names,
        case when not x.whole then ml_private.mostly_different(x.sample) end
    from (
        select coalesce(k.position, r.position) as position, k.names, coalesce(k.whole, true) as whole, r.sample
        from ml_private.input_keys(input_owners.version_id) k
        full join (
            select d.position, d.sample from ml.drift_references d where d.version_id = input_owners.version_id and d.position > 0
        ) r on r.position = k.position
    ) x
$$;

comment on function ml_private.input_owners(bigint) is
    'Whom each input column describes, by position: 0 what a request names as a whole, 1, 2, … an entity of its own; tells: whether its entities '
    'had mostly different values in training.';

create or replace function ml_private.owners_by_position(version_id bigint)
returns integer[]
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select array(
        select coalesce(o.owner, -1)
        from generate_series(1, (select max(i.position) from ml_private.input_owners(owners_by_position.version_id) i)) as p (place)
        left join ml_private.input_owners(owners_by_position.version_id) o on o.position = p.place
        order by p.place)
$$;

comment on function ml_private.owners_by_position(bigint) is 'The owner of each input column, in their order; -1 where a position has none.';

create or replace function ml_private.own_key(
    features jsonb, key text, entity jsonb, names text[], positions integer[], telling integer[], out own text, out told boolean
)
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        case
            when own_key.entity is not null then (select jsonb_agg(own_key.entity -> n.name order by n.name)::text from unnest(own_key.names) n (name))
            when own_key.features is null then own_key.key
            else md5(v.inputs::text)
        end,
        case when own_key.entity is null and own_key.features is not null then ml_private.told_apart(v.inputs, own_key.telling) end
    -- Read through once: each access by position would unpack the whole row.
    from (
        select (
            select jsonb_agg(f.value order by f.n)
            from jsonb_array_elements(own_key.features) with ordinality f (value, n)
            where f.n = any (own_key.positions)
        ) as inputs
    ) v
$$;

comment on function ml_private.own_key(jsonb, text, jsonb, text[], integer[], integer[]) is
    'Which of its own entities a row''s columns describe: by the join keys or, of a row without an entity, by their values (told: whether these tell '
    'one from another); of a refused row without an entity by the row.';

create or replace function ml_private.repeated(sample double precision[], times integer[])
returns double precision[]
language sql
immutable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(array_agg(v.value), '{}')
    from unnest(repeated.sample, repeated.times) v (value, times)
    cross join generate_series(1, v.times)
    where v.value is not null
$$;

comment on function ml_private.repeated(double precision[], integer[]) is 'Each value so many times; nulls are left out.';

create or replace function ml_private.window_parts(version_id bigint, since timestamptz, max_rows integer)
returns table (owner integer, features jsonb, score double precision, output jsonb, missing integer[], valued boolean, counted boolean, times bigint,
    weight integer, rows bigint, known boolean, first_at timestamptz, last_at timestamptz)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    with observed as materialized (
        select * from ml_private.current_rows(window_parts.version_id, window_parts.since, window_parts.max_rows)
    ),
    places as materialized (
        select * from ml_private.input_owners(window_parts.version_id)
    ),
    -- Of a machine at a site the columns of the site are observed once a site: its newest answer, and what its newest counted row lacked.
    own as materialized (
        select w.owner, k.told, k.told is null or w.telling <> '{}' as known, case when k.told is null then 1 else sum(o.times) end as times,
            count(*) filter (where o.missing is null) as rows,
            (array_agg(o.n order by o.at desc, o.n) filter (where o.missing is null))[1] as answered,
            (array_agg(o.n order by o.at desc, o.n) filter (where o.counted))[1] as counted
        from (
            select p.owner, p.names, array_agg(p.position order by p.position) as positions,
                coalesce(array_agg(p.n) filter (where p.tells), '{}') as telling
            from (select *, (row_number() over (partition by q.owner order by q.position))::integer as n from places q where q.owner > 0) p
            group by p.owner, p.names
        ) w
        cross join observed o
        cross join lateral ml_private.own_key(o.features, o.key, o.entity, w.names, w.positions, w.telling) k
        group by w.owner, k.own, k.told, w.telling
    ),
    weighed as materialized (
        select w.*, case when w.told is false then ml_private.row_weight(w.times, u.usual, window_parts.max_rows) else 1 end as weight
        from own w
        join (select o.owner, coalesce(avg(o.times) filter (where o.told), 1) as usual from own o group by o.owner) u on u.owner = w.owner
    )
    select 0, case when exists (select from places p where p.owner = 0) then o.features end, o.score, o.output, o.missing, o.missing is null, o.counted,
        o.times, o.weight, 1, true, o.first_at, o.last_at
    from observed o
    union all
    select w.owner, o.features, null, null, o.missing, true, coalesce(w.counted = w.answered, false), w.times, w.weight, w.rows, w.known, o.first_at,
        o.last_at
    from weighed w
    join observed o on o.n = w.answered
    union all
    select w.owner, o.features, null, null, o.missing, false, true, w.times, w.weight, case when w.answered is null then w.rows end, w.known,
        o.first_at, o.last_at
    from weighed w
    join observed o on o.n = w.counted
    where w.counted is distinct from w.answered
$$;

comment on function ml_private.window_parts(bigint, timestamptz, integer) is
    'The window of current_rows for each owner of inputs: 0 the rows as they are; of an entity of its own each once, by its newest answered row '
    '(valued: its values count, rows: of so many rows) and its newest counted one (counted: what it lacks counts); known: whether it can be told from '
    'others of its kind.';

create or replace function ml_private.current_samples(version_id bigint, since timestamptz, max_rows integer)
returns table (ordinal integer, sample double precision[], every double precision[], missing bigint, counted bigint, every_missing bigint,
    every_counted bigint, each_alone boolean, size integer, row_count integer, refused_count integer, first_at timestamptz, last_at timestamptz)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    with windowed as materialized (
        select * from ml_private.window_parts(current_samples.version_id, current_samples.since, current_samples.max_rows)
    ),
    parts as materialized (
        -- One row that is polled a thousand times, as by a probe, must not speak for all of what is missing; rows that nothing tells apart may be many.
        select o.*, case when o.weight > 1 then o.times else least(o.times, 10 * m.times) end as asked
        from windowed o
        join (
            select w.owner, percentile_disc(0.5) within group (order by w.times) as times from windowed w group by w.owner
        ) m on m.owner = o.owner
    ),
    owners as (
        select o.owner, coalesce(sum(o.weight) filter (where o.counted), 0) as counted, coalesce(sum(o.asked) filter (where o.counted), 0) as every_counted,
            -- As many as rows of equal weight would be that vary as these do (Kish 1965, Survey Sampling).
            floor(sum(o.rows) ^ 2 / nullif(sum(o.rows * o.rows), 0)) as size,
            -- By values that do not tell one from another a flag would be two things, and nothing could ever be shown of a score.
            bool_and(o.known) as known
        from parts o
        group by o.owner
    ),
    span as (
        select ml_private.rows_repeat(current_samples.version_id) as repeat, ml_private.owners_by_position(current_samples.version_id) as owners,
            count(*) filter (where o.owner = 0 and o.missing is null)::integer as row_count,
            count(o.missing) filter (where o.owner = 0)::integer as refused_count, max(o.times) > 1 as repeats, max(o.weight) > 1 as weighs,
            -- No more values than twice max_rows, in proportion.
            least(1, current_samples.max_rows / nullif(sum(o.times) filter (where o.owner = 0), 0)::double precision) as part,
            min(o.first_at) as first_at, max(o.last_at) as last_at, (select min(w.size)::integer from owners w where w.owner > 0 and w.known) as size
        from parts o
    ),
    cells as (
        select 0 as position, o.score as value, false as missing, o.times, o.asked, o.weight from parts o where o.score is not null
        union all
        -- Class i of several stands at position -i; the first is told from the score of the last, which two classes have, by who asks.
        select -p.position::integer, (p.value #>> '{}')::double precision, false, o.times, o.asked, o.weight
        from parts o
        cross join lateral jsonb_array_elements(o.output -> 'probabilities') with ordinality as p (value, position)
        where jsonb_typeof(o.output -> 'probabilities') = 'array' and jsonb_array_length(o.output -> 'probabilities') > 2
            and jsonb_typeof(p.value) = 'number'
        union all
        select f.position::integer, case when o.valued and jsonb_typeof(f.value) = 'number' then (f.value #>> '{}')::double precision end,
            o.counted and jsonb_typeof(f.value) = 'null', o.times, o.asked, o.weight
        from parts o
        cross join lateral jsonb_array_elements(o.features) with ordinality as f (value, position)
        where jsonb_typeof(f.value) in ('number', 'null') and (select s.owners from span s)[f.position::integer] = o.owner
        union all
        select distinct_positions.position, null, true, o.times, o.asked, o.weight
        from parts o
        cross join lateral (select distinct m.position from unnest(o.missing) as m (position)) distinct_positions
        where o.counted and (select s.owners from span s)[distinct_positions.position] = o.owner
    ),
    columns as (
        select c.position, case when (select s.weighs from span s)
                then ml_private.repeated(
                    array_agg(c.value) filter (where (select s.weighs from span s)), array_agg(c.weight) filter (where (select s.weighs from span s)))
                else coalesce(array_agg(c.value) filter (where c.value is not null), '{}') end as sample,
            case when max(c.times) > 1 then ml_private.repeated(array_agg(c.value) filter (where (select s.repeats from span s)),
                array_agg(greatest(1, round(c.times * (select s.part from span s))::integer)) filter (where (select s.repeats from span s))) end as every,
            coalesce(sum(c.weight) filter (where c.missing), 0) as missing, coalesce(sum(c.asked) filter (where c.missing), 0) as every_missing
        from cells c
        group by c.position
    )
    select c.position, c.sample, c.every, c.missing, w.counted, c.every_missing, w.every_counted, w.owner = 0 and s.repeat and s.row_count < 50,
        case when c.position <= 0 then s.size end, s.row_count, s.refused_count, s.first_at, s.last_at
    from columns c
    cross join span s
    join owners w on w.owner = case when c.position <= 0 then 0 else s.owners[c.position] end
$$;

comment on function ml_private.current_samples(bigint, timestamptz, integer) is
    'The window of current_rows by input column (position 1..n), for the score of the last class (0) and, of more than two classes, for each class '
    '(-1, -2, …): its values, each thing''s once and, where rows without an entity repeat, those of every row; of the counted how many lack one, both '
    'ways too (each_alone: where nothing else says anything); of scores as how many independent ones they count (size); '
    'and how many entities were answered and refused.';
