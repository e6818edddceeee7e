-- Who may call what. Arguments are right, so that a refusal can only come from the role.
begin;

create temporary table calls (name text primary key, call text, allowed text[]);
insert into calls values
    ('enqueue_job', $$ select ml.enqueue_job('k') $$, '{engineer,admin,service_role}'),
    ('enqueue_jobs', $$ select ml.enqueue_jobs('[{"kind": "k"}]') $$, '{engineer,admin,service_role}'),
    ('cancel_job', $$ select ml.cancel_job((select id from pg_temp.sample where kind = 'queued')) $$, '{engineer,admin,service_role}'),
    ('retry_job', $$ select ml.retry_job((select id from pg_temp.sample where kind = 'failed')) $$, '{engineer,admin,service_role}'),
    ('get_job', $$ select ml.get_job((select id from pg_temp.sample where kind = 'queued')) $$, '{viewer,engineer,admin,service_role}'),
    ('set_queue_settings', $$ select ml.set_queue_settings('q', '{"retain_days": 7}') $$, '{admin,service_role}'),
    ('claim_jobs', $$ select ml.claim_jobs('w') $$, '{ml_worker,service_role}'),
    ('exchange_jobs', $$ select ml.exchange_jobs('[]', 'w') $$, '{ml_worker,service_role}'),
    ('heartbeat_job', $$ select ml.heartbeat_job((select id from pg_temp.sample where kind = 'running'), 1) $$, '{ml_worker,service_role}'),
    ('complete_job', $$ select ml.complete_job((select id from pg_temp.sample where kind = 'running'), 1) $$, '{ml_worker,service_role}'),
    ('complete_jobs', $$ select ml.complete_jobs('[]') $$, '{ml_worker,service_role}'),
    ('fail_job', $$ select ml.fail_job((select id from pg_temp.sample where kind = 'running'), 1, 'x') $$, '{ml_worker,service_role}'),
    ('release_job', $$ select ml.release_job((select id from pg_temp.sample where kind = 'running'), 1) $$, '{ml_worker,service_role}'),
    ('log_job', $$ select ml.log_job((select id from pg_temp.sample where kind = 'running'), 1, 'x') $$, '{ml_worker,service_role}'),
    ('read jobs', $$ do $do$ begin if not exists (select from ml.jobs) then raise insufficient_privilege; end if; end $do$ $$, '{viewer,engineer,admin,service_role}'),
    ('read job_events', $$ do $do$ begin if not exists (select from ml.job_events) then raise insufficient_privilege; end if; end $do$ $$, '{viewer,engineer,admin,service_role}'),
    ('read queue_stats', $$ do $do$ begin if not exists (select from ml.queue_stats) then raise insufficient_privilege; end if; end $do$ $$, '{viewer,engineer,admin,service_role}'),
    ('insert jobs', $$ insert into ml.jobs (kind) values ('k') $$, '{}'),
    ('update jobs', $$ update ml.jobs set state = 'succeeded' $$, '{}'),
    ('delete jobs', $$ delete from ml.jobs $$, '{}'),
    ('write job_events', $$ insert into ml.job_events (job_id, attempt, event) values (1, 1, 'log') $$, '{}'),
    ('write queue_settings', $$ insert into ml.queue_settings (queue, retain_days) values ('q', 1) $$, '{}'),
    ('read job_dependencies', $$ select from ml_private.job_dependencies $$, '{}'),
    ('enqueue_job_internal', $$ select ml_private.enqueue_job_internal('k') $$, '{}'),
    ('assert_lease', $$ select ml_private.assert_lease(1, 1) $$, '{}'),
    ('end_attempt', $$ select ml_private.end_attempt(j, 'failed', '', true, '0') from ml.jobs j $$, '{}'),
    ('claim_jobs behind the API', $$ select ml_private.claim_jobs('w', '{default}', '{}', 1, 60, null) $$, '{ml_worker,service_role}'),
    ('enqueue_job behind the API', $$ select ml_private.enqueue_job('k', '{}', 'q', 0, null, 1, null, '{}', '{}') $$, '{engineer,admin,service_role}');

select plan((select count(*)::integer * 7 from calls));

create temporary table sample as
select 'queued' as kind, (ml_private.enqueue_job_internal('k', queue => 'q')).id
union all select 'running', (ml_private.enqueue_job_internal('k')).id
union all select 'failed', (ml_private.enqueue_job_internal('k')).id;
update ml.jobs set state = 'running', ready = false, attempt = 1, lease_seconds = 60, lease_expires_at = now() + interval '1 minute'
where id = (select id from sample where kind = 'running');
update ml.jobs set state = 'failed', ready = false, finished_at = now() where id = (select id from sample where kind = 'failed');
insert into ml.job_events (job_id, attempt, event) select id, 1, 'log' from sample;
grant select on calls, sample to public;

create function pg_temp.outcome(who text, call text) returns text language plpgsql as $$
declare
    v_state text := 'done';
begin
    begin
        perform tests.become(who);
        execute call;
        raise exception 'undo' using errcode = 'UNDO1';
    exception
        when sqlstate 'UNDO1' then v_state := 'done';
        when insufficient_privilege then v_state := 'refused';
    end;
    return v_state;
end
$$;

select is(
    pg_temp.outcome(who, c.call), case when who = any (c.allowed) then 'done' else 'refused' end,
    format('%s by %s is %s', c.name, who, case when who = any (c.allowed) then 'done' else 'refused' end))
from calls c cross join unnest(array['anon', 'stranger', 'viewer', 'engineer', 'admin', 'ml_worker', 'service_role']) who
order by c.name, who;

select * from finish();
rollback;
