// Sessions for two-connection tests of runs, versions and trainings.
import type postgres from "postgres";
import { type TestDatabase, withTestDatabase } from "../support/database.ts";
import { type Caller, sessionAs } from "../support/roles.ts";
import { backendPid, untilBlocked } from "../support/waiting.ts";

export interface Session {
  sql: postgres.Sql;
  pid: number;
}

/** The database of tests/support/trained_model.sql, with `versions` registered versions of the model `tumour`. */
export function withModel(name: string, versions: number, body: (db: TestDatabase) => Promise<void>): Promise<void> {
  return withTestDatabase({ name }, async (db) => {
    const fixture = new URL("../support/trained_model.sql", import.meta.url);
    await db.sql.begin(async (tx) => void await tx.unsafe(await Deno.readTextFile(fixture)));
    for (let version = 1; version <= versions; version++) {
      await db.sql.begin((tx) => tx`select tests.register('tumour', ${`artifact ${version}`})`);
    }
    await body(db);
  });
}

export async function openSession(db: TestDatabase, who: Caller): Promise<Session> {
  const sql = await sessionAs(db.connect(), who);
  return { sql, pid: await backendPid(sql) };
}

/** Starts the call in the session and waits until another session's lock holds it up. The reply is a field: a promise of a promise is one promise. */
export async function startBlocked<T>(
  db: TestDatabase,
  session: Session,
  call: () => PromiseLike<T>,
): Promise<{ reply: Promise<T> }> {
  const reply = Promise.resolve(call());
  // Whoever awaits the reply gets the error; until then it is not unhandled.
  reply.catch(() => {});
  await untilBlocked(db.sql, session.pid);
  return { reply };
}

/** The stable code (detail) of the refusal, or null when the call succeeded. */
export async function refusal(call: PromiseLike<unknown>): Promise<string | null> {
  try {
    await call;
    return null;
  } catch (error) {
    return (error as postgres.PostgresError).detail ?? String(error);
  }
}
