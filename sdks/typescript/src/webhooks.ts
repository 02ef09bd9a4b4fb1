// Is a webhook really from Rapport? The signatures of Standard Webhooks (https://www.standardwebhooks.com), v1.

import { WebhookVerificationError } from "./errors.js";

/** `id` is the same each time an event is sent: keep it to do things once. */
export interface WebhookEvent {
  id: string;
  type: string;
  timestamp: string;
  data: Record<string, unknown>;
}

/** A request's headers, as Node, Express or fetch have them. */
export type HeadersInput = Headers | Record<string, string | string[] | undefined>;

const TOLERANCE_SECONDS = 300;

/**
 * The event in a request's body, exactly as it came. Throws WebhookVerificationError.
 * secret: `whsec_…`, as it was shown when the webhook was made.
 * toleranceSeconds: how old a request may be, or ahead of this machine's clock.
 */
export async function verifyWebhook(
  body: string | Uint8Array,
  headers: HeadersInput,
  secret: string,
  { toleranceSeconds = TOLERANCE_SECONDS } = {},
): Promise<WebhookEvent> {
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  const id = header(headers, "webhook-id");
  const timestamp = header(headers, "webhook-timestamp");
  checkAge(timestamp, toleranceSeconds);
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${text}`);
  if (!(await isAmong(header(headers, "webhook-signature"), await keyOf(secret), signed))) {
    throw new WebhookVerificationError("No signature is right: it is not from Rapport, or not for this secret.");
  }
  return eventOf(id, text);
}

function header(headers: HeadersInput, name: string): string {
  const found =
    headers instanceof Headers
      ? headers.get(name)
      : Object.entries(headers).find(([each]) => each.toLowerCase() === name)?.[1];
  if (typeof found !== "string" || !found) throw new WebhookVerificationError(`The header ${name} is missing.`);
  return found;
}

function checkAge(timestamp: string, toleranceSeconds: number): void {
  if (!/^\d{1,15}$/.test(timestamp)) throw new WebhookVerificationError("webhook-timestamp is no number.");
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > toleranceSeconds) {
    throw new WebhookVerificationError("It is too old, or from the future: someone may have sent it again.");
  }
}

async function keyOf(secret: string): Promise<CryptoKey> {
  const key = bytesOf(secret.replace(/^whsec_/, ""));
  if (!key?.length) throw new WebhookVerificationError("The secret is whsec_ and base64, as Rapport showed it.");
  return crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
}

/** While a secret is being replaced there are two signatures. `subtle.verify` compares in constant time. */
async function isAmong(signatures: string, key: CryptoKey, signed: Uint8Array<ArrayBuffer>): Promise<boolean> {
  for (const each of signatures.split(" ")) {
    const [version, text = ""] = each.split(",");
    const signature = bytesOf(text);
    if (version === "v1" && signature && (await crypto.subtle.verify("HMAC", key, signature, signed))) return true;
  }
  return false;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function eventOf(id: string, text: string): WebhookEvent {
  try {
    const { type, timestamp, data } = JSON.parse(text) as WebhookEvent;
    if (typeof type === "string") return { id, type, timestamp, data };
  } catch {
    // told below
  }
  throw new WebhookVerificationError("It is signed, but no event.");
}
