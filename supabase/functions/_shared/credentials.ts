// Who a request is from: API keys and JWTs, judged by Supabase's own library, and access tokens, judged by the database. Claims are those of what was verified.
import { verifyAuth } from "@supabase/server/core";
import { corsHeaders } from "@supabase/supabase-js/cors";
import { accessTokenPattern, callerOfToken } from "./access_token.ts";
import type { App, Authenticate } from "./app.ts";
import { callerOf, service } from "./caller.ts";
import type { ErrorBody } from "./errors.ts";

const errorHeader = "x-supabase-server-error";

/** `hint` is for those who show nothing that gets them in. */
export function authenticator(hint: string): Authenticate {
  return async (request, auth) => {
    const token = auth.includes("user") && accessTokenPattern.exec(request.headers.get("authorization") ?? "")?.[1];
    if (token) return await callerOfToken(token);
    const modes = auth.map((mode) => mode === "secret" ? "secret:*" as const : mode);
    const { data, error } = await verifyAuth(request, { auth: modes });
    if (error) throw refusal(error, hint);
    if (data.authMode === "none") return null;
    return data.authMode === "secret" ? service : callerOf(data.jwtClaims ?? {});
  };
}

/** What @supabase/server says of a key or token that it refuses, in the form of every other refusal. */
function refusal({ status, code, message }: { status: number; code: string; message: string }, hint: string): Response {
  const body: ErrorBody = {
    code: `PT${status}`,
    message: message.replace(/^\[@supabase\/server\] /, ""),
    details: code.toLowerCase(),
    hint: status === 401 ? hint : "",
  };
  const headers = { [errorHeader]: code, "access-control-expose-headers": errorHeader };
  return Response.json(body, { status, headers });
}

/** Browsers ask before they send, and read no reply that does not let them. */
export function withCors({ fetch }: App): App {
  return {
    async fetch(request) {
      if (request.method === "OPTIONS") return new Response(null, { status: 204, headers: corsHeaders });
      const response = await fetch(request);
      for (const [name, value] of Object.entries(corsHeaders)) response.headers.set(name, value);
      return response;
    },
  };
}
