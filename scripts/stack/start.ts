/** `npm start`: the local stack until Ctrl-C. */
import { parseArgs } from "node:util";
import { messageOf, runMain, UserError } from "./errors.ts";
import { ensureNative } from "./native.ts";
import { stopRequested } from "./signals.ts";
import { type Stack, startStack, type Tier } from "./stack.ts";
import { removeStackEnv, requireFreeEnv, writeStackEnv } from "./stack_env.ts";

const usage = `npm start [-- --tier embedded|native] [--port 54321] [--data FOLDER] [--seed] [--env FILE]

Runs a local Supabase stack with AIMatrix ML in it until Ctrl-C: REST, Auth, Storage, Realtime, edge functions
and a database. Applies the migrations, and writes how to connect into .cache/stack.env once it is ready.
Without --data everything is gone at the end: the database, its users and all objects. Keys are new at each start.

  --tier embedded   Postgres in this process, PGlite (default)
  --tier native     PostgreSQL 17 with pgvector, TimescaleDB and pg_cron in a private prefix
  --port N          the port on 127.0.0.1 (default 54321; 0 for any free one)
  --data FOLDER     keep database and objects there, and go on with them at the next start
  --seed            run supabase/seed.sql as well: the demo table public.order_totals, what 100 customers had ordered
                    by the end of each of ten days
  --env FILE        where to write how to connect (default .cache/stack.env); each stack that runs needs a file of its
                    own, and npm run worker takes the same option
  --help            this text
`;

interface Options {
  tier: Tier;
  port: number;
  dataDir?: string;
  seed: boolean;
  envFile?: string;
}

function readOptions(args: string[]): Options | undefined {
  const options = {
    tier: { type: "string", default: "embedded" },
    port: { type: "string", default: "54321" },
    data: { type: "string" },
    seed: { type: "boolean", default: false },
    env: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  } as const;
  let values;
  try {
    values = parseArgs({ args, options }).values;
  } catch (error) {
    throw new UserError(`npm start: ${messageOf(error)}; see --help`);
  }
  if (values.help) return undefined;
  const { tier, data, seed, env } = values;
  const port = /^\d{1,5}$/.test(values.port) ? Number(values.port) : NaN;
  if (tier !== "embedded" && tier !== "native") {
    throw new UserError(`npm start: --tier is embedded or native, not "${tier}"`);
  }
  if (!(port <= 65535)) throw new UserError(`npm start: --port is a number up to 65535, not "${values.port}"`);
  return { tier, port, dataDir: data, seed, envFile: env };
}

function describe(stack: Stack, envFile?: string): string {
  const worker = envFile ? `npm run worker -- --env ${envFile}` : "npm run worker";
  return `
The ${stack.tier} stack is ready. Ctrl-C stops it.

  API              ${stack.url}
  publishable key  ${stack.publishableKey}
  secret key       ${stack.secretKey}
  database         ${stack.dbUrl}

These and the worker's token are in ${envFile ?? ".cache/stack.env"}; \`${worker}\` starts a worker against this stack.
`;
}

async function main(): Promise<number> {
  const options = readOptions(Deno.args);
  if (!options) {
    console.log(usage);
    return 0;
  }
  const stop = stopRequested();
  const log = (line: string) => console.error(line);
  await requireFreeEnv(options.envFile);
  if (options.tier === "native") await ensureNative(log);
  const starting = startStack({ ...options, log });
  const stack = await Promise.race([starting, stop.then(() => undefined)]) ?? await starting;
  try {
    await writeStackEnv(stack, options.envFile);
    console.log(describe(stack, options.envFile));
    await stop;
    console.error("Stopping …");
  } finally {
    await removeStackEnv(stack, options.envFile);
    await stack.stop();
  }
  return 0;
}

if (import.meta.main) await runMain(main);
