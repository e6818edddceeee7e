// Rows that are refused for what they lacked are written down after the reply: positions and codes, never a value, and never without bound.
import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { expected, harness, type Refusal, resolutionOf } from "./inference_support.ts";

const row = expected.boosting!.rows[0]!;
const withCells = (cells: Record<number, unknown>) => row.map((value, index) => index in cells ? cells[index] : value);
const secret = 123456.789;

Deno.test("refused inputs are logged by position after the reply, and the fine rows beside them as such", async () => {
  const h = harness({ resolution: await resolutionOf("boosting"), userId: "00000000-0000-4000-8000-000000000002" });
  const inputs = [row, withCells({ 0: secret, 3: null, 7: "secret" }), row, withCells({ 29: 1e39 })];
  const response = await h.send({ model: "m", inputs });
  const refusal: Refusal = await response.json();
  assertEquals([response.status, refusal.details], [400, "invalid_value"]);
  assertEquals(refusal.message, "row 1, tumour:f3: expected a number, got null");
  await Promise.all(h.waiting);
  assertEquals(h.logged, []);
  const [rows] = h.refused;
  assertEquals(rows!.map(({ missing, code }) => ({ missing, code })), [
    { missing: [4, 8], code: "invalid_value" },
    { missing: [30], code: "value_out_of_range" },
    { missing: [], code: "other_row_refused" },
    { missing: [], code: "other_row_refused" },
  ]);
  assertEquals(
    rows!.map((each) => [each.model_id, each.version_id, each.requested_by]),
    inputs.map(() => [7, 11, "00000000-0000-4000-8000-000000000002"]),
  );
  const text = JSON.stringify(rows);
  assert(!text.includes("123456") && !text.includes("secret"), "no value is in the log");
});

Deno.test("equal rows have equal digests, and what may be missing counts where a row is refused for something else", async () => {
  const resolution = await resolutionOf("boosting");
  Object.assign(resolution.signature.inputs[0]!.columns[1]!, { nullable: true });
  const h = harness({ resolution });
  await h.send({
    model: "m",
    inputs: [withCells({ 0: null }), withCells({ 0: "x" }), withCells({ 0: null, 1: null })],
  });
  await Promise.all(h.waiting);
  const rows = h.refused[0]!;
  assertMatch(rows[0]!.row_key, /^[0-9a-f]{32}$/);
  assertEquals(rows[0]!.row_key, rows[1]!.row_key);
  assertNotEquals(rows[0]!.row_key, rows[2]!.row_key);
  assertEquals(rows.map(({ missing }) => missing), [[1], [1], [1, 2]]);
});

const error = { code: "PT409", message: "row 1 is null", details: "feature_null", hint: "complete it" };

function databaseAnswer(purpose: string) {
  return {
    ...{ model: "m", model_id: 7, version: 3, version_id: 11, purpose },
    refusal: { ...error, rows: [{ row_key: "[2]", missing: [4], code: "feature_null" }] },
  };
}

Deno.test("entities that the database finds incomplete get its error, and are logged by their keys", async () => {
  const h = harness({ resolution: databaseAnswer("live") });
  const response = await h.send({ model: "m", entities: { id: [1, 2] } });
  assertEquals([response.status, await response.json()], [409, error]);
  assertEquals(h.calls[0]!.refusals, true);
  await Promise.all(h.waiting);
  assertEquals(h.refused[0]!.map(({ row_key, missing, code }) => ({ row_key, missing, code })), [
    { row_key: "[2]", missing: [4], code: "feature_null" },
  ]);
});

Deno.test("an online value that does not fit is logged under its entity", async () => {
  const h = harness({
    resolution: await resolutionOf("boosting", {
      rows: [row, withCells({ 5: 1e39 })],
      entity_keys: ["[1]", "[2]"],
      entities: [{ id: 1 }, { id: 2 }],
    }),
  });
  assertEquals((await h.send({ model: "m", entities: { id: [1, 2] } })).status, 400);
  await Promise.all(h.waiting);
  assertEquals(h.refused[0]!.map(({ row_key, missing }) => ({ row_key, missing })), [
    { row_key: "[2]", missing: [6] },
    { row_key: "[1]", missing: [] },
  ]);
});

Deno.test("the reply does not wait for the log, and a caller that keeps on takes four places of it at most", async () => {
  const release = Promise.withResolvers<void>();
  let begun = 0;
  const h = harness({
    resolution: databaseAnswer("live"),
    writeRefusals: () => {
      begun++;
      return release.promise;
    },
  });
  for (let i = 0; i < 20; i++) assertEquals((await h.send({ model: "m", entities: { id: [1, 2] } })).status, 409);
  assertEquals(begun, 4);
  assertEquals(h.reports.map((line) => JSON.parse(line).event), ["refusal_log_full"]);
  release.resolve();
  await Promise.all(h.waiting);
  await h.send({ model: "m", entities: { id: [1, 2] } });
  await Promise.all(h.waiting);
  assertEquals(begun, 5);
});

Deno.test("a log that fails is counted with what was dropped and said on stderr once a failure", async () => {
  const h = harness({
    resolution: databaseAnswer("live"),
    writeRefusals: () => Promise.reject(new Error("the database is away")),
  });
  for (let i = 0; i < 2; i++) assertEquals((await h.send({ model: "m", entities: { id: [1, 2] } })).status, 409);
  await Promise.all(h.waiting);
  assertEquals(h.reports.map((line) => JSON.parse(line)).map((each) => [each.event, each.requests_lost_since_start]), [
    ["refusal_log_failed", 1],
    ["refusal_log_failed", 2],
  ]);
});

Deno.test("refusals of a test, and requests of a wrong shape, are not logged", async () => {
  const test = harness({ resolution: databaseAnswer("test") });
  assertEquals((await test.send({ model: "m", version: 3, entities: { id: [1, 2] } })).status, 409);
  const shape = harness({ resolution: await resolutionOf("boosting") });
  assertEquals((await shape.send({ model: "m", inputs: [withCells({ 0: null }), row.slice(1)] })).status, 400);
  await Promise.all([...test.waiting, ...shape.waiting]);
  assertEquals([test.refused, shape.refused], [[], []]);
});
