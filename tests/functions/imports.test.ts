// What is deployed imports what is tested: a function's own deno.json names the very versions of the root's.
import { assert, assertEquals } from "@std/assert";

const root = new URL("../../", import.meta.url);

async function readImports(path: string): Promise<Record<string, string>> {
  const { imports } = JSON.parse(await Deno.readTextFile(new URL(path, root)));
  return imports;
}

const functions = [...Deno.readDirSync(new URL("supabase/functions", root))]
  .filter((entry) => entry.isDirectory && !entry.name.startsWith("_")).map((entry) => entry.name);

for (const name of functions) {
  Deno.test(`functions/${name}/deno.json pins the versions that the tests run`, async () => {
    const tested = await readImports("deno.json");
    const deployed = await readImports(`supabase/functions/${name}/deno.json`);
    for (const [specifier, version] of Object.entries(deployed)) assertEquals(version, tested[specifier], specifier);
  });

  Deno.test(`functions/${name}/deno.json names every package that the function imports`, async () => {
    const deployed = await readImports(`supabase/functions/${name}/deno.json`);
    for (const folder of [name, "_shared"]) {
      for await (const entry of Deno.readDir(new URL(`supabase/functions/${folder}`, root))) {
        if (!entry.name.endsWith(".ts")) continue;
        const text = await Deno.readTextFile(new URL(`supabase/functions/${folder}/${entry.name}`, root));
        for (const [, specifier] of text.matchAll(/from "([^."][^"]*)"/g)) {
          const known = specifier!.startsWith("node:") ||
            Object.keys(deployed).some((key) => key === specifier || (key.endsWith("/") && specifier!.startsWith(key)));
          assert(
            known,
            `${folder}/${entry.name} imports ${specifier}, which functions/${name}/deno.json does not name`,
          );
        }
      }
    }
  });
}
