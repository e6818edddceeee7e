-- Lineage: what was made from what, walkable both ways.

create or replace function ml_private.add_lineage(from_kind text, from_id text, to_kind text, to_id text)
returns void
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    insert into ml.lineage_edges (from_kind, from_id, to_kind, to_id)
    values (add_lineage.from_kind, add_lineage.from_id, add_lineage.to_kind, add_lineage.to_id)
    on conflict on constraint lineage_edges_pkey do nothing
$$;

comment on function ml_private.add_lineage(text, text, text, text) is 'Record that one thing was made from another. Adding an edge again changes nothing.';

create or replace function ml_private.lineage_name(kind text, id text)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select case lineage_name.kind
        when 'source' then lineage_name.id
        when 'feature_view' then (select v.name || '@' || v.version from ml.feature_views v where v.id::text = lineage_name.id)
        when 'feature' then (
            select v.name || '@' || v.version || ':' || f.name
            from ml.features f
            join ml.feature_views v on v.id = f.view_id
            where f.id::text = lineage_name.id)
        when 'dataset' then (select d.name from ml.datasets d where d.id::text = lineage_name.id)
    end
$$;

comment on function ml_private.lineage_name(text, text) is 'What people call a node of the lineage graph; null for kinds of later domains.';

-- Edges, not paths, are what is walked: union drops what was seen, so a diamond is walked once and a cycle ends.
-- api: viewer
create or replace function ml_private.get_lineage(kind text, id text, direction text default 'upstream')
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_upstream boolean;
    v_result jsonb;
begin
    perform ml_private.require_role('viewer');
    if coalesce(get_lineage.kind, '') not in ('source', 'feature_view', 'feature', 'dataset', 'run', 'model_version', 'deployment') then
        perform ml_private.raise_invalid(
            format('unknown kind %s', coalesce(quote_literal(left(get_lineage.kind, 60)), 'null')), 'invalid_argument',
            'the kinds are source, feature_view, feature, dataset, run, model_version and deployment');
    end if;
    if coalesce(length(get_lineage.id), 0) not between 1 and 300 then
        perform ml_private.raise_invalid(format('id must be text of 1 to 300 characters, not %s', coalesce(left(get_lineage.id, 60), 'null')));
    end if;
    if coalesce(get_lineage.direction, '') not in ('upstream', 'downstream') then
        perform ml_private.raise_invalid(
            format('unknown direction %s', coalesce(quote_literal(left(get_lineage.direction, 60)), 'null')), 'invalid_argument',
                'the directions are upstream and downstream');
    end if;
    v_upstream := get_lineage.direction = 'upstream';
    with recursive edges as (
        select e.from_kind, e.from_id, e.to_kind, e.to_id
        from ml.lineage_edges e
        where case when v_upstream then e.to_kind = get_lineage.kind and e.to_id = get_lineage.id
            else e.from_kind = get_lineage.kind and e.from_id = get_lineage.id end
        union
        select e.from_kind, e.from_id, e.to_kind, e.to_id
        from edges p
        join ml.lineage_edges e on case when v_upstream then e.to_kind = p.from_kind and e.to_id = p.from_id
            else e.from_kind = p.to_kind and e.from_id = p.to_id end
    ), nodes as (
        select get_lineage.kind as kind, get_lineage.id as id
        union select from_kind, from_id from edges
        union select to_kind, to_id from edges
    )
    select jsonb_build_object(
        'nodes', (
            select jsonb_agg(jsonb_build_object('kind', n.kind, 'id', n.id, 'name', ml_private.lineage_name(n.kind, n.id)) order by n.kind, n.id collate "C")
            from nodes n),
        'edges', coalesce((
            select jsonb_agg(jsonb_build_object(
                'from', jsonb_build_object('kind', e.from_kind, 'id', e.from_id),
                'to', jsonb_build_object('kind', e.to_kind, 'id', e.to_id))
                order by e.from_kind, e.from_id collate "C", e.to_kind, e.to_id collate "C")
            from edges e), '[]'))
    into v_result;
    if v_result -> 'edges' = '[]' and not exists (
        select
        from ml.lineage_edges e
        where (e.from_kind, e.from_id) = (get_lineage.kind, get_lineage.id) or (e.to_kind, e.to_id) = (get_lineage.kind, get_lineage.id)
    ) then
        perform ml_private.raise_missing(format('no lineage is known of %s %s', get_lineage.kind, quote_literal(get_lineage.id)), 'lineage_not_found',
            'a source is named as schema.table, all else by its id: of a dataset ml.datasets.id');
    end if;
    return v_result;
end
$$;

comment on function ml_private.get_lineage(text, text, text) is
    'All that a thing was made from (upstream) or that was made from it (downstream): {"nodes":[{"kind","id","name"}],"edges":[{"from","to"}]}. '
    'kind: source, feature_view, feature, dataset, run, model_version, deployment; id as text (a source is schema.table). PT404 when nothing is '
    'known of it. Role viewer.';
