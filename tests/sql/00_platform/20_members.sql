-- Members: who may add, change and remove them, and that the last admin stays.
begin;
select plan(34);

insert into auth.users (id, email) values ('00000000-0000-4000-8000-00000000aaaa', 'new@example.com');

select tests.become('anon');
select tests.refuses('select ml.get_my_role()', 'anon cannot even ask for its role');
select tests.refuses($$ select ml.add_member(tests.user_id('stranger'), 'admin') $$, 'anon cannot make itself an admin');
select tests.refuses('select * from ml.members', 'anon cannot read members');

select tests.become('stranger');
select is(ml.get_my_role(), 'none', 'a stranger has no role');
select is_empty('select * from ml.members', 'a stranger sees no member');
select tests.throws(
    $$ select ml.add_member(tests.user_id('stranger'), 'admin') $$, '42501', 'permission_denied', 'a stranger cannot make itself an admin', 'the caller is none');
select tests.throws(
    $$ select ml_private.add_member(tests.user_id('stranger'), 'admin') $$, '42501', 'permission_denied', 'nor through the function behind it');
select tests.refuses($$ insert into ml.members (user_id, role) values (tests.user_id('stranger'), 'admin') $$, 'nor by writing to the table');

select tests.become('viewer');
select is(ml.get_my_role(), 'viewer', 'a viewer is a viewer');
select is((select count(*) from ml.members), 1::bigint, 'a viewer sees the members');
select tests.throws($$ select ml.add_member(tests.user_id('viewer'), 'admin') $$, '42501', 'permission_denied', 'a viewer cannot promote itself');

select tests.become('engineer');
select is(ml.get_my_role(), 'engineer', 'an engineer is an engineer');
select tests.throws($$ select ml.remove_member(tests.user_id('viewer')) $$, '42501', 'permission_denied', 'an engineer cannot remove a member');

select tests.become('ml_worker');
select is(ml.get_my_role(), 'ml_worker', 'a worker is a worker');
select tests.refuses($$ select ml.add_member(tests.user_id('viewer'), 'admin') $$, 'a worker cannot add members');
select tests.refuses('select * from ml.members', 'a worker cannot read members');

select tests.become('service_role');
select is(ml.get_my_role(), 'service_role', 'the service role is itself');
select is(
    (ml.add_member(tests.user_id('stranger'), 'admin')).added_by, null, 'the service role makes the first admin, and is no user who added it');
select lives_ok($$ select ml.remove_member(tests.user_id('stranger')) $$, 'the service role may remove the last admin');
select tests.refuses($$ insert into ml.members (user_id, role) values (tests.user_id('stranger'), 'admin') $$, 'not even the service role writes to the table');

select tests.become('admin');
select is(ml.get_my_role(), 'admin', 'an admin is an admin');
select is(
    (ml.add_member('00000000-0000-4000-8000-00000000aaaa', 'viewer')).added_by, tests.user_id('admin'), 'an admin adds a member, and the row says who did');
select is((ml.add_member('00000000-0000-4000-8000-00000000aaaa', 'engineer')).role, 'engineer', 'adding a member again changes its role');
select tests.throws(
    $$ select ml.add_member(tests.user_id('admin'), 'viewer') $$, 'PT409', 'last_admin', 'the last admin cannot step down');
select tests.throws($$ select ml.remove_member(tests.user_id('admin')) $$, 'PT409', 'last_admin', 'the last admin cannot leave');
select lives_ok($$ select ml.add_member(tests.user_id('admin'), 'admin') $$, 'adding an admin as an admin changes nothing');
select ml.add_member('00000000-0000-4000-8000-00000000aaaa', 'admin');
select lives_ok($$ select ml.remove_member(tests.user_id('admin')) $$, 'one of two admins may leave');
select is(ml.get_my_role(), 'none', 'and has no role from then on');

select tests.become('service_role');
select tests.throws($$ select ml.add_member(tests.user_id('viewer'), 'owner') $$, '22023', 'invalid_role', 'an unknown role is refused', 'not "owner"');
select tests.throws($$ select ml.add_member(tests.user_id('viewer'), null) $$, '22023', 'invalid_role', 'no role is refused');
select tests.throws($$ select ml.add_member(null, 'viewer') $$, '22023', 'invalid_argument', 'no user is refused');
select tests.throws(
    $$ select ml.add_member('00000000-0000-4000-8000-00000000bbbb', 'viewer') $$, 'PT404', 'user_not_found', 'a user who does not exist is refused');
select tests.throws($$ select ml.remove_member('00000000-0000-4000-8000-00000000bbbb') $$, 'PT404', 'member_not_found', 'who is no member cannot be removed');

select tests.reset();
delete from auth.users where id = tests.user_id('viewer');
select is_empty($$ select * from ml.members where user_id = tests.user_id('viewer') $$, 'a deleted user is no member any more');

select * from finish();
rollback;
