-- Upkeep of time series, by the tick: partitions ahead of time, rows of the default partition brought home, retention.

create or replace function ml_private.time_partition_name(schema_name text, table_name text, suffix text)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    -- Identifiers end at 63 bytes. A long name gives way to its hash, so that two series never meet in one name.
    select case
        when octet_length(t.name) + octet_length(time_partition_name.suffix) <= 62 then t.name
        else left(md5(t.name), 24)
    end || '_' || time_partition_name.suffix
    from (select time_partition_name.schema_name || '_' || time_partition_name.table_name as name) t
$$;

comment on function ml_private.time_partition_name(text, text, text) is 'The name in ml_series of a series'' partition.';

create or replace function ml_private.list_time_partitions(series regclass)
returns table (partition regclass, lower_bound timestamptz, upper_bound timestamptz)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select c.oid::regclass, b.bounds[1]::timestamptz, b.bounds[2]::timestamptz
    from pg_catalog.pg_inherits i
    join pg_catalog.pg_class c on c.oid = i.inhrelid
    cross join lateral regexp_match(pg_get_expr(c.relpartbound, c.oid), $re$FROM \('(.+)'\) TO \('(.+)'\)$re$) b (bounds)
    where i.inhparent = list_time_partitions.series
$$;

comment on function ml_private.list_time_partitions(regclass) is 'Partitions of a native series with their bounds; the default partition has null bounds.';

-- In UTC, where a day has 24 hours. Everybody is kept out for these milliseconds, from the parent on, though attaching alone would take weaker locks:
-- a writer that has already chosen the default partition for its row would fail when the row's own partition appears, and a reader that has already
-- planned would look for a moved row where it no longer is. Nobody queues behind this for more than a fifth of a second: then it gives up, and the
-- next tick tries again, long before the partitions made ahead run out.
create or replace function ml_private.make_time_partition(schema_name text, table_name text, lower_bound timestamptz)
returns boolean
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set lock_timeout = '200ms'
as $$
declare
    v_series ml_private.time_series;
    v_parent text := format('%I.%I', make_time_partition.schema_name, make_time_partition.table_name);
    v_default text;
    v_partition text;
    v_upper timestamptz;
    v_columns text;
begin
    select s.* into strict v_series
    from ml_private.time_series s
    where s.schema_name = make_time_partition.schema_name and s.table_name = make_time_partition.table_name;
    v_upper := make_time_partition.lower_bound + v_series.chunk;
    v_default := format('ml_series.%I', ml_private.time_partition_name(v_series.schema_name, v_series.table_name, 'default'));
    v_partition := format('ml_series.%I', ml_private.time_partition_name(
        v_series.schema_name, v_series.table_name, to_char(lower_bound at time zone 'UTC', 'YYYYMMDD_HH24MI')));
    execute format('lock table only %s, %s in access exclusive mode', v_parent, v_default);
    if to_regclass(v_partition) is not null then
        return false;
    end if;
    execute format(
        'create table %s (like %s including defaults including constraints including generated including storage)%s',
        v_partition, v_parent, ' with (' || array_to_string(v_series.storage_options, ', ') || ')');
    select string_agg(quote_ident(a.attname), ', ') into v_columns
    from pg_catalog.pg_attribute a
    where a.attrelid = v_parent::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = '';
    -- The rows only change their place, which is no event for anybody's triggers.
    execute format('alter table %s disable trigger user', v_default);
    execute format(
        'with moved as (delete from %1$s where %2$I >= %3$L and %2$I < %4$L returning *) insert into %5$s (%6$s) select %6$s from moved',
        v_default, v_series.time_column, lower_bound, v_upper, v_partition, v_columns);
    execute format('alter table %s enable trigger user', v_default);
    execute format('alter table %s attach partition %s for values from (%L) to (%L)', v_parent, v_partition, lower_bound, v_upper);
    return true;
exception when lock_not_available then
    return false;
end
$$;

comment on function ml_private.make_time_partition(text, text, timestamptz) is
    'Add the partition that begins at lower_bound to a native series and bring rows of its time from the default partition into it; false when a '
    'lock could not be had or another session was first.';

create or replace function ml_private.make_next_partition(schema_name text, table_name text)
returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set lock_timeout = '200ms'
as $$
declare
    v_series ml_private.time_series;
    v_parent regclass := to_regclass(format('%I.%I', make_next_partition.schema_name, make_next_partition.table_name));
    v_now timestamptz;
    v_start timestamptz;
begin
    select s.* into strict v_series
    from ml_private.time_series s
    where s.schema_name = make_next_partition.schema_name and s.table_name = make_next_partition.table_name;
    v_now := date_bin(v_series.chunk, now(), '2000-01-03Z');
    -- Chunks before the current one are made only where rows wait, back to 32 chunks: one old row must not cost a partition for every chunk since. A chunk
    -- for which too many rows wait stays in the default partition, where they are found as well as anywhere: moving them would lock everybody out for
    -- as long as that takes (half a million rows 8 s; 10,000 of them 0.1 s, and 0.15 s for looking through the others when the partition is attached).
    begin
        execute format(
            'select w.start
            from (
                select c.start, coalesce(d.waiting, 0) as waiting
                from (select %1$L::timestamptz + i * %2$L::interval as start from generate_series(-32, 3) i) c
                left join (
                    select date_bin(%2$L::interval, r.%3$I, ''2000-01-03Z'') as start, count(*) as waiting
                    from ml_series.%4$I r
                    where r.%3$I >= %5$L and r.%3$I < %1$L::timestamptz + 4 * %2$L::interval
                    group by 1
                ) d on d.start = c.start
            ) w
            where w.waiting <= 10000 and (w.waiting > 0 or w.start >= %1$L) and w.start >= %7$L and not exists (
                select from ml_private.list_time_partitions(%6$L::regclass) p
                where p.lower_bound < w.start + %2$L::interval and p.upper_bound > w.start
            )
            order by w.start desc
            limit 1',
            v_now, v_series.chunk, v_series.time_column,
            ml_private.time_partition_name(v_series.schema_name, v_series.table_name, 'default'),
            v_now - 32 * v_series.chunk, v_parent, coalesce(now() - v_series.retain, '-infinity'))
        into v_start;
    exception when lock_not_available then
        return 0;
    end;
    if v_start is null then
        return 0;
    end if;
    return ml_private.make_time_partition(v_series.schema_name, v_series.table_name, v_start)::integer;
end
$$;

comment on function ml_private.make_next_partition(text, text) is
    'Make one partition of a native series that is missing: for now, the next three chunks, or a chunk of the recent past that has a few rows in '
    'the default partition. 1, or 0 when none is missing or a lock could not be had.';

create or replace function ml_private.drop_old_chunks(schema_name text, table_name text)
returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set lock_timeout = '200ms'
as $$
declare
    v_series ml_private.time_series;
    v_cutoff timestamptz;
    v_parent text := format('%I.%I', drop_old_chunks.schema_name, drop_old_chunks.table_name);
    v_partition regclass;
    v_done integer;
begin
    select s.* into strict v_series
    from ml_private.time_series s
    where s.schema_name = drop_old_chunks.schema_name and s.table_name = drop_old_chunks.table_name;
    v_cutoff := now() - v_series.retain;
    if v_cutoff is null then
        return 0;
    elsif v_series.form = 'timescale' then
        execute format('select count(*) from %I.drop_chunks(%L::regclass, older_than => %L::timestamptz)', ml_private.timescale_schema(), v_parent, v_cutoff)
        into v_done;
        return v_done;
    end if;
    select p.partition into v_partition
    from ml_private.list_time_partitions(v_parent::regclass) p
    where p.upper_bound <= v_cutoff order by p.upper_bound limit 1;
    if v_partition is not null then
        execute format('drop table %s', v_partition);
        return 1;
    end if;
    execute format(
        'delete from ml_series.%1$I where ctid = any (array(select ctid from ml_series.%1$I where %2$I < %3$L limit 10000))',
        ml_private.time_partition_name(v_series.schema_name, v_series.table_name, 'default'), v_series.time_column, v_cutoff);
    get diagnostics v_done = row_count;
    return v_done;
exception when lock_not_available then
    return 0;
end
$$;

comment on function ml_private.drop_old_chunks(text, text) is
    'Drop some of what a series keeps longer than its retain: one partition, else old rows of the default partition, at most 10,000 (TimescaleDB: '
    'all old chunks). How many; 0 when a lock could not be had.';

create or replace function ml_private.maintain_time_series()
returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_series ml_private.time_series;
    v_done integer := 0;
    v_failed text;
    v_state text;
begin
    for v_series in select s.* from ml_private.time_series s order by s.schema_name, s.table_name loop
        if to_regclass(format('%I.%I', v_series.schema_name, v_series.table_name)) is null then
            delete from ml_private.time_series s where s.schema_name = v_series.schema_name and s.table_name = v_series.table_name;
            continue;
        end if;
        begin
            v_done := ml_private.drop_old_chunks(v_series.schema_name, v_series.table_name);
            if v_done = 0 and v_series.form = 'native' then
                v_done := ml_private.make_next_partition(v_series.schema_name, v_series.table_name);
            end if;
        exception when others then
            -- One series that cannot be kept up, or is locked for long, does not hold up those behind it.
            v_done := 0;
            v_failed := coalesce(v_failed, format('%s.%s: %s', v_series.schema_name, v_series.table_name, sqlerrm));
            v_state := coalesce(v_state, sqlstate);
        end;
        -- Both lock everybody out of a table until the transaction ends: so there is no second one in it.
        exit when v_done > 0;
    end loop;
    if v_done = 0 and v_failed is not null then
        raise exception '%', v_failed using errcode = v_state;
    end if;
    return v_done;
end
$$;

comment on function ml_private.maintain_time_series() is
    'The tick''s task for time series, one step: the first partition that is to be made or dropped, or a slice of old rows. How many partitions or '
    'rows; 0 when all is well.';

select ml_private.register_tick_task('time_series', 'ml_private.maintain_time_series', interval '1 minute');
