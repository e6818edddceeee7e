import type { Connection } from "@supabase/lite";

/** What a stack needs from its database, whichever tier it is. */
export interface TierDatabase {
  /** @supabase/lite's way to the database */
  connection: Connection;
  /** the owner's URL: psql and postgres.js connect with it */
  url: string;
  /** Runs one HTTP request's work, so that its statements do not mix with another's. */
  isolate<T>(body: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
