import { dirname, resolve } from "node:path";
import { messageOf, UserError } from "./errors.ts";
import { ensureNative, type NativePrefix } from "./native_prefix.ts";
import { describeTaken } from "./port_holder.ts";
import { mayTraverse } from "./native_user.ts";
import { delay, exists, freePort, runProgram } from "./process.ts";

export interface PostgresServer {
  port: number;
  /** superuser, database postgres */
  url: string;
  dataDir: string;
  /** `immediate` is a crash: no checkpoint, recovery at the next start. */
  restart(mode: "fast" | "immediate"): Promise<void>;
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** kept at the end; without it a temporary one is made, and removed at the end */
  dataDir?: string;
  port?: number;
  settings?: Record<string, string>;
}

const defaults: Record<string, string> = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  shared_preload_libraries: "timescaledb,pg_cron",
  wal_level: "logical",
  max_connections: "200",
  max_worker_processes: "16",
  max_locks_per_transaction: "256",
  shared_buffers: "256MB",
  // The data is thrown away or can be made again; a killed server still recovers, as the system's cache outlives it.
  fsync: "off",
  full_page_writes: "off",
  // The private prefix has no LLVM.
  jit: "off",
  "timescaledb.telemetry_level": "off",
  // No background scheduler: it would hold connections open on template databases, and the platform uses none of its jobs.
  "timescaledb.max_background_workers": "0",
  "cron.database_name": "postgres",
  "cron.use_background_workers": "on",
  log_min_messages: "warning",
  timezone: "UTC",
};

// The shell waits on its input and stops the server when that ends: also when this process is killed, so that no
// server, port or temporary folder outlives it. Its own process group keeps a Ctrl-C meant for us away from the server.
const supervisor = `
"$1/postgres" -D "$2" -p "$3" >>"$2/server.log" 2>&1 &
server=$!
read -r wish
kill -INT $server 2>/dev/null
wait $server
if [ "$wish" != keep ] && [ "$4" = temporary ]; then rm -rf "$2"; fi
`;

export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const prefix = await ensureNative();
  await requireTimeZones();
  const temporary = options.dataDir === undefined;
  const dataDir = options.dataDir ? resolve(options.dataDir) : await Deno.makeTempDir({ prefix: "aimatrix-pg-" });
  if (!await mayTraverse(prefix.asUser, dirname(dataDir))) {
    throw new UserError(`Cannot start PostgreSQL: its user ${prefix.asUser.name} may not enter ${dirname(dataDir)}.`);
  }
  const password = temporary ? crypto.randomUUID() : await storedPassword(dataDir);
  try {
    if (!await exists(`${dataDir}/PG_VERSION`)) await initialise(prefix, dataDir, password);
    await writeSettings(dataDir, { ...defaults, ...options.settings });
    for (let attempt = 1;; attempt++) {
      const port = options.port || freePort();
      const server = await launch(prefix, dataDir, port, temporary);
      if (server.ready) return runningServer(prefix, server, { dataDir, port, password, temporary });
      const taken = server.why.includes("Address already in use") || server.why.includes("could not bind");
      if (taken && options.port) throw new UserError(`Cannot start PostgreSQL: ${await describeTaken(port)}.`);
      if (!taken || attempt === 5) throw new UserError(`Cannot start PostgreSQL: ${server.why}`);
    }
  } catch (error) {
    if (temporary && await exists(dataDir)) await Deno.remove(dataDir, { recursive: true });
    throw error;
  }
}

/** The server takes its time zones from the system. */
async function requireTimeZones(): Promise<void> {
  if (await exists("/usr/share/zoneinfo/UTC")) return;
  throw new UserError("Cannot start PostgreSQL: the system has no time zones. Install the package tzdata.");
}

async function storedPassword(dataDir: string): Promise<string> {
  const file = `${dataDir}.password`;
  if (await exists(file)) return (await Deno.readTextFile(file)).trim();
  const password = crypto.randomUUID();
  await Deno.mkdir(dataDir.slice(0, dataDir.lastIndexOf("/")), { recursive: true });
  await Deno.writeTextFile(file, password, { mode: 0o600 });
  return password;
}

async function initialise(prefix: NativePrefix, dataDir: string, password: string): Promise<void> {
  const { uid, gid } = prefix.asUser;
  await Deno.mkdir(dataDir, { recursive: true, mode: 0o700 });
  if (uid !== undefined) await Deno.chown(dataDir, uid, gid ?? null);
  const passwordFile = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(passwordFile, password);
    if (uid !== undefined) await Deno.chown(passwordFile, uid, gid ?? null);
    const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
    const access = ["--username=postgres", "--auth=scram-sha-256", `--pwfile=${passwordFile}`, "-cscram_iterations=1"];
    await runProgram(`${prefix.bin}/initdb`, ["-D", dataDir, "--no-sync", ...access, ...locale], {
      purpose: "create a database cluster",
      cwd: "/",
      uid,
      gid,
    });
  } finally {
    await Deno.remove(passwordFile);
  }
}

async function writeSettings(dataDir: string, settings: Record<string, string>): Promise<void> {
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`);
  // Written in place: the file keeps its owner, the user that the server runs as.
  await Deno.writeTextFile(`${dataDir}/postgresql.auto.conf`, lines.join(""));
}

interface Launched {
  ready: boolean;
  why: string;
  child: Deno.ChildProcess;
  input: WritableStreamDefaultWriter<Uint8Array>;
}

async function launch(prefix: NativePrefix, dataDir: string, port: number, temporary: boolean): Promise<Launched> {
  const { uid, gid } = prefix.asUser;
  const log = `${dataDir}/server.log`;
  const logStart = await exists(log) ? (await Deno.stat(log)).size : 0;
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", supervisor, "supervisor", prefix.bin, dataDir, String(port), temporary ? "temporary" : "kept"],
    cwd: "/",
    uid,
    gid,
    detached: true,
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const input = child.stdin.getWriter();
  const deadline = Date.now() + 120_000;
  while (Date.now() < deadline) {
    await delay(25);
    if (await isReady(dataDir, port)) return { ready: true, why: "", child, input };
    const text = await exists(log) ? (await Deno.readTextFile(log)).slice(logStart) : "";
    const fatal = text.split("\n").findLast((line) => /\b(FATAL|PANIC):/.test(line));
    if (!fatal || /is starting up|shutting down|not yet accepting connections|in recovery mode/.test(fatal)) continue;
    await end({ child, input }, "keep");
    const cause = text.split("\n").find((line) => /could not bind|Address already in use/.test(line));
    return { ready: false, why: cause ?? fatal.replace(/^.*(FATAL|PANIC):\s*/, ""), child, input };
  }
  await end({ child, input }, "keep");
  return { ready: false, why: `it was not ready after 120 s, see ${log}`, child, input };
}

/** The server writes its state into the eighth line of its pid file. */
async function isReady(dataDir: string, port: number): Promise<boolean> {
  try {
    const lines = (await Deno.readTextFile(`${dataDir}/postmaster.pid`)).split("\n");
    return lines[3] === String(port) && lines[7]?.trim() === "ready";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function end(server: Pick<Launched, "child" | "input">, wish: "keep" | "drop"): Promise<void> {
  try {
    await server.input.write(new TextEncoder().encode(`${wish}\n`));
    await server.input.close();
  } catch (error) {
    if (!/broken pipe|closed/i.test(messageOf(error))) throw error;
  }
  await server.child.status;
}

function runningServer(
  prefix: NativePrefix,
  launched: Launched,
  at: { dataDir: string; port: number; password: string; temporary: boolean },
): PostgresServer {
  let current: Launched | undefined = launched;
  return {
    port: at.port,
    dataDir: at.dataDir,
    url: `postgres://postgres:${at.password}@127.0.0.1:${at.port}/postgres`,
    async restart(mode) {
      if (!current) throw new Error("the server was stopped");
      if (mode === "immediate") {
        const pid = Number((await Deno.readTextFile(`${at.dataDir}/postmaster.pid`)).split("\n")[0]);
        Deno.kill(pid, "SIGQUIT");
      }
      await end(current, "keep");
      current = await launch(prefix, at.dataDir, at.port, at.temporary);
      if (!current.ready) throw new UserError(`Cannot restart PostgreSQL: ${current.why}`);
    },
    async stop() {
      const stopping = current;
      current = undefined;
      if (stopping) await end(stopping, "drop");
      // After a restart that failed there was no supervisor left to do it.
      if (at.temporary && await exists(at.dataDir)) await Deno.remove(at.dataDir, { recursive: true });
    },
  };
}
