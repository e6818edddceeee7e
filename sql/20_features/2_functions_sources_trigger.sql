-- What a trigger on a source holds against the view's registration in each call: columns and names change at any time.

-- In each trigger call, because a table's owner may give a column a type of his own, with a cast of his own, at any time. Other types of the catalog are no danger.
create function ml_private.check_column_types(relation oid, names text[], types oid[])
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
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

create function ml_private.check_known_types(relation oid, columns text[])
returns void
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_name text;
begin
    with recursive types (name, oid) as (
        select a.attname, a.atttypid
        from pg_catalog.pg_attribute a
        where a.attrelid = check_known_types.relation and a.attnum > 0 and not a.attisdropped and a.attname = any (check_known_types.columns)
        union
        select y.name, t.typbasetype from types y join pg_catalog.pg_type t on t.oid = y.oid and t.typtype = 'd'
    )
    select y.name into v_name
    from types y
    join pg_catalog.pg_type t on t.oid = y.oid
    where y.oid >= 16384 and t.typtype not in ('d', 'e')
    limit 1;
    if found then
        perform ml_private.raise_conflict(
            format('column %I of %s has a type that is not the database''s own', v_name, ml_private.relation_name(relation)), 'type_mismatch',
            'give it a type of the database');
    end if;
end
$$;

comment on function ml_private.check_known_types(oid, text[]) is
    'Refuse columns whose type, below any domain, is neither the database''s own nor an enum: reading them would call the casts of its maker. PT409 type_mismatch.';

-- A trigger reads its source by name. A table that was renamed since is not what stands there now: another's view may. And one that was given away has the new owner's indexes.
create function ml_private.check_source_name(relation oid, source text, owner oid)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if to_regclass(check_source_name.source) is distinct from check_source_name.relation then
        perform ml_private.raise_conflict(
            format('%s was called %s when a feature view was registered on it', ml_private.relation_name(relation), check_source_name.source), 'source_renamed',
            'give it its name back, or retire the feature views that read it');
    elsif check_source_name.owner <> (select c.relowner from pg_catalog.pg_class c where c.oid = check_source_name.relation)
        and (ml_private.find_untrusted(relation)).name is not null
    then
        perform ml_private.raise_conflict(
            format('%s got another owner since a feature view was registered on it', check_source_name.source), 'source_owner',
            format('give it back, an admin who trusts its owner calls ml.allow_source(%L, functions => true), or retire the feature views that read it', check_source_name.source));
    end if;
end
$$;

comment on function ml_private.check_source_name(oid, text, oid) is
    'Refuse a write to a source that has another name or owner than at registration: PT409 source_renamed, source_owner.';

create function ml_private.check_types_sql(view_id bigint, relation oid)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select format('perform ml_private.check_column_types(tg_relid, %L, %L);', array_agg(a.attname order by a.attname), array_agg(a.atttypid order by a.attname))
    from ml.feature_views v
    join pg_catalog.pg_attribute a on a.attrelid = check_types_sql.relation and a.attname = any (ml_private.view_columns(v.id)) and not a.attisdropped
    where v.id = check_types_sql.view_id
$$;

comment on function ml_private.check_types_sql(bigint, oid) is 'SQL text for a trigger on a relation: check the types of the columns that a view reads.';

revoke all on function
    ml_private.check_column_types(oid, text[], oid[]),
    ml_private.check_source_name(oid, text, oid),
    ml_private.check_known_types(oid, text[]),
    ml_private.check_types_sql(bigint, oid)
    from public;
