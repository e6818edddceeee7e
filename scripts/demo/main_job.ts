/**
 * The platform's main job on real data, through public interfaces only: an app's tables, supabase-js, HTTP, Realtime
 * and webhooks. `npm run demo` prints it, the end-to-end tests assert it.
 */
import postgres from "postgres";
import { ensureVenv } from "../stack/python.ts";
import type { Stack } from "../stack/stack.ts";
import { startWorker } from "../stack/worker.ts";
import { call, serviceClient, signUp } from "./clients.ts";
import type { Found, MainJob } from "./context.ts";
import { dealCohorts, loadPatients } from "./data.ts";
import { Report } from "./report.ts";
import { freshFeatures, pointInTimeDataset } from "./steps/features.ts";
import { promoteByPolicy } from "./steps/promotion.ts";
import { healthReport, killWorker, retrain } from "./steps/retraining.ts";
import { cleanCohort, miscalibratedCohort, predictHeldOut } from "./steps/serving.ts";
import { queueTraining, registeredCandidates } from "./steps/training.ts";
import { WebhookInbox } from "./webhook_inbox.ts";

const steps: [string, (job: MainJob) => Promise<void>][] = [
  ["Features, fresh in the transaction that changed the data", freshFeatures],
  ["A point-in-time dataset from the diagnoses", pointInTimeDataset],
  ["Training is queued and followed on Realtime", queueTraining],
  ["The worker trains two candidates and registers them", registeredCandidates],
  ["Promotion by policy", promoteByPolicy],
  ["The edge function predicts held-out patients from online features", predictHeldOut],
  ["A clean cohort: no alert", cleanCohort],
  ["A miscalibrated scanner: alert, webhook, Realtime", miscalibratedCohort],
  ["Retrained by itself; the better version promoted, a worse one refused", retrain],
  ["A worker killed in the middle of a job", killWorker],
  ["The health report", healthReport],
];

export interface Outcome {
  found: Found;
  report: Report;
}

async function setUp(stack: Stack, report: Report): Promise<MainJob> {
  const { python } = await ensureVenv();
  const sql = postgres(stack.dbUrl, { max: 1, prepare: false, onnotice: () => {} });
  await sql.file(new URL("app.sql", import.meta.url));
  const service = serviceClient(stack);
  // The first admin comes from the service role; the admin adds everybody else.
  const admin = await signUp(stack, "admin@clinic.example");
  await call(service, "add_member", { user_id: admin.id, role: "admin" });
  const engineer = await signUp(stack, "engineer@clinic.example");
  await call(admin.client, "add_member", { user_id: engineer.id, role: "engineer" });
  const newWorker = () => startWorker(stack, { args: ["--lease-seconds", "5", "--poll-seconds", "0.5"] });
  return {
    stack,
    report,
    cohorts: dealCohorts(await loadPatients(python)),
    sql,
    service,
    admin: admin.client,
    engineer: engineer.client,
    engineerToken: engineer.token,
    inbox: new WebhookInbox(),
    worker: await newWorker(),
    startWorker: newWorker,
    found: {},
  };
}

/** Runs every step against a fresh stack and stops at the first that does not hold. */
export async function runMainJob(stack: Stack, print?: (line: string) => void): Promise<Outcome> {
  const report = new Report(steps.length, print);
  const job = await setUp(stack, report);
  try {
    for (const [title, run] of steps) await report.step(title, () => run(job));
    return { found: job.found as Found, report };
  } finally {
    job.worker.kill("SIGTERM");
    await job.worker.done;
    await job.inbox.close();
    for (const client of [job.service, job.admin, job.engineer]) await client.realtime.disconnect();
    await job.sql.end({ timeout: 5 });
  }
}
