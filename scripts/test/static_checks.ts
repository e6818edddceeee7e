// Checks that need no test file: each is one unit of `npm test`.
import { dbCheck } from "../db/check.ts";
import { frozenFaults, migrationFiles } from "../db/releases.ts";
import { adviseDatabase, lintDatabase, pushMigrations } from "./cli_checks.ts";
import { checkGoldens } from "./golden.ts";
import { checkGrammar } from "./grammar.ts";
import { checkSizes } from "./house_rules.ts";
import { checkLayers } from "./layers.ts";
import { type Context, fail, type Outcome, pass, type Unit } from "./outcome.ts";
import { fromRoot, root } from "./paths.ts";
import { runProcess } from "./process.ts";
import { filesUnder } from "./files.ts";

export function staticChecks(): Unit[] {
  const quick = (name: string, run: (context: Context) => Promise<Outcome>): Unit => ({
    name: `check: ${name}`,
    slow: false,
    run,
  });
  const deno = (...args: string[]) => (context: Context) => succeeds(context, Deno.execPath(), args);
  return [
    quick("frozen migrations are what was released", releasedUnchanged),
    quick(
      "migrations, reference and expected access are what sql/ builds",
      deno("run", "-A", "scripts/db/build.ts", "--check"),
    ),
    quick("Postgres 15 understands every SQL file", async () => await checkGrammar(await sqlFiles())),
    quick("a domain refers only to lower domains", checkLayers),
    quick("no file and no SQL function is too long", checkSizes),
    quick("TypeScript is formatted", deno("fmt", "--check")),
    quick("TypeScript passes the linter", deno("lint")),
    quick("TypeScript passes the type checker", deno("check", "--quiet", "scripts", "tests", "supabase/functions")),
    quick("the Python client passes ruff", ruff("clients/python")),
    quick("the Python client passes pyright", pyright("clients/python")),
    quick("the worker passes ruff", ruff("worker")),
    quick("the worker passes pyright", pyright("worker")),
    quick("sql/ and the migrations make the same database", dbCheck),
    quick("goldens and generated types are current", checkGoldens),
    quick("supabase db push installs the migrations", pushMigrations),
    quick("supabase db lint finds nothing", lintDatabase),
    quick("supabase db advisors finds nothing", adviseDatabase),
  ];
}

async function succeeds(context: Context, program: string, args: string[], cwd = root): Promise<Outcome> {
  const done = await runProcess(program, {
    args,
    cwd,
    env: { NO_COLOR: "1" },
    signal: context.signal,
    timeoutSeconds: 300,
  });
  return done.code === 0 ? pass(done.output) : fail(`${done.output}\nended with ${done.code}`);
}

async function releasedUnchanged(): Promise<Outcome> {
  const faults = await frozenFaults(root);
  return faults.length === 0 ? pass() : fail(faults.join("\n"));
}

async function sqlFiles(): Promise<string[]> {
  const seed = (await filesUnder("supabase", "seed.sql")).filter((file) => file === "supabase/seed.sql");
  return [
    ...await filesUnder("sql", ".sql"),
    ...await migrationFiles(),
    ...seed,
    ...await filesUnder("scripts", ".sql"),
    ...await filesUnder("tests", ".sql"),
  ].filter((file) => !file.startsWith("tests/golden/"));
}

function ruff(folder: string) {
  return async (context: Context): Promise<Outcome> => {
    const python = await context.python();
    const lint = await succeeds(context, python, ["-m", "ruff", "check", "--no-cache", "."], fromRoot(folder));
    if (lint.failed > 0) return lint;
    return await succeeds(context, python, ["-m", "ruff", "format", "--no-cache", "--check", "."], fromRoot(folder));
  };
}

function pyright(folder: string) {
  return async (context: Context): Promise<Outcome> => {
    const python = await context.python();
    const program = fromRoot("node_modules/pyright/index.js");
    return await succeeds(context, "node", [program, "--pythonpath", python], fromRoot(folder));
  };
}
