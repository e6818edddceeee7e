create table ml.model_types (
    name text not null,
    description text not null,
    tasks text[] not null,
    input_kinds text[] not null,
    params jsonb not null,
    extra text,
    constraint model_types_name_pkey primary key (name),
    constraint model_types_tasks_check check (cardinality(tasks) > 0),
    constraint model_types_input_kinds_check check (input_kinds <@ '{number,category}' and cardinality(input_kinds) > 0)
);

comment on table ml.model_types is
    'What ml.train_model can train. Declared, a file each: whoever adds one writes its row here and a file of its name in the worker''s models.';
comment on column ml.model_types.tasks is 'Names of the tasks that it learns.';
comment on column ml.model_types.input_kinds is 'What its inputs may be: number, category (text).';
comment on column ml.model_types.params is
    'Its params in the words of JSON Schema: {"properties": {name: {"type","minimum","maximum","default","description"}}}.';
comment on column ml.model_types.extra is 'The extra of the worker''s package that it needs (pip install aimatrix-worker[extra]); null: none.';
