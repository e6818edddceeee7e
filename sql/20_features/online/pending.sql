-- Rows that are later than now. A row counts from the later of its event time and its created time on, as in the point-in-time join. Until then it is
-- kept in ml_private.online_pending, and the row before it stays online. Locks are taken on pending rows first, then on online rows (in views that
-- keep a history the other way round); the promotion, which has to start with both, waits for neither.

-- One clock for reads, writers and promotions, read while they run and not when their transaction began: a default of clock_timestamp() is never
-- later than the trigger that sees it, and whoever sees a row that was put online reads the clock after it was. A function of its own, so that a test
-- can set the time; nobody else can.
create or replace function ml_private.online_clock()
returns timestamptz
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$ select clock_timestamp() $$;

comment on function ml_private.online_clock() is 'The time by which a row of the online store is due.';

create or replace function ml_private.row_hash(created_time timestamptz, row_values jsonb)
returns bytea
language sql
immutable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $$ select sha256(convert_to(concat_ws(' ', extract(epoch from row_hash.created_time)::numeric, row_hash.row_values), 'UTF8')) $$;

comment on function ml_private.row_hash(timestamptz, jsonb) is 'Tells the pending rows of one entity and event time apart, whatever the session''s time zone.';

create or replace function ml_private.same_entity_sql(join_keys jsonb, alias text, stored text)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select string_agg(format('%s.%I = (%s.entity ->> %L)::%s', same_entity_sql.alias, k.name, same_entity_sql.stored, k.name,
        ml_private.key_cast(k.type)), ' and ')
    from jsonb_to_recordset(same_entity_sql.join_keys) k (name text, type text)
$$;

comment on function ml_private.same_entity_sql(jsonb, text, text) is
    'SQL text of whether a source row is of the entity of a stored row, in a form that an index on the join keys serves.';

-- As with online rows, the conflict branch writes the row that is there: a transaction with an older snapshot must notice.
create or replace function ml_private.upsert_pending_sql(view_id bigint, rows_sql text)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select format($sql$
        insert into ml_private.online_pending as o (view_id, entity_key, event_time, row_hash, entity, values, created_time, due_at, written_at)
        select distinct on (p.entity_key, p.event_time, p.row_hash) %s, p.entity_key, p.event_time, p.row_hash, p.entity, p.values, p.created_time,
            greatest(p.event_time, p.created_time), clock_timestamp()
        from (select q.*, ml_private.row_hash(q.created_time, q.values) as row_hash from (%s) q) p
        order by p.entity_key, p.event_time, p.row_hash
        on conflict on constraint online_pending_view_id_entity_key_event_time_row_hash_pkey do update set written_at = excluded.written_at$sql$,
        upsert_pending_sql.view_id, upsert_pending_sql.rows_sql)
$$;

comment on function ml_private.upsert_pending_sql(bigint, text) is 'SQL text that adds rows to those that are not due yet.';

-- Whether there is such a row costs one look at the rows that were written; most statements write none.
create or replace function ml_private.keep_pending_sql(view_id bigint, relation text, rows_sql text)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select format('if exists (select from %s r where not (%s)) then %s; end if;',
        keep_pending_sql.relation,
        ml_private.due_sql(keep_pending_sql.view_id, 'r', 'v_now'),
        ml_private.upsert_pending_sql(keep_pending_sql.view_id, format(
            'select a.* from (%s) a where greatest(a.event_time, a.created_time) > v_now', keep_pending_sql.rows_sql)))
$$;

comment on function ml_private.keep_pending_sql(bigint, text, text) is 'SQL text for a trigger: keep those of the written rows that are later than v_now.';

-- A pending row is gone when no source row equals it any more. It is locked in a statement of its own BEFORE the source is read: whoever writes an
-- equal row has written it, so we wait for them, and the next statement sees theirs. Rows earlier than all that are pending are not looked at.
create or replace function ml_private.drop_pending_sql(view_id bigint, gone_sql text)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select format($sql$
        if exists (select from ml_private.online_pending p where p.view_id = %1$s) then
        for v_pending in
            select g.entity_key, g.event_time, g.row_hash
            from (
                select q.entity_key, q.event_time, ml_private.row_hash(q.created_time, q.values) as row_hash
                from (%2$s) q
                where greatest(q.event_time, q.created_time) >= (select min(p.due_at) from ml_private.online_pending p where p.view_id = %1$s)
            ) g
            where (
                select true
                from ml_private.online_pending p
                where p.view_id = %1$s and p.entity_key = g.entity_key and p.event_time = g.event_time and p.row_hash = g.row_hash
            )
            group by 1, 2, 3
            order by 1, 2, 3
        loop
            perform from ml_private.online_pending p
            where p.view_id = %1$s and p.entity_key = v_pending.entity_key and p.event_time = v_pending.event_time and p.row_hash = v_pending.row_hash
            for update;
            delete from ml_private.online_pending p
            where p.view_id = %1$s and p.entity_key = v_pending.entity_key and p.event_time = v_pending.event_time and p.row_hash = v_pending.row_hash
                and (
                    select true
                    from (%3$s and %4$s and r.%5$I = p.event_time) n
                    where ml_private.row_hash(n.created_time, n.values) = p.row_hash
                    limit 1
                ) is null;
        end loop;
        end if;$sql$,
        v.id,
        drop_pending_sql.gone_sql,
        ml_private.view_rows_sql(v.id, v.source),
        ml_private.same_entity_sql(e.join_keys, 'r', 'p'),
        v.event_time)
    from ml.feature_views v
    join ml.entities e on e.id = v.entity_id
    where v.id = drop_pending_sql.view_id
$$;

comment on function ml_private.drop_pending_sql(bigint, text) is 'SQL text for a trigger: drop pending rows whose source rows are gone.';

-- In a view with a row that came due and was not promoted yet: the newest of the online row and the entity's due rows, by the rule of
-- ml_private.newest_order_sql.
create or replace function ml_private.read_with_pending(
    view_id bigint, entity_keys text[], read_at timestamptz, out row_values jsonb[], out event_times timestamptz[])
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = 'force_generic_plan'
as $$
    select array_agg(o.values order by k.n), array_agg(o.event_time order by k.n)
    from unnest(read_with_pending.entity_keys) with ordinality k (entity_key, n)
    left join lateral (
        select c.values, c.event_time
        from (
            (
                select f.values, f.event_time, f.created_time
                from ml.online_features f
                where f.view_id = read_with_pending.view_id and f.entity_key = k.entity_key
                limit 1
            )
            union all
            (
                select p.values, p.event_time, p.created_time
                from ml_private.online_pending p
                where p.view_id = read_with_pending.view_id and p.entity_key = k.entity_key and p.due_at <= read_with_pending.read_at
                order by p.event_time desc, coalesce(p.created_time, p.event_time) desc, p.values desc
                limit 1
            )
        ) c
        order by c.event_time desc, coalesce(c.created_time, c.event_time) desc, c.values desc
        limit 1
    ) o on true
$$;

comment on function ml_private.read_with_pending(bigint, text[], timestamptz) is
    'The rows of entities at read_at, those that came due since they were written among them.';

-- Rows that a writer holds are left for the next call. Only an online row that a writer is inserting at this moment cannot be seen: the wait for it
-- is short, well below deadlock_timeout, so that a writer who waits for us in turn is never the one to fail.
create or replace function ml_private.promote_view(view_id bigint, max_rows integer default 500)
returns bigint
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '200ms'
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_rows ml_private.online_pending[];
    v_free text[];
begin
    if (select v.history_of is not null from ml.feature_views v where v.id = promote_view.view_id) then
        return ml_private.promote_history(promote_view.view_id, promote_view.max_rows);
    end if;
    select array_agg(d.row) into v_rows
    from (
        select p as row
        from ml_private.online_pending p
        where p.view_id = promote_view.view_id and p.due_at <= ml_private.online_clock()
        order by p.due_at
        limit promote_view.max_rows
        for update skip locked
    ) d;
    v_free := array(
        select o.entity_key
        from ml.online_features o
        where o.view_id = promote_view.view_id and o.entity_key = any (array(select r.entity_key from unnest(v_rows) r))
        order by o.entity_key
        for update skip locked);
    v_rows := array(
        select r
        from unnest(v_rows) r
        where r.entity_key = any (v_free)
            or not exists (select from ml.online_features o where o.view_id = promote_view.view_id and o.entity_key = r.entity_key));
    if v_rows = '{}' then
        return 0;
    end if;
    execute ml_private.upsert_sql(promote_view.view_id, 'select r.* from unnest($1) r') using v_rows;
    delete from ml_private.online_pending p
    using unnest(v_rows) r
    where p.view_id = promote_view.view_id and p.entity_key = r.entity_key and p.event_time = r.event_time and p.row_hash = r.row_hash;
    return cardinality(v_rows);
exception
    when lock_not_available then
        return 0;
end
$$;

comment on function ml_private.promote_view(bigint, integer) is
    'Put up to max_rows due rows of a view online; returns how many. Reads give the same before and after.';

create or replace function ml_private.promote_pending()
returns bigint
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_view_id bigint;
    v_count bigint;
begin
    -- Longest due first; a view whose rows writers hold does not keep the others waiting.
    for v_view_id in
        select v.id
        from ml.feature_views v
        cross join lateral (
            select p.due_at
            from ml_private.online_pending p
            where p.view_id = v.id and p.due_at <= ml_private.online_clock()
            order by p.due_at
            limit 1
        ) d
        where v.retired_at is null
        order by d.due_at
    loop
        v_count := ml_private.promote_view(v_view_id);
        if v_count > 0 then
            return v_count;
        end if;
    end loop;
    return 0;
end
$$;

comment on function ml_private.promote_pending() is 'Step of the tick: put a batch of rows online that came due; returns how many.';

select ml_private.register_tick_task('promote_pending', 'ml_private.promote_pending', interval '1 second');
