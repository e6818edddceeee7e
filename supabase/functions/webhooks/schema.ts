// What the database hands out to a sender. A row that looks otherwise is our own fault and stops the call.
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

export const deliveries = z.array(delivery);

export type Delivery = z.infer<typeof delivery>;

/** What became of one attempt; a status, or an error when no reply came. */
export interface Outcome {
  delivery_id: string;
  attempt: number;
  status: number | null;
  error: string | null;
}
