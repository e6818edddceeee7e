// `npm run golden`: writes what the catalog says now into the golden files; the tests require that nothing would change.
import { dirname } from "node:path";
import { connect, createFromTemplate, dropDatabase, withDatabase } from "../../tests/support/templates.ts";
import { apiAccess } from "./api_access.ts";
import { declarations, declarationsFile } from "./declarations.ts";
import type { RunContext } from "./context.ts";
import { callsFile, generateCalls, generateTypes, typesFile } from "./generated_types.ts";
import { openapiGoldens } from "./openapi.ts";
import type { Context, Outcome } from "./outcome.ts";
import { fromRoot } from "./paths.ts";
import { privilegeMatrix } from "./privileges.ts";
import { describeDifference, dumpSchema, withoutBodies } from "./schema_dump.ts";

const usage = `npm run golden

Builds a database from the migrations and writes tests/golden/schema.sql, privileges.txt, docs/declarations.md
and the generated types of the edge functions, and openapi_<function>.json from their schemas. Read the difference
before you commit it. (api_access.txt is built by npm run db:build.)
`;

const schemas = ["ml", "ml_private", "ml_datasets"];

const accessFile = "tests/golden/api_access.txt";

interface Made {
  /** each golden file, made anew */
  goldens: Record<string, string>;
  /** whom each API function lets in */
  access: string;
}

async function makeGoldens(context: Context): Promise<Made> {
  const server = await context.serverUrl();
  const bin = await context.postgresBin();
  const name = `golden_${crypto.randomUUID().slice(0, 8)}`;
  const url = await createFromTemplate(server, "timescale", name);
  const sql = connect(url);
  try {
    const goldens = {
      "tests/golden/schema.sql": withoutBodies(await dumpSchema(bin, url, context.signal, schemas)),
      "tests/golden/privileges.txt": await privilegeMatrix(sql),
      [declarationsFile]: await declarations(sql),
      [typesFile]: await generateTypes(withDatabase(server, name), context.signal),
      [callsFile]: await generateCalls(sql),
      ...openapiGoldens(),
    };
    return { goldens, access: await apiAccess(sql) };
  } finally {
    await sql.end();
    await dropDatabase(server, name);
  }
}

/** One test for each golden file, and one for the behaviour that the lines "-- api:" promise. */
export async function checkGoldens(context: Context): Promise<Outcome> {
  const outcome: Outcome = { passed: 0, failed: 0, skipped: 0, output: "" };
  const { goldens, access } = await makeGoldens(context);
  const promised = (await readIfThere(accessFile)).replace(/^#.*\n/gm, "");
  if (promised === access) outcome.passed++;
  else {
    outcome.failed++;
    const difference = describeDifference(promised, access, ['the lines "-- api:" promise', "the functions do"]);
    outcome.output += `API functions let in others than their declarations say\n${difference}\n\n`;
  }
  for (const [file, want] of Object.entries(goldens)) {
    const have = await readIfThere(file);
    if (have === want) outcome.passed++;
    else {
      outcome.failed++;
      const difference = describeDifference(have, want, ["the file has", "the database gives"]);
      outcome.output += `${file} is not current: read the difference, then run npm run golden\n${difference}\n\n`;
    }
  }
  return outcome;
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await Deno.readTextFile(fromRoot(file));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

async function write(file: string, text: string): Promise<void> {
  const path = fromRoot(file);
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeTextFile(path, text);
}

export async function writeGoldens(only?: string[]): Promise<void> {
  const { openContext } = await import("./context.ts");
  const context: RunContext = openContext(new AbortController().signal, (line) => console.log(line));
  try {
    for (const [file, text] of Object.entries((await makeGoldens(context)).goldens)) {
      if (only && !only.includes(file)) continue;
      const changed = await readIfThere(file) !== text;
      if (changed) await write(file, text);
      console.log(`${changed ? "written  " : "unchanged"} ${file}`);
    }
  } finally {
    await context.close();
  }
}

if (import.meta.main) {
  if (Deno.args.length === 0) await writeGoldens();
  else {
    console.log(usage);
    Deno.exit(Deno.args[0] === "--help" ? 0 : 2);
  }
}
