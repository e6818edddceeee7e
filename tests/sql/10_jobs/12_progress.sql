-- Progress is announced when it has changed, at most once a second, and to webhooks that name it.
begin;
select plan(12);

insert into ml.webhook_endpoints (url, event_types) values
    ('https://all.example.com/', '{*}'), ('https://family.example.com/', '{job.*}'), ('https://named.example.com/', '{job.progress}');
select ml.enqueue_job('k', queue => 'q') \g /dev/null
select ml.claim_jobs('w', '{q}') \g /dev/null
create function pg_temp.beat(progress jsonb default null) returns void language sql as $$ select ml.heartbeat_job(j.id, 1, beat.progress) from ml.jobs j $$;
create function pg_temp.told() returns text language sql as $$
    select string_agg(e.fields ->> 'step', ' ' order by e.id) from ml.job_events e where e.event = 'progress'
$$;
create function pg_temp.a_second_later() returns void language sql as $$ update ml.jobs set progress_told_at = progress_told_at - interval '1 second' $$;

select pg_temp.beat('{"step": 1}');
select is(pg_temp.told(), '1', 'the first progress is told');
select pg_temp.beat('{"step": 1}'), pg_temp.beat('{"step": 1}'), pg_temp.beat();
select pg_temp.a_second_later(), pg_temp.beat('{"step": 1}'), pg_temp.beat();
select is(pg_temp.told(), '1', 'the same progress is not told again, whenever it comes');
select pg_temp.beat('{"step": 2}'), pg_temp.a_second_later();
select is(pg_temp.told(), '1 2', 'a second after the last, another progress is told');
update ml.jobs set progress_told_at = clock_timestamp();
select pg_temp.beat('{"step": 3}');
select pg_temp.beat('{"step": 4}');
select is(pg_temp.told(), '1 2', 'within the second nothing is told');
select is((select row(progress ->> 'step', progress_pending)::text from ml.jobs), '(4,t)', 'but kept, and waiting');
select pg_temp.a_second_later();
select pg_temp.beat();
select is(pg_temp.told(), '1 2 4', 'the next heartbeat tells the newest, though it brings nothing itself');
select is((select progress_pending from ml.jobs), false, 'and then nothing waits');
select pg_temp.a_second_later();
select pg_temp.beat('{"step": 4}');
select is(pg_temp.told(), '1 2 4', 'nor is it told twice');
select is(
    (select count(*) from realtime.messages where event = 'job.progress' and topic = 'ml:jobs'), 3::bigint, 'Realtime has one message each');
select is(
    (select string_agg(distinct e.url, ' ') || ' ' || count(*) from ml.webhook_deliveries d join ml.webhook_endpoints e on e.id = d.endpoint_id where d.event_type = 'job.progress'),
    'https://named.example.com/ 3', 'webhooks get progress only where it is named');
select is(
    (select count(*) from ml.webhook_deliveries d join ml.webhook_endpoints e on e.id = d.endpoint_id where d.event_type = 'job.running' and e.url like '%family%'),
    1::bigint, 'the family of events still brings all others');
select ml.complete_job(id, 1) from ml.jobs \g /dev/null
select is((select payload -> 'progress' ->> 'step' from realtime.messages where event = 'job.succeeded' and topic like 'ml:jobs:%'), '4', 'the end of the job tells its last progress');

select * from finish();
rollback;
