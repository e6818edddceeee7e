// The route of the token function.
import { defineApi } from "../_shared/api.ts";
import { issued } from "./schema.ts";

export const api = defineApi({
  name: "token",
  title: "Token",
  description: "Exchanges a program's access token for a short-lived JWT.",
  auth: ["user"],
  routes: {
    issue: {
      method: "post",
      path: "",
      summary: "A JWT for the access token in the Authorization header, good for ten minutes at most",
      reply: issued,
      refusals: {
        400: ["not_an_access_token"],
        401: ["missing_credentials", "invalid_jwt", "token_invalid", "unusable_credential"],
        403: ["role_not_allowed"],
        502: ["database_failed"],
        503: ["database_unavailable", "no_signing_key"],
      },
    },
  },
});
