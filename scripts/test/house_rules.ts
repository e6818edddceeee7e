// Sizes past which a reader loses the thread: 300 lines a file, 80 lines a function of SQL, 160 characters a line of it.
import { filesUnder } from "./files.ts";
import { fail, type Outcome, pass } from "./outcome.ts";
import { fromRoot } from "./paths.ts";

const fileLimit = 300;
const functionLimit = 80;
const lineLimit = 160;

const sources: [folder: string, ending: string][] = [
  ["clients", ".py"],
  ["scripts", ".ts"],
  ["scripts", ".mjs"],
  ["sql", ".sql"],
  ["supabase/functions", ".ts"],
  ["tests", ".ts"],
  ["tests/sql", ".sql"],
  ["worker", ".py"],
];
const notWrittenByHand = /(^|\/)(vendor|node_modules|\.venv)\/|database\.(types|calls)\.ts$/;

/** One line for each file or function that is too long. */
export function sizeFaults(file: string, text: string): string[] {
  const faults: string[] = [];
  const lines = text.trimEnd().split("\n").length;
  if (lines > fileLimit) faults.push(`${file}: ${lines} lines, at most ${fileLimit}`);
  if (!file.startsWith("sql/")) return faults;
  text.split("\n").forEach((line, at) => {
    if (line.length > lineLimit) faults.push(`${file}:${at + 1}: ${line.length} characters, at most ${lineLimit}`);
  });
  for (const match of text.matchAll(/^create (?:or replace )?function ([\w.]+)[\s\S]*?\bas (\$\w*\$)[\s\S]*?\2/gim)) {
    const length = match[0].split("\n").length;
    if (length > functionLimit) faults.push(`${file}: ${match[1]} has ${length} lines, at most ${functionLimit}`);
  }
  return faults;
}

export async function checkSizes(): Promise<Outcome> {
  const faults: string[] = [];
  for (const [folder, ending] of sources) {
    for (const file of await filesUnder(folder, ending)) {
      if (!notWrittenByHand.test(file)) faults.push(...sizeFaults(file, await Deno.readTextFile(fromRoot(file))));
    }
  }
  return faults.length === 0 ? pass() : fail(faults.join("\n"));
}
