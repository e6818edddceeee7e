-- What a history adds and ends when its source was written to. Told by the source as it is now, never by what a statement says that it wrote: triggers
-- of the source's own may have written to the rows again, and their statements' triggers come first.
-- A row of the source is known by its primary key, and each that is there has one version that is not superseded.
-- Planned once a session, as all triggers here are (see online/realtime.sql): without hash and merge joins each row is looked up in an index.

create or replace function ml_private.history_names(view_id bigint)
returns text[]
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select array(
        select n.name from unnest(ml_private.view_columns(history_names.view_id)) n (name)
        where n.name not in ('ml_recorded_at', 'ml_superseded_at')
        order by n.name)
$$;

comment on function ml_private.history_names(bigint) is 'The columns of its source that a history holds, by name.';

-- A row without a time never counts, no more than one of infinity; that can be looked up.
create or replace function ml_private.history_columns_sql(view_id bigint)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select string_agg(format(case when n.name = v.event_time then 'coalesce(r.%1$I, ''infinity'') as %1$I' else 'r.%1$I' end, n.name), ', ' order by n.name)
    from ml.feature_views v
    cross join unnest(ml_private.history_names(v.id)) n (name)
    where v.id = history_columns_sql.view_id
$$;

comment on function ml_private.history_columns_sql(bigint) is 'SQL text of the columns of a row r of the source as a history holds them.';

create or replace function ml_private.takes_over_sql(view_id bigint, alias text)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select format('case when %1$s then greatest(%2$s.%3$I, %2$s.%4$I) else ''infinity'' end', ml_private.usable_row_sql(v.id, takes_over_sql.alias),
        takes_over_sql.alias, v.event_time, v.created_time)
    from ml.feature_views v
    where v.id = takes_over_sql.view_id
$$;

comment on function ml_private.takes_over_sql(bigint, text) is 'SQL text of when a row of a history begins to count; infinity when it never does.';

-- By bytes: to a collation of its own two texts may be equal that are different values to a model. The created time as the source had it, which was
-- raised where the row was changed.
create or replace function ml_private.differs_sql(view_id bigint, relation oid)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select format('row(%s) is distinct from row(%s)',
        string_agg(format(case when a.attcollation <> 0 then 's.%I collate "C"' else 's.%I' end, n.name), ', ' order by n.name),
        string_agg(case when n.name = v.created_time then 'h.ml_created_at'
            else format(case when a.attcollation <> 0 then 'h.%I collate "C"' else 'h.%I' end, n.name) end, ', ' order by n.name))
    from ml.feature_views v
    cross join unnest(ml_private.history_names(v.id)) n (name)
    left join pg_catalog.pg_attribute a on a.attrelid = differs_sql.relation and a.attname = n.name and not a.attisdropped
    where v.id = differs_sql.view_id
$$;

comment on function ml_private.differs_sql(bigint, oid) is 'SQL text of whether a row s of the source is another than a version h of it.';

create or replace function ml_private.changed_rows_sql(view_id bigint, relation oid, keys_sql text)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select format($sql$
        select k."ml row", k."ml believed", h.ml_id as "ml standing", s.*
        from (%2$s) k
        left join lateral (
            select true as "ml found", %3$s from %4$s r where %5$s and %1$s = k."ml row" limit 1
        ) s on true
        left join lateral (
            select h.* from ml_private.history_%6$s h
            where h.ml_row = k."ml row" and coalesce(h.ml_superseded_at, 'infinity') = 'infinity' and h.ml_superseded_at is null
            limit 1
        ) h on true
        where (s."ml found" is null) <> (h.ml_id is null) or %7$s$sql$,
        ml_private.row_sql(changed_rows_sql.relation, v.history_key, 'r'),
        changed_rows_sql.keys_sql,
        ml_private.history_columns_sql(v.id),
        v.history_of,
        (select string_agg(format('r.%1$I = k.%1$I', n.name), ' and ' order by n.n) from unnest(v.history_key) with ordinality n (name, n)),
        v.id,
        ml_private.differs_sql(v.id, changed_rows_sql.relation))
    from ml.feature_views v
    where v.id = changed_rows_sql.view_id
$$;

comment on function ml_private.changed_rows_sql(bigint, oid, text) is
    'SQL text of the rows of a source, of those with the given keys, that are not what their standing version says: as they are now, "ml found" null '
    'where they are gone.';

-- New versions first: an entity's online row then mostly is none of those that are ended, and nothing has to be looked up again.
create or replace function ml_private.change_sql(view_id bigint, changed_sql text)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select format($sql$
        with changed as materialized (%1$s), added as (
            insert into ml_private.history_%2$s as a (%3$s, ml_created_at, ml_row, ml_recorded_at)
            select %4$s, %9$s, c."ml row", v_recorded from changed c where c."ml found"
            returning a.ml_row, a.ml_id, %5$s as entity_key, %6$s as at
        )
        select coalesce(array_agg(a.ml_row), '{}') || array(select c."ml row" from changed c where c."ml found" is null),
            array_agg(a.ml_id), array_agg(a.entity_key), array_agg(a.at), exists (select from changed c where c."ml standing" is not null)
        into v_rows, v_ids, v_entities, v_times, v_ends
        from added a;
        if v_ends then
            -- What counts stands until what replaces it for its entity does. What does not count yet never will. Found row by row and then updated by
            -- place: as a join, planned while the history was small, this read all of it for each row.
            select array_agg(e.place), coalesce(jsonb_object_agg(e.ml_id, e.until) filter (where e.until > v_now), '{}') into v_places, v_untils
            from unnest(v_rows, v_ids, v_entities, v_times) g (ml_row, ml_id, entity_key, at)
            cross join lateral (
                select h.ctid as place, h.ml_id, case when %7$s <= v_now and %8$s = g.entity_key then greatest(v_now, g.at) else v_now end as until
                from ml_private.history_%2$s h
                where h.ml_row = g.ml_row and coalesce(h.ml_superseded_at, 'infinity') > v_now and h.ml_id is distinct from g.ml_id
                offset 0
            ) e;
            update ml_private.history_%2$s h
            set ml_superseded_at = coalesce((v_untils ->> h.ml_id::text)::timestamptz, v_now)
            where h.ctid = any (v_places);
        end if;$sql$,
        change_sql.changed_sql,
        v.id,
        (select string_agg(format('%I', n.name), ', ' order by n.name) from unnest(ml_private.history_names(v.id)) n (name)),
        (select string_agg(format(
            -- A changed row was unknown before the change, whatever its created time says; an inserted one is believed.
            case when n.name = v.created_time
                then 'case when c."ml standing" is null and c."ml believed" then c.%1$I else greatest(c.%1$I, v_now) end' else 'c.%1$I' end, n.name),
            ', ' order by n.name) from unnest(ml_private.history_names(v.id)) n (name)),
        ml_private.entity_key_sql(e.join_keys, 'a'),
        ml_private.takes_over_sql(v.id, 'a'),
        ml_private.takes_over_sql(v.id, 'h'),
        ml_private.entity_key_sql(e.join_keys, 'h'),
        case when v.created_time = 'ml_recorded_at' then 'null' else format('c.%I', v.created_time) end)
    from ml.feature_views v
    join ml.entities e on e.id = v.entity_id
    where v.id = change_sql.view_id
$$;

comment on function ml_private.change_sql(bigint, text) is
    'SQL text that adds to a history what changed_sql says (as ml_private.changed_rows_sql does) and ends what it replaces, at v_now.';

-- Before all else, and in one statement that goes through them in order: so two writers of different rows of the same entities, each of which both
-- adds and ends, wait for one another in one order. An entity that is not online gets a row to be locked by; what is there is locked and not written.
create or replace function ml_private.lock_entities_sql(view_id bigint, relations text[])
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select case when v.mode = 'realtime' then format($sql$
        with placed as (
            insert into ml.online_features as o (view_id, entity_key, entity, values, event_time, written_at)
            select distinct on (p.entity_key) %1$s, p.entity_key, p.entity, '{}', '-infinity', clock_timestamp()
            from (select %2$s as entity_key, %3$s as entity from (%4$s) r where %5$s) p
            where octet_length(p.entity_key) <= 2000
            order by p.entity_key
            on conflict (view_id, entity_key) do update set written_at = o.written_at where false
            returning o.entity_key
        )
        select array_agg(p.entity_key) into v_placed from placed p;$sql$,
        v.id, ml_private.entity_key_sql(e.join_keys, 'r'), ml_private.entity_sql(e.join_keys, 'r'),
        (select string_agg(format('select %s from %s r', k.columns, u.relation), ' union ') from unnest(lock_entities_sql.relations) u (relation)),
        k.given) else '' end
    from ml.feature_views v
    join ml.entities e on e.id = v.entity_id
    cross join lateral (
        select string_agg(format('r.%I', k.name), ', ') as columns, string_agg(format('r.%I is not null', k.name), ' and ') as given
        from jsonb_to_recordset(e.join_keys) k (name text)
    ) k
    where v.id = lock_entities_sql.view_id
$$;

comment on function ml_private.lock_entities_sql(bigint, text[]) is
    'SQL text for a trigger on the source of a history: lock the online rows of all entities that were written; v_placed has those that had none.';
