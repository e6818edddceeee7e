// What the database hands out to a sender, and what the function tells of its sending.
import { z } from "zod";
import type { Returns } from "../_shared/database.ts";
import type { Json } from "../_shared/database.types.ts";

/** A row as the catalog has it, not yet looked at. */
export type ClaimedRow = Returns<"claim_webhook_deliveries">[number];

export const delivery = z.object({
  id: z.uuid(),
  endpoint_id: z.uuid(),
  url: z.string(),
  // Null when somebody removed it from the vault by hand.
  secret: z.string().nullable(),
  event_type: z.string(),
  payload: z.json() as z.ZodType<Json, Json>,
  attempt: z.int().positive(),
  created_at: z.string(),
});

/** A row of a claim. One that looks otherwise is not sent, and keeps none of the others from being sent. */
export const claimedRow = z.looseObject({ id: z.uuid(), attempt: z.int().positive() });

export type Delivery = z.infer<typeof delivery>;

/** What became of one attempt; a status, or an error when no reply came. */
export interface Outcome {
  delivery_id: string;
  attempt: number;
  status: number | null;
  error: string | null;
}

export const summary = z.object({
  attempted: z.int(),
  delivered: z.int(),
  undelivered: z.int().describe("not delivered at this attempt; the database says when the next one is"),
  unrecorded: z.int().describe("attempts whose outcome could not be written; they are repeated when their lease ends"),
});

export type Summary = z.infer<typeof summary>;
