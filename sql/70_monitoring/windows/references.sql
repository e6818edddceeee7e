-- What a model version saw in training, pinned for good: the side of a drift check that never changes.

create or replace function ml_private.systematic_sample(sample double precision[], size integer)
returns double precision[]
language sql
immutable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with numbered as (
        select s.value, row_number() over () - 1 as i, count(*) over () as n
        from unnest(systematic_sample.sample) as s (value)
        where s.value is not null and s.value <> 'NaN'
    )
    select coalesce(array_agg(t.value order by t.value), '{}')
    from numbered t
    where t.n <= systematic_sample.size or (t.i * systematic_sample.size) / t.n <> ((t.i - 1) * systematic_sample.size) / t.n or t.i = 0
$$;

comment on function ml_private.systematic_sample(double precision[], integer) is
    'About size values at even steps through the sample, sorted ascending; all of them when there are no more. Nulls and NaN are left out.';

create or replace function ml_private.reference_scores(version_id bigint)
returns table (ordinal integer, name text, scores jsonb, split text)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    with recorded as (
        select e.details, v.signature -> 'classes' as classes,
            case when e.details ->> 'split' in ('train', 'validation', 'test') then e.details ->> 'split' end as split
        from ml.model_evidence e
        join ml.model_versions v on v.id = e.version_id
        where e.version_id = reference_scores.version_id and e.name = 'reference_scores'
        order by e.id desc
        limit 1
    )
    -- Of two classes one score tells the other. Of more, the last one's would say nothing of what moves between the others.
    select 0, 'score', r.details -> 'scores', r.split
    from recorded r
    where jsonb_array_length(r.classes) = 2 and jsonb_typeof(r.details -> 'scores') = 'array'
    union all
    select -c.ord::integer, format('score of %s', r.classes ->> (c.ord - 1)::integer), c.value, r.split
    from recorded r
    cross join lateral jsonb_array_elements(r.details -> 'class_scores') with ordinality as c (value, ord)
    where jsonb_array_length(r.classes) > 2 and jsonb_typeof(r.details -> 'class_scores') = 'array' and jsonb_typeof(c.value) = 'array'
$$;

comment on function ml_private.reference_scores(bigint) is
    'Held-out scores of a version by position in ml.drift_references, from its newest evidence reference_scores: details.scores of two classes, '
    'details.class_scores (one array a class) of more; with the side of the dataset that they are of, where the evidence tells it.';

create or replace function ml_private.pin_references(version_id bigint)
returns void
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    with version as (
        select v.id, v.signature, d.id as dataset_id, d.features
        from ml.model_versions v
        join ml.datasets d on d.id = v.dataset_id
        where v.id = pin_references.version_id
    ),
    inputs as materialized (
        select c.ord as position, c.feature as name, c.nullable, (ml_private.resolve_feature(c.feature, c.view_version)).id as feature_id
        from version v
        cross join lateral ml_private.signature_columns(v.signature) c
    ),
    columns as (
        select i.position, i.name, i.nullable, v.dataset_id, f.entry ->> 'column' as column_name, f.entry ->> 'value_type' as value_type
        from version v
        cross join lateral jsonb_array_elements(v.features) as f (entry)
        join inputs i on i.feature_id = (f.entry ->> 'feature_id')::bigint
    ),
    missing as (
        select c.position, m.row_count, m.missing
        from (
            select min(x.dataset_id) as dataset_id, array_agg(distinct x.column_name) as names, k.names as keys
            from columns x
            join ml_private.input_keys(pin_references.version_id) k on k.position = x.position
            group by k.names
        ) of_entity
        cross join lateral ml_private.dataset_missing(of_entity.dataset_id, of_entity.names, newest => true, keys => of_entity.keys) m
        join columns c on c.column_name = m.column_name
    ),
    samples as (
        select c.position, 'feature' as kind, c.name, d.sample, m.row_count, m.missing, null::integer as size,
            -- Of rows, whomever the column describes: one of five sites tells no machine from another.
            ml_private.mostly_different(case when k.whole then d.sample else ml_private.systematic_sample(array(
                select ml_private.dataset_values(c.dataset_id, c.column_name, 'train', q.required, newest => true)), 5000) end) as tells
        from columns c
        join missing m on m.position = c.position
        join ml_private.input_keys(pin_references.version_id) k on k.position = c.position
        -- Each entity once, by its newest row, as in the window of a check: rows of one entity are no independent observations, and who
        -- asks often would count for more here than there. A row that lacks what the model needs was left out of its training, and would be refused now.
        cross join (select array(select n.column_name from columns n where not n.nullable) as required) q
        cross join lateral (
            select ml_private.systematic_sample(array(
                select ml_private.dataset_values(c.dataset_id, c.column_name, 'train', q.required, newest => true, keys => k.names)), 5000) as sample
        ) d
        where c.value_type <> 'string'
        union all
        select p.ordinal, 'prediction', p.name,
            ml_private.systematic_sample(array(select s.value::double precision from jsonb_array_elements_text(p.scores) as s (value)), 5000),
            null, null, z.size, false
        from ml_private.reference_scores(pin_references.version_id) p
        -- Scores of one site are no independent observations, however many machines stand there: see current_samples.
        cross join (
            select min(ml_private.dataset_size(v.dataset_id, p.split, k.names)) as size
            from version v
            cross join (select distinct i.names from ml_private.input_keys(pin_references.version_id) i where not i.whole) k
            cross join (select min(e.split) as split from ml_private.reference_scores(pin_references.version_id) e) p
        ) z
    )
    insert into ml.drift_references (version_id, position, kind, name, sample, edges, row_count, missing_count, size, tells)
    select pin_references.version_id, s.position, s.kind, s.name, s.sample, ml_private.bin_edges(s.sample, 10), s.row_count, s.missing, s.size, s.tells
    from samples s
    where cardinality(s.sample) >= 2
    on conflict do nothing
$$;

comment on function ml_private.pin_references(bigint) is
    'Copy the distribution of every numeric input column over the entities that the version was trained on, each by its newest row, its share of '
    'missing values over all entities of the training split, and the held-out scores recorded as evidence reference_scores, to ml.drift_references; '
    'once a version.';
