-- Logging: one call writes a batch of metrics, params and tags, or nothing of it.

create or replace function ml_private.write_metrics(rows ml.run_metrics[])
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into ml.run_metrics (run_id, key, step, value, logged_at)
    select r.run_id, r.key, r.step, r.value, r.logged_at
    from unnest(write_metrics.rows) r
    -- Rows in one order, here and below, so that two batches of one run cannot deadlock on each other's rows.
    order by r.key, r.step, r.logged_at, r.value
    on conflict do nothing;
    insert into ml.latest_metrics as l (run_id, key, value, step, logged_at)
    select distinct on (r.key) r.run_id, r.key, r.value, r.step, r.logged_at
    from unnest(write_metrics.rows) r
    order by r.key, r.step desc, r.logged_at desc, coalesce(nullif(r.value, 'NaN'), 0) desc
    on conflict on constraint latest_metrics_run_id_key_pkey do update
    set value = excluded.value, step = excluded.step, logged_at = excluded.logged_at
    where (excluded.step, excluded.logged_at, coalesce(nullif(excluded.value, 'NaN'), 0))
        > (l.step, l.logged_at, coalesce(nullif(l.value, 'NaN'), 0));
end
$$;

comment on function ml_private.write_metrics(ml.run_metrics[]) is 'Store metrics of one run and bring its latest values up to date.';

create or replace function ml_private.write_params(run_id uuid, params jsonb)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_changed record;
begin
    insert into ml.run_params (run_id, key, value)
    select write_params.run_id, p.key, ml_private.scalar_text(p.value)
    from jsonb_each(write_params.params) p
    order by p.key
    on conflict on constraint run_params_run_id_key_pkey do nothing;
    -- A new statement sees what the insert above waited for, so of two sessions with two values exactly one is refused.
    select p.key, p.value, ml_private.scalar_text(n.value) as new_value
    into v_changed
    from jsonb_each(write_params.params) n
    join ml.run_params p on p.run_id = write_params.run_id and p.key = n.key
    where p.value <> ml_private.scalar_text(n.value)
    order by p.key
    limit 1;
    if v_changed.key is not null then
        perform ml_private.raise_conflict(
            format('the param %s of run %s is %s and cannot become %s', to_json(v_changed.key), write_params.run_id,
                to_json(left(v_changed.value, 200)), to_json(left(v_changed.new_value, 200))),
            'param_changed', 'params never change: log the new value under another name, or in another run');
    end if;
end
$$;

comment on function ml_private.write_params(uuid, jsonb) is 'Store params of one run; PT409 param_changed when one is there with another value.';

create or replace function ml_private.write_tags(run_id uuid, tags jsonb)
returns void
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    insert into ml.run_tags (run_id, key, value)
    select write_tags.run_id, t.key, ml_private.scalar_text(t.value)
    from jsonb_each(write_tags.tags) t
    order by t.key
    on conflict on constraint run_tags_run_id_key_pkey do update set value = excluded.value
$$;

comment on function ml_private.write_tags(uuid, jsonb) is 'Store tags of one run over those that it has.';

-- api: engineer, worker
create or replace function ml_private.log_batch(
    run_id uuid, metrics jsonb default '[]', params jsonb default '{}', tags jsonb default '{}', attempt integer default null)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_metrics integer;
    v_params integer;
    v_tags integer;
begin
    perform ml_private.require_role('engineer', worker => true);
    if jsonb_typeof(log_batch.metrics) is distinct from 'array' then
        perform ml_private.raise_invalid(
            format('metrics must be an array of objects {key, value, step, timestamp}, not %s', coalesce(jsonb_typeof(metrics), 'null')),
            'invalid_metrics');
    end if;
    v_metrics := jsonb_array_length(log_batch.metrics);
    if v_metrics > 1000 or pg_column_size(log_batch.metrics) > 1048576 then
        perform ml_private.raise_invalid(
            format('metrics holds %s entries in %s bytes, at most 1000 in 1048576 are allowed', v_metrics, pg_column_size(log_batch.metrics)),
            'too_many_metrics', 'split them over several calls');
    end if;
    perform ml_private.check_entries(log_batch.params, 'params', 100, 6000);
    perform ml_private.check_entries(log_batch.tags, 'tags', 100, 8000);
    v_params := (select count(*) from jsonb_object_keys(log_batch.params));
    v_tags := (select count(*) from jsonb_object_keys(log_batch.tags));
    perform ml_private.hold_run_for_writing(log_batch.run_id, log_batch.attempt, tags_only => v_metrics = 0 and v_params = 0);
    if v_metrics > 0 then
        perform ml_private.write_metrics(ml_private.parse_metrics(log_batch.run_id, log_batch.metrics));
    end if;
    if v_params > 0 then
        perform ml_private.write_params(log_batch.run_id, log_batch.params);
    end if;
    if v_tags > 0 then
        perform ml_private.write_tags(log_batch.run_id, log_batch.tags);
    end if;
    return jsonb_build_object('metrics', v_metrics, 'params', v_params, 'tags', v_tags);
end
$$;

comment on function ml_private.log_batch(uuid, jsonb, jsonb, jsonb, integer) is
    'Log to a run, all or nothing. metrics: at most 1000 {key, value, step = 0, timestamp = now}, value a number or "NaN", "Infinity", "-Infinity", '
    'timestamp in ms since 1970 or ISO 8601; params: at most 100 {name: scalar} of 6000 characters, never changed later (PT409 param_changed); '
    'tags: at most 100 of 8000 characters, overwritten. attempt: for a run that an unfinished job executes, the attempt that holds it; engineers '
    'may set its tags without. Returns {metrics, params, tags}: how many were taken. PT404 run_not_found; PT409 lease_lost, lease_required. For '
    'engineers and workers.';
