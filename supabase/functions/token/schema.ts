// What the token function gives.
import { z } from "zod";

export const issued = z.object({
  access_token: z.string().describe("a JWT for PostgREST, Realtime, Storage and the edge functions"),
  token_type: z.literal("bearer"),
  expires_in: z.int().positive().describe("seconds"),
  role: z.string().describe("the Postgres role that it names"),
  scope: z.string().describe("what its holder may now: viewer, engineer, admin or ml_worker"),
});

/** What of an access token's claims goes into the JWT. */
export const tokenClaims = z.object({
  role: z.enum(["authenticated", "ml_worker"]),
  sub: z.uuid(),
  ml_token: z.uuid(),
  ml_scope: z.string(),
  exp: z.int(),
});
