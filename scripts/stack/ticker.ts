import type postgres from "postgres";
import { messageOf } from "./errors.ts";

export interface TickerOptions {
  seconds: number;
  /** sends the deliveries that wait; on a hosted project the tick itself calls the edge function, through pg_net */
  sendWebhooks: () => Promise<void>;
  log: (line: string) => void;
}

/** Calls ml_private.tick again and again, never twice at once. pg_cron's place on the local stack. */
export async function startTicker(sql: postgres.Sql, { seconds, sendWebhooks, log }: TickerOptions) {
  const [there] = await sql`select to_regprocedure('ml_private.tick(jsonb, double precision)') is not null as tick`;
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
        const [row] = await sql<{ done: { webhooks_due: number } }[]>`call ml_private.tick()`;
        if (row && row.done.webhooks_due > 0) await sendWebhooks();
        lastFailure = "";
      } catch (error) {
        // A restarting server fails every tick in the same way: once is enough.
        if (messageOf(error) !== lastFailure) log(`the tick failed: ${messageOf(error)}`);
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
