// The models themselves: ONNX Runtime in WebAssembly under Deno against scikit-learn's own answers (inference_models/expected.json).
import { assert, assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import { createSession, expected, harness, readModel, type Reply, resolutionOf } from "./inference_support.ts";

for (const name of Object.keys(expected)) {
  const { rows, labels, probabilities, operators } = expected[name]!;
  Deno.test(`${name} (${operators.join(", ")}) answers as scikit-learn does`, async () => {
    const h = harness({ resolution: await resolutionOf(name), load: () => createSession(readModel(name)) });
    const reply: Reply = await (await h.send({ model: name, inputs: rows })).json();
    assertEquals(reply.predictions.map((prediction) => prediction.label), labels);
    reply.predictions.forEach((prediction, row) => {
      prediction.probabilities.forEach((value, position) =>
        assertAlmostEquals(value, probabilities[row]![position]!, 1e-6)
      );
      assertEquals(prediction.score, prediction.probabilities.at(-1));
    });
  });
}

Deno.test("rows given by name answer as rows given in order, whatever the order of the names", async () => {
  const { rows } = expected.boosting!;
  const resolution = await resolutionOf("boosting");
  const h = harness({ resolution });
  const named = rows.map((row) =>
    Object.fromEntries(row.map((value, i) => [resolution.columns[i], value]).toReversed())
  );
  const inOrder: Reply = await (await h.send({ model: "m", inputs: rows })).json();
  const byName: Reply = await (await h.send({ model: "m", inputs: named })).json();
  assertEquals(byName.predictions.map((p) => p.probabilities), inOrder.predictions.map((p) => p.probabilities));
});

Deno.test("online features answer as the same inputs do, with the entity beside each prediction", async () => {
  const { rows, labels } = expected.logistic!;
  const resolution = await resolutionOf("logistic", {
    rows: rows.slice(0, 3),
    entity_keys: ["[1]", "[2]", "[3]"],
    entities: [{ patient_id: 1 }, { patient_id: 2 }, { patient_id: 3 }],
  });
  const h = harness({ resolution, load: () => createSession(readModel("logistic")) });
  const reply: Reply = await (await h.send({ model: "m", entities: { patient_id: [1, 2, 3] } })).json();
  assertEquals(reply.predictions.map((p) => p.label), labels.slice(0, 3));
  assertEquals(reply.predictions.map((p) => p.entity), [{ patient_id: 1 }, { patient_id: 2 }, { patient_id: 3 }]);
  assertEquals(h.calls, [{ model: "m", entities: { patient_id: [1, 2, 3] }, version: undefined, refusals: true }]);
});

Deno.test("keys beyond 2^53, sent as strings, come back with every digit and are logged so", async () => {
  const id = "9007199254740993";
  const resolution = await resolutionOf("boosting", {
    rows: [expected.boosting!.rows[0]],
    entity_keys: [`[${id}]`],
    // What JSON makes of the number.
    entities: [{ id: Number(id) }],
  });
  const h = harness({ resolution });
  const reply: Reply = await (await h.send({ model: "m", entities: { id: [id] } })).json();
  await Promise.all(h.waiting);
  assertEquals([reply.predictions[0]!.entity, h.logged[0]![0]!.entity], [{ id }, { id }]);
});

Deno.test("boolean online features count as 0 and 1", async () => {
  const row = expected.boosting!.rows[0]!;
  const online = await resolutionOf("boosting", {
    rows: [[true, ...row.slice(1)]],
    entity_keys: ["[1]"],
    entities: [{ id: 1 }],
  });
  const fromBoolean: Reply = await (await harness({ resolution: online }).send({ model: "m", entities: { id: [1] } }))
    .json();
  const fromNumber: Reply = await (await harness({ resolution: await resolutionOf("boosting") }).send({
    model: "m",
    inputs: [[1, ...row.slice(1)]],
  }))
    .json();
  assertEquals(fromBoolean.predictions[0]!.probabilities, fromNumber.predictions[0]!.probabilities);
});

Deno.test("labels are the signature's classes, of whatever kind", async () => {
  const resolution = await resolutionOf("three_classes");
  resolution.signature.classes = ["setosa", "versicolor", "virginica"] as unknown as number[];
  const h = harness({ resolution, load: () => createSession(readModel("three_classes")) });
  const reply: Reply = await (await h.send({ model: "m", inputs: expected.three_classes!.rows })).json();
  const names = ["setosa", "versicolor", "virginica"];
  assertEquals(
    reply.predictions.map((p) => String(p.label)),
    expected.three_classes!.labels.map((label) => names[label]!),
  );
});

Deno.test("a thousand rows are answered in one request, each with its own time-ordered id", async () => {
  const { rows } = expected.boosting!;
  const h = harness({ resolution: await resolutionOf("boosting") });
  const inputs = Array.from({ length: 1000 }, (_, index) => rows[index % rows.length]);
  const reply: Reply = await (await h.send({ model: "m", inputs })).json();
  const ids = reply.predictions.map((p) => p.id);
  assertEquals(new Set(ids).size, 1000);
  for (const id of ids) assertMatch(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const milliseconds = parseInt(ids[0]!.replaceAll("-", "").slice(0, 12), 16);
  assert(Math.abs(milliseconds - Date.now()) < 60_000);
});

Deno.test("requests that run at once on one session do not disturb each other", async () => {
  const { rows, probabilities } = expected.boosting!;
  const h = harness({ resolution: await resolutionOf("boosting") });
  const replies = await Promise.all(rows.map(async (row) => {
    const reply: Reply = await (await h.send({ model: "m", inputs: [row] })).json();
    return reply.predictions[0]!.probabilities;
  }));
  replies.flat().forEach((value, index) => assertAlmostEquals(value, probabilities.flat()[index]!, 1e-6));
  assertEquals(h.loads.length, 1);
});

Deno.test("the platform's native runtime is used where it is offered", async () => {
  const key = Symbol.for("onnxruntime");
  const host = globalThis as unknown as Record<symbol, unknown>;
  const seen: unknown[] = [];
  class FakeTensor {
    constructor(readonly type: string, readonly data: Float32Array, readonly dims: number[]) {}
  }
  host[key] = {
    Tensor: FakeTensor,
    env: {},
    InferenceSession: {
      create: async (bytes: Uint8Array, options?: unknown) => ({
        inputNames: ["features"],
        outputNames: ["probabilities"],
        run: async (feeds: Record<string, FakeTensor>) => {
          seen.push(bytes.byteLength, options, feeds.features!.dims);
          return { probabilities: new FakeTensor("float32", new Float32Array([0.25, 0.75]), [1, 2]) };
        },
      }),
    },
  };
  try {
    const { sessionFactory } = await import("../../supabase/functions/inference/runtime.ts");
    const create = sessionFactory(() => Promise.reject(new Error("the WebAssembly file is not needed")));
    const h = harness({ resolution: await resolutionOf("boosting"), load: () => create(readModel("boosting")) });
    const reply: Reply = await (await h.send({ model: "m", inputs: [expected.boosting!.rows[0]] })).json();
    assertEquals(reply.predictions[0]!.probabilities, [0.25, 0.75]);
    assertEquals(seen, [readModel("boosting").byteLength, undefined, [1, 30]]);
  } finally {
    delete host[key];
  }
});
