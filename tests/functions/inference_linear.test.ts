// Linear models as the worker exports them: float64 inside, so that large coefficients of opposite sign cancel as in scikit-learn.
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { createSession, harness, readModel, type Reply, resolutionOf } from "./inference_support.ts";

interface LinearModel {
  name: string;
  classes: (boolean | string)[];
  /** two numbers that nearly repeat each other, and a text */
  rows: [number, number, string][];
  /** as the graph holds them: true is 1 */
  labels: (number | string)[];
  probabilities: number[][];
  largest_coefficient: number;
}

const models: LinearModel[] = JSON.parse(
  await Deno.readTextFile(new URL("inference_models/linear.json", import.meta.url)),
);

async function linearHarness({ name, classes }: LinearModel) {
  const columns = ["bath:left", "bath:right", "bath:island"];
  const described = columns.map((feature) => ({ feature, view_version: 1 }));
  const resolution = await resolutionOf(name, {
    columns,
    signature: {
      inputs: [
        { name: "features", type: "float64", shape: [null, 2], columns: described.slice(0, 2) },
        { name: "categories", type: "string", shape: [null, 1], columns: described.slice(2) },
      ],
      outputs: [{ name: "probabilities", type: "float32", shape: [null, classes.length] }],
      classes,
      task: "classification",
    },
  });
  return harness({ resolution, load: () => createSession(readModel(name)) });
}

for (const model of models) {
  const { name, classes, rows, labels, probabilities } = model;

  Deno.test(`${name} (${classes.join(", ")}), with coefficients in the thousands, answers as scikit-learn does in float64`, async () => {
    assert(model.largest_coefficient > 1000);
    const h = await linearHarness(model);
    const reply: Reply = await (await h.send({ model: "m", inputs: rows })).json();
    const answered = reply.predictions.map(({ label }) => label as unknown);
    assertEquals(answered, labels.map((label) => typeof label === "number" ? label === 1 : label));
    assertEquals(new Set(answered).size, classes.length);
    for (const [index, prediction] of reply.predictions.entries()) {
      for (const [at, probability] of prediction.probabilities.entries()) {
        // No more than the rounding of the answer to float32.
        assertAlmostEquals(probability, probabilities[index]![at]!, 1e-7);
      }
    }
  });

  Deno.test(`${name} names its label in the graph's own output too`, async () => {
    const session = await createSession(readModel(name));
    const outputs = await session.run([
      {
        name: "features",
        type: "float64",
        data: Float64Array.from(rows.flatMap((row) => row.slice(0, 2) as number[])),
        dims: [rows.length, 2],
      },
      { name: "categories", type: "string", data: rows.map((row) => row[2]), dims: [rows.length, 1] },
    ]);
    const named = Array.from(outputs.label!.data, (label) => typeof label === "bigint" ? Number(label) : label);
    assertEquals(named, labels);
    await session.release();
  });
}
