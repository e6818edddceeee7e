/** What a person watching the main job sees: numbered steps, the figures of each, the time each took. */
import { bold, dim, green, red } from "@std/fmt/colors";

export class StepFailed extends Error {
  override name = "StepFailed";
}

/** Ends the step unless the condition holds; the message says what was expected, with the value that was found. */
export function ensure(condition: boolean, message: string): asserts condition {
  if (!condition) throw new StepFailed(message);
}

export interface Finished {
  title: string;
  seconds: number;
  facts: string[];
}

export class Report {
  readonly finished: Finished[] = [];
  #facts: string[] = [];
  readonly #print: (line: string) => void;
  readonly #total: number;

  constructor(total: number, print: (line: string) => void = console.log) {
    this.#total = total;
    this.#print = print;
  }

  /** One figure or event of the running step. */
  say(fact: string): void {
    this.#facts.push(fact);
    this.#print(`     ${fact}`);
  }

  async step(title: string, run: () => Promise<void>): Promise<void> {
    const number = String(this.finished.length + 1).padStart(2);
    this.#print(bold(`${number}/${this.#total} ${title}`));
    this.#facts = [];
    const start = performance.now();
    try {
      await run();
    } catch (error) {
      this.#print(red(`     failed: ${error instanceof Error ? error.message : String(error)}`));
      throw error;
    }
    const seconds = (performance.now() - start) / 1000;
    this.#print(`     ${green("held")} ${dim(`in ${seconds.toFixed(1)} s`)}`);
    this.finished.push({ title, seconds, facts: this.#facts });
  }
}
