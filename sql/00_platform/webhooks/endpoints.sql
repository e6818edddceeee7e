-- Webhook endpoints: which addresses are taken, and the admins' functions.

create or replace function ml_private.is_local_stack()
returns boolean
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$ select to_regnamespace('aimatrix_local') is not null $$;

comment on function ml_private.is_local_stack() is
    'True in the databases of the local stack, which makes a schema aimatrix_local as the mark: there webhooks may go to plain http and to this machine.';

create or replace function ml_private.is_private_address(address inet)
returns boolean
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select case family(is_private_address.address)
        when 4 then exists (
            select from unnest(array[
                '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24',
                '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'
            ]::inet[]) n where is_private_address.address <<= n
        )
        -- Global unicast only, and of that neither documentation nor the tunnels that carry an IPv4 address inside.
        else not is_private_address.address <<= '2000::/3'
            or exists (
                select from unnest(array['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']::inet[]) n
                where is_private_address.address <<= n
            )
    end
$$;

comment on function ml_private.is_private_address(inet) is 'True for every address that is not for the public internet (IANA''s special-purpose registries).';

create or replace function ml_private.check_webhook_url(url text)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_parts text[] := regexp_match(
        check_webhook_url.url,
        '^(https?)://'
        '(\[[0-9a-f:.]*:[0-9a-f:.]*\]|(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.?)'
        '(?::([0-9]{1,5}))?(?:[/?][\x21-\x7e]*)?$',
        'i');
    v_host text := rtrim(lower(v_parts[2]), '.');
    v_port integer := coalesce(v_parts[3]::integer, case lower(v_parts[1]) when 'https' then 443 else 80 end);
    v_address inet;
    v_fault text;
begin
    if v_parts is null or length(url) > 2000 or v_port not between 1 and 65535 or url ~ '[#\\]' then
        perform ml_private.raise_invalid(
            format('url must be an address such as https://example.com/hook, not %s', coalesce(to_json(left(url, 150))::text, 'null')), 'invalid_url',
            'printable ASCII, at most 2000 characters, without user name, password or fragment');
    end if;
    if ml_private.is_local_stack() then
        return;
    end if;
    if v_host ~ '^\[' or v_host ~ '(^|\.)(0x[0-9a-f]*|[0-9]+)$' then
        v_address := ml_private.parse_address(btrim(v_host, '[]'));
    end if;
    v_fault := case
        when lower(v_parts[1]) <> 'https' then 'it must be https'
        when v_port <> 443 and v_port < 1024 then format('port %s is not for webhooks', v_port)
        when v_address is null and (v_host !~ '\.[a-z][a-z0-9-]*$' or v_host ~ '\.(localhost|local|localdomain|internal|arpa|test|invalid|onion)$')
            then format('%s is no public name', v_host)
        when v_address is not null and ml_private.is_private_address(v_address) then format('%s is no public address', v_host)
    end;
    if v_fault is not null then
        perform ml_private.raise_invalid(format('url is refused: %s', v_fault), 'refused_url', 'use https, port 443 or above 1023, and a public name');
    end if;
end
$$;

comment on function ml_private.check_webhook_url(text) is
    'Refuse what is no address for webhooks. Names are resolved and judged again by the webhooks edge function at every attempt.';

create or replace function ml_private.parse_address(value text)
returns inet
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    -- Only the full form: inet_aton's octal, hexadecimal and shortened forms mean different things to different programs.
    if parse_address.value !~ ':' and parse_address.value !~ '^(0|[1-9][0-9]{0,2})(\.(0|[1-9][0-9]{0,2})){3}$' then
        return null;
    end if;
    return parse_address.value::inet;
exception when invalid_text_representation then
    return null;
end
$$;

comment on function ml_private.parse_address(text) is 'An IP address from its full textual form, else null.';

create or replace function ml_private.check_event_types(event_types text[])
returns void
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_unknown text;
begin
    if check_event_types.event_types is null or array_ndims(event_types) is distinct from 1 or cardinality(event_types) > 100 then
        perform ml_private.raise_invalid(
            'event_types must be a list of 1 to 100 names', 'invalid_event_types', 'see the table ml.event_types; ["*"] asks for all');
    end if;
    select coalesce(to_json(left(e, 150))::text, 'null') into v_unknown
    from unnest(event_types) e
    where e is distinct from '*'
        and not exists (select from ml.event_types t where e in (t.name, split_part(t.name, '.', 1) || '.*'))
    limit 1;
    if v_unknown is not null then
        perform ml_private.raise_invalid(
            format('there is no event type %s', v_unknown), 'unknown_event_type', 'see the table ml.event_types; job.* asks for a family, * for all');
    end if;
end
$$;

comment on function ml_private.check_event_types(text[]) is 'Refuse what is not 1 to 100 names of ml.event_types, families such as job.*, or *.';

-- api: admin
create or replace function ml_private.register_webhook_endpoint(url text, event_types text[], description text default '')
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_endpoint ml.webhook_endpoints;
    -- 366 random bits, hashed down to the 256 that HMAC-SHA256 can use.
    v_secret text := 'whsec_' || encode(sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')), 'base64');
begin
    perform ml_private.require_role('admin');
    perform ml_private.check_webhook_url(register_webhook_endpoint.url);
    perform ml_private.check_event_types(register_webhook_endpoint.event_types);
    perform ml_private.check_text(register_webhook_endpoint.description, 'description', 1000);
    -- Every event is compared with every endpoint.
    if (select count(*) from ml.webhook_endpoints) >= 100 then
        perform ml_private.raise_conflict('there are 100 endpoints already', 'too_many_endpoints', 'remove one first');
    end if;
    insert into ml.webhook_endpoints (url, event_types, description, created_by)
    values (
        register_webhook_endpoint.url,
        array(select distinct e from unnest(register_webhook_endpoint.event_types) e order by e),
        register_webhook_endpoint.description,
        case when current_setting('role') = 'authenticated' then auth.uid() end
    )
    on conflict on constraint webhook_endpoints_url_key do nothing
    returning * into v_endpoint;
    if v_endpoint.id is null then
        perform ml_private.raise_duplicate(
            format('%s is registered already', register_webhook_endpoint.url), 'endpoint_exists', 'change it with ml.update_webhook_endpoint');
    end if;
    perform ml_private.write_secret(ml_private.webhook_secret_name(v_endpoint.id), v_secret);
    return jsonb_build_object('id', v_endpoint.id, 'url', v_endpoint.url, 'event_types', v_endpoint.event_types, 'secret', v_secret);
end
$$;

comment on function ml_private.register_webhook_endpoint(text, text[], text) is
    'Have events sent to an https address. event_types: names of ml.event_types, families such as job.*, or *. Needs admin. Returns '
    '{"id","url","event_types","secret"}; the secret (whsec_…, for verifying signatures as Standard Webhooks does) is shown this once. Errors: 22023 '
    'invalid_url, refused_url, invalid_event_types, unknown_event_type; 23505 endpoint_exists; PT409 too_many_endpoints.';

create or replace function ml_private.webhook_secret_name(endpoint_id uuid)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$ select 'aimatrix_webhook_' || webhook_secret_name.endpoint_id $$;

comment on function ml_private.webhook_secret_name(uuid) is 'Under which name the vault keeps an endpoint''s signing secret.';

-- api: admin
create or replace function ml_private.update_webhook_endpoint(
    endpoint_id uuid,
    url text default null,
    event_types text[] default null,
    description text default null,
    enabled boolean default null
)
returns ml.webhook_endpoints
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_endpoint ml.webhook_endpoints;
begin
    perform ml_private.require_role('admin');
    if update_webhook_endpoint.url is not null then
        perform ml_private.check_webhook_url(update_webhook_endpoint.url);
    end if;
    if update_webhook_endpoint.event_types is not null then
        perform ml_private.check_event_types(update_webhook_endpoint.event_types);
    end if;
    perform ml_private.check_text(coalesce(update_webhook_endpoint.description, ''), 'description', 1000);
    begin
        update ml.webhook_endpoints e
        set url = coalesce(update_webhook_endpoint.url, e.url),
            event_types = case when update_webhook_endpoint.event_types is null then e.event_types
                else array(select distinct t from unnest(update_webhook_endpoint.event_types) t order by t) end,
            description = coalesce(update_webhook_endpoint.description, e.description),
            enabled = coalesce(update_webhook_endpoint.enabled, e.enabled),
            disabled_reason = case when update_webhook_endpoint.enabled is null then e.disabled_reason end,
            updated_at = now()
        where e.id = update_webhook_endpoint.endpoint_id
        returning * into v_endpoint;
    exception when unique_violation then
        perform ml_private.raise_duplicate(format('%s is registered already', update_webhook_endpoint.url), 'endpoint_exists');
    end;
    if v_endpoint.id is null then
        perform ml_private.raise_unknown('endpoint', update_webhook_endpoint.endpoint_id);
    end if;
    return v_endpoint;
end
$$;

comment on function ml_private.update_webhook_endpoint(uuid, text, text[], text, boolean) is
    'Change what is given and leave the rest. While enabled is false no event is recorded for the endpoint, and its pending deliveries wait. Needs admin. '
    'Returns the endpoint. Errors: as ml.register_webhook_endpoint, and PT404 endpoint_not_found.';

-- api: admin
create or replace function ml_private.remove_webhook_endpoint(endpoint_id uuid)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform ml_private.require_role('admin');
    delete from ml.webhook_endpoints e where e.id = remove_webhook_endpoint.endpoint_id;
    if not found then
        perform ml_private.raise_unknown('endpoint', remove_webhook_endpoint.endpoint_id);
    end if;
    perform ml_private.delete_secret(ml_private.webhook_secret_name(remove_webhook_endpoint.endpoint_id));
end
$$;

comment on function ml_private.remove_webhook_endpoint(uuid) is
    'Remove an endpoint, its secret and its deliveries, sent or not. Needs admin. Errors: PT404 endpoint_not_found.';

create or replace function ml_private.count_webhooks_due()
returns bigint
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select count(*)
    from (
        select
        from ml.webhook_endpoints e
        cross join lateral (
            select from ml.webhook_deliveries d where d.endpoint_id = e.id and d.state = 'pending' and d.next_attempt_at <= now() limit 1000
        ) d
        where e.enabled
        limit 1000
    ) due
$$;

comment on function ml_private.count_webhooks_due() is 'How many deliveries wait to be sent now, counted up to 1,000.';
