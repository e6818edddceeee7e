// The local stack's front door for REST, Auth and Storage: @supabase/lite, with what it answers differently from the
// hosted platform put right here, before and after it:
// - it would grant everything in a schema with row-level security to anon, authenticated and service_role;
// - a SQLSTATE that it does not know becomes HTTP 500, and the hint of a duplicate is lost;
// - a token may name any role of the database, and something that is no token at all counts as anonymous (callers.ts);
// - it binds the arguments of a function call by the driver's idea of their types (rpc.ts);
// - it has no /object/authenticated/, where clients read what is not public;
// - a body of any size is read.
import { AsyncLocalStorage } from "node:async_hooks";
import { App, type Connection, setExperimental } from "@supabase/lite";
import type postgres from "postgres";
import { readBody } from "./body.ts";
import type { Callers } from "./callers.ts";
import type { StackKeys } from "./keys.ts";
import { type DatabaseError, databaseErrorResponse, errorResponse } from "./rest_errors.ts";
import { Rpc } from "./rpc.ts";
import { fileStorage } from "./storage_files.ts";
import type { TierDatabase } from "./tier.ts";

const megabyte = 1024 * 1024;
export const bodyLimit = 8 * megabyte;
const storageBodyLimit = 50 * megabyte;

export interface GatewayOptions {
  keys: StackKeys;
  schemas: string[];
  siteUrl: string;
  storageFolder: string;
}

/** Prepares @supabase/lite on the database: its tables of auth and storage are there afterwards. */
export async function createLite(database: TierDatabase, options: GatewayOptions): Promise<App> {
  quietLibrary();
  setExperimental("storage", true);
  const app = new App({
    connection: database.connection,
    api: { schemas: options.schemas },
    auth: {
      enabled: true,
      publishable_key: options.keys.publishableKey,
      secret_key: options.keys.secretKey,
      jwt_secret: options.keys.jwtSecret,
      site_url: options.siteUrl,
    },
    storage: { enabled: true, file_size_limit: "50MiB" },
    options: { server: { admin: false, disableStudio: true } },
  });
  app._storageAdapter = fileStorage(options.storageFolder);
  await app.init();
  await app.ensureSystemSchema();
  return app;
}

export interface Gateway {
  /** REST, Auth and Storage requests. */
  handle(request: Request, peerAddress: string | null): Promise<Response>;
  /** After a change of tables or functions. */
  reloadSchema(): Promise<void>;
}

export function createGateway(
  app: App,
  database: TierDatabase,
  sql: postgres.Sql,
  callers: Callers,
  schemas: string[],
): Gateway {
  const failures = new AsyncLocalStorage<{ error?: DatabaseError }>();
  keepGrants(app.connection);
  noteFailures(app.connection, (error) => {
    const store = failures.getStore();
    if (store) store.error = error;
  });
  const rpc = new Rpc(sql, schemas);
  const answer = async (request: Request, peerAddress: string | null): Promise<Response> => {
    const service = new URL(request.url).pathname.split("/")[1];
    const limit = service === "storage" ? storageBodyLimit : bodyLimit;
    const body = await readBody(request, limit);
    if (!body) return tooLarge(limit);
    // Storage has public objects and signed addresses, and Auth its own answers to a bad token.
    const judged = service === "rest" && request.method !== "OPTIONS";
    const caller = judged ? await callers.ofRequest(request) : undefined;
    if (caller instanceof Response) return caller;
    const called = caller && Rpc.plainCall(request);
    if (called) return await rpc.call(request, called, body, caller);
    const { method, headers } = request;
    const copy = new Request(knownAddress(request.url), {
      method,
      headers,
      body: body.byteLength > 0 ? body : undefined,
    });
    const failure: { error?: DatabaseError } = {};
    const response = await failures.run(failure, () => database.isolate(() => app.fetch(copy, { peerAddress })));
    if (response.status < 400 || !failure.error || !caller) return response;
    return databaseErrorResponse(failure.error, caller.role === "anon") ?? response;
  };
  return {
    async handle(request, peerAddress) {
      const response = await answer(request, peerAddress);
      if (!response.headers.has("Access-Control-Allow-Origin")) {
        response.headers.set("Access-Control-Allow-Origin", "*");
      }
      return response;
    },
    async reloadSchema() {
      rpc.reloadSchema();
      await app.connection.clearSchemaCache();
    },
  };
}

/** Lite has no separate address for reading with a token: it reads the token, if there is one, at the plain address. */
function knownAddress(url: string): string {
  return url.replace(/(\/storage\/v1\/object\/(?:info\/)?)authenticated\//, "$1");
}

export function tooLarge(limit: number): Response {
  return errorResponse(413, {
    code: "PT413",
    message: "The request's body is too large",
    details: "payload_too_large",
    hint: `Send at most ${limit / megabyte} MiB at once.`,
  });
}

/**
 * Lite's connection makes up for a missing set of grants when it first sees row-level security. Here the grants are
 * part of what is tested, so it is told that this has been done.
 */
function keepGrants(connection: Connection): void {
  if (!("rlsState" in connection)) {
    throw new Error("this version of @supabase/lite keeps its row-level security state elsewhere");
  }
  connection.rlsState = "active";
}

/** Every error of the database passes through normalizeDbError on its way to a response, and then through console.error. */
function noteFailures(connection: Connection, note: (error: DatabaseError) => void): void {
  const normalize = connection.normalizeDbError.bind(connection);
  connection.normalizeDbError = (error) => {
    const normalized = normalize(error);
    if (typeof normalized === "object" && normalized !== null) {
      note(normalized as DatabaseError);
      answered.add(normalized);
    }
    return normalized;
  };
}

const answered = new WeakSet<object>();
let quiet = false;

/** Lite logs each error that it answers, a caller's mistakes included, and a banner; faults of the server stay visible. */
function quietLibrary(): void {
  if (quiet) return;
  quiet = true;
  const warn = console.warn.bind(console);
  console.warn = (...args: unknown[]) => {
    if (!String(args[0]).startsWith("EXPERIMENTAL FEATURES ENABLED")) warn(...args);
  };
  const print = console.error.bind(console);
  console.error = (...args: unknown[]) => {
    const [first] = args;
    if (typeof first === "object" && first !== null && answered.has(first) && !isServerFault(first)) return;
    print(...args);
  };
}

function isServerFault(error: DatabaseError): boolean {
  return typeof error.code === "string" && /^(XX|58|53)/.test(error.code);
}
