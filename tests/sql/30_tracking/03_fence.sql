-- Runs that a job executes: written under its lease, by nobody else while it is unfinished.
begin;
select plan(22);

select ml.create_experiment('fenced');
create temporary table names on commit drop as
select (ml.enqueue_job('mine', queue => 'fenced')).id as job, null::uuid as run;
grant all on names to public;
create function pg_temp.claim() returns ml.jobs language sql as $$ select j from ml.claim_jobs('w', array['fenced']) j $$;
create function pg_temp.values_of(what text) returns text language sql security definer as $$
    select case what
        when 'metrics' then (select string_agg(m.value::text, ' ' order by m.step) from ml.run_metrics m)
        when 'tags' then (select string_agg(t.key || '=' || t.value, ' ' order by t.key) from ml.run_tags t)
        else (select string_agg(p.key || '=' || p.value, ' ' order by p.key) from ml.run_params p) end
$$;

select tests.become('ml_worker');
select tests.throws($$ select ml.start_run('fenced', job_id => (select job from names), attempt => 1) $$, 'PT409', 'lease_lost', 'no run for a job that was not claimed');
select is((pg_temp.claim()).attempt, 1, 'a worker claims the job');
select tests.throws($$ select ml.start_run('fenced', job_id => (select job from names)) $$, '22023', 'invalid_argument', 'a run of a job names the attempt');
select tests.throws($$ select ml.start_run('fenced', attempt => 1) $$, '22023', 'invalid_attempt', 'an attempt without a job is refused');
update names set run = (ml.start_run('fenced', job_id => (select job from names), attempt => 1)).id;
select is(ml.log_batch(run, '[{"key": "loss", "value": 1, "step": 1}]', '{"lr": 1}', attempt => 1), '{"metrics": 1, "params": 1, "tags": 0}', 'the attempt logs') from names;
select tests.throws(format('select ml.log_batch(%L, tags => %L)', run, '{"a": 1}'), 'PT409', 'lease_required', 'a worker without its attempt sets not even a tag') from names;
select tests.throws(format('select ml.log_batch(%L, attempt => 2)', run), 'PT409', 'lease_lost', 'another attempt''s token does not do') from names;
select tests.throws(format('select ml.end_run(%L)', run), 'PT409', 'lease_required', 'nor ends a worker the run without it') from names;

select tests.become('engineer');
select is(ml.log_batch(run, tags => '{"note": "promising"}') -> 'tags', '1', 'an engineer sets a tag while the job runs') from names;
select tests.throws(
    format('select ml.log_batch(%L, %L, tags => %L)', run, '[{"key": "loss", "value": 7, "step": 7}]', '{"b": 1}'), 'PT409', 'lease_required',
    'but logs no metric') from names;
select tests.throws(format('select ml.log_batch(%L, params => %L)', run, '{"x": 1}'), 'PT409', 'lease_required', 'and no param') from names;
select tests.throws(format('select ml.end_run(%L, %L)', run, 'killed'), 'PT409', 'lease_required', 'and does not end it') from names;
select tests.become('service_role');
select tests.throws(format('select ml.end_run(%L)', run), 'PT409', 'lease_required', 'nor does the service role, without the attempt') from names;

-- The lease is lost; the first worker does not know.
select tests.reset();
update ml.jobs set lease_expires_at = now() - interval '1 second' where id = (select job from names);
select ml_private.wake_all_jobs();
select tests.become('ml_worker');
select is((pg_temp.claim()).attempt, 2, 'a second worker has the job');
select tests.throws(format('select ml.end_run(%L, %L, attempt => 1)', run, 'failed'), 'PT409', 'lease_lost', 'the first cannot end its successor''s run') from names;
select tests.throws(
    format('select ml.log_batch(%L, %L, %L, %L, 1)', run, '[{"key": "loss", "value": 9, "step": 9}]', '{"y": 1}', '{"c": 1}'), 'PT409', 'lease_lost',
    'nor log to it') from names;
select is(pg_temp.values_of('metrics') || ' ' || pg_temp.values_of('params') || ' ' || pg_temp.values_of('tags'), '1 lr=1 note=promising', 'what was refused left nothing behind');
select is((ml.end_run(run, 'finished', 2)).status, 'finished', 'the second ends it') from names;
select is((ml.end_run(run, 'finished', 2)).status, 'finished', 'and again, when it heard no answer') from names;
select ml.complete_job((select job from names), 2);
select tests.throws(format('select ml.log_batch(%L, tags => %L)', run, '{"d": 1}'), 'PT409', 'lease_required', 'once the job has ended no worker writes') from names;
select tests.become('engineer');
select is(ml.log_batch(run, '[{"key": "late", "value": 3, "step": 3}]') -> 'metrics', '1', 'an engineer does: late figures belong to the run') from names;
select tests.throws(
    format('select ml.log_batch(%L, attempt => 1)', (ml.start_run('fenced', 'free')).id), '22023', 'invalid_attempt', 'a run without a job takes no attempt');

select * from finish();
rollback;
