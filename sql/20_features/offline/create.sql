-- Training datasets: statistics, content hash and the creation itself.

create or replace function ml_private.column_statistics(table_name text, column_name text, value_type text)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set extra_float_digits = '1'
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_statistics jsonb;
begin
    if value_type = 'string' then
        execute format($sql$
            with counted as (
                select t.%1$I as x, count(*) as n from %2$s t group by 1
            )
            select jsonb_build_object(
                'count', coalesce(sum(c.n) filter (where c.x is not null), 0), 'nulls', coalesce(sum(c.n) filter (where c.x is null), 0), 'distinct',
                    count(c.x),
                'top', (
                    select coalesce(jsonb_agg(jsonb_build_object('value', left(t.x, 200), 'count', t.n) order by t.n desc, t.x collate "C"), '[]')
                    from (select d.x, d.n from counted d where d.x is not null order by d.n desc, d.x collate "C" limit 20) t))
            from counted c$sql$, column_name, table_name)
        into v_statistics;
        return v_statistics;
    end if;
    execute format($sql$
        select jsonb_build_object('count', s.count, 'nulls', s.nulls, 'mean', s.mean, 'std', s.std, 'min', s.min, 'max', s.max, 'quantiles', case
            when s.count > 0 then (select jsonb_object_agg(q.p::text, q.v) from unnest(s.at, s.quantiles) q (p, v)) end)
        from (
            select count(x) as count, count(*) - count(x) as nulls, avg(x) as mean, stddev_pop(x) as std, min(x) as min, max(x) as max,
                array[0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99] as at,
                percentile_cont(array[0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]::double precision[]) within group (order by x) as quantiles
            from (select t.%1$I::%2$s as x from %3$s t) c
        ) s$sql$, column_name, case value_type when 'bool' then 'integer::double precision' else 'double precision' end, table_name)
    into v_statistics;
    return v_statistics;
end
$$;

comment on function ml_private.column_statistics(text, text, text) is
    'count, nulls, mean, std (population), min, max and quantiles (linear interpolation) of a column; text: distinct and the 20 most frequent values.';

-- Rows as text with every formatting setting pinned; a digest a row first, because one text of all rows could exceed 1 GB.
create or replace function ml_private.content_hash(table_name text, header text)
returns text
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set extra_float_digits = '1'
set timezone = 'UTC'
set datestyle = 'ISO'
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_hash text;
begin
    execute format(
        'select encode(sha256(convert_to($1, ''UTF8'') || '
        'string_agg(sha256(convert_to("ml row"::text, ''UTF8'')), '''' order by "ml row".row_id)), ''hex'') from %s "ml row"', table_name)
    into v_hash using header;
    return v_hash;
end
$$;

comment on function ml_private.content_hash(text, text) is 'sha256 in hex over a header and all rows in row_id order.';

create or replace function ml_private.write_dataset_table(table_name text, raw text, join_keys jsonb, features jsonb)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- @plpgsql_check_options: security_warnings = off
begin
    execute format($sql$
        create table %1$s as
        select r.row_id, r.split, r.event_time, %2$s, r.label, %3$s
        from pg_temp.%4$I r
        order by r.row_id;
        alter table %1$s add primary key (row_id);
        alter table %1$s enable row level security;
        revoke all on %1$s from public;
        create index on %1$s (split, row_id);
        analyze %1$s;$sql$,
        write_dataset_table.table_name,
        (
            select string_agg(format('r.%I', k.key ->> 'name'), ', ' order by k.n)
            from jsonb_array_elements(write_dataset_table.join_keys) with ordinality k (key, n)
        ),
        (
            select string_agg(format(
                case
                    when f.value_type = 'string' then '%s collate "default" as %I' -- A source's own collation is its owner's to drop.
                    when f.transformation is null then '%s as %I'
                    else 'ml_private.transform_' || f.id || '(%s::double precision) as %I' end,
                format('r.%I', 'ml feature ' || f.id), d.feature ->> 'column'), ', ' order by d.n)
            from jsonb_array_elements(write_dataset_table.features) with ordinality d (feature, n)
            join ml.features f on f.id = (d.feature ->> 'feature_id')::bigint
        ),
        write_dataset_table.raw);
end
$$;

comment on function ml_private.write_dataset_table(text, text, jsonb, jsonb) is
    'Materialise a dataset: raw values go through the very functions that online reads call.';

-- Held to the end: of two sessions that fit the same features the second waits and then uses what the first fitted. Before any source is read, as the order of
-- locks wants it: a retirement holds the view while it waits for the source.
create or replace function ml_private.lock_unfitted(features jsonb)
returns void
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    select from ml.feature_views v
    where v.id in (
        select f.view_id
        from jsonb_to_recordset(lock_unfitted.features) r (feature_id bigint)
        join ml.features f on f.id = r.feature_id
        where f.transformation ->> 'type' = 'normalize' and f.fitted is null)
    order by v.id
    for no key update
$$;

comment on function ml_private.lock_unfitted(jsonb) is 'Lock the views of a dataset that are still to be fitted.';

create or replace function ml_private.fit_dataset(features jsonb, dataset_id bigint, raw text, fit boolean)
returns bigint[]
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_ids bigint[] := array(select f.feature_id from jsonb_to_recordset(fit_dataset.features) f (feature_id bigint));
    v_unfitted record;
    v_view_ids bigint[];
begin
    select v.name, v.version, f.name as feature into v_unfitted
    from ml.features f
    join ml.feature_views v on v.id = f.view_id
    where f.id = any (v_ids) and f.transformation ->> 'type' = 'normalize' and f.fitted is null
    order by f.id
    limit 1;
    if not found then
        return array[]::bigint[];
    elsif not fit then
        perform ml_private.raise_conflict(
            format('%s@%s:%s is normalised and its parameters are not fitted yet', v_unfitted.name, v_unfitted.version, v_unfitted.feature), 'view_not_fitted',
            'set fit to true to fit them on the train rows of this dataset');
    end if;
    perform ml_private.fit_features(v_ids, fit_dataset.dataset_id, format('pg_temp.%I', fit_dataset.raw));
    select array_agg(distinct f.view_id) into v_view_ids
    from ml.features f
    where f.id = any (v_ids) and (f.fitted ->> 'dataset_id')::bigint = fit_dataset.dataset_id;
    return v_view_ids;
end
$$;

comment on function ml_private.fit_dataset(jsonb, bigint, text, boolean) is
    'Fit what the features of a dataset still lack, or refuse with PT409 view_not_fitted; returns the views that were fitted.';

create or replace function ml_private.describe_dataset(dataset ml.datasets)
returns ml.datasets
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_dataset ml.datasets := describe_dataset.dataset;
    v_columns jsonb;
    v_counts jsonb;
begin
    execute format('select jsonb_object_agg(c.split, c.n), sum(c.n) from (select split, count(*) as n from %s group by split) c', v_dataset.table_name)
    into v_counts, v_dataset.row_count;
    select jsonb_object_agg(p.part, coalesce(v_counts -> p.part, '0')) into v_dataset.split_counts
    from unnest(array['train', 'validation', 'test']) p (part)
    where (v_dataset.split ->> p.part)::numeric > 0;
    select jsonb_build_array(jsonb_build_object('column', 'label', 'value_type', v_dataset.label_type))
        || jsonb_agg(jsonb_build_object('column', f.feature -> 'column', 'value_type', f.feature -> 'value_type') order by f.n)
    into v_columns
    from jsonb_array_elements(v_dataset.features) with ordinality f (feature, n);
    select jsonb_object_agg(c.column, ml_private.column_statistics(v_dataset.table_name, c.column, c.value_type)) into v_dataset.statistics
    from jsonb_to_recordset(v_columns) c ("column" text, value_type text);
    v_dataset.content_hash := ml_private.content_hash(v_dataset.table_name, jsonb_build_array('aimatrix dataset 1', v_dataset.join_keys, v_columns)::text);
    v_dataset.warnings := ml_private.dataset_warnings(v_dataset);
    return v_dataset;
end
$$;

comment on function ml_private.describe_dataset(ml.datasets) is 'Fill in counts, statistics, warnings and content hash from the materialised table.';

create or replace function ml_private.check_split_counts(split_counts jsonb)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_empty text;
begin
    select c.key into v_empty from jsonb_each(check_split_counts.split_counts) c where c.value = '0' order by c.key limit 1;
    if found then
        perform ml_private.raise_invalid(
            format('the split leaves no row for %s: %s', v_empty, check_split_counts.split_counts), 'empty_split',
                'use more rows, another seed or another split');
    end if;
end
$$;

comment on function ml_private.check_split_counts(jsonb) is 'Refuse a dataset in which a side asked for came out empty.';

create or replace function ml_private.create_training_dataset_internal(
    name text, spine text, features text[], label text, event_time text, split jsonb, fit boolean, created_by uuid
)
returns ml.datasets
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_relation oid;
    v_work text := format('ml work %s', gen_random_uuid());
    v_dataset ml.datasets;
    v_fitted bigint[];
begin
    perform ml_private.check_name(create_training_dataset_internal.name, 'dataset name');
    if create_training_dataset_internal.fit is null then
        perform ml_private.raise_invalid('fit must be true or false, not null');
    end if;
    v_dataset.split := ml_private.check_split(create_training_dataset_internal.split);
    v_relation := ml_private.resolve_source(create_training_dataset_internal.spine, 'spine');
    v_dataset.features := ml_private.dataset_features(create_training_dataset_internal.features);
    v_dataset.join_keys := ml_private.dataset_join_keys(v_dataset.features);
    if create_training_dataset_internal.fit then
        perform ml_private.lock_unfitted(v_dataset.features);
    else
        perform ml_private.fit_dataset(v_dataset.features, null, null, false);
    end if;
    -- The second of two sessions with one name waits here for the first and then sees it.
    perform pg_advisory_xact_lock(hashtextextended('ml.datasets ' || create_training_dataset_internal.name, 0));
    if exists (select from ml.datasets d where d.name = create_training_dataset_internal.name) then
        perform ml_private.raise_duplicate(
            format('there is a dataset %s already', create_training_dataset_internal.name), 'duplicate',
            'datasets never change; choose another name');
    end if;

    perform ml_private.hold_source(v_relation, array[create_training_dataset_internal.event_time, create_training_dataset_internal.label]);
    perform ml_private.check_event_time(v_relation, create_training_dataset_internal.event_time, 'event_time');
    v_dataset.label_type := ml_private.label_type(v_relation, create_training_dataset_internal.label);
    perform ml_private.check_join_keys(v_relation, v_dataset.join_keys, 'spine');
    perform ml_private.cut_spine(
        v_work, v_relation, create_training_dataset_internal.event_time, create_training_dataset_internal.label, v_dataset.join_keys,
        ml_private.dataset_join_keys(jsonb_build_array(v_dataset.features -> 0)), v_dataset.split);
    perform ml_private.check_spine(
        v_work, ml_private.relation_name(v_relation), create_training_dataset_internal.event_time, create_training_dataset_internal.label, v_dataset.join_keys);
    perform ml_private.join_features(v_work, v_work || ' r', v_dataset.features);
    v_dataset.id := nextval(pg_get_serial_sequence('ml.datasets', 'id'));
    v_dataset.table_name := 'ml_datasets.d_' || v_dataset.id;
    v_fitted := ml_private.fit_dataset(v_dataset.features, v_dataset.id, v_work || ' r', create_training_dataset_internal.fit);
    perform ml_private.write_dataset_table(v_dataset.table_name, v_work || ' r', v_dataset.join_keys, v_dataset.features);
    v_dataset := ml_private.describe_dataset(v_dataset);
    perform ml_private.check_split_counts(v_dataset.split_counts);

    v_dataset.name := create_training_dataset_internal.name;
    v_dataset.spine := ml_private.relation_name(v_relation);
    v_dataset.event_time := create_training_dataset_internal.event_time;
    v_dataset.label := create_training_dataset_internal.label;
    v_dataset.created_by := create_training_dataset_internal.created_by;
    v_dataset.created_at := now();
    insert into ml.datasets overriding system value select v_dataset.*;
    update ml.feature_views v set fitted_on_dataset_id = v_dataset.id where v.id = any (v_fitted) and v.fitted_on_dataset_id is null;
    perform ml_private.add_lineage('source', v_dataset.spine, 'dataset', v_dataset.id::text);
    perform ml_private.add_lineage('feature', f.feature_id::text, 'dataset', v_dataset.id::text)
    from jsonb_to_recordset(v_dataset.features) f (feature_id bigint);
    return v_dataset;
end
$$;

comment on function ml_private.create_training_dataset_internal(text, text, text[], text, text, jsonb, boolean, uuid) is
    'ml.create_training_dataset without the role check, for retraining.';
