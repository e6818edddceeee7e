-- Going back: a version that has served does not wait in staging again.
begin;
\ir ../../support/trained_model.sql
select plan(14);

create function pg_temp.hours(version integer) returns jsonb language sql as $$
    select c from jsonb_array_elements(ml.check_promotion('tumour', version, 'production') -> 'checks') c where c ->> 'check' = 'hours_in_staging'
$$;
select tests.register('tumour', 'v' || i) from generate_series(1, 2) i;
select tests.qualify('tumour', 1);
select tests.qualify('tumour', 2, against => 1);
select ml.promote_model('tumour', 1, 'staging');
select is(pg_temp.hours(1) ->> 'passed', 'false', 'the first time it waits');
set local session_replication_role = replica;
update ml.stage_transitions t set created_at = t.created_at - interval '25 hours';
set local session_replication_role = origin;
select ml.promote_model('tumour', 1, 'production');
select ml.promote_model('tumour', 2, 'staging');
set local session_replication_role = replica;
update ml.stage_transitions t set created_at = t.created_at - interval '25 hours';
set local session_replication_role = origin;
select ml.promote_model('tumour', 2, 'production');
select tests.qualify('tumour', 1, against => 2);
select is(pg_temp.hours(1) ->> 'message', 'it is not in staging', 'from the archive nothing goes to production directly');
select ml.promote_model('tumour', 1, 'staging', 'version 2 answers wrongly');
select is(pg_temp.hours(1) ->> 'message', 'it has been in production before', 'and needs no second wait');
select ok((pg_temp.hours(1) ->> 'actual')::double precision < 1, 'though it came only now');
select is(ml.promote_model('tumour', 1, 'production') ->> 'archived_version', '2', 'so it replaces the other at once');
select is(
    (select d.version_id from ml.deployments d), (select v.id from ml.model_versions v where v.version = 1), 'and serves');

-- A worse one does not come in by taking the other down first.
select tests.register('tumour', 'v3');
select tests.qualify('tumour', 3, accuracy => 0.94);
select ml.promote_model('tumour', 3, 'staging');
create function pg_temp.beside(version integer) returns text language sql as $$
    select (c ->> 'passed') || ': ' || (c ->> 'message') from jsonb_array_elements(ml.check_promotion('tumour', version, 'production') -> 'checks') c
    where c ->> 'check' = 'not_worse_than_production'
$$;
select is(pg_temp.beside(3), 'false: production_accuracy was not measured against version 1, which is in production', 'a new one has to be measured beside the one in production');
select ml.promote_model('tumour', 1, 'archived');
select is(pg_temp.beside(3), 'false: production_accuracy was not measured against version 1, which was in production last', 'or was there last');
select is(pg_temp.beside(2), 'true: it has been in production before', 'one that has served goes back without');

-- Rows that the one in production was trained on, or that lack a value, are left out: what remains has to tell the two apart.
create function pg_temp.measure_beside(rows integer, left_out integer, incomplete integer) returns text language sql as $$
    select ml.record_evidence('tumour', 3, 'production_accuracy', 0.9, details => jsonb_build_object(
        'production_version', 1, 'candidate', 1, 'rows', rows, 'left_out', left_out, 'incomplete', incomplete));
    select pg_temp.beside(3)
$$;
select is(
    pg_temp.measure_beside(29, 361, 10),
    'false: production_accuracy was measured on 29 rows only: of the others version 1, which was in production last, was trained on 361 and 10 lack a value; 30 rows are needed, or most of them: train on a dataset with more held-out rows that are newer and complete',
    'few rows left are not enough');
select is(
    pg_temp.measure_beside(3, 0, 397),
    'false: production_accuracy was measured on 3 rows only: of the others version 1, which was in production last, was trained on 0 and 397 lack a value; 30 rows are needed, or most of them: train on a dataset with more held-out rows that are newer and complete',
    'nor where the others only lack values');
select results_eq(
    $$ select left(pg_temp.measure_beside(r, l, i), 19) from (values (30, 360, 10), (29, 0, 0)) v (r, l, i) $$, $$ values ('true: accuracy is 1'), ('true: accuracy is 1') $$,
    'thirty are, and so is a small test side that is whole');
select results_eq(
    $$ select left(pg_temp.measure_beside(r, l, i), 5) from (values (25, 0, 1), (13, 6, 7), (12, 6, 7)) v (r, l, i) $$, $$ values ('true:'), ('true:'), ('false') $$,
    'or of which most are left');
select ml.set_evaluation_data('tumour', 'tumours');
select ml.record_evidence('tumour', 3, 'accuracy', 0.94);
select ok(pg_temp.measure_beside(3, 397, 0) like 'false: % 30 rows are needed, or most of them: an admin has to pin evaluation data with more rows that are newer and complete', 'under pinned evaluation data an admin is asked for them');
select * from finish();
rollback;
