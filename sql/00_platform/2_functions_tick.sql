-- The tick: everything that falls due, in bounded slices. Any number of ticks may run at once; each task runs in at most one of them.

create function ml_private.register_tick_task(name text, function_name text, every interval, run_order integer default 100)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
    v_function oid := to_regprocedure(register_tick_task.function_name || '()');
begin
    perform ml_private.check_name(name, 'name');
    if every is null or every < interval '0' then
        perform ml_private.raise_invalid(format('every must be an interval of at least 0, not %s', coalesce(every::text, 'null')));
    end if;
    if v_function is null then
        perform ml_private.raise_missing(format('there is no function %s()', function_name), 'function_not_found');
    elsif (select p.prorettype not in ('integer'::regtype, 'bigint'::regtype) from pg_catalog.pg_proc p where p.oid = v_function) then
        perform ml_private.raise_invalid(format('%s() must return how many units of work it did, as integer or bigint', function_name));
    end if;
    insert into ml_private.tick_tasks as t (name, function_name, every, run_order)
    values (register_tick_task.name, v_function::regproc::text, register_tick_task.every, register_tick_task.run_order)
    on conflict on constraint tick_tasks_name_pkey do update
    set function_name = excluded.function_name, every = excluded.every, run_order = excluded.run_order;
end
$$;

comment on function ml_private.register_tick_task(text, text, interval, integer) is
    'Have ml_private.tick() call function_name() at most once per every; again under the same name changes it. The function takes no argument, returns its units '
    'of work (integer or bigint), does a bounded slice and may be called at any time. Give strong lockers a run_order above 500.';

create function ml_private.run_tick_task(name text)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
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
    where t.name = run_tick_task.name and (t.last_run_at is null or t.last_run_at + t.every <= clock_timestamp());
    if v_function is null then
        return null;
    end if;
    v_started := clock_timestamp();
    begin
        execute format('select %s', (v_function || '()')::regprocedure) into v_count;
    exception when others then
        v_error := format('%s (%s)', sqlerrm, sqlstate);
    end;
    update ml_private.tick_tasks t
    set last_run_at = v_started,
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
    'Run one task when it is due and no other session runs it: its count, {"error"} when it failed (recorded, and undone), null when it was not run.';

create function ml_private.tick()
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
    v_name text;
    v_done jsonb;
    v_result jsonb := '{}'::jsonb;
    v_due bigint;
begin
    for v_name in
        select t.name
        from ml_private.tick_tasks t
        where t.last_run_at is null or t.last_run_at + t.every <= clock_timestamp()
        order by t.run_order, t.name
    loop
        v_done := ml_private.run_tick_task(v_name);
        if v_done is not null then
            v_result := v_result || jsonb_build_object(v_name, v_done);
        end if;
    end loop;
    v_due := ml_private.count_webhooks_due();
    if v_due > 0 then
        perform ml_private.call_edge_function('webhooks', '{}');
    end if;
    return v_result || jsonb_build_object('webhooks_due', v_due);
end
$$;

comment on function ml_private.tick() is
    'Do what is due: {task: units of work or {"error"}, …, "webhooks_due": deliveries waiting to be sent}. Tasks that were not due or run in another session are left '
    'out. A task that fails is undone, recorded in ml_private.tick_tasks and does not stop the others. Call it every 1 to 60 seconds.';

revoke all on function
    ml_private.register_tick_task(text, text, interval, integer),
    ml_private.run_tick_task(text),
    ml_private.tick()
    from public;
