import { Buffer } from "node:buffer";
import { rename } from "node:fs/promises";
import type { App } from "@supabase/lite";

type StorageAdapter = NonNullable<App["_storageAdapter"]>;
type ObjectMetadata = Awaited<ReturnType<StorageAdapter["headObject"]>>;
type Body = Parameters<StorageAdapter["uploadObject"]>[3];

/**
 * Keeps storage objects as files in one folder: the content, and beside it the metadata as JSON. A file's name is the
 * hash of bucket and key, so no key can lead out of the folder. @supabase/lite names an object's version only when it
 * reads, not when it writes, so versions are left out; it never asks for a range.
 */
export function fileStorage(folder: string): StorageAdapter {
  const paths = async (bucket: string, key: string) => {
    const name = await hex(new TextEncoder().encode(`${bucket}\0${key}`));
    return { content: `${folder}/${name}`, metadata: `${folder}/${name}.json` };
  };
  const head = async (bucket: string, key: string): Promise<ObjectMetadata> => {
    const stored = JSON.parse(await Deno.readTextFile((await paths(bucket, key)).metadata));
    return { ...stored, lastModified: new Date(stored.lastModified) };
  };
  const remove = async (bucket: string, key: string) => {
    const { content, metadata } = await paths(bucket, key);
    for (const file of [metadata, content]) await Deno.remove(file).catch(ignoreMissing);
  };
  const put = async (bucket: string, key: string, bytes: Uint8Array, mimetype: string, cacheControl: string) => {
    const { content, metadata } = await paths(bucket, key);
    const size = bytes.byteLength;
    const lastModified = new Date();
    const eTag = `"${await hex(bytes)}"`;
    const details = { cacheControl, contentLength: size, size, mimetype, eTag, lastModified, httpStatusCode: 200 };
    await replaceFile(content, bytes);
    await replaceFile(metadata, new TextEncoder().encode(JSON.stringify(details)));
    return details;
  };
  return {
    driver: folder,
    async getObject(bucket, key) {
      const metadata = await head(bucket, key);
      const bytes = await Deno.readFile((await paths(bucket, key)).content);
      return { metadata, httpStatusCode: 200, body: Buffer.from(bytes) };
    },
    async uploadObject(bucket, key, _version, body, contentType, cacheControl) {
      return await put(bucket, key, await allBytes(body), contentType, cacheControl);
    },
    async deleteObject(bucket, key) {
      await remove(bucket, key);
    },
    async deleteObjects(bucket, keys) {
      for (const key of keys) await remove(bucket, key);
    },
    async copyObject(sourceBucket, source, _version, bucket, key) {
      const { mimetype, cacheControl } = await head(sourceBucket, source);
      const bytes = await Deno.readFile((await paths(sourceBucket, source)).content);
      const { eTag, lastModified } = await put(bucket, key, bytes, mimetype, cacheControl);
      return { httpStatusCode: 200, eTag, lastModified };
    },
    headObject: (bucket, key) => head(bucket, key),
    privateAssetUrl() {
      return Promise.reject(new Error("image transformation is not part of the local stack"));
    },
  };
}

/** Readers see the old content or the new, never half of it. */
async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const draft = `${path}.${crypto.randomUUID()}`;
  await Deno.writeFile(draft, bytes);
  await rename(draft, path);
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

async function hex(bytes: Uint8Array): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes))).toHex();
}

async function allBytes(body: Body): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return new Uint8Array(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}
