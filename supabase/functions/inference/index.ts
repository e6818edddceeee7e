// POST /functions/v1/inference/predict: answers with the deployed version of a model. See docs/serving.md.
import { createAdminClient } from "@supabase/server/core";
import { makeApp } from "../_shared/app.ts";
import { service } from "../_shared/caller.ts";
import { authenticator, withCors } from "../_shared/credentials.ts";
import { asCaller } from "../_shared/database.ts";
import { api } from "./api.ts";
import { type Download, fetchVerified, splitPath } from "./artifacts.ts";
import { handlersWith } from "./handler.ts";
import { ortManifest } from "./ort_manifest.ts";
import { PredictionLog } from "./prediction_log.ts";
import { RefusalLog } from "./refusal_log.ts";
import { sessionFactory } from "./runtime.ts";
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

const [cacheSize, largestModel] = cacheLimits();
const report = (line: string) => console.error(line);
const handlers = handlersWith({
  asCaller,
  sessions: new SessionCache(cacheSize, loadModel, largestModel),
  log: new PredictionLog({
    write: async (predictions) => void await asCaller(service).call("log_predictions", { predictions }),
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    report,
  }),
  refusals: new RefusalLog({
    write: async (refusals) => void await asCaller(service).call("log_refusals", { refusals }),
    report,
  }),
  now: () => performance.timeOrigin + performance.now(),
  waitUntil: typeof EdgeRuntime === "undefined" ? undefined : (work) => EdgeRuntime!.waitUntil(work),
});

export default withCors(makeApp(
  api,
  handlers,
  authenticator("sign in with supabase.auth first, a publishable key alone is nobody; servers send a secret key"),
));
