// Two sessions at once: predictions beside a promotion, promotions beside each other, the log written twice.
import { assertEquals } from "@std/assert";
import type postgres from "postgres";
import { withTestDatabase } from "../support/database.ts";
import { asRole } from "../support/roles.ts";
import type { Form, TestDatabase } from "../support/database.ts";
import { backendPid, untilBlocked } from "../support/waiting.ts";

async function withModel(form: Form, body: (db: TestDatabase) => Promise<void>): Promise<void> {
  const fixture = await Deno.readTextFile(new URL("../sql/60_serving/fixture.psql", import.meta.url));
  await withTestDatabase({ form, name: "serving" }, async (db) => {
    // psql's own commands only silence it.
    await db.sql.begin((tx) => tx.unsafe(fixture.replaceAll(/^\\.*$/gm, "")));
    await db.sql.begin((tx) => tx`select tests.deploy(1)`);
    for (const version of [2, 3]) {
      await asRole(db.sql, "engineer", (tx) => tx`select ml.promote_model('tumours', ${version}, 'staging')`);
    }
    await body(db);
  });
}

interface Held {
  pid: number;
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

/** Runs the body in a transaction of its own and leaves that open. */
async function hold(
  db: TestDatabase,
  who: "engineer" | "service_role",
  body: (tx: postgres.TransactionSql) => Promise<unknown>,
): Promise<Held> {
  const ready = Promise.withResolvers<number>();
  const end = Promise.withResolvers<"commit" | "rollback">();
  const done = asRole(db.connect(), who, async (tx) => {
    await body(tx);
    ready.resolve(await backendPid(tx));
    if (await end.promise === "rollback") throw new Error("rolled back on purpose");
  });
  done.catch(ready.reject);
  return {
    pid: await ready.promise,
    commit: async () => {
      end.resolve("commit");
      await done;
    },
    rollback: async () => {
      end.resolve("rollback");
      await done.catch(() => {});
    },
  };
}

async function servedVersion(sql: postgres.Sql): Promise<number> {
  return await asRole(sql, "viewer", async (tx) => {
    await tx`set local statement_timeout = '5s'`;
    const [row] = await tx<{ version: number }[]>`
      select (ml.resolve_prediction('tumours', '{"patient_id": [1]}') ->> 'version')::integer as version`;
    return row!.version;
  });
}

const promote = (version: number) => (tx: postgres.TransactionSql) =>
  tx`select ml.promote_model('tumours', ${version}, 'production')`;

Deno.test("while a promotion runs the old version answers without waiting, after its commit the new one does", async () => {
  await withModel("timescale", async (db) => {
    const promotion = await hold(db, "engineer", promote(2));
    assertEquals(await servedVersion(db.sql), 1);
    await promotion.commit();
    assertEquals(await servedVersion(db.sql), 2);
  });
});

Deno.test("a promotion that is rolled back never serves", async () => {
  await withModel("timescale", async (db) => {
    const promotion = await hold(db, "engineer", promote(2));
    await promotion.rollback();
    assertEquals(await servedVersion(db.sql), 1);
  });
});

Deno.test("of two promotions at once the later one serves, as the registry says", async () => {
  await withModel("timescale", async (db) => {
    const first = await hold(db, "engineer", promote(2));
    const session = db.connect();
    const pid = await backendPid(session);
    const second = asRole(session, "engineer", promote(3));
    await untilBlocked(db.sql, pid);
    await first.commit();
    await second;
    const rows = await db.sql`
      select v.version, v.stage, p.version as previous
      from ml.deployments d
      join ml.model_versions v on v.id = d.version_id
      join ml.model_versions p on p.id = d.previous_version_id`;
    assertEquals([...rows], [{ version: 3, stage: "production", previous: 2 }]);
  });
});

/** One session logs twenty predictions and holds its transaction open, another logs the same and waits for it. */
async function logTwice(db: TestDatabase): Promise<{ first: Held; second: Promise<number> }> {
  const [made] = await db.sql<{ rows: postgres.JSONValue }[]>`
    select jsonb_agg(tests.prediction()) as rows from generate_series(1, 20)`;
  const log = async (tx: postgres.TransactionSql) => {
    const [row] = await tx<{ logged: number }[]>`select ml.log_predictions(${tx.json(made!.rows)}) as logged`;
    return row!.logged;
  };
  const first = await hold(db, "service_role", log);
  const session = db.connect();
  const pid = await backendPid(session);
  const second = asRole(session, "service_role", log);
  await untilBlocked(db.sql, pid);
  return { first, second };
}

for (const form of ["timescale", "native"] as const) {
  Deno.test(`the same predictions logged by two sessions at once are there once (${form})`, async () => {
    await withModel(form, async (db) => {
      const { first, second } = await logTwice(db);
      await first.commit();
      assertEquals(await second, 0);
      const [count] = await db.sql<{ n: number }[]>`select count(*)::integer as n from ml.predictions`;
      assertEquals(count!.n, 20);
    });
  });

  Deno.test(`when the first of two such sessions fails, the second logs them (${form})`, async () => {
    await withModel(form, async (db) => {
      const { first, second } = await logTwice(db);
      await first.rollback();
      assertEquals(await second, 20);
    });
  });
}
