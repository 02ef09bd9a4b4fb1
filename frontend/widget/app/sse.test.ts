import { expect, it } from "vitest";
import { SseParser, type SseEvent } from "./sse";

const STREAM = 'id: 1\nevent: token\ndata: {"text":"a"}\n\n: heartbeat\n\nid: 2\r\nevent: done\r\ndata: x\r\ndata: y\r\n\r\ndata: tail';

function read(pieces: string[]): SseEvent[] {
  const events: SseEvent[] = [];
  const parser = new SseParser((event) => events.push(event));
  for (const piece of pieces) parser.push(piece);
  return events;
}

const WANTED = [
  { event: "token", data: '{"text":"a"}', id: "1" },
  { event: "done", data: "x\ny", id: "2" },
];

it("reads events, skips comments and an unfinished tail", () => {
  expect(read([STREAM])).toEqual(WANTED);
});

it("gives the same events however the bytes are cut", () => {
  expect(read([...STREAM])).toEqual(WANTED);
  for (let cut = 1; cut < STREAM.length; cut += 1) expect(read([STREAM.slice(0, cut), STREAM.slice(cut)])).toEqual(WANTED);
});

it("keeps the last id for events that bring none", () => {
  expect(read(["id: 7\ndata: a\n\ndata: b\n\n"]).map((event) => event.id)).toEqual(["7", "7"]);
});
