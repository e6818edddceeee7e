// Template databases: platform stand-ins, migrations and test helpers, applied once a server and copied for every test file.
import postgres from "postgres";
import { migrationFiles } from "../../scripts/db/releases.ts";
import { sha256Hex } from "../../scripts/test/hash.ts";
import { fromRoot } from "../../scripts/test/paths.ts";

/** How as_time_series stores a series: as a TimescaleDB hypertable, or as native range partitions. */
export type Form = "timescale" | "native";

/** Settings that live outside the database and so are not copied with a template. */
const settings: Record<Form, string[]> = {
  timescale: [`search_path = "$user", public, extensions`],
  native: [`search_path = "$user", public, extensions`, `aimatrix.time_series = 'native'`],
};

const testExtensions = `
  create extension if not exists pgtap with schema extensions;
  create extension if not exists plpgsql_check with schema extensions;
`;

// One number for all programs that build templates on a server; they take it in the database that the server's URL names.
const buildLock = 4_721_060_233;
// Roles belong to the server, so two databases cannot be filled at once: both would create the same role.
const fillLock = 4_721_060_234;

export function connect(url: string, max = 1): postgres.Sql {
  return postgres(url, { max, onnotice: () => {}, prepare: false, connection: { application_name: "aimatrix tests" } });
}

/** The same server, another database. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

/** SQL with the name to blame when it fails. */
export interface Layer {
  file: string;
  text: string;
}

export async function fileLayers(files: string[]): Promise<Layer[]> {
  return await Promise.all(files.map(async (file) => ({ file, text: await Deno.readTextFile(fromRoot(file)) })));
}

/** The stand-ins for what a Supabase project has before our migrations. */
export async function platformLayer(): Promise<Layer> {
  const [layer] = await fileLayers(["scripts/stack/platform.sql"]);
  return layer!;
}

async function templateLayers(): Promise<Layer[]> {
  return [
    await platformLayer(),
    ...await fileLayers(await migrationFiles()),
    { file: "the test extensions", text: testExtensions },
    ...await fileLayers(["tests/sql/support.sql"]),
  ];
}

/** Builds the template of that form unless this server has it already, and returns its name. */
export async function ensureTemplate(serverUrl: string, form: Form): Promise<string> {
  const layers = await templateLayers();
  const hash = await sha256Hex(JSON.stringify([layers, settings[form]]));
  // The hash is part of the name, so a template in use is never rebuilt under its users.
  const name = `aimatrix_template_${form}_${hash.slice(0, 12)}`;
  const admin = connect(serverUrl);
  try {
    if (await exists(admin, name)) return name;
    await admin`select pg_advisory_lock(${buildLock})`;
    if (!await exists(admin, name)) await build(admin, serverUrl, name, form, layers);
    return name;
  } finally {
    await admin.end();
  }
}

async function exists(admin: postgres.Sql, name: string): Promise<boolean> {
  return (await admin`select from pg_database where datname = ${name}`).length > 0;
}

async function build(admin: postgres.Sql, serverUrl: string, name: string, form: Form, layers: Layer[]) {
  const draft = `${name}_draft`;
  await admin.unsafe(`drop database if exists ${draft} with (force)`);
  try {
    await createFromLayers(serverUrl, form, draft, layers);
    await seal(admin, draft);
    await admin.unsafe(`alter database ${draft} rename to ${name}`);
  } catch (error) {
    await admin.unsafe(`drop database if exists ${draft} with (force)`);
    throw error;
  }
  await dropStale(admin, name, form);
}

/** A new database with these layers and nothing else. */
export async function createFromLayers(
  serverUrl: string,
  form: Form,
  name: string,
  layers: Layer[],
): Promise<string> {
  const url = withDatabase(serverUrl, name);
  const admin = connect(serverUrl);
  try {
    await admin.unsafe(`create database ${name} template template0`);
    await applySettings(admin, name, form);
    await admin`select pg_advisory_lock(${fillLock})`;
    const sql = connect(url);
    try {
      for (const layer of layers) await apply(sql, layer);
    } finally {
      await sql.end();
    }
  } finally {
    await admin.end();
  }
  return url;
}

async function applySettings(admin: postgres.Sql, database: string, form: Form) {
  for (const setting of settings[form]) await admin.unsafe(`alter database ${database} set ${setting}`);
}

async function apply(sql: postgres.Sql, layer: Layer) {
  try {
    await sql.unsafe(layer.text);
  } catch (error) {
    if (!(error instanceof postgres.PostgresError)) throw error;
    const where = error.position ? placeOf(layer, Number(error.position)) : layer.file;
    throw new Error(`cannot build the test template: ${where}: ${error.message} (${error.code})`, { cause: error });
  }
}

/** File, line and what stands there; in a built migration also the file of sql/ that it came from. */
function placeOf(layer: Layer, position: number): string {
  const before = layer.text.slice(0, position).split("\n");
  const source = before.map((line) => /^-- -{8} (sql\/\S+)/.exec(line)?.[1]).findLast((name) => name !== undefined);
  const line = layer.text.split("\n")[before.length - 1]!.trim();
  return `${layer.file}:${before.length}${source ? ` from ${source}` : ""}, at ${JSON.stringify(line)}`;
}

// TimescaleDB's launcher connects to every database that has the extension and allows connections; a copy fails while anyone is connected.
async function seal(admin: postgres.Sql, database: string) {
  await admin.unsafe(`alter database ${database} with allow_connections false`);
  for (let attempt = 0; attempt < 50; attempt++) {
    const left = await admin`
      select pg_terminate_backend(pid) from pg_stat_activity where datname = ${database}`;
    if (left.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`cannot seal the template ${database}: something keeps connecting to it`);
}

/** Drops what earlier versions of the sources left on a server that lives long. */
async function dropStale(admin: postgres.Sql, name: string, form: Form) {
  const stale = await admin<{ datname: string }[]>`
    select datname from pg_database
    where datname like ${`aimatrix\\_template\\_${form}\\_%`} and datname <> ${name}`;
  for (const { datname } of stale) await admin.unsafe(`drop database if exists ${datname} with (force)`);
}

/** Copies the template of that form into a new database and returns the copy's URL. */
export async function createFromTemplate(serverUrl: string, form: Form, name: string): Promise<string> {
  const admin = connect(serverUrl);
  try {
    while (!await copyTemplate(admin, await ensureTemplate(serverUrl, form), name));
    await applySettings(admin, name, form);
    return withDatabase(serverUrl, name);
  } finally {
    await admin.end();
  }
}

/** False when the sources changed meanwhile and another program has dropped the template; its shared lock keeps that out of the copying. */
async function copyTemplate(admin: postgres.Sql, template: string, name: string): Promise<boolean> {
  await admin`select pg_advisory_lock_shared(${buildLock})`;
  try {
    if (!await exists(admin, template)) return false;
    await admin.unsafe(`create database ${name} template ${template}`);
    return true;
  } finally {
    await admin`select pg_advisory_unlock_shared(${buildLock})`;
  }
}

export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  const admin = connect(serverUrl);
  try {
    await admin.unsafe(`drop database if exists ${name} with (force)`);
  } finally {
    await admin.end();
  }
}
