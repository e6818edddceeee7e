-- api: engineer
create or replace function ml_private.acknowledge_alert(alert_id bigint)
returns ml.alerts
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_alert ml.alerts;
begin
    perform ml_private.require_role('engineer');
    update ml.alerts a
    set state = 'acknowledged', acknowledged_at = clock_timestamp(), acknowledged_by = ml_private.current_actor()
    where a.id = acknowledge_alert.alert_id and a.state = 'open'
    returning a.* into v_alert;
    if found then
        perform ml_private.announce_alert(v_alert, 'acknowledged');
        return v_alert;
    end if;
    select a.* into v_alert from ml.alerts a where a.id = acknowledge_alert.alert_id;
    if not found then
        perform ml_private.raise_unknown('alert', acknowledge_alert.alert_id, 'see ml.alerts for the ids');
    elsif v_alert.state = 'resolved' then
        perform ml_private.raise_conflict(format('alert %s is resolved', v_alert.id), 'alert_resolved', 'a resolved alert needs no acknowledgement');
    end if;
    return v_alert;
end
$$;

comment on function ml_private.acknowledge_alert(bigint) is
    'Say that somebody is on an open alert; doing it twice changes nothing. Returns the alert. Needs engineer. Errors: PT404 alert_not_found; PT409 '
    'alert_resolved.';

-- api: engineer
create or replace function ml_private.resolve_alert(alert_id bigint, resolution text default 'resolved by hand')
returns ml.alerts
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_alert ml.alerts;
begin
    perform ml_private.require_role('engineer');
    perform ml_private.check_label(resolve_alert.resolution, 'resolution');
    v_alert := ml_private.resolve_alert_row(resolve_alert.alert_id, resolve_alert.resolution);
    if v_alert.id is not null then
        return v_alert;
    end if;
    select a.* into v_alert from ml.alerts a where a.id = resolve_alert.alert_id;
    if not found then
        perform ml_private.raise_unknown('alert', resolve_alert.alert_id, 'see ml.alerts for the ids');
    end if;
    return v_alert;
end
$$;

comment on function ml_private.resolve_alert(bigint, text) is
    'Close an alert with a reason (1 to 250 characters); a resolved one comes back unchanged. Needs engineer. Errors: 22023; PT404 alert_not_found.';
