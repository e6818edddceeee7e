import postgres from "postgres";
import { type Contender, inBatches, measureLatencies, payload, seconds } from "./jobs_contender.ts";

interface Claimed {
  id: string;
  attempt: number;
  payload: { n?: number };
}

/** The queue of this project, through its public functions, with postgres.js. */
export function openOurs(url: string): Contender {
  const owner = postgres(url, { max: 1, onnotice: () => {} });
  // As a worker and a server do: in the role that the functions are granted to.
  const connect = () => postgres(url, { max: 1, onnotice: () => {}, connection: { role: "service_role" } });
  const pool = Array.from({ length: 8 }, connect);
  const claim = (sql: postgres.Sql, max: number) =>
    sql<Claimed[]>`select id, attempt, payload from ml.claim_jobs('bench', max_jobs => ${max})`;
  const ended = (jobs: Claimed[]) => jobs.map(({ id, attempt }) => ({ job_id: Number(id), attempt }));
  /**
   * Each connection ends the jobs that it holds and takes the next, until there are none. With batches it fetches one while it works on another, as the
   * local queue of graphile-worker does.
   */
  const work = (
    count: number,
    batch: number,
    connections: number,
    turn: (sql: postgres.Sql, jobs: Claimed[]) => Promise<Claimed[]> | postgres.PendingQuery<Claimed[]>,
  ) =>
    seconds(async () => {
      let done = 0;
      const loops = pool.slice(0, connections).flatMap((sql) => batch === 1 ? [sql] : [sql, sql]);
      await Promise.all(
        loops.map(async (sql) => {
          for (let jobs = await turn(sql, []); jobs.length > 0; jobs = await turn(sql, jobs)) done += jobs.length;
        }),
      );
      if (done !== count) throw new Error(`${done} of ${count} jobs were done`);
    });
  return {
    name: "AIMatrix ML",
    enqueue: (count, batch, connections) =>
      seconds(() =>
        inBatches(count, batch, connections, (size, n) => {
          const sql = pool[n]!;
          if (batch === 1) return sql`select id from ml.enqueue_job('hello', ${sql.json(payload)})`;
          const jobs = Array.from({ length: size }, () => ({ kind: "hello", payload }));
          return sql`select id from ml.enqueue_jobs(${sql.json(jobs)})`;
        })
      ),
    drain: (count, batch, connections) =>
      work(count, batch, connections, async (sql, jobs) => {
        if (batch === 1 && jobs.length === 1) {
          await sql`select id from ml.complete_job(${jobs[0]!.id}, ${jobs[0]!.attempt})`;
        } else if (jobs.length > 0) await sql`select ml.complete_jobs(${sql.json(ended(jobs))})`;
        return await claim(sql, batch);
      }),
    exchange: (count, batch, connections) =>
      work(
        count,
        batch,
        connections,
        (sql, jobs) =>
          sql<Claimed[]>`select id, attempt, payload from ml.exchange_jobs(${
            sql.json(ended(jobs))
          }, 'bench', max_jobs => ${batch})`,
      ),
    latencies: (samples) =>
      measureLatencies(samples, async (began) => {
        const [worker, adder] = [pool[0]!, pool[1]!];
        let woken = false;
        let busy = false;
        const work = async () => {
          woken = true;
          if (busy) return;
          busy = true;
          while (woken) {
            woken = false;
            for (let jobs = await claim(worker, 1); jobs.length > 0; jobs = await claim(worker, 1)) {
              began(jobs[0]!.payload.n!);
              await worker`select id from ml.complete_job(${jobs[0]!.id}, ${jobs[0]!.attempt})`;
            }
          }
          busy = false;
        };
        const listening = await owner.listen("ml_jobs", work);
        return {
          add: (n) => adder`select id from ml.enqueue_job('hello', ${adder.json({ n })})`,
          stop: () => listening.unlisten(),
        };
      }),
    settle: async () => {
      await owner`vacuum analyze ml.jobs`;
    },
    close: async () => {
      await Promise.all([owner, ...pool].map((sql) => sql.end({ timeout: 1 })));
    },
  };
}
