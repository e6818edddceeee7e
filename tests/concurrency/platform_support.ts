// Two sessions whose transactions are held open beside each other, step by step.
import type postgres from "postgres";
import { backendPid } from "../support/waiting.ts";

export interface Session {
  sql: postgres.Sql;
  pid: number;
}

/** A session on a connection of its own. Transactions are begun and ended by plain statements. */
export async function openSession(pool: postgres.Sql): Promise<Session> {
  if (pool.options.max !== 1) throw new Error(`a session needs a pool of one connection, this has ${pool.options.max}`);
  return { sql: pool, pid: await backendPid(pool) };
}

/** Why a statement failed, as [SQLSTATE, detail], or undefined when it went well. */
export async function failureOf(statement: PromiseLike<unknown>): Promise<[string, string] | undefined> {
  try {
    await statement;
    return undefined;
  } catch (error) {
    const { code, detail } = error as postgres.PostgresError;
    return [code, detail ?? ""];
  }
}
