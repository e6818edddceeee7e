// The golden files show the privilege matrix; these are the rules that any state of it must keep.
import { assert, assertEquals } from "@std/assert";
import { letInByFunction } from "../../../scripts/test/api_access.ts";
import { withTestDatabase } from "../../support/database.ts";
import { asRole, type Caller, callers } from "../../support/roles.ts";
import type postgres from "postgres";

/** What a signed-in user who is no member may call: to learn that. */
const openToStrangers = ["ml.get_my_role"];

Deno.test("who may call what keeps the order of the roles", async (t) => {
  await withTestDatabase({ name: "privileges" }, async ({ sql }) => {
    const access = await letInByFunction(sql);
    const reach = (who: Caller) => [...access].filter(([, letIn]) => letIn.includes(who)).map(([name]) => name);
    assert(access.size > 0, "the schema ml holds no function");

    await t.step("anon is let in nowhere", () => assertEquals(reach("anon"), []));
    await t.step("a stranger can only ask who they are", () => {
      assertEquals(reach("stranger").filter((name) => !openToStrangers.includes(name)), []);
    });
    for (const [lower, higher] of [["viewer", "engineer"], ["engineer", "admin"], ["admin", "service_role"]] as const) {
      await t.step(`${higher} may do all that ${lower} may`, () => {
        assertEquals(reach(lower).filter((name) => !reach(higher).includes(name)), []);
      });
    }
    await t.step("service_role may do all", () => assertEquals(reach("service_role").length, access.size));
    await t.step("an admin may do more than an engineer, an engineer more than a viewer", () => {
      assert(reach("admin").length > reach("engineer").length);
      assert(reach("engineer").length > reach("viewer").length);
    });
    await t.step("a worker may manage neither members nor policies nor promotions", () => {
      const forbidden = /^ml\.(add_member|remove_member|set_promotion_policy|promote_model|set_monitor|\w*webhook\w*)$/;
      assertEquals(reach("ml_worker").filter((name) => forbidden.test(name)), []);
    });
  });
});

Deno.test("who may read which rows", async (t) => {
  await withTestDatabase({ name: "privileges" }, async ({ sql }) => {
    const tables = await sql<{ name: string; isView: boolean }[]>`
      select oid::regclass::text as name, relkind = 'v' as "isView" from pg_class
      where relnamespace = 'ml'::regnamespace and relkind in ('r', 'p', 'v') and not relispartition order by 1`;
    for (const who of callers.filter((c) => c === "anon" || c === "stranger")) {
      await t.step(`${who} sees no row of any table`, async () => {
        for (const { name } of tables) assertEquals(await rowsSeen(sql, who, name), 0, `${who} sees rows of ${name}`);
      });
    }
    await t.step("nobody can insert, update or delete directly", async () => {
      for (const who of callers) {
        for (const { name } of tables.filter((table) => !table.isView)) {
          assertEquals(await refusal(sql, who, `delete from ${name}`), "42501", `${who} deletes from ${name}`);
          assertEquals(
            await refusal(sql, who, `insert into ${name} default values`),
            "42501",
            `${who} inserts into ${name}`,
          );
        }
      }
    });
  });
});

/** A refused read shows nothing. */
async function rowsSeen(sql: postgres.Sql, who: Caller, table: string): Promise<number> {
  try {
    const [row] = await asRole(
      sql,
      who,
      (tx) => tx.unsafe<{ n: number }[]>(`select count(*)::integer as n from ${table}`),
    );
    return row!.n;
  } catch (error) {
    if ((error as postgres.PostgresError).code === "42501") return 0;
    throw error;
  }
}

async function refusal(sql: postgres.Sql, who: Caller, statement: string): Promise<string> {
  try {
    await asRole(sql, who, (tx) => tx.unsafe(statement));
    return "allowed";
  } catch (error) {
    return (error as postgres.PostgresError).code;
  }
}
