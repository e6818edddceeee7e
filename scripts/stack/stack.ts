// A whole local stack on one loopback port: database, REST, Auth, Storage, Realtime, edge functions and the tick.
import postgres from "postgres";
import { Callers } from "./callers.ts";
import { holdDataFolder } from "./data_folder.ts";
import { openEmbedded } from "./embedded.ts";
import { UserError } from "./errors.ts";
import { type FunctionsRouter, serveFunctions } from "./functions_router.ts";
import { createGateway, createLite, type Gateway } from "./gateway.ts";
import { uploadRuntime } from "../ort_runtime.ts";
import { makeKeys, signToken } from "./keys.ts";
import { applyMigrations } from "./migrations.ts";
import { openNative } from "./native_tier.ts";
import { root } from "./paths.ts";
import { delay, exists } from "./process.ts";
import { type Realtime, serveRealtime } from "./realtime.ts";
import { errorResponse } from "./rest_errors.ts";
import { describeTaken } from "./port_holder.ts";
import { startTicker } from "./ticker.ts";

export type Tier = "embedded" | "native";

export interface StackOptions {
  tier: Tier;
  /** 0, the default, is any free one */
  port?: number;
  /** also run supabase/seed.sql */
  seed?: boolean;
  /** keeps database and objects there; without it they are temporary */
  dataDir?: string;
  /** how often the platform's due work is done (default 1) */
  tickSeconds?: number;
  /** default supabase/migrations */
  migrations?: string;
  /** default supabase/functions */
  functions?: string;
  log?: (line: string) => void;
}

export interface Stack {
  tier: Tier;
  url: string;
  publishableKey: string;
  secretKey: string;
  jwtSecret: string;
  /** the owner's: psql and any Postgres client */
  dbUrl: string;
  /** a token of the role ml_worker */
  workerJwt: string;
  /** SQL as the owner */
  sql: postgres.Sql;
  stop(): Promise<void>;
}

/** As api.schemas in supabase/config.toml. */
const schemas = ["public", "ml"];

/** What is to be undone at the end, last first. */
class Undo {
  #steps: (() => Promise<void>)[] = [];

  add(step: () => Promise<void>): void {
    this.#steps.push(step);
  }

  async run(): Promise<void> {
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) await step();
  }
}

export async function startStack(options: StackOptions): Promise<Stack> {
  const undo = new Undo();
  try {
    return await build(options, undo);
  } catch (error) {
    await undo.run();
    throw error;
  }
}

async function build(options: StackOptions, undo: Undo): Promise<Stack> {
  const log = options.log ?? (() => {});
  const doors: Doors = { underWay: 0 };
  // First of all: a port in use should be known before a minute of set-up.
  const port = await openPort(options.port ?? 0, doors, undo);
  const url = `http://127.0.0.1:${port}`;
  if (options.dataDir) undo.add(await holdDataFolder(options.dataDir));
  const keys = makeKeys();
  const open = options.tier === "native" ? openNative : openEmbedded;
  const database = await open(options.dataDir && `${options.dataDir}/database-${options.tier}`);
  undo.add(() => database.close());
  const sql = postgres(database.url, { max: 10, prepare: false, onnotice: () => {} });
  undo.add(() => sql.end({ timeout: 5 }));
  const storageFolder = await openStorage(options.dataDir, undo);
  const app = await createLite(database, { keys, schemas, siteUrl: url, storageFolder });
  await installSchema(sql, options, log);
  const callers = new Callers(keys, sql);
  // Its own pool, so that a caller of stack.sql cannot hold up requests; prepared, as it asks the same things over and over.
  const requests = postgres(database.url, { max: 10, onnotice: () => {} });
  undo.add(() => requests.end({ timeout: 5 }));
  const gateway = createGateway(app, database, requests, callers, schemas);
  const watch = await sql.listen("pgrst", () => void gateway.reloadSchema());
  undo.add(() => watch.unlisten());
  const realtime = await serveRealtime(sql, callers);
  undo.add(() => realtime.stop());
  const functions = serveFunctions(options.functions ?? `${root}/supabase/functions`, url, database.url, keys);
  undo.add(() => functions.stop());
  Object.assign(doors, { gateway, realtime, functions });
  if (!options.migrations && !options.functions) await uploadRuntime({ url, secretKey: keys.secretKey });
  const ticker = await startTicker(sql, {
    seconds: options.tickSeconds ?? 1,
    sendWebhooks: () => callWebhooks(functions, url, keys.secretKey),
    log,
  });
  undo.add(() => ticker.stop());
  // Undone first: new requests are turned away and those under way come to their end.
  undo.add(() => closeDoors(doors));
  const workerJwt = await signToken(keys.jwtSecret, {
    role: "ml_worker",
    sub: crypto.randomUUID(),
    expiresIn: "30 days",
  });
  return { tier: options.tier, url, ...keys, dbUrl: database.url, workerJwt, sql, stop: () => undo.run() };
}

async function callWebhooks(functions: FunctionsRouter, url: string, secretKey: string): Promise<void> {
  const request = new Request(`${url}/functions/v1/webhooks`, { method: "POST", headers: { apikey: secretKey } });
  const response = await functions.handle(request);
  if (!response.ok) throw new Error(`the webhooks function answered ${response.status}: ${await response.text()}`);
  await response.body?.cancel();
}

async function openStorage(dataDir: string | undefined, undo: Undo): Promise<string> {
  if (dataDir) {
    await Deno.mkdir(`${dataDir}/storage`, { recursive: true });
    return `${dataDir}/storage`;
  }
  const folder = await Deno.makeTempDir({ prefix: "aimatrix-storage-" });
  undo.add(() => Deno.remove(folder, { recursive: true }));
  return folder;
}

async function installSchema(sql: postgres.Sql, options: StackOptions, log: (line: string) => void): Promise<void> {
  const here = (name: string) => Deno.readTextFile(new URL(name, import.meta.url));
  await sql.unsafe(await here("platform.sql"));
  const applied = await applyMigrations(sql, options.migrations ?? `${root}/supabase/migrations`);
  log(`${applied} migration${applied === 1 ? "" : "s"} applied`);
  if (options.seed) {
    const seed = `${root}/supabase/seed.sql`;
    if (!await exists(seed)) throw new UserError(`Cannot seed: ${seed} does not exist.`);
    await sql.begin((tx) => tx.unsafe(Deno.readTextFileSync(seed)));
    log("seed.sql applied");
  }
  await sql.unsafe(await here("schema_watch.sql"));
}

interface Doors {
  underWay: number;
  gateway?: Gateway;
  realtime?: Realtime;
  functions?: FunctionsRouter;
}

async function openPort(port: number, doors: Doors, undo: Undo): Promise<number> {
  const stop = new AbortController();
  const handler = (request: Request, info: Deno.ServeHandlerInfo<Deno.NetAddr>) =>
    counted(doors, () => route(doors, request, info.remoteAddr.hostname));
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    server = Deno.serve({ hostname: "127.0.0.1", port, signal: stop.signal, onListen: () => {} }, handler);
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new UserError(
      `Cannot start the stack: ${await describeTaken(port)}. Stop what uses it, or choose another with --port.`,
    );
  }
  undo.add(async () => {
    stop.abort();
    await server.finished;
  });
  return await Promise.resolve(server.addr.port);
}

async function closeDoors(doors: Doors): Promise<void> {
  doors.gateway = doors.realtime = doors.functions = undefined;
  for (let waited = 0; doors.underWay > 0 && waited < 10_000; waited += 20) await delay(20);
}

async function counted(doors: Doors, answer: () => Promise<Response>): Promise<Response> {
  doors.underWay++;
  try {
    return await answer();
  } finally {
    doors.underWay--;
  }
}

async function route(doors: Doors, request: Request, peer: string): Promise<Response> {
  const { pathname } = new URL(request.url);
  const { gateway, realtime, functions } = doors;
  if (!gateway || !realtime || !functions) {
    return errorResponse(503, { code: "STARTING", message: "The stack is starting or stopping" });
  }
  if (/^\/(rest|auth|storage)\/v1(\/|$)/.test(pathname)) return await gateway.handle(request, peer);
  if (pathname.startsWith("/functions/v1/")) return await functions.handle(request);
  if (pathname.startsWith("/realtime/v1/")) return await realtime.handle(request);
  return errorResponse(404, { code: "NOT_FOUND", message: `There is no ${pathname}` });
}
