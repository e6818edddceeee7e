/** Steps 6, 7 and 8: the edge function agrees with the worker, a clean cohort is quiet, a miscalibrated one is not. */
import { call, rows } from "../clients.ts";
import { type MainJob, model, need, predict, type Prediction, waitFor } from "../context.ts";
import type { Patient } from "../data.ts";
import { ensure } from "../report.ts";
import { listen } from "../listening.ts";
import { insert, measurement } from "./features.ts";

interface DatasetPage {
  columns: string[];
  rows: unknown[][];
  next_after: number | null;
}

export async function predictHeldOut(job: MainJob): Promise<void> {
  const champion = need(job, "champion");
  const page = await call<DatasetPage>(job.engineer, "read_dataset", {
    dataset: need(job, "datasetName"),
    split: "test",
  });
  ensure(page.next_after === null, "the held-out split takes more than one page");
  const patients = page.rows.map((row) => Number(row[page.columns.indexOf("patient_id")]));
  const [reference] = await rows<{ details: { scores: number[] } }>(job.engineer, "model_evidence", {
    version_id: champion.versionId,
    name: "reference_scores",
  });
  ensure(reference?.details.scores.length === patients.length, "the worker kept a score for each held-out patient");

  const predictions = await predict(job, patients);
  const largest = Math.max(...predictions.map((each, i) => Math.abs(each.score - reference.details.scores[i]!)));
  ensure(largest <= 1e-5, `the edge function differs from the worker by ${largest}`);
  const diagnoses = new Map(job.cohorts.past.map((patient) => [patient.id, patient.diagnosis]));
  const right = predictions.filter((each, i) => each.label === diagnoses.get(patients[i]!)).length;
  const accuracy = right / predictions.length;
  ensure(accuracy >= 0.93, `accuracy on held-out patients is ${accuracy.toFixed(3)}, expected at least 0.93`);
  job.report.say(
    `${predictions.length} held-out patients from online features: accuracy ${accuracy.toFixed(3)}, ` +
      `largest difference from the worker's own scores ${largest.toExponential(1)}`,
  );
  Object.assign(job.found, { heldOutAccuracy: accuracy, largestDifference: largest });
}

/** Measures a cohort now and asks for a prediction of each. */
async function serve(job: MainJob, patients: Patient[]): Promise<Prediction[]> {
  await insert(job, "measurements", patients.map((patient) => measurement(patient, new Date())));
  return await predict(job, patients.map((patient) => patient.id));
}

/** The first drift check that covers predictions served after a time. */
export function checkAfter(
  job: MainJob,
  time: Date,
): Promise<{ row_count: number; data_drift: boolean; checked_at: string }> {
  return waitFor("a drift check", 30, async () => {
    const { data } = await job.engineer.schema("ml").from("drift_checks").select("*")
      .gte("window_end", time.toISOString()).order("id").limit(1);
    return data?.[0];
  });
}

/** The diagnoses arrive later: into the app's table, and as feedback on the predictions that were served. */
async function diagnose(job: MainJob, patients: Patient[], predictions: Prediction[]): Promise<void> {
  const now = new Date().toISOString();
  await insert(
    job,
    "diagnoses",
    patients.map(({ id, diagnosis }) => ({ patient_id: id, diagnosed_at: now, diagnosis })),
  );
  await sendFeedback(job, patients, predictions);
}

export async function sendFeedback(job: MainJob, patients: Patient[], predictions: Prediction[]): Promise<void> {
  for (const [i, prediction] of predictions.entries()) {
    await call(job.engineer, "submit_feedback", { prediction_id: prediction.id, actual: patients[i]!.diagnosis });
  }
}

/** Predictions are logged after the reply, and a check takes a window once: let the ones before settle into theirs. */
async function settled(job: MainJob): Promise<Date> {
  await waitFor("the predictions so far to be checked", 30, async () => {
    const { count } = await job.engineer.schema("ml").from("drift_checks").select("*", { count: "exact", head: true });
    return (count ?? 0) > 0 ? true : undefined;
  });
  return new Date();
}

export async function cleanCohort(job: MainJob): Promise<void> {
  await call(job.engineer, "set_monitor", { model, config: { retrain_delay: "5 seconds", check_every: "1 second" } });
  const start = await settled(job);
  const { clean } = job.cohorts;
  const predictions = await serve(job, clean);
  const check = await checkAfter(job, start);
  ensure(!check.data_drift, "a clean cohort was called drift");
  const alerts = await rows<{ title: string }>(job.engineer, "alerts", {});
  ensure(alerts.length === 0, `a clean cohort raised an alert: ${alerts[0]?.title}`);
  await diagnose(job, clean, predictions);
  job.report.say(`${clean.length} patients served and checked for drift (${check.row_count} rows): no alert`);
}

export async function miscalibratedCohort(job: MainJob): Promise<void> {
  const endpoint = await call<{ secret: string }>(job.admin, "register_webhook_endpoint", {
    url: job.inbox.url,
    event_types: ["alert.opened"],
  });
  job.inbox.trust(endpoint.secret);
  const topic = await listen(job.engineer, "ml:alerts");
  const start = new Date();
  const { miscalibrated } = job.cohorts;
  const predictions = await serve(job, miscalibrated);
  const check = await checkAfter(job, start);
  ensure(check.data_drift, `the first check over the miscalibrated cohort (${check.row_count} rows) found no drift`);
  const served = performance.now();
  const alerts = await rows<{ title: string; severity: string; kind: string }>(job.engineer, "alerts", {
    kind: "data_drift",
  });
  ensure(alerts.length === 1, `${alerts.length} data drift alerts, expected one`);
  job.report.say(`alert by the first check after the cohort: ${alerts[0]!.severity}, ${alerts[0]!.title}`);
  await diagnose(job, miscalibrated, predictions);

  const delivery = await waitFor("a webhook", 30, () => {
    return Promise.resolve(job.inbox.deliveries.find((each) => each.type === "alert.opened"));
  });
  ensure(delivery.verified, "the webhook's signature does not verify");
  job.report.say(`webhook ${delivery.type} received, signature verified`);
  await waitFor("the alert on Realtime", 10, () => {
    return Promise.resolve(topic.events.find((each) => each.event === "alert.opened"));
  });
  job.report.say(
    `Realtime event alert.opened received; both within ${((performance.now() - served) / 1000).toFixed(1)} s`,
  );
  await topic.close();
}
