-- The states of an alert: each change is told, the cooldown counts from the resolution, and the events tell the state.
begin;
select plan(41);
\ir ../../support/trained_model.sql

select tests.register('tumour', 'a'), tests.register('tumour', 'b');
select ml.set_promotion_policy('tumour', 'staging', '{}'), ml.set_promotion_policy('tumour', 'production', '{}');
select ml.promote_model('tumour', v, 'staging') from generate_series(1, 2) v;
select ml.promote_model('tumour', 1, 'production');
select ml.set_monitor('tumour', '{"alert_cooldown": "1 hour", "clear_after": 2, "retrain": false}');
-- Ten distributions of a hundred values each.
delete from ml.drift_references;
insert into ml.drift_references (version_id, position, kind, name, sample, edges)
select v.id, i, 'feature', 'f' || i, array(select x::double precision from generate_series(1, 100) x), '{}' from ml.model_versions v, generate_series(1, 10) i;
insert into ml.webhook_endpoints (url, event_types) values ('https://pager.example.com/', '{alert.*}');

-- One outcome of a check: null for none, else how many of ten distributions have moved.
create function pg_temp.check_with(moved integer) returns void language plpgsql as $$
declare
    v_monitor ml.monitors := (select m from ml.monitors m);
    v_check ml.drift_checks;
begin
    insert into ml.drift_checks (model_id, version_id, window_start, window_end, row_count, alpha, data_drift, prediction_drift)
    select d.model_id, d.version_id, now(), now(), 100, 0.01, moved > 0, false from ml.deployments d
    returning * into v_check;
    insert into ml.drift_results (check_id, position, kind, name, ks, ks_p_value, ks_p_adjusted, psi, psi_p_value, psi_p_adjusted, drifted, compared)
    select v_check.id, i, 'feature', 'f' || i, 0.5, case when i <= moved then 0 else 1 end, 0, 1, 0, 0, i <= moved, 100 from generate_series(1, 10) i;
    perform ml_private.update_alert(v_check, v_monitor, 'data_drift', moved > 0);
end
$$;
create function pg_temp.told() returns text language sql as $$
    select string_agg(replace(d.event_type, 'alert.', ''), ' ' order by c.id)
    from ml.webhook_deliveries d
    join ml.alert_changes c on c.alert_id = (d.payload ->> 'alert_id')::bigint and 'alert.' || c.event = d.event_type
        and c.state = d.payload ->> 'state' and c.severity = d.payload ->> 'severity'
$$;
create function pg_temp.forget() returns void language sql as $$ delete from ml.webhook_deliveries; delete from ml.alert_changes $$;

select pg_temp.check_with(1);
select is(pg_temp.told(), 'opened', 'drift opens an alert');
select pg_temp.check_with(1), pg_temp.check_with(2);
select is(pg_temp.told(), 'opened', 'more of the same is told once');
select is((select row(severity, occurrences)::text from ml.alerts), '(warning,3)', 'and counted');
select pg_temp.check_with(5);
select is(pg_temp.told(), 'opened severity_changed', 'a rise in severity is told');
select is((select payload ->> 'was_severity' || ' ' || (payload ->> 'severity') from ml.webhook_deliveries where event_type = 'alert.severity_changed'), 'warning critical', 'with both');
select tests.become('engineer');
select is((ml.acknowledge_alert((select id from ml.alerts))).state, 'acknowledged', 'an engineer takes it on');
select is((ml.acknowledge_alert((select id from ml.alerts))).state, 'acknowledged', 'and again, which changes nothing');
select tests.reset();
select is(pg_temp.told(), 'opened severity_changed acknowledged', 'which is told once');
select is((select actor from ml.alert_changes where event = 'acknowledged'), tests.user_id('engineer'), 'and kept with who did');
select pg_temp.check_with(2);
select is((select state || ' ' || severity from ml.alerts), 'acknowledged warning', 'a fall in severity leaves it acknowledged');
select is(pg_temp.told(), 'opened severity_changed acknowledged severity_changed', 'and is told too');

-- Of two that have drifted one cannot be seen: no check that says so for the other brings both right.
create function pg_temp.check_seeing(what text, compared integer, ks double precision default 0.3) returns integer language plpgsql as $$
declare
    v_check ml.drift_checks;
begin
    insert into ml.drift_checks (model_id, version_id, window_start, window_end, row_count, alpha, data_drift, prediction_drift)
    select d.model_id, d.version_id, now(), now(), 100, 0.01, false, false from ml.deployments d
    returning * into v_check;
    insert into ml.drift_results (check_id, position, kind, name, ks, ks_p_value, drifted, compared)
    select v_check.id, i, 'feature', 'f' || i, case when n > 0 then c.ks end, case when n > 0 then 1 end, false, n
    from (values (check_seeing.ks)) c (ks), generate_series(1, 10) i
    cross join lateral (select case when 'f' || i = check_seeing.what then check_seeing.compared else 100 end as n) n;
    perform ml_private.clear_alert(v_check, m, 'data_drift') from ml.monitors m;
    return (select a.clean_checks from ml.alerts a);
end
$$;
select is((select jsonb_path_query_array(details, '$.drifted[*].name') from ml.alerts), '["f1", "f2"]', 'fixture: two have drifted, KS 0.5');
select is(pg_temp.check_seeing('f2', null), 0, 'a clean check that did not test all that had drifted does not count');
select is(pg_temp.check_seeing('f2', 1), 0, 'nor one that had a single value of it: had KS been 0.5, it would not have been told from chance');
select is(pg_temp.check_seeing('f2', 15), 0, 'nor one of fifteen');
select is(pg_temp.check_seeing('f2', 30), 1, 'one of thirty does');
select pg_temp.check_seeing('f9', 1);
select is((select state from ml.alerts), 'resolved', 'and so does one that lacks another''s');
update ml.alerts set clean_checks = 0, state = 'acknowledged', resolved_at = null, resolution = null;
select is(pg_temp.check_seeing('f2', 20, 0.05), 1, 'twenty that lie close are enough');
update ml.alerts set clean_checks = 0;
-- A check that comes soon after another spends next to no alpha; what it could have seen is judged by the monitor's.
create function pg_temp.check_soon(p double precision default 1) returns integer language plpgsql as $$
declare
    v_check ml.drift_checks;
begin
    insert into ml.drift_checks (model_id, version_id, window_start, window_end, row_count, alpha, data_drift, prediction_drift)
    select d.model_id, d.version_id, now(), now(), 100, 1e-12, false, false from ml.deployments d
    returning * into v_check;
    insert into ml.drift_results (check_id, position, kind, name, ks, ks_p_value, drifted, compared)
    select v_check.id, i, 'feature', 'f' || i, 0.3, check_soon.p, false, 40 from generate_series(1, 10) i;
    perform ml_private.clear_alert(v_check, m, 'data_drift') from ml.monitors m;
    return (select a.clean_checks from ml.alerts a);
end
$$;
select is(pg_temp.check_soon(), 1, 'so an alert is cleared at any pace');
select is(pg_temp.check_soon(1e-5), 1, 'but not by one that itself would have drifted by that');
update ml.alerts set clean_checks = 0;

-- What was missing has come back where its share has, not where too few rows tell.
create function pg_temp.check_missing(share double precision) returns integer language plpgsql as $$
declare
    v_check ml.drift_checks;
    v_clean integer;
begin
    insert into ml.alerts (model_id, version_id, kind, severity, title, details)
    select d.model_id, d.version_id, 'missing_values', 'warning', 'x', '{"missing": [{"name": "f2", "share": 0.2, "reference": 0.05}]}' from ml.deployments d;
    insert into ml.drift_checks (model_id, version_id, window_start, window_end, row_count, alpha, data_drift, prediction_drift)
    select d.model_id, d.version_id, now(), now(), 50, 0.01, false, false from ml.deployments d
    returning * into v_check;
    insert into ml.drift_results (check_id, position, kind, name, drifted, missing_share, missing_reference, missing_p_value)
    select v_check.id, i, 'feature', 'f' || i, false, case i when 2 then check_missing.share else 0 end, 0.05, 0.5 from generate_series(1, 3) i;
    perform ml_private.clear_alert(v_check, m, 'missing_values') from ml.monitors m;
    delete from ml.alert_changes c using ml.alerts a where a.id = c.alert_id and a.kind = 'missing_values';
    delete from ml.alerts a where a.kind = 'missing_values' returning a.clean_checks into v_clean;
    return v_clean;
end
$$;
select is(pg_temp.check_missing(0.2), 0, 'a share as large as before, in few rows, clears nothing');
select is(pg_temp.check_missing(0.11), 1, 'one that is back does, but for chance');
select is(pg_temp.check_missing(null), 0, 'and one that was not looked at does not');

-- Of two that have drifted one goes on, the other cannot be seen: it is not forgotten.
create function pg_temp.drift_of(seen text[], unseen text[]) returns jsonb language plpgsql as $$
declare
    v_check ml.drift_checks;
begin
    insert into ml.drift_checks (model_id, version_id, window_start, window_end, row_count, alpha, data_drift, prediction_drift)
    select d.model_id, d.version_id, now(), now(), 100, 0.01, true, false from ml.deployments d
    returning * into v_check;
    insert into ml.drift_results (check_id, position, kind, name, ks, ks_p_value, ks_p_adjusted, drifted, compared)
    select v_check.id, i, 'feature', n.name, case when u.no then null else 0.5 end, case when u.no then null when n.name = any (drift_of.seen) then 0 else 1 end,
        case when u.no then null else 0 end,
        n.name = any (drift_of.seen), case when u.no then null else 100 end
    from generate_series(1, 10) i cross join lateral (select 'f' || i as name) n cross join lateral (select n.name = any (drift_of.unseen) as no) u;
    perform ml_private.update_alert(v_check, m, 'data_drift', true) from ml.monitors m;
    return (select jsonb_path_query_array(a.details, '$.drifted[*].name') from ml.alerts a);
end
$$;
select is(pg_temp.drift_of('{f2}', '{f1}'), '["f2", "f1"]', 'what could not be tested still stands in the alert');
select is((select details #> '{drifted,1,untested}' from ml.alerts), 'true', 'as untested');
select is(pg_temp.drift_of('{f2}', '{f1,f3}'), '["f2", "f1"]', 'check after check');
select is(pg_temp.check_seeing('f1', null), 0, 'and the alert is not cleared without it');
select is(pg_temp.drift_of('{f2}', '{}'), '["f2"]', 'until it is tested and has come right');

-- A long alert: opened long ago, resolved just now.
select pg_temp.forget();
update ml.alerts set opened_at = now() - interval '3 days';
select pg_temp.check_with(0), pg_temp.check_with(0);
select is(pg_temp.told(), 'resolved', 'two clean checks resolve it');
select pg_temp.check_with(1);
select is(pg_temp.told(), 'resolved reopened', 'drift within the cooldown after that reopens it, and says so');
select is((select state || ' ' || (acknowledged_at is null) || ' ' || (resolved_at is null) from ml.alerts), 'open true true', 'open, and nobody''s');
select pg_temp.forget();
select tests.become('engineer');
select is((ml.resolve_alert((select id from ml.alerts), 'recalibrated')).state, 'resolved', 'an engineer resolves it by hand');
select tests.reset();
select pg_temp.check_with(1);
select is(pg_temp.told(), 'resolved reopened', 'and drift reopens it with an event, so that no pager stays resolved');
select pg_temp.check_with(0), pg_temp.check_with(0);
update ml.alerts set resolved_at = resolved_at - interval '61 minutes';
select pg_temp.forget();
select pg_temp.check_with(1);
select is(pg_temp.told(), 'opened', 'after the cooldown a new alert opens');
select is((select count(*) from ml.alerts), 2::bigint, 'beside the old one');
select pg_temp.forget();
select ml.promote_model('tumour', 2, 'production');
select is(pg_temp.told(), 'resolved', 'another version resolves what was told of the one before');

select tests.become('viewer');
select is((select count(*) > 0 from ml.alert_changes), true, 'viewers read the changes');
select tests.refuses('delete from ml.alert_changes', 'and nobody writes them');
select tests.reset();

-- Any story: what the events tell is the state of every alert, and no kind ever has two that are unresolved.
create temporary table faults on commit drop as select ''::text as what where false;
select setseed(0.42);
do $$
declare
    v_act integer;
    v_alert bigint;
begin
    for i in 1..400 loop
        v_act := floor(random() * 7);
        v_alert := (select a.id from ml.alerts a order by random() limit 1);
        case
            when v_act <= 2 then perform pg_temp.check_with(floor(random() * 6)::integer);
            when v_act = 3 then perform pg_temp.check_with(0);
            when v_act = 4 then
                begin
                    perform ml.acknowledge_alert(v_alert);
                exception when sqlstate 'PT409' then null;
                end;
            when v_act = 5 then perform ml.resolve_alert(v_alert, 'by hand');
            else update ml.alerts set resolved_at = resolved_at - random() * interval '2 hours' where resolved_at is not null;
        end case;
        insert into faults
        select format('step %s: alert %s is %s %s, its last event left it %s %s', i, a.id, a.state, a.severity, c.state, c.severity)
        from ml.alerts a
        cross join lateral (select * from ml.alert_changes l where l.alert_id = a.id order by l.id desc limit 1) c
        where (a.state, a.severity) <> (c.state, c.severity);
    end loop;
end
$$;
select is_empty('select what from faults limit 5', 'after each of 400 random steps the events have told the state of every alert');
select is_empty(
    $$ select * from (
        select c.alert_id, c.event, lag(c.event) over w as before, lag(c.state) over w as state_before
        from ml.alert_changes c where c.alert_id > 5 window w as (partition by c.alert_id order by c.id)) s
       where (event = 'opened') <> (before is null) or (event = 'reopened' and state_before <> 'resolved') or (event = 'resolved' and state_before = 'resolved')
        or (event = 'acknowledged' and state_before <> 'open') or (event = 'severity_changed' and state_before = 'resolved') $$,
    'no event comes out of place');
select cmp_ok((select count(distinct event) from ml.alert_changes where alert_id > 2), '=', 5::bigint, 'and all five came');

select * from finish();
rollback;
