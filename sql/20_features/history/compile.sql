-- What is compiled for a view that keeps a history: the trigger on its source, and what brings the history up to a source that no trigger saw change.

create or replace function ml_private.check_source_sql(view_id bigint, relation_sql text)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select format(
        'perform ml_private.check_source_name(%1$s, %2$L, %3$L), ml_private.check_history_columns(%1$s, %4$L, %5$L), ml_private.check_same_key(%1$s, %6$L), '
            'ml_private.check_column_types(%1$s, %4$L, %5$L);',
        check_source_sql.relation_sql, v.history_of, c.relowner, array_agg(n.name order by n.name), array_agg(format_type(a.atttypid, null) order by n.name),
        v.history_key)
    from ml.feature_views v
    join pg_catalog.pg_class c on c.oid = v.history_of::regclass
    cross join lateral (select unnest(ml_private.history_names(v.id)) as name union select unnest(v.history_key)) n
    left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = n.name and not a.attisdropped
    where v.id = check_source_sql.view_id
    group by v.id, c.relowner
$$;

comment on function ml_private.check_source_sql(bigint, text) is
    'SQL text that refuses a source which has another name, owner, primary key or other columns than when its history began.';

-- In a transaction with an older snapshot a version may look open that another has ended: it fails with 40001 instead.
create or replace function ml_private.keep_rows_sql(view_id bigint, relation oid, relations text[], keys_sql text)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select format($sql$
        %1$s
        v_now := ml_private.online_clock();
        if current_setting('transaction_isolation') <> 'read committed' then
            perform from ml_private.history_%2$s h
            where h.ml_row = any (array(select k."ml row" from (%3$s) k)) and coalesce(h.ml_superseded_at, 'infinity') > v_now
            for update;
        end if;
        v_recorded := v_now;
        %4$s
        if v_placed is not null then
            delete from ml.online_features o where o.view_id = %2$s and o.entity_key = any (v_placed) and o.event_time = '-infinity';
        end if;$sql$,
        ml_private.lock_entities_sql(v.id, keep_rows_sql.relations),
        v.id,
        keep_rows_sql.keys_sql,
        ml_private.change_sql(v.id, ml_private.changed_rows_sql(v.id, keep_rows_sql.relation, keep_rows_sql.keys_sql)))
    from ml.feature_views v
    where v.id = keep_rows_sql.view_id
$$;

comment on function ml_private.keep_rows_sql(bigint, oid, text[], text) is 'SQL text for a trigger: keep what became of the rows with these keys.';

create or replace function ml_private.keep_history_sql(view_id bigint, relation oid)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select format($sql$
#variable_conflict use_variable
declare
    v_now timestamptz;
    v_recorded timestamptz;
    v_placed text[];
    v_rows jsonb[];
    v_ids bigint[];
    v_entities text[];
    v_times timestamptz[];
    v_ends boolean;
    v_places tid[];
    v_untils jsonb;
begin
    perform ml_private.check_snapshot(%1$s, tg_op);
    if tg_op = 'TRUNCATE' then
        v_now := ml_private.online_clock();
        update ml_private.history_%1$s h set ml_superseded_at = v_now where coalesce(h.ml_superseded_at, 'infinity') > v_now;
        -- A trigger of the source's own may have put rows back.
        if exists (select from %6$s) then
            perform ml_private.reconcile_history_%1$s();
        end if;
        return null;
    end if;
    %2$s
    if tg_op = 'INSERT' then
        %3$s
    elsif tg_op = 'UPDATE' then
        %4$s
    else
        %5$s
    end if;
    return null;
end
        $sql$, v.id, ml_private.check_source_sql(v.id, 'tg_relid'),
        ml_private.keep_rows_sql(v.id, keep_history_sql.relation, '{new_rows}', format('select %s, true as "ml believed" from new_rows r', k.named)),
        -- A row that came by its key in this statement is new, but not what it holds. One that has no version yet was inserted by a statement
        -- whose own trigger waits for this one.
        ml_private.keep_rows_sql(v.id, keep_history_sql.relation, '{new_rows,old_rows}', format(
            'select r."ml row", %1$s, bool_or(r."ml was") and pg_trigger_depth() > 1 as "ml believed" '
            'from (select %2$s, true as "ml was" from old_rows r union all select %2$s, false from new_rows r) r group by r."ml row", %1$s',
            k.columns, k.named)),
        ml_private.keep_rows_sql(v.id, keep_history_sql.relation, '{old_rows}', format('select %s, true as "ml believed" from old_rows r', k.named)),
        v.history_of)
    from ml.feature_views v
    cross join lateral (
        select c.columns, format('%s as "ml row", %s', ml_private.row_sql(keep_history_sql.relation, v.history_key, 'r'), c.columns) as named
        from (select string_agg(format('r.%I', n.name), ', ' order by n.n) as columns from unnest(v.history_key) with ordinality n (name, n)) c
    ) k
    where v.id = keep_history_sql.view_id
$$;

comment on function ml_private.keep_history_sql(bigint, oid) is 'Text of the body of ml_private.keep_history_<view id>.';

create or replace function ml_private.reconcile_sql(view_id bigint, relation oid)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select format($sql$
#variable_conflict use_variable
declare
    v_now timestamptz := ml_private.online_clock();
    v_recorded timestamptz := case when not reconcile_history_%1$s.first then v_now end;
    v_rows jsonb[];
    v_ids bigint[];
    v_entities text[];
    v_times timestamptz[];
    v_ends boolean;
    v_places tid[];
    v_untils jsonb;
begin
    %2$s
    %3$s
    return coalesce(cardinality(v_rows), 0);
end
        $sql$, v.id, ml_private.check_source_sql(v.id, format('%L::regclass', v.history_of)), ml_private.change_sql(v.id, format($sql$
            select coalesce(s."ml row", h.ml_row) as "ml row", reconcile_history_%1$s.first as "ml believed", h.ml_id as "ml standing", s."ml found", %2$s
            from (select true as "ml found", %3$s as "ml row", %4$s from %5$s r) s
            full join (select h.* from ml_private.history_%1$s h where h.ml_superseded_at is null) h on h.ml_row = s."ml row"
            where (s."ml found" is null) <> (h.ml_id is null) or %6$s$sql$,
            v.id,
            (select string_agg(format('s.%I', n.name), ', ' order by n.name) from unnest(ml_private.history_names(v.id)) n (name)),
            ml_private.row_sql(reconcile_sql.relation, v.history_key, 'r'),
            ml_private.history_columns_sql(v.id),
            v.history_of,
            ml_private.differs_sql(v.id, reconcile_sql.relation))))
    from ml.feature_views v
    where v.id = reconcile_sql.view_id
$$;

comment on function ml_private.reconcile_sql(bigint, oid) is 'Text of the body of ml_private.reconcile_history_<view id>.';

-- Definer, so that a writer needs no right on the platform. Whatever the session says of how values are printed, a row keeps its name.
create or replace function ml_private.compile_history(view_id bigint, relation oid)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- @plpgsql_check_options: security_warnings = off
begin
    execute format($sql$
        create or replace function ml_private.keep_history_%1$s()
        returns trigger
        language plpgsql
        security definer
        set search_path = pg_catalog, pg_temp
        %4$s
        set enable_seqscan = off
        set enable_hashjoin = off
        set enable_mergejoin = off
        as %2$L;
        revoke all on function ml_private.keep_history_%1$s() from public;
        create or replace function ml_private.reconcile_history_%1$s(first boolean default false)
        returns bigint
        language plpgsql
        volatile
        security definer
        set search_path = pg_catalog, pg_temp
        %4$s
        as %3$L;
        revoke all on function ml_private.reconcile_history_%1$s(boolean) from public;
        $sql$, compile_history.view_id, ml_private.keep_history_sql(compile_history.view_id, relation),
        ml_private.reconcile_sql(compile_history.view_id, relation),
        $sql$set timezone = 'UTC' set datestyle = 'ISO' set intervalstyle = 'postgres' set bytea_output = 'hex' set lc_monetary = 'C'
        set extra_float_digits = '1'$sql$);
end
$$;

comment on function ml_private.compile_history(bigint, oid) is
    'Make the trigger function ml_private.keep_history_<view id>, and ml_private.reconcile_history_<view id>(first), which compares the whole source '
    'with the history and returns how many rows it found changed; with first they are known since their own times.';
