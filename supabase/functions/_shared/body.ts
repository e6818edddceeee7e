// The request's body: bounded while it streams in, strict UTF-8, JSON.
import { invalid, tooLarge } from "./failures.ts";

export const maxBodyBytes = 1024 * 1024;

async function readBounded(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBodyBytes) {
    await request.body?.cancel();
    throw tooLarge(maxBodyBytes);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  // The raw stream, not arrayBuffer(): a body without a length must be refused before it is in memory.
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBodyBytes) throw tooLarge(maxBodyBytes);
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

export async function readJson(request: Request): Promise<unknown> {
  const bytes = await readBounded(request);
  if (bytes.byteLength === 0) throw invalid("the body is empty", "empty_body", 'send {"model": …, "entities": …}');
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw invalid("the body is not UTF-8", "invalid_utf8", "encode the JSON as UTF-8");
  }
  try {
    return JSON.parse(text);
  } catch {
    throw invalid("the body is not JSON", "malformed_json", "NaN, Infinity, comments and trailing commas are no JSON");
  }
}
