// Every page of the documentation: SQL examples run in order in a fresh database, links lead somewhere, commands exist.
//
// A fence ```sql runs as the owner; ```sql as=engineer as that member; ```sql fails=PT409 must be refused with that code;
// ```sql run=no is only shown.
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { dirname, join } from "node:path";
import postgres from "postgres";
import { filesUnder } from "../../scripts/test/files.ts";
import { fromRoot } from "../../scripts/test/paths.ts";
import { withTestDatabase } from "../support/database.ts";
import { asRole, type Caller, callers } from "../support/roles.ts";
import { type Example, examplesOf, localLinks, npmScripts } from "./pages.ts";

const pages = [
  ...await filesUnder("docs", ".md"),
  ...(await filesUnder("sql", ".md")),
  ...[
    "README.md",
    "worker/README.md",
    "clients/python/README.md",
    "deploy/README.md",
    "supabase/functions/README.md",
    "tests/README.md",
  ].filter(
    isThere,
  ),
];

function isThere(path: string): boolean {
  try {
    Deno.statSync(fromRoot(path));
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function run(sql: postgres.Sql, example: Example): Promise<string | null> {
  const who = example.options["as"];
  try {
    if (who) {
      assert((callers as readonly string[]).includes(who), `there is no caller named ${who}`);
      await asRole(sql, who as Caller, (tx) => tx.unsafe(example.text));
    } else await sql.unsafe(example.text);
    return null;
  } catch (error) {
    if (error instanceof postgres.PostgresError) return `${error.code} ${error.message}`;
    throw error;
  }
}

for (const page of pages) {
  const text = await Deno.readTextFile(fromRoot(page));
  const examples = examplesOf(text).filter((e) => e.language === "sql" && e.options["run"] !== "no");

  if (examples.length > 0) {
    Deno.test(`${page}: the SQL examples do what the page says`, async () => {
      await withTestDatabase({ name: "docs" }, async ({ sql }) => {
        for (const example of examples) {
          const refusal = await run(sql, example);
          const expected = example.options["fails"];
          if (expected) assertEquals(refusal?.split(" ")[0], expected, `${page}:${example.line}: ${refusal}`);
          else assertEquals(refusal, null, `${page}:${example.line}`);
        }
      });
    });
  }

  Deno.test(`${page}: links lead to files and commands exist`, async () => {
    for (const link of localLinks(text)) {
      assert(isThere(join(dirname(page), link)), `${page} links to ${link}, which is not there`);
    }
    const { scripts } = JSON.parse(await Deno.readTextFile(fromRoot("package.json"))) as {
      scripts: Record<string, string>;
    };
    for (const name of npmScripts(text)) assert(name in scripts, `${page} names npm run ${name}, which does not exist`);
  });
}

Deno.test("a page's examples, links and commands are found", () => {
  const page =
    "See [a](./a.md#x), [b](https://b.example) and `npm run db:build`.\n```sql as=viewer fails=42501\nselect 1;\n```\n";
  assertEquals(examplesOf(page), [{
    line: 3,
    language: "sql",
    options: { as: "viewer", fails: "42501" },
    text: "select 1;\n",
  }]);
  assertEquals(localLinks(page), ["./a.md"]);
  assertEquals(npmScripts(page), ["db:build"]);
});

interface Online {
  results: { values: number[] }[];
}

// The page's own code, with the database behind a client of one method.
Deno.test("README.md: the first feature view works on what npm start -- --seed makes", async () => {
  const code = examplesOf(await Deno.readTextFile(fromRoot("README.md"))).find(({ language }) => language === "ts")!;
  const example = Function(
    ...["createClient", "process", "email", "password"],
    `return (async () => { ${code.text.replace(/^import .*$/m, "")}\nreturn data; })()`,
  );
  await withTestDatabase({ name: "docs" }, async ({ sql }) => {
    await sql.unsafe(await Deno.readTextFile(fromRoot("supabase/seed.sql")));
    const rpc = (name: string, args: Record<string, postgres.SerializableParameter>) => {
      const named = Object.keys(args).map((key, index) => `${key} => $${index + 1}`);
      const call = `select ml.${name}(${named}) as data`;
      return asRole(sql, "service_role", async (tx) => (await tx.unsafe(call, Object.values(args)))[0]);
    };
    const client = { auth: { signInWithPassword: () => {} }, schema: () => ({ rpc }) };
    const { results }: Online = await example(() => client, { env: {} }, "", "");
    const [newest] = await sql<{ total: number }[]>`
      select total from public.order_totals where customer_id = 42 order by updated_at desc limit 1`;
    assertAlmostEquals(results[1]!.values[0]!, Math.log(newest!.total + 1), 1e-12);
  });
});
