// Histories of a source that is updated in place: complete from the first row on, and read as a log of the changes would be.
import type postgres from "postgres";
import { assertEquals } from "@std/assert";
import { asRole } from "../support/roles.ts";
import { add, at, online, openSession, registerView, sqlstate, startBlocked, withSource } from "./features_support.ts";

function keepHistory(sql: postgres.Sql): Promise<void> {
  return asRole(sql, "engineer", async (tx) => {
    await tx`select ml.register_feature_view('kept', 'thing', 'public.source', 'at', '[{"name":"v","type":"float64"}]', keep_history => true)`;
  });
}

async function history(sql: postgres.Sql): Promise<string[]> {
  const [view] = await sql<{ source: string }[]>`select source from ml.feature_views where name = 'kept'`;
  const rows = await sql.unsafe<{ row: string }[]>(`select id || ':' || v as row from ${view!.source} order by id, v`);
  return rows.map(({ row }) => row);
}

Deno.test("a change that is open while a history starts is in it once", async () => {
  await withSource("history_open_writer", false, async (db) => {
    const [writer, registrar] = [await openSession(db), await openSession(db)];
    await add(db.sql, 1, 1, 10);
    await writer.sql.unsafe("begin");
    await writer.sql`update public.source set v = 11 where id = 1`;
    await add(writer.sql, 2, 1, 20);
    const waiting = await startBlocked(db, registrar, () => keepHistory(registrar.sql));
    await writer.sql.unsafe("commit");
    await waiting.reply;
    assertEquals(await history(db.sql), ["1:11", "2:20"]);
  });
});

Deno.test("a change that waits for a history to start is in it once, after what it changed", async () => {
  await withSource("history_late_writer", false, async (db) => {
    const [writer, registrar] = [await openSession(db), await openSession(db)];
    await add(db.sql, 1, 1, 10);
    await registrar.sql.unsafe("begin");
    await registrar.sql`select set_config('role', 'service_role', true)`;
    await registrar
      .sql`select ml.register_feature_view('kept', 'thing', 'public.source', 'at', '[{"name":"v","type":"float64"}]', keep_history => true)`;
    const waiting = await startBlocked(db, writer, () => writer.sql`update public.source set v = 11 where id = 1`);
    await registrar.sql.unsafe("commit");
    await waiting.reply;
    assertEquals(await history(db.sql), ["1:10", "1:11"]);
    assertEquals(await online(db.sql), { "[1]": 11 });
  });
});

Deno.test("over random writes in place, online reads and datasets as of any time have what the table held", async () => {
  await withSource("history_brute_force", false, async (db) => {
    let seed = 7;
    const random = (n: number) => (seed = (seed * 48271) % 2147483647) % n;
    const log: { id: number; minute: number; v: number }[] = [];
    for (let id = 0; id < 5; id++) {
      log.push({ id, minute: random(50), v: id });
      await add(db.sql, id, log[id]!.minute, id);
    }
    await keepHistory(db.sql);
    await db.sql`create table public.spine (id bigint, event_time timestamptz, label double precision)`;
    const expected: (number | null)[] = [];
    const ask = async (id: number, time: Date | null, value: number | null) => {
      await db.sql`insert into public.spine values (${id}, coalesce(${time}, clock_timestamp()), ${expected.length})`;
      expected.push(value);
    };
    const started = log.slice();
    const current = new Map(started.map(({ id, v }) => [id, v]));
    for (let step = 0; step < 200; step++) {
      const [id, minute, v] = [random(5), random(100), 100 + step];
      if (!current.has(id)) {
        await add(db.sql, id, minute, v);
      } else if (random(5) === 0) {
        await db.sql`delete from public.source where id = ${id}`;
      } else {
        await db.sql`update public.source set at = ${at(minute)}, v = ${v} where id = ${id}`;
      }
      const rows = await db.sql<{ id: string; v: number }[]>`select id, v from public.source`;
      current.clear();
      for (const row of rows) current.set(Number(row.id), row.v);
      assertEquals(
        await online(db.sql),
        Object.fromEntries([...current].toSorted(([a], [b]) => a - b).map(([key, value]) => [`[${key}]`, value])),
      );
      const asked = random(5);
      await ask(asked, null, current.get(asked) ?? null);
      const [past, other] = [random(100), random(5)];
      await ask(other, at(past), started[other]!.minute <= past ? started[other]!.v : null);
    }
    await asRole(db.sql, "engineer", async (tx) => {
      await tx`select ml.create_training_dataset('cut', 'public.spine', '{kept:v}', 'label', split => '{"train":1}')`;
    });
    const [dataset] = await db.sql<{ table_name: string; name: string }[]>`
      select table_name, features #>> '{0,column}' as name from ml.datasets`;
    const rows = await db.sql.unsafe<{ v: number | null }[]>(
      `select ${dataset!.name} as v from ${dataset!.table_name} order by label`,
    );
    assertEquals(rows.map(({ v }) => v), expected);
  });
});

Deno.test("two writers who change equal rows at once each end one row of the history", async () => {
  await withSource("history_equal_rows", false, async (db) => {
    const [one, other] = [await openSession(db), await openSession(db)];
    await add(db.sql, 1, 1, 10);
    await db.sql`update public.source set y = 1`;
    await add(db.sql, 1, 1, 10);
    await asRole(db.sql, "engineer", async (tx) => {
      await tx`select ml.register_feature_view('kept', 'thing', 'public.source', 'at', '[{"name":"v","type":"float64"}]',
        mode => 'batch', keep_history => true)`;
    });
    await one.sql.unsafe("begin");
    await one.sql`update public.source set v = 11 where y = 1`;
    await other.sql`update public.source set v = 12 where y = 0`;
    await one.sql.unsafe("commit");
    const [view] = await db.sql<{ source: string }[]>`select source from ml.feature_views where name = 'kept'`;
    const standing = await db.sql.unsafe<{ v: number }[]>(
      `select v from ${view!.source} where ml_superseded_at is null order by v`,
    );
    assertEquals(standing.map(({ v }) => v), [11, 12]);
    assertEquals((await history(db.sql)).length, 4);
  });
});

Deno.test("a transaction that began before a view was registered does not write past it, and none truncates unseen rows", async () => {
  await withSource("history_old_snapshot", false, async (db) => {
    const [old, later] = [await openSession(db), await openSession(db)];
    for (const id of [1, 2]) await add(db.sql, id, 1, id);
    await old.sql.unsafe("begin isolation level repeatable read; select 1 from public.source");
    await keepHistory(db.sql);
    await registerView(db.sql);
    assertEquals(await sqlstate(old.sql`delete from public.source where id = 1`), "40001");
    await old.sql.unsafe("rollback");
    assertEquals(await online(db.sql), { "[1]": 1, "[2]": 2 });

    await later.sql.unsafe("begin isolation level repeatable read; select 1 from public.source");
    await add(db.sql, 3, 1, 3);
    assertEquals(await sqlstate(later.sql.unsafe("truncate public.source")), "PT409");
    await later.sql.unsafe("rollback");
    await later.sql.unsafe("begin isolation level repeatable read; delete from public.source where id = 3; commit");
    await db.sql.unsafe("truncate public.source");
    assertEquals(await online(db.sql), {});
  });
});

Deno.test("a row that comes due is not put over a newer one that another transaction is just bringing in", async () => {
  await withSource("history_settle_race", false, async (db) => {
    await db.sql.unsafe("alter table public.source add made timestamptz");
    await db.sql.unsafe("create table public.clock as select timestamptz '2026-03-01Z' as now");
    await db.sql.unsafe(`create or replace function ml_private.online_clock() returns timestamptz language sql volatile
      security definer set search_path = pg_catalog, pg_temp as 'select c.now from public.clock c'`);
    await asRole(
      db.sql,
      "engineer",
      (tx) =>
        tx`select ml.register_feature_view('kept', 'thing', 'public.source', 'at', '[{"name":"v","type":"float64"}]',
        created_time => 'made', keep_history => true)`,
    );
    const row = (sql: postgres.Sql, time: string, made: string, v: number) =>
      sql`insert into public.source (id, at, made, v) values (1, ${time}, ${made}, ${v})`;
    const [bringing, writing] = [await openSession(db), await openSession(db)];
    await row(db.sql, "2026-02-01Z", "2026-03-02Z", 2);
    await bringing.sql.unsafe("begin");
    await row(bringing.sql, "2026-02-15Z", "2026-02-15Z", 3);
    await db.sql.unsafe("update public.clock set now = '2026-03-03Z'");
    const written = await startBlocked(db, writing, () => row(writing.sql, "2026-01-01Z", "2026-01-01Z", 1));
    await bringing.sql.unsafe("commit");
    await written.reply;
    assertEquals(await online(db.sql), { "[1]": 3 });
    await db.sql`select ml_private.promote_pending()`;
    assertEquals(await online(db.sql), { "[1]": 3 });
  });
});

Deno.test("two transactions of one entity, of which one settles what has come due, wait for each other in one order", async () => {
  await withSource("history_settle_order", false, async (db) => {
    await db.sql.unsafe("create table public.clock as select timestamptz '2026-03-01Z' as now");
    await db.sql.unsafe(`create or replace function ml_private.online_clock() returns timestamptz language sql volatile
      security definer set search_path = pg_catalog, pg_temp as 'select c.now from public.clock c'`);
    await keepHistory(db.sql);
    const [one, other] = [await openSession(db), await openSession(db)];
    const insert = (sql: postgres.Sql, time: string, v: number) =>
      sql`insert into public.source (id, at, v) values (1, ${time}, ${v})`;
    await insert(db.sql, "2026-03-02Z", 2);
    await insert(db.sql, "2026-03-09Z", 9);
    await one.sql.unsafe("begin");
    await insert(one.sql, "2026-02-01Z", 1);
    await db.sql.unsafe("update public.clock set now = '2026-03-03Z'");
    const inserted = await startBlocked(db, other, () => insert(other.sql, "2026-02-02Z", 3));
    await one.sql`update public.source set v = 10 where v = 9`;
    await one.sql.unsafe("commit");
    await inserted.reply;
    assertEquals(await online(db.sql), { "[1]": 2 });
  });
});

Deno.test("an insert of several entities, of which one has come due, holds nothing while it waits for an earlier one", async () => {
  await withSource("history_settle_several", false, async (db) => {
    await db.sql.unsafe("create table public.clock as select timestamptz '2026-03-01Z' as now");
    await db.sql.unsafe(`create or replace function ml_private.online_clock() returns timestamptz language sql volatile
      security definer set search_path = pg_catalog, pg_temp as 'select c.now from public.clock c'`);
    await keepHistory(db.sql);
    await db
      .sql`insert into public.source (id, at, v) values (1, '2026-02-01Z', 1), (2, '2026-02-01Z', 2), (5, '2026-02-01Z', 5),
      (5, '2026-01-01Z', 6), (5, '2026-03-02Z', 55)`;
    await db.sql.unsafe("update public.clock set now = '2026-03-03Z'");
    const [holding, inserting, deleting] = [await openSession(db), await openSession(db), await openSession(db)];
    await holding.sql.unsafe("begin; select from ml.online_features where entity_key = '[1]' for update");
    const inserted = await startBlocked(
      db,
      inserting,
      () =>
        sqlstate(
          inserting
            .sql`insert into public.source (id, at, v) values (1, '2026-03-03Z', 11), (2, '2026-03-03Z', 12), (5, '2026-03-03Z', 15)`,
        ),
    );
    await deleting.sql.unsafe("set lock_timeout = '5s'");
    assertEquals(await sqlstate(deleting.sql`delete from public.source where v in (2, 6)`), null);
    await holding.sql.unsafe("commit");
    assertEquals(await inserted.reply, null);
    assertEquals(await online(db.sql), { "[1]": 11, "[2]": 12, "[5]": 15 });
  });
});
