import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the repository, wherever the command was started. */
export const root: string = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

export function fromRoot(path: string): string {
  return join(root, path);
}
