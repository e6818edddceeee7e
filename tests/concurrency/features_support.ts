// A source with a realtime view, and what its online store must equal.
import type postgres from "postgres";
import { type TestDatabase, withTestDatabase } from "../support/database.ts";
import { asRole } from "../support/roles.ts";
import { backendPid, untilBlocked } from "../support/waiting.ts";

export interface Session {
  sql: postgres.Sql;
  pid: number;
}

export const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute));

/** The values of feature v by entity key, as the online store holds them. */
export async function online(sql: postgres.Sql): Promise<Record<string, number>> {
  const rows = await sql<{ entity_key: string; v: number }[]>`
    select entity_key, (values ->> 'v')::double precision as v from ml.online_features order by entity_key`;
  return Object.fromEntries(rows.map((row) => [row.entity_key, row.v]));
}

/** The same computed from the source by its definition: the newest row of each entity, the greater value on a tie. */
export async function newest(sql: postgres.Sql): Promise<Record<string, number>> {
  const rows = await sql<{ key: string; v: number }[]>`
    select distinct on (id) '[' || id || ']' as key, v from public.source order by id, at desc, v desc`;
  return Object.fromEntries(rows.map((row) => [row.key, row.v]).sort());
}

export function registerView(sql: postgres.Sql, view = "things"): Promise<{ version: number }> {
  return asRole(sql, "engineer", async (tx) => {
    const [row] = await tx<{ version: number }[]>`
      select version from ml.register_feature_view(${view}, 'thing', 'public.source', 'at',
        '[{"name":"v","type":"float64"},{"name":"z","type":"float64","column":"v","transformation":{"type":"normalize","method":"z_score"}}]')`;
    return row!;
  });
}

/** A database with public.source (id, at, v, y, rid), the entity `thing` and, when asked for, the view `things`. */
export function withSource(name: string, view: boolean, body: (db: TestDatabase) => Promise<void>): Promise<void> {
  return withTestDatabase({ name }, async (db) => {
    await db.sql`create table public.source (id bigint, at timestamptz, v double precision, y integer default 0,
      rid bigint generated always as identity primary key)`;
    await db.sql`create index on public.source (id, at)`;
    await asRole(db.sql, "engineer", (tx) => tx`select ml.register_entity('thing', '[{"name":"id","type":"int64"}]')`);
    if (view) await registerView(db.sql);
    await body(db);
  });
}

export async function openSession(db: TestDatabase): Promise<Session> {
  const sql = db.connect();
  return { sql, pid: await backendPid(sql) };
}

export const add = (sql: postgres.Sql, id: number, minute: number, v: number) =>
  sql`insert into public.source (id, at, v) values (${id}, ${at(minute)}, ${v})`;

/** Starts the call and waits until another session's lock holds it up. */
export async function startBlocked<T>(
  db: TestDatabase,
  session: Session,
  call: () => PromiseLike<T>,
): Promise<{ reply: Promise<T> }> {
  const reply = Promise.resolve(call());
  reply.catch(() => {});
  await untilBlocked(db.sql, session.pid);
  return { reply };
}

/** The SQLSTATE with which the call was refused, or null. */
export async function sqlstate(call: PromiseLike<unknown>): Promise<string | null> {
  try {
    await call;
    return null;
  } catch (error) {
    return (error as postgres.PostgresError).code;
  }
}
