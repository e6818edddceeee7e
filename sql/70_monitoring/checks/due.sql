-- The tick's part: which model's drift check comes next.

create or replace function ml_private.find_due_monitor(out due bigint, out idle bigint[])
returns record
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_monitor record;
    v_since timestamptz;
    v_began constant timestamptz := clock_timestamp();
begin
    idle := '{}';
    for v_monitor in
        select m.model_id, d.version_id, m.min_rows, m.max_rows, m.look_back,
            -- A look far back takes up to a second, so once in check_every.
            m.visited_at is null or m.check_every = interval '0'
                or floor(extract(epoch from clock_timestamp()) / extract(epoch from m.check_every)) > floor(
                    extract(epoch from m.visited_at) / extract(epoch from m.check_every)) as wide
        from ml.monitors m
        join ml.deployments d on d.model_id = m.model_id
        -- Not each second: to find that there is too little yet, or to fail once more, costs up to 20 ms a monitor.
        where m.enabled and (m.visited_at is null or m.visited_at <= clock_timestamp() - least(m.check_every, interval '10 seconds'))
            and not exists (
                select from ml.drift_checks c
                where c.id = (select max(l.id) from ml.drift_checks l where l.model_id = m.model_id) and c.checked_at > clock_timestamp() - m.check_every
            )
            and exists (select from ml.drift_references r where r.version_id = d.version_id)
        order by m.visited_at nulls first, m.model_id
        limit 50
    loop
        v_since := ml_private.checked_until(v_monitor.version_id, v_monitor.look_back);
        if ml_private.count_unchecked(v_monitor.version_id, v_since, v_monitor.max_rows, v_monitor.min_rows, v_monitor.wide) >= v_monitor.min_rows then
            due := v_monitor.model_id;
            return;
        end if;
        idle := idle || v_monitor.model_id;
        -- The others come first at the next tick.
        exit when clock_timestamp() > v_began + interval '1 second';
    end loop;
end
$$;

comment on function ml_private.find_due_monitor() is
    'Of the 50 enabled monitors that were looked at longest ago the first with enough new predictions, and those before it without. Each is looked '
    'at once in check_every, or in 10 seconds; a look reads its new predictions, at most max_rows, or once in check_every twenty times as many '
    'where few entities ask often. No look begins after a second.';

create or replace function ml_private.check_next_monitor()
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_next record;
    v_done integer := 0;
    v_problem text;
    v_busy boolean := false;
begin
    select * into v_next from ml_private.find_due_monitor();
    if v_next.due is not null then
        begin
            v_done := ((ml_private.run_drift_check(v_next.due)).id is not null)::integer;
        exception
            -- Somebody else was at work on this model; that is no fault of its monitor, and its turn comes again.
            when lock_not_available or deadlock_detected or serialization_failure then v_busy := true;
            when others then
                -- One model's fault is kept with its monitor and does not end the checks of the others.
                get stacked diagnostics v_problem = message_text;
                raise warning 'drift check of model %: %', v_next.due, v_problem;
        end;
    end if;
    -- Visited, not checked: models without traffic must not keep the others from their turn. Last, and without waiting: a promotion that holds a
    -- deployment may be waiting for a monitor.
    update ml.monitors m
    set visited_at = clock_timestamp(), last_error = case when m.model_id = v_next.due and not v_busy then v_problem else m.last_error end
    where m.model_id in (
        select v.model_id from ml.monitors v where v.model_id = any (v_next.idle || v_next.due) order by v.model_id for update skip locked
    );
    return v_done;
end
$$;

comment on function ml_private.check_next_monitor() is
    'Tick task, one step: check the model that was looked at longest ago among those with enough new predictions. 1, or 0 when none was due or it '
    'could not be checked.';

select ml_private.register_tick_task('monitoring.check_drift', 'ml_private.check_next_monitor', interval '1 second');
