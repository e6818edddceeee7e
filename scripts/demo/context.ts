/** What the steps of the main job share, and the few ways in which they wait and ask. */
import type { Sql } from "postgres";
import type { Stack } from "../stack/stack.ts";
import type { WorkerProcess } from "../stack/worker.ts";
import { call, type Client, rows } from "./clients.ts";
import type { Cohorts } from "./data.ts";
import type { Report } from "./report.ts";
import { ensure } from "./report.ts";
import type { WebhookInbox } from "./webhook_inbox.ts";

export interface MainJob {
  stack: Stack;
  report: Report;
  cohorts: Cohorts;
  /** The app's own database connection. */
  sql: Sql;
  service: Client;
  admin: Client;
  engineer: Client;
  engineerToken: string;
  inbox: WebhookInbox;
  worker: WorkerProcess;
  startWorker: () => Promise<WorkerProcess>;
  /** Filled as the steps go. */
  found: Partial<Found>;
}

export interface Found {
  datasetName: string;
  candidates: Candidate[];
  champion: Candidate;
  heldOutAccuracy: number;
  largestDifference: number;
  retrained: Candidate;
  attempts: number;
  health: Health;
}

export interface Candidate {
  version: number;
  versionId: number;
  modelType: string;
  accuracy: number;
  runId: string;
}

export interface Health {
  status: string;
  version: number;
  advice: string[];
  serving: { predictions: number; latency_ms_p50: number; latency_ms_p95: number };
  drift: { row_count: number; data_drift: boolean; results: { name: string; drifted: boolean }[] } | null;
  alerts: { kind: string; severity: string; title: string }[];
  feedback: { labelled: number; accuracy: number | null; accuracy_interval: number[] | null };
  retraining: { state: string; version: number | null }[];
}

export interface JobRow {
  id: number;
  kind: string;
  state: string;
  attempt: number;
  error: string | null;
  progress: unknown;
}

export const model = "tumour_classifier";

/** What earlier steps found; a step that runs before its time is a mistake in the list of steps. */
export function need<K extends keyof Found>(job: MainJob, key: K): Found[K] {
  const value = job.found[key];
  if (value === undefined) throw new Error(`main job: ${key} is not known yet`);
  return value as Found[K];
}

/** Asks again every 100 ms until there is an answer; fails with the text after the given seconds. */
export async function waitFor<T>(what: string, seconds: number, ask: () => Promise<T | undefined>): Promise<T> {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited ${seconds} s for ${what}`);
}

/** Waits until a job has ended, and requires that it succeeded. */
export async function jobDone(job: MainJob, id: number, seconds = 120): Promise<JobRow> {
  const row = await waitFor(`job ${id} to end`, seconds, async () => {
    const [found] = await rows<JobRow>(job.engineer, "jobs", { id });
    return found && ["succeeded", "failed", "cancelled"].includes(found.state) ? found : undefined;
  });
  ensure(row.state === "succeeded", `job ${id} (${row.kind}) ${row.state}: ${row.error}`);
  return row;
}

export function train(job: MainJob, config: Record<string, unknown>): Promise<{ job_id: number; run_id: string }> {
  return call(job.engineer, "train_model", { config: { model, ...config } });
}

/** The version that a run registered, with the newest accuracy recorded for it. */
export async function candidateOf(job: MainJob, runId: string): Promise<Candidate> {
  const versions = await rows<{ id: number; version: number; model_type: string }>(job.engineer, "model_versions", {
    run_id: runId,
  });
  ensure(versions.length === 1, `run ${runId} registered ${versions.length} versions, expected one`);
  const version = versions[0]!;
  const evidence = await rows<{ value: number }>(job.engineer, "model_evidence", {
    version_id: version.id,
    name: "accuracy",
  });
  ensure(evidence.length > 0, `version ${version.version} has no accuracy on record`);
  return {
    version: version.version,
    versionId: version.id,
    modelType: version.model_type,
    accuracy: evidence.at(-1)!.value,
    runId,
  };
}

export interface Prediction {
  id: string;
  label: string;
  score: number;
  probabilities: number[];
}

/** Asks the edge function for predictions from online features. */
export async function predict(job: MainJob, patients: number[]): Promise<Prediction[]> {
  const response = await fetch(`${job.stack.url}/functions/v1/inference/predict`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      apikey: job.stack.publishableKey,
      authorization: `Bearer ${job.engineerToken}`,
    },
    body: JSON.stringify({ model, entities: { patient_id: patients } }),
  });
  const body = await response.json();
  ensure(response.ok, `predict answered ${response.status}: ${JSON.stringify(body).slice(0, 300)}`);
  return body.predictions;
}
