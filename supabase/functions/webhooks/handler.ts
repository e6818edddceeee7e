// Sends what is due in the outbox. Several calls may run at once: a claim is a lease, and an outcome counts only under the claimed attempt.
import type { z } from "zod";
import type { Handlers } from "../_shared/api.ts";
import { isDatabaseError } from "../_shared/errors.ts";
import type { api } from "./api.ts";
import type { Post } from "./post.ts";
import {
  type ClaimedRow,
  claimedRow,
  type Delivery,
  delivery as deliverySchema,
  type Outcome,
  type Summary,
} from "./schema.ts";
import { bodyOf, sign } from "./sign.ts";
import { RefusedTarget, type Resolve, resolveTarget } from "./target.ts";

const places = 20;
const attemptMs = 10_000;
// New attempts are begun so long; the platform allows 150 s to the reply.
const budgetMs = 60_000;

export interface Dependencies {
  /** The stack is a local one: plain http and this machine are fine. */
  local: boolean;
  claim(maxDeliveries: number): Promise<ClaimedRow[]>;
  record(outcome: Outcome): Promise<void>;
  post: Post;
  resolve: Resolve;
  /** Milliseconds since 1970. */
  now(): number;
  report(line: string): void;
  /** Ends at once when the signal is aborted. */
  pause(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export function handlersWith(dependencies: Dependencies): Handlers<typeof api> {
  return { send: () => sendDue(dependencies) };
}

export async function sendDue(dependencies: Dependencies): Promise<Summary> {
  const summary: Summary = {
    attempted: 0,
    delivered: 0,
    undelivered: 0,
    unrecorded: 0,
  };
  const until = dependencies.now() + budgetMs;
  const underWay = new Set<Promise<void>>();
  // Places are filled as they come free: an endpoint that does not answer keeps its own, and nobody else waits for it.
  try {
    while (dependencies.now() < until) {
      const claimed = await dependencies.claim(places - underWay.size);
      for (const row of claimed) {
        const delivering: Promise<void> = deliver(row, dependencies, summary).finally(() =>
          underWay.delete(delivering)
        );
        underWay.add(delivering);
      }
      if (underWay.size === 0) break;
      // What comes due meanwhile is not left to the slowest of those under way.
      await firstOf(underWay, dependencies.pause);
      // Those that were begun together end almost together: one claim for all of them.
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (underWay.size === places) await Promise.race(underWay);
    }
  } finally {
    // A claim that fails ends no attempt.
    await Promise.all(underWay);
  }
  return summary;
}

async function deliver(
  row: ClaimedRow,
  dependencies: Dependencies,
  summary: Summary,
): Promise<void> {
  summary.attempted++;
  const outcome = await attempt(row, dependencies);
  if (outcome === null) {
    summary.unrecorded++;
    dependencies.report("a claimed webhook has no id and attempt to record an outcome by");
    return;
  }
  if (
    outcome.status !== null && outcome.status >= 200 && outcome.status < 300
  ) summary.delivered++;
  else summary.undelivered++;
  try {
    await dependencies.record(outcome);
  } catch (error) {
    summary.unrecorded++;
    dependencies.report(
      `webhook ${outcome.delivery_id}, attempt ${outcome.attempt}: not recorded: ${messageOf(error)}`,
    );
  }
}

const lookAgainMs = 1000;

async function firstOf(underWay: Set<Promise<void>>, pause: Dependencies["pause"]): Promise<void> {
  const waiting = new AbortController();
  await Promise.race([...underWay, pause(lookAgainMs, waiting.signal)]);
  waiting.abort();
}

/** Null when not even the delivery's id can be told: then the lease ends by itself. */
async function attempt(
  row: ClaimedRow,
  dependencies: Dependencies,
): Promise<Outcome | null> {
  const known = claimedRow.safeParse(row);
  if (!known.success) return null;
  const outcome = { delivery_id: known.data.id, attempt: known.data.attempt };
  const read: z.input<typeof deliverySchema> = row;
  const delivery = deliverySchema.safeParse(read);
  if (!delivery.success) {
    const [issue] = delivery.error.issues;
    return { ...outcome, status: null, error: `malformed: ${issue?.path.join(".")}: ${issue?.message}` };
  }
  try {
    return {
      ...outcome,
      status: await send(delivery.data, dependencies),
      error: null,
    };
  } catch (error) {
    return { ...outcome, status: null, error: describe(error) };
  }
}

async function send(
  delivery: Delivery,
  dependencies: Dependencies,
): Promise<number> {
  if (delivery.secret === null) {
    throw new Error("the signing secret is gone, register the endpoint again");
  }
  const signal = AbortSignal.timeout(attemptMs);
  const target = await resolveTarget(delivery.url, dependencies);
  const body = bodyOf(delivery);
  const timestamp = Math.floor(dependencies.now() / 1000);
  const headers = {
    "content-type": "application/json",
    "user-agent": "AIMatrix-ML-Webhooks/1",
    "webhook-id": delivery.id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": await sign(
      delivery.secret,
      delivery.id,
      timestamp,
      body,
    ),
  };
  return await dependencies.post(target, headers, body, { signal });
}

function describe(error: unknown): string {
  if (error instanceof RefusedTarget) return `refused: ${error.message}`;
  if (error instanceof DOMException && error.name === "TimeoutError") {
    return `no reply within ${attemptMs / 1000} s`;
  }
  return messageOf(error);
}

function messageOf(error: unknown): string {
  if (isDatabaseError(error)) return `${error.message} (${error.code})`;
  return error instanceof Error ? error.message : String(error);
}
