import { assert } from "@std/assert";
import { again } from "./day_seed.ts";

/** Faults, each with the shortest call that showed it. */
export class Findings {
  #shortest = new Map<string, string>();
  #counts = new Map<string, number>();

  add(what: string, example: string) {
    const key = what.replace(/\d+/g, "N").replace(/"[^"]*"/g, '"…"').slice(0, 160);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    const known = this.#shortest.get(key);
    if (known === undefined || example.length < known.length) this.#shortest.set(key, example);
  }

  assertNone() {
    const lines = [...this.#shortest].map(([key, example]) =>
      `- ${this.#counts.get(key)} × ${key}\n    ${example.slice(0, 600)}`
    );
    assert(lines.length === 0, `${lines.length} kinds of fault (${again}):\n${lines.join("\n")}`);
  }
}
