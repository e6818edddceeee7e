// Who a request is from: its API key and its token, judged as the hosted platform judges them.
import { errors, jwtVerify } from "jose";
import type postgres from "postgres";
import type { StackKeys } from "./keys.ts";
import { errorResponse } from "./rest_errors.ts";

export interface Caller {
  /** a role that authenticator may become */
  role: string;
  claims: Record<string, unknown>;
}

export class Callers {
  #secret: Uint8Array;
  #roles = new Set(["anon", "authenticated", "service_role"]);

  constructor(private keys: StackKeys, private sql: postgres.Sql) {
    this.#secret = new TextEncoder().encode(keys.jwtSecret);
  }

  /** The caller of an HTTP request, or the reply that refuses it. */
  async ofRequest(request: Request): Promise<Caller | Response> {
    const apikey = request.headers.get("apikey") ?? new URL(request.url).searchParams.get("apikey");
    if (!apikey) {
      return errorResponse(401, {
        code: "UNAUTHORIZED_MISSING_API_KEY",
        message: "No API key found in request",
        hint: "No `apikey` request header or url param was found.",
      });
    }
    if (!this.isKey(apikey)) {
      const hint = "Double check your Supabase `apikey`";
      return errorResponse(401, { code: "UNAUTHORIZED_INVALID_API_KEY", message: "Invalid API key", hint });
    }
    const authorization = request.headers.get("Authorization") ?? "";
    return await this.ofToken(apikey, /^Bearer\s+(.*)$/i.exec(authorization)?.[1]);
  }

  isKey(text: string): boolean {
    return text === this.keys.publishableKey || text === this.keys.secretKey;
  }

  /** Without a token of its own the key decides; supabase-js then sends the key in its place. */
  async ofToken(apikey: string, token: string | undefined): Promise<Caller | Response> {
    const given = token || apikey;
    if (this.isKey(given)) {
      const role = given === this.keys.secretKey ? "service_role" : "anon";
      return { role, claims: { role } };
    }
    const refuse = (code: string, message: string, status = 401) => errorResponse(status, { code, message });
    try {
      const { payload } = await jwtVerify(given, this.#secret, { algorithms: ["HS256"] });
      const role = typeof payload.role === "string" ? payload.role : "anon";
      if (!await this.#mayBecome(role)) return refuse("42501", `permission denied to set role "${role}"`, 403);
      return { role, claims: { ...payload } };
    } catch (error) {
      if (error instanceof errors.JWTExpired) return refuse("PGRST303", "JWT expired");
      if (error instanceof errors.JOSEError) return refuse("PGRST301", `The token is no good: ${error.message}`);
      throw error;
    }
  }

  async #mayBecome(role: string): Promise<boolean> {
    if (this.#roles.has(role)) return true;
    const [found] = await this.sql`
      select from pg_catalog.pg_roles
      where rolname = ${role} and pg_catalog.pg_has_role('authenticator', oid, 'member')`;
    if (found) this.#roles.add(role);
    return found !== undefined;
  }
}
