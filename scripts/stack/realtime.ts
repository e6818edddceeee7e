// A stand-in for Supabase Realtime: Broadcast, from clients and from the database (realtime.send), on public and private
// channels. Presence and postgres_changes are refused.
import type postgres from "postgres";
import type { Caller, Callers } from "./callers.ts";
import { messageOf } from "./errors.ts";
import { asObject, broadcast, type Frame, type Outgoing, readFrame, reply } from "./realtime_wire.ts";
import { errorResponse } from "./rest_errors.ts";

export interface Realtime {
  /** `/realtime/v1/websocket`, and `/realtime/v1/api/broadcast` for clients without a socket. */
  handle(request: Request): Promise<Response>;
  stop(): Promise<void>;
}

interface Channel {
  joinRef: string | null;
  isPrivate: boolean;
  self: boolean;
  ack: boolean;
  mayWrite: boolean;
}

interface Client {
  socket: WebSocket;
  apikey: string;
  channels: Map<string, Channel>;
}

interface StoredMessage {
  topic: string;
  event: string | null;
  payload: unknown;
  private: boolean;
}

const prefix = "realtime:";

export async function serveRealtime(sql: postgres.Sql, callers: Callers): Promise<Realtime> {
  // As the platform does, in its own way: it drops the partitions of older days.
  await sql`delete from realtime.messages where inserted_at < now() - interval '3 days'`;
  const server = new RealtimeServer(sql, callers);
  const listening = await sql.listen("realtime_messages", (id) => server.deliverStored(id));
  return {
    handle: (request) => server.handle(request),
    async stop() {
      await listening.unlisten();
      server.closeAll();
    },
  };
}

class RealtimeServer {
  #clients = new Set<Client>();
  #delivering: Promise<void> = Promise.resolve();

  constructor(private sql: postgres.Sql, private callers: Callers) {}

  async handle(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const apikey = url.searchParams.get("apikey") ?? request.headers.get("apikey") ?? "";
    if (!this.callers.isKey(apikey)) {
      return errorResponse(401, { code: "UNAUTHORIZED_INVALID_API_KEY", message: "Invalid API key" });
    }
    if (url.pathname === "/realtime/v1/websocket") {
      if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
        return errorResponse(426, { code: "UPGRADE_REQUIRED", message: "This address speaks WebSocket only" });
      }
      return this.#connect(request, apikey);
    }
    if (url.pathname === "/realtime/v1/api/broadcast" && request.method === "POST") {
      return await this.#broadcastOverHttp(request, apikey);
    }
    return errorResponse(404, { code: "NOT_FOUND", message: `There is no ${url.pathname}` });
  }

  /** In the order of the notifications, which is the order of the commits. */
  deliverStored(id: string): void {
    this.#delivering = this.#delivering.then(async () => {
      const [message] = await this.sql<StoredMessage[]>`
        select topic, event, payload, private from realtime.messages where id = ${id}`;
      if (message) this.#send(message.topic, message.event, message.payload, message.private);
    }).catch((error) => console.error(`realtime: ${messageOf(error)}`));
  }

  closeAll(): void {
    for (const { socket } of this.#clients) socket.close(1001, "the stack stops");
  }

  #connect(request: Request, apikey: string): Response {
    const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
    socket.binaryType = "arraybuffer";
    const client: Client = { socket, apikey, channels: new Map() };
    let working: Promise<void> = Promise.resolve();
    socket.onopen = () => this.#clients.add(client);
    socket.onclose = () => this.#clients.delete(client);
    socket.onerror = () => this.#clients.delete(client);
    socket.onmessage = ({ data }) => {
      const frame = readFrame(data);
      if (!frame) return;
      working = working.then(() => this.#receive(client, frame)).catch((error) => {
        console.error(`realtime: ${messageOf(error)}`);
        tell(client, reply(frame, "error", { reason: "internal error" }));
      });
    };
    return response;
  }

  async #receive(client: Client, frame: Frame): Promise<void> {
    switch (frame.event) {
      case "heartbeat":
        return tell(client, reply(frame, "ok", {}));
      case "phx_join":
        return await this.#join(client, frame);
      case "phx_leave":
        client.channels.delete(frame.topic);
        tell(client, reply(frame, "ok", {}));
        return tell(client, [frame.joinRef, frame.ref, frame.topic, "phx_close", {}]);
      case "access_token":
        return await this.#renewToken(client, frame);
      case "broadcast":
        return this.#broadcastFrom(client, frame);
      default:
        return tell(client, reply(frame, "error", { reason: `${frame.event} is not part of the local stack` }));
    }
  }

  async #join(client: Client, frame: Frame): Promise<void> {
    const refuse = (reason: string) => tell(client, reply(frame, "error", { reason }));
    if (!frame.topic.startsWith(prefix)) return refuse(`a topic begins with ${prefix}`);
    const config = asObject(frame.payload.config);
    if (Array.isArray(config.postgres_changes) && config.postgres_changes.length > 0) {
      return refuse("postgres_changes are not part of the local stack: use Broadcast");
    }
    if (asObject(config.presence).enabled === true) return refuse("presence is not part of the local stack");
    const caller = await this.#callerOf(client.apikey, frame.payload.access_token);
    if (!caller) return refuse("the access token is invalid or has expired");
    const isPrivate = config.private === true;
    const rights = isPrivate
      ? await this.#rights(caller, frame.topic.slice(prefix.length))
      : { read: true, write: true };
    if (!rights.read) {
      return refuse(
        `Unauthorized: You do not have permissions to read from this Channel topic: ${
          frame.topic.slice(prefix.length)
        }`,
      );
    }
    const { self, ack } = asObject(config.broadcast);
    const channel = {
      joinRef: frame.joinRef,
      isPrivate,
      self: self === true,
      ack: ack === true,
      mayWrite: rights.write,
    };
    client.channels.set(frame.topic, channel);
    tell(client, reply(frame, "ok", { postgres_changes: [] }));
  }

  /** Supabase clients send their new token on every channel; one that no longer may read is put out. */
  async #renewToken(client: Client, frame: Frame): Promise<void> {
    const channel = client.channels.get(frame.topic);
    if (!channel?.isPrivate) return;
    const caller = await this.#callerOf(client.apikey, frame.payload.access_token);
    const rights = caller && await this.#rights(caller, frame.topic.slice(prefix.length));
    if (rights?.read) {
      channel.mayWrite = rights.write;
      return;
    }
    client.channels.delete(frame.topic);
    tell(client, [channel.joinRef, null, frame.topic, "phx_close", {}]);
  }

  #broadcastFrom(client: Client, frame: Frame): void {
    const channel = client.channels.get(frame.topic);
    if (!channel) return tell(client, reply(frame, "error", { reason: "join the channel first" }));
    if (!channel.mayWrite) return tell(client, reply(frame, "error", { reason: "you may not write to this channel" }));
    const { event, payload } = frame.payload;
    this.#send(frame.topic.slice(prefix.length), event, payload, channel.isPrivate, channel.self ? undefined : client);
    if (channel.ack) tell(client, reply(frame, "ok", {}));
  }

  async #broadcastOverHttp(request: Request, apikey: string): Promise<Response> {
    const body = asObject(await request.json().catch(() => undefined));
    if (!Array.isArray(body.messages)) {
      return errorResponse(422, {
        code: "INVALID_BODY",
        message: "The body must be {messages: [{topic, event, payload}]}",
      });
    }
    const token = request.headers.get("Authorization")?.replace(/^Bearer\s+/i, "");
    const caller = await this.#callerOf(apikey, token);
    if (!caller) {
      return errorResponse(401, { code: "UNAUTHORIZED", message: "The access token is invalid or has expired" });
    }
    for (const { topic, event, payload, private: isPrivate } of body.messages.map(asObject)) {
      if (typeof topic !== "string") continue;
      if (isPrivate === true && !(await this.#rights(caller, topic)).write) continue;
      this.#send(topic, event, payload, isPrivate === true);
    }
    return new Response(null, { status: 202 });
  }

  #send(topic: string, event: unknown, payload: unknown, isPrivate: boolean, except?: Client): void {
    const name = prefix + topic;
    for (const client of this.#clients) {
      if (client === except || client.channels.get(name)?.isPrivate !== isPrivate) continue;
      tell(client, broadcast(name, event, payload));
    }
  }

  /** Who a token stands for; undefined when it is no good. */
  async #callerOf(apikey: string, token: unknown): Promise<Caller | undefined> {
    const caller = await this.callers.ofToken(apikey, typeof token === "string" ? token : undefined);
    return caller instanceof Response ? undefined : caller;
  }

  /** What the policies on realtime.messages let the caller do, tried out in transactions that are rolled back. */
  async #rights(caller: Caller, topic: string): Promise<{ read: boolean; write: boolean }> {
    const read = await this.#attempt(caller, topic, async (tx, become) => {
      const [probe] = await tx<{ id: string }[]>`
        insert into realtime.messages (topic, extension, event, private)
        values (${topic}, 'broadcast', 'probe', true)
        returning id`;
      await become();
      return (await tx`select from realtime.messages where id = ${probe!.id}`).length === 1;
    });
    const write = await this.#attempt(caller, topic, async (tx, become) => {
      await become();
      await tx`insert into realtime.messages (topic, extension, event, private) values (${topic}, 'broadcast', 'probe', true)`;
      return true;
    });
    return { read, write };
  }

  async #attempt(
    caller: Caller,
    topic: string,
    body: (tx: postgres.TransactionSql, become: () => Promise<void>) => Promise<boolean>,
  ): Promise<boolean> {
    let allowed = false;
    const rollback = new Error("roll back");
    try {
      await this.sql.begin(async (tx) => {
        allowed = await body(tx, async () => {
          await tx`select
            set_config('realtime.topic', ${topic}, true),
            set_config('request.jwt.claims', ${JSON.stringify(caller.claims)}, true),
            set_config('role', ${caller.role}, true)`;
        });
        throw rollback;
      });
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (error !== rollback && code !== "42501") throw error;
      if (error !== rollback) return false;
    }
    return allowed;
  }
}

function tell(client: Client, message: Outgoing): void {
  if (client.socket.readyState === WebSocket.OPEN) client.socket.send(JSON.stringify(message));
}
