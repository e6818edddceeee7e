-- depends_on: waiting, going ahead, ending with a reason.
begin;
select plan(32);

select tests.become('engineer');
create temporary table ids (name text primary key, id bigint);
grant all on ids to public;
create function pg_temp.id(name text) returns bigint language sql as $$ select i.id from ids i where i.name = $1 $$;
create function pg_temp.add(name text, variadic parents text[] default '{}') returns void language sql as $$
    insert into ids select $1, (ml.enqueue_job('k', jsonb_build_object('name', $1),
        depends_on => array(select i.id from ids i where i.name = any ($2))::bigint[])).id
$$;
create function pg_temp.state(name text) returns text language sql as $$ select j.state || case when j.ready then ' ready' else '' end from ml.jobs j where j.id = pg_temp.id($1) $$;
create function pg_temp.error(name text) returns text language sql as $$
    select regexp_replace(regexp_replace(j.error, pg_temp.id('a') || '\y', 'A'), pg_temp.id('b') || '\y', 'B') from ml.jobs j where j.id = pg_temp.id($1)
$$;
create function pg_temp.name_of(job ml.jobs) returns text language sql as $$ select ($1).payload ->> 'name' $$;

select pg_temp.add('a'); select pg_temp.add('b', 'a'); select pg_temp.add('c', 'a', 'b'); select pg_temp.add('d', 'c');
select is((ml.get_job(pg_temp.id('c'))).pending_dependencies, 2, 'a job counts what it waits for');
select is((ml.get_job(pg_temp.id('c'))).depends_on, array[pg_temp.id('a'), pg_temp.id('b')], 'and knows it');
select is(pg_temp.state('b'), 'queued', 'a job with an unmet dependency is queued and not claimable');
select tests.become('ml_worker');
select results_eq($$ select pg_temp.name_of(c) from ml.claim_jobs('w', max_jobs => 10) c $$, array['a'], 'only the first of a chain is claimed');
select is((ml.complete_job(pg_temp.id('a'), 1)).state, 'succeeded', 'it succeeds');
select tests.reset();
select is(pg_temp.state('b'), 'queued ready', 'then the next is claimable');
select is(pg_temp.state('c'), 'queued', 'one that waits for another as well is not');
select tests.become('ml_worker');
select results_eq($$ select pg_temp.name_of(c) from ml.claim_jobs('w', max_jobs => 10) c $$, array['b'], 'it is claimed');
select is(ml.complete_jobs(jsonb_build_array(jsonb_build_object('job_id', pg_temp.id('b'), 'attempt', 1))), 1, 'completed in a batch');
select results_eq($$ select pg_temp.name_of(c) from ml.claim_jobs('w', max_jobs => 10) c $$, array['c'], 'the third follows');
select is((ml.fail_job(pg_temp.id('c'), 1, 'disk full')).state, 'queued', 'a failure that is tried again');
select tests.reset();
select is(pg_temp.state('d'), 'queued', 'leaves the fourth waiting');
select is((select count(*) from ml_private.job_dependencies), 1::bigint, 'only what is unmet is kept');

-- Failure and cancellation spread.
select tests.become('engineer');
delete from ids;
select pg_temp.add('a'); select pg_temp.add('b'); select pg_temp.add('c', 'a'); select pg_temp.add('d', 'c', 'b'); select pg_temp.add('e', 'd'); select pg_temp.add('f', 'b');
select tests.become('ml_worker');
select is((select count(*) from ml.claim_jobs('w', max_jobs => 1) c), 1::bigint, 'the first runs');
select is((ml.fail_job(pg_temp.id('a'), 1, 'boom', false)).state, 'failed', 'and fails for good');
select tests.reset();
select is(pg_temp.state('c') || ',' || pg_temp.state('d') || ',' || pg_temp.state('e'), 'failed,failed,failed', 'so fail those that depend on it, however far');
select is(pg_temp.error('c'), 'dependency A failed: boom', 'the reason names the job and its error');
select matches(pg_temp.error('e'), '^dependency \d+ did not run: dependency A failed: boom$', 'further on it names the root too');
select is(pg_temp.state('f'), 'queued', 'what does not depend on it is left alone');
select tests.become('engineer');
select is((ml.cancel_job(pg_temp.id('b'))).state, 'cancelled', 'the other one is cancelled');
select is(pg_temp.state('f') || ': ' || pg_temp.error('f'), 'cancelled: dependency B was cancelled', 'so is what depends on it');
select tests.reset();
select is((select count(*) from ml_private.job_dependencies d where d.depends_on >= pg_temp.id('a')), 0::bigint, 'nothing is left waiting');

-- Enqueueing behind a job that has ended.
select tests.become('engineer');
select pg_temp.add('g', 'a');
select is(pg_temp.state('g') || ': ' || pg_temp.error('g'), 'failed: dependency A failed: boom', 'a job enqueued behind a failed one has failed');
select pg_temp.add('h', 'b');
select is(pg_temp.state('h'), 'cancelled', 'behind a cancelled one it is cancelled');
select is(
    (select j.state || j.ready from ml.enqueue_job('k', depends_on => array[(select min(s.id) from ml.jobs s where s.state = 'succeeded')]) j),
    'queuedtrue', 'behind one that succeeded it is claimable');
select is(
    (select j.pending_dependencies from ml.enqueue_job('k', depends_on => array(select x.id from (select (ml.enqueue_job('p')).id) x, generate_series(1, 2))) j), 1,
    'a dependency named twice counts once');
select is(
    (select count(*) filter (where e.pending_dependencies = 1) from ml.enqueue_jobs(jsonb_build_array(
        jsonb_build_object('kind', 'k', 'depends_on', jsonb_build_array((select max(p.id) from ml.jobs p where p.kind = 'p'))),
        jsonb_build_object('kind', 'k'))) e),
    1::bigint, 'a batch may mix both');

-- Retry.
select tests.throws($$ select ml.retry_job(pg_temp.id('c')) $$, 'PT409', 'dependency_failed', 'a job that never ran is not retried before its dependency');
select is((ml.retry_job(pg_temp.id('a'))).state, 'queued', 'its dependency is');
select is((ml.retry_job(pg_temp.id('c'))).pending_dependencies, 1, 'then it waits for it again');
select tests.become('ml_worker');
select count(*) from ml.claim_jobs('w', max_jobs => 10) \g /dev/null
select ml.complete_job(pg_temp.id('a'), 2) \g /dev/null
select tests.reset();
select is(pg_temp.state('c'), 'queued ready', 'and goes ahead with it');

select tests.become('engineer');
select ml.enqueue_job('first', unique_key => 'r') \g /dev/null
select ml.enqueue_job('then', unique_key => 's', depends_on => array[(select max(j.id) from ml.jobs j where j.kind = 'first')]) \g /dev/null
select ml.cancel_job(j.id) from ml.jobs j where j.kind in ('first', 'then') and j.finished_at is null order by j.id \g /dev/null
select tests.reset();
delete from ml.jobs where kind = 'first';
select tests.throws(
    $$ select ml.retry_job((select max(j.id) from ml.jobs j where j.kind = 'then')) $$, 'PT409', 'dependency_failed', 'nor when nobody knows any more what became of its dependency',
    'which is deleted');

select * from finish();
rollback;
