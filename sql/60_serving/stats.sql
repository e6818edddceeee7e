-- api: viewer
create or replace function ml.get_serving_stats(model text, look_back interval default interval '1 hour')
returns table (
    version integer,
    purpose text,
    predictions bigint,
    requests bigint,
    latency_ms_p50 double precision,
    latency_ms_p95 double precision,
    latency_ms_max double precision,
    mean_score double precision,
    labels jsonb,
    first_served_at timestamptz,
    last_served_at timestamptz
)
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_model_id bigint;
begin
    perform ml_private.require_role('viewer');
    if get_serving_stats.look_back is null or get_serving_stats.look_back <= interval '0' or get_serving_stats.look_back > interval '90 days' then
        perform ml_private.raise_invalid(
            format('look_back is %s', coalesce(get_serving_stats.look_back::text, 'null')), 'invalid_look_back', 'give more than 0 and at most 90 days'
        );
    end if;
    v_model_id := (ml_private.find_model(get_serving_stats.model)).id;
    return query
    with answers as materialized (
        select p.version_id, p.purpose, p.request_id, p.latency_ms, p.score, p.predicted_label, p.served_at
        from ml.predictions p
        where p.model_id = v_model_id and p.served_at > now() - get_serving_stats.look_back
    ),
    label_counts as (
        select l.version_id, l.purpose, jsonb_object_agg(l.predicted_label, l.answers order by l.predicted_label) as labels
        from (
            select a.version_id, a.purpose, a.predicted_label, count(*) as answers,
                row_number() over (partition by a.version_id, a.purpose order by count(*) desc, a.predicted_label) as place
            from answers a
            where a.predicted_label is not null
            group by a.version_id, a.purpose, a.predicted_label
        ) l
        where l.place <= 100
        group by l.version_id, l.purpose
    ),
    latencies as (
        select r.version_id, r.purpose, count(*) as requests,
            percentile_cont('{0.5,0.95}'::double precision[]) within group (order by r.latency_ms) as quantiles, max(r.latency_ms) as latency_ms_max
        from (
            select a.version_id, a.purpose, max(a.latency_ms)::double precision as latency_ms from answers a group by a.version_id, a.purpose, a.request_id
        ) r
        group by r.version_id, r.purpose
    ),
    figures as (
        select a.version_id, a.purpose, count(*) as predictions, avg(a.score) as mean_score, min(a.served_at) as first_served_at,
            max(a.served_at) as last_served_at
        from answers a
        group by a.version_id, a.purpose
    )
    select v.version, f.purpose, f.predictions, t.requests, t.quantiles[1], t.quantiles[2], t.latency_ms_max, f.mean_score, coalesce(l.labels, '{}'),
        f.first_served_at, f.last_served_at
    from figures f
    join ml.model_versions v on v.id = f.version_id
    join latencies t on t.version_id = f.version_id and t.purpose = f.purpose
    left join label_counts l on l.version_id = f.version_id and l.purpose = f.purpose
    order by v.version, f.purpose;
end
$$;

comment on function ml.get_serving_stats(text, interval) is
    'What a model answered in the last look_back (at most 90 days), one row per version and purpose: number of predictions and of requests, latency '
    'of a request in milliseconds (p50, p95, longest), mean score, count of each predicted label (the 100 commonest), first and last time. Needs '
    'viewer. Errors: PT404 model_not_found; 22023 invalid_look_back.';
