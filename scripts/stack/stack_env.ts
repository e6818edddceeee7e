import { rename } from "node:fs/promises";
import { dirname } from "node:path";
import { UserError } from "./errors.ts";
import { cacheFolder } from "./paths.ts";
import { exists } from "./process.ts";
import type { Stack } from "./stack.ts";

/** Where the running stack tells how to reach it. Only its owner may read the file: it holds keys. */
export const stackEnvFile = `${cacheFolder}/stack.env`;

export async function writeStackEnv(stack: Stack, file = stackEnvFile): Promise<void> {
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
    throw new UserError(
      "No stack is running: start one with `npm start`. (It writes .cache/stack.env once it is ready.)",
    );
  }
  const lines = (await Deno.readTextFile(file)).split("\n").filter((line) => line.includes("="));
  return Object.fromEntries(lines.map((line) => {
    const at = line.indexOf("=");
    return [line.slice(0, at), line.slice(at + 1)];
  }));
}
