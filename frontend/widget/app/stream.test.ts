import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { followTurn, type Ending, type TurnHandlers } from "./stream";

const handlers = () => ({ onStatus: vi.fn(), onToken: vi.fn(), onCitation: vi.fn(), onRestart: vi.fn(), onReconnecting: vi.fn() }) satisfies TurnHandlers;

interface Asked {
  lastId: string | null;
  token: string | null;
}

/** A server that answers each connection with the next of `answers`. */
function serve(answers: ((signal: AbortSignal) => Response | Promise<Response>)[]): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal("fetch", async (_url: string, init: RequestInit) => {
    const headers = new Headers(init.headers);
    asked.push({ lastId: headers.get("Last-Event-ID"), token: headers.get("Authorization") });
    return (answers[asked.length - 1] ?? answers.at(-1)!)(init.signal!);
  });
  return asked;
}

const frames = (...lines: string[]) => () => new Response(lines.join(""));
const token = (id: number, text: string) => `id: ${id}\nevent: token\ndata: ${JSON.stringify({ text })}\n\n`;
const done = (id: number) => `id: ${id}\nevent: done\ndata: {"message":{"id":"msg_1"}}\n\n`;
const failing = (status: number, code = "x") => () => new Response(JSON.stringify({ error: { code, message: "m" } }), { status });

async function follow(seen = handlers(), silenceMs = 1000): Promise<Ending> {
  const controller = new AbortController();
  let renewed = 0;
  const ending = followTurn({
    url: "/v1/turns/t/stream",
    token: () => Promise.resolve(`t${renewed}`),
    refuseToken: () => (renewed += 1),
    handlers: seen,
    signal: controller.signal,
    silenceMs,
  });
  await vi.runAllTimersAsync();
  return ending;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("reads tokens to the end", async () => {
  serve([frames(token(1, "a"), ": heartbeat\n\n", token(2, "b"), done(3))]);
  const seen = handlers();
  expect(await follow(seen)).toMatchObject({ kind: "done", message: { id: "msg_1" } });
  expect(seen.onToken.mock.calls.flat()).toEqual(["a", "b"]);
});

it("resumes after the last event it saw and repeats nothing", async () => {
  const asked = serve([frames(token(1, "a")), () => Promise.reject(new TypeError("network")), frames(token(2, "b"), done(3))]);
  const seen = handlers();
  expect((await follow(seen)).kind).toBe("done");
  expect(asked.map((each) => each.lastId)).toEqual([null, "1", "1"]);
  expect(seen.onToken.mock.calls.flat()).toEqual(["a", "b"]);
});

it("takes silence for a broken connection", async () => {
  const start = (signal: AbortSignal) => (stream: ReadableStreamDefaultController) => {
    stream.enqueue(new TextEncoder().encode(token(1, "a")));
    signal.addEventListener("abort", () => stream.error(new DOMException("aborted", "AbortError")));
  };
  const silent = (signal: AbortSignal) => new Response(new ReadableStream({ start: start(signal) }));
  const asked = serve([silent, frames(done(2))]);
  expect((await follow()).kind).toBe("done");
  expect(asked).toHaveLength(2);
});

it("says when the text so far does not stand", async () => {
  serve([frames(token(1, "a"), "id: 2\nevent: restart\ndata: {}\n\n", token(3, "b"), done(4))]);
  const seen = handlers();
  expect((await follow(seen)).kind).toBe("done");
  expect(seen.onRestart.mock.invocationCallOrder[0]).toBeGreaterThan(seen.onToken.mock.invocationCallOrder[0]!);
  expect(seen.onRestart.mock.invocationCallOrder[0]).toBeLessThan(seen.onToken.mock.invocationCallOrder[1]!);
});

it("renews a refused token once", async () => {
  const asked = serve([failing(401), frames(done(1))]);
  expect((await follow()).kind).toBe("done");
  expect(asked.map((each) => each.token)).toEqual(["Bearer t0", "Bearer t1"]);
});

it.each([
  ["an error event", frames('event: error\ndata: {"code":"c","message":"m"}\n\n'), { kind: "error", code: "c" }],
  ["a stream that is gone", failing(404), { kind: "gone" }],
  ["a refusal", failing(403, "no"), { kind: "error", code: "no" }],
  ["a token refused for ever", failing(401, "not_authenticated"), { kind: "error", code: "not_authenticated" }],
  ["a server that stays away", failing(503), { kind: "lost" }],
  ["a stream that always ends early", frames(), { kind: "lost" }],
  ["frames that are no JSON", frames("event: token\ndata: {\n\n"), { kind: "lost" }],
])("ends on %s", async (_name, answer, wanted) => {
  serve([answer]);
  expect(await follow()).toMatchObject(wanted);
});
