// The numbers of the domains are layers: a file of sql/ may name only objects that its own or a lower domain makes.
import { sourceFiles } from "../db_build.ts";
import { fail, type Outcome, pass } from "./outcome.ts";
import { fromRoot } from "./paths.ts";

const definition =
  /^\s*create (?:or replace )?(?:table|view|materialized view|function|type|sequence)(?: if not exists)? ((?:ml|ml_private)\.\w+)/gim;
const reference = /\b((?:ml|ml_private)\.[a-z]\w*)/g;

export interface Source {
  file: string;
  text: string;
}

const domainOf = (file: string) => file.split("/")[1] ?? "";

/** One line for each name that a domain takes from a higher one, or that two domains make. */
export function layerFaults(sources: Source[]): string[] {
  const homes = new Map<string, string>();
  const faults = new Set<string>();
  for (const { file, text } of sources) {
    for (const match of withoutComments(text).matchAll(definition)) {
      const name = match[1]!.toLowerCase();
      const domain = domainOf(file);
      const known = homes.get(name);
      if (known && known !== domain) faults.add(`${file}: ${name} is made by ${known} already`);
      if (!known || domain < known) homes.set(name, domain);
    }
  }
  for (const { file, text } of sources) {
    withoutComments(text).split("\n").forEach((line, index) => {
      // Prose in a message or comment may name what a reader should call next; a bare name in quotes is a reference.
      const code = line.replace(/'(?:[^']|'')*'/g, (literal) => literal.includes(" ") ? "''" : literal);
      for (const match of code.matchAll(reference)) {
        const home = homes.get(match[1]!);
        if (home && home > domainOf(file)) faults.add(`${file}:${index + 1}: ${match[1]} belongs to ${home}`);
      }
    });
  }
  return [...faults];
}

function withoutComments(text: string): string {
  return text.replace(/--.*$/gm, "").replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ""));
}

export async function checkLayers(): Promise<Outcome> {
  const files = await sourceFiles();
  const sources = await Promise.all(
    files.map(async (file) => ({ file, text: await Deno.readTextFile(fromRoot(file)) })),
  );
  const faults = layerFaults(sources);
  return faults.length === 0 ? pass() : fail(faults.join("\n"));
}
