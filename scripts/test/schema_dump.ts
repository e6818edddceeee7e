import { runProcess } from "./process.ts";

/** The definition of a database's objects as text that is equal exactly when the objects are. */
export async function dumpSchema(
  postgresBin: string,
  url: string,
  signal: AbortSignal,
  schemas: string[] = [],
): Promise<string> {
  const done = await runProcess(`${postgresBin}/pg_dump`, {
    args: ["--schema-only", "--no-owner", ...schemas.map((schema) => `--schema=${schema}`), "-d", url],
    signal,
    timeoutSeconds: 120,
  });
  if (done.code !== 0) throw new Error(`pg_dump ended with ${done.code}: ${done.output.slice(-2000)}`);
  return normaliseDump(done.stdout);
}

/** Leaves out what differs from one run or server to the next: versions, session settings, restrict keys, comments, blank lines. */
export function normaliseDump(dump: string): string {
  const lines = dump.split("\n").filter((line) =>
    line.trim() !== "" && !line.startsWith("--") && !/^(SET |SELECT pg_catalog\.set_config|\\(un)?restrict )/.test(line)
  );
  return lines.join("\n") + "\n";
}

/** A table's columns and constraints sorted: one that was changed has its new columns last, a new one has them where they belong. */
export function withoutColumnOrder(dump: string): string {
  return dump.replace(/^(CREATE TABLE \S+ \(\n)([\s\S]*?)(\n\))/gm, (_, head: string, body: string, end: string) => {
    const lines = body.split("\n").map((line) => line.replace(/,$/, ""));
    return head + lines.sort().join("\n") + end;
  });
}

/** Leaves out what functions do: sql/ shows that already, and a golden is for what their callers see. */
export function withoutBodies(dump: string): string {
  return dump.replace(/^ +AS (\$\w*\$)[\s\S]*?\1;$/gm, "    AS …;");
}

/** The first lines that only one of two texts has at the same place, with some context, for a person to read. */
export function describeDifference(have: string, want: string, names: [string, string]): string {
  const a = have.split("\n");
  const b = want.split("\n");
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  const excerpt = (lines: string[]) => lines.slice(at, at + 8).map((line) => `    ${line}`).join("\n");
  return `first difference at line ${at + 1}\n  ${names[0]}:\n${excerpt(a)}\n  ${names[1]}:\n${excerpt(b)}`;
}
