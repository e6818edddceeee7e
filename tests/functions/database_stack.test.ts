// Functions and REST on the database of each local tier at once: on the embedded one they share a single session.
import { assertEquals } from "@std/assert";
import { createClient } from "@supabase/supabase-js";
import { signToken } from "../../scripts/stack/keys.ts";
import { type Stack, startStack } from "../../scripts/stack/stack.ts";
import { callerOf } from "../../supabase/functions/_shared/caller.ts";
import { databaseOf } from "../../supabase/functions/_shared/database.ts";
import { Pool } from "../../supabase/functions/_shared/pool.ts";
import { type Caller, claimsOf, ensureMembers, userIds } from "../support/roles.ts";

const members = ["stranger", "viewer", "engineer", "admin"] as const;
const roleOf = (who: Caller) => who === "stranger" ? "none" : who;

async function restAs(stack: Stack, who: keyof typeof userIds): Promise<() => Promise<unknown>> {
  const token = await signToken(stack.jwtSecret, { role: "authenticated", sub: userIds[who] });
  const ml = createClient(stack.url, stack.publishableKey, { accessToken: () => Promise.resolve(token) }).schema("ml");
  return async () => {
    const { data, error } = await ml.rpc("get_my_role");
    return error ?? data;
  };
}

for (const tier of ["embedded", "native"] as const) {
  Deno.test(`callers of functions and of REST keep apart when they come at once (${tier})`, async () => {
    const stack = await startStack({ tier });
    const pool = new Pool(stack.dbUrl);
    try {
      await ensureMembers(stack.sql);
      const rest = new Map(await Promise.all(members.map(async (who) => [who, await restAs(stack, who)] as const)));
      const asCaller = databaseOf(() => pool);
      const direct = (who: Caller) => asCaller(callerOf(claimsOf(who)));
      const turns = Array.from({ length: 120 }, (_, i) => i);
      await Promise.all(turns.map(async (i) => {
        const who = members[i % 4]!;
        const [mine, other] = [direct(who).call("get_my_role", {} as never), rest.get(members[(i + 1) % 4]!)!()];
        // One that is refused in between, and one that writes.
        const refused = direct("viewer").call("create_experiment", { name: "x" }).catch((error) => error.code);
        const made = i % 10 === 0 && direct("engineer").call("create_experiment", { name: `made ${i}` });
        assertEquals(await Promise.all([mine, other, refused]), [roleOf(who), roleOf(members[(i + 1) % 4]!), "42501"]);
        await made;
      }));
      const long = { model: "x".repeat(3_000_000) };
      const refusal = await direct("viewer").call("resolve_prediction", long).catch((error) => error.code);
      assertEquals(refusal, "PT404");
      const [{ made } = {}] = await stack
        .sql`select count(*)::int as made from ml.experiments where name like 'made %'`;
      assertEquals(made, 12);
      const [session] = await stack.sql`
        select current_setting('role') as role, current_setting('request.jwt.claims', true) as claims`;
      assertEquals([session!.role, session!.claims || null], ["none", null]);
    } finally {
      await pool.end();
      await stack.stop();
    }
  });
}
