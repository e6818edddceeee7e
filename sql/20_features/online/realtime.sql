-- Realtime views: triggers on the source that keep the online store inside the writer's transaction.
-- A trigger's statements are planned once a session, for as many rows as its first one wrote and with whatever statistics there were. So none of them
-- leaves the planner a choice: entities are looked up by key arrays, correlated subqueries and loops, never joined. (As joins, an update of 20,000
-- rows took 28 s instead of 0.6, and a CTE that was to take locks was never executed.)

create or replace function ml_private.view_keys_sql(view_id bigint, relation text, ever boolean default false)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select format('select %s as entity_key from %s r where %s', ml_private.entity_key_sql(e.join_keys, 'r'), view_keys_sql.relation,
        ml_private.standing_row_sql(v.id, 'r', view_keys_sql.ever))
    from ml.feature_views v
    join ml.entities e on e.id = v.entity_id
    where v.id = view_keys_sql.view_id
$$;

comment on function ml_private.view_keys_sql(bigint, text, boolean) is 'SQL text of the entity keys of a relation''s rows that count, or ever did.';

-- The locks must be taken in a statement of their own BEFORE the source is read again: whoever else changes an entity's source rows has written its
-- online row, so we wait for them, and the next statement's snapshot sees what they did. In key order, so that two statements do not lock one
-- another.
create or replace function ml_private.lock_sql(view_id bigint)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select format(
        'perform from ml.online_features o where o.view_id = %s and o.entity_key = any (v_keys) order by o.entity_key for update;', lock_sql.view_id)
$$;

comment on function ml_private.lock_sql(bigint) is 'SQL text that locks the online rows of v_keys.';

create or replace function ml_private.settle_sql(view_id bigint, keys_sql text)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- All that will be written is locked first, in order: what has come due is not at the front of it.
    select case when v.history_of is null then '' else format(
        'if (select min(p.due_at) from ml_private.online_pending p where p.view_id = %1$s) <= v_now then v_keys := %2$s; %3$s perform '
        'ml_private.settle_history(%1$s, array(select p.entity_key from ml_private.online_pending p where p.view_id = %1$s and p.entity_key = any '
        '(v_keys) and p.due_at <= v_now), v_now); end if; ',
        v.id, settle_sql.keys_sql, ml_private.lock_sql(v.id)) end
    from ml.feature_views v
    where v.id = settle_sql.view_id
$$;

comment on function ml_private.settle_sql(bigint, text) is
    'SQL text for a trigger on a history: settle the entities that are written, when anything has come due. Empty for other views.';

-- An update locks what is there before it inserts what is not; an insert of several entities that went through them in one order would wait for it
-- the other way round.
create or replace function ml_private.lock_many_sql(view_id bigint)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select format('if (select count(*) from (select from new_rows limit 2) r) > 1 then v_keys := array(%s); %s end if; ',
        ml_private.view_keys_sql(lock_many_sql.view_id, 'new_rows'), ml_private.lock_sql(lock_many_sql.view_id))
$$;

comment on function ml_private.lock_many_sql(bigint) is 'SQL text that locks the online rows of all that an insert of several rows names.';

-- After rows went away (deleted, or changed by an update): an entity whose online row came from one of them falls back to its next newest source row,
-- or leaves the store. Rows that stay are written all the same: a transaction with an older snapshot (repeatable read) then fails with 40001 instead
-- of not noticing.
create or replace function ml_private.fallback_sql(view_id bigint, gone_sql text)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select format($sql$
        update ml.online_features o set written_at = clock_timestamp() where o.view_id = %1$s and o.entity_key = any (v_gone);
        for v_key in
            select distinct g.entity_key
            from (%2$s) g
            where (
                select o.event_time = g.event_time and o.created_time is not distinct from g.created_time and o.values = g.values
                from ml.online_features o
                where o.view_id = %1$s and o.entity_key = g.entity_key
            )
        loop
            select n.values, n.event_time, n.created_time into v_newest
            from ml.online_features o
            cross join lateral (%3$s and %4$s and %6$s order by %5$s limit 1) n
            where o.view_id = %1$s and o.entity_key = v_key;
            if found then
                update ml.online_features o
                set values = v_newest.values, event_time = v_newest.event_time, created_time = v_newest.created_time, written_at = clock_timestamp()
                where o.view_id = %1$s and o.entity_key = v_key;
            else
                delete from ml.online_features o where o.view_id = %1$s and o.entity_key = v_key;
            end if;
        end loop;$sql$,
        v.id,
        fallback_sql.gone_sql,
        ml_private.view_rows_sql(v.id, v.source),
        ml_private.same_entity_sql(e.join_keys, 'r', 'o'),
        ml_private.newest_order_sql(v.id, 'r'),
        ml_private.due_sql(v.id, 'r', 'v_now'))
    from ml.feature_views v
    join ml.entities e on e.id = v.entity_id
    where v.id = fallback_sql.view_id
$$;

comment on function ml_private.fallback_sql(bigint, text) is
    'SQL text for a trigger: what to do after source rows are gone. v_gone holds their keys, whose online rows are locked; v_now was read after '
    'that.';

create or replace function ml_private.ensure_newest_index(view_id bigint, relation oid)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_view record;
    v_columns text;
begin
    select v.event_time, e.join_keys into v_view
    from ml.feature_views v
    join ml.entities e on e.id = v.entity_id
    where v.id = ensure_newest_index.view_id;
    if ml_private.has_newest_index(relation, v_view.join_keys, v_view.event_time) then
        return;
    end if;
    select string_agg(format('%I', k.key ->> 'name'), ', ' order by k.n) || format(', %I', v_view.event_time) into v_columns
    from jsonb_array_elements(v_view.join_keys) with ordinality k (key, n);
    if not pg_has_role((select c.relowner from pg_catalog.pg_class c where c.oid = relation), 'usage') then
        perform ml_private.raise_conflict(
            format('%s has no index on (%s) and belongs to another owner', ml_private.relation_name(relation), v_columns), 'index_missing',
            format('create index on %s (%s)', ml_private.relation_name(relation), v_columns));
    end if;
    execute format('create index %I on %s (%s)%s', format('ml_feature_view_%s_idx', ensure_newest_index.view_id), ml_private.relation_name(relation),
        v_columns, ' where ' || ml_private.key_fits_sql(v_view.join_keys));
end
$$;

comment on function ml_private.ensure_newest_index(bigint, oid) is
    'Without an index on (join keys, event time) every delete would read the whole source: make one where there is none.';

-- Creating a trigger takes a lock that waits for open writers and keeps new ones out until we commit; the backfill is a later statement, so its
-- snapshot sees all they committed.
create or replace function ml_private.start_realtime(view_id bigint, relation oid)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- @plpgsql_check_options: security_warnings = off
begin
    execute format('lock table %s in share row exclusive mode', ml_private.relation_name(relation));
    perform ml_private.compile_sync(start_realtime.view_id);
    perform ml_private.create_triggers(
        format('ml_feature_view_%s', start_realtime.view_id), ml_private.relation_name(relation), format('sync_view_%s', start_realtime.view_id));
    perform ml_private.ensure_newest_index(start_realtime.view_id, relation);
end
$$;

comment on function ml_private.start_realtime(bigint, oid) is
    'Put a view''s triggers on its source. The source stays locked against writers until the transaction ends.';
