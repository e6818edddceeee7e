// The files of sql/, by what they hold: a file's name says what it is, never its place.
import { join } from "node:path";

/**
 * State is made once and changed by migrations; the other kinds are code, made anew by every release, in this order:
 * tables that become time series, functions, views, who may do what, and what is called once all of that stands.
 */
export const kinds = ["tables", "series", "functions", "views", "policies", "start"] as const;
export type Kind = typeof kinds[number];

export interface Source {
  /** relative to the project, as sql/10_jobs/claim/pick.sql */
  file: string;
  domain: string;
  kind: Kind;
  text: string;
}

function kindOf(name: string): Kind {
  return kinds.find((kind) => `${kind}.sql` === name) ?? "functions";
}

/** All sources of a project: domain by domain, in each those of the domain itself first, then folder by folder. */
export async function readSources(project: string): Promise<Source[]> {
  const sources: Source[] = [];
  const domains = (await namesIn(join(project, "sql"), (e) => e.isDirectory)).filter((name) =>
    /^\d\d_[a-z_]+$/.test(name)
  );
  for (const domain of domains) {
    const here = await readFolder(project, domain, "");
    for (const capability of await namesIn(join(project, "sql", domain), (e) => e.isDirectory)) {
      here.push(...await readFolder(project, domain, capability));
    }
    sources.push(
      ...here.filter((s) => s.kind !== "tables"),
      ...referencedFirst(here.filter((s) => s.kind === "tables")),
    );
  }
  return sources;
}

async function readFolder(project: string, domain: string, capability: string): Promise<Source[]> {
  const folder = ["sql", domain, capability].filter((part) => part !== "").join("/");
  const names = await namesIn(join(project, folder), (e) => e.isFile && e.name.endsWith(".sql"));
  return await Promise.all(names.map(async (name) => ({
    file: `${folder}/${name}`,
    domain,
    kind: kindOf(name),
    text: await Deno.readTextFile(join(project, folder, name)),
  })));
}

/** Files of tables, each after those whose tables its foreign keys name. */
function referencedFirst(files: Source[]): Source[] {
  const homes = new Map<string, Source>();
  for (const source of files) {
    for (const match of source.text.matchAll(/^create table ([\w.]+)/gm)) homes.set(match[1]!, source);
  }
  const ordered: Source[] = [];
  const place = (source: Source, behind: Source[]) => {
    if (ordered.includes(source)) return;
    if (behind.includes(source)) {
      throw new Error(`foreign keys go in a circle: ${[...behind, source].map((s) => s.file).join(" -> ")}`);
    }
    for (const match of source.text.matchAll(/\breferences ([\w.]+)/g)) {
      const home = homes.get(match[1]!);
      if (home && home !== source) place(home, [...behind, source]);
    }
    ordered.push(source);
  };
  for (const source of files) place(source, []);
  return ordered;
}

/** Sorted by code point, never by locale: every machine must build the same text. */
export async function namesIn(folder: string, keep: (entry: Deno.DirEntry) => boolean): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) if (keep(entry)) names.push(entry.name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
