// Ticks and members: what two sessions may do at once.
import { assertEquals } from "@std/assert";
import type postgres from "postgres";
import { withTestDatabase } from "../support/database.ts";
import { asRole, become, ensureMembers, userIds } from "../support/roles.ts";
import { untilBlocked } from "../support/waiting.ts";
import { failureOf, openSession } from "./platform_support.ts";

async function tick(sql: postgres.Sql): Promise<unknown> {
  const [row] = await sql<{ done: unknown }[]>`call ml_private.tick()`;
  return row!.done;
}

Deno.test("a task runs in one of two ticks; the other goes on with what is left", async () => {
  await withTestDatabase({ name: "tick" }, async (db) => {
    await db.sql.unsafe(`
      delete from ml_private.tick_tasks;
      create function ml_private.task_a() returns integer language sql as 'select 0';
      create function ml_private.task_b() returns integer language sql as 'select 0';
      select ml_private.register_tick_task('a', 'ml_private.task_a', interval '1 hour');
      select ml_private.register_tick_task('b', 'ml_private.task_b', interval '1 hour');
    `);
    const first = await openSession(db.connect());
    const second = await openSession(db.connect());
    await first.sql`begin`;
    await first.sql`select ml_private.run_tick_task('a')`;
    assertEquals(await tick(second.sql), { b: 0, webhooks_due: 0 });
    await first.sql`commit`;
    // What the first did counts for the second from here on.
    assertEquals(await tick(second.sql), { webhooks_due: 0 });
  });
});

Deno.test("a step that is broken off is due again, and what was done before it stays done", async () => {
  await withTestDatabase({ name: "tick" }, async (db) => {
    await db.sql.unsafe(`
      delete from ml_private.tick_tasks;
      create table public.done (what text);
      create function ml_private.task_a() returns integer language sql as $$ insert into public.done values ('a') returning 0 $$;
      create function ml_private.task_b() returns integer language sql as $$
        insert into public.done values ('b') returning pg_terminate_backend(pg_backend_pid())::integer $$;
      select ml_private.register_tick_task('a', 'ml_private.task_a', interval '1 hour', urgent => true);
      select ml_private.register_tick_task('b', 'ml_private.task_b', interval '1 hour');
    `);
    const session = await openSession(db.connect());
    // The client may see the reason or only the end of its connection.
    assertEquals(["57P01", "CONNECTION_CLOSED"].includes((await failureOf(tick(session.sql)))![0]!), true);
    assertEquals((await db.sql`select what from public.done`).map((row) => row.what), ["a"]);
    await db.sql`create or replace function ml_private.task_b() returns integer language sql as 'select 0'`;
    assertEquals(await tick(db.sql), { b: 0, webhooks_due: 0 });
  });
});

Deno.test("a task that waits for a lock keeps nothing else locked, its own earlier steps and other tasks done, and gives up", async () => {
  await withTestDatabase({ name: "tick" }, async (db) => {
    await db.sql.unsafe(`
      delete from ml_private.tick_tasks;
      create table public.things (id integer primary key, state text);
      insert into public.things select i, 'new' from generate_series(1, 3) i;
      create function ml_private.task_slow() returns integer language sql as $$
        update public.things set state = 'done' where id = (select min(id) from public.things where state = 'new') returning 1 $$;
      create function ml_private.task_next() returns integer language sql as 'select 0';
      select ml_private.register_tick_task('a_slow', 'ml_private.task_slow', interval '1 hour');
      select ml_private.register_tick_task('next', 'ml_private.task_next', interval '1 hour');
    `);
    const holder = await openSession(db.connect());
    await holder.sql`begin`;
    await holder.sql`select from public.things where id = 2 for update`;
    const ticking = await openSession(db.connect());
    const done = tick(ticking.sql);
    await untilBlocked(db.sql, ticking.pid);
    const seen = await db.sql`select id, state from public.things order by id for update skip locked`;
    assertEquals(seen.map(({ id, state }) => `${id} ${state}`), ["1 done", "3 new"]);
    const [next] = await db.sql`select last_run_at is not null as ran from ml_private.tick_tasks where name = 'next'`;
    assertEquals(next!.ran, true);
    assertEquals(await done, {
      a_slow: { error: "canceling statement due to lock timeout (55P03)" },
      next: 0,
      webhooks_due: 0,
    });
    await holder.sql`rollback`;
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
