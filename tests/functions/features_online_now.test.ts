// An online read at any instant against the point-in-time join at that instant, and both against brute force: rows come with times before and after now, change and go, and the clock moves on.
import { assert, assertEquals } from "@std/assert";
import type postgres from "postgres";
import { freezeClock, setClock } from "../support/clock.ts";
import { withTestDatabase } from "../support/database.ts";
import { asRole } from "../support/roles.ts";

interface Row {
  n: number;
  id: number;
  at: number;
  made: number | null;
  v: number;
}

interface View {
  name: string;
  mode: "realtime" | "batch";
  created: boolean;
  ttl: number | null;
  /** Minutes by which an event may be later than its row was written; null takes all. */
  tolerance: number | null;
}

const views: View[] = [
  { name: "plain", mode: "realtime", created: false, ttl: null, tolerance: null },
  { name: "brief", mode: "realtime", created: false, ttl: 5, tolerance: null },
  { name: "written", mode: "realtime", created: true, ttl: null, tolerance: null },
  { name: "both", mode: "realtime", created: true, ttl: 9, tolerance: null },
  { name: "filled", mode: "batch", created: true, ttl: 9, tolerance: null },
  { name: "strict", mode: "realtime", created: true, ttl: null, tolerance: 3 },
];
const entities = [0, 1, 2, 3];

const minute = (n: number) => new Date(Date.UTC(2026, 0, 1, 0, n));
const stamp = (n: number | null) => n === null ? null : minute(n).toISOString();

function randomFrom(seed: number) {
  let state = seed;
  return (below: number) => (state = (state * 48271) % 2147483647) % below;
}

/** Positive when `left` is the newer. */
function compare(left: Row, right: Row, view: View): number {
  const created = (row: Row) => view.created ? row.made ?? row.at : 0;
  return left.at - right.at || created(left) - created(right) || left.v - right.v;
}

/** The value of each entity at an instant, by looking at every row. */
function bruteForce(rows: Row[], view: View, now: number): (number | null)[] {
  return entities.map((id) => {
    let best: Row | undefined;
    for (const row of rows) {
      if (row.id !== id || row.at > now || (view.created && (row.made ?? row.at) > now)) continue;
      if (view.ttl !== null && row.at < now - view.ttl) continue;
      if (view.tolerance !== null && row.at - view.tolerance > (row.made ?? row.at)) continue;
      if (!best || compare(row, best, view) > 0) best = row;
    }
    return best ? best.v : null;
  });
}

async function register(sql: postgres.Sql) {
  await sql`create table public.source (n integer primary key, id bigint, at timestamptz, made timestamptz, v float8)`;
  await asRole(sql, "engineer", async (tx) => {
    await tx`select ml.register_entity('thing', '[{"name":"id","type":"int64"}]')`;
    for (const view of views) {
      await tx`select ml.register_feature_view(${view.name}, 'thing', 'public.source', 'at', '[{"name":"v","type":"float64"}]',
        ${view.created ? "made" : null}, ${view.ttl === null ? null : `${view.ttl} minutes`}::interval, ${view.mode},
        future => ${view.tolerance === null ? "keep" : "quarantine"},
        future_tolerance => ${view.tolerance === null ? null : `${view.tolerance} minutes`}::interval)`;
    }
  });
}

async function readOnline(sql: postgres.Sql, view: View): Promise<(number | null)[]> {
  const [row] = await asRole(sql, "viewer", (tx) =>
    tx<{ values: (number | null)[] }[]>`
      select ml.get_online_features(array[${view.name + ":v"}], ${
      tx.json({ id: entities })
    }) #> '{results,1,values}' as values`);
  return row!.values;
}

/** What a dataset would hold for the same entities at the same instant. */
async function readOffline(sql: postgres.Sql, name: string): Promise<Map<string, (number | null)[]>> {
  const refs = views.map((view) => `${view.name}:v`);
  const [row] = await asRole(sql, "engineer", async (tx) => {
    await tx`select ml.create_training_dataset(${name}, 'public.spine', ${refs}, 'y', 'at', '{"train":1}')`;
    return await tx<
      { page: { columns: string[]; rows: (number | null)[][] } }[]
    >`select ml.read_dataset(${name}) as page`;
  });
  const { columns, rows } = row!.page;
  const label = columns.indexOf("label");
  const ordered = rows.toSorted((left, right) => left[label]! - right[label]!);
  return new Map(views.map(({ name }) => [name, ordered.map((r) => r[columns.indexOf(`${name}__v`)]!)]));
}

/** One random statement on the source, and the same on the array. */
async function change(
  sql: postgres.Sql,
  random: (below: number) => number,
  rows: Row[],
  now: number,
  serial: number,
): Promise<Row[]> {
  const fresh = (n: number): Row => ({
    n,
    id: random(entities.length),
    at: now - 8 + random(17),
    made: random(3) === 0 ? null : now - 8 + random(17),
    v: random(3), // few values: equal rows and ties are common
  });
  const kind = random(100);
  if (kind < 45) {
    const added = Array.from({ length: 1 + random(4) }, (_, i) => fresh(serial * 10 + i));
    await sql`insert into public.source select * from jsonb_to_recordset(${
      sql.json(added.map((r) => ({ ...r, at: stamp(r.at), made: stamp(r.made) })))
    }) r (n integer, id bigint, at timestamptz, made timestamptz, v float8)`;
    return [...rows, ...added];
  }
  const chosen = new Set(rows.filter(() => random(3) === 0).map((row) => row.n));
  if (kind < 70) {
    const moved = rows.map((row) =>
      chosen.has(row.n) ? { ...fresh(row.n), id: random(2) ? row.id : random(entities.length) } : row
    );
    await sql`update public.source s set id = r.id, at = r.at, made = r.made, v = r.v
      from jsonb_to_recordset(${
      sql.json(moved.filter((r) => chosen.has(r.n)).map((r) => ({ ...r, at: stamp(r.at), made: stamp(r.made) })))
    }) r (n integer, id bigint, at timestamptz, made timestamptz, v float8) where r.n = s.n`;
    return moved;
  }
  if (kind < 97) {
    await sql`delete from public.source where n = any (${[...chosen]}::integer[])`;
    return rows.filter((row) => !chosen.has(row.n));
  }
  await sql`truncate public.source`;
  return [];
}

async function promote(sql: postgres.Sql, random: (below: number) => number) {
  if (random(2)) await sql`select ml_private.promote_view(id, ${1 + random(3)}) from ml.feature_views`;
  else while (Number((await sql`select ml_private.promote_pending() as n`)[0]!.n) > 0);
}

for (const seed of [1, 2, 3]) {
  Deno.test(`an online read equals the point-in-time join at the same instant, whatever is still to come (seed ${seed})`, async () => {
    await withTestDatabase({ name: "online_now" }, async ({ sql }) => {
      const random = randomFrom(seed * 7919);
      await freezeClock(sql, minute(0));
      await register(sql);
      await sql`create table public.spine (id bigint, at timestamptz, y float8)`;
      let now = 0, rows: Row[] = [], filled: Row[] = [], later = 0;
      for (let step = 1; step <= 150; step++) {
        const act = random(10);
        if (act < 6) rows = await change(sql, random, rows, now, step);
        else if (act < 8) await setClock(sql, minute(now += random(4)));
        else if (act < 9) await promote(sql, random);
        else {
          await asRole(sql, "engineer", (tx) => tx`select ml.materialize_feature_view('filled')`);
          filled = rows;
          if (random(3) === 0) await asRole(sql, "engineer", (tx) => tx`select ml.materialize_feature_view('both')`);
        }
        for (const view of views) {
          const kept = view.mode === "batch" ? filled : rows;
          assertEquals(
            await readOnline(sql, view),
            bruteForce(kept, view, now),
            JSON.stringify({ step, act, view, now, kept }),
          );
          later += kept.filter((row) => row.at > now).length;
        }
        if (step % 15 === 0) {
          await sql`truncate public.spine`;
          await sql`insert into public.spine select i, ${minute(now)}, i from unnest(${entities}::bigint[]) i`;
          const offline = await readOffline(sql, `at_${step}`);
          for (const view of views) {
            assertEquals(offline.get(view.name), bruteForce(rows, view, now), view.name);
            if (view.mode === "realtime") assertEquals(await readOnline(sql, view), offline.get(view.name));
          }
        }
      }
      assert(later > 500, `only ${later} rows were ahead of the clock`);
      await setClock(sql, minute(now + 1000));
      while (Number((await sql`select ml_private.promote_pending() as n`)[0]!.n) > 0);
      assertEquals(Number((await sql`select count(*) as n from ml_private.online_pending`)[0]!.n), 0);
    });
  });
}
