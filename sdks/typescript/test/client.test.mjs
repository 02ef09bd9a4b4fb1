// The hand-written face against a server that misbehaves. It needs dist/: `npm run build` first.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import * as sdk from "../dist/index.js";
import { drops, hangs, misbehaving, refuses, says, streams } from "./naughty.mjs";

const AGENT = { id: "agt_1", name: "Ada" };
const CITATION = { marker: 1, title: "Returns", url: null, quote: "30 days", document_id: "doc_1", origin: "document" };
const MESSAGE = { id: "msg_1", role: "agent", text: "Thirty days [1].", citations: [CITATION], turn_id: "trn_1" };
const STARTED = [says({ id: "cnv_1" }, 201), says({ message_id: "msg_0", turn_id: "trn_1", stream_url: "" }, 202)];
const KINDS = ["started", "status", "token", "token", "citation", "done"];
const event = (id, name, data) => `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
const OPENING = "retry: 1000\n\n: \n\n";
const FIRST = event(1, "status", { stage: "searching" }) + event(2, "token", { text: "Dreißig" });
const REST = event(3, "token", { text: " [1]." }) + event(4, "citation", CITATION);
const DONE = event(5, "done", { message: MESSAGE });
const page = (ids, next_cursor = null) => ({ data: ids.map((id) => ({ id })), has_more: next_cursor !== null, next_cursor });

let server;
let client;
const random = Math.random;
beforeEach(async () => {
  Math.random = () => 0.01; // no long pauses between tries
  server = await misbehaving();
  client = new sdk.Rapport({ apiKey: "rp_sk_test_x", baseUrl: server.url, timeoutMs: 5_000 });
});
afterEach(() => {
  Math.random = random;
  server.close();
});

const kinds = async (events) => {
  const seen = [];
  for await (const each of events) seen.push(each.type);
  return seen;
};
const ask = () => client.conversations.stream("agt_1", "How long?", { contact: "customer-4711" });

test("only what is given is sent, with the key and who asks", async () => {
  server.will(says(AGENT, 201));
  assert.equal((await client.agents.create({ name: "Ada" })).id, "agt_1");
  const [asked] = server.asked;
  assert.deepEqual([asked.method, asked.path, asked.body], ["POST", "/v1/agents", '{"name":"Ada"}']);
  assert.equal(asked.headers.authorization, "Bearer rp_sk_test_x");
  assert.match(asked.headers["user-agent"], /^rapport-sdk-typescript\/\d+\.\d+\.\d+ node\/\d+/);
  assert.equal(asked.headers["idempotency-key"].length, 36);
});

test("an id cannot leave its place in the address", async () => {
  server.will(refuses(404));
  await assert.rejects(client.agents.get("../keys?x=#"), sdk.NotFoundError);
  assert.equal(server.asked[0].path, "/v1/agents/..%2Fkeys%3Fx%3D%23");
  for (const wrong of ["", ".", ".."]) await assert.rejects(async () => client.agents.get(wrong), TypeError);
});

test("a file is sent as a form", async () => {
  server.will(says({ id: "doc_1", is_unchanged: false }, 202));
  await client.documents.create({ file: new File(["Parcels"], "a.txt"), url: "https://shop.example/a" });
  assert.match(server.asked[0].body, /name="file"; filename="a.txt"[^]*Parcels/);
  assert.match(server.asked[0].body, /https:\/\/shop.example\/a/);
});

test("pages follow each other", async () => {
  server.will(says(page(["agt_1", "agt_2"], "c2")), says(page(["agt_3"])));
  const ids = [];
  for await (const agent of client.agents.list({ limit: 2 })) ids.push(agent.id);
  assert.deepEqual(ids, ["agt_1", "agt_2", "agt_3"]);
  assert.deepEqual(server.asked.map((each) => each.path), ["/v1/agents?limit=2", "/v1/agents?cursor=c2&limit=2"]);
});

test("a refusal says all that the API said, a proxy's page what it can", async () => {
  server.will(refuses(400), (response) => response.writeHead(500).end("<html>"));
  const said = { status: 400, code: "some_code", message: "Do this.", param: "name", requestId: "req_1" };
  await assert.rejects(client.agents.create(), { name: "InvalidRequestError", ...said });
  await assert.rejects(client.agents.get("agt_1"), { name: "ServerError", code: "http_500" });
});

for (const [name, trouble] of Object.entries({ 502: refuses(502), 503: refuses(503), 429: refuses(429), drops })) {
  test(`reading is tried again: ${name}`, async () => {
    server.will(trouble, trouble, says(AGENT));
    assert.equal((await client.agents.get("agt_1")).id, "agt_1");
    assert.equal(server.asked.length, 3);
  });
}

test("making something is tried again under one key", async () => {
  server.will(drops, refuses(503), refuses(409, "idempotency_in_progress"), says(AGENT, 201));
  await client.agents.create({ name: "Ada" });
  assert.equal(server.asked.length, 4);
  assert.equal(new Set(server.asked.map((each) => each.headers["idempotency-key"])).size, 1);
});

test("another conflict stands", async () => {
  server.will(refuses(409));
  await assert.rejects(client.agents.create(), sdk.ConflictError);
  assert.equal(server.asked.length, 1);
});

for (const [trouble, kind] of [
  [drops, sdk.APIConnectionError],
  [refuses(503), sdk.ServerError],
]) {
  test(`what may have been done is not done again: ${kind.name}`, async () => {
    server.will(trouble);
    await assert.rejects(client.agents.update("agt_1", { name: "Ada" }), kind);
    assert.equal(server.asked.length, 1);
  });
}

test("what was turned away is tried again whatever it is", async () => {
  server.will(refuses(429, "too_many", { "Retry-After": "0" }), says(AGENT));
  await client.agents.update("agt_1", { name: "Ada" });
  assert.equal(server.asked.length, 2);
});

test("a server that is not there is looked for again", async () => {
  let tries = 0;
  const counting = (...given) => {
    tries += 1;
    return fetch(...given);
  };
  const nobody = await misbehaving();
  nobody.close();
  const lonely = new sdk.Rapport({ apiKey: "x", baseUrl: nobody.url, fetch: counting });
  await assert.rejects(lonely.agents.update("agt_1", { name: "Ada" }), sdk.APIConnectionError);
  assert.equal(tries, 4);
});

test("who is told to wait for long hears of it", async () => {
  server.will(refuses(429, "too_many", { "Retry-After": "3600" }));
  await assert.rejects(client.agents.get("agt_1"), { name: "RateLimitError", retryAfterSeconds: 3600 });
  assert.equal(server.asked.length, 1);
});

test("a server that hangs is given up", async () => {
  server.will(hangs);
  const impatient = new sdk.Rapport({ apiKey: "x", baseUrl: server.url, timeoutMs: 200, maxRetries: 1 });
  await assert.rejects(impatient.agents.get("agt_1"), sdk.APITimeoutError);
  assert.equal(server.asked.length, 2);
});

test("a caller's signal ends the call and its tries", async () => {
  server.will(hangs);
  await assert.rejects(client.agents.get("agt_1", { signal: AbortSignal.timeout(100) }), { name: "TimeoutError" });
  assert.equal(server.asked.length, 1);
});

test("an answer comes piece by piece", async () => {
  const bytes = Buffer.from(FIRST);
  const middle = bytes.indexOf("ß") + 1; // a piece may end within a letter
  server.will(...STARTED, streams(OPENING, bytes.subarray(0, middle), bytes.subarray(middle), REST, ": \n\n", DONE));
  let text = "";
  for await (const each of ask()) if (each.type === "token") text += each.text;
  assert.equal(text, "Dreißig [1].");
  const [start, post, stream] = server.asked;
  assert.deepEqual(JSON.parse(start.body), { agent_id: "agt_1", contact: { external_id: "customer-4711" } });
  assert.deepEqual([post.path, post.body], ["/v1/conversations/cnv_1/messages", '{"text":"How long?"}']);
  assert.equal(stream.headers["last-event-id"], undefined);
});

for (const cut of [[FIRST], [FIRST, "cut"], [FIRST + REST.slice(0, 20), "cut"], [`${FIRST}id: 9\nevent: done\ndata: {`]]) {
  test(`a cut stream goes on where it was cut: ${cut.length} ${cut[0].length}`, async () => {
    server.will(...STARTED, streams(OPENING, ...cut), drops, refuses(503), streams(OPENING, REST, DONE));
    assert.deepEqual(await kinds(ask()), KINDS);
    assert.equal(server.asked.at(-1).headers["last-event-id"], "2");
  });
}

test("a stream that falls silent is taken up again", async () => {
  server.will(...STARTED, streams(FIRST, "silence"), streams(REST, DONE));
  client = new sdk.Rapport({ apiKey: "x", baseUrl: server.url, timeoutMs: 300 });
  assert.deepEqual(await kinds(ask()), KINDS);
});

test("a stream that brings nothing is given up", async () => {
  server.will(...STARTED, streams(OPENING));
  await assert.rejects(kinds(ask()), { name: "APIConnectionError", message: "The stream of trn_1 broke off 4 times." });
});

test("an answer that begins anew says so, and what is new is passed over", async () => {
  server.will(...STARTED, streams(FIRST, event(3, "restart", {}), event(4, "of_next_year", {}), DONE));
  assert.deepEqual(await kinds(ask()), ["started", "status", "token", "restart", "done"]);
});

test("an answer that failed is an error", async () => {
  server.will(...STARTED, streams(FIRST, event(3, "error", { code: "model_failed", message: "Later." })));
  await assert.rejects(kinds(ask()), { name: "AnswerFailedError", code: "model_failed", turnId: "trn_1" });
});

test("a stream that is over says where the answer is", async () => {
  server.will((response) => response.writeHead(204).end());
  await assert.rejects(kinds(client.conversations.follow("trn_1", "5")), sdk.UnexpectedAnswerError);
  assert.equal(server.asked[0].headers["last-event-id"], "5");
});

test("asking gives the whole answer, and a conversation goes on", async () => {
  server.will(...STARTED, streams(FIRST, REST, DONE), STARTED[1], streams(DONE));
  const answer = await client.conversations.ask("agt_1", "How long?", { contact: { external_id: "4711", name: "Mara" } });
  assert.deepEqual([answer.conversationId, answer.turnId, answer.text], ["cnv_1", "trn_1", "Thirty days [1]."]);
  assert.equal(answer.citations[0].title, "Returns");
  const { conversationId } = answer;
  assert.equal((await client.conversations.ask("agt_1", "And?", { conversationId })).conversationId, "cnv_1");
  assert.equal(server.asked.length, 5);
});

test("leaving early closes the connection", async () => {
  server.will(...STARTED, streams(FIRST, "silence"));
  for await (const each of ask()) if (each.type === "token") break;
});

test("a document is waited for until it is read, or could not be", async () => {
  server.will(says({ id: "doc_1", state: "queued" }), says({ id: "doc_1", state: "ready" }));
  assert.equal((await client.documents.wait("doc_1")).state, "ready");
  server.answers.length = 0;
  server.will(says({ id: "doc_1", state: "failed", error_code: "no_text", error_message: "Scan it." }));
  await assert.rejects(client.documents.wait("doc_1"), { name: "DocumentFailedError", message: /Scan it/ });
});

test("a client without a key or an address says what to do", () => {
  assert.throws(() => new sdk.Rapport({ baseUrl: "https://rapport.example" }), /RAPPORT_KEY/);
  assert.throws(() => new sdk.Rapport({ apiKey: "x" }), /RAPPORT_URL/);
});
