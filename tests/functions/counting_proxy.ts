// A network of some distance in front of a database: it counts how often the client has to wait for an answer before it can go on.

export interface CountingProxy extends AsyncDisposable {
  url: string;
  /** Flights since the last time that this was asked. */
  flights(): number;
  /** From now on nothing that the server says comes through. */
  goSilent(): void;
}

const delayMs = 15;

export function countFlights(databaseUrl: string): CountingProxy {
  const target = new URL(databaseUrl);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>();
  let flights = 0;
  let silent = false;

  async function serve(client: Deno.Conn): Promise<void> {
    const server = await Deno.connect({ hostname: target.hostname, port: Number(target.port) });
    open.add(client).add(server);
    // What the client sends after it has heard something is another flight; what it sends meanwhile is on the same one.
    let heard = true;
    const up = pump(client, async (bytes) => {
      if (heard) flights++;
      heard = false;
      await write(server, bytes);
    });
    const down = pump(server, async (bytes) => {
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      if (silent) return;
      heard = true;
      await write(client, bytes);
    });
    await Promise.race([up, down]);
    for (const each of [client, server]) close(each);
  }

  const serving = (async () => {
    for await (const client of listener) serve(client).catch(() => {/* one end has gone */});
  })();
  const url = new URL(databaseUrl);
  url.port = String(listener.addr.port);
  return {
    url: url.href,
    flights() {
      const counted = flights;
      flights = 0;
      return counted;
    },
    goSilent() {
      silent = true;
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const each of open) close(each);
      await serving;
    },
  };
}

async function pump(from: Deno.Conn, to: (bytes: Uint8Array) => Promise<void>): Promise<void> {
  const buffer = new Uint8Array(64 * 1024);
  for (let read = await from.read(buffer); read !== null; read = await from.read(buffer)) {
    await to(buffer.slice(0, read));
  }
}

async function write(to: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await to.write(bytes.subarray(sent));
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}
