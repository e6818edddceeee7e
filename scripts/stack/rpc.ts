// `POST /rest/v1/rpc/<function>` as PostgREST does it: the arguments are read by Postgres out of the JSON body, by the
// function's own parameter types. @supabase/lite binds each argument through the database driver instead, which refuses a
// JSON string for a jsonb parameter and a JSON array for a vector, and on one driver turns the string "abc" into false.
import type postgres from "postgres";
import type { Caller } from "./callers.ts";
import { databaseErrorResponse, errorResponse } from "./rest_errors.ts";

interface Parameter {
  name: string;
  type: string;
  required: boolean;
}

interface DatabaseFunction {
  schema: string;
  name: string;
  parameters: Parameter[];
  returnsSet: boolean;
  returnsRow: boolean;
  returnsVoid: boolean;
}

/** PostgREST's and the hosted platform's default. */
const maxRows = 1000;

export class Rpc {
  #functions = new Map<string, Promise<DatabaseFunction[]>>();

  constructor(private sql: postgres.Sql, private schemas: string[]) {}

  reloadSchema(): void {
    this.#functions.clear();
  }

  /** The function's name if this is a plain call; others (filters, counts, other formats) are left to @supabase/lite. */
  static plainCall(request: Request): string | undefined {
    const url = new URL(request.url);
    const name = /^\/rest\/v1\/rpc\/([^/]+)$/.exec(url.pathname)?.[1];
    if (!name || request.method !== "POST" || [...url.searchParams.keys()].some((key) => key !== "apikey")) {
      return undefined;
    }
    if (/count=|tx=/.test(request.headers.get("Prefer") ?? "")) return undefined;
    const accept = request.headers.get("Accept") ?? "*/*";
    if (!/^(\*\/\*|application\/(json|\*)|application\/vnd\.pgrst\.object\+json)(\s*[;,].*)?$/.test(accept)) {
      return undefined;
    }
    const contentType = request.headers.get("Content-Type") ?? "application/json";
    if (!contentType.startsWith("application/json")) return undefined;
    try {
      return decodeURIComponent(name);
    } catch {
      return undefined;
    }
  }

  async call(request: Request, name: string, body: Uint8Array, caller: Caller): Promise<Response> {
    const schema = request.headers.get("Content-Profile") ?? this.schemas[0]!;
    if (!this.schemas.includes(schema)) {
      const hint = `Only the following schemas are exposed: ${this.schemas.join(", ")}`;
      return errorResponse(406, { code: "PGRST106", message: `Invalid schema: ${schema}`, hint });
    }
    const text = new TextDecoder().decode(body) || "{}";
    const names = argumentNames(text);
    if (!names) return errorResponse(400, { code: "PGRST102", message: "Empty or invalid json" });
    const candidates = (await this.#find(schema, name)).filter((candidate) => accepts(candidate, names));
    const [found] = candidates;
    if (!found) return notFound(schema, name, names);
    if (candidates.length > 1) return ambiguous(schema, name);
    try {
      return await this.#run(found, names, text, request, caller);
    } catch (error) {
      const reply = error instanceof Error && databaseErrorResponse(error, caller.role === "anon");
      if (!reply) throw error;
      return reply;
    }
  }

  async #run(
    found: DatabaseFunction,
    names: string[],
    text: string,
    request: Request,
    caller: Caller,
  ): Promise<Response> {
    const statement = callStatement(found, names);
    const path = new URL(request.url).pathname;
    const row = await this.sql.begin(async (tx) => {
      // Sent together: the second does not wait for the first's answer.
      const become = tx`select
        set_config('search_path', ${searchPath(found.schema)}, true),
        set_config('role', ${caller.role}, true),
        set_config('request.jwt.claims', ${JSON.stringify(caller.claims)}, true),
        set_config('request.method', 'POST', true),
        set_config('request.path', ${path}, true),
        set_config('request.headers', ${headersAsJson(request)}, true)`;
      const [, [answer]] = await Promise.all([become, tx.unsafe<CallRow[]>(statement, [text], { prepare: true })]);
      return answer!;
    });
    if (found.returnsVoid) return new Response(null, { status: Number(row.status) || 204 });
    return reply(found, row, request, Number(row.status) || 200);
  }

  #find(schema: string, name: string): Promise<DatabaseFunction[]> {
    const key = `${schema}.${name}`;
    let found = this.#functions.get(key);
    if (!found) {
      found = this.#read(schema, name);
      this.#functions.set(key, found);
      found.catch(() => this.#functions.delete(key));
    }
    return found;
  }

  async #read(schema: string, name: string): Promise<DatabaseFunction[]> {
    if (name.includes("\0")) return [];
    // With an empty search path format_type qualifies every type that is not Postgres' own.
    const rows = await this.sql.begin(async (tx) => {
      await tx`select set_config('search_path', '', true)`;
      return await tx<FunctionRow[]>`
        select
          p.proargnames as names, p.proargmodes::text[] as modes, p.pronargs as inputs, p.pronargdefaults as defaults,
          p.proretset as returns_set, t.typname = 'void' as returns_void,
          t.typtype = 'c' or coalesce(p.proargmodes::text[] && '{t,b,o}', false) as returns_row,
          array(select format_type(a.oid, null) from unnest(p.proargtypes) with ordinality a(oid, n) order by n) as types
        from pg_catalog.pg_proc p
        join pg_catalog.pg_namespace n on n.oid = p.pronamespace
        join pg_catalog.pg_type t on t.oid = p.prorettype
        where n.nspname = ${schema} and p.proname = ${name} and p.prokind = 'f' and p.provariadic = 0
          and t.typname not in ('trigger', 'event_trigger')`;
    });
    return rows.map((row) => ({ schema, name, ...describe(row) }));
  }
}

interface CallRow {
  body: string;
  count: number;
  /** what the function asked for by setting response.status */
  status: string | null;
}

interface FunctionRow {
  names: string[] | null;
  modes: string[] | null;
  types: string[];
  inputs: number;
  defaults: number;
  returns_set: boolean;
  returns_row: boolean;
  returns_void: boolean;
}

function describe(row: FunctionRow): Omit<DatabaseFunction, "schema" | "name"> {
  const inputs = (row.names ?? []).filter((_, i) => !row.modes || "ibv".includes(row.modes[i]!));
  return {
    parameters: row.types.map((type, i) => ({ name: inputs[i] ?? "", type, required: i < row.inputs - row.defaults })),
    returnsSet: row.returns_set,
    returnsRow: row.returns_row,
    returnsVoid: row.returns_void,
  };
}

/** The keys of a JSON object; undefined for anything else. */
function argumentNames(text: string): string[] | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value) : undefined;
  } catch {
    return undefined;
  }
}

function accepts(candidate: DatabaseFunction, names: string[]): boolean {
  const known = new Set(candidate.parameters.map((parameter) => parameter.name));
  return names.every((name) => name !== "" && known.has(name)) &&
    candidate.parameters.every((parameter) => !parameter.required || names.includes(parameter.name));
}

const identifier = (name: string) => `"${name.replaceAll('"', '""')}"`;

function searchPath(schema: string): string {
  return [...new Set([schema, "public", "extensions"])].map(identifier).join(", ");
}

function callStatement(found: DatabaseFunction, names: string[]): string {
  const given = found.parameters.filter((parameter) => names.includes(parameter.name));
  const columns = given.map(({ name, type }) => `${identifier(name)} ${type}`).join(", ");
  const passed = given.map(({ name }) => `${identifier(name)} := a.${identifier(name)}`).join(", ");
  const target = `${identifier(found.schema)}.${identifier(found.name)}(${passed})`;
  const payload = "(select $1::text::json as data) p";
  const source = given.length > 0 ? `${payload}, lateral pg_catalog.json_to_record(p.data) as a(${columns})` : payload;
  const rows = found.returnsRow
    ? `select r.* from ${source}, lateral ${target} as r`
    : `select ${target} as r from ${source}`;
  const value = found.returnsRow ? "c" : "c.r";
  return `
    select coalesce(pg_catalog.json_agg(${value}), '[]')::text as body, count(*)::int as count,
      pg_catalog.current_setting('response.status', true) as status
    from (${rows}${found.returnsSet ? ` limit ${maxRows}` : ""}) as c`;
}

function headersAsJson(request: Request): string {
  return JSON.stringify(Object.fromEntries(request.headers));
}

function reply(
  found: DatabaseFunction,
  rows: { body: string; count: number },
  request: Request,
  status: number,
): Response {
  const asObject = request.headers.get("Accept")?.includes("vnd.pgrst.object") ?? false;
  const headers = {
    "Content-Type": asObject ? "application/vnd.pgrst.object+json; charset=utf-8" : "application/json; charset=utf-8",
    "Content-Range": rows.count > 0 ? `0-${rows.count - 1}/*` : "*/*",
  };
  if (found.returnsSet && !asObject) return new Response(rows.body, { status, headers });
  if (found.returnsSet && rows.count !== 1) {
    return errorResponse(406, {
      code: "PGRST116",
      message: "Cannot coerce the result to a single JSON object",
      details: `The result contains ${rows.count} rows`,
    });
  }
  // One row: the array of one without its brackets.
  return new Response(rows.body.slice(rows.body.indexOf("[") + 1, rows.body.lastIndexOf("]")), { status, headers });
}

function notFound(schema: string, name: string, names: string[]): Response {
  const shown = (text: string) => JSON.stringify(text).slice(1, -1);
  const called = `${schema}.${shown(name)}(${names.map(shown).join(", ")})`.slice(0, 500);
  const sought = names.length > 0 ? `parameters ${names.map(shown).join(", ")}`.slice(0, 500) : "no parameters";
  return errorResponse(404, {
    code: "PGRST202",
    message: `Could not find the function ${called} in the schema cache`,
    details: `Searched for the function ${schema}.${
      shown(name)
    } with ${sought}, but no matches were found in the schema cache.`,
  });
}

function ambiguous(schema: string, name: string): Response {
  return errorResponse(300, {
    code: "PGRST203",
    message: `Could not choose the best candidate function between several named ${schema}.${name}`,
    hint: "Try renaming the parameters or the function itself in the database so function overloading can be resolved",
  });
}
