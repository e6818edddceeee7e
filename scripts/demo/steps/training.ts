/** Steps 3 and 4: two training jobs, followed on Realtime, and the two candidates they register. */
import { type Candidate, candidateOf, jobDone, type MainJob, need, train, waitFor } from "../context.ts";
import { ensure } from "../report.ts";
import { listen } from "../listening.ts";

let queued: { job_id: number; run_id: string }[] = [];

export async function queueTraining(job: MainJob): Promise<void> {
  const dataset = need(job, "datasetName");
  queued = [
    await train(job, { dataset, model_type: "gradient_boosting", params: { n_estimators: 80, max_depth: 3 }, seed: 1 }),
    await train(job, { dataset, model_type: "logistic_regression", params: { max_iter: 200 }, seed: 1 }),
  ];
  const first = queued[0]!.job_id;
  const topic = await listen(job.engineer, `ml:jobs:${first}`);
  job.report.say(`jobs ${queued.map((each) => each.job_id).join(" and ")} queued; following ml:jobs:${first}`);
  const event = await waitFor("progress on Realtime", 60, () => {
    return Promise.resolve(topic.events.find((each) => each.event === "job.progress"));
  });
  job.report.say(`Realtime: ${event.event} ${JSON.stringify(event.payload.progress)}`);
  await topic.close();
}

export async function registeredCandidates(job: MainJob): Promise<void> {
  const candidates: Candidate[] = [];
  for (const { job_id, run_id } of queued) {
    await jobDone(job, job_id);
    const candidate = await candidateOf(job, run_id);
    candidates.push(candidate);
    job.report.say(
      `version ${candidate.version}: ${candidate.modelType}, held-out accuracy ${candidate.accuracy.toFixed(3)}`,
    );
  }
  const champion = candidates.toSorted((a, b) => b.accuracy - a.accuracy)[0];
  ensure(champion !== undefined, "no candidate was registered");
  Object.assign(job.found, { candidates, champion });
}
