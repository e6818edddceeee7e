// What each kind of error becomes for an HTTP caller.
import { assertEquals } from "@std/assert";
import { ApiError, errorResponse, invalid } from "../../supabase/functions/_shared/errors.ts";

/** console.error is the log of a function: what it takes down is part of the behaviour. */
async function answer(error: unknown) {
  const logged: unknown[][] = [];
  const { error: before } = console;
  console.error = (...line: unknown[]) => logged.push(line);
  try {
    const response = errorResponse(error);
    return { status: response.status, body: await response.json(), logged: logged.length };
  } finally {
    console.error = before;
  }
}

const cases: [code: string, status: number][] = [
  ["22023", 400],
  ["22P02", 400],
  ["P0002", 404],
  ["PT404", 404],
  ["PT409", 409],
  ["PT413", 413],
  ["23505", 409],
  ["42501", 403],
  ["40001", 503],
  ["53300", 503],
  ["57014", 504],
];

for (const [code, status] of cases) {
  Deno.test(`SQLSTATE ${code} is answered with ${status}, and the error passed on`, async () => {
    const error = { code, message: "m", details: "d", hint: "h" };
    assertEquals(await answer(error), { status, body: error, logged: 0 });
  });
}

for (const code of ["XX000", "42703", "42P01", "P0001", "PT200", "PT600", ""]) {
  Deno.test(`SQLSTATE "${code}" is answered with 500; its text goes to the log, not to the caller`, async () => {
    const { status, body, logged } = await answer({ code, message: "relation secret does not exist" });
    assertEquals([status, body.details, logged], [500, "internal_error", 1]);
    assertEquals(JSON.stringify(body).includes("secret"), false);
  });
}

Deno.test("an error without details or hint is answered with empty ones", async () => {
  const { body } = await answer({ code: "PT404", message: "m", details: null });
  assertEquals(body, { code: "PT404", message: "m", details: "", hint: "" });
});

Deno.test("a handler's own refusal carries its status and stable code", async () => {
  assertEquals(await answer(new ApiError(413, "body_too_large", "m", "h")), {
    status: 413,
    body: { code: "PT413", message: "m", details: "body_too_large", hint: "h" },
    logged: 0,
  });
  assertEquals((await answer(invalid("m"))).body, {
    code: "22023",
    message: "m",
    details: "invalid_argument",
    hint: "",
  });
});

Deno.test("anything else thrown is answered with 500 and logged", async () => {
  for (const thrown of [new TypeError("secret"), "secret", undefined, null, { code: 5, message: "secret" }]) {
    const { status, body, logged } = await answer(thrown);
    assertEquals([status, body.code, logged], [500, "XX000", 1]);
    assertEquals(JSON.stringify(body).includes("secret"), false);
  }
});
