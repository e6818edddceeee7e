// The platform layer on the embedded tier's Postgres: its pgTAP files again, on PGlite.
import { PGlite } from "@electric-sql/pglite";
import { pgtap } from "@electric-sql/pglite/pgtap";
import { pgcrypto } from "@electric-sql/pglite/contrib/pgcrypto";
import { uuid_ossp } from "@electric-sql/pglite/contrib/uuid_ossp";
import { vector } from "@electric-sql/pglite/vector";
import { migrationFiles } from "../../scripts/db/releases.ts";
import { judgeTap } from "../../scripts/test/pgtap.ts";
import { fromRoot } from "../../scripts/test/paths.ts";

const folder = "tests/sql/00_platform";

async function openDatabase(): Promise<PGlite> {
  const database = await PGlite.create({ extensions: { pgcrypto, pgtap, vector, uuid_ossp } });
  const layers = ["scripts/stack/platform.sql", ...await migrationFiles()];
  for (const file of layers) await database.exec(await Deno.readTextFile(fromRoot(file)));
  await database.exec(`
    create extension pgtap with schema extensions;
    alter database postgres set search_path = "$user", public, extensions;
    set search_path = "$user", public, extensions;
    set client_min_messages = error;
  `);
  await database.exec(await Deno.readTextFile(fromRoot("tests/sql/support.sql")));
  return database;
}

/** What psql would print: the only column of every row. */
async function runFile(database: PGlite, file: string): Promise<string> {
  let printed = "";
  const exitCode = Deno.exitCode;
  try {
    for (const { rows } of await database.exec(await Deno.readTextFile(file))) {
      for (const row of rows) printed += `${Object.values(row).join("|")}\n`;
    }
    return printed;
  } catch (error) {
    await database.exec("rollback");
    throw new Error(`${error instanceof Error ? error.message : error}\n${printed}`, { cause: error });
  } finally {
    // Each error inside PGlite leaves the process an exit code.
    Deno.exitCode = exitCode;
  }
}

Deno.test("the platform layer's own tests pass on PGlite, time series in the native form included", async (t) => {
  const exitCode = Deno.exitCode;
  const database = await openDatabase();
  Deno.exitCode = exitCode;
  try {
    const files = [...Deno.readDirSync(fromRoot(folder))].map((entry) => entry.name).filter((name) =>
      name.endsWith(".sql")
    );
    if (files.length < 8) throw new Error(`${folder} holds ${files.length} files`);
    for (const name of files.sort()) {
      await t.step(name, async () => {
        const printed = await runFile(database, fromRoot(`${folder}/${name}`));
        const outcome = judgeTap(printed, 0, printed);
        if (outcome.failed > 0 || outcome.passed === 0) throw new Error(outcome.output);
      });
    }
  } finally {
    await database.close();
    Deno.exitCode = exitCode;
  }
});
