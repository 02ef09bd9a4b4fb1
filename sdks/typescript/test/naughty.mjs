// A real HTTP server on a free port that answers what a test tells it, one thing after the other, and breaks what it is
// told to break. It keeps what it was asked.

import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export async function misbehaving() {
  const naughty = { url: "", answers: [], asked: [], will: (...answers) => naughty.answers.push(...answers) };
  const server = createServer(async (request, response) => {
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    const body = Buffer.concat(pieces).toString();
    naughty.asked.push({ method: request.method, path: request.url, headers: request.headers, body });
    const answer = naughty.answers.length > 1 ? naughty.answers.shift() : naughty.answers[0];
    await answer(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  naughty.url = `http://127.0.0.1:${server.address().port}`;
  naughty.close = () => {
    server.closeAllConnections();
    server.close();
  };
  return naughty;
}

export const says =
  (body, status = 200, headers = {}) =>
  (response) => {
    response.writeHead(status, { "Content-Type": "application/json", ...headers });
    response.end(body === null ? undefined : JSON.stringify(body));
  };

export const refuses = (status, code = "some_code", headers = {}) =>
  says({ error: { type: "t", code, message: "Do this.", param: "name", request_id: "req_1" } }, status, headers);

/** Hangs up without a word, after the request was read. */
export const drops = (response) => response.socket.destroy();

/** Says nothing until the test is over. */
export const hangs = () => {};

/** Events piece by piece; "cut" hangs up in the middle, "silence" says nothing more, else the answer ends. */
export const streams =
  (...pieces) =>
  async (response) => {
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    for (const piece of pieces) {
      if (piece === "cut") return response.socket.destroy();
      if (piece === "silence") return undefined;
      response.write(piece);
      await sleep(10);
    }
    return response.end();
  };
