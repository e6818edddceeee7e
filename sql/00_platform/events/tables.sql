create table ml.event_types (
    name text not null,
    description text not null,
    constraint event_types_name_pkey primary key (name)
);

comment on table ml.event_types is 'The events a webhook endpoint can ask for.';
