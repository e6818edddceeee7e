-- Promotion: what passes, what is refused and how it says so, what is archived, and what history keeps.
begin;
\ir ../../support/trained_model.sql
select plan(58);

create function pg_temp.stages() returns text language sql as $$
    select string_agg(v.version || ' ' || v.stage, ', ' order by v.version) from ml.model_versions v join ml.registered_models m on m.id = v.model_id where m.name = 'tumour'
$$;
create function pg_temp.check_of(version integer, stage text, name text) returns jsonb language sql as $$
    select c from jsonb_array_elements(ml.check_promotion('tumour', version, stage) -> 'checks') c where c ->> 'check' = name
$$;
-- As though the last transition had happened earlier.
create function pg_temp.age(version integer, by interval) returns void language plpgsql as $$
begin
    set local session_replication_role = replica;
    update ml.stage_transitions t set created_at = created_at - age.by
    where t.id = (select max(x.id) from ml.stage_transitions x join ml.model_versions v on v.id = x.version_id join ml.registered_models m on m.id = v.model_id where m.name = 'tumour' and v.version = age.version);
    set local session_replication_role = origin;
end
$$;
select tests.register('tumour', 'v' || i) from generate_series(1, 3) i;

-- Staging.
select tests.become('engineer');
select tests.throws(
    $$ select ml.promote_model('tumour', 1, 'staging') $$, 'PT409', 'promotion_refused', 'without evidence nothing passes, and every failed check is named',
    'min_accuracy: accuracy was not measured, at least 0\.85.*max_inference_ms: inference_ms was not measured, at most 100.*integration_test: it has not been run');
select tests.reset();
select ml.record_evidence('tumour', 1, 'accuracy', 0.8), ml.record_evidence('tumour', 1, 'inference_ms', 100), ml.record_evidence('tumour', 1, 'integration_test', passed => false);
select tests.become('engineer');
select tests.throws(
    $$ select ml.promote_model('tumour', 1, 'staging') $$, 'PT409', 'promotion_refused', 'what passes is not named',
    'staging: min_accuracy: accuracy is 0\.8, at least 0\.85 is required; integration_test: it failed; better_than_baseline: balanced_accuracy was not measured$');
select is((select count(*) from ml.stage_transitions), 0::bigint, 'a refusal leaves no trace in the history');
select tests.reset();
select tests.qualify('tumour', 1, 0.85);
select tests.become('engineer');
select is(
    ml.promote_model('tumour', 1, 'staging', 'first try') - 'checks',
    '{"model": "tumour", "version": 1, "from_stage": "none", "to_stage": "staging", "archived_version": null}'::jsonb, 'a bound itself passes');
select is(pg_temp.stages(), '1 staging, 2 none, 3 none', 'the stage moved');
select results_eq(
    $$ select from_stage, to_stage, reason, actor, jsonb_array_length(checks) from ml.stage_transitions $$,
    format($$ values ('none', 'staging', 'first try', %L::uuid, 4) $$, tests.user_id('engineer')), 'history says who, why and what was checked');
select tests.throws($$ select ml.promote_model('tumour', 1, 'staging') $$, 'PT409', 'already_in_stage', 'a version is promoted to a stage once');
select tests.throws($$ select ml.promote_model('tumour', 2, 'production') $$, 'PT409', 'invalid_transition', 'production is reached through staging only');
select tests.throws($$ select ml.promote_model('tumour', 1, 'none') $$, '22023', 'invalid_stage', 'nothing goes back to none');
select tests.throws($$ select ml.promote_model('tumour', 1, 'Production') $$, '22023', 'invalid_stage', 'stages are in lower case');
select tests.throws($$ select ml.promote_model('tumour', 1, null) $$, '22023', 'invalid_stage', 'a stage is needed');
select tests.throws($$ select ml.promote_model('nothing', 1, 'staging') $$, 'PT404', 'model_not_found', 'the model exists');
select tests.throws($$ select ml.promote_model('tumour', 4, 'staging') $$, 'PT404', 'version_not_found', 'the version exists');
select tests.throws($$ select ml.promote_model('tumour', 1, 'production', null) $$, '22023', 'invalid_text', 'a reason may be empty, not null');

-- Production: hours in staging.
select tests.reset();
select tests.qualify('tumour', 1, 0.95);
select tests.become('engineer');
select tests.throws(
    $$ select ml.promote_model('tumour', 1, 'production') $$, 'PT409', 'promotion_refused', 'the hours in staging are demanded',
    'production: hours_in_staging: it has been there for 0 hours, 24 are required$');
select tests.reset();
select pg_temp.age(1, '23 hours 59 minutes');
select is(pg_temp.check_of(1, 'production', 'hours_in_staging') ->> 'passed', 'false', 'a minute less is too little');
select pg_temp.age(1, '1 minute');
select is(pg_temp.check_of(1, 'production', 'hours_in_staging') ->> 'passed', 'true', '24 hours are enough');
select tests.become('engineer');
select ml.promote_model('tumour', 1, 'archived');
select is(pg_temp.check_of(1, 'production', 'hours_in_staging') ->> 'passed', 'false', 'an archived version is not in staging');
select is(ml.promote_model('tumour', 1, 'staging') ->> 'from_stage', 'archived', 'an archived version may come back to staging');
select is(pg_temp.check_of(1, 'production', 'hours_in_staging') ->> 'passed', 'false', 'and its hours begin anew');
select tests.reset();
select pg_temp.age(1, '25 hours');

-- Production: nothing in production yet.
select is(pg_temp.check_of(1, 'production', 'not_worse_than_production') ->> 'passed', 'true', 'with nothing in production nothing is worse');
select is(pg_temp.check_of(1, 'production', 'ab_ready') ->> 'passed', 'true', 'nor is there anything to be tested against');
select tests.become('viewer');
select tests.refuses($$ select ml.promote_model('tumour', 1, 'production') $$, 'a viewer promotes nothing');
select tests.become('ml_worker');
select tests.refuses($$ select ml.promote_model('tumour', 1, 'production') $$, 'nor does a worker');
select tests.become('engineer');
select is(ml.promote_model('tumour', 1, 'production') -> 'archived_version', 'null'::jsonb, 'the first to reach production replaces nothing');
select is(pg_temp.stages(), '1 production, 2 none, 3 none', 'it is in production');
set constraints all immediate;
set constraints all deferred;

-- Production: against the version that is there.
select tests.reset();
select ml.set_promotion_policy('tumour', 'production', '{"hours_in_staging": 0, "passed": ["ab_ready"], "not_worse_than_production": {"metric": "accuracy", "tolerance": 0.01}}');
select tests.qualify('tumour', 2, 0.895);
select ml.promote_model('tumour', 2, 'staging');
select tests.become('engineer');
select tests.throws(
    $$ select ml.promote_model('tumour', 2, 'production') $$, 'PT409', 'promotion_refused', 'what was not measured beside production is refused',
    'not_worse_than_production: production_accuracy was not measured against version 1');
select tests.reset();
select ml.record_evidence('tumour', 2, 'production_accuracy', 0.5, details => '{"production_version": 7}');
select is(pg_temp.check_of(2, 'production', 'not_worse_than_production') ->> 'passed', 'false', 'a measurement beside another version does not count');
select ml.record_evidence('tumour', 2, 'production_accuracy', 0.5);
select is(pg_temp.check_of(2, 'production', 'not_worse_than_production') ->> 'passed', 'false', 'nor one that does not say beside which');
select ml.record_evidence('tumour', 2, 'production_accuracy', 0.91, details => '{"production_version": 1}');
select is(pg_temp.check_of(2, 'production', 'not_worse_than_production') ->> 'passed', 'false', '0.895 is more than 0.01 below 0.91');
select ok(pg_temp.check_of(2, 'production', 'not_worse_than_production') ->> 'message' ~ 'accuracy is 0\.895, version 1 in production has 0\.91 on the same rows \(tolerance 0\.01\)', 'and the check says so');
select ml.record_evidence('tumour', 2, 'production_accuracy', 0.9, details => '{"production_version": 1}');
select is(pg_temp.check_of(2, 'production', 'not_worse_than_production') ->> 'passed', 'true', 'within the tolerance it is not worse');
select ml.set_promotion_policy('tumour', 'production', '{"not_worse_than_production": {"metric": "accuracy", "higher_is_better": false}, "hours_in_staging": 0}');
select is(pg_temp.check_of(2, 'production', 'not_worse_than_production') ->> 'passed', 'true', 'where lower is better, lower passes');
select ml.record_evidence('tumour', 2, 'accuracy', 0.95);
select is(pg_temp.check_of(2, 'production', 'not_worse_than_production') ->> 'passed', 'false', 'and higher does not');
select ml.set_promotion_policy('tumour', 'production', '{"not_worse_than_production": {"metric": "accuracy"}, "hours_in_staging": 0, "passed": ["ab_ready"]}');
select tests.become('engineer');
select is(
    ml.promote_model('tumour', 2, 'production', 'better') - 'checks',
    '{"model": "tumour", "version": 2, "from_stage": "staging", "to_stage": "production", "archived_version": 1}'::jsonb, 'the better version replaces the one before');
select is(pg_temp.stages(), '1 archived, 2 production, 3 none', 'which is archived');
select results_eq(
    $$ select v.version, t.from_stage, t.to_stage, t.reason from ml.stage_transitions t join ml.model_versions v on v.id = t.version_id order by t.id desc limit 2 $$,
    $$ values (2, 'staging', 'production', 'better'), (1, 'production', 'archived', 'replaced by version 2') $$, 'both moves are in the history');
select is((select count(distinct stage_changed_at) from ml.model_versions where stage <> 'none'), 1::bigint, 'at one moment');
select tests.reset();
select is(
    (select payload - 'model' from realtime.messages where event = 'model.promoted' order by payload ->> 'to_stage', payload ->> 'version' desc limit 1),
    '{"version": 2, "from_stage": "staging", "to_stage": "production", "archived_version": 1}'::jsonb, 'the promotion is announced');

-- A/B readiness.
create function pg_temp.ab(artifact text, signature jsonb, dataset text default 'tumours') returns jsonb language sql volatile as
    $$ select pg_temp.check_of(tests.register('tumour', artifact, signature, dataset), 'production', 'ab_ready') $$;
select is(pg_temp.ab('fewer', tests.signature('[{"feature": "tumour:radius", "view_version": 1}]')) ->> 'passed', 'true', 'other features of the same entity can be tested against production');
select is(pg_temp.ab('entity', tests.signature('[{"feature": "other:radius", "view_version": 1}]'), 'others') ->> 'message', 'its signature has other entities than version 2 in production', 'another entity cannot');
select is(pg_temp.ab('classes', tests.signature() || '{"classes": ["b", "m"]}') ->> 'message', 'its signature has other classes than version 2 in production', 'nor can other classes');
select is(pg_temp.ab('outputs', tests.signature() || '{"outputs": [{"name": "probabilities", "type": "float32", "shape": [null, 2]}]}') ->> 'message', 'its signature has other outputs than version 2 in production', 'nor other outputs');

-- Archiving.
select tests.become('engineer');
select is(ml.promote_model('tumour', 3, 'archived') ->> 'to_stage', 'archived', 'a version can be archived without evidence');
select is(ml.promote_model('tumour', 2, 'archived', 'broken') ->> 'archived_version', null, 'production can be left without a successor');
select is((select count(*) from ml.model_versions where stage = 'production'), 0::bigint, 'then nothing is in production');
select tests.throws($$ select ml.promote_model('tumour', 2, 'production') $$, 'PT409', 'invalid_transition', 'nothing returns to production directly');
select tests.throws($$ select ml.promote_model('tumour', 2, 'archived') $$, 'PT409', 'already_in_stage', 'what is archived is archived');
select tests.reset();
select is((select count(*) from realtime.messages where event = 'model.promoted' and payload ->> 'to_stage' = 'archived'), 0::bigint, 'archiving is not announced as a promotion');

-- No path around it.
select tests.become('service_role');
select tests.refuses($$ update ml.model_versions set stage = 'production' where version = 2 $$, 'not even service_role writes a stage');
select tests.refuses($$ insert into ml.stage_transitions (version_id, from_stage, to_stage) values (1, 'staging', 'production') $$, 'or a transition');
select tests.refuses($$ select ml_private.move_stage(null, 'production', '', '[]', null) $$, 'or calls what moves stages');
select tests.become('admin');
select tests.refuses($$ update ml.model_versions set stage = 'production' where version = 2 $$, 'nor does an admin');
select tests.reset();
set constraints all immediate;
select tests.throws($$ update ml.model_versions set stage = 'production' where version = 2 $$, 'PT409', 'stage_without_transition', 'not even the owner moves a stage without a transition');
select tests.throws($$ update ml.stage_transitions set reason = '' $$, 'PT409', 'append_only', 'history never changes');
select tests.throws($$ delete from ml.stage_transitions $$, 'PT409', 'append_only', 'nor goes');
select tests.throws($$ truncate ml.stage_transitions $$, 'PT409', 'append_only', 'nor is emptied');
select throws_ok(
    $$ update ml.model_versions set stage = 'production' where version in (1, 2) $$, '23505', null, 'the database itself keeps two versions out of production');

select * from finish();
rollback;
