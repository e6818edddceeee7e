// POST /functions/v1/inference/predict: answers with the deployed version of a model. See docs/serving.md.
import { type SupabaseContext, withSupabase } from "@supabase/server";
import { createAdminClient } from "@supabase/server/core";
import { refusedInOurForm } from "../_shared/credentials.ts";
import { type Download, fetchVerified, splitPath } from "./artifacts.ts";
import { fromDatabase } from "./failures.ts";
import { type Caller, type Dependencies, handle } from "./handler.ts";
import { ortManifest } from "./ort_manifest.ts";
import { PredictionLog } from "./prediction_log.ts";
import { RefusalLog } from "./refusal_log.ts";
import { sessionFactory } from "./runtime.ts";
import type { LoggedPrediction, LoggedRefusal } from "./schema.ts";
import { type Artifact, SessionCache } from "./session_cache.ts";

declare const EdgeRuntime: { waitUntil(work: Promise<unknown>): void } | undefined;

const upstreamTimeoutMs = 20_000;
// An instance has 256 MB, and a cache of 16 MiB of small models was measured to need up to 48 MiB of WebAssembly heap.
const defaultCacheBytes = 16 * 1024 * 1024;
const defaultLargestBytes = 32 * 1024 * 1024;

function fetchWithTimeout(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const timeout = AbortSignal.timeout(upstreamTimeoutMs);
  return fetch(input, { ...init, signal: init.signal ? AbortSignal.any([init.signal, timeout]) : timeout });
}

const supabaseOptions = { global: { fetch: fetchWithTimeout } };

const download: Download = async (bucket, object) => {
  const { data, error } = await createAdminClient({ supabaseOptions }).storage.from(bucket).download(object);
  if (data) return { file: data };
  return { status: "status" in error && typeof error.status === "number" ? error.status : 0, reason: error.message };
};

const createSession = sessionFactory(() => fetchVerified(download, { bucket: "ml-runtime", ...ortManifest.wasm }));

async function loadModel(artifact: Artifact) {
  const bytes = await fetchVerified(download, { ...artifact, ...splitPath(artifact.path) });
  return await createSession(bytes);
}

function cacheLimits(): [cache: number, largest: number] {
  const given = Deno.env.get("INFERENCE_CACHE_BYTES");
  if (given === undefined) return [defaultCacheBytes, defaultLargestBytes];
  if (!/^[1-9][0-9]{0,11}$/.test(given)) {
    throw new Error(`INFERENCE_CACHE_BYTES must be a number of bytes, is "${given}"`);
  }
  return [Number(given), Number(given)];
}

async function logPredictions(predictions: LoggedPrediction[]): Promise<void> {
  const { error } = await createAdminClient({ supabaseOptions }).schema("ml").rpc("log_predictions", { predictions });
  if (error) throw new Error(`${error.code}: ${error.message}`);
}

async function logRefusals(refusals: LoggedRefusal[]): Promise<void> {
  const { error } = await createAdminClient({ supabaseOptions }).schema("ml").rpc("log_refusals", { refusals });
  if (error) throw new Error(`${error.code}: ${error.message}`);
}

const [cacheSize, largestModel] = cacheLimits();
const dependencies: Dependencies = {
  sessions: new SessionCache(cacheSize, loadModel, largestModel),
  log: new PredictionLog({
    write: logPredictions,
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    report: (line) => console.error(line),
  }),
  refusals: new RefusalLog({ write: logRefusals, report: (line) => console.error(line) }),
  now: () => performance.timeOrigin + performance.now(),
  waitUntil: typeof EdgeRuntime === "undefined" ? undefined : (work) => EdgeRuntime!.waitUntil(work),
};

// A worker's token names a machine, not a user, so its sub need not be a uuid.
const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function callerOf(context: SupabaseContext): Caller {
  // A token is passed on: the database decides by it. A secret key has no token, its caller is the service.
  const client = context.authMode === "secret" ? context.supabaseAdmin : context.supabase;
  const userId = context.userClaims?.id ?? "";
  return {
    userId: uuidPattern.test(userId) ? userId : null,
    resolve: async (args) => {
      const { data, error } = await client.schema("ml").rpc("resolve_prediction", args);
      if (error) throw fromDatabase(error);
      return data;
    },
  };
}

const answer = withSupabase(
  { auth: ["user", "secret:*"], supabaseOptions },
  (request, context) => handle(request, callerOf(context), dependencies),
);

export default {
  fetch: async (request: Request) =>
    refusedInOurForm(
      await answer(request),
      "sign in with supabase.auth first, a publishable key alone is nobody; servers send a secret key",
    ),
};
