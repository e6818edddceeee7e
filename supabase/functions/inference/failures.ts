// Every way in which a prediction can fail, each with its status and its stable code.
import type { z } from "zod";
import type { Cell } from "./schema.ts";
import { ApiError, invalid } from "../_shared/errors.ts";

export { invalid };

/** `error` is of a parse with reportInput, so that a hint can show what was sent in its right form. */
export function invalidRequest(error: z.ZodError): ApiError {
  const issue = error.issues[0]!;
  const where = issue.path.join(".").slice(0, 200);
  return invalid(
    (where ? `${where}: ${issue.message}` : issue.message).slice(0, 500),
    issue.code === "unrecognized_keys" ? "unknown_key" : "invalid_request",
    issue.path[0] === "entities" && issue.code === "invalid_type"
      ? `send each join key with an array of its values: "entities": ${entitiesForm(issue)}`
      : 'send {"model", "entities" or "inputs", and "version" if you mean a certain one}',
  );
}

/** With the caller's own key and value, where they are short: {"rider_id": [300]}. */
function entitiesForm({ path, input }: z.core.$ZodIssueInvalidType): string {
  const key = JSON.stringify(path.length > 1 ? String(path[1]).slice(0, 60) : "join_key");
  const single = ["number", "boolean", "string"].includes(typeof input) && path.length > 1;
  const value = single ? JSON.stringify(input) : "";
  return `{${key}: [${value.length > 0 && value.length <= 60 ? value : "…"}]}`;
}

/** A row of the right shape in a request that is refused. */
export interface RefusedRequestRow {
  /** counted from 0 */
  row: number;
  /** Positions without a usable value, counted from 1. */
  missing: number[];
  /** The row with null in their place. */
  usable: (Cell | null)[];
}

/** One that lacks what the model needs. */
export interface RefusedCell extends RefusedRequestRow {
  code: "invalid_value" | "value_out_of_range" | "value_too_long";
  message: string;
  hint: string;
}

/** Refused for what is in the rows, not for their shape: the caller hears of the first, the log of refusals of all. */
export class UnusableRows extends ApiError {
  readonly rows: readonly RefusedCell[];
  /** The request's other rows: what is missing is a share of all that were asked for. */
  readonly others: readonly RefusedRequestRow[];

  constructor(rows: readonly RefusedCell[], others: readonly RefusedRequestRow[]) {
    super(400, rows[0]!.code, rows[0]!.message, rows[0]!.hint);
    this.rows = rows;
    this.others = others;
  }
}

/** The artifact does not do what its signature says: the version's fault, not the caller's. */
export function mismatch(message: string): ApiError {
  return new ApiError(502, "artifact_mismatch", message, "register the model again with the right signature");
}

export function fileMissing(name: string): ApiError {
  return new ApiError(502, "file_missing", `${name} is not in Storage`, "upload it again");
}

export function fileCorrupt(message: string): ApiError {
  return new ApiError(502, "file_corrupt", message, "upload it again");
}

export function storageUnavailable(name: string): ApiError {
  return new ApiError(503, "storage_unavailable", `${name} cannot be read now`, "try again");
}

export function modelUnloadable(reason: string): ApiError {
  return new ApiError(
    502,
    "model_unloadable",
    `ONNX Runtime refuses the artifact: ${reason}`,
    "register a model that it can load",
  );
}

export function modelTooLarge(bytes: number, maxBytes: number): ApiError {
  return new ApiError(
    503,
    "model_too_large",
    `the artifact has ${bytes} bytes, this function holds ${maxBytes}`,
    "raise INFERENCE_CACHE_BYTES",
  );
}

export function unsupportedModel(error: z.ZodError): ApiError {
  const issue = error.issues[0]!;
  return new ApiError(
    502,
    "unsupported_model",
    `this version cannot be served: ${issue.path.join(".")}: ${issue.message}`,
    "check its signature",
  );
}
