insert into ml.check_kinds (name, description, options, evidence, held_out) values (
    'comparison',
    'Measures a version and the one in production on the same rows.',
    '{"properties": {}}',
    'as evaluation, and as production_<metric> what the one in production makes of the same rows',
    true
) on conflict (name) do update
set description = excluded.description, options = excluded.options, evidence = excluded.evidence, held_out = excluded.held_out;
