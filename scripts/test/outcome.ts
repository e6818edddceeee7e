/** What one file, or one static check, came to. */
export interface Outcome {
  passed: number;
  failed: number;
  skipped: number;
  /** Everything a person needs to see when something failed. */
  output: string;
}

/** The tests that one file holds, or one static check. */
export interface Unit {
  name: string;
  /** Takes so long that it must start early. */
  slow: boolean;
  run(context: Context): Promise<Outcome>;
}

/** What units share in one run; each part is made on first use. */
export interface Context {
  serverUrl(): Promise<string>;
  postgresBin(): Promise<string>;
  python(): Promise<string>;
  /** Ends when the run is interrupted. */
  signal: AbortSignal;
}

export const pass = (output = ""): Outcome => ({ passed: 1, failed: 0, skipped: 0, output });
export const fail = (output: string): Outcome => ({ passed: 0, failed: 1, skipped: 0, output });
