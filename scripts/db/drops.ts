// What a release must drop before its code can be made: `create or replace` neither removes nor changes a signature.
import { identity, replaceable, type Routine, routineOf } from "./routines.ts";
import { dig, quoted, readStatements, relationName, type Statement } from "./statements.ts";

interface Code {
  routines: Map<string, Routine>;
  /** by name, their text */
  views: Map<string, string>;
  /** drop statements of what hangs on tables, by "kind name on table" */
  hanging: Map<string, string>;
}

async function readCode(text: string): Promise<Code> {
  const code: Code = { routines: new Map(), views: new Map(), hanging: new Map() };
  for (const statement of await readStatements("code", text)) {
    if (statement.type === "CreateFunctionStmt") {
      const routine = routineOf(statement);
      code.routines.set(identity(routine), routine);
    } else if (statement.type === "ViewStmt") {
      code.views.set(relationName(statement.node.view), statement.text);
    } else {
      const drop = dropHanging(statement);
      if (drop) code.hanging.set(drop, drop);
    }
  }
  return code;
}

/** The statement that makes room for a policy or a trigger, which cannot be replaced; null for all else. */
export function dropHanging({ type, node }: Statement): string | null {
  if (type === "CreatePolicyStmt") {
    return `drop policy if exists ${quoted(String(node.policy_name))} on ${relationName(node.table)};`;
  }
  if (type === "CreateTrigStmt") {
    return `drop trigger if exists ${quoted(String(dig(node, "trigname")))} on ${relationName(node.relation)};`;
  }
  return null;
}

/** Statements, in an order in which nothing is dropped before what depends on it; none when all can be replaced. */
export async function dropsBetween(previous: string, next: string): Promise<string[]> {
  const [before, after] = [await readCode(previous), await readCode(next)];
  const routines = [...before.routines].filter(([key, old]) => {
    const successor = after.routines.get(key);
    return !successor || !replaceable(old, successor);
  });
  const names = routines.map(([, routine]) => routine.name);
  const mentions = (text: string) =>
    names.some((name) => new RegExp(`(?<![\\w.])${name.replace(".", "\\.")}\\s*\\(`).test(text));
  const views = [...before.views].filter(([name, text]) => after.views.get(name) !== text || mentions(text));
  // A policy or a trigger may call what goes. All come back further down, in the same transaction.
  const hanging = [...before.hanging.values()].filter((drop) => routines.length > 0 || !after.hanging.has(drop));
  return [
    ...hanging,
    ...views.map(([name]) => `drop view if exists ${name};`).reverse(),
    ...routines.map(([key, routine]) => `drop ${routine.kind} if exists ${key};`),
  ];
}
