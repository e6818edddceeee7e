// Sources that their owner changes while they are about to be read.
import { assertEquals } from "@std/assert";
import type { TestDatabase } from "../support/database.ts";
import { asRole } from "../support/roles.ts";
import { openSession, sqlstate, startBlocked, withSource } from "./features_support.ts";

/** Another owner's `made` beside `public.source`, both batch views, and a function of his that tells who ran it. */
async function withMaker(name: string, made: string, body: (db: TestDatabase) => Promise<void>): Promise<void> {
  await withSource(name, false, async (db) => {
    await db.sql.unsafe(`
      do $$ begin create role ml_test_maker nologin; exception when duplicate_object then null; end $$;
      grant create, usage on schema public to ml_test_maker;
      create table public.seen (who text);
      grant insert on public.seen to public;
      create table public.spine (id bigint, event_time timestamptz, y double precision);
      insert into public.spine values (1, now(), 1);
      insert into public.source values (1, '2026-01-01', 1);
      set role ml_test_maker;
      create function public.run(x double precision) returns double precision language plpgsql as $$
      begin
        insert into public.seen values (current_user);
        return x;
      end $$;
      create type public.pair as (x double precision);
      create function public.unpair(p public.pair) returns double precision language sql as 'select public.run(p.x)';
      create cast (public.pair as double precision) with function public.unpair(public.pair);
      ${made};
      reset role`);
    await asRole(db.sql, "admin", (tx) => tx`select ml.allow_source('public.made', functions => true)`);
    await asRole(db.sql, "engineer", async (tx) => {
      for (const [view, source] of [["first", "public.made"], ["second", "public.source"]]) {
        await tx`select ml.register_feature_view(${view!}, 'thing', ${source!}, 'at', '[{"name":"v","type":"float64"}]', mode => 'batch')`;
      }
    });
    await body(db);
    assertEquals([...await db.sql`select who from public.seen`], []);
  });
}

const table = "create table public.made as select 1::bigint as id, timestamptz '2026-01-01' as at, 1::float8 as v";
const cut =
  "select (ml.create_training_dataset('cut', 'public.spine', '{first:v,second:v}', 'y', split => '{\"train\":1}')).id";
const reads: Record<string, string> = {
  "a materialisation": "select ml.materialize_feature_view('first')",
  "a dataset": cut,
  "a dataset of which it is the spine":
    "select (ml.create_training_dataset('cut', 'public.made', '{second:v}', 'v', 'at', split => '{\"train\":1}')).id",
};

for (const [what, text] of Object.entries(reads)) {
  for (const index of [false, true]) {
    Deno.test(`a column gets its owner's type just before ${what}${index ? " (indexed)" : ""}`, async () => {
      await withMaker(
        "source_type_race",
        table + (index ? "; create index on public.made (id, at)" : ""),
        async (db) => {
          const [owner, reader] = [await openSession(db), await openSession(db)];
          await owner.sql.unsafe("begin; set local role ml_test_maker");
          await owner.sql.unsafe("alter table public.made alter v type public.pair using row(v)::public.pair");
          const reading = await startBlocked(db, reader, () => sqlstate(reader.sql.unsafe(text)));
          await owner.sql.unsafe("commit");
          assertEquals(await reading.reply, "PT409");
        },
      );
    });
  }
}

Deno.test("a materialized view becomes a view while the dataset that reads it is cut", async () => {
  const stored = table.replace("create table", "create materialized view") + "; create index on public.made (id, at)";
  await withMaker("source_matview_race", stored, async (db) => {
    const [owner, reader] = [await openSession(db), await openSession(db)];
    await owner.sql.unsafe("begin; lock table public.source; set local role ml_test_maker");
    await owner.sql.unsafe("drop materialized view public.made");
    await owner.sql.unsafe(
      "create view public.made as select 1::bigint as id, timestamptz '2026-01-01' as at, public.run(1) as v",
    );
    const reading = await startBlocked(db, reader, () => sqlstate(reader.sql.unsafe(cut)));
    await owner.sql.unsafe("commit");
    await reading.reply;
  });
});

Deno.test("a view is replaced only when the dataset that reads it is there", async () => {
  const view = "create view public.made as select 1::bigint as id, timestamptz '2026-01-01' as at, 1::float8 as v";
  await withMaker("source_view_race", view, async (db) => {
    const [holding, owner, reader] = [await openSession(db), await openSession(db), await openSession(db)];
    await holding.sql.unsafe("begin; lock table public.source");
    const reading = await startBlocked(db, reader, () => sqlstate(reader.sql.unsafe(cut)));
    await owner.sql.unsafe("set role ml_test_maker");
    const replaced = await startBlocked(
      db,
      owner,
      () =>
        owner.sql.unsafe(
          view.replace("create", "create or replace").replace("1::float8", "public.run(1)"),
        ),
    );
    await holding.sql.unsafe("commit");
    assertEquals(await reading.reply, null);
    await replaced.reply;
  });
});

const unlockable: Record<string, string> = {
  "materialized view":
    "create materialized view public.made as select 1::bigint as id, timestamptz '2026-01-01' as at, 1::float8 as v",
  "foreign table": `create foreign data wrapper elsewhere; create server elsewhere foreign data wrapper elsewhere;
    create foreign table public.made (id bigint, at timestamptz, v double precision) server elsewhere`,
};

for (const [kind, text] of Object.entries(unlockable)) {
  Deno.test(`a ${kind} that is held stays what it is until the transaction ends`, async () => {
    await withSource("source_held", false, async (db) => {
      await db.sql.unsafe(text);
      const [reader, owner] = [await openSession(db), await openSession(db)];
      await reader.sql`begin`;
      await reader.sql`select ml_private.hold_source('public.made'::regclass, '{id,at,v}')`;
      const dropped = await startBlocked(db, owner, () => sqlstate(owner.sql.unsafe(`drop ${kind} public.made`)));
      assertEquals([...await reader.sql`select to_regclass('public.made') is null as gone`], [{ gone: false }]);
      await reader.sql`commit`;
      assertEquals(await dropped.reply, null);
    });
  });
}
