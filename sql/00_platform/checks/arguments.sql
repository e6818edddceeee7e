-- Checks of what callers send. Each refuses with 22023 in the one error form; none returns a value.

create or replace function ml_private.check_name(value text, what text)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    -- The length apart: a count in a regular expression costs 15 µs.
    if check_name.value is null or length(check_name.value) > 128 or check_name.value !~ '^[A-Za-z_][A-Za-z0-9_.-]*$' then
        perform ml_private.raise_invalid(
            format('%s must be a name, not %s', what, coalesce(to_json(left(value, 150))::text, 'null')),
            'invalid_name',
            'a name is 1 to 128 characters: letters of a to z, digits, _ . -, beginning with a letter or _'
        );
    end if;
end
$$;

comment on function ml_private.check_name(text, text) is
    'Refuse what is no name of a thing: 1 to 128 characters of A-Z a-z 0-9 _ . -, beginning with a letter or _. what begins the message.';

create or replace function ml_private.check_label(value text, what text, max_length integer default 250)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if check_label.value is null or length(value) not between 1 and max_length
        or value ~ '[\u0001-\u001f\u007f-\u009f]' or value ~ '^\s*$'
    then
        perform ml_private.raise_invalid(
            format('%s must be a line of text, not %s', what, coalesce(to_json(left(value, 150))::text, 'null')),
            'invalid_label',
            format('1 to %s characters, no control characters, not blank', max_length)
        );
    end if;
end
$$;

comment on function ml_private.check_label(text, text, integer) is
    'Refuse what is no line of free text: 1 to max_length characters, no control characters, not blank. what begins the message.';

create or replace function ml_private.check_text(value text, what text, max_length integer default 10000)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if check_text.value is null or length(value) > max_length then
        perform ml_private.raise_invalid(
            case when value is null then format('%s must be a text, not null', what)
            else format('%s has %s characters', what, length(value)) end,
            'invalid_text',
            format('at most %s characters', max_length)
        );
    end if;
end
$$;

comment on function ml_private.check_text(text, text, integer) is
    'Refuse null and texts above max_length characters. For descriptions and reasons: they may be empty and have several lines.';

-- A few bytes of JSON can be a number of 131,072 digits (1e131071), and text of such numbers could fill the memory before its length is known.
-- Only a value too small to hold many of them is written out unseen. (Looking costs 1 µs a number, four times what writing it out does.)
create or replace function ml_private.check_json(value jsonb, what text, max_bytes integer default 1048576)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if check_json.value is null then
        perform ml_private.raise_invalid(format('%s must be JSON, not null', what), 'invalid_json');
    elsif pg_column_size(value) > max_bytes * 4::bigint + 100 then
        perform ml_private.raise_invalid(
            format('%s is larger than %s bytes', what, max_bytes), 'too_large', 'store large values elsewhere and send a reference');
    elsif pg_column_size(value) > 4000
        and jsonb_path_exists(value, 'strict $.** ? (@ > 1e308 || @ < -1e308 || (@ > -1e-307 && @ < 1e-307 && @ != 0))')
    then
        perform ml_private.raise_invalid(
            format('%s holds a number beyond the range of double precision', what), 'number_out_of_range');
    elsif octet_length(value::text) > max_bytes then
        perform ml_private.raise_invalid(
            format('%s has %s bytes, the limit is %s', what, octet_length(value::text), max_bytes),
            'too_large',
            'store large values elsewhere and send a reference'
        );
    end if;
end
$$;

comment on function ml_private.check_json(jsonb, text, integer) is
    'Refuse SQL null, JSON above max_bytes as text, and (beyond 4,000 bytes) numbers outside double precision. JSON null passes. what begins the message.';

create or replace function ml_private.show_json(value jsonb)
returns text
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    -- Never the text of a whole array: a few bytes of JSON can hold numbers of a hundred thousand digits each.
    return case coalesce(jsonb_typeof(show_json.value), 'null')
        when 'null' then 'null'
        when 'object' then 'an object'
        when 'array' then 'an array'
        else left(show_json.value::text, 100)
    end;
end
$$;

comment on function ml_private.show_json(jsonb) is 'A JSON value for an error message: scalars as they are (100 characters), arrays and objects by their type.';
