insert into ml.model_types (name, description, tasks, input_kinds, params, extra) values (
    'gradient_boosting',
    'Gradient boosted trees (scikit-learn); takes rows that lack values.',
    '{classification}',
    '{number,category}',
    '{"properties": {
        "n_estimators": {"type": "integer", "minimum": 1, "maximum": 10000, "default": 100, "description": "trees"},
        "learning_rate": {"type": "number", "minimum": 0.000001, "maximum": 10, "default": 0.1, "description": "what each tree counts"},
        "max_depth": {"type": "integer", "minimum": 1, "maximum": 32, "default": 3, "description": "levels of a tree"},
        "subsample": {"type": "number", "minimum": 0.000001, "maximum": 1, "default": 1, "description": "share of the rows that a tree sees"},
        "min_samples_leaf": {"type": "integer", "minimum": 1, "maximum": 1000000, "default": 1, "description": "rows in a leaf at least"}
    }}',
    null
) on conflict (name) do update
set description = excluded.description, tasks = excluded.tasks, input_kinds = excluded.input_kinds, params = excluded.params, extra = excluded.extra;
