-- What a trigger on a source holds against the view's registration in each call: columns and names change at any time.

-- In each trigger call, because a table's owner may give a column a type of his own, with a cast of his own, at any time. Other types of the catalog are no danger.
create function ml_private.check_column_types(relation oid, names text[], types oid[])
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
    v_name text;
begin
    select a.attname into v_name
    from unnest(check_column_types.names, check_column_types.types) e (name, type)
    join pg_catalog.pg_attribute a on a.attrelid = relation and a.attname = e.name
    where a.atttypid <> e.type and a.atttypid >= 16384
    limit 1;
    if found then
        perform ml_private.raise_conflict(
            format('column %I of %s got another type since a feature view was registered on it', v_name, ml_private.relation_name(relation)), 'type_mismatch',
            'give it a type of the database, or retire the feature views that read it');
    end if;
end
$$;

comment on function ml_private.check_column_types(oid, text[], oid[]) is
    'Refuse a column that is not of its type at registration, nor of one of the database''s own (whose oids are below 16384): PT409.';

-- A trigger reads its source by name. A table that was renamed since is not what stands there now: another's view may.
create function ml_private.check_source_name(relation oid, source text)
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
    if to_regclass(check_source_name.source) is distinct from check_source_name.relation then
        perform ml_private.raise_conflict(
            format('%s was called %s when a feature view was registered on it', ml_private.relation_name(relation), check_source_name.source), 'source_renamed',
            'give it its name back, or retire the feature views that read it');
    end if;
end
$$;

comment on function ml_private.check_source_name(oid, text) is 'Refuse a write to a source that has another name than at registration: PT409 source_renamed.';

create function ml_private.check_types_sql(view_id bigint)
returns text
language sql
stable
security definer
set search_path = ''
as $$
    select format('perform ml_private.check_column_types(tg_relid, %L, %L);', array_agg(a.attname order by a.attname), array_agg(a.atttypid order by a.attname))
    from ml.feature_views v
    join pg_catalog.pg_attribute a on a.attrelid = v.source::regclass and a.attname = any (ml_private.view_columns(v.id)) and not a.attisdropped
    where v.id = check_types_sql.view_id
$$;

comment on function ml_private.check_types_sql(bigint) is 'SQL text for a trigger: check the types of the columns that a view reads.';

revoke all on function
    ml_private.check_column_types(oid, text[], oid[]),
    ml_private.check_source_name(oid, text),
    ml_private.check_types_sql(bigint)
    from public;
