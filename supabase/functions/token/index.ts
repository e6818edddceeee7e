// POST /functions/v1/token with a program's access token: a short-lived JWT for it. See docs/platform.md.
import { makeApp } from "../_shared/app.ts";
import { authenticator, withCors } from "../_shared/credentials.ts";
import { api } from "./api.ts";
import { handlersWith } from "./handler.ts";
import { type Claims, signerWith } from "./sign.ts";

// The key may change in a process that serves one stack after the other.
const sign = (claims: Claims, seconds: number) =>
  signerWith(Deno.env.get("ML_SIGNING_KEY"), `${Deno.env.get("SUPABASE_URL")}/auth/v1`)(claims, seconds);
const handlers = handlersWith({ sign, now: Date.now });

export default withCors(makeApp(api, handlers, authenticator("send an access token: Authorization: Bearer aiml_…")));
