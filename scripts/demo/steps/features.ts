/** Steps 1 and 2: features that are fresh in the writer's own transaction, and a point-in-time dataset. */
import { call } from "../clients.ts";
import { type MainJob } from "../context.ts";
import { columns, type Patient } from "../data.ts";
import { ensure } from "../report.ts";

interface OnlineFeatures {
  metadata: { feature_names: string[] };
  results: { values: unknown[]; statuses: string[] }[];
}

const day = 86_400_000;

export const featureRefs = columns.map((name) => `tumour:${name}`);

/** A patient's row as the scanner's software would insert it. */
export function measurement(patient: Patient, measuredAt: Date): Record<string, unknown> {
  const at = measuredAt.toISOString();
  return { patient_id: patient.id, measured_at: at, recorded_at: at, ...patient.measurements };
}

export async function insert(job: MainJob, table: string, newRows: Record<string, unknown>[]): Promise<void> {
  const { error } = await job.service.from(table).insert(newRows);
  if (error) throw new Error(`insert into ${table}: ${error.message}`);
}

async function readArea(job: MainJob, patient: number): Promise<{ value: unknown; status: string | undefined }> {
  const read = await call<OnlineFeatures>(job.engineer, "get_online_features", {
    features: ["tumour:mean_area"],
    entities: { patient_id: [patient] },
  });
  const column = read.results[read.metadata.feature_names.indexOf("mean_area")];
  return { value: column?.values[0], status: column?.statuses[0] };
}

/** The measurement of the i-th past patient was taken i half-days into the last 200 days. */
function pastTime(i: number): Date {
  return new Date(Date.now() - 200 * day + i * day / 2);
}

export async function freshFeatures(job: MainJob): Promise<void> {
  await call(job.engineer, "register_entity", {
    name: "patient",
    join_keys: [{ name: "patient_id", type: "int64" }],
    description: "A patient with one tumour under examination",
  });
  const view = await call<{ name: string; version: number }>(job.engineer, "register_feature_view", {
    name: "tumour",
    entity: "patient",
    source: "public.measurements",
    event_time: "measured_at",
    created_time: "recorded_at",
    features: columns.map((name) => ({
      name,
      type: "float64",
      transformation: name.endsWith("_area") ? { type: "log", offset: 1 } : { type: "normalize", method: "z_score" },
    })),
    description: "Thirty measurements of cell nuclei in a tumour",
  });
  job.report.say(`feature view ${view.name} version ${view.version}: ${columns.length} features, 3 log, 27 normalised`);

  const [first, second] = job.cohorts.past as [Patient, Patient];
  const before = await readArea(job, first.id);
  ensure(before.status === "NOT_FOUND", `patient ${first.id} is ${before.status} before the first insert`);
  await insert(job, "measurements", [measurement(first, pastTime(0))]);
  const after = await readArea(job, first.id);
  const expected = Math.log((first.measurements.mean_area ?? NaN) + 1);
  ensure(
    after.status === "PRESENT" && Math.abs(Number(after.value) - expected) < 1e-12,
    `after the insert mean_area reads ${after.status} ${after.value}, expected ${expected}`,
  );
  job.report.say(`inserted one measurement; the next read shows log(area + 1) = ${Number(after.value).toFixed(6)}`);

  await rolledBackInsert(job, second);
}

async function rolledBackInsert(job: MainJob, patient: Patient): Promise<void> {
  class RolledBack extends Error {}
  let inside: string | undefined;
  try {
    await job.sql.begin(async (sql) => {
      await sql`insert into public.measurements ${sql(measurement(patient, pastTime(1)))}`;
      const [row] = await sql<{ read: OnlineFeatures }[]>`
        select ml.get_online_features(array['tumour:mean_area'], ${sql.json({ patient_id: [patient.id] })}) as read`;
      inside = row?.read.results[row.read.metadata.feature_names.indexOf("mean_area")]?.statuses[0];
      throw new RolledBack();
    });
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error;
  }
  ensure(inside === "PRESENT", `inside the writer's transaction the feature is ${inside}`);
  const { status } = await readArea(job, patient.id);
  ensure(status === "NOT_FOUND", `after the rollback the feature is ${status}`);
  job.report.say("a second insert is visible inside its transaction, and gone after its rollback");
}

export async function pointInTimeDataset(job: MainJob): Promise<void> {
  const { past } = job.cohorts;
  await insert(job, "measurements", past.slice(1).map((patient, i) => measurement(patient, pastTime(i + 1))));
  await insert(
    job,
    "diagnoses",
    past.map((patient, i) => ({
      patient_id: patient.id,
      diagnosed_at: new Date(pastTime(i).getTime() + 2 * day).toISOString(),
      diagnosis: patient.diagnosis,
    })),
  );
  job.report.say(`${past.length} measurements and the diagnoses that came two days after each`);
  const name = "tumours_1";
  const dataset = await call<{ row_count: number; split_counts: Record<string, number>; content_hash: string }>(
    job.engineer,
    "create_training_dataset",
    {
      name,
      spine: "public.diagnoses",
      features: featureRefs,
      label: "diagnosis",
      event_time: "diagnosed_at",
      split: { train: 0.7, test: 0.3, seed: 7 },
      fit: true,
    },
  );
  ensure(dataset.row_count === past.length, `the dataset has ${dataset.row_count} rows, the spine ${past.length}`);
  const splits = Object.entries(dataset.split_counts).map(([split, n]) => `${split} ${n}`).join(", ");
  job.report.say(`dataset ${name}: ${dataset.row_count} rows (${splits}), hash ${dataset.content_hash.slice(0, 12)}…`);
  job.found.datasetName = name;
}
