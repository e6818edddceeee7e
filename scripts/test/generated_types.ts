import type postgres from "postgres";
import { runSupabase } from "./supabase_cli.ts";

export const typesFile = "supabase/functions/_shared/database.types.ts";
/** What types cannot tell at run time: how each function of the API is called. */
export const callsFile = "supabase/functions/_shared/database.calls.ts";

/** The types that `supabase gen types` makes of a database, formatted. */
export async function generateTypes(url: string, signal: AbortSignal): Promise<string> {
  const done = await runSupabase(["gen", "types", "--schema", "ml,public"], url, signal);
  if (done.code !== 0) throw new Error(`supabase gen types ended with ${done.code}: ${done.output}`);
  return await format(done.stdout);
}

interface ApiFunction {
  name: string;
  returns: string;
  names: string[] | null;
  types: string[];
}

/** Each API function with what it returns and its parameters' types, as edge functions call it. */
export async function generateCalls(sql: postgres.Sql): Promise<string> {
  const functions = await sql.begin(async (tx) => {
    // With an empty search path format_type qualifies every type that is not Postgres' own.
    await tx`select set_config('search_path', '', true)`;
    return await tx<ApiFunction[]>`
      select p.proname as name, p.proargnames as names,
        case when t.typname = 'void' then 'nothing' when p.proretset then 'rows' else 'value' end as returns,
        array(select format_type(a.oid, null) from unnest(p.proargtypes) with ordinality a(oid, n) order by n) as types
      from pg_catalog.pg_proc p
      join pg_catalog.pg_type t on t.oid = p.prorettype
      where p.pronamespace = 'ml'::regnamespace and p.prokind = 'f' and t.typname not in ('trigger', 'event_trigger')
      order by p.proname collate "C"`;
  });
  const twice = functions.find(({ name }, index) => functions[index + 1]?.name === name);
  if (twice) throw new Error(`ml.${twice.name} is there twice: edge functions call a function by its name alone`);
  const lines = functions.map(({ name, returns, names, types }) =>
    `${name}: ${JSON.stringify([returns, Object.fromEntries(types.map((type, index) => [names![index]!, type]))])},`
  );
  const head = "// Written by npm run types: how each function of the API is called.";
  return await format(`${head}\nexport const calls = {\n${lines.join("\n")}\n} as const;\n`, "--line-width=120");
}

async function format(text: string, ...options: string[]): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext=ts", ...options, "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  if (code !== 0) throw new Error(`deno fmt cannot read the generated types: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}
