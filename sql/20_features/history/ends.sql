-- Which rows of a history end when rows of its source are gone, and from when on.

-- Rows are ended one for one: of equal rows in the source some may stay. Those of another writer are passed over, who holds equal rows of the source
-- and ends as many.
-- Locked in a statement of its own: the next one's snapshot finds the rows as they are then.
create or replace function ml_private.gone_rows_sql(view_id bigint, names text[], gone_sql text)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    with parts as (
        select v.id,
            (select string_agg(format('o.%I', n.name), ', ' order by n.name) from unnest(gone_rows_sql.names) n (name)) as told,
            -- Null where all is told: rows that are equal are equal in all.
            case when v.created_time <> all (gone_rows_sql.names || 'ml_recorded_at'::text) then v.created_time end as created,
            format('%s and h.%2$I = g.%2$I and h.ml_superseded_at is null and %3$s',
                (select string_agg(format('h.%1$I = g.%1$I', k.name), ' and ') from jsonb_to_recordset(e.join_keys) k (name text)),
                v.event_time,
                (
                    select string_agg(format(case when a.attcollation <> 0 then 'h.%1$I collate "C" is not distinct from g.%1$I'
                        else 'h.%1$I is not distinct from g.%1$I' end, n.name), ' and ' order by n.name)
                    from unnest(gone_rows_sql.names) n (name)
                    join pg_catalog.pg_attribute a on a.attrelid = v.source::regclass and a.attname = n.name
                )) as same
        from ml.feature_views v
        join ml.entities e on e.id = v.entity_id
        where v.id = gone_rows_sql.view_id
    )
    select case when p.created is null then format($sql$
        v_ended := array(
            select x.ctid
            from (select %1$s, count(*) as "ml count" from (%2$s) o group by %1$s) g
            cross join lateral (
                select h.ctid from ml_private.history_%3$s h
                where %4$s
                order by h.ml_recorded_at is not distinct from v_now, h.ml_recorded_at nulls first
                limit g."ml count"
                for update skip locked
            ) x);$sql$, p.told, gone_rows_sql.gone_sql, p.id, p.same)
    else format($sql$
        -- Those of the same created time, and for the others one that differs in it alone: an update has changed it in the history.
        v_ended := array(
            select x.ctid
            from (select %1$s, count(*) as "ml count", array_agg(o.%5$I) as "ml created" from (%2$s) o group by %1$s) g
            cross join lateral (
                select array(
                    select y.ctid
                    from (select u.at, count(*) as n from unnest(g."ml created") u (at) group by u.at) w
                    cross join lateral (
                        select h.ctid from ml_private.history_%3$s h
                        where %4$s and h.%5$I is not distinct from w.at
                        order by h.ml_recorded_at is not distinct from v_now, h.ml_recorded_at nulls first
                        limit w.n
                        for update skip locked
                    ) y) as ctids
                offset 0
            ) own
            cross join lateral (
                select array(
                    select h.ctid from ml_private.history_%3$s h
                    where %4$s and h.ctid <> all (own.ctids)
                    order by h.ml_recorded_at is not distinct from v_now, h.ml_recorded_at nulls first
                    limit g."ml count" - cardinality(own.ctids)
                    for update skip locked) as ctids
                offset 0
            ) other
            cross join lateral unnest(own.ctids || other.ctids) x (ctid));$sql$, p.told, gone_rows_sql.gone_sql, p.id, p.same, p.created) end
    from parts p
$$;

comment on function ml_private.gone_rows_sql(bigint, text[], text) is
    'SQL text that puts into v_ended the standing rows of a history that equal rows that are gone, each once.';

create or replace function ml_private.end_rows_sql(view_id bigint, names text[], gone_sql text)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select format($sql$
        %1$s
        -- Those that a row was to take over from which is gone before its time: that were ended when it was recorded. Or later, when another row
        -- of the same statement was corrected, and they with it: nobody knows any more whose they were, and none that is deleted may stay.
        v_ended := v_ended || array(
            select c.ctid from ml_private.history_%2$s c
            where c.ctid = any (array(
                select distinct c.ctid
                from (
                    select %4$s, h.ml_recorded_at, t.at as "ml at", v_awaited ? (%6$s) as "ml awaited"
                    from ml_private.history_%2$s h
                    cross join lateral (select %3$s as at) t
                    where h.ctid = any (v_ended) and t.at > v_now
                    group by %4$s, h.ml_recorded_at, t.at
                ) g
                cross join lateral (
                    select array(
                        with recursive later (at) as (
                            select g.ml_recorded_at where not g."ml awaited"
                            union
                            select c.ml_ended_at from later l join ml_private.history_%2$s c on %5$s and c.ml_recorded_at = l.at and c.ml_ended_at is not null
                        )
                        select l.at from later l where l.at <> g.ml_recorded_at) as times
                    offset 0
                ) l
                join ml_private.history_%2$s c on %5$s and (
                    c.ml_superseded_at = g."ml at" and c.ml_ended_at = g.ml_recorded_at
                    or c.ml_superseded_at > v_now and c.ml_ended_at = any (l.times))))
            for update);
        update ml_private.history_%2$s h
        set ml_ended_at = v_now, ml_superseded_at = case
            -- A row that was gone before its time never counts.
            when v_awaited = '{}' or %3$s > v_now then v_now
            else coalesce((v_awaited ->> %6$s)::timestamptz, v_now) end
        where h.ctid = any (v_ended);$sql$,
        ml_private.gone_rows_sql(v.id, end_rows_sql.names, end_rows_sql.gone_sql),
        v.id,
        ml_private.takes_over_sql(v.id, 'h'),
        (select string_agg(format('h.%I', k.name), ', ') from jsonb_to_recordset(e.join_keys) k (name text)),
        (select string_agg(format('c.%1$I = g.%1$I', k.name), ' and ') from jsonb_to_recordset(e.join_keys) k (name text)),
        ml_private.entity_key_sql(e.join_keys, 'h'))
    from ml.feature_views v
    join ml.entities e on e.id = v.entity_id
    where v.id = end_rows_sql.view_id
$$;

comment on function ml_private.end_rows_sql(bigint, text[], text) is
    'SQL text for a trigger: end the rows of a history that equal, but for their created time, rows that are gone. v_awaited: when the next row of '
    'an entity begins to count, where that is later than v_now.';
