// A small platform with one of everything, so that calls get past "there is no such …".
import type { Stack } from "../../scripts/stack/stack.ts";
import { userIds } from "../support/roles.ts";

/** Ids and names of what was made. */
export interface Seeded {
  runId: string;
  /** claimed, each with attempt 1 */
  jobIds: number[];
  trainingJobId: number;
  modelId: number;
  versionId: number;
  predictionId: string;
  alertId: number;
  endpointId: string;
  /** to be removed */
  spareEndpointId: string;
  deliveryId: string;
  accessToken: string;
  /** to be revoked */
  spareTokenId: string;
  sha256: string;
}

/** A user who is no member at first. */
export const spareUser = "00000000-0000-4000-8000-0000000000ff";

type Row = Record<string, unknown>;

/** The signature of the model `fuzz`: one input, the feature fuzz:score. */
export const signature = {
  inputs: [{
    name: "features",
    type: "float32",
    shape: [null, 1],
    columns: [{ feature: "fuzz:score", view_version: 1 }],
  }],
  outputs: [{ name: "probabilities", type: "float32", shape: [null, 2] }],
  classes: [0, 1],
  task: "classification",
};

export async function seedForFuzz(stack: Stack): Promise<Seeded> {
  const call = caller(stack);
  for (const id of [...Object.values(userIds), spareUser]) {
    await stack.sql`insert into auth.users (id) values (${id}) on conflict do nothing`;
  }
  for (const role of ["viewer", "engineer", "admin"] as const) {
    await call("add_member", { user_id: userIds[role], role });
  }
  await seedFeatures(stack, call);
  const jobIds = await seedJobs(call);
  const run = await seedRun(call);
  const trained = await call("train_model", {
    config: { model: "fuzz", dataset: "fuzz", model_type: "logistic_regression" },
  });
  await call("claim_jobs", { worker_id: "fuzz", queues: ["training"] });
  const sha256 = "ab".repeat(32);
  const model = await seedModel(stack, call, String(run["id"]), sha256);
  const endpoint = await call("register_webhook_endpoint", { url: "https://example.com/hook", event_types: ["*"] });
  const spareEndpoint = await call("register_webhook_endpoint", {
    url: "https://example.com/spare",
    event_types: ["*"],
  });
  await call("enqueue_job", { kind: "told" });
  const [delivery] = await stack.sql<{ id: string }[]>`select id from ml.webhook_deliveries limit 1`;
  const token = await call("create_access_token", { name: "fuzz", scope: "worker" });
  const spareToken = await call("create_access_token", { name: "spare", scope: "worker" });
  const predictionId = crypto.randomUUID();
  await call("log_predictions", { predictions: [predictionOf(predictionId, model)] });
  const alertId = await seedAlert(stack, call, model);
  return {
    runId: String(run["id"]),
    jobIds,
    trainingJobId: Number(trained["job_id"]),
    modelId: Number(model["model_id"]),
    versionId: Number(model["id"]),
    predictionId,
    endpointId: String(endpoint["id"]),
    spareEndpointId: String(spareEndpoint["id"]),
    alertId,
    deliveryId: delivery?.id ?? crypto.randomUUID(),
    accessToken: String(token["token"]),
    spareTokenId: String(spareToken["id"]),
    sha256,
  };
}

export function predictionOf(id: string, version: Row): Row {
  return {
    id,
    served_at: new Date().toISOString(),
    model_id: version["model_id"],
    version_id: version["id"],
    entity_key: "[1]",
    entity: { id: 1 },
    features: [0.5],
    output: { probabilities: [0.4, 0.6] },
    predicted_label: "1",
    score: 0.6,
    latency_ms: 1.5,
    purpose: "live",
  };
}

type Call = (name: string, args: Row) => Promise<Row>;

function caller(stack: Stack): Call {
  return async (name, args) => {
    const response = await fetch(`${stack.url}/rest/v1/rpc/${name}`, {
      method: "POST",
      headers: { apikey: stack.secretKey, "content-type": "application/json", "content-profile": "ml" },
      body: JSON.stringify(args),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`cannot prepare the fuzz test: ${name}: ${text}`);
    const body: unknown = text === "" ? null : JSON.parse(text);
    return (Array.isArray(body) ? body[0] ?? {} : body ?? {}) as Row;
  };
}

async function seedFeatures(stack: Stack, call: Call) {
  await stack.sql.unsafe(`
    create table public.fuzz_source (id bigint primary key, score double precision, at timestamptz);
    insert into public.fuzz_source select i, i / 50.0, now() - interval '2 days' from generate_series(1, 50) i;
    create table public.fuzz_spine (id bigint, label integer, event_time timestamptz);
    insert into public.fuzz_spine select i, i % 2, now() - interval '1 day' from generate_series(1, 50) i;
    grant select on public.fuzz_source, public.fuzz_spine to authenticated, service_role`);
  await call("register_entity", { name: "fuzz", join_keys: [{ name: "id", type: "int64" }] });
  await call("register_feature_view", {
    name: "fuzz",
    entity: "fuzz",
    source: "public.fuzz_source",
    event_time: "at",
    features: [{ name: "score", type: "float64" }],
  });
  await call("register_feature_view", {
    name: "spare",
    entity: "fuzz",
    source: "public.fuzz_source",
    event_time: "at",
    features: [{ name: "score", type: "float64" }],
  });
  await call("create_training_dataset", {
    name: "fuzz",
    spine: "public.fuzz_spine",
    features: ["fuzz:score"],
    label: "label",
  });
}

/** Jobs in the queue `fuzz`, all claimed once. Their ids are above those that random arguments hit. */
async function seedJobs(call: Call): Promise<number[]> {
  const ids: number[] = [];
  for (let i = 0; i < 12; i++) await call("enqueue_job", { kind: "fuzz", queue: "other" });
  for (let i = 0; i < 20; i++) ids.push(Number((await call("enqueue_job", { kind: "fuzz", queue: "fuzz" }))["id"]));
  await call("claim_jobs", { worker_id: "fuzz", queues: ["fuzz"], max_jobs: ids.length, lease_seconds: 3600 });
  return ids;
}

async function seedRun(call: Call): Promise<Row> {
  await call("create_experiment", { name: "fuzz" });
  return await call("start_run", { experiment: "fuzz", dataset: "fuzz" });
}

/** The model `fuzz` with one version, in production. */
async function seedModel(stack: Stack, call: Call, runId: string, sha256: string): Promise<Row> {
  await stack.sql`
    insert into storage.objects (bucket_id, name, metadata)
    values ('ml-artifacts', ${sha256}, ${stack.sql.json({ size: 100, mimetype: "application/octet-stream" })})`;
  const version = await call("register_model_version", {
    model: "fuzz",
    run_id: runId,
    artifact_sha256: sha256,
    artifact_bytes: 100,
    signature,
    framework: "scikit-learn",
    model_type: "logistic_regression",
  });
  for (const stage of ["staging", "production"]) {
    await call("set_promotion_policy", { model: "fuzz", stage, requirements: {} });
    await call("promote_model", { model: "fuzz", version: 1, stage });
  }
  return version;
}

/** Live predictions far from the training data, and the alert that a drift check raises over them. */
async function seedAlert(stack: Stack, call: Call, version: Row): Promise<number> {
  const predictions = Array.from(
    { length: 100 },
    (_, i) => ({
      ...predictionOf(crypto.randomUUID(), version),
      entity_key: `[${i}]`,
      entity: { id: i },
      features: [50],
    }),
  );
  await call("log_predictions", { predictions });
  await call("check_drift", { model: "fuzz" });
  const [alert] = await stack.sql<{ id: number }[]>`select id::integer from ml.alerts limit 1`;
  if (!alert) throw new Error("cannot prepare the fuzz test: drift raised no alert");
  return alert.id;
}
