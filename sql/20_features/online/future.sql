-- What a view does with rows that are further ahead of now than a tolerance: refuse the write, or leave them out and keep a note.

create or replace function ml_private.check_future(future text, tolerance interval, mode text, created_time text)
returns interval
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_seconds numeric := extract(epoch from coalesce(check_future.tolerance, interval '5 minutes'));
begin
    if check_future.future is null or check_future.future not in ('keep', 'refuse', 'quarantine') then
        perform ml_private.raise_invalid(
            format('unknown future %s', coalesce(quote_literal(left(check_future.future, 60)), 'null')), 'invalid_argument',
                'future is keep, refuse or quarantine');
    elsif check_future.future = 'keep' then
        if check_future.tolerance is not null then
            perform ml_private.raise_invalid(
                'future_tolerance says nothing where future is keep', 'invalid_argument',
                'set future to refuse or quarantine, or leave the tolerance out');
        end if;
        return null;
    elsif check_future.future = 'refuse' and check_future.mode <> 'realtime' then
        perform ml_private.raise_invalid(
            'future refuse needs mode realtime: a batch view does not see its source being written', 'invalid_argument', 'use quarantine');
    elsif check_future.future = 'quarantine' and check_future.created_time is null then
        perform ml_private.raise_invalid(
            'future quarantine needs created_time: without it a dataset cut later cannot tell that a row was ahead of its time', 'invalid_argument',
            'name the column with the time at which a row was written, or use refuse');
    elsif v_seconds not between 0 and 31536000 then
        perform ml_private.raise_invalid(format('future_tolerance must lie between 0 and 365 days, not %s', check_future.tolerance));
    end if;
    return make_interval(secs => v_seconds::double precision);
end
$$;

comment on function ml_private.check_future(text, interval, text, text) is
    'The tolerance of a view in hours and seconds, 5 minutes unless given, null where it keeps all; 22023 otherwise.';

create or replace function ml_private.refuse_future(view_id bigint, entity_key text, due_at timestamptz, clock timestamptz)
returns void
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_view ml.feature_views := (select v from ml.feature_views v where v.id = refuse_future.view_id);
begin
    perform ml_private.raise_invalid(
        format('a row of entity %s in %s has a time %s ahead of now, and feature view %s@%s takes %s at most', left(refuse_future.entity_key, 100),
            v_view.source,
            refuse_future.due_at - refuse_future.clock, v_view.name, v_view.version, v_view.future_tolerance),
        'future_event', format('look at the clock that set %s', concat_ws(' or ', v_view.event_time, v_view.created_time)));
end
$$;

comment on function ml_private.refuse_future(bigint, text, timestamptz, timestamptz) is 'Fail the write of a row that is too far ahead: 22023 future_event.';

-- One row an entity and event time, so that a view filled again notes nothing twice; a hundred a statement, so that a bad clock does not write its
-- table a second time.
create or replace function ml_private.quarantine_sql(view_id bigint, relation text)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select format($sql$
        insert into ml.quarantined_rows (view_id, entity_key, event_time, created_time, reason, quarantined_at)
        select distinct on (q.entity_key, q.event_time) %1$s, q.entity_key, q.event_time, q.created_time,
            format('its event time is later than its created time by %%s, and %%s at most is taken', q.event_time - q.created_time, %2$L::interval),
                clock_timestamp()
        from (
            select %3$s as entity_key, r.%4$I as event_time, r.%5$I as created_time
            from %6$s r
            where %7$s and not (%8$s)
            limit 100
        ) q
        order by q.entity_key, q.event_time, q.created_time
        on conflict on constraint quarantined_rows_view_id_entity_key_event_time_pkey
            do update set created_time = excluded.created_time, reason = excluded.reason, quarantined_at = excluded.quarantined_at$sql$,
        v.id, v.future_tolerance, ml_private.entity_key_sql(e.join_keys, 'r'), v.event_time, v.created_time, quarantine_sql.relation,
        (
            select string_agg(format('r.%I is not null', k.name), ' and ')
                || format(' and octet_length(%s) <= 2000', ml_private.entity_key_sql(e.join_keys, 'r'))
            from jsonb_to_recordset(e.join_keys) k (name text)
        ) || format(' and isfinite(r.%I) and isfinite(r.%I)', v.event_time, v.created_time),
        ml_private.timely_row_sql(v.id, 'r'))
    from ml.feature_views v
    join ml.entities e on e.id = v.entity_id
    where v.id = quarantine_sql.view_id and v.future = 'quarantine'
$$;

comment on function ml_private.quarantine_sql(bigint, text) is
    'SQL text that notes the rows of a relation that a view leaves out; null for a view without quarantine.';

create or replace function ml_private.guard_future_sql(view_id bigint, rows_sql text)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select case v.future
        when 'quarantine' then ml_private.quarantine_sql(v.id, 'new_rows') || ';'
        when 'refuse' then format($sql$
            for v_pending in
                select a.entity_key, greatest(a.event_time, a.created_time) as due_at
                from (%2$s) a
                where greatest(a.event_time, a.created_time) > v_now + %3$L::interval
                limit 1
            loop
                perform ml_private.refuse_future(%1$s, v_pending.entity_key, v_pending.due_at, v_now);
            end loop;$sql$, v.id, guard_future_sql.rows_sql, v.future_tolerance)
        else '' end
    from ml.feature_views v
    where v.id = guard_future_sql.view_id
$$;

comment on function ml_private.guard_future_sql(bigint, text) is 'SQL text for a trigger: what a view does with written rows that are too far ahead.';

create or replace function ml_private.prune_quarantined_rows()
returns bigint
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_count bigint;
begin
    with last as (
        -- The 10,000th newest of a view is the oldest that stays.
        select v.id as view_id, greatest(now() - interval '30 days', n.quarantined_at) as quarantined_at
        from ml.feature_views v
        left join lateral (
            select q.quarantined_at from ml.quarantined_rows q where q.view_id = v.id order by q.quarantined_at desc offset 9999 limit 1
        ) n on true
        where v.future = 'quarantine'
    ), old as (
        select q.view_id, q.entity_key, q.event_time
        from last
        join ml.quarantined_rows q on q.view_id = last.view_id and q.quarantined_at < last.quarantined_at
        limit 1000
        for update of q skip locked
    )
    delete from ml.quarantined_rows q
    using old
    where q.view_id = old.view_id and q.entity_key = old.entity_key and q.event_time = old.event_time;
    get diagnostics v_count = row_count;
    return v_count;
end
$$;

comment on function ml_private.prune_quarantined_rows() is
    'Step of the tick: delete notes of left-out rows that are older than 30 days or than the last 10,000 of their view; returns how many.';

select ml_private.register_tick_task('prune_quarantined_rows', 'ml_private.prune_quarantined_rows', interval '1 minute');
