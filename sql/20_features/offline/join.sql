-- Cutting a training dataset: the spine's rows, the point-in-time join, the table. Work tables are temporary and leave with the transaction.

-- On the rows that were cut, not on the spine again: between two statements others may write to it.
create or replace function ml_private.check_spine(work text, spine text, event_time text, label text, join_keys jsonb)
returns void
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
-- @plpgsql_check_options: security_warnings = off
declare
    v_all bigint;
    v_no_time bigint;
    v_no_label bigint;
    v_no_key bigint;
begin
    execute format(
        'select count(*), count(*) filter (where not coalesce(isfinite(w.event_time) and w.event_time >= ''0001-01-01 00:00:00+00'', false)), '
        'count(*) filter (where w.label is null), count(*) filter (where not (%s and octet_length(w."ml key") <= 2000)) from pg_temp.%I w',
        (select string_agg(format('w.%I is not null', k.name), ' and ') from jsonb_to_recordset(check_spine.join_keys) k (name text)), check_spine.work)
    into v_all, v_no_time, v_no_label, v_no_key;
    if v_all = 0 then
        perform ml_private.raise_invalid(format('spine %s has no rows', spine), 'empty_spine');
    elsif v_no_time > 0 then
        perform ml_private.raise_invalid(
            format('%s of %s rows of spine %s have no usable %s', v_no_time, v_all, spine, check_spine.event_time), 'invalid_spine',
            'every row needs a time from the year 1 on; use a view that leaves the others out');
    elsif v_no_key > 0 then
        perform ml_private.raise_invalid(
            format('%s of %s rows of spine %s lack a join key or have one beyond 2000 bytes', v_no_key, v_all, spine), 'invalid_spine',
                'use a view that leaves them out');
    elsif v_no_label > 0 then
        perform ml_private.raise_invalid(
            format('%s of %s rows of spine %s have no %s (null, NaN or a magnitude beyond 1e150)', v_no_label, v_all, spine, check_spine.label),
                'missing_label',
            'use a view that leaves them out');
    end if;
end
$$;

comment on function ml_private.check_spine(text, text, text, text, jsonb) is
    'Refuse a spine with rows that cannot be joined or learned from; nothing is dropped silently.';

create or replace function ml_private.split_sql(split jsonb)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with parts as (
        select p.part, p.n, sum((split_sql.split ->> p.part)::numeric) over (order by p.n) as upto
        from unnest(array['train', 'validation', 'test']) with ordinality p (part, n)
        where (split_sql.split ->> p.part)::numeric > 0
    )
    select format(
        'case %s else %L end',
        string_agg(format('when %s < %s then %L', case split_sql.split ->> 'method'
            -- A hash of seed and entity: an entity never lies on both sides, and a row keeps its side when the spine grows.
            when 'random' then format(
                '(''x'' || left(encode(sha256(convert_to(%L || "ml split key", ''UTF8'')), ''hex''), 8))::bit(32)::bigint / 4294967296.0',
                    split_sql.split ->> 'seed' || ':')
            -- Rows of one time share a rank, so they share a side.
            else '(rank() over (order by event_time) - 1)::numeric / count(*) over ()' end, p.upto, p.part), ' ' order by p.n),
        (select l.part from parts l order by l.n desc limit 1))
    from parts p
$$;

comment on function ml_private.split_sql(jsonb) is 'SQL text of the side on which a spine row falls.';

create or replace function ml_private.cut_spine(work text, relation oid, event_time text, label text, join_keys jsonb, split_keys jsonb, split jsonb)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set extra_float_digits = '1'
as $$
    -- @plpgsql_check_options: security_warnings = off
begin
    -- Numbered by content, so that row ids and the content hash do not depend on where rows lie; rows that tie in all of it are equal in all of it.
    execute format($sql$
        create temporary table %1$I on commit drop as
        select
            row_number() over (order by s.event_time, s."ml key" collate "C", s.label::text collate "C") as row_id,
            %2$s as split, s.*
        from (
            select r.%3$I::timestamptz as event_time, %4$s, %5$s as label, %6$s as "ml key", %7$s as "ml split key"
            from %8$s r
        ) s$sql$,
        cut_spine.work,
        ml_private.split_sql(cut_spine.split),
        cut_spine.event_time,
        (
            select string_agg(format('r.%1$I::%2$s as %1$I', k.key ->> 'name',
                ml_private.key_cast(k.key ->> 'type') || case k.key ->> 'type' when 'string' then ' collate "default"' else '' end), ', ' order by k.n)
            from jsonb_array_elements(cut_spine.join_keys) with ordinality k (key, n)
        ),
        ml_private.value_expression(
            format('r.%I', cut_spine.label), ml_private.column_type(relation, cut_spine.label, 'label'), ml_private.label_type(relation, cut_spine.label))
            || case ml_private.label_type(relation, cut_spine.label) when 'string' then ' collate "default"' else '' end,
        ml_private.entity_key_sql(cut_spine.join_keys, 'r'),
        ml_private.entity_key_sql(cut_spine.split_keys, 'r'),
        ml_private.source_rows_sql(relation, array(select k ->> 'name' from jsonb_array_elements(cut_spine.join_keys) k) || cut_spine.event_time
            || cut_spine.label));
    execute format('analyze pg_temp.%I', cut_spine.work);
end
$$;

comment on function ml_private.cut_spine(text, oid, text, text, jsonb, jsonb, jsonb) is
    'Make the temporary table of spine rows: row_id, split, event_time, join keys, label.';

-- What a view's laterals read. A source with an index on (join keys, event time) is read where it is: one index descent a spine row. Any other source
-- is copied first, only the entities of the spine, and the copy gets that index: sort once instead of scanning once a row.
create or replace function ml_private.join_source(work text, view_id bigint)
returns text
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_view record;
    v_copy text := join_source.work || ' v' || join_source.view_id;
    v_keys text;
begin
    select v.source, v.event_time, v.created_time, e.join_keys, o.oid as origin, ml_private.resolve_source(v.source, 'source') as relation into v_view
    from ml.feature_views v
    join ml.entities e on e.id = v.entity_id
    left join pg_catalog.pg_class o on o.oid = to_regclass(v.history_of) and o.relkind in ('r', 'p') and v.retired_at is null
        and has_table_privilege(o.oid, 'select')
    where v.id = join_source.view_id;
    if v_view.origin is not null then
        -- A retirement locks the table of a history before the history; another view of the cut may read that table.
        execute format('lock table only %s in access share mode', ml_private.relation_name(v_view.origin));
    end if;
    perform ml_private.hold_source(v_view.relation, ml_private.view_columns(join_source.view_id));
    perform ml_private.check_view_columns(join_source.view_id, v_view.relation);
    if (select c.relkind from pg_catalog.pg_class c where c.oid = v_view.relation) in ('r', 'p')
        and ml_private.has_newest_index(v_view.relation, v_view.join_keys, v_view.event_time)
    then
        return v_view.source;
    end if;
    select string_agg(format('%I', k.key ->> 'name'), ', ' order by k.n) into v_keys from jsonb_array_elements(v_view.join_keys) with ordinality k (key, n);
    execute format($sql$
        create temporary table %1$I on commit drop as
        select %2$s from %3$s r
        where %4$s and exists (select from pg_temp.%5$I w where %6$s);
        create index on pg_temp.%1$I (%7$s, %8$I);
        analyze pg_temp.%1$I;$sql$,
        v_copy,
        (
            select string_agg(format('r.%I', c.name), ', ' order by c.name) from unnest(ml_private.view_columns(join_source.view_id)) c (name)
        ),
        ml_private.source_rows_sql(v_view.relation, ml_private.view_columns(join_source.view_id)),
        ml_private.usable_row_sql(join_source.view_id, 'r'),
        join_source.work,
        (select string_agg(format('r.%1$I = w.%1$I', k.name), ' and ') from jsonb_to_recordset(v_view.join_keys) k (name text)),
        v_keys, v_view.event_time);
    return format('pg_temp.%I', v_copy);
end
$$;

comment on function ml_private.join_source(text, bigint) is
    'The relation that the point-in-time join of a view reads: its source, or an indexed copy of what the spine needs of it.';

-- event_ts in [spine_ts - ttl, spine_ts], both inclusive; the row known by then (created_time <= spine_ts), newest first; a left join on at most one
-- row, so every spine row stays once.
create or replace function ml_private.newest_before_sql(work text, view_id bigint, feature_ids bigint[])
returns text
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    select format(
        'left join lateral (select %s from %s r where %s and r.%I <= w.event_time%s%s%s%s and isfinite(r.%I)%s order by %s limit 1) v%s on true',
        (
            select string_agg(format('%s as %I', f.expression, 'ml feature ' || f.feature_id), ', ' order by f.position)
            from ml_private.feature_sql(v.id, 'r') f
            where f.feature_id = any (newest_before_sql.feature_ids)
        ),
        ml_private.join_source(newest_before_sql.work, v.id),
        (select string_agg(format('r.%1$I = w.%1$I', k.name), ' and ') from jsonb_to_recordset(e.join_keys) k (name text)),
        v.event_time,
        -- So that the index which leaves other rows out can be used.
        coalesce(' and ' || ml_private.key_fits_sql(e.join_keys, 'r'), ''),
        case when v.ttl is null then '' else format(' and r.%I >= w.event_time - %L::interval', v.event_time, v.ttl) end,
        case when v.created_time is null then '' else format(' and coalesce(r.%I, r.%I) <= w.event_time', v.created_time, v.event_time) end,
        case when v.history_of is null then '' else ' and coalesce(r.ml_superseded_at > w.event_time, true)' end,
        v.event_time,
        coalesce(' and ' || ml_private.timely_row_sql(v.id, 'r'), ''),
        ml_private.newest_order_sql(v.id, 'r'),
        v.id)
    from ml.feature_views v
    join ml.entities e on e.id = v.entity_id
    where v.id = newest_before_sql.view_id
$$;

comment on function ml_private.newest_before_sql(text, bigint, bigint[]) is
    'SQL text that joins to each spine row w the row of a view that was current at its time.';

create or replace function ml_private.join_features(work text, raw text, features jsonb)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_ids bigint[] := array(select f.feature_id from jsonb_to_recordset(join_features.features) f (feature_id bigint));
    v_view_id bigint;
    v_joins text := '';
begin
    for v_view_id in select distinct f.view_id from jsonb_to_recordset(join_features.features) f (view_id bigint) order by 1 loop
        v_joins := v_joins || ' ' || ml_private.newest_before_sql(join_features.work, v_view_id, v_ids);
    end loop;
    execute format('create temporary table %I on commit drop as select w.*, %s from pg_temp.%I w %s',
        join_features.raw,
        (select string_agg(format('v%s.%I', f.view_id, 'ml feature ' || f.feature_id), ', ')
            from jsonb_to_recordset(join_features.features) f (view_id bigint, feature_id bigint)),
        join_features.work, v_joins);
end
$$;

comment on function ml_private.join_features(text, text, jsonb) is 'Make the temporary table of spine rows with raw feature values as of each row''s time.';
