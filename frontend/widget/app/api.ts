// The calls the widget makes to Rapport's public API, and their types. Errors come out as ApiError, whatever went wrong.
// It keeps no state: the session lives in session.ts, what is shown in store.ts.

export interface Citation {
  marker: number;
  title: string;
  url: string | null;
  quote: string;
  document_id: string | null;
}

/** A file that the visitor sent. */
export interface Attachment {
  id: string;
  name: string;
  size_bytes: number;
  is_picture: boolean;
}

export interface Message {
  id: string;
  /** "human": a person of the company, `author_name`. */
  role: "contact" | "agent" | "human" | "system";
  text: string;
  citations: Citation[];
  author_name?: string;
  created_at: string;
  turn_id: string | null;
  /** What the visitor thinks of an answer. */
  rating?: "good" | "bad" | null;
  attachments?: Attachment[];
}

export interface Opinion {
  rating: "good" | "bad";
  reason?: string;
  comment?: string;
}

export interface Agent {
  id: string;
  name: string;
  greeting: string;
  suggested_questions: string[];
  color: string;
}

export interface Session {
  token: string;
  expires_at: string;
  agent: Agent;
  contact_id: string;
  /** False for an anonymous visitor. */
  is_identified: boolean;
  conversation_id: string | null;
}

/** The page's signed word for who the visitor is; `carry`: the conversation under way becomes that person's. */
export interface Identity {
  token: string;
  carry: boolean;
}

export interface Accepted {
  message_id: string;
  /** null: a person answers, and no agent. */
  turn_id: string | null;
  stream_url: string | null;
}

interface Page<T> {
  data: T[];
  has_more: boolean;
  next_cursor: string | null;
}

/** `status` 0 means that no answer came at all. `message` is fit to be shown. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(message);
  }

  /** The same call may succeed later without a change. */
  get isPassing(): boolean {
    if (this.code === "visitor_budget_exhausted") return false; // not before tomorrow
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

const CALL_TIMEOUT_MS = 20_000;

/** Read an error response; a body that is not ours (a proxy's page) still becomes an ApiError. */
export async function readError(response: Response): Promise<ApiError> {
  const after = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  const seconds = Number.isFinite(after) ? after : null;
  try {
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    return new ApiError(response.status, error.code, error.message, seconds);
  } catch {
    return new ApiError(response.status, "unreadable", "", seconds);
  }
}

interface Call {
  body?: unknown;
  token?: string;
  key?: string;
}

export async function call<T>(method: string, url: string, { body, token, key }: Call): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (token) headers.Authorization = `Bearer ${token}`;
  if (key) headers["Idempotency-Key"] = key;
  const init: RequestInit = { method, headers, credentials: "omit", signal: AbortSignal.timeout(CALL_TIMEOUT_MS) };
  if (body !== undefined) init.body = JSON.stringify(body);
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch {
    throw new ApiError(0, "unreachable", "");
  }
  if (!response.ok) throw await readError(response);
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

/** What the visitor agrees to before anything is kept: the company's words. */
export interface ConsentText {
  text: string;
  link: string;
  version: number;
}

/** Mint a visitor session. `embed` is the server's signed word for where the iframe stands. */
export function openSession(key: string, embed: string, token?: string, identity?: Identity, consent = 0, proof?: string): Promise<Session> {
  const agreed = { ...(consent ? { consent } : {}), ...(proof ? { proof } : {}) };
  const who = identity ? { identity: identity.token, carry_conversation: identity.carry } : {};
  return call("POST", "/v1/widget/sessions", { body: { key, embed, ...who, ...agreed }, ...(token ? { token } : {}) });
}

export function createConversation(token: string, key: string): Promise<{ id: string }> {
  return call("POST", "/v1/conversations", { body: {}, token, key });
}

export function getConversation(token: string, conversation: string): Promise<{ reply_to: string; refuses_mail: boolean }> {
  return call("GET", `/v1/conversations/${encodeURIComponent(conversation)}`, { token });
}

/** Where the answer goes by mail when the visitor is gone; "" takes it back. */
export async function setReplyAddress(token: string, conversation: string, email: string): Promise<void> {
  const url = `/v1/conversations/${encodeURIComponent(conversation)}/reply-address`;
  await (email ? call("PUT", url, { body: { email }, token }) : call("DELETE", url, { token }));
}

/** What the page around the iframe says, by name. */
export type PageContext = Record<string, string | number | boolean>;

/** `proactive`: the message of the company's that `text` answers; `attachments`: ids of files. undefined is left out. */
export interface Sent {
  text: string;
  proactive?: string | undefined;
  page_context?: PageContext | undefined;
  attachments?: string[] | undefined;
}

export function sendMessage(token: string, conversation: string, body: Sent, key: string): Promise<Accepted> {
  return call("POST", `/v1/conversations/${encodeURIComponent(conversation)}/messages`, { body, token, key });
}

/** All of the visitor's is erased, at the company too; the token is worth nothing afterwards. */
export async function forgetVisitor(token: string, contact: string): Promise<void> {
  await call("POST", `/v1/contacts/${encodeURIComponent(contact)}/erasure`, { token, key: `forget-${contact}` });
}

/** null takes an earlier word back. */
export async function rateAnswer(token: string, message: string, opinion: Opinion | null): Promise<void> {
  const url = `/v1/messages/${encodeURIComponent(message)}/feedback`;
  await (opinion ? call("PUT", url, { body: opinion, token }) : call("DELETE", url, { token }));
}

/** Stop an answer. What was said by then stays; the stream tells how it ended. */
export async function cancelTurn(token: string, turn: string): Promise<void> {
  await call("POST", `/v1/turns/${encodeURIComponent(turn)}/cancel`, { token });
}

export function streamOf(conversation: string): string {
  return `/v1/conversations/${encodeURIComponent(conversation)}/stream`;
}

const MAX_PAGES = 20;

/** Every message of a conversation, oldest first (at most MAX_PAGES pages). */
export async function listMessages(token: string, conversation: string): Promise<Message[]> {
  const messages: Message[] = [];
  let cursor = "";
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = cursor ? `?cursor=${encodeURIComponent(cursor)}` : "";
    const url = `/v1/conversations/${encodeURIComponent(conversation)}/messages${query}`;
    const { data, has_more, next_cursor } = await call<Page<Message>>("GET", url, { token });
    messages.push(...data);
    if (!has_more || !next_cursor) break;
    cursor = next_cursor;
  }
  return messages.sort((a, b) => a.created_at.localeCompare(b.created_at));
}
