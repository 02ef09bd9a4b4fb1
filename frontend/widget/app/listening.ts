// Listening to a conversation for what people of the company do: a doorbell that says that something changed. It comes
// back after every end until it is told to stop, and reads nothing itself.
import { backoffMs, wait } from "./backoff";
import { SseParser, type SseEvent } from "./sse";
import type { Who } from "./store";

export interface ListenOptions {
  url: string;
  token: () => Promise<string>;
  refuseToken: () => void;
  signal: AbortSignal;
  onChanged: (who: Who, messages: number) => void;
  onTyping: (name: string) => void;
}

const SILENCE_MS = 25_000; // heartbeats come every 10 s
const SHORTEST_MS = 2_000;

/** Until `signal`, or until the server says that the conversation is not there. Never throws. */
export async function listen(options: ListenOptions): Promise<void> {
  for (let failures = 0; !options.signal.aborted; ) {
    const began = Date.now();
    const isOver = await hearOnce(options);
    if (isOver || options.signal.aborted) return;
    failures = Date.now() - began > SILENCE_MS ? 0 : failures + 1;
    await wait(Math.max(SHORTEST_MS, backoffMs(failures)), options.signal);
  }
}

/** True when there is nothing more to be heard. */
async function hearOnce(options: ListenOptions): Promise<boolean> {
  const connection = new AbortController();
  const stop = () => connection.abort();
  options.signal.addEventListener("abort", stop);
  let timer = 0;
  const stillAlive = () => {
    clearTimeout(timer);
    timer = setTimeout(stop, SILENCE_MS) as unknown as number;
  };
  stillAlive();
  try {
    const headers = { Accept: "text/event-stream", Authorization: `Bearer ${await options.token()}` };
    const response = await fetch(options.url, { headers, signal: connection.signal, credentials: "omit", cache: "no-store" });
    if (response.status === 401) options.refuseToken();
    if (!response.ok || !response.body) return response.status === 403 || response.status === 404;
    const parser = new SseParser((event) => handle(event, options));
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return false;
      stillAlive();
      parser.push(decoder.decode(value, { stream: true }));
    }
  } catch {
    return false; // no connection: it is tried again
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener("abort", stop);
    connection.abort();
  }
}

function handle(event: SseEvent, options: ListenOptions): void {
  const data = JSON.parse(event.data) as { state: Who; messages: number; name: string };
  if (event.event === "changed") options.onChanged(data.state, data.messages);
  if (event.event === "typing") options.onTyping(data.name);
}
