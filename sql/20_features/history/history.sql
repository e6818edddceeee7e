-- Histories: triggers on a source that is updated in place keep each change in a table of the platform's, and the view reads that instead.
-- A version of a row stands from the moment at which it was recorded until the row was changed or deleted (ml_superseded_at), so a read as of any
-- time sees the source as it was then. But a change to a row that does not count yet, being later than now, leaves the version that counts standing
-- until it does. Rows are known by their primary key (ml_row), their versions ordered by ml_id.

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
    perform ml_private.check_has_key(relation);
    if check_history.created_time = check_history.event_time then
        perform ml_private.raise_invalid(
            'created_time must not be the event time of a view that keeps a history', 'invalid_argument',
                'leave created_time out: changes are recorded with their time');
    end if;
    if check_history.columns && '{ml_recorded_at,ml_superseded_at,ml_created_at,ml_row,ml_id}' then
        perform ml_private.raise_invalid(
            'a view that keeps a history cannot read a column called ml_recorded_at, ml_superseded_at, ml_created_at, ml_row or ml_id',
                'reserved_name', 'rename the column');
    end if;
end
$$;

comment on function ml_private.check_history(oid, boolean, text[], text, text) is
    'Refuse keep_history on what triggers cannot follow or has no primary key (22023 history_unsupported), and a history as the source of another view.';

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
    -- Without one, a character would be of length one.
    select format_type(y.oid, -1) from types y order by y.depth desc limit 1
$$;

comment on function ml_private.base_type(oid, text) is 'The type of a column without its length or precision; of a domain, what lies below it.';

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
    v_key text[];
    v_history oid;
begin
    execute format('lock table %s in share row exclusive mode', ml_private.relation_name(relation));
    perform ml_private.check_realtime_source(relation, 'history_unsupported'), ml_private.check_has_key(relation);
    v_key := ml_private.primary_key(relation);
    perform ml_private.hold_source(relation, ml_private.view_columns(v_id) || v_key);
    execute format(
        'create table ml_private.history_%s (%s, ml_recorded_at timestamptz, ml_superseded_at timestamptz, ml_created_at timestamptz, ml_row jsonb not null, '
        'ml_id bigint not null generated always as identity)', v_id, (
            select string_agg(format('%I %s', n.name, ml_private.base_type(relation, n.name)), ', ' order by n.name)
            from unnest(ml_private.view_columns(v_id)) n (name)));
    execute format('revoke all on ml_private.history_%s from public', v_id);
    v_history := format('ml_private.history_%s', v_id)::regclass;
    update ml.feature_views v
    set history_of = v.source, history_key = v_key, source = ml_private.relation_name(v_history), created_time = coalesce(v.created_time, 'ml_recorded_at')
    where v.id = v_id;
    perform ml_private.compile_history(v_id, relation);
    perform ml_private.create_triggers(format('ml_history_%s', v_id), ml_private.relation_name(relation), format('keep_history_%s', v_id));
    execute format('select ml_private.reconcile_history_%s(first => true)', v_id);
    -- Of a row that is written to, the versions that stand now or for some time yet: one range, however many there were before.
    execute format('create index on ml_private.history_%s (ml_row, coalesce(ml_superseded_at, ''infinity''))', v_id);
    perform ml_private.ensure_newest_index(v_id, v_history);
    return v_history;
end
$$;

comment on function ml_private.start_history(bigint, oid) is
    'Make a view read a history of its source: the rows of now, known since their event time (or created time), then each change and each end. '
    'Returns the table.';

create or replace function ml_private.reconcile_history(view_id bigint)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_view ml.feature_views := (select v from ml.feature_views v where v.id = reconcile_history.view_id);
    v_relation oid;
begin
    perform ml_private.check_view_triggers(v_view.id);
    v_relation := v_view.history_of::regclass;
    execute format('lock table %s in share row exclusive mode', ml_private.relation_name(v_relation));
    perform ml_private.hold_source(v_relation, ml_private.history_names(v_view.id) || v_view.history_key);
    execute format('select ml_private.reconcile_history_%s()', v_view.id);
end
$$;

comment on function ml_private.reconcile_history(bigint) is
    'Record what was changed in the source of a history without its triggers, as of now. Writers are kept out until the transaction ends.';
