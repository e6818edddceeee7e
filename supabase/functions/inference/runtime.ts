// ONNX Runtime: the platform's native one where it offers it, else the WebAssembly build vendored beside this file.
import { modelUnloadable } from "./failures.ts";
import { ortManifest } from "./ort_manifest.ts";

export type TensorData = Float32Array | Float64Array | BigInt64Array | string[];

export interface Tensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: ArrayLike<number | bigint | string>;
}

interface OrtSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Record<string, Tensor>): Promise<Record<string, Tensor>>;
  release?(): Promise<void>;
}

export interface Ort {
  Tensor: new (type: string, data: TensorData, dims: readonly number[]) => Tensor;
  InferenceSession: { create(model: Uint8Array, options?: Record<string, unknown>): Promise<OrtSession> };
  env: { versions?: { web?: string }; wasm?: { numThreads?: number; wasmBinary?: ArrayBuffer | Uint8Array } };
}

/** One input of a run. */
export interface Fed {
  name: string;
  type: string;
  data: TensorData;
  dims: readonly number[];
}

/** A loaded model. */
export interface Session {
  readonly inputNames: readonly string[];
  run(inputs: readonly Fed[]): Promise<Record<string, Tensor>>;
  release(): Promise<void>;
}

export type SessionFactory = (model: Uint8Array) => Promise<Session>;

const nativeKey = Symbol.for("onnxruntime");

// Without prepacking the runtime keeps no second, padded copy of each weight matrix in a heap that never shrinks: over many models that heap stops
// growing. The price is the packing at each run: measured 0.03 to 0.5 ms instead of 0.02 to 0.16 for a row through 0.3 to 5 MB of weights.
const wasmOptions = { extra: { session: { disable_prepacking: "1" } } };

function nativeRuntime(): Ort | undefined {
  return (globalThis as { [nativeKey]?: Ort })[nativeKey];
}

async function wasmRuntime(fetchWasm: () => Promise<Uint8Array>): Promise<Ort> {
  // @ts-types="./ort_bundle.d.ts"
  const ort: Ort = await import("./ort.wasm.bundle.min.mjs");
  if (ort.env.versions?.web !== ortManifest.version) {
    throw new Error(`the vendored bundle is ${ort.env.versions?.web}, its manifest says ${ortManifest.version}`);
  }
  // One thread: edge functions have no Web Workers.
  ort.env.wasm = Object.assign(ort.env.wasm ?? {}, { numThreads: 1, wasmBinary: await fetchWasm() });
  return ort;
}

function wrap(ort: Ort, session: OrtSession): Session {
  return {
    inputNames: session.inputNames,
    run: (inputs) =>
      session.run(
        Object.fromEntries(inputs.map(({ name, type, data, dims }) => [name, new ort.Tensor(type, data, dims)])),
      ),
    release: async () => await session.release?.(),
  };
}

/** A factory that loads the runtime once, at its first use; a failed load is tried again by the next caller. */
export function sessionFactory(fetchWasm: () => Promise<Uint8Array>): SessionFactory {
  let runtime: Promise<Ort> | undefined;
  return async (model) => {
    runtime ??= Promise.resolve(nativeRuntime() ?? wasmRuntime(fetchWasm));
    const ort = await runtime.catch((error) => {
      runtime = undefined;
      throw error;
    });
    const options = ort === nativeRuntime() ? undefined : wasmOptions;
    const session = await ort.InferenceSession.create(model, options).catch((error) => {
      throw modelUnloadable(String(error).slice(0, 300));
    });
    // The first session has compiled the binary; its 14 MB need not stay in a 256 MB isolate.
    if (ort.env.wasm?.wasmBinary) ort.env.wasm.wasmBinary = undefined;
    return wrap(ort, session);
  };
}
