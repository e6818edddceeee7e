-- Better than an answer that ignores the inputs: what the requirement takes, and what it does not.
begin;
\ir ../../support/trained_model.sql
select plan(14);

create function pg_temp.baseline() returns jsonb language sql as $$
    select c from jsonb_array_elements(ml.check_promotion('tumour', 1, 'staging') -> 'checks') c where c ->> 'check' = 'better_than_baseline'
$$;
create function pg_temp.record(name text, value double precision, p_value double precision default null, job_id bigint default null)
returns void language sql as $$
    insert into ml.model_evidence (version_id, name, value, details, job_id)
    values (1, record.name, record.value, jsonb_strip_nulls(jsonb_build_object('p_value', record.p_value)), record.job_id)
$$;
select tests.register('tumour', 'a');
select tests.qualify('tumour', 1, 0.99);
select is(ml.check_promotion('tumour', 1, 'staging') ->> 'passed', 'true', 'a model that is better passes');
select pg_temp.record('baseline_balanced_accuracy', 0.5, 0.02);
select is(pg_temp.baseline() ->> 'passed', 'false', 'a difference that may be chance is none');
select matches(pg_temp.baseline() ->> 'message', 'constant answer has 0\.5 .* probability 2\.0e-02 \(at most 0\.01\)', 'and the message says how likely');
select is((pg_temp.baseline() ->> 'p_value')::double precision, 0.02::double precision, 'as the check does');
select pg_temp.record('baseline_balanced_accuracy', 0.99, 0.001);
select is(pg_temp.baseline() ->> 'passed', 'false', 'as good as a constant answer is no better');
select pg_temp.record('baseline_balanced_accuracy', 0.5);
select matches(pg_temp.baseline() ->> 'message', 'has no p_value', 'without significance nobody knows');
select is(pg_temp.baseline() ->> 'passed', 'false', 'so it does not pass');
select pg_temp.record('baseline_balanced_accuracy', 0.5, 1e-6, 77);
select matches(pg_temp.baseline() ->> 'message', 'measured by different jobs', 'another job may have measured other rows');
select is(pg_temp.baseline() ->> 'passed', 'false', 'so that does not count either');

-- The case that accuracy alone lets through: one positive in a hundred, no signal.
select pg_temp.record('accuracy', 0.99), pg_temp.record('balanced_accuracy', 0.5), pg_temp.record('baseline_balanced_accuracy', 0.5, 1);
select tests.throws($$ select ml.promote_model('tumour', 1, 'staging') $$, 'PT409', 'promotion_refused', 'a model that always says no is refused', 'staging: better_than_baseline: balanced_accuracy is 0\.5');

-- What a policy may say of it.
select tests.become('admin');
select tests.throws($$ select ml.set_promotion_policy(null, 'staging', '{"better_than_baseline": {"alpha": 0.01}}') $$, '22023', null, 'it names a metric');
select tests.throws(
    $$ select ml.set_promotion_policy(null, 'staging', '{"better_than_baseline": {"metric": "f1", "alpha": 0.9}}') $$, '22023', 'invalid_requirements',
    'chance is no level', 'better_than_baseline\.alpha must be a number from 0\.0+1 to 0\.5, not 0\.9');
select tests.throws($$ select ml.set_promotion_policy(null, 'staging', '{"better_than_baseline": {"metric": "f1", "tolerance": 0.9}}') $$, '22023', 'unknown_key', 'and knows no tolerance');
select ml.set_promotion_policy('tumour', 'staging', '{"better_than_baseline": {"metric": "log_loss", "alpha": 0.05, "higher_is_better": false}}');
select tests.reset();
select pg_temp.record('log_loss', 0.2), pg_temp.record('baseline_log_loss', 0.7, 0.04);
select is(pg_temp.baseline() ->> 'passed', 'true', 'of a loss, less is better');
select * from finish();
rollback;
