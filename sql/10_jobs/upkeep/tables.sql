create table ml.queue_settings (
    queue text not null,
    retain_days integer not null default 30,
    announce boolean not null default true,
    updated_at timestamptz not null default now(),
    constraint queue_settings_queue_pkey primary key (queue),
    constraint queue_settings_retain_days_check check (retain_days between 0 and 3650)
);

comment on table ml.queue_settings is 'Settings of queues that differ from the defaults. Written by ml.set_queue_settings only.';
comment on column ml.queue_settings.retain_days is 'Finished jobs are deleted after so many days.';
comment on column ml.queue_settings.announce is 'Whether changes of its jobs are told on Realtime and to webhooks. Workers are woken all the same.';
