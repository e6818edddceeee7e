// Holds sql/ and the migrations against each other, as databases, and runs the code twice.
import {
  connect,
  createFromLayers,
  dropDatabase,
  fileLayers,
  type Layer,
  platformLayer,
} from "../../tests/support/templates.ts";
import { type Context, fail, type Outcome } from "../test/outcome.ts";
import { root } from "../test/paths.ts";
import { describeDifference, dumpSchema, withoutColumnOrder } from "../test/schema_dump.ts";
import { readApi } from "./api.ts";
import { composeCode, composeState } from "./compose.ts";
import { migrationFiles, readRelease } from "./releases.ts";
import { readSources } from "./sources.ts";

const usage = `npm run db:check

On a server of its own, exits 1 when the databases that sql/ and supabase/migrations make have different definitions
(but for the order of columns), or when running the code a second time changes anything.
`;

/** What sql/ says, as a database without a history would be made. */
export async function sourceLayers(project: string): Promise<Layer[]> {
  const sources = await readSources(project);
  return [
    { file: "the state of sql/", text: await composeState(sources) },
    { file: "the code of sql/", text: await composeCode(sources, await readApi(sources), null) },
  ];
}

async function sourcesMatchMigrations(context: Context): Promise<string | null> {
  const definition = async (layers: Layer[]) =>
    await inDatabase(context, layers, async (url) => withoutColumnOrder(await dump(context, url)));
  const fromSources = await definition(await sourceLayers(root));
  const fromMigrations = await definition(await fileLayers(await migrationFiles()));
  if (fromSources === fromMigrations) return null;
  return `sql/ and supabase/migrations make different databases\n${
    describeDifference(fromMigrations, fromSources, ["migrations", "sql/"])
  }`;
}

async function codeRunsAgain(context: Context): Promise<string | null> {
  const layers = await fileLayers(await migrationFiles());
  return await inDatabase(context, layers, async (url) => {
    const first = await dump(context, url);
    const { codeFile } = await readRelease(root);
    const sql = connect(url);
    try {
      await sql.unsafe(layers.find((layer) => layer.file.endsWith(codeFile))!.text);
    } finally {
      await sql.end();
    }
    const second = await dump(context, url);
    if (first === second) return null;
    return `running the code again changes the database\n${describeDifference(second, first, ["again", "once"])}`;
  });
}

async function dump(context: Context, url: string): Promise<string> {
  return await dumpSchema(await context.postgresBin(), url, context.signal);
}

async function inDatabase<T>(context: Context, layers: Layer[], use: (url: string) => Promise<T>): Promise<T> {
  const server = await context.serverUrl();
  const name = `check_${crypto.randomUUID().slice(0, 8)}`;
  try {
    return await use(await createFromLayers(server, "timescale", name, [await platformLayer(), ...layers]));
  } finally {
    await dropDatabase(server, name);
  }
}

export async function dbCheck(context: Context): Promise<Outcome> {
  const faults = [await sourcesMatchMigrations(context), await codeRunsAgain(context)].filter((f) => f !== null);
  return faults.length === 0 ? { passed: 2, failed: 0, skipped: 0, output: "" } : fail(faults.join("\n\n"));
}

async function main(args: string[]): Promise<number> {
  if (args.length > 0) {
    console.log(usage);
    return args[0] === "--help" ? 0 : 2;
  }
  const { openContext } = await import("../test/context.ts");
  const context = openContext(new AbortController().signal, (line) => console.log(line));
  try {
    const outcome = await dbCheck(context);
    console.log(
      outcome.failed === 0
        ? "sql/ and the migrations make the same database, and code can be run again"
        : outcome.output,
    );
    return outcome.failed === 0 ? 0 : 1;
  } finally {
    await context.close();
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
