create table ml.alerts (
    id bigint generated always as identity,
    model_id bigint not null,
    version_id bigint not null,
    kind text not null,
    severity text not null,
    state text not null default 'open',
    title text not null,
    details jsonb not null default '{}',
    occurrences integer not null default 1,
    clean_checks integer not null default 0,
    opened_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    acknowledged_at timestamptz,
    acknowledged_by uuid,
    resolved_at timestamptz,
    resolution text,
    constraint alerts_id_pkey primary key (id),
    constraint alerts_model_id_fkey foreign key (model_id) references ml.registered_models (id) on delete cascade,
    constraint alerts_version_id_fkey foreign key (version_id) references ml.model_versions (id) on delete cascade,
    constraint alerts_kind_check check (kind in ('data_drift', 'prediction_drift', 'missing_values')),
    constraint alerts_severity_check check (severity in ('warning', 'critical')),
    constraint alerts_state_check check (state in ('open', 'acknowledged', 'resolved'))
);

create unique index alerts_model_id_kind_unresolved_key on ml.alerts (model_id, kind) where state <> 'resolved';
create index alerts_model_id_opened_at_idx on ml.alerts (model_id, opened_at desc);
create index alerts_version_id_idx on ml.alerts (version_id);

comment on table ml.alerts is
    'At most one unresolved alert of a kind for a model. open → acknowledged → resolved; a return within the cooldown reopens the old one.';

create table ml.alert_changes (
    id bigint generated always as identity,
    alert_id bigint not null,
    event text not null,
    state text not null,
    severity text not null,
    actor uuid,
    changed_at timestamptz not null default clock_timestamp(),
    constraint alert_changes_id_pkey primary key (id),
    constraint alert_changes_alert_id_fkey foreign key (alert_id) references ml.alerts (id) on delete cascade,
    constraint alert_changes_event_check check (event in ('opened', 'acknowledged', 'severity_changed', 'reopened', 'resolved'))
);

create index alert_changes_alert_id_idx on ml.alert_changes (alert_id, id);

comment on table ml.alert_changes is
    'Every change of an alert''s state or severity, as it was announced (alert.<event>), with what the alert was afterwards. Append-only.';
comment on column ml.alert_changes.actor is 'Who acknowledged or resolved it, or asked for the check; null when the tick did.';

create table ml.retrainings (
    id bigint generated always as identity,
    model_id bigint not null,
    alert_id bigint,
    job_id bigint not null,
    reason text not null,
    queued_at timestamptz not null default now(),
    constraint retrainings_id_pkey primary key (id),
    constraint retrainings_model_id_fkey foreign key (model_id) references ml.registered_models (id) on delete cascade,
    constraint retrainings_alert_id_fkey foreign key (alert_id) references ml.alerts (id) on delete set null
);

create index retrainings_model_id_queued_at_idx on ml.retrainings (model_id, queued_at desc);
create index retrainings_alert_id_idx on ml.retrainings (alert_id);

comment on table ml.retrainings is
    'Training jobs that monitoring queued by itself, with the alert that caused each. job_id outlives the job row, which retention may remove.';
