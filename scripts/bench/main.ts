// `npm run bench`: measures the project beside the tools that people use today. Nothing here asserts a time.
import { runMain, UserError } from "../stack/errors.ts";
import type { Benchmark } from "./benchmark.ts";

const benchmarks: Record<string, () => Promise<{ benchmark: Benchmark }>> = {
  functions: () => import("./functions.ts"),
  inference: () => import("./inference.ts"),
  jobs: () => import("./jobs.ts"),
};

async function usage(): Promise<string> {
  const lines = [
    "npm run bench [-- <name> [options]]",
    "",
    "Without a name every benchmark runs, one after the other.",
    "",
  ];
  for (const [name, load] of Object.entries(benchmarks)) {
    const { benchmark } = await load();
    lines.push(`  ${name.padEnd(12)}${benchmark.summary}`);
    if (benchmark.options) lines.push(...benchmark.options.split("\n").map((line) => `${" ".repeat(14)}${line}`));
  }
  return [...lines, ""].join("\n");
}

async function main(): Promise<number> {
  const [name, ...rest] = Deno.args;
  if (name === "--help" || name === "-h") {
    console.log(await usage());
    return 0;
  }
  if (name === undefined || name.startsWith("-")) {
    if (name) throw new UserError(`Unknown option "${name}".\n\n${await usage()}`);
    for (const load of Object.values(benchmarks)) await (await load()).benchmark.run([]);
    return 0;
  }
  const load = benchmarks[name];
  if (!load) throw new UserError(`There is no benchmark "${name}".\n\n${await usage()}`);
  if (rest.includes("--help")) {
    console.log(await usage());
    return 0;
  }
  await (await load()).benchmark.run(rest);
  return 0;
}

if (import.meta.main) await runMain(main);
