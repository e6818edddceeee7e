// A sender with everything outside replaced: the database by a list, the network by a function, the clock by a number.
import type { Dependencies } from "../../supabase/functions/webhooks/handler.ts";
import { makeApp } from "../../supabase/functions/_shared/app.ts";
import { service } from "../../supabase/functions/_shared/caller.ts";
import { api } from "../../supabase/functions/webhooks/api.ts";
import { handlersWith } from "../../supabase/functions/webhooks/handler.ts";
import type { ClaimedRow, Delivery, Outcome } from "../../supabase/functions/webhooks/schema.ts";
import type { Target } from "../../supabase/functions/webhooks/target.ts";

export interface Sent {
  target: Target;
  headers: Record<string, string>;
  body: string;
}

export interface FakeSender extends Dependencies {
  sent: Sent[];
  outcomes: Outcome[];
  reports: string[];
  claims: number[];
}

/** The catalog calls no column of a function's table nullable; a secret may be gone nevertheless. */
export function deliveryOf(change: Partial<Delivery> = {}): ClaimedRow {
  return {
    id: crypto.randomUUID(),
    endpoint_id: "00000000-0000-4000-8000-0000000000e1",
    url: "https://hooks.example.com/in?a=b",
    secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    event_type: "job.failed",
    payload: { id: 7, error: "größer" },
    attempt: 1,
    created_at: "2026-01-02T03:04:05.678+00:00",
    ...change,
  } as ClaimedRow;
}

/** `due` is what the database would hand out, claim by claim. */
export function fakeSender(due: ClaimedRow[][], change: Partial<Dependencies> = {}): FakeSender {
  const sender: FakeSender = {
    sent: [],
    outcomes: [],
    reports: [],
    claims: [],
    local: false,
    claim: (max) => {
      sender.claims.push(max);
      return Promise.resolve(due.shift() ?? []);
    },
    record: (outcome) => {
      sender.outcomes.push(outcome);
      return Promise.resolve();
    },
    post: (target, headers, body) => {
      sender.sent.push({ target, headers, body });
      return Promise.resolve(200);
    },
    resolve: () => Promise.resolve(["93.184.215.14"]),
    now: () => 1614265330_000,
    report: (line) => sender.reports.push(line),
    // For ever, unless a test says otherwise.
    pause: () => new Promise(() => {}),
    ...change,
  };
  return sender;
}

export const post = (path = "/webhooks") => new Request(`http://localhost${path}`, { method: "POST" });

/** The app around it, for a caller with a secret key. */
export function send(request: Request, sender: Dependencies): Promise<Response> {
  return makeApp(api, handlersWith(sender), () => Promise.resolve(service)).fetch(request);
}
