// What Supabase's own tools say about the schemas, on both forms of time series.
import { createFromTemplate, dropDatabase, type Form } from "../../tests/support/templates.ts";
import { type Context, fail, type Outcome, pass } from "./outcome.ts";
import { runSupabase } from "./supabase_cli.ts";

const forms: Form[] = ["timescale", "native"];

/** Findings that say nothing about a database in which nothing has run yet. */
const meaninglessWhenFresh = ["unused_index"];

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
      const done = await runSupabase([...args, "--output-format", "json"], url, context.signal);
      if (done.code !== 0) return fail(`${form}: ended with ${done.code}\n${done.output}`);
      const { results } = JSON.parse(done.stdout) as Report;
      const findings = results.filter((finding) => !meaninglessWhenFresh.includes(finding.name ?? ""));
      if (findings.length > 0) return fail(`${form}:\n${findings.map((f) => JSON.stringify(f)).join("\n")}`);
    } finally {
      await dropDatabase(server, name);
    }
  }
  return pass();
}
