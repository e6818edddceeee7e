// One HTTP/1.1 POST of which only the status matters. fetch would look the name up again after it was judged, and would follow redirects;
// here the connection goes to the address that was judged, while TLS still proves the name.
import type { Target } from "./target.ts";

const maxHeadBytes = 64 * 1024;

export interface PostOptions {
  signal: AbortSignal;
  /** Authorities to trust beside the system's own. */
  caCerts?: string[];
}

export type Post = (
  target: Target,
  headers: Record<string, string>,
  body: string,
  options: PostOptions,
) => Promise<number>;

export const post: Post = async (target, headers, body, options) => {
  const connection = await connect(target, options);
  const close = () => {
    try {
      connection.close();
    } catch {
      // Already closed by the other side or by the time limit: what was wanted.
    }
  };
  options.signal.addEventListener("abort", close, { once: true });
  try {
    await writeAll(connection, requestBytes(target.url, headers, body));
    return await readStatus(connection);
  } catch (error) {
    options.signal.throwIfAborted();
    throw error;
  } finally {
    options.signal.removeEventListener("abort", close);
    close();
  }
};

async function connect(
  target: Target,
  options: PostOptions,
): Promise<Deno.Conn> {
  let failure: unknown;
  for (const hostname of target.addresses) {
    try {
      const plain = await unlessAborted(
        Deno.connect({ hostname, port: target.port }),
        options.signal,
      );
      if (target.url.protocol === "http:") return plain;
      return await unlessAborted(
        startTls(plain, target.url.hostname, options.caCerts),
        options.signal,
      );
    } catch (error) {
      options.signal.throwIfAborted();
      failure = error;
    }
  }
  throw failure;
}

async function startTls(
  plain: Deno.TcpConn,
  hostname: string,
  caCerts: string[] = [],
): Promise<Deno.TlsConn> {
  const secure = await Deno.startTls(plain, {
    hostname: hostname.replace(/^\[|\]$/g, ""),
    caCerts,
  });
  await secure.handshake();
  return secure;
}

/** A connection that comes after the time limit is closed, since nobody will. */
function unlessAborted<T extends Deno.Conn>(
  connecting: Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      connecting.then((connection) => connection.close(), () => {});
      reject(signal.reason);
    };
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    connecting.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

function requestBytes(
  url: URL,
  headers: Record<string, string>,
  body: string,
): Uint8Array {
  const bytes = new TextEncoder().encode(body);
  const lines = [
    `POST ${url.pathname}${url.search} HTTP/1.1`,
    `host: ${url.host}`,
  ];
  const all = {
    ...headers,
    "content-length": String(bytes.byteLength),
    connection: "close",
  };
  for (const [name, value] of Object.entries(all)) {
    if (/[\r\n]/.test(value)) {
      throw new Error(`the header ${name} holds a line break`);
    }
    lines.push(`${name}: ${value}`);
  }
  const head = new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`);
  const request = new Uint8Array(head.byteLength + bytes.byteLength);
  request.set(head);
  request.set(bytes, head.byteLength);
  return request;
}

async function writeAll(
  connection: Deno.Conn,
  bytes: Uint8Array,
): Promise<void> {
  let written = 0;
  while (written < bytes.byteLength) {
    written += await connection.write(bytes.subarray(written));
  }
}

async function readStatus(connection: Deno.Conn): Promise<number> {
  const buffer = new Uint8Array(4096);
  let head = "";
  while (head.length <= maxHeadBytes) {
    // Interim replies (100 Continue, 103 Early Hints) come before the one that counts.
    const interim = /^HTTP\/1\.[01] 1\d\d[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n/
      .exec(head);
    if (interim) {
      head = head.slice(interim[0].length);
      continue;
    }
    const line = /^HTTP\/1\.[01] ([2-5]\d\d)[ \r]/.exec(head);
    if (line) return Number(line[1]);
    if (head.includes("\n") && !/^HTTP\/1\.[01] 1\d\d/.test(head)) {
      throw new Error("the reply is no HTTP/1.1");
    }
    const read = await connection.read(buffer);
    if (read === null) {
      throw new Error("the connection was closed before a reply came");
    }
    head += String.fromCharCode(...buffer.subarray(0, read));
  }
  throw new Error("the reply's head is too long");
}
