import { assertEquals } from "@std/assert";
import { withJobs } from "./jobs_support.ts";

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

Deno.test("sessions that enqueue behind jobs which others finish in batches leave no job waiting and never deadlock", () =>
  withJobs("storm", async ({ session, sql }) => {
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
    await Promise.all([...enqueuers, ...finishers]);
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
