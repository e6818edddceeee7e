-- Tells the local gateway when tables or functions change, as the hosted platform tells PostgREST.
create or replace function extensions.notify_gateway()
returns event_trigger
language plpgsql
as $$
declare
    v_command record;
begin
    for v_command in select * from pg_event_trigger_ddl_commands() loop
        if v_command.schema_name in ('public', 'ml') or v_command.command_tag in ('CREATE SCHEMA', 'ALTER SCHEMA') then
            notify pgrst, 'reload schema';
            return;
        end if;
    end loop;
end
$$;

create or replace function extensions.notify_gateway_of_drop()
returns event_trigger
language plpgsql
as $$
begin
    if exists (
        select from pg_event_trigger_dropped_objects()
        where schema_name in ('public', 'ml') and not is_temporary
    ) then
        notify pgrst, 'reload schema';
    end if;
end
$$;

drop event trigger if exists aimatrix_ddl_watch;
create event trigger aimatrix_ddl_watch on ddl_command_end execute function extensions.notify_gateway();
drop event trigger if exists aimatrix_drop_watch;
create event trigger aimatrix_drop_watch on sql_drop execute function extensions.notify_gateway_of_drop();
