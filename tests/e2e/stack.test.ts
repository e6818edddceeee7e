// The local stack's own promises, on both tiers: who a request runs as, how errors come out, and each service once.
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import postgres from "postgres";
import { signToken } from "../../scripts/stack/keys.ts";
import { onBothTiers, subscribed, until } from "./stack_fixture.ts";

onBothTiers((test) => {
  test("a request runs as the role of its key or token", async (f) => {
    const { stack } = f;
    const sub = crypto.randomUUID();
    const user = await signToken(stack.jwtSecret, { role: "authenticated", sub });
    assertEquals((await f.rpc("who", {})).body, { user: "anon", role: "anon", sub: null });
    assertEquals((await f.rpc("who", {}, user)).body, { user: "authenticated", role: "authenticated", sub });
    assertEquals((await f.rpc("who", {}, stack.workerJwt)).body.user, "ml_worker");
    assertEquals((await f.rpc("who", {}, stack.secretKey)).body.user, "service_role");
  });

  test("tables are read under the same role, and grants are not widened", async (f) => {
    const { stack } = f;
    assertEquals((await f.send("GET", "/rest/v1/notes")).status, 401);
    assertEquals(await f.send("GET", "/rest/v1/notes?id=lt.0", undefined, await f.userToken()), {
      status: 200,
      body: [],
    });
    assertEquals((await f.send("GET", "/rest/v1/notes", undefined, stack.workerJwt)).status, 403);
    const [grants] = await stack.sql`select has_table_privilege('anon', 'ml.notes', 'select') as anon,
      has_table_privilege('authenticated', 'ml.notes', 'delete') as "delete"`;
    assertEquals({ ...grants }, { anon: false, delete: false });
  });

  test("a bad key, a bad token and a role out of reach are refused", async (f) => {
    const { stack } = f;
    const response = await fetch(`${stack.url}/rest/v1/rpc/who`, {
      method: "POST",
      headers: { apikey: "sb_secret_no" },
    });
    assertEquals([response.status, (await response.json()).message], [401, "Invalid API key"]);
    const claims = { sub: crypto.randomUUID() };
    const forged = await signToken("another secret than the stack's", { role: "service_role", ...claims });
    const expired = await signToken(stack.jwtSecret, { role: "authenticated", ...claims, expiresIn: "-1 minute" });
    const owner = await signToken(stack.jwtSecret, { role: "postgres", ...claims });
    for (const path of ["rpc/who", "notes"]) {
      const method = path === "notes" ? "GET" : "POST";
      const status = async (token: string) => (await f.send(method, `/rest/v1/${path}`, undefined, token)).status;
      assertEquals(await status("no token at all"), 401);
      assertEquals(await status(forged), 401);
      assertEquals(await status(expired), 401);
      assertEquals(await status(owner), 403);
    }
  });

  test("an error keeps its code, detail and hint, and gets PostgREST's status", async (f) => {
    const user = await f.userToken();
    const expected = { "22023": 400, PT404: 404, PT409: 409, "42501": 403, "23505": 409, "23514": 400, P0001: 400 };
    for (const [state, status] of Object.entries(expected)) {
      const body = { code: state, message: "a message", details: "a_code", hint: "a hint" };
      assertEquals(await f.rpc("fail", { state }, user), { status, body });
    }
    assertEquals((await f.rpc("fail", { state: "42501" })).status, 401);
  });

  test("writes to a table: constraints and policies answer with 4xx", async (f) => {
    const user = await f.userToken();
    const insert = async (row: unknown) => await f.send("POST", "/rest/v1/notes", row, user);
    assertEquals((await insert({ id: 1, body: "first" })).status, 201);
    const again = await insert({ id: 1, body: "again" });
    assertEquals([again.status, again.body.code], [409, "23505"]);
    assertEquals((await insert({ id: 2, body: "forbidden" })).body.code, "23514");
    assertEquals((await insert({ id: 3, body: "not yours" })).status, 403);
    assertEquals((await f.send("DELETE", "/rest/v1/notes?id=eq.1", undefined, user)).status, 403);
    assertEquals((await f.send("GET", "/rest/v1/notes?id=eq.abc", undefined, user)).body.code, "22P02");
    assertEquals((await f.send("GET", "/rest/v1/nowhere", undefined, user)).status, 404);
  });

  test("arguments are read by the function's types, as PostgREST reads them", async (f) => {
    const typed = async (body: unknown) => (await f.rpc("typed", body)).body;
    const none = { flag: null, number: null, texts: null, document: null, vector: null };
    assertEquals(await typed({ document: "a string" }), { ...none, document: "a string" });
    assertEquals(await typed({ document: [1, { a: null }] }), { ...none, document: [1, { a: null }] });
    assertEquals(await typed({ vector: [1, 2.5] }), { ...none, vector: "[1,2.5]" });
    assertEquals(await typed({ texts: ['a "b"', "c,d", null], flag: "true" }), {
      ...none,
      texts: ['a "b"', "c,d", null],
      flag: true,
    });
    for (const wrong of [{ flag: "abc" }, { number: 1.5 }, { number: [] }, { texts: "x" }, { vector: "x" }]) {
      assertEquals((await f.rpc("typed", wrong)).status, 400, JSON.stringify(wrong));
    }
    assertEquals((await f.rpc("typed", { number: 1e20 })).body.code, "22003");
  });

  test("results come in the shape of the function's return type", async (f) => {
    assertEquals((await f.rpc("numbers", { upto: 2 })).body, [{ n: 1 }, { n: 2 }]);
    assertEquals((await f.rpc("numbers", { upto: 0 })).body, []);
    assertEquals((await f.rpc("numbers", { upto: 5000 })).body.length, 1000);
    assertEquals(await f.rpc("nothing", {}), { status: 204, body: undefined });
    const client = f.client().schema("ml");
    assertEquals((await client.rpc("numbers", { upto: 1 }).single()).data, { n: 1 });
    assertEquals((await client.rpc("numbers", { upto: 2 }).single()).error?.code, "PGRST116");
    assertEquals((await client.rpc("numbers", { upto: 9 }).gt("n", 7)).data, [{ n: 8 }, { n: 9 }]);
  });

  test("malformed, huge and NUL-ridden bodies get 4xx", async (f) => {
    const deep = `{"document":${"[".repeat(200)}${"]".repeat(200)}}`;
    assertEquals((await f.rpc("typed", deep)).status, 200);
    const bad = [
      "{",
      "[1]",
      "null",
      '"x"',
      "\0",
      '{"nope":1}',
      '{"\\u0000":1}',
      '{"document":"\\u0000"}',
      '{"texts":["\\u0000"]}',
    ];
    for (const body of bad) {
      const { status, body: error } = await f.rpc("typed", body);
      assert(status >= 400 && status < 500, `${body}: ${status}`);
      assertEquals(typeof error.code, "string");
      assertEquals(typeof error.message, "string");
    }
    const huge = await f.rpc("typed", { document: "x".repeat(10_000_000) });
    assertEquals([huge.status, huge.body.details], [413, "payload_too_large"]);
    assertEquals((await f.send("POST", "/rest/v1/notes", "x".repeat(10_000_000), await f.userToken())).status, 413);
    assertEquals((await f.send("GET", "/rest/v1/notes?body=eq.%00", undefined, await f.userToken())).status, 400);
    assertEquals((await f.rpc("%00", {})).status, 404);
  });

  test("requests at the same time do not share a transaction or a role", async (f) => {
    const tokens = [undefined, await f.userToken(), f.stack.workerJwt, f.stack.secretKey];
    const roles = ["anon", "authenticated", "ml_worker", "service_role"];
    const answers = await Promise.all(Array.from({ length: 40 }, async (_, i) => {
      const { body } = await f.rpc("who_slowly", {}, tokens[i % 4]);
      // Through the other path, and a write that is refused, in between.
      if (i % 5 === 0) await f.send("POST", "/rest/v1/notes", { id: 1000 + i, body: "forbidden" }, tokens[1]);
      return body === roles[i % 4];
    }));
    assertEquals(answers.filter((right) => !right).length, 0);
    assertEquals((await f.stack.sql`select current_user as name`)[0]!.name, "postgres");
  });

  test("a table made later is served without a restart", async (f) => {
    const user = await f.userToken();
    await f.stack.sql.unsafe("create table ml.later (a int); grant select on ml.later to authenticated");
    let answer = await f.send("GET", "/rest/v1/later", undefined, user);
    for (let tries = 0; answer.status !== 200 && tries < 50; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      answer = await f.send("GET", "/rest/v1/later", undefined, user);
    }
    assertEquals(answer, { status: 200, body: [] });
  });

  test("users sign up, sign in and are known to the database", async (f) => {
    const client = f.client();
    const credentials = { email: `${crypto.randomUUID()}@example.com`, password: "correct horse" };
    const { data, error } = await client.auth.signUp(credentials);
    assertEquals(error, null);
    const { data: who } = await client.schema("ml").rpc("who");
    assertEquals(who, { user: "authenticated", role: "authenticated", sub: data.user!.id });
    assertEquals((await client.auth.signInWithPassword({ ...credentials, password: "wrong" })).error?.status, 400);
    await client.auth.signOut();
  });

  test("objects are stored, read back and removed under the bucket's policies", async (f) => {
    const service = f.client(f.stack.secretKey).storage;
    assertEquals((await service.createBucket("models")).error, null);
    const worker = f.client(f.stack.workerJwt).storage.from("models");
    const bytes = crypto.getRandomValues(new Uint8Array(60_000));
    assertEquals((await worker.upload("run 1/é.onnx", bytes, { contentType: "application/octet-stream" })).error, null);
    assertEquals(new Uint8Array(await (await worker.download("run 1/é.onnx")).data!.arrayBuffer()), bytes);
    const direct = await fetch(`${f.stack.url}/storage/v1/object/authenticated/models/run 1/é.onnx`, {
      headers: { apikey: f.stack.publishableKey, Authorization: `Bearer ${f.stack.workerJwt}` },
    });
    assertEquals([direct.status, new Uint8Array(await direct.arrayBuffer())], [200, bytes]);
    const stranger = f.client(await f.userToken()).storage.from("models");
    assertMatch((await stranger.upload("mine", "x")).error!.message, /row-level security/);
    assert((await stranger.download("run 1/é.onnx")).error);
    assertEquals((await service.from("models").remove(["run 1/é.onnx"])).data!.length, 1);
    assert((await service.from("models").download("run 1/é.onnx")).error);
  });

  test("broadcasts reach a public channel from clients and from the database", async (f) => {
    const client = f.client();
    const got: unknown[] = [];
    const channel = client.channel("news", { config: { broadcast: { ack: true, self: true } } });
    channel.on("broadcast", { event: "*" }, (message) => got.push([message.event, message.payload]));
    assertEquals(await subscribed(channel), "SUBSCRIBED");
    assertEquals(await channel.send({ type: "broadcast", event: "from a client", payload: { a: 1 } }), "ok");
    await f.stack.sql`select realtime.send('{"b": 2}', 'from the database', 'news', false)`;
    await f.stack.sql`select realtime.send('{"c": 3}', 'for a private channel of that name', 'news', true)`;
    await f.stack.sql`select realtime.send(${
      f.stack.sql.json({ d: "x".repeat(20_000) })
    }, 'longer than a NOTIFY', 'news', false)`;
    await until(() => got.length >= 3);
    assertEquals(got, [
      ["from a client", { a: 1 }],
      ["from the database", { b: 2 }],
      ["longer than a NOTIFY", { d: "x".repeat(20_000) }],
    ]);
    await client.realtime.disconnect();
  });

  test("a private channel admits whom the policies let read, and nobody else", async (f) => {
    const client = f.client(await f.userToken());
    await client.realtime.setAuth();
    const open = client.channel("open to users", { config: { private: true } });
    const got: unknown[] = [];
    open.on("broadcast", { event: "*" }, (message) => got.push(message.payload));
    assertEquals(await subscribed(open), "SUBSCRIBED");
    await f.stack.sql`select realtime.send('{"a": 1}', 'hello', 'open to users', true)`;
    await until(() => got.length > 0);
    assertEquals(got, [{ a: 1 }]);
    // The only policy is for reading, so what a user sends there reaches nobody.
    const other = f.client(await f.userToken());
    await other.realtime.setAuth();
    const second = other.channel("open to users", { config: { private: true } });
    assertEquals(await subscribed(second), "SUBSCRIBED");
    await second.send({ type: "broadcast", event: "hello", payload: { forged: true } });
    await f.stack.sql`select realtime.send('{"a": 2}', 'hello', 'open to users', true)`;
    await until(() => got.length > 1);
    assertEquals(got, [{ a: 1 }, { a: 2 }]);
    await other.realtime.disconnect();
    assertStringIncludes(
      await subscribed(client.channel("closed", { config: { private: true } })),
      "do not have permissions",
    );
    const anonymous = f.client().channel("open to users", { config: { private: true } });
    assertStringIncludes(await subscribed(anonymous), "do not have permissions");
    const [left] = await f.stack.sql`select count(*)::int as n from realtime.messages where event = 'probe'`;
    assertEquals(left!.n, 0);
    await client.realtime.disconnect();
    await anonymous.socket.disconnect();
  });

  test("what Realtime here cannot do is refused with the reason", async (f) => {
    const client = f.client();
    const changes = client.channel("changes").on("postgres_changes", { event: "*", schema: "ml" }, () => {});
    assertStringIncludes(await subscribed(changes), "postgres_changes are not part of the local stack");
    const present = client.channel("present").on("presence", { event: "sync" }, () => {});
    assertStringIncludes(await subscribed(present), "presence is not part of the local stack");
    await client.realtime.disconnect();
  });

  test("edge functions are found by name, know their caller, and finish their work after the reply", async (f) => {
    const user = await f.userToken();
    const echo = await f.send("POST", "/functions/v1/echo/some/path", { a: 1 }, user);
    assertEquals(echo.status, 200);
    assertEquals([echo.body.pathname, echo.body.body, echo.body.who.user], [
      "/echo/some/path",
      '{"a":1}',
      "authenticated",
    ]);
    assertEquals((await f.send("POST", "/functions/v1/echo", {}, f.stack.secretKey)).status, 200);
    assertEquals((await f.send("POST", "/functions/v1/echo", {}, "no token")).status, 401);
    assertEquals((await f.send("POST", "/functions/v1/nowhere", {}, user)).body.code, "NOT_FOUND");
    assertEquals((await f.send("POST", "/functions/v1/..%2f..%2fx", {}, user)).status, 404);
    assertEquals((await f.send("POST", "/functions/v1/echo", "x".repeat(10_000_000), user)).status, 413);
    const failed = await f.send("POST", "/functions/v1/broken", {}, user);
    assertEquals([failed.status, failed.body.code], [500, "WORKER_ERROR"]);
    await until(() => "workAfterTheReply" in globalThis);
  });

  test("psql and postgres.js connect to the database as its owner, several at once", async (f) => {
    const sql = postgres(f.stack.dbUrl, { max: 3, onnotice: () => {} });
    const results = await Promise.all(Array.from({ length: 12 }, (_, i) =>
      sql.begin(async (tx) => {
        await tx`select set_config('role', 'authenticated', true)`;
        const [row] = await tx<{ n: number; who: string }[]>`select ${i}::int as n, current_user as who`;
        if (i % 3 === 0) throw new Error("roll back");
        return row!;
      }).catch(() => undefined)));
    assertEquals(
      results.filter((row) => row !== undefined).map((row) => [row.n, row.who]),
      [1, 2, 4, 5, 7, 8, 10, 11].map((n) => [n, "authenticated"]),
    );
    assertEquals((await sql`select current_user as who`)[0]!.who, "postgres");
    const heard = Promise.withResolvers<string>();
    await sql.listen("a channel", heard.resolve);
    await f.stack.sql.notify("a channel", "a message");
    assertEquals(await heard.promise, "a message");
    await sql.end();
    const wrong = postgres(f.stack.dbUrl.replace(/:[^:@]+@/, ":wrong@"), { max: 1 });
    const refused = await wrong`select 1`.catch((error) => error.code);
    assertEquals(refused, "28P01");
    await wrong.end();
  });
});
