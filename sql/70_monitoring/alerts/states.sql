-- The states of an alert. Every change of state or severity is one row of ml.alert_changes and one event, so who follows the events knows the state.
--
--   (none) --opened--> open --acknowledged--> acknowledged      severity_changed: in either, the state stays
--   open, acknowledged --resolved--> resolved --reopened--> open, within the cooldown after resolved_at; later a new alert opens instead

create or replace function ml_private.announce_alert(alert ml.alerts, event text, was_severity text default null)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into ml.alert_changes (alert_id, event, state, severity, actor)
    values (
        (announce_alert.alert).id, announce_alert.event, (announce_alert.alert).state, (announce_alert.alert).severity,
        ml_private.current_actor());
    perform ml_private.emit('ml:alerts', 'alert.' || announce_alert.event, jsonb_strip_nulls(jsonb_build_object(
        'alert_id', (announce_alert.alert).id,
        'model', (select m.name from ml.registered_models m where m.id = (announce_alert.alert).model_id),
        'version', (select v.version from ml.model_versions v where v.id = (announce_alert.alert).version_id),
        'kind', (announce_alert.alert).kind, 'state', (announce_alert.alert).state, 'severity', (announce_alert.alert).severity,
        'was_severity', announce_alert.was_severity, 'title', (announce_alert.alert).title, 'details', (announce_alert.alert).details,
        'resolution', (announce_alert.alert).resolution)));
end
$$;

comment on function ml_private.announce_alert(ml.alerts, text, text) is 'Write down and announce a change of an alert that has just been made.';

create or replace function ml_private.resolve_alert_row(alert_id bigint, resolution text)
returns ml.alerts
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_alert ml.alerts;
begin
    update ml.alerts a
    set state = 'resolved', resolved_at = clock_timestamp(), resolution = resolve_alert_row.resolution
    where a.id = resolve_alert_row.alert_id and a.state <> 'resolved'
    returning a.* into v_alert;
    if found then
        perform ml_private.announce_alert(v_alert, 'resolved');
    end if;
    return v_alert;
end
$$;

comment on function ml_private.resolve_alert_row(bigint, text) is 'Resolve an unresolved alert and announce it; null when there is none.';

create or replace function ml_private.could_see(checked ml.drift_checks, drift jsonb, monitor ml.monitors)
returns boolean
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(bool_or(
        r.compared >= 20 and r.ks < (could_see.monitor).min_ks
        -- One that drifted by that very alpha, and had too little of its own to say so, is no clean one.
        or r.compared > 0 and r.ks_p_value * t.tests > (could_see.monitor).alpha and ml_private.ks_p_value(
            greatest(coalesce((could_see.drift ->> 'ks')::double precision, 1), 0.5), least(cardinality(d.sample), d.size), r.compared) * t.tests
            -- Not the check's own alpha: one that comes soon after another spends little, and nothing would ever come right.
            <= greatest((could_see.checked).alpha, (could_see.monitor).alpha)), false)
    from ml.drift_results r
    join ml.drift_references d on d.version_id = (could_see.checked).version_id and d.position = r.position
    cross join (
        select count(x.ks_p_value) + count(x.psi_p_value) + count(x.missing_p_value) as tests
        from ml.drift_results x
        where x.check_id = (could_see.checked).id
    ) t
    where r.check_id = (could_see.checked).id and r.name = could_see.drift ->> 'name'
$$;

comment on function ml_private.could_see(ml.drift_checks, jsonb, ml.monitors) is
    'Whether a check that did not find a drift, one that an alert tells of, could have: had its KS been as large, or a half where that is more, it would '
    'have been significant; or its KS lies below what counts, on 20 values or more.';

create or replace function ml_private.has_come_back(checked ml.drift_checks, missing jsonb, monitor ml.monitors)
returns boolean
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(bool_or(r.missing_share - r.missing_reference < greatest(
        (has_come_back.monitor).min_missing,
        ((has_come_back.missing ->> 'share')::double precision - (has_come_back.missing ->> 'reference')::double precision) / 2)), false)
    from ml.drift_results r
    where r.check_id = (has_come_back.checked).id and r.name = has_come_back.missing ->> 'name'
$$;

comment on function ml_private.has_come_back(ml.drift_checks, jsonb, ml.monitors) is
    'Whether what an alert says was missing is missing no more: the share, in however few rows, exceeds the reference by less than what counts, or by '
    'less than half of what the alert tells.';

create or replace function ml_private.clear_alert(checked ml.drift_checks, monitor ml.monitors, kind text)
returns void
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    with counted as (
        update ml.alerts a
        set clean_checks = a.clean_checks + 1
        where a.model_id = (clear_alert.checked).model_id and a.kind = clear_alert.kind and a.state <> 'resolved'
            -- What could not be seen has not come right: of rows that are refused there is no distribution, and few tell of none.
            and not exists (
                select from jsonb_array_elements(a.details -> 'drifted') d (entry)
                where not ml_private.could_see(clear_alert.checked, d.entry, clear_alert.monitor))
            -- Nor has a share that is as large as before, in too few rows to be told.
            and not exists (
                select from jsonb_array_elements(a.details -> 'missing') d (entry)
                where not ml_private.has_come_back(clear_alert.checked, d.entry, clear_alert.monitor))
        returning a.id, a.clean_checks
    )
    select ml_private.resolve_alert_row(
        c.id, format('%s checks in a row without %s', c.clean_checks, case clear_alert.kind when 'missing_values' then 'it' else 'drift' end))
    from counted c
    where c.clean_checks >= (clear_alert.monitor).clear_after
$$;

comment on function ml_private.clear_alert(ml.drift_checks, ml.monitors, text) is
    'Count a clean check that could have seen all that the alert tells of; resolve the alert after the monitor''s clear_after of them in a row.';

create or replace function ml_private.keep_unseen(old jsonb, new jsonb, checked ml.drift_checks, monitor ml.monitors)
returns jsonb
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select keep_unseen.new || jsonb_build_object('drifted', (keep_unseen.new -> 'drifted') || (
        select coalesce(jsonb_agg(d.entry || '{"untested": true}'), '[]')
        from jsonb_array_elements(keep_unseen.old -> 'drifted') d (entry)
        where not jsonb_path_exists(keep_unseen.new, '$.drifted[*] ? (@.name == $name)', jsonb_build_object('name', d.entry -> 'name'))
            and not ml_private.could_see(keep_unseen.checked, d.entry, keep_unseen.monitor)))
$$;

comment on function ml_private.keep_unseen(jsonb, jsonb, ml.drift_checks, ml.monitors) is
    'Details of an alert brought up to date: what had drifted, and this check could not have seen, still has.';

create or replace function ml_private.latest_alert(version_id bigint, kind text, cooldown interval)
returns ml.alerts
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    -- Locked: a person who resolves it at this moment is waited for, and what the alert has become then counts.
    select a.*
    from ml.alerts a
    where a.version_id = latest_alert.version_id and a.kind = latest_alert.kind
        and (a.state <> 'resolved' or a.resolved_at > clock_timestamp() - latest_alert.cooldown)
    order by a.id desc
    limit 1
    for update
$$;

comment on function ml_private.latest_alert(bigint, text, interval) is
    'The alert that drift of this kind belongs to: the unresolved one, or one that was resolved within the cooldown; locked. Null when a new one is to open.';

create or replace function ml_private.raise_alert(checked ml.drift_checks, monitor ml.monitors, kind text, severity text, title text, details jsonb)
returns ml.alerts
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_old ml.alerts := ml_private.latest_alert((raise_alert.checked).version_id, raise_alert.kind, (raise_alert.monitor).alert_cooldown);
    v_alert ml.alerts;
begin
    if v_old.id is null then
        insert into ml.alerts (model_id, version_id, kind, severity, title, details)
        values (
            (raise_alert.checked).model_id, (raise_alert.checked).version_id, raise_alert.kind, raise_alert.severity, raise_alert.title, raise_alert.details)
        returning * into v_alert;
        perform ml_private.announce_alert(v_alert, 'opened');
        return v_alert;
    end if;
    update ml.alerts a
    set severity = raise_alert.severity, title = raise_alert.title, occurrences = a.occurrences + 1, clean_checks = 0,
        details = case when a.state = 'resolved' then raise_alert.details
            else ml_private.keep_unseen(a.details, raise_alert.details, raise_alert.checked, raise_alert.monitor) end,
        last_seen_at = clock_timestamp(), resolved_at = null, resolution = null,
        state = case when a.state = 'resolved' then 'open' else a.state end,
        acknowledged_at = case when a.state = 'resolved' then null else a.acknowledged_at end,
        acknowledged_by = case when a.state = 'resolved' then null else a.acknowledged_by end
    where a.id = v_old.id
    returning a.* into v_alert;
    if v_old.state = 'resolved' then
        perform ml_private.announce_alert(v_alert, 'reopened', v_old.severity);
    elsif v_old.severity <> v_alert.severity then
        perform ml_private.announce_alert(v_alert, 'severity_changed', v_old.severity);
    end if;
    return v_alert;
end
$$;

comment on function ml_private.raise_alert(ml.drift_checks, ml.monitors, text, text, text, jsonb) is
    'What a check found goes to the alert of its kind: a new one, the unresolved one brought up to date, or one resolved within the cooldown reopened.';

create or replace function ml_private.title_alert(checked ml.drift_checks, kind text, details jsonb, out title text, out severity text)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select
        case when title_alert.kind = 'missing_values' then format(
            'missing values of %s version %s: %s of %s inputs lack more values than in training, most of all %s (%s%% of %s, %s%% in training)',
            m.name, v.version, jsonb_array_length(title_alert.details -> 'missing'), title_alert.details ->> 'tested',
            title_alert.details -> 'missing' -> 0 ->> 'name', round(100 * (title_alert.details -> 'missing' -> 0 ->> 'share')::numeric, 1),
            (title_alert.checked).row_count + (title_alert.checked).refused_count,
            round(100 * (title_alert.details -> 'missing' -> 0 ->> 'reference')::numeric, 1))
        else format(
            '%s of %s version %s: %s of %s distributions moved, most of all %s (KS %s)',
            replace(title_alert.kind, '_', ' '), m.name, v.version, jsonb_array_length(title_alert.details -> 'drifted'), title_alert.details ->> 'tested',
            title_alert.details -> 'drifted' -> 0 ->> 'name', round((title_alert.details -> 'drifted' -> 0 ->> 'ks')::numeric, 3)) end,
        case
            when title_alert.kind = 'prediction_drift' then 'critical'
            -- Half of those who ask get no answer.
            when title_alert.kind = 'missing_values' and (title_alert.checked).refused_count >= (title_alert.checked).row_count then 'critical'
            when jsonb_array_length(title_alert.details -> case title_alert.kind when 'missing_values' then 'missing' else 'drifted' end)
                >= 0.3 * (title_alert.details ->> 'tested')::integer then 'critical'
            else 'warning'
        end
    from ml.registered_models m, ml.model_versions v
    where m.id = (title_alert.checked).model_id and v.id = (title_alert.checked).version_id
$$;

comment on function ml_private.title_alert(ml.drift_checks, text, jsonb) is 'What an alert says in one line, and how much it weighs.';

create or replace function ml_private.update_alert(checked ml.drift_checks, monitor ml.monitors, kind text, drifted boolean)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_details jsonb;
    v_words record;
    v_alert ml.alerts;
begin
    if not update_alert.drifted then
        perform ml_private.clear_alert(update_alert.checked, update_alert.monitor, update_alert.kind);
        return;
    end if;
    v_details := ml_private.describe_alert((update_alert.checked).id, update_alert.kind);
    v_words := ml_private.title_alert(update_alert.checked, update_alert.kind, v_details);
    v_alert := ml_private.raise_alert(update_alert.checked, update_alert.monitor, update_alert.kind, v_words.severity, v_words.title, v_details);
    -- What has died upstream is to be repaired: a retraining would only learn to do without it, or leave out the rows that lack it.
    if update_alert.kind <> 'missing_values' then
        perform ml_private.request_retraining(v_alert, update_alert.monitor);
    end if;
end
$$;

comment on function ml_private.update_alert(ml.drift_checks, ml.monitors, text, boolean) is
    'Carry one outcome of a check to the alert of its kind. Drift that is there asks for a retraining each time; the monitor bounds how often one '
    'is queued. Missing values ask for none.';
