-- Promotion policies: the defaults, what a policy may demand, who may set it, and that its history stays.
begin;
\ir ../../support/trained_model.sql
select plan(38);

select tests.register('tumour', 'a');
select tests.become('viewer');
select results_eq(
    $$ select stage, requirements from ml.promotion_policies where model_id is null order by id $$,
    $$ values
        ('staging', '{"min": {"accuracy": 0.85}, "max": {"inference_ms": 100}, "passed": ["integration_test"], "better_than_baseline": {"metric": "balanced_accuracy", "alpha": 0.01}}'::jsonb),
        ('production', '{"min": {"accuracy": 0.9}, "max": {"inference_ms": 50}, "passed": ["load_test", "security_scan", "ab_ready"], "hours_in_staging": 24, "better_than_baseline": {"metric": "balanced_accuracy", "alpha": 0.01}, "not_worse_than_production": {"metric": "accuracy", "tolerance": 0}}'::jsonb) $$,
    'the defaults are there');
select tests.refuses($$ select ml.set_promotion_policy('tumour', 'staging', '{}') $$, 'a viewer sets no policy');
select tests.become('engineer');
select tests.refuses($$ select ml.set_promotion_policy('tumour', 'staging', '{}') $$, 'nor does an engineer');
select tests.refuses($$ insert into ml.promotion_policies (stage, requirements) values ('staging', '{}') $$, 'nor past the function');
select tests.become('ml_worker');
select tests.refuses($$ select ml.set_promotion_policy('tumour', 'staging', '{}') $$, 'nor does a worker');

create function pg_temp.required(stage text) returns text language sql as $$
    select string_agg(c ->> 'check' || ' ' || (c ->> 'required'), ', ' order by c ->> 'check')
    from jsonb_array_elements(ml.check_promotion('tumour', 1, stage) -> 'checks') c
$$;
select tests.become('admin');
select is(pg_temp.required('staging'), 'integration_test true, max_inference_ms 100, min_accuracy 0.85', 'a model without a policy of its own follows the default');
select is((ml.set_promotion_policy('tumour', 'staging', '{"min": {"f1": 0.5}}')).created_by, tests.user_id('admin'), 'an admin sets a policy, under their name');
select is(pg_temp.required('staging'), 'min_f1 0.5', 'a model''s own policy replaces the default as a whole');
select ml.set_promotion_policy(null, 'staging', '{"max": {"loss": 1}}');
select is(pg_temp.required('staging'), 'min_f1 0.5', 'a changed default does not touch it');
select ml.set_promotion_policy('tumour', 'staging', null);
select is(pg_temp.required('staging'), 'max_loss 1', 'null lets the model follow the default again');
select ml.set_promotion_policy('tumour', 'staging', '{}');
select is(ml.check_promotion('tumour', 1, 'staging') - 'model', '{"version": 1, "from_stage": "none", "to_stage": "staging", "passed": true, "checks": []}'::jsonb, 'an empty policy demands nothing');
select is((select count(*) from ml.promotion_policies p join ml.registered_models m on m.id = p.model_id), 3::bigint, 'every policy that a model had stays');
select tests.reset();
select tests.throws($$ update ml.promotion_policies set requirements = '{}' $$, 'PT409', 'append_only', 'a policy never changes');
select tests.throws($$ truncate ml.promotion_policies $$, 'PT409', 'append_only', 'nor goes');

select tests.become('admin');
create function pg_temp.refuses_policy(requirements text, code text, description text, stage text default 'production') returns text language sql as
    $$ select tests.throws(format('select ml.set_promotion_policy(''tumour'', %L, %L)', stage, requirements), '22023', code, description) $$;
select tests.throws($$ select ml.set_promotion_policy(null, 'staging', null) $$, '22023', 'invalid_json', 'the default cannot be nothing');
select tests.throws($$ select ml.set_promotion_policy('nothing', 'staging', '{}') $$, 'PT404', 'model_not_found', 'the model exists');
select pg_temp.refuses_policy('{}', 'invalid_stage', 'only staging and production have policies', 'archived');
select pg_temp.refuses_policy('{}', 'invalid_stage', 'and the stage is named', null);
select pg_temp.refuses_policy('[]', 'invalid_argument', 'requirements are an object');
select pg_temp.refuses_policy('{"minimum": {}}', 'unknown_key', 'of known keys');
select pg_temp.refuses_policy('{"min": []}', 'invalid_requirements', 'min is an object');
select pg_temp.refuses_policy('{"min": {"accuracy": "0.9"}}', 'invalid_requirements', 'of numbers');
select pg_temp.refuses_policy('{"min": {"accuracy": 1e400}}', 'invalid_requirements', 'that are doubles');
select pg_temp.refuses_policy('{"max": {"a b": 1}}', 'invalid_name', 'under names');
select pg_temp.refuses_policy('{"passed": "load_test"}', 'invalid_requirements', 'passed is an array');
select pg_temp.refuses_policy('{"passed": [1]}', 'invalid_argument', 'of names');
select pg_temp.refuses_policy('{"hours_in_staging": -1}', 'invalid_requirements', 'hours are not negative');
select pg_temp.refuses_policy('{"hours_in_staging": null}', 'invalid_requirements', 'nor null');
select pg_temp.refuses_policy('{"hours_in_staging": 1}', 'invalid_requirements', 'nor demanded by staging itself', 'staging');
select pg_temp.refuses_policy('{"not_worse_than_production": {}}', 'invalid_argument', 'a comparison has a metric');
select pg_temp.refuses_policy('{"not_worse_than_production": {"metric": "accuracy", "tolerance": -1}}', 'invalid_requirements', 'its tolerance is not negative');
select pg_temp.refuses_policy('{"not_worse_than_production": {"metric": "accuracy", "higher_is_better": 1}}', 'invalid_requirements', 'its direction is true or false');
select pg_temp.refuses_policy('{"not_worse_than_production": {"metric": "accuracy", "slack": 1}}', 'unknown_key', 'it has no other keys');
select lives_ok($$ select ml.set_promotion_policy('tumour', 'production', '{"min": {"f1": 1e-400}, "hours_in_staging": 0.5}') $$, 'numbers smaller than every double are zero');
select is(pg_temp.required('production'), 'hours_in_staging 0.5, min_f1 0, views_in_service true', 'and are compared as such');
select tests.throws($$ select ml.check_promotion('tumour', 1, 'archived') $$, '22023', 'invalid_stage', 'archiving has no policy to check');
select tests.throws($$ select ml.check_promotion('tumour', 7, 'staging') $$, 'PT404', 'version_not_found', 'an unknown version has nothing to check');
select tests.become('stranger');
select tests.refuses($$ select ml.check_promotion('tumour', 1, 'staging') $$, 'a stranger checks nothing');

select tests.reset();
select * from finish();
rollback;
