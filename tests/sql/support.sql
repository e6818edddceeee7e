-- Helpers for tests in SQL, loaded into the template databases after the migrations.
create schema tests;
grant usage on schema tests to public;
-- So that pgTAP's own functions can be called in a worker's role.
grant usage on schema extensions to ml_worker;

-- The same users as in tests/support/roles.ts.
create function tests.user_id(who text)
returns uuid
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$
    select case user_id.who
        when 'stranger' then '00000000-0000-4000-8000-000000000001'
        when 'viewer' then '00000000-0000-4000-8000-000000000002'
        when 'engineer' then '00000000-0000-4000-8000-000000000003'
        when 'admin' then '00000000-0000-4000-8000-000000000004'
        when 'ml_worker' then '00000000-0000-4000-8000-000000000005'
    end::uuid
$$;

-- Definer, because the caller may already stand in another role.
create function tests.ensure_member(who text)
returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if who in ('stranger', 'viewer', 'engineer', 'admin') then
        insert into auth.users (id, email) values (tests.user_id(who), who || '@example.com') on conflict do nothing;
    end if;
    if who in ('viewer', 'engineer', 'admin') then
        insert into ml.members (user_id, role) values (tests.user_id(who), who) on conflict do nothing;
    end if;
end
$$;

-- anon, stranger (signed in, no member), viewer, engineer, admin, ml_worker or service_role, until tests.reset() or the end of the transaction.
create function tests.become(who text)
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_role text := case when who in ('anon', 'ml_worker', 'service_role') then who else 'authenticated' end;
    v_claims jsonb := jsonb_strip_nulls(jsonb_build_object('role', v_role, 'sub', tests.user_id(who)));
begin
    if who not in ('anon', 'stranger', 'viewer', 'engineer', 'admin', 'ml_worker', 'service_role') or who is null then
        raise exception 'tests.become: there is no caller called %', who;
    end if;
    perform tests.ensure_member(who);
    perform set_config('request.jwt.claims', v_claims::text, true);
    perform set_config('request.jwt.claim.sub', coalesce(v_claims ->> 'sub', ''), true);
    perform set_config('request.jwt.claim.role', v_role, true);
    perform set_config('role', v_role, true);
end
$$;

-- Back to the superuser that runs the tests.
create function tests.reset()
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    perform set_config('role', 'none', true);
    perform set_config('request.jwt.claims', '', true);
    perform set_config('request.jwt.claim.sub', '', true);
    perform set_config('request.jwt.claim.role', '', true);
end
$$;

-- One test: the statement fails with that SQLSTATE, with that detail (the stable code; null: any), and with a message that
-- matches the regular expression (null: any). Whatever it did before it failed is undone.
create function tests.throws(statement text, sqlstate_code text, detail_code text, description text, message_pattern text default null)
returns text
language plpgsql
set search_path = extensions
as $$
declare
    v_state text;
    v_message text;
    v_detail text;
    v_right boolean;
begin
    begin
        execute statement;
    exception when others then
        get stacked diagnostics v_state = returned_sqlstate, v_message = message_text, v_detail = pg_exception_detail;
    end;
    v_right := v_state is not distinct from sqlstate_code
        and (detail_code is null or v_detail = detail_code)
        and (message_pattern is null or v_message ~ message_pattern);
    if v_right then
        return extensions.ok(true, description);
    end if;
    return extensions.ok(false, description) || e'\n' || extensions.diag(format(
        e'wanted: %s %s %s\ncaught: %s %s %s',
        sqlstate_code, coalesce(detail_code, '(any)'), coalesce(message_pattern, ''),
        coalesce(v_state, 'nothing'), coalesce(v_detail, ''), coalesce(v_message, '')
    ));
end
$$;

-- The same for the refusals that every caller without the right role must get.
create function tests.refuses(statement text, description text)
returns text
language sql
set search_path = extensions
as $$ select tests.throws(refuses.statement, '42501', null, refuses.description) $$;

-- What holds of ml.jobs and what would cost every job too much to check: each test that changes a job checks it.
alter table ml.jobs add constraint jobs_state_check check (
    case state
        when 'queued' then lease_expires_at is null and finished_at is null and not (ready and pending_dependencies > 0)
        when 'running' then lease_expires_at is not null and finished_at is null and not ready and pending_dependencies = 0
        else state in ('succeeded', 'failed', 'cancelled') and lease_expires_at is null and finished_at is not null and not ready
    end
);
alter table ml_private.job_dependencies
    add constraint job_dependencies_depends_on_fkey foreign key (depends_on) references ml.jobs (id),
    add constraint job_dependencies_job_id_fkey foreign key (job_id) references ml.jobs (id);

-- A tick within the test's own transaction, where the procedure could not commit.
create function tests.tick()
returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_began constant timestamptz := clock_timestamp();
    v_done jsonb := '{}';
begin
    while not v_done ? 'over' loop
        v_done := ml_private.run_tick_step(v_began, v_done);
    end loop;
    return ml_private.nudge_webhooks(v_done -> 'over');
end
$$;

-- Upkeep of time series until nothing is left to do: the sum of its steps.
create function tests.upkeep()
returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    v_step integer;
    v_done integer := 0;
begin
    loop
        v_step := ml_private.maintain_time_series();
        v_done := v_done + v_step;
        exit when v_step = 0;
    end loop;
    return v_done;
end
$$;
