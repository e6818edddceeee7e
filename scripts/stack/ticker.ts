import type postgres from "postgres";
import { messageOf } from "./errors.ts";

/** Calls ml_private.tick() again and again, never twice at once. pg_cron's place on the local stack. */
export async function startTicker(sql: postgres.Sql, seconds: number, log: (line: string) => void) {
  const [there] = await sql`select to_regprocedure('ml_private.tick()') is not null as tick`;
  if (!there?.tick) return { stop: () => Promise.resolve() };
  let stopped = false;
  let wake = () => {};
  let lastFailure = "";
  const running = (async () => {
    while (!stopped) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, seconds * 1000);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
        if (stopped) wake();
      });
      if (stopped) break;
      try {
        await sql`select ml_private.tick()`;
        lastFailure = "";
      } catch (error) {
        // A restarting server fails every tick in the same way: once is enough.
        if (messageOf(error) !== lastFailure) log(`ml_private.tick() failed: ${messageOf(error)}`);
        lastFailure = messageOf(error);
      }
    }
  })();
  return {
    async stop() {
      stopped = true;
      wake();
      await running;
    },
  };
}
