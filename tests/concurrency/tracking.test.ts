// Two sessions logging to one run.
import { assertEquals } from "@std/assert";
import type postgres from "postgres";
import { type TestDatabase, withTestDatabase } from "../support/database.ts";
import { openSession, refusal, type Session, startBlocked } from "./registry_support.ts";

async function withRun(name: string, body: (db: TestDatabase, run: string) => Promise<void>): Promise<void> {
  await withTestDatabase({ name }, async (db) => {
    await db.sql`select ml.create_experiment('e')`;
    const [run] = await db.sql`select id from ml.start_run('e')`;
    await body(db, run!.id);
  });
}

const log = (session: Session, run: string, batch: { metrics?: postgres.JSONValue; params?: postgres.JSONValue }) =>
  session.sql`select ml.log_batch(
    ${run}, ${session.sql.json(batch.metrics ?? [])}, ${session.sql.json(batch.params ?? {})})`;

Deno.test("of two sessions that log one param with two values exactly one is refused", async () => {
  await withRun("param_race", async (db, run) => {
    const [first, second] = [await openSession(db, "ml_worker"), await openSession(db, "ml_worker")];
    await first.sql.unsafe("begin");
    await log(first, run, { params: { lr: 0.1 } });
    const waiting = await startBlocked(db, second, () => log(second, run, { params: { lr: 0.2 } }));
    await first.sql.unsafe("commit");
    assertEquals(await refusal(waiting.reply), "param_changed");
    const [row] = await db.sql`select value from ml.run_params`;
    assertEquals(row!.value, "0.1");
  });
});

Deno.test("two sessions that log one param with one value both succeed", async () => {
  await withRun("param_same", async (db, run) => {
    const [first, second] = [await openSession(db, "ml_worker"), await openSession(db, "ml_worker")];
    await first.sql.unsafe("begin");
    await log(first, run, { params: { lr: 0.1 } });
    const waiting = await startBlocked(db, second, () => log(second, run, { params: { lr: 0.1 } }));
    await first.sql.unsafe("commit");
    assertEquals(await refusal(waiting.reply), null);
  });
});

Deno.test("the latest metric is the highest step, whichever session commits last", async () => {
  await withRun("metric_race", async (db, run) => {
    const [first, second] = [await openSession(db, "ml_worker"), await openSession(db, "ml_worker")];
    await first.sql.unsafe("begin");
    await log(first, run, { metrics: [{ key: "loss", value: 1, step: 2 }] });
    const waiting = await startBlocked(
      db,
      second,
      () => log(second, run, { metrics: [{ key: "loss", value: 9, step: 1 }] }),
    );
    await first.sql.unsafe("commit");
    await waiting.reply;
    const [row] = await db.sql`select value, step::int from ml.latest_metrics`;
    assertEquals({ ...row }, { value: 1, step: 2 });
  });
});

Deno.test("batches that name the same metrics in opposite order never deadlock", async () => {
  await withRun("metric_order", async (db, run) => {
    const sessions = await Promise.all(Array.from({ length: 4 }, () => openSession(db, "ml_worker")));
    const keys = Array.from({ length: 50 }, (_, i) => `k${i}`);
    const batch = (step: number, names: string[]) => names.map((key) => ({ key, value: step, step }));
    await Promise.all(sessions.map(async (session, i) => {
      for (let round = 0; round < 10; round++) {
        const names = i % 2 ? keys : keys.toReversed();
        await log(session, run, {
          metrics: batch(round * 4 + i, names),
          params: Object.fromEntries(names.map((k) => [k, 1])),
        });
      }
    }));
    const [row] = await db.sql`
      select count(*)::int as keys, min(step)::int as lowest, (select count(*)::int from ml.run_metrics) as stored from ml.latest_metrics`;
    assertEquals({ ...row }, { keys: 50, lowest: 39, stored: 2000 });
  });
});

Deno.test("of two sessions that make one experiment the second is told that it exists", async () => {
  await withTestDatabase({ name: "experiment_race" }, async (db) => {
    const [first, second] = [await openSession(db, "engineer"), await openSession(db, "engineer")];
    await first.sql.unsafe("begin");
    await first.sql`select ml.create_experiment('e')`;
    const waiting = await startBlocked(db, second, () => second.sql`select ml.create_experiment('e')`);
    await first.sql.unsafe("commit");
    assertEquals(await refusal(waiting.reply), "experiment_exists");
  });
});

Deno.test("a run that two sessions end differently ends once", async () => {
  await withRun("end_race", async (db, run) => {
    const [first, second] = [await openSession(db, "ml_worker"), await openSession(db, "ml_worker")];
    await first.sql.unsafe("begin");
    await first.sql`select ml.end_run(${run}, 'finished')`;
    const waiting = await startBlocked(db, second, () => second.sql`select ml.end_run(${run}, 'failed')`);
    await first.sql.unsafe("commit");
    assertEquals(await refusal(waiting.reply), "run_ended");
  });
});
