// The token function's own decisions: what it signs, for how long, and what it says where it cannot.
import { assertEquals, assertRejects } from "@std/assert";
import { decodeProtectedHeader, exportJWK, generateKeyPair, importJWK, jwtVerify } from "jose";
import { ApiError } from "../../supabase/functions/_shared/errors.ts";
import { callerOf, service } from "../../supabase/functions/_shared/caller.ts";
import { handlersWith } from "../../supabase/functions/token/handler.ts";
import { signerWith } from "../../supabase/functions/token/sign.ts";

const claims = {
  role: "authenticated",
  sub: "00000000-0000-4000-8000-000000000003",
  ml_token: "00000000-0000-4000-8000-00000000000a",
};
const now = 1_800_000_000_000;
const issue = async (given: Record<string, unknown>) => {
  const { issue } = handlersWith({
    sign: (signed, seconds) => Promise.resolve(`${signed.ml_token} ${seconds}`),
    now: () => now,
  });
  return await issue({ caller: callerOf(given), params: undefined, query: undefined, body: undefined, arrived: now });
};

Deno.test("a JWT lasts ten minutes, or as long as the access token still does", async () => {
  const long = await issue({ ...claims, ml_scope: "viewer", exp: now / 1000 + 86_400 });
  assertEquals(long, {
    access_token: `${claims.ml_token} 600`,
    token_type: "bearer",
    expires_in: 600,
    role: "authenticated",
    scope: "viewer",
  });
  assertEquals((await issue({ ...claims, ml_scope: "viewer", exp: now / 1000 + 90 })).expires_in, 90);
  assertEquals((await issue({ ...claims, ml_scope: "viewer", exp: now / 1000 })).expires_in, 1);
});

Deno.test("who comes with a JWT of his own is given no other", async () => {
  const refusal = await assertRejects(() => issue({ role: "authenticated", sub: claims.sub }), ApiError);
  assertEquals([refusal.status, refusal.details], [400, "not_an_access_token"]);
  await assertRejects(() => issue(service.claims), ApiError);
});

for (const algorithm of ["ES256", "RS256"]) {
  Deno.test(`what a key of ${algorithm} signs, its public half verifies`, async () => {
    const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
    const key = JSON.stringify({ ...await exportJWK(privateKey), kid: "mine", alg: algorithm });
    const token = await signerWith(key, "https://ref.supabase.co/auth/v1")(claims, 600);
    assertEquals(decodeProtectedHeader(token), { alg: algorithm, kid: "mine", typ: "JWT" });
    const { payload } = await jwtVerify(token, await importJWK(await exportJWK(publicKey), algorithm), {
      issuer: "https://ref.supabase.co/auth/v1",
      audience: "authenticated",
    });
    assertEquals([payload.role, payload.sub, payload.ml_token], [claims.role, claims.sub, claims.ml_token]);
    assertEquals(payload.exp! - payload.iat!, 600);
  });
}

for (
  const [what, key] of [
    ["no key", undefined],
    ["a key that is no JSON", "secret"],
    ["a public key", '{"kty":"EC","crv":"P-256","x":"a","y":"b","kid":"k","alg":"ES256"}'],
    ["a key without a name", '{"kty":"oct","k":"c2VjcmV0","alg":"HS256"}'],
  ] as const
) {
  Deno.test(`with ${what} nothing is signed, and nothing of it is told`, async () => {
    const refusal = await assertRejects(() => signerWith(key, "x")(claims, 1), ApiError);
    assertEquals([refusal.status, refusal.details], [503, "no_signing_key"]);
    assertEquals(/secret(?!s? ML_SIGNING_KEY)|c2VjcmV0/.test(refusal.message), false);
  });
}
