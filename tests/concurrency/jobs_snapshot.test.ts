// Beside a session that holds an old snapshot the index entries of claimed jobs cannot be removed, and claims step around them.
import { assertEquals } from "@std/assert";
import type postgres from "postgres";
import { until } from "../support/waiting.ts";
import { type Jobs, type Session, withJobs } from "./jobs_support.ts";

/** A worker that has just claimed beside 4,000 entries of jobs which have come and gone since the snapshot. */
async function besideSnapshot({ db, session }: Jobs): Promise<{ worker: Session; old: postgres.Sql }> {
  const old = db.connect();
  await old.unsafe("begin isolation level repeatable read");
  await old`select count(*) from ml.jobs`;
  const worker = await session();
  await worker.sql`
    select count(*) from ml.enqueue_jobs((select jsonb_agg('{"kind": "gone"}'::jsonb) from generate_series(1, 4000)))`;
  for (
    let jobs = await worker.claim({ maxJobs: 1000 });
    jobs.length > 0;
    jobs = await worker.claim({ maxJobs: 1000 })
  ) {
    await worker.completeAll(jobs);
  }
  return { worker, old };
}

async function entriesRead(one: Session, work: () => Promise<unknown>): Promise<number> {
  const count = async () => {
    const [row] = await one
      .sql`select pg_stat_get_xact_tuples_returned('ml.jobs_claim_idx'::regclass)::integer as read`;
    return row!.read;
  };
  await one.begin();
  const before = await count();
  await work();
  const after = await count();
  await one.commit();
  return after - before;
}

Deno.test("beside an old snapshot a claim reads the dead entries once, not at every claim", () =>
  withJobs("snapshot", async (jobs) => {
    const { worker, old } = await besideSnapshot(jobs);
    const other = await jobs.session();
    for (let n = 0; n < 12; n++) await other.enqueue("k");
    const read: number[] = [];
    for (let n = 0; n < 12; n++) read.push(await entriesRead(other, () => other.claim()));
    assertEquals(read[0]! >= 4000, true, `the first claim read ${read[0]} entries`);
    // Now and then a claim reads them all again, on a slow machine more often than here.
    assertEquals(read.filter((entries) => entries < 100).length >= 4, true, `the claims read ${read}`);
    await old.unsafe("rollback");
    assertEquals(await worker.claim(), []);
  }));

Deno.test("beside an old snapshot new jobs are claimed in their order at once", () =>
  withJobs("snapshot order", async (jobs) => {
    const { worker } = await besideSnapshot(jobs);
    const person = await jobs.session();
    await person.sql`select ml.enqueue_job('first')`;
    assertEquals((await worker.claim()).length, 1);
    await person.sql`
      select count(*) from ml.enqueue_jobs('[{"kind": "low", "priority": -5}, {"kind": "normal"}, {"kind": "high", "priority": 9}]')`;
    const order = await worker.sql`select kind from ml.claim_jobs('w', max_jobs => 2)`;
    assertEquals(order.map((row) => row.kind), ["high", "normal"]);
    assertEquals((await worker.sql`select kind from ml.claim_jobs('w', max_jobs => 2)`).map((row) => row.kind), [
      "low",
    ]);
  }));

Deno.test("beside an old snapshot a job that came back is found again within a second", () =>
  withJobs("snapshot back", async (jobs) => {
    const { worker } = await besideSnapshot(jobs);
    const other = await jobs.session();
    const early = await other.enqueue("early");
    const [held] = await other.claim();
    assertEquals(held!.id, early.id);
    await other.enqueue("late");
    assertEquals((await worker.claim()).length, 1);
    await other.sql`select ml.release_job(${held!.id}, ${held!.attempt})`;
    let found: number[] = [];
    await until("the released job is claimed", async () => {
      found = (await worker.claim()).map((job) => job.id);
      return found.length > 0;
    }, { seconds: 2 });
    assertEquals(found, [early.id]);
  }));
