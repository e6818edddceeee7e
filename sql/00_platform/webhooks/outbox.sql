-- The outbox: what is due, claimed by the webhooks edge function, and what became of it.

create or replace function ml_private.webhook_retry_delay(attempt integer)
returns interval
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select (array['5 seconds', '30 seconds', '5 minutes', '30 minutes', '2 hours', '5 hours', '10 hours']::interval[])[webhook_retry_delay.attempt]
$$;

comment on function ml_private.webhook_retry_delay(integer) is 'How long after the failed attempt of that number the next one comes; null: there is none.';

-- The new due time of a claim is the lease: longer than an attempt can take, so that two senders never have the same delivery. And not shorter than
-- the delay after a failed attempt: a sender that always dies would use up in minutes what is to last for hours.
create or replace function ml_private.webhook_lease(attempt integer)
returns interval
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$ select greatest(interval '2 minutes', ml_private.webhook_retry_delay(webhook_lease.attempt)) $$;

comment on function ml_private.webhook_lease(integer) is 'How long a delivery is left to the sender that claimed it for the attempt of that number.';

create or replace function ml_private.give_up_deliveries()
returns void
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    update ml.webhook_deliveries d
    set state = 'failed', sending = false, next_attempt_at = null, last_status = null,
        last_error = format('the sender of attempt %s ended without an outcome, and no attempt is left', d.attempt)
    where d.id = any (array(
        select l.id
        from ml.webhook_deliveries l
        join ml.webhook_endpoints e on e.id = l.endpoint_id
        where l.sending and l.next_attempt_at <= now() and ml_private.webhook_retry_delay(l.attempt) is null and e.enabled
        order by l.next_attempt_at
        limit 20
        for update of l skip locked
    ))
$$;

comment on function ml_private.give_up_deliveries() is
    'Fail deliveries whose last attempt was taken by a sender that never told its outcome: a message that ends its senders must end too.';

-- api: service
create or replace function ml_private.claim_webhook_deliveries(max_deliveries integer default 20)
returns table (
    id uuid,
    endpoint_id uuid,
    url text,
    secret text,
    event_type text,
    payload jsonb,
    attempt integer,
    created_at timestamptz
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform ml_private.require_role('service_role');
    if max_deliveries is null or max_deliveries not between 1 and 100 then
        perform ml_private.raise_invalid(format('max_deliveries must be from 1 to 100, not %s', coalesce(max_deliveries::text, 'null')));
    end if;
    perform ml_private.give_up_deliveries();
    -- Five at most are on their way to one endpoint, and each endpoint's first comes before any one's second: neither a slow nor a busy one must hold
    -- up the others. What a sender took more than two minutes ago is on its way no more, however late it comes due again.
    return query
    with fresh as (
        select c.id, e.url, e.id as endpoint
        from ml.webhook_endpoints e
        cross join lateral (
            select count(*)::integer as n
            from ml.webhook_deliveries s
            where s.endpoint_id = e.id and s.sending and s.next_attempt_at > now() - interval '2 minutes' + ml_private.webhook_lease(s.attempt)
        ) busy
        cross join lateral (
            select l.id, l.next_attempt_at, row_number() over (order by l.next_attempt_at, l.id) as place
            from (
                select d.id, d.next_attempt_at
                from ml.webhook_deliveries d
                where d.endpoint_id = e.id and d.state = 'pending' and not d.sending and d.next_attempt_at <= now()
                order by d.next_attempt_at
                limit greatest(0, 5 - busy.n)
                for update skip locked
            ) l
        ) c
        where e.enabled
        order by c.place + busy.n, c.next_attempt_at
        limit claim_webhook_deliveries.max_deliveries
    ),
    -- One whose last sender ended without an outcome is handed out alone of its kind: should it end this one too, it takes no other like it along.
    suspect as (
        select d.id, e.url, e.id as endpoint
        from ml.webhook_deliveries d
        join ml.webhook_endpoints e on e.id = d.endpoint_id
        where d.sending and d.next_attempt_at <= now() and d.state = 'pending' and e.enabled
        order by d.next_attempt_at
        limit 1
        for update of d skip locked
    ),
    chosen as (
        select * from suspect
        union all
        select * from fresh
        limit claim_webhook_deliveries.max_deliveries
    )
    update ml.webhook_deliveries d
    set attempt = d.attempt + 1, sending = true, next_attempt_at = now() + ml_private.webhook_lease(d.attempt + 1)
    from chosen due
    where d.id = due.id
    returning
        d.id, d.endpoint_id, due.url, ml_private.read_secret(ml_private.webhook_secret_name(due.endpoint)), d.event_type, d.payload, d.attempt,
        d.created_at;
end
$$;

comment on function ml_private.claim_webhook_deliveries(integer) is
    'For the webhooks edge function (service role only): up to max_deliveries (1 to 100) that are due, leased for two minutes, with address and '
    'signing secret.';

-- api: service
create or replace function ml_private.record_webhook_outcome(
    delivery_id uuid,
    attempt integer,
    status integer default null,
    error text default null
)
returns ml.webhook_deliveries
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_delivery ml.webhook_deliveries;
    v_delivered boolean := coalesce(record_webhook_outcome.status between 200 and 299, false);
    v_delay interval := ml_private.webhook_retry_delay(record_webhook_outcome.attempt);
begin
    perform ml_private.require_role('service_role');
    if status not between 100 and 599 then
        perform ml_private.raise_invalid(format('status must be an HTTP status, not %s', status));
    end if;
    if record_webhook_outcome.status = 410 then
        -- The endpoint before its deliveries, as where it is removed.
        perform from ml.webhook_endpoints e
        where e.id = (select d.endpoint_id from ml.webhook_deliveries d where d.id = record_webhook_outcome.delivery_id)
        for no key update;
    end if;
    select d.* into v_delivery from ml.webhook_deliveries d where d.id = record_webhook_outcome.delivery_id for update;
    if v_delivery.id is null then
        perform ml_private.raise_unknown('delivery', delivery_id);
    elsif v_delivery.attempt is distinct from record_webhook_outcome.attempt then
        perform ml_private.raise_conflict(
            format('delivery %s is at attempt %s, not %s', delivery_id, v_delivery.attempt, coalesce(record_webhook_outcome.attempt::text, 'null')),
                'lease_lost');
    elsif v_delivery.state <> 'pending' then
        -- The sender repeats itself because its first call's reply was lost.
        return v_delivery;
    end if;
    if record_webhook_outcome.status = 410 then
        -- Not when it was changed since the attempt was claimed: the answer may be that of an address of before.
        update ml.webhook_endpoints e
        set enabled = false, disabled_reason = 'it answered 410 Gone', updated_at = now()
        where e.id = v_delivery.endpoint_id and e.updated_at <= v_delivery.next_attempt_at - ml_private.webhook_lease(v_delivery.attempt);
        if found then
            v_delay := null;
        end if;
    end if;
    update ml.webhook_deliveries d
    set state = case when v_delivered then 'delivered' when v_delay is null then 'failed' else 'pending' end,
        sending = false,
        next_attempt_at = case when not v_delivered then now() + v_delay end,
        delivered_at = case when v_delivered then now() end,
        last_status = record_webhook_outcome.status,
        last_error = case when not v_delivered then left(
            coalesce(record_webhook_outcome.error, 'status ' || record_webhook_outcome.status, 'no reply'), 500) end
    where d.id = record_webhook_outcome.delivery_id
    returning * into v_delivery;
    return v_delivery;
end
$$;

comment on function ml_private.record_webhook_outcome(uuid, integer, integer, text) is
    'For the webhooks edge function (service role only): what came of a claimed attempt. A status of 200 to 299 delivers; anything else, or null '
    'with an error, is retried after 5 s, 30 s, 5 min, 30 min, 2 h, 5 h and 10 h, then failed; 410 also switches the endpoint off. Errors: PT404 '
    'delivery_not_found, PT409 lease_lost.';

-- api: admin
create or replace function ml_private.redeliver_webhook(delivery_id uuid)
returns ml.webhook_deliveries
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_delivery ml.webhook_deliveries;
begin
    perform ml_private.require_role('admin');
    -- attempt goes on counting, so an outcome of the earlier round cannot be recorded on this one; the delays begin again only for new deliveries.
    update ml.webhook_deliveries d
    set state = 'pending', sending = false, next_attempt_at = now(), delivered_at = null
    where d.id = redeliver_webhook.delivery_id and d.state <> 'pending'
    returning * into v_delivery;
    if exists (
        select from ml.webhook_deliveries d join ml.webhook_endpoints e on e.id = d.endpoint_id
        where d.id = redeliver_webhook.delivery_id and not e.enabled)
    then
        perform ml_private.raise_conflict(
            format('the endpoint of delivery %s is switched off, so nothing is sent to it', redeliver_webhook.delivery_id), 'endpoint_disabled',
            'ml.update_webhook_endpoint with enabled => true switches it on');
    end if;
    if v_delivery.id is null then
        if exists (select from ml.webhook_deliveries d where d.id = redeliver_webhook.delivery_id) then
            perform ml_private.raise_conflict(format('delivery %s is pending', redeliver_webhook.delivery_id), 'delivery_pending', 'it is sent by itself');
        end if;
        perform ml_private.raise_unknown('delivery', redeliver_webhook.delivery_id);
    end if;
    return v_delivery;
end
$$;

comment on function ml_private.redeliver_webhook(uuid) is
    'Send a delivered or failed delivery again, under the same webhook-id. Needs admin. Returns the delivery. Errors: PT404 delivery_not_found, '
    'PT409 delivery_pending.';

create or replace function ml_private.prune_webhook_deliveries()
returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_count integer;
    v_waiting integer;
begin
    delete from ml.webhook_deliveries
    where ctid = any (array(
        select d.ctid from ml.webhook_deliveries d
        where d.state <> 'pending' and d.created_at < now() - interval '30 days'
        limit 5000
        for update skip locked
    ));
    get diagnostics v_count = row_count;
    -- What waits for an endpoint that is switched off is old news after as long; switched on again, it would get it all.
    delete from ml.webhook_deliveries
    where ctid = any (array(
        select o.ctid
        from ml.webhook_endpoints e
        cross join lateral (
            select d.ctid
            from ml.webhook_deliveries d
            where d.endpoint_id = e.id and d.state = 'pending' and d.created_at < now() - interval '30 days'
            order by d.created_at
            limit 5000
            for update skip locked
        ) o
        where not e.enabled
        limit 5000
    ));
    get diagnostics v_waiting = row_count;
    return v_count + v_waiting;
end
$$;

comment on function ml_private.prune_webhook_deliveries() is
    'The tick''s task that forgets settled deliveries after 30 days, and those that wait for an endpoint which is switched off.';

select ml_private.register_tick_task('webhook_log', 'ml_private.prune_webhook_deliveries', interval '1 minute');
