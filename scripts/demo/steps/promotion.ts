/** Step 5: a policy decides what reaches production. */
import { call, refusal } from "../clients.ts";
import { type Candidate, jobDone, type MainJob, model, need } from "../context.ts";
import { ensure } from "../report.ts";

interface Promotion {
  archived_version: number | null;
  checks: { check: string; passed: boolean }[];
}

export function promote(job: MainJob, version: number, stage: string): Promise<Promotion> {
  return call(job.engineer, "promote_model", { model, version, stage });
}

/** Runs the load test and the security scan of a version as jobs, and waits for both. */
export async function runChecks(job: MainJob, candidate: Candidate): Promise<void> {
  for (const kind of ["security_scan", "load_test"]) {
    const options = kind === "load_test" ? { requests: 60, concurrency: 2, max_p95_ms: 2000 } : {};
    const check = await call<{ id: number }>(job.engineer, "queue_model_check", {
      model,
      version: candidate.version,
      kind,
      options,
    });
    await jobDone(job, check.id);
    const { data } = await job.engineer.schema("ml").from("model_evidence").select("passed,value,details")
      .eq("version_id", candidate.versionId).eq("name", kind).order("id", { ascending: false }).limit(1).single();
    ensure(data?.passed === true, `${kind} of version ${candidate.version}: ${JSON.stringify(data)}`);
    job.report.say(`${kind} passed${kind === "load_test" ? `, p95 ${Number(data.value).toFixed(1)} ms` : ""}`);
  }
}

export async function promoteByPolicy(job: MainJob): Promise<void> {
  const champion = need(job, "champion");
  const staged = await promote(job, champion.version, "staging");
  job.report.say(`version ${champion.version} to staging: ${staged.checks.length} checks passed`);

  const refused = await refusal(job.engineer, "promote_model", {
    model,
    version: champion.version,
    stage: "production",
  });
  ensure(refused.details === "promotion_refused", `production refused with ${refused.details}: ${refused.message}`);
  ensure(/24|hours_in_staging/.test(refused.message), `the refusal does not name the 24 hours: ${refused.message}`);
  job.report.say(`to production refused: ${refused.message}`);

  await call(job.admin, "set_promotion_policy", {
    model,
    stage: "production",
    requirements: {
      min: { accuracy: 0.9 },
      max: { inference_ms: 50 },
      passed: ["load_test", "security_scan"],
      hours_in_staging: 0,
      not_worse_than_production: { metric: "accuracy", tolerance: 0 },
    },
  });
  job.report.say("an admin sets hours_in_staging to 0 for this model");
  await runChecks(job, champion);
  const produced = await promote(job, champion.version, "production");
  job.report.say(
    `version ${champion.version} to production: ${produced.checks.length} checks passed, deployment switched`,
  );
}
