-- Histories: triggers on a source that is updated in place keep each change in a table of the platform's, and the view reads that instead.
-- Rows are only ever added, so a delete or a truncate of the source needs no trigger: what was known stays known.

create function ml_private.check_history(relation oid, keep_history boolean, columns text[], event_time text, created_time text)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
    if exists (select from ml.feature_views v where v.history_of is not null and v.source = ml_private.relation_name(relation)) then
        perform ml_private.raise_invalid(
            format('%s is the history of a feature view', ml_private.relation_name(relation)), 'source_refused', 'name the table that it is kept of, with keep_history => true');
    end if;
    if check_history.keep_history is null then
        perform ml_private.raise_invalid('keep_history must be true or false, not null');
    end if;
    if not check_history.keep_history then
        return;
    end if;
    perform ml_private.check_realtime_source(relation, 'history_unsupported', 'keep_history works on plain tables; register it without');
    if check_history.created_time = check_history.event_time then
        perform ml_private.raise_invalid(
            'created_time must not be the event time of a view that keeps a history', 'invalid_argument', 'leave created_time out: changes are recorded with their time');
    end if;
    if 'ml_recorded_at' = any (check_history.columns) then
        perform ml_private.raise_invalid('a view that keeps a history cannot read a column called ml_recorded_at', 'reserved_name', 'rename the column');
    end if;
end
$$;

comment on function ml_private.check_history(oid, boolean, text[], text, text) is 'Refuse keep_history on what triggers cannot follow (22023 history_unsupported), and a history as the source of another view.';

-- In each trigger call: the writer of the source is told what to do, not that a query of the platform's failed.
create function ml_private.check_history_columns(relation oid, names text[], types text[])
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
    v_name text;
begin
    select n.name into v_name
    from unnest(check_history_columns.names) n (name)
    where not exists (select from pg_catalog.pg_attribute a where a.attrelid = relation and a.attname = n.name and a.attnum > 0 and not a.attisdropped)
    order by n.name
    limit 1;
    if found then
        perform ml_private.raise_conflict(
            format('%s has no column %I any more, of which a feature view keeps the history', ml_private.relation_name(relation), v_name), 'column_missing',
            'put the column back, or retire the feature views that read it');
    end if;
    -- An assignment would cast what came of another type, and round or shift it.
    select n.name into v_name
    from unnest(check_history_columns.names, check_history_columns.types) n (name, type)
    join pg_catalog.pg_attribute a on a.attrelid = relation and a.attname = n.name
    where a.atttypid::regtype::text <> n.type
    order by n.name
    limit 1;
    if found then
        perform ml_private.raise_conflict(
            format('%s.%I has another type than when a feature view began to keep its history', ml_private.relation_name(relation), v_name), 'type_mismatch',
            'change the type back, or retire the feature views that read it');
    end if;
end
$$;

comment on function ml_private.check_history_columns(oid, text[], text[]) is
    'Refuse a write to a source that lost a column of which a history is kept, or changed its type: PT409 column_missing, type_mismatch.';

-- Definer, so that a writer needs no right on the platform. A changed row was unknown before the change, whatever its created time says; an inserted one is believed.
create function ml_private.compile_history(view_id bigint, relation oid)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_names text[] := array_remove(ml_private.view_columns(compile_history.view_id), 'ml_recorded_at');
    v_created text := (select v.created_time from ml.feature_views v where v.id = compile_history.view_id);
    v_columns text := (select string_agg(format('%I', n.name), ', ' order by n.name) from unnest(v_names) n (name));
    v_added text := (
        select string_agg(case when n.name = v_created then format('greatest(n.%I, v_now)', n.name) else format('n.%I', n.name) end, ', ' order by n.name)
        from unnest(v_names) n (name));
    v_types text[];
    v_exact text;
    v_body text;
begin
    -- By bytes: to a collation of its own two texts may be equal that are different values to a model.
    select array_agg(a.atttypid::regtype::text order by n.name),
        string_agg(format(case when a.attcollation <> 0 then '%1$I collate "C" as %1$I' else '%1$I' end, n.name), ', ' order by n.name)
    into v_types, v_exact
    from unnest(v_names) n (name)
    join pg_catalog.pg_attribute a on a.attrelid = relation and a.attname = n.name;
    v_names := array(select n.name from unnest(v_names) n (name) order by n.name);
    v_body := format($sql$
declare
    v_now timestamptz := ml_private.online_clock();
begin
    perform ml_private.check_history_columns(tg_relid, %1$L, %6$L);
    %2$s
    if tg_op = 'INSERT' then
        insert into ml_private.history_%3$s (%4$s, ml_recorded_at) select %4$s, v_now from new_rows;
    else
        insert into ml_private.history_%3$s (%4$s, ml_recorded_at)
        select %5$s, v_now from (select %7$s from new_rows except select %7$s from old_rows) n;
    end if;
    return null;
end
        $sql$, v_names, ml_private.check_types_sql(compile_history.view_id), compile_history.view_id, v_columns, v_added, v_types, v_exact);
    execute format($sql$
        create function ml_private.keep_history_%1$s()
        returns trigger
        language plpgsql
        security definer
        set search_path = ''
        set timezone = 'UTC'
        as %2$L;
        revoke all on function ml_private.keep_history_%1$s() from public;
        $sql$, compile_history.view_id, v_body);
end
$$;

comment on function ml_private.compile_history(bigint, oid) is 'Make the trigger function ml_private.keep_history_<view id>.';

-- The lock keeps writers out until we commit, and the copy is a later statement: its snapshot sees all that they committed before.
create function ml_private.start_history(view_id bigint, relation oid)
returns oid
language plpgsql
volatile
security definer
set search_path = ''
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_id bigint := start_history.view_id;
    v_table text := ml_private.relation_name(relation);
    v_history oid;
    v_columns text := (select string_agg(format('%I', n.name), ', ' order by n.name) from unnest(ml_private.view_columns(v_id)) n (name));
begin
    execute format('lock table %s in share row exclusive mode', v_table);
    execute format('create table ml_private.history_%s as select %s, null::timestamptz as ml_recorded_at from %s with no data', v_id, v_columns, v_table);
    execute format('revoke all on ml_private.history_%s from public', v_id);
    v_history := format('ml_private.history_%s', v_id)::regclass;
    update ml.feature_views v
    set history_of = v.source, source = ml_private.relation_name(v_history), created_time = coalesce(v.created_time, 'ml_recorded_at')
    where v.id = v_id;
    perform ml_private.compile_history(v_id, relation);
    execute format(
        'create trigger %I after insert on %s referencing new table as new_rows for each statement execute function ml_private.keep_history_%s()',
        format('ml_history_%s_insert', v_id), v_table, v_id);
    execute format(
        'create trigger %I after update on %s referencing old table as old_rows new table as new_rows for each statement execute function ml_private.keep_history_%s()',
        format('ml_history_%s_update', v_id), v_table, v_id);
    execute format('insert into ml_private.history_%s (%s) select %s from %s', v_id, v_columns, v_columns, v_table);
    perform ml_private.ensure_newest_index(v_id, v_history);
    return v_history;
end
$$;

comment on function ml_private.start_history(bigint, oid) is
    'Make a view read a history of its source: the rows of now, known since their event time (or created time), then each change. Returns the table.';

revoke all on function
    ml_private.check_history(oid, boolean, text[], text, text),
    ml_private.check_history_columns(oid, text[], text[]),
    ml_private.compile_history(bigint, oid),
    ml_private.start_history(bigint, oid)
    from public;
