-- What is one thing, where requests name no entity: equal rows are one that is asked about again, unless nothing in them can tell.

create or replace function ml_private.mostly_different(sample double precision[])
returns boolean
language sql
immutable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select count(s.value) > 0 and count(distinct s.value) >= 0.5 * count(s.value) from unnest(mostly_different.sample) as s (value)
$$;

comment on function ml_private.mostly_different(double precision[]) is 'Whether at least half of the values are different ones.';

create or replace function ml_private.telling_inputs(version_id bigint)
returns integer[]
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$ select coalesce(array_agg(r.position) filter (where r.tells), '{}') from ml.drift_references r where r.version_id = telling_inputs.version_id $$;

comment on function ml_private.telling_inputs(bigint) is
    'Positions of the inputs of a version that had mostly different values among the rows of its training: where one of them has a value, equal rows '
    'are one thing.';

-- A row without an entity that comes again may be the same thing asked about twice, or another one that has the same values, as counts and flags have.
create or replace function ml_private.rows_repeat(version_id bigint)
returns boolean
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$ select cardinality(ml_private.telling_inputs(rows_repeat.version_id)) = 0 $$;

comment on function ml_private.rows_repeat(bigint) is 'True when in training no numeric input of a version had mostly different values.';

create or replace function ml_private.told_apart(inputs jsonb, telling integer[])
returns boolean
language sql
immutable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select case when cardinality(told_apart.telling) > 0
        then exists (select from unnest(told_apart.telling) t (place) where jsonb_typeof(told_apart.inputs -> (t.place - 1)) <> 'null')
        else (select 2 * count(*) filter (where jsonb_typeof(i.value) = 'null') <= count(*) from jsonb_array_elements(told_apart.inputs) i (value)) end
$$;

comment on function ml_private.told_apart(jsonb, integer[]) is
    'Whether inputs still hold what tells one thing from another: a value of a telling input or, where none is telling, of half of them. Rows that do '
    'not are equal because it is gone.';

-- Of a dead upstream thousands of rows are equal, and so are those of one device that is polled. The others tell which: they are polled too, or not.
create or replace function ml_private.row_weight(times bigint, usual numeric, most integer)
returns integer
language sql
immutable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $$ select least(row_weight.most, greatest(1, round(row_weight.times / row_weight.usual)))::integer $$;

comment on function ml_private.row_weight(bigint, numeric, integer) is
    'For how many things equal rows count that hold nothing to tell them apart: as often as they came beside how often one of the others usually did.';
