import { fromRoot } from "./paths.ts";

/** Files of a folder and its subfolders whose name ends so, relative to the root, in order of name. */
export async function filesUnder(folder: string, ending: string): Promise<string[]> {
  const found: string[] = [];
  try {
    for await (const entry of Deno.readDir(fromRoot(folder))) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory) found.push(...await filesUnder(path, ending));
      else if (entry.isFile && entry.name.endsWith(ending)) found.push(path);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return found.sort();
}
