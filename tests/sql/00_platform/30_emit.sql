-- Events: Realtime messages and the outbox, in the transaction of what they tell of.
begin;
select plan(21);

select is(ml.get_my_role(), 'service_role', 'a superuser counts as the service role');

insert into ml.webhook_endpoints (id, url, event_types, enabled) values
    ('00000000-0000-4000-8000-0000000000e1', 'https://one.example.com/', '{job.failed}', true),
    ('00000000-0000-4000-8000-0000000000e2', 'https://two.example.com/', '{job.*}', true),
    ('00000000-0000-4000-8000-0000000000e3', 'https://three.example.com/', '{*}', true),
    ('00000000-0000-4000-8000-0000000000e4', 'https://four.example.com/', '{*}', false);

create function pg_temp.outbox() returns text language sql as $$
    select string_agg(right(endpoint_id::text, 1) || ':' || event_type || ':' || payload::text, ' ' order by endpoint_id, payload::text)
    from ml.webhook_deliveries
$$;

select lives_ok($$ select ml_private.emit('ml:jobs', 'job.failed', '{"id":1}') $$, 'emit runs');
select is(
    pg_temp.outbox(), '1:job.failed:{"id": 1} 2:job.failed:{"id": 1} 3:job.failed:{"id": 1}',
    'an event reaches the endpoints that name it, its family, or all, unless they are off');
select results_eq(
    'select topic, event, payload, private, extension from realtime.messages',
    $$ values ('ml:jobs', 'job.failed', '{"id":1}'::jsonb, true, 'broadcast') $$,
    'and is one private Realtime message');
delete from ml.webhook_deliveries;
delete from realtime.messages;

select ml_private.emit('ml:models', 'model.promoted', '{}');
select is(pg_temp.outbox(), '3:model.promoted:{}', 'another family reaches only who asks for all');
delete from ml.webhook_deliveries;
delete from realtime.messages;

select ml_private.emit('ml:jobs', 'job.progress', '{}', webhooks => false);
select is(pg_temp.outbox(), null, 'without webhooks nothing goes to the outbox');
select is((select count(*) from realtime.messages), 1::bigint, 'but to Realtime');
delete from realtime.messages;

select ml_private.emit_many(
    array['ml:jobs', null, 'ml:jobs:2'], array['job.queued', 'job.failed', 'job.failed'], array['1', '2', '3']::jsonb[]);
select is(
    pg_temp.outbox(), '1:job.failed:2 1:job.failed:3 2:job.queued:1 2:job.failed:2 2:job.failed:3 3:job.queued:1 3:job.failed:2 3:job.failed:3',
    'emit_many writes the outbox of each event');
select results_eq(
    'select topic, payload from realtime.messages order by topic', $$ values ('ml:jobs', '1'::jsonb), ('ml:jobs:2', '3') $$,
    'and sends a Realtime message where there is a topic');
delete from ml.webhook_deliveries;
delete from realtime.messages;

select lives_ok($$ select ml_private.emit_many('{}', '{}', '{}') $$, 'emit_many of nothing does nothing');
select is((select count(*) from ml.webhook_deliveries) + (select count(*) from realtime.messages), 0::bigint, 'nothing at all');

savepoint before;
select ml_private.emit('ml:jobs', 'job.failed', '{}');
rollback to before;
select is(
    (select count(*) from ml.webhook_deliveries) + (select count(*) from realtime.messages), 0::bigint,
    'an event whose transaction is rolled back never was');

-- Who may listen.
create function pg_temp.may_join(topic text) returns boolean language plpgsql as $$
begin
    perform set_config('realtime.topic', topic, true);
    return exists (select from realtime.messages);
end
$$;
select ml_private.broadcast('ml:jobs', 'job.failed', '{}');
create function pg_temp.check_join(who text, allowed boolean) returns text language plpgsql as $$
begin
    perform tests.become(who);
    return is(pg_temp.may_join('ml:jobs'), allowed, format('%s may%s join ml:jobs', who, case when allowed then '' else ' not' end));
end
$$;
select pg_temp.check_join(who, allowed)
from (values ('stranger', false), ('viewer', true), ('engineer', true), ('admin', true)) as t (who, allowed);
select tests.become('viewer');
select is(pg_temp.may_join('other'), false, 'the policy covers topics of this platform only');

-- Where there is no Realtime.
select tests.reset();
drop function realtime.send(jsonb, text, text, boolean);
select lives_ok($$ select ml_private.emit('ml:jobs', 'job.failed', '{}') $$, 'without Realtime emit still works');
select is((select count(*) from ml.webhook_deliveries), 3::bigint, 'and fills the outbox');
select lives_ok($$ select ml_private.emit_many(array['t'], array['job.failed'], array['{}']::jsonb[]) $$, 'so does emit_many');

select is_empty(
    $$
    select distinct m[1]
    from pg_proc p
    cross join lateral regexp_matches(p.prosrc, '''((?:job|model|alert)\.[a-z_]+)''', 'g') m
    where p.pronamespace in ('ml'::regnamespace, 'ml_private'::regnamespace)
        and m[1] not in (select name from ml.event_types)
    $$,
    'every event that a function names can be asked for'
);

select * from finish();
rollback;
