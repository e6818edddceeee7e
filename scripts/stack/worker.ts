import { cacheFolder, root } from "./paths.ts";
import { ensureVenv, pythonPath } from "./python.ts";

export interface WorkerProcess {
  pid: number;
  kill(signal: Deno.Signal): void;
  /** the exit code; 128 + the signal's number when one ended it */
  done: Promise<number>;
}

export interface WorkerOptions {
  args?: string[];
  env?: Record<string, string>;
  /** the worker's log: "inherit" for this terminal, else a file (default .cache/worker.log) */
  log?: string;
}

/** Starts one worker process against a stack. */
export async function startWorker(
  stack: { url: string; publishableKey: string; workerJwt: string },
  options: WorkerOptions = {},
): Promise<WorkerProcess> {
  const { python } = await ensureVenv();
  const log = options.log ?? `${cacheFolder}/worker.log`;
  const output = log === "inherit" ? "inherit" : "piped";
  const child = new Deno.Command(python, {
    args: ["-m", "aimatrix_worker", ...options.args ?? []],
    cwd: root,
    env: {
      SUPABASE_URL: stack.url,
      SUPABASE_PUBLISHABLE_KEY: stack.publishableKey,
      WORKER_JWT: stack.workerJwt,
      PYTHONPATH: pythonPath,
      PYTHONUNBUFFERED: "1",
      ...options.env,
    },
    stdin: "null",
    stdout: output,
    stderr: output,
  }).spawn();
  const written = output === "piped" ? writeLog(child, log) : Promise.resolve();
  return {
    pid: child.pid,
    kill(signal) {
      try {
        child.kill(signal);
      } catch (error) {
        // It has ended by itself.
        if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
      }
    },
    done: (async () => {
      const { code } = await child.status;
      await written;
      return code;
    })(),
  };
}

async function writeLog(child: Deno.ChildProcess, path: string): Promise<void> {
  using file = await Deno.open(path, { create: true, append: true });
  await Promise.all([child.stdout, child.stderr].map(async (stream) => {
    for await (const chunk of stream) await file.write(chunk);
  }));
}
