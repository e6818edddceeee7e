// SQL text as statements, read by the grammar of Postgres itself.
import { hasSqlDetails, loadModule, parseSync } from "libpg-query";

export interface Statement {
  /** as the grammar calls it: CreateFunctionStmt, CreatePolicyStmt, … */
  type: string;
  node: Record<string, unknown>;
  /** the comments above it, each a line that begins with -- */
  comments: string[];
  /** without the comments above it, with the semicolon */
  text: string;
  /** where the text begins in the file, in characters */
  start: number;
  line: number;
}

/** The statements of a file, in order. */
export async function readStatements(file: string, text: string): Promise<Statement[]> {
  await loadModule();
  const bytes = new TextEncoder().encode(text);
  const decode = (from: number, to: number) => new TextDecoder().decode(bytes.slice(from, to));
  return parse(file, text).map(({ stmt, stmt_location: at = 0, stmt_len: length }) => {
    const whole = decode(at, length === undefined ? bytes.length : at + length);
    const above = /^(?:\s*--[^\n]*\n|\s+)*/.exec(whole)![0];
    const start = decode(0, at).length + above.length;
    const [type, node] = Object.entries(stmt)[0]!;
    return {
      type,
      node,
      comments: above.split("\n").map((line) => line.trim()).filter((line) => line !== ""),
      text: `${whole.slice(above.length).trimEnd()};`,
      start,
      line: text.slice(0, start).split("\n").length,
    };
  });
}

interface Parsed {
  stmt: Record<string, Record<string, unknown>>;
  stmt_location?: number;
  stmt_len?: number;
}

function parse(file: string, text: string): Parsed[] {
  try {
    return (parseSync(text) as { stmts?: Parsed[] }).stmts ?? [];
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const position = hasSqlDetails(error) ? error.sqlDetails.cursorPosition : 0;
    const before = new TextDecoder().decode(new TextEncoder().encode(text).slice(0, position));
    throw new Error(`${file}:${before.split("\n").length}: ${error.message}`);
  }
}

/** What lies at a path of keys, undefined where the path ends early. */
export function dig(value: unknown, ...keys: (string | number)[]): unknown {
  let at = value;
  for (const key of keys) {
    if (typeof at !== "object" || at === null) return undefined;
    at = (at as Record<string | number, unknown>)[key];
  }
  return at;
}

export const quoted = (name: string) => /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;

/** A relation as it stands in a statement, with its schema where one is given. */
export function relationName(node: unknown): string {
  const parts = [dig(node, "schemaname"), dig(node, "relname")].filter((part) => typeof part === "string");
  return (parts as string[]).map(quoted).join(".");
}

/** A name of several parts, as the grammar lists them. */
export function qualifiedName(parts: unknown): string {
  if (!Array.isArray(parts)) throw new Error("not a list of names");
  return parts.map((part) => quoted(String(dig(part, "String", "sval")))).join(".");
}
