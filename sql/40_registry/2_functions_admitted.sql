-- Which evidence counts: the newest of a name and, once an admin has pinned evaluation data, only what was measured on it.

-- A job records one thing after the other. What it had recorded when its attempt failed is not the whole, and may hold one version against another's rows. Written down, since a job may be
-- queued again and is deleted some day.
create function ml_private.void_evidence_of(job ml.jobs)
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
revoke all on function ml_private.void_evidence_of(ml.jobs) from public;

create function ml_private.newest_evidence(version_id bigint, name text)
returns ml.model_evidence
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select e.*
    from ml.model_evidence e
    where e.version_id = newest_evidence.version_id and e.name = newest_evidence.name and not exists (select from ml_private.void_evidence x where x.evidence_id = e.id)
    order by e.id desc
    limit 1
$$;

comment on function ml_private.newest_evidence(bigint, text) is 'The evidence that counts for a name; null when there is none.';
revoke all on function ml_private.newest_evidence(bigint, text) from public;

create function ml_private.production_version(model_id bigint)
returns ml.model_versions
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$ select v.* from ml.model_versions v where v.model_id = production_version.model_id and v.stage = 'production' $$;

comment on function ml_private.production_version(bigint) is 'The version of the model that is in production; null when none is.';
revoke all on function ml_private.production_version(bigint) from public;

create function ml_private.incumbent_version(model_id bigint)
returns ml.model_versions
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select v.*
    from ml.stage_transitions t
    join ml.model_versions v on v.id = t.version_id
    where t.to_stage = 'production' and v.model_id = incumbent_version.model_id
    order by t.id desc
    limit 1
$$;

comment on function ml_private.incumbent_version(bigint) is
    'The version that came into production last, whether it is still there or not: what another has to be held against. Null when none ever was.';
revoke all on function ml_private.incumbent_version(bigint) from public;

create function ml_private.pinned_evaluation(model_id bigint)
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
revoke all on function ml_private.pinned_evaluation(bigint) from public;

create function ml_private.admitted_evidence(version_id bigint, name text)
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
    where e.version_id = admitted_evidence.version_id and e.name = admitted_evidence.name and not exists (select from ml_private.void_evidence x where x.evidence_id = e.id)
        and (
            (select p.name from pinned p) is null
            -- What an admin recorded is an admin's own word. The time that an answer takes does not depend on which rows are asked about.
            or e.job_id is null
            or e.name = 'inference_ms'
            or e.details ->> 'dataset' = (select p.name from pinned p)
            or exists (select from ml_private.model_checks c where c.job_id = e.job_id and c.kind in ('load_test', 'security_scan'))
        )
    order by e.id desc
    limit 1
$$;

comment on function ml_private.admitted_evidence(bigint, text) is
    'The evidence that counts for a measured name; null when there is none. With evaluation data pinned, what a job measured on other rows does not count.';
revoke all on function ml_private.admitted_evidence(bigint, text) from public;

create function ml_private.on_pinned_rows(version_id bigint)
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

comment on function ml_private.on_pinned_rows(bigint) is 'The end of a message that something was not measured: on which rows it has to be, when they are pinned.';
revoke all on function ml_private.on_pinned_rows(bigint) from public;

create function ml_private.set_evaluation_data(model text, dataset text)
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
    v_model_id := ml_private.lock_model(set_evaluation_data.model, null, false);
    if v_model_id is null then
        perform ml_private.raise_missing(
            format('there is no model named %s', coalesce(to_json(left(set_evaluation_data.model, 300))::text, 'null')), 'model_not_found',
            'see ml.registered_models');
    end if;
    if set_evaluation_data.dataset is not null then
        v_dataset := ml_private.find_dataset(set_evaluation_data.dataset);
        if not v_dataset.split_counts ?| array['test', 'validation'] then
            perform ml_private.raise_invalid(
                format('dataset %s has no row held out', v_dataset.name), 'nothing_held_out', 'cut it with a share for test');
        end if;
    end if;
    insert into ml.evaluation_data (model_id, dataset_id, created_by)
    values (v_model_id, v_dataset.id, ml_private.current_actor())
    returning * into v_pinned;
    return v_pinned;
end
$$;

comment on function ml_private.set_evaluation_data(text, text) is 'Behind ml.set_evaluation_data.';
revoke all on function ml_private.set_evaluation_data(text, text) from public;
grant execute on function ml_private.set_evaluation_data(text, text) to authenticated, service_role;
