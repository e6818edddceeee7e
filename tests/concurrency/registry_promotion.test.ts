// Promotions and registrations of one model at once: they take turns, and each sees what the one before it did.
import { assert, assertEquals } from "@std/assert";
import type postgres from "postgres";
import type { TestDatabase } from "../support/database.ts";
import { openSession, refusal, type Session, startBlocked, withModel } from "./registry_support.ts";

const promote = (session: Session, version: number, stage: string) =>
  session.sql`select ml.promote_model('tumour', ${version}, ${stage}) as reply`;

async function stages(db: TestDatabase): Promise<string> {
  const rows = await db.sql`select version, stage from ml.model_versions order by version`;
  return rows.map((row) => `${row.version} ${row.stage}`).join(", ");
}

/** Staging asks for nothing, production for `requirements`; all versions are in staging. */
async function stageAll(db: TestDatabase, requirements: postgres.JSONValue): Promise<void> {
  await db.sql`select ml.set_promotion_policy('tumour', 'staging', '{}')`;
  await db.sql`select ml.set_promotion_policy('tumour', 'production', ${db.sql.json(requirements)})`;
  for (const { version } of await db.sql`select version from ml.model_versions order by version`) {
    await db.sql`select tests.qualify('tumour', ${version})`;
    await db.sql`select ml.promote_model('tumour', ${version}, 'staging')`;
  }
}

async function twoSessions(db: TestDatabase): Promise<[Session, Session]> {
  return [await openSession(db, "engineer"), await openSession(db, "engineer")];
}

Deno.test("the second of two promotions waits for the first and archives it", async () => {
  await withModel("promote_two", 2, async (db) => {
    await stageAll(db, {});
    const [first, second] = await twoSessions(db);
    await first.sql.unsafe("begin");
    await promote(first, 1, "production");
    const waiting = await startBlocked(db, second, () => promote(second, 2, "production"));
    await first.sql.unsafe("commit");
    assertEquals((await waiting.reply)[0]!.reply.archived_version, 1);
    assertEquals(await stages(db), "1 archived, 2 production");
    const [row] = await db.sql`select array_agg(to_stage order by id) as moves from ml.stage_transitions`;
    assertEquals(row!.moves, ["staging", "staging", "production", "archived", "production"]);
  });
});

Deno.test("the second of two promotions is checked against the version that the first put into production", async () => {
  await withModel("promote_checked", 2, async (db) => {
    await stageAll(db, { not_worse_than_production: { metric: "accuracy" } });
    const [first, second] = await twoSessions(db);
    await first.sql.unsafe("begin");
    await promote(first, 1, "production");
    const waiting = await startBlocked(db, second, () => promote(second, 2, "production"));
    await first.sql.unsafe("commit");
    assertEquals(await refusal(waiting.reply), "promotion_refused");
    assertEquals(await stages(db), "1 production, 2 staging");
  });
});

Deno.test("a promotion that is rolled back leaves the one that waited for it as though it had never been", async () => {
  await withModel("promote_rollback", 2, async (db) => {
    await stageAll(db, { not_worse_than_production: { metric: "accuracy" } });
    const [first, second] = await twoSessions(db);
    await first.sql.unsafe("begin");
    await promote(first, 1, "production");
    const waiting = await startBlocked(db, second, () => promote(second, 2, "production"));
    await first.sql.unsafe("rollback");
    assertEquals((await waiting.reply)[0]!.reply.archived_version, null);
    assertEquals(await stages(db), "1 staging, 2 production");
  });
});

Deno.test("one version promoted by two sessions is promoted once", async () => {
  await withModel("promote_same", 1, async (db) => {
    await stageAll(db, {});
    const [first, second] = await twoSessions(db);
    await first.sql.unsafe("begin");
    await promote(first, 1, "production");
    const waiting = await startBlocked(db, second, () => promote(second, 1, "production"));
    await first.sql.unsafe("commit");
    assertEquals(await refusal(waiting.reply), "already_in_stage");
    const [row] = await db.sql`select count(*)::int as n from ml.stage_transitions where to_stage = 'production'`;
    assertEquals(row!.n, 1);
  });
});

Deno.test("a policy that is tightened while a promotion waits is the one that is applied", async () => {
  await withModel("promote_policy", 2, async (db) => {
    await stageAll(db, {});
    const [first, second] = await twoSessions(db);
    await first.sql.unsafe("begin");
    await promote(first, 1, "production");
    const waiting = await startBlocked(db, second, () => promote(second, 2, "production"));
    await db.sql`select ml.set_promotion_policy('tumour', 'production', '{"hours_in_staging": 24}')`;
    await first.sql.unsafe("commit");
    assertEquals(await refusal(waiting.reply), "promotion_refused");
  });
});

Deno.test("eight promotions at once leave one version in production and a history without gaps", async () => {
  await withModel("promote_many", 8, async (db) => {
    await stageAll(db, {});
    const sessions = await Promise.all(Array.from({ length: 8 }, () => openSession(db, "engineer")));
    const replies = await Promise.all(sessions.map((session, i) => promote(session, i + 1, "production")));
    assertEquals(replies.filter((rows) => rows[0]!.reply.archived_version === null).length, 1);
    const [row] = await db.sql`
      select
        count(*) filter (where v.stage = 'production')::int as serving,
        count(*) filter (where v.stage = 'archived')::int as archived,
        bool_and(v.stage = (select t.to_stage from ml.stage_transitions t where t.version_id = v.id order by t.id desc limit 1)) as true_history
      from ml.model_versions v`;
    assertEquals({ ...row }, { serving: 1, archived: 7, true_history: true });
  });
});

Deno.test("models are promoted beside each other", async () => {
  await withModel("promote_apart", 1, async (db) => {
    await stageAll(db, {});
    await db.sql.begin((tx) => tx`select tests.register('second', 'other artifact')`);
    await db.sql`select ml.set_promotion_policy('second', 'staging', '{}')`;
    const [first, second] = await twoSessions(db);
    await first.sql.unsafe("begin");
    await promote(first, 1, "production");
    await second.sql`set lock_timeout = '2s'`;
    const [row] = await second.sql`select ml.promote_model('second', 1, 'staging') as reply`;
    assertEquals(row!.reply.to_stage, "staging");
    await first.sql.unsafe("commit");
  });
});

Deno.test("two registrations of one artifact by one run are one version", async () => {
  await withModel("register_twice", 0, async (db) => {
    const [run] = await db.sql`select * from ml.start_run('fixture', 'r', dataset => 'tumours')`;
    const [artifact] = await db.sql`select tests.artifact('a') as sha256`;
    const [first, second] = [await openSession(db, "ml_worker"), await openSession(db, "ml_worker")];
    const register = (session: Session) =>
      session.sql`select * from ml.register_model_version(
        'tumour', ${run!.id}, ${artifact!.sha256}, 100, tests.signature(), 'scikit-learn', 'logistic_regression')`;
    await first.sql.unsafe("begin");
    const [one] = await register(first);
    const waiting = await startBlocked(db, second, () => register(second));
    await first.sql.unsafe("commit");
    assertEquals((await waiting.reply)[0]!.id, one!.id);
    assertEquals(await stages(db), "1 none");
  });
});

Deno.test("versions registered at once are numbered without gaps", async () => {
  await withModel("register_many", 0, async (db) => {
    const sessions = await Promise.all(Array.from({ length: 6 }, () => openSession(db, "engineer")));
    const numbers = await Promise.all(sessions.map(async (session, i) => {
      const [row] = await session.sql`select tests.register('tumour', ${`artifact ${i}`}) as version`;
      return row!.version as number;
    }));
    assertEquals(numbers.sort(), [1, 2, 3, 4, 5, 6]);
    assert((await stages(db)).startsWith("1 none"));
  });
});

Deno.test("a promotion that waited for a pin of evaluation data is judged by it", async () => {
  await withModel("promote_pinned", 1, async (db) => {
    await db.sql`select ml.set_promotion_policy('tumour', 'staging', '{"min": {"accuracy": 0.5}}')`;
    await db.sql`insert into ml.model_evidence (version_id, name, value, details, job_id)
      select id, 'accuracy', 0.9, '{"dataset": "others"}', 5 from ml.model_versions`;
    const [pinning, promoting] = [await openSession(db, "admin"), await openSession(db, "engineer")];
    await pinning.sql.unsafe("begin");
    await pinning.sql`select ml.set_evaluation_data('tumour', 'tumours')`;
    const waiting = await startBlocked(db, promoting, () => promote(promoting, 1, "staging"));
    await pinning.sql.unsafe("commit");
    assertEquals(await refusal(waiting.reply), "promotion_refused");
    assertEquals(await stages(db), "1 none");
  });
});

const retire = ({ sql }: Session) => sql`select ml.retire_feature_view('tumour', 1)`;

async function stageWithoutPolicy(db: TestDatabase): Promise<void> {
  for (const stage of ["staging", "production"]) await db.sql`select ml.set_promotion_policy('tumour', ${stage}, '{}')`;
  await db.sql`select ml.promote_model('tumour', 1, 'staging')`;
}

const toProduction = ({ sql }: Session) => sql`select ml.promote_model('tumour', 1, 'production')`;

Deno.test("a feature view is not retired while a version that reads it is being promoted", async () => {
  await withModel("promote_retire", 1, async (db) => {
    await stageWithoutPolicy(db);
    const [promoting, retiring] = [await openSession(db, "engineer"), await openSession(db, "engineer")];
    await promoting.sql.unsafe("begin");
    await toProduction(promoting);
    const waiting = await startBlocked(db, retiring, () => retire(retiring));
    await promoting.sql.unsafe("commit");
    assertEquals(await refusal(waiting.reply), "view_in_use");
  });
});

Deno.test("a version is not promoted while a feature view that it reads is being retired", async () => {
  await withModel("retire_promote", 1, async (db) => {
    await stageWithoutPolicy(db);
    const [promoting, retiring] = [await openSession(db, "engineer"), await openSession(db, "engineer")];
    await retiring.sql.unsafe("begin");
    await retire(retiring);
    const waiting = await startBlocked(db, promoting, () => toProduction(promoting));
    await retiring.sql.unsafe("commit");
    assertEquals(await refusal(waiting.reply), "view_retired");
    assertEquals((await db.sql`select count(*)::integer as n from ml.deployments`)[0]!.n, 0);
  });
});
