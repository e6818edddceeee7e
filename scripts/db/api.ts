// The API, declared once: a line "-- api: <callers>[; timeout <time>]" above a function says that apps may call it.
// A function of ml_private gets a forwarder of its name in ml, with its signature and comment; one of ml is called itself.
import { inputs, type Routine, routineOf } from "./routines.ts";
import { type Source } from "./sources.ts";
import { dig, qualifiedName, readStatements, type Statement } from "./statements.ts";

/** Members by the least role that is let in; signed_in is whoever has a token, member or not. */
const callers = ["signed_in", "viewer", "engineer", "admin", "worker", "service"] as const;
export type CallerName = typeof callers[number];

export interface ApiFunction {
  name: string;
  /** where its definer stands */
  file: string;
  line: number;
  domain: string;
  callers: CallerName[];
  /** a Postgres interval such as 15min; null: the role's own */
  timeout: string | null;
  routine: Routine;
  /** between the parentheses, as written */
  parameters: string;
  /** as written, with a column list where it has one */
  returns: string;
  volatility: string;
  /** the SQL literal, as written */
  comment: string;
  /** the comment's text */
  description: string;
}

const declaration = /^-- api: ([a-z_]+(?:, [a-z_]+)*)(?:; timeout (\d+(?:s|min)))?$/;

/** The functions that apps may call, in the order of the sources. Throws on a declaration that cannot be read. */
export async function readApi(sources: Source[]): Promise<ApiFunction[]> {
  const found: ApiFunction[] = [];
  for (const source of sources.filter((s) => s.text.includes("-- api:"))) {
    const statements = await readStatements(source.file, source.text);
    for (const statement of statements) {
      const line = statement.comments.find((comment) => comment.startsWith("-- api:"));
      if (line) found.push(readOne(source, statement, line, statements));
    }
  }
  const twice = found.find((f, at) => found.findIndex((g) => g.name === f.name) !== at);
  if (twice) {
    throw new Error(
      `${twice.file}:${twice.line}: there is another ml.${twice.name}: JSON callers could not tell them apart`,
    );
  }
  return found;
}

function readOne(source: Source, statement: Statement, line: string, all: Statement[]): ApiFunction {
  const where = `${source.file}:${statement.line}`;
  const match = declaration.exec(line);
  const names = (match?.[1] ?? "").split(", ");
  const unknown = names.find((name) => !(callers as readonly string[]).includes(name));
  if (!match || unknown) {
    throw new Error(`${where}: cannot read "${line}": write -- api: ${callers.join(" | ")}, …[; timeout 15min]`);
  }
  if (statement.type !== "CreateFunctionStmt") throw new Error(`${where}: ${line} stands above no function`);
  const routine = routineOf(statement);
  const name = routine.name.slice(routine.name.indexOf(".") + 1);
  const comment = all.find((s) => s.type === "CommentStmt" && commentedRoutine(s) === routine.name);
  if (!comment) throw new Error(`${where}: ${routine.name} needs a comment: it is what callers read`);
  const { parameters, returns } = written(statement.text);
  return {
    name,
    file: source.file,
    line: statement.line,
    domain: source.domain,
    callers: names as CallerName[],
    timeout: match[2] ?? null,
    routine,
    parameters,
    returns,
    volatility: option(statement, "volatility") ?? "volatile",
    comment: /\sis\s+([\s\S]*);$/.exec(comment.text)![1]!,
    description: String(comment.node.comment),
  };
}

function commentedRoutine({ node }: Statement): string | null {
  const name = dig(node, "object", "ObjectWithArgs", "objname");
  return name === undefined ? null : qualifiedName(name);
}

function option({ node }: Statement, name: string): string | undefined {
  const options = Array.isArray(node.options) ? node.options : [];
  const found = options.find((o) => dig(o, "DefElem", "defname") === name);
  const value = dig(found, "DefElem", "arg", "String", "sval");
  return typeof value === "string" ? value : undefined;
}

/** What stands between the parentheses of the parameters, and between `returns` and `language`. */
function written(text: string): { parameters: string; returns: string } {
  const open = text.indexOf("(");
  const close = closing(text, open);
  const returns = /^\s*returns\s+([\s\S]*?)\s+language\s/.exec(text.slice(close + 1));
  return { parameters: text.slice(open + 1, close), returns: returns?.[1] ?? "void" };
}

function closing(text: string, open: number): number {
  let depth = 0;
  let inString = false;
  for (let at = open; at < text.length; at++) {
    const c = text[at];
    if (c === "'") inString = !inString;
    else if (!inString && c === "(") depth++;
    else if (!inString && c === ")" && --depth === 0) return at;
  }
  throw new Error(`no closing parenthesis in ${text.slice(0, 80)}`);
}

/** Rows of a table as an array is how a definer returns many; apps get them as rows. */
const rowsOf = (f: ApiFunction) => /^(ml\.\w+)\[\]$/.exec(f.returns)?.[1] ?? null;

/** The function of ml: it runs as its caller, who needs the right to call the definer, and the definer asks who he is. */
export function forwarder(f: ApiFunction): string {
  const rows = rowsOf(f);
  const passed = inputs(f.routine).map((p) => `${f.name}.${p.name}`);
  const flat = `ml_private.${f.name}(${passed.join(", ")})`;
  const call = flat.length <= 120 ? flat : `ml_private.${f.name}(\n        ${passed.join(",\n        ")}\n    )`;
  const statement = f.returns === "void"
    ? `perform ${call};`
    : rows
    ? `return query select * from unnest(${call});`
    : /^(setof|table)\b/.test(f.returns)
    ? `return query select * from ${call};`
    : `return ${call};`;
  return [
    `create or replace function ml.${f.name}(${f.parameters})`,
    `returns ${rows ? `setof ${rows}` : f.returns}`,
    "language plpgsql",
    f.volatility,
    "security invoker",
    "set search_path = pg_catalog, pg_temp",
    ...timeoutClause(f),
    "as $$",
    "begin",
    `    ${statement}`,
    "end",
    "$$;",
    "",
    `comment on function ${signature("ml", f)} is`,
    `    ${f.comment};`,
  ].join("\n");
}

const timeoutClause = (f: ApiFunction) => f.timeout ? [`set statement_timeout = '${f.timeout}'`] : [];

const signature = (schema: string, f: ApiFunction) =>
  `${schema}.${f.name}(${inputs(f.routine).map((p) => p.type).join(", ")})`;

const hasForwarder = (f: ApiFunction) => f.routine.name.startsWith("ml_private.");

/** The forwarders of a domain; empty when it has none. */
export function forwarders(api: ApiFunction[], domain: string): string {
  return api.filter((f) => f.domain === domain && hasForwarder(f)).map(forwarder).join("\n\n");
}

/** One grant a function: its definer's right goes with it. */
export function grants(api: ApiFunction[]): string {
  return api.map((f) => {
    const names = hasForwarder(f) ? [signature("ml", f), signature("ml_private", f)] : [signature("ml", f)];
    return `grant execute on function ${names.join(", ")} to ${grantedRoles(f).join(", ")};`;
  }).join("\n");
}

function grantedRoles(f: ApiFunction): string[] {
  const roles = new Set<string>();
  for (const caller of f.callers) {
    if (caller === "worker") roles.add("ml_worker");
    else if (caller !== "service") roles.add("authenticated");
  }
  return [...[...roles].sort(), "service_role"];
}

/** Who is let in, as tests/golden/api_access.txt names them: the expectation that the behaviour is held against. */
export function expectedAccess(api: ApiFunction[]): string {
  const lines = api.map((f) => `ml.${f.name}: ${letIn(f).join(" ")}\n`).sort((a, b) => (a < b ? -1 : 1));
  return accessHeader + lines.join("");
}

const accessHeader = `# Whom each API function lets in, from its line "-- api:". Built by \`npm run db:build\`.
# The tests call each function as each caller: who is not named must be refused with 42501, who is named must get past that.
# stranger: signed in, no member.
`;

function letIn(f: ApiFunction): string[] {
  const members = ["viewer", "engineer", "admin"];
  const names = new Set<string>();
  for (const caller of f.callers) {
    if (caller === "signed_in") { for (const name of ["stranger", ...members]) names.add(name); }
    else if (caller === "worker") names.add("ml_worker");
    else if (caller !== "service") { for (const name of members.slice(members.indexOf(caller))) names.add(name); }
  }
  return ["stranger", ...members, "ml_worker"].filter((name) => names.has(name)).concat("service_role");
}
