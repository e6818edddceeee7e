// The one way to the database: a function of schema ml, called as the caller, in one round trip. What the caller may is the database's to say.
import { type Caller, roles } from "./caller.ts";
import { calls } from "./database.calls.ts";
import type { Database as Schema } from "./database.types.ts";
import { fromDatabase } from "./errors.ts";
import { Pool, type Statement } from "./pool.ts";

type Functions = Schema["ml"]["Functions"];
export type FunctionName = keyof Functions & keyof typeof calls;
export type Arguments<Name extends FunctionName> = Functions[Name]["Args"];
export type Returns<Name extends FunctionName> = Functions[Name]["Returns"];

export interface Database {
  call<Name extends FunctionName>(name: Name, args: Arguments<Name>): Promise<Returns<Name>>;
}

/** The database as that caller sees it. */
export type AsCaller = (caller: Caller) => Database;

/** How a function is called: what comes back, and its parameters with their types, by which Postgres reads the JSON. */
export type Call = readonly ["value" | "rows" | "nothing", Readonly<Record<string, string>>];

// As PostgREST sets it: for policies and triggers of an app's own tables, which may count on it.
const searchPath = "ml, public, extensions";
// Of an instance that is gone without a word, should COMMIT not have been sent with the rest.
const idleMs = 10_000;

/**
 * A statement of its own, before the call's: whether a function may be called is judged by the role at hand when its statement begins, so
 * a role taken within the same statement comes too late. Local to the transaction, so no session keeps it.
 */
function become({ role, claims }: Caller): Statement {
  return {
    text: `select pg_catalog.set_config('role', $1, true), pg_catalog.set_config('request.jwt.claims', $2, true),
      pg_catalog.set_config('statement_timeout', $3, true), pg_catalog.set_config('search_path', $4, true),
      pg_catalog.set_config('idle_in_transaction_session_timeout', $5, true)`,
    parameters: [role, JSON.stringify(claims), String(roles[role]), searchPath, String(idleMs)],
  };
}

const identifier = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** The condition keeps the call from being made unless the role was taken: whatever became of the statement before, nothing runs as the login. */
function callStatement(name: FunctionName, args: Record<string, unknown>, { role }: Caller): Statement {
  const [returns, types]: Call = calls[name];
  const given = Object.keys(types).filter((key) => args[key] !== undefined).map((key) => [identifier(key), types[key]]);
  const columns = given.map((pair) => pair.join(" ")).join(", ");
  const passed = given.map(([key]) => `${key} := a.${key}`).join(", ");
  const called = `ml.${identifier(name)}(${passed})`;
  const source = given.length > 0 ? `pg_catalog.json_to_record($1::json) as a(${columns})` : "(select $1::text) as a";
  const reply = {
    value: "pg_catalog.to_json(c.r)",
    // Asked for, or the planner might leave the call out.
    nothing: "pg_catalog.to_json(nullif(c.r::text, ''))",
    rows: "coalesce(pg_catalog.json_agg(c.r), '[]')",
  }[returns];
  const inner = returns === "rows"
    ? `select r from ${source}, lateral ${called} as r`
    : `select ${called} as r from ${source}`;
  return {
    text: `select current_user::text as role, ${reply} as reply from (${inner} where current_user = $2) as c`,
    parameters: [JSON.stringify(args), role],
  };
}

/** `pool` is asked at each call, since the address may change in a process that serves one stack after the other. */
export function databaseOf(pool: () => Pick<Pool, "transaction">): AsCaller {
  return (caller) => ({
    async call(name, args) {
      let rows;
      try {
        rows = await pool().transaction([become(caller), callStatement(name, args, caller)], roles[caller.role]);
      } catch (error) {
        throw fromDatabase(error, name);
      }
      const [row] = rows;
      if (row?.role !== caller.role) {
        throw new Error(`ml.${name} was not called: the role ${caller.role} was not taken`);
      }
      return row.reply;
    },
  });
}

let current: { url: string; pool: Pool } | undefined;

/** A login of one's own with fewer rights than `postgres`, or the pooler's address, where the platform's is not wanted. */
function currentPool(): Pool {
  const url = Deno.env.get("ML_DATABASE_URL") ?? Deno.env.get("SUPABASE_DB_URL");
  if (!url) throw new Error("neither ML_DATABASE_URL nor SUPABASE_DB_URL is set");
  if (current?.url !== url) {
    current?.pool.end();
    current = { url, pool: new Pool(url) };
  }
  return current.pool;
}

// The edge runtime says so before it ends an instance.
addEventListener("beforeunload", () => {
  current?.pool.end();
  current = undefined;
});

export const asCaller: AsCaller = databaseOf(currentPool);
