// `deno test` and pytest, each with a JUnit report to count by.
import { countJunit } from "./junit.ts";
import type { Context, Outcome } from "./outcome.ts";
import { pythonPath } from "../stack/python.ts";
import { fromRoot, root } from "./paths.ts";
import { type Finished, runProcess } from "./process.ts";

export interface DenoTestOptions {
  timeoutSeconds: number;
  env?: Record<string, string>;
}

export async function runDenoTest(file: string, options: DenoTestOptions, context: Context): Promise<Outcome> {
  const server = await context.serverUrl();
  return await withReport(async (report) =>
    await runProcess(Deno.execPath(), {
      // Types were checked once for all files by the static check.
      args: ["test", "-A", "--no-check", `--junit-path=${report}`, fromRoot(file)],
      cwd: root,
      env: { TEST_PG_URL: server, TEST_PG_BIN: await context.postgresBin(), NO_COLOR: "1", ...options.env },
      signal: context.signal,
      timeoutSeconds: options.timeoutSeconds,
    })
  );
}

export async function runPytest(folder: string, context: Context): Promise<Outcome> {
  const python = await context.python();
  return await withReport((report) =>
    runProcess(python, {
      args: ["-m", "pytest", "-q", "-p", "no:cacheprovider", `--junitxml=${report}`, fromRoot(folder)],
      cwd: fromRoot(folder.replace(/\/tests$/, "")),
      env: { PYTHONPATH: pythonPath, PYTHONDONTWRITEBYTECODE: "1" },
      signal: context.signal,
      timeoutSeconds: 900,
    })
  );
}

async function withReport(run: (report: string) => Promise<Finished>): Promise<Outcome> {
  const report = await Deno.makeTempFile({ prefix: "aimatrix_junit_", suffix: ".xml" });
  try {
    const done = await run(report);
    return judge(done, countJunit(await Deno.readTextFile(report)));
  } finally {
    await Deno.remove(report);
  }
}

/** The report says what failed; the exit status catches what it cannot say: a crash, a load error, an empty file. */
export function judge(done: Finished, counts: { passed: number; failed: number; skipped: number }): Outcome {
  const ran = counts.passed + counts.failed + counts.skipped;
  if (done.code !== 0 && counts.failed === 0) {
    return { ...counts, failed: 1, output: `${done.output}\nended with ${done.code}` };
  }
  if (ran === 0) return { ...counts, failed: 1, output: `${done.output}\nno test ran` };
  return { ...counts, output: done.output };
}
