// A model that takes text, as the worker exports it: a second input tensor of strings, encoded inside the graph.
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { createSession, harness, readModel, type Refusal, type Reply, resolutionOf } from "./inference_support.ts";

interface TextModel {
  /** a number and two texts; null where a text is missing */
  rows: (number | string | null)[][];
  labels: number[];
  probabilities: number[][];
}

const model: TextModel = JSON.parse(
  await Deno.readTextFile(new URL("inference_models/text.json", import.meta.url)),
);
const columns = ["penguin:mass", "penguin:island", "penguin:sex"];

async function textHarness(nullable: boolean, change: Record<string, unknown> = {}) {
  const described = columns.map((feature) => ({ feature, view_version: 1, nullable }));
  const resolution = await resolutionOf("text", {
    ...change,
    columns,
    signature: {
      inputs: [
        { name: "features", type: "float64", shape: [null, 1], columns: described.slice(0, 1) },
        { name: "categories", type: "string", shape: [null, 2], columns: described.slice(1) },
      ],
      outputs: [{ name: "probabilities", type: "float32", shape: [null, 2] }],
      classes: [0, 1],
      task: "classification",
    },
  });
  return harness({ resolution, load: () => createSession(readModel("text")) });
}

async function refusal(nullable: boolean, row: unknown[]): Promise<[number, string, string]> {
  const response = await (await textHarness(nullable)).send({ model: "m", inputs: [row] });
  const body: Refusal = await response.json();
  return [response.status, body.details, body.message];
}

Deno.test("text known, unknown and missing is answered as scikit-learn does", async () => {
  const h = await textHarness(true);
  const reply: Reply = await (await h.send({ model: "m", inputs: model.rows })).json();
  assertEquals(reply.predictions.map(({ label }) => label), model.labels);
  assert(new Set(model.labels).size === 2 && model.rows.flat().includes(null));
  for (const [index, { probabilities }] of reply.predictions.entries()) {
    for (const [at, probability] of probabilities.entries()) {
      assertAlmostEquals(probability, model.probabilities[index]![at]!, 1e-5);
    }
  }
});

Deno.test("text comes by name and from the online store too, an empty one is missing, and the log keeps it as given", async () => {
  const row = [0.5, "Île", null];
  const h = await textHarness(true);
  const named = { "penguin:sex": null, "penguin:island": "Île", "penguin:mass": 0.5 };
  const reply: Reply = await (await h.send({ model: "m", inputs: [named, row, [0.5, "Île", ""]] })).json();
  const [first, ...others] = reply.predictions.map(({ probabilities }) => probabilities);
  assertEquals(others, [first, first]);
  await Promise.all(h.waiting);
  assertEquals(h.logged[0]!.map(({ features }) => features), [row, row, row]);
  const online = await textHarness(true, { rows: [row], entity_keys: ["[1]"], entities: [{ id: 1 }] });
  const fromStore: Reply = await (await online.send({ model: "m", entities: { id: [1] } })).json();
  assertEquals(fromStore.predictions[0]!.probabilities, first);
});

Deno.test("what is no text, too long or missing where it must not be is refused, and the column is named", async () => {
  const nothing = "row 0, penguin:island: expected a text, got";
  assertEquals(await refusal(true, [1, 7, "male"]), [400, "invalid_value", `${nothing} 7`]);
  assertEquals(await refusal(false, [1, null, "male"]), [400, "invalid_value", `${nothing} null`]);
  assertEquals(await refusal(false, [1, "", "male"]), [400, "invalid_value", `${nothing} ""`]);
  assertEquals(await refusal(true, [1, "a\0", "male"]), [
    400,
    "invalid_value",
    "row 0, penguin:island: the text holds NUL or an unpaired surrogate",
  ]);
  assertEquals(await refusal(true, [1, "male", "x".repeat(1001)]), [
    400,
    "value_too_long",
    "row 0, penguin:sex: a text of more than 1000 characters",
  ]);
  const long = await (await textHarness(true)).send({ model: "m", inputs: [[1, "🐧".repeat(1000), "male"]] });
  assertEquals(long.status, 200, "characters are counted, not UTF-16 units");
  await long.body?.cancel();
  assertEquals((await refusal(true, ["1", "Île", "male"]))[2], 'row 0, penguin:mass: expected a number, got "1"');
});
