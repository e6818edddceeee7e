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
    // Turn by turn, so that whatever else the machine does falls on both.
    const rounds: Record<"http" | "postgres", Figures[]> = { http: [], postgres: [] };
    for (let round = 0; round < 3; round++) {
      rounds.http.push(await timed(http, calls));
      rounds.postgres.push(await timed(postgres, calls));
    }
    console.log(`\n${tier}: resolve_prediction, one entity, ${calls} calls three times, the median of each`);
    print("", "postgres.js", "supabase-js", "ratio");
    for (const name of ["p50", "p95", "rate"] as const) {
      const [ours, theirs] = [middle(rounds.postgres.map((f) => f[name])), middle(rounds.http.map((f) => f[name]))];
      const show = name === "rate"
        ? (value: number) => `${Math.round(value)}/s`
        : (value: number) => `${value.toFixed(2)} ms`;
      const ratio = name === "rate" ? ours / theirs : theirs / ours;
      print(
        name === "rate" ? `${parallel} at once` : `${name}, one by one`,
        show(ours),
        show(theirs),
        `${ratio.toFixed(2)}x`,
      );
    }
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

interface Figures {
  /** Milliseconds, one by one. */
  p50: number;
  p95: number;
  /** Calls a second, several at once. */
  rate: number;
}

async function timed(resolve: Resolve, calls: number): Promise<Figures> {
  for (let call = 0; call < warmUp; call++) await resolve(1 + call % 10);
  const times: number[] = [];
  for (let call = 0; call < calls; call++) {
    const begin = performance.now();
    await resolve(1 + call % 10);
    times.push(performance.now() - begin);
  }
  times.sort((a, b) => a - b);
  const begin = performance.now();
  let left = calls;
  await Promise.all(Array.from({ length: parallel }, async () => {
    while (left-- > 0) await resolve(1 + left % 10);
  }));
  const rate = calls / ((performance.now() - begin) / 1000);
  return { p50: times[Math.floor(calls / 2)]!, p95: times[Math.floor(calls * 0.95)]!, rate };
}

const middle = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

function print(...cells: string[]): void {
  console.log(cells.map((cell, index) => index === 0 ? cell.padEnd(24) : cell.padStart(14)).join(""));
}
