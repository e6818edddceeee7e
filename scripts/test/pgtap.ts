// Runs one pgTAP file through psql in a database of its own, and judges what it printed.
import { createFromTemplate, dropDatabase, type Form, withDatabase } from "../../tests/support/templates.ts";
import { type Context, fail, type Outcome } from "./outcome.ts";
import { fromRoot } from "./paths.ts";
import { runProcess } from "./process.ts";

const timeoutSeconds = 300;

/** The forms of time series a file wants: *.native.sql the native one only, a line `-- forms: both` both. */
export function formsOf(file: string, text: string): Form[] {
  if (file.endsWith(".native.sql")) return ["native"];
  return /^-- forms: both\s*$/m.test(text) ? ["timescale", "native"] : ["timescale"];
}

export async function runPgtap(file: string, form: Form, context: Context): Promise<Outcome> {
  const server = await context.serverUrl();
  const psql = `${await context.postgresBin()}/psql`;
  const name = `test_${crypto.randomUUID().replaceAll("-", "").slice(0, 12)}`;
  try {
    await createFromTemplate(server, form, name);
    const done = await runProcess(psql, {
      args: ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", withDatabase(server, name), "-f", fromRoot(file)],
      env: { PGOPTIONS: "-c client_min_messages=warning" },
      signal: context.signal,
      timeoutSeconds,
    });
    return judgeTap(done.stdout, done.code, done.output);
  } catch (error) {
    return fail(String(error instanceof Error ? error.message : error));
  } finally {
    await dropDatabase(server, name);
  }
}

/** Counts TAP lines. A plan that was not kept, a file without a plan and an early death are each one failure more. */
export function judgeTap(stdout: string, code: number, output: string): Outcome {
  const outcome: Outcome = { passed: 0, failed: 0, skipped: 0, output };
  let planned: number | undefined;
  for (const line of stdout.split("\n")) {
    const plan = /^1\.\.(\d+)/.exec(line);
    if (plan) planned = Number(plan[1]);
    else if (/^ok \d+.*# SKIP/i.test(line)) outcome.skipped++;
    else if (/^(not )?ok \d+.*# TODO/i.test(line)) outcome.skipped++;
    else if (/^ok \d+/.test(line)) outcome.passed++;
    else if (/^not ok \d+/.test(line)) outcome.failed++;
  }
  const ran = outcome.passed + outcome.failed + outcome.skipped;
  const faults: string[] = [];
  if (code !== 0) faults.push(`psql ended with ${code} after ${ran} tests`);
  if (planned === undefined) faults.push("no plan: the file must call plan() or no_plan() and finish()");
  else if (planned !== ran) faults.push(`planned ${planned} tests, ran ${ran}`);
  else if (ran === 0) faults.push("no test ran");
  if (faults.length === 0) return outcome;
  return { ...outcome, failed: outcome.failed + 1, output: `${output.trimEnd()}\n${faults.join("\n")}` };
}
