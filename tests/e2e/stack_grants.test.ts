// Since October 2026 a Supabase project grants nothing on new tables in public; the local tiers do not either.
import { assertEquals } from "@std/assert";
import { until } from "../support/waiting.ts";
import { onBothTiers } from "./stack_fixture.ts";

onBothTiers((test) => {
  test("a new table in public is nobody's until it is granted by name, as on a hosted project", async (f) => {
    const { stack } = f;
    await stack.sql`create table public.fresh (id integer)`;
    await stack.sql`insert into public.fresh values (7)`;
    const read = async (key: string, token?: string) => {
      const headers = {
        apikey: key,
        "accept-profile": "public",
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      };
      const response = await fetch(`${stack.url}/rest/v1/fresh?select=id`, { headers });
      return [response.status, (await response.json()).code ?? "rows"];
    };
    const user = await f.userToken();
    // Until the gateway has seen the table it does not know it; it knows it and refuses from then on.
    await until("the gateway knows the table", async () => (await read(stack.secretKey))[1] !== "PGRST205");
    assertEquals(await read(stack.secretKey), [403, "42501"]);
    assertEquals(await read(stack.publishableKey, user), [403, "42501"]);
    assertEquals(await read(stack.publishableKey), [401, "42501"]);
    await stack.sql`grant select on public.fresh to service_role`;
    assertEquals(await read(stack.secretKey), [200, "rows"]);
    assertEquals(await read(stack.publishableKey, user), [403, "42501"]);
  });
});
