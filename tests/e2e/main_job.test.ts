// The main job on both tiers: what `npm run demo` prints, asserted. Every step also checks itself and throws.
import { assert, assertEquals } from "@std/assert";
import { type Outcome, runMainJob } from "../../scripts/demo/main_job.ts";
import { startStack, type Tier } from "../../scripts/stack/stack.ts";
import { examplesOf } from "../docs/pages.ts";

function assertOutcome({ found, report }: Outcome): void {
  assertEquals(report.finished.length, 11);
  assertEquals(found.candidates.length, 2);
  assert(found.largestDifference <= 1e-5, `edge function and worker differ by ${found.largestDifference}`);
  assert(found.heldOutAccuracy >= 0.93, `held-out accuracy ${found.heldOutAccuracy}`);
  assert(found.retrained.version > Math.max(...found.candidates.map((each) => each.version)));
  assert(found.attempts >= 2, `the killed job ended in attempt ${found.attempts}`);
  assertEquals(found.health.version, found.retrained.version);
  assertEquals(found.health.alerts, [], "the promotion resolved the old version's alerts");
}

for (const tier of ["embedded", "native"] satisfies Tier[]) {
  Deno.test(`the main job holds on the ${tier} tier`, async (t) => {
    const stack = await startStack({ tier });
    try {
      const outcome = await runMainJob(stack, () => {});
      assertOutcome(outcome);
      await t.step("and the documentation's examples hold on what it left", async () => {
        const page = await Deno.readTextFile(new URL("../../docs/monitoring.md", import.meta.url));
        const examples = examplesOf(page).filter((each) => each.options["after"] === "main_job");
        assert(examples.length > 0);
        for (const example of examples) {
          for (const statement of example.text.split(";\n").filter((each) => each.trim())) {
            await stack.sql.unsafe(statement);
          }
        }
      });
    } finally {
      await stack.stop();
    }
  });
}
