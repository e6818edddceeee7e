// What a caller may send, and what the database answers; both are checked before anything is computed.
import { z } from "zod";

export const maxRows = 1000;

// Postgres text and jsonb hold neither NUL nor half of a surrogate pair.
const text = (max: number) =>
  z.string().min(1).max(max).refine((value) => value.isWellFormed() && !value.includes("\0"), {
    error: "must not contain NUL or unpaired surrogates",
  });

const entityValue = z.union([
  text(1000),
  z.boolean(),
  z.number().refine((value) => !Number.isInteger(value) || Number.isSafeInteger(value), {
    error: "is too large for a JSON number, send it as a string",
  }),
], { error: "must be a string, a finite number or a boolean" });

export const predictRequest = z.strictObject({
  model: text(250),
  version: z.int32().positive().optional(),
  entities: z.record(text(250), z.array(entityValue)).optional(),
  inputs: z.array(z.unknown()).optional(),
}).refine((request) => (request.entities === undefined) !== (request.inputs === undefined), {
  error: 'give either "entities" (online features are looked up) or "inputs" (rows of feature values)',
});

export type PredictRequest = z.infer<typeof predictRequest>;

// Outputs are not read from it: the registry sees to it that one is called probabilities, and the run shows its shape.
export const signature = z.object({
  inputs: z.array(z.object({
    name: z.string(),
    type: z.enum(["float32", "float64", "int64", "string"]),
    columns: z.array(z.object({ feature: z.string(), nullable: z.boolean().optional() })).min(1),
  })).min(1).max(2),
  classes: z.array(z.union([z.string(), z.number(), z.boolean()])).min(2),
  task: z.literal("classification"),
});

/** One value of a row. A missing number travels as NaN, a missing text as the empty one. */
export type Cell = number | string;

export type Signature = z.infer<typeof signature>;

const target = {
  model: z.string(),
  model_id: z.number(),
  version: z.number(),
  version_id: z.number(),
  purpose: z.enum(["live", "test"]),
};

const refusalCodes = [
  "entity_not_found",
  "feature_stale",
  "feature_null",
  "invalid_value",
  "value_out_of_range",
  "value_too_long",
  // It lacked nothing that it needs, and another row of its request did.
  "other_row_refused",
] as const;

/** What the log keeps of a row that was refused: positions in the signature, from 1, never a value. */
const refusedRow = z.object({
  row_key: z.string(),
  missing: z.array(z.int().positive()),
  code: z.enum(refusalCodes),
});

export type RefusedRow = z.infer<typeof refusedRow>;

/** The database's answer for entities that lack what the model needs. */
export const databaseRefusal = z.object({
  ...target,
  refusal: z.object({
    code: z.string(),
    message: z.string(),
    details: z.string(),
    hint: z.string(),
    rows: z.array(refusedRow),
  }),
});

/** A join key and its value each. */
const entity = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

export type Entity = z.infer<typeof entity>;

export const resolution = z.object({
  ...target,
  artifact: z.object({
    path: z.string(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    bytes: z.number().positive(),
  }),
  signature,
  columns: z.array(z.string()).min(1),
  rows: z.array(z.array(z.unknown())).nullable(),
  entity_keys: z.array(z.string()).nullable(),
  entities: z.array(entity).nullable(),
});

export type Resolution = z.infer<typeof resolution>;

const className = z.union([z.string(), z.number(), z.boolean()]);

export const predictReply = z.object({
  model: z.string(),
  version: z.int(),
  purpose: z.enum(["live", "test"]),
  classes: z.array(className),
  predictions: z.array(z.object({
    id: z.uuid().describe("names the prediction, in feedback"),
    label: className.describe("the likeliest class, the first of equals"),
    score: z.number().describe("the probability of the last class"),
    probabilities: z.array(z.number()),
    entity: entity.optional(),
  })),
  latency_ms: z.number(),
});

// Types, not interfaces: only they are taken for JSON, which the database's functions want.
export type LoggedPrediction = {
  id: string;
  served_at: string;
  model_id: number;
  version_id: number;
  entity_key: string | null;
  entity: Entity | null;
  /** null: missing */
  features: (Cell | null)[];
  output: { probabilities: number[] };
  predicted_label: string;
  score: number;
  request_id: string;
  latency_ms: number;
  purpose: "live" | "test";
  requested_by: string | null;
};

export type LoggedRefusal = RefusedRow & {
  id: string;
  refused_at: string;
  model_id: number;
  version_id: number;
  requested_by: string | null;
};
