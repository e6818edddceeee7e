import type postgres from "postgres";
import { messageOf } from "./errors.ts";

export interface TickerOptions {
  seconds: number;
  /** sends the deliveries that wait; on a hosted project the tick itself calls the edge function, through pg_net */
  sendWebhooks: () => Promise<void>;
  log: (line: string) => void;
}

/** Runs a body that must not throw out of the loop. A restarting server fails each run in the same way: it is said once. */
function reporting(what: string, log: (line: string) => void): (body: () => Promise<void>) => Promise<void> {
  let lastFailure = "";
  return async (body) => {
    try {
      await body();
      lastFailure = "";
    } catch (error) {
      if (messageOf(error) !== lastFailure) log(`${what} failed: ${messageOf(error)}`);
      lastFailure = messageOf(error);
    }
  };
}

/** Calls ml_private.tick again and again, never twice at once. pg_cron's place on the local stack. */
export async function startTicker(sql: postgres.Sql, { seconds, sendWebhooks, log }: TickerOptions) {
  const [there] = await sql`select to_regprocedure('ml_private.tick(jsonb, double precision)') is not null as tick`;
  if (!there?.tick) return { stop: () => Promise.resolve() };
  let stopped = false;
  let wake = () => {};
  const reportTick = reporting("the tick", log);
  const reportSending = reporting("sending webhooks", log);
  // Beside the loop: one call takes 70 s where an endpoint does not answer, and everything else is due meanwhile.
  let sending: Promise<void> | undefined;
  const tick = async () => {
    const [row] = await sql<{ done: { webhooks_due: number } }[]>`call ml_private.tick()`;
    if (!row || row.done.webhooks_due === 0 || sending) return;
    sending = reportSending(sendWebhooks).finally(() => sending = undefined);
  };
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
      await reportTick(tick);
    }
  })();
  return {
    async stop() {
      stopped = true;
      wake();
      await running;
      await sending;
    },
  };
}
