// Pairs of calls that were once found to wait for each other.
import { assertEquals } from "@std/assert";
import { withTestDatabase } from "../support/database.ts";
import { asRole } from "../support/roles.ts";
import { add, online, openSession, startBlocked, withSource } from "./features_support.ts";

Deno.test("a round is enqueued behind the tail of the last one while that finishes", async () => {
  await withTestDatabase({ name: "enqueue_beside_finish" }, async (db) => {
    const one = async (text: string) => Number((await db.sql.unsafe<{ id: string }[]>(text))[0]!.id);
    const first = await one("select (ml.enqueue_job('first', queue => 'rounds', unique_key => 'nightly')).id");
    await db.sql`select ml.claim_jobs('worker_1', '{rounds}')`;
    const tail = await one(`select (ml.enqueue_job('tail', queue => 'rounds', depends_on => '{${first}}')).id`);
    const other = await one("select (ml.enqueue_job('other', queue => 'others')).id");
    await db.sql`select ml.claim_jobs('worker_2', '{others}')`;
    const [beating, enqueueing, finishing] = [await openSession(db), await openSession(db), await openSession(db)];
    await beating.sql.unsafe("begin");
    await beating.sql`select ml.heartbeat_job(${other}, 1)`;
    const enqueued = await startBlocked(db, enqueueing, () =>
      enqueueing.sql.unsafe<{ id: string }[]>(
        `select (ml.enqueue_job('first', queue => 'rounds', unique_key => 'nightly', depends_on => '{${tail},${other}}')).id`,
      ));
    const finished = await startBlocked(
      db,
      finishing,
      () => finishing.sql<{ state: string }[]>`select (ml.complete_job(${first}, 1)).state`,
    );
    await beating.sql.unsafe("commit");
    assertEquals(Number((await enqueued.reply)[0]!.id), first, "the unfinished job stands for the new one");
    assertEquals((await finished.reply)[0]!.state, "succeeded");
  });
});

Deno.test("two batches take the same unique keys while one of those comes free", async () => {
  await withTestDatabase({ name: "enqueue_keys_come_free" }, async (db) => {
    const batch = (keys: string[]) =>
      `select array_agg(id order by id) as ids from ml.enqueue_jobs('${
        JSON.stringify(keys.map((key) => ({ kind: "k", unique_key: key })))
      }')`;
    const [first] = await db.sql<{ id: string }[]>`select (ml.enqueue_job('k', unique_key => 'a')).id`;
    await db.sql`select ml.claim_jobs('worker_1')`;
    const [holding, one, other] = [await openSession(db), await openSession(db), await openSession(db)];
    await holding.sql.unsafe("begin");
    await holding.sql`select ml.enqueue_job('k', unique_key => 'c')`;
    // It stands behind the job that has `a`, has taken `b` and waits for `c`.
    const waiting = await startBlocked(db, one, () => one.sql.unsafe<{ ids: string[] }[]>(batch(["a", "b", "c"])));
    await db.sql`select ml.complete_job(${first!.id}, 1)`;
    const behind = await startBlocked(db, other, () => other.sql.unsafe<{ ids: string[] }[]>(batch(["a", "b"])));
    await holding.sql.unsafe("commit");
    const [ids, others] = [(await waiting.reply)[0]!.ids, (await behind.reply)[0]!.ids];
    const jobs = await db.sql<{ id: string; unique_key: string }[]>`
      select id, unique_key from ml.jobs where finished_at is null order by unique_key`;
    assertEquals(jobs.map((job) => job.unique_key), ["a", "b", "c"]);
    assertEquals(ids.toSorted(), jobs.map((job) => job.id).toSorted());
    assertEquals(others.toSorted(), jobs.slice(0, 2).map((job) => job.id).toSorted());
  });
});

Deno.test("an endpoint is removed while a delivery learns that it is gone", async () => {
  await withTestDatabase({ name: "remove_beside_gone" }, async (db) => {
    const [endpoint] = await db.sql<{ id: string }[]>`
      insert into ml.webhook_endpoints (url, event_types) values ('https://example.com/x', '{*}') returning id`;
    const deliveries = await db.sql<{ id: string }[]>`
      insert into ml.webhook_deliveries (endpoint_id, event_type, payload, attempt, sending)
      select ${endpoint!.id}, 'job.queued', '{}', 1, true from generate_series(1, 2) returning id`;
    const [recording, removing, gone] = [await openSession(db), await openSession(db), await openSession(db)];
    await recording.sql.unsafe("begin");
    await recording.sql`select ml.record_webhook_outcome(${deliveries[0]!.id}, 1, 200)`;
    const removed = await startBlocked(
      db,
      removing,
      () => removing.sql`select ml.remove_webhook_endpoint(${endpoint!.id})`,
    );
    const told = await startBlocked(
      db,
      gone,
      () =>
        gone.sql`select ml.record_webhook_outcome(${deliveries[1]!.id}, 1, 410)`.then(
          () => "recorded",
          (error) => error.code,
        ),
    );
    await recording.sql.unsafe("commit");
    await removed.reply;
    assertEquals(await told.reply, "PT404", "the delivery went with its endpoint");
  });
});

Deno.test("a view is retired while a dataset that fits it is cut", async () => {
  await withSource("retire_beside_fit", true, async (db) => {
    for (const v of [1, 2, 3]) await add(db.sql, v, 1, v);
    await db.sql`create table public.other as select * from public.source`;
    await asRole(
      db.sql,
      "engineer",
      (tx) =>
        tx`select ml.register_feature_view('others', 'thing', 'public.other', 'at', '[{"name":"v","type":"float64"}]', mode => 'batch')`,
    );
    await db.sql`create view public.spine as select id, at, y from public.source`;
    const [holding, cutting, retiring] = [await openSession(db), await openSession(db), await openSession(db)];
    // The first view's source has been read and the second one's is waited for.
    await holding.sql.unsafe("begin");
    await holding.sql`lock table public.other in access exclusive mode`;
    const cut = await startBlocked(db, cutting, () =>
      cutting.sql`
        select ml.create_training_dataset('cut', 'public.spine', '{things:z,others:v}', 'y', 'at', '{"train":1}', true)`);
    const retired = await startBlocked(db, retiring, () => retiring.sql`select ml.retire_feature_view('things', 1)`);
    await holding.sql.unsafe("commit");
    await cut.reply;
    await retired.reply;
    const [row] = await db.sql`
      select (select fitted is not null from ml.features where name = 'z') as fitted,
        (select retired_at is not null from ml.feature_views where name = 'things') as retired`;
    assertEquals({ ...row }, { fitted: true, retired: true });
  });
});

Deno.test("several entities are inserted while an update brings in one of them", async () => {
  await withSource("insert_beside_update", true, async (db) => {
    await add(db.sql, 2, 1, 2);
    await add(db.sql, 4, 1, 4);
    const [holding, updating, inserting] = [await openSession(db), await openSession(db), await openSession(db)];
    // The update has the online row of 2, waits for that of 4 and will then insert one of 1.
    await holding.sql.unsafe("begin");
    await holding.sql`select from ml.online_features where entity_key = '[4]' for update`;
    const updated = await startBlocked(
      db,
      updating,
      () =>
        updating.sql`update public.source set id = case id when 4 then 1 else id end, v = v + 10 where id in (2, 4)`,
    );
    const inserted = await startBlocked(
      db,
      inserting,
      () => inserting.sql`insert into public.source (id, at, v) values (1, '2026-01-02', 21), (2, '2026-01-02', 22)`,
    );
    await holding.sql.unsafe("commit");
    await updated.reply;
    await inserted.reply;
    assertEquals(await online(db.sql), { "[1]": 21, "[2]": 22 });
  });
});
