import { fromRoot, root } from "./paths.ts";
import { type Finished, runProcess } from "./process.ts";

/** Runs the pinned Supabase CLI in this project against a database, without its usage reports. */
export async function runSupabase(args: string[], url: string, signal: AbortSignal): Promise<Finished> {
  return await runProcess(fromRoot("node_modules/.bin/supabase"), {
    args: [...args, `--remote=${url}`, "--agent", "no"],
    cwd: root,
    // Without it a warning about the missing TLS of this loopback server is printed before the result.
    env: { PGSSLMODE: "disable", DO_NOT_TRACK: "1", SUPABASE_TELEMETRY_DISABLED: "1", NO_COLOR: "1" },
    signal,
    timeoutSeconds: 180,
  });
}
