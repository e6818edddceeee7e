-- Members. The service role makes the first admin; admins do the rest.
-- api: admin
create or replace function ml_private.add_member(user_id uuid, role text)
returns ml.members
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_member ml.members;
begin
    perform ml_private.require_role('admin');
    if add_member.role is null or add_member.role not in ('viewer', 'engineer', 'admin') then
        perform ml_private.raise_invalid(
            format('role must be viewer, engineer or admin, not %s', coalesce(to_json(left(add_member.role, 100))::text, 'null')), 'invalid_role');
    elsif add_member.user_id is null then
        perform ml_private.raise_invalid('user_id must be the id of a user, not null');
    elsif not exists (select from auth.users u where u.id = add_member.user_id) then
        perform ml_private.raise_unknown('user', add_member.user_id, 'the user signs up first');
    end if;
    if add_member.role <> 'admin' then
        perform ml_private.require_other_admin(add_member.user_id);
    end if;
    insert into ml.members as m (user_id, role, added_by)
    values (add_member.user_id, add_member.role, case when current_setting('role') = 'authenticated' then auth.uid() end)
    on conflict on constraint members_user_id_pkey do update set role = excluded.role, added_by = excluded.added_by
    returning * into v_member;
    return v_member;
end
$$;

comment on function ml_private.add_member(uuid, text) is
    'Make a user a member, or change a member''s role: viewer reads, engineer also trains, promotes and serves, admin also manages members, policies '
    'and webhooks. Needs admin; the service role makes the first one. Returns the member. Errors: 22023 invalid_role, PT404 user_not_found, PT409 '
    'last_admin.';

-- Two admins who remove each other at once must not both succeed: each first takes every admin's row, in one order, and then looks again.
create or replace function ml_private.require_other_admin(user_id uuid)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (select from ml.members m where m.user_id = require_other_admin.user_id and m.role = 'admin') then
        return;
    end if;
    perform from ml.members m where m.role = 'admin' order by m.user_id for update;
    perform ml_private.require_role('admin');
    if ml_private.caller_role() <> 'service_role'
        and not exists (select from ml.members m where m.role = 'admin' and m.user_id <> require_other_admin.user_id)
    then
        perform ml_private.raise_conflict(
            format('%s is the last admin', require_other_admin.user_id), 'last_admin', 'make another member an admin first');
    end if;
end
$$;

comment on function ml_private.require_other_admin(uuid) is
    'Before a user stops being admin: PT409 last_admin when nobody else is one, unless the service role asks. Holds the admins'' rows until the '
    'transaction ends.';

-- api: admin
create or replace function ml_private.remove_member(user_id uuid)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform ml_private.require_role('admin');
    if remove_member.user_id is null then
        perform ml_private.raise_invalid('user_id must be the id of a member, not null');
    end if;
    perform ml_private.require_other_admin(remove_member.user_id);
    delete from ml.members m where m.user_id = remove_member.user_id;
    if not found then
        perform ml_private.raise_unknown('member', remove_member.user_id);
    end if;
end
$$;

comment on function ml_private.remove_member(uuid) is
    'Take a user''s membership away, from the next request on. Needs admin. Errors: PT404 member_not_found, PT409 last_admin (the service role may '
    'remove even that one).';
