insert into ml.check_kinds (name, description, options, evidence, held_out) values (
    'load_test',
    'Sends requests to the inference function and measures latency and errors.',
    '{"properties": {
        "requests": {"type": "integer", "minimum": 1, "maximum": 100000, "description": "requests in all", "engineers": {"minimum": 50}},
        "concurrency": {"type": "integer", "minimum": 1, "maximum": 64, "description": "requests at a time"},
        "max_p95_ms": {"type": "number", "minimum": 0.001, "maximum": 1000000, "description": "milliseconds that 95 % may take",
            "engineers": {"maximum": 2000}},
        "max_error_rate": {"type": "number", "minimum": 0, "maximum": 1, "description": "share of requests that may fail", "engineers": {"maximum": 0}}
    }}',
    'load_test: passed or not',
    false
) on conflict (name) do update
set description = excluded.description, options = excluded.options, evidence = excluded.evidence, held_out = excluded.held_out;
