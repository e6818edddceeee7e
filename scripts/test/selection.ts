// Which tests a run is asked for.
import type { Unit } from "./outcome.ts";

export interface Selection {
  /** Words that a unit's name, or its room, must hold, each of them. */
  words: string[];
  /** Parts of names, any of which is enough. */
  only: string[];
}

/** Rooms whose tests do not bear their name. */
const rooms: [room: string, of: RegExp][] = [
  ["serving", /functions\/inference/],
  ["platform", /webhooks|tests\/e2e\/(stack|ticker|lifecycle)/],
  ["catalog", /tests\/sql\/catalog/],
  ["worker", /^check: the worker|worker_contract/],
];

function roomsOf(name: string): string[] {
  return rooms.filter(([, of]) => of.test(name)).map(([room]) => room);
}

export function selects({ words, only }: Selection, { name }: Pick<Unit, "name">): boolean {
  const searched = [name, ...roomsOf(name)].join(" ").toLowerCase();
  return words.every((word) => searched.includes(word.toLowerCase())) &&
    (only.length === 0 || only.some((part) => name.includes(part)));
}
