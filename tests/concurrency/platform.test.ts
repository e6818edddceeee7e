// Ticks and members: what two sessions may do at once.
import { assertEquals } from "@std/assert";
import { withTestDatabase } from "../support/database.ts";
import { asRole, become, ensureMembers, userIds } from "../support/roles.ts";
import { untilBlocked } from "../support/waiting.ts";
import { failureOf, openSession } from "./platform_support.ts";

Deno.test("a task runs in one of two ticks; the other goes on with what is left", async () => {
  await withTestDatabase({ name: "tick" }, async (db) => {
    await db.sql.unsafe(`
      delete from ml_private.tick_tasks;
      create function ml_private.task_a() returns integer language sql as 'select 1';
      create function ml_private.task_b() returns integer language sql as 'select 2';
      select ml_private.register_tick_task('a', 'ml_private.task_a', interval '1 hour', 1);
      select ml_private.register_tick_task('b', 'ml_private.task_b', interval '1 hour', 2);
    `);
    const first = await openSession(db.connect());
    const second = await openSession(db.connect());
    await first.sql`begin`;
    await first.sql`select ml_private.run_tick_task('a')`;
    const [tick] = await second.sql<{ tick: unknown }[]>`select ml_private.tick() as tick`;
    assertEquals(tick!.tick, { b: 2, webhooks_due: 0 });
    await first.sql`commit`;
    // What the first did counts for the second from here on.
    const [again] = await second.sql<{ tick: unknown }[]>`select ml_private.tick() as tick`;
    assertEquals(again!.tick, { webhooks_due: 0 });
  });
});

Deno.test("a task whose tick was rolled back is due again", async () => {
  await withTestDatabase({ name: "tick" }, async (db) => {
    await db.sql.unsafe(`
      delete from ml_private.tick_tasks;
      create function ml_private.task_a() returns integer language sql as 'select 1';
      select ml_private.register_tick_task('a', 'ml_private.task_a', interval '1 hour');
    `);
    const first = await openSession(db.connect());
    await first.sql`begin`;
    await first.sql`select ml_private.tick()`;
    await first.sql`rollback`;
    const [tick] = await db.sql<{ tick: unknown }[]>`select ml_private.tick() as tick`;
    assertEquals(tick!.tick, { a: 1, webhooks_due: 0 });
  });
});

const other = "00000000-0000-4000-8000-00000000aaaa";

for (
  const [what, statement] of [
    ["remove", (user: string) => `select ml.remove_member('${user}')`],
    ["demote", (user: string) => `select ml.add_member('${user}', 'viewer')`],
  ] as const
) {
  Deno.test(`two admins who ${what} each other at once: one admin is left`, async () => {
    await withTestDatabase({ name: "members" }, async (db) => {
      await ensureMembers(db.sql);
      await db.sql`insert into auth.users (id, email) values (${other}, 'other@example.com')`;
      await db.sql`insert into ml.members (user_id, role) values (${other}, 'admin')`;
      const first = await openSession(db.connect());
      const second = await openSession(db.connect());
      const actAs = (user: string) =>
        `begin; select set_config('request.jwt.claims', '{"role":"authenticated","sub":"${user}"}', true); set local role authenticated`;
      await first.sql.unsafe(actAs(userIds.admin));
      await second.sql.unsafe(actAs(other));
      await first.sql.unsafe(statement(other));
      const late = failureOf(second.sql.unsafe(statement(userIds.admin)).execute());
      await untilBlocked(db.sql, second.pid);
      await first.sql`commit`;
      // The second is no admin any more by the time its turn comes.
      assertEquals(await late, ["42501", "permission_denied"]);
      await second.sql`rollback`;
      const admins = await db.sql`select user_id from ml.members where role = 'admin'`;
      assertEquals(admins.map((row) => row.user_id), [userIds.admin]);
    });
  });
}

Deno.test("two sessions that add the same member at once: the later role counts", async () => {
  await withTestDatabase({ name: "members" }, async (db) => {
    await db.sql`insert into auth.users (id, email) values (${other}, 'other@example.com')`;
    const second = await openSession(db.connect());
    let late: Promise<unknown> | undefined;
    await asRole(db.sql, "service_role", async (tx) => {
      await tx`select ml.add_member(${other}, 'viewer')`;
      late = second.sql.begin(async (tx) => {
        await become(tx, "service_role");
        await tx`select ml.add_member(${other}, 'engineer')`;
      });
      await untilBlocked(tx as unknown as typeof db.sql, second.pid);
    });
    await late;
    const [member] = await db.sql`select role from ml.members where user_id = ${other}`;
    assertEquals(member!.role, "engineer");
  });
});
