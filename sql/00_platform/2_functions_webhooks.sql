-- Webhooks: endpoints, and the outbox's claim and outcome.

create function ml_private.count_webhooks_due()
returns bigint
language sql
stable
security invoker
set search_path = ''
as $$
    select count(*)
    from (
        select
        from ml.webhook_deliveries d
        join ml.webhook_endpoints e on e.id = d.endpoint_id and e.enabled
        where d.state = 'pending' and d.next_attempt_at <= now()
        limit 1000
    ) due
$$;

comment on function ml_private.count_webhooks_due() is 'How many deliveries wait to be sent now, counted up to 1,000.';

revoke all on function
    ml_private.count_webhooks_due()
    from public;
