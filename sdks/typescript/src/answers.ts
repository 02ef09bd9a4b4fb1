// An answer while it is written: its events, and how a broken connection is taken up again.

import type { Call, CallOptions } from "./calls.js";
import { AnswerFailedError, APIConnectionError, UnexpectedAnswerError } from "./errors.js";
import type { Citation, Message } from "./generated.js";
import { backoffMs } from "./retries.js";
import { EventParser, type ServerSentEvent } from "./sse.js";
import type { Transport } from "./transport.js";

export type AnswerEvent =
  /** The question is kept; the answer will come, even when nobody listens. */
  | { type: "started"; conversationId: string; turnId: string }
  | { type: "status"; stage: string }
  /** The next piece of the text. */
  | { type: "token"; text: string }
  | { type: "citation"; citation: Citation }
  /** Forget the text so far: it comes anew. */
  | { type: "restart" }
  /** The last one: the whole answer. */
  | { type: "done"; message: Message };

/** A whole answer, and the conversation to go on with. */
export interface Answer {
  conversationId: string;
  turnId: string;
  text: string;
  citations: Citation[];
  message: Message;
}

/** A turn's events to its end, over as many connections as it takes. */
export async function* follow(
  transport: Transport,
  turnId: string,
  after: string,
  options: CallOptions,
): AsyncGenerator<AnswerEvent, void, undefined> {
  const following = new Following(turnId, after, transport.connection.maxRetries);
  for (;;) {
    let cause: unknown;
    const { response, watch } = await transport.openStream(following.call(), options);
    const reader = following.readerOf(response);
    try {
      const parser = new EventParser();
      for (;;) {
        const { done, value } = await nextPiece(reader, options.signal);
        if (done) break;
        watch.touch();
        for (const sent of parser.feed(value)) {
          const event = following.read(sent);
          if (event) yield event;
          if (event?.type === "done") return;
        }
      }
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      cause = error.cause;
    } finally {
      watch.end();
      reader.cancel().catch(() => undefined); // it may be broken already
    }
    await transport.pause(following.pause(cause), options.signal);
  }
}

/** The connection broke, not what was read from it. */
class Broken extends Error {}

async function nextPiece(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<ReadableStreamReadResult<Uint8Array>> {
  try {
    return await reader.read();
  } catch (error) {
    throw signal?.aborted ? error : new Broken("broken off", { cause: error });
  }
}

/** What has been seen of a turn's stream, over all its connections. */
class Following {
  private failures = 0;

  constructor(
    private readonly turnId: string,
    private after: string,
    private readonly mostFailures: number,
  ) {}

  call(): Call {
    const headers = { Accept: "text/event-stream", ...(this.after ? { "Last-Event-ID": this.after } : {}) };
    return { method: "GET", path: `/v1/turns/${encodeURIComponent(this.turnId)}/stream`, headers };
  }

  readerOf(response: Response): ReadableStreamDefaultReader<Uint8Array> {
    if (response.status === 204 || !response.body) {
      throw new UnexpectedAnswerError(
        `The stream of ${this.turnId} is over. The answer is among the conversation's messages.`,
      );
    }
    return response.body.getReader();
  }

  /** undefined for an event that this version does not know. Throws AnswerFailedError. */
  read(sent: ServerSentEvent): AnswerEvent | undefined {
    this.after = sent.id || this.after;
    this.failures = 0;
    const data = this.parse(sent.data);
    if (sent.event === "error") {
      throw new AnswerFailedError(String(data.code ?? ""), String(data.message ?? ""), this.turnId);
    }
    return eventOf(sent.event, data);
  }

  private parse(text: string): Record<string, unknown> {
    try {
      return JSON.parse(text) as Record<string, unknown>;
    } catch (cause) {
      throw new UnexpectedAnswerError(`The stream of ${this.turnId} brought something else than JSON.`, { cause });
    }
  }

  /** Milliseconds until the next connection. Throws after too many that brought nothing. */
  pause(cause: unknown): number {
    this.failures += 1;
    if (this.failures > this.mostFailures) {
      throw new APIConnectionError(`The stream of ${this.turnId} broke off ${this.failures} times.`, { cause });
    }
    return backoffMs(this.failures);
  }
}

function eventOf(name: string, data: Record<string, unknown>): AnswerEvent | undefined {
  switch (name) {
    case "status":
      return { type: "status", stage: String(data.stage ?? "") };
    case "token":
      return { type: "token", text: String(data.text ?? "") };
    case "citation":
      return { type: "citation", citation: data as unknown as Citation };
    case "restart":
      return { type: "restart" };
    case "done":
      return { type: "done", message: data.message as Message };
    default:
      return undefined;
  }
}
