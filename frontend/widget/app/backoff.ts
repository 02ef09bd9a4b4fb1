// How long to wait before trying again. Spread at random, so that a thousand widgets do not come back at once.

/** Milliseconds before attempt `attempt` (0 is the first retry): doubling from `base`, capped, half of it random. */
export function backoffMs(attempt: number, base = 500, cap = 15_000, random: () => number = Math.random): number {
  const full = Math.min(cap, base * 2 ** attempt);
  return full / 2 + (full / 2) * random();
}

/** Wait; ends early, without an error, when `signal` aborts or the browser comes back online. */
export function wait(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      globalThis.removeEventListener?.("online", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener("abort", end);
    globalThis.addEventListener?.("online", end);
  });
}

/** A random key, also where the page is no secure context and `randomUUID` is missing. */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
