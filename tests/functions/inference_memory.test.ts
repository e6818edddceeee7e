// Memory of one instance over hundreds of models, with the real runtime and the function as it is deployed; Storage and the
// database's answers are small stand-ins.
import { assert, assertEquals } from "@std/assert";
import { readRuntimeWasm } from "../../scripts/ort_runtime.ts";
import { ortManifest } from "../../supabase/functions/inference/ort_manifest.ts";
import { openStandIn } from "./database_support.ts";
import { makeModel } from "./inference_onnx.ts";
import { sha256Hex } from "./inference_support.ts";

const megabyte = 1024 * 1024;
const cacheBytes = 16 * megabyte;
// Asserted is what the instance holds: the WebAssembly heap, which grows by a fifth at a time and never shrinks, and V8's. Resident memory is told
// beside them; on a busy machine the allocator keeps more or less of what was freed: measured 207 MiB after 20 models, 236 after 200, 242 after
// 1,000. Models that stayed would add 144 MiB and more.
const allowance = 24 * megabyte;

interface Sample {
  rss: number;
  wasm: number;
  heap: number;
  external: number;
  live: number;
}

interface Measured {
  before: Sample;
  after20: Sample;
  after200: Sample;
  overlapped2: Sample;
  overlapped8: Sample;
  failed50: Sample;
  peak: number;
  refusals: Record<string, number>;
  sessions: { created: number; released: number; releasedWhileRunning: number; mostAtOnce: number };
  wrong: number;
}

const wasm = await readRuntimeWasm();

function fileOf(name: string): Uint8Array<ArrayBuffer> {
  const [kind, seed] = name.split("-");
  const model = makeModel(Number(seed));
  // The right hash of a file that is no model: the runtime has to refuse it itself.
  return kind === "garbage" ? model.fill(255, 40, 400) : model;
}

async function resolutionOf(name: string) {
  const [kind, seed] = name.split("-");
  const bytes = fileOf(name);
  const columns = ["v:a", "v:b"];
  // Fed what its signature promises, such a model loads and does not run.
  const type = kind === "untrue" ? "float64" : "float32";
  return {
    model: name,
    model_id: 1,
    version: Number(seed),
    version_id: Number(seed),
    purpose: "live",
    artifact: { path: `ml-artifacts/${name}`, sha256: await sha256Hex(bytes), bytes: bytes.byteLength },
    signature: {
      inputs: [{ name: "features", type, columns: columns.map((feature) => ({ feature })) }],
      classes: [0, 1],
      task: "classification",
    },
    columns,
    rows: null,
    entity_keys: null,
    entities: null,
  };
}

function stored(name: string): Response {
  const bytes = fileOf(name);
  if (name.startsWith("absent")) return Response.json({ message: "Object not found" }, { status: 400 });
  if (name.startsWith("changed")) bytes[500_000]! ^= 1;
  return new Response(name.startsWith("shorter") ? bytes.subarray(0, 500_000) : bytes);
}

async function supabase(request: Request): Promise<Response> {
  const path = new URL(request.url).pathname;
  await request.body?.cancel();
  if (path.endsWith(`/ml-runtime/${ortManifest.wasm.object}`)) return new Response(wasm);
  return stored(path.split("/").at(-1)!);
}

/** As inference_memory_process.ts asks for them: 20 + 180 models, 8 times 24 at once, 50 that fail. */
function askedFor(): string[] {
  const kinds = ["changed", "shorter", "garbage", "untrue", "absent"];
  const good = Array.from({ length: 200 + 8 * 24 }, (_, at) => `good-${at + 1}`);
  return [...good, ...Array.from({ length: 50 }, (_, at) => `${kinds[at % 5]}-${good.length + at + 1}`)];
}

async function measure(): Promise<Measured> {
  const database = await openStandIn();
  const answers: Record<string, unknown> = {};
  for (const name of askedFor()) answers[name] = await resolutionOf(name);
  await database.prepare(answers);
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, supabase);
  try {
    const done = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--no-check",
        "--v8-flags=--expose-gc",
        new URL("inference_memory_process.ts", import.meta.url).pathname,
      ],
      env: {
        SUPABASE_DB_URL: database.url,
        SUPABASE_URL: `http://127.0.0.1:${server.addr.port}`,
        SUPABASE_PUBLISHABLE_KEY: "sb_publishable_test",
        SUPABASE_SECRET_KEY: "sb_secret_test",
        SUPABASE_JWKS: '{"keys":[]}',
        // Large blocks go back to the system when they are freed, so that resident memory tells what is held.
        MALLOC_ARENA_MAX: "2",
        MALLOC_MMAP_THRESHOLD_: "131072",
        INFERENCE_CACHE_BYTES: String(cacheBytes),
      },
    }).output();
    const decoder = new TextDecoder();
    assert(done.success, decoder.decode(done.stderr) + decoder.decode(done.stdout));
    return JSON.parse(decoder.decode(done.stdout).trim().split("\n").at(-1)!);
  } finally {
    await server.shutdown();
    await database.close();
  }
}

const inMegabytes = (bytes: number) => Math.round(bytes / megabyte);

function told(sample: Sample): string {
  const { rss, wasm, heap, external, live } = sample;
  return `resident ${inMegabytes(rss)} MiB (wasm ${inMegabytes(wasm)}, heap ${inMegabytes(heap)}, external ${
    inMegabytes(external)
  }), sessions ${live}`;
}

// On Linux only: the peak is read from /proc.
const ignore = Deno.build.os !== "linux";
const measured = ignore ? undefined : await measure();

function assertBoundedGrowth(from: Sample, to: Sample): void {
  const held = ({ wasm, heap, external }: Sample) => wasm + heap + external;
  assert(held(to) - held(from) <= allowance, `${told(from)} became ${told(to)}`);
}

Deno.test({
  name: "after 200 models of a megabyte an instance holds 16 sessions and less than 24 MiB more than after 20",
  ignore,
}, () => {
  const { before, after20, after200, overlapped2, overlapped8, failed50, peak, sessions, wrong } = measured!;
  for (const [name, sample] of Object.entries({ before, after20, after200, overlapped2, overlapped8, failed50 })) {
    console.log(`${name}: ${told(sample)}`);
  }
  console.log(`peak: resident ${inMegabytes(peak)} MiB, ${JSON.stringify(sessions)}`);
  assertBoundedGrowth(after20, after200);
  assertEquals([after20.live, after200.live, wrong], [16, 16, 0]);
});

Deno.test({ name: "requests that overlap keep the session they run on, and leave none behind", ignore }, () => {
  const { overlapped2, overlapped8, sessions } = measured!;
  assert(sessions.mostAtOnce >= 24, `${sessions.mostAtOnce} sessions at once: nothing was evicted while in use`);
  assertEquals([sessions.releasedWhileRunning, overlapped2.live, overlapped8.live], [0, 16, 16]);
  assertBoundedGrowth(overlapped2, overlapped8);
});

Deno.test({ name: "50 models that fail to load or to run leave no session behind", ignore }, () => {
  const { overlapped8, failed50, refusals } = measured!;
  assertEquals(refusals, {
    "changed: file_corrupt": 10,
    "shorter: file_corrupt": 10,
    "garbage: model_unloadable": 10,
    "untrue: artifact_mismatch": 10,
    "absent: file_missing": 10,
  });
  assert(failed50.live <= 16, `${failed50.live} sessions`);
  assertBoundedGrowth(overlapped8, failed50);
});
