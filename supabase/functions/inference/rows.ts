// From what arrived (rows as arrays, rows as objects, online features) to the model's input rows, or a clear refusal.
import { invalid, type RefusedCell, type RefusedRequestRow, UnusableRows } from "./failures.ts";
import { type Cell, maxRows, type Signature } from "./schema.ts";

// Never the whole value: it may be a megabyte, or nested deeper than JSON.stringify can follow.
function show(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object") return "an object";
  return typeof value === "string" ? JSON.stringify(value.slice(0, 60)) : String(value);
}

function list(columns: readonly string[]): string {
  const all = columns.join(", ");
  return all.length <= 500 ? all : `${all.slice(0, 500)}… (${columns.length} in all)`;
}

// Inputs and probabilities of one request: what an isolate of 256 MB holds several times over, and what one call can log.
const maxValues = 500_000;

/** Refuses what is within the row limit and too much for the model at hand. */
export function checkSize(rowCount: number, signature: Signature): void {
  const columns = signature.inputs.reduce((sum, input) => sum + input.columns.length, 0);
  const perRow = columns + signature.classes.length;
  const most = Math.max(1, Math.floor(maxValues / perRow));
  if (rowCount > most) {
    throw invalid(
      `${rowCount} rows are too many for this model, the most is ${most}`,
      "too_many_rows",
      "send several requests",
    );
  }
}

export function checkRowCount(count: number, what: string): void {
  if (count === 0) throw invalid(`${what} has no rows`, "empty_request", "send at least one row");
  if (count > maxRows) {
    throw invalid(`${what} has ${count} rows, the most is ${maxRows}`, "too_many_rows", "send several requests");
  }
}

/**
 * Features take a value of a greater magnitude as missing (ml_private.value_expression), which a model learned from: sent as an input it
 * must not count as a number. What comes from the online store has been through that, and may be greater once it is scaled.
 */
export const largestInput = 1e150;

interface Column {
  feature: string;
  type: string;
  nullable?: boolean | undefined;
  largest: number;
}

// In Unicode characters; to the worker a longer text is missing (LONGEST_TEXT in dataset.py).
const longestText = 1000;

type Problem = Pick<RefusedCell, "code" | "message" | "hint">;

/** What is wrong with a value, or undefined. Null, and an empty text, is a value where the column says so. */
function problemOf(value: unknown, column: Column): Problem | undefined {
  const { type, nullable } = column;
  if (nullable && (value === null || (type === "string" && value === ""))) return undefined;
  return type === "string" ? textProblem(value, nullable) : numberProblem(value, column);
}

function wrongKind(expected: string, value: unknown, nullable: boolean | undefined): Problem {
  return {
    code: "invalid_value",
    message: `expected a ${expected}, got ${show(value)}`,
    hint: typeof value === "boolean"
      ? "send 1 for true and 0 for false"
      : nullable
      ? "leave it null when it is missing"
      : "this model takes no missing values here",
  };
}

function textProblem(value: unknown, nullable: boolean | undefined): Problem | undefined {
  if (typeof value !== "string" || value === "") return wrongKind("text", value, nullable);
  if (value.length > longestText && [...value].length > longestText) {
    return {
      code: "value_too_long",
      message: `a text of more than ${longestText} characters`,
      hint: `send at most ${longestText} characters`,
    };
  }
  if (!value.isWellFormed() || value.includes("\0")) {
    return {
      code: "invalid_value",
      message: "the text holds NUL or an unpaired surrogate",
      hint: "send valid Unicode text",
    };
  }
  return undefined;
}

function numberProblem(value: unknown, { type, nullable, largest }: Column): Problem | undefined {
  if (typeof value !== "number") return wrongKind("number", value, nullable);
  if (!Number.isFinite(type === "float32" ? Math.fround(value) : value)) {
    return {
      code: "value_out_of_range",
      message: `${value} does not fit ${type}`,
      hint: "send finite numbers",
    };
  }
  if (Math.abs(value) > largest) {
    return {
      code: "value_out_of_range",
      message: `${value} is beyond ${largest}, where a feature counts as missing`,
      hint: nullable ? "send null for what is missing" : "send numbers of smaller magnitude",
    };
  }
  if (type === "int64" && !Number.isSafeInteger(value)) {
    return {
      code: "invalid_value",
      message: `${value} is no whole number`,
      hint: "this model takes whole numbers up to 2^53",
    };
  }
  return undefined;
}

function orderByName(
  row: Record<string, unknown>,
  index: number,
  columns: readonly string[],
  known: ReadonlySet<string>,
) {
  for (const name of Object.keys(row)) {
    if (!known.has(name)) {
      throw invalid(
        `row ${index} names ${show(name)}, which the model does not take`,
        "unknown_feature",
        `it takes ${list(columns)}`,
      );
    }
  }
  return columns.map((column) => {
    if (!Object.hasOwn(row, column)) {
      throw invalid(`row ${index} lacks ${column}`, "missing_feature", "give every column of the model's signature");
    }
    return row[column];
  });
}

function cellsOf(input: unknown, index: number, columns: readonly string[], known: ReadonlySet<string>): unknown[] {
  if (Array.isArray(input)) return input;
  if (typeof input === "object" && input !== null) {
    return orderByName(input as Record<string, unknown>, index, columns, known);
  }
  throw invalid(
    `row ${index} is ${show(input)}`,
    "wrong_shape",
    "a row is an array of values or an object of named features",
  );
}

/** A missing number travels as NaN, a missing text as the empty one. */
function travelling(cell: unknown, { type }: Column): Cell {
  if (cell !== null) return cell as Cell;
  return type === "string" ? "" : NaN;
}

/** What the log of refusals keeps: null for what is missing, an empty text included. */
function usableCell(cell: unknown, problem: Problem | undefined): Cell | null {
  return problem || cell === "" ? null : cell as Cell | null;
}

function refusedCell(cells: readonly unknown[], row: number, described: readonly Column[]): RefusedCell | undefined {
  const problems = cells.map((cell, index) => problemOf(cell, described[index]!));
  const first = problems.findIndex((problem) => problem !== undefined);
  if (first < 0) return undefined;
  const problem = problems[first]!;
  return {
    ...problem,
    message: `row ${row}, ${described[first]!.feature}: ${problem.message}`,
    ...requestRow(cells, row, problems),
  };
}

function requestRow(
  cells: readonly unknown[],
  row: number,
  problems: readonly (Problem | undefined)[],
): RefusedRequestRow {
  const usable = cells.map((cell, index) => usableCell(cell, problems[index]));
  return { row, missing: usable.flatMap((cell, index) => cell === null ? [index + 1] : []), usable };
}

/** Rows in the model's column order, over all of its input tensors. Messages count rows from 0. */
export function toRows(inputs: readonly unknown[], signature: Signature, largest = Infinity): Cell[][] {
  const described = signature.inputs.flatMap(({ type, columns }) =>
    columns.map((column) => ({ ...column, type, largest }))
  );
  checkRowCount(inputs.length, "inputs");
  const columns = described.map(({ feature }) => feature);
  const known = new Set(columns);
  const rows = inputs.map((input, index) => {
    const cells = cellsOf(input, index, columns, known);
    if (cells.length !== columns.length) {
      throw invalid(
        `row ${index} has ${cells.length} values, the model takes ${columns.length}`,
        "wrong_shape",
        `the columns are ${list(columns)}`,
      );
    }
    return cells;
  });
  const refused = rows.flatMap((cells, index) => refusedCell(cells, index, described) ?? []);
  if (refused.length > 0) {
    const places = new Set(refused.map(({ row }) => row));
    throw new UnusableRows(refused, rows.flatMap((cells, row) => places.has(row) ? [] : [requestRow(cells, row, [])]));
  }
  return rows.map((cells) => cells.map((cell, position) => travelling(cell, described[position]!)));
}
