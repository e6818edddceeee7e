-- Model types as they are declared.

create or replace function ml_private.find_model_type(name text, task text)
returns ml.model_types
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_type ml.model_types;
begin
    select * into v_type from ml.model_types t where t.name = find_model_type.name;
    if v_type.name is null then
        perform ml_private.raise_invalid(
            format('model_type must be %s, not %s',
                (select string_agg(t.name, ' or ' order by t.name) from ml.model_types t), coalesce(to_json(left(find_model_type.name, 100))::text, 'null')),
            'invalid_config', 'see ml.model_types');
    elsif find_model_type.task is null or find_model_type.task <> all (v_type.tasks) then
        perform ml_private.raise_invalid(
            format('task must be %s for %s, not %s', array_to_string(v_type.tasks, ' or '), v_type.name,
                coalesce(to_json(left(find_model_type.task, 100))::text, 'null')),
            'invalid_config');
    end if;
    return v_type;
end
$$;

comment on function ml_private.find_model_type(text, text) is 'A model type that learns the task; 22023 invalid_config names those that there are.';
