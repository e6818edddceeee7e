-- The one place that writes SQL text. A view version compiles to a trigger function, a feature with a transformation to ml_private.transform_<id>.

-- A function takes 100 arguments at most, so long lists are built in pieces and joined.
create or replace function ml_private.json_call(function_name text, arguments text[])
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(string_agg(p.piece, ' || ' order by p.part), format('%s()', json_call.function_name))
    from (
        select (u.n - 1) / 45 as part, format('%s(%s)', json_call.function_name, string_agg(u.argument, ', ' order by u.n)) as piece
        from unnest(json_call.arguments) with ordinality u (argument, n)
        group by 1
    ) p
$$;

comment on function ml_private.json_call(text, text[]) is
    'SQL text of jsonb_build_array or jsonb_build_object over any number of arguments; for objects each argument is a name and value pair.';

create or replace function ml_private.key_cast(key_type text)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$ select case key_cast.key_type when 'int64' then 'bigint' when 'uuid' then 'uuid' else 'text' end $$;

comment on function ml_private.key_cast(text) is 'The SQL type of a join key type.';

create or replace function ml_private.entity_key_sql(join_keys jsonb, alias text)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select ml_private.json_call('jsonb_build_array',
        array_agg(format('%s.%I::%s', entity_key_sql.alias, k.key ->> 'name', ml_private.key_cast(k.key ->> 'type')) order by k.n))
        || '::text'
    from jsonb_array_elements(entity_key_sql.join_keys) with ordinality k (key, n)
$$;

comment on function ml_private.entity_key_sql(jsonb, text) is 'SQL text of the entity key of a row.';

create or replace function ml_private.entity_sql(join_keys jsonb, alias text)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select ml_private.json_call('jsonb_build_object',
        array_agg(format('%L, %s.%I::%s', k.name, entity_sql.alias, k.name, ml_private.key_cast(k.type))))
    from jsonb_to_recordset(entity_sql.join_keys) k (name text, type text)
$$;

comment on function ml_private.entity_sql(jsonb, text) is 'SQL text of the entity of a row as an object.';

create or replace function ml_private.feature_sql(view_id bigint, alias text)
returns table (feature_id bigint, name text, "position" integer, value_type text, source_column text, expression text)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    with view as materialized (
        select v.id, ml_private.resolve_source(v.source, 'source') as relation from ml.feature_views v where v.id = feature_sql.view_id
    )
    select f.id, f.name, f.position, f.value_type, f.source_column, ml_private.value_expression(
        format('%s.%I', feature_sql.alias, f.source_column), ml_private.column_type(v.relation, f.source_column, f.name), f.value_type)
    from view v
    join ml.features f on f.view_id = v.id
    order by f.position
$$;

comment on function ml_private.feature_sql(bigint, text) is 'Each feature of a view with the SQL text that reads its raw value from a source row.';

-- "Newest" is one rule, online and offline: the greatest event time, then the greatest created time (a null one counts as the event time), then the greatest
-- values, features compared in the order of their names' length, then name, nulls lowest. jsonb objects compare in just that order, so the online
-- store can compare what it holds.
create or replace function ml_private.newest_order_sql(view_id bigint, alias text)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select format('%s.%I desc', newest_order_sql.alias, v.event_time)
        || case when v.created_time is null then ''
            else format(', coalesce(%1$s.%2$I, %1$s.%3$I) desc', newest_order_sql.alias, v.created_time, v.event_time) end
        || (
            select string_agg(format(', %s%s desc nulls last', f.expression, case f.value_type when 'string' then ' collate "default"' else '' end), ''
                order by octet_length(f.name), f.name collate "C")
            from ml_private.feature_sql(v.id, newest_order_sql.alias) f
        )
    from ml.feature_views v
    where v.id = newest_order_sql.view_id
$$;

comment on function ml_private.newest_order_sql(bigint, text) is 'SQL text of the ordering that puts the newest row of an entity first.';

-- Told by the row alone, never by when somebody looked at it: so what a view leaves out online, datasets leave out too, then and later.
create or replace function ml_private.timely_row_sql(view_id bigint, alias text)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select format('%1$s.%2$I - %4$L::interval <= coalesce(%1$s.%3$I, %1$s.%2$I)', timely_row_sql.alias, v.event_time, v.created_time, v.future_tolerance)
    from ml.feature_views v
    where v.id = timely_row_sql.view_id and v.future = 'quarantine'
$$;

comment on function ml_private.timely_row_sql(bigint, text) is 'SQL text of whether a source row is not in quarantine; null for a view that has none.';

create or replace function ml_private.usable_row_sql(view_id bigint, alias text)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select string_agg(format('%s.%I is not null and ', usable_row_sql.alias, k.key ->> 'name'), '' order by k.n)
        -- An entity key must fit an index entry; only text can be too long.
        || coalesce(ml_private.key_fits_sql(e.join_keys, usable_row_sql.alias) || ' and ', '')
        || case when bool_or(k.key ->> 'type' = 'string') then format(
            'octet_length(%s) <= 2000 and ', ml_private.entity_key_sql(e.join_keys, usable_row_sql.alias)) else '' end
        || format('isfinite(%s.%I)', usable_row_sql.alias, v.event_time)
        || case when v.created_time is null then '' else format(' and %s.%I is distinct from ''infinity''', usable_row_sql.alias, v.created_time) end
        || coalesce(' and ' || ml_private.timely_row_sql(v.id, usable_row_sql.alias), '')
    from ml.feature_views v
    join ml.entities e on e.id = v.entity_id
    cross join jsonb_array_elements(e.join_keys) with ordinality k (key, n)
    where v.id = usable_row_sql.view_id
    group by e.id, v.id
$$;

comment on function ml_private.usable_row_sql(bigint, text) is
    'SQL text of what makes a source row count: join keys not null, event time finite, created time not infinite, not in quarantine.';

create or replace function ml_private.standing_row_sql(view_id bigint, alias text, ever boolean default false)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select ml_private.usable_row_sql(v.id, standing_row_sql.alias) || case when v.history_of is null then '' else format(
        ' and (%1$s.ml_superseded_at is null or %1$s.ml_superseded_at > greatest(%1$s.%2$I, %1$s.%3$I%4$s))', standing_row_sql.alias, v.event_time,
            v.created_time,
        case when standing_row_sql.ever then '' else ', ml_private.online_clock()' end) end
    from ml.feature_views v
    where v.id = standing_row_sql.view_id
$$;

comment on function ml_private.standing_row_sql(bigint, text, boolean) is
    'SQL text of whether a source row counts now or later, or ever did: it is usable, and of a history has not ended, nor will before it is due.';

create or replace function ml_private.view_rows_sql(view_id bigint, relation text, ever boolean default false)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select format(
        'select %s as entity_key, %s as entity, %s as values, r.%I as event_time, %s as created_time from %s r where %s',
        ml_private.entity_key_sql(e.join_keys, 'r'),
        ml_private.entity_sql(e.join_keys, 'r'),
        ml_private.json_call('jsonb_build_object', (
            select array_agg(format('%L, %s', f.name, f.expression) order by f.position) from ml_private.feature_sql(v.id, 'r') f)),
        v.event_time,
        case when v.created_time is null then 'null::timestamptz' else format('r.%I', v.created_time) end,
        view_rows_sql.relation,
        ml_private.standing_row_sql(v.id, 'r', view_rows_sql.ever))
    from ml.feature_views v
    join ml.entities e on e.id = v.entity_id
    where v.id = view_rows_sql.view_id
$$;

comment on function ml_private.view_rows_sql(bigint, text, boolean) is
    'SQL text that turns the rows of a relation that count, or ever did, into rows of the online store.';

create or replace function ml_private.due_sql(view_id bigint, alias text, clock text)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- Two conditions and no greatest(): the first one can be looked up in an index.
    select format('%s.%I <= %s', due_sql.alias, v.event_time, due_sql.clock)
        || case when v.created_time is null then ''
            else format(' and coalesce(%1$s.%2$I, %1$s.%3$I) <= %4$s', due_sql.alias, v.created_time, v.event_time, due_sql.clock) end
    from ml.feature_views v
    where v.id = due_sql.view_id
$$;

comment on function ml_private.due_sql(bigint, text, text) is
    'SQL text of whether a source row counts by a clock: neither its event time nor its created time is later.';

-- Ranking on plain columns first leaves the jsonb to be built for the survivors only.
create or replace function ml_private.newest_rows_sql(view_id bigint, relation text, clock text)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select ml_private.view_rows_sql(v.id, format(
        '(select * from (select %s, rank() over (partition by %s order by t.%I desc%s) as "ml newest rank" from %s t where %s and %s) q where q."ml '
        'newest rank" = 1)',
        (
            select string_agg(format('t.%I', c.name), ', ' order by c.name)
            from (
                select k.name from jsonb_to_recordset(e.join_keys) k (name text)
                union select v.event_time
                union select v.created_time where v.created_time is not null
                union select 'ml_superseded_at' where v.history_of is not null
                union select f.source_column from ml.features f where f.view_id = v.id
            ) c
        ),
        (select string_agg(format('t.%I', k.name), ', ') from jsonb_to_recordset(e.join_keys) k (name text)),
        v.event_time,
        case when v.created_time is null then '' else format(', coalesce(t.%I, t.%I) desc', v.created_time, v.event_time) end,
        newest_rows_sql.relation,
        ml_private.standing_row_sql(v.id, 't'),
        ml_private.due_sql(v.id, 't', newest_rows_sql.clock)))
    from ml.feature_views v
    join ml.entities e on e.id = v.entity_id
    where v.id = newest_rows_sql.view_id
$$;

comment on function ml_private.newest_rows_sql(bigint, text, text) is
    'SQL text of the newest rows of each entity in a relation that are due by the clock; full ties stay in.';

-- The conflict branch writes the row even when the stored one stays: a second transaction that took its snapshot earlier must notice (repeatable read
-- gets 40001, never a stale row). Entity keys in order, so that two statements lock rows in the same order.
create or replace function ml_private.upsert_sql(view_id bigint, rows_sql text)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select format($sql$
        insert into ml.online_features as o (view_id, entity_key, entity, values, event_time, created_time, written_at)
        select distinct on (p.entity_key) %s, p.entity_key, p.entity, p.values, p.event_time, p.created_time, clock_timestamp()
        from (%s) p
        order by p.entity_key, p.event_time desc, coalesce(p.created_time, p.event_time) desc, p.values desc
        on conflict (view_id, entity_key) do update
        set (values, event_time, created_time, written_at) = (
            select
                case when n.newer then excluded.values else o.values end,
                case when n.newer then excluded.event_time else o.event_time end,
                case when n.newer then excluded.created_time else o.created_time end,
                excluded.written_at
            from (select (excluded.event_time, coalesce(excluded.created_time, excluded.event_time), excluded.values)
                >= (o.event_time, coalesce(o.created_time, o.event_time), o.values) as newer) n
        )$sql$, upsert_sql.view_id, upsert_sql.rows_sql)
$$;

comment on function ml_private.upsert_sql(bigint, text) is 'SQL text that merges rows into the online store; an older row never replaces a newer one.';
