/** `npm run worker`: one worker against the stack that runs. */
import { runMain, UserError } from "./errors.ts";
import { stopRequested } from "./signals.ts";
import { readStackEnv } from "./stack_env.ts";
import { startWorker } from "./worker.ts";

const usage = `npm run worker [-- options of the worker]

Runs one training worker against the stack that \`npm start\` runs (it reads .cache/stack.env), until Ctrl-C.
A job under way is then finished or handed back. \`npm run worker -- --worker-help\` lists the worker's own options.
`;

async function main(): Promise<number> {
  if (Deno.args.includes("--help") || Deno.args.includes("-h")) {
    console.log(usage);
    return 0;
  }
  const args = Deno.args.map((arg) => arg === "--worker-help" ? "--help" : arg);
  const stop = stopRequested();
  const { SUPABASE_URL: url, SUPABASE_PUBLISHABLE_KEY: publishableKey, WORKER_JWT: workerJwt } = await readStackEnv();
  if (!url || !publishableKey || !workerJwt) {
    throw new UserError("Cannot start a worker: .cache/stack.env is incomplete.");
  }
  await requireAnswer(url);
  const worker = await startWorker({ url, publishableKey, workerJwt }, { args, log: "inherit" });
  const ended = await Promise.race([worker.done, stop.then(() => undefined)]);
  if (ended !== undefined) return ended;
  worker.kill("SIGTERM");
  return await worker.done;
}

async function requireAnswer(url: string): Promise<void> {
  try {
    await (await fetch(`${url}/auth/v1/health`)).body?.cancel();
  } catch {
    throw new UserError(`No stack answers at ${url}: start one with \`npm start\`.`);
  }
}

if (import.meta.main) await runMain(main);
