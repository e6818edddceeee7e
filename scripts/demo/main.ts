/** `npm run demo`: the main job on a stack of its own. */
import { bold, green, red } from "@std/fmt/colors";
import { startStack } from "../stack/stack.ts";
import { startWorker } from "../stack/worker.ts";
import { runMainJob } from "./main_job.ts";

const help = `npm run demo [-- --tier embedded|native] [-- --keep]

Runs the platform's main job on 569 real tumours: features, dataset, training, registry, promotion, serving,
drift, alert, retraining. Sets up all it needs under .cache, and removes what it started.

  --tier embedded   PGlite in this process (default)
  --tier native     PostgreSQL 17 with pgvector, TimescaleDB and pg_cron in a private prefix
  --keep            leave the stack and a worker running afterwards and print how to connect
  --help            this text

Exit status: 0 when every step held, 1 when one did not, 2 for wrong options.`;

interface Options {
  tier: "embedded" | "native";
  keep: boolean;
}

function parseOptions(args: string[]): Options {
  const options: Options = { tier: "embedded", keep: false };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (arg === "--help") {
      console.log(help);
      Deno.exit(0);
    } else if (arg === "--keep") options.keep = true;
    else if (arg === "--tier" && (args[i + 1] === "embedded" || args[i + 1] === "native")) {
      options.tier = args[++i] as Options["tier"];
    } else {
      console.error(`demo: unknown option ${arg}${arg === "--tier" ? ` ${args[i + 1] ?? ""}` : ""}; see --help`);
      Deno.exit(2);
    }
  }
  return options;
}

async function main(): Promise<number> {
  const options = parseOptions(Deno.args);
  const start = performance.now();
  const stack = await startStack({ tier: options.tier, port: 0, log: (line) => console.log(`   ${line}`) });
  console.log(
    `   ${options.tier} stack ready at ${stack.url} in ${((performance.now() - start) / 1000).toFixed(1)} s\n`,
  );
  const interrupted = Promise.withResolvers<void>();
  Deno.addSignalListener("SIGINT", interrupted.resolve);
  Deno.addSignalListener("SIGTERM", interrupted.resolve);
  let status = 1;
  try {
    const { report } = await Promise.race([
      runMainJob(stack),
      interrupted.promise.then(() => Promise.reject(new Error("interrupted"))),
    ]);
    console.log(bold("\nSummary"));
    for (const { title, seconds } of report.finished) {
      console.log(`   ${green("held")} ${seconds.toFixed(1).padStart(6)} s  ${title}`);
    }
    console.log(
      `   all ${report.finished.length} steps held in ${
        ((performance.now() - start) / 1000).toFixed(0)
      } s, set-up included`,
    );
    status = 0;
  } catch (error) {
    console.error(red(`demo: ${error instanceof Error ? error.message : String(error)}`));
  }
  if (options.keep) {
    const worker = await startWorker(stack);
    console.log(`\nStack and worker are running; Ctrl-C ends them.
  SUPABASE_URL=${stack.url}
  SUPABASE_PUBLISHABLE_KEY=${stack.publishableKey}
  SUPABASE_SECRET_KEY=${stack.secretKey}
  SUPABASE_DB_URL=${stack.dbUrl}
  WORKER_JWT=${stack.workerJwt}`);
    await interrupted.promise;
    worker.kill("SIGTERM");
    await worker.done;
  }
  await stack.stop();
  return status;
}

Deno.exit(await main());
