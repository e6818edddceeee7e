// Taking a feature view out of service beside what fills it.
import { assertEquals } from "@std/assert";
import type postgres from "postgres";
import { asRole } from "../support/roles.ts";
import { add, at, online, openSession, type Session, sqlstate, startBlocked, withSource } from "./features_support.ts";

const batchView = (sql: postgres.Sql) =>
  asRole(
    sql,
    "engineer",
    (tx) =>
      tx`select ml.register_feature_view('slow', 'thing', 'public.source', 'at', '[{"name":"v","type":"float64"}]', mode => 'batch')`,
  );

const materialise = ({ sql }: Session) => sql`select ml_private.materialize_feature_view('slow', 1)`;
const retire = ({ sql }: Session) => sql`select ml_private.retire_feature_view('slow', 1)`;

Deno.test("a batch view retired while it is being materialised leaves no online row", async () => {
  await withSource("retire second", false, async (db) => {
    await add(db.sql, 1, 1, 1);
    await batchView(db.sql);
    const [filling, retiring] = [await openSession(db), await openSession(db)];
    await filling.sql`begin`;
    await filling.sql`insert into public.source (id, at, v) values (2, ${at(2)}, 2)`;
    await materialise(filling);
    const { reply } = await startBlocked(db, retiring, () => retire(retiring));
    await filling.sql`commit`;
    await reply;
    assertEquals(await online(db.sql), {});
  });
});

Deno.test("a materialisation that comes while its view is being retired waits and is refused", async () => {
  await withSource("retire first", false, async (db) => {
    await add(db.sql, 1, 1, 1);
    await batchView(db.sql);
    const [filling, retiring] = [await openSession(db), await openSession(db)];
    await retiring.sql`begin`;
    await retire(retiring);
    const { reply } = await startBlocked(db, filling, () => materialise(filling));
    await retiring.sql`commit`;
    assertEquals(await sqlstate(reply), "PT409");
    assertEquals(await online(db.sql), {});
  });
});

Deno.test("a realtime view retired beside its materialisation deadlocks with it in no order", async () => {
  await withSource("retire realtime", true, async (db) => {
    await add(db.sql, 1, 1, 1);
    const [filling, retiring] = [await openSession(db), await openSession(db)];
    await filling.sql`begin`;
    await filling.sql`select from ml.feature_views for no key update`;
    const { reply } = await startBlocked(
      db,
      retiring,
      () => retiring.sql`select ml_private.retire_feature_view('things', 1)`,
    );
    // The retirement holds no lock on the source yet, which the materialisation needs now.
    await filling.sql`select ml_private.materialize_feature_view('things', 1)`;
    await filling.sql`commit`;
    await reply;
    assertEquals(await online(db.sql), {});
  });
});

Deno.test("two views of one source are retired behind an open writer", async () => {
  await withSource("retire two", false, async (db) => {
    for (const view of ["one", "other"]) {
      await asRole(
        db.sql,
        "engineer",
        (tx) =>
          tx`select ml.register_feature_view(${view}, 'thing', 'public.source', 'at', '[{"name":"v","type":"float64"}]')`,
      );
    }
    const [writing, one, other] = [await openSession(db), await openSession(db), await openSession(db)];
    await writing.sql`begin`;
    await add(writing.sql, 1, 1, 1);
    const first = await startBlocked(db, one, () => sqlstate(one.sql`select ml_private.retire_feature_view('one', 1)`));
    const second = await startBlocked(
      db,
      other,
      () => sqlstate(other.sql`select ml_private.retire_feature_view('other', 1)`),
    );
    await writing.sql`commit`;
    assertEquals([await first.reply, await second.reply], [null, null]);
  });
});

Deno.test("a history is retired while a dataset of it and of its table is cut", async () => {
  await withSource("retire_cut", false, async (db) => {
    const [holding, cutter, retirer] = [await openSession(db), await openSession(db), await openSession(db)];
    await db.sql`create table public.other as select 1::bigint as id, timestamptz '2026-01-01' as at, 1::float8 as v`;
    await db.sql`create table public.spine as select 1::bigint as id, now() as event_time, 1::float8 as y`;
    await asRole(db.sql, "engineer", async (tx) => {
      const features = tx.json([{ name: "v", type: "float64" }]);
      await tx`select ml.register_feature_view('kept', 'thing', 'public.source', 'at', ${features}, keep_history => true)`;
      for (const [view, source] of [["between", "public.other"], ["plain", "public.source"]]) {
        await tx`select ml.register_feature_view(${view!}, 'thing', ${source!}, 'at', ${features}, mode => 'batch')`;
      }
    });
    await holding.sql.unsafe("begin; lock table public.other");
    const cut = await startBlocked(
      db,
      cutter,
      () =>
        sqlstate(
          asRole(cutter.sql, "engineer", (tx) =>
            tx`select ml.create_training_dataset('cut', 'public.spine', '{kept:v,between:v,plain:v}', 'y', split => '{"train":1}')`),
        ),
    );
    const retired = await startBlocked(
      db,
      retirer,
      () => sqlstate(asRole(retirer.sql, "engineer", (tx) => tx`select ml.retire_feature_view('kept', 1)`)),
    );
    await holding.sql.unsafe("commit");
    assertEquals([await cut.reply, await retired.reply], [null, null]);
  });
});
