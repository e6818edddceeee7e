// The functions' way to the database, under a login that may become every caller's role and nothing else: who the database sees, and what it decides.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { callerOf } from "../../supabase/functions/_shared/caller.ts";
import { type AsCaller, databaseOf } from "../../supabase/functions/_shared/database.ts";
import { isDatabaseError } from "../../supabase/functions/_shared/errors.ts";
import { ConnectionFailure, Pool } from "../../supabase/functions/_shared/pool.ts";
import { testDatabase } from "../support/database.ts";
import { type Caller, callers, claimsOf, databaseRole, ensureMembers, userIds } from "../support/roles.ts";
import { countFlights } from "./counting_proxy.ts";

const database = await testDatabase();
const { sql } = database;
await ensureMembers(sql);
const login = new URL(database.url);
login.username = `functions_${crypto.randomUUID().slice(0, 8)}`;
login.password = "a-password";
await sql.unsafe(`
  create role ${login.username} login noinherit password '${login.password}';
  grant anon, authenticated, service_role, ml_worker to ${login.username};
  create table public.written (at timestamptz default clock_timestamp(), role text default current_user);
  grant all on public.written to public;
  -- Listed in the calls, and free to be what the tests need: it says who calls.
  create or replace function ml.model_health_report(model text, look_back interval default '24:00:00') returns jsonb
  language plpgsql volatile security invoker as $$
  begin
    if model = 'wait' then perform pg_sleep(0.05); end if;
    if model = 'fail' then raise exception using errcode = 'PT409', message = 'no', detail = 'told_to_fail'; end if;
    insert into public.written default values;
    return jsonb_build_object('current_user', current_user, 'session_user', session_user, 'role', current_setting('role'),
      'claims', current_setting('request.jwt.claims')::jsonb, 'uid', auth.uid(), 'timeout', current_setting('statement_timeout'),
      'path', current_setting('search_path'), 'model', model);
  end $$;
  grant execute on function ml.model_health_report(text, interval) to anon, ml_worker;
  create function public.for_servers() returns text language sql volatile security invoker set search_path = '' as 'select current_user';
  revoke all on function public.for_servers() from public;
  grant usage on schema ml to anon;
`);
const pool = new Pool(login.href, { connections: 1 });
const asCaller = databaseOf(() => pool);
Deno.test.afterAll(async () => {
  await pool.end();
  await sql.unsafe(`drop owned by ${login.username}`);
  await database.drop();
});

const as = (who: Caller, through: AsCaller = asCaller) => through(callerOf(claimsOf(who)));
const written = async () => (await sql`select count(*)::int as rows from public.written`)[0]!.rows as number;

interface Seen {
  current_user: string;
  session_user: string;
  role: string;
  claims: Record<string, string>;
  uid: string | null;
  timeout: string;
  path: string;
  model: string;
}

async function lookAs(who: Caller, model = "x", through?: AsCaller): Promise<Seen> {
  return await as(who, through).call("model_health_report", { model }) as unknown as Seen;
}

/** What a call came to: the value, or the SQLSTATE of its refusal. */
async function outcome(call: Promise<unknown>): Promise<unknown> {
  return await call.catch((error) => isDatabaseError(error) ? error.code : error);
}

const statement = (text: string) => ({ text, parameters: [] });

for (const who of callers) {
  Deno.test(`${who} is seen with its own role and claims, and held to that role's time`, async () => {
    const seen = await lookAs(who);
    const role = databaseRole(who);
    assertEquals([seen.current_user, seen.role, seen.session_user], [role, role, login.username]);
    assertEquals([seen.claims, seen.uid], [claimsOf(who), claimsOf(who).sub ?? null]);
    assertEquals([seen.timeout, seen.path], [who === "anon" ? "3s" : "8s", "ml, public, extensions"]);
  });
}

const denied = "42501";
const decisions: Record<Caller, [role: unknown, engineer: unknown, admin: unknown, service: unknown]> = {
  anon: [denied, denied, denied, denied],
  stranger: ["none", denied, denied, denied],
  viewer: ["viewer", denied, denied, denied],
  engineer: ["engineer", "made", denied, denied],
  admin: ["admin", "made", "added", denied],
  ml_worker: ["ml_worker", "made", denied, denied],
  service_role: ["service_role", "made", "added", 0],
};

for (const who of callers) {
  Deno.test(`what ${who} may is the database's decision under that role`, async () => {
    const { call } = as(who);
    const name = `by ${who}`;
    assertEquals([
      await outcome(call("get_my_role", {} as never)),
      await outcome(call("create_experiment", { name }).then((made) => made.name === name && "made")),
      await outcome(
        call("add_member", { user_id: userIds.viewer, role: "viewer" }).then((row) => row.role === "viewer" && "added"),
      ),
      await outcome(call("log_predictions", { predictions: [] })),
    ], decisions[who]);
  });
}

Deno.test("rows come as rows, and of an empty set as none", async () => {
  const { call } = as("service_role");
  await call("register_webhook_endpoint", { url: "http://127.0.0.1:9/", event_types: ["job.failed"] });
  await sql`select ml_private.emit('ml:jobs', 'job.failed', ${
    sql.json({ id: 9007199254740991, text: "größer '\"\\" })
  })`;
  const [row, ...others] = await call("claim_webhook_deliveries", { max_deliveries: 5 });
  assertEquals([row?.payload, row?.attempt, others], [{ id: 9007199254740991, text: "größer '\"\\" }, 1, []]);
  assertEquals(await call("claim_webhook_deliveries", {}), []);
});

Deno.test("a function that returns nothing is called, and gives nothing", async () => {
  const { call } = as("admin");
  await sql`insert into auth.users (id) values (${userIds.ml_worker}) on conflict do nothing`;
  await call("add_member", { user_id: userIds.ml_worker, role: "viewer" });
  assertEquals(await call("remove_member", { user_id: userIds.ml_worker }) ?? null, null);
  assertEquals(await outcome(call("remove_member", { user_id: userIds.ml_worker })), "PT404");
});

Deno.test("arguments are data, whatever they hold", async () => {
  for (const model of ["'; drop table ml.jobs; --", '"$1', "\\", "\u2028", "x".repeat(5_000_000)]) {
    assertEquals((await lookAs("viewer", model)).model, model);
  }
});

Deno.test("a call is one flight over the network, with its role, claims and commit, whatever the size of the claims", async () => {
  await using proxy = countFlights(login.href);
  const distant = new Pool(proxy.url, { connections: 1 });
  try {
    const { call } = databaseOf(() => distant)(callerOf({ ...claimsOf("viewer"), app_metadata: "x".repeat(2_000) }));
    await call("get_my_role", {} as never);
    proxy.flights();
    assertEquals(await call("get_my_role", {} as never), "viewer");
    assertEquals(proxy.flights(), 1);
  } finally {
    await distant.end();
  }
});

Deno.test("calls that follow on one connection see nothing of each other, failed ones included", async () => {
  const models = ["x", "fail", "wait"];
  const all = Array.from({ length: 210 }, (_, i) => ({ who: callers[i % 7]!, model: models[i % 3]! }));
  await Promise.all(all.map(async ({ who, model }) => {
    const seen = await outcome(lookAs(who, model));
    if (model === "fail") assertEquals(seen, "PT409");
    else assertEquals([(seen as Seen).current_user, (seen as Seen).claims], [databaseRole(who), claimsOf(who)]);
  }));
  const left = {
    text: "select current_setting('role') as role, current_setting('request.jwt.claims', true) as claims",
    parameters: [],
  };
  const [session] = await pool.transaction([left], 1000);
  assertEquals({ ...session }, { role: "none", claims: "" });
});

Deno.test("without the role nothing is called: not as the login, whatever became of taking the role", async () => {
  const before = await written();
  const owner = new Pool(database.url, { connections: 1 });
  const roleless = databaseOf(() => ({
    transaction: (statements, limit) => owner.transaction(statements.slice(1), limit),
  }));
  try {
    await assertRejects(
      () => lookAs("viewer", "x", roleless),
      Error,
      "was not called: the role authenticated was not taken",
    );
    await assertRejects(
      () => as("service_role", roleless).call("claim_webhook_deliveries", {}),
      Error,
      "was not called",
    );
    assertEquals(await written(), before);
  } finally {
    await owner.end();
  }
});

Deno.test("a role that the login may not take is refused, and nothing is called", async () => {
  const before = await written();
  await sql.unsafe(`revoke ml_worker from ${login.username}`);
  try {
    assertEquals(await outcome(lookAs("ml_worker")), denied);
  } finally {
    await sql.unsafe(`grant ml_worker to ${login.username}`);
  }
  assertEquals([await written(), (await lookAs("ml_worker")).current_user], [before, "ml_worker"]);
});

Deno.test("why the role is taken in a statement of its own: within one, a function is called that the role may not call", async () => {
  const owner = new Pool(database.url, { connections: 1 });
  const become = "set_config('role', 'anon', true) as role";
  try {
    const within = statement(
      `with b as materialized (select ${become}) select public.for_servers() as ran_as from b where role = 'anon'`,
    );
    assertEquals((await owner.transaction([within], 1000))[0]!.ran_as, "anon");
    const apart = [statement(`select ${become}`), statement("select public.for_servers()")];
    assertEquals(await outcome(owner.transaction(apart, 1000)), denied);
  } finally {
    await owner.end();
  }
});

Deno.test("a call that takes too long is ended by the server, and the connection serves on", async () => {
  const slow = [statement("select set_config('statement_timeout', '50', true)"), statement("select pg_sleep(5)")];
  assertEquals(await outcome(pool.transaction(slow, 1000)), "57014");
  assertEquals((await lookAs("engineer")).current_user, "authenticated");
});

Deno.test("what is refused at the end of the transaction is an error, not an answer", async () => {
  await sql`create table public.parents (id int primary key)`;
  await sql`create table public.children (id int references public.parents deferrable initially deferred)`;
  const late = [statement("insert into public.children values (7)")];
  const owner = new Pool(database.url, { connections: 1 });
  try {
    assertEquals(await outcome(owner.transaction(late, 1000)), "23503");
    assertEquals((await owner.transaction([statement("select 1 as one")], 1000))[0]!.one, 1);
  } finally {
    await owner.end();
  }
});

Deno.test("a connection that is lost in the middle is said, and the next call has another", async () => {
  const owner = new Pool(database.url, { connections: 1 });
  try {
    const leave = [statement("select pg_terminate_backend(pg_backend_pid())"), statement("select pg_sleep(1)")];
    await assertRejects(() => owner.transaction(leave, 1000), ConnectionFailure);
    assertEquals((await owner.transaction([statement("select 1 as one")], 1000))[0]!.one, 1);
  } finally {
    await owner.end();
  }
});

Deno.test("a server that falls silent is given up, and its connections with it", async () => {
  await using proxy = countFlights(login.href);
  const distant = new Pool(proxy.url, { connections: 1, graceMs: 100 });
  try {
    assertEquals((await distant.transaction([statement("select 1 as one")], 100))[0]!.one, 1);
    proxy.goSilent();
    await assertRejects(() => distant.transaction([statement("select 1")], 100), ConnectionFailure, "has not answered");
  } finally {
    await distant.end();
  }
});

Deno.test("who waits too long for a connection is told so, and the connection is not lost with the one who waited", async () => {
  const narrow = new Pool(login.href, { connections: 1, patienceMs: 100 });
  const patient = new Pool(login.href, { connections: 1 });
  const [slow, quick] = [[statement("select pg_sleep(0.4)")], [statement("select 1 as one")]];
  try {
    await narrow.transaction(quick, 1000);
    const [long, ...others] = [slow, quick, quick].map((statements) => narrow.transaction(statements, 1000));
    for (const other of others) {
      await assertRejects(() => other!, ConnectionFailure, "no connection was free within 0.1 s");
    }
    await long;
    assertEquals((await narrow.transaction(quick, 1000))[0]!.one, 1);
    const [, waited] = await Promise.all([patient.transaction(slow, 1000), patient.transaction(quick, 1000)]);
    assertEquals(waited[0]!.one, 1);
  } finally {
    await Promise.all([narrow.end(), patient.end()]);
  }
});

Deno.test("a caller who goes away ends nothing of the others'", async () => {
  const leaving = lookAs("admin", "wait");
  const staying = lookAs("viewer");
  leaving.catch(() => {});
  const seen = await staying;
  assert(seen.claims.sub === userIds.viewer);
  await leaving;
});
