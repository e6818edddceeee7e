do $$
begin
    -- Loading it any later than at server start is not possible. A database setting keeps to the native form: see ml_private.as_time_series.
    if coalesce(current_setting('aimatrix.time_series', true), '') <> 'native'
        and current_setting('shared_preload_libraries', true) ~ '\ytimescaledb\y'
        and exists (select from pg_catalog.pg_available_extensions a where a.name = 'timescaledb' and a.installed_version is null)
    then
        create extension if not exists timescaledb with schema extensions;
    end if;
exception when insufficient_privilege then
    raise notice 'TimescaleDB may not be installed by %, time series take the native form', current_user;
end
$$;

create table ml_private.time_series (
    schema_name text not null,
    table_name text not null,
    time_column text not null,
    form text not null,
    chunk interval not null,
    retain interval,
    storage_options text[],
    created_at timestamptz not null default now(),
    constraint time_series_pkey primary key (schema_name, table_name),
    constraint time_series_form_check check (form in ('timescale', 'native')),
    constraint time_series_chunk_check check (chunk >= interval '1 minute'),
    constraint time_series_retain_check check (retain >= chunk)
);

comment on table ml_private.time_series is 'Tables that ml_private.as_time_series made into time series. To change how long rows are kept, update retain.';
comment on column ml_private.time_series.storage_options is
    'Storage parameters such as fillfactor=80: a partitioned table cannot hold them, each partition gets them.';
comment on column ml_private.time_series.retain is 'Rows older than this are dropped by the tick, a whole chunk at a time; null: kept for ever.';
