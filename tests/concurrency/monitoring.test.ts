// Drift checks beside promotions and beside each other.
import { assertEquals } from "@std/assert";
import type { TestDatabase } from "../support/database.ts";
import { become } from "../support/roles.ts";
import { backendPid } from "../support/waiting.ts";
import { openSession, type Session, startBlocked, withModel } from "./registry_support.ts";

/** Version 1 in production, version 2 in staging, no policy in the way. */
async function deployFirst(db: TestDatabase): Promise<void> {
  for (const stage of ["staging", "production"]) {
    await db.sql`select ml.set_promotion_policy('tumour', ${stage}, '{}')`;
  }
  for (const [version, stage] of [[1, "staging"], [2, "staging"], [1, "production"]] as const) {
    await db.sql`select ml.promote_model('tumour', ${version}, ${stage})`;
  }
  await db.sql`select ml.set_monitor('tumour', '{"check_every": "0"}')`;
}

/** 60 live predictions of the deployed version, with both features far beyond anything in training. */
async function serveDrift(db: TestDatabase): Promise<void> {
  await db.sql`
    insert into ml.predictions (id, served_at, model_id, version_id, features, output, score, request_id, latency_ms)
    select gen_random_uuid(), clock_timestamp(), d.model_id, d.version_id, jsonb_build_array(1000 + i, 50 + i), '{}', 0.5, gen_random_uuid(), 1
    from ml.deployments d, generate_series(1, 60) as i`;
}

async function ownerSession(db: TestDatabase): Promise<Session> {
  const sql = db.connect();
  return { sql, pid: await backendPid(sql) };
}

const check = ({ sql }: Session) =>
  sql<{ id: string | null }[]>`select (ml_private.run_drift_check(model_id)).id from ml.monitors`;

async function alerts(db: TestDatabase): Promise<string[]> {
  const rows = await db.sql`
    select v.version, a.kind, a.state from ml.alerts a join ml.model_versions v on v.id = a.version_id order by a.id`;
  return rows.map((row) => `${row.version} ${row.kind} ${row.state}`);
}

Deno.test("a promotion waits for a drift check under way and resolves the alert that it raised", async () => {
  await withModel("drift_promote", 2, async (db) => {
    await deployFirst(db);
    await serveDrift(db);
    const [checking, promoting] = [await ownerSession(db), await openSession(db, "engineer")];
    await checking.sql.unsafe("begin");
    await check(checking);
    const waiting = await startBlocked(db, promoting, () => {
      return promoting.sql`select ml.promote_model('tumour', 2, 'production')`;
    });
    await checking.sql.unsafe("commit");
    await waiting.reply;
    assertEquals(await alerts(db), ["1 data_drift resolved"]);
    await serveDrift(db);
    await db.sql`select ml_private.check_next_monitor()`;
    assertEquals(await alerts(db), ["1 data_drift resolved", "2 data_drift open"]);
  });
});

Deno.test("a tick that finds the deployment in a promotion's hands waits without holding the monitor that the promotion needs", async () => {
  await withModel("tick_promote", 2, async (db) => {
    await deployFirst(db);
    await serveDrift(db);
    const [ticking, promoting] = [await ownerSession(db), await ownerSession(db)];
    await promoting.sql.unsafe("begin");
    // What a promotion locks before it comes to the monitor.
    await promoting.sql`select from ml.deployments for update`;
    const waiting = await startBlocked(
      db,
      ticking,
      () => ticking.sql`select ml_private.check_next_monitor() as checked`,
    );
    await become(promoting.sql, "service_role");
    await promoting.sql`select ml.promote_model('tumour', 2, 'production')`;
    await promoting.sql.unsafe("commit");
    await waiting.reply;
    assertEquals((await db.sql`select last_error from ml.monitors`)[0]!.last_error, null);
    assertEquals(await alerts(db), []);
  });
});

Deno.test("a check that cannot have its lock leaves the error of the last one, and the next that goes well clears it", async () => {
  await withModel("busy_check", 2, async (db) => {
    await deployFirst(db);
    await serveDrift(db);
    const [holding, ticking] = [await ownerSession(db), await ownerSession(db)];
    const look = async () => {
      const [{ checked }] = await ticking.sql`select ml_private.check_next_monitor() as checked` as [
        { checked: number },
      ];
      const [monitor] = await db.sql`select last_error, visited_at is not null as visited from ml.monitors`;
      return [checked, monitor!.last_error, monitor!.visited];
    };
    await db.sql`update ml.monitors set last_error = 'the disk is full'`;
    await ticking.sql.unsafe("set lock_timeout = '100ms'");
    await holding.sql.unsafe("begin");
    await holding.sql`select from ml.deployments for update`;
    assertEquals(await look(), [0, "the disk is full", true]);
    await holding.sql.unsafe("rollback");
    assertEquals(await look(), [1, null, true]);
  });
});

Deno.test("a drift check waits for a promotion under way and looks at the version that it deployed", async () => {
  await withModel("promote_drift", 2, async (db) => {
    await deployFirst(db);
    await serveDrift(db);
    const [checking, promoting] = [await ownerSession(db), await openSession(db, "engineer")];
    await promoting.sql.unsafe("begin");
    await promoting.sql`select ml.promote_model('tumour', 2, 'production')`;
    const waiting = await startBlocked(db, checking, () => check(checking));
    await promoting.sql.unsafe("commit");
    assertEquals((await waiting.reply)[0]!.id, null, "version 2 has no predictions yet");
    assertEquals(await alerts(db), []);
  });
});

Deno.test("two checks of one model take turns, and the second finds nothing left to check", async () => {
  await withModel("drift_twice", 1, async (db) => {
    for (const stage of ["staging", "production"]) {
      await db.sql`select ml.set_promotion_policy('tumour', ${stage}, '{}')`;
      await db.sql`select ml.promote_model('tumour', 1, ${stage})`;
    }
    await serveDrift(db);
    const [first, second] = [await ownerSession(db), await ownerSession(db)];
    await first.sql.unsafe("begin");
    await check(first);
    const waiting = await startBlocked(db, second, () => check(second));
    await first.sql.unsafe("commit");
    assertEquals((await waiting.reply)[0]!.id, null);
    const [row] = await db.sql`select count(*)::int as checks, min(row_count)::int as rows from ml.drift_checks`;
    assertEquals([row!.checks, row!.rows], [1, 60]);
  });
});

Deno.test("feedback sent twice at once is one row with what both said", async () => {
  await withModel("feedback_twice", 1, async (db) => {
    for (const stage of ["staging", "production"]) {
      await db.sql`select ml.set_promotion_policy('tumour', ${stage}, '{}')`;
      await db.sql`select ml.promote_model('tumour', 1, ${stage})`;
    }
    await serveDrift(db);
    const [prediction] = await db.sql`select id from ml.predictions limit 1`;
    const [first, second] = [await openSession(db, "viewer"), await openSession(db, "viewer")];
    await first.sql.unsafe("begin");
    await first.sql`select ml.submit_feedback(${prediction!.id}, 'benign')`;
    const waiting = await startBlocked(db, second, () => {
      return second.sql`select ml.submit_feedback(${prediction!.id}, rating => 4)`;
    });
    await first.sql.unsafe("commit");
    await waiting.reply;
    const rows = await db.sql`select actual, rating from ml.feedback`;
    assertEquals(rows.map(({ actual, rating }) => [actual, rating]), [["benign", 4]]);
  });
});

Deno.test("a check that finds drift while somebody resolves its alert waits, reopens it and says so", async () => {
  await withModel("alert_resolved", 1, async (db) => {
    for (const stage of ["staging", "production"]) {
      await db.sql`select ml.set_promotion_policy('tumour', ${stage}, '{}')`;
      await db.sql`select ml.promote_model('tumour', 1, ${stage})`;
    }
    await serveDrift(db);
    await db.sql`select ml_private.check_next_monitor()`;
    await serveDrift(db);
    const [checking, person] = [await ownerSession(db), await openSession(db, "engineer")];
    await person.sql.unsafe("begin");
    await person.sql`select ml.resolve_alert((select id from ml.alerts), 'recalibrated')`;
    const waiting = await startBlocked(db, checking, () => check(checking));
    await person.sql.unsafe("commit");
    await waiting.reply;
    const changes = await db.sql`select event, state from ml.alert_changes order by id`;
    assertEquals(changes.map(({ event, state }) => `${event} ${state}`), [
      "opened open",
      "resolved resolved",
      "reopened open",
    ]);
  });
});
