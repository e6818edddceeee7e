// Whatever is sent, the handler answers: 200 with one probability row a row, or a refusal that is the caller's (4xx). A model is there, so that
// requests get as far as they can.
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { expected, harness, type Refusal, type Reply, resolutionOf } from "./inference_support.ts";

const { rows } = expected.boosting!;
const row = rows[0]!;
const columns = row.map((_, index) => `tumour:f${index}`);

const cell = fc.oneof(
  { weight: 20, arbitrary: fc.float({ noNaN: true, noDefaultInfinity: true }) },
  fc.double(),
  fc.constantFrom(null, true, "1", "NaN", [], {}, 1e39, -1e308, 0, -0),
);
const goodRow = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 30, maxLength: 30 });
const anyRow = fc.oneof(
  goodRow,
  goodRow.map((values) => Object.fromEntries(values.map((value, index) => [columns[index], value]))),
  fc.array(cell, { minLength: 29, maxLength: 31 }),
  fc.dictionary(fc.constantFrom(...columns, "x", "__proto__", "constructor"), cell),
  fc.jsonValue(),
);
const body = fc.oneof(
  fc.record({ model: fc.constant("m"), inputs: fc.array(anyRow, { maxLength: 5 }) }),
  fc.record({ model: fc.string(), entities: fc.dictionary(fc.string(), fc.array(fc.jsonValue())) }),
  fc.jsonValue(),
);

Deno.test("no body gets anything but an answer or a refusal that says what is wrong", async () => {
  const h = harness({ resolution: await resolutionOf("boosting") });
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(body, async (sent) => {
      const response = await h.send(JSON.stringify(sent) ?? "");
      const reply: Reply & Refusal = await response.json();
      if (response.status === 200) {
        answered++;
        for (const { probabilities, score } of reply.predictions) {
          assert(Math.abs(probabilities.reduce((sum, value) => sum + value, 0) - 1) < 1e-5);
          assertEquals(score, probabilities[1]);
        }
        return;
      }
      assertEquals(response.status, 400, JSON.stringify(reply));
      assert(/^[a-z_0-9]+$/.test(reply.details) && reply.message.length > 0);
    }),
    { numRuns: 2000, seed: 20261123 },
  );
  assert(answered > 50, `only ${answered} requests got as far as the model`);
});
