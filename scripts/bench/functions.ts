// An edge function's one call to the database, both ways: over HTTP with supabase-js and by postgres.js. On each tier, in the same run.
import { createClient } from "@supabase/supabase-js";
import { publishModel } from "../../tests/functions/inference_publish.ts";
import { countFlights } from "../../tests/functions/counting_proxy.ts";
import { claimsOf, userIds } from "../../tests/support/roles.ts";
import { callerOf } from "../../supabase/functions/_shared/caller.ts";
import { databaseOf } from "../../supabase/functions/_shared/database.ts";
import { Pool } from "../../supabase/functions/_shared/pool.ts";
import { UserError } from "../stack/errors.ts";
import { signToken } from "../stack/keys.ts";
import { type Stack, startStack, type Tier } from "../stack/stack.ts";
import { type Benchmark, benchOptions } from "./benchmark.ts";

const parallel = 8;
const warmUp = 50;
const rounds = 9;

export const benchmark: Benchmark = {
  summary: "a function's call to the database: postgres.js beside supabase-js",
  options: [
    "--tier native,embedded    the stacks to measure (both)",
    "--calls 1000              how many are timed",
  ].join("\n"),
  async run(args) {
    const options = benchOptions(args, { tier: { type: "string" }, calls: { type: "string" } });
    const calls = Number(options.calls ?? 1000);
    if (!Number.isInteger(calls) || calls < parallel) {
      throw new UserError(`--calls ${options.calls} is not a number of calls from ${parallel} up.`);
    }
    for (const tier of (options.tier ?? "native,embedded").split(",")) {
      if (tier !== "native" && tier !== "embedded") throw new UserError(`There is no tier "${tier}".`);
      await measure(tier, calls);
    }
  },
};

type Resolve = (patient: number) => Promise<unknown>;

const model = "tumours";
const entities = (patient: number) => ({ patient_id: [patient] });

async function overHttp(stack: Stack): Promise<Resolve> {
  const token = await signToken(stack.jwtSecret, { role: "authenticated", sub: userIds.viewer });
  // One client a request, as the functions made them.
  return async (patient) => {
    const client = createClient(stack.url, stack.publishableKey, {
      auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
      global: { headers: { Authorization: `Bearer ${token}` } },
    });
    const args = { model, entities: entities(patient), refusals: true };
    const { data, error } = await client.schema("ml").rpc("resolve_prediction", args);
    if (error) throw new Error(error.message);
    return data;
  };
}

function direct(pool: Pool): Resolve {
  const caller = callerOf(claimsOf("viewer"));
  const asCaller = databaseOf(() => pool);
  return (patient) =>
    asCaller(caller).call("resolve_prediction", { model, entities: entities(patient), refusals: true });
}

async function measure(tier: Tier, calls: number): Promise<void> {
  const stack = await startStack({ tier });
  const pool = new Pool(stack.dbUrl);
  try {
    await publishModel(stack);
    const [http, postgres] = [await overHttp(stack), direct(pool)];
    if (JSON.stringify(await http(1)) !== JSON.stringify(await postgres(1))) throw new Error("the two ways differ");
    const ways = { postgres, http };
    const times = await timed(ways, calls);
    const rates = await perSecond(ways, calls);
    console.log(
      `\n${tier}: resolve_prediction, one entity, ${calls} calls each way, call by call in turn; at once in ${rounds} turns`,
    );
    print("", "postgres.js", "supabase-js", "ratio");
    for (const [name, q] of [["p50", 0.5], ["p95", 0.95]] as const) {
      const [ours, theirs] = [quantile(times.postgres, q), quantile(times.http, q)];
      print(`${name}, one by one`, milliseconds(ours), milliseconds(theirs), ratio(theirs / ours));
    }
    const [ours, theirs] = [quantile(rates.postgres, 0.5), quantile(rates.http, 0.5)];
    print(`${parallel} at once`, `${Math.round(ours)}/s`, `${Math.round(theirs)}/s`, ratio(ours / theirs));
    await printFlights(stack);
  } finally {
    await pool.end();
    await stack.stop();
  }
}

/** Over a network each flight costs its time; here one is 15 ms there and back. */
async function printFlights(stack: Stack): Promise<void> {
  await using proxy = countFlights(stack.dbUrl);
  const distant = new Pool(proxy.url, { connections: 1 });
  try {
    const resolve = direct(distant);
    const counted: number[] = [];
    for (let call = 0; call < 3; call++) {
      await resolve(1);
      counted.push(proxy.flights());
    }
    console.log(`flights of a call: ${counted.join(", then ")} (the first opens the connection)`);
  } finally {
    await distant.end();
  }
}

type Way = "postgres" | "http";

/** Each call one way and then the other, so that whatever else the machine does falls on both. */
async function timed(ways: Record<Way, Resolve>, calls: number): Promise<Record<Way, number[]>> {
  const times: Record<Way, number[]> = { postgres: [], http: [] };
  for (let call = -warmUp; call < calls; call++) {
    for (const way of ["postgres", "http"] as const) {
      const begin = performance.now();
      await ways[way](patientOf(call));
      if (call >= 0) times[way].push(performance.now() - begin);
    }
  }
  return times;
}

async function perSecond(ways: Record<Way, Resolve>, calls: number): Promise<Record<Way, number[]>> {
  const rates: Record<Way, number[]> = { postgres: [], http: [] };
  const each = Math.ceil(calls / rounds);
  for (let round = 0; round < rounds; round++) {
    for (const way of ["postgres", "http"] as const) {
      const begin = performance.now();
      let left = each;
      await Promise.all(Array.from({ length: parallel }, async () => {
        while (left-- > 0) await ways[way](patientOf(left));
      }));
      rates[way].push(each / ((performance.now() - begin) / 1000));
    }
  }
  return rates;
}

const patientOf = (call: number) => 1 + Math.abs(call) % 10;
const milliseconds = (ms: number) => `${ms.toFixed(2)} ms`;
const ratio = (value: number) => `${value.toFixed(2)}x`;

function quantile(values: number[], q: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * q)]!;
}

function print(...cells: string[]): void {
  console.log(cells.map((cell, index) => index === 0 ? cell.padEnd(24) : cell.padStart(14)).join(""));
}
