// What a caller may not send, and what can fail behind the function: each gets its status and its code, never a 500.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ApiError } from "../../supabase/functions/_shared/errors.ts";
import {
  createSession,
  expected,
  harness,
  type HarnessOptions,
  readModel,
  type Refusal,
  resolutionOf,
} from "./inference_support.ts";

const row = expected.boosting!.rows[0]!;
const columns = row.map((_, index) => `tumour:f${index}`);
const named = Object.fromEntries(row.map((value, index) => [columns[index]!, value]));

interface Case {
  send: unknown;
  init?: RequestInit & { path?: string };
  status: number;
  details: string;
  says?: string;
  hint?: string;
}

function without(name: string) {
  return Object.fromEntries(Object.entries(named).filter(([key]) => key !== name));
}

function chunked(size: number): ReadableStream<Uint8Array> {
  let left = size;
  return new ReadableStream({
    pull(controller) {
      if (left <= 0) return controller.close();
      controller.enqueue(new Uint8Array(65536).fill(32));
      left -= 65536;
    },
  });
}

const withCell = (value: string) => `{"model":"m","inputs":[[${[value, ...row.slice(1)].join(",")}]]}`;

const cases: Record<string, Case> = {
  "an empty body": { send: "", status: 400, details: "empty_body" },
  "a body that is no JSON": { send: "{", status: 400, details: "malformed_json" },
  "NaN, which is no JSON": { send: withCell("NaN"), status: 400, details: "malformed_json" },
  "bytes that are no UTF-8": {
    send: new Uint8Array([0x22, 0xff, 0xfe, 0x22]),
    status: 400,
    details: "invalid_utf8",
  },
  "a JSON array": { send: [], status: 400, details: "invalid_request" },
  "JSON null": { send: null, status: 400, details: "invalid_request" },
  "no model": { send: { inputs: [row] }, status: 400, details: "invalid_request", says: "model" },
  "a model that is a number": { send: { model: 1, inputs: [row] }, status: 400, details: "invalid_request" },
  "a model with NUL in its name": {
    send: { model: "a\0b", inputs: [row] },
    status: 400,
    details: "invalid_request",
    says: "NUL",
  },
  "half a surrogate pair": { send: '{"model":"\\ud800","inputs":[]}', status: 400, details: "invalid_request" },
  "a name of 251 characters": {
    send: { model: "x".repeat(251), inputs: [row] },
    status: 400,
    details: "invalid_request",
  },
  "an unknown key": { send: { model: "m", inputs: [row], rows: 1 }, status: 400, details: "unknown_key", says: "rows" },
  "neither inputs nor entities": { send: { model: "m" }, status: 400, details: "invalid_request", says: "entities" },
  "both inputs and entities": {
    send: { model: "m", inputs: [row], entities: { id: [1] } },
    status: 400,
    details: "invalid_request",
  },
  "a version that is no whole number": {
    send: { model: "m", version: 1.5, inputs: [row] },
    status: 400,
    details: "invalid_request",
  },
  "version 0": { send: { model: "m", version: 0, inputs: [row] }, status: 400, details: "invalid_request" },
  "a version beyond 32 bits": {
    send: { model: "m", version: 3e9, inputs: [row] },
    status: 400,
    details: "invalid_request",
  },
  "no rows": { send: { model: "m", inputs: [] }, status: 400, details: "empty_request" },
  "1001 rows": {
    send: { model: "m", inputs: Array.from({ length: 1001 }, () => [1]) },
    status: 400,
    details: "too_many_rows",
    says: "1001",
  },
  "no entities": { send: { model: "m", entities: { id: [] } }, status: 400, details: "empty_request" },
  "1001 entities": {
    send: { model: "m", entities: { id: Array.from({ length: 1001 }, (_, i) => i) } },
    status: 400,
    details: "too_many_rows",
  },
  "an entity key without its array": {
    send: { model: "m", entities: { rider_id: 300 } },
    status: 400,
    details: "invalid_request",
    says: "entities.rider_id: Invalid input: expected array, received number",
    hint: 'send each join key with an array of its values: "entities": {"rider_id": [300]}',
  },
  "a long text without its array": {
    send: { model: "m", entities: { rider: "x".repeat(61) } },
    status: 400,
    details: "invalid_request",
    hint: '"entities": {"rider": […]}',
  },
  "entities in rows": {
    send: { model: "m", entities: [{ rider_id: 300 }] },
    status: 400,
    details: "invalid_request",
    hint: '"entities": {"join_key": […]}',
  },
  "an entity key that is null": {
    send: { model: "m", entities: { id: [null] } },
    status: 400,
    details: "invalid_request",
  },
  "an entity key too large for a JSON number": {
    send: '{"model":"m","entities":{"id":[9007199254740993]}}',
    status: 400,
    details: "invalid_request",
    says: "string",
  },
  "inputs that are no array": { send: { model: "m", inputs: { a: 1 } }, status: 400, details: "invalid_request" },
  "a row that is a number": { send: { model: "m", inputs: [1] }, status: 400, details: "wrong_shape" },
  "a row that is null": { send: { model: "m", inputs: [null] }, status: 400, details: "wrong_shape" },
  "a row that is too short": {
    send: { model: "m", inputs: [row, row.slice(1)] },
    status: 400,
    details: "wrong_shape",
    says: "row 1 has 29 values, the model takes 30",
  },
  "a row that is too long": { send: { model: "m", inputs: [[...row, 1]] }, status: 400, details: "wrong_shape" },
  "a row nested once too often": { send: { model: "m", inputs: [[row]] }, status: 400, details: "wrong_shape" },
  "a named row that lacks a feature": {
    send: { model: "m", inputs: [without("tumour:f7")] },
    status: 400,
    details: "missing_feature",
    says: "tumour:f7",
  },
  "a named row with an unknown feature": {
    send: { model: "m", inputs: [{ ...named, "x:y": 1 }] },
    status: 400,
    details: "unknown_feature",
    says: "x:y",
  },
  "null among the values": {
    send: withCell("null"),
    status: 400,
    details: "invalid_value",
    says: "row 0, tumour:f0: expected a number, got null",
  },
  "a string among the values": { send: withCell('"NaN"'), status: 400, details: "invalid_value" },
  "a boolean among the values": { send: withCell("true"), status: 400, details: "invalid_value" },
  "an object among the values": { send: withCell("{}"), status: 400, details: "invalid_value" },
  "a number that becomes infinite in JSON": { send: withCell("1e999"), status: 400, details: "value_out_of_range" },
  "a number that becomes infinite as a 32-bit float": {
    send: withCell("1e39"),
    status: 400,
    details: "value_out_of_range",
    says: "float32",
  },
  "a value nested 100,000 deep": {
    send: withCell("[".repeat(100_000) + "]".repeat(100_000)),
    status: 400,
    details: "invalid_value",
  },
  "a body over 1 MB that says so": {
    send: " ".repeat(1024 * 1024 + 1),
    init: { headers: { "content-length": "1048577" } },
    status: 413,
    details: "body_too_large",
  },
  "a body over 1 MB that does not say so": { send: chunked(50_000_000), status: 413, details: "body_too_large" },
  "another path": { send: {}, init: { path: "/inference/other" }, status: 404, details: "not_found" },
  "no path": { send: {}, init: { path: "/inference" }, status: 404, details: "not_found" },
  "another method": { send: {}, init: { method: "GET" }, status: 405, details: "method_not_allowed" },
};

async function expectRefusal(options: HarnessOptions, one: Case): Promise<Refusal> {
  const h = harness(options);
  const response = await h.send(one.send, one.init);
  const refusal: Refusal = await response.json();
  assertEquals([response.status, refusal.details], [one.status, one.details], refusal.message);
  assertStringIncludes(refusal.message, one.says ?? "");
  assertStringIncludes(refusal.hint, one.hint ?? "");
  assert(refusal.message.length < 600, "a message stays short whatever was sent");
  assertEquals(Object.keys(refusal).toSorted(), ["code", "details", "hint", "message"]);
  assertEquals(h.logged, []);
  return refusal;
}

for (const [name, one] of Object.entries(cases)) {
  Deno.test(`${name} is refused with ${one.status} ${one.details}`, async () => {
    await expectRefusal({ resolution: await resolutionOf("boosting") }, one);
  });
}

Deno.test("a refused method names the one that is served", async () => {
  const h = harness({ resolution: await resolutionOf("boosting") });
  assertEquals((await h.send({}, { method: "DELETE" })).headers.get("allow"), "POST");
});

Deno.test("what the database refuses reaches the caller with its status, code, message and hint", async () => {
  const error = {
    code: "PT404",
    message: "no model is named 'x'",
    details: "model_not_found",
    hint: "see ml.registered_models",
  };
  const h = harness({ resolve: () => Promise.reject(error) });
  const response = await h.send({ model: "x", inputs: [row] });
  assertEquals([response.status, await response.json()], [404, error]);
});

const good = { model: "m", inputs: [row] };
const unloadable = () => createSession(new Uint8Array([1, 2, 3]));

const upstream: Record<
  string,
  { options: () => Promise<HarnessOptions>; status: number; details: string; send?: unknown }
> = {
  "an artifact that is no ONNX file": {
    options: async () => ({ resolution: await resolutionOf("boosting"), load: unloadable }),
    status: 502,
    details: "model_unloadable",
  },
  "an artifact whose input has another name": {
    options: async () => {
      const resolution = await resolutionOf("boosting");
      resolution.signature.inputs[0]!.name = "x";
      return { resolution };
    },
    status: 502,
    details: "artifact_mismatch",
  },
  "an artifact with another number of inputs": {
    options: async () => ({
      resolution: await resolutionOf("boosting"),
      load: () => createSession(readModel("three_classes")),
    }),
    status: 502,
    details: "artifact_mismatch",
  },
  "a signature with another number of classes": {
    options: async () => {
      const resolution = await resolutionOf("boosting");
      resolution.signature.classes = [0, 1, 2];
      return { resolution };
    },
    status: 502,
    details: "artifact_mismatch",
  },
  "a model that answers NaN": {
    options: async () => ({
      resolution: await resolutionOf("not_a_number"),
      load: () => createSession(readModel("not_a_number")),
    }),
    send: { model: "m", inputs: [[0, 0]] },
    status: 502,
    details: "artifact_mismatch",
  },
  "a signature of a task that is not served": {
    options: async () => {
      const resolution = await resolutionOf("boosting");
      resolution.signature.task = "ranking";
      return { resolution };
    },
    status: 502,
    details: "unsupported_model",
  },
  "an artifact larger than the cache": {
    options: async () => ({ resolution: await resolutionOf("boosting"), maxBytes: 1000 }),
    status: 503,
    details: "model_too_large",
  },
  "a missing artifact": {
    options: async () => ({
      resolution: await resolutionOf("boosting"),
      load: () => Promise.reject(new ApiError(502, "file_missing", "ml-artifacts/… is not in Storage")),
    }),
    status: 502,
    details: "file_missing",
  },
};

for (const [name, one] of Object.entries(upstream)) {
  Deno.test(`${name} is ${one.status} ${one.details}`, async () => {
    await expectRefusal(await one.options(), { send: one.send ?? good, status: one.status, details: one.details });
  });
}
