// The edge functions, sent what no client of theirs would send.
import { assert } from "@std/assert";
import fc from "fast-check";
import { signToken } from "../../scripts/stack/keys.ts";
import { type Stack, startStack } from "../../scripts/stack/stack.ts";
import { userIds } from "../support/roles.ts";
import { Findings } from "./findings.ts";
import { edgeFault } from "./oracle.ts";
import { anything, deepJson, json, text } from "./values.ts";

const seed = Number(Deno.env.get("FUZZ_SEED") ?? 20261123);
const runsEach = 150;

const routes = ["inference/predict", "inference", "inference/nope", "webhooks", "webhooks/nope", "nope"];

const predictBody = fc.record({
  model: fc.oneof(text, anything),
  entities: fc.oneof(json, fc.dictionary(text, fc.array(anything, { maxLength: 3 }), { maxKeys: 2 })),
  inputs: fc.oneof(
    json,
    fc.array(fc.array(fc.constantFrom(0, 1e300, null, "NaN"), { maxLength: 3 }), { maxLength: 3 }),
  ),
  version: anything,
}, { requiredKeys: [] });

const rawBodies = [
  "",
  "{",
  "null",
  "[]",
  "1",
  '"text"',
  '{"model":"\\u0000"}',
  '{"model":"fuzz","inputs":[[NaN]]}',
  '{"model":"fuzz","inputs":[[1e999]]}',
  JSON.stringify({ model: "fuzz", inputs: deepJson(200) }),
  "[".repeat(50_000),
  JSON.stringify({ model: "fuzz", inputs: Array(1001).fill([1]) }),
  JSON.stringify({ model: "fuzz", entities: { id: Array(5000).fill(1) } }),
  "\u0000\u0001\u0002",
  JSON.stringify({ model: "x".repeat(10_000_000) }),
];

interface Setup {
  stack: Stack;
  keys: Record<string, Record<string, string>>;
}

async function setUp(): Promise<Setup> {
  const stack = await startStack({ tier: "embedded", port: 0, tickSeconds: 86_400 });
  const stranger = await signToken(stack.jwtSecret, { role: "authenticated", sub: userIds.stranger });
  return {
    stack,
    keys: {
      secret: { apikey: stack.secretKey },
      stranger: { apikey: stack.publishableKey, authorization: `Bearer ${stranger}` },
      nobody: {},
      "a false token": { apikey: stack.publishableKey, authorization: "Bearer a.b.c" },
    },
  };
}

async function tryAll({ stack, keys }: Setup, route: string, bodies: string[], methods: string[], findings: Findings) {
  for (const [who, headers] of Object.entries(keys)) {
    for (const method of methods) {
      for (const body of bodies) {
        const began = performance.now();
        const response = await fetch(`${stack.url}/functions/v1/${route}`, {
          method,
          headers: { "content-type": "application/json", ...headers },
          body: method === "GET" ? undefined : body,
        });
        const answer = {
          status: response.status,
          body: await response.text(),
          milliseconds: performance.now() - began,
        };
        const found = edgeFault(answer);
        if (found) findings.add(`${route}: ${found}`, `${method} as ${who}: ${body.slice(0, 300)}`);
      }
    }
  }
}

Deno.test("no bad input gets an internal error from an edge function", async (t) => {
  console.log(`fuzz seed ${seed} (FUZZ_SEED changes it)`);
  const setup = await setUp();
  try {
    for (const route of routes) {
      await t.step(`${route}: bodies that are not what it takes`, async () => {
        const findings = new Findings();
        await tryAll(setup, route, rawBodies, ["POST"], findings);
        const generated = fc.sample(predictBody, { numRuns: runsEach, seed }).map((body) => JSON.stringify(body));
        await tryAll({ ...setup, keys: { secret: setup.keys["secret"]! } }, route, generated, ["POST"], findings);
        findings.assertNone();
      });
      await t.step(`${route}: other methods`, async () => {
        const findings = new Findings();
        await tryAll(setup, route, ["{}"], ["GET", "PUT", "DELETE", "PATCH"], findings);
        findings.assertNone();
      });
    }
    await t.step("without a key nothing is answered", async () => {
      for (const route of ["inference/predict", "webhooks"]) {
        const response = await fetch(`${setup.stack.url}/functions/v1/${route}`, { method: "POST", body: "{}" });
        await response.text();
        assert(response.status === 401 || response.status === 403, `${route} answered ${response.status} to nobody`);
      }
    });
  } finally {
    await setup.stack.stop();
  }
});
