-- The tick's part: which models' drift checks come next.

create function ml_private.check_due_monitors()
returns integer
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
    v_model_ids bigint[] := array(
        select m.model_id
        from ml.monitors m
        join ml.deployments d on d.model_id = m.model_id
        where m.enabled
        order by m.visited_at nulls first, m.model_id
        limit 50
    );
    v_model_id bigint;
    v_done integer := 0;
    v_problem text;
begin
    -- Visited, not checked: models without traffic must not keep the others from their turn.
    update ml.monitors m set visited_at = clock_timestamp(), last_error = null where m.model_id = any (v_model_ids);
    foreach v_model_id in array v_model_ids loop
        begin
            if (ml_private.run_drift_check(v_model_id)).id is not null then
                v_done := v_done + 1;
            end if;
        exception when others then
            -- One model's fault is kept with its monitor and does not end the checks of the others.
            get stacked diagnostics v_problem = message_text;
            update ml.monitors m set last_error = v_problem where m.model_id = v_model_id;
            raise warning 'drift check of model %: %', v_model_id, v_problem;
        end;
    end loop;
    return v_done;
end
$$;

comment on function ml_private.check_due_monitors() is
    'Tick task: look at the 50 enabled monitors that were looked at longest ago, and check those with enough new predictions; one without costs an index probe. Returns the checks made.';

select ml_private.register_tick_task('monitoring.check_drift', 'ml_private.check_due_monitors', interval '1 second');
