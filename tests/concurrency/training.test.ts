// Trainings under a lease, and checks and retrainings asked for twice at once.
import { assertEquals } from "@std/assert";
import type { TestDatabase } from "../support/database.ts";
import { openSession, refusal, type Session, startBlocked, withModel } from "./registry_support.ts";

async function train(db: TestDatabase): Promise<number> {
  const [row] = await db.sql`select (ml.train_model(
    '{"model": "tumour", "dataset": "tumours", "model_type": "logistic_regression"}') ->> 'job_id')::bigint as job`;
  return Number(row!.job);
}

const claim = (session: Session) => session.sql`select id, attempt from ml.claim_jobs('w', array['training'])`;
const begin = (session: Session, job: number, attempt: number) =>
  session.sql`select ml.begin_training(${job}, ${attempt}) as reply`;

Deno.test("a worker whose lease is taken while it begins a training is told so and changes nothing", async () => {
  await withModel("begin_lost", 0, async (db) => {
    const job = await train(db);
    const [slow, quick] = [await openSession(db, "ml_worker"), await openSession(db, "ml_worker")];
    await claim(slow);
    await db.sql`update ml.jobs set lease_expires_at = now() - interval '1 second' where id = ${job}`;
    await quick.sql.unsafe("begin");
    await claim(quick);
    const waiting = await startBlocked(db, slow, () => begin(slow, job, 1));
    await quick.sql.unsafe("commit");
    assertEquals(await refusal(waiting.reply), "lease_lost");
    const [run] = await db.sql`select status from ml.runs`;
    assertEquals(run!.status, "scheduled");
  });
});

Deno.test("a training is not cancelled in the middle of its beginning", async () => {
  await withModel("begin_cancel", 0, async (db) => {
    const job = await train(db);
    const [worker, engineer] = [await openSession(db, "ml_worker"), await openSession(db, "engineer")];
    await claim(worker);
    await worker.sql.unsafe("begin");
    await begin(worker, job, 1);
    const waiting = await startBlocked(db, engineer, () => engineer.sql`select ml.cancel_job(${job})`);
    await worker.sql.unsafe("commit");
    await waiting.reply;
    const [row] = await db.sql`select j.cancel_requested, r.status from ml.jobs j join ml.runs r on r.job_id = j.id`;
    assertEquals({ ...row }, { cancel_requested: true, status: "running" });
  });
});

Deno.test("two sessions that queue one check queue one job", async () => {
  await withModel("check_twice", 1, async (db) => {
    const [first, second] = [await openSession(db, "engineer"), await openSession(db, "engineer")];
    const queue = (session: Session) => session.sql`select id from ml.queue_model_check('tumour', 1, 'load_test')`;
    await first.sql.unsafe("begin");
    const [one] = await queue(first);
    const waiting = await startBlocked(db, second, () => queue(second));
    await first.sql.unsafe("commit");
    assertEquals((await waiting.reply)[0]!.id, one!.id);
  });
});

Deno.test("two sessions that ask for a retraining queue one job", async () => {
  await withModel("retrain_twice", 0, async (db) => {
    await train(db);
    const [training] = await db.sql`select run_id from ml.training_jobs`;
    const [version] = await db.sql`select * from ml.register_model_version(
      'tumour', ${
      training!.run_id
    }, tests.artifact('a'), 100, tests.signature(), 'scikit-learn', 'logistic_regression')`;
    // Monitoring calls it as the owner, from the tick.
    const [first, second] = await Promise.all([db.connect(), db.connect()].map(async (sql) => {
      const [row] = await sql`select pg_backend_pid() as pid`;
      return { sql, pid: row!.pid as number };
    }));
    const retrain = (session: Session) =>
      session.sql`select ml_private.queue_retraining(${version!.id}, 'drift') as job`;
    await first!.sql.unsafe("begin");
    const [one] = await retrain(first!);
    const waiting = await startBlocked(db, second!, () => retrain(second!));
    await first!.sql.unsafe("commit");
    assertEquals((await waiting.reply)[0]!.job, one!.job);
    const [row] = await db.sql`select count(*)::int as n from ml.training_jobs where retraining_of is not null`;
    assertEquals(row!.n, 1);
  });
});

const endRun = (session: Session, run: string, status: string, attempt: number) =>
  session.sql`select ml.end_run(${run}, ${status}, ${attempt})`;

Deno.test("a worker that ends its run while its lease is being taken is told so, and the successor ends the run", async () => {
  await withModel("end_lost", 0, async (db) => {
    const job = await train(db);
    const [slow, quick] = [await openSession(db, "ml_worker"), await openSession(db, "ml_worker")];
    await claim(slow);
    await begin(slow, job, 1);
    const [run] = await db.sql`select id from ml.runs`;
    await db.sql`update ml.jobs set lease_expires_at = now() - interval '1 second' where id = ${job}`;
    await quick.sql.unsafe("begin");
    await claim(quick);
    const waiting = await startBlocked(db, slow, () => endRun(slow, run!.id, "failed", 1));
    await quick.sql.unsafe("commit");
    assertEquals(await refusal(waiting.reply), "lease_lost");
    await begin(quick, job, 2);
    assertEquals(await refusal(endRun(quick, run!.id, "finished", 2)), null);
    assertEquals((await db.sql`select status from ml.runs`)[0]!.status, "finished");
  });
});

Deno.test("a lease is not taken in the middle of a batch that is logged under it", async () => {
  await withModel("log_held", 0, async (db) => {
    const job = await train(db);
    const [worker, other] = [await openSession(db, "ml_worker"), await openSession(db, "ml_worker")];
    await claim(worker);
    await begin(worker, job, 1);
    const [run] = await db.sql`select id from ml.runs`;
    await db.sql`update ml.jobs set lease_expires_at = now() - interval '1 second' where id = ${job}`;
    await worker.sql.unsafe("begin");
    await worker.sql`select ml.log_batch(${run!.id}, '[{"key": "loss", "value": 1}]', attempt => 1)`;
    assertEquals((await claim(other)).length, 0, "the job is passed over, not waited for");
    await worker.sql.unsafe("commit");
    assertEquals((await claim(other))[0]!.attempt, 2);
  });
});

Deno.test("a retraining that has cut its dataset waits for the end of its attempt and ties nothing to the run", async () => {
  await withModel("cut_lost", 0, async (db) => {
    await train(db);
    const [training] = await db.sql`select run_id from ml.training_jobs`;
    const [version] = await db.sql`select * from ml.register_model_version(
      'tumour', ${
      training!.run_id
    }, tests.artifact('a'), 100, tests.signature(), 'scikit-learn', 'logistic_regression')`;
    const [row] = await db.sql`select ml_private.queue_retraining(${version!.id}, 'drift') as job`;
    const job = Number(row!.job);
    const [slow, quick] = [await openSession(db, "ml_worker"), db.connect()];
    await slow.sql`select id from ml.claim_jobs('w', array['training'], max_jobs => 2)`;
    await db.sql`update ml.jobs set lease_expires_at = now() - interval '1 second' where id = ${job}`;
    // As the tick does: the job first, then its run.
    await quick.unsafe("begin");
    await quick`select ml_private.lock_job(${job})`;
    const waiting = await startBlocked(db, slow, () => begin(slow, job, 1));
    await quick`select ml_private.wake_all_jobs()`;
    await quick.unsafe("commit");
    assertEquals(await refusal(waiting.reply), "lease_lost");
    const [run] = await db.sql`select status, dataset_id from ml.runs where job_id = ${job}`;
    assertEquals({ ...run }, { status: "scheduled", dataset_id: null });
  });
});
