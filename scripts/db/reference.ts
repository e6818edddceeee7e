// docs/reference.md: every function that apps may call, from its declaration.
import type { ApiFunction } from "./api.ts";

const intro = `# Reference

Every function of the schema \`ml\`, built by \`npm run db:build\` from its declaration in \`sql/\`. Call one with \`supabase.schema("ml").rpc(name, { argument: value })\`; an argument in
brackets may be left out. *Needs*: the least role of a member; \`worker\` is a token with the role \`ml_worker\`; the service role may call everything. Errors are told in
[the platform's page](platform.md#errors).
`;

export function reference(api: ApiFunction[]): string {
  const domains = [...new Set(api.map((f) => f.domain))];
  return [intro, ...domains.map((domain) => section(domain, api.filter((f) => f.domain === domain)))].join("\n");
}

function section(domain: string, functions: ApiFunction[]): string {
  const title = domain.slice(3);
  const sorted = functions.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return `## ${title[0]!.toUpperCase()}${title.slice(1)}\n\n${sorted.map(entry).join("\n")}`;
}

function entry(f: ApiFunction): string {
  const timeout = f.timeout ? ` May take ${f.timeout.replace("min", " minutes")}.` : "";
  const returns = /^(ml\.\w+)\[\]$/.exec(f.returns)?.[1];
  return `### ${f.name}

\`\`\`
${f.name}(${argumentList(f)})
returns ${returns ? `setof ${returns}` : f.returns.replace(/\s+/g, " ")}
\`\`\`

${f.description}

*Needs* ${f.callers.join(" or ").replace("service", "the service role").replace("signed_in", "a token")}.${timeout}
`;
}

function argumentList(f: ApiFunction): string {
  const own = f.routine.parameters.filter((p) => !["out", "table"].includes(p.mode));
  return own.map((p) => {
    const type = p.type.replace("pg_catalog.", "").replace("int8", "bigint").replace("int4", "integer")
      .replace("float8", "double precision").replace("bool", "boolean");
    return p.optional ? `[${p.name} ${type}]` : `${p.name} ${type}`;
  }).join(", ");
}
