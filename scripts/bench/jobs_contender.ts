// What both queues are asked to do. Times are of the client: calls, network and all.

export interface Contender {
  name: string;
  /** Adds count jobs over so many connections, batch by batch; returns the seconds it took. */
  enqueue(count: number, batch: number, connections: number): Promise<number>;
  /** Runs the count jobs that wait, doing nothing in each, until all are finished; returns the seconds it took. */
  drain(count: number, batch: number, connections: number): Promise<number>;
  /** The same with as few calls as the queue's API offers. */
  exchange(count: number, batch: number, connections: number): Promise<number>;
  /** Milliseconds from the call that adds a job until an idle worker that listens begins it, once for each sample. */
  latencies(samples: number): Promise<number[]>;
  /** Leaves the tables as a nightly vacuum would. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export const payload = { tumour: 7, scanner: "north" };

export const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** Splits count into batches and hands them to so many loops as there are connections. */
export async function inBatches(
  count: number,
  batch: number,
  connections: number,
  add: (size: number, connection: number) => Promise<unknown>,
): Promise<void> {
  let left = count;
  await Promise.all(Array.from({ length: connections }, async (_, connection) => {
    while (left > 0) {
      const size = Math.min(batch, left);
      left -= size;
      await add(size, connection);
    }
  }));
}

/** Adds one job at a time and waits until it has begun: `add(n)` adds job n, and whoever begins it calls `began(n)`. */
export async function measureLatencies(
  samples: number,
  start: (began: (n: number) => void) => Promise<{ add(n: number): Promise<unknown>; stop(): Promise<void> }>,
): Promise<number[]> {
  const waiting = new Map<number, (at: number) => void>();
  const { add, stop } = await start((n) => waiting.get(n)?.(performance.now()));
  const result: number[] = [];
  try {
    for (let n = 0; n < samples + 20; n++) {
      // Long enough for the worker to be idle again.
      await pause(15 + Math.random() * 10);
      const began = new Promise<number>((resolve) => waiting.set(n, resolve));
      const from = performance.now();
      await add(n);
      const at = await began;
      // The first ones prepare statements and fill caches.
      if (n >= 20) result.push(at - from);
    }
  } finally {
    await stop();
  }
  return result;
}
