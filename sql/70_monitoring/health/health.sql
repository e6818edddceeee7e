-- The health report of one model: serving, drift, alerts, feedback and retraining over a window, with what to do about it.

create or replace function ml_private.wilson_interval(successes bigint, trials bigint)
returns double precision[]
language sql
immutable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select case when trials > 0 then array[greatest(0, centre - half), least(1, centre + half)] end
    from (
        select
            (p + z * z / (2 * n)) / (1 + z * z / n) as centre,
            z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n) as half
        from (
            select successes::double precision / nullif(trials, 0) as p, nullif(trials, 0)::double precision as n, 1.959963984540054::double precision as z
        ) inputs
    ) bounds
$$;

comment on function ml_private.wilson_interval(bigint, bigint) is '95% score interval of a share (Wilson 1927) as {low, high}; null without trials.';

-- Newcombe 1998 (Statistics in Medicine 17, method 10): from the score intervals of both shares.
create or replace function ml_private.share_difference_interval(successes bigint, trials bigint, other_successes bigint, other_trials bigint)
returns double precision[]
language sql
immutable
parallel safe
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select array[p - q - sqrt((p - a[1]) ^ 2 + (b[2] - q) ^ 2), p - q + sqrt((a[2] - p) ^ 2 + (q - b[1]) ^ 2)]
    from (
        select successes::double precision / nullif(trials, 0) as p, other_successes::double precision / nullif(other_trials, 0) as q,
            ml_private.wilson_interval(successes, trials) as a, ml_private.wilson_interval(other_successes, other_trials) as b
    ) x
    where trials > 0 and other_trials > 0
$$;

comment on function ml_private.share_difference_interval(bigint, bigint, bigint, bigint) is
    '95% interval of the difference of two shares as {low, high}; null without trials on both sides.';

create or replace function ml_private.summarise_serving(model_id bigint, since timestamptz)
returns jsonb
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_build_object(
        'predictions', coalesce(sum(r.predictions), 0),
        'requests', count(*),
        'latency_ms_p50', percentile_cont(0.5) within group (order by r.latency_ms),
        'latency_ms_p95', percentile_cont(0.95) within group (order by r.latency_ms),
        'last_served_at', max(r.last_served_at)
    )
    from (
        select count(*) as predictions, max(p.latency_ms) as latency_ms, max(p.served_at) as last_served_at
        from ml.predictions p
        where p.model_id = summarise_serving.model_id and p.purpose = 'live' and p.served_at > summarise_serving.since
        group by p.request_id
    ) r
$$;

comment on function ml_private.summarise_serving(bigint, timestamptz) is
    'Live predictions since a time: how many, in how many requests, and the latency of a request.';

create or replace function ml_private.summarise_refusals(model_id bigint, answered bigint, since timestamptz)
returns jsonb
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with refused as materialized (
        select r.version_id, r.missing, r.refused_at
        from ml.model_versions v
        join ml.prediction_refusals r on r.version_id = v.id and r.refused_at > summarise_refusals.since
        where v.model_id = summarise_refusals.model_id
    ),
    counted as materialized (
        select r.version_id, m.position, count(*) as rows from refused r cross join lateral unnest(r.missing) as m (position) group by r.version_id, m.position
    ),
    worst as (
        select f.feature, sum(c.rows) as rows
        from counted c
        join ml.model_versions v on v.id = c.version_id
        cross join lateral (select jsonb_path_query_array(v.signature, '$.inputs[*].columns[*].feature') ->> (c.position - 1) as feature) f
        where f.feature is not null
        group by f.feature
        order by sum(c.rows) desc, f.feature
        limit 5
    )
    select jsonb_build_object(
        'rows', count(*),
        'share', count(*)::double precision / nullif(count(*) + summarise_refusals.answered, 0),
        'last_refused_at', max(r.refused_at),
        'features', (select coalesce(jsonb_agg(jsonb_build_object('name', w.feature, 'rows', w.rows) order by w.rows desc, w.feature), '[]') from worst w)
    )
    from refused r
$$;

comment on function ml_private.summarise_refusals(bigint, bigint, timestamptz) is
    'Rows of live requests that a model refused since a time: how many, their share of those and the answered, and the five features that were missing most.';

create or replace function ml_private.summarise_feedback(version_id bigint, since timestamptz)
returns jsonb
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with judged as (
        -- Senders may disagree on a prediction: the newest actual label counts.
        select distinct on (f.prediction_id) f.predicted_label = f.actual as correct, f.actual
        from ml.feedback f
        where f.version_id = summarise_feedback.version_id and f.submitted_at > summarise_feedback.since and f.actual is not null
        order by f.prediction_id, f.submitted_at desc, f.id desc
    ),
    classes as materialized (
        select distinct ml_private.class_name(c.class) as name
        from ml.model_versions v
        cross join lateral jsonb_array_elements(v.signature -> 'classes') c (class)
        where v.id = summarise_feedback.version_id
    ),
    counts as (
        select count(*) as labelled, count(*) filter (where j.correct) as correct, count(*) filter (where c.name is null) as unknown
        from judged j
        left join classes c on c.name = j.actual
    )
    select jsonb_build_object(
        'labelled', c.labelled,
        'unknown_labels', c.unknown,
        'accuracy', c.correct::double precision / nullif(c.labelled, 0),
        'accuracy_interval', to_jsonb(ml_private.wilson_interval(c.correct, c.labelled)),
        'validation_accuracy', e.value,
        -- Of the held-out rows, few as they may be, validation tells as little as labels do.
        'accuracy_difference_interval', to_jsonb(ml_private.share_difference_interval(c.correct, c.labelled, round(e.value * e.rows)::bigint, e.rows)),
        'mean_rating', (
            select avg(f.rating) from ml.feedback f
            where f.version_id = summarise_feedback.version_id and f.submitted_at > summarise_feedback.since
        )
    )
    from counts c
    cross join lateral ml_private.validation_accuracy(summarise_feedback.version_id) e
$$;

comment on function ml_private.summarise_feedback(bigint, timestamptz) is
    'Accuracy on labelled predictions of a version since a time with its 95% interval, beside the accuracy measured in validation.';

create or replace function ml_private.summarise_retraining(model_id bigint)
returns jsonb
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(jsonb_agg(to_jsonb(r) order by r.queued_at desc), '[]')
    from (
        select t.job_id, t.queued_at, t.reason, coalesce(j.state, 'removed') as state,
            (select v.version from ml.training_jobs w join ml.model_versions v on v.run_id = w.run_id where w.job_id = t.job_id limit 1) as version
        from ml.retrainings t
        left join ml.jobs j on j.id = t.job_id
        where t.model_id = summarise_retraining.model_id
        order by t.queued_at desc
        limit 5
    ) r
$$;

comment on function ml_private.summarise_retraining(bigint) is 'The five newest retrainings of a model, with their job''s state and the version each made.';

create or replace function ml_private.advise_health(
    serving jsonb, alerts jsonb, feedback jsonb, retraining jsonb, monitor jsonb, checked boolean, last_check jsonb
)
returns table (status text, advice text)
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select 'critical', format('labelled predictions are right in %s of cases, validation had %s: retrain or roll back',
        round((feedback ->> 'accuracy')::numeric, 3), round((feedback ->> 'validation_accuracy')::numeric, 3))
    where (feedback -> 'accuracy_difference_interval' ->> 1)::double precision < 0
    union all
    select 'degraded', format('labelled predictions are right in %s of cases, validation is said to have had %s', round((feedback ->> 'accuracy')::numeric, 3),
        round((feedback ->> 'validation_accuracy')::numeric, 3))
    where feedback -> 'accuracy_difference_interval' = 'null'
        and (feedback -> 'accuracy_interval' ->> 1)::double precision < (feedback ->> 'validation_accuracy')::double precision
    union all
    select case when a.alert ->> 'severity' = 'critical' then 'critical' else 'degraded' end,
        format('alert %s: %s', a.alert ->> 'alert_id', a.alert ->> 'title')
    from jsonb_array_elements(alerts) as a (alert)
    union all
    select 'degraded', format('retraining job %s has failed: see its error', r.entry ->> 'job_id')
    from jsonb_array_elements(retraining) with ordinality as r (entry, i)
    where r.i = 1 and r.entry ->> 'state' = 'failed'
    union all
    select 'unmonitored', 'the monitor is switched off: set_monitor with {"enabled": true} switches it on'
    where not (monitor ->> 'enabled')::boolean
    union all
    select 'unmonitored', format('the drift check fails: %s', monitor ->> 'last_error')
    where (monitor ->> 'enabled')::boolean and monitor ->> 'last_error' is not null
    union all
    select 'degraded', format('no row was answered and %s were refused, most for want of %s: repair the feature''s source',
        serving #>> '{refused,rows}', serving #>> '{refused,features,0,name}')
    where (serving ->> 'predictions')::bigint = 0 and (serving #>> '{refused,rows}')::bigint > 0
    union all
    -- Whatever a test makes of it: who asks gets no answer.
    select 'degraded', format('%s of %s rows were refused, most for want of %s: repair the feature''s source', serving #>> '{refused,rows}',
        (serving ->> 'predictions')::bigint + (serving #>> '{refused,rows}')::bigint, serving #>> '{refused,features,0,name}')
    where (serving ->> 'predictions')::bigint between 1 and (serving #>> '{refused,rows}')::bigint
        and (serving #>> '{refused,rows}')::bigint >= (monitor ->> 'min_rows')::bigint
    union all
    select 'degraded', format('in the last drift check %s of %s entities were refused: repair the source of what they lack', last_check ->> 'refused_count',
        (last_check ->> 'row_count')::bigint + (last_check ->> 'refused_count')::bigint)
    where (last_check ->> 'refused_count')::bigint > 0 and (last_check ->> 'refused_count')::bigint >= (last_check ->> 'row_count')::bigint
    union all
    select 'no_data', 'no live predictions in the window'
    where (serving ->> 'predictions')::bigint = 0
    union all
    select 'unchecked', 'no drift check covers what was served lately: too few entities, or no pinned reference'
    where not checked and (serving ->> 'predictions')::bigint > 0
$$;

comment on function ml_private.advise_health(jsonb, jsonb, jsonb, jsonb, jsonb, boolean, jsonb) is 'What is wrong with a model, one row each with its weight.';
