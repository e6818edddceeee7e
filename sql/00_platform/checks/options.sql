-- Options that are declared as rows, in the words of JSON Schema: {"properties": {name: {"type": "integer" | "number", "minimum", "maximum", "default",
-- "description"}}}. What is not declared is refused; what is left out gets its default, where it has one.

create or replace function ml_private.resolve_options(schema jsonb, options jsonb, what text, code text)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_properties constant jsonb := resolve_options.schema -> 'properties';
    v_option record;
    v_value jsonb;
    v_resolved jsonb := '{}'::jsonb;
begin
    perform ml_private.check_keys(resolve_options.options, array(select k from jsonb_object_keys(v_properties) k order by k), what);
    for v_option in
        select e.key as name, e.value ->> 'type' as type, e.value -> 'default' as default_value,
            coalesce((e.value -> 'minimum')::numeric, '-Infinity') as low, coalesce((e.value -> 'maximum')::numeric, 'Infinity') as high
        from jsonb_each(v_properties) e
        order by e.key
    loop
        v_value := coalesce(resolve_options.options -> v_option.name, v_option.default_value);
        continue when v_value is null;
        if not (case v_option.type
            when 'integer' then ml_private.is_whole(v_value, v_option.low, v_option.high)
            else ml_private.is_number(v_value, v_option.low, v_option.high) end)
        then
            perform ml_private.raise_invalid(
                format('%s.%s must be a %snumber from %s to %s, not %s', what, v_option.name, case v_option.type when 'integer' then 'whole ' else '' end,
                    v_option.low, v_option.high, ml_private.show_json(v_value)),
                code);
        end if;
        v_resolved := v_resolved || jsonb_build_object(v_option.name, v_value);
    end loop;
    return v_resolved;
end
$$;

comment on function ml_private.resolve_options(jsonb, jsonb, text, text) is
    'Options with their defaults, as a declared schema wants them; unknown ones and values out of range are refused with the code.';

create or replace function ml_private.is_option_schema(schema jsonb)
returns boolean
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(jsonb_typeof(is_option_schema.schema -> 'properties') = 'object', false)
        and is_option_schema.schema - 'properties' = '{}'
        and not exists (
            select
            from jsonb_each(is_option_schema.schema -> 'properties') e
            where jsonb_typeof(e.value) <> 'object'
                or e.value - '{type,minimum,maximum,default,description,engineers}'::text[] <> '{}'
                or coalesce(e.value ->> 'type', '') not in ('integer', 'number')
                or coalesce(e.value ->> 'description', '') = ''
                or coalesce(jsonb_typeof(e.value -> 'minimum'), 'number') <> 'number'
                or coalesce(jsonb_typeof(e.value -> 'maximum'), 'number') <> 'number'
                or coalesce(jsonb_typeof(e.value -> 'default'), 'number') <> 'number'
        )
$$;

comment on function ml_private.is_option_schema(jsonb) is
    'True for what ml_private.resolve_options reads. engineers, in a property: {"minimum","maximum"}, the range that needs no admin.';
