// Sessions for two-connection tests of the queue. Each acts as service_role, which may enqueue, claim and finish.
import type postgres from "postgres";
import { type TestDatabase, withTestDatabase } from "../support/database.ts";
import { sessionAs } from "../support/roles.ts";
import { backendPid, untilBlocked } from "../support/waiting.ts";

export interface Job {
  id: number;
  state: string;
  attempt: number;
  failures: number;
  ready: boolean;
  error: string | null;
}

export interface Session {
  sql: postgres.Sql;
  pid: number;
  begin(): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  enqueue(kind: string, o?: { uniqueKey?: string; dependsOn?: number[]; maxAttempts?: number }): Promise<Job>;
  claim(o?: { maxJobs?: number; leaseSeconds?: number }): Promise<Job[]>;
  complete(job: Job): Promise<Job>;
  completeAll(jobs: Job[]): Promise<number>;
  fail(job: Job, retryable?: boolean): Promise<Job>;
  heartbeat(job: Job): Promise<{ cancel_requested: boolean }>;
  cancel(job: Job): Promise<Job>;
  retry(job: Job): Promise<Job>;
}

export interface Jobs {
  db: TestDatabase;
  /** the superuser's pool, to look at and to prepare */
  sql: postgres.Sql;
  session(): Promise<Session>;
  job(id: number): Promise<Job>;
  expire(job: Job): Promise<void>;
  /** Waits until the session is held up by another. */
  blocked(session: Session): Promise<void>;
}

export function withJobs(name: string, body: (jobs: Jobs) => Promise<void>): Promise<void> {
  return withTestDatabase({ name: `jobs ${name}` }, async (db) => {
    await body({
      db,
      sql: db.sql,
      session: () => openSession(db),
      job: async (id) => plain((await db.sql`select * from ml.jobs where id = ${id}`)[0]!),
      expire: async (job) => {
        await db.sql`update ml.jobs set lease_expires_at = now() - interval '1 second' where id = ${job.id}`;
      },
      blocked: (session) => untilBlocked(db.sql, session.pid),
    });
  });
}

async function openSession(db: TestDatabase): Promise<Session> {
  const sql = await sessionAs(db.connect(), "service_role");
  const one = async (rows: PromiseLike<postgres.Row[]>) => plain((await rows)[0]!);
  return {
    sql,
    pid: await backendPid(sql),
    begin: async () => void await sql.unsafe("begin"),
    commit: async () => void await sql.unsafe("commit"),
    rollback: async () => void await sql.unsafe("rollback"),
    enqueue: (kind, o = {}) =>
      one(sql`select * from ml.enqueue_job(${kind}, unique_key => ${o.uniqueKey ?? null},
        depends_on => ${o.dependsOn ?? []}::bigint[], max_attempts => ${o.maxAttempts ?? 3})`),
    claim: async (o = {}) =>
      (await sql`select * from ml.claim_jobs('worker', max_jobs => ${o.maxJobs ?? 1},
        lease_seconds => ${o.leaseSeconds ?? 60})`).map(plain),
    complete: (job) => one(sql`select * from ml.complete_job(${job.id}, ${job.attempt})`),
    completeAll: async (jobs) => {
      const done = jobs.map((job) => ({ job_id: job.id, attempt: job.attempt }));
      return (await sql`select ml.complete_jobs(${sql.json(done)}) as count`)[0]!.count;
    },
    fail: (job, retryable = true) =>
      one(sql`select * from ml.fail_job(${job.id}, ${job.attempt}, 'it failed', ${retryable})`),
    heartbeat: async (job) => (await sql`select ml.heartbeat_job(${job.id}, ${job.attempt}) as reply`)[0]!.reply,
    cancel: (job) => one(sql`select * from ml.cancel_job(${job.id})`),
    retry: (job) => one(sql`select * from ml.retry_job(${job.id})`),
  };
}

function plain(row: postgres.Row): Job {
  const { state, attempt, failures, ready, error } = row;
  return { id: Number(row.id), state, attempt, failures, ready, error };
}

/** The stable code (detail) with which the call was refused. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    return (error as postgres.PostgresError).detail ?? String(error);
  }
  throw new Error("the call was not refused");
}
