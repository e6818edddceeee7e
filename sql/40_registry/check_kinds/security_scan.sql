insert into ml.check_kinds (name, description, options, evidence, held_out) values (
    'security_scan',
    'Reads the artifact for what a model file must not hold or demand.',
    '{"properties": {
        "max_bytes": {"type": "integer", "minimum": 1, "maximum": 1073741824, "description": "bytes that the file may have",
            "engineers": {"maximum": 536870912}}
    }}',
    'security_scan: passed or not',
    false
) on conflict (name) do update
set description = excluded.description, options = excluded.options, evidence = excluded.evidence, held_out = excluded.held_out;
