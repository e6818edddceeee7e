// Every function of the API, called with bad input through the real gateway. Each answer is judged by oracle.ts.
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { signToken } from "../../scripts/stack/keys.ts";
import { type Stack, startStack } from "../../scripts/stack/stack.ts";
import { userIds } from "../support/roles.ts";
import { type Caller, callsOf } from "./calls.ts";
import { type ApiFunction, type FunctionRow, functionsQuery, groupFunctions } from "./catalog.ts";
import { type Body, goodCalls } from "./examples.ts";
import { stubOf } from "./stub.ts";
import { again, seed } from "./day_seed.ts";
import { Findings } from "./findings.ts";
import { type Answer, fault } from "./oracle.ts";
import { seedForFuzz } from "./seed.ts";
import { deepJson } from "./values.ts";

const leastCalls = Number(Deno.env.get("FUZZ_CALLS") ?? 6_000);
/** Counting every table costs as much as ten calls, so only some refusals are checked for leftovers. */
const countEvery = 25;

interface Setup {
  stack: Stack;
  headers: Record<Caller, Record<string, string>>;
  functions: ApiFunction[];
  examples: Record<string, Body[]>;
  uuids: string[];
}

async function setUp(): Promise<Setup> {
  // No ticks: what a refused call leaves behind must be told from what the engine does by itself.
  const stack = await startStack({ tier: "embedded", port: 0, tickSeconds: 86_400 });
  const engineer = await signToken(stack.jwtSecret, { role: "authenticated", sub: userIds.engineer });
  const headers: Setup["headers"] = {
    service_role: { apikey: stack.secretKey },
    engineer: { apikey: stack.publishableKey, authorization: `Bearer ${engineer}` },
    ml_worker: { apikey: stack.publishableKey, authorization: `Bearer ${stack.workerJwt}` },
  };
  const functions = groupFunctions(await stack.sql.unsafe<FunctionRow[]>(functionsQuery));
  const seeded = await seedForFuzz(stack);
  const uuids = [
    seeded.runId,
    seeded.predictionId,
    seeded.deliveryId,
    userIds.viewer,
    userIds.stranger,
  ];
  return { stack, headers, functions, examples: goodCalls(seeded), uuids };
}

async function post(url: string, headers: Record<string, string>, body: string): Promise<Answer> {
  const began = performance.now();
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", "content-profile": "ml", ...headers },
    body,
  });
  const answer = await response.text();
  return { status: response.status, body: answer, milliseconds: performance.now() - began };
}

/** The number of rows of every table of ours, as one text. */
async function rowCounts(stack: Stack): Promise<string> {
  const tables = await stack.sql.unsafe<{ name: string }[]>(`
    select c.oid::regclass::text as name from pg_class c
    where c.relnamespace in ('ml'::regnamespace, 'ml_private'::regnamespace) and c.relkind in ('r', 'p') and not c.relispartition
    order by 1`);
  const counts = tables.map(({ name }) => `select '${name}=' || count(*) as n from ${name}`);
  const rows = await stack.sql.unsafe<{ n: string }[]>(counts.join(" union all "));
  return rows.map((row) => row.n).join(" ");
}

/** How many calls of a function were answered with a result. */
async function fuzzFunction(setup: Setup, api: ApiFunction, runs: number, findings: Findings): Promise<number> {
  const { stack, headers } = setup;
  const calls = fc.sample(callsOf(api, setup.examples[api.name] ?? [], setup.uuids), { numRuns: runs, seed });
  let accepted = 0;
  for (const [index, call] of calls.entries()) {
    const counted = index % countEvery === 0;
    const before = counted ? await rowCounts(stack) : "";
    const body = JSON.stringify(call.body);
    const answer = await post(`${stack.url}/rest/v1/rpc/${api.name}`, headers[call.caller], body);
    const example = `${api.name} as ${call.caller}: ${body}\n    → ${answer.status} ${answer.body.slice(0, 400)}`;
    const found = fault(answer, call.fits);
    if (found) findings.add(`${api.name}: ${found}`, example);
    if (answer.status < 300) accepted++;
    if (counted && answer.status >= 400) {
      const after = await rowCounts(stack);
      if (after !== before) {
        findings.add(`${api.name}: a refused call left rows behind`, `${example}\n${before}\n${after}`);
      }
    }
  }
  return accepted;
}

// Input that is refused at the door every time would show nothing of what lies behind it. On a platform of its own, since most good calls can be made once.
Deno.test("every function of the API accepts one of its examples", async () => {
  const { stack, headers, functions, examples } = await setUp();
  try {
    const refused = new Map(functions.map((api) => [api.name, `it has no example; begin with:\n${stubOf(api)}`]));
    // Some need what others leave behind, as a job to be retried.
    for (let round = 0; round < 3 && refused.size > 0; round++) {
      for (const name of [...refused.keys()]) {
        for (const body of examples[name] ?? []) {
          const answer = await post(`${stack.url}/rest/v1/rpc/${name}`, headers.service_role, JSON.stringify(body));
          if (answer.status < 300) refused.delete(name);
          else if (refused.has(name)) refused.set(name, answer.body);
        }
      }
    }
    assertEquals(Object.fromEntries(refused), {});
  } finally {
    await stack.stop();
  }
});

Deno.test("no bad input gets an internal error or leaves rows behind", async (t) => {
  console.log(`fuzz seed ${seed}: ${again}`);
  const setup = await setUp();
  try {
    await t.step("every function of the API has an example of a good call, and every example a function", () => {
      assertEquals(Object.keys(setup.examples).toSorted(), setup.functions.map((api) => api.name).toSorted());
    });
    await t.step(`at least ${leastCalls} calls over every function of the API`, async () => {
      assert(setup.functions.length > 0, "the schema ml holds no function");
      const findings = new Findings();
      const runs = Math.ceil(leastCalls / setup.functions.length);
      const accepted = new Map<string, number>();
      for (const api of setup.functions) accepted.set(api.name, await fuzzFunction(setup, api, runs, findings));
      const total = [...accepted.values()].reduce((sum, n) => sum + n, 0);
      console.log(`${runs * setup.functions.length} calls of ${setup.functions.length} functions, ${total} accepted`);
      findings.assertNone();
    });
    await t.step("bodies that are no arguments at all", () => refuseBodies(setup));
    await t.step("bodies of 10 MB", () => refuseHugeBodies(setup));
    await t.step("functions that do not exist", () => refuseUnknownFunctions(setup));
  } finally {
    await setup.stack.stop();
  }
});

async function refuseBodies({ stack, headers, functions }: Setup) {
  const findings = new Findings();
  const bodies = [
    "",
    "{",
    "nope",
    "null",
    "1",
    '"text"',
    "[1,2]",
    "[[[]]]",
    '{"a":1,"a":2}',
    '{"\\u0000":1}',
    JSON.stringify(deepJson(200)),
    "[".repeat(5000),
    "\u0000",
    '{"x":1e999}',
    '{"x":\ud83d}',
  ];
  for (const api of functions) {
    for (const body of bodies) {
      const answer = await post(`${stack.url}/rest/v1/rpc/${api.name}`, headers.service_role, body);
      const found = fault(answer, false);
      if (found) findings.add(`${api.name}: ${found}`, `body ${JSON.stringify(body.slice(0, 100))}`);
    }
  }
  findings.assertNone();
}

async function refuseHugeBodies({ stack, headers, functions }: Setup) {
  const findings = new Findings();
  for (const api of functions) {
    const argument = api.arguments.find((a) => a.type === "jsonb" || a.type === "text");
    if (!argument) continue;
    const body = JSON.stringify({ [argument.name]: "x".repeat(10_000_000) });
    const before = await rowCounts(stack);
    const answer = await post(`${stack.url}/rest/v1/rpc/${api.name}`, headers.service_role, body);
    const found = fault(answer, false) ?? (answer.status < 400 ? `10 MB were taken with ${answer.status}` : null);
    if (found) findings.add(`${api.name}: ${found}`, `10 MB in ${argument.name}`);
    if (await rowCounts(stack) !== before) findings.add(`${api.name}: a refused call left rows behind`, "10 MB");
  }
  findings.assertNone();
}

async function refuseUnknownFunctions({ stack, headers }: Setup) {
  for (const name of ["nope", "pg_sleep", "claim_jobs;drop", "%00", "ml.claim_jobs", "a".repeat(3000), "💥"]) {
    const answer = await post(`${stack.url}/rest/v1/rpc/${encodeURIComponent(name)}`, headers.service_role, "{}");
    assertEquals(fault(answer, false), null, name);
    assert(answer.status >= 400, `${name} gave ${answer.status}`);
  }
}
