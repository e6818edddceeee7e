/** Signals nearer than this to the first are the same wish: a supervisor may signal the whole group, and each by itself. */
const patience = 1000;

/** scripts/run.mjs names itself here. When it is gone, however it ended, there is nobody left to pass a signal on. */
const launcher = Number(Deno.env.get("AIMATRIX_PARENT"));

/** Resolves at the first Ctrl-C or termination signal, or when the launcher is gone; another signal later ends the process at once. */
export function stopRequested(): Promise<Deno.Signal> {
  const { promise, resolve } = Promise.withResolvers<Deno.Signal>();
  let asked: number | undefined;
  if (launcher && Deno.ppid === launcher) {
    const timer = setInterval(() => {
      if (Deno.ppid === launcher) return;
      clearInterval(timer);
      resolve("SIGHUP");
    }, 250);
    Deno.unrefTimer(timer);
  }
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    Deno.addSignalListener(signal, () => {
      if (asked !== undefined && performance.now() - asked > patience) Deno.exit(130);
      asked ??= performance.now();
      resolve(signal);
    });
  }
  return promise;
}
