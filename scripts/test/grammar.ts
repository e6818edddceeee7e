// Every SQL file must be understood by Postgres 15: its grammar reads the file and the bodies of its SQL functions,
// and no name that only later versions know may occur in the function bodies that the grammar leaves alone.
import { hasSqlDetails, loadModule, parseSync } from "libpg-query";
import type { Outcome } from "./outcome.ts";
import { fromRoot } from "./paths.ts";

/** Functions and constructors that first came with Postgres 16, 17 or 18. */
const newerNames = [
  "any_value",
  "array_reverse",
  "array_sample",
  "array_shuffle",
  "array_sort",
  "casefold",
  "date_add",
  "date_subtract",
  "erf",
  "erfc",
  "json_array",
  "json_arrayagg",
  "json_exists",
  "json_object",
  "json_objectagg",
  "json_query",
  "json_scalar",
  "json_serialize",
  "json_table",
  "json_value",
  "pg_input_error_info",
  "pg_input_is_valid",
  "random_normal",
  "to_bin",
  "to_oct",
  "unicode_assigned",
  "uuid_extract_timestamp",
  "uuidv7",
];
const newerCall = new RegExp(`(?<![\\w.])(?:pg_catalog\\.)?(${newerNames.join("|")})\\s*\\(`, "i");
/** json_object(text[]) is old; only its constructor form with `key : value` or `key value v` is new. */
const oldForms = /\bjson_object\s*\(\s*(?:array\b|'\{|v_)/i;

/** What the file holds that Postgres 15 would not take: one line each, empty when all is well. */
export function grammarFaults(text: string): string[] {
  const sql = withoutPsql(text);
  const faults: string[] = [];
  try {
    const tree = parseSync(sql) as { stmts?: { stmt?: unknown }[] };
    for (const body of sqlBodies(tree)) faults.push(...bodyFaults(body));
  } catch (error) {
    faults.push(syntaxFault(error, sql));
  }
  sql.split("\n").forEach((line, index) => {
    const code = line.replace(/--.*$/, "").replace(/'(?:[^']|'')*'/g, "''");
    const call = newerCall.exec(code);
    if (call && !oldForms.test(code)) faults.push(`line ${index + 1}: ${call[1]} is newer than Postgres 15`);
  });
  return faults;
}

/** Without what psql reads itself, its commands and its variables; every line keeps its number. */
function withoutPsql(text: string): string {
  return text
    .replace(/^\\.*$/gm, "")
    .replace(/\\g\w*\b[^\n]*$/gm, ";")
    .replace(/:'(\w+)'/g, "'$1'")
    .replace(/:"(\w+)"/g, '"$1"')
    .replace(/(?<![:\w\]'"]):([a-z_]\w*)/g, "0");
}

function bodyFaults(body: string): string[] {
  try {
    parseSync(body);
    return [];
  } catch (error) {
    return [`in a SQL function's body: ${syntaxFault(error, body)}`];
  }
}

function syntaxFault(error: unknown, sql: string): string {
  if (!(error instanceof Error)) throw error;
  const position = hasSqlDetails(error) ? error.sqlDetails.cursorPosition : 0;
  const before = new TextDecoder().decode(new TextEncoder().encode(sql).slice(0, position));
  return `line ${before.split("\n").length}: ${error.message}`;
}

/** The bodies of functions written in language sql, which the outer grammar sees only as strings. */
function sqlBodies(tree: { stmts?: { stmt?: unknown }[] }): string[] {
  const bodies: string[] = [];
  for (const { stmt } of tree.stmts ?? []) {
    const options = path(stmt, "CreateFunctionStmt", "options");
    if (!Array.isArray(options)) continue;
    const option = (name: string) => options.find((o) => path(o, "DefElem", "defname") === name);
    if (path(option("language"), "DefElem", "arg", "String", "sval") !== "sql") continue;
    const body = path(option("as"), "DefElem", "arg", "List", "items", "0", "String", "sval");
    if (typeof body === "string" && body.trim() !== "") bodies.push(body);
  }
  return bodies;
}

function path(value: unknown, ...keys: string[]): unknown {
  let at = value;
  for (const key of keys) {
    if (typeof at !== "object" || at === null) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return at;
}

/** One test for each file. */
export async function checkGrammar(files: string[]): Promise<Outcome> {
  await loadModule();
  const outcome: Outcome = { passed: 0, failed: 0, skipped: 0, output: "" };
  for (const file of files) {
    const faults = grammarFaults(await Deno.readTextFile(fromRoot(file)));
    if (faults.length === 0) outcome.passed++;
    else {
      outcome.failed++;
      outcome.output += faults.map((fault) => `${file}: ${fault}\n`).join("");
    }
  }
  return outcome;
}
