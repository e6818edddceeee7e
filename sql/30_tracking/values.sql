-- Parsing what callers log, and finding what they name.

create or replace function ml_private.current_actor()
returns uuid
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_subject text := auth.jwt() ->> 'sub';
begin
    -- auth.uid() would fail on a worker whose token names it by something else than a uuid.
    if v_subject ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
        return v_subject::uuid;
    end if;
    return null;
end
$$;

comment on function ml_private.current_actor() is
    'The user or worker behind this request, for columns that record who did it; null for service_role and the database itself.';

create or replace function ml_private.scalar_text(value jsonb)
returns text
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    -- 1, 1.0 and 1.00 are one number: a client that prints floats differently on its second attempt has changed nothing.
    if jsonb_typeof(scalar_text.value) = 'number' then
        return trim_scale(scalar_text.value::numeric)::text;
    end if;
    return scalar_text.value #>> '{}';
end
$$;

comment on function ml_private.scalar_text(jsonb) is 'A JSON string, number or boolean as text; numbers without trailing zeros.';

create or replace function ml_private.check_entries(entries jsonb, what text, max_entries integer, max_length integer)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_key text;
    v_problem text;
    v_count bigint;
begin
    if jsonb_typeof(check_entries.entries) is distinct from 'object' then
        perform ml_private.raise_invalid(
            format('%s must be an object of names and values, not %s', what, coalesce(jsonb_typeof(entries), 'null')), 'invalid_' || what);
    end if;
    select count(*) into v_count from jsonb_object_keys(check_entries.entries);
    if v_count > max_entries then
        perform ml_private.raise_invalid(
            format('%s holds %s entries, at most %s are allowed', what, v_count, max_entries), 'too_many_' || what, 'split them over several calls');
    end if;
    select p.key, p.problem
    into v_key, v_problem
    from (
        select e.key, case
            when length(e.key) not between 1 and 250 or e.key ~ '[[:cntrl:]]' then 'needs a name of 1 to 250 characters without control characters'
            when jsonb_typeof(e.value) not in ('string', 'number', 'boolean') then format(
                'must be a string, a number or a boolean, not %s', jsonb_typeof(e.value))
            when length(ml_private.scalar_text(e.value)) > max_length
                then format('has %s characters, at most %s are allowed', length(ml_private.scalar_text(e.value)), max_length)
            end as problem
        from jsonb_each(check_entries.entries) e
    ) p
    where p.problem is not null
    order by p.key
    limit 1;
    if v_problem is not null then
        perform ml_private.raise_invalid(format('%s entry %s %s', what, to_json(left(v_key, 100)), v_problem), 'invalid_' || what);
    end if;
end
$$;

comment on function ml_private.check_entries(jsonb, text, integer, integer) is
    'Refuse anything but an object of scalars with at most max_entries keys of 1 to 250 characters and values of at most max_length characters.';

create or replace function ml_private.entries_as_text(entries jsonb)
returns jsonb
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(jsonb_object_agg(e.key, ml_private.scalar_text(e.value)), '{}')
    from jsonb_each(entries_as_text.entries) e
$$;

comment on function ml_private.entries_as_text(jsonb) is 'The same object with every value as text.';

create or replace function ml_private.metric_value(value jsonb)
returns double precision
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_number numeric;
begin
    case jsonb_typeof(metric_value.value)
        when 'number' then
            v_number := metric_value.value::numeric;
            -- JSON numbers reach beyond doubles on both sides: too large is refused, too small is zero.
            if abs(v_number) > 1.7976931348623157e308 then
                return null;
            elsif abs(v_number) < 4.9406564584124654e-324 then
                return 0;
            end if;
            return v_number::double precision;
        when 'string' then
            if metric_value.value #>> '{}' in ('NaN', 'Infinity', '-Infinity') then
                return (metric_value.value #>> '{}')::double precision;
            end if;
        else
            null;
    end case;
    return null;
end
$$;

comment on function ml_private.metric_value(jsonb) is 'A JSON number, or one of the strings NaN, Infinity, -Infinity, as a double; null for anything else.';

create or replace function ml_private.metric_time(value jsonb, default_time timestamptz)
returns timestamptz
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_number numeric;
begin
    case coalesce(jsonb_typeof(metric_time.value), 'null')
        when 'null' then
            return metric_time.default_time;
        when 'number' then
            v_number := metric_time.value::numeric;
            if v_number between 0 and 253402300799999 then
                return to_timestamp((v_number / 1000)::double precision);
            end if;
        when 'string' then
            if metric_time.value #>> '{}' ~ '^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d(:?\d\d)?)$' then
                return (metric_time.value #>> '{}')::timestamptz;
            end if;
        else
            null;
    end case;
    return null;
exception
    when data_exception then
        return null;
end
$$;

comment on function ml_private.metric_time(jsonb, timestamptz) is
    'Milliseconds since 1970 or an ISO 8601 time with its zone; default_time where there is none; null for anything else.';

create or replace function ml_private.metric_step(value jsonb)
returns bigint
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_number numeric;
begin
    case coalesce(jsonb_typeof(metric_step.value), 'null')
        when 'null' then
            return 0;
        when 'number' then
            v_number := metric_step.value::numeric;
            if v_number between -9223372036854775808 and 9223372036854775807 and v_number = trunc(v_number) then
                return v_number::bigint;
            end if;
        else
            null;
    end case;
    return null;
end
$$;

comment on function ml_private.metric_step(jsonb) is 'A whole JSON number that fits a bigint; 0 where there is none; null for anything else.';

create or replace function ml_private.metric_problem(item jsonb)
returns text
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if jsonb_typeof(metric_problem.item) <> 'object' then
        return format('must be an object {key, value, step, timestamp}, not %s', jsonb_typeof(item));
    elsif item - array['key', 'value', 'step', 'timestamp'] <> '{}' then
        return format('has the unknown key %s',
            (select to_json(left(k, 100)) from jsonb_object_keys(item - array['key', 'value', 'step', 'timestamp']) k limit 1));
    elsif jsonb_typeof(item -> 'key') is distinct from 'string' or length(item ->> 'key') not between 1 and 250 or item ->> 'key' ~ '[[:cntrl:]]' then
        return format('needs a key of 1 to 250 characters without control characters, not %s', ml_private.show_json(item -> 'key'));
    elsif ml_private.metric_value(item -> 'value') is null then
        return format('(%s) needs a value that is a double, "NaN", "Infinity" or "-Infinity", not %s',
            to_json(left(item ->> 'key', 100)), ml_private.show_json(item -> 'value'));
    elsif ml_private.metric_step(item -> 'step') is null then
        return format('(%s) needs a step that is a whole number of 64 bits, not %s', to_json(left(item ->> 'key', 100)), ml_private.show_json(item -> 'step'));
    end if;
    return format('(%s) needs a timestamp from 1970 to now, in milliseconds or as ISO 8601 with its zone, not %s',
        to_json(left(item ->> 'key', 100)), ml_private.show_json(item -> 'timestamp'));
end
$$;

comment on function ml_private.metric_problem(jsonb) is 'What is wrong with a metric that ml_private.parse_metrics could not take.';

create or replace function ml_private.parse_metrics(run_id uuid, metrics jsonb)
returns ml.run_metrics[]
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_now timestamptz := clock_timestamp();
    v_rows ml.run_metrics[];
    v_bad bigint;
begin
    -- One pass parses all; only when something is null does a second pass look for the words.
    select
        coalesce(array_agg(row(parse_metrics.run_id, m.key, m.step, m.value, m.logged_at)::ml.run_metrics order by m.ord), '{}'),
        min(m.ord) filter (where not coalesce(m.known, false) or m.step is null or m.value is null or m.logged_at is null
            or m.logged_at > v_now + interval '1 day' or m.logged_at < 'epoch'
            or m.key is null or length(m.key) not between 1 and 250 or m.key ~ '[[:cntrl:]]')
    into v_rows, v_bad
    from (
        select
            e.ord,
            jsonb_typeof(e.item) = 'object' and o.item - array['key', 'value', 'step', 'timestamp'] = '{}' as known,
            case when jsonb_typeof(o.item -> 'key') = 'string' then o.item ->> 'key' end as key,
            ml_private.metric_step(o.item -> 'step') as step,
            ml_private.metric_value(o.item -> 'value') as value,
            ml_private.metric_time(o.item -> 'timestamp', v_now) as logged_at
        from jsonb_array_elements(parse_metrics.metrics) with ordinality e (item, ord)
        -- The operator - refuses a scalar on its left, so what is no object goes in as an empty one.
        cross join lateral (select case when jsonb_typeof(e.item) = 'object' then e.item else '{}' end) o (item)
        -- Keeps the planner from pulling the subquery up: every parsing function would then run once for each mention of its column above.
        offset 0
    ) m;
    if v_bad is not null then
        perform ml_private.raise_invalid(
            format('metric %s %s', v_bad, ml_private.metric_problem(parse_metrics.metrics -> (v_bad - 1)::integer)), 'invalid_metrics');
    end if;
    return v_rows;
end
$$;

comment on function ml_private.parse_metrics(uuid, jsonb) is
    'Metrics as the caller sent them, as rows of ml.run_metrics; the first that is wrong is named by its number from 1.';
