// What was released stays as it was: the hash of every migration, by the release that brought it.
import { join } from "node:path";
import { sha256Hex } from "../test/hash.ts";
import { root } from "../test/paths.ts";
import { namesIn } from "./sources.ts";

export const migrationFolder = "supabase/migrations";
// Beside the folder: in it, the Supabase CLI would say at each push that it skips this file.
const frozenFile = "supabase/frozen.json";
const firstState = "20261123000000_aimatrix_ml_state.sql";

/** By version, oldest first: the migrations that came with it, with the SHA-256 of each. */
export type Frozen = Record<string, Record<string, string>>;

export interface Release {
  version: string;
  frozen: Frozen;
  /** built from tables.sql until the first release; null after it, when changes of state are migrations written by hand */
  stateFile: string | null;
  codeFile: string;
  /** the code of the release before, null for the first */
  previousCode: string | null;
}

/** The release that package.json names: the one in work, or the last one when it is frozen. */
export async function readRelease(project: string): Promise<Release> {
  const frozen = JSON.parse(await readIfThere(join(project, frozenFile)) ?? "{}") as Frozen;
  const { version } = JSON.parse(await Deno.readTextFile(join(project, "package.json"))) as { version: string };
  const own = frozen[version];
  const before = Object.keys(frozen).slice(0, own ? Object.keys(frozen).indexOf(version) : undefined);
  const previous = before.length === 0 ? null : codeOf(frozen[before.at(-1)!]!);
  const released = own ? codeOf(own) : null;
  return {
    version,
    frozen,
    stateFile: Object.keys(frozen).length === 0 ? firstState : null,
    codeFile: released ?? codeName(version, await newestStamp(project, frozen)),
    previousCode: previous === null ? null : await Deno.readTextFile(join(project, migrationFolder, previous)),
  };
}

const isCode = (name: string) => /^\d+_aimatrix_ml_code_/.test(name);

function codeOf(migrations: Record<string, string>): string {
  const name = Object.keys(migrations).find(isCode);
  if (!name) throw new Error(`${frozenFile} names a release without a migration of code`);
  return name;
}

/** Code is applied after all state of its release, so it bears the next stamp. */
function codeName(version: string, newest: bigint): string {
  return `${newest + 1n}_aimatrix_ml_code_${version.replace(/\W/g, "_")}.sql`;
}

async function newestStamp(project: string, frozen: Frozen): Promise<bigint> {
  const released = new Set(Object.values(frozen).flatMap((files) => Object.keys(files)));
  const names = [firstState, ...await migrationNames(project)].filter((name) => released.has(name) || !isCode(name));
  return names.map((name) => BigInt(/^\d+/.exec(name)![0])).reduce((a, b) => (a > b ? a : b));
}

async function migrationNames(project: string): Promise<string[]> {
  return await namesIn(join(project, migrationFolder), (e) => e.isFile && /^\d+_.+\.sql$/.test(e.name));
}

/** The migrations in the order in which they are applied, relative to the project. */
export async function migrationFiles(project = root): Promise<string[]> {
  return (await migrationNames(project)).map((name) => `${migrationFolder}/${name}`);
}

/** Migrations of code that an earlier build left under a name that is no longer theirs. */
export async function staleCode(project: string, { frozen, codeFile }: Release): Promise<string[]> {
  const released = new Set(Object.values(frozen).flatMap((files) => Object.keys(files)));
  return (await migrationNames(project)).filter((name) => isCode(name) && !released.has(name) && name !== codeFile);
}

/** One line for each released migration that is no longer what was released. */
export async function frozenFaults(project: string, frozen?: Frozen): Promise<string[]> {
  const faults: string[] = [];
  const releases = frozen ?? JSON.parse(await readIfThere(join(project, frozenFile)) ?? "{}") as Frozen;
  for (const [name, hash] of Object.values(releases).flatMap((files) => Object.entries(files))) {
    const text = await readIfThere(join(project, migrationFolder, name));
    if (text === null) faults.push(`${migrationFolder}/${name} was released and is gone: restore it`);
    else if (await sha256Hex(text) !== hash) {
      faults.push(`${migrationFolder}/${name} was released and has changed: restore it and add a new migration`);
    }
  }
  return faults;
}

/** Records all migrations that no release has yet as those of the version. */
export async function recordRelease(project: string, { version, frozen }: Release): Promise<string[]> {
  const released = new Set(Object.values(frozen).flatMap((files) => Object.keys(files)));
  const files: Record<string, string> = {};
  for (const name of (await migrationNames(project)).filter((name) => !released.has(name))) {
    files[name] = await sha256Hex(await Deno.readTextFile(join(project, migrationFolder, name)));
  }
  await Deno.writeTextFile(join(project, frozenFile), JSON.stringify({ ...frozen, [version]: files }, null, 2) + "\n");
  return Object.keys(files);
}

export async function readIfThere(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
