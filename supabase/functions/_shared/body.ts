// The request's body: bounded while it streams in, strict UTF-8, JSON.
import { ApiError, invalid } from "./errors.ts";

function tooLarge(maxBytes: number): ApiError {
  return new ApiError(413, "body_too_large", `the body has more than ${maxBytes} bytes`, "send several requests");
}

async function readBounded(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) {
    await request.body?.cancel();
    throw tooLarge(maxBytes);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  // The raw stream, not arrayBuffer(): a body without a length must be refused before it is in memory.
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
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

/** `example` shows a caller who sent nothing what to send. */
export async function readJson(request: Request, maxBytes: number, example: string): Promise<unknown> {
  const bytes = await readBounded(request, maxBytes);
  if (bytes.byteLength === 0) throw invalid("the body is empty", "empty_body", `send ${example}`);
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
