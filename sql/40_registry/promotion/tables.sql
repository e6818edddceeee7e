create table ml.promotion_policies (
    id bigint generated always as identity,
    model_id bigint,
    stage text not null,
    requirements jsonb,
    created_by uuid,
    created_at timestamptz not null default now(),
    constraint promotion_policies_id_pkey primary key (id),
    constraint promotion_policies_model_id_fkey foreign key (model_id) references ml.registered_models (id),
    constraint promotion_policies_stage_check check (stage in ('staging', 'production')),
    constraint promotion_policies_requirements_check check (requirements is not null or model_id is not null)
);

create index promotion_policies_model_id_stage_id_idx on ml.promotion_policies (model_id, stage, id desc);

comment on table ml.promotion_policies is
    'What a stage demands. Append-only: the newest row of a model and stage counts, else the newest default of the stage.';
comment on column ml.promotion_policies.model_id is 'null: the default of all models.';
comment on column ml.promotion_policies.requirements is
    '{"min":{name:value},"max":{name:value},"passed":[name],"hours_in_staging":n,"better_than_baseline":{"metric","alpha","higher_is_better"},'
    '"not_worse_than_production":{"metric","tolerance","higher_is_better"}}; '
    'null: the model follows the default again.';

insert into ml.promotion_policies (stage, requirements)
values
    ('staging', '{
        "min": {"accuracy": 0.85},
        "max": {"inference_ms": 100},
        "passed": ["integration_test"],
        "better_than_baseline": {"metric": "balanced_accuracy", "alpha": 0.01}
    }'),
    ('production', '{
        "min": {"accuracy": 0.90},
        "max": {"inference_ms": 50},
        "passed": ["load_test", "security_scan", "ab_ready"],
        "hours_in_staging": 24,
        "better_than_baseline": {"metric": "balanced_accuracy", "alpha": 0.01},
        "not_worse_than_production": {"metric": "accuracy", "tolerance": 0}
    }');

create table ml.stage_transitions (
    id bigint generated always as identity,
    version_id bigint not null,
    from_stage text not null,
    to_stage text not null,
    reason text not null default '',
    checks jsonb not null default '[]',
    actor uuid,
    created_at timestamptz not null default clock_timestamp(),
    constraint stage_transitions_id_pkey primary key (id),
    constraint stage_transitions_version_id_fkey foreign key (version_id) references ml.model_versions (id),
    constraint stage_transitions_from_stage_check check (from_stage in ('none', 'staging', 'production', 'archived')),
    constraint stage_transitions_to_stage_check check (to_stage in ('staging', 'production', 'archived')),
    constraint stage_transitions_from_stage_to_stage_check check (from_stage <> to_stage)
);

create index stage_transitions_version_id_idx on ml.stage_transitions (version_id, id desc);

comment on table ml.stage_transitions is 'Every change of a stage, with what was checked for it. Append-only.';
