// The sender's HTTP, against real sockets: only the status counts, whatever the other side does.
import { assertEquals, assertRejects } from "@std/assert";
import { post } from "../../supabase/functions/webhooks/post.ts";
import type { Target } from "../../supabase/functions/webhooks/target.ts";

const soon = () => AbortSignal.timeout(5000);
const certFile = new URL("webhooks_tls/cert.pem", import.meta.url);
const keyFile = new URL("webhooks_tls/key.pem", import.meta.url);

function targetOf(port: number, url = `http://127.0.0.1:${port}/hook?a=b`): Target {
  return { url: new URL(url), port, addresses: ["127.0.0.1"] };
}

/** Answers every connection with these bytes, in these pieces, and hands back what it was sent. */
async function withRawServer<T>(
  pieces: string[],
  body: (port: number, received: () => string) => Promise<T>,
  o: { keepOpen?: boolean } = {},
): Promise<T> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections: Deno.Conn[] = [];
  let received = "";
  const serving = (async () => {
    for await (const connection of listener) {
      connections.push(connection);
      const buffer = new Uint8Array(65536);
      const read = await connection.read(buffer);
      received += new TextDecoder().decode(buffer.subarray(0, read ?? 0));
      for (const piece of pieces) await connection.write(new TextEncoder().encode(piece));
      if (!o.keepOpen) connection.closeWrite();
    }
  })();
  try {
    return await body(listener.addr.port, () => received);
  } finally {
    listener.close();
    await serving;
    for (const connection of connections) connection.close();
  }
}

Deno.test("the request carries the path, the headers and the body in UTF-8", async () => {
  const seen: unknown[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const { pathname, search } = new URL(request.url);
    seen.push(request.method, pathname + search, request.headers.get("webhook-id"), await request.text());
    return new Response("x".repeat(1_000_000), { status: 201 });
  });
  const { port } = server.addr;
  assertEquals(await post(targetOf(port), { "webhook-id": "1" }, "größer 🙂", { signal: soon() }), 201);
  assertEquals(seen, ["POST", "/hook?a=b", "1", "größer 🙂"]);
  await server.shutdown();
});

Deno.test("a large body arrives whole", async () => {
  let length = 0;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    length = (await request.text()).length;
    return new Response();
  });
  assertEquals(await post(targetOf(server.addr.port), {}, "x".repeat(3_000_000), { signal: soon() }), 200);
  assertEquals(length, 3_000_000);
  await server.shutdown();
});

Deno.test("a redirect is a reply like any other: it is not followed", async () => {
  let requests = 0;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    requests++;
    return Response.redirect(new URL("/elsewhere", request.url), 307);
  });
  assertEquals(await post(targetOf(server.addr.port), {}, "{}", { signal: soon() }), 307);
  assertEquals(requests, 1);
  await server.shutdown();
});

Deno.test("interim replies are stepped over", async () => {
  const pieces = ["HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n", "\r\nHTTP/1.1 202 Acc"];
  await withRawServer(pieces, async (port) => {
    assertEquals(await post(targetOf(port), {}, "{}", { signal: soon() }), 202);
  });
});

Deno.test("a status that comes byte by byte is read", async () => {
  await withRawServer([..."HTTP/1.0 503 Busy\r\n\r\n"], async (port) => {
    assertEquals(await post(targetOf(port), {}, "{}", { signal: soon() }), 503);
  });
});

Deno.test("a reply that is no HTTP is an error", async () => {
  for (const reply of ["SSH-2.0-OpenSSH\r\n", "HTTP/1.1 99 x\r\n\r\n", "HTTP/2 200\r\n\r\n"]) {
    await withRawServer([reply], async (port) => {
      await assertRejects(() => post(targetOf(port), {}, "{}", { signal: soon() }), Error);
    });
  }
});

Deno.test("a connection closed without a reply is an error", async () => {
  await withRawServer([], async (port) => {
    await assertRejects(() => post(targetOf(port), {}, "{}", { signal: soon() }), Error, "before a reply came");
  });
});

Deno.test("a server that says nothing is left at the time limit", async () => {
  await withRawServer([], async (port) => {
    const error = await assertRejects(() => post(targetOf(port), {}, "{}", { signal: AbortSignal.timeout(100) }));
    assertEquals((error as DOMException).name, "TimeoutError");
  }, { keepOpen: true });
});

Deno.test("a server that sends interim replies for ever is left", async () => {
  const endless = Array(2).fill(`HTTP/1.1 102 Processing\r\nx: ${"y".repeat(60_000)}`);
  await withRawServer(endless, async (port) => {
    await assertRejects(() => post(targetOf(port), {}, "{}", { signal: soon() }), Error, "too long");
  });
});

Deno.test("a port where nobody listens is an error", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  await assertRejects(() => post(targetOf(port), {}, "{}", { signal: soon() }), Deno.errors.ConnectionRefused);
});

Deno.test("the next address is tried when one cannot be reached", async () => {
  await withRawServer(["HTTP/1.1 200 OK\r\n\r\n"], async (port) => {
    const target = { ...targetOf(port), addresses: ["127.0.0.2", "127.0.0.1"] };
    assertEquals(await post(target, {}, "{}", { signal: soon() }), 200);
  });
});

Deno.test("a header with a line break is refused", async () => {
  await withRawServer(["HTTP/1.1 200 OK\r\n\r\n"], async (port, received) => {
    await assertRejects(() => post(targetOf(port), { "webhook-id": "1\r\nx: y" }, "{}", { signal: soon() }), Error);
    assertEquals(received(), "");
  });
});

Deno.test("TLS goes to the address that was judged and proves the name that was registered", async () => {
  const [cert, key] = await Promise.all([Deno.readTextFile(certFile), Deno.readTextFile(keyFile)]);
  const hosts: (string | null)[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, cert, key, onListen: () => {} }, (request) => {
    hosts.push(request.headers.get("host"));
    return new Response();
  });
  const { port } = server.addr;
  const named = (name: string) => targetOf(port, `https://${name}:${port}/`);
  const trusted = () => ({ signal: soon(), caCerts: [cert] });
  assertEquals(await post(named("hooks.example.com"), {}, "{}", trusted()), 200);
  assertEquals(hosts, [`hooks.example.com:${port}`]);
  await assertRejects(() => post(named("other.example.com"), {}, "{}", trusted()), Error, "certificate");
  await assertRejects(() => post(named("hooks.example.com"), {}, "{}", { signal: soon() }), Error, "certificate");
  assertEquals(hosts.length, 1);
  await server.shutdown();
});
