// Sends calls, and tries again as `retries.ts` says.

import { addressOf, contentOf, newId, type Call, type CallOptions } from "./calls.js";
import { APIConnectionError, APITimeoutError, errorOf, UnexpectedAnswerError } from "./errors.js";
import { pauseAfter, retryAfterMs, type Outcome } from "./retries.js";
import { VERSION } from "./version.js";

/** Whom to call, as whom, and how patiently. */
export interface Connection {
  baseUrl: string;
  apiKey: string;
  /** For each try, until the answer is whole; of a stream, between two pieces. */
  timeoutMs: number;
  maxRetries: number;
  fetch: typeof fetch;
}

const USER_AGENT = `rapport-sdk-typescript/${VERSION} ${runtime()}`;

function runtime(): string {
  const { process } = globalThis as { process?: { version?: string } };
  return process?.version ? `node/${process.version.slice(1)}` : "javascript";
}

export class Transport {
  constructor(readonly connection: Connection) {}

  async fetch<T>(call: Call, options: CallOptions): Promise<T> {
    const text = await this.settle(call, options, (response) => response.text());
    try {
      return JSON.parse(text) as T;
    } catch (error) {
      throw new UnexpectedAnswerError(`${call.path} did not answer with JSON. Is it Rapport?`, { cause: error });
    }
  }

  async fetchBytes(call: Call, options: CallOptions): Promise<Uint8Array> {
    return new Uint8Array(await this.settle(call, options, (response) => response.arrayBuffer()));
  }

  async send(call: Call, options: CallOptions): Promise<void> {
    await this.settle(call, options, (response) => response.arrayBuffer());
  }

  /** The answer, whose body is still to come; `stop` ends it. It may break off with an error of `fetch`. */
  async openStream(call: Call, options: CallOptions): Promise<{ response: Response; watch: Watch }> {
    return this.settle(call, options, (response, watch) => ({ response, watch }), true);
  }

  async pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", stop);
        resolve();
      }, milliseconds);
      signal?.addEventListener("abort", stop, { once: true });
      if (signal?.aborted) stop();
    });
  }

  /** `read` takes the body of a success; while it does, the try may still fail and be made again. */
  private async settle<T>(
    call: Call,
    options: CallOptions,
    read: (response: Response, watch: Watch) => Promise<T> | T,
    isStream = false,
  ): Promise<T> {
    const request = this.requestOf(call, options);
    for (let tries = 1; ; tries += 1) {
      const watch = new Watch(this.connection.timeoutMs, options.signal);
      let outcome: Outcome;
      try {
        const response = await this.connection.fetch(request.url, { ...request.init, signal: watch.signal });
        if (response.ok) return await read(response, watch);
        outcome = { response, text: await response.text() };
      } catch (error) {
        if (options.signal?.aborted) throw error;
        outcome = { error };
      } finally {
        if (!isStream) watch.end();
      }
      watch.end();
      const milliseconds = pauseAfter(call, outcome, tries, this.connection.maxRetries);
      if (milliseconds === undefined) throw failureOf(outcome);
      await this.pause(milliseconds, options.signal);
    }
  }

  private requestOf(call: Call, options: CallOptions): { url: string; init: RequestInit } {
    const { headers, body } = contentOf(call);
    const key = options.idempotencyKey ?? (call.takesKey ? newId() : undefined);
    const sent = {
      Authorization: `Bearer ${this.connection.apiKey}`,
      "User-Agent": USER_AGENT,
      Accept: "application/json",
      ...headers,
      ...(key ? { "Idempotency-Key": key } : {}),
      ...call.headers,
    };
    const url = this.connection.baseUrl.replace(/\/+$/, "") + addressOf(call);
    return { url, init: { method: call.method, headers: sent, redirect: "manual", ...(body === undefined ? {} : { body }) } };
  }
}

/** Ends a try when nothing has come for so long, or when the caller says so. */
export class Watch {
  private readonly controller = new AbortController();
  private readonly stop = (): void => this.controller.abort(this.callers?.reason);
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly timeoutMs: number,
    private readonly callers: AbortSignal | undefined,
  ) {
    callers?.addEventListener("abort", this.stop, { once: true });
    if (callers?.aborted) this.stop();
    this.touch();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Something came: the time begins anew. */
  touch(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () => this.controller.abort(new DOMException(`Nothing came for ${this.timeoutMs} ms.`, "TimeoutError")),
      this.timeoutMs,
    );
  }

  end(): void {
    clearTimeout(this.timer);
    this.callers?.removeEventListener("abort", this.stop);
  }
}

/** The error for what stands after the last try. */
function failureOf(outcome: Outcome): Error {
  if ("error" in outcome) return lost(outcome.error);
  const wait = retryAfterMs(outcome.response);
  return errorOf(outcome.response.status, outcome.text, wait === undefined ? undefined : wait / 1000);
}

/** The error for an answer that did not come. */
export function lost(error: unknown): APIConnectionError {
  const isTimeout = error instanceof Error && error.name === "TimeoutError";
  const message = error instanceof Error ? error.message : String(error);
  return isTimeout
    ? new APITimeoutError("No answer came in time.", { cause: error })
    : new APIConnectionError(`No answer came: ${message}`, { cause: error });
}
