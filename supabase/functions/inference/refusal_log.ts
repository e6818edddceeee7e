// Rows that were refused for what they lacked are written down after the reply: which inputs had no value, never a value.
import type { ApiError, DatabaseError } from "../_shared/errors.ts";
import type { UnusableRows } from "./failures.ts";
import type { Cell, LoggedRefusal, RefusedRow, Resolution } from "./schema.ts";
import { toHex, uuidV7 } from "./uuid.ts";

type Target = Pick<Resolution, "model_id" | "version_id" | "purpose">;

/** A refused request with what the log keeps of it; its reply is that of the error within. */
export class RefusedRequest extends Error {
  readonly reply: ApiError | DatabaseError;
  readonly target: Target;
  /** Asked for after the reply: digests of a thousand rows take their time. */
  readonly rows: () => Promise<RefusedRow[]>;

  constructor(reply: ApiError | DatabaseError, target: Target, rows: () => Promise<RefusedRow[]>) {
    super(reply.message);
    this.reply = reply;
    this.target = target;
    this.rows = rows;
  }
}

/** Equal rows count once, so a row without an entity is told from others by a digest. */
async function digest(values: readonly (Cell | null)[]): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(values));
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))).slice(0, 32);
}

export function refuseRows(error: UnusableRows, resolution: Resolution): RefusedRequest {
  const rows = [...error.rows, ...error.others.map((row) => ({ ...row, code: "other_row_refused" as const }))];
  return new RefusedRequest(
    error,
    resolution,
    () =>
      Promise.all(rows.map(async ({ row, missing, code, usable }) => ({
        row_key: resolution.entity_keys?.[row] ?? await digest(usable),
        missing,
        code,
      }))),
  );
}

export interface RefusalLogOptions {
  write(rows: LoggedRefusal[]): Promise<void>;
  report(line: string): void;
}

// A caller that repeats a bad request as fast as it can takes no more of the database than this; what is over is dropped and counted.
const maxInFlight = 4;

export class RefusalLog {
  readonly #options: RefusalLogOptions;
  #inFlight = 0;
  #lost = 0;
  #full = false;

  constructor(options: RefusalLogOptions) {
    this.#options = options;
  }

  /** Once, without another try: refusals are counted for their share, and a database in trouble has no use for more work. */
  async write({ target, rows }: RefusedRequest, refusedAt: number, requestedBy: string | null): Promise<void> {
    // A test of a version says nothing of what live requests lack.
    if (target.purpose !== "live") return;
    if (this.#inFlight >= maxInFlight) return this.#drop(target);
    this.#inFlight++;
    try {
      await this.#options.write(
        (await rows()).map((row) => ({
          ...row,
          id: uuidV7(refusedAt),
          refused_at: new Date(refusedAt).toISOString(),
          model_id: target.model_id,
          version_id: target.version_id,
          requested_by: requestedBy,
        })),
      );
    } catch (error) {
      this.#lost++;
      this.#report("refusal_log_failed", target, error instanceof Error ? error.message : String(error));
    } finally {
      this.#inFlight--;
      if (this.#inFlight === 0) this.#full = false;
    }
  }

  /** Said once a rush, not once a request: the lines would be as many as the rows that are not written. */
  #drop(target: Target): void {
    this.#lost++;
    if (!this.#full) this.#report("refusal_log_full", target, `${maxInFlight} writes are under way`);
    this.#full = true;
  }

  #report(event: string, { version_id }: Target, error: string): void {
    this.#options.report(JSON.stringify({ event, version_id, requests_lost_since_start: this.#lost, error }));
  }
}
