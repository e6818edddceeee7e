// The tick of the local stack goes on whatever happens to the webhooks that are sent beside it.
import { assertEquals } from "@std/assert";
import type postgres from "postgres";
import { startTicker } from "../../scripts/stack/ticker.ts";
import { until } from "../support/waiting.ts";

/** A database whose tick always finds webhooks that are due. */
function fakeDatabase() {
  const counts = { ticks: 0 };
  const sql = (query: TemplateStringsArray) => {
    if (!query.join("").startsWith("call ml_private.tick")) return Promise.resolve([{ tick: true }]);
    counts.ticks++;
    return Promise.resolve([{ done: { webhooks_due: 1 } }]);
  };
  return { counts, sql: sql as unknown as postgres.Sql };
}

Deno.test("a webhook that is not answered holds up no tick, is sent once at a time, and ends before the ticker does", async () => {
  const { counts, sql } = fakeDatabase();
  const answered = Promise.withResolvers<void>();
  let sent = 0;
  const ticker = await startTicker(sql, {
    seconds: 0.01,
    sendWebhooks: () => {
      sent++;
      return answered.promise;
    },
    log: () => {},
  });
  await until("five ticks", () => counts.ticks >= 5);
  assertEquals(sent, 1);
  let stopped = false;
  const stopping = ticker.stop().then(() => stopped = true);
  const { ticks } = counts;
  await new Promise((resolve) => setTimeout(resolve, 50));
  assertEquals([stopped, counts.ticks], [false, ticks]);
  answered.resolve();
  await stopping;
  assertEquals(sent, 1);
});

Deno.test("sending that fails is said once, until it has succeeded again, and is tried at every tick", async () => {
  const { sql } = fakeDatabase();
  const lines: string[] = [];
  let sent = 0;
  const ticker = await startTicker(sql, {
    seconds: 0.01,
    sendWebhooks: () => ++sent === 4 ? Promise.resolve() : Promise.reject(new Error("no route")),
    log: (line) => lines.push(line),
  });
  await until("three calls", () => sent >= 3);
  assertEquals(lines, ["sending webhooks failed: no route"]);
  await until("a failure after the success", () => sent >= 6);
  await ticker.stop();
  assertEquals(lines, ["sending webhooks failed: no route", "sending webhooks failed: no route"]);
});
