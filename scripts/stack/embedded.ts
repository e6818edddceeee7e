import { AsyncLocalStorage } from "node:async_hooks";
import { PGlite } from "@electric-sql/pglite";
import { uuid_ossp } from "@electric-sql/pglite/contrib/uuid_ossp";
import { vector } from "@electric-sql/pglite/vector";
import { createPgliteConnection } from "@supabase/lite/pglite";
import { resolve } from "node:path";
import { serveWire } from "./pglite_wire.ts";
import { SessionLock } from "./session_lock.ts";
import type { TierDatabase } from "./tier.ts";

/** Postgres inside this process (PGlite), in memory unless a folder is given. */
export async function openEmbedded(dataDir?: string): Promise<TierDatabase> {
  const exitCode = Deno.exitCode;
  if (dataDir) await Deno.mkdir(resolve(dataDir), { recursive: true });
  const url = dataDir ? `file://${resolve(dataDir)}` : "memory://";
  const connection = await createPgliteConnection({ url, pgliteOptions: { extensions: { vector, uuid_ossp } } });
  const pglite = connection.driver;
  if (!(pglite instanceof PGlite)) throw new Error("@supabase/lite and this project use two copies of PGlite");
  await pglite.waitReady;
  Deno.exitCode = exitCode;
  keepExitCode(pglite);
  await pglite.exec("set timezone to 'UTC'");
  const lock = new SessionLock();
  const requests = new AsyncLocalStorage<object>();
  keepTransactionsApart(pglite, lock, () => requests.getStore() ?? {});
  const password = crypto.randomUUID();
  const wire = serveWire(pglite, lock, password);
  return {
    connection,
    url: `postgres://postgres:${password}@127.0.0.1:${wire.port}/postgres`,
    isolate: (body) => requests.run({}, body),
    async close() {
      await wire.close();
      const exitCode = Deno.exitCode;
      await connection.close();
      Deno.exitCode = exitCode;
    },
  };
}

/** Each error inside PGlite leaves the process an exit code, through its WebAssembly runtime. */
function keepExitCode(pglite: PGlite): void {
  const exec = pglite.execProtocolRawSync.bind(pglite);
  pglite.execProtocolRawSync = (message) => {
    const exitCode = Deno.exitCode;
    try {
      return exec(message);
    } finally {
      Deno.exitCode = exitCode;
    }
  };
}

/**
 * @supabase/lite sends BEGIN and COMMIT to PGlite as plain statements, so two requests at once would share one
 * transaction, role included. Here a BEGIN takes the session for its request and COMMIT or ROLLBACK gives it back;
 * statements of the same request pass meanwhile, all others wait.
 */
function keepTransactionsApart(pglite: PGlite, lock: SessionLock, currentOwner: () => object): void {
  const query = pglite.query.bind(pglite);
  pglite.query = async <T>(text: string, parameters?: unknown[], options?: Parameters<typeof query>[2]) => {
    const owner = currentOwner();
    const command = /^\s*(begin|commit|rollback)\s*;?\s*$/i.exec(text)?.[1]?.toLowerCase();
    if (command === "begin") {
      // A second BEGIN of one request waits for its first to end, as on a second connection.
      const transaction = {};
      await lock.acquire(transaction);
      heldBy.set(owner, transaction);
    }
    const holder = heldBy.get(owner) ?? owner;
    try {
      return await lock.run(holder, () => query<T>(text, parameters, options));
    } finally {
      if (command === "commit" || command === "rollback") {
        heldBy.delete(owner);
        if (lock.holder === holder) lock.release(holder);
      }
    }
  };
}

const heldBy = new WeakMap<object, object>();
