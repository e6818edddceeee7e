-- The tick: what is due, errors kept apart, registration.
begin;
select plan(30);

delete from ml_private.tick_tasks;
create table ml_private.tick_log (what text);
create function ml_private.task_one() returns integer language sql as $$
    insert into ml_private.tick_log values ('one') returning case when (select count(*) from ml_private.tick_log where what = 'one') < 3 then 7 else 0 end
$$;
create function ml_private.task_two() returns bigint language sql as $$
    insert into ml_private.tick_log values ('two') returning case when (select count(*) from ml_private.tick_log where what = 'two') < 2 then 8 else 0 end
$$;
create function ml_private.task_bad() returns integer language plpgsql as $$
begin
    insert into ml_private.tick_log values ('bad');
    return 1 / 0;
end
$$;
create function ml_private.task_null() returns integer language sql as 'select null::integer';
create function ml_private.task_text() returns text language sql as $$ select 'x' $$;

select is(tests.tick(), '{"webhooks_due": 0}', 'a tick without tasks tells of due webhooks only');

select ml_private.register_tick_task('one', 'ml_private.task_one', interval '1 hour');
select ml_private.register_tick_task('two', 'ml_private.task_two', interval '1 hour', urgent => true);
select is(tests.tick(), '{"one": 21, "two": 16, "webhooks_due": 0}', 'each task reports its units of work, summed over its steps');
select is(
    (select array_agg(what order by ctid) from ml_private.tick_log), array['two', 'two', 'two', 'one', 'one', 'one', 'one'],
    'a task goes on while it finds something to do, urgent ones first');
select is(tests.tick(), '{"webhooks_due": 0}', 'what is not due is not run');
select isnt((select last_run_at from ml_private.tick_tasks where name = 'one'), null, 'the time of the last run is kept');
select is((select row(last_count, unfinished)::text from ml_private.tick_tasks where name = 'two'), '(0,f)', 'and that nothing was left to do');
select cmp_ok((select last_milliseconds from ml_private.tick_tasks where name = 'two'), '>=', 0::double precision, 'and how long it took');

update ml_private.tick_tasks set last_run_at = last_run_at - interval '1 hour' where name = 'two';
select is(tests.tick(), '{"two": 0, "webhooks_due": 0}', 'a task is due again once its interval has passed');

truncate ml_private.tick_log;
select ml_private.register_tick_task('bad', 'ml_private.task_bad', interval '0');
select ml_private.register_tick_task('none', 'ml_private.task_null', interval '0');
update ml_private.tick_tasks set last_run_at = null;
set local client_min_messages = error;
select is(
    tests.tick(), '{"bad": {"error": "division by zero (22012)"}, "none": 0, "one": 21, "two": 16, "webhooks_due": 0}',
    'a task that fails does not stop the others');
select is((select array_agg(distinct what order by what) from ml_private.tick_log), array['one', 'two'], 'what it had done is undone');
select is((select last_error from ml_private.tick_tasks where name = 'bad'), 'division by zero (22012)', 'its error is kept');
select is((select last_error from ml_private.tick_tasks where name = 'one'), null, 'and only its own');
select tests.tick();
select is((select failures from ml_private.tick_tasks where name = 'bad'), 2, 'failures in a row are counted');
create or replace function ml_private.task_bad() returns integer language sql as 'select 0';
select tests.tick();
select is((select row(failures, last_error)::text from ml_private.tick_tasks where name = 'bad'), '(0,)', 'a good run forgets them');
select isnt((select last_error_at from ml_private.tick_tasks where name = 'bad'), null, 'but for the time of the last');
drop function ml_private.task_bad();
select is(
    ml_private.run_tick_task('bad') #>> '{error}', 'function "ml_private.task_bad()" does not exist (42883)',
    'a function that has gone is an error of its task');

select ml_private.register_tick_task('one', 'ml_private.task_two', interval '1 minute');
select is(
    (select row(function_name, every, urgent)::text from ml_private.tick_tasks where name = 'one'),
    '(ml_private.task_two,00:01:00,f)', 'registering again changes the task');
select is((select count(*) from ml_private.tick_tasks where name = 'one'), 1::bigint, 'and does not double it');
select is(ml_private.run_tick_task('unheard of'), null, 'an unknown task is not run');
create function ml_private.task_slow() returns integer language plpgsql as 'begin raise query_canceled; end';
select ml_private.register_tick_task('slow', 'ml_private.task_slow', interval '0');
select matches(ml_private.run_tick_task('slow') #>> '{error}', '57014', 'what a timeout raises is an error of its task too');
select is((select failures from ml_private.tick_tasks where name = 'slow'), 1, 'and counted');
delete from ml_private.tick_tasks where name = 'slow';

select tests.throws(
    $$ select ml_private.register_tick_task('x', 'ml_private.no_such', interval '1 s') $$, 'PT404', 'function_not_found', 'an unknown function is refused');
select tests.throws(
    $$ select ml_private.register_tick_task('x', 'ml_private.task_text', interval '1 s') $$, '22023', 'invalid_argument',
    'a function that returns no number is refused');
select tests.throws(
    $$ select ml_private.register_tick_task('x', 'ml_private.task_one', interval '-1 s') $$, '22023', 'invalid_argument', 'a negative interval is refused');
select tests.throws(
    $$ select ml_private.register_tick_task('x', 'ml_private.task_one', interval '1 s', null) $$, '22023', 'invalid_argument', 'a task is urgent or not');
select tests.throws(
    $$ select ml_private.register_tick_task('x y', 'ml_private.task_one', interval '1 s') $$, '22023', 'invalid_name', 'a bad name is refused');

insert into ml.webhook_endpoints (url, event_types) values ('https://example.com/', '{*}');
select ml_private.emit('ml:jobs', 'job.failed', '{}'), ml_private.emit('ml:jobs', 'job.failed', '{}');
select is(tests.tick() -> 'webhooks_due', '2', 'the tick tells how many webhooks are due');

select tests.become('admin');
select tests.refuses('call ml_private.tick()', 'an admin cannot run the tick');
select tests.become('service_role');
select tests.refuses('call ml_private.tick()', 'nor can the service role: the owner and pg_cron do');
select tests.refuses('select * from ml_private.tick_tasks', 'nor read its tasks');

select * from finish();
rollback;
