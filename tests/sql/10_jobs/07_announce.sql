-- What is told on Realtime and to webhooks.
begin;
select plan(23);

delete from realtime.messages;
create function pg_temp.sent(topic_pattern text) returns setof text language sql as $$
    select m.topic || ' ' || m.event from realtime.messages m where m.topic ~ topic_pattern order by 1
$$;
create function pg_temp.clear() returns void language sql security definer as $$ delete from realtime.messages $$;

select tests.become('engineer');
create temporary table job as select * from ml.enqueue_job('k', '{"secret": 1}');
grant all on job to public;
select tests.reset();
select results_eq($$ select pg_temp.sent('.') $$, array['ml:jobs job.queued'], 'a new job is announced on ml:jobs');
select is((select m.private from realtime.messages m), true, 'the message is private');
select is((select m.payload -> 'count' from realtime.messages m), '1', 'it counts');
select is((select m.payload -> 'jobs' -> 0 ->> 'state' from realtime.messages m), 'queued', 'it holds the summary of a job');
select is((select m.payload -> 'jobs' -> 0 -> 'id' from realtime.messages m), (select to_jsonb(j.id) from job j), 'with its id');
select is((select count(*) from realtime.messages m where m.payload::text ~ 'secret'), 0::bigint, 'and never the payload of the job');

select pg_temp.clear();
select tests.become('ml_worker');
select count(*) from ml.claim_jobs('w') \g /dev/null
select tests.reset();
select results_eq(
    $$ select pg_temp.sent('.') $$, (select array['ml:jobs job.running', 'ml:jobs:' || j.id || ' job.running'] from job j), 'a claim is announced on ml:jobs and on the job''s topic');

select pg_temp.clear();
select tests.become('ml_worker');
select ml.heartbeat_job((select j.id from job j), 1) \g /dev/null
select tests.reset();
select is_empty($$ select pg_temp.sent('.') $$, 'a bare heartbeat is not announced');
select tests.become('ml_worker');
select ml.heartbeat_job((select j.id from job j), 1, '{"step": 2}') \g /dev/null
select tests.reset();
select is(
    (select m.payload -> 'progress' -> 'step' from realtime.messages m where m.topic = 'ml:jobs:' || (select j.id from job j) and m.event = 'job.progress'), '2',
    'progress is');

select pg_temp.clear();
select tests.become('ml_worker');
select ml.fail_job((select j.id from job j), 1, repeat('e', 5000), false) \g /dev/null
select tests.reset();
select results_eq(
    $$ select pg_temp.sent('.') $$, (select array['ml:jobs job.failed', 'ml:jobs:' || j.id || ' job.failed'] from job j), 'so is a failure');
select is((select max(length(m.payload ->> 'error')) from realtime.messages m), 500, 'with the beginning of its error');

-- Dependants.
select tests.become('engineer');
create temporary table chain as select * from ml.enqueue_job('p');
select count(*) from ml.enqueue_jobs(jsonb_build_array(
    jsonb_build_object('kind', 'c', 'depends_on', jsonb_build_array((select c.id from chain c))),
    jsonb_build_object('kind', 'c', 'depends_on', jsonb_build_array((select c.id from chain c))))) \g /dev/null
select pg_temp.clear();
select ml.cancel_job((select c.id from chain c)) \g /dev/null
select tests.reset();
select is((select count(*) from pg_temp.sent('^ml:jobs:\d+$')), 3::bigint, 'a cancelled job and its dependants each tell their topic');
select is((select sum((m.payload ->> 'count')::integer) from realtime.messages m where m.topic = 'ml:jobs' and m.event = 'job.cancelled'), 3::bigint, 'and ml:jobs');

-- Batches.
select pg_temp.clear();
select tests.become('engineer');
select count(*) from ml.enqueue_jobs((select jsonb_agg(jsonb_build_object('kind', 'b', 'queue', 'b')) from generate_series(1, 100))) \g /dev/null
select tests.become('ml_worker');
create temporary table claimed as select * from ml.claim_jobs('w', '{b}', max_jobs => 100);
select ml.complete_jobs((select jsonb_agg(jsonb_build_object('job_id', c.id, 'attempt', c.attempt)) from claimed c)) \g /dev/null
select tests.reset();
select results_eq(
    $$ select pg_temp.sent('.') $$, array['ml:jobs job.queued', 'ml:jobs job.running', 'ml:jobs job.succeeded'], 'a batch is one message for each step');
select is((select m.payload -> 'count' from realtime.messages m where m.event = 'job.succeeded'), '100', 'that counts');
select is((select jsonb_array_length(m.payload -> 'ids') from realtime.messages m where m.event = 'job.succeeded'), 100, 'and names every job');
select is((select m.payload -> 'jobs' from realtime.messages m where m.event = 'job.succeeded'), '[]', 'without summaries');

-- A queue that is not announced.
select pg_temp.clear();
select tests.become('admin');
select ml.set_queue_settings('quiet', '{"announce": false}') \g /dev/null
select count(*) from ml.enqueue_jobs('[{"kind": "k", "queue": "quiet"}, {"kind": "k", "queue": "loud"}]') \g /dev/null
select ml.cancel_job(min(j.id)) from ml.jobs j where j.queue = 'quiet' \g /dev/null
select tests.reset();
select is((select count(*) from realtime.messages m), 1::bigint, 'a queue with announce off is not told of');
select is((select m.payload -> 'jobs' -> 0 ->> 'queue' from realtime.messages m), 'loud', 'others of the same batch are');

-- Webhooks.
select tests.become('admin');
select ml.register_webhook_endpoint('https://example.com/hook', array['job.succeeded']) \g /dev/null
select tests.become('engineer');
select count(*) from ml.enqueue_jobs((select jsonb_agg(jsonb_build_object('kind', 'h', 'queue', 'h')) from generate_series(1, 20))) \g /dev/null
select tests.become('ml_worker');
create temporary table hooked as select * from ml.claim_jobs('w', '{h}', max_jobs => 20);
select ml.complete_jobs((select jsonb_agg(jsonb_build_object('job_id', c.id, 'attempt', c.attempt)) from hooked c)) \g /dev/null
select tests.reset();
select is((select count(*) from ml.webhook_deliveries d where d.event_type = 'job.succeeded'), 20::bigint, 'a webhook is told of each job, also of a batch');
select is((select count(*) from ml.webhook_deliveries d where d.event_type <> 'job.succeeded'), 0::bigint, 'and of nothing that it did not ask for');
select ok((select bool_and(d.payload ? 'id' and d.payload ->> 'state' = 'succeeded') from ml.webhook_deliveries d), 'with its summary');
select is((select count(distinct d.payload ->> 'id') from ml.webhook_deliveries d), 20::bigint, 'each once');

select * from finish();
rollback;
