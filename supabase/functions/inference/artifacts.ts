// Files from Storage, held to the size and the sha256 that they are expected to have.
import { fileCorrupt, fileMissing, storageUnavailable } from "./failures.ts";
import { toHex } from "./uuid.ts";

export interface ExpectedFile {
  bucket: string;
  object: string;
  bytes: number;
  sha256: string;
}

/** What a download gives: the file, or the HTTP status and the reason of a refusal. */
export type Download = (bucket: string, object: string) => Promise<{ file: Blob } | { status: number; reason: string }>;

/** `bucket/object` in two parts. */
export function splitPath(path: string): { bucket: string; object: string } {
  const slash = path.indexOf("/");
  return { bucket: path.slice(0, slash), object: path.slice(slash + 1) };
}

export async function fetchVerified(download: Download, expected: ExpectedFile): Promise<Uint8Array<ArrayBuffer>> {
  const name = `${expected.bucket}/${expected.object}`;
  const answer = await download(expected.bucket, expected.object);
  if (!("file" in answer)) {
    // Storage answers 400 for an object that is not there.
    if (answer.status === 404 || answer.status === 400) throw fileMissing(name);
    console.error(JSON.stringify({ event: "storage_failed", name, status: answer.status, reason: answer.reason }));
    throw storageUnavailable(name);
  }
  if (answer.file.size !== expected.bytes) {
    throw fileCorrupt(`${name} has ${answer.file.size} bytes, expected ${expected.bytes}`);
  }
  const bytes = new Uint8Array(await answer.file.arrayBuffer());
  const found = toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
  if (found !== expected.sha256) throw fileCorrupt(`${name} has sha256 ${found}, expected ${expected.sha256}`);
  return bytes;
}
