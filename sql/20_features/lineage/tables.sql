create table ml.lineage_edges (
    from_kind text not null,
    from_id text not null,
    to_kind text not null,
    to_id text not null,
    created_at timestamptz not null default now(),
    constraint lineage_edges_pkey primary key (from_kind, from_id, to_kind, to_id),
    constraint lineage_edges_from_kind_check check (
        from_kind in ('source', 'feature_view', 'feature', 'dataset', 'run', 'model_version', 'deployment')
    ),
    constraint lineage_edges_to_kind_check check (
        to_kind in ('source', 'feature_view', 'feature', 'dataset', 'run', 'model_version', 'deployment')
    )
);

create index lineage_edges_to_kind_to_id_idx on ml.lineage_edges (to_kind, to_id);

comment on table ml.lineage_edges is 'What was made from what. Ids are the row''s id as text; a source is schema.table.';
