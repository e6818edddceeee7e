// Loaded models, by the sha256 of their file: one load however many requests wait for it, bounded by bytes, least recently used out first.
import type { Session } from "./runtime.ts";

export interface Artifact {
  path: string;
  sha256: string;
  bytes: number;
}

interface Entry {
  bytes: number;
  session: Promise<Session>;
  users: number;
  evicted: boolean;
}

function reportRelease(error: unknown): void {
  console.error(JSON.stringify({ event: "session_release_failed", error: String(error) }));
}

export class SessionCache {
  readonly #entries = new Map<string, Entry>();
  readonly #load: (artifact: Artifact) => Promise<Session>;
  readonly #maxBytes: number;

  /** A model of up to `largestBytes` is loaded, alone if it is larger than the cache. */
  constructor(maxBytes: number, load: (artifact: Artifact) => Promise<Session>, readonly largestBytes = maxBytes) {
    this.#maxBytes = maxBytes;
    this.#load = load;
  }

  get bytes(): number {
    return this.#entries.values().reduce((sum, entry) => sum + entry.bytes, 0);
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Runs the body with the artifact's session, which is not released before the body has ended. */
  async use<T>(artifact: Artifact, body: (session: Session) => Promise<T>): Promise<T> {
    const entry = this.#touch(artifact);
    entry.users++;
    try {
      return await body(await entry.session);
    } finally {
      entry.users--;
      this.#releaseIfUnused(entry);
    }
  }

  #touch(artifact: Artifact): Entry {
    const found = this.#entries.get(artifact.sha256);
    if (found) {
      this.#entries.delete(artifact.sha256);
      this.#entries.set(artifact.sha256, found);
      return found;
    }
    this.#makeRoom(artifact.bytes);
    const entry: Entry = { bytes: artifact.bytes, session: this.#load(artifact), users: 0, evicted: false };
    this.#entries.set(artifact.sha256, entry);
    // A failed load must not be remembered: the next request tries again.
    entry.session.catch(() => {
      if (this.#entries.get(artifact.sha256) === entry) this.#entries.delete(artifact.sha256);
    });
    return entry;
  }

  #makeRoom(bytes: number): void {
    let total = this.bytes + bytes;
    for (const [sha256, entry] of this.#entries) {
      if (total <= this.#maxBytes) return;
      this.#entries.delete(sha256);
      entry.evicted = true;
      total -= entry.bytes;
      this.#releaseIfUnused(entry);
    }
  }

  #releaseIfUnused(entry: Entry): void {
    if (!entry.evicted || entry.users > 0) return;
    // A load that failed left nothing to release; those who waited for it have its error.
    entry.session.then((session) => session.release().catch(reportRelease), () => {});
  }
}
