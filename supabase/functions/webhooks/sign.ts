// Standard Webhooks: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
import type { Delivery } from "./schema.ts";

/** The same bytes at every attempt: key order comes from the database, which keeps one. */
export function bodyOf(delivery: Delivery): string {
  return JSON.stringify({
    type: delivery.event_type,
    timestamp: new Date(delivery.created_at).toISOString(),
    data: delivery.payload,
  });
}

/** `v1,<base64 of HMAC-SHA256 over id.timestamp.body>`; the secret's bytes are the base64 behind `whsec_`. */
export async function sign(
  secret: string,
  id: string,
  timestamp: number,
  body: string,
): Promise<string> {
  const bytes = Uint8Array.from(
    atob(secret.replace(/^whsec_/, "")),
    (character) => character.charCodeAt(0),
  );
  const key = await crypto.subtle.importKey(
    "raw",
    bytes,
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  const mac = await crypto.subtle.sign(
    "HMAC",
    key,
    new TextEncoder().encode(`${id}.${timestamp}.${body}`),
  );
  return `v1,${btoa(String.fromCharCode(...new Uint8Array(mac)))}`;
}
