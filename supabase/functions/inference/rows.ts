// From what arrived (rows as arrays, rows as objects, online features) to the model's input rows, or a clear refusal.
import { invalid } from "./failures.ts";
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

interface Column {
  feature: string;
  type: string;
  nullable?: boolean | undefined;
}

// In Unicode characters; the worker takes no longer text for a category.
const longestText = 1000;

function checkText(value: unknown, row: number, { feature: column, nullable }: Column): string {
  if ((value === null || value === "") && nullable) return "";
  const where = `row ${row}, ${column}`;
  if (typeof value !== "string" || value === "") {
    throw invalid(
      `${where}: expected a text, got ${show(value)}`,
      "invalid_value",
      nullable ? "leave it null when it is missing" : "this model takes no missing values here",
    );
  }
  if (value.length > longestText && [...value].length > longestText) {
    throw invalid(
      `${where}: a text of more than ${longestText} characters`,
      "value_too_long",
      `send at most ${longestText} characters`,
    );
  }
  if (!value.isWellFormed() || value.includes("\0")) {
    throw invalid(`${where}: the text holds NUL or an unpaired surrogate`, "invalid_value", "send valid Unicode text");
  }
  return value;
}

/** A missing value travels as NaN. */
function checkNumber(value: unknown, row: number, { feature: column, type, nullable }: Column): number {
  if (value === null && nullable) return NaN;
  if (typeof value !== "number") {
    throw invalid(
      `row ${row}, ${column}: expected a number, got ${show(value)}`,
      "invalid_value",
      nullable ? "leave it null when it is missing" : "this model takes no missing values here",
    );
  }
  if (type === "int64" && Number.isFinite(value) && !Number.isSafeInteger(value)) {
    throw invalid(
      `row ${row}, ${column}: ${value} is no whole number`,
      "invalid_value",
      "this model takes whole numbers up to 2^53",
    );
  }
  if (!Number.isFinite(type === "float32" ? Math.fround(value) : value)) {
    throw invalid(`row ${row}, ${column}: ${value} does not fit ${type}`, "value_out_of_range", "send finite numbers");
  }
  return value;
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

/** Rows in the model's column order, over all of its input tensors. Messages count rows from 0. */
export function toRows(inputs: readonly unknown[], signature: Signature): Cell[][] {
  const described = signature.inputs.flatMap(({ type, columns }) => columns.map((column) => ({ ...column, type })));
  checkRowCount(inputs.length, "inputs");
  const columns = described.map(({ feature }) => feature);
  const known = new Set(columns);
  return inputs.map((input, index) => {
    const cells = cellsOf(input, index, columns, known);
    if (cells.length !== columns.length) {
      throw invalid(
        `row ${index} has ${cells.length} values, the model takes ${columns.length}`,
        "wrong_shape",
        `the columns are ${list(columns)}`,
      );
    }
    return cells.map((cell, position) => {
      const column = described[position]!;
      return column.type === "string" ? checkText(cell, index, column) : checkNumber(cell, index, column);
    });
  });
}
