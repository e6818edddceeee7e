create table ml_private.tick_tasks (
    name text not null,
    function_name text not null,
    every interval not null,
    urgent boolean not null default false,
    unfinished boolean not null default false,
    last_run_at timestamptz,
    last_milliseconds double precision,
    last_count bigint,
    last_error text,
    last_error_at timestamptz,
    failures integer not null default 0,
    constraint tick_tasks_name_pkey primary key (name),
    constraint tick_tasks_every_check check (every >= interval '0')
);

comment on table ml_private.tick_tasks is 'What ml_private.tick runs. Registered by each domain with ml_private.register_tick_task.';
comment on column ml_private.tick_tasks.urgent is 'Comes before all that is not urgent whenever it is due, also between two steps of another task.';
comment on column ml_private.tick_tasks.unfinished is 'The last step did something, so there may be more to do: the next step is due at once.';
comment on column ml_private.tick_tasks.last_error is 'Null when the last run went well.';
comment on column ml_private.tick_tasks.failures is 'Runs that failed in a row.';
