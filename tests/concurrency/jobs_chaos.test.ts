// Eight workers and 2,000 jobs on a server of their own. Workers are killed at random, the server is crashed twice, leases last two seconds.
import { assertEquals } from "@std/assert";
import postgres from "postgres";
import { type PostgresServer, startPostgres } from "../../scripts/stack/native.ts";
import { connect, createFromTemplate } from "../support/templates.ts";

const workers = 8;
const killEvery = 350;
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

Deno.test("killed workers and a crashing server neither lose a job nor apply its effect twice", async () => {
  const server = await startPostgres();
  try {
    const url = await createFromTemplate(server.url, "timescale", "jobs_chaos");
    const sql = connect(url, 4);
    try {
      await prepare(sql);
      const chaos = await runChaos(server, url, sql);
      await check(sql, chaos);
    } finally {
      await sql.end({ timeout: 1 });
    }
  } finally {
    await server.stop();
  }
});

async function prepare(sql: postgres.Sql): Promise<void> {
  // Nothing here but the fencing keeps an effect from being written twice: there is no key on job_id.
  await sql`create table public.effects (job_id bigint not null, attempt integer not null, worker text not null)`;
  await sql`grant select, insert, delete on public.effects to ml_worker`;
  await sql`grant usage on schema public to ml_worker`;
  await enqueue(sql, 1500, (n) => ({ kind: "work", priority: n % 3, max_attempts: 1000 }));
  await enqueue(sql, 60, () => ({ kind: "doomed", max_attempts: 1000 }));
  await enqueue(sql, 40, () => ({ kind: "cancelled", max_attempts: 1000 }));
  const ids = async (kind: string) =>
    (await sql`select id from ml.jobs where kind = ${kind} order by id`).map((r) => Number(r.id));
  const [work, doomed] = [await ids("work"), await ids("doomed")];
  await enqueue(sql, 370, (n) => ({ kind: "work", depends_on: [work[n]!, work[n + 400]!], max_attempts: 1000 }));
  await enqueue(sql, 30, (n) => ({ kind: "orphan", depends_on: [work[n]!, doomed[n]!], max_attempts: 1000 }));
}

async function enqueue(sql: postgres.Sql, count: number, job: (n: number) => postgres.JSONValue): Promise<void> {
  const jobs = Array.from({ length: count }, (_, n) => job(n));
  await sql`select count(*) from ml.enqueue_jobs(${sql.json(jobs)})`;
}

interface Chaos {
  kills: number;
  restarts: number;
  /** workers that ended by themselves: each met an error that it did not expect */
  deaths: string[];
}

async function runChaos(server: PostgresServer, url: string, sql: postgres.Sql): Promise<Chaos> {
  const chaos: Chaos = { kills: 0, restarts: 0, deaths: [] };
  const crew = Array.from({ length: workers }, () => startWorker(url));
  try {
    for (const deadline = Date.now() + 150_000; Date.now() < deadline;) {
      await pause(killEvery);
      const finished = await countFinished(sql);
      if (finished === 2000) return chaos;
      if (finished > 600 * (chaos.restarts + 1) && chaos.restarts < 2) {
        await server.restart("immediate");
        chaos.restarts++;
      }
      if (chaos.kills === 8) await cancelSome(sql);
      const victim = Math.floor(Math.random() * workers);
      await crew[victim]!.kill(chaos);
      crew[victim] = startWorker(url);
    }
    throw new Error(`2,000 jobs should be finished by now, ${await countFinished(sql)} are`);
  } finally {
    await Promise.all(crew.map((worker) => worker.kill(chaos)));
  }
}

function startWorker(url: string) {
  const script = new URL("jobs_chaos_worker.ts", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--allow-all", script, url],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const errors = new Response(child.stderr).text();
  let ended = false;
  const status = child.status.then((value) => {
    ended = true;
    return value;
  });
  const kill = async (chaos: Chaos) => {
    // 75: the driver broke when the server crashed.
    if (ended && (await status).code !== 75) chaos.deaths.push(await errors);
    else if (!ended) {
      chaos.kills++;
      child.kill("SIGKILL");
    }
    await status;
    await errors;
  };
  return { kill };
}

async function countFinished(sql: postgres.Sql): Promise<number> {
  const rows = await patiently(() => sql`select count(*)::integer from ml.jobs where finished_at is not null`);
  return rows[0]!.count;
}

async function cancelSome(sql: postgres.Sql): Promise<void> {
  await patiently(() =>
    sql`select ml.cancel_job(id) from (
      select id from ml.jobs where kind = 'cancelled' and finished_at is null order by state = 'running' desc limit 30) j`
  );
}

/** Tries again while the server is coming back. */
async function patiently<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 1;; attempt++) {
    try {
      return await call();
    } catch (error) {
      const refused = error instanceof postgres.PostgresError && !/^57P0/.test(error.code);
      if (refused || attempt === 50) throw error;
      await pause(100);
    }
  }
}

async function check(sql: postgres.Sql, chaos: Chaos): Promise<void> {
  assertEquals(chaos.deaths, [], "every error that a worker met was one that the chaos explains");
  assertEquals(chaos.restarts, 2);
  assertEquals(chaos.kills >= 30, true, `${chaos.kills} workers were killed`);
  const states =
    await sql`select kind, state, count(*)::integer from ml.jobs where kind <> 'cancelled' group by kind, state order by kind`;
  assertEquals([...states], [
    { kind: "doomed", state: "failed", count: 60 },
    { kind: "orphan", state: "failed", count: 30 },
    { kind: "work", state: "succeeded", count: 1870 },
  ]);
  const cancelled =
    await sql`select distinct state from ml.jobs where kind = 'cancelled' and state not in ('cancelled', 'succeeded')`;
  assertEquals([...cancelled], []);
  const [applied] = await sql`
    select
      count(*) filter (where j.state = 'succeeded' and e.count = 1)::integer as once,
      count(*) filter (where j.state = 'succeeded' and e.count <> 1)::integer as wrong,
      count(*) filter (where j.state <> 'succeeded' and e.count > 0)::integer as undue,
      count(*) filter (where e.attempt <> j.attempt or e.worker <> j.result ->> 'worker')::integer as stale,
      count(*) filter (where j.attempt > 1)::integer as repeated,
      count(*) filter (where j.state = 'succeeded')::integer as succeeded
    from ml.jobs j
    cross join lateral (
      select count(*), min(e.attempt) as attempt, min(e.worker) as worker from public.effects e where e.job_id = j.id) e`;
  const { once, wrong, undue, stale, repeated, succeeded } = applied!;
  assertEquals({ once, wrong, undue, stale }, { once: succeeded, wrong: 0, undue: 0, stale: 0 });
  assertEquals(repeated > 50, true, `${repeated} jobs took more than one attempt`);
  const [early] = await sql`
    select count(*)::integer from ml.jobs j join ml.jobs p on p.id = any (j.depends_on)
    where j.state = 'succeeded' and (p.state <> 'succeeded' or p.finished_at > j.started_at)`;
  assertEquals(early!.count, 0, "no dependant started before its dependencies had succeeded");
  const [left] = await sql`select count(*)::integer from ml_private.job_dependencies`;
  assertEquals(left!.count, 0);
}
