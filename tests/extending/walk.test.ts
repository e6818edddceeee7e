// Follows docs/extending.md to the letter: its rows in a database, its files in a copy of the worker, and a real training with both.
import { assert, assertEquals } from "@std/assert";
import { call, rows, serviceClient } from "../../scripts/demo/clients.ts";
import { startStack } from "../../scripts/stack/stack.ts";
import { startWorker } from "../../scripts/stack/worker.ts";
import { fromRoot } from "../../scripts/test/paths.ts";
import { examplesOf } from "../docs/pages.ts";
import { until } from "../support/waiting.ts";

const data = `
  create table public.flowers (flower_id bigint, seen_at timestamptz, width float8, height float8);
  create table public.seen (flower_id bigint, event_time timestamptz, kind text);
  select setseed(0.25);
  insert into public.flowers select i, '2026-01-01Z', random() + i % 2, random() - i % 2 from generate_series(1, 200) i;
  insert into public.seen select i, '2026-01-02Z', case i % 2 when 0 then 'rose' else 'tulip' end from generate_series(1, 200) i;
`;

interface Job {
  state: string;
  error: string | null;
  result: Record<string, unknown>;
  finished_at: string | null;
}

/** The worker's packages with the page's files put where it says. */
async function extendedWorker(python: string[]): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "aimatrix_worker_" });
  const copied = await new Deno.Command("cp", {
    args: ["-r", fromRoot("worker/aimatrix_worker"), fromRoot("clients/python/aimatrix"), folder],
  }).output();
  assert(copied.success);
  const places = ["models/random_forest.py", "kinds/size_check.py"];
  for (const [at, place] of places.entries()) {
    await Deno.writeTextFile(`${folder}/aimatrix_worker/${place}`, python[at]!);
  }
  return folder;
}

const unindented = (text: string) => text.replace(/^ {3}/gm, "");

Deno.test("the model type and the kind of check of docs/extending.md work as it says", async (t) => {
  const page = unindented(await Deno.readTextFile(fromRoot("docs/extending.md")));
  const examples = examplesOf(page);
  const textsOf = (language: string) => examples.filter((e) => e.language === language).map((e) => e.text);
  const stack = await startStack({ tier: "native" });
  const folder = await extendedWorker(textsOf("python"));
  for (const text of [data, ...textsOf("sql")]) await stack.sql.unsafe(text);
  const worker = await startWorker(stack, { args: ["--poll-seconds", "0.2"], env: { PYTHONPATH: folder } });
  const ml = serviceClient(stack);
  const ended = async (id: number) => {
    let job: Job | undefined;
    await until(`job ${id} has ended`, async () => {
      [job] = await rows<Job>(ml, "jobs", { id });
      return job!.finished_at !== null;
    }, { seconds: 60, everyMilliseconds: 100 });
    return job!;
  };
  try {
    await call(ml, "register_entity", { name: "flower", join_keys: [{ name: "flower_id", type: "int64" }] });
    const features = ["width", "height"].map((name) => ({ name, type: "float64" }));
    await call(ml, "register_feature_view", {
      name: "flower",
      entity: "flower",
      source: "public.flowers",
      event_time: "seen_at",
      features,
    });
    await call(ml, "create_training_dataset", {
      name: "flowers",
      spine: "public.seen",
      features: ["flower:width", "flower:height"],
      label: "kind",
      split: { train: 0.7, test: 0.3 },
    });
    await t.step(
      "a training of the new model type gives a version, with the default that its row declares",
      async () => {
        const config = { model: "flowers", dataset: "flowers", model_type: "random_forest" };
        const { job_id } = await call<{ job_id: number }>(ml, "train_model", { config });
        const job = await ended(job_id);
        assertEquals([job.state, job.error], ["succeeded", null]);
        assert((job.result["metrics"] as { accuracy: number }).accuracy > 0.9, JSON.stringify(job.result));
        const [training] = await stack.sql`select config -> 'params' as params from ml.training_jobs`;
        assertEquals(training!.params, { n_estimators: 100, min_samples_leaf: 5 });
      },
    );
    await t.step("a check of the new kind records its evidence", async () => {
      const { id } = await call<{ id: number }>(ml, "queue_model_check", {
        model: "flowers",
        version: 1,
        kind: "size_check",
        options: { max_kilobytes: 64 },
      });
      const job = await ended(id);
      assertEquals([job.state, job.error, job.result["passed"]], ["succeeded", null, true]);
      const [evidence] = await stack.sql`select passed from ml.model_evidence where name = 'size_check'`;
      assertEquals(evidence!.passed, true);
    });
  } finally {
    worker.kill("SIGTERM");
    await worker.done;
    await stack.stop();
    await Deno.remove(folder, { recursive: true });
  }
});
