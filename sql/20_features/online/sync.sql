-- The trigger function of a realtime view, put together from the pieces in realtime.sql, pending.sql, newest.sql and compile.sql.

-- A trigger of the source's own may have put rows back while it was truncated. Until the transaction ends nobody else writes to it.
create or replace function ml_private.refill_sql(view_id bigint)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select concat(
        format('delete from ml_private.online_pending p where p.view_id = %1$s; delete from ml.online_features o where o.view_id = %1$s; ', v.id),
        ml_private.quarantine_sql(v.id, v.source) || '; ',
        ml_private.upsert_pending_sql(
            v.id, format('%s and not (%s)', ml_private.view_rows_sql(v.id, v.source), ml_private.due_sql(v.id, 'r', 'v_now'))) || '; ',
        ml_private.upsert_sql(v.id, ml_private.newest_rows_sql(v.id, v.source, 'v_now')) || ';')
    from ml.feature_views v
    where v.id = refill_sql.view_id
$$;

comment on function ml_private.refill_sql(bigint) is
    'SQL text for a trigger: fill the online store of a view anew from its source, which no one else writes to.';

-- A trigger of the source's own may write to the same rows again, and then the triggers of its statement come before those of the statement that set
-- it off: what those say was overtaken before they said it. Once a trigger has written to the source, all that its transaction writes is looked up.
create or replace function ml_private.sync_source_sql(view_id bigint)
returns text
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_id bigint := sync_source_sql.view_id;
    v_old text := ml_private.view_rows_sql(v_id, 'old_rows');
    v_new text := ml_private.view_rows_sql(v_id, 'new_rows');
    v_added text := format('%s except %s', v_new, v_old);
    v_lost text := format('%s except %s', v_old, v_new);
begin
    return format($sql$
    if tg_op = 'TRUNCATE' then
        %20$s
    elsif current_setting('ml.nested_%1$s', true) = 'on' then
        if tg_op = 'INSERT' then
            %2$s
            %3$s
        elsif tg_op = 'UPDATE' then
            %4$s
            %5$s
        else
            %6$s
        end if;
        return null;
    elsif pg_trigger_depth() > 1 then
        perform set_config('ml.nested_%1$s', 'on', true);
    end if;
    if tg_op = 'INSERT' then
        %2$s
        %7$s
        %8$s
        %9$s;
    elsif tg_op = 'UPDATE' then
        -- Rows that look the same before and after, as when only other columns changed, are left alone.
        with before as materialized (%10$s), after as materialized (%11$s), added as materialized (table after except table before)
        select array(select a.entity_key from added a union select g.entity_key from (table before except table after) g),
            array(select g.entity_key from (table before except table after) g except select a.entity_key from added a)
        into v_keys, v_gone;
        %4$s
        if v_keys = '{}' then return null; end if;
        %12$s
        %13$s
        %14$s
        %15$s;
        v_now := ml_private.online_clock();
        %16$s
    elsif tg_op = 'DELETE' then
        v_keys := array(select distinct k.entity_key from (%17$s) k);
        v_gone := v_keys;
        %18$s
        %14$s
        v_now := ml_private.online_clock();
        %19$s
    end if;$sql$,
        v_id,
        ml_private.guard_future_sql(v_id, v_new), ml_private.renew_sql(v_id, '{new_rows}'),
        ml_private.guard_future_sql(v_id, v_added), ml_private.renew_sql(v_id, '{old_rows,new_rows}'),
        ml_private.renew_sql(v_id, '{old_rows}'),
        ml_private.keep_pending_sql(v_id, 'new_rows', v_new),
        ml_private.lock_many_sql(v_id),
        ml_private.upsert_sql(v_id, ml_private.newest_rows_sql(v_id, 'new_rows', 'v_now')),
        v_old, v_new,
        ml_private.drop_pending_sql(v_id, v_lost),
        ml_private.keep_pending_sql(v_id, 'new_rows', v_added),
        ml_private.lock_sql(v_id),
        ml_private.upsert_sql(v_id, format('select a.* from (%s) a where greatest(a.event_time, a.created_time) <= v_now', v_added)),
        ml_private.fallback_sql(v_id, v_lost),
        ml_private.view_keys_sql(v_id, 'old_rows'),
        ml_private.drop_pending_sql(v_id, v_old),
        ml_private.fallback_sql(v_id, v_old),
        ml_private.refill_sql(v_id));
end
$$;

comment on function ml_private.sync_source_sql(bigint) is 'SQL text of what the trigger of a view does that reads its source itself.';

-- Whoever writes to a history (ml_private.keep_history_<view id>) has locked the online rows of all it writes to, so pending rows come after them here.
-- Versions are only ever added and ended.
create or replace function ml_private.sync_history_sql(view_id bigint)
returns text
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_id bigint := sync_history_sql.view_id;
    v_old text := ml_private.view_rows_sql(v_id, 'old_rows', ever => true); -- One that ended a moment ago may be online.
    v_new text := ml_private.view_rows_sql(v_id, 'new_rows');
begin
    return format($sql$
    if tg_op = 'INSERT' then
        %1$s
        %2$s
        %3$s;
        %4$s
    elsif tg_op = 'UPDATE' then
        v_keys := array(select distinct k.entity_key from (%5$s) k);
        v_gone := v_keys;
        %6$s
        %7$s
        v_now := ml_private.online_clock();
        %8$s
    end if;$sql$,
        ml_private.settle_sql(v_id, format('array(%s)', ml_private.view_keys_sql(v_id, 'new_rows'))),
        ml_private.guard_future_sql(v_id, v_new),
        ml_private.upsert_sql(v_id, ml_private.newest_rows_sql(v_id, 'new_rows', 'v_now')),
        ml_private.keep_pending_sql(v_id, 'new_rows', v_new),
        ml_private.view_keys_sql(v_id, 'old_rows', ever => true),
        ml_private.settle_sql(v_id, 'v_keys'),
        ml_private.drop_pending_sql(v_id, v_old),
        ml_private.fallback_sql(v_id, v_old));
end
$$;

comment on function ml_private.sync_history_sql(bigint) is 'SQL text of what the trigger of a view does that reads a history.';

create or replace function ml_private.sync_body_sql(view_id bigint)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select format($sql$
#variable_conflict use_variable
declare
    v_keys text[];
    v_gone text[];
    v_key text;
    v_newest record;
    v_pending record;
    v_now timestamptz := ml_private.online_clock();
begin
    perform ml_private.check_snapshot(%1$s, tg_op), ml_private.check_source_name(tg_relid, %2$L, %3$L);
    %4$s
    %5$s
    return null;
end
        $sql$,
        v.id, v.source, c.relowner, ml_private.check_types_sql(v.id, c.oid),
        case when v.history_of is null then ml_private.sync_source_sql(v.id) else ml_private.sync_history_sql(v.id) end)
    from ml.feature_views v
    join pg_catalog.pg_class c on c.oid = v.source::regclass
    where v.id = sync_body_sql.view_id
$$;

comment on function ml_private.sync_body_sql(bigint) is 'Text of the body of ml_private.sync_view_<view id>.';

-- Definer, so that a writer needs no right on the platform.
create or replace function ml_private.compile_sync(view_id bigint)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- @plpgsql_check_options: security_warnings = off
begin
    -- The body is a literal: no name of a column can end the quote that it stands in.
    execute format($sql$
        create or replace function ml_private.sync_view_%1$s()
        returns trigger
        language plpgsql
        security definer
        set search_path = pg_catalog, pg_temp
        set extra_float_digits = '1'
        set enable_seqscan = off
        as %2$L;
        revoke all on function ml_private.sync_view_%1$s() from public;
        $sql$, compile_sync.view_id, ml_private.sync_body_sql(compile_sync.view_id));
end
$$;

comment on function ml_private.compile_sync(bigint) is 'Make the trigger function ml_private.sync_view_<view id>.';
