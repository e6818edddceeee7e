-- The adapters of what the platform may have or not: pg_net, Vault, pg_cron. Stand-ins with the platform's signatures take the calls.
begin;
select plan(24);

select is(ml_private.http_post('https://example.com', '{}', '{}'), false, 'without pg_net nothing is sent');
select is(ml_private.schedule_tick(), false, 'without pg_cron nothing is scheduled');
select is(ml_private.call_edge_function('webhooks', '{}'), false, 'an edge function is not called without its address');

select is(ml_private.read_secret('a'), null, 'an unknown secret is null');
select ml_private.write_secret('a', 'one'), ml_private.write_secret('b', 'two');
select is(ml_private.read_secret('a'), 'one', 'a secret can be read back');
select ml_private.write_secret('a', 'three');
select is(ml_private.read_secret('a'), 'three', 'a secret can be changed');
select ml_private.delete_secret('a');
select is(ml_private.read_secret('a') || ml_private.read_secret('b'), null, 'a secret can be forgotten');
select is(ml_private.read_secret('b'), 'two', 'and no other with it');
select tests.throws($$ select ml_private.write_secret('', 'x') $$, '22023', 'invalid_label', 'a secret needs a name');
select tests.throws($$ select ml_private.write_secret('x', null) $$, '22023', 'invalid_text', 'and a value');

create function pg_temp.check_refused(who text) returns text language plpgsql as $$
begin
    perform tests.become(who);
    return tests.refuses($q$ select ml_private.read_secret('b') $q$, who || ' cannot read secrets');
end
$$;
select pg_temp.check_refused(who) from unnest(array['admin', 'ml_worker', 'service_role']) who;
select tests.refuses('select * from ml_private.secrets', 'nor their table');
select tests.reset();

create schema vault;
create table vault.secrets (id uuid default gen_random_uuid(), name text, description text, secret text);
create view vault.decrypted_secrets as select id, name, 'clear ' || secret as decrypted_secret from vault.secrets;
create function vault.create_secret(new_secret text, new_name text default null, new_description text default '', new_key_id uuid default null)
returns uuid language sql as $$
    insert into vault.secrets (name, description, secret) values (new_name, new_description, new_secret) returning id
$$;
create function vault.update_secret(
    secret_id uuid, new_secret text default null, new_name text default null, new_description text default null, new_key_id uuid default null)
returns void language sql as $$ update vault.secrets set secret = coalesce(new_secret, secret) where id = secret_id $$;

select is(ml_private.read_secret('b'), null, 'where there is a vault the table does not count');
select ml_private.write_secret('v', 'one');
select is(ml_private.read_secret('v'), 'clear one', 'a secret goes to the vault and comes back decrypted');
select ml_private.write_secret('v', 'two');
select results_eq('select name, secret from vault.secrets', $$ values ('v', 'two') $$, 'it is changed in place');
select ml_private.delete_secret('v');
select is_empty('select * from vault.secrets', 'and forgotten there');

create schema net;
create table net.sent (url text, body jsonb, headers jsonb, timeout_milliseconds int);
create function net.http_post(
    url text, body jsonb default '{}', params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds int default 1000)
returns bigint language sql as $$
    insert into net.sent values (url, body, headers, timeout_milliseconds) returning 1::bigint
$$;
select is(ml_private.http_post('https://example.com/x', '{"a":"b"}', '{"c":1}'), true, 'with pg_net a request is sent');
select results_eq(
    'select url, body, headers from net.sent',
    $$ values ('https://example.com/x', '{"c":1}'::jsonb, '{"a":"b","content-type":"application/json"}'::jsonb) $$, 'as JSON');
truncate net.sent;

select ml_private.write_secret('aimatrix_url', 'https://abc.supabase.co/'), ml_private.write_secret('aimatrix_secret_key', 'sb_secret_x');
insert into ml.webhook_endpoints (url, event_types) values ('https://example.com/', '{*}');
select tests.tick();
select is_empty('select * from net.sent', 'a tick with nothing to send calls no edge function');
select ml_private.emit('ml:jobs', 'job.failed', '{}');
select tests.tick();
select results_eq(
    $$ select url, headers ->> 'apikey' from net.sent $$,
    $$ values ('clear https://abc.supabase.co/functions/v1/webhooks', 'clear sb_secret_x') $$, 'a tick with webhooks to send nudges their edge function');

create schema cron;
create table cron.scheduled (name text, schedule text, command text);
create function cron.schedule(job_name text, schedule text, command text) returns bigint language sql as $$
    insert into cron.scheduled values (job_name, schedule, command) returning 1::bigint
$$;
-- The extension itself can live in one database of a server only; that it is there is all the adapter asks.
set local allow_system_table_mods = on;
insert into pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
select 999999, 'pg_cron', 10, 'cron'::regnamespace, false, '1.6';
select is(ml_private.schedule_tick('5 seconds'), true, 'with pg_cron there is a schedule');
select results_eq(
    $$ select schedule, command from cron.scheduled where name = 'aimatrix-ml-tick' $$, $$ values ('5 seconds', 'call ml_private.tick()') $$,
    'for the tick, as often as told');

select * from finish();
rollback;
