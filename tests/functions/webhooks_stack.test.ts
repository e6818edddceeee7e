// Webhooks through a whole stack: an admin registers over REST, an event is emitted, the tick has it sent, the receiver verifies it.
import { assert, assertEquals } from "@std/assert";
import { createHmac } from "node:crypto";
import { createClient } from "@supabase/supabase-js";
import { signToken } from "../../scripts/stack/keys.ts";
import { type Stack, startStack } from "../../scripts/stack/stack.ts";
import { userIds } from "../support/roles.ts";
import { until } from "../support/waiting.ts";

interface Received {
  id: string;
  body: string;
  verified: boolean;
}

/** A receiver that verifies as the Standard Webhooks specification says, and answers with the given statuses, then 204. */
class Receiver {
  readonly received: Received[] = [];
  secret = "";
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(statuses: number[]) {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
      const body = await request.text();
      const id = request.headers.get("webhook-id") ?? "";
      const timestamp = request.headers.get("webhook-timestamp") ?? "";
      const key = new Uint8Array(atob(this.secret.slice("whsec_".length)).split("").map((c) => c.charCodeAt(0)));
      const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
      const fresh = Math.abs(Date.now() / 1000 - Number(timestamp)) < 30;
      this.received.push({
        id,
        body,
        verified: fresh && request.headers.get("webhook-signature") === `v1,${signature}`,
      });
      return new Response(null, { status: statuses.shift() ?? 204 });
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/hook`;
  }

  async close(): Promise<void> {
    await this.#server.shutdown();
  }
}

async function clientOf(stack: Stack, user: keyof typeof userIds) {
  const token = await signToken(stack.jwtSecret, { role: "authenticated", sub: userIds[user] });
  return createClient(stack.url, stack.publishableKey, { accessToken: () => Promise.resolve(token) }).schema("ml");
}

async function addAdmin(stack: Stack): Promise<void> {
  await stack.sql`insert into auth.users (id, email) values (${userIds.admin}, 'admin@example.com')`;
  const service = createClient(stack.url, stack.secretKey, { auth: { persistSession: false } }).schema("ml");
  const { error } = await service.rpc("add_member", { user_id: userIds.admin, role: "admin" });
  assertEquals(error, null);
}

async function checkWebhooks(stack: Stack, receiver: Receiver, t: Deno.TestContext): Promise<void> {
  const admin = await clientOf(stack, "admin");
  const endpoint = { url: receiver.url, event_types: ["job.*"] };

  await t.step("who is no admin cannot register an endpoint", async () => {
    const { error } = await (await clientOf(stack, "stranger")).rpc("register_webhook_endpoint", endpoint);
    assertEquals([error?.code, error?.details], ["42501", "permission_denied"]);
  });
  await t.step("an admin registers one and reads it back without its secret", async () => {
    const { data, error } = await admin.rpc("register_webhook_endpoint", endpoint);
    assertEquals(error, null);
    receiver.secret = data.secret;
    const { data: rows } = await admin.from("webhook_endpoints").select();
    assertEquals(rows?.map((row) => [row.url, row.created_by, "secret" in row]), [[
      receiver.url,
      userIds.admin,
      false,
    ]]);
  });
  await t.step("an event arrives signed; after a failure it comes again under the same id", async () => {
    await stack.sql`select ml_private.emit('ml:jobs', 'job.failed', '{"id": 7, "error": "größer"}')`;
    await until("two attempts", () => receiver.received.length === 2, { seconds: 20 });
    const [first, second] = receiver.received;
    assert(first!.verified && second!.verified);
    assertEquals([second!.id, second!.body], [first!.id, first!.body]);
    const { type, timestamp, data } = JSON.parse(first!.body);
    assertEquals([type, data], ["job.failed", { id: 7, error: "größer" }]);
    assert(Math.abs(Date.now() - Date.parse(timestamp)) < 60_000);
  });
  await t.step("the admin sees what became of it", async () => {
    const read = () => admin.from("webhook_deliveries").select("id, state, attempt, last_status, last_error");
    await until("the outcome is recorded", async () => (await read()).data?.[0]?.state === "delivered");
    const { id } = receiver.received[0]!;
    assertEquals((await read()).data, [{ id, state: "delivered", attempt: 2, last_status: 204, last_error: null }]);
  });
  await t.step("only a secret key may call the function", async () => {
    const token = await signToken(stack.jwtSecret, { role: "authenticated", sub: userIds.admin });
    const keys: Record<string, string>[] = [{}, { apikey: stack.publishableKey }, {
      apikey: stack.publishableKey,
      authorization: `Bearer ${token}`,
    }];
    for (const headers of keys) {
      const response = await fetch(`${stack.url}/functions/v1/webhooks`, { method: "POST", headers });
      assertEquals(response.status, 401);
      await response.body?.cancel();
    }
    const response = await fetch(`${stack.url}/functions/v1/webhooks`, {
      method: "POST",
      headers: { apikey: stack.secretKey },
    });
    assertEquals(await response.json(), { attempted: 0, delivered: 0, undelivered: 0, unrecorded: 0 });
  });
}

Deno.test("webhooks are sent by the stack's tick", async (t) => {
  const receiver = new Receiver([500]);
  const stack = await startStack({ tier: "embedded", port: 0 });
  try {
    await addAdmin(stack);
    await checkWebhooks(stack, receiver, t);
  } finally {
    await stack.stop();
    await receiver.close();
  }
});
