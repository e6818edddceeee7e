// Postgres' wire protocol in front of PGlite, so that psql and postgres.js connect to the embedded tier.
//
// Written here and not taken from @electric-sql/pglite-socket: that one hands PGlite each protocol message by itself, so
// two clients' Parse, Bind and Execute mix in the one session, and an error while one waits leaves its queue standing still.
// Here a client holds the session from its first message until the server says "ready, no transaction open".
import type { PGlite } from "@electric-sql/pglite";
import { messageOf } from "./errors.ts";
import { SessionLock } from "./session_lock.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const startupCode = 196608;
const sslCode = 80877103;
const gssCode = 80877104;
const cancelCode = 80877102;

export interface WireServer {
  port: number;
  close(): Promise<void>;
}

export function serveWire(pglite: PGlite, lock: SessionLock, password: string): WireServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const clients = new Set<WireClient>();
  const stopForwarding = pglite.onNotification((channel, payload) => {
    for (const client of clients) client.notify(channel, payload);
  });
  const running = (async () => {
    for await (const connection of listener) {
      const client = new WireClient(connection, pglite, lock, password);
      clients.add(client);
      client.run().finally(() => clients.delete(client));
    }
  })();
  return {
    port: listener.addr.port,
    async close() {
      listener.close();
      await running;
      stopForwarding();
      await Promise.all([...clients].map((client) => client.close()));
    },
  };
}

class WireClient {
  #channels = new Set<string>();
  #finished = Promise.withResolvers<void>();
  #writing: Promise<unknown> = Promise.resolve();

  constructor(
    private connection: Deno.TcpConn,
    private pglite: PGlite,
    private lock: SessionLock,
    private password: string,
  ) {}

  async run(): Promise<void> {
    this.connection.setNoDelay(true);
    try {
      const reader = new FrameReader(this.connection);
      if (await this.#startUp(reader)) await this.#serve(reader);
    } catch (error) {
      // A client that goes away in the middle is its own affair; anything else would be a fault of ours.
      if (!isDisconnect(error)) console.error(`embedded database, wire protocol: ${messageOf(error)}`);
    } finally {
      await this.#leave();
      this.#finished.resolve();
    }
  }

  async close(): Promise<void> {
    this.#shut();
    await this.#finished.promise;
  }

  notify(channel: string, payload: string): void {
    if (!this.#channels.has(channel)) return;
    const body = [...int32(0), ...encoder.encode(`${channel}\0${payload}\0`)];
    this.#send(frame("A", body)).catch(() => {/* it has gone: its reader sees that too */});
  }

  async #startUp(reader: FrameReader): Promise<boolean> {
    for (;;) {
      const code = new DataView((await reader.untyped()).buffer).getInt32(0);
      if (code === sslCode || code === gssCode) await this.#send(encoder.encode("N"));
      else if (code === cancelCode) return false;
      else if (code === startupCode) break;
      else throw new Error(`unknown start-up code ${code}`);
    }
    await this.#send(frame("R", int32(3)));
    const answer = await reader.typed();
    if (answer.type !== "p" || readText(answer.body) !== this.password) {
      await this.#send(errorFrame("28P01", "password authentication failed"));
      return false;
    }
    const settings = {
      server_version: "17.5",
      server_encoding: "UTF8",
      client_encoding: "UTF8",
      DateStyle: "ISO, MDY",
    };
    const more = { TimeZone: "UTC", integer_datetimes: "on", standard_conforming_strings: "on" };
    const parameters = Object.entries({ ...settings, ...more }).map(([name, value]) =>
      frame("S", [...encoder.encode(`${name}\0${value}\0`)])
    );
    const ready = frame("Z", [...encoder.encode("I")]);
    await this.#send(concat([frame("R", int32(0)), ...parameters, frame("K", [...int32(0), ...int32(0)]), ready]));
    return true;
  }

  async #serve(reader: FrameReader): Promise<void> {
    let batch: Uint8Array[] = [];
    for (;;) {
      const message = await reader.typed();
      if (message.type === "X") return;
      this.#noteChannels(message);
      batch.push(message.whole);
      // Messages go to the server in runs that end where the client waits for an answer.
      if (!"QSHcf".includes(message.type)) continue;
      const run = concat(batch);
      batch = [];
      await this.lock.acquire(this);
      const { data } = await this.pglite.execProtocol(run, { throwOnError: false });
      const { kept, status } = withoutNotifications(data);
      if (status === "I") this.lock.release(this);
      await this.#send(kept);
    }
  }

  /** Remembers what this client listens to; the session is shared, so everyone's channels arrive in it. */
  #noteChannels(message: Frame): void {
    if (message.type !== "Q" && message.type !== "P") return;
    const text = decoder.decode(message.body);
    for (const [, verb, channel] of text.matchAll(/\b(unlisten|listen)\s+("[^"]+"|\*|[a-z_][a-z0-9_]*)/gi)) {
      const name = channel!.replaceAll('"', "");
      if (verb!.toLowerCase() === "listen") this.#channels.add(name);
      else if (name === "*") this.#channels.clear();
      else this.#channels.delete(name);
    }
  }

  /** Leaves the shared session as it was found: no transaction, role or setting of this client stays. */
  async #leave(): Promise<void> {
    this.#shut();
    if (this.pglite.closed) return;
    await this.lock.run(this, async () => {
      await this.pglite.exec("rollback; reset session authorization; reset all; select pg_advisory_unlock_all()");
    });
    if (this.lock.holder === this) this.lock.release(this);
  }

  #shut(): void {
    try {
      this.connection.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  #send(bytes: Uint8Array): Promise<void> {
    const sending = this.#writing.then(async () => {
      for (let sent = 0; sent < bytes.length;) sent += await this.connection.write(bytes.subarray(sent));
    });
    this.#writing = sending.catch(() => {});
    return sending;
  }
}

interface Frame {
  type: string;
  body: Uint8Array;
  whole: Uint8Array;
}

class FrameReader {
  #buffer = new Uint8Array(0);

  constructor(private connection: Deno.TcpConn) {}

  /** A start-up message: length and body, no type. */
  async untyped(): Promise<Uint8Array<ArrayBuffer>> {
    const length = new DataView((await this.#take(4)).buffer).getInt32(0);
    return await this.#take(length - 4);
  }

  async typed(): Promise<Frame> {
    const head = await this.#take(5);
    const body = await this.#take(new DataView(head.buffer).getInt32(1) - 4);
    return { type: String.fromCharCode(head[0]!), body, whole: concat([head, body]) };
  }

  async #take(count: number): Promise<Uint8Array<ArrayBuffer>> {
    if (count < 0) throw new Error("a message of negative length");
    const parts: Uint8Array[] = [];
    let have = this.#buffer.length;
    if (have > 0) parts.push(this.#buffer);
    while (have < count) {
      const chunk = new Uint8Array(64 * 1024);
      const read = await this.connection.read(chunk);
      if (read === null) throw new Deno.errors.UnexpectedEof("the client went away");
      parts.push(chunk.subarray(0, read));
      have += read;
    }
    const all = parts.length === 1 ? parts[0]! : concat(parts);
    this.#buffer = all.slice(count);
    return all.slice(0, count);
  }
}

/** The answer less its notifications, and the state that its last ReadyForQuery tells, if it has one. */
function withoutNotifications(data: Uint8Array): { kept: Uint8Array; status: string | undefined } {
  const kept: Uint8Array[] = [];
  let status: string | undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (let at = 0; at < data.length;) {
    const end = at + 1 + view.getInt32(at + 1);
    const type = String.fromCharCode(data[at]!);
    if (type !== "A") kept.push(data.subarray(at, end));
    if (type === "Z") status = String.fromCharCode(data[end - 1]!);
    at = end;
  }
  return { kept: concat(kept), status };
}

function isDisconnect(error: unknown): boolean {
  const kinds = [Deno.errors.UnexpectedEof, Deno.errors.ConnectionReset, Deno.errors.BrokenPipe];
  return [...kinds, Deno.errors.BadResource, Deno.errors.Interrupted].some((kind) => error instanceof kind);
}

function int32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

function frame(type: string, body: number[]): Uint8Array {
  return new Uint8Array([type.charCodeAt(0), ...int32(body.length + 4), ...body]);
}

function errorFrame(code: string, message: string): Uint8Array {
  return frame("E", [...encoder.encode(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`)]);
}

function readText(body: Uint8Array): string {
  return decoder.decode(body.subarray(0, body.indexOf(0)));
}

function concat(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
