-- The tick: everything that falls due, in steps. A step is one call of one task's function, in a transaction of its own: what it locks is free again
-- before the next begins, and what it did stays done whatever becomes of the others.

create or replace function ml_private.register_tick_task(name text, function_name text, every interval, urgent boolean default false)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_function oid := to_regprocedure(register_tick_task.function_name || '()');
begin
    perform ml_private.check_name(name, 'name');
    if every is null or every < interval '0' then
        perform ml_private.raise_invalid(format('every must be an interval of at least 0, not %s', coalesce(every::text, 'null')));
    end if;
    if urgent is null then
        perform ml_private.raise_invalid('urgent must be true or false, not null');
    end if;
    if v_function is null then
        perform ml_private.raise_unknown('function', function_name || '()');
    elsif (select p.prorettype not in ('integer'::regtype, 'bigint'::regtype) from pg_catalog.pg_proc p where p.oid = v_function) then
        perform ml_private.raise_invalid(format('%s() must return how many units of work it did, as integer or bigint', function_name));
    end if;
    insert into ml_private.tick_tasks as t (name, function_name, every, urgent)
    values (register_tick_task.name, v_function::regproc::text, register_tick_task.every, register_tick_task.urgent)
    on conflict on constraint tick_tasks_name_pkey do update
    set function_name = excluded.function_name, every = excluded.every, urgent = excluded.urgent;
end
$$;

comment on function ml_private.register_tick_task(text, text, interval, boolean) is
    'Have ml_private.tick call function_name() once per every, and again, each time in a new transaction, while it returns more than 0; again under '
    'the same name changes it. The function takes no argument, returns its units of work (integer or bigint), does one small step that locks little, '
    'and may be called at any time. Urgent tasks go before the others.';

-- Two seconds are enough for whatever keeps to the order of locks (README); a step that waits longer gives up and lets the other tasks have their turn.
create or replace function ml_private.run_tick_task(name text)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
set lock_timeout = '2s'
as $$
declare
    v_function text;
    v_count bigint;
    v_started timestamptz;
    v_error text;
begin
    -- Held to the end of the transaction, so no other tick sees this task as due before it sees that it has run.
    if not pg_try_advisory_xact_lock(hashtextextended('aimatrix tick ' || run_tick_task.name, 0)) then
        return null;
    end if;
    select t.function_name into v_function
    from ml_private.tick_tasks t
    where t.name = run_tick_task.name and (t.unfinished or t.last_run_at is null or t.last_run_at + t.every <= clock_timestamp());
    if v_function is null then
        return null;
    end if;
    v_started := clock_timestamp();
    begin
        execute format('select %s', (v_function || '()')::regprocedure) into v_count;
    -- A timeout of the role's or the database's is one of `query_canceled`: uncaught it would end the tick, and the same step would be first in the next one.
    exception when others or query_canceled then
        v_error := format('%s (%s)', sqlerrm, sqlstate);
    end;
    update ml_private.tick_tasks t
    set last_run_at = v_started,
        unfinished = coalesce(v_count, 0) > 0,
        last_milliseconds = extract(epoch from clock_timestamp() - v_started) * 1000,
        last_count = v_count,
        last_error = v_error,
        last_error_at = case when v_error is null then t.last_error_at else v_started end,
        failures = case when v_error is null then 0 else t.failures + 1 end
    where t.name = run_tick_task.name;
    if v_error is not null then
        raise warning 'tick task %: %', run_tick_task.name, v_error;
    end if;
    return case when v_error is null then to_jsonb(coalesce(v_count, 0)) else jsonb_build_object('error', v_error) end;
end
$$;

comment on function ml_private.run_tick_task(text) is
    'One step of a task when it is due and no other session runs it: its count, {"error"} when it failed (recorded, and undone), null when it was not run.';

create or replace function ml_private.run_tick_step(began timestamptz, done jsonb)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_name text;
    v_step jsonb;
begin
    -- Whoever has waited longest comes next, so a task with endless work takes turns with the others. A task that ran in this tick and has no more to
    -- do, that failed, or that another session runs, is over for this tick.
    for v_name in
        select t.name
        from ml_private.tick_tasks t
        where (t.unfinished or t.last_run_at is null or t.last_run_at + t.every <= clock_timestamp())
            and (t.unfinished or coalesce(t.last_run_at, '-infinity') < run_tick_step.began)
            and coalesce(jsonb_typeof(run_tick_step.done -> t.name) = 'number', true)
        order by t.urgent desc, t.last_run_at nulls first, t.name
    loop
        v_step := ml_private.run_tick_task(v_name);
        if jsonb_typeof(v_step) = 'number' then
            return done || jsonb_build_object(v_name, coalesce((done -> v_name)::bigint, 0) + v_step::bigint);
        end if;
        done := done || jsonb_build_object(v_name, v_step);
        if v_step is not null then
            return done;
        end if;
    end loop;
    return jsonb_build_object('over', jsonb_strip_nulls(done));
end
$$;

comment on function ml_private.run_tick_step(timestamptz, jsonb) is
    'The next step of a tick that began then and has done that much: done with what the step did, or {"over": done} when nothing is due. For ml_private.tick.';

-- A procedure, because only a procedure can commit. One that does can have no "set" clause: it names everything in full and pins the search path
-- of each of its transactions.
create or replace procedure ml_private.tick(inout done jsonb default null, max_seconds double precision default 8)
language plpgsql
security invoker
as $$
declare
    v_began constant timestamptz := pg_catalog.clock_timestamp();
    v_over boolean;
begin
    done := '{}';
    loop
        perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
        done := ml_private.run_tick_step(v_began, done);
        v_over := done ? 'over' or clock_timestamp() > v_began + make_interval(secs => max_seconds);
        done := coalesce(done -> 'over', done);
        commit;
        exit when v_over;
    end loop;
    perform pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    done := ml_private.nudge_webhooks(jsonb_strip_nulls(done));
    commit;
end
$$;

comment on procedure ml_private.tick(jsonb, double precision) is
    'Do what is due, each step in a transaction of its own, urgent tasks first: call ml_private.tick(). No step begins after max_seconds; what is '
    'left is due at the next tick. Gives {task: units of work or {"error"}, …, "webhooks_due": deliveries waiting to be sent}. Tasks that were not '
    'due or run in another session are left out. A task that fails is undone, recorded in ml_private.tick_tasks and does not stop the others. Call '
    'it every 1 to 60 seconds, outside a transaction.';

create or replace function ml_private.nudge_webhooks(done jsonb)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_due bigint := ml_private.count_webhooks_due();
begin
    if v_due > 0 then
        perform ml_private.call_edge_function('webhooks', '{}');
    end if;
    return done || jsonb_build_object('webhooks_due', v_due);
end
$$;

comment on function ml_private.nudge_webhooks(jsonb) is
    'What a tick has done, with the number of webhooks that wait; when some do, their edge function is told.';
