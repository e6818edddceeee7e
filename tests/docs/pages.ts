// Reads the documentation as a reader would use it: its examples, its links and its commands.

export interface Example {
  line: number;
  /** What follows the language on the fence, as `as=engineer fails=PT409`. */
  options: Record<string, string>;
  language: string;
  text: string;
}

/** The fenced blocks of a page, in order. */
export function examplesOf(page: string): Example[] {
  const examples: Example[] = [];
  let open: Example | null = null;
  page.split("\n").forEach((line, index) => {
    const fence = /^```(\w*)\s*(.*)$/.exec(line);
    if (!fence) {
      if (open) open.text += line + "\n";
    } else if (open) {
      examples.push(open);
      open = null;
    } else {
      const pairs = [...fence[2]!.matchAll(/(\w+)=(\S+)/g)].map((m) => [m[1]!, m[2]!] as const);
      open = { line: index + 2, language: fence[1]!, options: Object.fromEntries(pairs), text: "" };
    }
  });
  return examples;
}

/** Targets of links to other files of the repository, without the part after #. */
export function localLinks(page: string): string[] {
  const prose = page.replace(/^```[\s\S]*?^```/gm, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1]!.split("#")[0]!)
    .filter((target) => target !== "" && !/^[a-z]+:/.test(target));
}

/** Names of `npm run` scripts that a page tells its reader to use. */
export function npmScripts(page: string): string[] {
  return [...page.matchAll(/\bnpm run ([a-z][a-z:]*)/g)].map((match) => match[1]!);
}
