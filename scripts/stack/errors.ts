/** A failure whose message is meant for the person at the terminal: one line, no stack trace. */
export class UserError extends Error {
  override name = "UserError";
}

/** Runs a program's main function; a UserError becomes one line on standard error and exit code 1. */
export async function runMain(main: () => Promise<number | void>): Promise<never> {
  try {
    Deno.exit((await main()) ?? 0);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(error.message);
    Deno.exit(1);
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
