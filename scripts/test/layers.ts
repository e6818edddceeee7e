// The numbers of the domains are layers: a file of sql/ may name only objects that its own or a lower domain makes.
import { readSources } from "../db/sources.ts";
import { fail, type Outcome, pass } from "./outcome.ts";
import { root } from "./paths.ts";

const definition =
  /^\s*create (?:or replace )?(?:table|view|materialized view|function|type|sequence)(?: if not exists)? ((?:ml|ml_private)\.\w+)/gim;
const reference = /\b((?:ml|ml_private)\.[a-z]\w*)/g;

/** A function under "-- api:" makes one of its name in ml as well. */
const declared = /^-- api: .*\ncreate or replace function ml_private\.(\w+)/gm;

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
    const made = [...withoutComments(text).matchAll(definition)].map((match) => match[1]!.toLowerCase());
    for (const name of [...made, ...[...text.matchAll(declared)].map((match) => `ml.${match[1]}`)]) {
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
  const faults = layerFaults(await readSources(root));
  return faults.length === 0 ? pass() : fail(faults.join("\n"));
}
