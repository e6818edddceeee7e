/** Signals nearer than this to the first are the same wish: a supervisor may signal the whole group, and each by itself. */
const patience = 1000;

/** Resolves at the first Ctrl-C or termination signal; another one later ends the process at once. */
export function stopRequested(): Promise<Deno.Signal> {
  const { promise, resolve } = Promise.withResolvers<Deno.Signal>();
  let asked: number | undefined;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    Deno.addSignalListener(signal, () => {
      if (asked !== undefined && performance.now() - asked > patience) Deno.exit(130);
      asked ??= performance.now();
      resolve(signal);
    });
  }
  return promise;
}
