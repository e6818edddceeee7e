-- One function for each part of the platform that may be absent: pg_net, Vault, pg_cron. (Realtime: ml_private.broadcast.)

create or replace function ml_private.http_post(url text, headers jsonb, body jsonb)
returns boolean
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_net regnamespace := to_regnamespace('net');
begin
    if not exists (select from pg_catalog.pg_proc p where p.pronamespace = v_net and p.proname = 'http_post') then
        return false;
    end if;
    execute format('select %s.http_post(url := $1, body := $2, headers := $3, timeout_milliseconds := 5000)', v_net)
    using http_post.url, http_post.body, '{"content-type":"application/json"}'::jsonb || http_post.headers;
    return true;
end
$$;

comment on function ml_private.http_post(text, jsonb, jsonb) is
    'Have pg_net send a request once this transaction commits; false where there is no pg_net. It may never arrive: use it as a nudge, never for '
    'what must happen.';

create or replace function ml_private.call_edge_function(function_name text, body jsonb)
returns boolean
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_url text := ml_private.read_secret('aimatrix_url');
    v_key text := ml_private.read_secret('aimatrix_secret_key');
begin
    if v_url is null or v_key is null then
        return false;
    end if;
    return ml_private.http_post(
        rtrim(v_url, '/') || '/functions/v1/' || call_edge_function.function_name, jsonb_build_object('apikey', v_key), call_edge_function.body);
end
$$;

comment on function ml_private.call_edge_function(text, jsonb) is
    'Nudge an edge function of this project with the secret key. Needs the secrets aimatrix_url and aimatrix_secret_key (ml_private.write_secret) '
    'and pg_net; false without.';

-- What may be absent is named in dynamic SQL only: a function must be valid without it.
create or replace function ml_private.read_secret(name text)
returns text
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_vault regclass := to_regclass('vault.decrypted_secrets');
    v_value text;
begin
    if v_vault is null then
        return (select s.value from ml_private.secrets s where s.name = read_secret.name);
    end if;
    execute format('select decrypted_secret from %s where name = $1', v_vault) into v_value using read_secret.name;
    return v_value;
end
$$;

comment on function ml_private.read_secret(text) is
    'A secret by its name, from Supabase Vault, or from ml_private.secrets where there is no vault; null when there is none.';

create or replace function ml_private.write_secret(name text, value text)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_vault regnamespace := to_regnamespace('vault');
    v_id uuid;
begin
    perform ml_private.check_label(name, 'name');
    perform ml_private.check_text(value, 'value');
    if to_regclass('vault.decrypted_secrets') is null then
        insert into ml_private.secrets as s (name, value)
        values (write_secret.name, write_secret.value)
        on conflict on constraint secrets_name_pkey do update set value = excluded.value, updated_at = now();
        return;
    end if;
    execute format('select id from %s.decrypted_secrets where name = $1', v_vault) into v_id using write_secret.name;
    if v_id is null then
        execute format('select %s.create_secret($1, $2, $3)', v_vault) using write_secret.value, write_secret.name, 'AIMatrix ML';
    else
        execute format('select %s.update_secret($1, $2)', v_vault) using v_id, write_secret.value;
    end if;
end
$$;

comment on function ml_private.write_secret(text, text) is
    'Keep a secret under a name, in place of an earlier one. For the owner of the database and for functions, not for callers.';

create or replace function ml_private.delete_secret(name text)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_vault regclass := to_regclass('vault.secrets');
begin
    if v_vault is null then
        delete from ml_private.secrets s where s.name = delete_secret.name;
    else
        execute format('delete from %s where name = $1', v_vault) using delete_secret.name;
    end if;
end
$$;

comment on function ml_private.delete_secret(text) is 'Forget a secret; nothing happens when there is none of that name.';

create or replace function ml_private.schedule_tick(every text default '10 seconds')
returns boolean
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_cron regnamespace := to_regnamespace('cron');
begin
    if not exists (select from pg_catalog.pg_extension e where e.extname = 'pg_cron') then
        return false;
    end if;
    execute format('select %s.schedule($1, $2, $3)', v_cron)
    using 'aimatrix-ml-tick', schedule_tick.every, 'call ml_private.tick()';
    -- pg_cron keeps a row of every run and never forgets one.
    execute format('select %s.schedule($1, $2, $3)', v_cron)
    using 'aimatrix-ml-prune-cron-log', '7 * * * *',
        $prune$
        delete from cron.job_run_details d
        using cron.job j
        where j.jobid = d.jobid and j.jobname like 'aimatrix-ml-%' and d.end_time < now() - interval '1 day'
        $prune$;
    return true;
end
$$;

comment on function ml_private.schedule_tick(text) is
    'Have pg_cron run the tick (again changes how often), and prune the log that pg_cron keeps of it; false where pg_cron is not installed. '
    'Enable pg_cron and call this once, or let any scheduler run call ml_private.tick().';
