/** Steps 9, 10 and 11: the platform retrains by itself, refuses a worse model, survives a killed worker, reports. */
import { call, refusal, rows } from "../clients.ts";
import {
  type Candidate,
  candidateOf,
  type Health,
  jobDone,
  type JobRow,
  type MainJob,
  model,
  need,
  predict,
  train,
  waitFor,
} from "../context.ts";
import { ensure } from "../report.ts";
import { listen } from "../listening.ts";
import { promote, runChecks } from "./promotion.ts";
import { checkAfter, sendFeedback } from "./serving.ts";

export async function retrain(job: MainJob): Promise<void> {
  const retraining = await waitFor("a retraining job", 30, async () => {
    const [found] = await rows<{ job_id: number; reason: string }>(job.engineer, "retrainings", {});
    return found;
  });
  job.report.say(`job ${retraining.job_id} was queued by the alert`);
  await jobDone(job, retraining.job_id);
  const trained = await job.engineer.schema("ml").from("training_jobs").select("run_id,dataset_id")
    .eq("job_id", retraining.job_id).single();
  if (trained.error) throw new Error(`read the retraining: ${trained.error.message}`);
  const better = await candidateOf(job, trained.data.run_id);
  const [dataset] = await rows<{ name: string; row_count: number }>(job.engineer, "datasets", {
    id: trained.data.dataset_id,
  });
  ensure(dataset !== undefined && dataset.row_count === 569, `the fresh dataset has ${dataset?.row_count} rows`);
  const [production] = await rows<{ value: number }>(job.engineer, "model_evidence", {
    version_id: better.versionId,
    name: "production_accuracy",
  });
  ensure(production !== undefined, "the worker did not measure the production model on the same rows");
  job.report.say(
    `version ${better.version} from ${dataset.row_count} rows: accuracy ${better.accuracy.toFixed(3)}, ` +
      `production on the same held-out rows ${production.value.toFixed(3)}`,
  );
  await promote(job, better.version, "staging");
  await runChecks(job, better);
  const promoted = await promote(job, better.version, "production");
  ensure(
    promoted.archived_version === need(job, "champion").version,
    `promotion archived version ${promoted.archived_version}`,
  );
  job.report.say(`version ${better.version} promoted, version ${promoted.archived_version} archived`);
  job.found.retrained = better;
  await compareBack(job, need(job, "champion"), better.version);
  await refuseWorse(job, dataset.name);
}

/** Whether one could roll back: the version that was replaced, measured beside the one that replaced it. */
async function compareBack(job: MainJob, former: Candidate, production: number): Promise<void> {
  const check = await call<{ id: number }>(job.engineer, "queue_model_check", {
    model,
    version: former.version,
    kind: "comparison",
  });
  await jobDone(job, check.id);
  const measured = async (name: string) => {
    const found = await rows<{ value: number; job_id: number; details: { production_version?: number } }>(
      job.engineer,
      "model_evidence",
      { version_id: former.versionId, name, job_id: check.id },
    );
    return found[0];
  };
  const [own, beside] = [await measured("accuracy"), await measured("production_accuracy")];
  ensure(own?.value === former.accuracy, `version ${former.version} now has accuracy ${own?.value}`);
  ensure(beside?.details.production_version === production, `it was compared with ${JSON.stringify(beside?.details)}`);
  job.report.say(
    `compared for a way back: version ${former.version} has accuracy ${own.value.toFixed(3)} on its held-out rows, ` +
      `version ${production} ${beside.value.toFixed(3)}`,
  );
}

async function refuseWorse(job: MainJob, dataset: string): Promise<void> {
  const queued = await train(job, { dataset, model_type: "logistic_regression", params: { C: 0.01 }, seed: 1 });
  await jobDone(job, queued.job_id);
  const worse = await candidateOf(job, queued.run_id);
  await promote(job, worse.version, "staging");
  await runChecks(job, worse);
  const { checks } = await call<{ checks: { check: string; passed: boolean; actual: number; required: number }[] }>(
    job.engineer,
    "check_promotion",
    { model, version: worse.version, stage: "production" },
  );
  const failing = checks.filter((each) => !each.passed);
  ensure(
    failing.length === 1 && failing[0]!.check === "not_worse_than_production" &&
      failing[0]!.actual < failing[0]!.required,
    `the worse version should fail by its accuracy alone: ${JSON.stringify(failing)}`,
  );
  const refused = await refusal(job.engineer, "promote_model", { model, version: worse.version, stage: "production" });
  ensure(refused.details === "promotion_refused", `refused with ${refused.details}: ${refused.message}`);
  job.report.say(`version ${worse.version} (accuracy ${worse.accuracy.toFixed(3)}) refused: ${refused.message}`);
}

export async function killWorker(job: MainJob): Promise<void> {
  const queued = await train(job, {
    dataset: need(job, "datasetName"),
    model_type: "gradient_boosting",
    params: { n_estimators: 400, max_depth: 3 },
    seed: 1,
  });
  const topic = await listen(job.engineer, `ml:jobs:${queued.job_id}`);
  await waitFor("the job to make progress", 60, () => {
    return Promise.resolve(topic.events.find((each) => each.event === "job.progress"));
  });
  await topic.close();
  job.worker.kill("SIGKILL");
  await job.worker.done;
  const [row] = await rows<JobRow>(job.engineer, "jobs", { id: queued.job_id });
  ensure(row?.state === "running", `the job was ${row?.state} when its worker was killed`);
  job.report.say(`worker killed in the middle of job ${queued.job_id}; another one starts`);
  job.worker = await job.startWorker();
  const done = await jobDone(job, queued.job_id);
  ensure(done.attempt >= 2, `the job ended in attempt ${done.attempt}`);
  const candidate = await candidateOf(job, queued.run_id);
  job.report.say(`finished in attempt ${done.attempt}: one version (${candidate.version}), one run`);
  job.found.attempts = done.attempt;
}

/** The new version in use: every patient is served once more, and the diagnoses of the last cohort come as feedback. */
async function serveEverybody(job: MainJob): Promise<void> {
  const { past, clean, miscalibrated } = job.cohorts;
  const patients = [...miscalibrated, ...clean, ...past];
  const start = new Date();
  const predictions = await predict(job, patients.map((patient) => patient.id));
  const check = await checkAfter(job, start);
  ensure(!check.data_drift, "the retrained version calls its own population drift");
  await sendFeedback(job, miscalibrated, predictions.slice(0, miscalibrated.length));
}

export async function healthReport(job: MainJob): Promise<void> {
  await serveEverybody(job);
  const health = await call<Health>(job.engineer, "model_health_report", { model });
  const { serving, feedback, drift } = health;
  ensure(health.version === need(job, "retrained").version, `the report is of version ${health.version}`);
  job.report.say(`${model} version ${health.version}: ${health.status}`);
  job.report.say(
    `served ${serving.predictions} predictions, p50 ${serving.latency_ms_p50.toFixed(1)} ms, ` +
      `p95 ${serving.latency_ms_p95.toFixed(1)} ms`,
  );
  job.report.say(
    `drift: ${
      drift
        ? `last check over ${drift.row_count} rows, ${drift.data_drift ? "drift" : "none"}`
        : "not checked since the promotion"
    }; ` +
      `open alerts: ${health.alerts.length}; ${feedback.labelled} labelled predictions, accuracy ${
        feedback.accuracy?.toFixed(3)
      }`,
  );
  job.report.say(
    `retrainings: ${health.retraining.map((each) => `${each.state} → version ${each.version}`).join(", ")}`,
  );
  for (const advice of health.advice) job.report.say(`advice: ${advice}`);
  job.found.health = health;
}
