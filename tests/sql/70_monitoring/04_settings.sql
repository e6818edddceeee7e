-- set_monitor, check_drift and the alert functions with bad input, and who may call what.
begin;
select plan(36);
insert into ml.registered_models (name) values ('watched');

select tests.become('engineer');
select is((ml.set_monitor('watched', '{}')).min_rows, 50, 'an empty change shows the defaults');
select results_eq(
    $$ select min_rows, alpha, alert_cooldown, retrain from ml.set_monitor('watched', '{"min_rows": 100, "alpha": 0.05, "alert_cooldown": "2 hours", "retrain": false}') $$,
    $$ values (100, 0.05::double precision, interval '2 hours', false) $$, 'values change together'
);
select is((select updated_by from ml.monitors), tests.user_id('engineer'), 'the monitor keeps who changed it');
select tests.throws(
    format('select ml.set_monitor(%L, %L)', 'watched', config), '22023', code, format('set_monitor refuses %s', left(config, 60))
)
from (values
    ('{"min_row": 100}', 'unknown_key'), ('{"id; drop table ml.jobs": 1}', 'unknown_key'), ('[]', 'invalid_config'), ('null', 'invalid_config'), ('3', 'invalid_config'),
    ('{"min_rows": 19}', 'invalid_config'), ('{"min_rows": 200, "max_rows": 100}', 'invalid_config'), ('{"min_rows": "many"}', 'invalid_config'),
    ('{"min_rows": 1e12}', 'invalid_config'), ('{"min_rows": null}', 'invalid_config'), ('{"min_rows": [1]}', 'invalid_config'),
    ('{"alpha": 0}', 'invalid_config'), ('{"alpha": 0.6}', 'invalid_config'), ('{"alpha": "NaN"}', 'invalid_config'), ('{"min_ks": 2}', 'invalid_config'),
    ('{"min_psi": "Infinity"}', 'invalid_config'), ('{"alert_cooldown": "soon"}', 'invalid_config'), ('{"alert_cooldown": "-1 hour"}', 'invalid_config'),
    ('{"look_back": "0"}', 'invalid_config'), ('{"retrain_delay": "9999 years"}', 'invalid_config'), ('{"enabled": "perhaps"}', 'invalid_config'),
    ('{"false_alarms": 0}', 'invalid_config'), ('{"false_alarms": 1e9}', 'invalid_config'), ('{"check_every": "-1 s"}', 'invalid_config')
) as bad (config, code);
select results_eq('select min_rows, alpha from ml.monitors', $$ values (100, 0.05::double precision) $$, 'a refused change leaves everything as it was');
select tests.throws($$ select ml.set_monitor('nobody', '{}') $$, 'PT404', 'model_not_found', 'an unknown model');
select tests.throws($$ select ml.set_monitor(null, '{}') $$, '22023', null, 'no model');
select tests.throws($$ select ml.check_drift('watched') $$, 'PT409', 'not_deployed', 'check_drift of a model that is not deployed');
select is(ml.model_health_report('watched') ->> 'status', 'not_deployed', 'the report of a model that is not deployed');
select tests.throws($$ select ml.resolve_alert(4711) $$, 'PT404', 'alert_not_found', 'an unknown alert');
select tests.throws($$ select ml.resolve_alert(1, '') $$, '22023', null, 'a resolution without words');

select tests.become('viewer');
select tests.refuses($$ select ml.set_monitor('watched', '{}') $$, 'a viewer cannot change a monitor');
select tests.become('stranger');
select tests.refuses($$ select ml.model_health_report('watched') $$, 'a stranger sees no report');

select * from finish();
rollback;
