// What a file of this folder exports as `benchmark`, and its options.
import { parseArgs } from "node:util";
import { messageOf, UserError } from "../stack/errors.ts";

export interface Benchmark {
  /** one line for the list */
  summary: string;
  /** what follows `npm run bench -- <name> ` */
  options?: string;
  run(args: string[]): Promise<void>;
}

/** A benchmark's own options, or one clear line about the wrong one. */
export function benchOptions<T extends NonNullable<Parameters<typeof parseArgs>[0]>["options"]>(
  args: string[],
  options: T,
) {
  try {
    return parseArgs({ args, options, strict: true }).values;
  } catch (error) {
    throw new UserError(messageOf(error));
  }
}
