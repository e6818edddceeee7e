// One worker of jobs_chaos.test.ts: claims jobs as ml_worker and writes each job's effect in the transaction that completes it, until it is killed.
// It breaks off, stalls past its lease and fails on purpose. Its argument is the database's URL.
import postgres from "postgres";

interface Job {
  id: string;
  kind: string;
  attempt: number;
  failures: number;
}

const serverGone = 75;
const name = `worker ${Deno.pid}`;
const sql = postgres(Deno.args[0]!, {
  max: 1,
  connection: { role: "ml_worker" },
  connect_timeout: 2,
  onnotice: () => {},
});
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// postgres.js may write to the socket of a server that has just died, outside any query: no caller can catch that.
addEventListener("error", (event) => {
  if (event.error instanceof TypeError && /reading 'write'/.test(event.error.message)) Deno.exit(serverGone);
});

while (true) {
  try {
    const jobs = await sql<Job[]>`
      select id, kind, attempt, failures
      from ml.claim_jobs(${name}, max_jobs => ${1 + Math.floor(Math.random() * 4)}, lease_seconds => 2)`;
    if (jobs.length === 0) await pause(100);
    for (const job of jobs) await work(job);
  } catch (error) {
    // Only what the chaos brings about may happen: a lease that is lost, a server that is gone or coming back.
    if (!isExpected(error)) {
      console.error(`${name}: ${error}`);
      Deno.exit(1);
    }
    await pause(50);
  }
}

async function work(job: Job): Promise<void> {
  const dice = Math.random();
  if (job.kind === "doomed") {
    await sql`select ml.fail_job(${job.id}, ${job.attempt}, 'no such file', false)`;
    return;
  }
  if (dice > 0.97) {
    await sql`select ml.release_job(${job.id}, ${job.attempt})`;
    return;
  }
  if (dice > 0.94 && job.failures === 0) {
    await sql`select ml.fail_job(${job.id}, ${job.attempt}, 'it failed this time')`;
    return;
  }
  await pause(20 + Math.random() * 60);
  const beat = await sql`select ml.heartbeat_job(${job.id}, ${job.attempt}, '{"half": true}') as reply`;
  if (beat[0]!.reply.cancel_requested) {
    await sql`select ml.release_job(${job.id}, ${job.attempt})`;
    return;
  }
  // Just past the lease: whoever has taken the job meanwhile is at work on it when this attempt wants to complete it.
  if (dice < 0.02) await pause(2000 + Math.random() * 300);
  await sql.begin(async (tx) => {
    await tx`insert into public.effects (job_id, attempt, worker) values (${job.id}, ${job.attempt}, ${name})`;
    await pause(Math.random() * 20);
    const [done] = await tx`select state from ml.complete_job(${job.id}, ${job.attempt}, ${
      sql.json({ worker: name })
    })`;
    // Cancelled meanwhile: the completion stands, the effect must not.
    if (done!.state === "cancelled") await tx`delete from public.effects where job_id = ${job.id}`;
  });
}

function isExpected(error: unknown): boolean {
  const { code, detail } = error as { code?: string; detail?: string };
  if (code === "PT409") return detail === "lease_lost";
  const gone = [
    "57P01",
    "57P02",
    "57P03",
    "CONNECTION_CLOSED",
    "CONNECTION_ENDED",
    "CONNECTION_DESTROYED",
    "CONNECT_TIMEOUT",
  ];
  return gone.includes(code ?? "") ||
    /ECONNREFUSED|ECONNRESET|refused|reset|Broken pipe|EPIPE/i.test(`${code} ${error}`);
}
