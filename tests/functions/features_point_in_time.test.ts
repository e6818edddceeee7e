// The point-in-time join against an independent one: brute force over random data full of ties, nulls and edges of the ttl.
import { assertEquals } from "@std/assert";
import type postgres from "postgres";
import { withTestDatabase } from "../support/database.ts";
import { asRole } from "../support/roles.ts";

type Value = number | string | boolean | null;

interface SourceRow {
  a: number | null;
  b: string | null;
  at: number | null;
  made: number | null;
  heat: number | null;
  ok: boolean | null;
  word: string | null;
}

interface SpineRow {
  a: number;
  b: string;
  time: number;
  y: number;
}

interface Join {
  ttl: number | null;
  useCreated: boolean;
}

// Names of 2, 4 and 4 letters: on a full tie they are compared in the order of length, then name.
const features = ["ok", "heat", "word"] as const;

function randomFrom(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
}

function compareValues(left: Value, right: Value): number {
  if (left === right) return 0;
  if (left === null) return -1;
  if (right === null) return 1;
  return left < right ? -1 : 1;
}

/** Positive when `left` is the newer row. */
function compareRows(left: SourceRow, right: SourceRow, useCreated: boolean): number {
  const byTime = left.at! - right.at!;
  if (byTime !== 0) return byTime;
  const byCreated = useCreated ? (left.made ?? left.at!) - (right.made ?? right.at!) : 0;
  if (byCreated !== 0) return byCreated;
  for (const feature of features) {
    const byValue = compareValues(left[feature], right[feature]);
    if (byValue !== 0) return byValue;
  }
  return 0;
}

/** What the spine row knew at its time, by looking at every source row. */
function bruteForce(spine: SpineRow, source: SourceRow[], join: Join): Value[] {
  let best: SourceRow | undefined;
  for (const row of source) {
    if (row.a !== spine.a || row.b !== spine.b || row.at === null) continue;
    if (row.at > spine.time) continue;
    if (join.ttl !== null && row.at < spine.time - join.ttl) continue;
    if (join.useCreated && (row.made ?? row.at) > spine.time) continue;
    if (!best || compareRows(row, best, join.useCreated) > 0) best = row;
  }
  return features.map((feature) => best ? best[feature] : null);
}

const minute = (n: number | null) => n === null ? null : new Date(Date.UTC(2026, 0, 1, 0, n)).toISOString();

function randomSource(random: (below: number) => number, rows: number): SourceRow[] {
  const orNull = <T>(value: T) => random(12) === 0 ? null : value;
  return Array.from({ length: rows }, () => ({
    a: orNull(random(6)),
    b: orNull(["x", "xy", "é", '"', "[1"][random(5)]!),
    at: orNull(random(40)),
    made: random(3) === 0 ? null : random(50),
    heat: orNull(random(3) - 1.5),
    ok: orNull(random(2) === 0),
    word: orNull(["", "a", "b"][random(3)]!),
  }));
}

function randomSpine(random: (below: number) => number, rows: number): SpineRow[] {
  return Array.from({ length: rows }, (_, y) => ({
    a: random(7),
    b: ["x", "xy", "é", '"', "[1", "none"][random(6)]!,
    time: random(50),
    y,
  }));
}

async function load(sql: postgres.Sql, source: SourceRow[], spine: SpineRow[]) {
  await sql`create table public.source (a integer, b text, at timestamptz, made timestamptz, heat double precision, ok boolean, word text)`;
  await sql`create table public.spine (a bigint, b varchar, time timestamptz, y integer)`;
  await sql`
    insert into public.source select * from jsonb_to_recordset(${
    sql.json(source.map((r) => ({ ...r, at: minute(r.at), made: minute(r.made) })))
  })
      r (a integer, b text, at timestamptz, made timestamptz, heat double precision, ok boolean, word text)`;
  await sql`
    insert into public.spine select * from jsonb_to_recordset(${
    sql.json(spine.map((r) => ({ ...r, time: minute(r.time) })))
  })
      r (a bigint, b varchar, time timestamptz, y integer)`;
}

async function cut(sql: postgres.Sql, name: string, join: Join, mode: string): Promise<Map<number, Value[]>> {
  const ttl = join.ttl === null ? null : `${join.ttl} minutes`;
  const refs = features.map((feature) => `${name}:${feature}`);
  const definitions = [["heat", "float64"], ["ok", "bool"], ["word", "string"]].map(([name, type]) => ({ name, type }));
  const page = await asRole(sql, "engineer", async (tx) => {
    await tx`select ml.register_entity('pair', '[{"name":"a","type":"int64"},{"name":"b","type":"string"}]')`;
    await tx`select ml.register_feature_view(${name}, 'pair', 'public.source', 'at', ${tx.json(definitions)},
      ${join.useCreated ? "made" : null}, ${ttl}::interval, ${mode})`;
    await tx`select ml.create_training_dataset(${name}, 'public.spine', ${refs}, 'y', 'time', '{"train":1}')`;
    const [row] = await tx<{ page: { columns: string[]; rows: Value[][] } }[]>`select ml.read_dataset(${name}) as page`;
    return row!.page;
  });
  const label = page.columns.indexOf("label");
  const columns = features.map((feature) => page.columns.indexOf(`${name}__${feature}`));
  return new Map(page.rows.map((row) => [row[label] as number, columns.map((column) => row[column]!)]));
}

const joins: Join[] = [
  { ttl: null, useCreated: false },
  { ttl: 7, useCreated: false },
  { ttl: null, useCreated: true },
  { ttl: 7, useCreated: true },
];

for (const seed of [1, 2, 3]) {
  Deno.test(`the point-in-time join equals brute force on random rows, with and without an index (seed ${seed})`, async () => {
    const random = randomFrom(seed);
    const source = randomSource(random, 600), spine = randomSpine(random, 400);
    await withTestDatabase({ name: "point_in_time" }, async ({ sql }) => {
      await load(sql, source, spine);
      // Batch views come first: only a realtime view puts an index on the source.
      for (const mode of ["batch", "realtime"]) {
        for (const [n, join] of joins.entries()) {
          const found = await cut(sql, `${mode}_${n}`, join, mode);
          assertEquals(found.size, spine.length);
          for (const row of spine) {
            assertEquals(found.get(row.y), bruteForce(row, source, join), JSON.stringify({ mode, join, row }));
          }
        }
      }
    });
  });
}

Deno.test("the online store holds what the join gives at the end of time", async () => {
  const random = randomFrom(11);
  const source = randomSource(random, 800);
  const pairs = [
    ...new Map(source.filter((r) => r.a !== null && r.b !== null).map((r) => [`${r.a} ${r.b}`, r])).values(),
  ];
  const spine = pairs.map((r, y) => ({ a: r.a!, b: r.b!, time: 1000, y }));
  await withTestDatabase({ name: "online_equals_join" }, async ({ sql }) => {
    await load(sql, source, spine);
    const join = { ttl: null, useCreated: true };
    const offline = await cut(sql, "both", join, "realtime");
    // Written again row by row in another order, through the triggers this time.
    await sql`create table public.copy as select * from public.source`;
    await sql`truncate public.source`;
    await sql`do $$ declare r public.copy; begin
      for r in select * from public.copy order by random() loop insert into public.source select r.*; end loop; end $$`;
    const reply = await asRole(sql, "viewer", async (tx) => {
      const [row] = await tx`select ml.get_online_features(${features.map((f) => `both:${f}`)},
        ${tx.json({ a: spine.map((r) => r.a), b: spine.map((r) => r.b) })}) as reply`;
      return row!.reply as { results: { values: Value[] }[] };
    });
    for (const row of spine) {
      const online = features.map((_, n) => reply.results[n + 2]!.values[row.y]!);
      assertEquals(online, bruteForce(row, source, join));
      assertEquals(online, offline.get(row.y));
    }
  });
});
