// The session cache and the prediction log.
import { assertEquals, assertRejects } from "@std/assert";
import { PredictionLog } from "../../supabase/functions/inference/prediction_log.ts";
import type { Session } from "../../supabase/functions/inference/runtime.ts";
import type { LoggedPrediction } from "../../supabase/functions/inference/schema.ts";
import { type Artifact, SessionCache } from "../../supabase/functions/inference/session_cache.ts";
import { uuidV7 } from "../../supabase/functions/inference/uuid.ts";
import { expected, harness, resolutionOf } from "./inference_support.ts";

function artifact(sha256: string, bytes = 40): Artifact {
  return { path: `ml-artifacts/${sha256}`, sha256, bytes };
}

function cacheOf(maxBytes: number) {
  const events: string[] = [];
  const cache = new SessionCache(maxBytes, async ({ sha256 }) => {
    events.push(`load ${sha256}`);
    await Promise.resolve();
    return { inputNames: [], run: async () => ({}), release: async () => void events.push(`release ${sha256}`) };
  });
  const touch = (sha256: string) => cache.use(artifact(sha256), async () => {});
  return { cache, events, touch };
}

Deno.test("requests that arrive while a model loads share that one load", async () => {
  const { events, touch } = cacheOf(100);
  await Promise.all([touch("a"), touch("a"), touch("a")]);
  await touch("a");
  assertEquals(events, ["load a"]);
});

Deno.test("the least recently used model leaves when bytes run short, and is released", async () => {
  const { cache, events, touch } = cacheOf(100);
  await touch("a");
  await touch("b");
  await touch("a");
  await touch("c");
  assertEquals(events, ["load a", "load b", "load c", "release b"]);
  assertEquals([cache.size, cache.bytes], [2, 80]);
});

Deno.test("a model that leaves while it runs is released only after it has answered", async () => {
  const { cache, events, touch } = cacheOf(50);
  const running = Promise.withResolvers<void>();
  const used = cache.use(artifact("a"), () => running.promise);
  await touch("b");
  assertEquals(events, ["load a", "load b"]);
  running.resolve();
  await used;
  await Promise.resolve();
  assertEquals(events, ["load a", "load b", "release a"]);
});

Deno.test("a load that failed is tried again by the next request", async () => {
  let loads = 0;
  const cache = new SessionCache(100, (): Promise<Session> => {
    loads++;
    return Promise.reject(new Error(`load ${loads} failed`));
  });
  await assertRejects(() => cache.use(artifact("a"), async () => {}), Error, "load 1 failed");
  await assertRejects(() => cache.use(artifact("a"), async () => {}), Error, "load 2 failed");
  assertEquals(cache.size, 0);
});

Deno.test("the reply does not wait for the log where the platform runs work after it", async () => {
  const written = Promise.withResolvers<void>();
  const h = harness({ resolution: await resolutionOf("boosting"), write: () => written.promise });
  const response = await h.send({ model: "m", inputs: [expected.boosting!.rows[0]] });
  assertEquals(response.status, 200);
  assertEquals(h.waiting.length, 1);
  written.resolve();
  await h.waiting[0];
});

Deno.test("without work after the reply, the reply comes once the log is written", async () => {
  const h = harness({ resolution: await resolutionOf("boosting"), waitUntil: false });
  await h.send({ model: "m", inputs: [expected.boosting!.rows[0]] });
  assertEquals(h.logged.length, 1);
});

Deno.test("a prediction is logged with the id, inputs, answer and caller that the reply is about", async () => {
  const userId = "00000000-0000-4000-8000-000000000002";
  const row = expected.boosting!.rows[0]!;
  const resolution = await resolutionOf("boosting", {
    rows: [row],
    entity_keys: ["[5]"],
    entities: [{ patient_id: 5 }],
    purpose: "test",
  });
  const h = harness({ resolution, userId });
  const reply = await (await h.send({ model: "m", entities: { patient_id: [5] }, version: 3 })).json();
  await Promise.all(h.waiting);
  const [prediction] = reply.predictions;
  assertEquals(h.logged, [[{
    id: prediction.id,
    served_at: h.logged[0]![0]!.served_at,
    model_id: 7,
    version_id: 11,
    entity_key: "[5]",
    entity: { patient_id: 5 },
    features: row,
    output: { probabilities: prediction.probabilities },
    predicted_label: String(expected.boosting!.labels[0]),
    score: prediction.score,
    request_id: prediction.id,
    latency_ms: reply.latency_ms,
    purpose: "test",
    requested_by: userId,
  }]]);
});

Deno.test("the rows of one request are logged as one request", async () => {
  const row = expected.boosting!.rows[0]!;
  const h = harness({ resolution: await resolutionOf("boosting") });
  const reply = await (await h.send({ model: "m", inputs: [row, row, row] })).json();
  await Promise.all(h.waiting);
  const [rows] = h.logged as [NonNullable<typeof h.logged[0]>];
  assertEquals(rows.map((logged) => logged.request_id), Array(3).fill(reply.predictions[0].id));
  assertEquals(new Set(rows.map((logged) => logged.latency_ms)).size, 1);
});

const logRow = { id: "x", version_id: 11 } as LoggedPrediction;

Deno.test("a log write that fails is tried again", async () => {
  const written: number[] = [];
  const slept: number[] = [];
  let attempt = 0;
  const log = new PredictionLog({
    write: async (rows) => {
      if (++attempt < 3) throw new Error("no connection");
      written.push(rows.length);
    },
    sleep: async (milliseconds) => void slept.push(milliseconds),
    report: () => {},
  });
  await log.write([logRow, logRow]);
  assertEquals([written, slept, log.lost], [[2], [250, 1000], 0]);
});

Deno.test("predictions that cannot be logged are counted and reported, and the reply stands", async () => {
  const h = harness({
    resolution: await resolutionOf("boosting"),
    waitUntil: false,
    write: () => Promise.reject(new Error("42501: permission denied")),
  });
  const inputs = expected.boosting!.rows.slice(0, 2);
  assertEquals((await h.send({ model: "m", inputs })).status, 200);
  assertEquals((await h.send({ model: "m", inputs: inputs.slice(1) })).status, 200);
  assertEquals(
    h.reports.map((line) => JSON.parse(line)).map((r) => [r.event, r.predictions, r.lost_since_start, r.error]),
    [
      ["prediction_log_failed", 2, 2, "42501: permission denied"],
      ["prediction_log_failed", 1, 3, "42501: permission denied"],
    ],
  );
});

Deno.test("ids have the layout of RFC 9562 version 7", () => {
  // The test vector of the RFC, appendix A.6.
  const random = new Uint8Array([0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]);
  assertEquals(uuidV7(0x017f22e279b0, random), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
});

Deno.test("a model that is larger than the cache may be held alone", async () => {
  const cache = new SessionCache(
    100,
    () => Promise.resolve({ inputNames: [], run: () => Promise.resolve({}), release: () => Promise.resolve() }),
    300,
  );
  const use = (sha256: string, bytes: number) => cache.use({ path: sha256, sha256, bytes }, () => Promise.resolve());
  await use("small", 60);
  await use("large", 250);
  assertEquals([cache.size, cache.bytes, cache.largestBytes], [1, 250, 300]);
  await use("small", 60);
  assertEquals([cache.size, cache.bytes], [1, 60]);
});
