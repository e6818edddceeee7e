import { assertEquals } from "@std/assert";
import type { TestDatabase } from "../support/database.ts";
import { become } from "../support/roles.ts";
import { type Job, withJobs } from "./jobs_support.ts";

/** The code with which a call was refused, if it was. */
async function refusalOf(call: Promise<unknown>): Promise<string | undefined> {
  try {
    await call;
  } catch (error) {
    return (error as { detail?: string }).detail ?? String(error);
  }
}

Deno.test("a dependant enqueued while its dependency is completing waits and is claimable", () =>
  withJobs("finish first", async ({ session, blocked, job }) => {
    const [worker, person] = [await session(), await session()];
    const parent = await person.enqueue("p");
    const [held] = await worker.claim();
    await worker.begin();
    await worker.complete(held!);
    const child = person.enqueue("c", { dependsOn: [parent.id] });
    await blocked(person);
    await worker.commit();
    const { id } = await child;
    const found = await job(id);
    assertEquals([found.state, found.ready], ["queued", true]);
  }));

Deno.test("a dependency that completes while its dependant is being enqueued waits and frees it", () =>
  withJobs("enqueue first", async ({ session, blocked, job }) => {
    const [worker, person] = [await session(), await session()];
    const parent = await person.enqueue("p");
    const [held] = await worker.claim();
    await person.begin();
    const child = await person.enqueue("c", { dependsOn: [parent.id] });
    const completion = worker.complete(held!);
    await blocked(worker);
    await person.commit();
    await completion;
    const found = await job(child.id);
    assertEquals([found.state, found.ready], ["queued", true]);
  }));

Deno.test("a dependant enqueued while its dependency is failing has failed", () =>
  withJobs("fail first", async ({ session, blocked, job }) => {
    const [worker, person] = [await session(), await session()];
    const parent = await person.enqueue("p");
    const [held] = await worker.claim();
    await worker.begin();
    await worker.fail(held!, false);
    const child = person.enqueue("c", { dependsOn: [parent.id] });
    await blocked(person);
    await worker.commit();
    const found = await job((await child).id);
    assertEquals([found.state, found.error], ["failed", `dependency ${parent.id} failed: it failed`]);
  }));

Deno.test("a job enqueued behind a dependant that is being ended is ended too", () =>
  withJobs("grandchild", async ({ session, blocked, job }) => {
    const [worker, person] = [await session(), await session()];
    const parent = await person.enqueue("p");
    const child = await person.enqueue("c", { dependsOn: [parent.id] });
    const [held] = await worker.claim();
    await person.begin();
    const grandchild = await person.enqueue("g", { dependsOn: [child.id] });
    const failing = worker.fail(held!, false);
    await blocked(worker);
    await person.commit();
    await failing;
    assertEquals((await job(child.id)).state, "failed");
    assertEquals((await job(grandchild.id)).state, "failed");
  }));

Deno.test("two dependencies that complete at once free their dependant", () =>
  withJobs("two parents", async ({ session, blocked, job, sql }) => {
    const [a, b] = [await session(), await session()];
    const parents = [await a.enqueue("p"), await a.enqueue("p")];
    const child = await a.enqueue("c", { dependsOn: parents.map((parent) => parent.id) });
    const [first, second] = await a.claim({ maxJobs: 2 });
    await a.begin();
    await a.complete(first!);
    const completion = b.complete(second!);
    await blocked(b);
    await a.commit();
    await completion;
    assertEquals((await job(child.id)).ready, true);
    assertEquals((await sql`select count(*)::integer from ml_private.job_dependencies`)[0]!.count, 0);
  }));

/** A session that has locked the job as `cancel` does first, and then cancels it. */
async function canceller(db: TestDatabase, job: Job) {
  const sql = db.connect();
  await sql.unsafe("begin");
  await sql`select ml_private.lock_job(${job.id})`;
  return {
    async cancel() {
      await become(sql, "service_role");
      await sql`select ml.cancel_job(${job.id})`;
      await sql.unsafe("commit");
    },
  };
}

Deno.test("a dependant is cancelled between the end of its dependency and its own release: the completion waits for the cancellation", () =>
  withJobs("cancel dependant", async ({ db, session, blocked, job }) => {
    const worker = await session();
    const parent = await worker.enqueue("p");
    const [held] = await worker.claim();
    const child = await worker.enqueue("c", { dependsOn: [parent.id] });
    const person = await canceller(db, child);
    const completion = worker.complete(held!);
    await blocked(worker);
    await person.cancel();
    await completion;
    assertEquals([(await job(parent.id)).state, (await job(child.id)).state], ["succeeded", "cancelled"]);
  }));

Deno.test("a failure that ends a chain waits for a cancellation in the middle of the chain and for nothing else", () =>
  withJobs("cancel in a chain", async ({ db, session, blocked, job }) => {
    const worker = await session();
    const parent = await worker.enqueue("p");
    const [held] = await worker.claim();
    const child = await worker.enqueue("c", { dependsOn: [parent.id] });
    const middle = await worker.enqueue("m", { dependsOn: [child.id] });
    const last = await worker.enqueue("l", { dependsOn: [parent.id, middle.id] });
    const person = await canceller(db, middle);
    const failure = worker.fail(held!, false);
    await blocked(worker);
    await person.cancel();
    await failure;
    const states = await Promise.all([child, middle, last].map(async ({ id }) => (await job(id)).state));
    assertEquals(states, ["failed", "cancelled", "cancelled"]);
  }));

Deno.test("a lost lease whose dependant somebody holds is taken back at the next look, and nobody waits", () =>
  withJobs("take back", async ({ db, session, expire, job }) => {
    const worker = await session();
    const parent = await worker.enqueue("p", { maxAttempts: 1 });
    const [held] = await worker.claim();
    const child = await worker.enqueue("c", { dependsOn: [parent.id] });
    // A worker that was heard from: a claim that nobody took up would be queued again without spending the attempt.
    await worker.heartbeat(held!);
    await expire(held!);
    const holder = db.connect();
    await holder.unsafe("begin");
    await holder`select ml_private.lock_job(${child.id})`;
    await db.sql`select ml_private.wake_all_jobs()`;
    assertEquals((await job(parent.id)).state, "running");
    await holder.unsafe("rollback");
    await db.sql`select ml_private.wake_all_jobs()`;
    assertEquals([(await job(parent.id)).state, (await job(child.id)).state], ["failed", "failed"]);
  }));

Deno.test("sessions that enqueue behind jobs which others finish in batches, cancel or lose leave no job waiting and never deadlock", () =>
  withJobs("storm", async ({ session, sql, expire }) => {
    const root = await session();
    for (let n = 0; n < 20; n++) await root.enqueue("root", { maxAttempts: 1 });
    const end = Date.now() + 4000;
    const enqueuers = Array.from({ length: 4 }, async (_, n) => {
      const one = await session();
      while (Date.now() < end) {
        const parents = await sql`
          select id from ml.jobs where finished_at is null or random() < 0.05 order by random() limit ${1 + n % 3}`;
        await one.enqueue("k", { dependsOn: parents.map((row) => Number(row.id)), maxAttempts: 1 });
      }
    });
    const finishers = Array.from({ length: 4 }, async (_, n) => {
      const one = await session();
      for (;;) {
        const jobs = await one.claim({ maxJobs: 1 + n * 3 });
        if (jobs.length === 0 && Date.now() > end) return;
        for (const job of jobs.splice(0, Math.random() < 0.1 ? 1 : 0)) await one.fail(job, false);
        assertEquals(await one.completeAll(jobs), jobs.length);
      }
    });
    const cancellers = Array.from({ length: 2 }, async () => {
      const one = await session();
      while (Date.now() < end) {
        const [row] = await sql`select id from ml.jobs where finished_at is null order by random() limit 1`;
        // One that has ended meanwhile is refused; a deadlock is not job_finished.
        if (row) {
          assertEquals([undefined, "job_finished"].includes(await refusalOf(one.cancel({ ...row } as Job))), true);
        }
      }
    });
    const losers = (async () => {
      const [one, owner] = [await session(), sql];
      while (Date.now() < end) {
        for (const job of await one.claim({ maxJobs: 3 })) {
          await one.heartbeat(job);
          await expire(job);
        }
        await owner`select ml_private.wake_all_jobs()`;
      }
    })();
    await Promise.all([...enqueuers, ...finishers, ...cancellers, losers]);
    // Whoever enqueued last may have done so after the finishers looked.
    for (let jobs = await root.claim({ maxJobs: 1000 }); jobs.length > 0; jobs = await root.claim({ maxJobs: 1000 })) {
      await root.completeAll(jobs);
    }
    const left = await sql`
      select id, state, depends_on, pending_dependencies from ml.jobs where state in ('queued', 'running')`;
    assertEquals([...left], []);
    const [wrong] = await sql`
      select count(*)::integer from ml.jobs j where j.state = 'succeeded'
        and exists (select from ml.jobs p where p.id = any (j.depends_on) and p.state <> 'succeeded')`;
    assertEquals(wrong!.count, 0);
    const [spread] = await sql`
      select count(*) filter (where state = 'failed')::integer as failed, count(*)::integer as all from ml.jobs`;
    assertEquals(
      spread!.failed > 0 && spread!.failed < spread!.all,
      true,
      `failed ${spread!.failed} of ${spread!.all}`,
    );
  }));
