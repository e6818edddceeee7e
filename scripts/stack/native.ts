// The native tier's database server; also a small program: `deno run -A scripts/stack/native.ts start`.
import { parseArgs } from "node:util";
import { messageOf, runMain, UserError } from "./errors.ts";
import { ensureNative } from "./native_prefix.ts";
import { startPostgres } from "./postgres_server.ts";
import { stopRequested } from "./signals.ts";

export { ensureNative, type NativePrefix } from "./native_prefix.ts";
export { type PostgresOptions, type PostgresServer, startPostgres } from "./postgres_server.ts";

const usage = `Usage: deno run -A scripts/stack/native.ts <command>

  setup                     set up PostgreSQL 17 with its extensions and print where its programs are
  start [--port N] [--data FOLDER]
                            start a server, print its URL and run it until Ctrl-C; without --data its
                            data is temporary
`;

function readArguments(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { port: { type: "string" }, data: { type: "string" }, help: { type: "boolean", short: "h" } },
    });
  } catch (error) {
    throw new UserError(`${messageOf(error)}\n\n${usage}`);
  }
}

async function main(): Promise<number> {
  const { values, positionals } = readArguments(Deno.args);
  const say = (line: string) => console.error(line);
  if (values.help || positionals.length !== 1) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  if (positionals[0] === "setup") {
    console.log((await ensureNative(say)).bin);
    return 0;
  }
  if (positionals[0] !== "start") throw new UserError(`Unknown command "${positionals[0]}".\n\n${usage}`);
  const port = Number(values.port ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new UserError(`--port ${values.port} is not a port.`);
  await ensureNative(say);
  const stop = stopRequested();
  const server = await startPostgres({ port, dataDir: values.data });
  console.log(server.url);
  await stop;
  await server.stop();
  return 0;
}

if (import.meta.main) await runMain(main);
