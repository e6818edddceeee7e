// The inference function through the whole local stack, beside ONNX Runtime in Python: the library alone, and behind the smallest HTTP server
// that can be. That server looks nothing up, checks nobody and logs nothing, so it is a floor, not an equal.
import { createSession, expected, readModel } from "../../tests/functions/inference_support.ts";
import { publishModel } from "../../tests/functions/inference_publish.ts";
import { UserError } from "../stack/errors.ts";
import { ensureVenv } from "../stack/python.ts";
import { type Stack, startStack, type Tier } from "../stack/stack.ts";
import { type Benchmark, benchOptions } from "./benchmark.ts";

const { rows } = expected.boosting!;
const patients = 10_000;
const batches = [1, 100, 1000];
const parallel = 8;

/** Answers one line of JSON on stdin with one on stdout for the library, then serves HTTP until it is ended. */
const peerProgram = `
import json, sys, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import numpy, onnxruntime
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(sys.argv[1], options)
job = json.loads(sys.stdin.readline())
figures = []
for size, calls in job["plan"]:
    batch = numpy.resize(numpy.asarray(job["rows"], numpy.float32), (size, len(job["rows"][0])))
    times = []
    for _ in range(calls):
        begin = time.perf_counter()
        session.run(["probabilities"], {"features": batch})
        times.append((time.perf_counter() - begin) * 1000)
    figures.append(sorted(times)[len(times) // 2])
class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        found, = session.run(["probabilities"], {"features": numpy.asarray(body["inputs"], numpy.float32)})
        reply = json.dumps({"predictions": [{"probabilities": row.tolist()} for row in found]}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)
    def log_message(self, *args):
        pass
server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(json.dumps({"figures": figures, "port": server.server_port}), flush=True)
server.serve_forever()
`;

export const benchmark: Benchmark = {
  summary: "predictions: the model alone and through the whole stack, beside ONNX Runtime in Python",
  options: [
    "--tier native|embedded    the stack to measure (native)",
    "--requests 500            how many single requests are timed",
  ].join("\n"),
  async run(args) {
    const options = benchOptions(args, { tier: { type: "string" }, requests: { type: "string" } });
    const tier = options.tier ?? "native";
    if (tier !== "native" && tier !== "embedded") throw new UserError(`There is no tier "${tier}".`);
    const requests = Number(options.requests ?? 500);
    if (!Number.isInteger(requests) || requests < parallel) {
      throw new UserError(`--requests ${options.requests} is not a number of requests from ${parallel} up.`);
    }
    await measure(tier, requests);
  },
};

async function measure(tier: Tier, requests: number): Promise<void> {
  const plan: [number, number][] = batches.map((size) => [size, size === 1000 ? 100 : 500]);
  await using peer = await startPeer(plan);
  console.log(`\n${"".padEnd(46)}${"AIMatrix ML".padStart(24)}${"Python".padStart(24)}${"ratio".padStart(8)}`);
  for (const [index, [size, calls]] of plan.entries()) {
    const ours = await timeModel(size, calls);
    line(`model alone, ${count(size)}`, ours, peer.figures[index]!, (ms) => `${(ms * 1000).toFixed(0)} µs`);
  }
  const stack = await startStack({ tier });
  try {
    await publishModel(stack);
    await addPatients(stack);
    await measureRequests(stack, peer.url, requests);
  } finally {
    await stack.stop();
  }
}

function count(size: number): string {
  return size === 1 ? "1 row" : `${size} rows`;
}

function line(
  name: string,
  ours: number,
  theirs: number | null,
  show: (value: number) => string,
  higherIsBetter = false,
) {
  const ratio = theirs === null ? "" : `${(higherIsBetter ? ours / theirs : theirs / ours).toFixed(2)}x`;
  const right = theirs === null ? "" : show(theirs);
  console.log(name.padEnd(46) + show(ours).padStart(24) + right.padStart(24) + ratio.padStart(8));
}

async function timeModel(size: number, calls: number): Promise<number> {
  const session = await createSession(readModel("boosting"));
  const width = rows[0]!.length;
  const data = Float32Array.from(
    { length: size * width },
    (_, i) => rows[Math.floor(i / width) % rows.length]![i % width]!,
  );
  const times: number[] = [];
  for (let call = 0; call < calls; call++) {
    const begin = performance.now();
    await session.run([{ name: "features", type: "float32", data, dims: [size, width] }]);
    times.push(performance.now() - begin);
  }
  await session.release();
  return quantile(times, 0.5);
}

async function addPatients(stack: Stack): Promise<void> {
  await stack.sql.unsafe(`
    insert into public.measurements
    select (jsonb_populate_record(m, jsonb_build_object('patient_id', i))).*
    from generate_series(${rows.length + 1}, ${patients}) i
    join public.measurements m on m.patient_id = i % ${rows.length} + 1`);
  await stack.sql.unsafe("analyze");
}

interface Body {
  model: string;
  inputs?: number[][];
  entities?: { patient_id: number[] };
}

const inputs = (size: number): Body => ({
  model: "tumours",
  inputs: Array.from({ length: size }, (_, index) => rows[index % rows.length]!),
});
const entities = (size: number): Body => ({
  model: "tumours",
  entities: { patient_id: Array.from({ length: size }, () => 1 + Math.floor(Math.random() * patients)) },
});

async function measureRequests(stack: Stack, peerUrl: string, requests: number): Promise<void> {
  const ours = (body: Body) => post(`${stack.url}/functions/v1/inference/predict`, { apikey: stack.secretKey }, body);
  const theirs = (body: Body) => post(peerUrl, {}, body);
  const [first] = await timeRequests(ours, () => entities(1), 1);
  line("first request: runtime, model, answer", first!, null, milliseconds);
  for (const size of batches) {
    const calls = Math.max(20, Math.round(requests / size));
    const mine = await timeRequests(ours, () => inputs(size), calls);
    const other = await timeRequests(theirs, () => inputs(size), calls);
    report(`${count(size)} of inputs`, mine, other);
    report(`${count(size)} of online features`, await timeRequests(ours, () => entities(size), calls), null);
  }
  const mine = await perSecond(ours, () => inputs(1), requests);
  line(`1 row of inputs, ${parallel} at once`, mine, await perSecond(theirs, () => inputs(1), requests), rate, true);
  line(`1 row of online features, ${parallel} at once`, await perSecond(ours, () => entities(1), requests), null, rate);
}

const milliseconds = (ms: number) => `${ms.toFixed(1)} ms`;
const rate = (perSecond: number) => `${Math.round(perSecond)} requests/s`;

function report(name: string, ours: number[], theirs: number[] | null): void {
  for (const [label, q] of [["p50", 0.5], ["p95", 0.95]] as const) {
    line(`${name}, ${label}`, quantile(ours, q), theirs && quantile(theirs, q), milliseconds);
  }
}

async function post(url: string, headers: Record<string, string>, body: Body): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status}: ${text}`);
}

async function timeRequests(send: (body: Body) => Promise<void>, body: () => Body, calls: number): Promise<number[]> {
  const times: number[] = [];
  for (let call = 0; call < calls; call++) {
    const made = body();
    const begin = performance.now();
    await send(made);
    times.push(performance.now() - begin);
  }
  return times;
}

async function perSecond(send: (body: Body) => Promise<void>, body: () => Body, requests: number): Promise<number> {
  const begin = performance.now();
  await Promise.all(Array.from({ length: parallel }, () => timeRequests(send, body, Math.floor(requests / parallel))));
  return Math.floor(requests / parallel) * parallel / ((performance.now() - begin) / 1000);
}

function quantile(values: number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!;
}

interface Peer extends AsyncDisposable {
  url: string;
  /** milliseconds a call of the library alone, in the plan's order */
  figures: number[];
}

async function startPeer(plan: [number, number][]): Promise<Peer> {
  const { python } = await ensureVenv();
  const model = await Deno.makeTempFile({ suffix: ".onnx" });
  await Deno.writeFile(model, readModel("boosting"));
  const child = new Deno.Command(python, { args: ["-c", peerProgram, model], stdin: "piped", stdout: "piped" }).spawn();
  const stop = async () => {
    child.kill("SIGTERM");
    await child.status;
    await child.stdout.cancel();
    await Deno.remove(model);
  };
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(`${JSON.stringify({ rows, plan })}\n`));
  await writer.close();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  reader.releaseLock();
  if (!value) throw new Error(`Python ended with ${(await child.status).code}`);
  const { figures, port } = JSON.parse(new TextDecoder().decode(value));
  return { url: `http://127.0.0.1:${port}/`, figures, [Symbol.asyncDispose]: stop };
}
