-- Checks that hold one measurement against another: against no model at all, and against the one in production.

create or replace function ml_private.better_than_baseline_check(version ml.model_versions, rule jsonb)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_metric text := better_than_baseline_check.rule ->> 'metric';
    v_higher boolean := coalesce((better_than_baseline_check.rule ->> 'higher_is_better')::boolean, true);
    v_alpha double precision := coalesce(ml_private.metric_value(better_than_baseline_check.rule -> 'alpha'), 0.01);
    v_own ml.model_evidence := ml_private.admitted_evidence((better_than_baseline_check.version).id, v_metric);
    v_baseline ml.model_evidence := ml_private.admitted_evidence((better_than_baseline_check.version).id, 'baseline_' || v_metric);
    v_p double precision := ml_private.metric_value(v_baseline.details -> 'p_value');
    v_better boolean := case when v_higher then v_own.value > v_baseline.value else v_own.value < v_baseline.value end;
    v_message text;
begin
    if v_own.value is null or v_baseline.value is null then
        v_message := format('%s was not measured', case when v_own.value is null then v_metric else 'baseline_' || v_metric end)
            || ml_private.on_pinned_rows((better_than_baseline_check.version).id);
    elsif v_own.job_id is distinct from v_baseline.job_id then
        v_better := false;
        v_message := format('%s and baseline_%1$s were measured by different jobs, so perhaps on different rows', v_metric);
    elsif v_p is null then
        v_better := false;
        v_message := format('baseline_%s has no p_value in its details, so nobody knows whether the difference is chance', v_metric);
    else
        v_message := format('%s is %s, a constant answer has %s on the same rows; by chance so much better with probability %s (at most %s)', v_metric,
            ml_private.show_number(v_own.value), ml_private.show_number(v_baseline.value), ltrim(to_char(v_p, '9.9EEEE')), v_alpha);
    end if;
    return jsonb_build_object(
        'check', 'better_than_baseline', 'required', v_baseline.value, 'actual', v_own.value,
        'passed', coalesce(v_better and v_p <= v_alpha, false), 'p_value', v_p, 'message', v_message);
end
$$;

comment on function ml_private.better_than_baseline_check(ml.model_versions, jsonb) is
    'Check of the requirement better_than_baseline: the metric beats the answer that ignores the inputs, measured by the same job, with a one-sided '
    'p-value of at most alpha.';

create or replace function ml_private.not_worse_check(version ml.model_versions, rule jsonb)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_metric text := not_worse_check.rule ->> 'metric';
    v_higher boolean := coalesce((not_worse_check.rule ->> 'higher_is_better')::boolean, true);
    v_tolerance double precision := coalesce(ml_private.metric_value(not_worse_check.rule -> 'tolerance'), 0);
    -- Not only the one in production now: it is soon taken out of it.
    v_production ml.model_versions := ml_private.incumbent_version((not_worse_check.version).model_id);
    v_beside ml.model_evidence := ml_private.admitted_evidence((not_worse_check.version).id, 'production_' || v_metric);
    -- Rows that the one in production trained on are left out for both, so the two may have been measured on fewer rows than the version alone.
    v_own double precision := coalesce(
        ml_private.metric_value(v_beside.details -> 'candidate'),
        (ml_private.admitted_evidence((not_worse_check.version).id, v_metric)).value);
    -- What is left once the rows that the one in production was trained on, or that lack a value, are left out may be too little to tell two models
    -- apart. Of few held-out rows most will do: there never are more.
    c_least_rows constant integer := 30;
    v_left_out double precision := coalesce(ml_private.metric_value(v_beside.details -> 'left_out'), 0);
    v_incomplete double precision := coalesce(ml_private.metric_value(v_beside.details -> 'incomplete'), 0);
    v_limit double precision;
    v_passed boolean;
    v_message text;
begin
    if v_production.id is null then
        v_passed := true;
        v_message := 'nothing has been in production';
    elsif exists (
        select from ml.stage_transitions t where t.version_id = (not_worse_check.version).id and t.to_stage = 'production')
    then
        -- Going back is urgent, and what the newer one reached on held-out rows may be just what was wrong about it.
        v_passed := true;
        v_message := 'it has been in production before';
    elsif v_beside.value is null or v_beside.details -> 'production_version' is distinct from to_jsonb(v_production.version) then
        -- A measurement beside a version that has been replaced says nothing about the one that would be replaced now.
        v_message := format('production_%s was not measured against version %s, which %s', v_metric, v_production.version,
            case v_production.stage when 'production' then 'is in production' else 'was in production last' end)
            || ml_private.on_pinned_rows((not_worse_check.version).id);
    elsif v_own is null then
        v_message := format('%s was not measured', v_metric) || ml_private.on_pinned_rows((not_worse_check.version).id);
    elsif ml_private.metric_value(v_beside.details -> 'rows') < least(c_least_rows, v_left_out + v_incomplete) then
        v_message := format(
            'production_%s was measured on %s rows only: of the others version %s, which %s, was trained on %s and %s lack a value; %s rows '
            'are needed, or most of them: ',
            v_metric, v_beside.details ->> 'rows', v_production.version,
            case v_production.stage when 'production' then 'is in production' else 'was in production last' end, v_left_out, v_incomplete, c_least_rows)
            || case ml_private.on_pinned_rows((not_worse_check.version).id)
                when '' then 'train on a dataset with more held-out rows that are newer and complete'
                else 'an admin has to pin evaluation data with more rows that are newer and complete' end;
    else
        v_limit := v_beside.value + case when v_higher then -v_tolerance else v_tolerance end;
        v_passed := case when v_higher then v_own >= v_limit else v_own <= v_limit end;
        v_message := format('%s is %s, version %s %s production has %s on the same rows (tolerance %s)', v_metric,
            ml_private.show_number(v_own), v_production.version, case v_production.stage when 'production' then 'in' else 'last in' end,
                ml_private.show_number(v_beside.value), ml_private.show_number(v_tolerance));
    end if;
    return jsonb_build_object(
        'check', 'not_worse_than_production', 'required', v_limit, 'actual', v_own, 'passed', coalesce(v_passed, false),
        'production_version', v_production.version, 'message', v_message);
end
$$;

comment on function ml_private.not_worse_check(ml.model_versions, jsonb) is
    'Check of the requirement not_worse_than_production: holds when nothing has been in production, fails when the two were not measured side by '
    'side, or on fewer than 30 rows after as many others or more were left out: learned from, or lacking a value.';
