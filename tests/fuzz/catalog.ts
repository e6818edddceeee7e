// The API as the catalog has it: what the fuzz test calls.

export interface Argument {
  name: string;
  /** as format_type prints it: text, jsonb, bigint[], … */
  type: string;
  optional: boolean;
}

export interface ApiFunction {
  name: string;
  arguments: Argument[];
}

/** One row an argument; a function without arguments has one row with nulls. */
export const functionsQuery = `
  select p.proname::text as name, a.name as argument, format_type(a.type, null) as type,
      a.position > p.pronargs - p.pronargdefaults as optional
  from pg_proc p
  left join lateral unnest(p.proargtypes::oid[], p.proargnames[1:p.pronargs]) with ordinality as a (type, name, position)
      on a.position <= p.pronargs
  where p.pronamespace = 'ml'::regnamespace and p.prokind = 'f' and p.prorettype <> 'trigger'::regtype
  order by p.proname, a.position`;

export interface FunctionRow {
  name: string;
  argument: string | null;
  type: string | null;
  optional: boolean | null;
}

export function groupFunctions(rows: Iterable<FunctionRow>): ApiFunction[] {
  const functions = new Map<string, ApiFunction>();
  for (const row of rows) {
    const known = functions.get(row.name) ?? { name: row.name, arguments: [] };
    functions.set(row.name, known);
    if (row.argument === null || row.type === null) continue;
    known.arguments.push({ name: row.argument, type: row.type, optional: row.optional ?? false });
  }
  return [...functions.values()];
}
