// Following one turn's answer to its end: events over fetch, heartbeats watched, resumed by Last-Event-ID, and exactly
// one ending on every path. It shows nothing and keeps nothing; the caller's handlers do.
import { ApiError, readError, type Citation, type Message } from "./api";
import { backoffMs, wait } from "./backoff";
import { SseParser, type SseEvent } from "./sse";

export interface TurnHandlers {
  onStatus(stage: string): void;
  onToken(text: string): void;
  onCitation(citation: Citation): void;
  /** What came so far does not stand: it comes again, perhaps otherwise. */
  onRestart(): void;
  /** The stream is being taken up again (true) or flows once more (false). */
  onReconnecting(isReconnecting: boolean): void;
}

export type Ending =
  | { kind: "done"; message: Message }
  | { kind: "error"; code: string; message: string }
  /** The server no longer has the stream (it ended long ago): the answer, if any, is among the messages. */
  | { kind: "gone" }
  /** No connection for all attempts. */
  | { kind: "lost" }
  | { kind: "aborted" };

export interface TurnOptions {
  url: string;
  token: () => Promise<string>;
  /** The token was refused: forget it, so that `token()` gets another. */
  refuseToken: () => void;
  handlers: TurnHandlers;
  signal: AbortSignal;
  /** Silence longer than this many ms (heartbeats come every 10 s) means that the connection is dead. */
  silenceMs?: number;
  attempts?: number;
}

/** Follow the turn until it ends. Never throws. A reconnection that brought news starts the count of attempts anew. */
export async function followTurn(options: TurnOptions): Promise<Ending> {
  const { handlers, signal, attempts = 7 } = options;
  const state = { lastId: "", isRefused: false };
  for (let failures = 0; failures < attempts; failures += 1) {
    const before = state.lastId;
    const ending = await readOnce(options, state);
    if (signal.aborted) return { kind: "aborted" };
    if (ending) return ending;
    if (state.lastId !== before) failures = 0;
    handlers.onReconnecting(true);
    await wait(backoffMs(failures), signal);
    if (signal.aborted) return { kind: "aborted" };
  }
  return { kind: "lost" };
}

interface State {
  lastId: string;
  isRefused: boolean;
}

async function readOnce(options: TurnOptions, state: State): Promise<Ending | null> {
  const connection = new AbortController();
  const stop = () => connection.abort();
  options.signal.addEventListener("abort", stop);
  let timer = 0;
  const stillAlive = () => {
    clearTimeout(timer);
    timer = setTimeout(stop, options.silenceMs ?? 25_000) as unknown as number;
  };
  stillAlive();
  try {
    const response = await connect(options, state.lastId, connection.signal);
    if (!response.ok || !response.body) return await judge(response, options, state);
    options.handlers.onReconnecting(false);
    return await readEvents(response.body, state, options.handlers, stillAlive);
  } catch (error) {
    // A token that cannot be renewed is an answer; a broken network is a reason to try again.
    if (error instanceof ApiError && !error.isPassing) return { kind: "error", code: error.code, message: error.message };
    return null;
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener("abort", stop);
    connection.abort();
  }
}

async function connect(options: TurnOptions, lastId: string, signal: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = {
    Accept: "text/event-stream",
    Authorization: `Bearer ${await options.token()}`,
  };
  if (lastId) headers["Last-Event-ID"] = lastId;
  return fetch(options.url, { headers, signal, credentials: "omit", cache: "no-store" });
}

/** What a refusal means: null to try again, else the ending. */
async function judge(response: Response, options: TurnOptions, state: State): Promise<Ending | null> {
  if (response.status === 401 && !state.isRefused) {
    state.isRefused = true;
    options.refuseToken();
    return null;
  }
  if (response.status === 404 || response.status === 410 || response.status === 204) return { kind: "gone" };
  const error = await readError(response);
  return error.isPassing ? null : { kind: "error", code: error.code, message: error.message };
}

async function readEvents(
  body: ReadableStream<Uint8Array>,
  state: State,
  handlers: TurnHandlers,
  stillAlive: () => void,
): Promise<Ending | null> {
  let ending: Ending | null = null;
  const parser = new SseParser((event) => {
    if (ending) return;
    state.lastId = event.id || state.lastId;
    ending = handle(event, handlers);
  });
  const reader = body.getReader();
  const decoder = new TextDecoder();
  while (!ending) {
    const { done, value } = await reader.read();
    if (done) break;
    stillAlive();
    parser.push(decoder.decode(value, { stream: true }));
  }
  return ending;
}

function handle(event: SseEvent, handlers: TurnHandlers): Ending | null {
  const data = JSON.parse(event.data) as Record<string, unknown>;
  switch (event.event) {
    case "status":
      handlers.onStatus(String(data.stage));
      return null;
    case "token":
      handlers.onToken(String(data.text));
      return null;
    case "citation":
      handlers.onCitation(data as unknown as Citation);
      return null;
    case "restart":
      handlers.onRestart();
      return null;
    case "done":
      return { kind: "done", message: data.message as Message };
    case "error":
      return { kind: "error", code: String(data.code), message: String(data.message) };
    default:
      return null; // a newer server may say more; what is unknown is no failure
  }
}
