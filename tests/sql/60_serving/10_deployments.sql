-- forms: both
begin;
select plan(19);
\ir fixture.psql

select is((select count(*) from ml.deployments), 0::bigint, 'nothing is deployed before anything is in production');

select tests.become('engineer');
select ml.promote_model('tumours', 1, 'staging');
select tests.reset();
select is((select count(*) from ml.deployments), 0::bigint, 'staging deploys nothing');

select tests.deploy(2);
select results_eq(
    $$ select d.version_id, d.previous_version_id from ml.deployments d $$,
    $$ values (tests.version_id(2), null::bigint) $$,
    'the first version in production is deployed, with none before it'
);
create temporary table first_deployment as select d.id from ml.deployments d;

select tests.deploy(3);
select results_eq(
    $$ select d.version_id, d.previous_version_id, d.id from ml.deployments d $$,
    $$ select tests.version_id(3), tests.version_id(2), f.id from first_deployment f $$,
    'the next promotion switches the same deployment and remembers the version before'
);
select is(
    (select d.deployed_at from ml.deployments d), now(), 'deployed_at is the time of the promotion''s transaction'
);
select results_eq(
    $$ select e.from_id from ml.lineage_edges e where e.to_kind = 'deployment' order by e.from_id::bigint $$,
    $$ values (tests.version_id(2)::text), (tests.version_id(3)::text) $$,
    'lineage leads from each deployed version to the deployment'
);

select tests.become('engineer');
select ml.promote_model('tumours', 2, 'staging');
select tests.reset();
select is((select d.version_id from ml.deployments d), tests.version_id(3), 'an old version back in staging changes nothing');
select tests.become('engineer');
select ml.promote_model('tumours', 2, 'production');
select tests.reset();
select results_eq(
    $$ select d.version_id, d.previous_version_id from ml.deployments d $$,
    $$ values (tests.version_id(2), tests.version_id(3)) $$,
    'a rollback deploys the old version again'
);

select tests.become('engineer');
select tests.throws($$ select ml.retire_feature_view('tumour', 1) $$, 'PT409', 'view_in_use', 'a view that the deployed version reads is not retired');
select ml.promote_model('tumours', 3, 'staging');
select ml.promote_model('tumours', 3, 'archived');
select tests.reset();
select is((select d.version_id from ml.deployments d), tests.version_id(2), 'archiving a version that does not serve changes nothing');
select tests.become('engineer');
select ml.promote_model('tumours', 2, 'archived');
select tests.reset();
select is((select count(*) from ml.deployments), 0::bigint, 'archiving the version in production ends the deployment');
savepoint not_retired;
select tests.become('engineer');
select isnt((ml.retire_feature_view('tumour', 1)).retired_at, null, 'then nothing keeps the view');
select is(
    jsonb_path_query_array(ml.check_promotion('tumours', 2, 'production'), '$.checks[*] ? (@.check == "views_in_service").message'),
    '["it reads tumour@1, which is retired"]'::jsonb, 'and what read it cannot come back');
select is(ml.check_promotion('tumours', 2, 'production') -> 'passed', 'false'::jsonb, 'as check_promotion tells');
rollback to savepoint not_retired;

select tests.deploy(2);
savepoint before;
select tests.deploy(3);
rollback to before;
select is((select d.version_id from ml.deployments d), tests.version_id(2), 'a promotion that is rolled back switches nothing');

select tests.become('viewer');
select is((select count(*) from ml.deployments), 1::bigint, 'a viewer sees deployments');
select tests.become('stranger');
select is((select count(*) from ml.deployments), 0::bigint, 'who is no member sees none');
select tests.become('admin');
select tests.refuses($$ update ml.deployments set version_id = 1 $$, 'not even an admin writes deployments');
select tests.become('service_role');
select tests.refuses($$ delete from ml.deployments $$, 'nor does the service');

select tests.reset();
select * from finish();
rollback;
