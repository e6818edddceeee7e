// The prediction log is written after the reply: the caller never waits for it, and a failure is counted and said on stderr.
import type { Answer } from "./predict.ts";
import type { Cell, LoggedPrediction, Resolution } from "./schema.ts";

export interface Served {
  resolution: Resolution;
  rows: Cell[][];
  answers: Answer[];
  ids: string[];
  servedAt: number;
  latencyMs: number;
  requestedBy: string | null;
}

export function toLogRows(served: Served): LoggedPrediction[] {
  const { resolution, rows, answers } = served;
  return answers.map((answer, index) => ({
    id: served.ids[index]!,
    served_at: new Date(served.servedAt).toISOString(),
    model_id: resolution.model_id,
    version_id: resolution.version_id,
    entity_key: resolution.entity_keys?.[index] ?? null,
    entity: resolution.entities?.[index] ?? null,
    features: rows[index]!.map((value) => Number.isNaN(value) || value === "" ? null : value),
    output: { probabilities: answer.probabilities },
    predicted_label: String(answer.label),
    score: answer.score,
    // Any of its ids names a request as well as another would.
    request_id: served.ids[0]!,
    latency_ms: served.latencyMs,
    purpose: resolution.purpose,
    requested_by: served.requestedBy,
  }));
}

export interface PredictionLogOptions {
  write(rows: LoggedPrediction[]): Promise<void>;
  sleep(milliseconds: number): Promise<void>;
  report(line: string): void;
}

// Writing again is safe: the database ignores ids that it has. Together under 4 s, within what the platform leaves a function after its reply.
const retryAfter = [250, 1000, 2500];

export class PredictionLog {
  readonly #options: PredictionLogOptions;
  #lost = 0;

  constructor(options: PredictionLogOptions) {
    this.#options = options;
  }

  /** Predictions that this instance could not log since it started. */
  get lost(): number {
    return this.#lost;
  }

  async write(rows: LoggedPrediction[]): Promise<void> {
    for (const part of parts(rows)) await this.#insist(part);
  }

  async #insist(rows: LoggedPrediction[]): Promise<void> {
    for (let attempt = 0;; attempt++) {
      try {
        return await this.#options.write(rows);
      } catch (error) {
        const delay = retryAfter[attempt];
        if (delay === undefined) return this.#report(rows, error);
        await this.#options.sleep(delay);
      }
    }
  }

  #report(rows: LoggedPrediction[], error: unknown): void {
    this.#lost += rows.length;
    this.#options.report(JSON.stringify({
      event: "prediction_log_failed",
      version_id: rows[0]?.version_id,
      first_id: rows[0]?.id,
      predictions: rows.length,
      lost_since_start: this.#lost,
      error: error instanceof Error ? error.message : String(error),
    }));
  }
}

// Well below what ml.log_predictions takes at once; only rows of long texts come near it.
const largestPart = 4_000_000;

function parts(rows: LoggedPrediction[]): LoggedPrediction[][] {
  const found: LoggedPrediction[][] = [];
  let size = Infinity;
  for (const row of rows) {
    const length = JSON.stringify(row).length;
    if (size + length > largestPart) {
      found.push([]);
      size = 0;
    }
    found.at(-1)!.push(row);
    size += length;
  }
  return found;
}
