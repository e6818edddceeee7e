// Writers of different rows of a table whose history is kept: they wait for one another in one order, and none takes a row of the other's along.
import type postgres from "postgres";
import { assertEquals } from "@std/assert";
import { asRole } from "../support/roles.ts";
import type { TestDatabase } from "../support/database.ts";
import { online, openSession, sqlstate, startBlocked, withSource } from "./features_support.ts";

function withHistory(name: string, rows: string, body: (db: TestDatabase) => Promise<void>): Promise<void> {
  return withSource(name, false, async (db) => {
    await asRole(
      db.sql,
      "engineer",
      (tx) =>
        tx`select ml.register_feature_view('kept', 'thing', 'public.source', 'at', '[{"name":"v","type":"float64"}]', keep_history => true)`,
    );
    await db.sql.unsafe(`insert into public.source (id, at, v) ${rows}`);
    await body(db);
  });
}

/** Two statements, begun one after the other while a third session holds an entity back that the first comes to last. */
async function meet(db: TestDatabase, held: number, first: string, second: string): Promise<(string | null)[]> {
  const [holding, one, other] = [await openSession(db), await openSession(db), await openSession(db)];
  await holding.sql.unsafe(`begin; insert into public.source (id, at, v) values (${held}, now(), 1)`);
  const ran = (session: { sql: postgres.Sql }, text: string) => () => sqlstate(session.sql.unsafe(text));
  const waiting = await startBlocked(db, one, ran(one, first));
  const reply = ran(other, second)();
  await Promise.race([reply, new Promise((resolve) => setTimeout(resolve, 300))]);
  await holding.sql.unsafe("commit");
  return [await waiting.reply, await reply];
}

const yesterday = "now() - interval '1 day'";

Deno.test("rows that move between the same entities in opposite directions", async () => {
  await withHistory("history_moves", `select g, ${yesterday}, g from generate_series(1, 9) g`, async (db) => {
    const codes = await meet(
      db,
      3,
      "update public.source set id = case v when 1 then 2 else 3 end, at = now() where v in (1, 9)",
      "update public.source set id = 1, at = now() where v = 2",
    );
    assertEquals(codes, [null, null]);
    const { "[1]": one, "[2]": two } = await online(db.sql);
    assertEquals([one, two], [2, 1]);
  });
});

Deno.test("rows of the same entities of which half get no time", async () => {
  await withHistory(
    "history_no_times",
    `select g % 3 + 1, ${yesterday}, g from generate_series(0, 5) g`,
    async (db) => {
      const codes = await meet(
        db,
        3,
        "update public.source set at = case id when 1 then null else now() end, v = v + 10 where v in (0, 1, 2)",
        "update public.source set at = case id when 2 then null else now() end, v = v + 10 where v in (3, 4)",
      );
      assertEquals(codes, [null, null]);
      const { "[1]": one, "[2]": two } = await online(db.sql);
      assertEquals([one, two], [13, 11]);
    },
  );
});

Deno.test("a row is deleted while others that were sent to the future with it are corrected", async () => {
  const rows = `select e, ${yesterday}, 10 * e + n from generate_series(1, 3) e, generate_series(1, 2) n`;
  await withHistory("history_mates", rows, async (db) => {
    await db.sql.unsafe("update public.source set at = 'tomorrow', v = v + 0.5");
    const codes = await meet(
      db,
      3,
      "update public.source set at = timestamptz 'tomorrow' + interval '1 day', v = v + 0.25 where v in (12.5, 22.5, 32.5)",
      "delete from public.source where v = 11.5",
    );
    assertEquals(codes, [null, null]);
    const { "[1]": one, "[2]": two } = await online(db.sql);
    assertEquals([one, two], [12, 22]);
  });
});

Deno.test("entities that come to be in one transaction while another holds a later one", async () => {
  await withHistory("history_new_entities", `values (2, ${yesterday}, 2), (3, ${yesterday}, 3)`, async (db) => {
    const codes = await meet(
      db,
      3,
      "insert into public.source (id, at, v) values (3, now(), 13), (1, now(), 11), (2, now(), 12)",
      "insert into public.source (id, at, v) values (2, now(), 22), (1, now(), 21)",
    );
    assertEquals(codes, [null, null]);
    assertEquals(Object.keys(await online(db.sql)), ["[1]", "[2]", "[3]"]);
  });
});

Deno.test("of two rows that wait together one is deleted while the other is corrected, in either order", async () => {
  const rows = `values (1, now() - interval '2 days', 10), (1, ${yesterday}, 20)`;
  const [correct, remove] = [
    "update public.source set at = timestamptz 'tomorrow' + interval '1 day', v = 12 where v = 11",
    "delete from public.source where v = 21",
  ];
  for (const [name, first, second] of [["corrected", correct, remove], ["deleted", remove, correct]]) {
    await withHistory(`history_waiting_${name}`, rows, async (db) => {
      await db.sql.unsafe("update public.source set at = 'tomorrow', v = v + 1");
      const [one, other] = [await openSession(db), await openSession(db)];
      await one.sql.unsafe(`begin; ${first}`);
      const waiting = await startBlocked(db, other, () => other.sql.unsafe(second!));
      await one.sql.unsafe("commit");
      await waiting.reply;
      assertEquals(await online(db.sql), { "[1]": 10 });
    });
  }
});

Deno.test("a row that was deleted and comes back in a transaction that does not see the deletion", async () => {
  await withHistory("history_back", `values (1, ${yesterday}, 10)`, async (db) => {
    const old = await openSession(db);
    await old.sql.unsafe("begin isolation level repeatable read; select 1 from public.source");
    await db.sql.unsafe("delete from public.source");
    assertEquals(
      await sqlstate(
        old.sql.unsafe(
          `insert into public.source (id, at, v, rid) overriding system value values (1, ${yesterday}, 10, 1)`,
        ),
      ),
      "40001",
    );
    await old.sql.unsafe("rollback");
    assertEquals(await online(db.sql), {});
  });
});

Deno.test("triggers of the source's own, each statement in a transaction of its own", async () => {
  await withHistory("history_nested", `values (1, ${yesterday}, 10)`, async (db) => {
    await asRole(
      db.sql,
      "engineer",
      (tx) =>
        tx`select ml.register_feature_view('plain', 'thing', 'public.source', 'at', '[{"name":"v","type":"float64"}]')`,
    );
    await db.sql.unsafe(`create function public.cap() returns trigger language plpgsql as $$ begin
        if new.v < 0 then delete from public.source where rid = new.rid;
        elsif new.v > 100 then update public.source set v = 100 where rid = new.rid; end if;
        return null; end $$;
      create trigger cap after insert or update on public.source for each row execute function public.cap()`);
    const both = async () => {
      const rows = await db.sql<{ view: string; v: number }[]>`
        select v.name as view, (o.values ->> 'v')::double precision as v from ml.online_features o
        join ml.feature_views v on v.id = o.view_id order by v.name, o.entity_key`;
      return rows.map(({ view, v }) => `${view} ${v}`);
    };
    await db.sql.unsafe("insert into public.source (id, at, v) values (2, now(), 500)");
    assertEquals(await both(), ["kept 10", "kept 100", "plain 10", "plain 100"]);
    await db.sql.unsafe("update public.source set v = v + 400");
    assertEquals(await both(), ["kept 100", "kept 100", "plain 100", "plain 100"]);
    await db.sql.unsafe("update public.source set v = -1 where id = 2");
    assertEquals(await both(), ["kept 100", "plain 100"]);
    await db.sql.unsafe("delete from public.source");
    assertEquals(await both(), []);
  });
});
