// `npm test`: every test of the repository, from a bare clone.
import { type Context, fail, type Outcome, type Unit } from "./outcome.ts";
import { type RunContext } from "./context.ts";
import { inTwoLanes } from "./schedule.ts";
import { type Selection, selects } from "./selection.ts";
import { allUnits, longUnits } from "./units.ts";

const usage = `npm test [-- <word> …] [--only <part of a name>] [--list]
npm run test:long

Runs the static checks, the SQL tests (pgTAP, each file in a database of its own), the Deno tests and
the Python tests, two at a time, against a PostgreSQL of its own. Sets that up on the first run.

  <word> …        only the files and checks of that room: features, jobs, serving, worker …; of several words
                  a name must hold each: npm test -- jobs claim
  --only <text>   only the files and checks whose name contains the text; may be given more than once
  --long          what takes too long for every run, and nothing else: before a release (npm run test:long)
  --list          print the names and run nothing
  --help          this text
`;

const slowestShown = 10;

interface Options extends Selection {
  long: boolean;
  list: boolean;
}

interface Done {
  unit: Unit;
  outcome: Outcome;
  seconds: number;
}

function parseArgs(args: string[]): Options | string {
  const options: Options = { words: [], only: [], long: false, list: false };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (arg === "--list") options.list = true;
    else if (arg === "--long") options.long = true;
    else if (arg === "--only" && args[i + 1]) options.only.push(args[++i]!);
    else if (arg && !arg.startsWith("-")) options.words.push(arg);
    else return `npm test: unknown argument ${arg}`;
  }
  return options;
}

async function main(args: string[]): Promise<number> {
  if (args.includes("--help")) {
    console.log(usage);
    return 0;
  }
  const options = parseArgs(args);
  if (typeof options === "string") {
    console.error(`${options}\n\n${usage}`);
    return 2;
  }
  const units = (options.long ? await longUnits() : await allUnits()).filter((unit) => selects(options, unit));
  if (options.list) {
    for (const unit of units) console.log(unit.name);
    return 0;
  }
  return await runAll(units);
}

async function runAll(units: Unit[]): Promise<number> {
  const abort = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, () => abort.abort());
  // Imported here, so that --help and --list work before anything is installed.
  const { openContext } = await import("./context.ts");
  const context: RunContext = openContext(abort.signal, (line) => console.log(line));
  const done: Done[] = [];
  const began = performance.now();
  try {
    await inTwoLanes(units, async (unit) => {
      if (!abort.signal.aborted) done.push(report(await runUnit(unit, context), done.length + 1, units.length));
    });
  } finally {
    await context.close();
  }
  return summarise(done, abort.signal.aborted, (performance.now() - began) / 1000);
}

async function runUnit(unit: Unit, context: Context): Promise<Done> {
  const began = performance.now();
  let outcome: Outcome;
  try {
    outcome = await unit.run(context);
  } catch (error) {
    outcome = fail(error instanceof Error ? error.stack ?? error.message : String(error));
  }
  return { unit, outcome, seconds: (performance.now() - began) / 1000 };
}

function report(done: Done, at: number, of: number): Done {
  const { unit, outcome, seconds } = done;
  const counts = [
    `${outcome.passed} passed`,
    ...(outcome.failed > 0 ? [`${outcome.failed} FAILED`] : []),
    ...(outcome.skipped > 0 ? [`${outcome.skipped} skipped`] : []),
  ];
  const mark = outcome.failed > 0 ? "FAIL" : "ok  ";
  const width = String(of).length;
  console.log(
    `[${String(at).padStart(width)}/${of}] ${mark} ${unit.name}: ${counts.join(", ")} (${seconds.toFixed(1)} s)`,
  );
  return done;
}

function summarise(done: Done[], interrupted: boolean, seconds: number): number {
  const sum = (pick: (outcome: Outcome) => number) => done.reduce((total, d) => total + pick(d.outcome), 0);
  for (const { unit, outcome } of done) {
    if (outcome.failed > 0) console.log(`\n---- FAIL ${unit.name} ----\n${outcome.output.trimEnd()}`);
  }
  if (done.length > slowestShown) {
    console.log("\nthe slowest:");
    for (const { unit, seconds } of done.toSorted((a, b) => b.seconds - a.seconds).slice(0, slowestShown)) {
      console.log(`  ${seconds.toFixed(1).padStart(6)} s  ${unit.name}`);
    }
  }
  const passed = sum((o) => o.passed);
  const failed = sum((o) => o.failed);
  const skipped = sum((o) => o.skipped);
  console.log(
    `\n${done.length} files and checks in ${Math.round(seconds)} s${skipped ? `, ${skipped} tests skipped` : ""}`,
  );
  if (interrupted) console.log("interrupted");
  if (passed + failed === 0) console.log("nothing ran: no file or check matches");
  console.log(`${passed} passed, ${failed} failed`);
  if (interrupted) return 130;
  return failed === 0 && passed > 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
