// What the units of one run share, made when first asked for and ended with the run.
import { ensureNative, type PostgresServer, startPostgres } from "../stack/native.ts";
import type { Context } from "./outcome.ts";

export interface RunContext extends Context {
  close(): Promise<void>;
}

export function openContext(signal: AbortSignal, log: (line: string) => void): RunContext {
  const native = once(() => ensureNative(log));
  const server = once(async () => {
    await native();
    return await startPostgres({ settings: { synchronous_commit: "off" } });
  });
  const venv = once(async () => await (await import("../stack/python.ts")).ensureTestVenv());
  return {
    signal,
    serverUrl: async () => (await server()).url,
    postgresBin: async () => (await native()).bin,
    python: async () => (await venv()).python,
    close: async () => {
      const started: PostgresServer | undefined = await server.ifStarted()?.catch(() => undefined);
      await started?.stop();
    },
  };
}

interface Once<T> {
  (): Promise<T>;
  ifStarted(): Promise<T> | undefined;
}

function once<T>(make: () => Promise<T>): Once<T> {
  let made: Promise<T> | undefined;
  return Object.assign(() => made ??= make(), { ifStarted: () => made });
}
