-- Upkeep of time series, by the tick: partitions ahead of time, rows of the default partition brought home, retention.

create function ml_private.time_partition_name(schema_name text, table_name text, suffix text)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
    -- Identifiers end at 63 bytes. A long name gives way to its hash, so that two series never meet in one name.
    select case
        when octet_length(t.name) + octet_length(time_partition_name.suffix) <= 62 then t.name
        else left(md5(t.name), 24)
    end || '_' || time_partition_name.suffix
    from (select time_partition_name.schema_name || '_' || time_partition_name.table_name as name) t
$$;

comment on function ml_private.time_partition_name(text, text, text) is 'The name in ml_series of a series'' partition.';

create function ml_private.list_time_partitions(series regclass)
returns table (partition regclass, lower_bound timestamptz, upper_bound timestamptz)
language sql
stable
security invoker
set search_path = ''
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
create function ml_private.make_time_partition(schema_name text, table_name text, lower_bound timestamptz)
returns boolean
language plpgsql
volatile
security invoker
set search_path = ''
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
    'Add the partition that begins at lower_bound to a native series and bring rows of its time from the default partition into it; false when a lock could not be had or another session was first.';

create function ml_private.make_time_partitions(schema_name text, table_name text)
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
set timezone = 'UTC'
set lock_timeout = '200ms'
as $$
declare
    v_series ml_private.time_series;
    v_parent regclass := to_regclass(format('%I.%I', make_time_partitions.schema_name, make_time_partitions.table_name));
    v_now timestamptz;
    v_starts timestamptz[];
    v_start timestamptz;
    v_made integer := 0;
begin
    select s.* into strict v_series
    from ml_private.time_series s
    where s.schema_name = make_time_partitions.schema_name and s.table_name = make_time_partitions.table_name;
    v_now := date_bin(v_series.chunk, now(), '2000-01-03Z');
    -- Chunks before the current one are made only where rows wait, back to 32 chunks: one old row must not cost a partition for every chunk since.
    begin
        execute format(
            'select array(
                select w.start
                from (
                    select %1$L::timestamptz + i * %2$L::interval as start from generate_series(0, 3) i
                    union
                    select date_bin(%2$L::interval, d.%3$I, ''2000-01-03Z'') from ml_series.%4$I d where d.%3$I >= %5$L and d.%3$I < %1$L
                ) w
                where w.start >= %7$L and not exists (
                    select from ml_private.list_time_partitions(%6$L::regclass) p
                    where p.lower_bound < w.start + %2$L::interval and p.upper_bound > w.start
                )
                order by w.start desc
                limit 8
            )',
            v_now, v_series.chunk, v_series.time_column,
            ml_private.time_partition_name(v_series.schema_name, v_series.table_name, 'default'),
            v_now - 32 * v_series.chunk, v_parent, coalesce(now() - v_series.retain, '-infinity'))
        into v_starts;
    exception when lock_not_available then
        return 0;
    end;
    foreach v_start in array v_starts loop
        exit when not ml_private.make_time_partition(v_series.schema_name, v_series.table_name, v_start);
        v_made := v_made + 1;
    end loop;
    return v_made;
end
$$;

comment on function ml_private.make_time_partitions(text, text) is
    'Make the partitions of a native series for now and the next three chunks, and for chunks of the recent past that have rows in the default partition; how many.';

create function ml_private.drop_old_chunks(schema_name text, table_name text)
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
set timezone = 'UTC'
set lock_timeout = '200ms'
as $$
declare
    v_series ml_private.time_series;
    v_cutoff timestamptz;
    v_parent text := format('%I.%I', drop_old_chunks.schema_name, drop_old_chunks.table_name);
    v_partition regclass;
    v_dropped integer := 0;
    v_deleted integer;
begin
    select s.* into strict v_series
    from ml_private.time_series s
    where s.schema_name = drop_old_chunks.schema_name and s.table_name = drop_old_chunks.table_name;
    v_cutoff := now() - v_series.retain;
    if v_cutoff is null then
        return 0;
    elsif v_series.form = 'timescale' then
        execute format('select count(*) from %I.drop_chunks(%L::regclass, older_than => %L::timestamptz)', ml_private.timescale_schema(), v_parent, v_cutoff)
        into v_dropped;
        return v_dropped;
    end if;
    for v_partition in
        select p.partition from ml_private.list_time_partitions(v_parent::regclass) p
        where p.upper_bound <= v_cutoff order by p.upper_bound limit 8
    loop
        execute format('drop table %s', v_partition);
        v_dropped := v_dropped + 1;
    end loop;
    execute format(
        'delete from ml_series.%1$I where ctid = any (array(select ctid from ml_series.%1$I where %2$I < %3$L limit 10000))',
        ml_private.time_partition_name(v_series.schema_name, v_series.table_name, 'default'), v_series.time_column, v_cutoff);
    get diagnostics v_deleted = row_count;
    return v_dropped + v_deleted;
exception when lock_not_available then
    return 0;
end
$$;

comment on function ml_private.drop_old_chunks(text, text) is
    'Drop what a series keeps longer than its retain: whole chunks, and old rows of the default partition. How many of either; 0 when a lock could not be had.';

create function ml_private.maintain_time_series()
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
    v_series ml_private.time_series;
    v_done integer := 0;
begin
    for v_series in select s.* from ml_private.time_series s order by s.schema_name, s.table_name loop
        if to_regclass(format('%I.%I', v_series.schema_name, v_series.table_name)) is null then
            delete from ml_private.time_series s where s.schema_name = v_series.schema_name and s.table_name = v_series.table_name;
            continue;
        end if;
        v_done := v_done + ml_private.drop_old_chunks(v_series.schema_name, v_series.table_name);
        if v_series.form = 'native' then
            v_done := v_done + ml_private.make_time_partitions(v_series.schema_name, v_series.table_name);
        end if;
    end loop;
    return v_done;
end
$$;

comment on function ml_private.maintain_time_series() is 'The tick''s task for time series: partitions ahead and retention. Returns partitions made and dropped, and rows deleted.';

revoke all on function
    ml_private.time_partition_name(text, text, text),
    ml_private.list_time_partitions(regclass),
    ml_private.make_time_partition(text, text, timestamptz),
    ml_private.make_time_partitions(text, text),
    ml_private.drop_old_chunks(text, text),
    ml_private.maintain_time_series()
    from public;

select ml_private.register_tick_task('time_series', 'ml_private.maintain_time_series', interval '1 minute', 900);
