-- Which evidence counts: the newest of a name and, once an admin has pinned evaluation data, only what was measured on it.

-- A job records one thing after the other. What it had recorded when its attempt failed is not the whole, and may hold one version against another's
-- rows. Written down, since a job may be queued again and is deleted some day.
create or replace function ml_private.void_evidence_of(job ml.jobs)
returns void
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    insert into ml_private.void_evidence (evidence_id)
    select e.id from ml.model_evidence e
    where e.job_id = (void_evidence_of.job).id and (void_evidence_of.job).state <> 'succeeded'
    on conflict do nothing
$$;

comment on function ml_private.void_evidence_of(ml.jobs) is 'Follows jobs that record evidence: that of an attempt that did not succeed does not count.';

create or replace function ml_private.newest_evidence(version_id bigint, name text)
returns ml.model_evidence
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select e.*
    from ml.model_evidence e
    where e.version_id = newest_evidence.version_id and e.name = newest_evidence.name
        and not exists (select from ml_private.void_evidence x where x.evidence_id = e.id)
    order by e.id desc
    limit 1
$$;

comment on function ml_private.newest_evidence(bigint, text) is 'The evidence that counts for a name; null when there is none.';

create or replace function ml_private.production_version(model_id bigint)
returns ml.model_versions
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$ select v.* from ml.model_versions v where v.model_id = production_version.model_id and v.stage = 'production' $$;

comment on function ml_private.production_version(bigint) is 'The version of the model that is in production; null when none is.';

create or replace function ml_private.incumbent_version(model_id bigint)
returns ml.model_versions
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select v.*
    from ml.model_versions v
    cross join lateral (
        select t.id from ml.stage_transitions t where t.version_id = v.id and t.to_stage = 'production' order by t.id desc limit 1
    ) came
    where v.model_id = incumbent_version.model_id
    order by came.id desc
    limit 1
$$;

comment on function ml_private.incumbent_version(bigint) is
    'The version that came into production last, whether it is still there or not: what another has to be held against. Null when none ever was.';

create or replace function ml_private.validation_accuracy(version_id bigint, out value double precision, out rows bigint)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select e.value, case when jsonb_typeof(e.details -> 'rows') = 'number' then (e.details ->> 'rows')::numeric::bigint end
    from ml.model_evidence e
    join ml.model_versions v on v.id = e.version_id
    left join ml.datasets d on d.id = v.dataset_id
    where e.version_id = validation_accuracy.version_id and e.name = 'accuracy' and (select ml_private.has_role('viewer'))
        and not exists (select from ml_private.void_evidence x where x.evidence_id = e.id)
    -- An exam is chosen; what is asked about is like the version's own data.
    order by coalesce(e.details ->> 'dataset', d.name) is not distinct from d.name desc, e.id desc
    limit 1
$$;

comment on function ml_private.validation_accuracy(bigint) is
    'The newest accuracy of a version on its own held-out rows, else on others, with how many they were; for viewers.';

create or replace function ml_private.pinned_evaluation(model_id bigint)
returns ml.datasets
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select d.*
    from (
        select p.dataset_id from ml.evaluation_data p where p.model_id = pinned_evaluation.model_id order by p.id desc limit 1
    ) newest
    join ml.datasets d on d.id = newest.dataset_id
$$;

comment on function ml_private.pinned_evaluation(bigint) is 'The dataset whose held-out rows measure the model''s versions; null when none is pinned.';

create or replace function ml_private.admitted_evidence(version_id bigint, name text)
returns ml.model_evidence
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    with pinned as materialized (
        select (ml_private.pinned_evaluation(v.model_id)).name from ml.model_versions v where v.id = admitted_evidence.version_id
    )
    select e.*
    from ml.model_evidence e
    where e.version_id = admitted_evidence.version_id and e.name = admitted_evidence.name
        and not exists (select from ml_private.void_evidence x where x.evidence_id = e.id)
        and (
            (select p.name from pinned p) is null
            -- What an admin recorded is an admin's own word. The time that an answer takes does not depend on which rows are asked about.
            or e.job_id is null
            or e.name = 'inference_ms'
            -- Going back to one that has served must not wait for a measurement, which rows that it learned from may even rule out.
            or exists (select from ml.stage_transitions t where t.version_id = e.version_id and t.to_stage = 'production')
            or e.details ->> 'dataset' = (select p.name from pinned p)
            or exists (select from ml_private.model_checks c where c.job_id = e.job_id and c.kind in (select k.name from ml.check_kinds k where not k.held_out))
        )
    order by e.id desc
    limit 1
$$;

comment on function ml_private.admitted_evidence(bigint, text) is
    'The evidence that counts for a measured name; null when there is none. With evaluation data pinned, what a job measured on other rows does not count.';

create or replace function ml_private.on_pinned_rows(version_id bigint)
returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(
        (
            select format(' on the held-out rows of %s, which are pinned', p.name)
            from ml.model_versions v
            cross join lateral ml_private.pinned_evaluation(v.model_id) p
            where v.id = on_pinned_rows.version_id and p.name is not null
        ), '')
$$;

comment on function ml_private.on_pinned_rows(bigint) is
    'The end of a message that something was not measured: on which rows it has to be, when they are pinned.';

create or replace function ml_private.check_label_kind(model_id bigint, dataset ml.datasets)
returns void
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_kind text := case (check_label_kind.dataset).label_type when 'string' then 'string' when 'bool' then 'boolean' else 'number' end;
begin
    -- Any version, not the newest alone: a model goes from one label to another by a version that is trained while nothing is pinned.
    if (
        select bool_and(coalesce(jsonb_typeof(v.signature -> 'classes' -> 0), v_kind) <> v_kind) from ml.model_versions v
        where v.model_id = check_label_kind.model_id)
    then
        perform ml_private.raise_invalid(
            format('the label of dataset %s is %s, and no version of the model has classes of JSON type %s', (check_label_kind.dataset).name,
                (check_label_kind.dataset).label_type, v_kind),
            'label_mismatch',
            'take a dataset of the same label, or change the model''s: unpin with ml.set_evaluation_data(model, null), train a version on the new '
            'label, then pin');
    end if;
end
$$;

comment on function ml_private.check_label_kind(bigint, ml.datasets) is
    'Refuse evaluation data whose label is of another kind than the classes of every version of a model: 22023 label_mismatch.';

-- api: admin
create or replace function ml_private.set_evaluation_data(model text, dataset text)
returns ml.evaluation_data
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_model_id bigint;
    v_dataset ml.datasets;
    v_pinned ml.evaluation_data;
begin
    perform ml_private.require_role('admin');
    v_model_id := ml_private.lock_model((ml_private.find_model(set_evaluation_data.model)).name, null, false);
    if set_evaluation_data.dataset is not null then
        v_dataset := ml_private.find_dataset(set_evaluation_data.dataset);
        if not v_dataset.split_counts ?| array['test', 'validation'] then
            perform ml_private.raise_invalid(
                format('dataset %s has no row held out', v_dataset.name), 'nothing_held_out', 'cut it with a share for test');
        end if;
        perform ml_private.check_label_kind(v_model_id, v_dataset);
    end if;
    insert into ml.evaluation_data (model_id, dataset_id, created_by)
    values (v_model_id, v_dataset.id, ml_private.current_actor())
    returning * into v_pinned;
    return v_pinned;
end
$$;

comment on function ml_private.set_evaluation_data(text, text) is
    'Pin the held-out rows (test, else validation) of a dataset as the rows on which versions of a model are measured; null unpins. From then on '
    'what jobs measured on other rows does not satisfy a policy, trainings leave these rows out of what they learn from, and queue_model_check(…, '
    '''evaluation'') measures versions that exist already. Returns the pin; pins before it stay in ml.evaluation_data. PT404 model_not_found, '
    'dataset_not_found; 22023 nothing_held_out, label_mismatch. For admins.';
