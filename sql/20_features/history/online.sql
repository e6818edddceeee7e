-- The online store of a view that keeps a history. A row of a history may end before, or when, another takes over that is older by its times, so what
-- came due is not promoted by comparing it with what stands online: the entity is looked up anew, as of now. Pending rows say when.

-- The online rows first, those that are there before those that are not, then the pending ones that are due.
-- There has to be one before anything is looked up, lest another transaction is just putting it in: whoever waits for that sees its row of the
-- history afterwards.
create or replace function ml_private.settle_history(view_id bigint, entity_keys text[], clock timestamptz)
returns bigint
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_settled bigint;
begin
    perform from ml.online_features o
    where o.view_id = settle_history.view_id and o.entity_key = any (settle_history.entity_keys)
    order by o.entity_key
    for update;
    insert into ml.online_features (view_id, entity_key, entity, values, event_time, created_time, written_at)
    select distinct on (p.entity_key) p.view_id, p.entity_key, p.entity, p.values, p.event_time, p.created_time, clock_timestamp()
    from ml_private.online_pending p
    where p.view_id = settle_history.view_id and p.entity_key = any (settle_history.entity_keys) and p.due_at <= settle_history.clock
    order by p.entity_key
    on conflict on constraint online_features_view_id_entity_key_pkey do nothing;
    perform from ml.online_features o
    where o.view_id = settle_history.view_id and o.entity_key = any (settle_history.entity_keys)
    order by o.entity_key
    for update;
    perform from ml_private.online_pending p
    where p.view_id = settle_history.view_id and p.entity_key = any (settle_history.entity_keys) and p.due_at <= settle_history.clock
    order by p.entity_key, p.event_time, p.row_hash
    for update;
    -- Also those of which somebody else has settled what was due meanwhile: the row may be the one from above.
    perform ml_private.renew_online(settle_history.view_id, settle_history.entity_keys, settle_history.clock);
    delete from ml_private.online_pending p
    where p.view_id = settle_history.view_id and p.entity_key = any (settle_history.entity_keys) and p.due_at <= settle_history.clock;
    get diagnostics v_settled = row_count;
    return v_settled;
end
$$;

comment on function ml_private.settle_history(bigint, text[], timestamptz) is
    'Look entities up anew of which rows have come due, and drop those rows; returns how many.';

create or replace function ml_private.promote_history(view_id bigint, max_rows integer)
returns bigint
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_clock timestamptz := ml_private.online_clock();
    v_keys text[];
    v_held text[];
begin
    v_keys := array(
        select p.entity_key from ml_private.online_pending p
        where p.view_id = promote_history.view_id and p.due_at <= v_clock
        order by p.due_at
        limit promote_history.max_rows);
    -- Entities of which a writer holds a row are left for the next call.
    v_held := array(
        select p.entity_key from ml_private.online_pending p
        where p.view_id = promote_history.view_id and p.entity_key = any (v_keys) and p.due_at <= v_clock
        order by p.entity_key, p.event_time, p.row_hash
        for update skip locked);
    v_keys := array(
        select p.entity_key from ml_private.online_pending p
        where p.view_id = promote_history.view_id and p.entity_key = any (v_held) and p.due_at <= v_clock
        group by p.entity_key
        having count(*) = (select count(*) from unnest(v_held) h where h = p.entity_key));
    v_held := array(
        select o.entity_key from ml.online_features o
        where o.view_id = promote_history.view_id and o.entity_key = any (v_keys)
        order by o.entity_key
        for update skip locked);
    v_keys := array(
        select k from unnest(v_keys) k
        where k = any (v_held)
            or not exists (select from ml.online_features o where o.view_id = promote_history.view_id and o.entity_key = k));
    return ml_private.settle_history(promote_history.view_id, v_keys, v_clock);
end
$$;

comment on function ml_private.promote_history(bigint, integer) is 'ml_private.promote_view for a view that keeps a history.';

create or replace function ml_private.read_history(
    view_id bigint, entity_keys text[], read_at timestamptz, out row_values jsonb[], out event_times timestamptz[])
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- @plpgsql_check_options: security_warnings = off
begin
    execute format($sql$
        select array_agg(o.row_values order by k.n), array_agg(o.event_time order by k.n)
        from unnest($1) with ordinality k (entity_key, n)
        left join lateral (
            select p.entity from ml_private.online_pending p where p.view_id = %1$s and p.entity_key = k.entity_key and p.due_at <= $2 limit 1
        ) d on true
        left join lateral (
            select n.row_values, n.event_time from ml_private.newest_row_%1$s(d.entity, $2) n where d.entity is not null
            union all
            (select f.values, f.event_time from ml.online_features f where f.view_id = %1$s and f.entity_key = k.entity_key and d.entity is null limit 1)
        ) o on true$sql$, read_history.view_id)
    into row_values, event_times using read_history.entity_keys, read_history.read_at;
end
$$;

comment on function ml_private.read_history(bigint, text[], timestamptz) is
    'ml_private.read_with_pending for a view that keeps a history: an entity of which a row has come due is looked up.';
