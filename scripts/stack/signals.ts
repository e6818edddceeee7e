/** Resolves at the first Ctrl-C or termination signal; a second one ends the process at once. */
export function stopRequested(): Promise<Deno.Signal> {
  const { promise, resolve } = Promise.withResolvers<Deno.Signal>();
  let asked = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    Deno.addSignalListener(signal, () => {
      if (asked) Deno.exit(130);
      asked = true;
      resolve(signal);
    });
  }
  return promise;
}
