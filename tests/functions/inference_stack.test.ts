// The inference function in a whole stack: real tokens, the real database, Storage and the edge function router.
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { createClient } from "@supabase/supabase-js";
import { uploadRuntime } from "../../scripts/ort_runtime.ts";
import { signToken } from "../../scripts/stack/keys.ts";
import { type Stack, startStack } from "../../scripts/stack/stack.ts";
import { userIds } from "../support/roles.ts";
import { until } from "../support/waiting.ts";
import { publishModel } from "./inference_publish.ts";
import { columnsOf, expected, type Refusal, type Reply } from "./inference_support.ts";

const { rows, labels, probabilities } = expected.boosting!;
const width = rows[0]!.length;

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
      select 1, now(), ${measured} from public.measurements where patient_id = 2`;
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
  await t.step(
    "a refused patient is logged after the reply, with the features that were missing and no value, and the others as such",
    async () => {
      const refused = { model: "tumours", entities: { patient_id: [1, 998] } };
      assertEquals(await refusal(await predict(stack, viewer, refused)), [404, "entity_not_found"]);
      await until("the refusal is logged", async () => {
        const logged = await stack.sql<{ missing: number[]; code: string }[]>`
        select r.missing, r.code from ml.prediction_refusals r where r.row_key = '[998]' and r.requested_by = ${userIds.viewer}`;
        return logged.length === 1 && logged[0]!.missing.length === width && logged[0]!.code === "entity_not_found";
      });
      // The step before may have had it refused too, at the same moment.
      const others = await stack
        .sql`select distinct r.missing, r.code from ml.prediction_refusals r where r.row_key = '[1]'`;
      assertEquals(others.map(({ missing, code }) => ({ missing, code })), [{
        missing: [],
        code: "other_row_refused",
      }]);
    },
  );
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
