import { runSupabase } from "./supabase_cli.ts";

export const typesFile = "supabase/functions/_shared/database.types.ts";

/** The types that `supabase gen types` makes of a database, formatted. */
export async function generateTypes(url: string, signal: AbortSignal): Promise<string> {
  const done = await runSupabase(["gen", "types", "--schema", "ml,public"], url, signal);
  if (done.code !== 0) throw new Error(`supabase gen types ended with ${done.code}: ${done.output}`);
  return await format(done.stdout);
}

async function format(text: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext=ts", "-"],
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
