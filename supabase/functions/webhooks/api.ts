// The route of the webhooks function.
import { defineApi } from "../_shared/api.ts";
import { summary } from "./schema.ts";

export const api = defineApi({
  name: "webhooks",
  title: "Webhooks",
  description: "Sends the events that wait in the outbox.",
  auth: ["secret"],
  routes: {
    send: {
      method: "post",
      path: "",
      summary: "Sends what is due, for a minute at most; several calls at once are safe",
      reply: summary,
      refusals: {
        401: ["missing_credentials", "invalid_api_key", "unusable_credential"],
        502: ["database_failed"],
        503: ["database_unavailable"],
      },
    },
  },
});
