// The queue beside graphile-worker, on one server, turn by turn.
import postgres from "postgres";
import { migrationFiles } from "../db/releases.ts";
import { startPostgres } from "../stack/native.ts";
import { UserError } from "../stack/errors.ts";
import { type Benchmark, benchOptions } from "./benchmark.ts";
import type { Contender } from "./jobs_contender.ts";
import { openGraphile } from "./jobs_graphile.ts";
import { openOurs } from "./jobs_ours.ts";

interface Workload {
  name: string;
  kind: "enqueue" | "drain" | "exchange" | "latency";
  count: number;
  batch: number;
  connections: number;
}

const workloads: Workload[] = [
  { name: "enqueue, 1 connection", kind: "enqueue", count: 400, batch: 1, connections: 1 },
  { name: "enqueue, 8 connections", kind: "enqueue", count: 1600, batch: 1, connections: 8 },
  { name: "enqueue by 100, 1 connection", kind: "enqueue", count: 5000, batch: 100, connections: 1 },
  { name: "claim + complete, 1 connection", kind: "drain", count: 400, batch: 1, connections: 1 },
  { name: "  the same in one call", kind: "exchange", count: 400, batch: 1, connections: 1 },
  { name: "claim + complete, 8 connections", kind: "drain", count: 1600, batch: 1, connections: 8 },
  { name: "  the same in one call", kind: "exchange", count: 1600, batch: 1, connections: 8 },
  { name: "claim + complete by 100, 1 connection", kind: "drain", count: 5000, batch: 100, connections: 1 },
  { name: "  the same in one call", kind: "exchange", count: 5000, batch: 100, connections: 1 },
  { name: "claim + complete by 100, 8 connections", kind: "drain", count: 5000, batch: 100, connections: 8 },
  { name: "  the same in one call", kind: "exchange", count: 5000, batch: 100, connections: 8 },
  { name: "enqueue to start", kind: "latency", count: 150, batch: 1, connections: 1 },
];

const conditions = ["fresh", "quiet", "million", "snapshot"] as const;
type Condition = typeof conditions[number];

const explained: Record<Condition, string> = {
  fresh: "An empty queue",
  quiet: "An empty queue, announcements off (graphile-worker makes none)",
  million: "1,000,000 finished jobs in ml.jobs (graphile-worker deletes its own)",
  snapshot: "A second session holds a snapshot; 10,000 jobs have come and gone since",
};

export const benchmark: Benchmark = {
  summary: "the queue: enqueue, claim + complete, latency, beside graphile-worker",
  options: [
    `--conditions ${conditions.join(",")}    which of them`,
    "--rounds 2      how often each is measured; the median is shown",
  ].join("\n"),
  async run(args) {
    const options = benchOptions(args, { conditions: { type: "string" }, rounds: { type: "string" } });
    const rounds = Number(options.rounds ?? 2);
    if (!Number.isInteger(rounds) || rounds < 1) {
      throw new UserError(`--rounds ${options.rounds} is not a number of rounds.`);
    }
    const chosen = (options.conditions ?? conditions.join(",")).split(",").map(asCondition);
    // Durable, as in production, and the same for both. No checkpoint falls into one's turn and not into the other's.
    const settings = { fsync: "on", full_page_writes: "on", checkpoint_timeout: "1h", max_wal_size: "8GB" };
    const server = await startPostgres({ settings });
    try {
      for (const condition of chosen) await measureCondition(server.url, condition, rounds);
    } finally {
      await server.stop();
    }
  },
};

function asCondition(name: string): Condition {
  const found = conditions.find((condition) => condition === name);
  if (!found) throw new UserError(`There is no condition "${name}". There are ${conditions.join(", ")}.`);
  return found;
}

async function measureCondition(serverUrl: string, condition: Condition, rounds: number): Promise<void> {
  console.log(`\n${explained[condition]}\n`);
  console.log(`${"".padEnd(40)}${"AIMatrix ML".padStart(22)}${"graphile-worker".padStart(22)}${"ratio".padStart(8)}`);
  const urls = [
    await makeDatabase(serverUrl, `ours_${condition}`),
    await makeDatabase(serverUrl, `graphile_${condition}`),
  ];
  await installOurs(urls[0]!);
  if (condition === "million") await addMillion(urls[0]!);
  if (condition === "quiet") {
    await withOwner(urls[0]!, (sql) => sql`select ml.set_queue_settings('default', '{"announce": false}')`);
  }
  const both = [openOurs(urls[0]!), await openGraphile(urls[1]!)];
  const snapshots = condition === "snapshot" ? await Promise.all(urls.map(holdSnapshot)) : [];
  try {
    if (condition === "snapshot") {
      for (const one of both) {
        await one.enqueue(10000, 1000, 1);
        await one.drain(10000, 100, 1);
      }
    }
    for (const workload of workloads) console.log(await measure(workload, both, rounds));
  } finally {
    for (const release of snapshots) await release();
    for (const one of both) await one.close();
  }
}

async function measure(workload: Workload, both: Contender[], rounds: number): Promise<string> {
  const results: number[][] = both.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [n, one] of both.entries()) {
      results[n]!.push(...await measureOnce(workload, one));
    }
  }
  const name = workload.name.padEnd(40);
  if (workload.kind === "latency") {
    const [ours, theirs] = results.map((all) => ({ p50: quantile(all, 0.5), p95: quantile(all, 0.95) }));
    const cell = (r: { p50: number; p95: number }) => `p50 ${r.p50.toFixed(1)} p95 ${r.p95.toFixed(1)} ms`.padStart(22);
    return name + cell(ours!) + cell(theirs!) + `${(theirs!.p50 / ours!.p50).toFixed(2)}x`.padStart(8);
  }
  const [ours, theirs] = results.map((all) => quantile(all, 0.5));
  const cell = (perSecond: number) => `${Math.round(perSecond).toLocaleString("en")} jobs/s`.padStart(22);
  return name + cell(ours!) + cell(theirs!) + `${(ours! / theirs!).toFixed(2)}x`.padStart(8);
}

/** Jobs a second, or milliseconds of each sample. */
async function measureOnce({ kind, count, batch, connections }: Workload, one: Contender): Promise<number[]> {
  if (kind === "latency") {
    await one.settle();
    return await one.latencies(count);
  }
  if (kind === "drain" || kind === "exchange") await one.enqueue(count, 1000, 1);
  await one.settle();
  const taken = await one[kind](count, batch, connections);
  if (kind === "enqueue") await one.drain(count, 100, 1);
  return [count / taken];
}

function quantile(values: number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]!;
}

async function makeDatabase(serverUrl: string, name: string): Promise<string> {
  const sql = postgres(serverUrl, { max: 1 });
  await sql.unsafe(`create database ${name}`);
  await sql.end();
  return serverUrl.replace(/\/[^/]*$/, `/${name}`);
}

async function withOwner(url: string, body: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await body(sql);
  } finally {
    await sql.end();
  }
}

/**
 * On a hosted project Realtime reads its messages by replication. The local stand-in sends a NOTIFY for each, and sessions that notify commit one after
 * the other: that would be the stand-in's time, not the queue's.
 */
const hostedSend = `
  create or replace function realtime.send(payload jsonb, event text, topic text, private boolean default true)
  returns void language plpgsql as $$
  begin
    begin
      perform set_config('realtime.topic', topic, true);
      insert into realtime.messages (payload, event, topic, private, extension) values (payload, event, topic, private, 'broadcast');
    exception when others then
      raise warning 'realtime.send: %', sqlerrm;
    end;
  end $$`;

async function installOurs(url: string): Promise<void> {
  const root = new URL("../../", import.meta.url);
  await withOwner(url, async (sql) => {
    for (const file of ["scripts/stack/platform.sql", ...await migrationFiles()]) {
      await sql.unsafe(await Deno.readTextFile(new URL(file, root)));
    }
    await sql.unsafe(hostedSend);
  });
}

async function addMillion(url: string): Promise<void> {
  await withOwner(url, async (sql) => {
    await sql`
      insert into ml.jobs (kind, payload, state, attempt, created_at, run_at, started_at, finished_at)
      select 'hello', '{"tumour": 7, "scanner": "north"}', case when n % 100 = 0 then 'failed' else 'succeeded' end, 1, t, t, t, t
      from generate_series(1, 1000000) n cross join lateral (select now() - n * interval '1 second') at (t)`;
    await sql`vacuum analyze ml.jobs`;
    await sql`select count(*) from ml.jobs`;
  });
}

/** A session that sees the database as it is now, until it is released: vacuum may remove nothing that ends later. */
async function holdSnapshot(url: string): Promise<() => Promise<void>> {
  const sql = postgres(url, { max: 1 });
  await sql.unsafe("begin isolation level repeatable read");
  await sql`select count(*) from pg_class`;
  return () => sql.end({ timeout: 1 });
}
