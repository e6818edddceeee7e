-- The switch of deployments and the one call that a prediction needs.

create or replace function ml_private.hold_input_views(signature jsonb)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_view ml.feature_views;
begin
    for v_view in
        select w.*
        from ml.feature_views w
        where (w.name, w.version) in (
            select split_part(split_part(c.feature, ':', 1), '@', 1), c.view_version from ml_private.signature_columns(hold_input_views.signature) c
        )
        order by w.id
        for share
    loop
        if v_view.retired_at is not null then
            perform ml_private.raise_conflict(
                format('feature view %s@%s, which the version reads, is retired', v_view.name, v_view.version), 'view_retired',
                'register the view again and train on its new version');
        end if;
    end loop;
end
$$;

comment on function ml_private.hold_input_views(jsonb) is
    'Keep the feature views that a version reads from being retired until the transaction ends; PT409 view_retired when one is.';

create or replace function ml_private.switch_deployment()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_model_id bigint := (select v.model_id from ml.model_versions v where v.id = new.version_id);
    v_deployment_id bigint;
begin
    if new.to_stage = 'production' then
        perform ml_private.hold_input_views((select v.signature from ml.model_versions v where v.id = new.version_id));
        -- The one before is read from the history: whether its archiving is written before or after this transition does not matter then.
        insert into ml.deployments as d (model_id, version_id, previous_version_id, deployed_at)
        values (v_model_id, new.version_id, (
            select t.version_id
            from ml.stage_transitions t
            join ml.model_versions v on v.id = t.version_id
            where v.model_id = v_model_id and t.to_stage = 'production' and t.version_id <> new.version_id
            order by t.id desc
            limit 1
        ), now())
        on conflict on constraint deployments_model_id_key do update
        set version_id = excluded.version_id, previous_version_id = excluded.previous_version_id, deployed_at = excluded.deployed_at
        returning d.id into v_deployment_id;
        perform ml_private.add_lineage('model_version', new.version_id::text, 'deployment', v_deployment_id::text);
    elsif new.from_stage = 'production' then
        -- A promotion moves both stages before it writes history: while it replaces this version the deployment keeps its row and its id.
        delete from ml.deployments d
        where d.model_id = v_model_id and d.version_id = new.version_id
            and not exists (select from ml.model_versions v where v.model_id = v_model_id and v.stage = 'production');
    end if;
    return null;
end
$$;

comment on function ml_private.switch_deployment() is
    'A version that reaches production serves from the same commit on; one that leaves it without a successor serves no more.';

create trigger switch_deployment
after insert on ml.stage_transitions
for each row execute function ml_private.switch_deployment();

create or replace function ml_private.find_servable(model text, version integer)
returns table (model_id bigint, model_name text, version_id bigint, version_number integer, artifact_path text, artifact_sha256 text,
    artifact_bytes bigint, signature jsonb)
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_model_id bigint := (ml_private.find_model(find_servable.model)).id;
    v_version_id bigint;
begin
    if find_servable.version is null then
        v_version_id := (select d.version_id from ml.deployments d where d.model_id = v_model_id);
    else
        v_version_id := (select v.id from ml.model_versions v where v.model_id = v_model_id and v.version = find_servable.version);
    end if;
    return query
    select v.model_id, find_servable.model, v.id, v.version, v.artifact_path, v.artifact_sha256, v.artifact_bytes, v.signature
    from ml.model_versions v
    where v.id = v_version_id;
    if found then
        return;
    end if;
    if find_servable.version is null then
        perform ml_private.raise_conflict(
            format('model %s has no version in production', find_servable.model), 'not_deployed', 'promote a version to production, or name a version'
        );
    end if;
    perform ml_private.raise_missing(
        format('the model %s has no version %s', find_servable.model, find_servable.version), 'version_not_found', 'see ml.model_versions'
    );
end
$$;

comment on function ml_private.find_servable(text, integer) is
    'The named version of a model, or the deployed one when version is null. PT404 model_not_found, version_not_found; PT409 not_deployed.';

create or replace function ml_private.input_features(signature jsonb, out refs text[], out ids bigint[], out nullable boolean[])
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    -- A version's columns are pinned to view versions and were checked when it was registered, so one join finds all of them.
    select array_agg(c.feature order by c.ord), array_agg(f.id order by c.ord), array_agg(c.nullable order by c.ord)
    into refs, ids, nullable
    from ml_private.signature_columns(input_features.signature) c
    left join ml.feature_views w on w.name = split_part(split_part(c.feature, ':', 1), '@', 1) and w.version = c.view_version
    left join ml.features f on f.view_id = w.id and f.name = split_part(c.feature, ':', 2);
    if array_position(ids, null) is not null then
        perform ml_private.raise_conflict(
            format('input column %s is no feature of this project', refs[array_position(ids, null)]), 'inputs_required', 'send "inputs" instead of "entities"'
        );
    end if;
end
$$;

comment on function ml_private.input_features(jsonb) is 'The features behind a model''s input columns, in their order.';

create or replace function ml_private.protect_served_view()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_model text;
begin
    select m.name into v_model
    from ml.deployments d
    join ml.registered_models m on m.id = d.model_id
    join ml.model_versions v on v.id = d.version_id
    cross join ml_private.signature_columns(v.signature) c
    where split_part(c.feature, ':', 1) = new.name and c.view_version = new.version
    limit 1;
    if v_model is not null then
        perform ml_private.raise_conflict(
            format('feature view %s@%s feeds the deployed version of model %s', new.name, new.version, v_model), 'view_in_use',
            'promote a version that does without it, or archive the deployed one'
        );
    end if;
    return new;
end
$$;

comment on function ml_private.protect_served_view() is 'A view that a deployed version reads is not retired: its predictions would fail from that moment.';

create trigger protect_served_view
before update of retired_at on ml.feature_views
for each row
when (new.retired_at is not null and old.retired_at is null)
execute function ml_private.protect_served_view();
