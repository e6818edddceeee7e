// The judge of the fuzz tests, judged.
import { assertEquals, assertMatch } from "@std/assert";
import { edgeFault, fault } from "./oracle.ts";
import { stubOf } from "./stub.ts";

const answer = (status: number, body: unknown, milliseconds = 1) => ({
  status,
  body: typeof body === "string" ? body : JSON.stringify(body),
  milliseconds,
});
const refusal = (code: string, details: string | null, message = "x is wrong") => ({
  code,
  message,
  details,
  hint: null,
});

Deno.test("an answer and a refusal in our form are in order", () => {
  assertEquals(fault(answer(200, "{}"), true), null);
  assertEquals(fault(answer(400, refusal("22023", "invalid_name")), true), null);
  assertEquals(fault(answer(409, refusal("PT409", "lease_lost")), true), null);
  assertEquals(fault(answer(403, refusal("42501", null, "permission denied for function f")), true), null);
});

Deno.test("a server error, an internal error and a missing grant are faults, whatever was sent", () => {
  for (const fits of [true, false]) {
    assertMatch(fault(answer(500, "boom"), fits) ?? "", /^HTTP 500/);
    assertMatch(fault(answer(400, refusal("XX000", null)), fits) ?? "", /internal error/);
    assertMatch(fault(answer(400, refusal("57014", null)), fits) ?? "", /internal error/);
    assertMatch(fault(answer(400, refusal("42P01", null)), fits) ?? "", /database error/);
    assertMatch(
      fault(answer(403, refusal("42501", null, "permission denied for table t")), fits) ?? "",
      /missing grant/,
    );
    assertMatch(fault(answer(200, "{}", 60_000), fits) ?? "", /^took/);
  }
});

Deno.test("a failed cast is the gateway's business only when the argument did not fit its type", () => {
  assertEquals(fault(answer(400, refusal("22P02", null)), false), null);
  assertMatch(fault(answer(400, refusal("22P02", null)), true) ?? "", /database error/);
  assertEquals(fault(answer(404, refusal("PGRST202", "Searched for …")), false), null);
  assertMatch(fault(answer(404, refusal("PGRST202", "Searched for …")), true) ?? "", /gateway/);
});

Deno.test("an error of ours without its snake_case code, and one that is no JSON, are faults", () => {
  assertMatch(fault(answer(400, refusal("22023", null)), true) ?? "", /no snake_case code/);
  assertMatch(fault(answer(400, refusal("22023", "Token is invalid.")), true) ?? "", /no snake_case code/);
  assertMatch(fault(answer(400, "nope"), true) ?? "", /not JSON/);
  assertMatch(fault(answer(400, { error: "x" }), true) ?? "", /no code and message/);
});

Deno.test("an edge function may refuse with codes of its own, never with an internal one", () => {
  assertEquals(edgeFault(answer(413, refusal("PT413", "payload_too_large"))), null);
  assertMatch(edgeFault(answer(400, refusal("42703", null))) ?? "", /internal error/);
  assertMatch(edgeFault(answer(502, refusal("x", null))) ?? "", /^HTTP 502/);
});

Deno.test("a function without an example is told with the beginning of one", () => {
  const optional = false;
  const api = {
    name: "log",
    arguments: [{ name: "run_id", type: "uuid", optional }, { name: "tags", type: "jsonb", optional }, {
      name: "ids",
      type: "bigint[]",
      optional,
    }, { name: "note", type: "text", optional }],
  };
  assertEquals(stubOf(api), 'log: [{ run_id: s.runId, tags: {}, ids: [], note: "x" }],');
});
