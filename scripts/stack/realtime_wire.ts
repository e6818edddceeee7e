// The messages of Supabase Realtime's socket (protocol version 2.0.0), as supabase-js speaks it.

export interface Frame {
  joinRef: string | null;
  ref: string | null;
  topic: string;
  event: string;
  payload: Record<string, unknown>;
}

export type Outgoing = [string | null, string | null, string, string, unknown];

const isText = (value: unknown): value is string => typeof value === "string";
const textOrNull = (value: unknown) => isText(value) ? value : null;

/** A message from a client; undefined for what is not in the protocol. */
export function readFrame(data: unknown): Frame | undefined {
  if (data instanceof ArrayBuffer) return readBinary(new Uint8Array(data));
  if (!isText(data)) return undefined;
  let parts: unknown;
  try {
    parts = JSON.parse(data);
  } catch {
    return undefined;
  }
  if (!Array.isArray(parts) || parts.length !== 5) return undefined;
  const [joinRef, ref, topic, event, payload] = parts;
  if (!isText(topic) || !isText(event)) return undefined;
  return { joinRef: textOrNull(joinRef), ref: textOrNull(ref), topic, event, payload: asObject(payload) };
}

export function asObject(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : {};
}

/** A client's broadcast: kind 3, five lengths, the encoding (1 is JSON), five strings, the payload. */
function readBinary(bytes: Uint8Array): Frame | undefined {
  const [kind, joinRefLength, refLength, topicLength, eventLength, metaLength, encoding] = bytes;
  if (kind !== 3 || encoding === undefined) return undefined;
  const decoder = new TextDecoder();
  let at = 7;
  const take = (length: number) => decoder.decode(bytes.subarray(at, at += length));
  const joinRef = take(joinRefLength!);
  const ref = take(refLength!);
  const topic = take(topicLength!);
  const event = take(eventLength!);
  take(metaLength!);
  const rest = bytes.subarray(at);
  let payload: unknown = [...rest];
  if (encoding === 1) {
    try {
      payload = JSON.parse(decoder.decode(rest));
    } catch {
      return undefined;
    }
  }
  return { joinRef, ref, topic, event: "broadcast", payload: { type: "broadcast", event, payload } };
}

export function reply(frame: Frame, status: "ok" | "error", response: unknown): Outgoing {
  return [frame.joinRef, frame.ref, frame.topic, "phx_reply", { status, response }];
}

export function broadcast(topic: string, event: unknown, payload: unknown): Outgoing {
  return [null, null, topic, "broadcast", { type: "broadcast", event, payload }];
}
