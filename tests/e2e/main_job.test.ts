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

/** The page is about a model in use with an alert open; the job's last promotion resolved that, and nothing was served since. */
const inUse = `
  update ml.alerts set state = 'open', resolved_at = null, resolution = null where id = 1;
  select ml.log_predictions(jsonb_agg(
      to_jsonb(p) || jsonb_build_object('id', gen_random_uuid(), 'served_at', clock_timestamp(), 'version_id', d.version_id)
  ))
  from (select * from ml.predictions where purpose = 'live' limit 40) p
  join ml.deployments d on d.model_id = p.model_id`;

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
        await stack.sql.unsafe(inUse);
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
