// What the fuzz test sends: values that fit an argument's type, and values that are meant to hurt.
import fc from "fast-check";

/** Names of things that the test has made beforehand, so that some calls get past the lookups. */
export const knownNames = [
  "fuzz",
  "fuzz:score",
  "public.fuzz_source",
  "public.fuzz_spine",
  "score",
  "id",
  "default",
  "staging",
  "production",
];

const hurtfulTexts = [
  "",
  " ",
  "'",
  '"',
  "';drop table ml.jobs;--",
  "' or '1'='1",
  "$$; select 1; $$",
  "%I%L%s",
  "\\",
  "\\x00",
  "../../../etc/passwd",
  "ml.members",
  "pg_catalog.pg_class",
  "NaN",
  "Infinity",
  "-Infinity",
  "1e400",
  "9223372036854775808",
  "null",
  "{}",
  "[]",
  "{",
  "infinity",
  "294277-01-01",
  "00000000-0000-0000-0000-000000000000",
  "\u202e\u0301\ufeff",
  "𝕬😀",
  "ß".repeat(300),
  "a".repeat(5000),
  "\t\r\n\u0001",
  "\ud83d",
  "http://169.254.169.254/",
  "https://example.com/hook",
];

export const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...knownNames) },
  { weight: 4, arbitrary: fc.constantFrom(...hurtfulTexts) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
);

/** JSON that nests so deep that a recursive reader runs out of stack. */
export function deepJson(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = i % 2 ? [value] : { a: value };
  return value;
}

const numbers = fc.constantFrom<number>(
  0,
  -1,
  1,
  2,
  3,
  0.5,
  1e-300,
  1e300,
  -1e300,
  2147483647,
  2147483648,
  9007199254740991,
  -2147483649,
);

/** Keys that API functions read, so that generated objects reach the code behind them. */
const keys = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      "name",
      "type",
      "kind",
      "key",
      "value",
      "step",
      "timestamp",
      "model",
      "dataset",
      "features",
      "feature",
      "entity",
      "payload",
      "job_id",
      "attempt",
      "result",
      "queue",
      "priority",
      "depends_on",
      "requirements",
      "gpus",
      "labels",
      "gpu_memory_gb",
      "inputs",
      "outputs",
      "columns",
      "shape",
      "classes",
      "task",
      "min",
      "max",
      "passed",
      "hours_in_staging",
      "not_worse_than_production",
      "metric",
      "tolerance",
      "train",
      "test",
      "validation",
      "method",
      "seed",
      "params",
      "model_type",
      "experiment",
      "offset",
      "transformation",
      "column",
      "description",
      "patient_id",
      "id",
      "entity_key",
      "output",
      "score",
      "served_at",
      "version_id",
      "window",
      "alpha",
      "enabled",
      "cooldown",
      "retrain",
      "min_rows",
    ),
  },
  { weight: 1, arbitrary: text },
);

const leaf = fc.oneof(text, numbers, fc.boolean(), fc.constant(null));

export const json: fc.Arbitrary<unknown> = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc.array(tie("node"), { maxLength: 4 }),
    fc.dictionary(keys, tie("node"), { maxKeys: 5 }),
  ),
})).node;

export const bulkyJson = fc.constantFrom<unknown>(
  deepJson(200),
  Array(20_000).fill(0),
  Array(2_000).fill({}),
  Array(1_001).fill({ key: "a", value: 1 }),
  { a: "x".repeat(200_000) },
  Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`k${i}`, i])),
);

const integers = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(1, 2, 3, 10) },
  { weight: 2, arbitrary: fc.constantFrom(0, -1, 1000, 1001, 100_000, 2147483647, -2147483648) },
);

const instants = fc.constantFrom(
  "2026-01-01T00:00:00Z",
  "1970-01-01",
  "9999-12-31T23:59:59Z",
  "4713-01-01 BC",
  "infinity",
  "-infinity",
);
const intervals = fc.constantFrom("1 hour", "0", "-1 day", "1 day", "100000 years", "1 microsecond");

/** Values that Postgres accepts for the type, sensible or not. */
export function fitting(type: string, uuids: string[]): fc.Arbitrary<unknown> {
  if (type.endsWith("[]")) {
    const element = fitting(type.slice(0, -2), uuids);
    return fc.oneof(
      { weight: 5, arbitrary: fc.array(fc.option(element, { freq: 5 }), { maxLength: 4 }) },
      { weight: 1, arbitrary: element.map((value) => Array(3000).fill(value)) },
    );
  }
  const byType: Record<string, fc.Arbitrary<unknown>> = {
    "text": text,
    "jsonb": fc.oneof({ weight: 8, arbitrary: json }, { weight: 1, arbitrary: bulkyJson }),
    "json": json,
    "integer": integers,
    "smallint": fc.constantFrom(0, 1, -1, 32767),
    "bigint": fc.oneof(integers, fc.constantFrom(2147483648, -9007199254740991)),
    "boolean": fc.boolean(),
    "uuid": fc.oneof(fc.constantFrom(...uuids), fc.uuid()),
    "double precision": fc.oneof(numbers, fc.constantFrom("NaN", "Infinity", "-Infinity")),
    "real": fc.constantFrom(0, 1, -1, 0.5, "NaN", "Infinity"),
    "numeric": numbers,
    "timestamp with time zone": instants,
    "interval": intervals,
  };
  const found = byType[type];
  if (!found) throw new Error(`the fuzz test knows no values of type ${type}: add some to tests/fuzz/values.ts`);
  return found;
}

/** Values of some type or other, with NUL in strings and keys. */
export const anything: fc.Arbitrary<unknown> = fc.oneof(
  leaf,
  json,
  bulkyJson,
  fc.constantFrom<unknown>("nul\u0000byte", { "k\u0000": 1 }, { a: ["\u0000"] }, [[["\u0000"]]], "\u0000"),
);
