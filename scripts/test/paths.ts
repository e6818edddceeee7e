import { join } from "node:path";
import { root } from "../stack/paths.ts";

export { root };

/** A path of the repository, wherever the command was started. */
export function fromRoot(path: string): string {
  return join(root, path);
}
