// Finds everything `npm test` runs: static checks, pgTAP files, `deno test` files and the pytest suites.
import { filesUnder } from "./files.ts";
import type { Unit } from "./outcome.ts";
import { fromRoot } from "./paths.ts";
import { formsOf, runPgtap } from "./pgtap.ts";
import { staticChecks } from "./static_checks.ts";
import { runDenoTest, runPytest } from "./suites.ts";

export async function allUnits(): Promise<Unit[]> {
  return [...staticChecks(), ...await pgtapUnits(), ...await denoUnits(), ...await pytestUnits()];
}

async function pgtapUnits(): Promise<Unit[]> {
  const units: Unit[] = [];
  for (const file of await filesUnder("tests/sql", ".sql")) {
    if (file === "tests/sql/support.sql") continue;
    for (const form of formsOf(file, await Deno.readTextFile(fromRoot(file)))) {
      units.push({ name: `${file} (${form})`, slow: false, run: (context) => runPgtap(file, form, context) });
    }
  }
  return units;
}

const isLong = (file: string) => file.endsWith(".long.test.ts");

/** What is run before a release: files named *.long.test.ts, and the fuzz tests with many times their calls and rounds. */
export async function longUnits(): Promise<Unit[]> {
  const files = await filesUnder("tests", ".test.ts");
  return [
    ...files.filter(isLong).map((file) => longUnit(file, file, {})),
    ...files.filter((file) => /_fuzz\.test\.ts$/.test(file)).map((file) =>
      longUnit(`${file}, many times over`, file, { FUZZ_CALLS: "60000", FUZZ_ROUNDS: "100" })
    ),
  ];
}

function longUnit(name: string, file: string, env: Record<string, string>): Unit {
  return { name, slow: true, run: (context) => runDenoTest(file, { timeoutSeconds: 7200, env }, context) };
}

async function denoUnits(): Promise<Unit[]> {
  return (await filesUnder("tests", ".test.ts")).filter((file) => !isLong(file)).map((file) => {
    const slow = /chaos|e2e|fuzz|demo|extending/.test(file);
    return { name: file, slow, run: (context) => runDenoTest(file, { timeoutSeconds: slow ? 900 : 300 }, context) };
  });
}

async function pytestUnits(): Promise<Unit[]> {
  const units: Unit[] = [];
  for (const folder of ["clients/python/tests", "worker/tests"]) {
    const files = (await filesUnder(folder, ".py")).filter((file) => /(^|\/)test_[^/]*$/.test(file));
    // One process for a folder: importing scikit-learn and ONNX Runtime costs more than most of the worker's tests.
    if (files.length > 0) units.push({ name: folder, slow: true, run: (context) => runPytest(folder, context) });
  }
  return units;
}
