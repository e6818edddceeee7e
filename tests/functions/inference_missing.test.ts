// A model as the worker exports it: float64 in, scaled inside the graph, missing values taken where the signature says so.
import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { createSession, harness, readModel, type Refusal, type Reply, resolutionOf } from "./inference_support.ts";

interface WorkerModel {
  /** seconds since 1970 in the first column; null where a value is missing */
  rows: (number | null)[][];
  labels: number[];
  probabilities: number[][];
}

const model: WorkerModel = JSON.parse(
  await Deno.readTextFile(new URL("inference_models/worker.json", import.meta.url)),
);

async function workerHarness(nullable: boolean, change: Record<string, unknown> = {}) {
  const columns = ["machine:started_at", "machine:heat", "machine:noise"];
  const resolution = await resolutionOf("worker", {
    ...change,
    columns,
    signature: {
      inputs: [{
        name: "features",
        type: "float64",
        shape: [null, 3],
        columns: columns.map((feature) => ({ feature, view_version: 1, ...(nullable ? { nullable } : {}) })),
      }],
      outputs: [{ name: "probabilities", type: "float32", shape: [null, 2] }],
      classes: [0, 1],
      task: "classification",
    },
  });
  return harness({ resolution, load: () => createSession(readModel("worker")) });
}

Deno.test("rows with missing values and with seconds since 1970 are answered as scikit-learn does, thresholds included", async () => {
  assert(model.rows.flat().some((value) => value === null) && model.rows.flat().some((value) => value! > 1.7e9));
  const h = await workerHarness(true);
  const reply: Reply = await (await h.send({ model: "m", inputs: model.rows })).json();
  assertEquals(reply.predictions.map(({ label }) => label), model.labels);
  for (const [index, { probabilities }] of reply.predictions.entries()) {
    for (const [at, probability] of probabilities.entries()) {
      assertAlmostEquals(probability, model.probabilities[index]![at]!, 1e-5);
    }
  }
});

Deno.test("a missing value may come as null by name and from the online store, and is logged as null", async () => {
  const row = model.rows.find((each) => each.includes(null))!;
  const h = await workerHarness(true);
  const named = { "machine:noise": row[2], "machine:heat": row[1], "machine:started_at": row[0] };
  const reply: Reply = await (await h.send({ model: "m", inputs: [named, row] })).json();
  assertEquals(reply.predictions[0]!.probabilities, reply.predictions[1]!.probabilities);
  await Promise.all(h.waiting);
  assertEquals(h.logged[0]!.map(({ features }) => features), [row, row]);
  const online = await workerHarness(true, { rows: [row], entity_keys: ["[1]"], entities: [{ id: 1 }] });
  const fromStore: Reply = await (await online.send({ model: "m", entities: { id: [1] } })).json();
  assertEquals(fromStore.predictions[0]!.probabilities, reply.predictions[0]!.probabilities);
});

Deno.test("a model whose signature does not say so takes no null, and nothing but null is missing", async () => {
  const strict = await (await workerHarness(false)).send({ model: "m", inputs: [[1, null, 2]] });
  const refusal: Refusal = await strict.json();
  assertEquals([strict.status, refusal.details], [400, "invalid_value"]);
  assertEquals(refusal.message, "row 0, machine:heat: expected a number, got null");
  const text = await (await workerHarness(true)).send({ model: "m", inputs: [[1, "NaN", 2]] });
  assertEquals([text.status, (await text.json() as Refusal).hint], [400, "leave it null when it is missing"]);
});

// docs/features.md: NaN, infinities and magnitudes beyond 1e150 are missing values. Through `entities` they come as null.
Deno.test("an input that would be missing as a feature is refused and not taken for a number", async () => {
  for (const [nullable, hint] of [[true, "send null for what is missing"], [false, "smaller magnitude"]] as const) {
    const h = await workerHarness(nullable);
    for (const value of [1.0000001e150, -1e200, 1.7e308]) {
      const response = await h.send({
        model: "m",
        inputs: [[1, 2, 3], { "machine:started_at": 1, "machine:heat": value, "machine:noise": 3 }],
      });
      const refusal: Refusal = await response.json();
      assertEquals([response.status, refusal.details], [400, "value_out_of_range"]);
      assertEquals(
        refusal.message,
        `row 1, machine:heat: ${value} is beyond 1e+150, where a feature counts as missing`,
      );
      assertStringIncludes(refusal.hint, hint);
    }
    for (const value of ["NaN", "Infinity", "-Infinity", "1e200"]) {
      const response = await h.send({ model: "m", inputs: [[1, value, 3]] });
      assertEquals([response.status, (await response.json() as Refusal).details], [400, "invalid_value"]);
    }
    assertEquals((await h.send({ model: "m", inputs: [[1e150, -1e150, 1e-300]] })).status, 200);
  }
});

Deno.test("an online value that became greater by scaling is answered", async () => {
  const rows = [[1, 1e160, 3]];
  const h = await workerHarness(true, { rows, entity_keys: ["[1]"], entities: [{ id: 1 }] });
  assertEquals((await h.send({ model: "m", entities: { id: [1] } })).status, 200);
});
