import { assertEquals } from "@std/assert";
import { refusal, withJobs } from "./jobs_support.ts";

Deno.test("two open claims take different jobs and do not wait for each other", () =>
  withJobs("claims", async ({ session }) => {
    const [a, b] = [await session(), await session()];
    const first = await a.enqueue("k");
    const second = await a.enqueue("k");
    await a.begin();
    await b.begin();
    assertEquals((await a.claim()).map((job) => job.id), [first.id]);
    assertEquals((await b.claim()).map((job) => job.id), [second.id]);
    await a.commit();
    await b.commit();
    assertEquals(await a.claim(), []);
  }));

Deno.test("eight sessions that claim 400 jobs one by one take each job once", () =>
  withJobs("eight", async ({ session, sql }) => {
    const sessions = await Promise.all(Array.from({ length: 8 }, session));
    await sessions[0]!.sql`
      select count(*) from ml.enqueue_jobs((select jsonb_agg('{"kind": "k"}'::jsonb) from generate_series(1, 400)))`;
    const taken = await Promise.all(sessions.map(async (one) => {
      const ids: number[] = [];
      for (let jobs = await one.claim(); jobs.length > 0; jobs = await one.claim()) ids.push(...jobs.map((j) => j.id));
      return ids;
    }));
    const ids = taken.flat();
    assertEquals(ids.length, 400);
    assertEquals(new Set(ids).size, 400);
    assertEquals((await sql`select distinct attempt from ml.jobs`).map((row) => row.attempt), [1]);
  }));

Deno.test("a claim that is rolled back leaves the job and its attempt as they were", () =>
  withJobs("rollback", async ({ session, job }) => {
    const [a, b] = [await session(), await session()];
    const { id } = await a.enqueue("k");
    await a.begin();
    await a.claim();
    assertEquals(await b.claim(), []);
    await a.rollback();
    assertEquals((await job(id)).attempt, 0);
    assertEquals((await b.claim()).map((j) => j.attempt), [1]);
  }));

Deno.test("a job is not claimed before the transaction that enqueued it has committed", () =>
  withJobs("uncommitted", async ({ session }) => {
    const [a, b] = [await session(), await session()];
    await a.begin();
    const { id } = await a.enqueue("k");
    assertEquals(await b.claim(), []);
    await a.commit();
    assertEquals((await b.claim()).map((job) => job.id), [id]);
  }));

Deno.test("a transaction that references a job does not hide it from claims", () =>
  withJobs("reference", async ({ session, sql }) => {
    await sql`create table public.notes (job_id bigint references ml.jobs (id))`;
    await sql`grant all on public.notes to service_role`;
    const [a, b] = [await session(), await session()];
    const { id } = await a.enqueue("k");
    await a.begin();
    await a.sql`insert into public.notes values (${id})`;
    assertEquals((await b.claim()).map((job) => job.id), [id]);
    await a.commit();
  }));

Deno.test("a retried job is claimed after the retry has committed, not before", () =>
  withJobs("retry", async ({ session }) => {
    const [a, b] = [await session(), await session()];
    await a.enqueue("k");
    const failed = await a.fail((await a.claim())[0]!, false);
    await a.begin();
    await a.retry(failed);
    assertEquals(await b.claim(), []);
    await a.commit();
    assertEquals((await b.claim()).map((job) => job.attempt), [2]);
  }));

Deno.test("of two retries at once the second finds the job queued", () =>
  withJobs("retries", async ({ session, blocked, job }) => {
    const [a, b] = [await session(), await session()];
    await a.enqueue("k");
    const failed = await a.fail((await a.claim())[0]!, false);
    await a.begin();
    await a.retry(failed);
    const second = refusal(b.retry(failed));
    await blocked(b);
    await a.commit();
    assertEquals(await second, "job_not_failed");
    assertEquals((await job(failed.id)).state, "queued");
  }));

Deno.test("workers that listen are told of each queue when its jobs become claimable, at commit", () =>
  withJobs("notify", async ({ session, db }) => {
    const heard: string[] = [];
    const listener = db.connect();
    await listener.listen("ml_jobs", (payload) => heard.push(payload));
    const settle = async () => {
      // A notification sent after the others arrives after them.
      const seen = heard.length;
      await listener.notify("ml_jobs", "end");
      while (heard.at(-1) !== "end" || heard.length <= seen) await new Promise((resolve) => setTimeout(resolve, 5));
      return heard.splice(0).filter((queue) => queue !== "end");
    };
    const a = await session();
    await a.begin();
    const first = await a.enqueue("k");
    assertEquals(await settle(), []);
    await a.commit();
    assertEquals(await settle(), ["default"]);
    await a.enqueue("k", { dependsOn: [first.id] });
    await a.sql`select ml.enqueue_job('k', queue => 'later', run_at => now() + interval '1 hour')`;
    assertEquals(await settle(), []);
    await a
      .sql`select count(*) from ml.enqueue_jobs('[{"kind": "k", "queue": "x"}, {"kind": "k", "queue": "y"}, {"kind": "k", "queue": "x"}]')`;
    assertEquals((await settle()).sort(), ["x", "y"]);
    const [claimed] = await a.claim();
    assertEquals(await settle(), []);
    await a.complete(claimed!);
    assertEquals(await settle(), ["default"]);
    const [dependant] = await a.claim();
    await a.sql`select ml.release_job(${dependant!.id}, ${dependant!.attempt})`;
    assertEquals(await settle(), ["default"]);
  }));

Deno.test("a claim repeated while the first is still under way waits for it and returns what it took", () =>
  withJobs("claim twice", async ({ session, blocked, sql }) => {
    const [first, again] = [await session(), await session()];
    await first.enqueue("a");
    await first.enqueue("b");
    const claim = (by: typeof first) =>
      by.sql`select id, attempt from ml.claim_jobs('w', claim_id => '00000000-0000-4000-8000-00000000000a')`;
    await first.begin();
    const taken = await claim(first);
    const repeated = claim(again).execute();
    await blocked(again);
    await first.commit();
    assertEquals([...await repeated], [...taken]);
    const [row] = await sql`select count(*)::integer from ml.jobs where state = 'running'`;
    assertEquals(row!.count, 1);
  }));

Deno.test("a claim that was rolled back is repeated as a new one", () =>
  withJobs("claim undone", async ({ session, blocked }) => {
    const [first, again] = [await session(), await session()];
    await first.enqueue("a");
    const claim = (by: typeof first) =>
      by.sql`select id, attempt from ml.claim_jobs('w', claim_id => '00000000-0000-4000-8000-00000000000a')`;
    await first.begin();
    await claim(first);
    const repeated = claim(again).execute();
    await blocked(again);
    await first.rollback();
    assertEquals((await repeated).map((row) => row.attempt), [1]);
  }));
