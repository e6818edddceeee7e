-- Tokens of programs: what one may, whose it is, and that it ends.
begin;
select plan(46);

-- As the gateway makes it so for a JWT that was issued for the token.
create function pg_temp.come_with(secret text) returns void language plpgsql as $$
declare
    v_who jsonb;
begin
    perform tests.become('service_role');
    v_who := ml.resolve_access_token(secret);
    perform set_config('request.jwt.claims', jsonb_build_object(
        'role', v_who ->> 'role', 'sub', v_who ->> 'sub', 'ml_token', v_who ->> 'token_id')::text, true);
    perform set_config('request.jwt.claim.sub', v_who ->> 'sub', true);
    perform set_config('request.jwt.claim.role', v_who ->> 'role', true);
    perform set_config('role', v_who ->> 'role', true);
end
$$;
create temporary table made (name text primary key, reply jsonb);
grant all on made to public;
create function pg_temp.make(who text, name text, scope text, expires_at timestamptz default null) returns void language plpgsql as $$
begin
    perform tests.become(who);
    insert into made values (name, ml.create_access_token(name, scope, expires_at));
end
$$;
create function pg_temp.secret(name text) returns text language sql as $$ select m.reply ->> 'token' from made m where m.name = secret.name $$;

-- What it may.
select lives_ok($$ select pg_temp.make('engineer', 'notebook', 'viewer') $$, 'an engineer makes a token to read with');
select matches(pg_temp.secret('notebook'), '^aiml_[0-9a-f]{64}$', 'which is told once');
select lives_ok($$ select pg_temp.come_with(pg_temp.secret('notebook')) $$, 'and stands for her');
select is(ml.get_my_role(), 'viewer', 'as a viewer');
select is(auth.uid(), tests.user_id('engineer'), 'under her name');
select tests.refuses($$ select ml.enqueue_job('x') $$, 'what she may as an engineer it may not');
select is((select array_agg(m.user_id) from ml.members m where m.user_id = auth.uid()), array[tests.user_id('engineer')], 'row-level security asks the same');
select tests.refuses($$ select ml.create_access_token('another') $$, 'a token makes no tokens');
select tests.refuses($$ select ml.resolve_access_token('x') $$, 'nor resolves any');
select lives_ok($$ select pg_temp.make('admin', 'ci', 'engineer') $$, 'an admin makes one to work with');
select lives_ok($$ select pg_temp.come_with(pg_temp.secret('ci')) $$, 'it is known');
select is(ml.get_my_role(), 'engineer', 'and is an engineer''s');
select lives_ok($$ select ml.enqueue_job('x') $$, 'it may enqueue');
select tests.refuses($$ select ml.add_member(tests.user_id('stranger'), 'viewer') $$, 'but not what admins may');

-- Never more than its member.
select tests.become('engineer');
select tests.refuses($$ select ml.create_access_token('more', 'admin') $$, 'nobody gives more than she has');
select tests.refuses($$ select ml.create_access_token('worker', 'worker') $$, 'a worker''s token is an admin''s to give');
select tests.become('stranger');
select tests.refuses($$ select ml.create_access_token('none') $$, 'who is no member has nothing to give');
select tests.become('admin');
select ml.add_member(tests.user_id('engineer'), 'viewer');
select lives_ok($$ select pg_temp.make('admin', 'all', 'admin') $$, 'an admin''s own');
select tests.become('service_role');
select ml.add_member(tests.user_id('stranger'), 'admin');
select ml.add_member(tests.user_id('admin'), 'viewer');
select pg_temp.come_with(pg_temp.secret('all'));
select is(ml.get_my_role(), 'viewer', 'when its member becomes a viewer so does the token');
select tests.reset();
delete from ml.members where user_id = tests.user_id('admin');
select is(ml_private.token_role((select (m.reply ->> 'id')::uuid from made m where m.name = 'all')), 'none', 'when he is removed it is nothing');
select tests.become('service_role');
select tests.throws(format($$ select ml.resolve_access_token(%L) $$, pg_temp.secret('all')), 'PT401', 'token_invalid', 'and is refused');

-- Workers.
select tests.become('service_role');
select tests.throws($$ select ml.create_access_token('x', 'engineer') $$, '22023', 'invalid_scope', 'the service role is nobody whom a token could stand for');
select lives_ok($$ insert into made values ('worker', ml.create_access_token('worker', 'worker')) $$, 'but it makes workers'' tokens');
select lives_ok($$ select pg_temp.come_with(pg_temp.secret('worker')) $$, 'such a token is known');
select is(array[ml.get_my_role(), current_user::text], array['ml_worker', 'ml_worker'], 'and is a worker''s');
select lives_ok($$ select count(*) from ml.claim_jobs('w') $$, 'it claims jobs');
select tests.refuses($$ select ml.enqueue_job('x') $$, 'and enqueues none');

-- The end.
select tests.reset();
select is((select count(*) from ml.access_tokens t where t.last_used_at = now()), 4::bigint, 'its last use is kept');
select tests.become('admin');
select ml.revoke_access_token((select (m.reply ->> 'id')::uuid from made m where m.name = 'worker'));
select tests.become('service_role');
select tests.throws(format($$ select ml.resolve_access_token(%L) $$, pg_temp.secret('worker')), 'PT401', 'token_invalid', 'an admin revokes it');
select set_config('request.jwt.claims', format('{"role":"ml_worker","sub":"%1$s","ml_token":"%1$s"}', (select m.reply ->> 'id' from made m where m.name = 'worker')), true),
    set_config('role', 'ml_worker', true);
select tests.refuses($$ select ml.claim_jobs('w') $$, 'and what was issued for it is worth nothing from then on');
select tests.become('viewer');
select lives_ok($$ insert into made values ('mine', ml.create_access_token('mine', expires_at => now() + interval '1 hour')) $$, 'a viewer makes one for an hour');
select is((select array_agg(t.name) from ml.access_tokens t), array['mine'], 'and sees her own');
select throws_ok($$ select hash from ml.access_tokens $$, '42501', null, 'but for its hash');
select tests.throws(
    format($$ select ml.revoke_access_token(%L) $$, (select m.reply ->> 'id' from made m where m.name = 'ci')), 'PT404', 'token_not_found', 'another''s is not hers to revoke');
select lives_ok(format($$ select ml.revoke_access_token(%L) $$, (select m.reply ->> 'id' from made m where m.name = 'mine')), 'hers is');
select lives_ok(format($$ select ml.revoke_access_token(%L) $$, (select m.reply ->> 'id' from made m where m.name = 'mine')), 'twice, too');
select tests.reset();
update ml.access_tokens t set revoked_at = null, expires_at = now() where t.name = 'mine';
select tests.become('service_role');
select tests.throws(format($$ select ml.resolve_access_token(%L) $$, pg_temp.secret('mine')), 'PT401', 'token_invalid', 'an expired one is refused');
select tests.throws($$ select ml.resolve_access_token(null) $$, 'PT401', 'token_invalid', 'so is none');
select tests.throws($$ select ml.resolve_access_token('aiml_0') $$, 'PT401', 'token_invalid', 'and one that nobody made');
select tests.become('anon');
select tests.refuses($$ select ml.create_access_token('x') $$, 'anon makes none');

-- Bad input.
select tests.become('viewer');
select tests.throws($$ select ml.create_access_token(null) $$, '22023', 'invalid_label', 'a token has a name');
select tests.throws($$ select ml.create_access_token('x', 'root') $$, '22023', 'invalid_scope', 'and a scope that there is');
select tests.throws($$ select ml.create_access_token('x', null) $$, '22023', 'invalid_scope', 'null is none');
select tests.throws($$ select ml.create_access_token('x', 'viewer', now() - interval '1 second') $$, '22023', 'invalid_expiry', 'it cannot have ended');
select tests.throws($$ select ml.create_access_token('x', 'viewer', 'infinity') $$, '22023', 'invalid_expiry', 'nor last for ever');
select tests.throws($$ select ml.revoke_access_token(null) $$, 'PT404', 'token_not_found', 'null is no token');
select * from finish();
rollback;
