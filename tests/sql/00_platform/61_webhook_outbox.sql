-- The outbox: claims and their lease, outcomes, the schedule of retries.
begin;
select plan(53);

insert into ml.webhook_endpoints (id, url, event_types) values
    ('00000000-0000-4000-8000-0000000000e1', 'https://one.example.com/', '{*}'),
    ('00000000-0000-4000-8000-0000000000e2', 'https://two.example.com/', '{job.failed}');
select ml_private.write_secret('aimatrix_webhook_00000000-0000-4000-8000-0000000000e1', 'whsec_one');
select ml_private.emit('ml:jobs', 'job.queued', '{"id": 7}');

select tests.become('admin');
select tests.refuses('select * from ml.claim_webhook_deliveries()', 'an admin cannot claim deliveries: they hold secrets');
select tests.refuses('select ml.record_webhook_outcome(gen_random_uuid(), 1, 200)', 'nor record outcomes');
select results_eq(
    'select event_type, payload, state, attempt from ml.webhook_deliveries', $$ values ('job.queued', '{"id": 7}'::jsonb, 'pending', 0) $$,
    'but sees what became of them');
select tests.become('ml_worker');
select tests.refuses('select * from ml.claim_webhook_deliveries()', 'a worker cannot claim deliveries');

select tests.become('service_role');
select results_eq(
    'select url, secret, event_type, payload, attempt from ml.claim_webhook_deliveries(10)',
    $$ values ('https://one.example.com/', 'whsec_one', 'job.queued', '{"id": 7}'::jsonb, 1) $$,
    'a claim hands out what a sender needs');
select is_empty('select * from ml.claim_webhook_deliveries(10)', 'and leases it');
select results_eq(
    'select state, next_attempt_at - now() from ml.webhook_deliveries', $$ values ('pending', interval '2 minutes') $$, 'for two minutes');

create temporary table delivery as select id from ml.webhook_deliveries;
select tests.throws(
    'select ml.record_webhook_outcome(id, 2, 200) from delivery', 'PT409', 'lease_lost', 'an outcome needs the attempt that was claimed', 'is at attempt 1, not 2');
select tests.throws('select ml.record_webhook_outcome(id, null, 200) from delivery', 'PT409', 'lease_lost', 'and none is none');
select tests.throws('select ml.record_webhook_outcome(gen_random_uuid(), 1, 200)', 'PT404', 'delivery_not_found', 'an unknown delivery is refused');
select tests.throws('select ml.record_webhook_outcome(id, 1, 1000) from delivery', '22023', 'invalid_argument', 'so is what is no HTTP status');
select tests.throws(
    format('select * from ml.claim_webhook_deliveries(%s)', n), '22023', 'invalid_argument', 'a claim of ' || n || ' is refused')
from unnest(array['0', '101', '-1', 'null']) n;

select tests.reset();
-- One attempt after the other: what each failure leads to.
create function pg_temp.fail_attempt(n integer) returns text language sql as $$
    select (row(d.state, d.next_attempt_at - now(), d.last_status, d.last_error))::text
    from ml_private.record_webhook_outcome((select id from delivery), n, case when n % 2 = 0 then 503 end, case when n % 2 = 1 then 'timed out' end) d
$$;
create function pg_temp.come_due() returns bigint language sql as $$
    update ml.webhook_deliveries set next_attempt_at = now() where state = 'pending';
    select count(*) from ml.claim_webhook_deliveries(10)
$$;
select is(pg_temp.fail_attempt(1), '(pending,00:00:05,,"timed out")', 'the first failure is retried after 5 s');
select is(pg_temp.come_due(), 1::bigint, 'and is claimed again when due');
select is(pg_temp.fail_attempt(2), '(pending,00:00:30,503,"status 503")', 'the second after 30 s');
select pg_temp.come_due();
select is(pg_temp.fail_attempt(3), '(pending,00:05:00,,"timed out")', 'the third after 5 min');
select pg_temp.come_due();
select is(pg_temp.fail_attempt(4), '(pending,00:30:00,503,"status 503")', 'the fourth after 30 min');
select pg_temp.come_due();
select is(pg_temp.fail_attempt(5), '(pending,02:00:00,,"timed out")', 'the fifth after 2 h');
select pg_temp.come_due();
select is(pg_temp.fail_attempt(6), '(pending,05:00:00,503,"status 503")', 'the sixth after 5 h');
select pg_temp.come_due();
select is(pg_temp.fail_attempt(7), '(pending,10:00:00,,"timed out")', 'the seventh after 10 h');
select pg_temp.come_due();
select is(pg_temp.fail_attempt(8), '(failed,,503,"status 503")', 'the eighth is the last');
select is(pg_temp.come_due(), 0::bigint, 'and never claimed again');

select tests.become('engineer');
select tests.throws('select ml.redeliver_webhook(gen_random_uuid())', '42501', 'permission_denied', 'an engineer cannot redeliver');
select tests.become('admin');
select tests.throws('select ml.redeliver_webhook(gen_random_uuid())', 'PT404', 'delivery_not_found', 'what is not there cannot be redelivered');
select tests.reset();
grant select on delivery to authenticated;
select tests.become('admin');
select is((select (ml.redeliver_webhook(id)).state from delivery), 'pending', 'an admin may send it again');
select tests.throws('select ml.redeliver_webhook(id) from delivery', 'PT409', 'delivery_pending', 'not while it is on its way');
select tests.reset();
select pg_temp.come_due();
select is(
    (select row(d.state, d.next_attempt_at, d.last_status, d.last_error, d.delivered_at = now())::text
    from delivery, ml.record_webhook_outcome(id, 9, 204) d),
    '(delivered,,204,,t)', 'a status of 2xx delivers');
select is(
    (select (ml.record_webhook_outcome(id, 9, 500)).state from delivery), 'delivered', 'a repeated outcome changes nothing');

-- Gone means gone.
truncate ml.webhook_deliveries;
select ml_private.emit('ml:jobs', 'job.queued', '{}');
select is(
    (select (ml.record_webhook_outcome(c.id, 1, 410)).state from ml.claim_webhook_deliveries() c), 'failed', '410 is not retried');
select results_eq(
    'select enabled, disabled_reason from ml.webhook_endpoints order by id', $$ values (false, 'it answered 410 Gone'), (true, null) $$,
    'and switches the endpoint off');

-- Fairness, and what is off.
select ml.update_webhook_endpoint('00000000-0000-4000-8000-0000000000e1', enabled => true);
select ml_private.emit('ml:jobs', 'job.failed', '{}') from generate_series(1, 50);
select results_eq(
    'select endpoint_id, count(*) from ml.claim_webhook_deliveries(20) group by 1 order by 1',
    $$ values ('00000000-0000-4000-8000-0000000000e1'::uuid, 5::bigint), ('00000000-0000-4000-8000-0000000000e2', 5) $$,
    'no endpoint gets more than a quarter of a claim');
select is(ml_private.count_webhooks_due(), 90::bigint, 'the rest is due');
select ml.update_webhook_endpoint('00000000-0000-4000-8000-0000000000e1', enabled => false);
select is(ml_private.count_webhooks_due(), 45::bigint, 'what an endpoint that is off waits for is not');

-- Forgetting.
update ml.webhook_deliveries set created_at = now() - interval '31 days';
update ml.webhook_deliveries set state = 'failed', next_attempt_at = null where endpoint_id = '00000000-0000-4000-8000-0000000000e1';
select is(ml_private.prune_webhook_deliveries(), 51, 'settled deliveries are forgotten after 30 days');
select is((select count(*) from ml.webhook_deliveries), 50::bigint, 'pending ones are not');
select ml.update_webhook_endpoint('00000000-0000-4000-8000-0000000000e2', enabled => false);
update ml.webhook_deliveries set created_at = now() - interval '29 days' where id = (select min(id::text)::uuid from ml.webhook_deliveries);
select is(ml_private.prune_webhook_deliveries(), 49, 'unless they wait for an endpoint that is off');
select ml.update_webhook_endpoint('00000000-0000-4000-8000-0000000000e2', enabled => true);

-- A message that ends its sender each time, so that no outcome is ever recorded.
select tests.reset();
delete from ml.webhook_deliveries;
select ml_private.emit('ml:jobs', 'job.failed', '{"id": 8}');
select is(
    (select sum(pg_temp.come_due()) from generate_series(1, 12)), 8::numeric, 'a delivery whose senders all die is handed out eight times and no more');
select results_eq(
    'select state, attempt, last_error from ml.webhook_deliveries',
    $$ values ('failed', 8, 'the sender of attempt 8 ended without an outcome, and no attempt is left') $$, 'then it has failed, and says why');
select is((ml.redeliver_webhook((select id from ml.webhook_deliveries))).state, 'pending', 'an admin can have it sent again');
select is(pg_temp.come_due(), 1::bigint, 'once');
select is(pg_temp.come_due(), 0::bigint, 'and not for ever');
delete from ml.webhook_deliveries;
select ml_private.emit('ml:jobs', 'job.failed', to_jsonb(i)) from generate_series(1, 4) i;
select is((select count(*) from ml.claim_webhook_deliveries()), 4::bigint, 'four are handed out to a sender that dies');
select cmp_ok((select max(d.next_attempt_at) from ml.webhook_deliveries d), '<=', now() + interval '2 minutes', 'for two minutes');
update ml.webhook_deliveries set next_attempt_at = now();
select is((select count(*) from ml.claim_webhook_deliveries()), 1::bigint, 'then one at a time, lest one of them ends each sender of all');
update ml.webhook_deliveries set attempt = 5, next_attempt_at = now() - interval '1 hour' where attempt = 2;
select is((select count(*) from ml.claim_webhook_deliveries() c where c.attempt = 6), 1::bigint, 'whose sixth attempt');
select is((select d.next_attempt_at from ml.webhook_deliveries d where d.attempt = 6), now() + interval '5 hours', 'is left to its sender as long as its delay, though it be dead');
select ml_private.emit('ml:jobs', 'job.failed', '5');
select is((select count(*) from ml.claim_webhook_deliveries() c where c.attempt = 1), 1::bigint, 'what is new goes out beside it');
update ml.webhook_deliveries set attempt = 5, sending = true, next_attempt_at = now() + interval '1 hour 50 minutes';
select ml_private.emit('ml:jobs', 'job.failed', '6') from generate_series(1, 3);
select is((select count(*) from ml.claim_webhook_deliveries()), 3::bigint, 'attempts of dead senders, ten minutes old, are on their way no more');
insert into ml.webhook_endpoints (id, url, event_types) values ('00000000-0000-4000-8000-0000000000e9', 'https://quiet.example.com/', '{job.failed}');
update ml.webhook_deliveries set state = 'failed', sending = false, next_attempt_at = null;
insert into ml.webhook_deliveries (endpoint_id, event_type, payload, next_attempt_at)
select e.id, 'job.failed', '{}', case when e.id = '00000000-0000-4000-8000-0000000000e9' then now() else now() - interval '1 hour' end
from ml.webhook_endpoints e, generate_series(1, 5) i where e.enabled and (i = 1 or e.id <> '00000000-0000-4000-8000-0000000000e9');
select ok(exists (select from ml.claim_webhook_deliveries(2) c where c.endpoint_id = '00000000-0000-4000-8000-0000000000e9'), 'one with little comes before another''s backlog');
select tests.throws(
    $$ select ml.redeliver_webhook((select d.id from ml.webhook_deliveries d where d.state = 'pending' limit 1)) $$, 'PT409', 'delivery_pending', 'it is pending');

select * from finish();
rollback;
