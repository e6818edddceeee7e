// The shape that every edge function has: what becomes of a request before and after its handler.
import { assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import { defineApi } from "../../supabase/functions/_shared/api.ts";
import { makeApp } from "../../supabase/functions/_shared/app.ts";
import { callerOf, service } from "../../supabase/functions/_shared/caller.ts";
import { withCors } from "../../supabase/functions/_shared/credentials.ts";
import { ApiError } from "../../supabase/functions/_shared/errors.ts";
import { openapi } from "../../supabase/functions/_shared/openapi.ts";

const thing = z.strictObject({ name: z.string(), size: z.int().positive() });

const api = defineApi({
  name: "things",
  title: "Things",
  description: "Things, for a test.",
  auth: ["user"],
  routes: {
    list: {
      method: "get",
      path: "",
      summary: "All of them",
      query: z.object({ limit: z.coerce.number().int().max(10).default(5) }),
      reply: z.array(thing),
    },
    get: {
      method: "get",
      path: "/:name",
      summary: "One of them",
      params: z.object({ name: z.string().regex(/^[a-z]+$/) }),
      reply: thing,
      refusals: { 404: ["thing_not_found"] },
    },
    put: {
      method: "put",
      path: "/:name",
      summary: "Makes one",
      auth: ["secret"],
      params: z.object({ name: z.string() }),
      body: { schema: thing, largest: 100, example: '{"name": …, "size": …}' },
      reply: thing,
    },
    ping: { method: "post", path: "/ping", summary: "Nothing", auth: ["none"], reply: z.null() },
  },
});

const asked: string[] = [];
const seen: unknown[] = [];
const app = makeApp(api, {
  list: async ({ query }) => [{ name: "limit", size: query.limit }],
  get: async ({ params }) => {
    if (params.name === "gone") throw new ApiError(404, "thing_not_found", "no thing is named gone");
    if (params.name === "broken") throw new Error("the password is hunter2");
    if (params.name === "taken") throw { code: "23505", message: "taken" };
    return { name: params.name, size: 1 };
  },
  put: async ({ body, caller, arrived }) => {
    seen.push(caller.role, Math.abs(arrived - Date.now()) < 1000);
    return body;
  },
  ping: async ({ caller }) => caller,
}, async (request, auth) => {
  asked.push(auth.join());
  if (auth.includes("none")) return null;
  if (!request.headers.has("apikey")) throw Response.json({ code: "PT401" }, { status: 401 });
  return service;
});

async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = { apikey: "x" }) {
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const response = await app.fetch(new Request(`http://localhost${path}`, { method, headers, body: text }));
  const reply = await response.text();
  return { status: response.status, allow: response.headers.get("allow"), reply: reply && JSON.parse(reply) };
}

const refused = async (...request: Parameters<typeof ask>) => {
  const { status, reply } = await ask(...request);
  return [status, reply.details, Object.keys(reply).toSorted().join()];
};
const form = "code,details,hint,message";

Deno.test("a handler gets what was parsed, and what it gives is the reply", async () => {
  assertEquals((await ask("GET", "/things?limit=7")).reply, [{ name: "limit", size: 7 }]);
  assertEquals((await ask("GET", "/things")).reply, [{ name: "limit", size: 5 }]);
  assertEquals((await ask("GET", "/things/cup")).reply, { name: "cup", size: 1 });
  assertEquals((await ask("PUT", "/things/cup", { name: "cup", size: 3 })).reply, { name: "cup", size: 3 });
  assertEquals(seen, ["service_role", true]);
});

Deno.test("a path counts from the function's name on, with a slash at its end or without", async () => {
  for (const path of ["/things/cup", "/things/cup/", "/functions/v1/things/cup"]) {
    assertEquals((await ask("GET", path)).status, 200, path);
  }
  for (const path of ["/thingsx/cup", "/other/things/cup", "/things/cup/x", "/thing"]) {
    assertEquals(await refused("GET", path), [404, "not_found", form], path);
  }
});

Deno.test("what does not fit its schema is refused with the place and the reason", async () => {
  const invalid = [400, "invalid_request", form];
  assertEquals(await refused("GET", "/things?limit=11"), invalid);
  assertEquals(await refused("GET", "/things/CUP"), invalid);
  assertEquals(await refused("PUT", "/things/a", { name: "a", size: "b" }), invalid);
  assertEquals(await refused("PUT", "/things/a", { name: "a", size: 1, more: 1 }), [400, "unknown_key", form]);
  const { reply } = await ask("PUT", "/things/a", { name: "a", size: -1 });
  assertEquals(reply.message.startsWith("size: "), true, reply.message);
});

Deno.test("a body is read as JSON up to its route's limit", async () => {
  assertEquals(await refused("PUT", "/things/a", "x".repeat(101)), [413, "body_too_large", form]);
  assertEquals(await refused("PUT", "/things/a", "{"), [400, "malformed_json", form]);
  const { reply } = await ask("PUT", "/things/a", "");
  assertEquals([reply.details, reply.hint], ["empty_body", 'send {"name": …, "size": …}']);
});

Deno.test("each way of failing has its status and the one form; a cause inside is told to the log alone", async () => {
  assertEquals(await refused("GET", "/things/gone"), [404, "thing_not_found", form]);
  assertEquals(await refused("GET", "/things/taken"), [409, "", form]);
  const log = console.error;
  console.error = () => {};
  try {
    const { status, reply } = await ask("GET", "/things/broken");
    assertEquals([status, reply.details, JSON.stringify(reply).includes("hunter2")], [500, "internal_error", false]);
  } finally {
    console.error = log;
  }
});

Deno.test("a method that a path has not is refused with those that it has", async () => {
  const { status, allow, reply } = await ask("DELETE", "/things/cup");
  assertEquals([status, allow, reply.details], [405, "GET, PUT", "method_not_allowed"]);
  assertEquals((await ask("POST", "/things")).allow, "GET");
});

Deno.test("each route is asked for with its own credentials; who may not come in is not told what is there", async () => {
  asked.length = 0;
  await ask("GET", "/things");
  await ask("PUT", "/things/a", { name: "a", size: 1 });
  await ask("POST", "/things/ping");
  await ask("GET", "/things/a/b");
  assertEquals(asked, ["user", "secret", "none", "user"]);
  assertEquals((await ask("POST", "/things/ping", undefined, {})).reply, null);
  for (const [method, path] of [["GET", "/things"], ["GET", "/things/a/b"], ["DELETE", "/things"]]) {
    assertEquals((await ask(method!, path!, undefined, {})).status, 401);
  }
});

Deno.test("a browser may ask first, and may read every reply", async () => {
  const { fetch } = withCors(app);
  const preflight = await fetch(new Request("http://localhost/things", { method: "OPTIONS" }));
  const refusal = await fetch(new Request("http://localhost/things"));
  await refusal.body?.cancel();
  const origin = (response: Response) => response.headers.get("access-control-allow-origin");
  assertEquals([preflight.status, origin(preflight), refusal.status, origin(refusal)], [204, "*", 401, "*"]);
});

Deno.test("the document is that of the routes, and served without a key", async () => {
  const { reply } = await ask("GET", "/things/openapi.json", undefined, {});
  assertEquals(reply, openapi(api));
  assertEquals(Object.keys(reply.paths), ["/things", "/things/{name}", "/things/ping"]);
  const { get, put } = reply.paths["/things/{name}"];
  assertEquals(get.parameters.map((p: { in: string; name: string }) => [p.in, p.name]), [["path", "name"]]);
  assertEquals([get.security, put.security], [[{ user: [] }], [{ secret: [] }]]);
  assertEquals(Object.keys(get.responses), ["200", "404"]);
  assertEquals(put.requestBody.content["application/json"].schema.required, ["name", "size"]);
  const [limit] = reply.paths["/things"].get.parameters;
  assertEquals([limit.name, limit.required, limit.schema.default], ["limit", false, 5]);
});

Deno.test("a schema that holds itself is refused, since its references would lead nowhere", () => {
  for (const reply of [z.json(), z.object({ within: z.json() })] as z.ZodType[]) {
    assertThrows(() => openapi({ ...api, routes: { one: { ...api.routes.ping, reply } } }), Error, "holds itself");
  }
});

Deno.test("a token's role is one of four; without one it is nobody's", () => {
  for (const role of ["anon", "authenticated", "ml_worker", "service_role"]) {
    assertEquals(callerOf({ role }).role, role);
  }
  assertEquals(callerOf({}).role, "anon");
  for (const role of ["postgres", "supabase_admin", "toString", "", 7, null, ["anon"]]) {
    const error = assertThrowsValue(() => callerOf({ role }));
    assertEquals(error.code, role === null ? "" : "42501");
  }
});

function assertThrowsValue(body: () => unknown): { code: string } {
  try {
    body();
  } catch (error) {
    return error as { code: string };
  }
  return { code: "" };
}
