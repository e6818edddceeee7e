-- How a history knows the rows of its source: by their primary key, as a JSON array (ml_row).

create or replace function ml_private.primary_key(relation oid)
returns text[]
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- One that is deferrable lets two rows be one until the end of a transaction.
    select array_agg(a.attname::text order by k.n)
    from pg_catalog.pg_index i
    cross join unnest(string_to_array(i.indkey::text, ' ')::smallint[]) with ordinality k (attnum, n)
    join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
    where i.indrelid = primary_key.relation and i.indisprimary and i.indimmediate and not i.indisexclusion and k.n <= i.indnkeyatts
$$;

comment on function ml_private.primary_key(oid) is 'The columns of the primary key of a table, in order; null when it has none, or a deferrable one.';

create or replace function ml_private.check_has_key(relation oid)
returns void
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_key text[] := ml_private.primary_key(relation);
begin
    if v_key is null then
        -- Of a row that cannot be named nobody can say what became of it.
        perform ml_private.raise_invalid(
            format('%s has no primary key, or a deferrable one, so a change cannot be told of its row', ml_private.relation_name(relation)),
            'history_unsupported',
            format('alter table %s add primary key (…); a column "generated always as identity" will do', ml_private.relation_name(relation)));
    end if;
    perform ml_private.column_type(relation, k.name, 'primary key') from unnest(v_key) k (name);
end
$$;

comment on function ml_private.check_has_key(oid) is 'Refuse a table whose rows nothing names: 22023 history_unsupported.';

-- In each trigger call: rows that are known by one key cannot be found by another.
create or replace function ml_private.check_same_key(relation oid, key text[])
returns void
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if ml_private.primary_key(relation) is distinct from check_same_key.key then
        perform ml_private.raise_conflict(
            format('%s has not the primary key (%s) any more, by which a feature view knows its rows', ml_private.relation_name(relation),
                array_to_string(check_same_key.key, ', ')),
            'primary_key_changed', 'give it that primary key back, or retire the feature views that keep its history');
    end if;
end
$$;

comment on function ml_private.check_same_key(oid, text[]) is
    'Refuse a write to a source that has another primary key than when its history began: PT409 primary_key_changed.';

-- Told by bytes, whatever collation the key has. An index entry holds 2,704 bytes; of a longer key its hash will do.
create or replace function ml_private.row_sql(relation oid, key text[], alias text)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select format(
        case when k.long then 'case when octet_length(%1$s::text) <= 2000 then %1$s '
            'else jsonb_build_object(''sha256'', encode(sha256(convert_to(%1$s::text, ''UTF8'')), ''hex'')) end' else '%1$s' end, k.row)
    from (
        select coalesce(bool_or(a.attlen = -1), false) as long,
            ml_private.json_call('jsonb_build_array', array_agg(case
                -- Without the padding, which the column's length decides; and not by a cast to json, which the owner of an enum may have made.
                when a.atttypid is null then format('%s.%I', row_sql.alias, n.name)
                when ml_private.column_type(row_sql.relation, n.name, 'primary key') = 'bpchar' then format('%s.%I::text', row_sql.alias, n.name)
                when ml_private.column_type(row_sql.relation, n.name, 'primary key') = 'enum' then format('pg_catalog.concat(%s.%I)', row_sql.alias, n.name)
                else format('%s.%I', row_sql.alias, n.name) end order by n.n)) as row
        from unnest(row_sql.key) with ordinality n (name, n)
        left join pg_catalog.pg_attribute a on a.attrelid = row_sql.relation and a.attname = n.name and not a.attisdropped
    ) k
$$;

comment on function ml_private.row_sql(oid, text[], text) is 'SQL text of what names a row of a source in its history.';
