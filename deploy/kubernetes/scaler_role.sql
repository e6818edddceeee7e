-- A login for KEDA: it can count jobs by queue and state, and read nothing that is in them. Run as the owner:
--   psql "$SUPABASE_DB_URL" --set password=<a long random one> --file deploy/kubernetes/scaler_role.sql
\set ON_ERROR_STOP on
begin;
create role ml_scaler login noinherit connection limit 5 password :'password';
grant usage on schema ml to ml_scaler;
grant select on ml.queue_stats to ml_scaler;
-- The view runs with its caller's rights: these are the columns that it reads.
grant select (queue, state, ready, pending_dependencies, created_at, run_at, started_at, finished_at, lease_expires_at) on ml.jobs to ml_scaler;
create policy jobs_scaler_select on ml.jobs for select to ml_scaler using (true);
commit;
