// What Postgres knows a function by, and what of it `create or replace` cannot change.
import { dig, qualifiedName, type Statement } from "./statements.ts";

export interface Parameter {
  name: string;
  /** in, out, inout, variadic or table */
  mode: string;
  type: string;
  optional: boolean;
}

export interface Routine {
  kind: "function" | "procedure";
  /** schema.name */
  name: string;
  parameters: Parameter[];
  /** null for a procedure */
  returns: string | null;
}

const modes: Record<string, string> = {
  FUNC_PARAM_DEFAULT: "in",
  FUNC_PARAM_IN: "in",
  FUNC_PARAM_OUT: "out",
  FUNC_PARAM_INOUT: "inout",
  FUNC_PARAM_VARIADIC: "variadic",
  FUNC_PARAM_TABLE: "table",
};

export function routineOf(statement: Statement): Routine {
  const { node } = statement;
  const parameters = (Array.isArray(node.parameters) ? node.parameters : []).map((item): Parameter => {
    const parameter = dig(item, "FunctionParameter");
    return {
      name: String(dig(parameter, "name") ?? ""),
      mode: modes[String(dig(parameter, "mode"))] ?? "in",
      type: typeName(dig(parameter, "argType")),
      optional: dig(parameter, "defexpr") !== undefined,
    };
  });
  return {
    kind: node.is_procedure ? "procedure" : "function",
    name: qualifiedName(node.funcname),
    parameters,
    returns: node.returnType === undefined ? null : typeName(node.returnType),
  };
}

/** A type as a statement may name it: without length, which is no part of a signature. */
function typeName(node: unknown): string {
  const brackets = dig(node, "arrayBounds");
  const dimensions = Array.isArray(brackets) ? "[]".repeat(brackets.length) : "";
  return `${dig(node, "setof") ? "setof " : ""}${qualifiedName(dig(node, "names"))}${dimensions}`;
}

export const inputs = (routine: Routine) => routine.parameters.filter((p) => !["out", "table"].includes(p.mode));

/** name(types): two routines with the same one replace each other. */
export function identity(routine: Routine): string {
  return `${routine.name}(${inputs(routine).map((p) => p.type).join(", ")})`;
}

/** Equal exactly when one may take the other's place: Postgres keeps a routine's kind, the names of its parameters, its result and the defaults there are. */
export function replaceable(old: Routine, next: Routine): boolean {
  const fixed = (routine: Routine) =>
    JSON.stringify([routine.kind, routine.returns, routine.parameters.map((p) => [p.mode, p.name, p.type])]);
  return fixed(old) === fixed(next) && old.parameters.every((p, at) => !p.optional || next.parameters[at]!.optional);
}
