// Histories against a model that knows rows by their identity: random inserts, updates, moves and deletions at random times, each read online as it
// happens and at the end once more, point in time, by a training dataset.
import { assertEquals } from "@std/assert";
import type postgres from "postgres";
import { withTestDatabase } from "../support/database.ts";
import { asRole } from "../support/roles.ts";
import { again, seed } from "./day_seed.ts";

const rounds = Number(Deno.env.get("FUZZ_ROUNDS") ?? 3);
const steps = 120;
const entities = [1, 2, 3];
const hour = 3_600_000;

interface Row {
  rid: number;
  id: number;
  /** milliseconds, null: no time */
  at: number | null;
  made: number | null;
  value: number;
}

interface Version {
  id: number;
  at: number;
  created: number | null;
  value: number;
  /** when it stops to stand; infinity while nothing replaces it */
  ended: number;
}

const due = ({ at, created }: Version) => Math.max(at, created ?? -Infinity);

/** What the platform promises of one view, told from the changes of rows alone. */
class Model {
  readonly versions = new Map<number, Version[]>();

  constructor(readonly useMade: boolean) {}

  write(before: Row | undefined, after: Row, now: number): void {
    const own = this.versions.get(after.rid) ?? [];
    const same = before && before.id === after.id && before.at === after.at && before.value === after.value &&
      (!this.useMade || before.made === after.made);
    if (same) return;
    // Nobody knew of a change before it was made; what is inserted says itself since when it was known.
    const made = before ? Math.max(after.made ?? -Infinity, now) : after.made;
    const next = {
      id: after.id,
      at: after.at ?? Infinity,
      created: this.useMade ? made : now,
      value: after.value,
      ended: Infinity,
    };
    this.#end(own, now, (version) => version.id === next.id ? Math.max(now, due(next)) : now);
    this.versions.set(after.rid, [...own, next]);
  }

  remove(rid: number, now: number): void {
    this.#end(this.versions.get(rid) ?? [], now, () => now);
  }

  #end(versions: Version[], now: number, when: (version: Version) => number): void {
    for (const version of versions.filter(({ ended }) => ended > now)) {
      version.ended = due(version) <= now ? when(version) : now;
    }
  }

  value(id: number, now: number): number | null {
    const standing = [...this.versions.values()].flat().filter((v) => v.id === id && due(v) <= now && v.ended > now);
    const newest = (a: Version, b: Version) =>
      b.at - a.at || (b.created ?? b.at) - (a.created ?? a.at) || b.value - a.value;
    return standing.sort(newest)[0]?.value ?? null;
  }
}

class Round {
  readonly rows = new Map<number, Row>();
  readonly models = { plain: new Model(false), dated: new Model(true) };
  readonly told: string[] = [];
  readonly asked: { id: number; time: number; plain: number | null }[] = [];
  now = Date.UTC(2024, 0, 1);
  #state: number;
  #values = 0;

  constructor(readonly sql: postgres.Sql, seed: number) {
    this.#state = seed;
  }

  random(below: number): number {
    this.#state = (this.#state * 48271) % 2147483647;
    return this.#state % below;
  }

  async setUp(): Promise<void> {
    await this.sql.unsafe(`
      create or replace function ml_private.online_clock() returns timestamptz language sql volatile
      set search_path = pg_catalog, pg_temp as $$ select current_setting('fuzz.clock')::timestamptz $$;
      create table public.things (rid bigint primary key, id bigint, at timestamptz, made timestamptz, value float8);
      create table public.asked (ask bigint primary key, id bigint, event_time timestamptz, label bigint)`);
    await this.tick(0);
    await asRole(this.sql, "engineer", (tx) =>
      tx.unsafe(`
        select ml.register_entity('thing', '[{"name":"id","type":"int64"}]');
        select ml.register_feature_view(name, 'thing', 'public.things', 'at', '[{"name":"value","type":"float64"}]',
            created_time => made, keep_history => true) from (values ('plain', null), ('dated', 'made')) v (name, made)`));
  }

  async tick(milliseconds: number): Promise<void> {
    this.now += milliseconds;
    await this.sql`select set_config('fuzz.clock', ${new Date(this.now).toISOString()}, false)`;
  }

  /** Often the same few moments, so that times are equal and fall due together. */
  moment(): number | null {
    if (this.random(12) === 0) return null;
    const half = hour / 2;
    const time = this.now + (this.random(9) - 3) * half;
    return this.random(3) ? Math.floor(time / half) * half : time;
  }

  change(row: Row): Row {
    const value = ++this.#values;
    switch (this.random(6)) {
      case 0:
        return { ...row, value };
      case 1:
        return { ...row, made: this.random(2) ? null : this.moment() };
      case 2:
        return { ...row, id: entities[this.random(3)]!, at: this.moment(), value };
      case 3:
        return { ...row };
      default:
        return { ...row, at: this.moment(), value };
    }
  }

  pick(): Row[] {
    const all = [...this.rows.values()];
    return all.filter(() => this.random(all.length) < 2);
  }

  async write(after: Row[]): Promise<void> {
    const time = (ms: number | null) =>
      ms === null ? "null::timestamptz" : `'${new Date(ms).toISOString()}'::timestamptz`;
    const list = after.map((r) =>
      `(${r.rid}::bigint, ${r.id}::bigint, ${time(r.at)}, ${time(r.made)}, ${r.value}::float8)`
    );
    const text = `insert into public.things values ${list} on conflict (rid) do update
      set id = excluded.id, at = excluded.at, made = excluded.made, value = excluded.value`;
    this.told.push(`${new Date(this.now).toISOString()} ${text}`);
    await this.sql.unsafe(text);
    for (const row of after) {
      for (const model of Object.values(this.models)) model.write(this.rows.get(row.rid), row, this.now);
      this.rows.set(row.rid, row);
    }
  }

  async remove(gone: Row[]): Promise<void> {
    const rids = gone.map(({ rid }) => rid);
    this.told.push(`${new Date(this.now).toISOString()} delete ${rids}`);
    await this.sql`delete from public.things where rid = any (${rids})`;
    for (const rid of rids) {
      for (const model of Object.values(this.models)) model.remove(rid, this.now);
      this.rows.delete(rid);
    }
  }

  async step(next: number): Promise<void> {
    const turn = this.random(10);
    if (turn < 3 && this.rows.size < 8) {
      const made = this.random(2) ? null : this.moment();
      await this.write([{ rid: next, id: entities[this.random(3)]!, at: this.moment(), made, value: ++this.#values }]);
    } else if (turn < 8) {
      const chosen = this.pick();
      if (chosen.length > 0) await this.write(chosen.map((row) => this.change(row)));
    } else if (turn < 9) {
      const chosen = this.pick();
      if (chosen.length > 0) await this.remove(chosen);
    } else {
      await this.sql`select ml_private.promote_pending()`;
    }
  }

  async checkOnline(): Promise<void> {
    const [reply] = await this.sql<{ results: { values: (number | null)[] }[] }[]>`
      select results from jsonb_to_record(ml.get_online_features('{plain:value,dated:value}', ${
      this.sql.json({ id: entities })
    }, true)) r (results jsonb)`;
    const [, plain, dated] = reply!.results;
    for (const [at, id] of entities.entries()) {
      const want = { plain: this.models.plain.value(id, this.now), dated: this.models.dated.value(id, this.now) };
      assertEquals(
        { plain: plain!.values[at], dated: dated!.values[at] },
        want,
        `entity ${id}\n${this.told.slice(-12).join("\n")}`,
      );
      this.asked.push({ id, time: this.now, plain: want.plain });
    }
  }

  /** Everything that was read online, once more by one training dataset. */
  async checkOffline(): Promise<void> {
    const asked = this.asked.map(({ id, time }, ask) => ({ ask, id, event_time: new Date(time), label: ask % 2 }));
    await this.sql`insert into public.asked ${this.sql(asked)}`;
    await asRole(
      this.sql,
      "engineer",
      (tx) =>
        tx`select ml.create_training_dataset('all', 'public.asked', '{plain:value,dated:value}', 'label', split => '{"train": 1}')`,
    );
    const [{ table_name: table } = { table_name: "" }] = await this.sql<{ table_name: string }[]>`
      select table_name from ml.datasets where name = 'all'`;
    const found = await this.sql.unsafe<{ id: string; time: Date; plain: number | null; dated: number | null }[]>(`
      select id, event_time as time, plain__value as plain, dated__value as dated from ${table} order by event_time, id`);
    // What was inserted with an earlier created time was known since then, as it says, though nobody could have read it online.
    const expected = this.asked.map((each) => ({ ...each, dated: this.models.dated.value(each.id, each.time) }));
    assertEquals(found.map((row) => ({ ...row, id: Number(row.id), time: row.time.getTime() })), expected);
  }
}

for (let round = 0; round < rounds; round++) {
  Deno.test(`a history, online and offline, is what its rows' changes make of it (round ${round})`, async () => {
    if (round === 0) console.log(`fuzz seed ${seed}: ${again}`);
    await withTestDatabase({ name: "history_fuzz" }, async (db) => {
      const fuzz = new Round(db.connect(), seed + round);
      await fuzz.setUp();
      for (let step = 1; step <= steps; step++) {
        await fuzz.tick(1 + fuzz.random(50) + (fuzz.random(3) === 0 ? fuzz.random(3) * hour / 2 : 0));
        await fuzz.checkOnline();
        await fuzz.tick(1);
        await fuzz.step(step);
        await fuzz.checkOnline();
      }
      await fuzz.checkOffline();
    });
  });
}
