// The inference function in a whole stack: real tokens, the real database, Storage and the edge function router.
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { createClient } from "@supabase/supabase-js";
import { uploadRuntime } from "../../scripts/ort_runtime.ts";
import { signToken } from "../../scripts/stack/keys.ts";
import { type Stack, startStack } from "../../scripts/stack/stack.ts";
import { ensureMembers, userIds } from "../support/roles.ts";
import { until } from "../support/waiting.ts";
import { columnsOf, expected, readModel, type Refusal, type Reply, sha256Hex } from "./inference_support.ts";

const { rows, labels, probabilities } = expected.boosting!;
const width = rows[0]!.length;

/** A table of measurements, its feature view, and one registered version whose artifact lies in Storage. */
async function publishModel(stack: Stack): Promise<void> {
  const columns = columnsOf(width).map((column) => column.split(":")[1]!);
  await stack.sql.unsafe(
    `create table public.measurements (patient_id bigint, measured_at timestamptz, ${
      columns.map((column) => `${column} float8`).join(", ")
    })`,
  );
  await stack.sql`insert into public.measurements ${
    stack.sql(rows.map((row, index) => ({
      patient_id: index + 1,
      measured_at: new Date(),
      ...Object.fromEntries(row.map((value, position) => [columns[position], value])),
    })))
  }`;
  await ensureMembers(stack.sql);
  const admin = createClient(stack.url, stack.secretKey, { auth: { persistSession: false } });
  const model = readModel("boosting");
  const sha256 = await sha256Hex(model);
  const { error } = await admin.storage.from("ml-artifacts").upload(sha256, model, {
    contentType: "application/octet-stream",
  });
  assertEquals(error, null);
  await register(stack, columns, sha256, model.byteLength);
}

async function register(stack: Stack, columns: string[], sha256: string, bytes: number): Promise<void> {
  const ml = createClient(stack.url, stack.secretKey, { auth: { persistSession: false }, db: { schema: "ml" } });
  const call = async (name: string, args: Record<string, unknown>) => {
    const { data, error } = await ml.rpc(name, args);
    assertEquals(error, null, name);
    return data;
  };
  await call("register_entity", {
    name: "patient",
    join_keys: [{ name: "patient_id", type: "int64" }],
    description: "",
  });
  await call("register_feature_view", {
    name: "tumour",
    entity: "patient",
    source: "public.measurements",
    event_time: "measured_at",
    features: columns.map((name) => ({ name, type: "float64" })),
  });
  await call("create_experiment", { name: "tumours" });
  const run = await call("start_run", { experiment: "tumours" });
  await call("register_model_version", {
    model: "tumours",
    run_id: run.id,
    artifact_sha256: sha256,
    artifact_bytes: bytes,
    signature: {
      inputs: [{
        name: "features",
        type: "float32",
        shape: [null, width],
        columns: columns.map((name) => ({ feature: `tumour:${name}`, view_version: 1 })),
      }],
      outputs: [{ name: "probabilities", type: "float32", shape: [null, 2] }],
      classes: [0, 1],
      task: "classification",
    },
    framework: "scikit-learn",
    model_type: "gradient_boosting",
  });
  for (const stage of ["staging", "production"]) {
    await call("set_promotion_policy", { model: "tumours", stage, requirements: {} });
    await call("promote_model", { model: "tumours", version: 1, stage });
  }
}

async function predict(stack: Stack, token: string | null, body: unknown): Promise<Response> {
  return await fetch(`${stack.url}/functions/v1/inference/predict`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token ? { apikey: stack.publishableKey, authorization: `Bearer ${token}` } : { apikey: stack.secretKey }),
    },
    body: JSON.stringify(body),
  });
}

async function answer(response: Response): Promise<Reply> {
  const body = await response.json();
  assertEquals(response.status, 200, JSON.stringify(body));
  return body;
}

async function refusal(response: Response): Promise<[number, string]> {
  const body: Refusal = await response.json();
  return [response.status, body.details];
}

const entities = { patient_id: rows.map((_, index) => index + 1) };

async function checkStack(stack: Stack, t: Deno.TestContext): Promise<void> {
  const viewer = await signToken(stack.jwtSecret, { role: "authenticated", sub: userIds.viewer });
  const stranger = await signToken(stack.jwtSecret, { role: "authenticated", sub: userIds.stranger });

  await t.step("the stack has the runtime in Storage already", async () => {
    assertEquals(await uploadRuntime({ url: stack.url, secretKey: stack.secretKey }), false);
  });
  await t.step("a viewer's patients are answered from online features, as scikit-learn answers", async () => {
    const reply = await answer(await predict(stack, viewer, { model: "tumours", entities }));
    assertEquals(reply.predictions.map((prediction) => prediction.label), labels);
    reply.predictions.forEach((prediction, index) =>
      assertAlmostEquals(prediction.score, probabilities[index]![1]!, 1e-6)
    );
    await until("the predictions are logged", async () => {
      const logged = await stack.sql<{ id: string }[]>`
        select p.id from ml.predictions p where p.requested_by = ${userIds.viewer} order by p.entity->>'patient_id'`;
      return new Set(logged.map((row) => row.id)).isSupersetOf(new Set(reply.predictions.map((p) => p.id)));
    });
  });
  await t.step("a new measurement is what the next prediction sees", async () => {
    const measured = stack.sql(columnsOf(width).map((column) => column.split(":")[1]!));
    await stack.sql`
      insert into public.measurements
      select 1, now() + interval '1 second', ${measured} from public.measurements where patient_id = 2`;
    const reply = await answer(await predict(stack, viewer, { model: "tumours", entities: { patient_id: [1] } }));
    assertAlmostEquals(reply.predictions[0]!.score, probabilities[1]![1]!, 1e-6);
  });
  await t.step("supabase-js reaches it by its name and path", async () => {
    const client = createClient(stack.url, stack.publishableKey, {
      auth: { persistSession: false },
      global: { headers: { Authorization: `Bearer ${viewer}` } },
    });
    const body = { model: "tumours", entities: { patient_id: [3] } };
    const { data, error } = await client.functions.invoke<Reply>("inference/predict", { body });
    assertEquals(error, null);
    assertEquals(data?.predictions[0]?.label, labels[2]);
  });
  await t.step("the database decides who may ask for what", async () => {
    const body = { model: "tumours", inputs: rows.slice(0, 1) };
    assertEquals(await refusal(await predict(stack, stranger, body)), [403, "permission_denied"]);
    assertEquals(await refusal(await predict(stack, viewer, { ...body, version: 1 })), [403, "permission_denied"]);
    assertEquals((await answer(await predict(stack, stack.workerJwt, { ...body, version: 1 }))).purpose, "test");
    assertEquals((await answer(await predict(stack, null, body))).purpose, "live");
  });
  await t.step("what the database refuses keeps its status and its code", async () => {
    const ask = (body: unknown) => predict(stack, viewer, body).then(refusal);
    assertEquals(await ask({ model: "nothing", entities }), [404, "model_not_found"]);
    assertEquals(await ask({ model: "tumours", entities: { patient_id: [1, 999] } }), [404, "entity_not_found"]);
    const [status] = await ask({ model: "tumours", entities: { doctor_id: [1] } });
    assertEquals(status, 400);
    assertEquals(await ask({ model: "'; drop table ml.models; --", entities }), [404, "model_not_found"]);
  });
  await t.step("someone who signed in through Auth is known to the function", async () => {
    const client = createClient(stack.url, stack.publishableKey, { auth: { persistSession: false } });
    const { data, error } = await client.auth.signUp({ email: "someone@example.com", password: "a-long-password" });
    assertEquals(error, null);
    assert(data.session, "signing up gives a session");
    const response = await predict(stack, data.session.access_token, { model: "tumours", entities });
    assertEquals(await refusal(response), [403, "permission_denied"]);
  });
}

for (const tier of ["embedded", "native"] as const) {
  Deno.test(`predictions work through the whole stack (${tier})`, async (t) => {
    const stack = await startStack({ tier });
    try {
      await publishModel(stack);
      await checkStack(stack, t);
    } finally {
      await stack.stop();
    }
  });
}
