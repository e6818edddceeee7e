// The privilege matrix as behaviour: every API function called by every kind of caller, with nothing but nulls.
import postgres from "postgres";
import { become, type Caller, callers, ensureMembers } from "../../tests/support/roles.ts";

interface ApiFunction {
  name: string;
  call: string;
}

async function apiFunctions(sql: postgres.Sql): Promise<ApiFunction[]> {
  return await sql<ApiFunction[]>`
    select 'ml.' || p.proname as name,
        format('select * from ml.%I(%s)', p.proname, (
            select string_agg('null::' || format_type(t.type, null), ', ' order by t.position)
            from unnest(p.proargtypes) with ordinality as t (type, position)
        )) as call
    from pg_proc p
    where p.pronamespace = 'ml'::regnamespace and p.prokind = 'f' and p.prorettype <> 'trigger'::regtype
    order by p.proname collate "C"`;
}

/** Of each API function the callers that get past the permission checks, whatever it then says to the nulls. */
export async function letInByFunction(sql: postgres.Sql): Promise<Map<string, Caller[]>> {
  await ensureMembers(sql);
  const access = new Map<string, Caller[]>();
  for (const { name, call } of await apiFunctions(sql)) {
    const letIn: Caller[] = [];
    for (const who of callers) if (await isLetIn(sql, who, call)) letIn.push(who);
    access.set(name, letIn);
  }
  return access;
}

/** One line a function, as tests/golden/api_access.txt has them. */
export async function apiAccess(sql: postgres.Sql): Promise<string> {
  const access = await letInByFunction(sql);
  return [...access].map(([name, letIn]) => `${name}: ${letIn.join(" ") || "nobody"}\n`).join("");
}

class Undo extends Error {}

async function isLetIn(sql: postgres.Sql, who: Caller, call: string): Promise<boolean> {
  try {
    await sql.begin(async (tx) => {
      await tx`set local statement_timeout = '30s'`;
      await become(tx, who);
      await tx.unsafe(call);
      throw new Undo();
    });
    throw new Error("unreachable: the transaction is always undone");
  } catch (error) {
    if (error instanceof Undo) return true;
    if (error instanceof postgres.PostgresError) return error.code !== "42501";
    throw error;
  }
}
