// The part of onnxruntime-web's interface that runtime.ts uses, so that the minified bundle needs no type inference.
import type { Ort } from "./runtime.ts";

export declare const Tensor: Ort["Tensor"];
export declare const InferenceSession: Ort["InferenceSession"];
export declare const env: Ort["env"];
