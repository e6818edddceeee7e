-- Checks of JSON that a caller sends: its keys, its numbers, its texts.

create or replace function ml_private.check_keys(value jsonb, allowed text[], what text)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_unknown text;
begin
    if jsonb_typeof(check_keys.value) is distinct from 'object' then
        perform ml_private.raise_invalid(format('%s must be an object, not %s', what, coalesce(left(value::text, 100), 'null')));
    end if;
    select k into v_unknown from jsonb_object_keys(check_keys.value) k where k <> all (allowed) order by k limit 1;
    if found then
        perform ml_private.raise_invalid(
            format('%s has the unknown key %s', what, to_json(left(v_unknown, 100))), 'unknown_key', 'the keys are ' || array_to_string(allowed, ', '));
    end if;
end
$$;

comment on function ml_private.check_keys(jsonb, text[], text) is 'Refuse a configuration that is not an object or has a key nobody reads.';

create or replace function ml_private.is_number(value jsonb, low numeric, high numeric)
returns boolean
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    -- The comparison happens in numeric, before any cast: 1e400 is a valid JSON number.
    return case jsonb_typeof(is_number.value) when 'number' then is_number.value::numeric between low and high else false end;
end
$$;

comment on function ml_private.is_number(jsonb, numeric, numeric) is 'True for a JSON number between low and high.';

create or replace function ml_private.is_whole(value jsonb, low numeric, high numeric)
returns boolean
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return case when ml_private.is_number(is_whole.value, is_whole.low, is_whole.high) then is_whole.value::numeric = trunc(is_whole.value::numeric)
        else false end;
end
$$;

comment on function ml_private.is_whole(jsonb, numeric, numeric) is 'True for a JSON number without fraction between low and high.';

create or replace function ml_private.text_of(value jsonb, what text)
returns text
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if jsonb_typeof(text_of.value) is distinct from 'string' then
        perform ml_private.raise_invalid(format('%s must be a string, not %s', what, ml_private.show_json(value)));
    end if;
    return value #>> '{}';
end
$$;

comment on function ml_private.text_of(jsonb, text) is 'The text of a JSON string; anything else is refused.';

create or replace function ml_private.whole_setting(config jsonb, key text, low numeric, high numeric, default_value numeric)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if not whole_setting.config ? whole_setting.key then
        return to_jsonb(whole_setting.default_value);
    elsif not ml_private.is_whole(whole_setting.config -> whole_setting.key, whole_setting.low, whole_setting.high) then
        perform ml_private.raise_invalid(
            format('%s must be a whole number from %s to %s, not %s', whole_setting.key, whole_setting.low, whole_setting.high,
                ml_private.show_json(whole_setting.config -> whole_setting.key)),
            'invalid_config');
    end if;
    return whole_setting.config -> whole_setting.key;
end
$$;

comment on function ml_private.whole_setting(jsonb, text, numeric, numeric, numeric) is 'A whole number of a config, or its default.';
