// The privilege matrix as behaviour: every API function called by every kind of caller, with nothing but nulls.
import postgres from "postgres";
import { become, type Caller, callers, ensureMembers } from "../../tests/support/roles.ts";

const header =
  `# Whom each API function lets in, by calling it with nulls as each caller and undoing that. Refreshed by \`npm run golden\`.
# Not named = refused with 42501. Named = got past the permission checks, whatever the function then said to the nulls.
# stranger: signed in, no member.
`;

interface ApiFunction {
  signature: string;
  call: string;
}

async function apiFunctions(sql: postgres.Sql): Promise<ApiFunction[]> {
  return await sql<ApiFunction[]>`
    select p.oid::regprocedure::text as signature,
        format('select * from ml.%I(%s)', p.proname, (
            select string_agg('null::' || format_type(t.type, null), ', ' order by t.position)
            from unnest(p.proargtypes) with ordinality as t (type, position)
        )) as call
    from pg_proc p
    where p.pronamespace = 'ml'::regnamespace and p.prokind = 'f' and p.prorettype <> 'trigger'::regtype
    order by p.oid::regprocedure::text collate "C"`;
}

/** Of each API function, by its signature, the callers that are let in. */
export async function letInByFunction(sql: postgres.Sql): Promise<Map<string, Caller[]>> {
  await ensureMembers(sql);
  const access = new Map<string, Caller[]>();
  for (const { signature, call } of await apiFunctions(sql)) {
    const letIn: Caller[] = [];
    for (const who of callers) if (await isLetIn(sql, who, call)) letIn.push(who);
    access.set(signature, letIn);
  }
  return access;
}

/** One line a function: those callers that are let in. */
export async function apiAccess(sql: postgres.Sql): Promise<string> {
  const access = await letInByFunction(sql);
  return header + [...access].map(([name, letIn]) => `${name}: ${letIn.join(" ") || "nobody"}\n`).join("");
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
