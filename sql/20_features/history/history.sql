-- Histories: triggers on a source that is updated in place keep each change in a table of the platform's, and the view reads that instead.
-- A row of the history stands from the moment at which it was recorded until its row of the source was changed or deleted (ml_superseded_at), so a
-- read as of any time sees the source as it was then. But a change to a row that does not count yet, being later than now, leaves the row before it
-- standing until it does.

create or replace function ml_private.check_history(relation oid, keep_history boolean, columns text[], event_time text, created_time text)
returns void
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if exists (select from ml.feature_views v where v.history_of is not null and v.source = ml_private.relation_name(relation)) then
        perform ml_private.raise_invalid(
            format('%s is the history of a feature view', ml_private.relation_name(relation)), 'source_refused',
                'name the table that it is kept of, with keep_history => true');
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
            'created_time must not be the event time of a view that keeps a history', 'invalid_argument',
                'leave created_time out: changes are recorded with their time');
    end if;
    if check_history.columns && '{ml_recorded_at,ml_superseded_at,ml_ended_at}' then
        perform ml_private.raise_invalid(
            'a view that keeps a history cannot read a column called ml_recorded_at, ml_superseded_at or ml_ended_at', 'reserved_name', 'rename the column');
    end if;
end
$$;

comment on function ml_private.check_history(oid, boolean, text[], text, text) is
    'Refuse keep_history on what triggers cannot follow (22023 history_unsupported), and a history as the source of another view.';

-- A domain's checks are functions of its owner's, who would have them run as the platform at each assignment.
create or replace function ml_private.base_type(relation oid, column_name text)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    with recursive types (oid, depth) as (
        select a.atttypid, 0 from pg_catalog.pg_attribute a where a.attrelid = base_type.relation and a.attname = base_type.column_name
        union
        select t.typbasetype, y.depth + 1 from types y join pg_catalog.pg_type t on t.oid = y.oid and t.typtype = 'd'
    )
    select format_type(y.oid, null) from types y order by y.depth desc limit 1
$$;

comment on function ml_private.base_type(oid, text) is 'The type of a column without its length or precision; of a domain, what lies below it.';

-- A row without a time never counts, no more than one of infinity; that can be looked up.
create or replace function ml_private.history_column_sql(name text, event_time text)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$ select format(case when history_column_sql.name = history_column_sql.event_time then 'coalesce(%1$I, ''infinity'') as %1$I' else '%1$I' end,
    history_column_sql.name) $$;

comment on function ml_private.history_column_sql(text, text) is 'SQL text of a column of the source as a history holds it.';

create or replace function ml_private.takes_over_sql(view_id bigint, alias text)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select format('case when %1$s then greatest(%2$s.%3$I, %2$s.%4$I) else ''infinity'' end', ml_private.usable_row_sql(v.id, takes_over_sql.alias),
        takes_over_sql.alias, v.event_time, v.created_time)
    from ml.feature_views v
    where v.id = takes_over_sql.view_id
$$;

comment on function ml_private.takes_over_sql(bigint, text) is 'SQL text of when a row of a history begins to count; infinity when it never does.';

-- Definer, so that a writer needs no right on the platform. A changed row was unknown before the change, whatever its created time says; an inserted
-- one is believed. New rows first: an entity's online row then mostly is none of those that are ended, and nothing has to be looked up again.
create or replace function ml_private.compile_history(view_id bigint, relation oid)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_view ml.feature_views := (select v from ml.feature_views v where v.id = compile_history.view_id);
    v_keys jsonb := (select e.join_keys from ml.entities e where e.id = v_view.entity_id);
    v_names text[] := array(select n.name from unnest(ml_private.view_columns(v_view.id)) n (name)
        where n.name not in ('ml_recorded_at', 'ml_superseded_at') order by n.name);
    v_told text[] := array_remove(v_names, v_view.created_time);
    v_columns text := (select string_agg(format('%I', n.name), ', ' order by n.name) from unnest(v_names) n (name));
    v_added text := (
        select string_agg(case when n.name = v_view.created_time then format('greatest(n.%I, v_now)', n.name) else format('n.%I', n.name) end, ', '
            order by n.name)
        from unnest(v_names) n (name));
    v_inserted text := (select string_agg(ml_private.history_column_sql(n.name, v_view.event_time), ', ' order by n.name) from unnest(v_names) n (name));
    v_types text[];
    v_exact text;
    v_body text;
begin
    -- By bytes: to a collation of its own two texts may be equal that are different values to a model.
    select array_agg(a.atttypid::regtype::text order by n.name),
        string_agg(case when a.attcollation <> 0 then format('%1$I collate "C" as %1$I', n.name)
            else ml_private.history_column_sql(n.name, v_view.event_time) end, ', ' order by n.name)
    into v_types, v_exact
    from unnest(v_names) n (name)
    join pg_catalog.pg_attribute a on a.attrelid = relation and a.attname = n.name;
    v_body := format($sql$
declare
    v_now timestamptz := ml_private.online_clock();
    v_awaited jsonb := '{}';
    v_ended tid[];
begin
    perform ml_private.check_snapshot(%3$s, tg_op);
    if tg_op = 'TRUNCATE' then
        update ml_private.history_%3$s h set ml_superseded_at = v_now where h.ml_superseded_at is null or h.ml_superseded_at > v_now;
        return null;
    end if;
    perform ml_private.check_history_columns(tg_relid, %1$L, %6$L);
    %2$s
    if tg_op = 'INSERT' then
        insert into ml_private.history_%3$s (%4$s, ml_recorded_at) select %12$s, v_now from new_rows;
    elsif tg_op = 'UPDATE' then
        with added as (
            insert into ml_private.history_%3$s as a (%4$s, ml_recorded_at)
            select %5$s, v_now from (select %7$s from new_rows except all select %7$s from old_rows) n
            returning %8$s as entity_key, %9$s as at
        ), next as (
            select a.entity_key, min(a.at) as at from added a group by a.entity_key
        )
        select coalesce(jsonb_object_agg(n.entity_key, n.at), '{}') into v_awaited from next n where n.at > v_now;
        %10$s
    else
        %11$s
    end if;
    return null;
end
        $sql$, v_names, ml_private.check_types_sql(v_view.id, relation), v_view.id, v_columns, v_added, v_types, v_exact,
        ml_private.entity_key_sql(v_keys, 'a'), ml_private.takes_over_sql(v_view.id, 'a'),
        ml_private.end_rows_sql(v_view.id, v_told, format('select %1$s from old_rows except all select %1$s from new_rows', v_exact)),
        ml_private.end_rows_sql(v_view.id, v_told, format('select %s from old_rows', v_exact)), v_inserted);
    execute format($sql$
        create or replace function ml_private.keep_history_%1$s()
        returns trigger
        language plpgsql
        security definer
        set search_path = pg_catalog, pg_temp
        set timezone = 'UTC'
        set enable_seqscan = off
        as %2$L;
        revoke all on function ml_private.keep_history_%1$s() from public;
        $sql$, v_view.id, v_body);
end
$$;

comment on function ml_private.compile_history(bigint, oid) is 'Make the trigger function ml_private.keep_history_<view id>.';

-- The lock keeps writers out until we commit; the copy is a later statement, whose snapshot sees all that they committed before.
create or replace function ml_private.start_history(view_id bigint, relation oid)
returns oid
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_id bigint := start_history.view_id;
    v_table text := ml_private.relation_name(relation);
    v_history oid;
    v_event_time text := (select v.event_time from ml.feature_views v where v.id = v_id);
    v_columns text := (select string_agg(format('%I', n.name), ', ' order by n.name) from unnest(ml_private.view_columns(v_id)) n (name));
    v_copied text := (select string_agg(ml_private.history_column_sql(n.name, v_event_time), ', ' order by n.name)
        from unnest(ml_private.view_columns(v_id)) n (name));
begin
    execute format('lock table %s in share row exclusive mode', v_table);
    perform ml_private.check_realtime_source(relation, 'history_unsupported');
    perform ml_private.hold_source(relation, ml_private.view_columns(v_id));
    execute format('create table ml_private.history_%s (%s, ml_recorded_at timestamptz, ml_superseded_at timestamptz, ml_ended_at timestamptz)', v_id, (
        select string_agg(format('%I %s', n.name, ml_private.base_type(relation, n.name)), ', ' order by n.name)
            from unnest(ml_private.view_columns(v_id)) n (name)));
    execute format('revoke all on ml_private.history_%s from public', v_id);
    v_history := format('ml_private.history_%s', v_id)::regclass;
    update ml.feature_views v
    set history_of = v.source, source = ml_private.relation_name(v_history), created_time = coalesce(v.created_time, 'ml_recorded_at')
    where v.id = v_id;
    perform ml_private.compile_history(v_id, relation);
    perform ml_private.create_triggers(format('ml_history_%s', v_id), v_table, format('keep_history_%s', v_id));
    execute format('insert into ml_private.history_%s (%s) select %s from %s', v_id, v_columns, v_copied, v_table);
    perform ml_private.ensure_newest_index(v_id, v_history);
    return v_history;
end
$$;

comment on function ml_private.start_history(bigint, oid) is
    'Make a view read a history of its source: the rows of now, known since their event time (or created time), then each change and each end. '
    'Returns the table.';
