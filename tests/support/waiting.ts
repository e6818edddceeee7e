// For two-session tests: wait for a state of the server, never for an amount of time.
import type postgres from "postgres";

/** Polls until the condition holds; the error says what was waited for. */
export async function until(
  what: string,
  condition: () => Promise<boolean> | boolean,
  o: { seconds?: number; everyMilliseconds?: number } = {},
): Promise<void> {
  const seconds = o.seconds ?? 10;
  const deadline = Date.now() + seconds * 1000;
  while (!await condition()) {
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s for this, in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, o.everyMilliseconds ?? 10));
  }
}

/** The backend behind a session: a pool of one connection, or a transaction. */
export async function backendPid(session: postgres.Sql | postgres.TransactionSql): Promise<number> {
  const [row] = await session<{ pid: number }[]>`select pg_backend_pid() as pid`;
  return row!.pid;
}

/** Waits until the backend is held up by another session's lock. `observer` must be a third session. */
export async function untilBlocked(observer: postgres.Sql, pid: number): Promise<void> {
  await until(`backend ${pid} waits for a lock`, async () => {
    const [row] = await observer<{ blocked: boolean }[]>`
      select cardinality(pg_blocking_pids(${pid})) > 0 as blocked`;
    return row!.blocked;
  });
}
