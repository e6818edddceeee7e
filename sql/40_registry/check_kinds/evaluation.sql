insert into ml.check_kinds (name, description, options, evidence, held_out) values (
    'evaluation',
    'Measures a version on the pinned evaluation data, else on the held-out rows of its own dataset.',
    '{"properties": {}}',
    'each metric of the version, and baseline_<metric> beside it',
    true
) on conflict (name) do update
set description = excluded.description, options = excluded.options, evidence = excluded.evidence, held_out = excluded.held_out;
