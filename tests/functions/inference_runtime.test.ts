// The runtime itself: the vendored copy, and loading it.
import { assertEquals, assertRejects } from "@std/assert";
import { readRuntimeWasm, staleRuntimeFiles } from "../../scripts/ort_runtime.ts";
import { sessionFactory } from "../../supabase/functions/inference/runtime.ts";
import { expected, readModel } from "./inference_support.ts";

Deno.test("the runtime beside the function is the one that package.json pins (else run scripts/ort_runtime.ts)", async () => {
  assertEquals(await staleRuntimeFiles(), []);
});

Deno.test("requests that come while the runtime loads share one download, and one that failed is made again", async () => {
  let downloads = 0;
  const create = sessionFactory(async () => {
    if (++downloads === 1) throw new Error("Storage is down");
    return await readRuntimeWasm();
  });
  const model = readModel("boosting");
  await Promise.all([
    assertRejects(() => create(model), Error, "Storage is down"),
    assertRejects(() => create(model), Error, "Storage is down"),
  ]);
  const [session] = await Promise.all([create(model), create(model)]);
  assertEquals(downloads, 2);
  const row = Float32Array.from(expected.boosting!.rows[0]!);
  const { probabilities } = await session.run([{
    name: "features",
    type: "float32",
    data: row,
    dims: [1, row.length],
  }]);
  assertEquals(probabilities?.dims, [1, 2]);
});
