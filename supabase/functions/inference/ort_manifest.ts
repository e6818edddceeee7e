// Written by scripts/ort_runtime.ts: the WebAssembly file that belongs to ort.wasm.bundle.min.mjs.
export const ortManifest = {
  version: "1.30.0",
  wasm: {
    object: "onnxruntime-web-1.30.0/ort-wasm-simd-threaded.wasm",
    bytes: 14239897,
    sha256: "3398c10d07d229bd91b364548e130e0e51a8e5704b88c7c083ebbeb78842dee2",
  },
} as const;
