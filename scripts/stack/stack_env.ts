import { rename } from "node:fs/promises";
import { dirname } from "node:path";
import { UserError } from "./errors.ts";
import { cacheFolder } from "./paths.ts";
import { exists } from "./process.ts";
import type { Stack } from "./stack.ts";

/** Where the running stack tells how to reach it. Only its owner may read the file: it holds keys. */
export const stackEnvFile = `${cacheFolder}/stack.env`;

const nameOf = (file: string) => file === stackEnvFile ? ".cache/stack.env" : file;

// A dead stack's port refuses a connection at once; a live one may be busy, as its database may run in the same process.
const patience = 3000;

/** Whether the stack of this very key answers there, not just another that has its port now. */
export async function stackAnswers(url: string, publishableKey: string): Promise<boolean> {
  try {
    const headers = { apikey: publishableKey };
    const response = await fetch(`${url}/auth/v1/health`, { headers, signal: AbortSignal.timeout(patience) });
    await response.body?.cancel();
    return response.ok;
  } catch (error) {
    return error instanceof DOMException && error.name === "TimeoutError";
  }
}

/** Refuses a file that tells how to reach a stack that still runs: nobody would find it any more. */
export async function requireFreeEnv(file = stackEnvFile): Promise<void> {
  if (!await exists(file)) return;
  const { SUPABASE_URL: url, SUPABASE_PUBLISHABLE_KEY: key } = await readStackEnv(file);
  if (!url || !key || !await stackAnswers(url, key)) return;
  throw new UserError(
    `Cannot start: ${nameOf(file)} is of the stack that runs at ${url}. Stop that one, or choose another file with ` +
      "`npm start -- --env FILE`; `npm run worker -- --env FILE` then starts a worker against the new one.",
  );
}

export async function writeStackEnv(stack: Stack, file = stackEnvFile): Promise<void> {
  // Again: another may have become ready during the set-up.
  await requireFreeEnv(file);
  const values = {
    SUPABASE_URL: stack.url,
    SUPABASE_PUBLISHABLE_KEY: stack.publishableKey,
    SUPABASE_SECRET_KEY: stack.secretKey,
    SUPABASE_DB_URL: stack.dbUrl,
    WORKER_JWT: stack.workerJwt,
  };
  const text = Object.entries(values).map(([name, value]) => `${name}=${value}\n`).join("");
  await Deno.mkdir(dirname(file), { recursive: true });
  // Readers see the whole file or none, and never with looser permissions.
  const draft = `${file}.${Deno.pid}`;
  await Deno.writeTextFile(draft, text, { mode: 0o600 });
  await rename(draft, file);
}

/** Takes the file away, unless another stack has put its own there. */
export async function removeStackEnv(stack: Stack, file = stackEnvFile): Promise<void> {
  if (!await exists(file)) return;
  const { SUPABASE_PUBLISHABLE_KEY } = await readStackEnv(file);
  if (SUPABASE_PUBLISHABLE_KEY === stack.publishableKey) await Deno.remove(file);
}

export async function readStackEnv(file = stackEnvFile): Promise<Record<string, string>> {
  if (!await exists(file)) {
    const start = file === stackEnvFile ? "npm start" : `npm start -- --env ${file}`;
    throw new UserError(
      `No stack is running: start one with \`${start}\`. (It writes ${nameOf(file)} once it is ready.)`,
    );
  }
  const lines = (await Deno.readTextFile(file)).split("\n").filter((line) => line.includes("="));
  return Object.fromEntries(lines.map((line) => {
    const at = line.indexOf("=");
    return [line.slice(0, at), line.slice(at + 1)];
  }));
}
