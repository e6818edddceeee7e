// POST /functions/v1/webhooks with a secret key: sends what is due. Called by the tick. See docs/webhooks.md.
import { withSupabase } from "@supabase/server";
import { refusedInOurForm } from "../_shared/credentials.ts";
import { handle } from "./handler.ts";
import { post } from "./post.ts";
import { resolveDns } from "./resolve_dns.ts";

const answer = withSupabase({ auth: "secret:*" }, (request, { supabaseAdmin }) => {
  const database = supabaseAdmin.schema("ml");
  return handle(request, {
    local: Deno.env.get("AIMATRIX_LOCAL") === "1",
    claim: async (max_deliveries) => {
      const { data, error } = await database.rpc("claim_webhook_deliveries", {
        max_deliveries,
      });
      if (error) throw error;
      return data;
    },
    record: async (outcome) => {
      const { error } = await database.rpc("record_webhook_outcome", outcome);
      if (error) throw error;
    },
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
});

export default {
  fetch: async (request: Request) => refusedInOurForm(await answer(request), "send a secret key of the project"),
};
