// The ONNX runtime of the inference function: vendors its JavaScript beside the function, puts its WebAssembly into Storage.
//   deno run -A scripts/ort_runtime.ts            copy the pinned onnxruntime-web bundle into the function's folder
//   deno run -A scripts/ort_runtime.ts --check    fail unless the copy is the one in node_modules
//   deno run -A scripts/ort_runtime.ts --upload   upload the .wasm to the project named by SUPABASE_URL and SUPABASE_SECRET_KEY
import { createClient } from "@supabase/supabase-js";
import { ortManifest } from "../supabase/functions/inference/ort_manifest.ts";

const root = new URL("../", import.meta.url);
const packageFolder = new URL("node_modules/onnxruntime-web/", root);
const functionFolder = new URL("supabase/functions/inference/", root);
const bundleName = "ort.wasm.bundle.min.mjs";
const wasmName = "ort-wasm-simd-threaded.wasm";

export const runtimeBucket = "ml-runtime";

export interface Project {
  url: string;
  secretKey: string;
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

async function packageVersion(): Promise<string> {
  return JSON.parse(await Deno.readTextFile(new URL("package.json", packageFolder))).version;
}

/** The files that belong in the function's folder, by name, as the installed package gives them. */
async function vendoredFiles(): Promise<Map<string, Uint8Array>> {
  const wasm = await Deno.readFile(new URL(`dist/${wasmName}`, packageFolder));
  const version = await packageVersion();
  const manifest = `// Written by scripts/ort_runtime.ts: the WebAssembly file that belongs to ${bundleName}.
export const ortManifest = {
  version: "${version}",
  wasm: {
    object: "onnxruntime-web-${version}/${wasmName}",
    bytes: ${wasm.byteLength},
    sha256: "${await sha256(wasm)}",
  },
} as const;
`;
  return new Map<string, Uint8Array>([
    [bundleName, await Deno.readFile(new URL(`dist/${bundleName}`, packageFolder))],
    ["ort_manifest.ts", new TextEncoder().encode(manifest)],
  ]);
}

/** Copies the bundle and writes the manifest. */
export async function vendorRuntime(): Promise<void> {
  for (const [name, bytes] of await vendoredFiles()) await Deno.writeFile(new URL(name, functionFolder), bytes);
}

/** Names of vendored files that differ from the installed package; empty when all is well. */
export async function staleRuntimeFiles(): Promise<string[]> {
  const stale: string[] = [];
  for (const [name, expected] of await vendoredFiles()) {
    const found = await Deno.readFile(new URL(name, functionFolder)).catch((error) => {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    });
    if (!found || await sha256(found) !== await sha256(new Uint8Array(expected))) stale.push(name);
  }
  return stale;
}

/** The WebAssembly file that the vendored manifest names, from node_modules. */
export async function readRuntimeWasm(): Promise<Uint8Array<ArrayBuffer>> {
  const wasm = await Deno.readFile(new URL(`dist/${wasmName}`, packageFolder));
  if (await sha256(wasm) !== ortManifest.wasm.sha256) {
    throw new Error(
      `cannot use ${wasmName}: node_modules has another version than ${ortManifest.version}, run this script once`,
    );
  }
  return wasm;
}

/** Puts the WebAssembly file into the project's Storage. Returns false when it was there already. */
export async function uploadRuntime(project: Project): Promise<boolean> {
  const wasm = await readRuntimeWasm();
  const client = createClient(project.url, project.secretKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  const { object } = ortManifest.wasm;
  const { error } = await client.storage.from(runtimeBucket)
    .upload(object, wasm, { contentType: "application/wasm", upsert: false });
  if (!error) return true;
  if ("statusCode" in error && String(error.statusCode) === "409") return false;
  throw new Error(`cannot upload ${runtimeBucket}/${object}: ${error.message}`);
}

function projectFromEnvironment(): Project {
  const url = Deno.env.get("SUPABASE_URL");
  const secretKey = Deno.env.get("SUPABASE_SECRET_KEY");
  if (!url || !secretKey) {
    throw new Error("cannot upload the runtime: SUPABASE_URL and SUPABASE_SECRET_KEY must be set");
  }
  return { url, secretKey };
}

const usage = `npm run ort:upload

Puts the ONNX runtime of the inference function (14 MB) into the project's Storage, bucket ${runtimeBucket}; does
nothing when it is there. Reads SUPABASE_URL and SUPABASE_SECRET_KEY from the environment.

For maintainers, \`npm run deno -- run -A scripts/ort_runtime.ts\`: copies the runtime's script into the function;
with --check it only compares.`;

async function main(args: string[]): Promise<void> {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(usage);
    return;
  }
  const [mode = "--vendor", ...rest] = args;
  if (rest.length > 0 || !["--vendor", "--check", "--upload"].includes(mode)) {
    throw new Error(`cannot run: expected nothing, --check or --upload, got "${args.join(" ")}"`);
  }
  if (mode === "--upload") {
    const uploaded = await uploadRuntime(projectFromEnvironment());
    console.log(`${runtimeBucket}/${ortManifest.wasm.object}: ${uploaded ? "uploaded" : "already there"}`);
    return;
  }
  if (mode === "--vendor") await vendorRuntime();
  const stale = await staleRuntimeFiles();
  if (stale.length > 0) {
    throw new Error(
      `${stale.join(", ")} in ${functionFolder.pathname}: not as in node_modules, run scripts/ort_runtime.ts`,
    );
  }
  console.log(`onnxruntime-web ${await packageVersion()}: the function's copy is the pinned one`);
}

if (import.meta.main) {
  try {
    await main(Deno.args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
