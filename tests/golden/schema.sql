CREATE SCHEMA ml;
COMMENT ON SCHEMA ml IS 'AIMatrix ML: tables read through row-level security, and API functions. Exposed by PostgREST.';
CREATE SCHEMA ml_datasets;
COMMENT ON SCHEMA ml_datasets IS 'AIMatrix ML training datasets, one materialised table each. Never exposed.';
CREATE SCHEMA ml_private;
COMMENT ON SCHEMA ml_private IS 'AIMatrix ML engine room: helpers and definer functions that check the caller first. Never exposed.';
CREATE TABLE ml.alerts (
    id bigint NOT NULL,
    model_id bigint NOT NULL,
    version_id bigint NOT NULL,
    kind text NOT NULL,
    severity text NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    title text NOT NULL,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    occurrences integer DEFAULT 1 NOT NULL,
    clean_checks integer DEFAULT 0 NOT NULL,
    opened_at timestamp with time zone DEFAULT now() NOT NULL,
    last_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    acknowledged_at timestamp with time zone,
    acknowledged_by uuid,
    resolved_at timestamp with time zone,
    resolution text,
    CONSTRAINT alerts_kind_check CHECK ((kind = ANY (ARRAY['data_drift'::text, 'prediction_drift'::text, 'missing_values'::text]))),
    CONSTRAINT alerts_severity_check CHECK ((severity = ANY (ARRAY['warning'::text, 'critical'::text]))),
    CONSTRAINT alerts_state_check CHECK ((state = ANY (ARRAY['open'::text, 'acknowledged'::text, 'resolved'::text])))
);
COMMENT ON TABLE ml.alerts IS 'At most one unresolved alert of a kind for a model. open → acknowledged → resolved; a return within the cooldown reopens the old one.';
CREATE FUNCTION ml.acknowledge_alert(alert_id bigint) RETURNS ml.alerts
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.acknowledge_alert(alert_id bigint) IS 'Say that somebody is on an open alert; doing it twice changes nothing. Returns the alert. Needs engineer. Errors: PT404 alert_not_found; PT409 alert_resolved.';
CREATE TABLE ml.members (
    user_id uuid NOT NULL,
    role text NOT NULL,
    added_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT members_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'engineer'::text, 'admin'::text])))
);
COMMENT ON TABLE ml.members IS 'Who may do what: viewer < engineer < admin. Rows are written by ml.add_member and ml.remove_member only.';
COMMENT ON COLUMN ml.members.added_by IS 'The admin who gave this role; null when the service role did.';
CREATE FUNCTION ml.add_member(user_id uuid, role text) RETURNS ml.members
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.add_member(user_id uuid, role text) IS 'Make a user a member, or change a member''s role: viewer reads, engineer also trains, promotes and serves, admin also manages members, policies and webhooks. Needs admin; the service role makes the first one. Returns the member. Errors: 22023 invalid_role, PT404 user_not_found, PT409 last_admin.';
CREATE TABLE ml.allowed_sources (
    schema_name text NOT NULL,
    relation_name text DEFAULT ''::text NOT NULL,
    functions boolean DEFAULT false NOT NULL,
    relation_kind text,
    relation_owner text,
    allowed_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT allowed_sources_functions_check CHECK (
CASE
    WHEN functions THEN ((relation_name <> ''::text) AND (num_nulls(relation_kind, relation_owner) = 0))
    ELSE (num_nonnulls(relation_kind, relation_owner) = 0)
END)
);
COMMENT ON TABLE ml.allowed_sources IS 'What feature views and training datasets may read: schemas, and single tables and views. Written by ml.allow_source and ml.disallow_source only.';
COMMENT ON COLUMN ml.allowed_sources.relation_name IS 'A table or view; empty: all of the schema.';
COMMENT ON COLUMN ml.allowed_sources.functions IS 'An admin lets this view call functions that are volatile or not the database''s own, or trusts the owner of this table.';
COMMENT ON COLUMN ml.allowed_sources.relation_kind IS 'With functions: pg_class.relkind of what was allowed. Something of another kind under the name is not.';
COMMENT ON COLUMN ml.allowed_sources.relation_owner IS 'With functions: the owner that was trusted.';
CREATE FUNCTION ml.allow_source(source text, functions boolean DEFAULT false) RETURNS ml.allowed_sources
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.allow_source(source text, functions boolean) IS 'Let engineers read a schema, or one schema.table, as a source or spine: what they make of it every viewer reads. functions: let this one view call functions that are volatile or not the database''s own, which run as ml_reader; of a table, trust its owner: what is in its indexes runs as the platform''s. It holds for what has the name now, not for another kind or owner. PT404 no such schema or relation, 22023 a schema of the platform. Role admin.';
CREATE FUNCTION ml.begin_training(job_id bigint, attempt integer) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET statement_timeout TO '15min'
    AS …;
COMMENT ON FUNCTION ml.begin_training(job_id bigint, attempt integer) IS 'What a worker that holds the lease of a training job needs: {training_id, run_id, model, config, dataset (name), evaluation (the name of the pinned evaluation data whose held-out rows measure the model, or null), kept_back (row_ids of the dataset that are among those rows and must not be learned from), production: {version, artifact_sha256, artifact_path, signature} or null}. Sets the run to running; a retraining''s dataset is cut now. A later attempt gets the same run and dataset. PT409 lease_lost; PT404 training_not_found. For workers.';
CREATE TABLE ml.jobs (
    id bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    run_at timestamp with time zone DEFAULT now() NOT NULL,
    priority integer DEFAULT 0 NOT NULL,
    attempt integer DEFAULT 0 NOT NULL,
    failures integer DEFAULT 0 NOT NULL,
    lost_claims integer DEFAULT 0 NOT NULL,
    max_attempts integer DEFAULT 3 NOT NULL,
    pending_dependencies integer DEFAULT 0 NOT NULL,
    ready boolean DEFAULT false NOT NULL,
    cancel_requested boolean DEFAULT false NOT NULL,
    heard boolean DEFAULT false NOT NULL,
    progress_pending boolean DEFAULT false NOT NULL,
    queue text DEFAULT 'default'::text NOT NULL,
    kind text NOT NULL,
    state text DEFAULT 'queued'::text NOT NULL,
    payload jsonb DEFAULT '{}'::jsonb NOT NULL,
    requirements jsonb DEFAULT '{}'::jsonb NOT NULL,
    depends_on bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    lease_seconds integer,
    lease_expires_at timestamp with time zone,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    progress_told_at timestamp with time zone,
    worker_id text,
    unique_key text,
    progress jsonb,
    result jsonb,
    error text,
    created_by uuid,
    CONSTRAINT jobs_state_check CHECK (
CASE state
    WHEN 'queued'::text THEN ((lease_expires_at IS NULL) AND (finished_at IS NULL) AND (NOT (ready AND (pending_dependencies > 0))))
    WHEN 'running'::text THEN ((lease_expires_at IS NOT NULL) AND (finished_at IS NULL) AND (NOT ready) AND (pending_dependencies = 0))
    ELSE ((state = ANY (ARRAY['succeeded'::text, 'failed'::text, 'cancelled'::text])) AND (lease_expires_at IS NULL) AND (finished_at IS NOT NULL) AND (NOT ready))
END)
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_vacuum_threshold='1000', autovacuum_analyze_scale_factor='0.05');
COMMENT ON TABLE ml.jobs IS 'The one queue. queued -> running -> succeeded | failed | cancelled; a failure with attempts left goes back to queued. Written by functions only: ready goes with queued, lease_expires_at with running, finished_at with the three last, each with nothing else.';
COMMENT ON COLUMN ml.jobs.attempt IS 'Fencing token together with id: raised by every claim, never lowered.';
COMMENT ON COLUMN ml.jobs.failures IS 'Failed attempts and expired leases. A released attempt is not one. The job fails for good at max_attempts.';
COMMENT ON COLUMN ml.jobs.lost_claims IS 'Leases that ran out without one sign of their worker, as when the reply to the claim was lost. At 10 the job fails.';
COMMENT ON COLUMN ml.jobs.pending_dependencies IS 'How many of depends_on have not succeeded yet.';
COMMENT ON COLUMN ml.jobs.ready IS 'Claimable now: dependencies are met and run_at is reached. Kept so that jobs that must wait are not in the index that claims walk.';
COMMENT ON COLUMN ml.jobs.heard IS 'The worker that holds the job has sent a heartbeat.';
COMMENT ON COLUMN ml.jobs.progress_pending IS 'progress has changed since it was last announced, which happens at most once a second.';
CREATE FUNCTION ml.cancel_job(job_id bigint) RETURNS ml.jobs
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.cancel_job(job_id bigint) IS 'Cancel a job. A queued one is cancelled at once, with the jobs that depend on it; a running one learns of it at its next heartbeat and ends as cancelled whatever its worker says. Cancelling twice is no error. Needs engineer. Errors: PT404 job_not_found, PT409 job_finished.';
CREATE FUNCTION ml.check_drift(model text) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.check_drift(model text) IS 'Check a deployed model for drift now, over the live requests since its last check (of at least 20 entities). Returns {check_id, checked_at, version, row_count, refused_count, alpha, window_start, window_end, data_drift, prediction_drift, missing_values, results: [{kind, name, ks, ks_p_value, ks_p_adjusted, psi, psi_p_value, psi_p_adjusted, drifted, missing_share, missing_reference, missing_p_value, missing_p_adjusted, missing_more, compared}]}; raises or clears alerts as the scheduled check does. Needs engineer. Errors: PT404 model_not_found; PT409 not_deployed, too_few_predictions.';
CREATE FUNCTION ml.check_promotion(model text, version integer, stage text) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.check_promotion(model text, version integer, stage text) IS 'What the policy of staging or production says of a version now, changing nothing: {model, version, from_stage, to_stage, passed, checks}. PT404 model_not_found, version_not_found. For viewers.';
CREATE FUNCTION ml.claim_jobs(worker_id text, queues text[] DEFAULT '{default}'::text[], capabilities jsonb DEFAULT '{}'::jsonb, max_jobs integer DEFAULT 1, lease_seconds integer DEFAULT 60, claim_id uuid DEFAULT NULL::uuid) RETURNS SETOF ml.jobs
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.claim_jobs(worker_id text, queues text[], capabilities jsonb, max_jobs integer, lease_seconds integer, claim_id uuid) IS 'Take up to max_jobs (1 to 1000) claimable jobs of these queues, best first, under a lease of lease_seconds (1 to 86400). capabilities: {gpus, gpu_memory_gb, labels} of this worker; jobs that require more are passed over. Each job''s (id, attempt) is the fencing token that every later call must show. Expired leases of these queues are taken back. Listen on ml_jobs (payload: the queue) instead of polling fast. claim_id: a random uuid of this claim; repeated by the same worker after a lost reply, it returns what it still holds. A lease that runs out before the first heartbeat is no failure of the job; after 10 such claims it fails. Needs ml_worker. Errors: 22023, PT409 claim_id_taken.';
CREATE FUNCTION ml.claim_webhook_deliveries(max_deliveries integer DEFAULT 20) RETURNS TABLE(id uuid, endpoint_id uuid, url text, secret text, event_type text, payload jsonb, attempt integer, created_at timestamp with time zone)
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.claim_webhook_deliveries(max_deliveries integer) IS 'For the webhooks edge function (service role only): up to max_deliveries (1 to 100) that are due, leased for two minutes, with address and signing secret.';
CREATE FUNCTION ml.complete_job(job_id bigint, attempt integer, result jsonb DEFAULT '{}'::jsonb) RETURNS ml.jobs
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.complete_job(job_id bigint, attempt integer, result jsonb) IS 'The attempt succeeded. result: an object of at most 1 MB. Frees the jobs that depend on it. Called in the transaction that writes the job''s effect, it makes the effect happen exactly once. Needs ml_worker. Errors: 22023, PT404 job_not_found, PT409 lease_lost.';
CREATE FUNCTION ml.complete_jobs(jobs jsonb) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.complete_jobs(jobs jsonb) IS 'Complete up to 1,000 attempts: an array of {job_id, attempt, result}. Returns how many it completed; those whose lease was lost are left as they are, so a smaller number than was sent means that some were. Needs ml_worker. Errors: 22023.';
CREATE FUNCTION ml.create_access_token(name text, scope text DEFAULT 'viewer'::text, expires_at timestamp with time zone DEFAULT NULL::timestamp with time zone) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.create_access_token(name text, scope text, expires_at timestamp with time zone) IS 'Make a token for a program of yours: a notebook, CI, a worker. name: up to 100 characters, for people. scope: viewer, engineer or admin, at most your own role, or worker (admins and the service role). expires_at: at most a year from now, 90 days unless given. Returns {id, token, name, scope, expires_at}; token is shown this once and kept nowhere. It may do what its scope and your role at that time both allow. Needs viewer, signed in as yourself. Errors: 22023 invalid_scope, invalid_expiry; 42501.';
CREATE TABLE ml.experiments (
    id bigint NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    tags jsonb DEFAULT '{}'::jsonb NOT NULL,
    lifecycle_stage text DEFAULT 'active'::text NOT NULL,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT experiments_lifecycle_stage_check CHECK ((lifecycle_stage = ANY (ARRAY['active'::text, 'deleted'::text]))),
    CONSTRAINT experiments_tags_check CHECK ((jsonb_typeof(tags) = 'object'::text))
);
COMMENT ON TABLE ml.experiments IS 'Runs that belong together, under a name. Written by ml.create_experiment and ml.train_model only.';
COMMENT ON COLUMN ml.experiments.lifecycle_stage IS 'A deleted experiment keeps its runs and takes no new ones.';
CREATE FUNCTION ml.create_experiment(name text, description text DEFAULT ''::text, tags jsonb DEFAULT '{}'::jsonb) RETURNS ml.experiments
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.create_experiment(name text, description text, tags jsonb) IS 'Make an experiment. name: 1 to 250 characters; description: at most 5000; tags: an object of at most 100 scalars. Returns the experiment. 23505 experiment_exists. For engineers and workers.';
CREATE TABLE ml.datasets (
    id bigint NOT NULL,
    name text NOT NULL,
    table_name text NOT NULL,
    spine text NOT NULL,
    event_time text NOT NULL,
    label text NOT NULL,
    label_type text NOT NULL,
    join_keys jsonb NOT NULL,
    features jsonb NOT NULL,
    split jsonb NOT NULL,
    row_count bigint NOT NULL,
    split_counts jsonb NOT NULL,
    content_hash text NOT NULL,
    statistics jsonb NOT NULL,
    warnings jsonb DEFAULT '[]'::jsonb NOT NULL,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT datasets_content_hash_check CHECK ((content_hash ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT datasets_label_type_check CHECK ((label_type = ANY (ARRAY['float64'::text, 'int64'::text, 'string'::text, 'bool'::text])))
);
COMMENT ON TABLE ml.datasets IS 'Training datasets, each materialised as ml_datasets.d_<id>. Written by ml.create_training_dataset only; never changed.';
COMMENT ON COLUMN ml.datasets.features IS '[{"ref","column","view_id","view","view_version","feature_id","feature","value_type"}] in the order in which they were asked for.';
COMMENT ON COLUMN ml.datasets.content_hash IS 'sha256 (hex) over column names, types and all rows in row_id order: independent of the physical order of any source.';
COMMENT ON COLUMN ml.datasets.warnings IS '[{"code","message",…}]: what is likely to be a mistake in it. column_is_null {column}: not one row has a value, or {column, split}: not one of that side (train, validation or test); view_retired {view}; incomplete_rows {rows, of}: rows that lack a feature. An empty text, or one of more than 1,000 characters, is no value.';
CREATE FUNCTION ml.create_training_dataset(name text, spine text, features text[], label text, event_time text DEFAULT 'event_time'::text, split jsonb DEFAULT '{"test": 0.3, "train": 0.7}'::jsonb, fit boolean DEFAULT false) RETURNS ml.datasets
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET statement_timeout TO '15min'
    AS …;
COMMENT ON FUNCTION ml.create_training_dataset(name text, spine text, features text[], label text, event_time text, split jsonb, fit boolean) IS 'Join to every row of spine (schema.table with the join keys, event_time and label) the feature values known at its event time, and keep the result. split: shares of train, validation and test that sum to 1, "method" random (by a hash of seed and entity) or time, "seed". fit: fit normalisation that is not fitted yet on the train rows. 23505 name taken, 22023 spine rows without time, key or label, or a side left empty, PT409 view_not_fitted. Role engineer.';
CREATE FUNCTION ml.disallow_source(source text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.disallow_source(source text) IS 'Take back what ml.allow_source allowed: no new feature view, dataset or materialisation reads it. Views in service keep their online rows, and realtime ones go on, until they are retired. PT404 when it is not in ml.allowed_sources. Role admin.';
CREATE TABLE ml.runs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    experiment_id bigint NOT NULL,
    name text NOT NULL,
    status text DEFAULT 'running'::text NOT NULL,
    parent_run_id uuid,
    job_id bigint,
    dataset_id bigint,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT runs_ended_at_check CHECK (((status = ANY (ARRAY['finished'::text, 'failed'::text, 'killed'::text])) = (ended_at IS NOT NULL))),
    CONSTRAINT runs_started_at_check CHECK (((started_at IS NOT NULL) OR (status <> 'running'::text))),
    CONSTRAINT runs_status_check CHECK ((status = ANY (ARRAY['scheduled'::text, 'running'::text, 'finished'::text, 'failed'::text, 'killed'::text])))
);
COMMENT ON TABLE ml.runs IS 'One execution of training code. scheduled (its job is queued) -> running -> finished | failed | killed. Written by functions only.';
COMMENT ON COLUMN ml.runs.job_id IS 'The job that executes the run; null for a run that somebody logs from elsewhere.';
COMMENT ON COLUMN ml.runs.dataset_id IS 'The training dataset; null until a retraining has cut it, and for runs on data that the platform does not know.';
CREATE FUNCTION ml.end_run(run_id uuid, status text DEFAULT 'finished'::text, attempt integer DEFAULT NULL::integer) RETURNS ml.runs
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.end_run(run_id uuid, status text, attempt integer) IS 'End a run as finished, failed or killed; the same end again returns it unchanged. attempt: for a run that an unfinished job executes, the attempt that holds it. PT404 run_not_found; PT409 run_ended, lease_lost, lease_required. For engineers and workers.';
CREATE FUNCTION ml.enqueue_job(kind text, payload jsonb DEFAULT '{}'::jsonb, queue text DEFAULT 'default'::text, priority integer DEFAULT 0, run_at timestamp with time zone DEFAULT NULL::timestamp with time zone, max_attempts integer DEFAULT 3, unique_key text DEFAULT NULL::text, requirements jsonb DEFAULT '{}'::jsonb, depends_on bigint[] DEFAULT '{}'::bigint[]) RETURNS ml.jobs
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.enqueue_job(kind text, payload jsonb, queue text, priority integer, run_at timestamp with time zone, max_attempts integer, unique_key text, requirements jsonb, depends_on bigint[]) IS 'Queue one job. payload: an object of at most 1 MB. priority: higher first, first in first out inside one. run_at: not before. max_attempts: failures until it fails for good. unique_key: while a job with this key is unfinished, that job comes back instead of a new one. requirements: {gpus, gpu_memory_gb, labels} that a worker must have. depends_on: ids of jobs that must succeed first; when one fails or is cancelled, so does this one. Needs engineer. Errors: 22023, PT404 dependency_not_found.';
CREATE FUNCTION ml.enqueue_jobs(jobs jsonb) RETURNS SETOF ml.jobs
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.enqueue_jobs(jobs jsonb) IS 'Queue up to 10,000 jobs at once, all or none: an array of objects with the arguments of ml.enqueue_job as keys. One job back for each, in their order. Needs engineer. Errors: as ml.enqueue_job, the message begins with jobs[n].';
CREATE FUNCTION ml.exchange_jobs(done jsonb, worker_id text, queues text[] DEFAULT '{default}'::text[], capabilities jsonb DEFAULT '{}'::jsonb, max_jobs integer DEFAULT 1, lease_seconds integer DEFAULT 60, claim_id uuid DEFAULT NULL::uuid) RETURNS SETOF ml.jobs
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.exchange_jobs(done jsonb, worker_id text, queues text[], capabilities jsonb, max_jobs integer, lease_seconds integer, claim_id uuid) IS 'ml.complete_jobs and ml.claim_jobs in one call and one commit, for busy workers: done is an array of {job_id, attempt, result}, the rest as in ml.claim_jobs; repeated with its claim_id, it completes nothing twice. All or nothing: when one of done has lost its lease, nothing is completed or claimed. Needs ml_worker. Errors: 22023, PT404 job_not_found, PT409 lease_lost, claim_id_taken.';
CREATE FUNCTION ml.fail_job(job_id bigint, attempt integer, error text, retryable boolean DEFAULT true) RETURNS ml.jobs
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.fail_job(job_id bigint, attempt integer, error text, retryable boolean) IS 'The attempt failed. The job is queued again after a backoff (5 s doubling to an hour, with jitter) until max_attempts failures; at once failed when retryable is false. error: its first 10,000 characters are kept. Needs ml_worker. Errors: 22023, PT404 job_not_found, PT409 lease_lost.';
CREATE FUNCTION ml.get_job(job_id bigint) RETURNS ml.jobs
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.get_job(job_id bigint) IS 'One job. Needs viewer. Errors: PT404 job_not_found.';
CREATE FUNCTION ml.get_lineage(kind text, id text, direction text DEFAULT 'upstream'::text) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.get_lineage(kind text, id text, direction text) IS 'All that a thing was made from (upstream) or that was made from it (downstream): {"nodes":[{"kind","id","name"}],"edges":[{"from","to"}]}. kind: source, feature_view, feature, dataset, run, model_version, deployment; id as text (a source is schema.table). PT404 when nothing is known of it. Role viewer.';
CREATE FUNCTION ml.get_my_role() RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.get_my_role() IS 'The caller''s role: viewer, engineer, admin, none (signed in, no member), ml_worker or service_role.';
CREATE FUNCTION ml.get_online_features(features text[], entities jsonb, full_feature_names boolean DEFAULT false) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.get_online_features(features text[], entities jsonb, full_feature_names boolean) IS 'Feature values of entities now, after transformation, in the columnar form of Feast''s feature server: {"metadata":{"feature_names":[…]},"results":[{"values","statuses","event_timestamps"}]}, one result a name, join keys first, one element an entity. features: view:feature (newest version) or view@2:feature. entities: {"patient_id":[1,2]}, up to 1000 of one length, 100000 values in all. Statuses PRESENT, NULL_VALUE, NOT_FOUND, OUTSIDE_MAX_AGE; only a PRESENT value is not null. full_feature_names prefixes view__. PT404 unknown view or feature, PT409 view_not_fitted. Role viewer.';
CREATE FUNCTION ml.get_run(run_id uuid) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.get_run(run_id uuid) IS 'A run as one object: its columns, experiment and dataset (names), params and tags ({name: text}), metrics ({name: {value, step, logged_at}}, the latest of each; value is the text NaN, Infinity or -Infinity where it is one). PT404 run_not_found. For viewers and workers.';
CREATE FUNCTION ml.get_serving_stats(model text, look_back interval DEFAULT '01:00:00'::interval) RETURNS TABLE(version integer, purpose text, predictions bigint, requests bigint, latency_ms_p50 double precision, latency_ms_p95 double precision, latency_ms_max double precision, mean_score double precision, labels jsonb, first_served_at timestamp with time zone, last_served_at timestamp with time zone)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.get_serving_stats(model text, look_back interval) IS 'What a model answered in the last look_back (at most 90 days), one row per version and purpose: number of predictions and of requests, latency of a request in milliseconds (p50, p95, longest), mean score, count of each predicted label (the 100 commonest), first and last time. Needs viewer. Errors: PT404 model_not_found; 22023 invalid_look_back.';
CREATE FUNCTION ml.heartbeat_job(job_id bigint, attempt integer, progress jsonb DEFAULT NULL::jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.heartbeat_job(job_id bigint, attempt integer, progress jsonb) IS 'Renew the lease for its full length, best at a third of it. progress: an object of at most 64 KB, kept, and announced when it has changed, at most once a second. Returns {cancel_requested, lease_expires_at}: when cancel_requested is true, stop and call any of complete, fail, release. Needs ml_worker. Errors: PT409 lease_lost.';
CREATE FUNCTION ml.log_batch(run_id uuid, metrics jsonb DEFAULT '[]'::jsonb, params jsonb DEFAULT '{}'::jsonb, tags jsonb DEFAULT '{}'::jsonb, attempt integer DEFAULT NULL::integer) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.log_batch(run_id uuid, metrics jsonb, params jsonb, tags jsonb, attempt integer) IS 'Log to a run, all or nothing. metrics: at most 1000 {key, value, step = 0, timestamp = now}, value a number or "NaN", "Infinity", "-Infinity", timestamp in ms since 1970 or ISO 8601; params: at most 100 {name: scalar} of 6000 characters, never changed later (PT409 param_changed); tags: at most 100 of 8000 characters, overwritten. attempt: for a run that an unfinished job executes, the attempt that holds it; engineers may set its tags without. Returns {metrics, params, tags}: how many were taken. PT404 run_not_found; PT409 lease_lost, lease_required. For engineers and workers.';
CREATE FUNCTION ml.log_job(job_id bigint, attempt integer, message text, level text DEFAULT 'info'::text, fields jsonb DEFAULT '{}'::jsonb) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.log_job(job_id bigint, attempt integer, message text, level text, fields jsonb) IS 'Write a log line of a running attempt to ml.job_events. level: debug, info, warning or error. message: its first 10,000 characters are kept. fields: an object of at most 64 KB. Needs ml_worker. Errors: 22023, PT404 job_not_found, PT409 lease_lost.';
CREATE FUNCTION ml.log_predictions(predictions jsonb) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.log_predictions(predictions jsonb) IS 'Append answers to the prediction log. predictions: an array of at most 1000 {id uuid, served_at within the last 90 days, model_id, version_id, features [input row], output {…}, latency_ms, and where known entity_key, entity {…}, predicted_label, score, request_id uuid (its own id), purpose live|test (live), requested_by uuid}. Rows of one request share request_id and latency_ms. An id with the same served_at that is there already is left alone, so a call can be repeated. Returns how many were added. Needs service_role. Errors: 22023 invalid_predictions, invalid_prediction, too_many_predictions, unknown_key.';
CREATE FUNCTION ml.log_refusals(refusals jsonb) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.log_refusals(refusals jsonb) IS 'Write down which rows of live requests were refused for what they lacked; never a value. refusals: an array of at most 1000 {id uuid, refused_at within the last 90 days, model_id, version_id, row_key (of the entity, or a digest of the inputs), missing [input positions without a usable value, from 1], code: entity_not_found|feature_stale|feature_null|invalid_value|value_out_of_range|value_too_long, and where known requested_by uuid}. A row that was refused within five minutes before is not written again, and of a version at most 1000 rows a minute are. Returns how many were written. Needs service_role. Errors: 22023 invalid_refusals, invalid_refusal, too_many_refusals, unknown_key.';
CREATE FUNCTION ml.materialize_feature_view(view text, version integer DEFAULT NULL::integer) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET statement_timeout TO '15min'
    AS …;
COMMENT ON FUNCTION ml.materialize_feature_view(view text, version integer) IS 'Fill the online store of a view (newest version unless named) from its source anew: for batch views, and for realtime ones after writes that fired no triggers, which a history then gets too. Returns the number of entities. PT404 unknown view, PT409 view_retired. Role engineer.';
CREATE FUNCTION ml.model_health_report(model text, look_back interval DEFAULT '24:00:00'::interval) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.model_health_report(model text, look_back interval) IS 'How a model does over the last look_back (1 minute to 3650 days): {model, status, advice, version, model_type, deployed_at, serving {predictions, requests, latency_ms_p50, latency_ms_p95 (of a request), last_served_at, refused {rows, share, last_refused_at, features [{name, rows}, the five worst]}}, monitor {enabled, min_rows, last_error, last_visit}, drift (its last check as ml.check_drift returns it, or null), alerts, feedback {labelled, accuracy, accuracy_interval, validation_accuracy, mean_rating}, retraining}. status: healthy, degraded, critical, unmonitored (the monitor is off, or its check fails), unchecked, no_data or not_deployed. Needs viewer. Errors: 22023 invalid_look_back; PT404 model_not_found.';
CREATE FUNCTION ml.promote_model(model text, version integer, stage text, reason text DEFAULT ''::text) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET statement_timeout TO '15min'
    AS …;
COMMENT ON FUNCTION ml.promote_model(model text, version integer, stage text, reason text) IS 'Move a version: none -> staging -> production, archived -> staging, any stage -> archived. In one transaction its policy is checked, the version before it in production archived, history written and the deployment switched. Returns {model, version, from_stage, to_stage, archived_version, checks:[{check, required, actual, passed, message}]}. PT409 promotion_refused names each failed check with what is and what is required; also already_in_stage, invalid_transition; PT404 model_not_found, version_not_found. For engineers.';
CREATE FUNCTION ml.queue_model_check(model text, version integer, kind text, options jsonb DEFAULT '{}'::jsonb) RETURNS ml.jobs
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.queue_model_check(model text, version integer, kind text, options jsonb) IS 'Queue a check of a version in the queue checks; its worker records evidence of the kind''s name. kind and options: load_test {requests, concurrency, max_p95_ms, max_error_rate}, security_scan {max_bytes}, evaluation {} (its evidence, instead, is each metric of the version, with baseline_<metric> beside it, on the pinned evaluation data, else on the held-out rows of its own dataset) or comparison {} (the same, and as production_<metric> those of the version in production, on the rows that it was not trained on either); limits that would let nearly everything pass need the role admin. The same check again returns the unfinished job. Returns the job. 22023 unknown_key, invalid_options; 42501; PT404 model_not_found, version_not_found; PT409 nothing_in_production, already_in_production, no_dataset, training_unknown. For engineers.';
CREATE FUNCTION ml.read_dataset(dataset text, split text DEFAULT NULL::text, after_row bigint DEFAULT 0, max_rows integer DEFAULT 5000) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.read_dataset(dataset text, split text, after_row bigint, max_rows integer) IS 'A page of a dataset: {"columns":[…],"rows":[[…]],"next_after","label","label_type","features":[{"ref","column",…}],"content_hash"}. Call again with after_row = next_after until it is null. split null is all rows; max_rows 1 to 10000. PT404 unknown dataset. Role viewer, or a worker.';
CREATE TABLE ml.model_evidence (
    id bigint NOT NULL,
    version_id bigint NOT NULL,
    name text NOT NULL,
    value double precision,
    passed boolean,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    job_id bigint,
    recorded_by uuid,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT model_evidence_value_check CHECK (((value > '-Infinity'::double precision) AND (value < 'Infinity'::double precision))),
    CONSTRAINT model_evidence_value_passed_check CHECK (((value IS NOT NULL) OR (passed IS NOT NULL)))
);
COMMENT ON TABLE ml.model_evidence IS 'What was measured of a version: a value, a verdict or both. Append-only; the newest row of a name counts.';
COMMENT ON COLUMN ml.model_evidence.job_id IS 'The job that measured it. Kept when the job itself is deleted after its retention.';
CREATE FUNCTION ml.record_evidence(model text, version integer, name text, value double precision DEFAULT NULL::double precision, passed boolean DEFAULT NULL::boolean, details jsonb DEFAULT '{}'::jsonb, job_id bigint DEFAULT NULL::bigint, attempt integer DEFAULT NULL::integer) RETURNS ml.model_evidence
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.record_evidence(model text, version integer, name text, value double precision, passed boolean, details jsonb, job_id bigint, attempt integer) IS 'Record what was measured of a version: a finite value, a verdict or both, with details (an object). The newest evidence of a name counts. job_id: the job that measured, the training of the version, or a check queued for it, which tells of itself alone (name = kind); workers must name it, with the attempt under which they hold it. PT404 model_not_found, version_not_found; PT409 job_mismatch, lease_lost. For workers and admins; engineers cannot.';
CREATE TABLE ml.webhook_deliveries (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    endpoint_id uuid NOT NULL,
    event_type text NOT NULL,
    payload jsonb NOT NULL,
    state text DEFAULT 'pending'::text NOT NULL,
    attempt integer DEFAULT 0 NOT NULL,
    sending boolean DEFAULT false NOT NULL,
    next_attempt_at timestamp with time zone DEFAULT now(),
    last_status integer,
    last_error text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    delivered_at timestamp with time zone,
    CONSTRAINT webhook_deliveries_delivered_at_check CHECK (((state = 'delivered'::text) = (delivered_at IS NOT NULL))),
    CONSTRAINT webhook_deliveries_next_attempt_at_check CHECK (((state = 'pending'::text) = (next_attempt_at IS NOT NULL))),
    CONSTRAINT webhook_deliveries_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text])))
);
COMMENT ON TABLE ml.webhook_deliveries IS 'The outbox: one row per event and endpoint, written in the transaction of the event itself, sent by the webhooks edge function. Kept 30 days once settled.';
COMMENT ON COLUMN ml.webhook_deliveries.id IS 'Sent as the header webhook-id: the same at every attempt, so that a receiver can tell a repeat.';
COMMENT ON COLUMN ml.webhook_deliveries.attempt IS 'Attempts begun so far; the fencing token of ml.record_webhook_outcome.';
COMMENT ON COLUMN ml.webhook_deliveries.sending IS 'A sender has taken the last attempt and has not said what became of it.';
COMMENT ON COLUMN ml.webhook_deliveries.next_attempt_at IS 'When the delivery is due. A claim moves it ahead, which is the lease: a sender that dies loses it by itself.';
CREATE FUNCTION ml.record_webhook_outcome(delivery_id uuid, attempt integer, status integer DEFAULT NULL::integer, error text DEFAULT NULL::text) RETURNS ml.webhook_deliveries
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.record_webhook_outcome(delivery_id uuid, attempt integer, status integer, error text) IS 'For the webhooks edge function (service role only): what came of a claimed attempt. A status of 200 to 299 delivers; anything else, or null with an error, is retried after 5 s, 30 s, 5 min, 30 min, 2 h, 5 h and 10 h, then failed; 410 also switches the endpoint off. Errors: PT404 delivery_not_found, PT409 lease_lost.';
CREATE FUNCTION ml.redeliver_webhook(delivery_id uuid) RETURNS ml.webhook_deliveries
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.redeliver_webhook(delivery_id uuid) IS 'Send a delivered or failed delivery again, under the same webhook-id. Needs admin. Returns the delivery. Errors: PT404 delivery_not_found, PT409 delivery_pending.';
CREATE TABLE ml.entities (
    id bigint NOT NULL,
    name text NOT NULL,
    join_keys jsonb NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT entities_join_keys_check CHECK ((jsonb_typeof(join_keys) = 'array'::text))
);
COMMENT ON TABLE ml.entities IS 'What features describe: a patient, a card, a pair of both. Written by ml.register_entity only; never changed.';
COMMENT ON COLUMN ml.entities.join_keys IS '[{"name","type"}] in key order; type is int64, string or uuid. Sources and spines have columns of these names.';
CREATE FUNCTION ml.register_entity(name text, join_keys jsonb, description text DEFAULT ''::text) RETURNS ml.entities
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.register_entity(name text, join_keys jsonb, description text) IS 'Register what features describe. join_keys: [{"name","type"}] with type int64, string or uuid, 1 to 8 of them; sources and spines have columns of these names. The same entity again returns it; other join keys under a known name are PT409 entity_differs. Role engineer.';
CREATE TABLE ml.feature_views (
    id bigint NOT NULL,
    name text NOT NULL,
    version integer NOT NULL,
    entity_id bigint NOT NULL,
    source text NOT NULL,
    event_time text NOT NULL,
    created_time text,
    ttl interval,
    mode text NOT NULL,
    future text DEFAULT 'keep'::text NOT NULL,
    future_tolerance interval,
    description text DEFAULT ''::text NOT NULL,
    warnings jsonb DEFAULT '[]'::jsonb NOT NULL,
    fitted_on_dataset_id bigint,
    retired_at timestamp with time zone,
    created_by uuid,
    history_of text,
    history_key text[],
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT feature_views_future_check CHECK (((future = ANY (ARRAY['keep'::text, 'refuse'::text, 'quarantine'::text])) AND ((future = 'keep'::text) = (future_tolerance IS NULL)) AND ((future <> 'refuse'::text) OR (mode = 'realtime'::text)) AND ((future <> 'quarantine'::text) OR (created_time IS NOT NULL)))),
    CONSTRAINT feature_views_mode_check CHECK ((mode = ANY (ARRAY['realtime'::text, 'batch'::text]))),
    CONSTRAINT feature_views_ttl_check CHECK ((ttl > '00:00:00'::interval)),
    CONSTRAINT feature_views_version_check CHECK ((version > 0))
);
COMMENT ON TABLE ml.feature_views IS 'Versions of feature views. A definition never changes: another one is the next version. Written by ml.register_feature_view only.';
COMMENT ON COLUMN ml.feature_views.source IS 'The source table or view as schema.table, quoted where needed.';
COMMENT ON COLUMN ml.feature_views.event_time IS 'Source column with the time at which the values became true.';
COMMENT ON COLUMN ml.feature_views.created_time IS 'Source column with the time at which the row was written, when it has one: a row is unknown before it.';
COMMENT ON COLUMN ml.feature_views.ttl IS 'Age up to which a row is used, both bounds inclusive; null: for ever. Held in hours and seconds (a day is 24 hours).';
COMMENT ON COLUMN ml.feature_views.mode IS 'realtime: triggers keep the online store; batch: ml.materialize_feature_view refreshes it.';
COMMENT ON COLUMN ml.feature_views.future IS 'What becomes of a row later than now by more than future_tolerance: keep waits for its time, refuse fails the write, quarantine leaves it out.';
COMMENT ON COLUMN ml.feature_views.warnings IS '[{"code","message",…}]: what is likely to be a mistake. source_keeps_no_history {index}: the source has one row an entity.';
COMMENT ON COLUMN ml.feature_views.fitted_on_dataset_id IS 'The dataset on which normalisation parameters of this version were first fitted.';
COMMENT ON COLUMN ml.feature_views.retired_at IS 'When ml.retire_feature_view took it out of service: no triggers, no online rows.';
COMMENT ON COLUMN ml.feature_views.history_of IS 'With keep_history the table as schema.table; source is then the history that triggers keep of it. Null: source is read itself.';
COMMENT ON COLUMN ml.feature_views.history_key IS 'With keep_history the primary key of the table, by which its rows are known in the history.';
CREATE FUNCTION ml.register_feature_view(name text, entity text, source text, event_time text, features jsonb, created_time text DEFAULT NULL::text, ttl interval DEFAULT NULL::interval, mode text DEFAULT 'realtime'::text, description text DEFAULT ''::text, future text DEFAULT 'keep'::text, future_tolerance interval DEFAULT NULL::interval, keep_history boolean DEFAULT false) RETURNS ml.feature_views
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET statement_timeout TO '15min'
    AS …;
COMMENT ON FUNCTION ml.register_feature_view(name text, entity text, source text, event_time text, features jsonb, created_time text, ttl interval, mode text, description text, future text, future_tolerance interval, keep_history boolean) IS 'Register features over source (schema.table), whose event_time column (timestamptz) says when a row became true and created_time, if any, when it was written. features: [{"name","type" float64|int64|string|bool,"column","transformation","description"}], 1 to 900. transformation: {"type":"log","offset"} or {"type":"normalize","method":"z_score"|"min_max"|"robust"}. ttl: age up to which a row is used; null is for ever. mode realtime keeps the online store in the writer''s transaction and fills it now; batch fills it now and with ml.materialize_feature_view. future: what becomes of a row later than now by more than future_tolerance (5 minutes unless given): keep waits for its time, refuse fails the write with 22023 future_event, quarantine leaves it out, online and in datasets. keep_history: for a plain table with a primary key that is updated in place, triggers keep each change from now on and the view reads that (22023 history_unsupported for others). The same definition again returns the same version, another makes the next. warnings in the reply: source_keeps_no_history. PT404 unknown entity or source, 22023 unknown column or type, PT409 source that cannot be read, 42501 source that is not allowed. Role engineer.';
CREATE TABLE ml.model_versions (
    id bigint NOT NULL,
    model_id bigint NOT NULL,
    version integer NOT NULL,
    stage text DEFAULT 'none'::text NOT NULL,
    stage_changed_at timestamp with time zone DEFAULT now() NOT NULL,
    run_id uuid NOT NULL,
    dataset_id bigint,
    artifact_path text NOT NULL,
    artifact_sha256 text NOT NULL,
    artifact_bytes bigint NOT NULL,
    signature jsonb NOT NULL,
    signature_hash text NOT NULL,
    training_data_hash text,
    framework text NOT NULL,
    model_type text NOT NULL,
    tags jsonb DEFAULT '{}'::jsonb NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT model_versions_artifact_bytes_check CHECK ((artifact_bytes > 0)),
    CONSTRAINT model_versions_artifact_path_check CHECK ((artifact_path = ('ml-artifacts/'::text || artifact_sha256))),
    CONSTRAINT model_versions_artifact_sha256_check CHECK ((artifact_sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT model_versions_stage_check CHECK ((stage = ANY (ARRAY['none'::text, 'staging'::text, 'production'::text, 'archived'::text]))),
    CONSTRAINT model_versions_tags_check CHECK ((jsonb_typeof(tags) = 'object'::text))
);
COMMENT ON TABLE ml.model_versions IS 'Immutable but for its stage, which ml.promote_model alone moves. At most one version of a model is in production.';
COMMENT ON COLUMN ml.model_versions.artifact_path IS 'Where the artifact lies in Storage: bucket and object, named by the sha256 of its bytes.';
COMMENT ON COLUMN ml.model_versions.signature IS '{"inputs" (one of numbers, one of strings, or either):[{"name","type","shape","columns":[{"feature":"view:feature","view_version","nullable"}]}],"outputs":[{"name","type","shape"}],"classes","task"}';
COMMENT ON COLUMN ml.model_versions.signature_hash IS 'sha256 (hex) of signature::text.';
COMMENT ON COLUMN ml.model_versions.training_data_hash IS 'content_hash of the dataset; null when the run had none.';
CREATE FUNCTION ml.register_model_version(model text, run_id uuid, artifact_sha256 text, artifact_bytes bigint, signature jsonb, framework text, model_type text, tags jsonb DEFAULT '{}'::jsonb, description text DEFAULT ''::text, attempt integer DEFAULT NULL::integer) RETURNS ml.model_versions
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.register_model_version(model text, run_id uuid, artifact_sha256 text, artifact_bytes bigint, signature jsonb, framework text, model_type text, tags jsonb, description text, attempt integer) IS 'Register what a run produced as the next version of a model, which is made when it is new. The file must lie in the bucket ml-artifacts under its sha256 (64 hex digits) with artifact_bytes bytes. signature: {"inputs":[{"name","type","shape":[null,n],"columns":[n of {"feature":"view:feature","view_version","nullable" (false): null is a value that the model takes}]}],"outputs":[{"name","type","shape"}],"classes":[…],"task":"classification"}; its columns are features of the dataset that the run trained on. The same run and artifact again return the same version. Returns the version, in stage none. PT404 run_not_found, artifact_not_found, view_not_found, feature_not_found; 22023 invalid_signature, signature_mismatch; PT409 artifact_mismatch, version_exists, lease_lost. A worker gives the attempt under which it holds the run''s job. For engineers and workers.';
CREATE FUNCTION ml.register_webhook_endpoint(url text, event_types text[], description text DEFAULT ''::text) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.register_webhook_endpoint(url text, event_types text[], description text) IS 'Have events sent to an https address. event_types: names of ml.event_types, families such as job.*, or *. Needs admin. Returns {"id","url","event_types","secret"}; the secret (whsec_…, for verifying signatures as Standard Webhooks does) is shown this once. Errors: 22023 invalid_url, refused_url, invalid_event_types, unknown_event_type; 23505 endpoint_exists; PT409 too_many_endpoints.';
CREATE FUNCTION ml.release_job(job_id bigint, attempt integer) RETURNS ml.jobs
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.release_job(job_id bigint, attempt integer) IS 'Give the job back unfinished, as a worker does on SIGTERM: claimable again at once, and no failure. Needs ml_worker. Errors: PT404 job_not_found, PT409 lease_lost.';
CREATE FUNCTION ml.remove_member(user_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.remove_member(user_id uuid) IS 'Take a user''s membership away, from the next request on. Needs admin. Errors: PT404 member_not_found, PT409 last_admin (the service role may remove even that one).';
CREATE FUNCTION ml.remove_webhook_endpoint(endpoint_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.remove_webhook_endpoint(endpoint_id uuid) IS 'Remove an endpoint, its secret and its deliveries, sent or not. Needs admin. Errors: PT404 endpoint_not_found.';
CREATE FUNCTION ml.resolve_access_token(token text) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.resolve_access_token(token text) IS 'For edge functions (service role only): whom an access token stands for, {token_id, role, sub, scope, expires_at}: the Postgres role and the subject of the JWT that is issued for it, which must carry token_id as ml_token. Errors: PT401 token_invalid.';
CREATE FUNCTION ml.resolve_alert(alert_id bigint, resolution text DEFAULT 'resolved by hand'::text) RETURNS ml.alerts
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.resolve_alert(alert_id bigint, resolution text) IS 'Close an alert with a reason (1 to 250 characters); a resolved one comes back unchanged. Needs engineer. Errors: 22023; PT404 alert_not_found.';
CREATE FUNCTION ml.resolve_prediction(model text, entities jsonb DEFAULT NULL::jsonb, version integer DEFAULT NULL::integer, refusals boolean DEFAULT false) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.resolve_prediction(model text, entities jsonb, version integer, refusals boolean) IS 'All that one prediction needs, in one call. model: a registered model''s name. entities: join key values in columns, {"patient_id":[1,2]}, at most 1000 entities; null when the caller brings the inputs. version: null for the deployed one (purpose live), else that version (purpose test; needs engineer or a worker). Returns {model, model_id, version, version_id, purpose, artifact {path, sha256, bytes}, signature, columns [feature references], rows [[input values] per entity], entity_keys, entities}; the last three are null without entities. refusals: when entities lack what the model needs, do not fail but return the error as the key refusal {code, message, details, hint, rows: [{row_key, missing: [input positions from 1], code}]}, for ml.log_refusals; rows are null then. Needs viewer or a worker. Errors: PT404 model_not_found, version_not_found, entity_not_found; PT409 not_deployed, feature_null, feature_stale, inputs_required, view_not_fitted; 22023 for malformed entities.';
CREATE FUNCTION ml.retire_feature_view(view text, version integer) RETURNS ml.feature_views
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.retire_feature_view(view text, version integer) IS 'Take a version out of service: its triggers leave the source and its rows the online store; datasets and models that name it keep their history. Retiring it again changes nothing. PT404 unknown version. Role engineer.';
CREATE FUNCTION ml.retry_job(job_id bigint) RETURNS ml.jobs
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.retry_job(job_id bigint) IS 'Queue a failed or cancelled job again, with all its attempts. Jobs that ended because of it stay ended. Needs engineer. Errors: PT404 job_not_found, PT409 job_not_failed, dependency_failed, unique_key_taken.';
CREATE FUNCTION ml.revoke_access_token(token_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.revoke_access_token(token_id uuid) IS 'Make a token worthless, from the next request on; doing it twice is no error. Your own; an admin anybody''s. Needs viewer. Errors: PT404 token_not_found.';
CREATE FUNCTION ml.rows_trained_on(dataset text, model text, version integer, split text DEFAULT NULL::text) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET statement_timeout TO '15min'
    AS …;
COMMENT ON FUNCTION ml.rows_trained_on(dataset text, model text, version integer, split text) IS 'row_ids (an array) of the rows of one side of a dataset (split; null: test or else validation) that a version has learned from: they stand, by join keys and (of one spine) event time, in the train side of the version''s own dataset, and were not kept back for evaluation. A version without a dataset: an empty array, nothing is known of it. PT404 dataset_not_found, model_not_found, version_not_found; 22023 invalid_argument. Role viewer, or a worker.';
CREATE TABLE ml.evaluation_data (
    id bigint NOT NULL,
    model_id bigint NOT NULL,
    dataset_id bigint,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
COMMENT ON TABLE ml.evaluation_data IS 'The dataset on whose held-out rows the versions of a model are measured, as admins pinned it. Append-only: the newest row of a model counts.';
COMMENT ON COLUMN ml.evaluation_data.dataset_id IS 'null: nothing is pinned any more, each version is measured on the held-out rows of its own dataset.';
CREATE FUNCTION ml.set_evaluation_data(model text, dataset text) RETURNS ml.evaluation_data
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.set_evaluation_data(model text, dataset text) IS 'Pin the held-out rows (test, else validation) of a dataset as the rows on which versions of a model are measured; null unpins. From then on what jobs measured on other rows does not satisfy a policy, trainings leave these rows out of what they learn from, and queue_model_check(…, ''evaluation'') measures versions that exist already. Returns the pin; pins before it stay in ml.evaluation_data. PT404 model_not_found, dataset_not_found; 22023 nothing_held_out, label_mismatch. For admins.';
CREATE TABLE ml.monitors (
    model_id bigint NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    min_rows integer DEFAULT 50 NOT NULL,
    max_rows integer DEFAULT 5000 NOT NULL,
    look_back interval DEFAULT '24:00:00'::interval NOT NULL,
    check_every interval DEFAULT '00:15:00'::interval NOT NULL,
    false_alarms double precision DEFAULT 1 NOT NULL,
    alpha double precision DEFAULT 0.01 NOT NULL,
    min_ks double precision DEFAULT 0.1 NOT NULL,
    min_psi double precision DEFAULT 0.1 NOT NULL,
    min_missing double precision DEFAULT 0.05 NOT NULL,
    clear_after integer DEFAULT 2 NOT NULL,
    alert_cooldown interval DEFAULT '01:00:00'::interval NOT NULL,
    retrain boolean DEFAULT true NOT NULL,
    retrain_cooldown interval DEFAULT '24:00:00'::interval NOT NULL,
    retrain_delay interval DEFAULT '00:00:00'::interval NOT NULL,
    visited_at timestamp with time zone,
    last_error text,
    updated_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT monitors_alpha_check CHECK (((alpha > (0)::double precision) AND (alpha <= (0.5)::double precision))),
    CONSTRAINT monitors_clear_after_check CHECK (((clear_after >= 1) AND (clear_after <= 100))),
    CONSTRAINT monitors_durations_check CHECK ((((alert_cooldown >= '00:00:00'::interval) AND (alert_cooldown <= '3650 days'::interval)) AND ((check_every >= '00:00:00'::interval) AND (check_every <= '3650 days'::interval)) AND ((retrain_cooldown >= '00:00:00'::interval) AND (retrain_cooldown <= '3650 days'::interval)) AND ((retrain_delay >= '00:00:00'::interval) AND (retrain_delay <= '3650 days'::interval)))),
    CONSTRAINT monitors_effects_check CHECK (((min_ks >= (0)::double precision) AND (min_ks <= (1)::double precision) AND (min_psi >= (0)::double precision) AND (min_psi <= (100)::double precision) AND (min_missing >= (0)::double precision) AND (min_missing <= (1)::double precision))),
    CONSTRAINT monitors_false_alarms_check CHECK (((false_alarms >= (0.000001)::double precision) AND (false_alarms <= (1000)::double precision))),
    CONSTRAINT monitors_look_back_check CHECK (((look_back > '00:00:00'::interval) AND (look_back <= '3650 days'::interval))),
    CONSTRAINT monitors_rows_check CHECK ((((min_rows >= 20) AND (min_rows <= 100000)) AND ((max_rows >= min_rows) AND (max_rows <= 100000))))
);
COMMENT ON TABLE ml.monitors IS 'How each deployed model is watched; one row a model, made with its first deployment and changed by ml.set_monitor.';
COMMENT ON COLUMN ml.monitors.min_rows IS 'Different entities that live requests, answered or refused, must have named since the last check before the next one runs.';
COMMENT ON COLUMN ml.monitors.max_rows IS 'Entities of live requests, answered or refused, that one check looks at: those asked about last.';
COMMENT ON COLUMN ml.monitors.check_every IS 'Least time between two checks of the tick: rarer checks see more rows and may spend more of false_alarms, so they find smaller drifts.';
COMMENT ON COLUMN ml.monitors.false_alarms IS 'False alarms to expect in 30 days at most, whatever the number of checks.';
COMMENT ON COLUMN ml.monitors.alpha IS 'Largest family-wise false alarm rate of one check, over all features, the scores and all tests. A check that comes soon after another has less: see false_alarms.';
COMMENT ON COLUMN ml.monitors.min_ks IS 'Smallest Kolmogorov-Smirnov distance that counts as drift, however significant (0 to 1).';
COMMENT ON COLUMN ml.monitors.min_psi IS 'Smallest population stability index that counts as drift, however significant.';
COMMENT ON COLUMN ml.monitors.min_missing IS 'Smallest rise of a column''s share of missing values over its share in training that counts, however significant (0 to 1).';
COMMENT ON COLUMN ml.monitors.clear_after IS 'Consecutive checks without drift after which an open alert resolves itself.';
COMMENT ON COLUMN ml.monitors.visited_at IS 'When the tick last looked whether a check is due; the one looked at longest ago comes first.';
COMMENT ON COLUMN ml.monitors.last_error IS 'Why the last check of the tick failed; null when it went well.';
CREATE FUNCTION ml.set_monitor(model text, config jsonb) RETURNS ml.monitors
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.set_monitor(model text, config jsonb) IS 'Change how a model is watched. config: any of enabled, min_rows, max_rows, look_back, alpha, min_ks, min_psi, min_missing, clear_after, alert_cooldown, retrain, retrain_cooldown, retrain_delay (see the columns of ml.monitors; durations as text, ''1 hour''). Returns the monitor. Needs engineer. Errors: 22023 unknown_key, invalid_config; PT404 model_not_found.';
CREATE TABLE ml.promotion_policies (
    id bigint NOT NULL,
    model_id bigint,
    stage text NOT NULL,
    requirements jsonb,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT promotion_policies_requirements_check CHECK (((requirements IS NOT NULL) OR (model_id IS NOT NULL))),
    CONSTRAINT promotion_policies_stage_check CHECK ((stage = ANY (ARRAY['staging'::text, 'production'::text])))
);
COMMENT ON TABLE ml.promotion_policies IS 'What a stage demands. Append-only: the newest row of a model and stage counts, else the newest default of the stage.';
COMMENT ON COLUMN ml.promotion_policies.model_id IS 'null: the default of all models.';
COMMENT ON COLUMN ml.promotion_policies.requirements IS '{"min":{name:value},"max":{name:value},"passed":[name],"hours_in_staging":n,"better_than_baseline":{"metric","alpha","higher_is_better"},"not_worse_than_production":{"metric","tolerance","higher_is_better"}}; null: the model follows the default again.';
CREATE FUNCTION ml.set_promotion_policy(model text, stage text, requirements jsonb) RETURNS ml.promotion_policies
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.set_promotion_policy(model text, stage text, requirements jsonb) IS 'Set what staging or production demands of a model (null: of every model without a policy of its own). It replaces the policy before, which stays in the history. requirements: {"min":{name:number},"max":{name:number},"passed":[name],"hours_in_staging":number,"better_than_baseline":{"metric","alpha" (0.01),"higher_is_better"},"not_worse_than_production":{"metric","tolerance","higher_is_better"}}, each optional; null lets a model follow the default again. Returns the policy. 22023 unknown_key, invalid_requirements; PT404 model_not_found. For admins.';
CREATE TABLE ml.queue_settings (
    queue text NOT NULL,
    retain_days integer DEFAULT 30 NOT NULL,
    announce boolean DEFAULT true NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT queue_settings_retain_days_check CHECK (((retain_days >= 0) AND (retain_days <= 3650)))
);
COMMENT ON TABLE ml.queue_settings IS 'Settings of queues that differ from the defaults. Written by ml.set_queue_settings only.';
COMMENT ON COLUMN ml.queue_settings.retain_days IS 'Finished jobs are deleted after so many days.';
COMMENT ON COLUMN ml.queue_settings.announce IS 'Whether changes of its jobs are told on Realtime and to webhooks. Workers are woken all the same.';
CREATE FUNCTION ml.set_queue_settings(queue text, settings jsonb) RETURNS ml.queue_settings
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.set_queue_settings(queue text, settings jsonb) IS 'Change a queue: {retain_days: 0 to 3650, days that finished jobs are kept, 30 by default; announce: false spares a busy queue the messages on Realtime and to webhooks, two fifths of what a job costs}. What is not named stays as it is. Needs admin. Errors: 22023.';
CREATE FUNCTION ml.start_run(experiment text, name text DEFAULT NULL::text, parent_run_id uuid DEFAULT NULL::uuid, tags jsonb DEFAULT '{}'::jsonb, job_id bigint DEFAULT NULL::bigint, dataset text DEFAULT NULL::text, attempt integer DEFAULT NULL::integer) RETURNS ml.runs
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.start_run(experiment text, name text, parent_run_id uuid, tags jsonb, job_id bigint, dataset text, attempt integer) IS 'Start a run in an experiment, both by name. parent_run_id nests it; job_id says which job executes it, under the lease of attempt; dataset names what it trains on. Returns the run. PT404 experiment_not_found, run_not_found, job_not_found, dataset_not_found; PT409 lease_lost. For engineers and workers.';
CREATE TABLE ml.feedback (
    id bigint NOT NULL,
    prediction_id uuid NOT NULL,
    served_at timestamp with time zone NOT NULL,
    model_id bigint NOT NULL,
    version_id bigint NOT NULL,
    predicted_label text,
    actual text,
    rating smallint,
    comment text,
    submitted_by uuid,
    submitted_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT feedback_content_check CHECK (((actual IS NOT NULL) OR (rating IS NOT NULL) OR (comment IS NOT NULL))),
    CONSTRAINT feedback_rating_check CHECK (((rating >= 1) AND (rating <= 5)))
);
COMMENT ON TABLE ml.feedback IS 'What people and systems said of a prediction: the true label, a rating of 1 to 5, a comment. One row a prediction and sender; sending again replaces it.';
CREATE FUNCTION ml.submit_feedback(prediction_id uuid, actual text DEFAULT NULL::text, rating integer DEFAULT NULL::integer, comment text DEFAULT NULL::text) RETURNS ml.feedback
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.submit_feedback(prediction_id uuid, actual text, rating integer, comment text) IS 'Attach the true label (as the model names it), a rating of 1 to 5 or a comment to a prediction by its id. Sending again adds to and replaces the caller''s own. Returns the feedback. Needs viewer. Errors: 22023 empty_feedback, invalid_rating, invalid_actual, invalid_comment; PT404 prediction_not_found.';
CREATE FUNCTION ml.train_model(config jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.train_model(config jsonb) IS 'Queue a training. config: {model, dataset, model_type} and optionally {experiment = model, params, task = "classification", seed = 0, run_name, max_attempts = 3, priority = 0, requirements {gpus, gpu_memory_gb, labels}}. model_type and its params: gradient_boosting (n_estimators, learning_rate, max_depth, subsample, min_samples_leaf) or logistic_regression (C, max_iter). Returns {training_id, job_id, run_id}: follow the job on the Realtime topic ml:jobs:<job_id>, the run with ml.get_run. 22023 unknown_key, invalid_config, empty_split; PT404 dataset_not_found. For engineers.';
CREATE TABLE ml.webhook_endpoints (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    url text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    event_types text[] NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    disabled_reason text,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT webhook_endpoints_event_types_check CHECK ((cardinality(event_types) > 0))
);
COMMENT ON TABLE ml.webhook_endpoints IS 'Where webhooks are sent. The signing secret is not here: it is shown once, by ml.register_webhook_endpoint, and kept in the vault.';
COMMENT ON COLUMN ml.webhook_endpoints.event_types IS 'Names of ml.event_types, a family such as job.*, or * for all. job.progress comes only to who names it.';
COMMENT ON COLUMN ml.webhook_endpoints.disabled_reason IS 'Why the platform switched the endpoint off; null when it is on or an admin did.';
CREATE FUNCTION ml.update_webhook_endpoint(endpoint_id uuid, url text DEFAULT NULL::text, event_types text[] DEFAULT NULL::text[], description text DEFAULT NULL::text, enabled boolean DEFAULT NULL::boolean) RETURNS ml.webhook_endpoints
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml.update_webhook_endpoint(endpoint_id uuid, url text, event_types text[], description text, enabled boolean) IS 'Change what is given and leave the rest. While enabled is false no event is recorded for the endpoint, and its pending deliveries wait. Needs admin. Returns the endpoint. Errors: as ml.register_webhook_endpoint, and PT404 endpoint_not_found.';
CREATE FUNCTION ml_private.ab_ready_check(version ml.model_versions) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.ab_ready_check(version ml.model_versions) IS 'Could this version be tested against the one that came into production last: same task, classes, outputs and entities, or it has been there itself, or none has.';
CREATE FUNCTION ml_private.acknowledge_alert(alert_id bigint) RETURNS ml.alerts
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.acknowledge_alert(alert_id bigint) IS 'Say that somebody is on an open alert; doing it twice changes nothing. Returns the alert. Needs engineer. Errors: PT404 alert_not_found; PT409 alert_resolved.';
CREATE FUNCTION ml_private.add_features(view_id bigint, features jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.add_features(view_id bigint, features jsonb) IS 'Insert the features of a new view and compile the transformations that need no fitting.';
CREATE FUNCTION ml_private.add_lineage(from_kind text, from_id text, to_kind text, to_id text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.add_lineage(from_kind text, from_id text, to_kind text, to_id text) IS 'Record that one thing was made from another. Adding an edge again changes nothing.';
CREATE FUNCTION ml_private.add_member(user_id uuid, role text) RETURNS ml.members
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.add_member(user_id uuid, role text) IS 'Make a user a member, or change a member''s role: viewer reads, engineer also trains, promotes and serves, admin also manages members, policies and webhooks. Needs admin; the service role makes the first one. Returns the member. Errors: 22023 invalid_role, PT404 user_not_found, PT409 last_admin.';
CREATE FUNCTION ml_private.add_refusals(refusals jsonb) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.add_refusals(refusals jsonb) IS 'Write refusals that were checked: each row once in five minutes, at most 1000 rows of a version in a minute. Returns how many.';
CREATE FUNCTION ml_private.adjust_holm(p_values double precision[]) RETURNS double precision[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.adjust_holm(p_values double precision[]) IS 'Holm''s step-down adjustment (1979): reject where the result is <= alpha and the family-wise error is at most alpha under any dependence.';
CREATE FUNCTION ml_private.admit_reader(relation oid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.admit_reader(relation oid) IS 'Let ml_reader select from a relation; PT409 source_unreadable when that is not ours to grant.';
CREATE FUNCTION ml_private.admitted_evidence(version_id bigint, name text) RETURNS ml.model_evidence
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.admitted_evidence(version_id bigint, name text) IS 'The evidence that counts for a measured name; null when there is none. With evaluation data pinned, what a job measured on other rows does not count.';
CREATE FUNCTION ml_private.advise_health(serving jsonb, alerts jsonb, feedback jsonb, retraining jsonb, monitor jsonb, checked boolean, last_check jsonb) RETURNS TABLE(status text, advice text)
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.advise_health(serving jsonb, alerts jsonb, feedback jsonb, retraining jsonb, monitor jsonb, checked boolean, last_check jsonb) IS 'What is wrong with a model, one row each with its weight.';
CREATE FUNCTION ml_private.all_join_keys(join_keys jsonb[]) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.all_join_keys(join_keys jsonb[]) IS 'The join keys of several entities, each name once, in the order in which they are named.';
CREATE FUNCTION ml_private.allow_source(source text, functions boolean DEFAULT false) RETURNS ml.allowed_sources
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.allow_source(source text, functions boolean) IS 'Let engineers read a schema, or one schema.table, as a source or spine: what they make of it every viewer reads. functions: let this one view call functions that are volatile or not the database''s own, which run as ml_reader; of a table, trust its owner: what is in its indexes runs as the platform''s. It holds for what has the name now, not for another kind or owner. PT404 no such schema or relation, 22023 a schema of the platform. Role admin.';
CREATE FUNCTION ml_private.announce_alert(alert ml.alerts, event text, was_severity text DEFAULT NULL::text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.announce_alert(alert ml.alerts, event text, was_severity text) IS 'Write down and announce a change of an alert that has just been made.';
CREATE FUNCTION ml_private.announce_batch(ids bigint[], event text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.announce_batch(ids bigint[], event text) IS 'ml_private.announce_jobs for who has only the ids.';
CREATE FUNCTION ml_private.announce_jobs(jobs ml.jobs[], event text, own_topics boolean DEFAULT true) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.announce_jobs(jobs ml.jobs[], event text, own_topics boolean) IS 'Announce an event of jobs: {count, ids, jobs} on ml:jobs (jobs are their summaries, when at most 10), a summary to webhooks and, when at most 10, on ml:jobs:<id>. Nothing of jobs whose queue is quiet.';
CREATE FUNCTION ml_private.as_time_series(table_name text, time_column text, chunk interval, retain interval DEFAULT NULL::interval) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.as_time_series(table_name text, time_column text, chunk interval, retain interval) IS 'Turn a just-created, empty table into a time series over a timestamptz column, in chunks of a fixed length, kept for retain (null: for ever). Returns the form: ''timescale'' where TimescaleDB is installed, else ''native''; alter database … set aimatrix.time_series = ''native'' forces the latter. Primary key and unique constraints must include the time column; no foreign key may point at the table. Call it right after create table, before policies, grants, indexes and triggers or after them: all are kept. Rows of any time are taken; a row''s time must not be changed later (TimescaleDB moves no row).';
CREATE FUNCTION ml_private.assert_lease(job_id bigint, attempt integer) RETURNS ml.jobs
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.assert_lease(job_id bigint, attempt integer) IS 'The job locked until the transaction ends, so that what the caller writes stands under its fencing token; else PT409 lease_lost.';
CREATE FUNCTION ml_private.backoff(failures integer) RETURNS interval
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.backoff(failures integer) IS 'How long to wait after so many failures.';
CREATE FUNCTION ml_private.base_type(relation oid, column_name text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.base_type(relation oid, column_name text) IS 'The type of a column without its length or precision; of a domain, what lies below it.';
CREATE FUNCTION ml_private.begin_training(job_id bigint, attempt integer) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.begin_training(job_id bigint, attempt integer) IS 'What a worker that holds the lease of a training job needs: {training_id, run_id, model, config, dataset (name), evaluation (the name of the pinned evaluation data whose held-out rows measure the model, or null), kept_back (row_ids of the dataset that are among those rows and must not be learned from), production: {version, artifact_sha256, artifact_path, signature} or null}. Sets the run to running; a retraining''s dataset is cut now. A later attempt gets the same run and dataset. PT409 lease_lost; PT404 training_not_found. For workers.';
CREATE FUNCTION ml_private.better_than_baseline_check(version ml.model_versions, rule jsonb) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.better_than_baseline_check(version ml.model_versions, rule jsonb) IS 'Check of the requirement better_than_baseline: the metric beats the answer that ignores the inputs, measured by the same job, with a one-sided p-value of at most alpha.';
CREATE FUNCTION ml_private.bin_counts(sample double precision[], edges double precision[]) RETURNS bigint[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.bin_counts(sample double precision[], edges double precision[]) IS 'Values in each of cardinality(edges) + 1 bins; edges ascend, a bin holds values above the edge before it and up to its own.';
CREATE FUNCTION ml_private.bin_edges(sample double precision[], bins integer) RETURNS double precision[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.bin_edges(sample double precision[], bins integer) IS 'Inner edges of at most that many bins of equal share in the sample.';
CREATE FUNCTION ml_private.bound_checks(version_id bigint, requirements jsonb) RETURNS SETOF jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.bound_checks(version_id bigint, requirements jsonb) IS 'Checks of the requirements min and max.';
CREATE FUNCTION ml_private.broadcast(topic text, event text, payload jsonb) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.broadcast(topic text, event text, payload jsonb) IS 'Send a message to a private Realtime topic (members only) when this transaction commits. Does nothing where there is no Realtime; never fails the caller.';
CREATE FUNCTION ml_private.broadcast_two(topic text, payload jsonb, other_topic text, other_payload jsonb, event text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.broadcast_two(topic text, payload jsonb, other_topic text, other_payload jsonb, event text) IS 'ml_private.broadcast of one event on two topics, to each its payload.';
CREATE FUNCTION ml_private.call_edge_function(function_name text, body jsonb) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.call_edge_function(function_name text, body jsonb) IS 'Nudge an edge function of this project with the secret key. Needs the secrets aimatrix_url and aimatrix_secret_key (ml_private.write_secret) and pg_net; false without.';
CREATE FUNCTION ml_private.called_by_view(relation oid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.called_by_view(relation oid) IS 'The first thing that a view, or a view below it, calls and that is volatile or not the catalog''s own; null for views of nothing but catalog functions, and for tables.';
CREATE FUNCTION ml_private.caller_role() RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.caller_role() IS 'The caller as one of service_role, admin, engineer, viewer, ml_worker, none.';
CREATE FUNCTION ml_private.cancel_job(job_id bigint) RETURNS ml.jobs
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.cancel_job(job_id bigint) IS 'Cancel a job. A queued one is cancelled at once, with the jobs that depend on it; a running one learns of it at its next heartbeat and ends as cancelled whatever its worker says. Cancelling twice is no error. Needs engineer. Errors: PT404 job_not_found, PT409 job_finished.';
CREATE FUNCTION ml_private.canonical_key(value jsonb, key_type text, key_name text) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.canonical_key(value jsonb, key_type text, key_name text) IS 'A join key value as the online store writes it; 22023 when it is not of the key''s type.';
CREATE FUNCTION ml_private.change_sql(view_id bigint, changed_sql text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.change_sql(view_id bigint, changed_sql text) IS 'SQL text that adds to a history what changed_sql says (as ml_private.changed_rows_sql does) and ends what it replaces, at v_now.';
CREATE FUNCTION ml_private.changed_rows_sql(view_id bigint, relation oid, keys_sql text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.changed_rows_sql(view_id bigint, relation oid, keys_sql text) IS 'SQL text of the rows of a source, of those with the given keys, that are not what their standing version says: as they are now, "ml found" null where they are gone.';
CREATE FUNCTION ml_private.check_allowable(source text) RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_allowable(source text) IS 'The one or two names of what an admin allows or disallows; 22023 for the platform''s own schemas.';
CREATE FUNCTION ml_private.check_allowed(schema_name text, relation_name text, what text) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_allowed(schema_name text, relation_name text, what text) IS 'Refuse a relation that neither has an entry in ml.allowed_sources nor lies in a schema that has one: 42501 source_not_allowed.';
CREATE FUNCTION ml_private.check_artifact(sha256 text, bytes bigint) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_artifact(sha256 text, bytes bigint) IS 'Refuse an artifact that does not lie in Storage under its hash with that size.';
CREATE FUNCTION ml_private.check_bounds(bounds jsonb, what text) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_bounds(bounds jsonb, what text) IS 'Refuse what is no {name: number}.';
CREATE FUNCTION ml_private.check_claim(worker_id text, queues text[], capabilities jsonb, max_jobs integer, lease_seconds integer) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_claim(worker_id text, queues text[], capabilities jsonb, max_jobs integer, lease_seconds integer) IS 'Refuse arguments that ml.claim_jobs does not take.';
CREATE FUNCTION ml_private.check_column_types(relation oid, names text[], types text[]) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_column_types(relation oid, names text[], types text[]) IS 'Refuse a column that is not of its type at registration, nor of one of the database''s own (whose oids are below 16384): PT409.';
CREATE FUNCTION ml_private.check_columns(columns jsonb, what text) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_columns(columns jsonb, what text) IS 'Refuse input columns that are not [{feature: "view:feature", view_version, nullable?}].';
CREATE FUNCTION ml_private.check_completions(jobs jsonb) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_completions(jobs jsonb) IS 'Refuse what ml.complete_jobs does not take.';
CREATE FUNCTION ml_private.check_drift(model text) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_drift(model text) IS 'Check a deployed model for drift now, over the live requests since its last check (of at least 20 entities). Returns {check_id, checked_at, version, row_count, refused_count, alpha, window_start, window_end, data_drift, prediction_drift, missing_values, results: [{kind, name, ks, ks_p_value, ks_p_adjusted, psi, psi_p_value, psi_p_adjusted, drifted, missing_share, missing_reference, missing_p_value, missing_p_adjusted, missing_more, compared}]}; raises or clears alerts as the scheduled check does. Needs engineer. Errors: PT404 model_not_found; PT409 not_deployed, too_few_predictions.';
CREATE FUNCTION ml_private.check_entities(entities jsonb, join_keys jsonb[]) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    AS …;
COMMENT ON FUNCTION ml_private.check_entities(entities jsonb, join_keys jsonb[]) IS 'The values of all join keys in canonical form, {"patient_id":[1,2]}, arrays of one length from 1 to 1000; 22023 for anything else.';
CREATE FUNCTION ml_private.check_entity_keys(join_keys jsonb) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_entity_keys(join_keys jsonb) IS 'The join keys of an entity, checked; 22023 otherwise.';
CREATE FUNCTION ml_private.check_entity_values(entities jsonb, key_name text, key_type text) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    AS …;
COMMENT ON FUNCTION ml_private.check_entity_values(entities jsonb, key_name text, key_type text) IS 'The values of one join key in canonical form; 22023 for anything else.';
CREATE FUNCTION ml_private.check_entries(entries jsonb, what text, max_entries integer, max_length integer) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_entries(entries jsonb, what text, max_entries integer, max_length integer) IS 'Refuse anything but an object of scalars with at most max_entries keys of 1 to 250 characters and values of at most max_length characters.';
CREATE FUNCTION ml_private.check_event_time(relation oid, column_name text, what text) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_event_time(relation oid, column_name text, what text) IS 'Refuse a time column that is not timestamptz.';
CREATE FUNCTION ml_private.check_event_types(event_types text[]) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_event_types(event_types text[]) IS 'Refuse what is not 1 to 100 names of ml.event_types, families such as job.*, or *.';
CREATE FUNCTION ml_private.check_evidence_job(version ml.model_versions, name text, job_id bigint, attempt integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_evidence_job(version ml.model_versions, name text, job_id bigint, attempt integer) IS 'Refuse evidence from a job that is not about the version, and from a worker that does not hold the job''s lease.';
CREATE FUNCTION ml_private.check_exact_keys(value jsonb, what text, keys text[]) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_exact_keys(value jsonb, what text, keys text[]) IS 'Refuse anything but an object with exactly these keys.';
CREATE FUNCTION ml_private.check_feature_definitions(features jsonb, relation oid, join_keys jsonb) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_feature_definitions(features jsonb, relation oid, join_keys jsonb) IS 'The features of a view in canonical form, each checked against the source''s catalog.';
CREATE FUNCTION ml_private.check_feedback(actual text, rating integer, comment text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_feedback(actual text, rating integer, comment text) IS '22023 unless there is some feedback and each part is within its bounds.';
CREATE FUNCTION ml_private.check_future(future text, tolerance interval, mode text, created_time text) RETURNS interval
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_future(future text, tolerance interval, mode text, created_time text) IS 'The tolerance of a view in hours and seconds, 5 minutes unless given, null where it keeps all; 22023 otherwise.';
CREATE FUNCTION ml_private.check_has_key(relation oid) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_has_key(relation oid) IS 'Refuse a table whose rows nothing names: 22023 history_unsupported.';
CREATE FUNCTION ml_private.check_history(relation oid, keep_history boolean, columns text[], event_time text, created_time text) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_history(relation oid, keep_history boolean, columns text[], event_time text, created_time text) IS 'Refuse keep_history on what triggers cannot follow or has no primary key (22023 history_unsupported), and a history as the source of another view.';
CREATE FUNCTION ml_private.check_history_columns(relation oid, names text[], types text[]) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_history_columns(relation oid, names text[], types text[]) IS 'Refuse a write to a source that lost a column of which a history is kept, or changed its type: PT409 column_missing, type_mismatch.';
CREATE FUNCTION ml_private.check_input(input jsonb, what text, types text[]) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_input(input jsonb, what text, types text[]) IS 'Refuse what does not describe an input tensor of one of these types with a column for each of its features.';
CREATE FUNCTION ml_private.check_job_object(value jsonb, what text, max_bytes integer DEFAULT 1048576) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_job_object(value jsonb, what text, max_bytes integer) IS 'Refuse what is no JSON object, or too large a one.';
CREATE FUNCTION ml_private.check_job_requirements(requirements jsonb, what text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_job_requirements(requirements jsonb, what text) IS 'Refuse requirements or capabilities that are not {gpus, gpu_memory_gb, labels}.';
CREATE FUNCTION ml_private.check_job_spec(spec jsonb, what text) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_job_spec(spec jsonb, what text) IS 'Refuse a job that ml.enqueue_job would not take. what begins each message: it tells which job of a batch.';
CREATE FUNCTION ml_private.check_join_keys(relation oid, join_keys jsonb, what text) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_join_keys(relation oid, join_keys jsonb, what text) IS 'Refuse a relation that lacks a join key column of a fitting type.';
CREATE FUNCTION ml_private.check_json(value jsonb, what text, max_bytes integer DEFAULT 1048576) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_json(value jsonb, what text, max_bytes integer) IS 'Refuse SQL null, JSON above max_bytes as text, and (beyond 4,000 bytes) numbers outside double precision. JSON null passes. what begins the message.';
CREATE FUNCTION ml_private.check_keys(value jsonb, allowed text[], what text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_keys(value jsonb, allowed text[], what text) IS 'Refuse a configuration that is not an object or has a key nobody reads.';
CREATE FUNCTION ml_private.check_known_types(relation oid, columns text[]) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_known_types(relation oid, columns text[]) IS 'Refuse columns whose type, below any domain, is neither the database''s own nor an enum: reading them would call the casts of its maker. PT409 type_mismatch.';
CREATE FUNCTION ml_private.check_label(value text, what text, max_length integer DEFAULT 250) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_label(value text, what text, max_length integer) IS 'Refuse what is no line of free text: 1 to max_length characters, no control characters, not blank. what begins the message.';
CREATE FUNCTION ml_private.check_label_kind(model_id bigint, dataset ml.datasets) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_label_kind(model_id bigint, dataset ml.datasets) IS 'Refuse evaluation data whose label is of another kind than the classes of every version of a model: 22023 label_mismatch.';
CREATE FUNCTION ml_private.check_measurable(model text, dataset ml.datasets) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_measurable(model text, dataset ml.datasets) IS 'Refuse a training on features that the pinned evaluation data of its model lacks, or on a label of another kind: PT409 not_measurable.';
CREATE FUNCTION ml_private.check_metric_rule(rule jsonb, what text, limit_key text, lowest numeric, highest numeric) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_metric_rule(rule jsonb, what text, limit_key text, lowest numeric, highest numeric) IS 'Refuse what is no {metric, <limit_key>, higher_is_better} with the limit in its range.';
CREATE FUNCTION ml_private.check_name(value text, what text) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_name(value text, what text) IS 'Refuse what is no name of a thing: 1 to 128 characters of A-Z a-z 0-9 _ . -, beginning with a letter or _. what begins the message.';
CREATE FUNCTION ml_private.check_next_monitor() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_next_monitor() IS 'Tick task, one step: check the model that was looked at longest ago among those with enough new predictions. 1, or 0 when none was due or it could not be checked.';
CREATE TABLE ml.check_kinds (
    name text NOT NULL,
    description text NOT NULL,
    options jsonb NOT NULL,
    evidence text NOT NULL,
    held_out boolean DEFAULT false NOT NULL
);
COMMENT ON TABLE ml.check_kinds IS 'What ml.queue_model_check can queue. Declared, a file each: whoever adds one writes its row here and a file of its name in the worker''s kinds.';
COMMENT ON COLUMN ml.check_kinds.options IS 'Its options in the words of JSON Schema: {"properties": {name: {"type","minimum","maximum","description","engineers"}}}. engineers: {"minimum","maximum"}, what an engineer may ask for; outside it a check would be so easy to pass that asking for it would be a way around the policy.';
COMMENT ON COLUMN ml.check_kinds.evidence IS 'What evidence its jobs record, for people.';
COMMENT ON COLUMN ml.check_kinds.held_out IS 'Measures on held-out rows, which the version must not have learned from.';
CREATE FUNCTION ml_private.check_options(kind ml.check_kinds, options jsonb) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_options(kind ml.check_kinds, options jsonb) IS 'Refuse options that the kind of check does not know, and limits too loose from anybody but an admin.';
CREATE FUNCTION ml_private.check_outputs(outputs jsonb, classes jsonb) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_outputs(outputs jsonb, classes jsonb) IS 'Refuse outputs and classes that do not describe a classification with probabilities.';
CREATE FUNCTION ml_private.check_policy_stage(stage text) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_policy_stage(stage text) IS 'Refuse a stage that has no policy.';
CREATE FUNCTION ml_private.check_predictions(predictions jsonb) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_predictions(predictions jsonb) IS '22023 invalid_prediction unless every object of the array is a prediction that can be logged.';
CREATE FUNCTION ml_private.check_promotion(model text, version integer, stage text) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_promotion(model text, version integer, stage text) IS 'What the policy of staging or production says of a version now, changing nothing: {model, version, from_stage, to_stage, passed, checks}. PT404 model_not_found, version_not_found. For viewers.';
CREATE FUNCTION ml_private.check_readable(feature_ids bigint[]) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_readable(feature_ids bigint[]) IS 'Refuse features that do not exist (PT404), are retired or not fitted (PT409).';
CREATE FUNCTION ml_private.check_realtime_source(relation oid, code text DEFAULT 'source_not_realtime'::text, hint text DEFAULT 'register it with mode batch and call ml.materialize_feature_view'::text) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_realtime_source(relation oid, code text, hint text) IS 'Refuse a source on which triggers cannot see every change.';
CREATE FUNCTION ml_private.check_refusals(refusals jsonb) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_refusals(refusals jsonb) IS '22023 invalid_refusal unless every object of the array is a refusal that can be logged.';
CREATE FUNCTION ml_private.check_requirements(requirements jsonb, stage text) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_requirements(requirements jsonb, stage text) IS 'Refuse requirements that a policy cannot have: unknown keys, wrong types, numbers out of range.';
CREATE FUNCTION ml_private.check_same_key(relation oid, key text[]) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_same_key(relation oid, key text[]) IS 'Refuse a write to a source that has another primary key than when its history began: PT409 primary_key_changed.';
CREATE FUNCTION ml_private.check_side(split text) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_side(split text) IS 'Refuse what is neither a side of a split nor null.';
CREATE FUNCTION ml_private.check_signature(signature jsonb, dataset_id bigint) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_signature(signature jsonb, dataset_id bigint) IS 'The signature in its stored form, checked against the feature views and the dataset (when there is one).';
CREATE FUNCTION ml_private.check_snapshot(view_id bigint, operation text) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_snapshot(view_id bigint, operation text) IS 'Refuse writes of a transaction that cannot see all that it would have to change: 40001, PT409 isolation_unsupported.';
CREATE FUNCTION ml_private.check_source_name(relation oid, source text, owner oid) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_source_name(relation oid, source text, owner oid) IS 'Refuse a write to a source that has another name or owner than at registration: PT409 source_renamed, source_owner.';
CREATE FUNCTION ml_private.check_source_sql(view_id bigint, relation_sql text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_source_sql(view_id bigint, relation_sql text) IS 'SQL text that refuses a source which has another name, owner, primary key or other columns than when its history began.';
CREATE FUNCTION ml_private.check_source_trust(relation oid, what text) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_source_trust(relation oid, what text) IS 'Refuse a source in which code of another owner would run: 42501 source_owner, source_calls_functions.';
CREATE FUNCTION ml_private.check_spine(work text, spine text, event_time text, label text, join_keys jsonb) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_spine(work text, spine text, event_time text, label text, join_keys jsonb) IS 'Refuse a spine with rows that cannot be joined or learned from; nothing is dropped silently.';
CREATE FUNCTION ml_private.check_split(split jsonb) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_split(split jsonb) IS 'A split with its defaults filled in; 22023 for anything else.';
CREATE FUNCTION ml_private.check_split_counts(split_counts jsonb) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_split_counts(split_counts jsonb) IS 'Refuse a dataset in which a side asked for came out empty.';
CREATE FUNCTION ml_private.check_stage(stage text) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_stage(stage text) IS 'Refuse what is no stage to move to.';
CREATE FUNCTION ml_private.check_stage_history() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_stage_history() IS 'At commit the stage of a version is the last that its history names.';
CREATE FUNCTION ml_private.check_tensor(tensor jsonb, what text, keys text[], types text[]) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_tensor(tensor jsonb, what text, keys text[], types text[]) IS 'Refuse what does not describe a tensor {name, type, shape, …}.';
CREATE FUNCTION ml_private.check_text(value text, what text, max_length integer DEFAULT 10000) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_text(value text, what text, max_length integer) IS 'Refuse null and texts above max_length characters. For descriptions and reasons: they may be empty and have several lines.';
CREATE FUNCTION ml_private.check_time_series(table_name text, time_column text, chunk interval, retain interval) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_time_series(table_name text, time_column text, chunk interval, retain interval) IS 'Refuse what ml_private.as_time_series cannot turn into a time series, in either form.';
CREATE FUNCTION ml_private.check_trainable(dataset ml.datasets) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_trainable(dataset ml.datasets) IS 'Refuse a dataset that no model type can train on and be measured with.';
CREATE FUNCTION ml_private.check_training_keys(config jsonb) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_training_keys(config jsonb) IS 'Refuse a config with unknown keys or without those that are needed.';
CREATE FUNCTION ml_private.check_transformation(transformation jsonb, value_type text, what text) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_transformation(transformation jsonb, value_type text, what text) IS 'The transformation in its canonical form; null for none; 22023 for anything that would not compile.';
CREATE FUNCTION ml_private.check_transition(model text, version integer, from_stage text, to_stage text) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_transition(model text, version integer, from_stage text, to_stage text) IS 'PT409 already_in_stage or invalid_transition unless the stages allow the move.';
CREATE FUNCTION ml_private.check_ttl(ttl interval) RETURNS interval
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_ttl(ttl interval) IS 'The time to live in hours and seconds (a month counts 30 days, a year 365.25); null stays null.';
CREATE FUNCTION ml_private.check_types_sql(view_id bigint, relation oid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_types_sql(view_id bigint, relation oid) IS 'SQL text for a trigger on a relation: check the types of the columns that a view reads.';
CREATE FUNCTION ml_private.check_value_column(relation oid, column_name text, value_type text, what text) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_value_column(relation oid, column_name text, value_type text, what text) IS 'Refuse a column whose type cannot become the feature''s value type.';
CREATE FUNCTION ml_private.check_view_columns(view_id bigint, relation oid) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_view_columns(view_id bigint, relation oid) IS 'Hold the columns of a source against a registered view once more, before they are read.';
CREATE FUNCTION ml_private.check_view_triggers(view_id bigint) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_view_triggers(view_id bigint) IS 'Refuse a view whose source, or the table of its history, does not have its four triggers, as after drop and create: PT409 source_replaced.';
CREATE FUNCTION ml_private.check_webhook_url(url text) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.check_webhook_url(url text) IS 'Refuse what is no address for webhooks. Names are resolved and judged again by the webhooks edge function at every attempt.';
CREATE FUNCTION ml_private.checked_until(version_id bigint, look_back interval) RETURNS timestamp with time zone
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.checked_until(version_id bigint, look_back interval) IS 'Where the next check of a version begins: at the end of the last, or look_back ago.';
CREATE FUNCTION ml_private.chi_square_p_value(statistic double precision, df integer) RETURNS double precision
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.chi_square_p_value(statistic double precision, df integer) IS 'P(X >= statistic) for chi-square with df degrees of freedom.';
CREATE FUNCTION ml_private.claim_jobs(worker_id text, queues text[] DEFAULT '{default}'::text[], capabilities jsonb DEFAULT '{}'::jsonb, max_jobs integer DEFAULT 1, lease_seconds integer DEFAULT 60, claim_id uuid DEFAULT NULL::uuid) RETURNS ml.jobs[]
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.claim_jobs(worker_id text, queues text[], capabilities jsonb, max_jobs integer, lease_seconds integer, claim_id uuid) IS 'Take up to max_jobs (1 to 1000) claimable jobs of these queues, best first, under a lease of lease_seconds (1 to 86400). capabilities: {gpus, gpu_memory_gb, labels} of this worker; jobs that require more are passed over. Each job''s (id, attempt) is the fencing token that every later call must show. Expired leases of these queues are taken back. Listen on ml_jobs (payload: the queue) instead of polling fast. claim_id: a random uuid of this claim; repeated by the same worker after a lost reply, it returns what it still holds. A lease that runs out before the first heartbeat is no failure of the job; after 10 such claims it fails. Needs ml_worker. Errors: 22023, PT409 claim_id_taken.';
CREATE FUNCTION ml_private.claim_webhook_deliveries(max_deliveries integer DEFAULT 20) RETURNS TABLE(id uuid, endpoint_id uuid, url text, secret text, event_type text, payload jsonb, attempt integer, created_at timestamp with time zone)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.claim_webhook_deliveries(max_deliveries integer) IS 'For the webhooks edge function (service role only): up to max_deliveries (1 to 100) that are due, leased for two minutes, with address and signing secret.';
CREATE FUNCTION ml_private.class_name(class jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.class_name(class jsonb) IS 'A class of a signature as predictions name it.';
CREATE FUNCTION ml_private.class_named(version_id bigint, label text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.class_named(version_id bigint, label text) IS 'The class of a version that a label means, as predictions name it; the label itself when it is none.';
CREATE TABLE ml.drift_checks (
    id bigint NOT NULL,
    model_id bigint NOT NULL,
    version_id bigint NOT NULL,
    window_start timestamp with time zone NOT NULL,
    window_end timestamp with time zone NOT NULL,
    row_count integer NOT NULL,
    refused_count integer DEFAULT 0 NOT NULL,
    alpha double precision NOT NULL,
    data_drift boolean NOT NULL,
    prediction_drift boolean NOT NULL,
    missing_values boolean DEFAULT false NOT NULL,
    checked_at timestamp with time zone DEFAULT now() NOT NULL
);
COMMENT ON TABLE ml.drift_checks IS 'One row for each comparison of live predictions with the pinned reference. Windows of one version do not overlap.';
COMMENT ON COLUMN ml.drift_checks.row_count IS 'Entities of the window whose newest row was answered.';
COMMENT ON COLUMN ml.drift_checks.refused_count IS 'Entities of the window whose newest row was refused for what it lacked.';
CREATE FUNCTION ml_private.clear_alert(checked ml.drift_checks, monitor ml.monitors, kind text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.clear_alert(checked ml.drift_checks, monitor ml.monitors, kind text) IS 'Count a clean check that could have seen all that the alert tells of; resolve the alert after the monitor''s clear_after of them in a row.';
CREATE FUNCTION ml_private.close_run(run_id uuid, status text) RETURNS ml.runs
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.close_run(run_id uuid, status text) IS 'End a run that has not ended; null when it has.';
CREATE FUNCTION ml_private.column_statistics(table_name text, column_name text, value_type text) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET extra_float_digits TO '1'
    AS …;
COMMENT ON FUNCTION ml_private.column_statistics(table_name text, column_name text, value_type text) IS 'count, nulls, mean, std (population), min, max and quantiles (linear interpolation) of a column; text: distinct and the 20 most frequent values.';
CREATE FUNCTION ml_private.column_type(relation oid, column_name text, what text) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.column_type(relation oid, column_name text, what text) IS 'The catalog name of a column''s type (domains resolved, enums as enum), schema-qualified when it is not the catalog''s; 22023 when there is no such column.';
CREATE FUNCTION ml_private.compare_counted(reference double precision[], edges double precision[], current double precision[], every double precision[], each_alone boolean, reference_size integer DEFAULT NULL::integer, current_size integer DEFAULT NULL::integer, OUT ks double precision, OUT ks_p_value double precision, OUT psi double precision, OUT psi_p_value double precision, OUT compared integer) RETURNS record
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.compare_counted(reference double precision[], edges double precision[], current double precision[], every double precision[], each_alone boolean, reference_size integer, current_size integer, OUT ks double precision, OUT ks_p_value double precision, OUT psi double precision, OUT psi_p_value double precision, OUT compared integer) IS 'compare_samples of a window in which equal rows without an entity count once, and in which each counts: the less striking of both, or each alone.';
CREATE FUNCTION ml_private.compare_missing(reference_missing bigint, reference_rows bigint, current_missing bigint, current_rows bigint, seen integer DEFAULT 0, OUT share double precision, OUT reference double precision, OUT p_value double precision) RETURNS record
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.compare_missing(reference_missing bigint, reference_rows bigint, current_missing bigint, current_rows bigint, seen integer, OUT share double precision, OUT reference double precision, OUT p_value double precision) IS 'Shares of missing values now and in the reference, and the p-value that there are more now; no p-value where nothing is missing anywhere, all null without a reference. seen: in how many rows of the window; of twenty or more, where all is missing, ((m + 0.5) / (N + 1))^n where that is less than Fisher''s.';
CREATE FUNCTION ml_private.compare_missing_counted(reference_missing bigint, reference_rows bigint, missing bigint, counted bigint, every_missing bigint, every_counted bigint, each_alone boolean, seen integer, OUT share double precision, OUT reference double precision, OUT p_value double precision) RETURNS record
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.compare_missing_counted(reference_missing bigint, reference_rows bigint, missing bigint, counted bigint, every_missing bigint, every_counted bigint, each_alone boolean, seen integer, OUT share double precision, OUT reference double precision, OUT p_value double precision) IS 'compare_missing of a window in which equal rows without an entity count once, and in which each counts: the less striking of both, or one alone.';
CREATE FUNCTION ml_private.compare_samples(reference double precision[], edges double precision[], current double precision[], reference_size integer DEFAULT NULL::integer, current_size integer DEFAULT NULL::integer, OUT ks double precision, OUT ks_p_value double precision, OUT psi double precision, OUT psi_p_value double precision, OUT compared integer) RETURNS record
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.compare_samples(reference double precision[], edges double precision[], current double precision[], reference_size integer, current_size integer, OUT ks double precision, OUT ks_p_value double precision, OUT psi double precision, OUT psi_p_value double precision, OUT compared integer) IS 'KS and PSI of a pinned sample (with the edges of its bins) and the current values; null where these are too few for a test. The sizes: as how many independent values each side counts, where those are fewer; compared: as how many the current ones did.';
CREATE FUNCTION ml_private.compare_with_reference(version_id bigint, since timestamp with time zone, max_rows integer, alpha double precision, min_ks double precision, min_psi double precision, min_missing double precision) RETURNS TABLE(ordinal integer, kind text, name text, ks double precision, ks_p_value double precision, ks_p_adjusted double precision, psi double precision, psi_p_value double precision, psi_p_adjusted double precision, drifted boolean, missing_share double precision, missing_reference double precision, missing_p_value double precision, missing_p_adjusted double precision, missing_more boolean, compared integer, row_count integer, refused_count integer, first_at timestamp with time zone, last_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.compare_with_reference(version_id bigint, since timestamp with time zone, max_rows integer, alpha double precision, min_ks double precision, min_psi double precision, min_missing double precision) IS 'Test every pinned distribution of a version against its live requests after a time: KS, PSI and the share of missing values, Holm-corrected together; each verdict needs significance and a minimum effect.';
CREATE FUNCTION ml_private.comparison_payload(version ml.model_versions) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.comparison_payload(version ml.model_versions) IS 'What a comparison needs besides: {dataset, production: {version, artifact_sha256, signature}}. PT409 nothing_in_production, already_in_production, no_dataset.';
CREATE FUNCTION ml_private.compile_history(view_id bigint, relation oid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.compile_history(view_id bigint, relation oid) IS 'Make the trigger function ml_private.keep_history_<view id>, and ml_private.reconcile_history_<view id>(first), which compares the whole source with the history and returns how many rows it found changed; with first they are known since their own times.';
CREATE FUNCTION ml_private.compile_newest(view_id bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.compile_newest(view_id bigint) IS 'Make ml_private.newest_row_<view id>(entity, clock): the row of the source that counts for an entity, nulls when none does.';
CREATE FUNCTION ml_private.compile_sync(view_id bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.compile_sync(view_id bigint) IS 'Make the trigger function ml_private.sync_view_<view id>.';
CREATE FUNCTION ml_private.compile_transform(feature_id bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET extra_float_digits TO '1'
    AS …;
COMMENT ON FUNCTION ml_private.compile_transform(feature_id bigint) IS 'Make ml_private.transform_<feature id> from the transformation and, for normalize, its fitted parameters.';
CREATE FUNCTION ml_private.compile_view_transform(view_id bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.compile_view_transform(view_id bigint) IS 'Make ml_private.transform_view_<view id>, which replaces raw values of online rows by transformed ones. Needs the view''s row locked.';
CREATE FUNCTION ml_private.complete_done(done jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.complete_done(done jsonb) IS 'The first half of an exchange: complete all of done, or PT409 lease_lost.';
CREATE FUNCTION ml_private.complete_job(job_id bigint, attempt integer, result jsonb DEFAULT '{}'::jsonb) RETURNS ml.jobs
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.complete_job(job_id bigint, attempt integer, result jsonb) IS 'The attempt succeeded. result: an object of at most 1 MB. Frees the jobs that depend on it. Called in the transaction that writes the job''s effect, it makes the effect happen exactly once. Needs ml_worker. Errors: 22023, PT404 job_not_found, PT409 lease_lost.';
CREATE FUNCTION ml_private.complete_jobs(jobs jsonb) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_bitmapscan TO 'off'
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS …;
COMMENT ON FUNCTION ml_private.complete_jobs(jobs jsonb) IS 'Complete up to 1,000 attempts: an array of {job_id, attempt, result}. Returns how many it completed; those whose lease was lost are left as they are, so a smaller number than was sent means that some were. Needs ml_worker. Errors: 22023.';
CREATE FUNCTION ml_private.content_hash(table_name text, header text) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET extra_float_digits TO '1'
    SET "TimeZone" TO 'UTC'
    SET "DateStyle" TO 'ISO'
    AS …;
COMMENT ON FUNCTION ml_private.content_hash(table_name text, header text) IS 'sha256 in hex over a header and all rows in row_id order.';
CREATE FUNCTION ml_private.could_see(checked ml.drift_checks, drift jsonb, monitor ml.monitors) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.could_see(checked ml.drift_checks, drift jsonb, monitor ml.monitors) IS 'Whether a check that did not find a drift, one that an alert tells of, could have: had its KS been as large, or a half where that is more, it would have been significant; or its KS lies below what counts, on 20 values or more.';
CREATE FUNCTION ml_private.count_missing(table_name text, features jsonb) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.count_missing(table_name text, features jsonb) IS '[{"split","row_count","incomplete","missing":[…]}]: per side of a dataset''s split how many rows it has, how many of them lack a feature, and how many lack each, in the order of features.';
CREATE FUNCTION ml_private.count_unchecked(version_id bigint, since timestamp with time zone, max_rows integer, wanted integer, wide boolean DEFAULT true) RETURNS integer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.count_unchecked(version_id bigint, since timestamp with time zone, max_rows integer, wanted integer, wide boolean) IS 'Entities that live requests for a version, answered or refused, named after a time and up to now: counted among the newest max_rows rows and, if wide and those hold fewer than wanted, among twenty times as many.';
CREATE FUNCTION ml_private.count_webhooks_due() RETURNS bigint
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.count_webhooks_due() IS 'How many deliveries wait to be sent now, counted up to 1,000.';
CREATE FUNCTION ml_private.create_access_token(name text, scope text DEFAULT 'viewer'::text, expires_at timestamp with time zone DEFAULT NULL::timestamp with time zone) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.create_access_token(name text, scope text, expires_at timestamp with time zone) IS 'Make a token for a program of yours: a notebook, CI, a worker. name: up to 100 characters, for people. scope: viewer, engineer or admin, at most your own role, or worker (admins and the service role). expires_at: at most a year from now, 90 days unless given. Returns {id, token, name, scope, expires_at}; token is shown this once and kept nowhere. It may do what its scope and your role at that time both allow. Needs viewer, signed in as yourself. Errors: 22023 invalid_scope, invalid_expiry; 42501.';
CREATE FUNCTION ml_private.create_experiment(name text, description text DEFAULT ''::text, tags jsonb DEFAULT '{}'::jsonb) RETURNS ml.experiments
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.create_experiment(name text, description text, tags jsonb) IS 'Make an experiment. name: 1 to 250 characters; description: at most 5000; tags: an object of at most 100 scalars. Returns the experiment. 23505 experiment_exists. For engineers and workers.';
CREATE FUNCTION ml_private.create_run(experiment_id bigint, name text, status text, parent_run_id uuid, job_id bigint, dataset_id bigint, tags jsonb, actor uuid) RETURNS ml.runs
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.create_run(experiment_id bigint, name text, status text, parent_run_id uuid, job_id bigint, dataset_id bigint, tags jsonb, actor uuid) IS 'Insert a run with its tags and its lineage. The arguments must have been checked.';
CREATE TABLE ml.training_jobs (
    id bigint NOT NULL,
    job_id bigint NOT NULL,
    run_id uuid NOT NULL,
    model text NOT NULL,
    dataset_id bigint,
    dataset_spec jsonb,
    config jsonb NOT NULL,
    evaluation_id bigint,
    retraining_of bigint,
    reason text DEFAULT ''::text NOT NULL,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT training_jobs_dataset_check CHECK (((dataset_id IS NOT NULL) OR (dataset_spec IS NOT NULL)))
);
COMMENT ON TABLE ml.training_jobs IS 'One training each: its job in the queue training and its run. Written by ml.train_model and by automatic retraining.';
COMMENT ON COLUMN ml.training_jobs.job_id IS 'Kept when the job itself is deleted after its retention.';
COMMENT ON COLUMN ml.training_jobs.dataset_id IS 'null until the job begins, for a retraining: it trains on the data of that moment.';
COMMENT ON COLUMN ml.training_jobs.dataset_spec IS '{"spine","event_time","features","label","split"} of the dataset that a retraining cuts when it begins.';
COMMENT ON COLUMN ml.training_jobs.config IS 'As given to ml.train_model, with every default filled in.';
COMMENT ON COLUMN ml.training_jobs.evaluation_id IS 'The evaluation data that was pinned when the training first began: its held-out rows were left out of what was learned from.';
COMMENT ON COLUMN ml.training_jobs.retraining_of IS 'The version whose training this one repeats on new data.';
CREATE FUNCTION ml_private.create_training(training ml.training_jobs, run_at timestamp with time zone, tags jsonb) RETURNS ml.training_jobs
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.create_training(training ml.training_jobs, run_at timestamp with time zone, tags jsonb) IS 'Queue a training whose config was resolved: its job, its run (scheduled) and the row itself.';
CREATE FUNCTION ml_private.create_training_dataset(name text, spine text, features text[], label text, event_time text DEFAULT 'event_time'::text, split jsonb DEFAULT '{"test": 0.3, "train": 0.7}'::jsonb, fit boolean DEFAULT false) RETURNS ml.datasets
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.create_training_dataset(name text, spine text, features text[], label text, event_time text, split jsonb, fit boolean) IS 'Join to every row of spine (schema.table with the join keys, event_time and label) the feature values known at its event time, and keep the result. split: shares of train, validation and test that sum to 1, "method" random (by a hash of seed and entity) or time, "seed". fit: fit normalisation that is not fitted yet on the train rows. 23505 name taken, 22023 spine rows without time, key or label, or a side left empty, PT409 view_not_fitted. Role engineer.';
CREATE FUNCTION ml_private.create_training_dataset_internal(name text, spine text, features text[], label text, event_time text, split jsonb, fit boolean, created_by uuid) RETURNS ml.datasets
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.create_training_dataset_internal(name text, spine text, features text[], label text, event_time text, split jsonb, fit boolean, created_by uuid) IS 'ml.create_training_dataset without the role check, for retraining.';
CREATE FUNCTION ml_private.create_triggers(prefix text, source text, function_name text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.create_triggers(prefix text, source text, function_name text) IS 'Call a function of the platform after each statement that writes to a source.';
CREATE FUNCTION ml_private.current_actor() RETURNS uuid
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.current_actor() IS 'The user or worker behind this request, for columns that record who did it; null for service_role and the database itself.';
CREATE FUNCTION ml_private.current_rows(version_id bigint, since timestamp with time zone, max_rows integer) RETURNS TABLE(n bigint, key text, features jsonb, score double precision, output jsonb, missing integer[], counted boolean, times integer, weight integer, entity jsonb, at timestamp with time zone, first_at timestamp with time zone, last_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.current_rows(version_id bigint, since timestamp with time zone, max_rows integer) IS 'The entities that live requests for a version named last after a time and up to now (a clock that runs ahead must not end the window in the future), each by its newest row: an answered one with its inputs, a refused one with the positions that it lacked; counted: whether it lies in the span over which neither was cut; times: how many equal rows without an entity it stands for; weight: for how many things; with the window''s first and last time.';
CREATE FUNCTION ml_private.current_samples(version_id bigint, since timestamp with time zone, max_rows integer) RETURNS TABLE(ordinal integer, sample double precision[], every double precision[], missing bigint, counted bigint, every_missing bigint, every_counted bigint, each_alone boolean, size integer, row_count integer, refused_count integer, first_at timestamp with time zone, last_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.current_samples(version_id bigint, since timestamp with time zone, max_rows integer) IS 'The window of current_rows by input column (position 1..n), for the score of the last class (0) and, of more than two classes, for each class (-1, -2, …): its values, each thing''s once and, where rows without an entity repeat, those of every row; of the counted how many lack one, both ways too (each_alone: where nothing else says anything); of scores as how many independent ones they count (size); and how many entities were answered and refused.';
CREATE FUNCTION ml_private.cut_spine(work text, relation oid, event_time text, label text, join_keys jsonb, split_keys jsonb, split jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET extra_float_digits TO '1'
    AS …;
COMMENT ON FUNCTION ml_private.cut_spine(work text, relation oid, event_time text, label text, join_keys jsonb, split_keys jsonb, split jsonb) IS 'Make the temporary table of spine rows: row_id, split, event_time, join keys, label.';
CREATE FUNCTION ml_private.cut_training_dataset(training ml.training_jobs) RETURNS ml.datasets
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.cut_training_dataset(training ml.training_jobs) IS 'Cut the dataset of a retraining.';
CREATE FUNCTION ml_private.dataset_features(refs text[]) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.dataset_features(refs text[]) IS 'The features of a dataset, pinned to view versions and given columns.';
CREATE FUNCTION ml_private.dataset_join_keys(features jsonb) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.dataset_join_keys(features jsonb) IS 'The join keys that these features need, as [{"name","type"}].';
CREATE FUNCTION ml_private.dataset_keys_sql(dataset ml.datasets, keys text[] DEFAULT NULL::text[]) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.dataset_keys_sql(dataset ml.datasets, keys text[]) IS 'SQL text of the join keys, or of these among them, of a dataset''s rows.';
CREATE FUNCTION ml_private.dataset_missing(dataset_id bigint, columns text[], split text DEFAULT 'train'::text, newest boolean DEFAULT false, keys text[] DEFAULT NULL::text[]) RETURNS TABLE(column_name text, row_count bigint, missing bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.dataset_missing(dataset_id bigint, columns text[], split text, newest boolean, keys text[]) IS 'How many rows a dataset has and how many of them lack a value, by column; split null is all rows, newest the newest of each entity, told by all join keys or by keys.';
CREATE FUNCTION ml_private.dataset_size(dataset_id bigint, split text, keys text[]) RETURNS integer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.dataset_size(dataset_id bigint, split text, keys text[]) IS 'As how many independent rows a side of a dataset counts where rows that agree in some join keys are alike (Kish 1965, Survey Sampling).';
CREATE FUNCTION ml_private.dataset_values(dataset_id bigint, column_name text, split text DEFAULT 'train'::text, required text[] DEFAULT '{}'::text[], newest boolean DEFAULT false, keys text[] DEFAULT NULL::text[]) RETURNS SETOF double precision
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.dataset_values(dataset_id bigint, column_name text, split text, required text[], newest boolean, keys text[]) IS 'One numeric column of a dataset in row order, nulls included; split null is all rows, required columns are not null, newest takes of each entity, told by all join keys or by keys, the newest of these rows. PT404 for an unknown dataset or column.';
CREATE FUNCTION ml_private.dataset_warnings(dataset ml.datasets) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.dataset_warnings(dataset ml.datasets) IS 'What is likely to be a mistake in a dataset that has been materialised and described: see ml.datasets.warnings.';
CREATE FUNCTION ml_private.delete_old_jobs() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.delete_old_jobs() IS 'Tick task: delete finished jobs past their retention, at most 10,000 a run.';
CREATE FUNCTION ml_private.delete_secret(name text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.delete_secret(name text) IS 'Forget a secret; nothing happens when there is none of that name.';
CREATE FUNCTION ml_private.describe_alert(check_id bigint, kind text) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.describe_alert(check_id bigint, kind text) IS 'The evidence behind an alert: window, rows, how many distributions were tested, those that drifted, or that lack more values than in training, with their figures.';
CREATE FUNCTION ml_private.describe_check(check_id bigint) RETURNS jsonb
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.describe_check(check_id bigint) IS 'A drift check with the result of every distribution, as JSON.';
CREATE FUNCTION ml_private.describe_dataset(dataset ml.datasets) RETURNS ml.datasets
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.describe_dataset(dataset ml.datasets) IS 'Fill in counts, statistics, warnings and content hash from the materialised table.';
CREATE FUNCTION ml_private.describe_refusal(incomplete jsonb, refs text[], nullable boolean[]) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.describe_refusal(incomplete jsonb, refs text[], nullable boolean[]) IS 'The error of the first incomplete row, and of each what the log of refusals keeps: {code, message, details, hint, rows: [{row_key, missing: [input positions without a value], code}]}.';
CREATE FUNCTION ml_private.describe_view(view_id bigint, description text, features jsonb) RETURNS ml.feature_views
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.describe_view(view_id bigint, description text, features jsonb) IS 'Bring the descriptions of a view and its features up to date; they are no part of its definition.';
CREATE FUNCTION ml_private.differs_sql(view_id bigint, relation oid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.differs_sql(view_id bigint, relation oid) IS 'SQL text of whether a row s of the source is another than a version h of it.';
CREATE FUNCTION ml_private.disallow_source(source text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.disallow_source(source text) IS 'Take back what ml.allow_source allowed: no new feature view, dataset or materialisation reads it. Views in service keep their online rows, and realtime ones go on, until they are retired. PT404 when it is not in ml.allowed_sources. Role admin.';
CREATE FUNCTION ml_private.drop_old_chunks(schema_name text, table_name text) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    SET lock_timeout TO '200ms'
    AS …;
COMMENT ON FUNCTION ml_private.drop_old_chunks(schema_name text, table_name text) IS 'Drop some of what a series keeps longer than its retain: one partition, else old rows of the default partition, at most 10,000 (TimescaleDB: all old chunks). How many; 0 when a lock could not be had.';
CREATE FUNCTION ml_private.drop_pending_sql(view_id bigint, gone_sql text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.drop_pending_sql(view_id bigint, gone_sql text) IS 'SQL text for a trigger: drop pending rows whose source rows are gone.';
CREATE FUNCTION ml_private.drop_triggers(view_id bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.drop_triggers(view_id bigint) IS 'Take a view''s triggers off its source, and what was compiled for it away. On a table of another owner they stay and do nothing.';
CREATE FUNCTION ml_private.due_sql(view_id bigint, alias text, clock text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.due_sql(view_id bigint, alias text, clock text) IS 'SQL text of whether a source row counts by a clock: neither its event time nor its created time is later.';
CREATE FUNCTION ml_private.emit(topic text, event text, payload jsonb, webhooks boolean DEFAULT true) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.emit(topic text, event text, payload jsonb, webhooks boolean) IS 'Announce one event: a Realtime message on topic and, when webhooks is true, an outbox row for each enabled endpoint that asks for the event. For several events of one statement use ml_private.emit_many: the outbox costs one insert then.';
CREATE FUNCTION ml_private.emit_many(topics text[], events text[], payloads jsonb[], webhooks boolean DEFAULT true) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.emit_many(topics text[], events text[], payloads jsonb[], webhooks boolean) IS 'Announce several events at once: topics[i], events[i], payloads[i]. The outbox rows are one insert; Realtime takes one call a message, and none where topics[i] is null.';
CREATE FUNCTION ml_private.end_attempt(job ml.jobs, event text, reason text, retryable boolean, delay interval) RETURNS ml.jobs
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.end_attempt(job ml.jobs, event text, reason text, retryable boolean, delay interval) IS 'End the running attempt of a job that the caller has locked: cancelled when that was asked, failed when nothing is left to try, else queued again.';
CREATE FUNCTION ml_private.end_dependants(parents bigint[]) RETURNS bigint[]
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.end_dependants(parents bigint[]) IS 'End the queued jobs that wait for dead ones, with the reason; returns their ids.';
CREATE FUNCTION ml_private.end_monitoring() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.end_monitoring() IS 'Alerts about a version that was taken down are resolved: no check would ever clear them.';
CREATE FUNCTION ml_private.end_run(run_id uuid, status text DEFAULT 'finished'::text, attempt integer DEFAULT NULL::integer) RETURNS ml.runs
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.end_run(run_id uuid, status text, attempt integer) IS 'End a run as finished, failed or killed; the same end again returns it unchanged. attempt: for a run that an unfinished job executes, the attempt that holds it. PT404 run_not_found; PT409 run_ended, lease_lost, lease_required. For engineers and workers.';
CREATE FUNCTION ml_private.enqueue_job(kind text, payload jsonb DEFAULT '{}'::jsonb, queue text DEFAULT 'default'::text, priority integer DEFAULT 0, run_at timestamp with time zone DEFAULT NULL::timestamp with time zone, max_attempts integer DEFAULT 3, unique_key text DEFAULT NULL::text, requirements jsonb DEFAULT '{}'::jsonb, depends_on bigint[] DEFAULT '{}'::bigint[]) RETURNS ml.jobs
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.enqueue_job(kind text, payload jsonb, queue text, priority integer, run_at timestamp with time zone, max_attempts integer, unique_key text, requirements jsonb, depends_on bigint[]) IS 'Queue one job. payload: an object of at most 1 MB. priority: higher first, first in first out inside one. run_at: not before. max_attempts: failures until it fails for good. unique_key: while a job with this key is unfinished, that job comes back instead of a new one. requirements: {gpus, gpu_memory_gb, labels} that a worker must have. depends_on: ids of jobs that must succeed first; when one fails or is cancelled, so does this one. Needs engineer. Errors: 22023, PT404 dependency_not_found.';
CREATE FUNCTION ml_private.enqueue_job_internal(kind text, payload jsonb DEFAULT '{}'::jsonb, queue text DEFAULT 'default'::text, priority integer DEFAULT 0, run_at timestamp with time zone DEFAULT NULL::timestamp with time zone, max_attempts integer DEFAULT 3, unique_key text DEFAULT NULL::text, requirements jsonb DEFAULT '{}'::jsonb, depends_on bigint[] DEFAULT '{}'::bigint[]) RETURNS ml.jobs
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.enqueue_job_internal(kind text, payload jsonb, queue text, priority integer, run_at timestamp with time zone, max_attempts integer, unique_key text, requirements jsonb, depends_on bigint[]) IS 'ml.enqueue_job for other definer functions: no role check, not granted.';
CREATE FUNCTION ml_private.enqueue_jobs(jobs jsonb) RETURNS ml.jobs[]
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.enqueue_jobs(jobs jsonb) IS 'Queue up to 10,000 jobs at once, all or none: an array of objects with the arguments of ml.enqueue_job as keys. One job back for each, in their order. Needs engineer. Errors: as ml.enqueue_job, the message begins with jobs[n].';
CREATE FUNCTION ml_private.ensure_experiment(name text, actor uuid) RETURNS ml.experiments
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.ensure_experiment(name text, actor uuid) IS 'The active experiment of that name, made when it is not there. The name must have been checked.';
CREATE FUNCTION ml_private.ensure_newest_index(view_id bigint, relation oid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.ensure_newest_index(view_id bigint, relation oid) IS 'Without an index on (join keys, event time) every delete would read the whole source: make one where there is none.';
CREATE FUNCTION ml_private.entity_key_sql(join_keys jsonb, alias text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.entity_key_sql(join_keys jsonb, alias text) IS 'SQL text of the entity key of a row.';
CREATE FUNCTION ml_private.entity_keys(entities jsonb, join_keys jsonb, entity_count integer) RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    AS …;
COMMENT ON FUNCTION ml_private.entity_keys(entities jsonb, join_keys jsonb, entity_count integer) IS 'The entity keys of checked entities, in order.';
CREATE FUNCTION ml_private.entity_of_key(names text[], key text) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.entity_of_key(names text[], key text) IS 'The entity, {join key: value}, that an entity key names; null for a digest and where there are no names.';
CREATE FUNCTION ml_private.entity_sql(join_keys jsonb, alias text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.entity_sql(join_keys jsonb, alias text) IS 'SQL text of the entity of a row as an object.';
CREATE FUNCTION ml_private.entries_as_text(entries jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.entries_as_text(entries jsonb) IS 'The same object with every value as text.';
CREATE FUNCTION ml_private.evaluation_dataset(version ml.model_versions) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.evaluation_dataset(version ml.model_versions) IS 'The name of the dataset whose held-out rows measure a version: the one that is pinned, else its own. PT409 no_dataset; training_unknown when rows are pinned and the version was registered by hand, from anybody but an admin.';
CREATE FUNCTION ml_private.evaluation_of(training ml.training_jobs, model_id bigint) RETURNS ml.datasets
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.evaluation_of(training ml.training_jobs, model_id bigint) IS 'The evaluation data of a training, settled when it first begins; null when none was pinned. The job is held.';
CREATE FUNCTION ml_private.exchange_jobs(done jsonb, worker_id text, queues text[] DEFAULT '{default}'::text[], capabilities jsonb DEFAULT '{}'::jsonb, max_jobs integer DEFAULT 1, lease_seconds integer DEFAULT 60, claim_id uuid DEFAULT NULL::uuid) RETURNS ml.jobs[]
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.exchange_jobs(done jsonb, worker_id text, queues text[], capabilities jsonb, max_jobs integer, lease_seconds integer, claim_id uuid) IS 'ml.complete_jobs and ml.claim_jobs in one call and one commit, for busy workers: done is an array of {job_id, attempt, result}, the rest as in ml.claim_jobs; repeated with its claim_id, it completes nothing twice. All or nothing: when one of done has lost its lease, nothing is completed or claimed. Needs ml_worker. Errors: 22023, PT404 job_not_found, PT409 lease_lost, claim_id_taken.';
CREATE FUNCTION ml_private.fail_job(job_id bigint, attempt integer, error text, retryable boolean DEFAULT true) RETURNS ml.jobs
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.fail_job(job_id bigint, attempt integer, error text, retryable boolean) IS 'The attempt failed. The job is queued again after a backoff (5 s doubling to an hour, with jitter) until max_attempts failures; at once failed when retryable is false. error: its first 10,000 characters are kept. Needs ml_worker. Errors: 22023, PT404 job_not_found, PT409 lease_lost.';
CREATE FUNCTION ml_private.fallback_sql(view_id bigint, gone_sql text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.fallback_sql(view_id bigint, gone_sql text) IS 'SQL text for a trigger: what to do after source rows are gone. v_gone holds their keys, whose online rows are locked; v_now was read after that.';
CREATE FUNCTION ml_private.feature_sql(view_id bigint, alias text) RETURNS TABLE(feature_id bigint, name text, "position" integer, value_type text, source_column text, expression text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.feature_sql(view_id bigint, alias text) IS 'Each feature of a view with the SQL text that reads its raw value from a source row.';
CREATE FUNCTION ml_private.fill_view(view_id bigint) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET extra_float_digits TO '1'
    AS …;
COMMENT ON FUNCTION ml_private.fill_view(view_id bigint) IS 'Fill the online store of a view from its source; returns the number of entities. Writers of a realtime source must be locked out.';
CREATE FUNCTION ml_private.find_dataset(dataset text) RETURNS ml.datasets
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.find_dataset(dataset text) IS 'The dataset of that name; PT404 otherwise.';
CREATE FUNCTION ml_private.find_due_monitor(OUT due bigint, OUT idle bigint[]) RETURNS record
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.find_due_monitor(OUT due bigint, OUT idle bigint[]) IS 'Of the 50 enabled monitors that were looked at longest ago the first with enough new predictions, and those before it without. Each is looked at once in check_every, or in 10 seconds; a look reads its new predictions, at most max_rows, or once in check_every twenty times as many where few entities ask often. No look begins after a second.';
CREATE TABLE ml.registered_models (
    id bigint NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
COMMENT ON TABLE ml.registered_models IS 'A name under which versions of one model are kept. Made by the first ml.register_model_version.';
CREATE FUNCTION ml_private.find_model(model text) RETURNS ml.registered_models
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.find_model(model text) IS 'A registered model by name, as far as the caller sees it; PT404 model_not_found.';
CREATE TABLE ml.model_types (
    name text NOT NULL,
    description text NOT NULL,
    tasks text[] NOT NULL,
    input_kinds text[] NOT NULL,
    params jsonb NOT NULL,
    extra text,
    CONSTRAINT model_types_input_kinds_check CHECK (((input_kinds <@ '{number,category}'::text[]) AND (cardinality(input_kinds) > 0))),
    CONSTRAINT model_types_tasks_check CHECK ((cardinality(tasks) > 0))
);
COMMENT ON TABLE ml.model_types IS 'What ml.train_model can train. Declared, a file each: whoever adds one writes its row here and a file of its name in the worker''s models.';
COMMENT ON COLUMN ml.model_types.tasks IS 'Names of the tasks that it learns.';
COMMENT ON COLUMN ml.model_types.input_kinds IS 'What its inputs may be: number, category (text).';
COMMENT ON COLUMN ml.model_types.params IS 'Its params in the words of JSON Schema: {"properties": {name: {"type","minimum","maximum","default","description"}}}.';
COMMENT ON COLUMN ml.model_types.extra IS 'The extra of the worker''s package that it needs (pip install aimatrix-worker[extra]); null: none.';
CREATE FUNCTION ml_private.find_model_type(name text, task text) RETURNS ml.model_types
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.find_model_type(name text, task text) IS 'A model type that learns the task; 22023 invalid_config names those that there are.';
CREATE FUNCTION ml_private.find_requirements(model_id bigint, stage text) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.find_requirements(model_id bigint, stage text) IS 'What the stage demands of the model now: its own policy, else the default.';
CREATE FUNCTION ml_private.find_same_view(view_name text, entity_id bigint, wanted jsonb) RETURNS ml.feature_views
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.find_same_view(view_name text, entity_id bigint, wanted jsonb) IS 'The newest version of a view when it has this definition and is in service, else null.';
CREATE FUNCTION ml_private.find_servable(model text, version integer) RETURNS TABLE(model_id bigint, model_name text, version_id bigint, version_number integer, artifact_path text, artifact_sha256 text, artifact_bytes bigint, signature jsonb)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.find_servable(model text, version integer) IS 'The named version of a model, or the deployed one when version is null. PT404 model_not_found, version_not_found; PT409 not_deployed.';
CREATE FUNCTION ml_private.find_table(name text) RETURNS regclass
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.find_table(name text) IS 'A table by its qualified name; null when there is none or the name is none.';
CREATE FUNCTION ml_private.find_untrusted(relation oid, OUT name text, OUT owner text) RETURNS record
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.find_untrusted(relation oid, OUT name text, OUT owner text) IS 'Of a relation, its partitions and, of a view, the relations below it: the first that belongs to another owner for whom no admin has vouched. Nulls when there is none.';
CREATE FUNCTION ml_private.find_version(model text, version integer) RETURNS ml.model_versions
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.find_version(model text, version integer) IS 'The version of a model; PT404 model_not_found or version_not_found.';
CREATE FUNCTION ml_private.find_view(view text, version integer DEFAULT NULL::integer) RETURNS ml.feature_views
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.find_view(view text, version integer) IS 'The named version, or without one the newest that is not retired; PT404 otherwise.';
CREATE FUNCTION ml_private.finish_job(job_id bigint, attempt integer, result jsonb) RETURNS ml.jobs
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS …;
COMMENT ON FUNCTION ml_private.finish_job(job_id bigint, attempt integer, result jsonb) IS 'ml.complete_job for other definer functions: no role check, result already checked.';
CREATE FUNCTION ml_private.fit_dataset(features jsonb, dataset_id bigint, raw text, fit boolean) RETURNS bigint[]
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.fit_dataset(features jsonb, dataset_id bigint, raw text, fit boolean) IS 'Fit what the features of a dataset still lack, or refuse with PT409 view_not_fitted; returns the views that were fitted.';
CREATE FUNCTION ml_private.fit_features(feature_ids bigint[], dataset_id bigint, work_table text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.fit_features(feature_ids bigint[], dataset_id bigint, work_table text) IS 'Fit what is not fitted yet on the train rows of a dataset being cut. Parameters never change afterwards. The caller holds the views'' row locks.';
CREATE FUNCTION ml_private.fit_parameters(method text, work_table text, column_name text) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET extra_float_digits TO '1'
    AS …;
COMMENT ON FUNCTION ml_private.fit_parameters(method text, work_table text, column_name text) IS 'Normalisation parameters over the train rows of a column; null when it holds no value there.';
CREATE FUNCTION ml_private.fits_worker(requirements jsonb, capabilities jsonb) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.fits_worker(requirements jsonb, capabilities jsonb) IS 'True when a worker with these capabilities may run a job with these requirements.';
CREATE FUNCTION ml_private.follow_jobs_of(kind text, function_name text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.follow_jobs_of(kind text, function_name text) IS 'Have function_name(ml.jobs) called, in the same transaction, for each job of a kind whose attempt has ended: with the job as it is now, queued again, succeeded, failed or cancelled. For migrations of higher domains.';
CREATE FUNCTION ml_private.follow_training_job(job ml.jobs) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.follow_training_job(job ml.jobs) IS 'The run of a training ends when its job ends for good (succeeded: finished, failed: failed, cancelled: killed) and waits while the job is queued again.';
CREATE FUNCTION ml_private.get_lineage(kind text, id text, direction text DEFAULT 'upstream'::text) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.get_lineage(kind text, id text, direction text) IS 'All that a thing was made from (upstream) or that was made from it (downstream): {"nodes":[{"kind","id","name"}],"edges":[{"from","to"}]}. kind: source, feature_view, feature, dataset, run, model_version, deployment; id as text (a source is schema.table). PT404 when nothing is known of it. Role viewer.';
CREATE FUNCTION ml_private.get_online_features(features text[], entities jsonb, full_feature_names boolean DEFAULT false) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    AS …;
COMMENT ON FUNCTION ml_private.get_online_features(features text[], entities jsonb, full_feature_names boolean) IS 'Feature values of entities now, after transformation, in the columnar form of Feast''s feature server: {"metadata":{"feature_names":[…]},"results":[{"values","statuses","event_timestamps"}]}, one result a name, join keys first, one element an entity. features: view:feature (newest version) or view@2:feature. entities: {"patient_id":[1,2]}, up to 1000 of one length, 100000 values in all. Statuses PRESENT, NULL_VALUE, NOT_FOUND, OUTSIDE_MAX_AGE; only a PRESENT value is not null. full_feature_names prefixes view__. PT404 unknown view or feature, PT409 view_not_fitted. Role viewer.';
CREATE FUNCTION ml_private.get_run(run_id uuid) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.get_run(run_id uuid) IS 'A run as one object: its columns, experiment and dataset (names), params and tags ({name: text}), metrics ({name: {value, step, logged_at}}, the latest of each; value is the text NaN, Infinity or -Infinity where it is one). PT404 run_not_found. For viewers and workers.';
CREATE FUNCTION ml_private.give_up_deliveries() RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.give_up_deliveries() IS 'Fail deliveries whose last attempt was taken by a sender that never told its outcome: a message that ends its senders must end too.';
CREATE FUNCTION ml_private.guard_future_sql(view_id bigint, rows_sql text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.guard_future_sql(view_id bigint, rows_sql text) IS 'SQL text for a trigger: what a view does with written rows that are too far ahead.';
CREATE FUNCTION ml_private.hand_out_jobs(worker_id text, queues text[], capabilities jsonb, max_jobs integer, lease_seconds integer) RETURNS ml.jobs[]
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.hand_out_jobs(worker_id text, queues text[], capabilities jsonb, max_jobs integer, lease_seconds integer) IS 'ml.claim_jobs for other definer functions: no role check.';
CREATE FUNCTION ml_private.has_come_back(checked ml.drift_checks, missing jsonb, monitor ml.monitors) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.has_come_back(checked ml.drift_checks, missing jsonb, monitor ml.monitors) IS 'Whether what an alert says was missing is missing no more: the share, in however few rows, exceeds the reference by less than what counts, or by less than half of what the alert tells.';
CREATE FUNCTION ml_private.has_newest_index(relation oid, join_keys jsonb, event_time text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET quote_all_identifiers TO 'off'
    AS …;
COMMENT ON FUNCTION ml_private.has_newest_index(relation oid, join_keys jsonb, event_time text) IS 'True when a btree index on (join keys in any order, event time, …) exists, full or of all rows whose keys fit into it.';
CREATE FUNCTION ml_private.has_role(minimum text, worker boolean DEFAULT false) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.has_role(minimum text, worker boolean) IS 'True when the caller is at least minimum (viewer < engineer < admin < service_role); workers pass only where worker is true.';
CREATE FUNCTION ml_private.heartbeat_job(job_id bigint, attempt integer, progress jsonb DEFAULT NULL::jsonb) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS …;
COMMENT ON FUNCTION ml_private.heartbeat_job(job_id bigint, attempt integer, progress jsonb) IS 'Renew the lease for its full length, best at a third of it. progress: an object of at most 64 KB, kept, and announced when it has changed, at most once a second. Returns {cancel_requested, lease_expires_at}: when cancel_requested is true, stop and call any of complete, fail, release. Needs ml_worker. Errors: PT409 lease_lost.';
CREATE FUNCTION ml_private.held_out_side(dataset ml.datasets) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.held_out_side(dataset ml.datasets) IS 'The side of the split that measures a model: test, else validation.';
CREATE FUNCTION ml_private.history_columns_sql(view_id bigint) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.history_columns_sql(view_id bigint) IS 'SQL text of the columns of a row r of the source as a history holds them.';
CREATE FUNCTION ml_private.history_names(view_id bigint) RETURNS text[]
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.history_names(view_id bigint) IS 'The columns of its source that a history holds, by name.';
CREATE FUNCTION ml_private.hold_input_views(signature jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.hold_input_views(signature jsonb) IS 'Keep the feature views that a version reads from being retired until the transaction ends; PT409 view_retired when one is.';
CREATE FUNCTION ml_private.hold_run(run_id uuid) RETURNS ml.runs
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.hold_run(run_id uuid) IS 'The run, held against deletion until the transaction ends; PT404 run_not_found when there is none.';
CREATE FUNCTION ml_private.hold_run_for_writing(run_id uuid, attempt integer, tags_only boolean DEFAULT false) RETURNS ml.runs
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.hold_run_for_writing(run_id uuid, attempt integer, tags_only boolean) IS 'The run, held until the transaction ends, for one who may write to it. A run whose job is unfinished is written under the lease of (job, attempt); engineers may set its tags all the same, and write everything once the job has ended. PT409 lease_lost, lease_required; 22023 invalid_attempt; PT404 run_not_found.';
CREATE FUNCTION ml_private.hold_source(relation oid, columns text[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.hold_source(relation oid, columns text[]) IS 'Keep a relation what it is until the transaction ends, and hold it and these columns against all that makes a source safe to read. PT409 source_renamed when its name has come to mean another.';
CREATE FUNCTION ml_private.http_post(url text, headers jsonb, body jsonb) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.http_post(url text, headers jsonb, body jsonb) IS 'Have pg_net send a request once this transaction commits; false where there is no pg_net. It may never arrive: use it as a nudge, never for what must happen.';
CREATE FUNCTION ml_private.incumbent_version(model_id bigint) RETURNS ml.model_versions
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.incumbent_version(model_id bigint) IS 'The version that came into production last, whether it is still there or not: what another has to be held against. Null when none ever was.';
CREATE FUNCTION ml_private.input_features(signature jsonb, OUT refs text[], OUT ids bigint[], OUT nullable boolean[]) RETURNS record
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.input_features(signature jsonb, OUT refs text[], OUT ids bigint[], OUT nullable boolean[]) IS 'The features behind a model''s input columns, in their order.';
CREATE FUNCTION ml_private.input_keys(version_id bigint) RETURNS TABLE("position" integer, names text[], whole boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.input_keys(version_id bigint) IS 'The join keys of the entity that each input column describes, by position; whole: they are all that the version''s requests name. Of a model of machines and sites a site''s values count once a site.';
CREATE FUNCTION ml_private.input_owners(version_id bigint) RETURNS TABLE("position" integer, owner integer, names text[], tells boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.input_owners(version_id bigint) IS 'Whom each input column describes, by position: 0 what a request names as a whole, 1, 2, … an entity of its own; tells: whether its entities had mostly different values in training.';
CREATE FUNCTION ml_private.insert_dependent_jobs(specs jsonb[], ids bigint[]) RETURNS bigint[]
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.insert_dependent_jobs(specs jsonb[], ids bigint[]) IS 'Insert checked specs with unique keys or dependencies; for each the id of the new job, or of the unfinished one with its unique_key.';
CREATE FUNCTION ml_private.insert_job_rows(specs jsonb[], ids bigint[]) RETURNS ml.jobs[]
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    AS …;
COMMENT ON FUNCTION ml_private.insert_job_rows(specs jsonb[], ids bigint[]) IS 'Insert checked specs under the ids given; those whose unique key has an unfinished job are left out.';
CREATE FUNCTION ml_private.insert_jobs(specs jsonb[]) RETURNS ml.jobs[]
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    AS …;
COMMENT ON FUNCTION ml_private.insert_jobs(specs jsonb[]) IS 'Insert checked specs; one job back for each, in their order: the new one, or the unfinished job with the same unique_key.';
CREATE FUNCTION ml_private.insert_plain_job(kind text, payload jsonb, queue text, priority integer, max_attempts integer) RETURNS ml.jobs
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.insert_plain_job(kind text, payload jsonb, queue text, priority integer, max_attempts integer) IS 'Insert one checked job that may run at once and wherever.';
CREATE FUNCTION ml_private.insert_version(model text, version ml.model_versions) RETURNS ml.model_versions
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.insert_version(model text, version ml.model_versions) IS 'Insert a checked version under the next number; the one that is there when the same run registers the same artifact again.';
CREATE FUNCTION ml_private.is_known_type(type oid) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.is_known_type(type oid) IS 'Whether a type, below any domain, is the database''s own or an enum.';
CREATE FUNCTION ml_private.is_local_stack() RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.is_local_stack() IS 'True in the databases of the local stack, which makes a schema aimatrix_local as the mark: there webhooks may go to plain http and to this machine.';
CREATE FUNCTION ml_private.is_metric_name(name text) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.is_metric_name(name text) IS 'True for what an evaluation or comparison measures of a version or, with production_ or baseline_ before it, of the version in production or of a constant answer.';
CREATE FUNCTION ml_private.is_number(value jsonb, low numeric, high numeric) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.is_number(value jsonb, low numeric, high numeric) IS 'True for a JSON number between low and high.';
CREATE FUNCTION ml_private.is_option_schema(schema jsonb) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.is_option_schema(schema jsonb) IS 'True for what ml_private.resolve_options reads. engineers, in a property: {"minimum","maximum"}, the range that needs no admin.';
CREATE FUNCTION ml_private.is_platform_schema(schema_name text) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.is_platform_schema(schema_name text) IS 'True for schemas that hold credentials, tokens and other people''s files: nothing in them can be a source.';
CREATE FUNCTION ml_private.is_private_address(address inet) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.is_private_address(address inet) IS 'True for every address that is not for the public internet (IANA''s special-purpose registries).';
CREATE FUNCTION ml_private.is_time_series(table_name text) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.is_time_series(table_name text) IS 'Whether a table was made into a time series: code is run again by every release, and turns each table once.';
CREATE FUNCTION ml_private.is_vouched_for(relation oid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.is_vouched_for(relation oid) IS 'True for a relation that an admin allowed with its functions, if it is of the kind and the owner that it had then.';
CREATE FUNCTION ml_private.is_whole(value jsonb, low numeric, high numeric) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.is_whole(value jsonb, low numeric, high numeric) IS 'True for a JSON number without fraction between low and high.';
CREATE FUNCTION ml_private.join_features(work text, raw text, features jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.join_features(work text, raw text, features jsonb) IS 'Make the temporary table of spine rows with raw feature values as of each row''s time.';
CREATE FUNCTION ml_private.join_source(work text, view_id bigint) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.join_source(work text, view_id bigint) IS 'The relation that the point-in-time join of a view reads: its source, or an indexed copy of what the spine needs of it.';
CREATE FUNCTION ml_private.json_call(function_name text, arguments text[]) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.json_call(function_name text, arguments text[]) IS 'SQL text of jsonb_build_array or jsonb_build_object over any number of arguments; for objects each argument is a name and value pair.';
CREATE FUNCTION ml_private.keep_history_sql(view_id bigint, relation oid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.keep_history_sql(view_id bigint, relation oid) IS 'Text of the body of ml_private.keep_history_<view id>.';
CREATE FUNCTION ml_private.keep_pending_sql(view_id bigint, relation text, rows_sql text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.keep_pending_sql(view_id bigint, relation text, rows_sql text) IS 'SQL text for a trigger: keep those of the written rows that are later than v_now.';
CREATE FUNCTION ml_private.keep_rows_sql(view_id bigint, relation oid, relations text[], keys_sql text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.keep_rows_sql(view_id bigint, relation oid, relations text[], keys_sql text) IS 'SQL text for a trigger: keep what became of the rows with these keys.';
CREATE FUNCTION ml_private.keep_unseen(old jsonb, new jsonb, checked ml.drift_checks, monitor ml.monitors) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.keep_unseen(old jsonb, new jsonb, checked ml.drift_checks, monitor ml.monitors) IS 'Details of an alert brought up to date: what had drifted, and this check could not have seen, still has.';
CREATE FUNCTION ml_private.kept_back(dataset_id bigint, evaluation ml.datasets) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.kept_back(dataset_id bigint, evaluation ml.datasets) IS 'row_ids of a dataset that are held-out rows of the evaluation data: no model that is to be measured there may learn from them.';
CREATE FUNCTION ml_private.key_cast(key_type text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.key_cast(key_type text) IS 'The SQL type of a join key type.';
CREATE FUNCTION ml_private.key_fits_sql(join_keys jsonb, alias text DEFAULT NULL::text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.key_fits_sql(join_keys jsonb, alias text) IS 'SQL text of whether the join keys of a row fit into an index entry; null where none is a string.';
CREATE FUNCTION ml_private.key_names(version_id bigint) RETURNS text[]
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.key_names(version_id bigint) IS 'The join keys in an entity key of a version of several feature views, in order; null for one of one view.';
CREATE FUNCTION ml_private.ks_p_value(d double precision, n integer, m integer) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.ks_p_value(d double precision, n integer, m integer) IS 'Two-sided two-sample Kolmogorov-Smirnov p-value: exact up to n·m = 10,000, the asymptotic series beyond. Conservative where values are tied.';
CREATE FUNCTION ml_private.ks_p_value_asymptotic(d double precision, n integer, m integer) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.ks_p_value_asymptotic(d double precision, n integer, m integer) IS 'Limit of P(D >= d) by Kolmogorov''s series with the effective size n·m/(n+m).';
CREATE FUNCTION ml_private.ks_p_value_exact(d double precision, n integer, m integer) RETURNS double precision
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.ks_p_value_exact(d double precision, n integer, m integer) IS 'P(D >= d) for two samples of n and m values from one continuous distribution, by counting lattice paths; n·m steps.';
CREATE FUNCTION ml_private.ks_statistic(reference double precision[], current double precision[]) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.ks_statistic(reference double precision[], current double precision[]) IS 'Largest distance between the two empirical distribution functions, 0 to 1; equal values are one step. Null when either side is empty.';
CREATE FUNCTION ml_private.label_type(relation oid, column_name text) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.label_type(relation oid, column_name text) IS 'The value type of a label column; 22023 for columns that hold no label.';
CREATE FUNCTION ml_private.latest_alert(version_id bigint, kind text, cooldown interval) RETURNS ml.alerts
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.latest_alert(version_id bigint, kind text, cooldown interval) IS 'The alert that drift of this kind belongs to: the unresolved one, or one that was resolved within the cooldown; locked. Null when a new one is to open.';
CREATE FUNCTION ml_private.lineage_name(kind text, id text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.lineage_name(kind text, id text) IS 'What people call a node of the lineage graph; null for kinds of later domains.';
CREATE FUNCTION ml_private.list_awaiting(parents bigint[]) RETURNS bigint[]
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.list_awaiting(parents bigint[]) IS 'The jobs that change when these end: their dependants, and all behind those of a job that is dead or to be cancelled.';
CREATE FUNCTION ml_private.list_behind(parents bigint[]) RETURNS bigint[]
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.list_behind(parents bigint[]) IS 'Every job that waits for these, directly or through others.';
CREATE FUNCTION ml_private.list_job_queues() RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.list_job_queues() IS 'Every queue that holds a job.';
CREATE FUNCTION ml_private.list_time_partitions(series regclass) RETURNS TABLE(partition regclass, lower_bound timestamp with time zone, upper_bound timestamp with time zone)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.list_time_partitions(series regclass) IS 'Partitions of a native series with their bounds; the default partition has null bounds.';
CREATE FUNCTION ml_private.list_waiting_queues() RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.list_waiting_queues() IS 'Every queue that holds a job which is to become claimable or is held by a worker: one index probe a queue.';
CREATE FUNCTION ml_private.lock_awaiting(parents bigint[], roots bigint[] DEFAULT '{}'::bigint[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.lock_awaiting(parents bigint[], roots bigint[]) IS 'Lock all jobs that change when the parents end, together with the roots, in the order of ids. Parents that the caller holds already have lower ids than whatever waits for them.';
CREATE FUNCTION ml_private.lock_dependencies(specs jsonb[]) RETURNS bigint[]
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.lock_dependencies(specs jsonb[]) IS 'Share-lock every job that the specs depend on, with those that hold their unique keys, and return the ids of the former; PT404 dependency_not_found.';
CREATE FUNCTION ml_private.lock_entities_sql(view_id bigint, relations text[]) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.lock_entities_sql(view_id bigint, relations text[]) IS 'SQL text for a trigger on the source of a history: lock the online rows of all entities that were written; v_placed has those that had none.';
CREATE FUNCTION ml_private.lock_job(job_id bigint) RETURNS ml.jobs
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.lock_job(job_id bigint) IS 'The job, locked until the transaction ends; PT404 job_not_found.';
CREATE FUNCTION ml_private.lock_many_sql(view_id bigint) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.lock_many_sql(view_id bigint) IS 'SQL text that locks the online rows of all that an insert of several rows names.';
CREATE FUNCTION ml_private.lock_model(model text, actor uuid, create_missing boolean) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.lock_model(model text, actor uuid, create_missing boolean) IS 'Lock a model until the transaction ends; its id, null when there is none.';
CREATE FUNCTION ml_private.lock_sql(view_id bigint) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.lock_sql(view_id bigint) IS 'SQL text that locks the online rows of v_keys.';
CREATE FUNCTION ml_private.lock_unfitted(features jsonb) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.lock_unfitted(features jsonb) IS 'Lock the views of a dataset that are still to be fitted.';
CREATE FUNCTION ml_private.log_batch(run_id uuid, metrics jsonb DEFAULT '[]'::jsonb, params jsonb DEFAULT '{}'::jsonb, tags jsonb DEFAULT '{}'::jsonb, attempt integer DEFAULT NULL::integer) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.log_batch(run_id uuid, metrics jsonb, params jsonb, tags jsonb, attempt integer) IS 'Log to a run, all or nothing. metrics: at most 1000 {key, value, step = 0, timestamp = now}, value a number or "NaN", "Infinity", "-Infinity", timestamp in ms since 1970 or ISO 8601; params: at most 100 {name: scalar} of 6000 characters, never changed later (PT409 param_changed); tags: at most 100 of 8000 characters, overwritten. attempt: for a run that an unfinished job executes, the attempt that holds it; engineers may set its tags without. Returns {metrics, params, tags}: how many were taken. PT404 run_not_found; PT409 lease_lost, lease_required. For engineers and workers.';
CREATE FUNCTION ml_private.log_factorial(n bigint) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.log_factorial(n bigint) IS 'ln n!.';
CREATE FUNCTION ml_private.log_gamma_half(twice integer) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.log_gamma_half(twice integer) IS 'ln Γ(twice / 2) for a positive integer.';
CREATE FUNCTION ml_private.log_job(job_id bigint, attempt integer, message text, level text DEFAULT 'info'::text, fields jsonb DEFAULT '{}'::jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.log_job(job_id bigint, attempt integer, message text, level text, fields jsonb) IS 'Write a log line of a running attempt to ml.job_events. level: debug, info, warning or error. message: its first 10,000 characters are kept. fields: an object of at most 64 KB. Needs ml_worker. Errors: 22023, PT404 job_not_found, PT409 lease_lost.';
CREATE FUNCTION ml_private.log_predictions(predictions jsonb) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.log_predictions(predictions jsonb) IS 'Append answers to the prediction log. predictions: an array of at most 1000 {id uuid, served_at within the last 90 days, model_id, version_id, features [input row], output {…}, latency_ms, and where known entity_key, entity {…}, predicted_label, score, request_id uuid (its own id), purpose live|test (live), requested_by uuid}. Rows of one request share request_id and latency_ms. An id with the same served_at that is there already is left alone, so a call can be repeated. Returns how many were added. Needs service_role. Errors: 22023 invalid_predictions, invalid_prediction, too_many_predictions, unknown_key.';
CREATE FUNCTION ml_private.log_refusals(refusals jsonb) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.log_refusals(refusals jsonb) IS 'Write down which rows of live requests were refused for what they lacked; never a value. refusals: an array of at most 1000 {id uuid, refused_at within the last 90 days, model_id, version_id, row_key (of the entity, or a digest of the inputs), missing [input positions without a usable value, from 1], code: entity_not_found|feature_stale|feature_null|invalid_value|value_out_of_range|value_too_long, and where known requested_by uuid}. A row that was refused within five minutes before is not written again, and of a version at most 1000 rows a minute are. Returns how many were written. Needs service_role. Errors: 22023 invalid_refusals, invalid_refusal, too_many_refusals, unknown_key.';
CREATE FUNCTION ml_private.maintain_time_series() RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.maintain_time_series() IS 'The tick''s task for time series, one step: the first partition that is to be made or dropped, or a slice of old rows. How many partitions or rows; 0 when all is well.';
CREATE FUNCTION ml_private.make_next_partition(schema_name text, table_name text) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    SET lock_timeout TO '200ms'
    AS …;
COMMENT ON FUNCTION ml_private.make_next_partition(schema_name text, table_name text) IS 'Make one partition of a native series that is missing: for now, the next three chunks, or a chunk of the recent past that has a few rows in the default partition. 1, or 0 when none is missing or a lock could not be had.';
CREATE FUNCTION ml_private.make_partitioned(schema_name text, table_name text, time_column text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.make_partitioned(schema_name text, table_name text, time_column text) IS 'Replace an empty table by a partitioned one of the same definition, with a default partition.';
CREATE FUNCTION ml_private.make_time_partition(schema_name text, table_name text, lower_bound timestamp with time zone) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    SET lock_timeout TO '200ms'
    AS …;
COMMENT ON FUNCTION ml_private.make_time_partition(schema_name text, table_name text, lower_bound timestamp with time zone) IS 'Add the partition that begins at lower_bound to a native series and bring rows of its time from the default partition into it; false when a lock could not be had or another session was first.';
CREATE FUNCTION ml_private.match_columns(tensor jsonb, dataset_id bigint) RETURNS TABLE(ord integer, view text, feature text, view_version integer, nullable boolean, problem text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.match_columns(tensor jsonb, dataset_id bigint) IS 'Each column of an input tensor beside what is wrong with it; null when it is a feature of that view version and of the dataset.';
CREATE FUNCTION ml_private.materialize_feature_view(view text, version integer DEFAULT NULL::integer) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.materialize_feature_view(view text, version integer) IS 'Fill the online store of a view (newest version unless named) from its source anew: for batch views, and for realtime ones after writes that fired no triggers, which a history then gets too. Returns the number of entities. PT404 unknown view, PT409 view_retired. Role engineer.';
CREATE FUNCTION ml_private.metric_problem(item jsonb) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.metric_problem(item jsonb) IS 'What is wrong with a metric that ml_private.parse_metrics could not take.';
CREATE FUNCTION ml_private.metric_step(value jsonb) RETURNS bigint
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.metric_step(value jsonb) IS 'A whole JSON number that fits a bigint; 0 where there is none; null for anything else.';
CREATE FUNCTION ml_private.metric_time(value jsonb, default_time timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.metric_time(value jsonb, default_time timestamp with time zone) IS 'Milliseconds since 1970 or an ISO 8601 time with its zone; default_time where there is none; null for anything else.';
CREATE FUNCTION ml_private.metric_value(value jsonb) RETURNS double precision
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.metric_value(value jsonb) IS 'A JSON number, or one of the strings NaN, Infinity, -Infinity, as a double; null for anything else.';
CREATE FUNCTION ml_private.missing_p_value(reference_missing bigint, reference_rows bigint, current_missing bigint, current_rows bigint) RETURNS double precision
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.missing_p_value(reference_missing bigint, reference_rows bigint, current_missing bigint, current_rows bigint) IS 'Fisher''s exact test that values are missing no more often now than in the reference: P(at least as many among the current rows), given how many are missing in all.';
CREATE FUNCTION ml_private.mostly_different(sample double precision[]) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.mostly_different(sample double precision[]) IS 'Whether at least half of the values are different ones.';
CREATE FUNCTION ml_private.move_stage(version ml.model_versions, stage text, reason text, checks jsonb, actor uuid) RETURNS ml.model_versions
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.move_stage(version ml.model_versions, stage text, reason text, checks jsonb, actor uuid) IS 'Move a version that was checked, under the lock of its model; the version that it replaced in production, null when there was none.';
CREATE FUNCTION ml_private.newest_answers(version_id bigint, since timestamp with time zone, max_rows integer) RETURNS TABLE(id uuid, at timestamp with time zone, entity text, nameless boolean, times integer, cut_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.newest_answers(version_id bigint, since timestamp with time zone, max_rows integer) IS 'The newest answer to each entity, or of each different row without one, after a time; times: how often such a row was asked about; cut_at: from when on none was left out, null when none was.';
CREATE FUNCTION ml_private.newest_before_sql(work text, view_id bigint, feature_ids bigint[]) RETURNS text
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.newest_before_sql(work text, view_id bigint, feature_ids bigint[]) IS 'SQL text that joins to each spine row w the row of a view that was current at its time.';
CREATE FUNCTION ml_private.newest_evidence(version_id bigint, name text) RETURNS ml.model_evidence
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.newest_evidence(version_id bigint, name text) IS 'The evidence that counts for a name; null when there is none.';
CREATE FUNCTION ml_private.newest_order_sql(view_id bigint, alias text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.newest_order_sql(view_id bigint, alias text) IS 'SQL text of the ordering that puts the newest row of an entity first.';
CREATE FUNCTION ml_private.newest_rows_sql(view_id bigint, relation text, clock text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.newest_rows_sql(view_id bigint, relation text, clock text) IS 'SQL text of the newest rows of each entity in a relation that are due by the clock; full ties stay in.';
CREATE FUNCTION ml_private.normalize_requirements(requirements jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.normalize_requirements(requirements jsonb) IS 'Requirements without those that ask for nothing: the claim index tells jobs that demand something from the others by their being {}.';
CREATE FUNCTION ml_private.not_worse_check(version ml.model_versions, rule jsonb) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.not_worse_check(version ml.model_versions, rule jsonb) IS 'Check of the requirement not_worse_than_production: holds when nothing has been in production, fails when the two were not measured side by side, or on fewer than 30 rows after as many others or more were left out: learned from, or lacking a value.';
CREATE FUNCTION ml_private.notify_workers(queues text[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.notify_workers(queues text[]) IS 'Wake those who listen on ml_jobs; the payload is the name of a queue that has claimable jobs from this commit on.';
CREATE FUNCTION ml_private.nudge_webhooks(done jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.nudge_webhooks(done jsonb) IS 'What a tick has done, with the number of webhooks that wait; when some do, their edge function is told.';
CREATE FUNCTION ml_private.on_pinned_rows(version_id bigint) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.on_pinned_rows(version_id bigint) IS 'The end of a message that something was not measured: on which rows it has to be, when they are pinned.';
CREATE FUNCTION ml_private.online_clock() RETURNS timestamp with time zone
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.online_clock() IS 'The time by which a row of the online store is due.';
CREATE FUNCTION ml_private.online_inputs(signature jsonb, entities jsonb, refusals boolean) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.online_inputs(signature jsonb, entities jsonb, refusals boolean) IS 'Online features as a model''s input rows: {rows, entity_keys, entities} in the order of the entities. Every value must be present, or null where the model takes null: else describe_refusal''s error is raised, or with refusals returned.';
CREATE FUNCTION ml_private.online_matrix(feature_ids bigint[], entities jsonb) RETURNS TABLE(ordinal integer, entity jsonb, entity_key text, feature_values jsonb, statuses text[], event_times timestamp with time zone[])
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    AS …;
COMMENT ON FUNCTION ml_private.online_matrix(feature_ids bigint[], entities jsonb) IS 'One row an entity: its values after transformation in the order of feature_ids, their statuses and event times. Only a PRESENT value is not null.';
CREATE FUNCTION ml_private.online_rows(feature_ids bigint[], entities jsonb) RETURNS TABLE(ordinal integer, entity jsonb, entity_key text, feature_values jsonb, statuses text[])
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.online_rows(feature_ids bigint[], entities jsonb) IS 'ml_private.online_matrix without event times: what a prediction needs.';
CREATE FUNCTION ml_private.other_rows(inputs jsonb, incomplete jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.other_rows(inputs jsonb, incomplete jsonb) IS 'What the log of refusals keeps of the rows that lack nothing needed, in a request that is refused for others: shares are of all rows that were asked for.';
CREATE FUNCTION ml_private.own_key(features jsonb, key text, entity jsonb, names text[], positions integer[], telling integer[], OUT own text, OUT told boolean) RETURNS record
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.own_key(features jsonb, key text, entity jsonb, names text[], positions integer[], telling integer[], OUT own text, OUT told boolean) IS 'Which of its own entities a row''s columns describe: by the join keys or, of a row without an entity, by their values (told: whether these tell one from another); of a refused row without an entity by the row.';
CREATE FUNCTION ml_private.owners_by_position(version_id bigint) RETURNS integer[]
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.owners_by_position(version_id bigint) IS 'The owner of each input column, in their order; -1 where a position has none.';
CREATE FUNCTION ml_private.parse_address(value text) RETURNS inet
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.parse_address(value text) IS 'An IP address from its full textual form, else null.';
CREATE FUNCTION ml_private.parse_job_time(value text, what text) RETURNS timestamp with time zone
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.parse_job_time(value text, what text) IS 'A time between 1970 and 9999, or 22023.';
CREATE TABLE ml.run_metrics (
    run_id uuid NOT NULL,
    key text NOT NULL,
    step bigint NOT NULL,
    value double precision NOT NULL,
    logged_at timestamp with time zone NOT NULL
);
COMMENT ON TABLE ml.run_metrics IS 'Every value that a run logged, as a time series. NaN and infinities are values.';
CREATE FUNCTION ml_private.parse_metrics(run_id uuid, metrics jsonb) RETURNS ml.run_metrics[]
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.parse_metrics(run_id uuid, metrics jsonb) IS 'Metrics as the caller sent them, as rows of ml.run_metrics; the first that is wrong is named by its number from 1.';
CREATE FUNCTION ml_private.passed_checks(version ml.model_versions, requirements jsonb) RETURNS SETOF jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.passed_checks(version ml.model_versions, requirements jsonb) IS 'Checks of the requirement passed.';
CREATE FUNCTION ml_private.pick_above_floor(queue text, max_jobs integer) RETURNS bigint[]
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.pick_above_floor(queue text, max_jobs integer) IS 'ml_private.pick_jobs for one queue and a worker without capabilities, from where the session found the first free job before; null where it has no floor.';
CREATE FUNCTION ml_private.pick_jobs(queues text[], capabilities jsonb, max_jobs integer) RETURNS bigint[]
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.pick_jobs(queues text[], capabilities jsonb, max_jobs integer) IS 'Lock the best claimable jobs that no one else has locked; their ids, best first.';
CREATE FUNCTION ml_private.pin_references(version_id bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.pin_references(version_id bigint) IS 'Copy the distribution of every numeric input column over the entities that the version was trained on, each by its newest row, its share of missing values over all entities of the training split, and the held-out scores recorded as evidence reference_scores, to ml.drift_references; once a version.';
CREATE FUNCTION ml_private.pinned_evaluation(model_id bigint) RETURNS ml.datasets
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.pinned_evaluation(model_id bigint) IS 'The dataset whose held-out rows measure the model''s versions; null when none is pinned.';
CREATE FUNCTION ml_private.population_stability_index(reference double precision[], current double precision[]) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.population_stability_index(reference double precision[], current double precision[]) IS 'Sum over bins of (current - reference) · ln(current / reference) of shares that are all above zero.';
CREATE FUNCTION ml_private.present_sql(dataset ml.datasets, column_name text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.present_sql(dataset ml.datasets, column_name text) IS 'SQL text of whether a row d of a dataset has a value in a column.';
CREATE FUNCTION ml_private.presented_token() RETURNS uuid
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.presented_token() IS 'Id of the access token for which the caller''s JWT was issued; null when it was not issued for one.';
CREATE FUNCTION ml_private.primary_key(relation oid) RETURNS text[]
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.primary_key(relation oid) IS 'The columns of the primary key of a table, in order; null when it has none, or a deferrable one.';
CREATE FUNCTION ml_private.production_version(model_id bigint) RETURNS ml.model_versions
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.production_version(model_id bigint) IS 'The version of the model that is in production; null when none is.';
CREATE FUNCTION ml_private.promote_history(view_id bigint, max_rows integer) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.promote_history(view_id bigint, max_rows integer) IS 'ml_private.promote_view for a view that keeps a history.';
CREATE FUNCTION ml_private.promote_model(model text, version integer, stage text, reason text DEFAULT ''::text) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.promote_model(model text, version integer, stage text, reason text) IS 'Move a version: none -> staging -> production, archived -> staging, any stage -> archived. In one transaction its policy is checked, the version before it in production archived, history written and the deployment switched. Returns {model, version, from_stage, to_stage, archived_version, checks:[{check, required, actual, passed, message}]}. PT409 promotion_refused names each failed check with what is and what is required; also already_in_stage, invalid_transition; PT404 model_not_found, version_not_found. For engineers.';
CREATE FUNCTION ml_private.promote_pending() RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.promote_pending() IS 'Step of the tick: put a batch of rows online that came due; returns how many.';
CREATE FUNCTION ml_private.promote_view(view_id bigint, max_rows integer DEFAULT 500) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET lock_timeout TO '200ms'
    AS …;
COMMENT ON FUNCTION ml_private.promote_view(view_id bigint, max_rows integer) IS 'Put up to max_rows due rows of a view online; returns how many. Reads give the same before and after.';
CREATE FUNCTION ml_private.promotion_checks(version ml.model_versions, stage text) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.promotion_checks(version ml.model_versions, stage text) IS 'Every check that the policy of the stage demands of the version, as an array.';
CREATE FUNCTION ml_private.protect_served_view() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.protect_served_view() IS 'A view that a deployed version reads is not retired: its predictions would fail from that moment.';
CREATE FUNCTION ml_private.prune_claims() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.prune_claims() IS 'Tick task: forget claims after a day, the longest lease that there is.';
CREATE FUNCTION ml_private.prune_quarantined_rows() RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.prune_quarantined_rows() IS 'Step of the tick: delete notes of left-out rows that are older than 30 days or than the last 10,000 of their view; returns how many.';
CREATE FUNCTION ml_private.prune_webhook_deliveries() RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.prune_webhook_deliveries() IS 'The tick''s task that forgets settled deliveries after 30 days, and those that wait for an endpoint which is switched off.';
CREATE FUNCTION ml_private.psi_test(reference bigint[], current bigint[], OUT psi double precision, OUT p_value double precision) RETURNS record
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.psi_test(reference bigint[], current bigint[], OUT psi double precision, OUT p_value double precision) IS 'Population stability index of two rows of bin counts, and the p-value, not below 1e-4, of the chi-square test of homogeneity on the same counts.';
CREATE FUNCTION ml_private.quarantine_sql(view_id bigint, relation text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.quarantine_sql(view_id bigint, relation text) IS 'SQL text that notes the rows of a relation that a view leaves out; null for a view without quarantine.';
CREATE FUNCTION ml_private.queue_model_check(model text, version integer, kind text, options jsonb DEFAULT '{}'::jsonb) RETURNS ml.jobs
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.queue_model_check(model text, version integer, kind text, options jsonb) IS 'Queue a check of a version in the queue checks; its worker records evidence of the kind''s name. kind and options: load_test {requests, concurrency, max_p95_ms, max_error_rate}, security_scan {max_bytes}, evaluation {} (its evidence, instead, is each metric of the version, with baseline_<metric> beside it, on the pinned evaluation data, else on the held-out rows of its own dataset) or comparison {} (the same, and as production_<metric> those of the version in production, on the rows that it was not trained on either); limits that would let nearly everything pass need the role admin. The same check again returns the unfinished job. Returns the job. 22023 unknown_key, invalid_options; 42501; PT404 model_not_found, version_not_found; PT409 nothing_in_production, already_in_production, no_dataset, training_unknown. For engineers.';
CREATE FUNCTION ml_private.queue_retraining(version_id bigint, reason text, run_at timestamp with time zone DEFAULT NULL::timestamp with time zone) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.queue_retraining(version_id bigint, reason text, run_at timestamp with time zone) IS 'Queue the training of a version once more, on the rows that its spine has when the job begins; the job''s id. One unfinished retraining a model: asked again, it returns that one. PT409 not_retrainable.';
CREATE FUNCTION ml_private.raise_alert(checked ml.drift_checks, monitor ml.monitors, kind text, severity text, title text, details jsonb) RETURNS ml.alerts
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.raise_alert(checked ml.drift_checks, monitor ml.monitors, kind text, severity text, title text, details jsonb) IS 'What a check found goes to the alert of its kind: a new one, the unresolved one brought up to date, or one resolved within the cooldown reopened.';
CREATE FUNCTION ml_private.raise_conflict(message text, code text DEFAULT 'conflict'::text, hint text DEFAULT NULL::text) RETURNS void
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.raise_conflict(message text, code text, hint text) IS 'The state of things refuses the call: SQLSTATE PT409, HTTP 409.';
CREATE FUNCTION ml_private.raise_duplicate(message text, code text DEFAULT 'duplicate'::text, hint text DEFAULT NULL::text) RETURNS void
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.raise_duplicate(message text, code text, hint text) IS 'The thing exists already: SQLSTATE 23505, HTTP 409.';
CREATE FUNCTION ml_private.raise_error(sqlstate_code text, message text, code text, hint text) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.raise_error(sqlstate_code text, message text, code text, hint text) IS 'Raise an error in the one form callers see: message says what is wrong with which value, detail is a stable snake_case code, hint the remedy.';
CREATE FUNCTION ml_private.raise_invalid(message text, code text DEFAULT 'invalid_argument'::text, hint text DEFAULT NULL::text) RETURNS void
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.raise_invalid(message text, code text, hint text) IS 'A wrong argument: SQLSTATE 22023, HTTP 400.';
CREATE FUNCTION ml_private.raise_lease_lost(job_id bigint, attempt integer) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.raise_lease_lost(job_id bigint, attempt integer) IS 'Say why (job_id, attempt) is no lease: PT409 lease_lost, or PT404 job_not_found.';
CREATE FUNCTION ml_private.raise_lease_required(run_id uuid, job_id bigint) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.raise_lease_required(run_id uuid, job_id bigint) IS 'PT409 lease_required: the caller named no attempt.';
CREATE FUNCTION ml_private.raise_missing(message text, code text DEFAULT 'not_found'::text, hint text DEFAULT NULL::text) RETURNS void
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.raise_missing(message text, code text, hint text) IS 'A named thing does not exist: SQLSTATE PT404, HTTP 404.';
CREATE FUNCTION ml_private.raise_unknown(what text, key anyelement, hint text DEFAULT NULL::text) RETURNS void
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.raise_unknown(what text, key anyelement, hint text) IS 'What the caller names does not exist: PT404 <what>_not_found, worded alike for every kind of thing. key: its name or id as the caller gave it.';
CREATE FUNCTION ml_private.read_dataset(dataset text, split text DEFAULT NULL::text, after_row bigint DEFAULT 0, max_rows integer DEFAULT 5000) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET extra_float_digits TO '1'
    SET "TimeZone" TO 'UTC'
    AS …;
COMMENT ON FUNCTION ml_private.read_dataset(dataset text, split text, after_row bigint, max_rows integer) IS 'A page of a dataset: {"columns":[…],"rows":[[…]],"next_after","label","label_type","features":[{"ref","column",…}],"content_hash"}. Call again with after_row = next_after until it is null. split null is all rows; max_rows 1 to 10000. PT404 unknown dataset. Role viewer, or a worker.';
CREATE FUNCTION ml_private.read_history(view_id bigint, entity_keys text[], read_at timestamp with time zone, OUT row_values jsonb[], OUT event_times timestamp with time zone[]) RETURNS record
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.read_history(view_id bigint, entity_keys text[], read_at timestamp with time zone, OUT row_values jsonb[], OUT event_times timestamp with time zone[]) IS 'ml_private.read_with_pending for a view that keeps a history: an entity of which a row has come due is looked up.';
CREATE FUNCTION ml_private.read_secret(name text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.read_secret(name text) IS 'A secret by its name, from Supabase Vault, or from ml_private.secrets where there is no vault; null when there is none.';
CREATE FUNCTION ml_private.read_source(query text) RETURNS SETOF record
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS …;
COMMENT ON FUNCTION ml_private.read_source(query text) IS 'The rows of a query, run as ml_reader, who owns this function. Only ml_private.source_rows_sql writes its calls.';
CREATE FUNCTION ml_private.read_view(view_id bigint, transformed boolean, entity_keys text[], read_at timestamp with time zone, OUT row_values jsonb[], OUT event_times timestamp with time zone[]) RETURNS record
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    AS …;
COMMENT ON FUNCTION ml_private.read_view(view_id bigint, transformed boolean, entity_keys text[], read_at timestamp with time zone, OUT row_values jsonb[], OUT event_times timestamp with time zone[]) IS 'The online rows of entities at read_at, transformed, in the order of their keys; null where there is none.';
CREATE FUNCTION ml_private.read_with_pending(view_id bigint, entity_keys text[], read_at timestamp with time zone, OUT row_values jsonb[], OUT event_times timestamp with time zone[]) RETURNS record
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    AS …;
COMMENT ON FUNCTION ml_private.read_with_pending(view_id bigint, entity_keys text[], read_at timestamp with time zone, OUT row_values jsonb[], OUT event_times timestamp with time zone[]) IS 'The rows of entities at read_at, those that came due since they were written among them.';
CREATE FUNCTION ml_private.recompile_views() RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.recompile_views() IS 'Make the trigger functions of all views in service anew, as their compilers write them now; returns for how many. Views whose source is gone are left as they are.';
CREATE FUNCTION ml_private.reconcile_history(view_id bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.reconcile_history(view_id bigint) IS 'Record what was changed in the source of a history without its triggers, as of now. Writers are kept out until the transaction ends.';
CREATE FUNCTION ml_private.reconcile_sql(view_id bigint, relation oid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.reconcile_sql(view_id bigint, relation oid) IS 'Text of the body of ml_private.reconcile_history_<view id>.';
CREATE FUNCTION ml_private.record_claim(claim_id uuid, worker_id text, jobs ml.jobs[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.record_claim(claim_id uuid, worker_id text, jobs ml.jobs[]) IS 'Remember what a claim was given, so that it can be repeated.';
CREATE FUNCTION ml_private.record_evidence(model text, version integer, name text, value double precision DEFAULT NULL::double precision, passed boolean DEFAULT NULL::boolean, details jsonb DEFAULT '{}'::jsonb, job_id bigint DEFAULT NULL::bigint, attempt integer DEFAULT NULL::integer) RETURNS ml.model_evidence
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.record_evidence(model text, version integer, name text, value double precision, passed boolean, details jsonb, job_id bigint, attempt integer) IS 'Record what was measured of a version: a finite value, a verdict or both, with details (an object). The newest evidence of a name counts. job_id: the job that measured, the training of the version, or a check queued for it, which tells of itself alone (name = kind); workers must name it, with the attempt under which they hold it. PT404 model_not_found, version_not_found; PT409 job_mismatch, lease_lost. For workers and admins; engineers cannot.';
CREATE FUNCTION ml_private.record_webhook_outcome(delivery_id uuid, attempt integer, status integer DEFAULT NULL::integer, error text DEFAULT NULL::text) RETURNS ml.webhook_deliveries
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.record_webhook_outcome(delivery_id uuid, attempt integer, status integer, error text) IS 'For the webhooks edge function (service role only): what came of a claimed attempt. A status of 200 to 299 delivers; anything else, or null with an error, is retried after 5 s, 30 s, 5 min, 30 min, 2 h, 5 h and 10 h, then failed; 410 also switches the endpoint off. Errors: PT404 delivery_not_found, PT409 lease_lost.';
CREATE FUNCTION ml_private.redeliver_webhook(delivery_id uuid) RETURNS ml.webhook_deliveries
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.redeliver_webhook(delivery_id uuid) IS 'Send a delivered or failed delivery again, under the same webhook-id. Needs admin. Returns the delivery. Errors: PT404 delivery_not_found, PT409 delivery_pending.';
CREATE FUNCTION ml_private.reference_scores(version_id bigint) RETURNS TABLE(ordinal integer, name text, scores jsonb, split text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.reference_scores(version_id bigint) IS 'Held-out scores of a version by position in ml.drift_references, from its newest evidence reference_scores: details.scores of two classes, details.class_scores (one array a class) of more; with the side of the dataset that they are of, where the evidence tells it.';
CREATE FUNCTION ml_private.refill_sql(view_id bigint) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.refill_sql(view_id bigint) IS 'SQL text for a trigger: fill the online store of a view anew from its source, which no one else writes to.';
CREATE FUNCTION ml_private.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.refuse_change() IS 'Trigger of append-only tables.';
CREATE FUNCTION ml_private.refuse_failed(model text, version integer, stage text, checks jsonb) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.refuse_failed(model text, version integer, stage text, checks jsonb) IS 'PT409 promotion_refused, naming each check that failed.';
CREATE FUNCTION ml_private.refuse_future(view_id bigint, entity_key text, due_at timestamp with time zone, clock timestamp with time zone) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.refuse_future(view_id bigint, entity_key text, due_at timestamp with time zone, clock timestamp with time zone) IS 'Fail the write of a row that is too far ahead: 22023 future_event.';
CREATE FUNCTION ml_private.refuse_version_change() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.refuse_version_change() IS 'Of a version nothing but the stage ever changes.';
CREATE FUNCTION ml_private.register_entity(name text, join_keys jsonb, description text DEFAULT ''::text) RETURNS ml.entities
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.register_entity(name text, join_keys jsonb, description text) IS 'Register what features describe. join_keys: [{"name","type"}] with type int64, string or uuid, 1 to 8 of them; sources and spines have columns of these names. The same entity again returns it; other join keys under a known name are PT409 entity_differs. Role engineer.';
CREATE FUNCTION ml_private.register_feature_view(name text, entity text, source text, event_time text, features jsonb, created_time text DEFAULT NULL::text, ttl interval DEFAULT NULL::interval, mode text DEFAULT 'realtime'::text, description text DEFAULT ''::text, future text DEFAULT 'keep'::text, future_tolerance interval DEFAULT NULL::interval, keep_history boolean DEFAULT false) RETURNS ml.feature_views
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.register_feature_view(name text, entity text, source text, event_time text, features jsonb, created_time text, ttl interval, mode text, description text, future text, future_tolerance interval, keep_history boolean) IS 'Register features over source (schema.table), whose event_time column (timestamptz) says when a row became true and created_time, if any, when it was written. features: [{"name","type" float64|int64|string|bool,"column","transformation","description"}], 1 to 900. transformation: {"type":"log","offset"} or {"type":"normalize","method":"z_score"|"min_max"|"robust"}. ttl: age up to which a row is used; null is for ever. mode realtime keeps the online store in the writer''s transaction and fills it now; batch fills it now and with ml.materialize_feature_view. future: what becomes of a row later than now by more than future_tolerance (5 minutes unless given): keep waits for its time, refuse fails the write with 22023 future_event, quarantine leaves it out, online and in datasets. keep_history: for a plain table with a primary key that is updated in place, triggers keep each change from now on and the view reads that (22023 history_unsupported for others). The same definition again returns the same version, another makes the next. warnings in the reply: source_keeps_no_history. PT404 unknown entity or source, 22023 unknown column or type, PT409 source that cannot be read, 42501 source that is not allowed. Role engineer.';
CREATE FUNCTION ml_private.register_model_version(model text, run_id uuid, artifact_sha256 text, artifact_bytes bigint, signature jsonb, framework text, model_type text, tags jsonb DEFAULT '{}'::jsonb, description text DEFAULT ''::text, attempt integer DEFAULT NULL::integer) RETURNS ml.model_versions
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.register_model_version(model text, run_id uuid, artifact_sha256 text, artifact_bytes bigint, signature jsonb, framework text, model_type text, tags jsonb, description text, attempt integer) IS 'Register what a run produced as the next version of a model, which is made when it is new. The file must lie in the bucket ml-artifacts under its sha256 (64 hex digits) with artifact_bytes bytes. signature: {"inputs":[{"name","type","shape":[null,n],"columns":[n of {"feature":"view:feature","view_version","nullable" (false): null is a value that the model takes}]}],"outputs":[{"name","type","shape"}],"classes":[…],"task":"classification"}; its columns are features of the dataset that the run trained on. The same run and artifact again return the same version. Returns the version, in stage none. PT404 run_not_found, artifact_not_found, view_not_found, feature_not_found; 22023 invalid_signature, signature_mismatch; PT409 artifact_mismatch, version_exists, lease_lost. A worker gives the attempt under which it holds the run''s job. For engineers and workers.';
CREATE FUNCTION ml_private.register_tick_task(name text, function_name text, every interval, urgent boolean DEFAULT false) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.register_tick_task(name text, function_name text, every interval, urgent boolean) IS 'Have ml_private.tick call function_name() once per every, and again, each time in a new transaction, while it returns more than 0; again under the same name changes it. The function takes no argument, returns its units of work (integer or bigint), does one small step that locks little, and may be called at any time. Urgent tasks go before the others.';
CREATE FUNCTION ml_private.register_webhook_endpoint(url text, event_types text[], description text DEFAULT ''::text) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.register_webhook_endpoint(url text, event_types text[], description text) IS 'Have events sent to an https address. event_types: names of ml.event_types, families such as job.*, or *. Needs admin. Returns {"id","url","event_types","secret"}; the secret (whsec_…, for verifying signatures as Standard Webhooks does) is shown this once. Errors: 22023 invalid_url, refused_url, invalid_event_types, unknown_event_type; 23505 endpoint_exists; PT409 too_many_endpoints.';
CREATE FUNCTION ml_private.relation_name(relation oid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET quote_all_identifiers TO 'off'
    AS …;
COMMENT ON FUNCTION ml_private.relation_name(relation oid) IS 'schema.table, quoted where needed, whatever the search path.';
CREATE FUNCTION ml_private.release_job(job_id bigint, attempt integer) RETURNS ml.jobs
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.release_job(job_id bigint, attempt integer) IS 'Give the job back unfinished, as a worker does on SIGTERM: claimable again at once, and no failure. Needs ml_worker. Errors: PT404 job_not_found, PT409 lease_lost.';
CREATE FUNCTION ml_private.remove_member(user_id uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.remove_member(user_id uuid) IS 'Take a user''s membership away, from the next request on. Needs admin. Errors: PT404 member_not_found, PT409 last_admin (the service role may remove even that one).';
CREATE FUNCTION ml_private.remove_webhook_endpoint(endpoint_id uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.remove_webhook_endpoint(endpoint_id uuid) IS 'Remove an endpoint, its secret and its deliveries, sent or not. Needs admin. Errors: PT404 endpoint_not_found.';
CREATE FUNCTION ml_private.renew_online(view_id bigint, entity_keys text[], clock timestamp with time zone) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.renew_online(view_id bigint, entity_keys text[], clock timestamp with time zone) IS 'Look entities up anew that have an online row. Those rows are locked, and the statement that calls began after that.';
CREATE FUNCTION ml_private.renew_sql(view_id bigint, relations text[]) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.renew_sql(view_id bigint, relations text[]) IS 'SQL text for a trigger: look up all entities of the rows that were written.';
CREATE FUNCTION ml_private.repeat_claim(claim_id uuid, worker_id text) RETURNS ml.jobs[]
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.repeat_claim(claim_id uuid, worker_id text) IS 'What a claim of that id was given and its worker still holds, leases renewed; null when there was no such claim. PT409 claim_id_taken.';
CREATE FUNCTION ml_private.repeated(sample double precision[], times integer[]) RETURNS double precision[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.repeated(sample double precision[], times integer[]) IS 'Each value so many times; nulls are left out.';
CREATE FUNCTION ml_private.request_retraining(alert ml.alerts, monitor ml.monitors) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.request_retraining(alert ml.alerts, monitor ml.monitors) IS 'Queue a retraining of the alert''s version unless the monitor forbids it, one is under way or the cooldown holds; the alert keeps the job id or the reason.';
CREATE FUNCTION ml_private.require_other_admin(user_id uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.require_other_admin(user_id uuid) IS 'Before a user stops being admin: PT409 last_admin when nobody else is one, unless the service role asks. Holds the admins'' rows until the transaction ends.';
CREATE FUNCTION ml_private.require_role(minimum text, worker boolean DEFAULT false) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.require_role(minimum text, worker boolean) IS 'First line of every definer function: 42501 permission_denied unless ml_private.has_role holds.';
CREATE FUNCTION ml_private.resolve_access_token(token text) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.resolve_access_token(token text) IS 'For edge functions (service role only): whom an access token stands for, {token_id, role, sub, scope, expires_at}: the Postgres role and the subject of the JWT that is issued for it, which must carry token_id as ml_token. Errors: PT401 token_invalid.';
CREATE FUNCTION ml_private.resolve_alert(alert_id bigint, resolution text DEFAULT 'resolved by hand'::text) RETURNS ml.alerts
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.resolve_alert(alert_id bigint, resolution text) IS 'Close an alert with a reason (1 to 250 characters); a resolved one comes back unchanged. Needs engineer. Errors: 22023; PT404 alert_not_found.';
CREATE FUNCTION ml_private.resolve_alert_row(alert_id bigint, resolution text) RETURNS ml.alerts
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.resolve_alert_row(alert_id bigint, resolution text) IS 'Resolve an unresolved alert and announce it; null when there is none.';
CREATE FUNCTION ml_private.resolve_columns(tensor jsonb, what text, dataset_id bigint) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.resolve_columns(tensor jsonb, what text, dataset_id bigint) IS 'The columns of an input tensor in their stored form. PT404 view_not_found, feature_not_found; 22023 signature_mismatch when one is not in the dataset, in the wrong tensor or named twice.';
CREATE FUNCTION ml_private.resolve_dependencies(parents bigint[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.resolve_dependencies(parents bigint[]) IS 'Free the dependants of jobs that succeeded; end those of jobs that failed or were cancelled, and theirs.';
CREATE TABLE ml.features (
    id bigint NOT NULL,
    view_id bigint NOT NULL,
    name text NOT NULL,
    "position" integer NOT NULL,
    value_type text NOT NULL,
    source_column text NOT NULL,
    transformation jsonb,
    fitted jsonb,
    description text DEFAULT ''::text NOT NULL,
    CONSTRAINT features_value_type_check CHECK ((value_type = ANY (ARRAY['float64'::text, 'int64'::text, 'string'::text, 'bool'::text])))
);
COMMENT ON TABLE ml.features IS 'The features of each view version. Only fitted is ever set later, once, by a dataset cut with fit => true.';
COMMENT ON COLUMN ml.features.transformation IS '{"type":"log","offset":number} or {"type":"normalize","method":"z_score"|"min_max"|"robust"}; null: the value as it is.';
COMMENT ON COLUMN ml.features.fitted IS '{"center","scale","constant","count","dataset_id",…}: a normalised value is (value - center) / scale.';
CREATE FUNCTION ml_private.resolve_feature(ref text, view_version integer DEFAULT NULL::integer) RETURNS ml.features
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.resolve_feature(ref text, view_version integer) IS 'The feature behind view:feature (newest version) or view@2:feature; view_version pins an unqualified one. PT404, or 22023 for a malformed reference.';
CREATE FUNCTION ml_private.resolve_features(refs text[]) RETURNS bigint[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    AS …;
COMMENT ON FUNCTION ml_private.resolve_features(refs text[]) IS 'The ids of the features referred to, in order.';
CREATE FUNCTION ml_private.resolve_options(schema jsonb, options jsonb, what text, code text) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.resolve_options(schema jsonb, options jsonb, what text, code text) IS 'Options with their defaults, as a declared schema wants them; unknown ones and values out of range are refused with the code.';
CREATE FUNCTION ml_private.resolve_prediction(model text, entities jsonb DEFAULT NULL::jsonb, version integer DEFAULT NULL::integer, refusals boolean DEFAULT false) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.resolve_prediction(model text, entities jsonb, version integer, refusals boolean) IS 'All that one prediction needs, in one call. model: a registered model''s name. entities: join key values in columns, {"patient_id":[1,2]}, at most 1000 entities; null when the caller brings the inputs. version: null for the deployed one (purpose live), else that version (purpose test; needs engineer or a worker). Returns {model, model_id, version, version_id, purpose, artifact {path, sha256, bytes}, signature, columns [feature references], rows [[input values] per entity], entity_keys, entities}; the last three are null without entities. refusals: when entities lack what the model needs, do not fail but return the error as the key refusal {code, message, details, hint, rows: [{row_key, missing: [input positions from 1], code}]}, for ml.log_refusals; rows are null then. Needs viewer or a worker. Errors: PT404 model_not_found, version_not_found, entity_not_found; PT409 not_deployed, feature_null, feature_stale, inputs_required, view_not_fitted; 22023 for malformed entities.';
CREATE FUNCTION ml_private.resolve_source(source text, what text) RETURNS oid
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.resolve_source(source text, what text) IS 'The relation named schema.table, which must be an allowed source and readable. PT404, PT409, 22023 or 42501.';
CREATE FUNCTION ml_private.resolve_training_config(config jsonb) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.resolve_training_config(config jsonb) IS 'The config of ml.train_model with every default filled in; anything it does not know is refused.';
CREATE FUNCTION ml_private.retire_feature_view(view text, version integer) RETURNS ml.feature_views
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.retire_feature_view(view text, version integer) IS 'Take a version out of service: its triggers leave the source and its rows the online store; datasets and models that name it keep their history. Retiring it again changes nothing. PT404 unknown version. Role engineer.';
CREATE FUNCTION ml_private.retry_job(job_id bigint) RETURNS ml.jobs
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.retry_job(job_id bigint) IS 'Queue a failed or cancelled job again, with all its attempts. Jobs that ended because of it stay ended. Needs engineer. Errors: PT404 job_not_found, PT409 job_not_failed, dependency_failed, unique_key_taken.';
CREATE FUNCTION ml_private.revoke_access_token(token_id uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.revoke_access_token(token_id uuid) IS 'Make a token worthless, from the next request on; doing it twice is no error. Your own; an admin anybody''s. Needs viewer. Errors: PT404 token_not_found.';
CREATE FUNCTION ml_private.row_hash(created_time timestamp with time zone, row_values jsonb) RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.row_hash(created_time timestamp with time zone, row_values jsonb) IS 'Tells the pending rows of one entity and event time apart, whatever the session''s time zone.';
CREATE FUNCTION ml_private.row_sql(relation oid, key text[], alias text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.row_sql(relation oid, key text[], alias text) IS 'SQL text of what names a row of a source in its history.';
CREATE FUNCTION ml_private.row_weight(times bigint, usual numeric, most integer) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.row_weight(times bigint, usual numeric, most integer) IS 'For how many things equal rows count that hold nothing to tell them apart: as often as they came beside how often one of the others usually did.';
CREATE FUNCTION ml_private.rows_read(max_rows integer) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.rows_read(max_rows integer) IS 'How many rows are looked at for max_rows entities: one that is asked about every second must not hide the others.';
CREATE FUNCTION ml_private.rows_repeat(version_id bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.rows_repeat(version_id bigint) IS 'True when in training no numeric input of a version had mostly different values.';
CREATE FUNCTION ml_private.rows_trained_on(dataset text, model text, version integer, split text DEFAULT NULL::text) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.rows_trained_on(dataset text, model text, version integer, split text) IS 'row_ids (an array) of the rows of one side of a dataset (split; null: test or else validation) that a version has learned from: they stand, by join keys and (of one spine) event time, in the train side of the version''s own dataset, and were not kept back for evaluation. A version without a dataset: an empty array, nothing is known of it. PT404 dataset_not_found, model_not_found, version_not_found; 22023 invalid_argument. Role viewer, or a worker.';
CREATE FUNCTION ml_private.run_drift_check(model_id bigint, min_rows integer DEFAULT NULL::integer) RETURNS ml.drift_checks
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.run_drift_check(model_id bigint, min_rows integer) IS 'One drift check of a deployed model over the live requests since the last one, answered and refused. Null when fewer than min_rows have come or nothing is pinned.';
CREATE FUNCTION ml_private.run_tick_step(began timestamp with time zone, done jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.run_tick_step(began timestamp with time zone, done jsonb) IS 'The next step of a tick that began then and has done that much: done with what the step did, or {"over": done} when nothing is due. For ml_private.tick.';
CREATE FUNCTION ml_private.run_tick_task(name text) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET lock_timeout TO '2s'
    AS …;
COMMENT ON FUNCTION ml_private.run_tick_task(name text) IS 'One step of a task when it is due and no other session runs it: its count, {"error"} when it failed (recorded, and undone), null when it was not run.';
CREATE FUNCTION ml_private.same_entity_sql(join_keys jsonb, alias text, stored text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.same_entity_sql(join_keys jsonb, alias text, stored text) IS 'SQL text of whether a source row is of the entity of a stored row, in a form that an index on the join keys serves.';
CREATE FUNCTION ml_private.scalar_text(value jsonb) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.scalar_text(value jsonb) IS 'A JSON string, number or boolean as text; numbers without trailing zeros.';
CREATE FUNCTION ml_private.schedule_tick(every text DEFAULT '10 seconds'::text) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.schedule_tick(every text) IS 'Have pg_cron run the tick (again changes how often), and prune the log that pg_cron keeps of it; false where pg_cron is not installed. Enable pg_cron and call this once, or let any scheduler run call ml_private.tick().';
CREATE FUNCTION ml_private.send_job(job ml.jobs, event text, own_topic boolean, webhooks boolean) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.send_job(job ml.jobs, event text, own_topic boolean, webhooks boolean) IS 'ml_private.announce_jobs of one job, for who knows that its queue is not quiet and whether there are webhooks.';
CREATE FUNCTION ml_private.set_evaluation_data(model text, dataset text) RETURNS ml.evaluation_data
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.set_evaluation_data(model text, dataset text) IS 'Pin the held-out rows (test, else validation) of a dataset as the rows on which versions of a model are measured; null unpins. From then on what jobs measured on other rows does not satisfy a policy, trainings leave these rows out of what they learn from, and queue_model_check(…, ''evaluation'') measures versions that exist already. Returns the pin; pins before it stay in ml.evaluation_data. PT404 model_not_found, dataset_not_found; 22023 nothing_held_out, label_mismatch. For admins.';
CREATE FUNCTION ml_private.set_floor(queue text, entries_read bigint, best ml.jobs) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.set_floor(queue text, entries_read bigint, best ml.jobs) IS 'Remember where a claim that has read so many index entries found its first job (null: none).';
CREATE FUNCTION ml_private.set_monitor(model text, config jsonb) RETURNS ml.monitors
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.set_monitor(model text, config jsonb) IS 'Change how a model is watched. config: any of enabled, min_rows, max_rows, look_back, alpha, min_ks, min_psi, min_missing, clear_after, alert_cooldown, retrain, retrain_cooldown, retrain_delay (see the columns of ml.monitors; durations as text, ''1 hour''). Returns the monitor. Needs engineer. Errors: 22023 unknown_key, invalid_config; PT404 model_not_found.';
CREATE FUNCTION ml_private.set_promotion_policy(model text, stage text, requirements jsonb) RETURNS ml.promotion_policies
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.set_promotion_policy(model text, stage text, requirements jsonb) IS 'Set what staging or production demands of a model (null: of every model without a policy of its own). It replaces the policy before, which stays in the history. requirements: {"min":{name:number},"max":{name:number},"passed":[name],"hours_in_staging":number,"better_than_baseline":{"metric","alpha" (0.01),"higher_is_better"},"not_worse_than_production":{"metric","tolerance","higher_is_better"}}, each optional; null lets a model follow the default again. Returns the policy. 22023 unknown_key, invalid_requirements; PT404 model_not_found. For admins.';
CREATE FUNCTION ml_private.set_queue_settings(queue text, settings jsonb) RETURNS ml.queue_settings
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.set_queue_settings(queue text, settings jsonb) IS 'Change a queue: {retain_days: 0 to 3650, days that finished jobs are kept, 30 by default; announce: false spares a busy queue the messages on Realtime and to webhooks, two fifths of what a job costs}. What is not named stays as it is. Needs admin. Errors: 22023.';
CREATE FUNCTION ml_private.settle_history(view_id bigint, entity_keys text[], clock timestamp with time zone) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.settle_history(view_id bigint, entity_keys text[], clock timestamp with time zone) IS 'Look entities up anew of which rows have come due, and drop those rows; returns how many.';
CREATE FUNCTION ml_private.settle_sql(view_id bigint, keys_sql text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.settle_sql(view_id bigint, keys_sql text) IS 'SQL text for a trigger on a history: settle the entities that are written, when anything has come due. Empty for other views.';
CREATE FUNCTION ml_private.share_difference_interval(successes bigint, trials bigint, other_successes bigint, other_trials bigint) RETURNS double precision[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.share_difference_interval(successes bigint, trials bigint, other_successes bigint, other_trials bigint) IS '95% interval of the difference of two shares as {low, high}; null without trials on both sides.';
CREATE FUNCTION ml_private.share_lease(job_id bigint, attempt integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.share_lease(job_id bigint, attempt integer) IS 'As ml_private.assert_lease, for writers of one attempt who need not wait for each other: nobody takes the lease while one of them holds it so.';
CREATE FUNCTION ml_private.shared_rows(dataset ml.datasets, splits text[], other ml.datasets, other_splits text[]) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS …;
COMMENT ON FUNCTION ml_private.shared_rows(dataset ml.datasets, splits text[], other ml.datasets, other_splits text[]) IS 'row_ids of a dataset, of some sides of its split, that stand in some sides of another dataset too: same shared join keys and, where spine and time column are the same, same event time. Nothing when they share no join key.';
CREATE FUNCTION ml_private.show_json(value jsonb) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.show_json(value jsonb) IS 'A JSON value for an error message: scalars as they are (100 characters), arrays and objects by their type.';
CREATE FUNCTION ml_private.show_number(value double precision) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.show_number(value double precision) IS 'A finite number for a message: six decimals at most.';
CREATE FUNCTION ml_private.signature_columns(signature jsonb) RETURNS TABLE(ord integer, feature text, view_version integer, nullable boolean)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.signature_columns(signature jsonb) IS 'The input columns of a model over all its input tensors, numbered from 1: the order of a row in predictions and in the prediction log. nullable: null is a value that the model takes.';
CREATE FUNCTION ml_private.signature_entities(signature jsonb) RETURNS bigint[]
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.signature_entities(signature jsonb) IS 'The entities whose features a model takes, by id.';
CREATE FUNCTION ml_private.snap_to(reference double precision[], current double precision[]) RETURNS double precision[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.snap_to(reference double precision[], current double precision[]) IS 'Current scores, those within 1e-5 of a reference one taken for that. The graph that serves answers in float32, within 1e-5 of the estimator whose scores may be pinned: a model of few distinct scores would seem to have moved as a whole.';
CREATE FUNCTION ml_private.source_rows_sql(relation oid, columns text[]) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.source_rows_sql(relation oid, columns text[]) IS 'SQL text of a relation as it stands in a from clause: a table''s name, or these columns of a view or materialized view as ml_reader sees them.';
CREATE FUNCTION ml_private.spendable_alpha(monitor ml.monitors, at timestamp with time zone) RETURNS double precision
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.spendable_alpha(monitor ml.monitors, at timestamp with time zone) IS 'The family-wise false alarm rate of a check made at that time: the monitor''s alpha at most, and its share of false_alarms in 30 days since the last check (the first: since the deployment).';
CREATE FUNCTION ml_private.split_sql(split jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.split_sql(split jsonb) IS 'SQL text of the side on which a spine row falls.';
CREATE FUNCTION ml_private.staging_check(version ml.model_versions, required double precision) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.staging_check(version ml.model_versions, required double precision) IS 'Check of the requirement hours_in_staging.';
CREATE FUNCTION ml_private.standing_row_sql(view_id bigint, alias text, ever boolean DEFAULT false) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.standing_row_sql(view_id bigint, alias text, ever boolean) IS 'SQL text of whether a source row counts now or later, or ever did: it is usable, and of a history has not ended, nor will before it is due.';
CREATE FUNCTION ml_private.start_history(view_id bigint, relation oid) RETURNS oid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.start_history(view_id bigint, relation oid) IS 'Make a view read a history of its source: the rows of now, known since their event time (or created time), then each change and each end. Returns the table.';
CREATE FUNCTION ml_private.start_monitoring() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.start_monitoring() IS 'A deployed version gets a monitor and its pinned references; alerts about the version before it are resolved.';
CREATE FUNCTION ml_private.start_realtime(view_id bigint, relation oid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.start_realtime(view_id bigint, relation oid) IS 'Put a view''s triggers on its source. The source stays locked against writers until the transaction ends.';
CREATE FUNCTION ml_private.start_run(experiment text, name text DEFAULT NULL::text, parent_run_id uuid DEFAULT NULL::uuid, tags jsonb DEFAULT '{}'::jsonb, job_id bigint DEFAULT NULL::bigint, dataset text DEFAULT NULL::text, attempt integer DEFAULT NULL::integer) RETURNS ml.runs
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.start_run(experiment text, name text, parent_run_id uuid, tags jsonb, job_id bigint, dataset text, attempt integer) IS 'Start a run in an experiment, both by name. parent_run_id nests it; job_id says which job executes it, under the lease of attempt; dataset names what it trains on. Returns the run. PT404 experiment_not_found, run_not_found, job_not_found, dataset_not_found; PT409 lease_lost. For engineers and workers.';
CREATE FUNCTION ml_private.start_view(view_id bigint, relation oid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.start_view(view_id bigint, relation oid) IS 'Put a new view into service: triggers first, then the backfill.';
CREATE FUNCTION ml_private.submit_feedback(prediction_id uuid, actual text DEFAULT NULL::text, rating integer DEFAULT NULL::integer, comment text DEFAULT NULL::text) RETURNS ml.feedback
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.submit_feedback(prediction_id uuid, actual text, rating integer, comment text) IS 'Attach the true label (as the model names it), a rating of 1 to 5 or a comment to a prediction by its id. Sending again adds to and replaces the caller''s own. Returns the feedback. Needs viewer. Errors: 22023 empty_feedback, invalid_rating, invalid_actual, invalid_comment; PT404 prediction_not_found.';
CREATE FUNCTION ml_private.summarise_feedback(version_id bigint, since timestamp with time zone) RETURNS jsonb
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.summarise_feedback(version_id bigint, since timestamp with time zone) IS 'Accuracy on labelled predictions of a version since a time with its 95% interval, beside the accuracy measured in validation.';
CREATE FUNCTION ml_private.summarise_job(job ml.jobs) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.summarise_job(job ml.jobs) IS 'What messages tell of a job.';
CREATE FUNCTION ml_private.summarise_refusals(model_id bigint, answered bigint, since timestamp with time zone) RETURNS jsonb
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.summarise_refusals(model_id bigint, answered bigint, since timestamp with time zone) IS 'Rows of live requests that a model refused since a time: how many, their share of those and the answered, and the five features that were missing most.';
CREATE FUNCTION ml_private.summarise_retraining(model_id bigint) RETURNS jsonb
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.summarise_retraining(model_id bigint) IS 'The five newest retrainings of a model, with their job''s state and the version each made.';
CREATE FUNCTION ml_private.summarise_serving(model_id bigint, since timestamp with time zone) RETURNS jsonb
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.summarise_serving(model_id bigint, since timestamp with time zone) IS 'Live predictions since a time: how many, in how many requests, and the latency of a request.';
CREATE FUNCTION ml_private.switch_deployment() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.switch_deployment() IS 'A version that reaches production serves from the same commit on; one that leaves it without a successor serves no more.';
CREATE FUNCTION ml_private.sync_body_sql(view_id bigint) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.sync_body_sql(view_id bigint) IS 'Text of the body of ml_private.sync_view_<view id>.';
CREATE FUNCTION ml_private.sync_history_sql(view_id bigint) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.sync_history_sql(view_id bigint) IS 'SQL text of what the trigger of a view does that reads a history.';
CREATE FUNCTION ml_private.sync_source_sql(view_id bigint) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.sync_source_sql(view_id bigint) IS 'SQL text of what the trigger of a view does that reads its source itself.';
CREATE FUNCTION ml_private.systematic_sample(sample double precision[], size integer) RETURNS double precision[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.systematic_sample(sample double precision[], size integer) IS 'About size values at even steps through the sample, sorted ascending; all of them when there are no more. Nulls and NaN are left out.';
CREATE FUNCTION ml_private.take_back_leases(queue text, expired timestamp with time zone, max_jobs integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.take_back_leases(queue text, expired timestamp with time zone, max_jobs integer) IS 'End attempts of a queue whose lease ran out, oldest first.';
CREATE FUNCTION ml_private.take_jobs(worker_id text, queues text[], capabilities jsonb, max_jobs integer, lease_seconds integer) RETURNS ml.jobs[]
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS …;
COMMENT ON FUNCTION ml_private.take_jobs(worker_id text, queues text[], capabilities jsonb, max_jobs integer, lease_seconds integer) IS 'Give a worker the best claimable jobs that no one else has locked; best first.';
CREATE FUNCTION ml_private.takes_over_sql(view_id bigint, alias text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.takes_over_sql(view_id bigint, alias text) IS 'SQL text of when a row of a history begins to count; infinity when it never does.';
CREATE FUNCTION ml_private.tell_followers(jobs ml.jobs[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.tell_followers(jobs ml.jobs[]) IS 'Call the functions that follow jobs of these kinds: see ml_private.follow_jobs_of.';
CREATE FUNCTION ml_private.telling_inputs(version_id bigint) RETURNS integer[]
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.telling_inputs(version_id bigint) IS 'Positions of the inputs of a version that had mostly different values among the rows of its training: where one of them has a value, equal rows are one thing.';
CREATE FUNCTION ml_private.text_of(value jsonb, what text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.text_of(value jsonb, what text) IS 'The text of a JSON string; anything else is refused.';
CREATE PROCEDURE ml_private.tick(INOUT done jsonb DEFAULT NULL::jsonb, IN max_seconds double precision DEFAULT 8)
    LANGUAGE plpgsql
    AS …;
COMMENT ON PROCEDURE ml_private.tick(INOUT done jsonb, IN max_seconds double precision) IS 'Do what is due, each step in a transaction of its own, urgent tasks first: call ml_private.tick(). No step begins after max_seconds; what is left is due at the next tick. Gives {task: units of work or {"error"}, …, "webhooks_due": deliveries waiting to be sent}. Tasks that were not due or run in another session are left out. A task that fails is undone, recorded in ml_private.tick_tasks and does not stop the others. Call it every 1 to 60 seconds, outside a transaction.';
CREATE FUNCTION ml_private.tie_training_dataset(training ml.training_jobs, dataset ml.datasets) RETURNS ml.training_jobs
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.tie_training_dataset(training ml.training_jobs, dataset ml.datasets) IS 'Tie the dataset that was cut to the training and its run. The job is held.';
CREATE FUNCTION ml_private.time_partition_name(schema_name text, table_name text, suffix text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.time_partition_name(schema_name text, table_name text, suffix text) IS 'The name in ml_series of a series'' partition.';
CREATE FUNCTION ml_private.time_series_access_statements(old regclass) RETURNS TABLE(step integer, key text, statement text)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.time_series_access_statements(old regclass) IS 'Row-level security, policies, grants and comment of a table, as statements.';
CREATE FUNCTION ml_private.time_series_detach_statements(old regclass) RETURNS text[]
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.time_series_detach_statements(old regclass) IS 'Statements that keep a table''s serial sequences from going with it.';
CREATE FUNCTION ml_private.time_series_form() RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.time_series_form() IS 'The form that a new time series gets in this database: timescale or native.';
CREATE FUNCTION ml_private.time_series_rebuild_statements(old regclass) RETURNS text[]
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.time_series_rebuild_statements(old regclass) IS 'Statements that give a table made by CREATE TABLE (LIKE old), once it bears old''s name, the rest of old''s definition.';
CREATE FUNCTION ml_private.time_series_trigger_statements(old regclass) RETURNS TABLE(step integer, key text, statement text)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.time_series_trigger_statements(old regclass) IS 'Triggers of a table, as statements.';
CREATE FUNCTION ml_private.timely_row_sql(view_id bigint, alias text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.timely_row_sql(view_id bigint, alias text) IS 'SQL text of whether a source row is not in quarantine; null for a view that has none.';
CREATE FUNCTION ml_private.timescale_schema() RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.timescale_schema() IS 'Where TimescaleDB''s functions live; null when it is not installed.';
CREATE FUNCTION ml_private.title_alert(checked ml.drift_checks, kind text, details jsonb, OUT title text, OUT severity text) RETURNS record
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.title_alert(checked ml.drift_checks, kind text, details jsonb, OUT title text, OUT severity text) IS 'What an alert says in one line, and how much it weighs.';
CREATE FUNCTION ml_private.token_role(token_id uuid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.token_role(token_id uuid) IS 'What whoever holds an access token is now: viewer, engineer, admin, ml_worker; none when it is revoked, has expired or its member may no longer have it.';
CREATE FUNCTION ml_private.told_apart(inputs jsonb, telling integer[]) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.told_apart(inputs jsonb, telling integer[]) IS 'Whether inputs still hold what tells one thing from another: a value of a telling input or, where none is telling, of half of them. Rows that do not are equal because it is gone.';
CREATE FUNCTION ml_private.train_model(config jsonb) RETURNS jsonb
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.train_model(config jsonb) IS 'Queue a training. config: {model, dataset, model_type} and optionally {experiment = model, params, task = "classification", seed = 0, run_name, max_attempts = 3, priority = 0, requirements {gpus, gpu_memory_gb, labels}}. model_type and its params: gradient_boosting (n_estimators, learning_rate, max_depth, subsample, min_samples_leaf) or logistic_regression (C, max_iter). Returns {training_id, job_id, run_id}: follow the job on the Realtime topic ml:jobs:<job_id>, the run with ml.get_run. 22023 unknown_key, invalid_config, empty_split; PT404 dataset_not_found. For engineers.';
CREATE FUNCTION ml_private.unservable_code(status text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.unservable_code(status text) IS 'The stable code of an online feature whose status is not PRESENT.';
CREATE FUNCTION ml_private.unservable_error(ordinal integer, entity jsonb, feature text, status text, incomplete integer) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.unservable_error(ordinal integer, entity jsonb, feature text, status text, incomplete integer) IS 'The error {code, message, details, hint} of an entity that cannot be served, by its first missing feature: PT404 entity_not_found, PT409 feature_stale, feature_null.';
CREATE FUNCTION ml_private.update_alert(checked ml.drift_checks, monitor ml.monitors, kind text, drifted boolean) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.update_alert(checked ml.drift_checks, monitor ml.monitors, kind text, drifted boolean) IS 'Carry one outcome of a check to the alert of its kind. Drift that is there asks for a retraining each time; the monitor bounds how often one is queued. Missing values ask for none.';
CREATE FUNCTION ml_private.update_webhook_endpoint(endpoint_id uuid, url text DEFAULT NULL::text, event_types text[] DEFAULT NULL::text[], description text DEFAULT NULL::text, enabled boolean DEFAULT NULL::boolean) RETURNS ml.webhook_endpoints
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.update_webhook_endpoint(endpoint_id uuid, url text, event_types text[], description text, enabled boolean) IS 'Change what is given and leave the rest. While enabled is false no event is recorded for the endpoint, and its pending deliveries wait. Needs admin. Returns the endpoint. Errors: as ml.register_webhook_endpoint, and PT404 endpoint_not_found.';
CREATE FUNCTION ml_private.upsert_pending_sql(view_id bigint, rows_sql text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.upsert_pending_sql(view_id bigint, rows_sql text) IS 'SQL text that adds rows to those that are not due yet.';
CREATE FUNCTION ml_private.upsert_sql(view_id bigint, rows_sql text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.upsert_sql(view_id bigint, rows_sql text) IS 'SQL text that merges rows into the online store; an older row never replaces a newer one.';
CREATE FUNCTION ml_private.usable_row_sql(view_id bigint, alias text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.usable_row_sql(view_id bigint, alias text) IS 'SQL text of what makes a source row count: join keys not null, event time finite, created time not infinite, not in quarantine.';
CREATE FUNCTION ml_private.uuid_time(id uuid) RETURNS timestamp with time zone
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.uuid_time(id uuid) IS 'When a version 7 uuid was made (RFC 9562), to the millisecond; null for other versions.';
CREATE FUNCTION ml_private.validation_accuracy(version_id bigint, OUT value double precision, OUT rows bigint) RETURNS record
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.validation_accuracy(version_id bigint, OUT value double precision, OUT rows bigint) IS 'The newest accuracy of a version on its own held-out rows, else on others, with how many they were; for viewers.';
CREATE FUNCTION ml_private.value_expression(column_expression text, column_type text, value_type text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.value_expression(column_expression text, column_type text, value_type text) IS 'The SQL expression that turns a source column into a raw feature value; unusable numbers become null.';
CREATE FUNCTION ml_private.view_columns(view_id bigint) RETURNS text[]
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.view_columns(view_id bigint) IS 'The columns of its source that a view reads, by name.';
CREATE FUNCTION ml_private.view_keys_sql(view_id bigint, relation text, ever boolean DEFAULT false) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.view_keys_sql(view_id bigint, relation text, ever boolean) IS 'SQL text of the entity keys of a relation''s rows that count, or ever did.';
CREATE FUNCTION ml_private.view_rows_sql(view_id bigint, relation text, ever boolean DEFAULT false) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.view_rows_sql(view_id bigint, relation text, ever boolean) IS 'SQL text that turns the rows of a relation that count, or ever did, into rows of the online store.';
CREATE FUNCTION ml_private.view_warnings(relation oid, join_keys jsonb) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.view_warnings(relation oid, join_keys jsonb) IS 'The warnings of a feature view: source_keeps_no_history when the join keys, or some of them, are unique in the source.';
CREATE FUNCTION ml_private.views_check(version ml.model_versions) RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.views_check(version ml.model_versions) IS 'What every promotion to production demands, whatever the policy: see ml_private.hold_input_views, which refuses it.';
CREATE FUNCTION ml_private.void_evidence_of(job ml.jobs) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.void_evidence_of(job ml.jobs) IS 'Follows jobs that record evidence: that of an attempt that did not succeed does not count.';
CREATE FUNCTION ml_private.wake_all_jobs() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.wake_all_jobs() IS 'Tick task: ml_private.wake_jobs for every queue. Queues that nobody polls come right too.';
CREATE FUNCTION ml_private.wake_due_jobs(queue text, due timestamp with time zone, max_jobs integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.wake_due_jobs(queue text, due timestamp with time zone, max_jobs integer) IS 'Make jobs of a queue claimable whose run_at has come.';
CREATE FUNCTION ml_private.wake_jobs(queues text[], max_jobs integer DEFAULT 1000) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS …;
COMMENT ON FUNCTION ml_private.wake_jobs(queues text[], max_jobs integer) IS 'Make jobs whose run_at has come claimable and take back expired leases, a bounded number of each.';
CREATE FUNCTION ml_private.wake_jobs_sometimes(queues text[]) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.wake_jobs_sometimes(queues text[]) IS 'ml_private.wake_jobs, less often where looking has become costly.';
CREATE FUNCTION ml_private.webhook_lease(attempt integer) RETURNS interval
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.webhook_lease(attempt integer) IS 'How long a delivery is left to the sender that claimed it for the attempt of that number.';
CREATE FUNCTION ml_private.webhook_retry_delay(attempt integer) RETURNS interval
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.webhook_retry_delay(attempt integer) IS 'How long after the failed attempt of that number the next one comes; null: there is none.';
CREATE FUNCTION ml_private.webhook_secret_name(endpoint_id uuid) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.webhook_secret_name(endpoint_id uuid) IS 'Under which name the vault keeps an endpoint''s signing secret.';
CREATE FUNCTION ml_private.whole_setting(config jsonb, key text, low numeric, high numeric, default_value numeric) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.whole_setting(config jsonb, key text, low numeric, high numeric, default_value numeric) IS 'A whole number of a config, or its default.';
CREATE FUNCTION ml_private.why_unmeasurable(model text, dataset ml.datasets) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.why_unmeasurable(model text, dataset ml.datasets) IS 'Why a version trained on a dataset could not be measured on the pinned evaluation data of its model: a label of another kind, or features that it lacks. Null when it could, or none is pinned.';
CREATE FUNCTION ml_private.wide_edges(reference bigint[], edges double precision[], rows integer) RETURNS double precision[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.wide_edges(reference bigint[], edges double precision[], rows integer) IS 'Those of the edges that leave bins with twenty rows of the reference or more, in which nine or more of so many current rows are expected; none when only one bin is left.';
CREATE FUNCTION ml_private.wilson_interval(successes bigint, trials bigint) RETURNS double precision[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.wilson_interval(successes bigint, trials bigint) IS '95% score interval of a share (Wilson 1927) as {low, high}; null without trials.';
CREATE FUNCTION ml_private.window_parts(version_id bigint, since timestamp with time zone, max_rows integer) RETURNS TABLE(owner integer, features jsonb, score double precision, output jsonb, missing integer[], valued boolean, counted boolean, times bigint, weight integer, rows bigint, known boolean, first_at timestamp with time zone, last_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.window_parts(version_id bigint, since timestamp with time zone, max_rows integer) IS 'The window of current_rows for each owner of inputs: 0 the rows as they are; of an entity of its own each once, by its newest answered row (valued: its values count, rows: of so many rows) and its newest counted one (counted: what it lacks counts); known: whether it can be told from others of its kind.';
CREATE FUNCTION ml_private.write_dataset_table(table_name text, raw text, join_keys jsonb, features jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.write_dataset_table(table_name text, raw text, join_keys jsonb, features jsonb) IS 'Materialise a dataset: raw values go through the very functions that online reads call.';
CREATE FUNCTION ml_private.write_metrics(rows ml.run_metrics[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.write_metrics(rows ml.run_metrics[]) IS 'Store metrics of one run and bring its latest values up to date.';
CREATE FUNCTION ml_private.write_params(run_id uuid, params jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.write_params(run_id uuid, params jsonb) IS 'Store params of one run; PT409 param_changed when one is there with another value.';
CREATE FUNCTION ml_private.write_secret(name text, value text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.write_secret(name text, value text) IS 'Keep a secret under a name, in place of an earlier one. For the owner of the database and for functions, not for callers.';
CREATE FUNCTION ml_private.write_tags(run_id uuid, tags jsonb) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS …;
COMMENT ON FUNCTION ml_private.write_tags(run_id uuid, tags jsonb) IS 'Store tags of one run over those that it has.';
CREATE TABLE ml.access_tokens (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid,
    name text NOT NULL,
    scope text NOT NULL,
    hash bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    last_used_at timestamp with time zone,
    CONSTRAINT access_tokens_scope_check CHECK ((scope = ANY (ARRAY['viewer'::text, 'engineer'::text, 'admin'::text, 'worker'::text]))),
    CONSTRAINT access_tokens_user_id_check CHECK (((user_id IS NOT NULL) OR (scope = 'worker'::text)))
);
COMMENT ON TABLE ml.access_tokens IS 'Tokens of programs: notebooks, CI, workers. Written by ml.create_access_token and ml.revoke_access_token only; the token itself is kept nowhere.';
COMMENT ON COLUMN ml.access_tokens.user_id IS 'The member who made it and for whom it acts; null for a worker''s that the service role made.';
COMMENT ON COLUMN ml.access_tokens.scope IS 'The most it may do, and never more than its member may: a role, or worker for what ml_worker may.';
COMMENT ON COLUMN ml.access_tokens.hash IS 'SHA-256 of the token, which has 244 random bits: nothing is gained by guessing from it.';
COMMENT ON COLUMN ml.access_tokens.last_used_at IS 'To the minute.';
CREATE TABLE ml.alert_changes (
    id bigint NOT NULL,
    alert_id bigint NOT NULL,
    event text NOT NULL,
    state text NOT NULL,
    severity text NOT NULL,
    actor uuid,
    changed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT alert_changes_event_check CHECK ((event = ANY (ARRAY['opened'::text, 'acknowledged'::text, 'severity_changed'::text, 'reopened'::text, 'resolved'::text])))
);
COMMENT ON TABLE ml.alert_changes IS 'Every change of an alert''s state or severity, as it was announced (alert.<event>), with what the alert was afterwards. Append-only.';
COMMENT ON COLUMN ml.alert_changes.actor IS 'Who acknowledged or resolved it, or asked for the check; null when the tick did.';
ALTER TABLE ml.alert_changes ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ml.alert_changes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE ml.alerts ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ml.alerts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE ml.datasets ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ml.datasets_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE ml.deployments (
    id bigint NOT NULL,
    model_id bigint NOT NULL,
    version_id bigint NOT NULL,
    previous_version_id bigint,
    deployed_at timestamp with time zone DEFAULT now() NOT NULL
);
COMMENT ON TABLE ml.deployments IS 'The version of each model that serves. Follows the registry: a promotion to production writes it in its own transaction, nothing else does.';
COMMENT ON COLUMN ml.deployments.previous_version_id IS 'The version that was in production last before this one, whatever became of it; null for the first.';
ALTER TABLE ml.deployments ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ml.deployments_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE ml.drift_checks ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ml.drift_checks_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE ml.drift_references (
    version_id bigint NOT NULL,
    "position" integer NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    sample double precision[] NOT NULL,
    edges double precision[] NOT NULL,
    row_count bigint,
    missing_count bigint,
    size integer,
    tells boolean DEFAULT false NOT NULL,
    CONSTRAINT drift_references_kind_check CHECK ((kind = ANY (ARRAY['feature'::text, 'prediction'::text])))
);
COMMENT ON TABLE ml.drift_references IS 'What a model version saw in training, pinned when it is first deployed: a sorted sample of each input column (position 1..n) and of its held-out scores: of two classes the last one''s (position 0), of more each class''s (-1, -2, … in the order of the signature).';
COMMENT ON COLUMN ml.drift_references.sample IS 'At most 5000 values in ascending order, taken systematically from the training split; nulls and NaN left out.';
COMMENT ON COLUMN ml.drift_references.edges IS 'Inner edges of at most 10 bins of equal share in the sample; a value belongs to the bin whose upper edge is the first that is >= it.';
COMMENT ON COLUMN ml.drift_references.row_count IS 'Entities of the training split, complete or not; null for scores.';
COMMENT ON COLUMN ml.drift_references.missing_count IS 'How many of row_count lack a value in this column. Rows that the model could not train on are among them: such rows are refused when they are asked for.';
COMMENT ON COLUMN ml.drift_references.size IS 'Of scores of a model of several entities: as how many independent ones the sample counts at most; null: as many as it holds.';
COMMENT ON COLUMN ml.drift_references.tells IS 'Whether at least half of the rows of the training that hold a value hold a different one: equal rows with a value here are one thing that was asked about again.';
CREATE TABLE ml.drift_results (
    check_id bigint NOT NULL,
    "position" integer NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    ks double precision,
    ks_p_value double precision,
    ks_p_adjusted double precision,
    psi double precision,
    psi_p_value double precision,
    psi_p_adjusted double precision,
    drifted boolean NOT NULL,
    missing_share double precision,
    missing_reference double precision,
    missing_p_value double precision,
    missing_p_adjusted double precision,
    missing_more boolean DEFAULT false NOT NULL,
    compared integer
);
COMMENT ON TABLE ml.drift_results IS 'Per input column and for the prediction score: the statistics, their p-values, and those after Holm''s correction over the whole check. Null: not tested, for want of values or of anything missing.';
COMMENT ON COLUMN ml.drift_results.compared IS 'As how many independent values of the window the distribution was compared; null: not at all.';
ALTER TABLE ml.entities ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ml.entities_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE ml.evaluation_data ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ml.evaluation_data_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE ml.event_types (
    name text NOT NULL,
    description text NOT NULL
);
COMMENT ON TABLE ml.event_types IS 'The events a webhook endpoint can ask for.';
ALTER TABLE ml.experiments ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ml.experiments_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE ml.feature_views ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ml.feature_views_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE ml.features ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ml.features_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE ml.feedback ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ml.feedback_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE SEQUENCE ml_private.job_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE TABLE ml.job_events (
    id bigint DEFAULT nextval('ml_private.job_events_id_seq'::regclass) NOT NULL,
    job_id bigint NOT NULL,
    attempt integer NOT NULL,
    event text NOT NULL,
    level text DEFAULT 'info'::text NOT NULL,
    message text DEFAULT ''::text NOT NULL,
    fields jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT job_events_event_check CHECK ((event = ANY (ARRAY['log'::text, 'progress'::text, 'failed'::text, 'released'::text, 'lease_expired'::text, 'claim_lost'::text, 'retried'::text, 'cancel_requested'::text]))),
    CONSTRAINT job_events_level_check CHECK ((level = ANY (ARRAY['debug'::text, 'info'::text, 'warning'::text, 'error'::text])))
);
COMMENT ON TABLE ml.job_events IS 'What happened to a job besides its states: log lines, progress, failed and lost attempts. A time series, kept 30 days.';
ALTER TABLE ml.jobs ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME ml.jobs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE ml.latest_metrics (
    run_id uuid NOT NULL,
    key text NOT NULL,
    value double precision NOT NULL,
    step bigint NOT NULL,
    logged_at timestamp with time zone NOT NULL
);
COMMENT ON TABLE ml.latest_metrics IS 'The value of each metric that counts as the run''s: highest step, then latest time, then highest value, where NaN ranks as 0 (MLflow''s order).';
CREATE TABLE ml.lineage_edges (
    from_kind text NOT NULL,
    from_id text NOT NULL,
    to_kind text NOT NULL,
    to_id text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT lineage_edges_from_kind_check CHECK ((from_kind = ANY (ARRAY['source'::text, 'feature_view'::text, 'feature'::text, 'dataset'::text, 'run'::text, 'model_version'::text, 'deployment'::text]))),
    CONSTRAINT lineage_edges_to_kind_check CHECK ((to_kind = ANY (ARRAY['source'::text, 'feature_view'::text, 'feature'::text, 'dataset'::text, 'run'::text, 'model_version'::text, 'deployment'::text])))
);
COMMENT ON TABLE ml.lineage_edges IS 'What was made from what. Ids are the row''s id as text; a source is schema.table.';
ALTER TABLE ml.model_evidence ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ml.model_evidence_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE ml.model_versions ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ml.model_versions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE ml.online_features (
    view_id bigint NOT NULL,
    entity_key text NOT NULL,
    entity jsonb NOT NULL,
    "values" jsonb NOT NULL,
    event_time timestamp with time zone NOT NULL,
    created_time timestamp with time zone,
    written_at timestamp with time zone DEFAULT now() NOT NULL
)
WITH (fillfactor='80');
COMMENT ON TABLE ml.online_features IS 'The newest source row of each entity that is not later than now, one row per (view, entity key). Kept by triggers on the sources and by ml_private.promote_pending.';
COMMENT ON COLUMN ml.online_features.entity_key IS 'The join key values in key order as a JSON array, e.g. [1, 23]: composite keys cannot meet.';
COMMENT ON COLUMN ml.online_features."values" IS 'Raw source values by feature name; transformations are applied on read.';
CREATE TABLE ml.prediction_refusals (
    id uuid NOT NULL,
    refused_at timestamp with time zone NOT NULL,
    model_id bigint NOT NULL,
    version_id bigint NOT NULL,
    row_key text NOT NULL,
    missing integer[] NOT NULL,
    code text NOT NULL,
    requested_by uuid,
    CONSTRAINT prediction_refusals_code_check CHECK ((code = ANY (ARRAY['entity_not_found'::text, 'feature_stale'::text, 'feature_null'::text, 'invalid_value'::text, 'value_out_of_range'::text, 'value_too_long'::text, 'other_row_refused'::text]))),
    CONSTRAINT prediction_refusals_missing_check CHECK (((cardinality(missing) > 0) OR (code = 'other_row_refused'::text)))
);
COMMENT ON TABLE ml.prediction_refusals IS 'Rows of live requests that were refused because some of them lacked what the model needs, as a time series kept for 90 days. Names no value. Written by ml.log_refusals only, at most 1000 rows a minute and version.';
COMMENT ON COLUMN ml.prediction_refusals.row_key IS 'Key of the entity in the online store; a digest of the row when the caller sent the inputs itself.';
COMMENT ON COLUMN ml.prediction_refusals.missing IS 'Positions (from 1, in the order of the signature) of the input columns that had no usable value, those included that may be null.';
COMMENT ON COLUMN ml.prediction_refusals.code IS 'Why the first of them was refused, as the caller was told; other_row_refused: the row lacked nothing needed, and its request was refused for another.';
CREATE TABLE ml.predictions (
    id uuid NOT NULL,
    served_at timestamp with time zone NOT NULL,
    model_id bigint NOT NULL,
    version_id bigint NOT NULL,
    entity_key text,
    entity jsonb,
    features jsonb NOT NULL,
    output jsonb NOT NULL,
    predicted_label text,
    score double precision,
    request_id uuid NOT NULL,
    latency_ms real NOT NULL,
    purpose text DEFAULT 'live'::text NOT NULL,
    requested_by uuid,
    CONSTRAINT predictions_features_check CHECK ((jsonb_typeof(features) = 'array'::text)),
    CONSTRAINT predictions_latency_ms_check CHECK (((latency_ms >= (0)::double precision) AND (latency_ms < 'Infinity'::real))),
    CONSTRAINT predictions_purpose_check CHECK ((purpose = ANY (ARRAY['live'::text, 'test'::text]))),
    CONSTRAINT predictions_score_check CHECK ((score <> ALL (ARRAY['NaN'::double precision, 'Infinity'::double precision, '-Infinity'::double precision])))
);
COMMENT ON TABLE ml.predictions IS 'Every answer of the inference function, as a time series kept for 90 days. Written by ml.log_predictions only.';
COMMENT ON COLUMN ml.predictions.id IS 'Made by the inference function and returned to the caller, who names it in ml.submit_feedback.';
COMMENT ON COLUMN ml.predictions.entity_key IS 'Key of the entity in the online store; null when the caller sent the inputs itself.';
COMMENT ON COLUMN ml.predictions.features IS 'The model''s input row in the order of its signature, after transformation.';
COMMENT ON COLUMN ml.predictions.output IS 'What the model gave: {"probabilities": […]} for a classification.';
COMMENT ON COLUMN ml.predictions.score IS 'Probability of the last class of the signature, or the value of a regression.';
COMMENT ON COLUMN ml.predictions.request_id IS 'Shared by the rows of one request: a latency is that of a request, so statistics count it once.';
COMMENT ON COLUMN ml.predictions.latency_ms IS 'From the arrival of the request in the function to its reply; shared by the rows of one request.';
COMMENT ON COLUMN ml.predictions.purpose IS 'live: the deployed version answered. test: the caller named a version; left out of statistics and drift checks.';
ALTER TABLE ml.promotion_policies ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ml.promotion_policies_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE ml.quarantined_rows (
    view_id bigint NOT NULL,
    entity_key text NOT NULL,
    event_time timestamp with time zone NOT NULL,
    created_time timestamp with time zone,
    reason text NOT NULL,
    quarantined_at timestamp with time zone NOT NULL
);
COMMENT ON TABLE ml.quarantined_rows IS 'Source rows that a view leaves out because their clock was ahead: 100 a statement, the last 10,000 a view, 30 days. The source keeps them.';
CREATE VIEW ml.queue_stats WITH (security_invoker='true') AS
 WITH RECURSIVE named(queue) AS (
        ( SELECT j.queue
           FROM ml.jobs j
          WHERE (j.finished_at IS NOT NULL)
          ORDER BY j.queue
         LIMIT 1)
        UNION ALL
         SELECT n.queue
           FROM (named q_1
             CROSS JOIN LATERAL ( SELECT j.queue
                   FROM ml.jobs j
                  WHERE ((j.finished_at IS NOT NULL) AND (j.queue > q_1.queue))
                  ORDER BY j.queue
                 LIMIT 1) n)
        ), claimable AS (
         SELECT j.queue,
            count(*) AS depth,
            min(GREATEST(j.created_at, j.run_at)) AS oldest
           FROM ml.jobs j
          WHERE j.ready
          GROUP BY j.queue
        ), waiting AS (
         SELECT j.queue,
            count(*) FILTER (WHERE (j.pending_dependencies > 0)) AS blocked,
            count(j.lease_expires_at) AS running,
            count(*) FILTER (WHERE ((j.pending_dependencies = 0) AND (j.lease_expires_at IS NULL))) AS scheduled
           FROM ml.jobs j
          WHERE ((NOT j.ready) AND (j.finished_at IS NULL))
          GROUP BY j.queue
        )
 SELECT q.queue,
    COALESCE(c.depth, (0)::bigint) AS depth,
    COALESCE(w.scheduled, (0)::bigint) AS scheduled,
    COALESCE(w.blocked, (0)::bigint) AS blocked,
    (EXTRACT(epoch FROM (clock_timestamp() - c.oldest)))::double precision AS oldest_age_seconds,
    COALESCE(w.running, (0)::bigint) AS running,
    f.failed AS failed_last_hour,
    t.wait_p50 AS wait_p50_seconds,
    t.wait_p95 AS wait_p95_seconds,
    t.run_p50 AS run_p50_seconds,
    t.run_p95 AS run_p95_seconds
   FROM ((((( SELECT n.queue
           FROM named n
        UNION
         SELECT c_1.queue
           FROM claimable c_1
        UNION
         SELECT w_1.queue
           FROM waiting w_1) q
     LEFT JOIN claimable c ON ((c.queue = q.queue)))
     LEFT JOIN waiting w ON ((w.queue = q.queue)))
     CROSS JOIN LATERAL ( SELECT count(*) AS failed
           FROM ml.jobs j
          WHERE ((j.queue = q.queue) AND (j.state = 'failed'::text) AND (j.finished_at > (now() - '01:00:00'::interval)))) f)
     CROSS JOIN LATERAL ( SELECT percentile_cont((0.5)::double precision) WITHIN GROUP (ORDER BY r.wait) AS wait_p50,
            percentile_cont((0.95)::double precision) WITHIN GROUP (ORDER BY r.wait) AS wait_p95,
            percentile_cont((0.5)::double precision) WITHIN GROUP (ORDER BY r.run) AS run_p50,
            percentile_cont((0.95)::double precision) WITHIN GROUP (ORDER BY r.run) AS run_p95
           FROM ( SELECT (EXTRACT(epoch FROM (f_1.started_at - GREATEST(f_1.created_at, f_1.run_at))))::double precision AS wait,
                    (EXTRACT(epoch FROM (f_1.finished_at - f_1.started_at)))::double precision AS run
                   FROM (unnest('{succeeded,failed,cancelled}'::text[]) e(state)
                     CROSS JOIN LATERAL ( SELECT j.started_at,
                            j.finished_at,
                            j.created_at,
                            j.run_at
                           FROM ml.jobs j
                          WHERE ((j.queue = q.queue) AND (j.state = e.state) AND (j.finished_at > (now() - '01:00:00'::interval)))
                          ORDER BY j.finished_at DESC
                         LIMIT 1000) f_1)
                  ORDER BY f_1.finished_at DESC
                 LIMIT 1000) r) t);
COMMENT ON VIEW ml.queue_stats IS 'Each queue now: depth (claimable jobs), scheduled (run_at to come), blocked (dependencies unmet), oldest_age_seconds of the claimable, running, failed_last_hour, and percentiles in seconds of wait (claimable to started) and run over the last 1,000 jobs that ended within the hour. A scaler reads depth + running.';
ALTER TABLE ml.registered_models ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ml.registered_models_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE ml.retrainings (
    id bigint NOT NULL,
    model_id bigint NOT NULL,
    alert_id bigint,
    job_id bigint NOT NULL,
    reason text NOT NULL,
    queued_at timestamp with time zone DEFAULT now() NOT NULL
);
COMMENT ON TABLE ml.retrainings IS 'Training jobs that monitoring queued by itself, with the alert that caused each. job_id outlives the job row, which retention may remove.';
ALTER TABLE ml.retrainings ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ml.retrainings_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE ml.run_params (
    run_id uuid NOT NULL,
    key text NOT NULL,
    value text NOT NULL
);
COMMENT ON TABLE ml.run_params IS 'Inputs of a run. A param never changes once it is logged.';
CREATE TABLE ml.run_tags (
    run_id uuid NOT NULL,
    key text NOT NULL,
    value text NOT NULL
);
COMMENT ON TABLE ml.run_tags IS 'Labels of a run; the last value logged for a key counts.';
CREATE TABLE ml.stage_transitions (
    id bigint NOT NULL,
    version_id bigint NOT NULL,
    from_stage text NOT NULL,
    to_stage text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    checks jsonb DEFAULT '[]'::jsonb NOT NULL,
    actor uuid,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT stage_transitions_from_stage_check CHECK ((from_stage = ANY (ARRAY['none'::text, 'staging'::text, 'production'::text, 'archived'::text]))),
    CONSTRAINT stage_transitions_from_stage_to_stage_check CHECK ((from_stage <> to_stage)),
    CONSTRAINT stage_transitions_to_stage_check CHECK ((to_stage = ANY (ARRAY['staging'::text, 'production'::text, 'archived'::text])))
);
COMMENT ON TABLE ml.stage_transitions IS 'Every change of a stage, with what was checked for it. Append-only.';
ALTER TABLE ml.stage_transitions ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ml.stage_transitions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE ml.training_jobs ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME ml.training_jobs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE ml_private.job_claims (
    claim_id uuid NOT NULL,
    worker_id text NOT NULL,
    job_ids bigint[] NOT NULL,
    attempts integer[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
COMMENT ON TABLE ml_private.job_claims IS 'What each claim that named an id was given: attempts[i] of job_ids[i].';
CREATE TABLE ml_private.job_dependencies (
    depends_on bigint NOT NULL,
    job_id bigint NOT NULL
);
COMMENT ON TABLE ml_private.job_dependencies IS 'job_id waits for depends_on. The row goes when the dependency ends.';
CREATE TABLE ml_private.job_followers (
    kind text NOT NULL,
    function_name text NOT NULL
);
COMMENT ON TABLE ml_private.job_followers IS 'Which function of a higher domain follows the jobs of a kind. See ml_private.follow_jobs_of.';
CREATE TABLE ml_private.model_checks (
    job_id bigint NOT NULL,
    version_id bigint NOT NULL,
    kind text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
COMMENT ON TABLE ml_private.model_checks IS 'Which job was queued by the platform to check which version. Without it, a job that somebody put together by hand could yield evidence.';
CREATE TABLE ml_private.online_pending (
    view_id bigint NOT NULL,
    entity_key text NOT NULL,
    event_time timestamp with time zone NOT NULL,
    row_hash bytea NOT NULL,
    entity jsonb NOT NULL,
    "values" jsonb NOT NULL,
    created_time timestamp with time zone,
    due_at timestamp with time zone NOT NULL,
    written_at timestamp with time zone DEFAULT now() NOT NULL
);
COMMENT ON TABLE ml_private.online_pending IS 'Source rows that were later than now when they were written, each once. A read takes those that are due; ml_private.promote_pending moves them.';
COMMENT ON COLUMN ml_private.online_pending.row_hash IS 'ml_private.row_hash of created time and values.';
COMMENT ON COLUMN ml_private.online_pending.due_at IS 'When the row begins to count: the later of its event time and its created time.';
CREATE TABLE ml_private.secrets (
    name text NOT NULL,
    value text NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);
COMMENT ON TABLE ml_private.secrets IS 'Secrets by name on databases without Supabase Vault. Read and written through ml_private.read_secret and its siblings only.';
CREATE TABLE ml_private.tick_tasks (
    name text NOT NULL,
    function_name text NOT NULL,
    every interval NOT NULL,
    urgent boolean DEFAULT false NOT NULL,
    unfinished boolean DEFAULT false NOT NULL,
    last_run_at timestamp with time zone,
    last_milliseconds double precision,
    last_count bigint,
    last_error text,
    last_error_at timestamp with time zone,
    failures integer DEFAULT 0 NOT NULL,
    CONSTRAINT tick_tasks_every_check CHECK ((every >= '00:00:00'::interval))
);
COMMENT ON TABLE ml_private.tick_tasks IS 'What ml_private.tick runs. Registered by each domain with ml_private.register_tick_task.';
COMMENT ON COLUMN ml_private.tick_tasks.urgent IS 'Comes before all that is not urgent whenever it is due, also between two steps of another task.';
COMMENT ON COLUMN ml_private.tick_tasks.unfinished IS 'The last step did something, so there may be more to do: the next step is due at once.';
COMMENT ON COLUMN ml_private.tick_tasks.last_error IS 'Null when the last run went well.';
COMMENT ON COLUMN ml_private.tick_tasks.failures IS 'Runs that failed in a row.';
CREATE TABLE ml_private.time_series (
    schema_name text NOT NULL,
    table_name text NOT NULL,
    time_column text NOT NULL,
    form text NOT NULL,
    chunk interval NOT NULL,
    retain interval,
    storage_options text[],
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT time_series_chunk_check CHECK ((chunk >= '00:01:00'::interval)),
    CONSTRAINT time_series_form_check CHECK ((form = ANY (ARRAY['timescale'::text, 'native'::text]))),
    CONSTRAINT time_series_retain_check CHECK ((retain >= chunk))
);
COMMENT ON TABLE ml_private.time_series IS 'Tables that ml_private.as_time_series made into time series. To change how long rows are kept, update retain.';
COMMENT ON COLUMN ml_private.time_series.retain IS 'Rows older than this are dropped by the tick, a whole chunk at a time; null: kept for ever.';
COMMENT ON COLUMN ml_private.time_series.storage_options IS 'Storage parameters such as fillfactor=80: a partitioned table cannot hold them, each partition gets them.';
CREATE TABLE ml_private.void_evidence (
    evidence_id bigint NOT NULL
);
COMMENT ON TABLE ml_private.void_evidence IS 'Evidence of attempts of jobs that ended without success. Kept, like the evidence; it does not count.';
ALTER TABLE ONLY ml.access_tokens
    ADD CONSTRAINT access_tokens_hash_key UNIQUE (hash);
ALTER TABLE ONLY ml.access_tokens
    ADD CONSTRAINT access_tokens_id_pkey PRIMARY KEY (id);
ALTER TABLE ONLY ml.alert_changes
    ADD CONSTRAINT alert_changes_id_pkey PRIMARY KEY (id);
ALTER TABLE ONLY ml.alerts
    ADD CONSTRAINT alerts_id_pkey PRIMARY KEY (id);
ALTER TABLE ONLY ml.allowed_sources
    ADD CONSTRAINT allowed_sources_schema_name_relation_name_pkey PRIMARY KEY (schema_name, relation_name);
ALTER TABLE ONLY ml.check_kinds
    ADD CONSTRAINT check_kinds_name_pkey PRIMARY KEY (name);
ALTER TABLE ONLY ml.datasets
    ADD CONSTRAINT datasets_id_pkey PRIMARY KEY (id);
ALTER TABLE ONLY ml.datasets
    ADD CONSTRAINT datasets_name_key UNIQUE (name);
ALTER TABLE ONLY ml.deployments
    ADD CONSTRAINT deployments_id_pkey PRIMARY KEY (id);
ALTER TABLE ONLY ml.deployments
    ADD CONSTRAINT deployments_model_id_key UNIQUE (model_id);
ALTER TABLE ONLY ml.drift_checks
    ADD CONSTRAINT drift_checks_id_pkey PRIMARY KEY (id);
ALTER TABLE ONLY ml.drift_references
    ADD CONSTRAINT drift_references_version_id_position_pkey PRIMARY KEY (version_id, "position");
ALTER TABLE ONLY ml.drift_results
    ADD CONSTRAINT drift_results_check_id_position_pkey PRIMARY KEY (check_id, "position");
ALTER TABLE ONLY ml.entities
    ADD CONSTRAINT entities_id_pkey PRIMARY KEY (id);
ALTER TABLE ONLY ml.entities
    ADD CONSTRAINT entities_name_key UNIQUE (name);
ALTER TABLE ONLY ml.evaluation_data
    ADD CONSTRAINT evaluation_data_id_pkey PRIMARY KEY (id);
ALTER TABLE ONLY ml.event_types
    ADD CONSTRAINT event_types_name_pkey PRIMARY KEY (name);
ALTER TABLE ONLY ml.experiments
    ADD CONSTRAINT experiments_id_pkey PRIMARY KEY (id);
ALTER TABLE ONLY ml.experiments
    ADD CONSTRAINT experiments_name_key UNIQUE (name);
ALTER TABLE ONLY ml.feature_views
    ADD CONSTRAINT feature_views_id_pkey PRIMARY KEY (id);
ALTER TABLE ONLY ml.feature_views
    ADD CONSTRAINT feature_views_name_version_key UNIQUE (name, version);
ALTER TABLE ONLY ml.features
    ADD CONSTRAINT features_id_pkey PRIMARY KEY (id);
ALTER TABLE ONLY ml.features
    ADD CONSTRAINT features_view_id_name_key UNIQUE (view_id, name);
ALTER TABLE ONLY ml.features
    ADD CONSTRAINT features_view_id_position_key UNIQUE (view_id, "position");
ALTER TABLE ONLY ml.feedback
    ADD CONSTRAINT feedback_id_pkey PRIMARY KEY (id);
ALTER TABLE ONLY ml.feedback
    ADD CONSTRAINT feedback_prediction_id_submitted_by_key UNIQUE NULLS NOT DISTINCT (prediction_id, submitted_by);
ALTER TABLE ONLY ml.job_events
    ADD CONSTRAINT job_events_created_at_id_pkey PRIMARY KEY (created_at, id);
ALTER TABLE ONLY ml.jobs
    ADD CONSTRAINT jobs_id_pkey PRIMARY KEY (id);
ALTER TABLE ONLY ml.latest_metrics
    ADD CONSTRAINT latest_metrics_run_id_key_pkey PRIMARY KEY (run_id, key);
ALTER TABLE ONLY ml.lineage_edges
    ADD CONSTRAINT lineage_edges_pkey PRIMARY KEY (from_kind, from_id, to_kind, to_id);
ALTER TABLE ONLY ml.members
    ADD CONSTRAINT members_user_id_pkey PRIMARY KEY (user_id);
ALTER TABLE ONLY ml.model_evidence
    ADD CONSTRAINT model_evidence_id_pkey PRIMARY KEY (id);
ALTER TABLE ONLY ml.model_types
    ADD CONSTRAINT model_types_name_pkey PRIMARY KEY (name);
ALTER TABLE ONLY ml.model_versions
    ADD CONSTRAINT model_versions_id_pkey PRIMARY KEY (id);
ALTER TABLE ONLY ml.model_versions
    ADD CONSTRAINT model_versions_model_id_run_id_artifact_sha256_key UNIQUE (model_id, run_id, artifact_sha256);
ALTER TABLE ONLY ml.model_versions
    ADD CONSTRAINT model_versions_model_id_version_key UNIQUE (model_id, version);
ALTER TABLE ONLY ml.monitors
    ADD CONSTRAINT monitors_model_id_pkey PRIMARY KEY (model_id);
ALTER TABLE ONLY ml.online_features
    ADD CONSTRAINT online_features_view_id_entity_key_pkey PRIMARY KEY (view_id, entity_key);
ALTER TABLE ONLY ml.prediction_refusals
    ADD CONSTRAINT prediction_refusals_refused_at_id_pkey PRIMARY KEY (refused_at, id);
ALTER TABLE ONLY ml.predictions
    ADD CONSTRAINT predictions_served_at_id_pkey PRIMARY KEY (served_at, id);
ALTER TABLE ONLY ml.promotion_policies
    ADD CONSTRAINT promotion_policies_id_pkey PRIMARY KEY (id);
ALTER TABLE ONLY ml.quarantined_rows
    ADD CONSTRAINT quarantined_rows_view_id_entity_key_event_time_pkey PRIMARY KEY (view_id, entity_key, event_time);
ALTER TABLE ONLY ml.queue_settings
    ADD CONSTRAINT queue_settings_queue_pkey PRIMARY KEY (queue);
ALTER TABLE ONLY ml.registered_models
    ADD CONSTRAINT registered_models_id_pkey PRIMARY KEY (id);
ALTER TABLE ONLY ml.registered_models
    ADD CONSTRAINT registered_models_name_key UNIQUE (name);
ALTER TABLE ONLY ml.retrainings
    ADD CONSTRAINT retrainings_id_pkey PRIMARY KEY (id);
ALTER TABLE ONLY ml.run_metrics
    ADD CONSTRAINT run_metrics_run_id_key_step_logged_at_value_pkey PRIMARY KEY (run_id, key, step, logged_at, value);
ALTER TABLE ONLY ml.run_params
    ADD CONSTRAINT run_params_run_id_key_pkey PRIMARY KEY (run_id, key);
ALTER TABLE ONLY ml.run_tags
    ADD CONSTRAINT run_tags_run_id_key_pkey PRIMARY KEY (run_id, key);
ALTER TABLE ONLY ml.runs
    ADD CONSTRAINT runs_id_pkey PRIMARY KEY (id);
ALTER TABLE ONLY ml.stage_transitions
    ADD CONSTRAINT stage_transitions_id_pkey PRIMARY KEY (id);
ALTER TABLE ONLY ml.training_jobs
    ADD CONSTRAINT training_jobs_id_pkey PRIMARY KEY (id);
ALTER TABLE ONLY ml.training_jobs
    ADD CONSTRAINT training_jobs_job_id_key UNIQUE (job_id);
ALTER TABLE ONLY ml.training_jobs
    ADD CONSTRAINT training_jobs_run_id_key UNIQUE (run_id);
ALTER TABLE ONLY ml.webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_id_pkey PRIMARY KEY (id);
ALTER TABLE ONLY ml.webhook_endpoints
    ADD CONSTRAINT webhook_endpoints_id_pkey PRIMARY KEY (id);
ALTER TABLE ONLY ml.webhook_endpoints
    ADD CONSTRAINT webhook_endpoints_url_key UNIQUE (url);
ALTER TABLE ONLY ml_private.job_claims
    ADD CONSTRAINT job_claims_claim_id_pkey PRIMARY KEY (claim_id);
ALTER TABLE ONLY ml_private.job_dependencies
    ADD CONSTRAINT job_dependencies_pkey PRIMARY KEY (depends_on, job_id);
ALTER TABLE ONLY ml_private.job_followers
    ADD CONSTRAINT job_followers_kind_pkey PRIMARY KEY (kind);
ALTER TABLE ONLY ml_private.model_checks
    ADD CONSTRAINT model_checks_job_id_pkey PRIMARY KEY (job_id);
ALTER TABLE ONLY ml_private.online_pending
    ADD CONSTRAINT online_pending_view_id_entity_key_event_time_row_hash_pkey PRIMARY KEY (view_id, entity_key, event_time, row_hash);
ALTER TABLE ONLY ml_private.secrets
    ADD CONSTRAINT secrets_name_pkey PRIMARY KEY (name);
ALTER TABLE ONLY ml_private.tick_tasks
    ADD CONSTRAINT tick_tasks_name_pkey PRIMARY KEY (name);
ALTER TABLE ONLY ml_private.time_series
    ADD CONSTRAINT time_series_pkey PRIMARY KEY (schema_name, table_name);
ALTER TABLE ONLY ml_private.void_evidence
    ADD CONSTRAINT void_evidence_evidence_id_pkey PRIMARY KEY (evidence_id);
CREATE INDEX access_tokens_user_id_idx ON ml.access_tokens USING btree (user_id);
CREATE INDEX alert_changes_alert_id_idx ON ml.alert_changes USING btree (alert_id, id);
CREATE UNIQUE INDEX alerts_model_id_kind_unresolved_key ON ml.alerts USING btree (model_id, kind) WHERE (state <> 'resolved'::text);
CREATE INDEX alerts_model_id_opened_at_idx ON ml.alerts USING btree (model_id, opened_at DESC);
CREATE INDEX alerts_version_id_idx ON ml.alerts USING btree (version_id);
CREATE INDEX deployments_previous_version_id_idx ON ml.deployments USING btree (previous_version_id);
CREATE INDEX deployments_version_id_idx ON ml.deployments USING btree (version_id);
CREATE INDEX drift_checks_model_id_checked_at_idx ON ml.drift_checks USING btree (model_id, id DESC);
CREATE INDEX drift_checks_version_id_idx ON ml.drift_checks USING btree (version_id, id DESC);
CREATE INDEX evaluation_data_dataset_id_idx ON ml.evaluation_data USING btree (dataset_id) WHERE (dataset_id IS NOT NULL);
CREATE INDEX evaluation_data_model_id_id_idx ON ml.evaluation_data USING btree (model_id, id DESC);
CREATE INDEX feature_views_entity_id_idx ON ml.feature_views USING btree (entity_id);
CREATE INDEX feature_views_fitted_on_dataset_id_idx ON ml.feature_views USING btree (fitted_on_dataset_id) WHERE (fitted_on_dataset_id IS NOT NULL);
CREATE INDEX feedback_model_id_submitted_at_idx ON ml.feedback USING btree (model_id, submitted_at DESC);
CREATE INDEX feedback_version_id_idx ON ml.feedback USING btree (version_id);
CREATE INDEX job_events_job_id_idx ON ml.job_events USING btree (job_id, created_at);
CREATE INDEX jobs_claim_idx ON ml.jobs USING btree (queue, ((requirements = '{}'::jsonb)), priority DESC, id) WHERE ready;
CREATE INDEX jobs_finished_idx ON ml.jobs USING btree (queue, state, finished_at) WHERE (finished_at IS NOT NULL);
CREATE UNIQUE INDEX jobs_unique_key_key ON ml.jobs USING btree (unique_key) WHERE ((unique_key IS NOT NULL) AND (finished_at IS NULL));
CREATE INDEX jobs_waiting_idx ON ml.jobs USING btree (queue, pending_dependencies, lease_expires_at, run_at) WHERE ((NOT ready) AND (finished_at IS NULL));
CREATE INDEX latest_metrics_key_value_idx ON ml.latest_metrics USING btree (key, value);
CREATE INDEX lineage_edges_to_kind_to_id_idx ON ml.lineage_edges USING btree (to_kind, to_id);
CREATE INDEX model_evidence_job_id_idx ON ml.model_evidence USING btree (job_id) WHERE (job_id IS NOT NULL);
CREATE INDEX model_evidence_version_id_name_id_idx ON ml.model_evidence USING btree (version_id, name, id DESC);
CREATE INDEX model_versions_dataset_id_idx ON ml.model_versions USING btree (dataset_id) WHERE (dataset_id IS NOT NULL);
CREATE UNIQUE INDEX model_versions_production_key ON ml.model_versions USING btree (model_id) WHERE (stage = 'production'::text);
CREATE INDEX model_versions_run_id_idx ON ml.model_versions USING btree (run_id);
CREATE INDEX prediction_refusals_version_id_refused_at_idx ON ml.prediction_refusals USING btree (version_id, refused_at DESC);
CREATE INDEX prediction_refusals_version_id_row_refused_at_idx ON ml.prediction_refusals USING btree (version_id, md5(row_key), refused_at DESC);
CREATE INDEX predictions_id_idx ON ml.predictions USING btree (id);
CREATE INDEX predictions_model_id_served_at_idx ON ml.predictions USING btree (model_id, served_at DESC);
CREATE INDEX predictions_version_id_served_at_idx ON ml.predictions USING btree (version_id, served_at DESC) WHERE (purpose = 'live'::text);
CREATE INDEX promotion_policies_model_id_stage_id_idx ON ml.promotion_policies USING btree (model_id, stage, id DESC);
CREATE INDEX quarantined_rows_view_id_quarantined_at_idx ON ml.quarantined_rows USING btree (view_id, quarantined_at);
CREATE INDEX retrainings_alert_id_idx ON ml.retrainings USING btree (alert_id);
CREATE INDEX retrainings_model_id_queued_at_idx ON ml.retrainings USING btree (model_id, queued_at DESC);
CREATE INDEX runs_dataset_id_idx ON ml.runs USING btree (dataset_id) WHERE (dataset_id IS NOT NULL);
CREATE INDEX runs_experiment_id_idx ON ml.runs USING btree (experiment_id, created_at DESC);
CREATE INDEX runs_job_id_idx ON ml.runs USING btree (job_id) WHERE (job_id IS NOT NULL);
CREATE INDEX runs_parent_run_id_idx ON ml.runs USING btree (parent_run_id) WHERE (parent_run_id IS NOT NULL);
CREATE INDEX stage_transitions_version_id_idx ON ml.stage_transitions USING btree (version_id, id DESC);
CREATE INDEX training_jobs_dataset_id_idx ON ml.training_jobs USING btree (dataset_id) WHERE (dataset_id IS NOT NULL);
CREATE INDEX training_jobs_evaluation_id_idx ON ml.training_jobs USING btree (evaluation_id) WHERE (evaluation_id IS NOT NULL);
CREATE INDEX training_jobs_model_idx ON ml.training_jobs USING btree (model, id DESC);
CREATE INDEX training_jobs_retraining_of_idx ON ml.training_jobs USING btree (retraining_of) WHERE (retraining_of IS NOT NULL);
CREATE INDEX webhook_deliveries_created_at_idx ON ml.webhook_deliveries USING btree (created_at) WHERE (state <> 'pending'::text);
CREATE INDEX webhook_deliveries_due_idx ON ml.webhook_deliveries USING btree (endpoint_id, next_attempt_at) WHERE (state = 'pending'::text);
CREATE INDEX webhook_deliveries_endpoint_id_created_at_idx ON ml.webhook_deliveries USING btree (endpoint_id, created_at);
CREATE INDEX webhook_deliveries_endpoint_id_sending_idx ON ml.webhook_deliveries USING btree (endpoint_id, next_attempt_at) WHERE sending;
CREATE INDEX webhook_deliveries_sending_idx ON ml.webhook_deliveries USING btree (next_attempt_at) WHERE sending;
CREATE INDEX job_claims_created_at_idx ON ml_private.job_claims USING btree (created_at);
CREATE INDEX job_dependencies_job_id_idx ON ml_private.job_dependencies USING btree (job_id);
CREATE INDEX model_checks_version_id_idx ON ml_private.model_checks USING btree (version_id);
CREATE INDEX online_pending_view_id_due_at_idx ON ml_private.online_pending USING btree (view_id, due_at);
CREATE CONSTRAINT TRIGGER check_stage_history AFTER INSERT OR UPDATE OF stage ON ml.model_versions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ml_private.check_stage_history();
CREATE TRIGGER end_monitoring AFTER DELETE ON ml.deployments FOR EACH ROW EXECUTE FUNCTION ml_private.end_monitoring();
CREATE TRIGGER protect_served_view BEFORE UPDATE OF retired_at ON ml.feature_views FOR EACH ROW WHEN (((new.retired_at IS NOT NULL) AND (old.retired_at IS NULL))) EXECUTE FUNCTION ml_private.protect_served_view();
CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE OR TRUNCATE ON ml.model_evidence FOR EACH STATEMENT EXECUTE FUNCTION ml_private.refuse_change();
CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE OR TRUNCATE ON ml.promotion_policies FOR EACH STATEMENT EXECUTE FUNCTION ml_private.refuse_change();
CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE OR TRUNCATE ON ml.stage_transitions FOR EACH STATEMENT EXECUTE FUNCTION ml_private.refuse_change();
CREATE TRIGGER refuse_version_change BEFORE UPDATE ON ml.model_versions FOR EACH ROW EXECUTE FUNCTION ml_private.refuse_version_change();
CREATE TRIGGER start_monitoring AFTER INSERT OR UPDATE OF version_id ON ml.deployments FOR EACH ROW EXECUTE FUNCTION ml_private.start_monitoring();
CREATE TRIGGER switch_deployment AFTER INSERT ON ml.stage_transitions FOR EACH ROW EXECUTE FUNCTION ml_private.switch_deployment();
CREATE TRIGGER ts_insert_blocker BEFORE INSERT ON ml.job_events FOR EACH ROW EXECUTE FUNCTION _timescaledb_functions.insert_blocker();
CREATE TRIGGER ts_insert_blocker BEFORE INSERT ON ml.prediction_refusals FOR EACH ROW EXECUTE FUNCTION _timescaledb_functions.insert_blocker();
CREATE TRIGGER ts_insert_blocker BEFORE INSERT ON ml.predictions FOR EACH ROW EXECUTE FUNCTION _timescaledb_functions.insert_blocker();
CREATE TRIGGER ts_insert_blocker BEFORE INSERT ON ml.run_metrics FOR EACH ROW EXECUTE FUNCTION _timescaledb_functions.insert_blocker();
ALTER TABLE ONLY ml.access_tokens
    ADD CONSTRAINT access_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY ml.alert_changes
    ADD CONSTRAINT alert_changes_alert_id_fkey FOREIGN KEY (alert_id) REFERENCES ml.alerts(id) ON DELETE CASCADE;
ALTER TABLE ONLY ml.alerts
    ADD CONSTRAINT alerts_model_id_fkey FOREIGN KEY (model_id) REFERENCES ml.registered_models(id) ON DELETE CASCADE;
ALTER TABLE ONLY ml.alerts
    ADD CONSTRAINT alerts_version_id_fkey FOREIGN KEY (version_id) REFERENCES ml.model_versions(id) ON DELETE CASCADE;
ALTER TABLE ONLY ml.deployments
    ADD CONSTRAINT deployments_model_id_fkey FOREIGN KEY (model_id) REFERENCES ml.registered_models(id) ON DELETE CASCADE;
ALTER TABLE ONLY ml.deployments
    ADD CONSTRAINT deployments_previous_version_id_fkey FOREIGN KEY (previous_version_id) REFERENCES ml.model_versions(id) ON DELETE SET NULL;
ALTER TABLE ONLY ml.deployments
    ADD CONSTRAINT deployments_version_id_fkey FOREIGN KEY (version_id) REFERENCES ml.model_versions(id) ON DELETE CASCADE;
ALTER TABLE ONLY ml.drift_checks
    ADD CONSTRAINT drift_checks_model_id_fkey FOREIGN KEY (model_id) REFERENCES ml.registered_models(id) ON DELETE CASCADE;
ALTER TABLE ONLY ml.drift_checks
    ADD CONSTRAINT drift_checks_version_id_fkey FOREIGN KEY (version_id) REFERENCES ml.model_versions(id) ON DELETE CASCADE;
ALTER TABLE ONLY ml.drift_references
    ADD CONSTRAINT drift_references_version_id_fkey FOREIGN KEY (version_id) REFERENCES ml.model_versions(id) ON DELETE CASCADE;
ALTER TABLE ONLY ml.drift_results
    ADD CONSTRAINT drift_results_check_id_fkey FOREIGN KEY (check_id) REFERENCES ml.drift_checks(id) ON DELETE CASCADE;
ALTER TABLE ONLY ml.evaluation_data
    ADD CONSTRAINT evaluation_data_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES ml.datasets(id);
ALTER TABLE ONLY ml.evaluation_data
    ADD CONSTRAINT evaluation_data_model_id_fkey FOREIGN KEY (model_id) REFERENCES ml.registered_models(id);
ALTER TABLE ONLY ml.feature_views
    ADD CONSTRAINT feature_views_entity_id_fkey FOREIGN KEY (entity_id) REFERENCES ml.entities(id);
ALTER TABLE ONLY ml.feature_views
    ADD CONSTRAINT feature_views_fitted_on_dataset_id_fkey FOREIGN KEY (fitted_on_dataset_id) REFERENCES ml.datasets(id);
ALTER TABLE ONLY ml.features
    ADD CONSTRAINT features_view_id_fkey FOREIGN KEY (view_id) REFERENCES ml.feature_views(id);
ALTER TABLE ONLY ml.feedback
    ADD CONSTRAINT feedback_model_id_fkey FOREIGN KEY (model_id) REFERENCES ml.registered_models(id) ON DELETE CASCADE;
ALTER TABLE ONLY ml.feedback
    ADD CONSTRAINT feedback_version_id_fkey FOREIGN KEY (version_id) REFERENCES ml.model_versions(id) ON DELETE CASCADE;
ALTER TABLE ONLY ml.latest_metrics
    ADD CONSTRAINT latest_metrics_run_id_fkey FOREIGN KEY (run_id) REFERENCES ml.runs(id) ON DELETE CASCADE;
ALTER TABLE ONLY ml.members
    ADD CONSTRAINT members_user_id_fkey FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY ml.model_evidence
    ADD CONSTRAINT model_evidence_version_id_fkey FOREIGN KEY (version_id) REFERENCES ml.model_versions(id);
ALTER TABLE ONLY ml.model_versions
    ADD CONSTRAINT model_versions_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES ml.datasets(id);
ALTER TABLE ONLY ml.model_versions
    ADD CONSTRAINT model_versions_model_id_fkey FOREIGN KEY (model_id) REFERENCES ml.registered_models(id);
ALTER TABLE ONLY ml.model_versions
    ADD CONSTRAINT model_versions_run_id_fkey FOREIGN KEY (run_id) REFERENCES ml.runs(id);
ALTER TABLE ONLY ml.monitors
    ADD CONSTRAINT monitors_model_id_fkey FOREIGN KEY (model_id) REFERENCES ml.registered_models(id) ON DELETE CASCADE;
ALTER TABLE ONLY ml.promotion_policies
    ADD CONSTRAINT promotion_policies_model_id_fkey FOREIGN KEY (model_id) REFERENCES ml.registered_models(id);
ALTER TABLE ONLY ml.retrainings
    ADD CONSTRAINT retrainings_alert_id_fkey FOREIGN KEY (alert_id) REFERENCES ml.alerts(id) ON DELETE SET NULL;
ALTER TABLE ONLY ml.retrainings
    ADD CONSTRAINT retrainings_model_id_fkey FOREIGN KEY (model_id) REFERENCES ml.registered_models(id) ON DELETE CASCADE;
ALTER TABLE ONLY ml.run_params
    ADD CONSTRAINT run_params_run_id_fkey FOREIGN KEY (run_id) REFERENCES ml.runs(id) ON DELETE CASCADE;
ALTER TABLE ONLY ml.run_tags
    ADD CONSTRAINT run_tags_run_id_fkey FOREIGN KEY (run_id) REFERENCES ml.runs(id) ON DELETE CASCADE;
ALTER TABLE ONLY ml.runs
    ADD CONSTRAINT runs_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES ml.datasets(id);
ALTER TABLE ONLY ml.runs
    ADD CONSTRAINT runs_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES ml.experiments(id);
ALTER TABLE ONLY ml.runs
    ADD CONSTRAINT runs_parent_run_id_fkey FOREIGN KEY (parent_run_id) REFERENCES ml.runs(id);
ALTER TABLE ONLY ml.stage_transitions
    ADD CONSTRAINT stage_transitions_version_id_fkey FOREIGN KEY (version_id) REFERENCES ml.model_versions(id);
ALTER TABLE ONLY ml.training_jobs
    ADD CONSTRAINT training_jobs_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES ml.datasets(id);
ALTER TABLE ONLY ml.training_jobs
    ADD CONSTRAINT training_jobs_evaluation_id_fkey FOREIGN KEY (evaluation_id) REFERENCES ml.datasets(id);
ALTER TABLE ONLY ml.training_jobs
    ADD CONSTRAINT training_jobs_retraining_of_fkey FOREIGN KEY (retraining_of) REFERENCES ml.model_versions(id);
ALTER TABLE ONLY ml.training_jobs
    ADD CONSTRAINT training_jobs_run_id_fkey FOREIGN KEY (run_id) REFERENCES ml.runs(id);
ALTER TABLE ONLY ml.webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES ml.webhook_endpoints(id) ON DELETE CASCADE;
ALTER TABLE ONLY ml_private.job_dependencies
    ADD CONSTRAINT job_dependencies_depends_on_fkey FOREIGN KEY (depends_on) REFERENCES ml.jobs(id);
ALTER TABLE ONLY ml_private.job_dependencies
    ADD CONSTRAINT job_dependencies_job_id_fkey FOREIGN KEY (job_id) REFERENCES ml.jobs(id);
ALTER TABLE ONLY ml_private.model_checks
    ADD CONSTRAINT model_checks_version_id_fkey FOREIGN KEY (version_id) REFERENCES ml.model_versions(id);
ALTER TABLE ONLY ml_private.void_evidence
    ADD CONSTRAINT void_evidence_evidence_id_fkey FOREIGN KEY (evidence_id) REFERENCES ml.model_evidence(id);
ALTER TABLE ml.access_tokens ENABLE ROW LEVEL SECURITY;
CREATE POLICY access_tokens_select ON ml.access_tokens FOR SELECT TO authenticated, service_role USING ((( SELECT ml_private.has_role('admin'::text) AS has_role) OR ((user_id = ( SELECT auth.uid() AS uid)) AND ( SELECT ml_private.has_role('viewer'::text) AS has_role))));
ALTER TABLE ml.alert_changes ENABLE ROW LEVEL SECURITY;
CREATE POLICY alert_changes_select_policy ON ml.alert_changes FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.alerts ENABLE ROW LEVEL SECURITY;
CREATE POLICY alerts_select_policy ON ml.alerts FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.allowed_sources ENABLE ROW LEVEL SECURITY;
CREATE POLICY allowed_sources_select ON ml.allowed_sources FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.check_kinds ENABLE ROW LEVEL SECURITY;
CREATE POLICY check_kinds_read ON ml.check_kinds FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.datasets ENABLE ROW LEVEL SECURITY;
CREATE POLICY datasets_select ON ml.datasets FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.deployments ENABLE ROW LEVEL SECURITY;
CREATE POLICY deployments_select ON ml.deployments FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.drift_checks ENABLE ROW LEVEL SECURITY;
CREATE POLICY drift_checks_select_policy ON ml.drift_checks FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.drift_references ENABLE ROW LEVEL SECURITY;
CREATE POLICY drift_references_select_policy ON ml.drift_references FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.drift_results ENABLE ROW LEVEL SECURITY;
CREATE POLICY drift_results_select_policy ON ml.drift_results FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.entities ENABLE ROW LEVEL SECURITY;
CREATE POLICY entities_select ON ml.entities FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.evaluation_data ENABLE ROW LEVEL SECURITY;
CREATE POLICY evaluation_data_read ON ml.evaluation_data FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.event_types ENABLE ROW LEVEL SECURITY;
CREATE POLICY event_types_select ON ml.event_types FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.experiments ENABLE ROW LEVEL SECURITY;
CREATE POLICY experiments_read ON ml.experiments FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.feature_views ENABLE ROW LEVEL SECURITY;
CREATE POLICY feature_views_select ON ml.feature_views FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.features ENABLE ROW LEVEL SECURITY;
CREATE POLICY features_select ON ml.features FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.feedback ENABLE ROW LEVEL SECURITY;
CREATE POLICY feedback_select_policy ON ml.feedback FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.job_events ENABLE ROW LEVEL SECURITY;
CREATE POLICY job_events_select ON ml.job_events FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.jobs ENABLE ROW LEVEL SECURITY;
CREATE POLICY jobs_select ON ml.jobs FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.latest_metrics ENABLE ROW LEVEL SECURITY;
CREATE POLICY latest_metrics_read ON ml.latest_metrics FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.lineage_edges ENABLE ROW LEVEL SECURITY;
CREATE POLICY lineage_edges_select ON ml.lineage_edges FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.members ENABLE ROW LEVEL SECURITY;
CREATE POLICY members_select ON ml.members FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.model_evidence ENABLE ROW LEVEL SECURITY;
CREATE POLICY model_evidence_read ON ml.model_evidence FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.model_types ENABLE ROW LEVEL SECURITY;
CREATE POLICY model_types_read ON ml.model_types FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.model_versions ENABLE ROW LEVEL SECURITY;
CREATE POLICY model_versions_read ON ml.model_versions FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.monitors ENABLE ROW LEVEL SECURITY;
CREATE POLICY monitors_select_policy ON ml.monitors FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.online_features ENABLE ROW LEVEL SECURITY;
CREATE POLICY online_features_select ON ml.online_features FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.prediction_refusals ENABLE ROW LEVEL SECURITY;
CREATE POLICY prediction_refusals_select ON ml.prediction_refusals FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.predictions ENABLE ROW LEVEL SECURITY;
CREATE POLICY predictions_select ON ml.predictions FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.promotion_policies ENABLE ROW LEVEL SECURITY;
CREATE POLICY promotion_policies_read ON ml.promotion_policies FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.quarantined_rows ENABLE ROW LEVEL SECURITY;
CREATE POLICY quarantined_rows_select ON ml.quarantined_rows FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.queue_settings ENABLE ROW LEVEL SECURITY;
CREATE POLICY queue_settings_select ON ml.queue_settings FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.registered_models ENABLE ROW LEVEL SECURITY;
CREATE POLICY registered_models_read ON ml.registered_models FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.retrainings ENABLE ROW LEVEL SECURITY;
CREATE POLICY retrainings_select_policy ON ml.retrainings FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.run_metrics ENABLE ROW LEVEL SECURITY;
CREATE POLICY run_metrics_read ON ml.run_metrics FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.run_params ENABLE ROW LEVEL SECURITY;
CREATE POLICY run_params_read ON ml.run_params FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.run_tags ENABLE ROW LEVEL SECURITY;
CREATE POLICY run_tags_read ON ml.run_tags FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.runs ENABLE ROW LEVEL SECURITY;
CREATE POLICY runs_read ON ml.runs FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.stage_transitions ENABLE ROW LEVEL SECURITY;
CREATE POLICY stage_transitions_read ON ml.stage_transitions FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.training_jobs ENABLE ROW LEVEL SECURITY;
CREATE POLICY training_jobs_read ON ml.training_jobs FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('viewer'::text) AS has_role));
ALTER TABLE ml.webhook_deliveries ENABLE ROW LEVEL SECURITY;
CREATE POLICY webhook_deliveries_select ON ml.webhook_deliveries FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('admin'::text) AS has_role));
ALTER TABLE ml.webhook_endpoints ENABLE ROW LEVEL SECURITY;
CREATE POLICY webhook_endpoints_select ON ml.webhook_endpoints FOR SELECT TO authenticated, service_role USING (( SELECT ml_private.has_role('admin'::text) AS has_role));
GRANT USAGE ON SCHEMA ml TO authenticated;
GRANT USAGE ON SCHEMA ml TO ml_worker;
GRANT USAGE ON SCHEMA ml TO service_role;
GRANT USAGE ON SCHEMA ml_private TO authenticated;
GRANT USAGE ON SCHEMA ml_private TO ml_worker;
GRANT USAGE ON SCHEMA ml_private TO service_role;
GRANT SELECT ON TABLE ml.alerts TO authenticated;
GRANT SELECT ON TABLE ml.alerts TO service_role;
REVOKE ALL ON FUNCTION ml.acknowledge_alert(alert_id bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.acknowledge_alert(alert_id bigint) TO authenticated;
GRANT ALL ON FUNCTION ml.acknowledge_alert(alert_id bigint) TO service_role;
GRANT SELECT ON TABLE ml.members TO authenticated;
GRANT SELECT ON TABLE ml.members TO service_role;
REVOKE ALL ON FUNCTION ml.add_member(user_id uuid, role text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.add_member(user_id uuid, role text) TO authenticated;
GRANT ALL ON FUNCTION ml.add_member(user_id uuid, role text) TO service_role;
GRANT SELECT ON TABLE ml.allowed_sources TO authenticated;
GRANT SELECT ON TABLE ml.allowed_sources TO service_role;
REVOKE ALL ON FUNCTION ml.allow_source(source text, functions boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.allow_source(source text, functions boolean) TO authenticated;
GRANT ALL ON FUNCTION ml.allow_source(source text, functions boolean) TO service_role;
REVOKE ALL ON FUNCTION ml.begin_training(job_id bigint, attempt integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.begin_training(job_id bigint, attempt integer) TO ml_worker;
GRANT ALL ON FUNCTION ml.begin_training(job_id bigint, attempt integer) TO service_role;
GRANT SELECT ON TABLE ml.jobs TO authenticated;
GRANT SELECT ON TABLE ml.jobs TO service_role;
REVOKE ALL ON FUNCTION ml.cancel_job(job_id bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.cancel_job(job_id bigint) TO authenticated;
GRANT ALL ON FUNCTION ml.cancel_job(job_id bigint) TO service_role;
REVOKE ALL ON FUNCTION ml.check_drift(model text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.check_drift(model text) TO authenticated;
GRANT ALL ON FUNCTION ml.check_drift(model text) TO service_role;
REVOKE ALL ON FUNCTION ml.check_promotion(model text, version integer, stage text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.check_promotion(model text, version integer, stage text) TO authenticated;
GRANT ALL ON FUNCTION ml.check_promotion(model text, version integer, stage text) TO service_role;
REVOKE ALL ON FUNCTION ml.claim_jobs(worker_id text, queues text[], capabilities jsonb, max_jobs integer, lease_seconds integer, claim_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.claim_jobs(worker_id text, queues text[], capabilities jsonb, max_jobs integer, lease_seconds integer, claim_id uuid) TO ml_worker;
GRANT ALL ON FUNCTION ml.claim_jobs(worker_id text, queues text[], capabilities jsonb, max_jobs integer, lease_seconds integer, claim_id uuid) TO service_role;
REVOKE ALL ON FUNCTION ml.claim_webhook_deliveries(max_deliveries integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.claim_webhook_deliveries(max_deliveries integer) TO service_role;
REVOKE ALL ON FUNCTION ml.complete_job(job_id bigint, attempt integer, result jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.complete_job(job_id bigint, attempt integer, result jsonb) TO ml_worker;
GRANT ALL ON FUNCTION ml.complete_job(job_id bigint, attempt integer, result jsonb) TO service_role;
REVOKE ALL ON FUNCTION ml.complete_jobs(jobs jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.complete_jobs(jobs jsonb) TO ml_worker;
GRANT ALL ON FUNCTION ml.complete_jobs(jobs jsonb) TO service_role;
REVOKE ALL ON FUNCTION ml.create_access_token(name text, scope text, expires_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.create_access_token(name text, scope text, expires_at timestamp with time zone) TO authenticated;
GRANT ALL ON FUNCTION ml.create_access_token(name text, scope text, expires_at timestamp with time zone) TO service_role;
GRANT SELECT ON TABLE ml.experiments TO authenticated;
GRANT SELECT ON TABLE ml.experiments TO service_role;
REVOKE ALL ON FUNCTION ml.create_experiment(name text, description text, tags jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.create_experiment(name text, description text, tags jsonb) TO authenticated;
GRANT ALL ON FUNCTION ml.create_experiment(name text, description text, tags jsonb) TO ml_worker;
GRANT ALL ON FUNCTION ml.create_experiment(name text, description text, tags jsonb) TO service_role;
GRANT SELECT ON TABLE ml.datasets TO authenticated;
GRANT SELECT ON TABLE ml.datasets TO service_role;
REVOKE ALL ON FUNCTION ml.create_training_dataset(name text, spine text, features text[], label text, event_time text, split jsonb, fit boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.create_training_dataset(name text, spine text, features text[], label text, event_time text, split jsonb, fit boolean) TO authenticated;
GRANT ALL ON FUNCTION ml.create_training_dataset(name text, spine text, features text[], label text, event_time text, split jsonb, fit boolean) TO service_role;
REVOKE ALL ON FUNCTION ml.disallow_source(source text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.disallow_source(source text) TO authenticated;
GRANT ALL ON FUNCTION ml.disallow_source(source text) TO service_role;
GRANT SELECT ON TABLE ml.runs TO authenticated;
GRANT SELECT ON TABLE ml.runs TO service_role;
REVOKE ALL ON FUNCTION ml.end_run(run_id uuid, status text, attempt integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.end_run(run_id uuid, status text, attempt integer) TO authenticated;
GRANT ALL ON FUNCTION ml.end_run(run_id uuid, status text, attempt integer) TO ml_worker;
GRANT ALL ON FUNCTION ml.end_run(run_id uuid, status text, attempt integer) TO service_role;
REVOKE ALL ON FUNCTION ml.enqueue_job(kind text, payload jsonb, queue text, priority integer, run_at timestamp with time zone, max_attempts integer, unique_key text, requirements jsonb, depends_on bigint[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.enqueue_job(kind text, payload jsonb, queue text, priority integer, run_at timestamp with time zone, max_attempts integer, unique_key text, requirements jsonb, depends_on bigint[]) TO authenticated;
GRANT ALL ON FUNCTION ml.enqueue_job(kind text, payload jsonb, queue text, priority integer, run_at timestamp with time zone, max_attempts integer, unique_key text, requirements jsonb, depends_on bigint[]) TO service_role;
REVOKE ALL ON FUNCTION ml.enqueue_jobs(jobs jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.enqueue_jobs(jobs jsonb) TO authenticated;
GRANT ALL ON FUNCTION ml.enqueue_jobs(jobs jsonb) TO service_role;
REVOKE ALL ON FUNCTION ml.exchange_jobs(done jsonb, worker_id text, queues text[], capabilities jsonb, max_jobs integer, lease_seconds integer, claim_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.exchange_jobs(done jsonb, worker_id text, queues text[], capabilities jsonb, max_jobs integer, lease_seconds integer, claim_id uuid) TO ml_worker;
GRANT ALL ON FUNCTION ml.exchange_jobs(done jsonb, worker_id text, queues text[], capabilities jsonb, max_jobs integer, lease_seconds integer, claim_id uuid) TO service_role;
REVOKE ALL ON FUNCTION ml.fail_job(job_id bigint, attempt integer, error text, retryable boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.fail_job(job_id bigint, attempt integer, error text, retryable boolean) TO ml_worker;
GRANT ALL ON FUNCTION ml.fail_job(job_id bigint, attempt integer, error text, retryable boolean) TO service_role;
REVOKE ALL ON FUNCTION ml.get_job(job_id bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.get_job(job_id bigint) TO authenticated;
GRANT ALL ON FUNCTION ml.get_job(job_id bigint) TO service_role;
REVOKE ALL ON FUNCTION ml.get_lineage(kind text, id text, direction text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.get_lineage(kind text, id text, direction text) TO authenticated;
GRANT ALL ON FUNCTION ml.get_lineage(kind text, id text, direction text) TO service_role;
REVOKE ALL ON FUNCTION ml.get_my_role() FROM PUBLIC;
GRANT ALL ON FUNCTION ml.get_my_role() TO authenticated;
GRANT ALL ON FUNCTION ml.get_my_role() TO ml_worker;
GRANT ALL ON FUNCTION ml.get_my_role() TO service_role;
REVOKE ALL ON FUNCTION ml.get_online_features(features text[], entities jsonb, full_feature_names boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.get_online_features(features text[], entities jsonb, full_feature_names boolean) TO authenticated;
GRANT ALL ON FUNCTION ml.get_online_features(features text[], entities jsonb, full_feature_names boolean) TO service_role;
REVOKE ALL ON FUNCTION ml.get_run(run_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.get_run(run_id uuid) TO authenticated;
GRANT ALL ON FUNCTION ml.get_run(run_id uuid) TO ml_worker;
GRANT ALL ON FUNCTION ml.get_run(run_id uuid) TO service_role;
REVOKE ALL ON FUNCTION ml.get_serving_stats(model text, look_back interval) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.get_serving_stats(model text, look_back interval) TO authenticated;
GRANT ALL ON FUNCTION ml.get_serving_stats(model text, look_back interval) TO service_role;
REVOKE ALL ON FUNCTION ml.heartbeat_job(job_id bigint, attempt integer, progress jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.heartbeat_job(job_id bigint, attempt integer, progress jsonb) TO ml_worker;
GRANT ALL ON FUNCTION ml.heartbeat_job(job_id bigint, attempt integer, progress jsonb) TO service_role;
REVOKE ALL ON FUNCTION ml.log_batch(run_id uuid, metrics jsonb, params jsonb, tags jsonb, attempt integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.log_batch(run_id uuid, metrics jsonb, params jsonb, tags jsonb, attempt integer) TO authenticated;
GRANT ALL ON FUNCTION ml.log_batch(run_id uuid, metrics jsonb, params jsonb, tags jsonb, attempt integer) TO ml_worker;
GRANT ALL ON FUNCTION ml.log_batch(run_id uuid, metrics jsonb, params jsonb, tags jsonb, attempt integer) TO service_role;
REVOKE ALL ON FUNCTION ml.log_job(job_id bigint, attempt integer, message text, level text, fields jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.log_job(job_id bigint, attempt integer, message text, level text, fields jsonb) TO ml_worker;
GRANT ALL ON FUNCTION ml.log_job(job_id bigint, attempt integer, message text, level text, fields jsonb) TO service_role;
REVOKE ALL ON FUNCTION ml.log_predictions(predictions jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.log_predictions(predictions jsonb) TO service_role;
REVOKE ALL ON FUNCTION ml.log_refusals(refusals jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.log_refusals(refusals jsonb) TO service_role;
REVOKE ALL ON FUNCTION ml.materialize_feature_view(view text, version integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.materialize_feature_view(view text, version integer) TO authenticated;
GRANT ALL ON FUNCTION ml.materialize_feature_view(view text, version integer) TO service_role;
REVOKE ALL ON FUNCTION ml.model_health_report(model text, look_back interval) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.model_health_report(model text, look_back interval) TO authenticated;
GRANT ALL ON FUNCTION ml.model_health_report(model text, look_back interval) TO service_role;
REVOKE ALL ON FUNCTION ml.promote_model(model text, version integer, stage text, reason text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.promote_model(model text, version integer, stage text, reason text) TO authenticated;
GRANT ALL ON FUNCTION ml.promote_model(model text, version integer, stage text, reason text) TO service_role;
REVOKE ALL ON FUNCTION ml.queue_model_check(model text, version integer, kind text, options jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.queue_model_check(model text, version integer, kind text, options jsonb) TO authenticated;
GRANT ALL ON FUNCTION ml.queue_model_check(model text, version integer, kind text, options jsonb) TO service_role;
REVOKE ALL ON FUNCTION ml.read_dataset(dataset text, split text, after_row bigint, max_rows integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.read_dataset(dataset text, split text, after_row bigint, max_rows integer) TO authenticated;
GRANT ALL ON FUNCTION ml.read_dataset(dataset text, split text, after_row bigint, max_rows integer) TO ml_worker;
GRANT ALL ON FUNCTION ml.read_dataset(dataset text, split text, after_row bigint, max_rows integer) TO service_role;
GRANT SELECT ON TABLE ml.model_evidence TO authenticated;
GRANT SELECT ON TABLE ml.model_evidence TO service_role;
REVOKE ALL ON FUNCTION ml.record_evidence(model text, version integer, name text, value double precision, passed boolean, details jsonb, job_id bigint, attempt integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.record_evidence(model text, version integer, name text, value double precision, passed boolean, details jsonb, job_id bigint, attempt integer) TO authenticated;
GRANT ALL ON FUNCTION ml.record_evidence(model text, version integer, name text, value double precision, passed boolean, details jsonb, job_id bigint, attempt integer) TO ml_worker;
GRANT ALL ON FUNCTION ml.record_evidence(model text, version integer, name text, value double precision, passed boolean, details jsonb, job_id bigint, attempt integer) TO service_role;
GRANT SELECT ON TABLE ml.webhook_deliveries TO authenticated;
GRANT SELECT ON TABLE ml.webhook_deliveries TO service_role;
REVOKE ALL ON FUNCTION ml.record_webhook_outcome(delivery_id uuid, attempt integer, status integer, error text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.record_webhook_outcome(delivery_id uuid, attempt integer, status integer, error text) TO service_role;
REVOKE ALL ON FUNCTION ml.redeliver_webhook(delivery_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.redeliver_webhook(delivery_id uuid) TO authenticated;
GRANT ALL ON FUNCTION ml.redeliver_webhook(delivery_id uuid) TO service_role;
GRANT SELECT ON TABLE ml.entities TO authenticated;
GRANT SELECT ON TABLE ml.entities TO service_role;
REVOKE ALL ON FUNCTION ml.register_entity(name text, join_keys jsonb, description text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.register_entity(name text, join_keys jsonb, description text) TO authenticated;
GRANT ALL ON FUNCTION ml.register_entity(name text, join_keys jsonb, description text) TO service_role;
GRANT SELECT ON TABLE ml.feature_views TO authenticated;
GRANT SELECT ON TABLE ml.feature_views TO service_role;
REVOKE ALL ON FUNCTION ml.register_feature_view(name text, entity text, source text, event_time text, features jsonb, created_time text, ttl interval, mode text, description text, future text, future_tolerance interval, keep_history boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.register_feature_view(name text, entity text, source text, event_time text, features jsonb, created_time text, ttl interval, mode text, description text, future text, future_tolerance interval, keep_history boolean) TO authenticated;
GRANT ALL ON FUNCTION ml.register_feature_view(name text, entity text, source text, event_time text, features jsonb, created_time text, ttl interval, mode text, description text, future text, future_tolerance interval, keep_history boolean) TO service_role;
GRANT SELECT ON TABLE ml.model_versions TO authenticated;
GRANT SELECT ON TABLE ml.model_versions TO service_role;
REVOKE ALL ON FUNCTION ml.register_model_version(model text, run_id uuid, artifact_sha256 text, artifact_bytes bigint, signature jsonb, framework text, model_type text, tags jsonb, description text, attempt integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.register_model_version(model text, run_id uuid, artifact_sha256 text, artifact_bytes bigint, signature jsonb, framework text, model_type text, tags jsonb, description text, attempt integer) TO authenticated;
GRANT ALL ON FUNCTION ml.register_model_version(model text, run_id uuid, artifact_sha256 text, artifact_bytes bigint, signature jsonb, framework text, model_type text, tags jsonb, description text, attempt integer) TO ml_worker;
GRANT ALL ON FUNCTION ml.register_model_version(model text, run_id uuid, artifact_sha256 text, artifact_bytes bigint, signature jsonb, framework text, model_type text, tags jsonb, description text, attempt integer) TO service_role;
REVOKE ALL ON FUNCTION ml.register_webhook_endpoint(url text, event_types text[], description text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.register_webhook_endpoint(url text, event_types text[], description text) TO authenticated;
GRANT ALL ON FUNCTION ml.register_webhook_endpoint(url text, event_types text[], description text) TO service_role;
REVOKE ALL ON FUNCTION ml.release_job(job_id bigint, attempt integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.release_job(job_id bigint, attempt integer) TO ml_worker;
GRANT ALL ON FUNCTION ml.release_job(job_id bigint, attempt integer) TO service_role;
REVOKE ALL ON FUNCTION ml.remove_member(user_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.remove_member(user_id uuid) TO authenticated;
GRANT ALL ON FUNCTION ml.remove_member(user_id uuid) TO service_role;
REVOKE ALL ON FUNCTION ml.remove_webhook_endpoint(endpoint_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.remove_webhook_endpoint(endpoint_id uuid) TO authenticated;
GRANT ALL ON FUNCTION ml.remove_webhook_endpoint(endpoint_id uuid) TO service_role;
REVOKE ALL ON FUNCTION ml.resolve_access_token(token text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.resolve_access_token(token text) TO service_role;
REVOKE ALL ON FUNCTION ml.resolve_alert(alert_id bigint, resolution text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.resolve_alert(alert_id bigint, resolution text) TO authenticated;
GRANT ALL ON FUNCTION ml.resolve_alert(alert_id bigint, resolution text) TO service_role;
REVOKE ALL ON FUNCTION ml.resolve_prediction(model text, entities jsonb, version integer, refusals boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.resolve_prediction(model text, entities jsonb, version integer, refusals boolean) TO authenticated;
GRANT ALL ON FUNCTION ml.resolve_prediction(model text, entities jsonb, version integer, refusals boolean) TO ml_worker;
GRANT ALL ON FUNCTION ml.resolve_prediction(model text, entities jsonb, version integer, refusals boolean) TO service_role;
REVOKE ALL ON FUNCTION ml.retire_feature_view(view text, version integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.retire_feature_view(view text, version integer) TO authenticated;
GRANT ALL ON FUNCTION ml.retire_feature_view(view text, version integer) TO service_role;
REVOKE ALL ON FUNCTION ml.retry_job(job_id bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.retry_job(job_id bigint) TO authenticated;
GRANT ALL ON FUNCTION ml.retry_job(job_id bigint) TO service_role;
REVOKE ALL ON FUNCTION ml.revoke_access_token(token_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.revoke_access_token(token_id uuid) TO authenticated;
GRANT ALL ON FUNCTION ml.revoke_access_token(token_id uuid) TO service_role;
REVOKE ALL ON FUNCTION ml.rows_trained_on(dataset text, model text, version integer, split text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.rows_trained_on(dataset text, model text, version integer, split text) TO authenticated;
GRANT ALL ON FUNCTION ml.rows_trained_on(dataset text, model text, version integer, split text) TO ml_worker;
GRANT ALL ON FUNCTION ml.rows_trained_on(dataset text, model text, version integer, split text) TO service_role;
GRANT SELECT ON TABLE ml.evaluation_data TO authenticated;
GRANT SELECT ON TABLE ml.evaluation_data TO service_role;
REVOKE ALL ON FUNCTION ml.set_evaluation_data(model text, dataset text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.set_evaluation_data(model text, dataset text) TO authenticated;
GRANT ALL ON FUNCTION ml.set_evaluation_data(model text, dataset text) TO service_role;
GRANT SELECT ON TABLE ml.monitors TO authenticated;
GRANT SELECT ON TABLE ml.monitors TO service_role;
REVOKE ALL ON FUNCTION ml.set_monitor(model text, config jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.set_monitor(model text, config jsonb) TO authenticated;
GRANT ALL ON FUNCTION ml.set_monitor(model text, config jsonb) TO service_role;
GRANT SELECT ON TABLE ml.promotion_policies TO authenticated;
GRANT SELECT ON TABLE ml.promotion_policies TO service_role;
REVOKE ALL ON FUNCTION ml.set_promotion_policy(model text, stage text, requirements jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.set_promotion_policy(model text, stage text, requirements jsonb) TO authenticated;
GRANT ALL ON FUNCTION ml.set_promotion_policy(model text, stage text, requirements jsonb) TO service_role;
GRANT SELECT ON TABLE ml.queue_settings TO authenticated;
GRANT SELECT ON TABLE ml.queue_settings TO service_role;
REVOKE ALL ON FUNCTION ml.set_queue_settings(queue text, settings jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.set_queue_settings(queue text, settings jsonb) TO authenticated;
GRANT ALL ON FUNCTION ml.set_queue_settings(queue text, settings jsonb) TO service_role;
REVOKE ALL ON FUNCTION ml.start_run(experiment text, name text, parent_run_id uuid, tags jsonb, job_id bigint, dataset text, attempt integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.start_run(experiment text, name text, parent_run_id uuid, tags jsonb, job_id bigint, dataset text, attempt integer) TO authenticated;
GRANT ALL ON FUNCTION ml.start_run(experiment text, name text, parent_run_id uuid, tags jsonb, job_id bigint, dataset text, attempt integer) TO ml_worker;
GRANT ALL ON FUNCTION ml.start_run(experiment text, name text, parent_run_id uuid, tags jsonb, job_id bigint, dataset text, attempt integer) TO service_role;
GRANT SELECT ON TABLE ml.feedback TO authenticated;
GRANT SELECT ON TABLE ml.feedback TO service_role;
REVOKE ALL ON FUNCTION ml.submit_feedback(prediction_id uuid, actual text, rating integer, comment text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.submit_feedback(prediction_id uuid, actual text, rating integer, comment text) TO authenticated;
GRANT ALL ON FUNCTION ml.submit_feedback(prediction_id uuid, actual text, rating integer, comment text) TO service_role;
REVOKE ALL ON FUNCTION ml.train_model(config jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.train_model(config jsonb) TO authenticated;
GRANT ALL ON FUNCTION ml.train_model(config jsonb) TO service_role;
GRANT SELECT ON TABLE ml.webhook_endpoints TO authenticated;
GRANT SELECT ON TABLE ml.webhook_endpoints TO service_role;
REVOKE ALL ON FUNCTION ml.update_webhook_endpoint(endpoint_id uuid, url text, event_types text[], description text, enabled boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION ml.update_webhook_endpoint(endpoint_id uuid, url text, event_types text[], description text, enabled boolean) TO authenticated;
GRANT ALL ON FUNCTION ml.update_webhook_endpoint(endpoint_id uuid, url text, event_types text[], description text, enabled boolean) TO service_role;
REVOKE ALL ON FUNCTION ml_private.ab_ready_check(version ml.model_versions) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.acknowledge_alert(alert_id bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.acknowledge_alert(alert_id bigint) TO authenticated;
GRANT ALL ON FUNCTION ml_private.acknowledge_alert(alert_id bigint) TO service_role;
REVOKE ALL ON FUNCTION ml_private.add_features(view_id bigint, features jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.add_lineage(from_kind text, from_id text, to_kind text, to_id text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.add_member(user_id uuid, role text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.add_member(user_id uuid, role text) TO authenticated;
GRANT ALL ON FUNCTION ml_private.add_member(user_id uuid, role text) TO service_role;
REVOKE ALL ON FUNCTION ml_private.add_refusals(refusals jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.adjust_holm(p_values double precision[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.admit_reader(relation oid) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.admitted_evidence(version_id bigint, name text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.advise_health(serving jsonb, alerts jsonb, feedback jsonb, retraining jsonb, monitor jsonb, checked boolean, last_check jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.advise_health(serving jsonb, alerts jsonb, feedback jsonb, retraining jsonb, monitor jsonb, checked boolean, last_check jsonb) TO authenticated;
GRANT ALL ON FUNCTION ml_private.advise_health(serving jsonb, alerts jsonb, feedback jsonb, retraining jsonb, monitor jsonb, checked boolean, last_check jsonb) TO service_role;
REVOKE ALL ON FUNCTION ml_private.all_join_keys(join_keys jsonb[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.allow_source(source text, functions boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.allow_source(source text, functions boolean) TO authenticated;
GRANT ALL ON FUNCTION ml_private.allow_source(source text, functions boolean) TO service_role;
REVOKE ALL ON FUNCTION ml_private.announce_alert(alert ml.alerts, event text, was_severity text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.announce_batch(ids bigint[], event text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.announce_jobs(jobs ml.jobs[], event text, own_topics boolean) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.as_time_series(table_name text, time_column text, chunk interval, retain interval) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.assert_lease(job_id bigint, attempt integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.backoff(failures integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.base_type(relation oid, column_name text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.begin_training(job_id bigint, attempt integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.begin_training(job_id bigint, attempt integer) TO ml_worker;
GRANT ALL ON FUNCTION ml_private.begin_training(job_id bigint, attempt integer) TO service_role;
REVOKE ALL ON FUNCTION ml_private.better_than_baseline_check(version ml.model_versions, rule jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.bin_counts(sample double precision[], edges double precision[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.bin_edges(sample double precision[], bins integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.bound_checks(version_id bigint, requirements jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.broadcast(topic text, event text, payload jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.broadcast_two(topic text, payload jsonb, other_topic text, other_payload jsonb, event text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.call_edge_function(function_name text, body jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.called_by_view(relation oid) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.caller_role() FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.caller_role() TO authenticated;
GRANT ALL ON FUNCTION ml_private.caller_role() TO ml_worker;
GRANT ALL ON FUNCTION ml_private.caller_role() TO service_role;
REVOKE ALL ON FUNCTION ml_private.cancel_job(job_id bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.cancel_job(job_id bigint) TO authenticated;
GRANT ALL ON FUNCTION ml_private.cancel_job(job_id bigint) TO service_role;
REVOKE ALL ON FUNCTION ml_private.canonical_key(value jsonb, key_type text, key_name text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.change_sql(view_id bigint, changed_sql text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.changed_rows_sql(view_id bigint, relation oid, keys_sql text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_allowable(source text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_allowed(schema_name text, relation_name text, what text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_artifact(sha256 text, bytes bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_bounds(bounds jsonb, what text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_claim(worker_id text, queues text[], capabilities jsonb, max_jobs integer, lease_seconds integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_column_types(relation oid, names text[], types text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_columns(columns jsonb, what text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_completions(jobs jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_drift(model text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.check_drift(model text) TO authenticated;
GRANT ALL ON FUNCTION ml_private.check_drift(model text) TO service_role;
REVOKE ALL ON FUNCTION ml_private.check_entities(entities jsonb, join_keys jsonb[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_entity_keys(join_keys jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_entity_values(entities jsonb, key_name text, key_type text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_entries(entries jsonb, what text, max_entries integer, max_length integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_event_time(relation oid, column_name text, what text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_event_types(event_types text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_evidence_job(version ml.model_versions, name text, job_id bigint, attempt integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_exact_keys(value jsonb, what text, keys text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_feature_definitions(features jsonb, relation oid, join_keys jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_feedback(actual text, rating integer, comment text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_future(future text, tolerance interval, mode text, created_time text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_has_key(relation oid) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_history(relation oid, keep_history boolean, columns text[], event_time text, created_time text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_history_columns(relation oid, names text[], types text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_input(input jsonb, what text, types text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_job_object(value jsonb, what text, max_bytes integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_job_requirements(requirements jsonb, what text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_job_spec(spec jsonb, what text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_join_keys(relation oid, join_keys jsonb, what text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_json(value jsonb, what text, max_bytes integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.check_json(value jsonb, what text, max_bytes integer) TO authenticated;
GRANT ALL ON FUNCTION ml_private.check_json(value jsonb, what text, max_bytes integer) TO ml_worker;
GRANT ALL ON FUNCTION ml_private.check_json(value jsonb, what text, max_bytes integer) TO service_role;
REVOKE ALL ON FUNCTION ml_private.check_keys(value jsonb, allowed text[], what text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_known_types(relation oid, columns text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_label(value text, what text, max_length integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.check_label(value text, what text, max_length integer) TO authenticated;
GRANT ALL ON FUNCTION ml_private.check_label(value text, what text, max_length integer) TO ml_worker;
GRANT ALL ON FUNCTION ml_private.check_label(value text, what text, max_length integer) TO service_role;
REVOKE ALL ON FUNCTION ml_private.check_label_kind(model_id bigint, dataset ml.datasets) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_measurable(model text, dataset ml.datasets) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_metric_rule(rule jsonb, what text, limit_key text, lowest numeric, highest numeric) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_name(value text, what text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.check_name(value text, what text) TO authenticated;
GRANT ALL ON FUNCTION ml_private.check_name(value text, what text) TO ml_worker;
GRANT ALL ON FUNCTION ml_private.check_name(value text, what text) TO service_role;
REVOKE ALL ON FUNCTION ml_private.check_next_monitor() FROM PUBLIC;
GRANT SELECT ON TABLE ml.check_kinds TO authenticated;
GRANT SELECT ON TABLE ml.check_kinds TO service_role;
REVOKE ALL ON FUNCTION ml_private.check_options(kind ml.check_kinds, options jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_outputs(outputs jsonb, classes jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_policy_stage(stage text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_predictions(predictions jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_promotion(model text, version integer, stage text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.check_promotion(model text, version integer, stage text) TO authenticated;
GRANT ALL ON FUNCTION ml_private.check_promotion(model text, version integer, stage text) TO service_role;
REVOKE ALL ON FUNCTION ml_private.check_readable(feature_ids bigint[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_realtime_source(relation oid, code text, hint text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_refusals(refusals jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_requirements(requirements jsonb, stage text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_same_key(relation oid, key text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_side(split text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_signature(signature jsonb, dataset_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_snapshot(view_id bigint, operation text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_source_name(relation oid, source text, owner oid) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_source_sql(view_id bigint, relation_sql text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_source_trust(relation oid, what text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_spine(work text, spine text, event_time text, label text, join_keys jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_split(split jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_split_counts(split_counts jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_stage(stage text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_stage_history() FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_tensor(tensor jsonb, what text, keys text[], types text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_text(value text, what text, max_length integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.check_text(value text, what text, max_length integer) TO authenticated;
GRANT ALL ON FUNCTION ml_private.check_text(value text, what text, max_length integer) TO ml_worker;
GRANT ALL ON FUNCTION ml_private.check_text(value text, what text, max_length integer) TO service_role;
REVOKE ALL ON FUNCTION ml_private.check_time_series(table_name text, time_column text, chunk interval, retain interval) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_trainable(dataset ml.datasets) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_training_keys(config jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_transformation(transformation jsonb, value_type text, what text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_transition(model text, version integer, from_stage text, to_stage text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_ttl(ttl interval) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_types_sql(view_id bigint, relation oid) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_value_column(relation oid, column_name text, value_type text, what text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_view_columns(view_id bigint, relation oid) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_view_triggers(view_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.check_webhook_url(url text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.checked_until(version_id bigint, look_back interval) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.chi_square_p_value(statistic double precision, df integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.claim_jobs(worker_id text, queues text[], capabilities jsonb, max_jobs integer, lease_seconds integer, claim_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.claim_jobs(worker_id text, queues text[], capabilities jsonb, max_jobs integer, lease_seconds integer, claim_id uuid) TO ml_worker;
GRANT ALL ON FUNCTION ml_private.claim_jobs(worker_id text, queues text[], capabilities jsonb, max_jobs integer, lease_seconds integer, claim_id uuid) TO service_role;
REVOKE ALL ON FUNCTION ml_private.claim_webhook_deliveries(max_deliveries integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.claim_webhook_deliveries(max_deliveries integer) TO service_role;
REVOKE ALL ON FUNCTION ml_private.class_name(class jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.class_name(class jsonb) TO authenticated;
GRANT ALL ON FUNCTION ml_private.class_name(class jsonb) TO service_role;
REVOKE ALL ON FUNCTION ml_private.class_named(version_id bigint, label text) FROM PUBLIC;
GRANT SELECT ON TABLE ml.drift_checks TO authenticated;
GRANT SELECT ON TABLE ml.drift_checks TO service_role;
REVOKE ALL ON FUNCTION ml_private.clear_alert(checked ml.drift_checks, monitor ml.monitors, kind text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.close_run(run_id uuid, status text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.column_statistics(table_name text, column_name text, value_type text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.column_type(relation oid, column_name text, what text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.compare_counted(reference double precision[], edges double precision[], current double precision[], every double precision[], each_alone boolean, reference_size integer, current_size integer, OUT ks double precision, OUT ks_p_value double precision, OUT psi double precision, OUT psi_p_value double precision, OUT compared integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.compare_missing(reference_missing bigint, reference_rows bigint, current_missing bigint, current_rows bigint, seen integer, OUT share double precision, OUT reference double precision, OUT p_value double precision) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.compare_missing_counted(reference_missing bigint, reference_rows bigint, missing bigint, counted bigint, every_missing bigint, every_counted bigint, each_alone boolean, seen integer, OUT share double precision, OUT reference double precision, OUT p_value double precision) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.compare_samples(reference double precision[], edges double precision[], current double precision[], reference_size integer, current_size integer, OUT ks double precision, OUT ks_p_value double precision, OUT psi double precision, OUT psi_p_value double precision, OUT compared integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.compare_with_reference(version_id bigint, since timestamp with time zone, max_rows integer, alpha double precision, min_ks double precision, min_psi double precision, min_missing double precision) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.comparison_payload(version ml.model_versions) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.compile_history(view_id bigint, relation oid) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.compile_newest(view_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.compile_sync(view_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.compile_transform(feature_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.compile_view_transform(view_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.complete_done(done jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.complete_job(job_id bigint, attempt integer, result jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.complete_job(job_id bigint, attempt integer, result jsonb) TO ml_worker;
GRANT ALL ON FUNCTION ml_private.complete_job(job_id bigint, attempt integer, result jsonb) TO service_role;
REVOKE ALL ON FUNCTION ml_private.complete_jobs(jobs jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.complete_jobs(jobs jsonb) TO ml_worker;
GRANT ALL ON FUNCTION ml_private.complete_jobs(jobs jsonb) TO service_role;
REVOKE ALL ON FUNCTION ml_private.content_hash(table_name text, header text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.could_see(checked ml.drift_checks, drift jsonb, monitor ml.monitors) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.count_missing(table_name text, features jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.count_unchecked(version_id bigint, since timestamp with time zone, max_rows integer, wanted integer, wide boolean) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.count_webhooks_due() FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.create_access_token(name text, scope text, expires_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.create_access_token(name text, scope text, expires_at timestamp with time zone) TO authenticated;
GRANT ALL ON FUNCTION ml_private.create_access_token(name text, scope text, expires_at timestamp with time zone) TO service_role;
REVOKE ALL ON FUNCTION ml_private.create_experiment(name text, description text, tags jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.create_experiment(name text, description text, tags jsonb) TO authenticated;
GRANT ALL ON FUNCTION ml_private.create_experiment(name text, description text, tags jsonb) TO ml_worker;
GRANT ALL ON FUNCTION ml_private.create_experiment(name text, description text, tags jsonb) TO service_role;
REVOKE ALL ON FUNCTION ml_private.create_run(experiment_id bigint, name text, status text, parent_run_id uuid, job_id bigint, dataset_id bigint, tags jsonb, actor uuid) FROM PUBLIC;
GRANT SELECT ON TABLE ml.training_jobs TO authenticated;
GRANT SELECT ON TABLE ml.training_jobs TO service_role;
REVOKE ALL ON FUNCTION ml_private.create_training(training ml.training_jobs, run_at timestamp with time zone, tags jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.create_training_dataset(name text, spine text, features text[], label text, event_time text, split jsonb, fit boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.create_training_dataset(name text, spine text, features text[], label text, event_time text, split jsonb, fit boolean) TO authenticated;
GRANT ALL ON FUNCTION ml_private.create_training_dataset(name text, spine text, features text[], label text, event_time text, split jsonb, fit boolean) TO service_role;
REVOKE ALL ON FUNCTION ml_private.create_training_dataset_internal(name text, spine text, features text[], label text, event_time text, split jsonb, fit boolean, created_by uuid) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.create_triggers(prefix text, source text, function_name text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.current_actor() FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.current_rows(version_id bigint, since timestamp with time zone, max_rows integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.current_samples(version_id bigint, since timestamp with time zone, max_rows integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.cut_spine(work text, relation oid, event_time text, label text, join_keys jsonb, split_keys jsonb, split jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.cut_training_dataset(training ml.training_jobs) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.dataset_features(refs text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.dataset_join_keys(features jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.dataset_keys_sql(dataset ml.datasets, keys text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.dataset_missing(dataset_id bigint, columns text[], split text, newest boolean, keys text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.dataset_size(dataset_id bigint, split text, keys text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.dataset_values(dataset_id bigint, column_name text, split text, required text[], newest boolean, keys text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.dataset_warnings(dataset ml.datasets) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.delete_old_jobs() FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.delete_secret(name text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.describe_alert(check_id bigint, kind text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.describe_check(check_id bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.describe_check(check_id bigint) TO authenticated;
GRANT ALL ON FUNCTION ml_private.describe_check(check_id bigint) TO service_role;
REVOKE ALL ON FUNCTION ml_private.describe_dataset(dataset ml.datasets) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.describe_refusal(incomplete jsonb, refs text[], nullable boolean[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.describe_view(view_id bigint, description text, features jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.differs_sql(view_id bigint, relation oid) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.disallow_source(source text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.disallow_source(source text) TO authenticated;
GRANT ALL ON FUNCTION ml_private.disallow_source(source text) TO service_role;
REVOKE ALL ON FUNCTION ml_private.drop_old_chunks(schema_name text, table_name text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.drop_pending_sql(view_id bigint, gone_sql text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.drop_triggers(view_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.due_sql(view_id bigint, alias text, clock text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.emit(topic text, event text, payload jsonb, webhooks boolean) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.emit_many(topics text[], events text[], payloads jsonb[], webhooks boolean) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.end_attempt(job ml.jobs, event text, reason text, retryable boolean, delay interval) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.end_dependants(parents bigint[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.end_monitoring() FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.end_run(run_id uuid, status text, attempt integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.end_run(run_id uuid, status text, attempt integer) TO authenticated;
GRANT ALL ON FUNCTION ml_private.end_run(run_id uuid, status text, attempt integer) TO ml_worker;
GRANT ALL ON FUNCTION ml_private.end_run(run_id uuid, status text, attempt integer) TO service_role;
REVOKE ALL ON FUNCTION ml_private.enqueue_job(kind text, payload jsonb, queue text, priority integer, run_at timestamp with time zone, max_attempts integer, unique_key text, requirements jsonb, depends_on bigint[]) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.enqueue_job(kind text, payload jsonb, queue text, priority integer, run_at timestamp with time zone, max_attempts integer, unique_key text, requirements jsonb, depends_on bigint[]) TO authenticated;
GRANT ALL ON FUNCTION ml_private.enqueue_job(kind text, payload jsonb, queue text, priority integer, run_at timestamp with time zone, max_attempts integer, unique_key text, requirements jsonb, depends_on bigint[]) TO service_role;
REVOKE ALL ON FUNCTION ml_private.enqueue_job_internal(kind text, payload jsonb, queue text, priority integer, run_at timestamp with time zone, max_attempts integer, unique_key text, requirements jsonb, depends_on bigint[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.enqueue_jobs(jobs jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.enqueue_jobs(jobs jsonb) TO authenticated;
GRANT ALL ON FUNCTION ml_private.enqueue_jobs(jobs jsonb) TO service_role;
REVOKE ALL ON FUNCTION ml_private.ensure_experiment(name text, actor uuid) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.ensure_newest_index(view_id bigint, relation oid) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.entity_key_sql(join_keys jsonb, alias text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.entity_keys(entities jsonb, join_keys jsonb, entity_count integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.entity_of_key(names text[], key text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.entity_sql(join_keys jsonb, alias text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.entries_as_text(entries jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.evaluation_dataset(version ml.model_versions) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.evaluation_of(training ml.training_jobs, model_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.exchange_jobs(done jsonb, worker_id text, queues text[], capabilities jsonb, max_jobs integer, lease_seconds integer, claim_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.exchange_jobs(done jsonb, worker_id text, queues text[], capabilities jsonb, max_jobs integer, lease_seconds integer, claim_id uuid) TO ml_worker;
GRANT ALL ON FUNCTION ml_private.exchange_jobs(done jsonb, worker_id text, queues text[], capabilities jsonb, max_jobs integer, lease_seconds integer, claim_id uuid) TO service_role;
REVOKE ALL ON FUNCTION ml_private.fail_job(job_id bigint, attempt integer, error text, retryable boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.fail_job(job_id bigint, attempt integer, error text, retryable boolean) TO ml_worker;
GRANT ALL ON FUNCTION ml_private.fail_job(job_id bigint, attempt integer, error text, retryable boolean) TO service_role;
REVOKE ALL ON FUNCTION ml_private.fallback_sql(view_id bigint, gone_sql text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.feature_sql(view_id bigint, alias text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.fill_view(view_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.find_dataset(dataset text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.find_due_monitor(OUT due bigint, OUT idle bigint[]) FROM PUBLIC;
GRANT SELECT ON TABLE ml.registered_models TO authenticated;
GRANT SELECT ON TABLE ml.registered_models TO service_role;
REVOKE ALL ON FUNCTION ml_private.find_model(model text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.find_model(model text) TO authenticated;
GRANT ALL ON FUNCTION ml_private.find_model(model text) TO service_role;
GRANT SELECT ON TABLE ml.model_types TO authenticated;
GRANT SELECT ON TABLE ml.model_types TO service_role;
REVOKE ALL ON FUNCTION ml_private.find_model_type(name text, task text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.find_requirements(model_id bigint, stage text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.find_same_view(view_name text, entity_id bigint, wanted jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.find_servable(model text, version integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.find_table(name text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.find_untrusted(relation oid, OUT name text, OUT owner text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.find_version(model text, version integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.find_view(view text, version integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.finish_job(job_id bigint, attempt integer, result jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.fit_dataset(features jsonb, dataset_id bigint, raw text, fit boolean) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.fit_features(feature_ids bigint[], dataset_id bigint, work_table text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.fit_parameters(method text, work_table text, column_name text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.fits_worker(requirements jsonb, capabilities jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.follow_jobs_of(kind text, function_name text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.follow_training_job(job ml.jobs) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.get_lineage(kind text, id text, direction text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.get_lineage(kind text, id text, direction text) TO authenticated;
GRANT ALL ON FUNCTION ml_private.get_lineage(kind text, id text, direction text) TO service_role;
REVOKE ALL ON FUNCTION ml_private.get_online_features(features text[], entities jsonb, full_feature_names boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.get_online_features(features text[], entities jsonb, full_feature_names boolean) TO authenticated;
GRANT ALL ON FUNCTION ml_private.get_online_features(features text[], entities jsonb, full_feature_names boolean) TO service_role;
REVOKE ALL ON FUNCTION ml_private.get_run(run_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.get_run(run_id uuid) TO authenticated;
GRANT ALL ON FUNCTION ml_private.get_run(run_id uuid) TO ml_worker;
GRANT ALL ON FUNCTION ml_private.get_run(run_id uuid) TO service_role;
REVOKE ALL ON FUNCTION ml_private.give_up_deliveries() FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.guard_future_sql(view_id bigint, rows_sql text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.hand_out_jobs(worker_id text, queues text[], capabilities jsonb, max_jobs integer, lease_seconds integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.has_come_back(checked ml.drift_checks, missing jsonb, monitor ml.monitors) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.has_newest_index(relation oid, join_keys jsonb, event_time text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.has_role(minimum text, worker boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.has_role(minimum text, worker boolean) TO authenticated;
GRANT ALL ON FUNCTION ml_private.has_role(minimum text, worker boolean) TO ml_worker;
GRANT ALL ON FUNCTION ml_private.has_role(minimum text, worker boolean) TO service_role;
REVOKE ALL ON FUNCTION ml_private.heartbeat_job(job_id bigint, attempt integer, progress jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.heartbeat_job(job_id bigint, attempt integer, progress jsonb) TO ml_worker;
GRANT ALL ON FUNCTION ml_private.heartbeat_job(job_id bigint, attempt integer, progress jsonb) TO service_role;
REVOKE ALL ON FUNCTION ml_private.held_out_side(dataset ml.datasets) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.history_columns_sql(view_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.history_names(view_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.hold_input_views(signature jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.hold_run(run_id uuid) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.hold_run_for_writing(run_id uuid, attempt integer, tags_only boolean) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.hold_source(relation oid, columns text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.http_post(url text, headers jsonb, body jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.incumbent_version(model_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.input_features(signature jsonb, OUT refs text[], OUT ids bigint[], OUT nullable boolean[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.input_keys(version_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.input_owners(version_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.insert_dependent_jobs(specs jsonb[], ids bigint[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.insert_job_rows(specs jsonb[], ids bigint[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.insert_jobs(specs jsonb[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.insert_plain_job(kind text, payload jsonb, queue text, priority integer, max_attempts integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.insert_version(model text, version ml.model_versions) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.is_known_type(type oid) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.is_local_stack() FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.is_metric_name(name text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.is_number(value jsonb, low numeric, high numeric) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.is_option_schema(schema jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.is_platform_schema(schema_name text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.is_private_address(address inet) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.is_time_series(table_name text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.is_vouched_for(relation oid) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.is_whole(value jsonb, low numeric, high numeric) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.join_features(work text, raw text, features jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.join_source(work text, view_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.json_call(function_name text, arguments text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.keep_history_sql(view_id bigint, relation oid) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.keep_pending_sql(view_id bigint, relation text, rows_sql text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.keep_rows_sql(view_id bigint, relation oid, relations text[], keys_sql text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.keep_unseen(old jsonb, new jsonb, checked ml.drift_checks, monitor ml.monitors) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.kept_back(dataset_id bigint, evaluation ml.datasets) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.key_cast(key_type text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.key_fits_sql(join_keys jsonb, alias text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.key_names(version_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.ks_p_value(d double precision, n integer, m integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.ks_p_value_asymptotic(d double precision, n integer, m integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.ks_p_value_exact(d double precision, n integer, m integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.ks_statistic(reference double precision[], current double precision[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.label_type(relation oid, column_name text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.latest_alert(version_id bigint, kind text, cooldown interval) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.lineage_name(kind text, id text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.list_awaiting(parents bigint[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.list_behind(parents bigint[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.list_job_queues() FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.list_time_partitions(series regclass) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.list_waiting_queues() FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.lock_awaiting(parents bigint[], roots bigint[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.lock_dependencies(specs jsonb[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.lock_entities_sql(view_id bigint, relations text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.lock_job(job_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.lock_many_sql(view_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.lock_model(model text, actor uuid, create_missing boolean) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.lock_sql(view_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.lock_unfitted(features jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.log_batch(run_id uuid, metrics jsonb, params jsonb, tags jsonb, attempt integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.log_batch(run_id uuid, metrics jsonb, params jsonb, tags jsonb, attempt integer) TO authenticated;
GRANT ALL ON FUNCTION ml_private.log_batch(run_id uuid, metrics jsonb, params jsonb, tags jsonb, attempt integer) TO ml_worker;
GRANT ALL ON FUNCTION ml_private.log_batch(run_id uuid, metrics jsonb, params jsonb, tags jsonb, attempt integer) TO service_role;
REVOKE ALL ON FUNCTION ml_private.log_factorial(n bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.log_gamma_half(twice integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.log_job(job_id bigint, attempt integer, message text, level text, fields jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.log_job(job_id bigint, attempt integer, message text, level text, fields jsonb) TO ml_worker;
GRANT ALL ON FUNCTION ml_private.log_job(job_id bigint, attempt integer, message text, level text, fields jsonb) TO service_role;
REVOKE ALL ON FUNCTION ml_private.log_predictions(predictions jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.log_predictions(predictions jsonb) TO service_role;
REVOKE ALL ON FUNCTION ml_private.log_refusals(refusals jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.log_refusals(refusals jsonb) TO service_role;
REVOKE ALL ON FUNCTION ml_private.maintain_time_series() FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.make_next_partition(schema_name text, table_name text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.make_partitioned(schema_name text, table_name text, time_column text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.make_time_partition(schema_name text, table_name text, lower_bound timestamp with time zone) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.match_columns(tensor jsonb, dataset_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.materialize_feature_view(view text, version integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.materialize_feature_view(view text, version integer) TO authenticated;
GRANT ALL ON FUNCTION ml_private.materialize_feature_view(view text, version integer) TO service_role;
REVOKE ALL ON FUNCTION ml_private.metric_problem(item jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.metric_step(value jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.metric_time(value jsonb, default_time timestamp with time zone) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.metric_value(value jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.missing_p_value(reference_missing bigint, reference_rows bigint, current_missing bigint, current_rows bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.mostly_different(sample double precision[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.move_stage(version ml.model_versions, stage text, reason text, checks jsonb, actor uuid) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.newest_answers(version_id bigint, since timestamp with time zone, max_rows integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.newest_before_sql(work text, view_id bigint, feature_ids bigint[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.newest_evidence(version_id bigint, name text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.newest_order_sql(view_id bigint, alias text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.newest_rows_sql(view_id bigint, relation text, clock text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.normalize_requirements(requirements jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.not_worse_check(version ml.model_versions, rule jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.notify_workers(queues text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.nudge_webhooks(done jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.on_pinned_rows(version_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.online_clock() FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.online_inputs(signature jsonb, entities jsonb, refusals boolean) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.online_matrix(feature_ids bigint[], entities jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.online_rows(feature_ids bigint[], entities jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.other_rows(inputs jsonb, incomplete jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.own_key(features jsonb, key text, entity jsonb, names text[], positions integer[], telling integer[], OUT own text, OUT told boolean) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.owners_by_position(version_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.parse_address(value text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.parse_job_time(value text, what text) FROM PUBLIC;
GRANT SELECT ON TABLE ml.run_metrics TO authenticated;
GRANT SELECT ON TABLE ml.run_metrics TO service_role;
REVOKE ALL ON FUNCTION ml_private.parse_metrics(run_id uuid, metrics jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.passed_checks(version ml.model_versions, requirements jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.pick_above_floor(queue text, max_jobs integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.pick_jobs(queues text[], capabilities jsonb, max_jobs integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.pin_references(version_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.pinned_evaluation(model_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.population_stability_index(reference double precision[], current double precision[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.present_sql(dataset ml.datasets, column_name text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.presented_token() FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.primary_key(relation oid) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.production_version(model_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.promote_history(view_id bigint, max_rows integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.promote_model(model text, version integer, stage text, reason text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.promote_model(model text, version integer, stage text, reason text) TO authenticated;
GRANT ALL ON FUNCTION ml_private.promote_model(model text, version integer, stage text, reason text) TO service_role;
REVOKE ALL ON FUNCTION ml_private.promote_pending() FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.promote_view(view_id bigint, max_rows integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.promotion_checks(version ml.model_versions, stage text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.protect_served_view() FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.prune_claims() FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.prune_quarantined_rows() FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.prune_webhook_deliveries() FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.psi_test(reference bigint[], current bigint[], OUT psi double precision, OUT p_value double precision) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.quarantine_sql(view_id bigint, relation text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.queue_model_check(model text, version integer, kind text, options jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.queue_model_check(model text, version integer, kind text, options jsonb) TO authenticated;
GRANT ALL ON FUNCTION ml_private.queue_model_check(model text, version integer, kind text, options jsonb) TO service_role;
REVOKE ALL ON FUNCTION ml_private.queue_retraining(version_id bigint, reason text, run_at timestamp with time zone) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.raise_alert(checked ml.drift_checks, monitor ml.monitors, kind text, severity text, title text, details jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.raise_conflict(message text, code text, hint text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.raise_conflict(message text, code text, hint text) TO authenticated;
GRANT ALL ON FUNCTION ml_private.raise_conflict(message text, code text, hint text) TO ml_worker;
GRANT ALL ON FUNCTION ml_private.raise_conflict(message text, code text, hint text) TO service_role;
REVOKE ALL ON FUNCTION ml_private.raise_duplicate(message text, code text, hint text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.raise_duplicate(message text, code text, hint text) TO authenticated;
GRANT ALL ON FUNCTION ml_private.raise_duplicate(message text, code text, hint text) TO ml_worker;
GRANT ALL ON FUNCTION ml_private.raise_duplicate(message text, code text, hint text) TO service_role;
REVOKE ALL ON FUNCTION ml_private.raise_error(sqlstate_code text, message text, code text, hint text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.raise_error(sqlstate_code text, message text, code text, hint text) TO authenticated;
GRANT ALL ON FUNCTION ml_private.raise_error(sqlstate_code text, message text, code text, hint text) TO ml_worker;
GRANT ALL ON FUNCTION ml_private.raise_error(sqlstate_code text, message text, code text, hint text) TO service_role;
REVOKE ALL ON FUNCTION ml_private.raise_invalid(message text, code text, hint text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.raise_invalid(message text, code text, hint text) TO authenticated;
GRANT ALL ON FUNCTION ml_private.raise_invalid(message text, code text, hint text) TO ml_worker;
GRANT ALL ON FUNCTION ml_private.raise_invalid(message text, code text, hint text) TO service_role;
REVOKE ALL ON FUNCTION ml_private.raise_lease_lost(job_id bigint, attempt integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.raise_lease_required(run_id uuid, job_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.raise_missing(message text, code text, hint text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.raise_missing(message text, code text, hint text) TO authenticated;
GRANT ALL ON FUNCTION ml_private.raise_missing(message text, code text, hint text) TO ml_worker;
GRANT ALL ON FUNCTION ml_private.raise_missing(message text, code text, hint text) TO service_role;
REVOKE ALL ON FUNCTION ml_private.raise_unknown(what text, key anyelement, hint text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.raise_unknown(what text, key anyelement, hint text) TO authenticated;
GRANT ALL ON FUNCTION ml_private.raise_unknown(what text, key anyelement, hint text) TO ml_worker;
GRANT ALL ON FUNCTION ml_private.raise_unknown(what text, key anyelement, hint text) TO service_role;
REVOKE ALL ON FUNCTION ml_private.read_dataset(dataset text, split text, after_row bigint, max_rows integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.read_dataset(dataset text, split text, after_row bigint, max_rows integer) TO authenticated;
GRANT ALL ON FUNCTION ml_private.read_dataset(dataset text, split text, after_row bigint, max_rows integer) TO ml_worker;
GRANT ALL ON FUNCTION ml_private.read_dataset(dataset text, split text, after_row bigint, max_rows integer) TO service_role;
REVOKE ALL ON FUNCTION ml_private.read_history(view_id bigint, entity_keys text[], read_at timestamp with time zone, OUT row_values jsonb[], OUT event_times timestamp with time zone[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.read_secret(name text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.read_source(query text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.read_view(view_id bigint, transformed boolean, entity_keys text[], read_at timestamp with time zone, OUT row_values jsonb[], OUT event_times timestamp with time zone[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.read_with_pending(view_id bigint, entity_keys text[], read_at timestamp with time zone, OUT row_values jsonb[], OUT event_times timestamp with time zone[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.recompile_views() FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.reconcile_history(view_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.reconcile_sql(view_id bigint, relation oid) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.record_claim(claim_id uuid, worker_id text, jobs ml.jobs[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.record_evidence(model text, version integer, name text, value double precision, passed boolean, details jsonb, job_id bigint, attempt integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.record_evidence(model text, version integer, name text, value double precision, passed boolean, details jsonb, job_id bigint, attempt integer) TO authenticated;
GRANT ALL ON FUNCTION ml_private.record_evidence(model text, version integer, name text, value double precision, passed boolean, details jsonb, job_id bigint, attempt integer) TO ml_worker;
GRANT ALL ON FUNCTION ml_private.record_evidence(model text, version integer, name text, value double precision, passed boolean, details jsonb, job_id bigint, attempt integer) TO service_role;
REVOKE ALL ON FUNCTION ml_private.record_webhook_outcome(delivery_id uuid, attempt integer, status integer, error text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.record_webhook_outcome(delivery_id uuid, attempt integer, status integer, error text) TO service_role;
REVOKE ALL ON FUNCTION ml_private.redeliver_webhook(delivery_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.redeliver_webhook(delivery_id uuid) TO authenticated;
GRANT ALL ON FUNCTION ml_private.redeliver_webhook(delivery_id uuid) TO service_role;
REVOKE ALL ON FUNCTION ml_private.reference_scores(version_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.refill_sql(view_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.refuse_change() FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.refuse_failed(model text, version integer, stage text, checks jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.refuse_future(view_id bigint, entity_key text, due_at timestamp with time zone, clock timestamp with time zone) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.refuse_version_change() FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.register_entity(name text, join_keys jsonb, description text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.register_entity(name text, join_keys jsonb, description text) TO authenticated;
GRANT ALL ON FUNCTION ml_private.register_entity(name text, join_keys jsonb, description text) TO service_role;
REVOKE ALL ON FUNCTION ml_private.register_feature_view(name text, entity text, source text, event_time text, features jsonb, created_time text, ttl interval, mode text, description text, future text, future_tolerance interval, keep_history boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.register_feature_view(name text, entity text, source text, event_time text, features jsonb, created_time text, ttl interval, mode text, description text, future text, future_tolerance interval, keep_history boolean) TO authenticated;
GRANT ALL ON FUNCTION ml_private.register_feature_view(name text, entity text, source text, event_time text, features jsonb, created_time text, ttl interval, mode text, description text, future text, future_tolerance interval, keep_history boolean) TO service_role;
REVOKE ALL ON FUNCTION ml_private.register_model_version(model text, run_id uuid, artifact_sha256 text, artifact_bytes bigint, signature jsonb, framework text, model_type text, tags jsonb, description text, attempt integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.register_model_version(model text, run_id uuid, artifact_sha256 text, artifact_bytes bigint, signature jsonb, framework text, model_type text, tags jsonb, description text, attempt integer) TO authenticated;
GRANT ALL ON FUNCTION ml_private.register_model_version(model text, run_id uuid, artifact_sha256 text, artifact_bytes bigint, signature jsonb, framework text, model_type text, tags jsonb, description text, attempt integer) TO ml_worker;
GRANT ALL ON FUNCTION ml_private.register_model_version(model text, run_id uuid, artifact_sha256 text, artifact_bytes bigint, signature jsonb, framework text, model_type text, tags jsonb, description text, attempt integer) TO service_role;
REVOKE ALL ON FUNCTION ml_private.register_tick_task(name text, function_name text, every interval, urgent boolean) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.register_webhook_endpoint(url text, event_types text[], description text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.register_webhook_endpoint(url text, event_types text[], description text) TO authenticated;
GRANT ALL ON FUNCTION ml_private.register_webhook_endpoint(url text, event_types text[], description text) TO service_role;
REVOKE ALL ON FUNCTION ml_private.relation_name(relation oid) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.release_job(job_id bigint, attempt integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.release_job(job_id bigint, attempt integer) TO ml_worker;
GRANT ALL ON FUNCTION ml_private.release_job(job_id bigint, attempt integer) TO service_role;
REVOKE ALL ON FUNCTION ml_private.remove_member(user_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.remove_member(user_id uuid) TO authenticated;
GRANT ALL ON FUNCTION ml_private.remove_member(user_id uuid) TO service_role;
REVOKE ALL ON FUNCTION ml_private.remove_webhook_endpoint(endpoint_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.remove_webhook_endpoint(endpoint_id uuid) TO authenticated;
GRANT ALL ON FUNCTION ml_private.remove_webhook_endpoint(endpoint_id uuid) TO service_role;
REVOKE ALL ON FUNCTION ml_private.renew_online(view_id bigint, entity_keys text[], clock timestamp with time zone) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.renew_sql(view_id bigint, relations text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.repeat_claim(claim_id uuid, worker_id text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.repeated(sample double precision[], times integer[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.request_retraining(alert ml.alerts, monitor ml.monitors) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.require_other_admin(user_id uuid) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.require_role(minimum text, worker boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.require_role(minimum text, worker boolean) TO authenticated;
GRANT ALL ON FUNCTION ml_private.require_role(minimum text, worker boolean) TO ml_worker;
GRANT ALL ON FUNCTION ml_private.require_role(minimum text, worker boolean) TO service_role;
REVOKE ALL ON FUNCTION ml_private.resolve_access_token(token text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.resolve_access_token(token text) TO service_role;
REVOKE ALL ON FUNCTION ml_private.resolve_alert(alert_id bigint, resolution text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.resolve_alert(alert_id bigint, resolution text) TO authenticated;
GRANT ALL ON FUNCTION ml_private.resolve_alert(alert_id bigint, resolution text) TO service_role;
REVOKE ALL ON FUNCTION ml_private.resolve_alert_row(alert_id bigint, resolution text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.resolve_columns(tensor jsonb, what text, dataset_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.resolve_dependencies(parents bigint[]) FROM PUBLIC;
GRANT SELECT ON TABLE ml.features TO authenticated;
GRANT SELECT ON TABLE ml.features TO service_role;
REVOKE ALL ON FUNCTION ml_private.resolve_feature(ref text, view_version integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.resolve_features(refs text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.resolve_options(schema jsonb, options jsonb, what text, code text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.resolve_prediction(model text, entities jsonb, version integer, refusals boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.resolve_prediction(model text, entities jsonb, version integer, refusals boolean) TO authenticated;
GRANT ALL ON FUNCTION ml_private.resolve_prediction(model text, entities jsonb, version integer, refusals boolean) TO ml_worker;
GRANT ALL ON FUNCTION ml_private.resolve_prediction(model text, entities jsonb, version integer, refusals boolean) TO service_role;
REVOKE ALL ON FUNCTION ml_private.resolve_source(source text, what text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.resolve_training_config(config jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.retire_feature_view(view text, version integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.retire_feature_view(view text, version integer) TO authenticated;
GRANT ALL ON FUNCTION ml_private.retire_feature_view(view text, version integer) TO service_role;
REVOKE ALL ON FUNCTION ml_private.retry_job(job_id bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.retry_job(job_id bigint) TO authenticated;
GRANT ALL ON FUNCTION ml_private.retry_job(job_id bigint) TO service_role;
REVOKE ALL ON FUNCTION ml_private.revoke_access_token(token_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.revoke_access_token(token_id uuid) TO authenticated;
GRANT ALL ON FUNCTION ml_private.revoke_access_token(token_id uuid) TO service_role;
REVOKE ALL ON FUNCTION ml_private.row_hash(created_time timestamp with time zone, row_values jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.row_sql(relation oid, key text[], alias text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.row_weight(times bigint, usual numeric, most integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.rows_read(max_rows integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.rows_repeat(version_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.rows_trained_on(dataset text, model text, version integer, split text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.rows_trained_on(dataset text, model text, version integer, split text) TO authenticated;
GRANT ALL ON FUNCTION ml_private.rows_trained_on(dataset text, model text, version integer, split text) TO ml_worker;
GRANT ALL ON FUNCTION ml_private.rows_trained_on(dataset text, model text, version integer, split text) TO service_role;
REVOKE ALL ON FUNCTION ml_private.run_drift_check(model_id bigint, min_rows integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.run_tick_step(began timestamp with time zone, done jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.run_tick_task(name text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.same_entity_sql(join_keys jsonb, alias text, stored text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.scalar_text(value jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.schedule_tick(every text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.send_job(job ml.jobs, event text, own_topic boolean, webhooks boolean) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.set_evaluation_data(model text, dataset text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.set_evaluation_data(model text, dataset text) TO authenticated;
GRANT ALL ON FUNCTION ml_private.set_evaluation_data(model text, dataset text) TO service_role;
REVOKE ALL ON FUNCTION ml_private.set_floor(queue text, entries_read bigint, best ml.jobs) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.set_monitor(model text, config jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.set_monitor(model text, config jsonb) TO authenticated;
GRANT ALL ON FUNCTION ml_private.set_monitor(model text, config jsonb) TO service_role;
REVOKE ALL ON FUNCTION ml_private.set_promotion_policy(model text, stage text, requirements jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.set_promotion_policy(model text, stage text, requirements jsonb) TO authenticated;
GRANT ALL ON FUNCTION ml_private.set_promotion_policy(model text, stage text, requirements jsonb) TO service_role;
REVOKE ALL ON FUNCTION ml_private.set_queue_settings(queue text, settings jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.set_queue_settings(queue text, settings jsonb) TO authenticated;
GRANT ALL ON FUNCTION ml_private.set_queue_settings(queue text, settings jsonb) TO service_role;
REVOKE ALL ON FUNCTION ml_private.settle_history(view_id bigint, entity_keys text[], clock timestamp with time zone) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.settle_sql(view_id bigint, keys_sql text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.share_difference_interval(successes bigint, trials bigint, other_successes bigint, other_trials bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.share_difference_interval(successes bigint, trials bigint, other_successes bigint, other_trials bigint) TO authenticated;
GRANT ALL ON FUNCTION ml_private.share_difference_interval(successes bigint, trials bigint, other_successes bigint, other_trials bigint) TO service_role;
REVOKE ALL ON FUNCTION ml_private.share_lease(job_id bigint, attempt integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.shared_rows(dataset ml.datasets, splits text[], other ml.datasets, other_splits text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.show_json(value jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.show_number(value double precision) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.signature_columns(signature jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.signature_entities(signature jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.snap_to(reference double precision[], current double precision[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.source_rows_sql(relation oid, columns text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.spendable_alpha(monitor ml.monitors, at timestamp with time zone) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.split_sql(split jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.staging_check(version ml.model_versions, required double precision) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.standing_row_sql(view_id bigint, alias text, ever boolean) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.start_history(view_id bigint, relation oid) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.start_monitoring() FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.start_realtime(view_id bigint, relation oid) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.start_run(experiment text, name text, parent_run_id uuid, tags jsonb, job_id bigint, dataset text, attempt integer) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.start_run(experiment text, name text, parent_run_id uuid, tags jsonb, job_id bigint, dataset text, attempt integer) TO authenticated;
GRANT ALL ON FUNCTION ml_private.start_run(experiment text, name text, parent_run_id uuid, tags jsonb, job_id bigint, dataset text, attempt integer) TO ml_worker;
GRANT ALL ON FUNCTION ml_private.start_run(experiment text, name text, parent_run_id uuid, tags jsonb, job_id bigint, dataset text, attempt integer) TO service_role;
REVOKE ALL ON FUNCTION ml_private.start_view(view_id bigint, relation oid) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.submit_feedback(prediction_id uuid, actual text, rating integer, comment text) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.submit_feedback(prediction_id uuid, actual text, rating integer, comment text) TO authenticated;
GRANT ALL ON FUNCTION ml_private.submit_feedback(prediction_id uuid, actual text, rating integer, comment text) TO service_role;
REVOKE ALL ON FUNCTION ml_private.summarise_feedback(version_id bigint, since timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.summarise_feedback(version_id bigint, since timestamp with time zone) TO authenticated;
GRANT ALL ON FUNCTION ml_private.summarise_feedback(version_id bigint, since timestamp with time zone) TO service_role;
REVOKE ALL ON FUNCTION ml_private.summarise_job(job ml.jobs) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.summarise_refusals(model_id bigint, answered bigint, since timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.summarise_refusals(model_id bigint, answered bigint, since timestamp with time zone) TO authenticated;
GRANT ALL ON FUNCTION ml_private.summarise_refusals(model_id bigint, answered bigint, since timestamp with time zone) TO service_role;
REVOKE ALL ON FUNCTION ml_private.summarise_retraining(model_id bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.summarise_retraining(model_id bigint) TO authenticated;
GRANT ALL ON FUNCTION ml_private.summarise_retraining(model_id bigint) TO service_role;
REVOKE ALL ON FUNCTION ml_private.summarise_serving(model_id bigint, since timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.summarise_serving(model_id bigint, since timestamp with time zone) TO authenticated;
GRANT ALL ON FUNCTION ml_private.summarise_serving(model_id bigint, since timestamp with time zone) TO service_role;
REVOKE ALL ON FUNCTION ml_private.switch_deployment() FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.sync_body_sql(view_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.sync_history_sql(view_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.sync_source_sql(view_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.systematic_sample(sample double precision[], size integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.take_back_leases(queue text, expired timestamp with time zone, max_jobs integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.take_jobs(worker_id text, queues text[], capabilities jsonb, max_jobs integer, lease_seconds integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.takes_over_sql(view_id bigint, alias text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.tell_followers(jobs ml.jobs[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.telling_inputs(version_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.text_of(value jsonb, what text) FROM PUBLIC;
REVOKE ALL ON PROCEDURE ml_private.tick(INOUT done jsonb, IN max_seconds double precision) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.tie_training_dataset(training ml.training_jobs, dataset ml.datasets) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.time_partition_name(schema_name text, table_name text, suffix text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.time_series_access_statements(old regclass) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.time_series_detach_statements(old regclass) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.time_series_form() FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.time_series_rebuild_statements(old regclass) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.time_series_trigger_statements(old regclass) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.timely_row_sql(view_id bigint, alias text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.timescale_schema() FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.title_alert(checked ml.drift_checks, kind text, details jsonb, OUT title text, OUT severity text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.token_role(token_id uuid) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.told_apart(inputs jsonb, telling integer[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.train_model(config jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.train_model(config jsonb) TO authenticated;
GRANT ALL ON FUNCTION ml_private.train_model(config jsonb) TO service_role;
REVOKE ALL ON FUNCTION ml_private.unservable_code(status text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.unservable_error(ordinal integer, entity jsonb, feature text, status text, incomplete integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.update_alert(checked ml.drift_checks, monitor ml.monitors, kind text, drifted boolean) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.update_webhook_endpoint(endpoint_id uuid, url text, event_types text[], description text, enabled boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.update_webhook_endpoint(endpoint_id uuid, url text, event_types text[], description text, enabled boolean) TO authenticated;
GRANT ALL ON FUNCTION ml_private.update_webhook_endpoint(endpoint_id uuid, url text, event_types text[], description text, enabled boolean) TO service_role;
REVOKE ALL ON FUNCTION ml_private.upsert_pending_sql(view_id bigint, rows_sql text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.upsert_sql(view_id bigint, rows_sql text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.usable_row_sql(view_id bigint, alias text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.uuid_time(id uuid) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.validation_accuracy(version_id bigint, OUT value double precision, OUT rows bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.validation_accuracy(version_id bigint, OUT value double precision, OUT rows bigint) TO authenticated;
GRANT ALL ON FUNCTION ml_private.validation_accuracy(version_id bigint, OUT value double precision, OUT rows bigint) TO service_role;
REVOKE ALL ON FUNCTION ml_private.value_expression(column_expression text, column_type text, value_type text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.view_columns(view_id bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.view_keys_sql(view_id bigint, relation text, ever boolean) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.view_rows_sql(view_id bigint, relation text, ever boolean) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.view_warnings(relation oid, join_keys jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.views_check(version ml.model_versions) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.void_evidence_of(job ml.jobs) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.wake_all_jobs() FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.wake_due_jobs(queue text, due timestamp with time zone, max_jobs integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.wake_jobs(queues text[], max_jobs integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.wake_jobs_sometimes(queues text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.webhook_lease(attempt integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.webhook_retry_delay(attempt integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.webhook_secret_name(endpoint_id uuid) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.whole_setting(config jsonb, key text, low numeric, high numeric, default_value numeric) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.why_unmeasurable(model text, dataset ml.datasets) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.wide_edges(reference bigint[], edges double precision[], rows integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.wilson_interval(successes bigint, trials bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION ml_private.wilson_interval(successes bigint, trials bigint) TO authenticated;
GRANT ALL ON FUNCTION ml_private.wilson_interval(successes bigint, trials bigint) TO service_role;
REVOKE ALL ON FUNCTION ml_private.window_parts(version_id bigint, since timestamp with time zone, max_rows integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.write_dataset_table(table_name text, raw text, join_keys jsonb, features jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.write_metrics(rows ml.run_metrics[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.write_params(run_id uuid, params jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.write_secret(name text, value text) FROM PUBLIC;
REVOKE ALL ON FUNCTION ml_private.write_tags(run_id uuid, tags jsonb) FROM PUBLIC;
GRANT SELECT(id) ON TABLE ml.access_tokens TO authenticated;
GRANT SELECT(id) ON TABLE ml.access_tokens TO service_role;
GRANT SELECT(user_id) ON TABLE ml.access_tokens TO authenticated;
GRANT SELECT(user_id) ON TABLE ml.access_tokens TO service_role;
GRANT SELECT(name) ON TABLE ml.access_tokens TO authenticated;
GRANT SELECT(name) ON TABLE ml.access_tokens TO service_role;
GRANT SELECT(scope) ON TABLE ml.access_tokens TO authenticated;
GRANT SELECT(scope) ON TABLE ml.access_tokens TO service_role;
GRANT SELECT(created_at) ON TABLE ml.access_tokens TO authenticated;
GRANT SELECT(created_at) ON TABLE ml.access_tokens TO service_role;
GRANT SELECT(expires_at) ON TABLE ml.access_tokens TO authenticated;
GRANT SELECT(expires_at) ON TABLE ml.access_tokens TO service_role;
GRANT SELECT(revoked_at) ON TABLE ml.access_tokens TO authenticated;
GRANT SELECT(revoked_at) ON TABLE ml.access_tokens TO service_role;
GRANT SELECT(last_used_at) ON TABLE ml.access_tokens TO authenticated;
GRANT SELECT(last_used_at) ON TABLE ml.access_tokens TO service_role;
GRANT SELECT ON TABLE ml.alert_changes TO authenticated;
GRANT SELECT ON TABLE ml.alert_changes TO service_role;
GRANT SELECT ON TABLE ml.deployments TO authenticated;
GRANT SELECT ON TABLE ml.deployments TO service_role;
GRANT SELECT ON TABLE ml.drift_references TO authenticated;
GRANT SELECT ON TABLE ml.drift_references TO service_role;
GRANT SELECT ON TABLE ml.drift_results TO authenticated;
GRANT SELECT ON TABLE ml.drift_results TO service_role;
GRANT SELECT ON TABLE ml.event_types TO authenticated;
GRANT SELECT ON TABLE ml.event_types TO service_role;
GRANT SELECT ON TABLE ml.job_events TO authenticated;
GRANT SELECT ON TABLE ml.job_events TO service_role;
GRANT SELECT ON TABLE ml.latest_metrics TO authenticated;
GRANT SELECT ON TABLE ml.latest_metrics TO service_role;
GRANT SELECT ON TABLE ml.lineage_edges TO authenticated;
GRANT SELECT ON TABLE ml.lineage_edges TO service_role;
GRANT SELECT ON TABLE ml.online_features TO authenticated;
GRANT SELECT ON TABLE ml.online_features TO service_role;
GRANT SELECT ON TABLE ml.prediction_refusals TO authenticated;
GRANT SELECT ON TABLE ml.prediction_refusals TO service_role;
GRANT SELECT ON TABLE ml.predictions TO authenticated;
GRANT SELECT ON TABLE ml.predictions TO service_role;
GRANT SELECT ON TABLE ml.quarantined_rows TO authenticated;
GRANT SELECT ON TABLE ml.quarantined_rows TO service_role;
GRANT SELECT ON TABLE ml.queue_stats TO authenticated;
GRANT SELECT ON TABLE ml.queue_stats TO service_role;
GRANT SELECT ON TABLE ml.retrainings TO authenticated;
GRANT SELECT ON TABLE ml.retrainings TO service_role;
GRANT SELECT ON TABLE ml.run_params TO authenticated;
GRANT SELECT ON TABLE ml.run_params TO service_role;
GRANT SELECT ON TABLE ml.run_tags TO authenticated;
GRANT SELECT ON TABLE ml.run_tags TO service_role;
GRANT SELECT ON TABLE ml.stage_transitions TO authenticated;
GRANT SELECT ON TABLE ml.stage_transitions TO service_role;
