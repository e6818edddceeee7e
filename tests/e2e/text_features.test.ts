// Text features through the real stack: a dataset with two of them, both model types trained by a real worker, its checks, predictions.
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { call, type Client, rows, serviceClient } from "../../scripts/demo/clients.ts";
import { type Stack, startStack } from "../../scripts/stack/stack.ts";
import { startWorker } from "../../scripts/stack/worker.ts";
import { until } from "../support/waiting.ts";

// Means of body mass and bill length by species, and where each species lives, as published for the Palmer penguins
// (Gorman, Williams & Fraser 2014); the birds themselves are made up, from a seed.
const penguins = `
  create table public.penguins (penguin_id bigint, seen_at timestamptz, bill float8, mass float8, island text, sex text);
  create table public.sightings (penguin_id bigint, event_time timestamptz, species text);
  select setseed(0.5);
  insert into public.penguins
  select i, '2026-01-01Z', s.bill + 3 * (random() + random() + random() - 1.5), s.mass + 500 * (random() + random() + random() - 1.5),
      s.islands[1 + floor(random() * cardinality(s.islands))::integer], (array['male', 'female', null])[1 + floor(random() * 2.1)::integer]
  from generate_series(1, 300) i
  join (values
      (0, 38.8, 3700, array['Torgersen', 'Biscoe', 'Dream']), (1, 48.8, 3733, array['Dream']), (2, 47.5, 5076, array['Biscoe'])
  ) s (species, bill, mass, islands) on s.species = i % 3;
  insert into public.sightings
  select i, '2026-02-01Z', (array['Adelie', 'Chinstrap', 'Gentoo'])[1 + i % 3] from generate_series(1, 300) i`;

// The second goes into production and the third is compared with it, on rows of which some lack a text: the first could not sit that exam.
const trainings = [
  { model_type: "logistic_regression", params: {} },
  { model_type: "gradient_boosting", params: { n_estimators: 30 } },
  { model_type: "gradient_boosting", params: { n_estimators: 50 } },
];

const features = ["bill", "mass", "island", "sex"];

async function prepare(stack: Stack, ml: Client): Promise<void> {
  await stack.sql.unsafe(penguins);
  await call(ml, "register_entity", {
    name: "penguin",
    join_keys: [{ name: "penguin_id", type: "int64" }],
    description: "",
  });
  await call(ml, "register_feature_view", {
    name: "penguin",
    entity: "penguin",
    source: "public.penguins",
    event_time: "seen_at",
    features: features.map((name) => ({ name, type: ["bill", "mass"].includes(name) ? "float64" : "string" })),
  });
  await call(ml, "create_training_dataset", {
    name: "penguins",
    spine: "public.sightings",
    // Text between numbers: a model's columns have the numbers first.
    features: ["penguin:island", "penguin:bill", "penguin:sex", "penguin:mass"],
    label: "species",
  });
}

interface Job {
  state: string;
  error: string | null;
  result: Record<string, unknown>;
}

async function ended(ml: Client, id: number): Promise<Job> {
  let job: Job | undefined;
  await until(`job ${id} has ended`, async () => {
    [job] = await rows<Job>(ml, "jobs", { id });
    return ["succeeded", "failed", "cancelled"].includes(job!.state);
  }, { seconds: 60, everyMilliseconds: 100 });
  assertEquals([job!.state, job!.error], ["succeeded", null]);
  return job!;
}

interface Predictions {
  predictions: { label: string; probabilities: number[] }[];
}

async function predict(stack: Stack, body: Record<string, unknown>): Promise<Predictions> {
  const response = await fetch(`${stack.url}/functions/v1/inference/predict`, {
    method: "POST",
    headers: { "content-type": "application/json", apikey: stack.secretKey },
    body: JSON.stringify(body),
  });
  const reply = await response.json();
  assertEquals(response.status, 200, JSON.stringify(reply));
  return reply;
}

Deno.test("both model types train on text, are checked, compared, promoted, served from text and watched", async (t) => {
  const stack = await startStack({ tier: "native" });
  // By an access token, as on a hosted project; elsewhere in the tests a worker has a JWT.
  const [made] = await stack.sql<{ token: string }[]>`
    select ml.create_access_token('worker', 'worker') ->> 'token' as token`;
  const worker = await startWorker({ ...stack, workerJwt: made!.token }, { args: ["--poll-seconds", "0.2"] });
  const ml = serviceClient(stack);
  try {
    await prepare(stack, ml);
    for (const [index, { model_type, params }] of trainings.entries()) {
      await t.step(`version ${index + 1}, ${model_type}, learns the species and passes its checks`, async () => {
        const { job_id } = await call<{ job_id: number }>(ml, "train_model", {
          config: { model: "species", dataset: "penguins", model_type, params },
        });
        const { result } = await ended(ml, job_id);
        assert((result["metrics"] as { accuracy: number }).accuracy > 0.9, JSON.stringify(result));
        for (const kind of ["security_scan", "load_test", ...index > 1 ? ["comparison"] : []]) {
          const options = kind === "load_test" ? { requests: 50, max_p95_ms: 2000 } : {};
          const job = await call<{ id: number }>(ml, "queue_model_check", {
            model: "species",
            version: index + 1,
            kind,
            options,
          });
          const found = (await ended(ml, job.id)).result;
          assert(kind === "comparison" || found["passed"] === true, JSON.stringify(found));
        }
        if (index !== 1) return;
        for (const stage of ["staging", "production"]) {
          await call(ml, "set_promotion_policy", { model: "species", stage, requirements: {} });
          await call(ml, "promote_model", { model: "species", version: 2, stage });
        }
      });
    }
    await t.step("online features and inputs answer alike, and the log holds the text", async () => {
      const ids = [1, 2, 3, 4, 5, 6];
      const online = await predict(stack, { model: "species", entities: { penguin_id: ids } });
      const stored = await stack.sql<{ row: unknown[] }[]>`
        select jsonb_build_array(p.bill, p.mass, p.island, p.sex) as row from public.penguins p
        where p.penguin_id <= 6 order by p.penguin_id`;
      const inputs = stored.map(({ row }) => row);
      const given = await predict(stack, { model: "species", inputs });
      online.predictions.forEach(({ label, probabilities }, index) => {
        assertEquals(label, ["Adelie", "Chinstrap", "Gentoo"][ids[index]! % 3]);
        probabilities.forEach((value, at) =>
          assertAlmostEquals(value, given.predictions[index]!.probabilities[at]!, 1e-6)
        );
      });
      let logged: { features: unknown[] }[] = [];
      await until("the predictions are logged", async () => {
        logged = await stack.sql`
          select p.features from ml.predictions p where p.purpose = 'live' and p.entity is not null order by (p.entity ->> 'penguin_id')::int`;
        return logged.length === 6;
      });
      assertEquals(logged.map((each) => each.features), inputs);
    });
    await t.step("drift is checked over the numbers and health is reported", async () => {
      const references = await stack.sql`
        select distinct r.name from ml.drift_references r where r.kind = 'feature' order by r.name`;
      assertEquals(references.map(({ name }) => name), ["penguin:bill", "penguin:mass"]);
      const health = await call<{ version: number }>(ml, "model_health_report", { model: "species" });
      assertEquals(health.version, 2);
    });
  } finally {
    worker.kill("SIGTERM");
    await worker.done;
    await stack.stop();
  }
});
