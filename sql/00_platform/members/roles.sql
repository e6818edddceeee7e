-- The role GUC keeps what SET ROLE named even inside a security definer function, where current_user is the owner, and a caller of PostgREST
-- cannot change it. A session that set no role (psql, pg_cron) counts as service_role exactly when it inherits service_role; authenticator does not.
create or replace function ml_private.caller_role()
returns text
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_role text := coalesce(nullif(pg_catalog.current_setting('role'), 'none'), session_user::text);
    v_token uuid;
begin
    if v_role in ('authenticated', 'ml_worker') then
        v_token := ml_private.presented_token();
        if v_token is not null then
            return ml_private.token_role(v_token);
        end if;
    end if;
    if v_role = 'authenticated' then
        return coalesce((select m.role from ml.members m where m.user_id = (select auth.uid())), 'none');
    elsif v_role = 'ml_worker' then
        return 'ml_worker';
    elsif v_role = 'service_role' or pg_catalog.pg_has_role(v_role, 'service_role', 'USAGE') then
        return 'service_role';
    end if;
    return 'none';
end
$$;

comment on function ml_private.caller_role() is 'The caller as one of service_role, admin, engineer, viewer, ml_worker, none.';

-- plpgsql keeps its plan: in sql this took 20 µs more at each call, a tenth of what claiming a job takes.
create or replace function ml_private.has_role(minimum text, worker boolean default false)
returns boolean
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return case ml_private.caller_role()
        when 'service_role' then true
        when 'admin' then has_role.minimum in ('viewer', 'engineer', 'admin')
        when 'engineer' then has_role.minimum in ('viewer', 'engineer')
        when 'viewer' then has_role.minimum = 'viewer'
        when 'ml_worker' then has_role.worker
        else false
    end;
end
$$;

comment on function ml_private.has_role(text, boolean) is
    'True when the caller is at least minimum (viewer < engineer < admin < service_role); workers pass only where worker is true.';

create or replace function ml_private.require_role(minimum text, worker boolean default false)
returns void
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    -- Workers and servers are known by their role alone, which takes a third of the time of asking who the caller is; but for a worker whose token
    -- may have been revoked.
    if (case current_setting('role')
        when 'service_role' then true
        when 'ml_worker' then require_role.worker and strpos(coalesce(current_setting('request.jwt.claims', true), ''), '"ml_token"') = 0
        else false end)
    then
        return;
    end if;
    if not ml_private.has_role(require_role.minimum, require_role.worker) then
        perform ml_private.raise_error(
            '42501',
            pg_catalog.format('this needs the role %s, the caller is %s', require_role.minimum, ml_private.caller_role()),
            'permission_denied',
            'ask an admin of this project to call ml.add_member for you'
        );
    end if;
end
$$;

comment on function ml_private.require_role(text, boolean) is 'First line of every definer function: 42501 permission_denied unless ml_private.has_role holds.';

-- api: signed_in, worker
create or replace function ml.get_my_role()
returns text
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$ select ml_private.caller_role() $$;

comment on function ml.get_my_role() is
    'The caller''s role: viewer, engineer, admin, none (signed in, no member), ml_worker or service_role.';
