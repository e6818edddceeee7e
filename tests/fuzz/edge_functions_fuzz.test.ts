// The edge functions, sent what no client of theirs would send.
import { assert } from "@std/assert";
import fc from "fast-check";
import { signToken } from "../../scripts/stack/keys.ts";
import { type Stack, startStack } from "../../scripts/stack/stack.ts";
import { publishModel } from "../functions/inference_publish.ts";
import { columnsOf, expected } from "../functions/inference_support.ts";
import { userIds } from "../support/roles.ts";
import { documentSpoil } from "./calls.ts";
import { seed } from "./day_seed.ts";
import { Findings } from "./findings.ts";
import { edgeFault } from "./oracle.ts";
import { deepJson } from "./values.ts";

const runsEach = 200;

const routes = ["inference/predict", "inference", "inference/nope", "webhooks", "webhooks/nope", "nope"];

const row = expected.boosting!.rows[0]!;
/** Good requests, to be spoiled at one place: the model and its patients are there. */
const goodRequests = [
  { model: "tumours", entities: { patient_id: [1, 2] } },
  { model: "tumours", version: 1, inputs: [row, row] },
  {
    model: "tumours",
    inputs: [Object.fromEntries(columnsOf(row.length).map((column, i) => [column, row[i]]))],
  },
];
const predictBody = fc.tuple(fc.constantFrom(...goodRequests), documentSpoil).map(([body, spoil]) => spoil(body));

const rawBodies = [
  "",
  "{",
  "null",
  "[]",
  "1",
  '"text"',
  '{"model":"\\u0000"}',
  '{"model":"tumours","inputs":[[NaN]]}',
  '{"model":"tumours","inputs":[[1e999]]}',
  JSON.stringify({ model: "tumours", inputs: deepJson(200) }),
  "[".repeat(50_000),
  JSON.stringify({ model: "tumours", inputs: Array(1001).fill([1]) }),
  JSON.stringify({ model: "tumours", entities: { id: Array(5000).fill(1) } }),
  "\u0000\u0001\u0002",
  JSON.stringify({ model: "x".repeat(10_000_000) }),
];

interface Setup {
  stack: Stack;
  keys: Record<string, Record<string, string>>;
}

async function setUp(): Promise<Setup> {
  const stack = await startStack({ tier: "embedded", port: 0, tickSeconds: 86_400 });
  await publishModel(stack);
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

/** How many of the requests were answered with a result. */
async function tryAll(
  { stack, keys }: Setup,
  route: string,
  bodies: string[],
  methods: string[],
  findings: Findings,
): Promise<number> {
  let answered = 0;
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
        if (answer.status < 300) answered++;
        if (found) findings.add(`${route}: ${found}`, `${method} as ${who}: ${body.slice(0, 300)}`);
      }
    }
  }
  return answered;
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
        const secretOnly = { ...setup, keys: { secret: setup.keys["secret"]! } };
        const answered = await tryAll(secretOnly, route, generated, ["POST"], findings);
        console.log(`${route}: ${answered} of ${runsEach} spoiled requests answered`);
        // Spoiled where it does not matter, a request is still good: the model itself was reached.
        if (route === "inference/predict") assert(answered > 0 && answered < runsEach, `${answered} answered`);
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
