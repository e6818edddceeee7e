// What the tests of the inference function share: the models, scikit-learn's own answers, and a handler with everything outside replaced.
import { assert, assertEquals } from "@std/assert";
import { makeApp } from "../../supabase/functions/_shared/app.ts";
import { type Caller, service } from "../../supabase/functions/_shared/caller.ts";
import type { Arguments, AsCaller } from "../../supabase/functions/_shared/database.ts";
import { api } from "../../supabase/functions/inference/api.ts";
import { handlersWith } from "../../supabase/functions/inference/handler.ts";
import { PredictionLog } from "../../supabase/functions/inference/prediction_log.ts";
import { RefusalLog } from "../../supabase/functions/inference/refusal_log.ts";
import { type Session, sessionFactory } from "../../supabase/functions/inference/runtime.ts";
import { type LoggedPrediction, type LoggedRefusal, predictReply } from "../../supabase/functions/inference/schema.ts";
import { type Artifact, SessionCache } from "../../supabase/functions/inference/session_cache.ts";
import { readRuntimeWasm } from "../../scripts/ort_runtime.ts";

const folder = new URL("inference_models/", import.meta.url);

export interface Expected {
  operators: string[];
  classes: number[];
  rows: number[][];
  labels: number[];
  probabilities: number[][];
}

export const expected: Record<string, Expected> = JSON.parse(await Deno.readTextFile(new URL("expected.json", folder)));

export function readModel(name: string): Uint8Array<ArrayBuffer> {
  return Deno.readFileSync(new URL(`${name}.onnx`, folder));
}

export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

export const createSession = sessionFactory(readRuntimeWasm);

export function columnsOf(width: number): string[] {
  return Array.from({ length: width }, (_, index) => `tumour:f${index}`);
}

/** What the database would answer for one of the models. */
export async function resolutionOf(name: string, change: Record<string, unknown> = {}) {
  const bytes = readModel(name);
  const sha256 = await sha256Hex(bytes);
  const { classes, rows } = expected[name] ?? { classes: [0, 1], rows: [[0, 0]] };
  const columns = columnsOf(rows[0]!.length);
  return {
    model: name,
    model_id: 7,
    version: 3,
    version_id: 11,
    purpose: "live",
    artifact: { path: `ml-artifacts/${sha256}`, sha256, bytes: bytes.byteLength },
    signature: {
      inputs: [{
        name: "features",
        type: "float32",
        shape: [null, columns.length],
        columns: columns.map((feature) => ({ feature, view_version: 1 })),
      }],
      outputs: [{ name: "probabilities", type: "float32", shape: [null, classes.length] }],
      classes,
      task: "classification",
    },
    columns,
    rows: null,
    entity_keys: null,
    entities: null,
    ...change,
  };
}

export type ResolveArguments = Arguments<"resolve_prediction">;

export interface Harness {
  calls: ResolveArguments[];
  logged: LoggedPrediction[][];
  refused: LoggedRefusal[][];
  reports: string[];
  loads: Artifact[];
  waiting: Promise<void>[];
  send(body: unknown, init?: RequestInit & { path?: string }): Promise<Response>;
}

export interface HarnessOptions {
  resolution?: unknown;
  resolve?: (args: ResolveArguments) => Promise<unknown>;
  load?: (artifact: Artifact) => Promise<Session>;
  write?: (rows: LoggedPrediction[]) => Promise<void>;
  writeRefusals?: (rows: LoggedRefusal[]) => Promise<void>;
  maxBytes?: number;
  waitUntil?: boolean;
  userId?: string | null;
}

function encode(body: unknown): BodyInit {
  return typeof body === "string" || body instanceof Uint8Array || body instanceof ReadableStream
    ? body as BodyInit
    : JSON.stringify(body);
}

/** The route's declaration tells of each way in which it refuses. */
function assertTold(status: number, details: string): void {
  const told: Record<number, readonly string[]> = api.routes.predict.refusals;
  assert(told[status]?.includes(details), `api.ts does not tell of ${status} ${details}`);
}

export function harness(options: HarnessOptions): Harness {
  const state = {
    calls: [] as ResolveArguments[],
    logged: [] as LoggedPrediction[][],
    refused: [] as LoggedRefusal[][],
    reports: [] as string[],
    loads: [] as Artifact[],
    waiting: [] as Promise<void>[],
  };
  const load = options.load ?? (() => createSession(readModel("boosting")));
  const call = async (name: string, args: ResolveArguments) => {
    if (name !== "resolve_prediction") throw new Error(`${name} is not called with the caller's own rights`);
    state.calls.push(args);
    return await (options.resolve?.(args) ?? options.resolution);
  };
  const handlers = handlersWith({
    asCaller: (() => ({ call })) as unknown as AsCaller,
    sessions: new SessionCache(options.maxBytes ?? 1_000_000, (artifact) => {
      state.loads.push(artifact);
      return load(artifact);
    }),
    log: new PredictionLog({
      write: options.write ?? (async (rows) => void state.logged.push(rows)),
      sleep: async () => {},
      report: (line) => void state.reports.push(line),
    }),
    refusals: new RefusalLog({
      write: options.writeRefusals ??
        (async (rows) => void state.refused.push(rows)),
      report: (line) => void state.reports.push(line),
    }),
    now: () => performance.timeOrigin + performance.now(),
    waitUntil: options.waitUntil === false ? undefined : (work) => void state.waiting.push(work),
  });
  const caller: Caller = { ...service, userId: options.userId ?? null };
  const app = makeApp(api, handlers, () => Promise.resolve(caller));
  const send = async (body: unknown, init: RequestInit & { path?: string } = {}) => {
    const { path = "/inference/predict", ...rest } = init;
    const method = rest.method ?? "POST";
    const request = new Request(`http://localhost${path}`, {
      method,
      body: method === "GET" ? undefined : encode(body),
      ...rest,
    });
    const response = await app.fetch(request);
    // What the document says of an answer is so, and nothing is in an answer that the document does not tell of.
    if (response.ok) {
      const reply = await response.clone().json();
      assertEquals(predictReply.parse(reply), reply);
    } else {
      const { details } = await response.clone().json();
      if (!["not_found", "method_not_allowed"].includes(details)) assertTold(response.status, details);
    }
    return response;
  };
  return { ...state, send };
}

export interface Reply {
  model: string;
  version: number;
  purpose: string;
  classes: number[];
  predictions: {
    id: string;
    label: number;
    score: number;
    probabilities: number[];
    entity?: Record<string, unknown>;
  }[];
  latency_ms: number;
}

export interface Refusal {
  code: string;
  message: string;
  details: string;
  hint: string;
}
