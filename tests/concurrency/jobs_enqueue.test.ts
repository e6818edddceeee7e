import { assertEquals, assertNotEquals } from "@std/assert";
import { withJobs } from "./jobs_support.ts";

Deno.test("two sessions that enqueue one unique_key at once get the same job", () =>
  withJobs("unique", async ({ session, blocked, sql }) => {
    const [a, b] = [await session(), await session()];
    await a.begin();
    const first = await a.enqueue("k", { uniqueKey: "u" });
    const second = b.enqueue("k", { uniqueKey: "u" });
    await blocked(b);
    await a.commit();
    assertEquals((await second).id, first.id);
    assertEquals((await sql`select count(*)::integer from ml.jobs`)[0]!.count, 1);
  }));

Deno.test("when the first gives up, the second's job is inserted", () =>
  withJobs("unique rollback", async ({ session, blocked, job }) => {
    const [a, b] = [await session(), await session()];
    await a.begin();
    const first = await a.enqueue("k", { uniqueKey: "u" });
    const waiting = b.enqueue("k", { uniqueKey: "u" });
    await blocked(b);
    await a.rollback();
    const second = await waiting;
    assertNotEquals(second.id, first.id);
    assertEquals((await job(second.id)).state, "queued");
  }));

Deno.test("a unique_key enqueued while its job is finishing gives the job that is unfinished after that", () =>
  withJobs("unique finish", async ({ session, blocked, job }) => {
    const [a, b] = [await session(), await session()];
    const first = await a.enqueue("k", { uniqueKey: "u" });
    const [held] = await a.claim();
    await a.begin();
    await a.complete(held!);
    const waiting = b.enqueue("k", { uniqueKey: "u" });
    await blocked(b);
    await a.commit();
    const second = await waiting;
    assertNotEquals(second.id, first.id);
    assertEquals((await job(second.id)).state, "queued");
  }));

Deno.test("batches with the same keys in opposite orders neither deadlock nor double a job", () =>
  withJobs("unique batches", async ({ session, sql }) => {
    const sessions = await Promise.all(Array.from({ length: 4 }, session));
    for (let round = 0; round < 25; round++) {
      const keys = Array.from({ length: 30 }, (_, n) => `round ${round} key ${n}`);
      await Promise.all(sessions.map((one, n) => {
        const order = n % 2 ? keys : keys.toReversed();
        return one.sql`select count(*) from ml.enqueue_jobs(${
          one.sql.json(order.map((unique_key) => ({ kind: "k", unique_key })))
        })`;
      }));
    }
    const [row] = await sql`select count(*)::integer, count(distinct unique_key)::integer as keys from ml.jobs`;
    assertEquals(row, { count: 750, keys: 750 });
  }));
