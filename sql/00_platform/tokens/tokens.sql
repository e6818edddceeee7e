-- Tokens of programs. One is exchanged for a short-lived JWT that names it; whoever comes with such a JWT has the rights of the token's row as it is
-- at that moment, so a token that is revoked, or whose member is removed, is worth nothing from the next request on.

create or replace function ml_private.presented_token()
returns uuid
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_claims constant text := coalesce(current_setting('request.jwt.claims', true), '');
begin
    -- Nearly nobody comes with one, and to look for the name is cheaper than to read the claims.
    if strpos(v_claims, '"ml_token"') = 0 then
        return null;
    end if;
    return (v_claims::jsonb ->> 'ml_token')::uuid;
end
$$;

comment on function ml_private.presented_token() is 'Id of the access token for which the caller''s JWT was issued; null when it was not issued for one.';

create or replace function ml_private.token_role(token_id uuid)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- The lesser of what the token and its member may.
    select coalesce((
        select case
            when t.scope = 'worker' then 'ml_worker'
            else (select r from unnest('{viewer,engineer,admin}'::text[]) with ordinality u (r, n) where r in (t.scope, m.role) order by n limit 1)
        end
        from ml.access_tokens t
        left join ml.members m on m.user_id = t.user_id
        where t.id = token_role.token_id and t.revoked_at is null and t.expires_at > now()
            and case t.scope when 'worker' then t.user_id is null or m.role = 'admin' else m.role is not null end
    ), 'none')
$$;

comment on function ml_private.token_role(uuid) is
    'What whoever holds an access token is now: viewer, engineer, admin, ml_worker; none when it is revoked, has expired or its member may no longer '
    'have it.';

-- api: viewer
create or replace function ml_private.create_access_token(name text, scope text default 'viewer', expires_at timestamptz default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id constant uuid := case when current_setting('role') = 'authenticated' then auth.uid() end;
    v_secret constant text := 'aiml_' || replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
    v_expires_at constant timestamptz := coalesce(create_access_token.expires_at, now() + interval '90 days');
    v_token ml.access_tokens;
begin
    perform ml_private.require_role('viewer');
    if ml_private.presented_token() is not null then
        perform ml_private.raise_error('42501', 'an access token makes no other tokens', 'permission_denied', 'sign in as yourself');
    end if;
    perform ml_private.check_label(create_access_token.name, 'name', 100);
    if coalesce(create_access_token.scope, '') not in ('viewer', 'engineer', 'admin', 'worker') then
        perform ml_private.raise_invalid(
            format('scope must be viewer, engineer, admin or worker, not %s', coalesce(to_json(left(create_access_token.scope, 100))::text, 'null')),
            'invalid_scope');
    elsif v_user_id is null and create_access_token.scope <> 'worker' then
        perform ml_private.raise_invalid(
            'the service role makes tokens of scope worker only', 'invalid_scope', 'a member makes a token of his own, signed in as himself');
    end if;
    perform ml_private.require_role(case create_access_token.scope when 'worker' then 'admin' else create_access_token.scope end);
    if v_expires_at <= now() or v_expires_at > now() + interval '366 days' then
        perform ml_private.raise_invalid(format('expires_at must lie within a year from now, not %s', v_expires_at), 'invalid_expiry');
    end if;
    insert into ml.access_tokens (user_id, name, scope, hash, expires_at)
    values (v_user_id, create_access_token.name, create_access_token.scope, sha256(convert_to(v_secret, 'UTF8')), v_expires_at)
    returning * into v_token;
    return jsonb_build_object(
        'id', v_token.id, 'token', v_secret, 'name', v_token.name, 'scope', v_token.scope, 'expires_at', v_token.expires_at);
end
$$;

comment on function ml_private.create_access_token(text, text, timestamptz) is
    'Make a token for a program of yours: a notebook, CI, a worker. name: up to 100 characters, for people. scope: viewer, engineer or admin, at most '
    'your own role, or worker (admins and the service role). expires_at: at most a year from now, 90 days unless given. Returns {id, token, name, '
    'scope, expires_at}; token is shown this once and kept nowhere. It may do what its scope and your role at that time both allow. Needs viewer, '
    'signed in as yourself. Errors: 22023 invalid_scope, invalid_expiry; 42501.';

-- api: viewer
create or replace function ml_private.revoke_access_token(token_id uuid)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform ml_private.require_role('viewer');
    update ml.access_tokens t
    set revoked_at = coalesce(t.revoked_at, now())
    where t.id = revoke_access_token.token_id
        and ((current_setting('role') = 'authenticated' and t.user_id = auth.uid()) or ml_private.has_role('admin'));
    if not found then
        perform ml_private.raise_unknown('token', revoke_access_token.token_id, 'see ml.access_tokens for yours');
    end if;
end
$$;

comment on function ml_private.revoke_access_token(uuid) is
    'Make a token worthless, from the next request on; doing it twice is no error. Your own; an admin anybody''s. Needs viewer. Errors: PT404 '
    'token_not_found.';

-- api: service
create or replace function ml_private.resolve_access_token(token text)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_token ml.access_tokens;
    v_role text;
begin
    perform ml_private.require_role('service_role');
    select t.* into v_token from ml.access_tokens t where t.hash = sha256(convert_to(coalesce(resolve_access_token.token, ''), 'UTF8'));
    v_role := ml_private.token_role(v_token.id);
    if v_role = 'none' then
        perform ml_private.raise_error(
            'PT401', 'this access token is unknown, revoked or expired', 'token_invalid', 'make another with ml.create_access_token');
    end if;
    -- To the minute, and never waiting: many programs may come with one token at once.
    update ml.access_tokens t
    set last_used_at = now()
    where t.id = (
        select u.id from ml.access_tokens u
        where u.id = v_token.id and (u.last_used_at is null or u.last_used_at < now() - interval '1 minute')
        for no key update skip locked);
    return jsonb_build_object(
        'token_id', v_token.id, 'role', case v_role when 'ml_worker' then 'ml_worker' else 'authenticated' end,
        'sub', case v_role when 'ml_worker' then v_token.id else v_token.user_id end, 'scope', v_role, 'expires_at', v_token.expires_at);
end
$$;

comment on function ml_private.resolve_access_token(text) is
    'For edge functions (service role only): whom an access token stands for, {token_id, role, sub, scope, expires_at}: the Postgres role and the '
    'subject of the JWT that is issued for it, which must carry token_id as ml_token. Errors: PT401 token_invalid.';
