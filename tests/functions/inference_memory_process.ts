// One instance of the inference function in a process of its own, so that its resident memory is its own: run by inference_memory.test.ts,
// which stands in for Supabase. Prints what it measured as JSON.
import { answerOf } from "./inference_onnx.ts";

// V8 collects when it likes; what is asked here is what cannot be collected.
const collect = (globalThis as unknown as { gc: () => void }).gc;

const heaps: WebAssembly.Memory[] = [];
WebAssembly.Memory = class extends WebAssembly.Memory {
  constructor(descriptor: WebAssembly.MemoryDescriptor) {
    super(descriptor);
    heaps.push(this);
  }
};

interface Counted {
  run(...given: unknown[]): Promise<unknown>;
  release(): Promise<void>;
}

// The same module as the function's own import, so that every session is seen to come and go.
const bundle: unknown = await import("../../supabase/functions/inference/ort.wasm.bundle.min.mjs");
const { InferenceSession } = bundle as {
  InferenceSession: { create(model: Uint8Array, options?: unknown): Promise<Counted> };
};
/** Lets nobody run before so many sessions are about to: all of them are in use at once, however fast the machine is. */
class Barrier {
  readonly #most: number;
  readonly #there = new Set<Counted>();
  readonly #open = Promise.withResolvers<void>();

  constructor(most: number) {
    this.#most = most;
  }

  pass(session: Counted): Promise<void> {
    if (this.#there.add(session).size === this.#most) this.#open.resolve();
    return this.#open.promise;
  }
}

let barrier: Barrier | undefined;
const sessions = { created: 0, released: 0, releasedWhileRunning: 0, mostAtOnce: 0 };
const create = InferenceSession.create;
InferenceSession.create = async (model: Uint8Array, options: unknown) => {
  const session: Counted = await create(model, options);
  const run = session.run.bind(session);
  const release = session.release.bind(session);
  let running = 0;
  sessions.created++;
  sessions.mostAtOnce = Math.max(sessions.mostAtOnce, sessions.created - sessions.released);
  session.run = async (...given) => {
    running++;
    await barrier?.pass(session);
    try {
      return await run(...given);
    } finally {
      running--;
    }
  };
  session.release = async () => {
    if (running > 0) sessions.releasedWhileRunning++;
    sessions.released++;
    await release();
  };
  return session;
};

const { default: inference } = await import("../../supabase/functions/inference/index.ts");

async function predict(model: string): Promise<{ status: number; answer?: number[]; details?: string }> {
  const response = await inference.fetch(
    new Request("http://localhost/inference/predict", {
      method: "POST",
      headers: { "content-type": "application/json", apikey: Deno.env.get("SUPABASE_SECRET_KEY")! },
      body: JSON.stringify({ model, inputs: [[1, 0]] }),
    }),
  );
  const reply = await response.json();
  return { status: response.status, answer: reply.predictions?.[0].probabilities, details: reply.details };
}

let wrong = 0;

async function expectAnswer(seed: number): Promise<void> {
  const { answer } = await predict(`good-${seed}`);
  if (!answer || Math.abs(answer[0]! - answerOf(seed)[0]!) > 1e-4) wrong++;
}

async function measure() {
  // A release follows its last request, and buffers of replies are freed by finalizers: both need a turn of the event loop.
  for (let turn = 0; turn < 3; turn++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { rss, heapUsed, external } = Deno.memoryUsage();
  const wasm = heaps.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
  return { rss, wasm, heap: heapUsed, external, live: sessions.created - sessions.released };
}

let seed = 0;
const before = await measure();
while (seed < 20) await expectAnswer(++seed);
const after20 = await measure();
while (seed < 200) await expectAnswer(++seed);
const after200 = await measure();

// Twenty-four models at once, each asked for by two requests: more than the cache holds is in use or on its way.
async function overlap(rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const wave = Array.from({ length: 24 }, () => ++seed);
    barrier = new Barrier(wave.length);
    await Promise.all([...wave, ...wave].map(expectAnswer));
  }
  barrier = undefined;
}
await overlap(2);
const overlapped2 = await measure();
await overlap(6);
const overlapped8 = await measure();

const refusals: Record<string, number> = {};
async function fail(count: number): Promise<void> {
  for (let at = 0; at < count; at++) {
    const kind = ["changed", "shorter", "garbage", "untrue", "absent"][at % 5]!;
    const { details } = await predict(`${kind}-${++seed}`);
    refusals[`${kind}: ${details}`] = (refusals[`${kind}: ${details}`] ?? 0) + 1;
  }
}
await fail(50);
const failed50 = await measure();
const peak = Number(/VmHWM:\s+(\d+)/.exec(await Deno.readTextFile("/proc/self/status"))?.[1]) * 1024;
console.log(
  JSON.stringify({ before, after20, after200, overlapped2, overlapped8, failed50, peak, refusals, sessions, wrong }),
);
