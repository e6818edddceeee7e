// Rows that wait for their time, beside whoever writes, deletes or promotes them.
import { assertEquals } from "@std/assert";
import type postgres from "postgres";
import { freezeClock, setClock } from "../support/clock.ts";
import type { TestDatabase } from "../support/database.ts";
import { asRole } from "../support/roles.ts";
import { add, at, online, openSession, sqlstate, startBlocked, withSource } from "./features_support.ts";

/** The source with its view at minute 10 of the clock. */
const withClock = (name: string, body: (db: TestDatabase) => Promise<void>) =>
  withSource(name, true, async (db) => {
    await freezeClock(db.sql, at(10));
    await body(db);
  });

const promote = async (sql: postgres.Sql) =>
  Number((await sql`select ml_private.promote_view(id) as n from ml.feature_views`)[0]!.n);

const read = async (sql: postgres.Sql, id = 1) => {
  const [row] = await asRole(
    sql,
    "viewer",
    (tx) => tx`select ml.get_online_features('{things:v}', ${tx.json({ id: [id] })}) #> '{results,1,values,0}' as v`,
  );
  return row!.v as number | null;
};

const pending = async (sql: postgres.Sql) =>
  Number((await sql`select count(*) as n from ml_private.online_pending`)[0]!.n);

Deno.test("a deletion that comes while its row is being put online waits and takes it back", async () => {
  await withClock("promote_then_delete", async (db) => {
    await add(db.sql, 1, 20, 20);
    await setClock(db.sql, at(30));
    const [promoting, deleting] = [await openSession(db), await openSession(db)];
    await promoting.sql`begin`;
    assertEquals(await promote(promoting.sql), 1);
    const { reply } = await startBlocked(db, deleting, () => deleting.sql`delete from public.source`);
    await promoting.sql`commit`;
    await reply;
    assertEquals([await read(db.sql), await online(db.sql), await pending(db.sql)], [null, {}, 0]);
  });
});

Deno.test("a promotion leaves a row alone whose deletion is under way", async () => {
  await withClock("delete_then_promote", async (db) => {
    await add(db.sql, 1, 5, 5);
    await add(db.sql, 1, 20, 20);
    await setClock(db.sql, at(30));
    const deleting = await openSession(db);
    await deleting.sql`begin`;
    await deleting.sql`delete from public.source where v = 20`;
    assertEquals([await promote(db.sql), await read(db.sql)], [0, 20]);
    await deleting.sql`commit`;
    assertEquals([await read(db.sql), await pending(db.sql)], [5, 0]);
  });
});

Deno.test("a promotion waits for no writer: what one holds keeps its time, the rest goes online", async () => {
  await withClock("promote_beside_writer", async (db) => {
    for (const id of [1, 2]) await add(db.sql, id, 5, 5);
    for (const id of [1, 2]) await add(db.sql, id, 20, 20);
    await setClock(db.sql, at(30));
    const writing = await openSession(db);
    await writing.sql`begin`;
    await add(writing.sql, 1, 6, 6);
    assertEquals(await promote(db.sql), 1);
    assertEquals(await online(db.sql), { "[1]": 5, "[2]": 20 });
    assertEquals([await read(db.sql, 1), await read(db.sql, 2)], [20, 20]);
    await writing.sql`commit`;
    assertEquals(await promote(db.sql), 1);
    assertEquals(await online(db.sql), { "[1]": 20, "[2]": 20 });
  });
});

Deno.test("a promotion and a writer that need one another's rows both end", async () => {
  await withClock("promote_no_deadlock", async (db) => {
    await add(db.sql, 1, 20, 20);
    await setClock(db.sql, at(30));
    const [writing, promoting] = [await openSession(db), await openSession(db)];
    await writing.sql`begin`;
    // An online row that nobody else can see yet, so the promotion runs into it with the pending row in its hands.
    await add(writing.sql, 1, 6, 6);
    const { reply } = await startBlocked(db, promoting, () => promote(promoting.sql));
    await writing.sql`delete from public.source where v = 20`;
    await writing.sql`commit`;
    assertEquals([await reply, await read(db.sql), await pending(db.sql)], [0, 6, 0]);
  });
});

Deno.test("of two equal rows to come one remains when the other is deleted beside its writer", async () => {
  await withClock("equal_rows", async (db) => {
    await add(db.sql, 1, 20, 20);
    const [writing, deleting] = [await openSession(db), await openSession(db)];
    await writing.sql`begin`;
    await add(writing.sql, 1, 20, 20);
    const { reply } = await startBlocked(
      db,
      deleting,
      () => deleting.sql`delete from public.source where ctid = (select min(ctid) from public.source)`,
    );
    await writing.sql`commit`;
    await reply;
    await setClock(db.sql, at(20));
    assertEquals([await pending(db.sql), await read(db.sql)], [1, 20]);
  });
});

Deno.test("two equal rows to come that two sessions delete are both gone", async () => {
  await withClock("equal_rows_deleted", async (db) => {
    await add(db.sql, 1, 20, 20);
    await add(db.sql, 1, 20, 20);
    const [first, second] = [await openSession(db), await openSession(db)];
    await first.sql`begin`;
    await first.sql`delete from public.source where ctid = (select min(ctid) from public.source)`;
    const { reply } = await startBlocked(
      db,
      second,
      () => second.sql`delete from public.source where ctid = (select max(ctid) from public.source)`,
    );
    await first.sql`commit`;
    await reply;
    assertEquals(await pending(db.sql), 0);
  });
});

Deno.test("a repeatable read transaction that deletes a row put online since its snapshot fails with 40001", async () => {
  await withClock("promoted_since_snapshot", async (db) => {
    await add(db.sql, 1, 20, 20);
    await setClock(db.sql, at(30));
    const { sql } = await openSession(db);
    await sql.unsafe("begin isolation level repeatable read");
    await sql`select count(*) from public.source`; // takes the snapshot
    await promote(db.sql);
    assertEquals(await sqlstate(sql`delete from public.source`), "40001");
    await sql.unsafe("rollback");
    assertEquals(await online(db.sql), { "[1]": 20 });
  });
});

Deno.test("a deletion falls back to a row that came due while it waited for its writer", async () => {
  await withSource("due_while_waiting", false, async (db) => {
    await freezeClock(db.sql, at(10));
    await db.sql`alter table public.source add made timestamptz`;
    await asRole(
      db.sql,
      "engineer",
      (tx) =>
        tx`select ml.register_feature_view('things', 'thing', 'public.source', 'at', '[{"name":"v","type":"float64"}]', 'made')`,
    );
    const [writing, deleting] = [await openSession(db), await openSession(db)];
    await add(db.sql, 1, 9, 9);
    await writing.sql`begin`;
    await add(writing.sql, 1, 1, 1);
    // The deletion begins at minute 10 and waits for the writer, whose next row is older and counts from minute 12 on.
    const { reply } = await startBlocked(db, deleting, () => deleting.sql`delete from public.source where v = 9`);
    await setClock(db.sql, at(12));
    await writing.sql`insert into public.source (id, at, made, v) values (1, ${at(5)}, ${at(12)}, 5)`;
    await writing.sql`commit`;
    await reply;
    assertEquals(await read(db.sql), 5);
  });
});

Deno.test("a view retired or filled anew while its rows are put online keeps none of them", async () => {
  for (
    const [name, call] of [["retire", "retire_feature_view('things', 1)"], [
      "fill",
      "materialize_feature_view('things')",
    ]]
  ) {
    await withClock(`promote_${name}`, async (db) => {
      await add(db.sql, 1, 20, 20);
      await db.sql`alter table public.source disable trigger all`;
      await db.sql`delete from public.source`;
      await db.sql`alter table public.source enable trigger all`;
      await setClock(db.sql, at(30));
      const [promoting, other] = [await openSession(db), await openSession(db)];
      await promoting.sql`begin`;
      assertEquals(await promote(promoting.sql), 1);
      const { reply } = await startBlocked(db, other, () => other.sql.unsafe(`select ml_private.${call}`));
      await promoting.sql`commit`;
      await reply;
      assertEquals([await online(db.sql), await pending(db.sql)], [{}, 0], name);
    });
  }
});

Deno.test("writers, deletions and promotions at once leave the store equal to its source", async () => {
  await withSource("pending_storm", true, async (db) => {
    const sessions = await Promise.all(Array.from({ length: 3 }, () => openSession(db)));
    const promoting = await openSession(db);
    let stop = false;
    const promotions = (async () => {
      while (!stop) await promote(promoting.sql);
    })();
    await Promise.all(sessions.map(async ({ sql }, session) => {
      let seed = session + 11;
      const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below;
      for (let n = 0; n < 150; n++) {
        const id = random(3), time = new Date(Date.now() + random(400) - 150), v = random(3);
        if (n % 3 === 2) {
          await sql`with one as (select ctid from public.source where id = ${id} order by at desc limit 1 for update skip locked)
            delete from public.source where ctid in (select ctid from one)`;
        } else if (n % 3 === 1) {
          await sql`with one as (select ctid from public.source where id = ${id} order by at limit 1 for update skip locked)
            update public.source set at = ${time}, v = ${v} where ctid in (select ctid from one)`;
        } else await sql`insert into public.source (id, at, v) values (${id}, ${time}, ${v})`;
      }
    }));
    stop = true;
    await promotions;
    await freezeClock(db.sql, new Date(Date.now() + 3_600_000));
    const kept = await db.sql<{ id: number; v: number }[]>`
      select distinct on (id) id::int, v from public.source order by id, at desc, v desc`;
    for (const { id, v } of kept) assertEquals(await read(db.sql, id), v);
    while (await promote(db.sql) > 0);
    assertEquals(await online(db.sql), Object.fromEntries(kept.map(({ id, v }) => [`[${id}]`, v])));
  });
});
