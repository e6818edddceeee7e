-- What is likely to be a mistake in a feature view, said when it is registered.

create or replace function ml_private.view_warnings(relation oid, join_keys jsonb)
returns jsonb
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(jsonb_agg(jsonb_build_object(
        'code', 'source_keeps_no_history', 'index', u.name,
        'message', format(
            '%s has one row an entity (unique index %s): after an update its earlier values are gone, and a training dataset finds null for every '
            'label older than the row; keep_history => true keeps them',
            ml_private.relation_name(relation), u.name))), '[]')
    from (
        select c.relname as name
        from pg_catalog.pg_index i
        join pg_catalog.pg_class c on c.oid = i.indexrelid
        where i.indrelid = view_warnings.relation and i.indisunique and i.indisvalid and i.indpred is null
            and not exists (
                select
                from unnest((string_to_array(i.indkey::text, ' ')::smallint[])[1:i.indnkeyatts]) k (attnum)
                left join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
                where coalesce(a.attname::text, '') not in (select j.name from jsonb_to_recordset(view_warnings.join_keys) j (name text)))
        order by c.relname
        limit 1
    ) u
$$;

comment on function ml_private.view_warnings(oid, jsonb) is
    'The warnings of a feature view: source_keeps_no_history when the join keys, or some of them, are unique in the source.';
