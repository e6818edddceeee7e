// POST /functions/v1/webhooks with a secret key: sends what is due. Called by the tick. See docs/webhooks.md.
import { makeApp } from "../_shared/app.ts";
import { service } from "../_shared/caller.ts";
import { authenticator, withCors } from "../_shared/credentials.ts";
import { asCaller } from "../_shared/database.ts";
import { api } from "./api.ts";
import { handlersWith } from "./handler.ts";
import { post } from "./post.ts";
import { resolveDns } from "./resolve_dns.ts";

const database = asCaller(service);
const handlers = handlersWith({
  claim: (max_deliveries) => database.call("claim_webhook_deliveries", { max_deliveries }),
  record: async ({ delivery_id, attempt, status, error }) => {
    const outcome = { delivery_id, attempt, status: status ?? undefined, error: error ?? undefined };
    await database.call("record_webhook_outcome", outcome);
  },
  local: Deno.env.get("AIMATRIX_LOCAL") === "1",
  post,
  resolve: resolveDns,
  now: Date.now,
  report: (line) => console.error(line),
  pause: (milliseconds, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      signal.addEventListener("abort", () => (clearTimeout(timer), resolve()));
    }),
});

export default withCors(makeApp(api, handlers, authenticator("send a secret key of the project")));
