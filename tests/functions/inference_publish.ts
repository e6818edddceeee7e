// A model that serves in a running stack: its source table, its feature view, and version 1 in production with its artifact in Storage.
import { assertEquals } from "@std/assert";
import { createClient } from "@supabase/supabase-js";
import type { Stack } from "../../scripts/stack/stack.ts";
import { ensureMembers } from "../support/roles.ts";
import { columnsOf, expected, readModel, sha256Hex } from "./inference_support.ts";

const { rows } = expected.boosting!;
const width = rows[0]!.length;

/** A table of measurements, its feature view, and one registered version whose artifact lies in Storage. */
export async function publishModel(stack: Stack): Promise<void> {
  const columns = columnsOf(width).map((column) => column.split(":")[1]!);
  await stack.sql.unsafe(
    `create table public.measurements (patient_id bigint, measured_at timestamptz, ${
      columns.map((column) => `${column} float8`).join(", ")
    })`,
  );
  await stack.sql`insert into public.measurements ${
    stack.sql(rows.map((row, index) => ({
      patient_id: index + 1,
      measured_at: new Date(),
      ...Object.fromEntries(row.map((value, position) => [columns[position], value])),
    })))
  }`;
  await ensureMembers(stack.sql);
  const admin = createClient(stack.url, stack.secretKey, { auth: { persistSession: false } });
  const model = readModel("boosting");
  const sha256 = await sha256Hex(model);
  const { error } = await admin.storage.from("ml-artifacts").upload(sha256, model, {
    contentType: "application/octet-stream",
  });
  assertEquals(error, null);
  await register(stack, columns, sha256, model.byteLength);
}

async function register(stack: Stack, columns: string[], sha256: string, bytes: number): Promise<void> {
  const ml = createClient(stack.url, stack.secretKey, { auth: { persistSession: false }, db: { schema: "ml" } });
  const call = async (name: string, args: Record<string, unknown>) => {
    const { data, error } = await ml.rpc(name, args);
    assertEquals(error, null, name);
    return data;
  };
  await call("register_entity", {
    name: "patient",
    join_keys: [{ name: "patient_id", type: "int64" }],
    description: "",
  });
  await call("register_feature_view", {
    name: "tumour",
    entity: "patient",
    source: "public.measurements",
    event_time: "measured_at",
    features: columns.map((name) => ({ name, type: "float64" })),
  });
  await call("create_experiment", { name: "tumours" });
  const run = await call("start_run", { experiment: "tumours" });
  await call("register_model_version", {
    model: "tumours",
    run_id: run.id,
    artifact_sha256: sha256,
    artifact_bytes: bytes,
    signature: {
      inputs: [{
        name: "features",
        type: "float32",
        shape: [null, width],
        columns: columns.map((name) => ({ feature: `tumour:${name}`, view_version: 1 })),
      }],
      outputs: [{ name: "probabilities", type: "float32", shape: [null, 2] }],
      classes: [0, 1],
      task: "classification",
    },
    framework: "scikit-learn",
    model_type: "gradient_boosting",
  });
  for (const stage of ["staging", "production"]) {
    await call("set_promotion_policy", { model: "tumours", stage, requirements: {} });
    await call("promote_model", { model: "tumours", version: 1, stage });
  }
}
