// Upkeep of time series beside writers and readers, in both forms.
import { assertEquals } from "@std/assert";
import { type Form, type TestDatabase, withTestDatabase } from "../support/database.ts";
import { untilBlocked } from "../support/waiting.ts";
import { openSession } from "./platform_support.ts";

const forms: Form[] = ["native", "timescale"];

async function makeReadings(db: TestDatabase, retain: string | null = null) {
  await db.sql`create schema app`;
  await db.sql`create table app.readings (at timestamptz not null, id bigint not null, primary key (at, id))`;
  await db.sql`select ml_private.as_time_series('app.readings', 'at', '1 hour', ${retain}::interval)`;
}

function withReadings(form: Form, body: (db: TestDatabase) => Promise<void>, retain: string | null = null) {
  return withTestDatabase({ form, name: "time_series" }, async (db) => {
    await makeReadings(db, retain);
    await body(db);
  });
}

/** Step after step, each in a transaction of its own, as the tick does it. */
const upkeep = async (db: TestDatabase) => {
  for (let done = 0;;) {
    const [row] = await db.sql<{ step: number }[]>`select ml_private.maintain_time_series() as step`;
    if (row!.step === 0) return done;
    done += row!.step;
  }
};

const count = async (db: TestDatabase) => {
  const [row] = await db.sql<{ n: number }[]>`select count(*)::int as n from app.readings`;
  return row!.n;
};

Deno.test("native: while a writer has late rows open, upkeep gives up; afterwards it brings them home", async () => {
  await withReadings("native", async (db) => {
    const writer = await openSession(db.connect());
    await writer.sql`begin`;
    await writer.sql`insert into app.readings values (now() - interval '5 hours', 1)`;
    // A row of another session is waiting for a partition as well.
    await db.sql`insert into app.readings values (now() - interval '7 hours', 2)`;
    const began = performance.now();
    assertEquals(await upkeep(db), 0);
    if (performance.now() - began > 2000) throw new Error("upkeep waited for the writer");
    await writer.sql`commit`;
    assertEquals(await upkeep(db), 2);
    const [row] = await db.sql<{ n: number }[]>`select count(*)::int as n from only ml_series.app_readings_default`;
    assertEquals([row!.n, await count(db)], [0, 2]);
  });
});

Deno.test("native: a reader with an open transaction holds up retention, and retention holds up nobody", async () => {
  await withReadings("native", async (db) => {
    await db
      .sql`select ml_private.make_time_partition('app', 'readings', date_trunc('hour', now() - interval '9 hours'))`;
    await db.sql`insert into app.readings values (now() - interval '9 hours', 1), (now(), 2)`;
    const reader = await openSession(db.connect());
    await reader.sql`begin`;
    await reader.sql`select * from app.readings`;
    assertEquals(await upkeep(db), 0);
    await db.sql`insert into app.readings values (now(), 3)`;
    await reader.sql`commit`;
    assertEquals(await upkeep(db), 1);
    assertEquals(await count(db), 2);
  }, "2 hours");
});

Deno.test("native: two sessions that make the same partition make one, and neither fails", async () => {
  await withReadings("native", async (db) => {
    await db.sql`insert into app.readings values (now() - interval '5 hours', 1)`;
    const first = await openSession(db.connect());
    const second = await openSession(db.connect());
    const make = (sql: typeof db.sql) =>
      sql<{ made: number }[]>`select ml_private.make_next_partition('app', 'readings') as made`;
    await first.sql`begin`;
    const [one] = await make(first.sql);
    // The second waits a moment for the first, finds it still there, and leaves the work to the next tick.
    const [two] = await make(second.sql);
    await first.sql`commit`;
    assertEquals([one!.made, two!.made], [1, 0]);
    assertEquals((await make(second.sql))[0]!.made, 0);
    assertEquals(await count(db), 1);
  });
});

Deno.test("native: a second session that waited in the same instant makes no partition twice", async () => {
  await withReadings("native", async (db) => {
    const first = await openSession(db.connect());
    const second = await openSession(db.connect());
    const lower = "date_trunc('hour', now() + interval '9 hours')";
    await first.sql`begin`;
    await first.sql`lock table only app.readings in access exclusive mode`;
    const make = second.sql.unsafe(`select ml_private.make_time_partition('app', 'readings', ${lower}) as made`)
      .execute();
    await untilBlocked(db.sql, second.pid);
    await first.sql.unsafe(`select ml_private.make_time_partition('app', 'readings', ${lower})`);
    await first.sql`commit`;
    assertEquals((await make)[0]!.made, false);
  });
});

for (const form of forms) {
  Deno.test(`${form}: no row is lost or doubled while writers, readers and upkeep run side by side`, async () => {
    await withReadings(form, async (db) => {
      const writers = [1, 2].map((n) => ({ pool: db.connect(), n }));
      const perWriter = 150;
      let writing = writers.length;
      const write = async ({ pool, n }: typeof writers[0]) => {
        for (let i = 0; i < perWriter; i++) {
          // Hours in which partitions exist, are missing, and are being made.
          await pool`insert into app.readings
            select now() + (${i} % 30 - 20) * interval '1 hour', ${n} * 1000000 + ${i} * 10 + r from generate_series(0, 9) r`;
        }
        writing--;
      };
      const seen: number[] = [];
      const watch = async (pool: typeof db.sql) => {
        while (writing > 0) {
          const [row] = await pool<{ n: number }[]>`select count(*)::int as n from app.readings`;
          seen.push(row!.n);
        }
      };
      const keep = async (pool: typeof db.sql) => {
        while (writing > 0) await pool`select ml_private.maintain_time_series()`;
      };
      await Promise.all([...writers.map(write), watch(db.connect()), keep(db.connect()), keep(db.connect())]);
      assertEquals(await count(db), writers.length * perWriter * 10);
      const [ids] = await db.sql<{ n: number }[]>`select count(distinct id)::int as n from app.readings`;
      assertEquals(ids!.n, writers.length * perWriter * 10);
      // A row that moves must never be out of sight.
      assertEquals(seen, [...seen].sort((a, b) => a - b));
      await upkeep(db);
    });
  });
}
