// `npm run types`: the database's types for TypeScript, from the catalog.
import { callsFile, typesFile } from "./generated_types.ts";
import { writeGoldens } from "./golden.ts";

if (Deno.args.length === 0) await writeGoldens([typesFile, callsFile]);
else {
  console.log(
    `npm run types\n\nBuilds a database from the migrations and writes its types to ${typesFile}\nand how its functions are called to ${callsFile}.\n`,
  );
  Deno.exit(Deno.args[0] === "--help" ? 0 : 2);
}
