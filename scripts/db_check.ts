// Builds one database from sql/ and one from the migrations and compares their definitions.
import { createFromLayers, dropDatabase, fileLayers, platformLayer } from "../tests/support/templates.ts";
import { bodiesUnread, migrationFiles, sourceFiles } from "./db_build.ts";
import { type Context, fail, type Outcome, pass } from "./test/outcome.ts";
import { describeDifference, dumpSchema } from "./test/schema_dump.ts";

const usage = `npm run db:check

Builds one database from sql/ and one from supabase/migrations, on a server of its own, and exits 1 when
their definitions differ.
`;

/** The definition that a list of files gives, applied after the platform's stand-ins. */
async function definitionFrom(context: Context, files: string[]): Promise<string> {
  const server = await context.serverUrl();
  const name = `check_${crypto.randomUUID().slice(0, 8)}`;
  try {
    const first = { file: "the first line of a migration", text: bodiesUnread };
    const layers = [await platformLayer(), first, ...await fileLayers(files)];
    const url = await createFromLayers(server, "timescale", name, layers);
    return await dumpSchema(await context.postgresBin(), url, context.signal);
  } finally {
    await dropDatabase(server, name);
  }
}

export async function dbCheck(context: Context): Promise<Outcome> {
  const fromSources = await definitionFrom(context, await sourceFiles());
  const fromMigrations = await definitionFrom(context, await migrationFiles());
  if (fromSources === fromMigrations) return pass();
  return fail(
    `sql/ and supabase/migrations make different databases\n${
      describeDifference(fromMigrations, fromSources, ["migrations", "sql/"])
    }`,
  );
}

async function main(args: string[]): Promise<number> {
  if (args.length > 0) {
    console.log(usage);
    return args[0] === "--help" ? 0 : 2;
  }
  const { openContext } = await import("./test/context.ts");
  const context = openContext(new AbortController().signal, (line) => console.log(line));
  try {
    const outcome = await dbCheck(context);
    console.log(outcome.failed === 0 ? "sql/ and the migrations make the same database" : outcome.output);
    return outcome.failed === 0 ? 0 : 1;
  } finally {
    await context.close();
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
