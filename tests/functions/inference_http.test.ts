// The function as it is deployed, behind HTTP: who gets in, which token the database sees, what comes from Storage. Supabase itself is a small stand-in.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { secretAsJwks, signToken } from "../../scripts/stack/keys.ts";
import { readRuntimeWasm } from "../../scripts/ort_runtime.ts";
import { ortManifest } from "../../supabase/functions/inference/ort_manifest.ts";
import { expected, readModel, type Refusal, type Reply, resolutionOf } from "./inference_support.ts";

const keys = {
  publishable: "sb_publishable_test",
  secret: "sb_secret_test",
  jwt: "a-secret-of-at-least-thirty-two-bytes",
};
const userId = "00000000-0000-4000-8000-000000000002";

interface Seen {
  path: string;
  authorization: string | null;
  apikey: string | null;
  profile: string | null;
  body: string;
}

const seen: Seen[] = [];
let resolution = await resolutionOf("boosting");
let replace: ((path: string) => Response | undefined) | undefined;
const wasm = await readRuntimeWasm();

async function supabase(request: Request): Promise<Response> {
  const path = new URL(request.url).pathname;
  seen.push({
    path,
    authorization: request.headers.get("authorization"),
    apikey: request.headers.get("apikey"),
    profile: request.headers.get("content-profile"),
    body: await request.text(),
  });
  const replaced = replace?.(path);
  if (replaced) return replaced;
  if (path === "/rest/v1/rpc/resolve_prediction") return Response.json(resolution);
  if (path === "/rest/v1/rpc/log_predictions") return Response.json(1);
  if (path.endsWith(`/ml-runtime/${ortManifest.wasm.object}`)) return new Response(wasm);
  if (path.endsWith(`/${resolution.artifact.path}`)) return new Response(readModel(resolution.model));
  return Response.json({ statusCode: "404", error: "not_found", message: "Object not found" }, { status: 400 });
}

const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, supabase);
Deno.test.afterAll(() => server.shutdown());

Deno.env.set("SUPABASE_URL", `http://127.0.0.1:${server.addr.port}`);
Deno.env.set("SUPABASE_PUBLISHABLE_KEY", keys.publishable);
Deno.env.set("SUPABASE_SECRET_KEY", keys.secret);
Deno.env.set("SUPABASE_JWKS", secretAsJwks(keys.jwt));
const { default: inference } = await import("../../supabase/functions/inference/index.ts");

async function post(body: unknown, headers: Record<string, string>): Promise<Response> {
  seen.length = 0;
  const request = new Request("http://localhost/inference/predict", {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  return await inference.fetch(request);
}

async function asUser(role = "authenticated", sub = userId, secret = keys.jwt): Promise<Record<string, string>> {
  return { apikey: keys.publishable, authorization: `Bearer ${await signToken(secret, { role, sub })}` };
}

const body = { model: "tumour", inputs: expected.boosting!.rows };
const call = (name: string) => seen.find((one) => one.path === `/rest/v1/rpc/${name}`)!;

Deno.test("a signed-in user is answered, the database decides under that user's own token, and the log is written with the secret key", async () => {
  const headers = await asUser();
  const response = await post(body, headers);
  const reply: Reply = await response.json();
  assertEquals(reply.predictions.map((prediction) => prediction.label), expected.boosting!.labels);
  const resolve = call("resolve_prediction");
  assertEquals([resolve.authorization, resolve.apikey, resolve.profile], [
    headers.authorization,
    keys.publishable,
    "ml",
  ]);
  assertEquals(JSON.parse(resolve.body), { model: "tumour", entities: null, version: null, refusals: true });
  const log = call("log_predictions");
  assertEquals([log.apikey, log.profile], [keys.secret, "ml"]);
  const { predictions } = JSON.parse(log.body);
  assertEquals(predictions.map((p: { id: string }) => p.id), reply.predictions.map((p) => p.id));
  assertEquals(new Set(predictions.map((p: { requested_by: string }) => p.requested_by)), new Set([userId]));
});

Deno.test("the model and the runtime come from Storage once, with the secret key", async () => {
  resolution = await resolutionOf("logistic");
  await post({ ...body, inputs: expected.logistic!.rows }, await asUser());
  const downloads = seen.filter((one) => one.path.startsWith("/storage/"));
  assertEquals(downloads.map((one) => [one.path.endsWith(resolution.artifact.path), one.apikey]), [[
    true,
    keys.secret,
  ]]);
  await post({ ...body, inputs: expected.logistic!.rows }, await asUser());
  assertEquals(seen.filter((one) => one.path.startsWith("/storage/")), []);
});

Deno.test("a worker's token gets in, and the database sees its role", async () => {
  const headers = await asUser("ml_worker", "worker-1");
  assertEquals((await post({ ...body, inputs: expected.logistic!.rows }, headers)).status, 200);
  assertEquals(call("resolve_prediction").authorization, headers.authorization);
  assertEquals(JSON.parse(call("log_predictions").body).predictions[0].requested_by, null);
});

Deno.test("a secret key gets in, as the service", async () => {
  assertEquals((await post({ ...body, inputs: expected.logistic!.rows }, { apikey: keys.secret })).status, 200);
  assertEquals(call("resolve_prediction").apikey, keys.secret);
});

const strangers: Record<string, () => Promise<Record<string, string>>> = {
  "nobody": async () => ({}),
  "a publishable key alone": async () => ({ apikey: keys.publishable }),
  "a wrong secret key": async () => ({ apikey: "sb_secret_wrong" }),
  "a token signed with another secret": () =>
    asUser("authenticated", userId, "another-secret-of-thirty-two-bytes-or-so"),
  "a token that is none": async () => ({ apikey: keys.publishable, authorization: "Bearer nonsense" }),
  "a forged token beside a right secret key": async () => ({
    ...await asUser("authenticated", userId, "x".repeat(40)),
    apikey: keys.secret,
  }),
};

for (const [who, headers] of Object.entries(strangers)) {
  Deno.test(`${who} is kept out with 401, before anything is asked of the database`, async () => {
    const response = await post(body, await headers());
    assertEquals([response.status, seen.length], [401, 0]);
    const told = await response.json();
    assertEquals(Object.keys(told), ["code", "message", "details", "hint"]);
    assertEquals([told.code, /^[a-z_]+$/.test(told.details), told.hint.startsWith("sign in")], ["PT401", true, true]);
  });
}

Deno.test("browsers may ask before they send", async () => {
  const response = await inference.fetch(new Request("http://localhost/inference/predict", { method: "OPTIONS" }));
  assertEquals(response.status, 204);
  assertEquals(response.headers.get("access-control-allow-origin"), "*");
});

interface Failure {
  answer: (path: string) => Response | undefined;
  status: number;
  details: string;
}

const on = (part: string, response: () => Response) => (path: string) => path.includes(part) ? response() : undefined;
const json = (status: number, value: unknown) => () => Response.json(value, { status });
const secretCause = "connection to postgres://postgres:hunter2@db failed";

const failures: Record<string, Failure> = {
  "a refusal of the database": {
    answer: on(
      "resolve_prediction",
      json(404, { code: "PT404", message: "no model is named 'x'", details: "model_not_found", hint: "" }),
    ),
    status: 404,
    details: "model_not_found",
  },
  "a caller who is no member": {
    answer: on(
      "resolve_prediction",
      json(403, { code: "42501", message: "this needs the role viewer", details: "permission_denied", hint: "" }),
    ),
    status: 403,
    details: "permission_denied",
  },
  "an internal error of the database": {
    answer: on("resolve_prediction", json(500, { code: "XX000", message: secretCause, details: null, hint: null })),
    status: 502,
    details: "database_failed",
  },
  "a gateway that answers with a page": {
    answer: on("resolve_prediction", () => new Response(`<html>${secretCause}</html>`, { status: 502 })),
    status: 503,
    details: "database_unavailable",
  },
  "an artifact that is not in Storage": {
    answer: on("ml-artifacts", json(400, { statusCode: "404", error: "not_found", message: "Object not found" })),
    status: 502,
    details: "file_missing",
  },
  "Storage that is down": {
    answer: on("ml-artifacts", json(503, { message: secretCause })),
    status: 503,
    details: "storage_unavailable",
  },
  "an artifact with other bytes of the same length": {
    answer: on("ml-artifacts", () => new Response(new Uint8Array(readModel("three_classes").byteLength))),
    status: 502,
    details: "file_corrupt",
  },
  "an artifact of another length": {
    answer: on("ml-artifacts", () => new Response("x")),
    status: 502,
    details: "file_corrupt",
  },
};

for (const [name, one] of Object.entries(failures)) {
  Deno.test(`${name} is answered with ${one.status} ${one.details} and tells no secret`, async () => {
    resolution = await resolutionOf("three_classes");
    replace = one.answer;
    const log = console.error;
    console.error = () => {};
    try {
      const response = await post({ ...body, inputs: expected.three_classes!.rows }, await asUser());
      const refusal: Refusal = await response.json();
      assertEquals([response.status, refusal.details], [one.status, one.details], refusal.message);
      assert(!JSON.stringify(refusal).includes("hunter2"));
    } finally {
      console.error = log;
      replace = undefined;
    }
  });
}

Deno.test("after such failures the next request is served", async () => {
  const response = await post({ ...body, inputs: expected.three_classes!.rows }, await asUser());
  const reply: Reply = await response.json();
  assertEquals(reply.predictions.map((prediction) => prediction.label), expected.three_classes!.labels);
});

Deno.test("a database that cannot be reached at all is answered with 503", async () => {
  const url = Deno.env.get("SUPABASE_URL")!;
  const log = console.error;
  let line = "";
  console.error = (text: string) => void (line = text);
  // Port 1 of the loopback: nothing listens there.
  Deno.env.set("SUPABASE_URL", "http://127.0.0.1:1");
  try {
    const response = await post(body, await asUser());
    const refusal: Refusal = await response.json();
    assertEquals([response.status, refusal.details], [503, "database_unavailable"]);
    assertStringIncludes(line, "resolve_failed");
  } finally {
    Deno.env.set("SUPABASE_URL", url);
    console.error = log;
  }
});
