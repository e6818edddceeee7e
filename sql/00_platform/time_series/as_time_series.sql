-- Time series: hypertables where TimescaleDB is installed, native range partitions elsewhere, with the same definition.

create or replace function ml_private.as_time_series(table_name text, time_column text, chunk interval, retain interval default null)
returns text
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_table regclass := ml_private.find_table(as_time_series.table_name);
    v_schema text;
    v_name text;
    v_options text[];
    v_form text;
begin
    perform ml_private.check_time_series(as_time_series.table_name, as_time_series.time_column, as_time_series.chunk, as_time_series.retain);
    select n.nspname, c.relname, c.reloptions into v_schema, v_name, v_options
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.oid = v_table;
    execute format('lock table %s in access exclusive mode', v_table);
    v_form := ml_private.time_series_form();
    insert into ml_private.time_series (schema_name, table_name, time_column, form, chunk, retain, storage_options)
    values (v_schema, v_name, as_time_series.time_column, v_form, as_time_series.chunk, as_time_series.retain, v_options);
    if v_form = 'timescale' then
        -- The older of its two signatures: only there can be told where the chunks go.
        execute format(
            'select %I.create_hypertable(
                %L::regclass, %L::name, chunk_time_interval => %L::interval, create_default_indexes => false, associated_schema_name => ''ml_series''
            )',
            ml_private.timescale_schema(), format('%I.%I', v_schema, v_name), as_time_series.time_column, as_time_series.chunk);
    else
        perform ml_private.make_partitioned(v_schema, v_name, as_time_series.time_column);
        while ml_private.make_next_partition(v_schema, v_name) > 0 loop
        end loop;
    end if;
    return v_form;
end
$$;

comment on function ml_private.as_time_series(text, text, interval, interval) is
    'Turn a just-created, empty table into a time series over a timestamptz column, in chunks of a fixed length, kept for retain (null: for ever). '
    'Returns the form: ''timescale'' where TimescaleDB is installed, else ''native''; alter database … set aimatrix.time_series = ''native'' forces '
    'the latter. Primary key and unique constraints must include the time column; no foreign key may point at the table. Call it right after create '
    'table, before policies, grants, indexes and triggers or after them: all are kept. Rows of any time are taken; a row''s time must not be changed '
    'later (TimescaleDB moves no row).';

create or replace function ml_private.is_time_series(table_name text)
returns boolean
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select exists (
        select from ml_private.time_series s
        where to_regclass(format('%I.%I', s.schema_name, s.table_name)) = ml_private.find_table(is_time_series.table_name)
    )
$$;

comment on function ml_private.is_time_series(text) is
    'Whether a table was made into a time series: code is run again by every release, and turns each table once.';

create or replace function ml_private.find_table(name text)
returns regclass
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return to_regclass(find_table.name);
exception when invalid_name then
    -- Up to Postgres 15.
    return null;
end
$$;

comment on function ml_private.find_table(text) is 'A table by its qualified name; null when there is none or the name is none.';

create or replace function ml_private.timescale_schema()
returns text
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select n.nspname from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace where e.extname = 'timescaledb'
$$;

comment on function ml_private.timescale_schema() is 'Where TimescaleDB''s functions live; null when it is not installed.';

create or replace function ml_private.time_series_form()
returns text
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select case
        when coalesce(current_setting('aimatrix.time_series', true), '') <> 'native' and ml_private.timescale_schema() is not null then 'timescale'
        else 'native'
    end
$$;

comment on function ml_private.time_series_form() is 'The form that a new time series gets in this database: timescale or native.';

create or replace function ml_private.check_time_series(table_name text, time_column text, chunk interval, retain interval)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_table regclass := ml_private.find_table(check_time_series.table_name);
    v_column smallint;
    v_fault text;
    v_filled boolean;
begin
    if v_table is null then
        perform ml_private.raise_unknown('table', check_time_series.table_name);
    end if;
    -- Months have no fixed length, so chunks of them would not be of one size.
    if chunk is null or chunk < interval '1 minute' or extract(year from chunk) <> 0 or extract(month from chunk) <> 0 then
        perform ml_private.raise_invalid(format('chunk must be at least 1 minute, in days or smaller units, not %s', coalesce(chunk::text, 'null')));
    elsif retain < chunk then
        perform ml_private.raise_invalid(format('retain (%s) must not be shorter than chunk (%s)', retain, chunk));
    end if;
    select a.attnum into v_column
    from pg_catalog.pg_attribute a
    where a.attrelid = v_table and a.attname = check_time_series.time_column and not a.attisdropped
        and a.atttypid = 'timestamptz'::regtype and a.attnotnull;
    if v_column is null then
        perform ml_private.raise_invalid(format('%s has no column %s of type timestamptz not null', v_table, coalesce(time_column, 'null')));
    end if;
    select case
        when exists (select from pg_catalog.pg_class c where c.oid = v_table and (c.relkind <> 'r' or c.relpersistence <> 'p' or c.relispartition))
            then 'it is no ordinary table, or is a time series already'
        when exists (select from pg_catalog.pg_inherits i where v_table in (i.inhparent, i.inhrelid)) then 'it inherits, or is a time series already'
        when exists (select from pg_catalog.pg_constraint k where k.confrelid = v_table) then 'a foreign key points at it'
        when exists (select from pg_catalog.pg_rewrite r where r.ev_class = v_table) then 'it has rules'
        when exists (select from pg_catalog.pg_trigger g where g.tgrelid = v_table and not g.tgisinternal and g.tgenabled <> 'O')
            then 'a trigger of it is switched off'
        when exists (
            select from pg_catalog.pg_index i
            where i.indrelid = v_table and (i.indisunique or i.indisexclusion) and not v_column = any (i.indkey::smallint[])
        ) then format('a primary key or unique constraint does not include %s', time_column)
    end into v_fault;
    if v_fault is not null then
        perform ml_private.raise_invalid(format('%s cannot become a time series: %s', v_table, v_fault), 'unsuitable_table');
    end if;
    execute format('select exists (select from %s)', v_table) into v_filled;
    if v_filled then
        perform ml_private.raise_invalid(format('%s cannot become a time series: it has rows', v_table), 'unsuitable_table', 'do it right after create table');
    end if;
end
$$;

comment on function ml_private.check_time_series(text, text, interval, interval) is
    'Refuse what ml_private.as_time_series cannot turn into a time series, in either form.';
