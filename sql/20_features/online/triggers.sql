-- Triggers on sources: four a function, one for each kind of statement.

create or replace function ml_private.create_triggers(prefix text, source text, function_name text)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_event text;
begin
    foreach v_event in array array['insert', 'update', 'delete', 'truncate'] loop
        execute format(
            'create trigger %I after %s on %s %s for each statement execute function ml_private.%I()',
            create_triggers.prefix || '_' || v_event, v_event, create_triggers.source,
            case v_event
                when 'insert' then 'referencing new table as new_rows'
                when 'update' then 'referencing old table as old_rows new table as new_rows'
                when 'delete' then 'referencing old table as old_rows'
                else '' end,
            create_triggers.function_name);
    end loop;
end
$$;

comment on function ml_private.create_triggers(text, text, text) is 'Call a function of the platform after each statement that writes to a source.';

create or replace function ml_private.drop_triggers(view_id bigint)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- @plpgsql_check_options: security_warnings = off
declare
    v_trigger record;
    v_function text;
    v_left text[] := '{}'::text[];
begin
    for v_trigger in
        select t.tgname, p.proname::text as proname, ml_private.relation_name(t.tgrelid) as relation
        from pg_catalog.pg_trigger t
        join pg_catalog.pg_proc p on p.oid = t.tgfoid
        join pg_catalog.pg_namespace n on n.oid = p.pronamespace
        where n.nspname = 'ml_private' and p.proname in (format('sync_view_%s', drop_triggers.view_id), format('keep_history_%s', drop_triggers.view_id))
        -- The source's (keep_history) before the history's (sync_view), as whoever writes to the source comes by them.
        order by p.proname, t.tgname
    loop
        begin
            -- By itself a drop takes a weak lock first and this one afterwards: two at once, behind an open writer, would each wait for the other.
            execute format('lock table %s in access exclusive mode', v_trigger.relation);
            execute format('drop trigger %I on %s', v_trigger.tgname, v_trigger.relation);
        exception when insufficient_privilege then
            -- Another owner's table: its triggers are not ours to drop, but what they call is.
            v_left := array_append(v_left, v_trigger.proname);
        end;
    end loop;
    foreach v_function in array array[format('sync_view_%s', drop_triggers.view_id), format('keep_history_%s', drop_triggers.view_id)] loop
        if v_function = any (v_left) then
            execute format(
                'create or replace function ml_private.%I() returns trigger language plpgsql security definer '
                'set search_path = pg_catalog, pg_temp as $f$ begin return null; end $f$', v_function);
        else
            execute format('drop function if exists ml_private.%I()', v_function);
        end if;
    end loop;
    execute format('drop function if exists ml_private.newest_row_%1$s(jsonb, timestamptz), ml_private.reconcile_history_%1$s(boolean)',
        drop_triggers.view_id);
end
$$;

comment on function ml_private.drop_triggers(bigint) is
    'Take a view''s triggers off its source, and what was compiled for it away. On a table of another owner they stay and do nothing.';
