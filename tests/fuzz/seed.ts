// A few real things under the names that values.ts knows, so that some calls get past "there is no such …".
import type { Stack } from "../../scripts/stack/stack.ts";
import { userIds } from "../support/roles.ts";

/** Makes them through the API as service_role and returns ids to call with. */
export async function seedForFuzz(stack: Stack): Promise<string[]> {
  const call = async (name: string, args: Record<string, unknown>): Promise<Record<string, unknown>> => {
    const response = await fetch(`${stack.url}/rest/v1/rpc/${name}`, {
      method: "POST",
      headers: { apikey: stack.secretKey, "content-type": "application/json", "content-profile": "ml" },
      body: JSON.stringify(args),
    });
    const body = await response.json();
    if (!response.ok) throw new Error(`cannot prepare the fuzz test: ${name}: ${JSON.stringify(body)}`);
    return (Array.isArray(body) ? body[0] : body) as Record<string, unknown>;
  };
  await addUsers(stack);
  for (const role of ["viewer", "engineer", "admin"] as const) {
    await call("add_member", { user_id: userIds[role], role });
  }
  await stack.sql(`create table public.fuzz_source (id bigint, score double precision, label integer, at timestamptz)`);
  await stack.sql(`insert into public.fuzz_source values (1, 0.5, 0, now()), (2, 0.7, 1, now())`);
  await call("enqueue_job", { kind: "fuzz", queue: "default" });
  await call("enqueue_job", { kind: "fuzz", queue: "training" });
  await call("create_experiment", { name: "fuzz" });
  const run = await call("start_run", { experiment: "fuzz" });
  await call("register_entity", { name: "fuzz", join_keys: [{ name: "id", type: "int64" }], description: "" });
  await call("register_feature_view", {
    name: "fuzz",
    entity: "fuzz",
    source: "public.fuzz_source",
    event_time: "at",
    features: [{ name: "score", type: "float64" }],
  });
  return [String(run["id"]), userIds.viewer, userIds.stranger];
}

async function addUsers(stack: Stack) {
  for (const id of Object.values(userIds)) {
    await stack.sql(`insert into auth.users (id) values ('${id}') on conflict do nothing`);
  }
}
