// What Supabase's own tools say about the schemas, on both forms of time series.
import { migrationFiles } from "../db/releases.ts";
import {
  connect,
  createFromLayers,
  createFromTemplate,
  dropDatabase,
  fileLayers,
  type Form,
  platformLayer,
} from "../../tests/support/templates.ts";
import { type Context, fail, type Outcome, pass } from "./outcome.ts";
import { fromRoot } from "./paths.ts";
import { describeDifference, dumpSchema } from "./schema_dump.ts";
import { runSupabase } from "./supabase_cli.ts";

const forms: Form[] = ["timescale", "native"];

/** Findings that say nothing about a database in which nothing has run yet. */
const meaninglessWhenFresh = ["unused_index"];
/** A procedure that commits may have no "set" clause; it sets the path itself at the beginning of each of its transactions. */
const committingProcedure = "`ml_private.tick` has a role mutable search_path";

interface Report {
  results: { name?: string; function?: string; detail?: string; issues?: unknown }[];
}

export async function lintDatabase(context: Context): Promise<Outcome> {
  const args = ["db", "lint", "--schema", "ml,ml_private", "--level", "warning", "--fail-on", "none"];
  return await onEachForm(context, args);
}

export async function adviseDatabase(context: Context): Promise<Outcome> {
  return await onEachForm(context, ["db", "advisors", "--level", "info", "--fail-on", "none"]);
}

async function onEachForm(context: Context, args: string[]): Promise<Outcome> {
  const server = await context.serverUrl();
  for (const form of forms) {
    const name = `advice_${crypto.randomUUID().slice(0, 8)}`;
    try {
      const url = await createFromTemplate(server, form, name);
      await defineHostedPlatform(url);
      const done = await runSupabase([...args, "--output-format", "json"], url, context.signal);
      if (done.code !== 0) return fail(`${form}: ended with ${done.code}\n${done.output}`);
      const { results } = JSON.parse(done.stdout) as Report;
      const findings = results.filter((finding) =>
        !meaninglessWhenFresh.includes(finding.name ?? "") && !(finding.detail ?? "").includes(committingProcedure)
      );
      if (findings.length > 0) return fail(`${form}:\n${findings.map((f) => JSON.stringify(f)).join("\n")}`);
    } finally {
      await dropDatabase(server, name);
    }
  }
  return pass();
}

/** The linter resolves names in the adapters to what only a hosted project has. */
async function defineHostedPlatform(url: string): Promise<void> {
  const sql = connect(url);
  try {
    await sql.unsafe(await Deno.readTextFile(fromRoot("tests/support/hosted_platform.sql")));
  } finally {
    await sql.end();
  }
}

/** `supabase db push`, the way to install into a project, must make what applying the files makes. */
export async function pushMigrations(context: Context): Promise<Outcome> {
  const server = await context.serverUrl();
  const bin = await context.postgresBin();
  const suffix = crypto.randomUUID().slice(0, 8);
  const [pushed, applied] = [`pushed_${suffix}`, `applied_${suffix}`];
  const dump = (url: string) => dumpSchema(bin, url, context.signal, ["ml", "ml_private", "ml_datasets"]);
  try {
    const pushedUrl = await createFromLayers(server, "timescale", pushed, [await platformLayer()]);
    const done = await runSupabase(["db", "push", "--yes"], pushedUrl, context.signal);
    if (done.code !== 0) return fail(`ended with ${done.code}\n${done.output}`);
    const layers = [await platformLayer(), ...await fileLayers(await migrationFiles())];
    const appliedUrl = await createFromLayers(server, "timescale", applied, layers);
    const [have, want] = [await dump(pushedUrl), await dump(appliedUrl)];
    return have === want ? pass() : fail(describeDifference(have, want, ["supabase db push", "the files"]));
  } finally {
    await dropDatabase(server, pushed);
    await dropDatabase(server, applied);
  }
}
