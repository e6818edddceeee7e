/**
 * PGlite is one session. A transaction of one user must not take in the statements of another, so whoever opens one
 * holds this lock until it ends. The holder is named by a token; the same token may pass while it holds.
 */
export class SessionLock {
  #holder: unknown;
  #waiting: { owner: unknown; enter: () => void }[] = [];

  get holder(): unknown {
    return this.#holder;
  }

  /** Waits for the lock; false means the owner has it already. */
  async acquire(owner: unknown): Promise<boolean> {
    if (this.#holder === owner) return false;
    if (this.#holder === undefined) {
      this.#holder = owner;
      return true;
    }
    await new Promise<void>((enter) => this.#waiting.push({ owner, enter }));
    return true;
  }

  release(owner: unknown): void {
    if (this.#holder !== owner) throw new Error("the session is held by another");
    const next = this.#waiting.shift();
    this.#holder = next?.owner;
    next?.enter();
  }

  async run<T>(owner: unknown, body: () => Promise<T>): Promise<T> {
    const taken = await this.acquire(owner);
    try {
      return await body();
    } finally {
      if (taken) this.release(owner);
    }
  }
}
