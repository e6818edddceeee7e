/** `npm run worker`: one worker against the stack that runs. */
import { runMain, UserError } from "./errors.ts";
import { stopRequested } from "./signals.ts";
import { readStackEnv, stackAnswers } from "./stack_env.ts";
import { startWorker } from "./worker.ts";

const usage = `npm run worker [-- [--env FILE] [options of the worker]]

Runs one training worker against the stack that \`npm start\` runs, until Ctrl-C. A job under way is then finished or
handed back.

  --env FILE        how to connect, as \`npm start -- --env FILE\` wrote it (default .cache/stack.env)
  --worker-help     the worker's own options
  --help            this text
`;

/** Takes --env out; the rest is the worker's own. */
function readOptions(args: string[]): { envFile?: string; rest: string[] } {
  const rest = args.map((arg) => arg === "--worker-help" ? "--help" : arg);
  const at = rest.findIndex((arg) => arg === "--env" || arg.startsWith("--env="));
  if (at < 0) return { rest };
  const [option] = rest.splice(at, 1);
  const envFile = option === "--env" ? rest.splice(at, 1)[0] : option!.slice("--env=".length);
  if (!envFile || envFile.startsWith("--")) {
    throw new UserError("npm run worker: --env needs the name of a file; see --help");
  }
  return { envFile, rest };
}

async function main(): Promise<number> {
  if (Deno.args.includes("--help") || Deno.args.includes("-h")) {
    console.log(usage);
    return 0;
  }
  const { envFile, rest: args } = readOptions(Deno.args);
  const stop = stopRequested();
  const values = await readStackEnv(envFile);
  const { SUPABASE_URL: url, SUPABASE_PUBLISHABLE_KEY: publishableKey, WORKER_JWT: workerJwt } = values;
  if (!url || !publishableKey || !workerJwt) {
    throw new UserError(`Cannot start a worker: ${envFile ?? ".cache/stack.env"} is incomplete.`);
  }
  if (!await stackAnswers(url, publishableKey)) {
    throw new UserError(`No stack answers at ${url}: start one with \`npm start\`.`);
  }
  const worker = await startWorker({ url, publishableKey, workerJwt }, { args, log: "inherit" });
  const ended = await Promise.race([worker.done, stop.then(() => undefined)]);
  if (ended !== undefined) return ended;
  worker.kill("SIGTERM");
  return await worker.done;
}

if (import.meta.main) await runMain(main);
