-- Webhook endpoints: who manages them, which addresses and events are taken.
begin;
select plan(84);

-- Whether an address is taken, as a project on the internet sees it: the mark of a local stack goes.
drop schema aimatrix_local;

select lives_ok(format('select ml_private.check_webhook_url(%L)', u), 'takes ' || u)
from unnest(array[
    'https://example.com',
    'https://example.com/hook?a=b&c=%20',
    'HTTPS://Example.COM/',
    'https://hooks.example.co.uk:8443/a/b',
    'https://xn--bcher-kva.example/',
    'https://8.8.8.8/hook',
    'https://[2606:4700:4700::1111]/hook'
]) u;

select tests.throws(format('select ml_private.check_webhook_url(%L)', u), '22023', 'refused_url', 'refuses ' || u)
from unnest(array[
    'http://example.com/',
    'https://localhost/',
    'https://hook/',
    'https://a.localhost/',
    'https://a.local/',
    'https://a.internal./',
    'https://metadata.google.internal/',
    'https://example.com:22/',
    'https://example.com:80/',
    'https://0.0.0.0/',
    'https://10.0.0.1/',
    'https://100.64.0.1/',
    'https://127.0.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://172.16.0.1/',
    'https://172.31.255.255/',
    'https://192.168.1.1/',
    'https://198.18.0.1/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0x7f.1/',
    'https://017700000001/',
    'https://0177.0.0.1/',
    'https://[::]/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:8.8.8.8]/',
    'https://[fe80::1]/',
    'https://[fc00::1]/',
    'https://[fd12:3456::1]/',
    'https://[ff02::1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[2002:7f00:1::]/',
    'https://[2001:db8::1]/'
]) u;

select tests.throws(format('select ml_private.check_webhook_url(%L)', u), '22023', 'invalid_url', 'refuses ' || coalesce(to_json(left(u, 50))::text, 'null'))
from unnest(array[
    null,
    '',
    'example.com',
    'ftp://example.com/',
    'https://',
    'https:///x',
    'https://user:pass@example.com/',
    'https://example.com@127.0.0.1/',
    'https://example.com/#x',
    'https://example.com\@127.0.0.1/',
    'https://exam ple.com/',
    e'https://example.com/\nhost: x',
    'https://example.com:0/',
    'https://example.com:65536/',
    'https://bücher.example/',
    'https://example.com/ü',
    'https://[::1/',
    'https://example.com/' || repeat('x', 2000)
]) u;

create schema aimatrix_local;
select lives_ok(
    $$ select ml_private.check_webhook_url('http://127.0.0.1:8000/hook'), ml_private.check_webhook_url('http://localhost/') $$,
    'the local stack may send to itself, without TLS');

select tests.become('engineer');
select tests.throws(
    $$ select ml.register_webhook_endpoint('https://example.com/', '{*}') $$, '42501', 'permission_denied', 'an engineer cannot register an endpoint');
select is_empty('select * from ml.webhook_endpoints', 'nor see any');

select tests.become('admin');
create temporary table made as select ml.register_webhook_endpoint('https://example.com/', array['model.promoted', 'job.*', 'job.*'], 'ours') as endpoint;
select is(
    (select endpoint - 'id' - 'secret' from made), '{"url": "https://example.com/", "event_types": ["job.*", "model.promoted"]}',
    'an admin registers an endpoint');
select matches((select endpoint ->> 'secret' from made), '^whsec_[A-Za-z0-9+/]{43}=$', 'and gets a secret of 32 bytes in the form of Standard Webhooks');
select is(
    (select row(e.created_by, e.enabled, e.description)::text from ml.webhook_endpoints e), format('(%s,t,ours)', tests.user_id('admin')),
    'and sees who made it');
select tests.throws(
    $$ select ml.register_webhook_endpoint('https://example.com/', '{*}') $$, '23505', 'endpoint_exists', 'an address can be registered once');
select tests.throws(
    format($$ select ml.register_webhook_endpoint('https://b.example.com/', %L) $$, t), '22023', c, 'refuses event types ' || coalesce(t, 'null'))
from (values
    (null, 'invalid_event_types'), ('{}', 'invalid_event_types'), ('{{job.failed},{*}}', 'invalid_event_types'),
    ('{job.done}', 'unknown_event_type'), ('{null}', 'unknown_event_type'), ('{job}', 'unknown_event_type'), ('{nothing.*}', 'unknown_event_type')
) as bad (t, c);
select tests.throws(
    $$ select ml.register_webhook_endpoint('https://b.example.com/', '{*}', repeat('x', 1001)) $$, '22023', 'invalid_text', 'refuses a long description');

select is(
    (select row(e.url, e.event_types, e.enabled)::text from made, ml.update_webhook_endpoint((endpoint ->> 'id')::uuid, enabled => false) e),
    '(https://example.com/,"{job.*,model.promoted}",f)', 'update changes what is given');
select tests.throws(
    $$ select ml.update_webhook_endpoint(gen_random_uuid(), enabled => true) $$, 'PT404', 'endpoint_not_found', 'an unknown endpoint cannot be changed');
select ml.register_webhook_endpoint('https://c.example.com/', '{*}') is not null as second;
select tests.throws(
    $$ select ml.update_webhook_endpoint((endpoint ->> 'id')::uuid, url => 'https://c.example.com/') from made $$, '23505', 'endpoint_exists',
    'nor take the address of another');

select tests.reset();
select is(
    (select ml_private.read_secret('aimatrix_webhook_' || (endpoint ->> 'id')) = endpoint ->> 'secret' from made), true, 'the secret is kept where only functions reach it');
select tests.become('admin');
select lives_ok($$ select ml.remove_webhook_endpoint((endpoint ->> 'id')::uuid) from made $$, 'an endpoint can be removed');
select tests.throws(
    $$ select ml.remove_webhook_endpoint((endpoint ->> 'id')::uuid) from made $$, 'PT404', 'endpoint_not_found', 'once');
select tests.reset();
select is((select ml_private.read_secret('aimatrix_webhook_' || (endpoint ->> 'id')) from made), null, 'and its secret goes with it');

select * from finish();
rollback;
