// The webhooks function without a network and without a database: what it sends, and what it makes of each reply.
import { assertEquals, assertMatch } from "@std/assert";
import { sendDue } from "../../supabase/functions/webhooks/handler.ts";
import { bodyOf, sign } from "../../supabase/functions/webhooks/sign.ts";
import { deliveryOf, fakeSender, post, send } from "./webhooks_support.ts";

Deno.test("the signature is that of Standard Webhooks", async () => {
  // The specification's own example, signed by its reference library (npm standardwebhooks 1.1.1).
  assertEquals(
    await sign(
      "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
      "msg_p5jXN8AQM9LWM0D4loKWxJek",
      1614265330,
      '{"test": 2432232314}',
    ),
    "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  );
});

Deno.test("a delivery is sent with its id, the time of the attempt and a signature over both and the body", async () => {
  const delivery = deliveryOf();
  const sender = fakeSender([[delivery]]);
  const reply = await send(post(), sender);
  assertEquals([reply.status, await reply.json()], [
    200,
    { attempted: 1, delivered: 1, undelivered: 0, unrecorded: 0 },
  ]);
  const [{ target, headers, body }] = sender.sent as [typeof sender.sent[0]];
  assertEquals([target.url.href, target.port, target.addresses], [delivery.url, 443, ["93.184.215.14"]]);
  assertEquals(
    body,
    '{"type":"job.failed","timestamp":"2026-01-02T03:04:05.678Z","data":{"id":7,"error":"größer"}}',
  );
  assertEquals(headers, {
    "content-type": "application/json",
    "user-agent": "AIMatrix-ML-Webhooks/1",
    "webhook-id": delivery.id,
    "webhook-timestamp": "1614265330",
    "webhook-signature": await sign(delivery.secret!, delivery.id, 1614265330, body),
  });
  assertEquals(sender.outcomes, [{ delivery_id: delivery.id, attempt: 1, status: 200, error: null }]);
});

Deno.test("the body is the same at every attempt", () => {
  const delivery = deliveryOf();
  assertEquals(bodyOf({ ...delivery, attempt: 5 }), bodyOf(delivery));
});

Deno.test("a receiver's refusal is recorded with its status and counted as undelivered", async () => {
  for (const status of [199, 301, 400, 410, 500]) {
    const sender = fakeSender([[deliveryOf({ attempt: 3 })]], { post: () => Promise.resolve(status) });
    const summary = await sendDue(sender);
    assertEquals([summary.delivered, summary.undelivered], [0, 1]);
    assertEquals([sender.outcomes[0]!.status, sender.outcomes[0]!.attempt], [status, 3]);
  }
});

Deno.test("a connection that fails is recorded with the reason, and the others go on", async () => {
  const bad = deliveryOf({ url: "https://down.example.com/" });
  const good = deliveryOf();
  const sender = fakeSender([[bad, good]], {
    post: (target) => {
      if (target.url.hostname === "down.example.com") return Promise.reject(new Error("connection refused"));
      return Promise.resolve(204);
    },
  });
  assertEquals(await sendDue(sender), { attempted: 2, delivered: 1, undelivered: 1, unrecorded: 0 });
  assertEquals(sender.outcomes.find((each) => each.delivery_id === bad.id)!.error, "connection refused");
});

Deno.test("a malformed row is recorded with what is wrong, one without an id is said, and the others are sent", async () => {
  const [malformed, good] = [deliveryOf({ created_at: 7 as never }), deliveryOf()];
  const lines: string[] = [];
  const sender = {
    ...fakeSender([[malformed, { id: "x" }, good] as never]),
    report: (line: string) => lines.push(line),
  };
  assertEquals(await sendDue(sender), { attempted: 3, delivered: 1, undelivered: 1, unrecorded: 1 });
  assertMatch(sender.outcomes.find((each) => each.delivery_id === malformed.id)!.error!, /^malformed: created_at: /);
  assertEquals(sender.outcomes.find((each) => each.delivery_id === good.id)!.status, 200);
  assertEquals(lines.length, 1);
});

Deno.test("a receiver that does not answer within the time limit is recorded as such", async () => {
  const sender = fakeSender([[deliveryOf()]], {
    post: () => Promise.reject(new DOMException("Signal timed out.", "TimeoutError")),
  });
  await sendDue(sender);
  assertEquals(sender.outcomes[0]!.error, "no reply within 10 s");
});

Deno.test("a private address is refused before anything is sent", async () => {
  const sender = fakeSender([[deliveryOf()]], { resolve: () => Promise.resolve(["93.184.215.14", "10.0.0.7"]) });
  await sendDue(sender);
  assertEquals(sender.sent, []);
  assertEquals(
    sender.outcomes[0]!.error,
    "refused: hooks.example.com is at 10.0.0.7, which is no public address",
  );
});

Deno.test("an endpoint whose secret is gone gets nothing unsigned", async () => {
  const sender = fakeSender([[deliveryOf({ secret: null })]]);
  await sendDue(sender);
  assertEquals(sender.sent, []);
  assertMatch(sender.outcomes[0]!.error!, /secret is gone/);
});

Deno.test("claims go on until nothing is due", async () => {
  const sender = fakeSender([[deliveryOf(), deliveryOf()], [deliveryOf()]]);
  assertEquals((await sendDue(sender)).attempted, 3);
  assertEquals(sender.claims, [20, 20, 20]);
});

Deno.test("no new batch is begun after a minute", async () => {
  let time = 0;
  const sender = fakeSender([[deliveryOf()], [deliveryOf()], [deliveryOf()]], { now: () => time += 25_000 });
  assertEquals((await sendDue(sender)).attempted, 1);
});

Deno.test("an outcome that cannot be recorded is reported, and does not stop the others", async () => {
  const lost = deliveryOf();
  const sender = fakeSender([[lost, deliveryOf()]]);
  const { record } = sender;
  sender.record = (outcome) =>
    outcome.delivery_id === lost.id
      ? Promise.reject({ code: "PT409", message: "delivery is at attempt 2, not 1" })
      : record(outcome);
  assertEquals(await sendDue(sender), { attempted: 2, delivered: 2, undelivered: 0, unrecorded: 1 });
  assertEquals(sender.reports, [
    `webhook ${lost.id}, attempt 1: not recorded: delivery is at attempt 2, not 1 (PT409)`,
  ]);
});

Deno.test("the database's refusal is the caller's reply", async () => {
  const sender = fakeSender([], { claim: () => Promise.reject({ code: "42501", message: "no", details: "d" }) });
  const reply = await send(post(), sender);
  assertEquals([reply.status, (await reply.json()).code], [403, "42501"]);
});

Deno.test("only POST is served", async () => {
  const sender = fakeSender([[deliveryOf()]]);
  const reply = await send(new Request("http://localhost/webhooks"), sender);
  assertEquals([reply.status, reply.headers.get("allow"), (await reply.json()).details], [
    405,
    "POST",
    "method_not_allowed",
  ]);
  assertEquals(sender.claims, []);
});

Deno.test("an endpoint that does not answer keeps its own places only", async () => {
  let end = () => {};
  const silent = new Promise<number>((resolve) => end = () => resolve(200));
  const slow = Array.from({ length: 5 }, () => deliveryOf({ url: "https://silent.example.com/" }));
  const quick = Array.from({ length: 60 }, () => deliveryOf());
  const sender = fakeSender([], {
    claim: (max) => {
      sender.claims.push(max);
      const claimed = [...slow.splice(0), ...quick.splice(0, max - 5)].slice(0, max);
      if (claimed.length === 0) end();
      return Promise.resolve(claimed);
    },
    post: (target) => target.url.hostname === "silent.example.com" ? silent : Promise.resolve(200),
  });
  assertEquals(await sendDue(sender), { attempted: 65, delivered: 65, undelivered: 0, unrecorded: 0 });
  const hosts = sender.outcomes.map(({ delivery_id }) => delivery_id);
  assertEquals(new Set(hosts).size, 65);
  assertEquals(Math.max(...sender.claims), 20);
});

Deno.test("a claim that fails ends no attempt that is under way", async () => {
  let claims = 0;
  const sender = fakeSender([], {
    claim: () =>
      claims++ === 0 ? Promise.resolve([deliveryOf(), deliveryOf()]) : Promise.reject(new Error("no database")),
    post: async (target) => {
      // The second one is still on its way when the first one's place is filled again.
      await new Promise((resolve) => setTimeout(resolve, sender.sent.push({ target, headers: {}, body: "" }) * 30));
      return 200;
    },
  });
  assertEquals(await sendDue(sender).catch((error) => error.message), "no database");
  assertEquals(sender.outcomes.length, 2);
});

Deno.test("what comes due while an attempt is under way is sent before that ends", async () => {
  const order: string[] = [];
  const answered = Promise.withResolvers<number>();
  const due = [[deliveryOf({ url: "https://slow.example.com/" })], [deliveryOf()], []];
  const sender = fakeSender(due, {
    post: (target) => {
      order.push(target.url.hostname);
      if (target.url.hostname === "slow.example.com") return answered.promise;
      answered.resolve(200);
      return Promise.resolve(200);
    },
    pause: () => Promise.resolve(),
  });
  assertEquals((await sendDue(sender)).delivered, 2);
  assertEquals(order, ["slow.example.com", "hooks.example.com"]);
});
