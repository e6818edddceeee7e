// docs/declarations.md: what can be named, from the rows that declare it.
import type postgres from "postgres";

export const declarationsFile = "docs/declarations.md";

const intro = `# What can be named

Made from the rows that declare it, by \`npm run golden\`; an app reads the same rows. [How to add one](extending.md).
`;

interface Property {
  type: string;
  minimum?: number;
  maximum?: number;
  default?: number;
  description: string;
  engineers?: { minimum?: number; maximum?: number };
}

interface Schema {
  properties: Record<string, Property>;
}

export async function declarations(sql: postgres.Sql): Promise<string> {
  const types = await sql<{ name: string; description: string; tasks: string[]; params: Schema }[]>`
    select name, description, tasks, params from ml.model_types order by name collate "C"`;
  const kinds = await sql<{ name: string; description: string; evidence: string; options: Schema }[]>`
    select name, description, evidence, options from ml.check_kinds order by name collate "C"`;
  const events = await sql<{ name: string; description: string }[]>`
    select name, description from ml.event_types order by name collate "C"`;
  return [
    intro,
    "## Model types\n\n`ml.model_types`; the `params` of a [training](training.md).\n",
    ...types.map((t) => `### ${t.name}\n\n${t.description} Learns ${t.tasks.join(", ")}.\n\n${table(t.params)}`),
    "## Kinds of checks\n\n`ml.check_kinds`; the `options` of `ml.queue_model_check`. Beyond what engineers may ask for an admin may.\n",
    ...kinds.map((k) => `### ${k.name}\n\n${k.description} Evidence: ${k.evidence}.\n\n${table(k.options)}`),
    "## Event types\n\n`ml.event_types`; what a [webhook](webhooks.md) can ask for.\n",
    `| event | when |\n|---|---|\n${events.map((e) => `| \`${e.name}\` | ${e.description} |\n`).join("")}`,
  ].join("\n");
}

function table({ properties }: Schema): string {
  const rows = Object.entries(properties).sort(([a], [b]) => (a < b ? -1 : 1));
  if (rows.length === 0) return "No options.\n";
  const guarded = rows.some(([, p]) => p.engineers);
  const lines = rows.map(([name, p]) => {
    const cells = [`\`${name}\``, p.type, range(p.minimum, p.maximum), p.default ?? "", p.description];
    if (guarded) cells.push(p.engineers ? range(p.engineers.minimum, p.engineers.maximum) : "");
    return row(cells);
  });
  const heads = ["name", "type", "range", "default", "meaning", ...(guarded ? ["engineers"] : [])];
  return row(heads) + row(heads.map(() => "---")) + lines.join("");
}

const row = (cells: unknown[]) => `| ${cells.join(" | ")} |\n`;

function range(low?: number, high?: number): string {
  if (low === undefined) return high === undefined ? "" : `at most ${high}`;
  return high === undefined ? `at least ${low}` : `${low} to ${high}`;
}
