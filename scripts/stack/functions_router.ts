// `/functions/v1/<name>` for the local stack: each function is the default export of supabase/functions/<name>/index.ts,
// run in this process. The environment is the process's, so two stacks in one process must not serve functions at once.
import { pathToFileURL } from "node:url";
import { readBody } from "./body.ts";
import { messageOf } from "./errors.ts";
import { bodyLimit, tooLarge } from "./gateway.ts";
import { secretAsJwk, secretAsJwks, type StackKeys, withKeyId } from "./keys.ts";
import { exists } from "./process.ts";

interface EdgeFunction {
  fetch(request: Request): Response | Promise<Response>;
}

export interface FunctionsRouter {
  handle(request: Request): Promise<Response>;
  /** Waits for the work that functions left for after their reply, has them close their connections, then restores the environment. */
  stop(): Promise<void>;
}

const background = new Set<Promise<unknown>>();

/** What the edge runtime offers as a global. */
const edgeRuntime = {
  waitUntil(work: Promise<unknown>): void {
    const settled = Promise.resolve(work).catch((error) =>
      console.error(`edge function, after its reply: ${messageOf(error)}`)
    );
    background.add(settled);
    settled.finally(() => background.delete(settled));
  },
};

export function serveFunctions(folder: string, url: string, dbUrl: string, keys: StackKeys): FunctionsRouter {
  const restore = setEnvironment({
    SUPABASE_URL: url,
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: keys.publishableKey }),
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: keys.secretKey }),
    SUPABASE_JWKS: secretAsJwks(keys.jwtSecret),
    ML_SIGNING_KEY: JSON.stringify(secretAsJwk(keys.jwtSecret)),
    SUPABASE_DB_URL: dbUrl,
    AIMATRIX_LOCAL: "1",
  });
  Object.assign(globalThis, { EdgeRuntime: edgeRuntime });
  return {
    handle: (request) => handle(folder, keys, request),
    async stop() {
      while (background.size > 0) await Promise.all(background);
      // As the edge runtime does before it ends an instance.
      globalThis.dispatchEvent(new Event("beforeunload"));
      restore();
    },
  };
}

function setEnvironment(values: Record<string, string>): () => void {
  const before = Object.keys(values).map((name) => [name, Deno.env.get(name)] as const);
  for (const [name, value] of Object.entries(values)) Deno.env.set(name, value);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
  };
}

async function handle(folder: string, keys: StackKeys, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const name = url.pathname.split("/")[3] ?? "";
  const file = `${folder}/${name}/index.ts`;
  if (!/^[a-z0-9][a-z0-9_-]*$/i.test(name) || !await exists(file)) {
    return Response.json({ code: "NOT_FOUND", message: "Requested function was not found" }, { status: 404 });
  }
  const body = await readBody(request, bodyLimit);
  if (!body) return tooLarge(bodyLimit);
  let edgeFunction: EdgeFunction;
  try {
    edgeFunction = await load(file);
  } catch (error) {
    console.error(`edge function ${name}: ${messageOf(error)}`);
    return Response.json({ code: "BOOT_ERROR", message: "Function failed to start" }, { status: 503 });
  }
  // The platform, too, hands over the path from the function's name on.
  url.pathname = url.pathname.slice("/functions/v1".length);
  const { method } = request;
  const headers = await functionHeaders(request, keys);
  try {
    return await edgeFunction.fetch(
      new Request(url, { method, headers, body: body.byteLength > 0 ? body : undefined }),
    );
  } catch (error) {
    console.error(`edge function ${name}:`, error);
    return Response.json({ code: "WORKER_ERROR", message: "Function exited due to an error" }, { status: 500 });
  }
}

async function functionHeaders(request: Request, keys: StackKeys): Promise<Headers> {
  const headers = new Headers(request.headers);
  const token = /^Bearer (.+)$/.exec(headers.get("authorization") ?? "")?.[1];
  if (token) headers.set("authorization", `Bearer ${await withKeyId(keys.jwtSecret, token)}`);
  return headers;
}

async function load(file: string): Promise<EdgeFunction> {
  const { default: exported } = await import(pathToFileURL(file).href);
  if (typeof exported?.fetch !== "function") throw new Error(`${file} has no default export with a fetch function`);
  return exported;
}
