-- Monitors, pinned references, drift checks, alerts, feedback and retrainings.

create table ml.monitors (
    model_id bigint not null,
    enabled boolean not null default true,
    min_rows integer not null default 50,
    max_rows integer not null default 5000,
    look_back interval not null default interval '24 hours',
    check_every interval not null default interval '15 minutes',
    false_alarms double precision not null default 1,
    alpha double precision not null default 0.01,
    min_ks double precision not null default 0.1,
    min_psi double precision not null default 0.1,
    min_missing double precision not null default 0.05,
    clear_after integer not null default 2,
    alert_cooldown interval not null default interval '1 hour',
    retrain boolean not null default true,
    retrain_cooldown interval not null default interval '24 hours',
    retrain_delay interval not null default interval '0',
    visited_at timestamptz,
    last_error text,
    updated_by uuid,
    updated_at timestamptz not null default now(),
    constraint monitors_model_id_pkey primary key (model_id),
    constraint monitors_model_id_fkey foreign key (model_id) references ml.registered_models (id) on delete cascade,
    constraint monitors_rows_check check (min_rows between 20 and 100000 and max_rows between min_rows and 100000),
    constraint monitors_look_back_check check (look_back > interval '0' and look_back <= interval '3650 days'),
    constraint monitors_alpha_check check (alpha > 0 and alpha <= 0.5),
    constraint monitors_false_alarms_check check (false_alarms >= 1e-6 and false_alarms <= 1000),
    constraint monitors_effects_check check (min_ks >= 0 and min_ks <= 1 and min_psi >= 0 and min_psi <= 100 and min_missing >= 0 and min_missing <= 1),
    constraint monitors_clear_after_check check (clear_after between 1 and 100),
    constraint monitors_durations_check check (
        alert_cooldown between interval '0' and interval '3650 days'
        and check_every between interval '0' and interval '3650 days'
        and retrain_cooldown between interval '0' and interval '3650 days'
        and retrain_delay between interval '0' and interval '3650 days'
    )
);

comment on table ml.monitors is 'How each deployed model is watched; one row a model, made with its first deployment and changed by ml.set_monitor.';
comment on column ml.monitors.min_rows is
    'Different entities that live requests, answered or refused, must have named since the last check before the next one runs.';
comment on column ml.monitors.max_rows is 'Entities of live requests, answered or refused, that one check looks at: those asked about last.';
comment on column ml.monitors.check_every is
    'Least time between two checks of the tick: rarer checks see more rows and may spend more of false_alarms, so they find smaller drifts.';
comment on column ml.monitors.false_alarms is 'False alarms to expect in 30 days at most, whatever the number of checks.';
comment on column ml.monitors.alpha is
    'Largest family-wise false alarm rate of one check, over all features, the scores and all tests. A check that comes soon after another has '
    'less: see false_alarms.';
comment on column ml.monitors.min_ks is 'Smallest Kolmogorov-Smirnov distance that counts as drift, however significant (0 to 1).';
comment on column ml.monitors.min_psi is 'Smallest population stability index that counts as drift, however significant.';
comment on column ml.monitors.min_missing is
    'Smallest rise of a column''s share of missing values over its share in training that counts, however significant (0 to 1).';
comment on column ml.monitors.visited_at is 'When the tick last looked whether a check is due; the one looked at longest ago comes first.';
comment on column ml.monitors.last_error is 'Why the last check of the tick failed; null when it went well.';
comment on column ml.monitors.clear_after is 'Consecutive checks without drift after which an open alert resolves itself.';

create table ml.drift_checks (
    id bigint generated always as identity,
    model_id bigint not null,
    version_id bigint not null,
    window_start timestamptz not null,
    window_end timestamptz not null,
    row_count integer not null,
    refused_count integer not null default 0,
    alpha double precision not null,
    data_drift boolean not null,
    prediction_drift boolean not null,
    missing_values boolean not null default false,
    checked_at timestamptz not null default now(),
    constraint drift_checks_id_pkey primary key (id),
    constraint drift_checks_model_id_fkey foreign key (model_id) references ml.registered_models (id) on delete cascade,
    constraint drift_checks_version_id_fkey foreign key (version_id) references ml.model_versions (id) on delete cascade
);

create index drift_checks_model_id_checked_at_idx on ml.drift_checks (model_id, id desc);
create index drift_checks_version_id_idx on ml.drift_checks (version_id, id desc);

comment on table ml.drift_checks is 'One row for each comparison of live predictions with the pinned reference. Windows of one version do not overlap.';
comment on column ml.drift_checks.row_count is 'Entities of the window whose newest row was answered.';
comment on column ml.drift_checks.refused_count is 'Entities of the window whose newest row was refused for what it lacked.';

create table ml.drift_results (
    check_id bigint not null,
    position integer not null,
    kind text not null,
    name text not null,
    ks double precision,
    ks_p_value double precision,
    ks_p_adjusted double precision,
    psi double precision,
    psi_p_value double precision,
    psi_p_adjusted double precision,
    drifted boolean not null,
    missing_share double precision,
    missing_reference double precision,
    missing_p_value double precision,
    missing_p_adjusted double precision,
    missing_more boolean not null default false,
    compared integer,
    constraint drift_results_check_id_position_pkey primary key (check_id, position),
    constraint drift_results_check_id_fkey foreign key (check_id) references ml.drift_checks (id) on delete cascade
);

comment on table ml.drift_results is
    'Per input column and for the prediction score: the statistics, their p-values, and those after Holm''s correction over the whole check. Null: '
    'not tested, for want of values or of anything missing.';
comment on column ml.drift_results.compared is 'As how many independent values of the window the distribution was compared; null: not at all.';
