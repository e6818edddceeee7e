// Access tokens on a whole stack: shown to a function as they are, exchanged for a JWT for REST and Realtime.
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { createClient } from "@supabase/supabase-js";
import { listen } from "../../scripts/demo/listening.ts";
import { signToken } from "../../scripts/stack/keys.ts";
import { type Stack, startStack } from "../../scripts/stack/stack.ts";
import { ensureMembers, userIds } from "../support/roles.ts";

interface Made {
  id: string;
  token: string;
}

function clientAs(stack: Stack, token: string) {
  return createClient(stack.url, stack.publishableKey, { accessToken: () => Promise.resolve(token) });
}

const mlAs = (stack: Stack, token: string) => clientAs(stack, token).schema("ml");

async function makeToken(stack: Stack, who: "engineer" | "admin", scope: string): Promise<Made> {
  const ml = mlAs(stack, await signToken(stack.jwtSecret, { role: "authenticated", sub: userIds[who] }));
  const { data, error } = await ml.rpc("create_access_token", { name: "notebook", scope });
  if (error) throw new Error(error.message);
  return data as Made;
}

async function post(stack: Stack, name: string, bearer: string, body?: unknown) {
  const response = await fetch(`${stack.url}/functions/v1/${name}`, {
    method: "POST",
    headers: { apikey: stack.publishableKey, authorization: `Bearer ${bearer}` },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

for (const tier of ["embedded", "native"] as const) {
  Deno.test(`a program's token opens functions, and by exchange REST and Realtime (${tier})`, async (t) => {
    const stack = await startStack({ tier, port: 0 });
    try {
      await ensureMembers(stack.sql);
      const viewer = await makeToken(stack, "engineer", "viewer");
      await t.step("a function takes it as it is", async () => {
        const { status, body } = await post(stack, "inference/predict", viewer.token, {
          model: "none",
          entities: { id: [1] },
        });
        assertEquals([status, body.details], [404, "model_not_found"]);
      });
      const { body: issued } = await post(stack, "token", viewer.token);
      await t.step("the token function gives a JWT for it", () => {
        assertEquals([issued.token_type, issued.expires_in, issued.scope], ["bearer", 600, "viewer"]);
      });
      await t.step("REST knows the caller by that JWT, as no more than the token's scope", async () => {
        const ml = mlAs(stack, issued.access_token);
        assertEquals((await ml.rpc("get_my_role")).data, "viewer");
        assertEquals((await ml.rpc("enqueue_job", { kind: "x" })).error?.code, "42501");
        assertEquals((await ml.from("access_tokens").select("name")).data, [{ name: "notebook" }]);
      });
      await t.step("so does Realtime", async () => {
        const listening = await listen(clientAs(stack, issued.access_token), "ml:jobs");
        await listening.close();
      });
      await t.step("a worker's token makes a worker", async () => {
        const worker = await makeToken(stack, "admin", "worker");
        const { body } = await post(stack, "token", worker.token);
        assertEquals([body.role, body.scope], ["ml_worker", "ml_worker"]);
        const ml = mlAs(stack, body.access_token);
        assertEquals((await ml.rpc("claim_jobs", { worker_id: "w" })).data, []);
      });
      await t.step("revoked, neither it nor the JWT is worth anything", async () => {
        const ml = mlAs(
          stack,
          await signToken(stack.jwtSecret, { role: "authenticated", sub: userIds.engineer }),
        );
        assertEquals((await ml.rpc("revoke_access_token", { token_id: viewer.id })).error, null);
        const refused = await post(stack, "token", viewer.token);
        assertEquals([refused.status, refused.body.details], [401, "token_invalid"]);
        assertEquals((await post(stack, "inference/predict", viewer.token, {})).status, 401);
        assertEquals((await mlAs(stack, issued.access_token).rpc("get_my_role")).data, "none");
        const refusal = await assertRejects(() => listen(clientAs(stack, issued.access_token), "ml:jobs"));
        assertMatch(String(refusal), /Unauthorized|permissions/);
      });
      await t.step("a token that nobody made, and a member's own JWT, are given none", async () => {
        assertEquals((await post(stack, "token", `aiml_${"0".repeat(64)}`)).body.details, "token_invalid");
        const own = await signToken(stack.jwtSecret, { role: "authenticated", sub: userIds.admin });
        assertEquals((await post(stack, "token", own)).body.details, "not_an_access_token");
        assert((await post(stack, "token", "aiml_0")).status === 401);
      });
    } finally {
      await stack.stop();
    }
  });
}
