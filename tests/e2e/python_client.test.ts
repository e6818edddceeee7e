// The Python client against a real stack: the examples of its page, and every value as the database has it.
import { assertEquals } from "@std/assert";
import { ensureTestVenv, pythonPath } from "../../scripts/stack/python.ts";
import { type Stack, startStack } from "../../scripts/stack/stack.ts";
import { fromRoot } from "../../scripts/test/paths.ts";
import { examplesOf } from "../docs/pages.ts";
import { asRole, ensureMembers } from "../support/roles.ts";

// What the examples leave, as text: JSON as JavaScript reads it would bend the whole numbers.
const look = `
import json
print(json.dumps({
    "types": {name: str(kind) for name, kind in frame.dtypes.items()},
    "rows": [[str(row_id), label, total, str(count), country, gift] for row_id, label, total, count, country, gift in zip(
        *(train[name].tolist() for name in ("row_id", "label", "orders__total", "orders__items", "orders__country", "orders__gift")))],
    "time": str(train["event_time"].values[0]),
    "masked": int(items.missing.sum()),
    "online": online["results"][1]["values"],
    "shapes": [inputs.shape, labels.shape],
    "written": parquet.read_table("train.parquet").equals(train.to_arrow().select(first.schema.names)),
    "schema": {field.name: str(field.type) for field in first.schema},
}))
`;

async function engineersToken(stack: Stack): Promise<string> {
  await ensureMembers(stack.sql);
  const [made] = await asRole(
    stack.sql,
    "engineer",
    (tx) => tx<{ token: string }[]>`select ml.create_access_token('notebook', 'engineer') ->> 'token' as token`,
  );
  return made!.token;
}

Deno.test("the examples of docs/python.md run, and what they read is what the database holds", async () => {
  const { python } = await ensureTestVenv();
  const examples = examplesOf(await Deno.readTextFile(fromRoot("docs/python.md")));
  const textOf = (language: string) => examples.filter((each) => each.language === language).map((each) => each.text);
  const stack = await startStack({ tier: "embedded" });
  const folder = await Deno.makeTempDir();
  try {
    for (const sql of textOf("sql")) await stack.sql.unsafe(sql);
    const token = await engineersToken(stack);
    const { code, stdout, stderr } = await new Deno.Command(python, {
      args: ["-c", [...textOf("python"), look].join("\n")],
      cwd: folder,
      env: {
        PYTHONPATH: pythonPath,
        PYTHONDONTWRITEBYTECODE: "1",
        SUPABASE_URL: stack.url,
        SUPABASE_KEY: stack.publishableKey,
        SUPABASE_TOKEN: token,
      },
      stdout: "piped",
      stderr: "piped",
    }).output();
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
    const found = JSON.parse(new TextDecoder().decode(stdout));
    const rows = await stack.sql.unsafe<{ row: unknown[] }[]>(`
      select jsonb_build_array(
          d.row_id::text, c.churned, 100 + c.customer_id, coalesce((9007199254740992 + nullif(c.customer_id, 5 * (c.customer_id / 5)))::text, 'None'),
          o.country, o.gift) as row
      from ml_datasets.${await tableOf(stack.sql)} d
      join public.churn c using (customer_id)
      join public.orders o on o.customer_id = c.customer_id and o.updated_at = '2026-01-11Z'
      where d.split = 'train' order by d.row_id`);
    assertEquals(found.rows, rows.map(({ row }) => row));
    assertEquals(found.types, {
      row_id: "int64",
      split: "string",
      event_time: "datetime64[us, UTC]",
      customer_id: "int64",
      label: "bool",
      orders__total: "float64",
      orders__items: "Int64",
      orders__country: "string",
      orders__gift: "boolean",
    });
    assertEquals(found.time, "2026-01-12T08:30:00.250000");
    assertEquals(found.masked, rows.filter(({ row }) => row[3] === "None").length);
    assertEquals(found.online, [142]);
    assertEquals(found.shapes, [[rows.length, 4], [rows.length]]);
    assertEquals(found.written, true);
    assertEquals(found.schema["orders__items"], "int64");
  } finally {
    await Deno.remove(folder, { recursive: true });
    await stack.stop();
  }
});

async function tableOf(sql: { unsafe: (text: string) => PromiseLike<Iterable<{ name: string }>> }): Promise<string> {
  const [found] = await sql.unsafe(
    "select split_part(table_name, '.', 2) as name from ml.datasets where name = 'churn'",
  );
  return found!.name;
}
