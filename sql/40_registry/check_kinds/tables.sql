create table ml.check_kinds (
    name text not null,
    description text not null,
    options jsonb not null,
    evidence text not null,
    held_out boolean not null default false,
    constraint check_kinds_name_pkey primary key (name)
);

comment on table ml.check_kinds is
    'What ml.queue_model_check can queue. Declared, a file each: whoever adds one writes its row here and a file of its name in the worker''s kinds.';
comment on column ml.check_kinds.options is
    'Its options in the words of JSON Schema: {"properties": {name: {"type","minimum","maximum","description","engineers"}}}. engineers: {"minimum",'
    '"maximum"}, what an engineer may ask for; outside it a check would be so easy to pass that asking for it would be a way around the policy.';
comment on column ml.check_kinds.evidence is 'What evidence its jobs record, for people.';
comment on column ml.check_kinds.held_out is 'Measures on held-out rows, which the version must not have learned from.';
