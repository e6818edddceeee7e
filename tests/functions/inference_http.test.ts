// The function as it is deployed, behind HTTP: who gets in, as whom the database is asked, what comes from Storage. Storage is a small stand-in; the
// database is a real one, in which the functions that are called answer what they are told and write down who asked.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { secretAsJwks, signToken } from "../../scripts/stack/keys.ts";
import { readRuntimeWasm } from "../../scripts/ort_runtime.ts";
import { ortManifest } from "../../supabase/functions/inference/ort_manifest.ts";
import { openStandIn } from "./database_support.ts";
import { expected, readModel, type Refusal, type Reply, resolutionOf } from "./inference_support.ts";

const keys = {
  publishable: "sb_publishable_test",
  secret: "sb_secret_test",
  jwt: "a-secret-of-at-least-thirty-two-bytes",
};
const userId = "00000000-0000-4000-8000-000000000002";

interface Seen {
  path: string;
  apikey: string | null;
}

const seen: Seen[] = [];
let resolution = await resolutionOf("boosting");
let replace: ((path: string) => Response | undefined) | undefined;
const wasm = await readRuntimeWasm();

async function supabase(request: Request): Promise<Response> {
  const path = new URL(request.url).pathname;
  await request.body?.cancel();
  seen.push({ path, apikey: request.headers.get("apikey") });
  const replaced = replace?.(path);
  if (replaced) return replaced;
  if (path.endsWith(`/ml-runtime/${ortManifest.wasm.object}`)) return new Response(wasm);
  if (path.endsWith(`/${resolution.artifact.path}`)) return new Response(readModel(resolution.model));
  return Response.json({ statusCode: "404", error: "not_found", message: "Object not found" }, { status: 400 });
}

const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, supabase);
const database = await openStandIn();
Deno.test.afterAll(async () => {
  await server.shutdown();
  await database.close();
});

Deno.env.set("SUPABASE_URL", `http://127.0.0.1:${server.addr.port}`);
Deno.env.set("SUPABASE_PUBLISHABLE_KEY", keys.publishable);
Deno.env.set("SUPABASE_SECRET_KEY", keys.secret);
Deno.env.set("SUPABASE_JWKS", secretAsJwks(keys.jwt));
Deno.env.set("SUPABASE_DB_URL", database.url);
const { default: inference } = await import("../../supabase/functions/inference/index.ts");

async function post(body: unknown, headers: Record<string, string>): Promise<Response> {
  seen.length = 0;
  await database.prepare({ "*": resolution });
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
const called = async (name: string) => (await database.calls()).find((one) => one.name === name)!;

Deno.test("a signed-in user is answered, the database decides under that user's own role and claims, and the log is written as the service", async () => {
  const headers = await asUser();
  const response = await post(body, headers);
  const reply: Reply = await response.json();
  assertEquals(reply.predictions.map((prediction) => prediction.label), expected.boosting!.labels);
  const resolve = await called("resolve_prediction");
  assertEquals([resolve.role, resolve.claims.sub, resolve.claims.role], ["authenticated", userId, "authenticated"]);
  assertEquals(resolve.args, { model: "tumour", entities: null, version: null, refusals: true });
  const log = await called("log_predictions");
  assertEquals([log.role, log.claims], ["service_role", { role: "service_role" }]);
  const { predictions } = log.args as { predictions: { id: string; requested_by: string }[] };
  assertEquals(predictions.map((p) => p.id), reply.predictions.map((p) => p.id));
  assertEquals(new Set(predictions.map((p) => p.requested_by)), new Set([userId]));
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
  const { role, claims } = await called("resolve_prediction");
  assertEquals([role, claims.sub], ["ml_worker", "worker-1"]);
  const { predictions } = (await called("log_predictions")).args as { predictions: { requested_by: null }[] };
  assertEquals(predictions[0]!.requested_by, null);
});

Deno.test("a secret key gets in, as the service", async () => {
  assertEquals((await post({ ...body, inputs: expected.logistic!.rows }, { apikey: keys.secret })).status, 200);
  assertEquals((await called("resolve_prediction")).role, "service_role");
});

Deno.test("a token that names another role of the database is refused, and the database is not asked", async () => {
  for (const role of ["postgres", "authenticator", "supabase_admin", ""]) {
    const response = await post(body, await asUser(role));
    const refusal: Refusal = await response.json();
    assertEquals([response.status, refusal.code, refusal.details], [403, "42501", "role_not_allowed"]);
    assertEquals(await database.calls(), []);
  }
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
    assertEquals([response.status, seen.length, await database.calls()], [401, 0, []]);
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
  /** What Storage says. */
  answer?: (path: string) => Response | undefined;
  /** What the database says: an SQLSTATE and its message. */
  raise?: [code: string, message: string, detail: string];
  status: number;
  details: string;
}

const on = (part: string, response: () => Response) => (path: string) => path.includes(part) ? response() : undefined;
const json = (status: number, value: unknown) => () => Response.json(value, { status });
const secretCause = "connection to postgres://postgres:hunter2@db failed";

const failures: Record<string, Failure> = {
  "a refusal of the database": {
    raise: ["PT404", "no model is named 'x'", "model_not_found"],
    status: 404,
    details: "model_not_found",
  },
  "a caller who is no member": {
    raise: ["42501", "this needs the role viewer", "permission_denied"],
    status: 403,
    details: "permission_denied",
  },
  "an internal error of the database": {
    raise: ["XX000", secretCause, ""],
    status: 502,
    details: "database_failed",
  },
  "a database that ends the connection": {
    raise: ["terminate", secretCause, ""],
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
      const model = one.raise ? `raise ${JSON.stringify(one.raise)}` : body.model;
      const response = await post({ model, inputs: expected.three_classes!.rows }, await asUser());
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
  const log = console.error;
  let line = "";
  console.error = (text: string) => void (line = text);
  // Port 1 of the loopback: nothing listens there.
  Deno.env.set("SUPABASE_DB_URL", "postgres://postgres:x@127.0.0.1:1/postgres");
  try {
    const response = await post(body, await asUser());
    const refusal: Refusal = await response.json();
    assertEquals([response.status, refusal.details], [503, "database_unavailable"]);
    assertStringIncludes(line, "database_failed");
  } finally {
    Deno.env.set("SUPABASE_DB_URL", database.url);
    console.error = log;
  }
});

Deno.test("the document of its routes is there for everybody, with the header that lets a browser read it", async () => {
  const response = await inference.fetch(new Request("http://localhost/inference/openapi.json"));
  assertEquals([response.status, response.headers.get("access-control-allow-origin")], [200, "*"]);
  assertEquals(Object.keys((await response.json()).paths), ["/inference/predict"]);
});
