insert into ml.model_types (name, description, tasks, input_kinds, params, extra) values (
    'logistic_regression',
    'Logistic regression on standardised inputs (scikit-learn''s objective, L-BFGS).',
    '{classification}',
    '{number,category}',
    '{"properties": {
        "C": {"type": "number", "minimum": 0.000000000001, "maximum": 1000000000000, "default": 1, "description": "inverse strength of the L2 penalty"},
        "max_iter": {"type": "integer", "minimum": 1, "maximum": 100000, "default": 100, "description": "steps of the optimiser at most"}
    }}',
    null
) on conflict (name) do update
set description = excluded.description, tasks = excluded.tasks, input_kinds = excluded.input_kinds, params = excluded.params, extra = excluded.extra;
