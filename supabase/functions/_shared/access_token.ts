// Access tokens of programs (ml.create_access_token): what a function is shown instead of a JWT, and what a JWT that is issued for one says.
import { z } from "zod";
import { type Caller, callerOf, service } from "./caller.ts";
import { type AsCaller, asCaller } from "./database.ts";

/** No JWT begins so. */
export const accessTokenPattern = /^Bearer (aiml_[0-9a-f]{64})$/;

const resolved = z.object({
  token_id: z.uuid(),
  role: z.enum(["authenticated", "ml_worker"]),
  sub: z.uuid(),
  scope: z.string(),
  expires_at: z.string(),
});

/** The caller whom a token stands for, with the claims of a JWT issued for it; refused by the database when it is worth nothing. */
export async function callerOfToken(token: string, database: AsCaller = asCaller): Promise<Caller> {
  const { token_id, role, sub, scope, expires_at } = resolved.parse(
    await database(service).call("resolve_access_token", { token }),
  );
  const exp = Math.floor(Date.parse(expires_at) / 1000);
  return callerOf({ role, aud: "authenticated", sub, ml_token: token_id, ml_scope: scope, exp });
}
