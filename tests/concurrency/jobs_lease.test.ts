import { assertEquals } from "@std/assert";
import { refusal, withJobs } from "./jobs_support.ts";

Deno.test("a job whose lease ran out is not taken back while its heartbeat is under way", () =>
  withJobs("heartbeat", async ({ session, expire, job }) => {
    const [worker, other] = [await session(), await session()];
    await worker.enqueue("k");
    const [held] = await worker.claim();
    await expire(held!);
    await worker.begin();
    await worker.heartbeat(held!);
    assertEquals(await other.claim(), []);
    await worker.commit();
    assertEquals(await other.claim(), []);
    assertEquals((await job(held!.id)).failures, 0);
    assertEquals((await worker.complete(held!)).state, "succeeded");
  }));

Deno.test("a heartbeat that comes while the lease is being taken waits and learns that it is lost", () =>
  withJobs("taken", async ({ session, expire, blocked, job }) => {
    const [worker, other] = [await session(), await session()];
    await worker.enqueue("k");
    const [held] = await worker.claim();
    await expire(held!);
    await other.begin();
    assertEquals((await other.claim()).map((j) => j.attempt), [2]);
    const heartbeat = refusal(worker.heartbeat(held!));
    await blocked(worker);
    await other.commit();
    assertEquals(await heartbeat, "lease_lost");
    assertEquals((await job(held!.id)).attempt, 2);
  }));

Deno.test("a completion under way keeps the job, though its lease has run out", () =>
  withJobs("completing", async ({ session, expire, job }) => {
    const [worker, other] = [await session(), await session()];
    await worker.enqueue("k");
    const [held] = await worker.claim();
    await expire(held!);
    await worker.begin();
    await worker.complete(held!);
    assertEquals(await other.claim(), []);
    await worker.commit();
    assertEquals(await other.claim(), []);
    assertEquals((await job(held!.id)).state, "succeeded");
  }));

Deno.test("a completion that comes while the lease is being taken is refused", () =>
  withJobs("lost", async ({ session, expire, blocked, job }) => {
    const [worker, other] = [await session(), await session()];
    await worker.enqueue("k");
    const [held] = await worker.claim();
    await expire(held!);
    await other.begin();
    const [taken] = await other.claim();
    const completion = refusal(worker.complete(held!));
    await blocked(worker);
    await other.commit();
    assertEquals(await completion, "lease_lost");
    assertEquals((await job(held!.id)).state, "running");
    assertEquals((await other.complete(taken!)).state, "succeeded");
  }));

Deno.test("a completion that waited for a taker who gave up succeeds", () =>
  withJobs("kept", async ({ session, expire, blocked }) => {
    const [worker, other] = [await session(), await session()];
    await worker.enqueue("k");
    const [held] = await worker.claim();
    await expire(held!);
    await other.begin();
    await other.claim();
    const completion = worker.complete(held!);
    await blocked(worker);
    await other.rollback();
    assertEquals((await completion).state, "succeeded");
  }));

Deno.test("of two completions of one attempt the second is refused, and so is its effect", () =>
  withJobs("twice", async ({ session, blocked, sql }) => {
    await sql`create table public.effects (job_id bigint)`;
    await sql`grant all on public.effects to service_role`;
    const [a, b] = [await session(), await session()];
    await a.enqueue("k");
    const [held] = await a.claim();
    for (const one of [a, b]) {
      await one.begin();
      await one.sql`insert into public.effects values (${held!.id})`;
    }
    await a.complete(held!);
    const second = refusal(b.complete(held!));
    await blocked(b);
    await a.commit();
    assertEquals(await second, "lease_lost");
    await b.rollback();
    assertEquals((await sql`select count(*)::integer from public.effects`)[0]!.count, 1);
  }));

Deno.test("a job cancelled while its completion is under way has succeeded", () =>
  withJobs("cancel late", async ({ session, blocked, job }) => {
    const [worker, person] = [await session(), await session()];
    await worker.enqueue("k");
    const [held] = await worker.claim();
    await worker.begin();
    await worker.complete(held!);
    const cancel = refusal(person.cancel(held!));
    await blocked(person);
    await worker.commit();
    assertEquals(await cancel, "job_finished");
    assertEquals((await job(held!.id)).state, "succeeded");
  }));

Deno.test("a completion that comes while the job is being cancelled ends as cancelled", () =>
  withJobs("cancel first", async ({ session, blocked }) => {
    const [worker, person] = [await session(), await session()];
    await worker.enqueue("k");
    const [held] = await worker.claim();
    await person.begin();
    await person.cancel(held!);
    const completion = worker.complete(held!);
    await blocked(worker);
    await person.commit();
    assertEquals((await completion).state, "cancelled");
  }));

Deno.test("a job that is being cancelled is not claimed", () =>
  withJobs("cancel queued", async ({ session, job }) => {
    const [worker, person] = [await session(), await session()];
    const queued = await person.enqueue("k");
    await person.begin();
    await person.cancel(queued);
    assertEquals(await worker.claim(), []);
    await person.commit();
    assertEquals(await worker.claim(), []);
    assertEquals((await job(queued.id)).state, "cancelled");
  }));

Deno.test("a job cancelled while it is being claimed runs, and is asked to stop", () =>
  withJobs("cancel claimed", async ({ session, blocked }) => {
    const [worker, person] = [await session(), await session()];
    const queued = await person.enqueue("k");
    await worker.begin();
    const [held] = await worker.claim();
    const cancel = person.cancel(queued);
    await blocked(person);
    await worker.commit();
    assertEquals((await cancel).state, "running");
    assertEquals((await worker.heartbeat(held!)).cancel_requested, true);
  }));

Deno.test("many who take back one lease at once count one failure", () =>
  withJobs("reapers", async ({ session, expire, sql, job }) => {
    const sessions = await Promise.all(Array.from({ length: 6 }, session));
    await sessions[0]!.enqueue("k");
    const [held] = await sessions[0]!.claim();
    await sessions[0]!.heartbeat(held!);
    await expire(held!);
    const claims = await Promise.all([
      ...sessions.map((one) => one.claim()),
      sql`select ml_private.wake_all_jobs()`.then(() => []),
    ]);
    assertEquals((await job(held!.id)).failures, 1);
    const taken = claims.flat().concat(await sessions[0]!.claim());
    assertEquals(taken.map((j) => j.attempt), [2]);
  }));
