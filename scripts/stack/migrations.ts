import type postgres from "postgres";
import { messageOf, UserError } from "./errors.ts";
import { exists } from "./process.ts";

/** Applies what is new in the folder, each file whole or not at all, and records it as the Supabase CLI does. */
export async function applyMigrations(sql: postgres.Sql, folder: string): Promise<number> {
  await sql.unsafe(`
    create schema if not exists supabase_migrations;
    create table if not exists supabase_migrations.schema_migrations (
      version text not null primary key, statements text[], name text
    )`);
  const done = await sql<{ version: string }[]>`select version from supabase_migrations.schema_migrations`;
  const versions = new Set(done.map((row) => row.version));
  let applied = 0;
  for (const file of await migrationFiles(folder)) {
    const [, version, name] = /^(\d+)_(.*)\.sql$/.exec(file)!;
    if (versions.has(version!)) continue;
    const text = await Deno.readTextFile(`${folder}/${file}`);
    try {
      await sql.begin(async (tx) => {
        await tx.unsafe(text);
        // The migration may have left a role or a search path behind.
        await tx`reset all`;
        await tx`
          insert into supabase_migrations.schema_migrations (version, name, statements)
          values (${version!}, ${name!}, ${[text]})`;
      });
    } catch (error) {
      throw new UserError(`Cannot apply the migration ${file}${lineOf(error, text)}: ${messageOf(error)}`);
    }
    applied++;
  }
  return applied;
}

async function migrationFiles(folder: string): Promise<string[]> {
  if (!await exists(folder)) return [];
  const files: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (/^\d+_.*\.sql$/.test(name)) files.push(name);
  }
  return files.sort();
}

function lineOf(error: unknown, text: string): string {
  const position = error instanceof Error && "position" in error ? Number(error.position) : 0;
  return position > 0 ? ` (line ${text.slice(0, position).split("\n").length})` : "";
}
