// Exchanges an access token for a JWT. The caller is known already: whoever came with a token has its claims.
import type { Handlers } from "../_shared/api.ts";
import { ApiError } from "../_shared/errors.ts";
import type { api } from "./api.ts";
import { tokenClaims } from "./schema.ts";
import type { Sign } from "./sign.ts";

/** Short, as a key that was stolen cannot be called back; the token behind it can, and is asked at every request. */
const longestSeconds = 600;

export interface Services {
  sign: Sign;
  /** milliseconds since 1970 */
  now(): number;
}

export function handlersWith({ sign, now }: Services): Handlers<typeof api> {
  return {
    issue: async ({ caller }) => {
      const claims = tokenClaims.safeParse(caller.claims);
      if (!claims.success) {
        throw new ApiError(
          400,
          "not_an_access_token",
          "the Authorization header holds no access token",
          "make one with ml.create_access_token and send it as Bearer aiml_…",
        );
      }
      const { role, sub, ml_token, ml_scope, exp } = claims.data;
      const expires_in = Math.max(1, Math.min(longestSeconds, exp - Math.floor(now() / 1000)));
      const access_token = await sign({ role, sub, ml_token }, expires_in);
      return { access_token, token_type: "bearer", expires_in, role, scope: ml_scope };
    },
  };
}
