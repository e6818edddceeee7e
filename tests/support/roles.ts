// Acting as each kind of caller, the way the gateway makes it so: a role switch and the token's claims, for one transaction.
import type postgres from "postgres";

export const callers = ["anon", "stranger", "viewer", "engineer", "admin", "ml_worker", "service_role"] as const;
export type Caller = typeof callers[number];

/** The `sub` of each caller's token. The stranger is signed in and no member; anon and service_role have no user. */
export const userIds = {
  stranger: "00000000-0000-4000-8000-000000000001",
  viewer: "00000000-0000-4000-8000-000000000002",
  engineer: "00000000-0000-4000-8000-000000000003",
  admin: "00000000-0000-4000-8000-000000000004",
  ml_worker: "00000000-0000-4000-8000-000000000005",
} as const;

const memberRoles = ["viewer", "engineer", "admin"] as const;

/** The Postgres role that a caller's requests run as. */
export function databaseRole(who: Caller): string {
  return who === "anon" || who === "ml_worker" || who === "service_role" ? who : "authenticated";
}

/** The claims that the gateway would pass on from that caller's token. */
export function claimsOf(who: Caller): Record<string, string> {
  const role = databaseRole(who);
  return who === "anon" || who === "service_role" ? { role } : { role, sub: userIds[who] };
}

const membersReady = new WeakMap<postgres.Sql, Promise<void>>();

/** Makes viewer, engineer and admin members, once a pool. Committed beforehand, so that no test waits on another's membership row. */
export function ensureMembers(sql: postgres.Sql): Promise<void> {
  let ready = membersReady.get(sql);
  if (!ready) {
    ready = addMembers(sql);
    membersReady.set(sql, ready);
  }
  return ready;
}

async function addMembers(sql: postgres.Sql) {
  for (const role of memberRoles) {
    const id = userIds[role];
    await sql`insert into auth.users (id, email) values (${id}, ${`${role}@example.com`}) on conflict do nothing`;
    await sql`insert into ml.members (user_id, role) values (${id}, ${role}) on conflict do nothing`;
  }
}

/** Switches a transaction to the caller. Local: it ends with the transaction. */
export async function become(tx: postgres.TransactionSql | postgres.Sql, who: Caller): Promise<void> {
  const claims = claimsOf(who);
  await tx`select
    set_config('request.jwt.claims', ${JSON.stringify(claims)}, true),
    set_config('request.jwt.claim.role', ${claims.role ?? ""}, true),
    set_config('request.jwt.claim.sub', ${claims.sub ?? ""}, true),
    set_config('role', ${databaseRole(who)}, true)`;
}

/** Runs the body as that caller in one transaction, committed unless the body throws. */
export async function asRole<T>(
  sql: postgres.Sql,
  who: Caller,
  body: (tx: postgres.TransactionSql) => Promise<T>,
): Promise<T> {
  await ensureMembers(sql);
  let result: T | undefined;
  await sql.begin(async (tx) => {
    await become(tx, who);
    result = await body(tx);
  });
  return result as T;
}

/** A connection of its own that stays in the caller's role, for tests that hold transactions open beside one another. */
export async function sessionAs(pool: postgres.Sql, who: Caller): Promise<postgres.Sql> {
  if (pool.options.max !== 1) throw new Error(`a session needs a pool of one connection, this has ${pool.options.max}`);
  await ensureMembers(pool);
  const claims = claimsOf(who);
  await pool`select
    set_config('request.jwt.claims', ${JSON.stringify(claims)}, false),
    set_config('role', ${databaseRole(who)}, false)`;
  return pool;
}
