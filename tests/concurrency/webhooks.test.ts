// The outbox under several senders and writers.
import { assertEquals } from "@std/assert";
import { type TestDatabase, withTestDatabase } from "../support/database.ts";
import { untilBlocked } from "../support/waiting.ts";
import { failureOf, openSession } from "./platform_support.ts";

const endpoint = "00000000-0000-4000-8000-0000000000e1";

function withOutbox(events: number, body: (db: TestDatabase) => Promise<void>) {
  return withTestDatabase({ name: "webhooks" }, async (db) => {
    await db
      .sql`insert into ml.webhook_endpoints (id, url, event_types) values (${endpoint}, 'https://example.com/', '{*}')`;
    await db.sql`select ml_private.emit('ml:jobs', 'job.failed', to_jsonb(i)) from generate_series(1, ${events}) i`;
    await body(db);
  });
}

interface Claimed {
  id: string;
  attempt: number;
}

const claim = (sql: TestDatabase["sql"], max = 20) =>
  sql<Claimed[]>`select id, attempt from ml.claim_webhook_deliveries(${max})`;

Deno.test("two senders never hold the same delivery, and neither waits for the other", async () => {
  await withOutbox(12, async (db) => {
    const first = await openSession(db.connect());
    const second = await openSession(db.connect());
    await first.sql`begin`;
    const mine = await claim(first.sql);
    const yours = await claim(second.sql);
    await first.sql`commit`;
    assertEquals([mine.length, yours.length], [5, 5]);
    assertEquals(new Set([...mine, ...yours].map((each) => each.id)).size, 10);
    assertEquals((await claim(second.sql)).length, 0, "enough are under way to one endpoint");
    for (const { id, attempt } of [...mine, ...yours]) {
      await db.sql`select ml.record_webhook_outcome(${id}, ${attempt}, 200)`;
    }
    assertEquals((await claim(second.sql)).length, 2);
  });
});

Deno.test("a claim that was rolled back leaves its deliveries to the next", async () => {
  await withOutbox(1, async (db) => {
    const first = await openSession(db.connect());
    await first.sql`begin`;
    await claim(first.sql);
    await first.sql`rollback`;
    assertEquals((await claim(db.sql)).map((each) => each.attempt), [1]);
  });
});

Deno.test("a sender that lost its lease cannot record over the next one's attempt", async () => {
  await withOutbox(1, async (db) => {
    const [lost] = await claim(db.sql);
    await db.sql`update ml.webhook_deliveries set next_attempt_at = now()`;
    const [held] = await claim(db.sql);
    const record = (one: Claimed, status: number) =>
      db.sql`select ml.record_webhook_outcome(${one.id}, ${one.attempt}, ${status})`;
    assertEquals(await failureOf(record(lost!, 500)), ["PT409", "lease_lost"]);
    await record(held!, 200);
    assertEquals(await failureOf(record(lost!, 500)), ["PT409", "lease_lost"]);
    const [row] = await db.sql`select state, attempt, last_status from ml.webhook_deliveries`;
    assertEquals({ ...row }, { state: "delivered", attempt: 2, last_status: 200 });
  });
});

Deno.test("an event is due only once its transaction is committed", async () => {
  await withOutbox(0, async (db) => {
    const writer = await openSession(db.connect());
    await writer.sql`begin`;
    await writer.sql`select ml_private.emit('ml:jobs', 'job.failed', '{}')`;
    assertEquals((await claim(db.sql)).length, 0);
    await writer.sql`commit`;
    assertEquals((await claim(db.sql)).length, 1);
  });
});

Deno.test("an endpoint removed while its delivery is under way takes the delivery along", async () => {
  await withOutbox(1, async (db) => {
    const [held] = await claim(db.sql);
    await db.sql`select ml.remove_webhook_endpoint(${endpoint})`;
    assertEquals(await failureOf(db.sql`select ml.record_webhook_outcome(${held!.id}, 1, 200)`), [
      "PT404",
      "delivery_not_found",
    ]);
  });
});

Deno.test("an event emitted while its endpoint is being removed is neither lost for others nor an error", async () => {
  await withOutbox(0, async (db) => {
    await db.sql`insert into ml.webhook_endpoints (url, event_types) values ('https://b.example.com/', '{*}')`;
    const remover = await openSession(db.connect());
    const writer = await openSession(db.connect());
    await remover.sql`begin`;
    await remover.sql`select ml.remove_webhook_endpoint(${endpoint})`;
    const emit = failureOf(writer.sql`select ml_private.emit('ml:jobs', 'job.failed', '{}')`.execute());
    await untilBlocked(db.sql, writer.pid);
    await remover.sql`commit`;
    assertEquals(await emit, undefined);
    assertEquals(
      (await db.sql`select url from ml.webhook_deliveries join ml.webhook_endpoints e on e.id = endpoint_id`).map((
        row,
      ) => row.url),
      [
        "https://b.example.com/",
      ],
    );
  });
});

Deno.test("an address registered twice at once is registered once", async () => {
  await withTestDatabase({ name: "webhooks" }, async (db) => {
    const first = await openSession(db.connect());
    const second = await openSession(db.connect());
    const register = (sql: typeof db.sql) => sql`select ml.register_webhook_endpoint('https://example.com/', '{*}')`;
    await first.sql`begin`;
    await register(first.sql);
    const late = failureOf(register(second.sql).execute());
    await untilBlocked(db.sql, second.pid);
    await first.sql`commit`;
    assertEquals(await late, ["23505", "endpoint_exists"]);
  });
});
