// One fresh database for a test. The server is the one that TEST_PG_URL names (the runner sets it), else one started for this process.
import postgres from "postgres";
import { type PostgresServer, startPostgres } from "../../scripts/stack/native.ts";
import { connect, createFromTemplate, dropDatabase, type Form } from "./templates.ts";

export type { Form } from "./templates.ts";

export interface TestDatabase {
  /** Superuser URL of this database. */
  url: string;
  form: Form;
  sql: postgres.Sql;
  /** Another pool on the same database, for a second session; it is closed by drop(). */
  connect(max?: number): postgres.Sql;
  drop(): Promise<void>;
}

let ownServer: Promise<PostgresServer> | undefined;

export async function serverUrl(): Promise<string> {
  const given = Deno.env.get("TEST_PG_URL");
  if (given) return given;
  ownServer ??= startPostgres({});
  return (await ownServer).url;
}

/** Ends the server that this process started for itself, when it did. */
export async function stopOwnServer(): Promise<void> {
  if (ownServer) await (await ownServer).stop();
  ownServer = undefined;
}

// Outside `deno test` this registers nothing; there the caller ends the server.
Deno.test.afterAll(stopOwnServer);

/** Creates a database from the template of that form. Always call drop(), in a finally. */
export async function testDatabase(o: { form?: Form; name?: string } = {}): Promise<TestDatabase> {
  const form = o.form ?? "timescale";
  const label = (o.name ?? "db").toLowerCase().replace(/[^a-z0-9]+/g, "_").slice(0, 30);
  const name = `test_${label}_${crypto.randomUUID().slice(0, 8)}`;
  const server = await serverUrl();
  const url = await createFromTemplate(server, form, name);
  const pools = [connect(url, 4)];
  const open = (max = 1) => {
    const pool = connect(url, max);
    pools.push(pool);
    return pool;
  };
  const drop = async () => {
    await Promise.all(pools.map((pool) => pool.end({ timeout: 1 })));
    await dropDatabase(server, name);
  };
  return { url, form, sql: pools[0]!, connect: open, drop };
}

/** Runs the body with a fresh database and drops it, whatever happens. */
export async function withTestDatabase<T>(
  o: { form?: Form; name?: string },
  body: (db: TestDatabase) => Promise<T>,
): Promise<T> {
  const db = await testDatabase(o);
  try {
    return await body(db);
  } finally {
    await db.drop();
  }
}
