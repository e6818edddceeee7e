// What the database hands out to a sender.
import { z } from "zod";

export const delivery = z.object({
  id: z.uuid(),
  endpoint_id: z.uuid(),
  url: z.string(),
  // Null when somebody removed it from the vault by hand.
  secret: z.string().nullable(),
  event_type: z.string(),
  payload: z.json(),
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
