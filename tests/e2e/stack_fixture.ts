// One stack for each tier, shared by the tests of one file: the fixture's project in it, not this repository's.
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { fileURLToPath } from "node:url";
import { signToken } from "../../scripts/stack/keys.ts";
import { type Stack, startStack, type Tier } from "../../scripts/stack/stack.ts";

const folder = fileURLToPath(new URL("fixture", import.meta.url));

export interface Answer {
  status: number;
  // deno-lint-ignore no-explicit-any
  body: any;
}

export class Fixture {
  private constructor(readonly stack: Stack) {}

  static async start(tier: Tier): Promise<Fixture> {
    const stack = await startStack({ tier, migrations: `${folder}/migrations`, functions: `${folder}/functions` });
    return new Fixture(stack);
  }

  /** A user's token; the stack does not ask whether such a user has signed up. */
  async userToken(): Promise<string> {
    return await signToken(this.stack.jwtSecret, { role: "authenticated", sub: crypto.randomUUID() });
  }

  async rpc(name: string, body: unknown, token?: string): Promise<Answer> {
    return await this.send("POST", `/rest/v1/rpc/${name}`, body, token);
  }

  /** A request with the publishable key, and a token or the secret key beside or instead of it. */
  async send(method: string, path: string, body?: unknown, token?: string): Promise<Answer> {
    const secret = token === this.stack.secretKey;
    const headers: Record<string, string> = {
      apikey: secret ? token : this.stack.publishableKey,
      "Content-Type": "application/json",
      "Content-Profile": "ml",
      "Accept-Profile": "ml",
    };
    if (token && !secret) headers.Authorization = `Bearer ${token}`;
    const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    const response = await fetch(this.stack.url + path, { method, headers, body: text });
    const answer = await response.text();
    return { status: response.status, body: answer === "" ? undefined : JSON.parse(answer) };
  }

  client(token?: string): SupabaseClient {
    if (token === this.stack.secretKey) return createClient(this.stack.url, token, { auth: { persistSession: false } });
    const accessToken = token === undefined ? undefined : () => Promise.resolve(token);
    return createClient(this.stack.url, this.stack.publishableKey, { accessToken });
  }
}

/** Registers the tests once for each tier. The stack starts with the first of them and stops after the last. */
export function onBothTiers(tests: (test: (name: string, body: (fixture: Fixture) => Promise<void>) => void) => void) {
  const started = new Map<Tier, Promise<Fixture>>();
  const fixtureOf = (tier: Tier) => {
    const fixture = started.get(tier) ?? Fixture.start(tier);
    started.set(tier, fixture);
    return fixture;
  };
  for (const tier of ["embedded", "native"] as const) {
    tests((name, body) =>
      Deno.test({
        name: `${tier}: ${name}`,
        // The stack's sockets and timers outlive the single test.
        sanitizeOps: false,
        sanitizeResources: false,
        fn: async () => {
          // Functions find their stack in this process's environment, so one stops before the next starts.
          for (const [other, fixture] of started) {
            if (other === tier) continue;
            started.delete(other);
            await (await fixture).stack.stop();
          }
          await body(await fixtureOf(tier));
        },
      })
    );
  }
  Deno.test.afterAll(async () => {
    for (const fixture of started.values()) await (await fixture).stack.stop();
  });
}

interface Channel {
  subscribe(callback: (status: string, error?: Error) => void): unknown;
}

/** "SUBSCRIBED", or the reason why not. */
export async function subscribed(channel: Channel): Promise<string> {
  return await new Promise((resolve) => channel.subscribe((status, error) => resolve(error?.message ?? status)));
}

export async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 250; tries++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("it did not come to hold within 5 s");
}
