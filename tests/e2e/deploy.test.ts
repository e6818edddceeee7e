// The files of deploy/ against a database.
import { assert, assertEquals } from "@std/assert";
import { fromRoot } from "../../scripts/test/paths.ts";
import { withTestDatabase } from "../support/database.ts";

Deno.test("the scaler's role counts jobs by the query of worker.yaml, and reads nothing that is in them", async () => {
  const role = await Deno.readTextFile(fromRoot("deploy/kubernetes/scaler_role.sql"));
  const manifest = await Deno.readTextFile(fromRoot("deploy/kubernetes/worker.yaml"));
  const query = /query: "(.*)"/.exec(manifest)?.[1];
  assert(query, "worker.yaml has a query");
  await withTestDatabase({ name: "scaler" }, async ({ sql }) => {
    const statements = role.replace(/^\\.*$/m, "").replace(/^(begin|commit);$/gm, "").replace(":'password'", "'x'");
    await sql`select ml.enqueue_job('train', queue => 'training') from generate_series(1, 3)`;
    await sql`select ml.claim_jobs('w', '{training}')`;
    await sql.begin(async (tx) => {
      // Roles belong to the whole server: it is gone with the transaction.
      await tx.unsafe(statements);
      await tx.unsafe("set local role ml_scaler");
      const [row] = await tx.unsafe(query);
      assertEquals(Object.values(row!), [3]);
      await tx.savepoint((inner) => inner`select payload from ml.jobs`).then(
        () => assert(false, "payload was read"),
        (error) => assertEquals(error.code, "42501"),
      );
      throw new Error("undo");
    }).catch((error) => assertEquals(error.message, "undo"));
  });
});
