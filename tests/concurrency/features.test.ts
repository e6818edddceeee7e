// Two and more sessions on one source: the online store must equal it after every interleaving.
import { assertEquals, assertNotEquals } from "@std/assert";
import { asRole } from "../support/roles.ts";
import {
  add,
  at,
  newest,
  online,
  openSession,
  registerView,
  sqlstate,
  startBlocked,
  withSource,
} from "./features_support.ts";

Deno.test("a row written while a view is being registered is not lost", async () => {
  await withSource("backfill_open_writer", false, async (db) => {
    const [writer, registrar] = [await openSession(db), await openSession(db)];
    await writer.sql.unsafe("begin");
    await add(writer.sql, 1, 1, 10);
    // The registration must wait for the open writer, and its backfill must see what that writer commits.
    const waiting = await startBlocked(db, registrar, () => registerView(registrar.sql));
    await writer.sql.unsafe("commit");
    await waiting.reply;
    assertEquals(await online(db.sql), { "[1]": 10 });
  });
});

Deno.test("a writer that comes during a registration waits and is seen by its triggers", async () => {
  await withSource("backfill_late_writer", false, async (db) => {
    const [writer, registrar] = [await openSession(db), await openSession(db)];
    await add(db.sql, 1, 1, 10);
    await registrar.sql.unsafe("begin");
    await registrar.sql`select set_config('role', 'service_role', true)`;
    await registrar
      .sql`select ml.register_feature_view('things', 'thing', 'public.source', 'at', '[{"name":"v","type":"float64"}]')`;
    const waiting = await startBlocked(db, writer, () => add(writer.sql, 1, 2, 20));
    await registrar.sql.unsafe("commit");
    await waiting.reply;
    assertEquals(await online(db.sql), { "[1]": 20 });
  });
});

Deno.test("writers that never stop lose nothing to a registration among them", async () => {
  await withSource("backfill_storm", false, async (db) => {
    let stop = false;
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      const { sql } = await openSession(db);
      for (let n = 0; !stop; n++) await add(sql, (n * 7 + writer) % 40, n, n * 4 + writer);
    });
    const written = async (rows: number) => {
      while (Number((await db.sql`select count(*) as n from public.source`)[0]!.n) < rows) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    await written(100);
    await registerView(db.sql);
    const [before] = await db.sql`select count(*)::int as n from public.source`;
    await written(before!.n + 200);
    stop = true;
    await Promise.all(writers);
    assertEquals(await online(db.sql), await newest(db.sql));
  });
});

Deno.test("of two sessions that register one definition the second gets the first's version", async () => {
  await withSource("register_twice", false, async (db) => {
    const [first, second] = [await openSession(db), await openSession(db)];
    const register = (sql: typeof first.sql, name: string) =>
      sql`select version from ml.register_feature_view('same', 'thing', 'public.source', 'at', ${
        sql.json([{ name, type: "float64", column: "v" }])
      })`;
    await first.sql.unsafe("begin");
    assertEquals((await register(first.sql, "v"))[0]!.version, 1);
    const waiting = await startBlocked(db, second, () => register(second.sql, "v"));
    await first.sql.unsafe("commit");
    assertEquals((await waiting.reply)[0]!.version, 1);
    await first.sql.unsafe("begin");
    assertEquals((await register(first.sql, "w"))[0]!.version, 2);
    const other = await startBlocked(db, second, () => register(second.sql, "x"));
    await first.sql.unsafe("commit");
    assertEquals((await other.reply)[0]!.version, 3);
  });
});

Deno.test("the newer of two open inserts wins, whichever commits first", async () => {
  for (const [early, late] of [[1, 2], [2, 1]] as const) {
    await withSource("two_inserts", true, async (db) => {
      const [first, second] = [await openSession(db), await openSession(db)];
      await first.sql.unsafe("begin");
      await add(first.sql, 1, early, early);
      const waiting = await startBlocked(db, second, () => add(second.sql, 1, late, late));
      await first.sql.unsafe("commit");
      await waiting.reply;
      assertEquals(await online(db.sql), { "[1]": 2 });
    });
  }
});

Deno.test("deleting the newest row falls back to one that another session was still writing", async () => {
  await withSource("delete_waits", true, async (db) => {
    await add(db.sql, 1, 1, 1);
    await add(db.sql, 1, 9, 9);
    const [writer, remover] = [await openSession(db), await openSession(db)];
    await writer.sql.unsafe("begin");
    await add(writer.sql, 1, 5, 5); // not the newest now, but it will be
    const waiting = await startBlocked(db, remover, () => remover.sql`delete from public.source where v = 9`);
    await writer.sql.unsafe("commit");
    await waiting.reply;
    assertEquals(await online(db.sql), { "[1]": 5 });
  });
});

Deno.test("a delete that another session does first is not fallen back to", async () => {
  await withSource("two_deletes", true, async (db) => {
    for (const v of [1, 5, 9]) await add(db.sql, 1, v, v);
    const [first, second] = [await openSession(db), await openSession(db)];
    await first.sql.unsafe("begin");
    await first.sql`delete from public.source where v = 5`;
    const waiting = await startBlocked(db, second, () => second.sql`delete from public.source where v = 9`);
    await first.sql.unsafe("commit");
    await waiting.reply;
    assertEquals(await online(db.sql), { "[1]": 1 });
  });
});

Deno.test("an insert that waits for a delete of the entity's last row puts the entity back", async () => {
  await withSource("delete_last", true, async (db) => {
    await add(db.sql, 1, 1, 1);
    const [remover, writer] = [await openSession(db), await openSession(db)];
    await remover.sql.unsafe("begin");
    await remover.sql`delete from public.source`;
    const waiting = await startBlocked(db, writer, () => add(writer.sql, 1, 0, 7));
    await remover.sql.unsafe("commit");
    await waiting.reply;
    assertEquals(await online(db.sql), { "[1]": 7 });
  });
});

Deno.test("a repeatable read transaction never writes a stale row: it fails with 40001 and can be repeated", async () => {
  await withSource("repeatable_read", true, async (db) => {
    await add(db.sql, 1, 1, 1);
    await add(db.sql, 1, 9, 9);
    const { sql } = await openSession(db);
    await sql.unsafe("begin isolation level repeatable read");
    await sql`select count(*) from public.source`; // takes the snapshot
    await add(db.sql, 1, 5, 5);
    assertEquals(await sqlstate(sql`delete from public.source where v = 9`), "40001");
    await sql.unsafe("rollback");
    assertEquals(await online(db.sql), { "[1]": 9 });
  });
});

Deno.test("a view is not filled from an old snapshot", async () => {
  await withSource("registration_snapshot", false, async (db) => {
    const { sql } = await openSession(db);
    await sql.unsafe("begin isolation level repeatable read");
    const refused =
      sql`select ml.register_feature_view('things', 'thing', 'public.source', 'at', '[{"name":"v","type":"float64"}]')`;
    assertEquals(await sqlstate(refused), "PT409");
    await sql.unsafe("rollback");
  });
});

Deno.test("random inserts, updates and deletes from four sessions leave the store equal to its source", async () => {
  await withSource("storm", true, async (db) => {
    const sessions = await Promise.all(Array.from({ length: 4 }, () => openSession(db)));
    await Promise.all(sessions.map(async ({ sql }, session) => {
      let seed = session + 1;
      const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below;
      for (let n = 0; n < 120; n++) {
        const id = random(4), minute = random(50), v = n * 4 + session;
        // One entity a statement: longer transactions may deadlock like any others that lock rows in opposite orders. Its two rows are
        // locked in one order first, as two such deletions would otherwise meet in the source already.
        if (n % 3 === 0) {
          await sql`with newest as (select ctid from public.source where id = ${id} order by at desc limit 2),
              held as (select ctid from public.source where ctid in (select ctid from newest) order by ctid for update)
            delete from public.source where ctid in (select ctid from held)`;
        } else if (n % 3 === 1) {
          await sql`update public.source set at = ${
            at(minute)
          }, v = ${v} where ctid = (select min(ctid) from public.source where id = ${id})`;
        } else await add(sql, id, minute, v);
      }
    }));
    const kept = await newest(db.sql);
    assertNotEquals(kept, {});
    assertEquals(await online(db.sql), kept);
  });
});

Deno.test("statements that write many entities in opposite orders do not deadlock", async () => {
  await withSource("opposite_orders", true, async (db) => {
    const orders = ["asc", "desc", "asc", "desc"];
    await Promise.all(orders.map(async (order, session) => {
      const { sql } = await openSession(db);
      for (let n = 0; n < 20; n++) {
        await sql.unsafe(
          `insert into public.source (id, at, v) select i, timestamptz '2026-01-01' + ${n} * interval '1 minute', ${session} from generate_series(1, 200) i order by i ${order}`,
        );
      }
    }));
    assertEquals(await online(db.sql), await newest(db.sql));
  });
});

Deno.test("updates that move rows between entities in opposite directions do not deadlock", async () => {
  await withSource("opposite_moves", true, async (db) => {
    // Every entity keeps an old row of its own: locks are taken in key order on online rows that exist.
    await db
      .sql`insert into public.source (id, at, v) select i, timestamptz '2025-01-01', -1 from generate_series(0, 19) i`;
    await db.sql`
      insert into public.source (id, at, v)
      select i % 20, timestamptz '2026-01-01' + i * interval '1 minute', i from generate_series(0, 399) i`;
    await Promise.all([1, 19].map(async (step, session) => {
      const { sql } = await openSession(db);
      for (let n = 0; n < 30; n++) {
        // Each session moves rows of its own, so that only the online rows are shared.
        await sql`update public.source set id = (id + ${step}) % 20 where v >= 0 and v::integer % 2 = ${session}`;
      }
    }));
    assertEquals(await online(db.sql), await newest(db.sql));
  });
});

Deno.test("a session that began with a bulk write goes on with single rows", async () => {
  await withSource("bulk_then_single", true, async (db) => {
    const { sql } = await openSession(db);
    await sql`insert into public.source (id, at, v) select i, timestamptz '2026-01-01', i from generate_series(1, 3000) i`;
    await sql`update public.source set v = v + 1`;
    await sql`delete from public.source where id > 1500`;
    await sql`update public.source set v = 0, at = at + interval '1 hour' where id = 7`;
    await sql`delete from public.source where id = 8`;
    await add(sql, 9, 200, 99);
    assertEquals(await online(db.sql), await newest(db.sql));
  });
});

Deno.test("two datasets that fit one view use one set of parameters", async () => {
  await withSource("fit_once", true, async (db) => {
    for (const v of [1, 2, 3, 10]) await add(db.sql, v, 1, v);
    const [first, second] = [await openSession(db), await openSession(db)];
    const cut = (sql: typeof first.sql, name: string, spine: string) =>
      sql`select ml.create_training_dataset(${name}, ${spine}, '{things:z}', 'y', 'at', '{"train":1}', true)`;
    await db.sql`create view public.few as select * from public.source where v < 4`;
    await first.sql.unsafe("begin");
    await cut(first.sql, "first", "public.source");
    const waiting = await startBlocked(db, second, () => cut(second.sql, "second", "public.few"));
    await first.sql.unsafe("commit");
    await waiting.reply;
    const [row] = await db.sql`
      select fitted ->> 'mean' as mean, (select fitted_on_dataset_id from ml.feature_views) = d.id as by_first
      from ml.features, ml.datasets d where d.name = 'first' and fitted is not null`;
    assertEquals({ ...row }, { mean: "4", by_first: true });
  });
});

Deno.test("of two sessions that cut a dataset of one name exactly one is refused", async () => {
  await withSource("dataset_name", true, async (db) => {
    await add(db.sql, 1, 1, 1);
    const [first, second] = [await openSession(db), await openSession(db)];
    const cut = (sql: typeof first.sql) =>
      sql`select ml.create_training_dataset('one', 'public.source', '{things:v}', 'y', 'at', '{"train":1}')`;
    await first.sql.unsafe("begin");
    await cut(first.sql);
    const waiting = await startBlocked(db, second, () => cut(second.sql));
    await first.sql.unsafe("commit");
    assertEquals(await sqlstate(waiting.reply), "23505");
    assertEquals((await db.sql`select count(*)::int as n from ml.datasets`)[0]!.n, 1);
  });
});

Deno.test("a viewer reads during a write what was committed before it", async () => {
  await withSource("read_committed", true, async (db) => {
    await add(db.sql, 1, 1, 1);
    const { sql } = await openSession(db);
    await sql.unsafe("begin");
    await add(sql, 1, 2, 2);
    const read = () =>
      asRole(db.sql, "viewer", async (tx) => {
        const [row] =
          await tx`select ml.get_online_features('{things:v}', '{"id":[1]}') #> '{results,1,values,0}' as v`;
        return row!.v as number;
      });
    assertEquals(await read(), 1);
    await sql.unsafe("commit");
    assertEquals(await read(), 2);
  });
});
