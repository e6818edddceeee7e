-- What is declared as rows: well formed, and enough to be known.
begin;
select plan(14);

select is_empty($$ select t.name from ml.model_types t where not ml_private.is_option_schema(t.params) $$, 'the params of every model type can be read');
select is_empty($$ select k.name from ml.check_kinds k where not ml_private.is_option_schema(k.options) $$, 'the options of every kind of check can be read');
select lives_ok($$ select ml_private.resolve_options(t.params, '{}', 'params', 'invalid_config') from ml.model_types t $$, 'every default lies in its range');
select is(ml_private.is_option_schema(s), false, 'not a schema: ' || s::text)
from unnest(array[
    '{}', '{"properties": {"a": {"type": "text", "description": "x"}}}', '{"properties": {"a": {"type": "number"}}}',
    '{"properties": {"a": {"type": "number", "description": "x", "min": 1}}}'
]::jsonb[]) s;

insert into ml.model_types values ('ridge', 'x', '{classification}', '{number}', '{"properties": {
    "alpha": {"type": "number", "minimum": 0, "default": 1, "description": "x"}, "steps": {"type": "integer", "maximum": 9, "description": "x"}}}', null);
select is(
    ml_private.resolve_training_config('{"model": "m", "dataset": "d", "model_type": "ridge", "params": {"steps": 3}}') -> 'params', '{"alpha": 1, "steps": 3}',
    'a declared type is known, its defaults too');
select tests.throws(
    $$ select ml_private.resolve_training_config('{"model": "m", "dataset": "d", "model_type": "ridge", "params": {"steps": 3.5}}') $$, '22023', 'invalid_config',
    'and its ranges', 'params.steps must be a whole number from -Infinity to 9, not 3.5');
select tests.throws(
    $$ select ml_private.resolve_training_config('{"model": "m", "dataset": "d", "model_type": "lasso"}') $$, '22023', 'invalid_config',
    'who names another is told of it', 'model_type must be gradient_boosting or logistic_regression or ridge, not "lasso"');
select tests.throws(
    $$ select ml_private.resolve_training_config('{"model": "m", "dataset": "d", "model_type": "ridge", "task": "ranking"}') $$, '22023', 'invalid_config',
    'and of a task that it does not learn', 'task must be classification for ridge, not "ranking"');
select tests.become('viewer');
select isnt_empty($$ select * from ml.model_types $$, 'members read what there is');
select isnt_empty($$ select * from ml.check_kinds $$, 'of checks too');
select tests.become('stranger');
select is_empty($$ select * from ml.model_types $$, 'others do not');
select * from finish();
rollback;
