// A model as the worker exports it: float64 in, scaled inside the graph, missing values taken where the signature says so.
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
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
