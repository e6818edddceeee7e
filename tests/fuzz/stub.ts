// The beginning of an example for a function that has none: its arguments as the catalog has them, to be given values that it accepts.
import type { ApiFunction } from "./catalog.ts";

const values: [type: RegExp, value: string][] = [
  [/\[\]$/, "[]"],
  [/^(smallint|integer|bigint|double precision|real|numeric)$/, "1"],
  [/^boolean$/, "true"],
  [/^jsonb?$/, "{}"],
  [/^uuid$/, "s.runId"],
  [/^timestamp/, '"2026-01-01T00:00:00Z"'],
  [/^interval$/, '"1 hour"'],
];

export function stubOf(api: ApiFunction): string {
  const list = api.arguments.map(({ name, type }) => `${name}: ${values.find(([of]) => of.test(type))?.[1] ?? '"x"'}`);
  return `${api.name}: [{ ${list.join(", ")} }],`;
}
