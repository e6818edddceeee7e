-- Announcing what happened: Realtime for who is looking, the webhook outbox for who must know.

create or replace function ml_private.broadcast(topic text, event text, payload jsonb)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    -- Looked up at every call (1 µs): a dump may be restored where there is no Realtime.
    if to_regprocedure('realtime.send(jsonb,text,text,boolean)') is not null then
        perform realtime.send(broadcast.payload, broadcast.event, broadcast.topic, true);
    end if;
end
$$;

comment on function ml_private.broadcast(text, text, jsonb) is
    'Send a message to a private Realtime topic (members only) when this transaction commits. Does nothing where there is no Realtime; never fails the caller.';

create or replace function ml_private.broadcast_two(topic text, payload jsonb, other_topic text, other_payload jsonb, event text)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    -- In one statement: half of what two calls of ml_private.broadcast cost beside the sending.
    if to_regprocedure('realtime.send(jsonb,text,text,boolean)') is not null then
        perform
            realtime.send(broadcast_two.payload, broadcast_two.event, broadcast_two.topic, true),
            realtime.send(broadcast_two.other_payload, broadcast_two.event, broadcast_two.other_topic, true);
    end if;
end
$$;

comment on function ml_private.broadcast_two(text, jsonb, text, jsonb, text) is 'ml_private.broadcast of one event on two topics, to each its payload.';

-- On the hot path of the queue. Without endpoints the insert reads one empty table and nothing else. The lock makes the event wait for an endpoint
-- that is just being removed, and then pass it over: without it the foreign key would fail the transaction that the event tells of. Progress, which
-- comes once a second from each running job, goes only to who names it.
create or replace function ml_private.emit(topic text, event text, payload jsonb, webhooks boolean default true)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if emit.webhooks then
        insert into ml.webhook_deliveries (endpoint_id, event_type, payload)
        select e.id, emit.event, emit.payload
        from ml.webhook_endpoints e
        where e.enabled
            and e.event_types && case emit.event when 'job.progress' then array[emit.event]
                else array[emit.event, split_part(emit.event, '.', 1) || '.*', '*'] end
        for key share of e;
    end if;
    if to_regprocedure('realtime.send(jsonb,text,text,boolean)') is not null then
        perform realtime.send(emit.payload, emit.event, emit.topic, true);
    end if;
end
$$;

comment on function ml_private.emit(text, text, jsonb, boolean) is
    'Announce one event: a Realtime message on topic and, when webhooks is true, an outbox row for each enabled endpoint that asks for the event. '
    'For several events of one statement use ml_private.emit_many: the outbox costs one insert then.';

create or replace function ml_private.emit_many(topics text[], events text[], payloads jsonb[], webhooks boolean default true)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if emit_many.webhooks then
        insert into ml.webhook_deliveries (endpoint_id, event_type, payload)
        select e.id, m.event, m.payload
        from ml.webhook_endpoints e
        join unnest(emit_many.events, emit_many.payloads) with ordinality m (event, payload, ordinal)
            on e.event_types && case m.event when 'job.progress' then array[m.event] else array[m.event, split_part(m.event, '.', 1) || '.*', '*'] end
        where e.enabled
        order by m.ordinal
        for key share of e;
    end if;
    if to_regprocedure('realtime.send(jsonb,text,text,boolean)') is not null then
        perform realtime.send(m.payload, m.event, m.topic, true)
        from unnest(emit_many.topics, emit_many.events, emit_many.payloads) with ordinality m (topic, event, payload, ordinal)
        where m.topic is not null;
    end if;
end
$$;

comment on function ml_private.emit_many(text[], text[], jsonb[], boolean) is
    'Announce several events at once: topics[i], events[i], payloads[i]. The outbox rows are one insert; Realtime takes one call a message, and '
    'none where topics[i] is null.';
