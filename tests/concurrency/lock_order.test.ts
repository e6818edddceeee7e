// The order of locks (sql/00_platform/README.md), tried: ticks with everything due, beside calls of every function that writes.
import { assert, assertEquals } from "@std/assert";
import { type Stack, startStack } from "../../scripts/stack/stack.ts";
import { type Body, goodCalls } from "../fuzz/examples.ts";
import { predictionOf, seedForFuzz } from "../fuzz/seed.ts";
import { connect } from "../support/templates.ts";
import { until } from "../support/waiting.ts";

const seconds = 25;

/** Every function of the API that may write. */
async function writers(stack: Stack): Promise<string[]> {
  const rows = await stack.sql<{ name: string }[]>`
    select proname as name from pg_proc
    where pronamespace = 'ml'::regnamespace and prokind = 'f' and provolatile = 'v' and prorettype <> 'trigger'::regtype order by 1`;
  return rows.map((row) => row.name);
}

type Call = (name: string, body: Body) => Promise<unknown>;

/** Calls as the service role; a refusal is an answer like any other, a deadlock is none. */
function caller(stack: Stack, accepted: Map<string, number>, deadlocks: string[]): Call {
  return async (name, body) => {
    const response = await fetch(`${stack.url}/rest/v1/rpc/${name}`, {
      method: "POST",
      headers: { apikey: stack.secretKey, "content-type": "application/json", "content-profile": "ml" },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (response.ok) accepted.set(name, (accepted.get(name) ?? 0) + 1);
    else if (text.includes("40P01")) deadlocks.push(`${name}: ${text}`);
    return response.ok && text !== "" ? JSON.parse(text) : undefined;
  };
}

/** Jobs with dependants, from birth to each of their ends. */
async function liveJobs(call: Call, end: number) {
  while (Date.now() < end) {
    const parent = await call("enqueue_job", { kind: "order", queue: "order", max_attempts: 1 }) as { id: number };
    const child = await call("enqueue_job", { kind: "order", queue: "order", depends_on: [parent.id] }) as {
      id: number;
    };
    const [job] = await call("claim_jobs", { worker_id: "order", queues: ["order"] }) as {
      id: number;
      attempt: number;
    }[];
    if (Math.random() < 0.5) await call("cancel_job", { job_id: Math.random() < 0.5 ? child.id : parent.id });
    if (!job) continue;
    const held = { job_id: job.id, attempt: job.attempt };
    if (Math.random() < 0.5) await call("complete_job", held);
    else await call("fail_job", { ...held, error: "x", retryable: false });
  }
}

/** The model in and out of production, and live data that drifts away from it. */
async function liveModel(stack: Stack, call: Call, version: { id: number; model_id: number }, end: number) {
  const model = { model: "fuzz", version: 1 };
  while (Date.now() < end) {
    for (const stage of ["archived", "staging", "production"]) await call("promote_model", { ...model, stage });
    const drifted = (_: unknown, i: number) => ({
      ...predictionOf(crypto.randomUUID(), { ...version }),
      entity_key: `[${i}]`,
      features: [50 + Math.random()],
    });
    await call("log_predictions", { predictions: Array.from({ length: 60 }, drifted) });
    await stack.sql`update ml.jobs set lease_expires_at = now() - interval '1 second'
      where id in (select id from ml.jobs where lease_expires_at is not null order by random() limit 2 for no key update skip locked)`;
  }
}

async function tickAllTheTime(stack: Stack, end: number, errors: Set<string>) {
  const tick = connect(stack.dbUrl);
  while (Date.now() < end) {
    await stack.sql`update ml_private.tick_tasks set last_run_at = null
      where name in (select name from ml_private.tick_tasks for update skip locked)`;
    const [row] = await tick<{ done: Record<string, { error?: string }> }[]>`call ml_private.tick()`;
    for (const [name, done] of Object.entries(row!.done)) if (done?.error) errors.add(`${name}: ${done.error}`);
    const failing = await stack.sql`select last_error from ml.monitors where last_error is not null`;
    for (const { last_error } of failing) errors.add(`monitor: ${last_error}`);
  }
  await tick.end();
}

Deno.test("ticks beside calls of every function that writes deadlock with none of them", async () => {
  const stack = await startStack({ tier: "native", port: 0, tickSeconds: 86_400 });
  try {
    const seeded = await seedForFuzz(stack);
    const [accepted, deadlocks, errors] = [new Map<string, number>(), [] as string[], new Set<string>()];
    const call = caller(stack, accepted, deadlocks);
    // The policies let the model come and go.
    await call("set_monitor", { model: "fuzz", config: { check_every: "0", retrain: false } });
    const openPolicy = ["staging", "production"].map((stage) => ({ model: "fuzz", stage, requirements: {} }));
    const examples = { ...goodCalls(seeded), set_promotion_policy: openPolicy };
    const names = await writers(stack);
    assertEquals(names.filter((name) => !(name in examples)), [], "each has an example in tests/fuzz/examples.ts");
    const end = Date.now() + seconds * 1000;
    const anyCall = async () => {
      while (Date.now() < end) {
        const name = names[Math.floor(Math.random() * names.length)]!;
        const bodies = examples[name as keyof typeof examples]!;
        await call(name, bodies[Math.floor(Math.random() * bodies.length)]!);
      }
    };
    const version = { id: seeded.versionId, model_id: seeded.modelId };
    await Promise.all([
      anyCall(),
      anyCall(),
      anyCall(),
      liveJobs(call, end),
      liveModel(stack, call, version, end),
      tickAllTheTime(stack, end, errors),
      tickAllTheTime(stack, end, errors),
    ]);
    assertEquals(deadlocks, []);
    assertEquals([...errors], []);
    const neverAccepted = names.filter((name) => !accepted.has(name));
    console.log(
      `accepted ${[...accepted.values()].reduce((a, b) => a + b, 0)} calls; never: ${neverAccepted.join(", ")}`,
    );
    assert((accepted.get("promote_model") ?? 0) > 5 && (accepted.get("complete_job") ?? 0) > 5);
    await until("the statistics of all sessions have arrived, and none met a deadlock", async () => {
      const [row] = await stack.sql`select deadlocks::integer from pg_stat_database where datname = current_database()`;
      return row!.deadlocks === 0;
    });
  } finally {
    await stack.stop();
  }
});
