import { Logger, makeWorkerUtils, run, runMigrations, type WorkerUtils } from "graphile-worker";
import postgres from "postgres";
import { type Contender, inBatches, measureLatencies, payload, seconds } from "./jobs_contender.ts";

const logger = new Logger(() => (level, message) => {
  if (level === "error") console.error(`graphile-worker: ${message}`);
});

/**
 * graphile-worker by its own documentation: run() with the concurrency asked for; for batches addJobs, a local queue of the batch's size and
 * completions batched without delay, at the concurrency of 24 that its own performance test uses.
 */
export async function openGraphile(url: string): Promise<Contender> {
  await runMigrations({ connectionString: url, logger });
  const utils: WorkerUtils[] = [];
  for (let n = 0; n < 8; n++) utils.push(await makeWorkerUtils({ connectionString: url, maxPoolSize: 1, logger }));
  const owner = postgres(url, { max: 1, onnotice: () => {} });
  return {
    name: "graphile-worker 0.18.0",
    enqueue: (count, batch, connections) =>
      seconds(() =>
        inBatches(count, batch, connections, (size, n) => {
          if (batch === 1) return utils[n]!.addJob("hello", payload);
          return utils[n]!.addJobs(Array.from({ length: size }, () => ({ identifier: "hello", payload })));
        })
      ),
    drain: (count, batch, connections) => drain(url, count, batch, connections),
    exchange: (count, batch, connections) => drain(url, count, batch, connections),
    latencies: (samples) =>
      measureLatencies(samples, async (began) => {
        const runner = await start(url, { concurrentJobs: 4, maxPoolSize: 5 }, (n) => began(n!));
        return { add: (n) => utils[0]!.addJob("hello", { n }), stop: () => runner.stop() };
      }),
    settle: async () => {
      await owner`vacuum analyze graphile_worker._private_jobs`;
    },
    close: async () => {
      await Promise.all(utils.map((one) => one.release()));
      await owner.end({ timeout: 1 });
    },
  };
}

function start(url: string, worker: GraphileConfig.WorkerOptions, task: (n: number | undefined) => void) {
  return run({
    preset: { worker: { connectionString: url, logger, ...worker } },
    noHandleSignals: true,
    taskList: { hello: (data) => task((data as { n?: number }).n) },
  });
}

async function drain(url: string, count: number, batch: number, connections: number): Promise<number> {
  let done = 0;
  let from = 0;
  const all = Promise.withResolvers<void>();
  const options = batch === 1
    ? { concurrentJobs: connections, maxPoolSize: connections + 1 }
    : { concurrentJobs: 24, maxPoolSize: connections + 1, localQueue: { size: batch }, completeJobBatchDelay: 0 };
  // The time to start the runner and to connect is not counted: the first job starts the clock.
  const runner = await start(url, options, () => {
    if (done === 0) from = performance.now();
    if (++done === count) all.resolve();
  });
  await all.promise;
  // stop() waits for the completions that are still under way.
  await runner.stop();
  return (performance.now() - from) / 1000;
}
