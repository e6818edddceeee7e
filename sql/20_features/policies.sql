-- Members read; nobody writes but through functions. Workers read what training needs through functions.

alter table ml.allowed_sources enable row level security;
alter table ml.entities enable row level security;
alter table ml.feature_views enable row level security;
alter table ml.features enable row level security;
alter table ml.online_features enable row level security;
alter table ml.quarantined_rows enable row level security;
alter table ml.datasets enable row level security;
alter table ml.lineage_edges enable row level security;

create policy allowed_sources_select on ml.allowed_sources for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
create policy entities_select on ml.entities for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
create policy feature_views_select on ml.feature_views for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
create policy features_select on ml.features for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
create policy online_features_select on ml.online_features for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
create policy quarantined_rows_select on ml.quarantined_rows for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
create policy datasets_select on ml.datasets for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));
create policy lineage_edges_select on ml.lineage_edges for select to authenticated, service_role
    using ((select ml_private.has_role('viewer')));

grant select on
    ml.allowed_sources, ml.entities, ml.feature_views, ml.features, ml.online_features, ml.quarantined_rows, ml.datasets, ml.lineage_edges
    to authenticated, service_role;
