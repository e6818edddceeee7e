// Builds the migrations, and what is told of the API, from sql/. `--check` changes nothing and exits 1 when a file differs; `--freeze` makes a release of them.
import { dirname, join } from "node:path";
import { fromRoot, root } from "../test/paths.ts";
import { expectedAccess, readApi } from "./api.ts";
import { composeCode, composeState, sourceFaults } from "./compose.ts";
import {
  frozenFaults,
  migrationFolder,
  readIfThere,
  readRelease,
  recordRelease,
  type Release,
  staleCode,
} from "./releases.ts";
import { reference } from "./reference.ts";
import { readSources } from "./sources.ts";

const usage = `npm run db:build [-- --check | --freeze]

Builds two migrations from sql/ for the version that package.json names:

  the state    from every tables.sql, until the first release; after it, a change of state is a migration that you add
  the code     all other files: functions, views, policies, grants, and the API from the lines "-- api:". Made whole, run after the state

and from the same lines docs/reference.md and tests/golden/api_access.txt.

  --check    change nothing; exit 1 when a migration differs from sql/ or a released one was changed
  --freeze   make a release: record the hash of every migration, each is refused any change from then on
  --help     this text
`;

/** What the built files must contain, by their path. */
export async function composeProject(project: string, release: Release): Promise<Record<string, string>> {
  const sources = await readSources(project);
  const faults = (await Promise.all(sources.map(sourceFaults))).flat();
  if (faults.length > 0) throw new Faults(faults);
  const api = await readApi(sources);
  return {
    ...(release.stateFile ? { [`${migrationFolder}/${release.stateFile}`]: await composeState(sources) } : {}),
    [`${migrationFolder}/${release.codeFile}`]: await composeCode(sources, api, release.previousCode),
    "docs/reference.md": reference(api),
    "tests/golden/api_access.txt": expectedAccess(api),
  };
}

/** What a person has to mend, a line each. */
class Faults extends Error {
  constructor(readonly lines: string[]) {
    super(lines.join("\n"));
  }
}

/** The first line in which two texts differ, for a message a person can act on. */
function firstDifference(have: string, want: string): string {
  const haveLines = have.split("\n");
  const wantLines = want.split("\n");
  const at = wantLines.findIndex((line, i) => line !== haveLines[i]);
  const line = at === -1 ? wantLines.length : at;
  return `line ${line + 1}: has ${JSON.stringify(haveLines[line] ?? null)}, sql/ gives ${
    JSON.stringify(wantLines[line] ?? null)
  }`;
}

/** Changes nothing; a line for each migration that is not what it must be. */
export async function checkProject(project: string): Promise<string[]> {
  const faults = await frozenFaults(project);
  const release = await readRelease(project);
  const remedy = release.version in release.frozen
    ? `${release.version} is released: raise the version in package.json, then run npm run db:build`
    : "run npm run db:build";
  for (const [path, want] of Object.entries(await composeProject(project, release))) {
    const have = await readIfThere(join(project, path)) ?? "";
    if (have !== want) faults.push(`${path} differs from sql/ (${firstDifference(have, want)}): ${remedy}`);
  }
  for (const name of await staleCode(project, release)) {
    faults.push(`${migrationFolder}/${name} is of no release and no longer built: ${remedy}`);
  }
  return faults;
}

/** Writes what has changed; returns what hinders. */
export async function buildProject(project: string, say: (line: string) => void): Promise<string[]> {
  const release = await readRelease(project);
  if (release.version in release.frozen) return await checkProject(project);
  const faults = await frozenFaults(project, release.frozen);
  if (faults.length > 0) return faults;
  for (const [path, text] of Object.entries(await composeProject(project, release))) {
    await Deno.mkdir(dirname(join(project, path)), { recursive: true });
    await Deno.writeTextFile(join(project, path), text);
    say(`${path}: ${text.split("\n").length - 1} lines`);
  }
  for (const name of await staleCode(project, release)) await Deno.remove(join(project, migrationFolder, name));
  return [];
}

/** Makes a release of what is there; returns what hinders. */
export async function freezeProject(project: string, say: (line: string) => void): Promise<string[]> {
  const faults = await checkProject(project);
  if (faults.length > 0) return faults;
  const release = await readRelease(project);
  if (release.version in release.frozen) return [`${release.version} is released already`];
  say(`released ${release.version}: ${(await recordRelease(project, release)).join(", ")}`);
  return [];
}

async function main(args: string[]): Promise<number> {
  const say = (line: string) => console.log(line);
  const actions: Record<string, () => Promise<string[]>> = {
    "": () => buildProject(root, say),
    "--check": () => checkProject(root),
    "--freeze": () => freezeProject(root, say),
  };
  if (args.includes("--help")) {
    console.log(usage);
    return 0;
  }
  const action = actions[args[0] ?? ""];
  if (action === undefined || args.length > 1) {
    console.error(`db:build: unknown arguments ${args.join(" ")}\n\n${usage}`);
    return 2;
  }
  let faults: string[];
  try {
    faults = await action();
  } catch (error) {
    if (!(error instanceof Faults)) throw error;
    faults = error.lines;
  }
  for (const fault of faults) console.error(`db:build: ${fault}`);
  return faults.length === 0 ? 0 : 1;
}

if (import.meta.main) {
  Deno.chdir(fromRoot(""));
  Deno.exit(await main(Deno.args));
}
