// When a call is tried again, and after how long. Nothing here talks to anyone, or sleeps.
//
// Never sent (no connection) or turned away unread (429): every call. Lost on the way, or 502, 503, 504: only what may
// be repeated safely. Exponential backoff with full jitter; what the server says in `Retry-After` is the least.

import type { Call } from "./calls.js";

/** An answer that is no success, or what happened instead of one. */
export type Outcome = { response: Response; text: string } | { error: unknown };

const NEVER_SENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT"]);
const OVERLOADED = new Set([502, 503, 504]);
const FIRST_MS = 500;
const LONGEST_MS = 8_000;
const MOST_PATIENCE_MS = 60_000; // who is told to wait for longer hears of it at once

/** Milliseconds until the next try; undefined: this outcome stands. `tries` have been made, one at least. */
export function pauseAfter(call: Call, outcome: Outcome, tries: number, most: number): number | undefined {
  if (tries > most || !isWorthIt(call, outcome)) return undefined;
  const told = "response" in outcome ? (retryAfterMs(outcome.response) ?? 0) : 0;
  return told > MOST_PATIENCE_MS ? undefined : told + backoffMs(tries);
}

/** Up to 0.5 s, 1 s, 2 s … 8 s: clients that failed together do not come back together. */
export function backoffMs(tries: number): number {
  return Math.random() * Math.min(FIRST_MS * 2 ** (tries - 1), LONGEST_MS);
}

function isWorthIt(call: Call, outcome: Outcome): boolean {
  const mayRepeat = call.isRepeatable === true || ["GET", "PUT", "DELETE"].includes(call.method);
  if ("error" in outcome) return mayRepeat || wasNeverSent(outcome.error);
  const { status } = outcome.response;
  if (status === 409) return call.takesKey === true && outcome.text.includes('"idempotency_in_progress"');
  return status === 429 || (OVERLOADED.has(status) && mayRepeat);
}

/** `fetch` wraps what happened in a TypeError; several addresses make an AggregateError of it. */
function wasNeverSent(error: unknown): boolean {
  const cause = (error as { cause?: { code?: string; errors?: { code?: string }[] } }).cause;
  const codes = cause?.errors?.map((each) => each.code) ?? [cause?.code];
  return codes.length > 0 && codes.every((code) => code !== undefined && NEVER_SENT.has(code));
}

/** `Retry-After`, from a number of seconds or a date; undefined where there is none. */
export function retryAfterMs(response: Response): number | undefined {
  const text = response.headers.get("Retry-After")?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}
