// Every function of the API, called with bad input through the real gateway. Each answer is judged by oracle.ts.
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { signToken } from "../../scripts/stack/keys.ts";
import { type Stack, startStack } from "../../scripts/stack/stack.ts";
import { userIds } from "../support/roles.ts";
import { type ApiFunction, functionsQuery, groupFunctions } from "./catalog.ts";
import { Findings } from "./findings.ts";
import { type Answer, fault } from "./oracle.ts";
import { seedForFuzz } from "./seed.ts";
import { anything, deepJson, fitting, text } from "./values.ts";

const seed = Number(Deno.env.get("FUZZ_SEED") ?? 20261123);
const leastCalls = 5_000;
/** Counting every table costs as much as ten calls, so only some refusals are checked for leftovers. */
const countEvery = 25;

type Caller = "service_role" | "engineer" | "ml_worker";
const callers: Caller[] = ["service_role", "engineer", "ml_worker"];

interface Call {
  caller: Caller;
  body: Record<string, unknown>;
  /** Every argument has a value of its type and none is missing or unknown. */
  fits: boolean;
}

interface Setup {
  stack: Stack;
  headers: Record<Caller, Record<string, string>>;
  functions: ApiFunction[];
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
  const functions = groupFunctions(await stack.sql(functionsQuery));
  const uuids = await seedForFuzz(stack);
  return { stack, headers, functions, uuids };
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

/** Calls of one function: mostly arguments that fit their types, some that do not, some missing, some unknown. */
function callsOf(api: ApiFunction, uuids: string[]): fc.Arbitrary<Call> {
  const argument = (type: string, optional: boolean) =>
    fc.oneof(
      { weight: 12, arbitrary: fitting(type, uuids).map((value) => ({ value, fits: true, given: true })) },
      { weight: 2, arbitrary: fc.constant({ value: null, fits: true, given: true }) },
      { weight: optional ? 8 : 0, arbitrary: fc.constant({ value: null, fits: true, given: false }) },
      { weight: 1, arbitrary: anything.map((value) => ({ value, fits: false, given: true })) },
    );
  const extra = fc.option(fc.tuple(text, anything), { freq: 30 });
  return fc.tuple(
    fc.constantFrom(...callers),
    fc.tuple(...api.arguments.map((a) => argument(a.type, a.optional))),
    extra,
  ).map(([caller, values, unknown]) => {
    const body: Record<string, unknown> = {};
    let fits = unknown === null;
    api.arguments.forEach((a, i) => {
      const chosen = values[i]!;
      fits &&= chosen.fits && !holdsNul(chosen.value);
      if (chosen.given) body[a.name] = chosen.value;
    });
    if (unknown) body[unknown[0]] = unknown[1];
    return { caller, body, fits };
  });
}

/** Neither text nor jsonb can hold NUL, and lone surrogates are no text either. */
function holdsNul(value: unknown): boolean {
  const written = JSON.stringify(value) ?? "";
  return /\\u0000|\\ud[89a-f][0-9a-f]{2}/i.test(written);
}

/** The number of rows of every table of ours, as one text. */
async function rowCounts(stack: Stack): Promise<string> {
  const tables = await stack.sql<{ name: string }>(`
    select c.oid::regclass::text as name from pg_class c
    where c.relnamespace in ('ml'::regnamespace, 'ml_private'::regnamespace) and c.relkind in ('r', 'p') and not c.relispartition
    order by 1`);
  const counts = tables.map(({ name }) => `select '${name}=' || count(*) as n from ${name}`);
  const rows = await stack.sql<{ n: string }>(counts.join(" union all "));
  return rows.map((row) => row.n).join(" ");
}

async function fuzzFunction(setup: Setup, api: ApiFunction, runs: number, findings: Findings): Promise<number> {
  const { stack, headers } = setup;
  const calls = fc.sample(callsOf(api, setup.uuids), { numRuns: runs, seed });
  for (const [index, call] of calls.entries()) {
    const counted = index % countEvery === 0;
    const before = counted ? await rowCounts(stack) : "";
    const body = JSON.stringify(call.body);
    const answer = await post(`${stack.url}/rest/v1/rpc/${api.name}`, headers[call.caller], body);
    const example = `${api.name} as ${call.caller}: ${body}\n    → ${answer.status} ${answer.body.slice(0, 400)}`;
    const found = fault(answer, call.fits);
    if (found) findings.add(`${api.name}: ${found}`, example);
    if (counted && answer.status >= 400) {
      const after = await rowCounts(stack);
      if (after !== before) {
        findings.add(`${api.name}: a refused call left rows behind`, `${example}\n${before}\n${after}`);
      }
    }
  }
  return calls.length;
}

Deno.test("no bad input gets an internal error or leaves rows behind", async (t) => {
  console.log(`fuzz seed ${seed} (FUZZ_SEED changes it)`);
  const setup = await setUp();
  try {
    await t.step(`at least ${leastCalls} calls over every function of the API`, async () => {
      assert(setup.functions.length > 0, "the schema ml holds no function");
      const findings = new Findings();
      const runs = Math.ceil(leastCalls / setup.functions.length);
      let calls = 0;
      for (const api of setup.functions) calls += await fuzzFunction(setup, api, runs, findings);
      console.log(`${calls} calls of ${setup.functions.length} functions`);
      assert(calls >= leastCalls);
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
