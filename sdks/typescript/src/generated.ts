// One method for each operation of the API, grouped by what it is about, and the shapes that they take and give.
// Made from docs/openapi.yaml by `make sdks`; changes by hand are lost.

import { newId, type Call, type CallOptions, type FileInput } from "./calls.js";
import { Pages } from "./pages.js";
import type { Transport } from "./transport.js";

export type ActionEnum = "replay" | "drop";

export interface Agent {
  id: string;
  name: string;
  instructions: string;
  greeting: string;
  suggested_questions: string[];
  color: string;
  /** Empty for the platform's default. */
  model: string;
  /** Grows with every change, and is written on every trace. */
  version: number;
  created_at: string;
  updated_at: string;
}

export interface ApiKey {
  id: string;
  name: string;
  is_test: boolean;
  /** Its beginning and its last characters; the key itself was shown once. */
  masked: string;
  scopes: string[];
  /** live, expiring, expired or revoked */
  state: string;
  created_at: string;
  expires_at: string | null;
  /** To the minute. */
  last_used_at: string | null;
}

export interface Attempt {
  number: number;
  at: string;
  status: number | null;
  error: string;
  latency_ms: number;
  /** At most 2 kB of what was answered. */
  response: string;
}

export interface Audit {
  id: string;
  at: string;
  /** user:usr_…, key:key_…, visitor:con_…, agent:agt_… or system */
  actor: string;
  /** For example agent.updated. */
  action: string;
  /** The id of what it was done to; empty when it is many. */
  subject: string;
  details: Record<string, unknown>;
  /** What changed, as it was. */
  before: Record<string, unknown>;
  /** The same names, as they are. */
  after: Record<string, unknown>;
}

export interface Citation {
  /** The number in the text: [1] */
  marker: number;
  title: string;
  /** Opens the source at the passage. */
  url: string | null;
  quote: string;
  document_id: string | null;
  /** document or memory */
  origin: string;
}

/** CloudEvents 1.0. */
export interface CloudEvent {
  specversion: SpecversionEnum;
  /** With `source` it makes the event unique: a repeat is harmless. */
  id: string;
  source: string;
  /** The event's name on the timeline. */
  type: string;
  time?: string;
  subject?: string;
  datacontenttype?: string;
  /** Your own id of the customer. */
  contactid?: string;
  /**
   * `contact`: whom it is about (external_id, email, phone, anonymous_id, or id (con_…), and name). `traits`: what
   * it says of the contact. `company`, `product`, `products`: what the contact has to do with. The rest is kept
   * with the event.
   */
  data?: Record<string, unknown>;
}

export interface Company {
  id: string;
  name: string;
  slug: string;
  time_zone: string;
  locale: string;
  currency: string;
}

export interface Contact {
  id: string;
  name: string;
  email: string;
  /** E.164 */
  phone: string;
  /** What your own system calls this customer. */
  external_id: string;
  is_anonymous: boolean;
  /** Read as one with this contact. */
  merged_into: string | null;
  created_at: string;
  last_seen_at: string | null;
}

export interface ContactEvent {
  id: string;
  contact_id: string;
  /** identify, track, page, screen, group, alias or event */
  type: string;
  name: string;
  traits: Record<string, unknown>;
  properties: Record<string, unknown>;
  context: Record<string, unknown>;
  occurred_at: string;
  received_at: string;
  source: string;
  /** The id that the source gave it. */
  source_id: string;
}

export interface ContactRequest {
  /** What your own system calls this customer. */
  external_id: string;
  /** Kept when the contact is new. */
  name?: string;
  /** Kept when the contact is new. */
  email?: string;
}

export interface Conversation {
  id: string;
  agent_id: string;
  contact_id: string;
  contact_name: string;
  /** chat, test, phone or api */
  channel: string;
  subject: string;
  message_count: number;
  created_at: string;
  last_message_at: string | null;
}

export interface ConversationCreated {
  id: string;
}

export interface Count {
  /** How many there were. */
  count: number;
}

export interface Delivery {
  id: string;
  /** The webhook-id: the same for all attempts and endpoints. */
  event_id: string;
  event_type: string;
  /** waiting, delivered, failed or cancelled */
  state: string;
  attempts: number;
  /** Of HTTP; null when no answer came. */
  last_status: number | null;
  /** A code that says why it was not delivered. */
  last_error: string;
  created_at: string;
  next_attempt_at: string | null;
  finished_at: string | null;
  payload: Record<string, unknown>;
}

export interface Document {
  id: string;
  source_id: string;
  name: string;
  title: string;
  url: string;
  language: string;
  size_bytes: number;
  /** queued, processing, ready or failed */
  state: string;
  stage: string;
  error_code: string;
  /** Says what to do. */
  error_message: string;
  chunks: number;
  tokens: number;
  /** A version of it is in use, also while a newer one is read. */
  is_answering: boolean;
  created_at: string;
  updated_at: string;
}

export interface DocumentTaken {
  id: string;
  /** The same bytes were here already: nothing was done. */
  is_unchanged: boolean;
}

export interface Erasure {
  id: string;
  /** Whom it was about; the id means nothing any more. */
  contact_id: string;
  state: ErasureStateEnum;
  requested_by: string;
  requested_at: string;
  /** From then on nothing was written. */
  suppressed_at: string | null;
  finished_at: string | null;
  /** Why it is stuck. */
  error_code: string;
  /** Tables and stores to empty. */
  total: number;
  /** Those that counted zero. */
  emptied: number;
  /** Rows, vectors, nodes, frames and files that were there. */
  erased: number;
  stores: StoreCount[];
  /** Signed with Ed25519; empty until it is done. */
  receipt: Record<string, unknown>;
}

export type ErasureStateEnum = "requested" | "erasing" | "done" | "stuck";

export interface EventsAccepted {
  /** Kept for good, and handled soon. */
  accepted: number;
  /** Had come before. */
  duplicates: number;
  /** Events that were not taken; the others were. */
  errors: RejectedEvent[];
}

export interface Export {
  id: string;
  /** Null: the whole company's. */
  contact_id: string | null;
  state: ExportStateEnum;
  requested_by: string;
  requested_at: string;
  finished_at: string | null;
  /** From then on the archive is gone. */
  expires_at: string | null;
  /** Empty unless it failed. */
  error_code: string;
  /** Rows and files written so far. */
  done: number;
  total: number;
  size_bytes: number;
  /** Of the archive, hexadecimal. */
  sha256: string;
}

export type ExportStateEnum = "queued" | "running" | "ready" | "failed" | "expired";

export interface FailedEvent {
  event_id: string;
  /** What it failed in; one event may have failed in several. */
  subscription: string;
  type: string;
  attempts: number;
  error_code: string;
  /** Says what to do. */
  error_message: string;
  received_at: string;
}

export interface FailedEventsActed {
  /** How many there were. */
  count: number;
}

export type KindEnum = "upload" | "website";

export type LabelEnum = "true_positive" | "false_positive";

export interface LeakedKeyRequest {
  /** The key that was found. */
  token: string;
  type?: string;
  /** Where. */
  url?: string;
}

export interface LeakedKeyResult {
  token: string;
  label: LabelEnum;
}

export interface Me {
  company: Company;
  /** key or member */
  kind: string;
  /** key_… or usr_… */
  id: string;
  /** What it starts are test conversations. */
  is_test: boolean;
  /** What it may do. */
  scopes: string[];
}

export interface Member {
  id: string;
  email: string;
  name: string;
  /** owner, admin, developer, analyst or billing */
  role: string;
  joined_at: string;
}

/** A fact of a contact: when it held, when it was recorded, and what said it. */
export interface Memory {
  id: string;
  contact_id: string;
  /** name, email, phone, order, place, prefers, avoids, … */
  predicate: string;
  value: string;
  /** From 0 to 1 */
  confidence: number;
  valid_from: string | null;
  valid_to: string | null;
  recorded_at: string;
  superseded_at: string | null;
  superseded_by: string | null;
  sources: MemorySource[];
}

export interface MemorySource {
  message_id: string | null;
  conversation_id: string | null;
  /** Of an event that your own systems sent. */
  event_id: string | null;
  /** The words that said it. */
  quote: string;
  said_at: string | null;
}

export interface Message {
  id: string;
  /** contact, agent or system */
  role: string;
  text: string;
  citations: Citation[];
  created_at: string;
  turn_id: string | null;
}

export interface MessageAccepted {
  message_id: string;
  turn_id: string;
  stream_url: string;
}

export interface NewWebhook {
  id: string;
  url: string;
  description: string;
  event_types: string[];
  is_enabled: boolean;
  /** new, healthy, failing or disabled */
  state: string;
  /** by_hand, failures or gone; empty while it is enabled */
  disabled_reason: string;
  failing_since: string | null;
  /** Until then the secret before this one signs as well. */
  old_secret_until: string | null;
  created_at: string;
  /** whsec_…; shown this once. null when the same call came before: replace the secret if it was lost. */
  secret: string | null;
}

export interface OneDelivery {
  id: string;
  /** The webhook-id: the same for all attempts and endpoints. */
  event_id: string;
  event_type: string;
  /** waiting, delivered, failed or cancelled */
  state: string;
  attempts: number;
  /** Of HTTP; null when no answer came. */
  last_status: number | null;
  /** A code that says why it was not delivered. */
  last_error: string;
  created_at: string;
  next_attempt_at: string | null;
  finished_at: string | null;
  payload: Record<string, unknown>;
  /** Newest first. */
  log: Attempt[];
}

export interface Passage {
  id: string;
  /** From 0 */
  ordinal: number;
  text: string;
  heading_path: string[];
  /** In the document's text. */
  char_start: number;
  char_end: number;
  tokens: number;
}

export interface RejectedEvent {
  /** The event and what in it is wrong, for example events[17].type. */
  param: string;
  code: string;
  /** Says what to do. */
  message: string;
}

/** An agent's work on one message. */
export interface Run {
  id: string;
  conversation_id: string;
  /** queued, running, done or failed */
  state: string;
  /** answered, unknown, small_talk, length, refused or failed */
  outcome: string;
  error_code: string;
  question_id: string;
  answer_id: string | null;
  trace_id: string | null;
  created_at: string;
  duration_us: number | null;
  first_token_us: number | null;
  input_tokens: number;
  output_tokens: number;
  cost_micros: number;
  currency: string;
}

export interface Source {
  id: string;
  /** upload or website */
  kind: string;
  name: string;
  /** Of a website. */
  url: string;
  documents: number;
  ready: number;
  waiting: number;
  failed: number;
  /** Of a website: queued, running, done or failed. */
  crawl_state: string;
  crawl_error_code: string;
  /** Says what to do. */
  crawl_error: string;
  last_crawled_at: string | null;
}

export interface Span {
  id: string;
  parent_id: string | null;
  /** OpenTelemetry GenAI's name of the operation */
  name: string;
  label: string;
  /** ok or error */
  status: string;
  /** Microseconds from the trace's start */
  start_us: number;
  duration_us: number;
  attributes: Record<string, unknown>;
  input_tokens: number;
  output_tokens: number;
  /** Millionths of the currency's unit */
  cost_micros: number;
}

export type SpecversionEnum = "1.0";

export interface StoreCount {
  /** A table or a store. */
  name: string;
  /** What was there. */
  before: number | null;
  /** What is left; null: not asked yet. */
  after: number | null;
  /** How often it was emptied. */
  attempts: number;
}

export interface Trace {
  id: string;
  turn_id: string;
  conversation_id: string;
  agent_id: string;
  contact_id: string;
  agent_version: number;
  /** answered, unknown, small_talk, length, refused or failed */
  outcome: string;
  started_at: string;
  duration_us: number;
  first_token_us: number | null;
  input_tokens: number;
  output_tokens: number;
  cost_micros: number;
  currency: string;
  spans: Span[];
}

/** A trace in a list: its spans are on the trace itself. */
export interface TraceLine {
  id: string;
  turn_id: string;
  conversation_id: string;
  agent_id: string;
  contact_id: string;
  agent_version: number;
  outcome: string;
  started_at: string;
  duration_us: number;
  first_token_us: number | null;
  input_tokens: number;
  output_tokens: number;
  cost_micros: number;
  currency: string;
}

export interface TrackingAccepted {
  /** Kept for good, and handled soon. */
  accepted: number;
  /** Had come before. */
  duplicates: number;
  /** Events that were not taken; the others were. */
  errors: RejectedEvent[];
  success: boolean;
}

export interface TrackingCall {
  /** In a batch: identify, track, page, screen, group, alias. */
  type?: string;
  /** Your own id of the customer. */
  userId?: string;
  /** Of the browser or device. */
  anonymousId?: string;
  /** alias: the id until now. */
  previousId?: string;
  /** group: the company's id. */
  groupId?: string;
  /** track: what happened. */
  event?: string;
  /** page, screen: what was seen. */
  name?: string;
  traits?: Record<string, unknown>;
  properties?: Record<string, unknown>;
  context?: Record<string, unknown>;
  timestamp?: string;
  /** By the sender's clock; its error is taken out. */
  sentAt?: string;
  /** A repeat with the same one is harmless. */
  messageId?: string;
}

export interface Usage {
  id: string;
  occurred_at: string;
  meter: string;
  model: string;
  step: string;
  quantity: number;
  cost_micros: number;
  currency: string;
  price_version: string;
  agent_id: string | null;
  conversation_id: string | null;
  turn_id: string | null;
  document_id: string | null;
}

export interface UsageDay {
  /** In the company's time zone. */
  day: string;
  usage: UsageSum;
}

export interface UsageSum {
  /** Millionths of the currency's unit */
  cost_micros: number;
  currency: string;
  input_tokens: number;
  output_tokens: number;
  embedding_tokens: number;
  messages: number;
  conversations: number;
}

export interface Webhook {
  id: string;
  url: string;
  description: string;
  event_types: string[];
  is_enabled: boolean;
  /** new, healthy, failing or disabled */
  state: string;
  /** by_hand, failures or gone; empty while it is enabled */
  disabled_reason: string;
  failing_since: string | null;
  /** Until then the secret before this one signs as well. */
  old_secret_until: string | null;
  created_at: string;
}

export class AccountResource {
  constructor(protected readonly transport: Transport) {}
  /** Whose key this is, and what it may do. */
  me(options: CallOptions = {}): Promise<Me> {
    return this.transport.fetch<Me>({ method: "GET", path: "/v1/me", isRepeatable: true } satisfies Call, options);
  }
}

export class AgentsResource {
  constructor(protected readonly transport: Transport) {}
  /**
   * Make an agent. What is not given has a sensible default.
   * name: At most 80 characters.
   * greeting: What it says first.
   * suggested_questions: At most four.
   * color: Of the widget, for example #4f46e5.
   * model: Empty for the platform's default.
   */
  create(given: { name?: string; instructions?: string; greeting?: string; suggested_questions?: string[]; color?: string; model?: string } = {}, options: CallOptions = {}): Promise<Agent> {
    return this.transport.fetch<Agent>({ method: "POST", path: "/v1/agents", body: given, takesKey: true, isRepeatable: true } satisfies Call, options);
  }
  /** One agent. */
  get(agentId: string, options: CallOptions = {}): Promise<Agent> {
    return this.transport.fetch<Agent>({ method: "GET", path: `/v1/agents/${encodeURIComponent(agentId)}`, isRepeatable: true } satisfies Call, options);
  }
  /**
   * The company's agents, oldest first.
   * cursor: next_cursor of the page before.
   * limit: How many, at most 100.
   */
  list(given: { cursor?: string; limit?: number } = {}, options: CallOptions = {}): Pages<Agent> {
    return new Pages<Agent>(this.transport, { method: "GET", path: "/v1/agents", query: { cursor: given.cursor, limit: given.limit }, isRepeatable: true } satisfies Call, options);
  }
  /**
   * Change an agent. Its version grows when something differs; the next answer is by the new one.
   * name: At most 80 characters.
   * greeting: What it says first.
   * suggested_questions: At most four.
   * color: Of the widget, for example #4f46e5.
   * model: Empty for the platform's default.
   */
  update(agentId: string, given: { name?: string; instructions?: string; greeting?: string; suggested_questions?: string[]; color?: string; model?: string } = {}, options: CallOptions = {}): Promise<Agent> {
    return this.transport.fetch<Agent>({ method: "PATCH", path: `/v1/agents/${encodeURIComponent(agentId)}`, body: given } satisfies Call, options);
  }
}

export class AuditResource {
  constructor(protected readonly transport: Transport) {}
  /**
   * The audit log, newest first. Filters that are given must all match.
   * action: agent.updated; or agent, for all that is done to agents.
   * actor: A label (user:usr_…), an id (usr_…), or a kind: user, key, agent, …
   * cursor: next_cursor of the page before.
   * limit: How many, at most 100.
   * since: Not before this time, in ISO 8601.
   * subject: The id of what it was done to.
   * until: Before this time, in ISO 8601.
   */
  list(given: { action?: string; actor?: string; cursor?: string; limit?: number; since?: string; subject?: string; until?: string } = {}, options: CallOptions = {}): Pages<Audit> {
    return new Pages<Audit>(this.transport, { method: "GET", path: "/v1/audit", query: { action: given.action, actor: given.actor, cursor: given.cursor, limit: given.limit, since: given.since, subject: given.subject, until: given.until }, isRepeatable: true } satisfies Call, options);
  }
}

export class ContactsResource {
  constructor(protected readonly transport: Transport) {}
  /**
   * Make a contact. An address, number or id that another contact has is a conflict that names it.
   * phone: With its country code; kept as E.164.
   */
  create(given: { name?: string; email?: string; phone?: string; external_id?: string } = {}, options: CallOptions = {}): Promise<Contact> {
    return this.transport.fetch<Contact>({ method: "POST", path: "/v1/contacts", body: given, takesKey: true, isRepeatable: true } satisfies Call, options);
  }
  /** Forget a contact for good, everywhere. Needs the scope contacts.erase; cannot be taken back. */
  erase(contactId: string, options: CallOptions = {}): Promise<Erasure> {
    return this.transport.fetch<Erasure>({ method: "POST", path: `/v1/contacts/${encodeURIComponent(contactId)}/erasure`, takesKey: true, isRepeatable: true } satisfies Call, options);
  }
  /**
   * Have an archive made of all that is held of a contact: JSON Lines, files and a manifest in one ZIP. Needs the
   * scopes contacts.read, conversations.read and traces.read.
   */
  export(contactId: string, options: CallOptions = {}): Promise<Export> {
    return this.transport.fetch<Export>({ method: "POST", path: `/v1/contacts/${encodeURIComponent(contactId)}/exports`, takesKey: true, isRepeatable: true } satisfies Call, options);
  }
  /** One contact. */
  get(contactId: string, options: CallOptions = {}): Promise<Contact> {
    return this.transport.fetch<Contact>({ method: "GET", path: `/v1/contacts/${encodeURIComponent(contactId)}`, isRepeatable: true } satisfies Call, options);
  }
  /** How far the contact's erasure is; afterwards its receipt. */
  getErasure(contactId: string, options: CallOptions = {}): Promise<Erasure> {
    return this.transport.fetch<Erasure>({ method: "GET", path: `/v1/contacts/${encodeURIComponent(contactId)}/erasure`, isRepeatable: true } satisfies Call, options);
  }
  /**
   * List contacts, newest first. Every filter given must match. Those merged into another are left out.
   * cursor: next_cursor of the page before.
   * email: Exactly this address.
   * external_id: Exactly this id of your own.
   * limit: How many, at most 100.
   * phone: Exactly this number, with its country code.
   * q: Somewhere in the name, address, number or id.
   */
  list(given: { cursor?: string; email?: string; external_id?: string; limit?: number; phone?: string; q?: string } = {}, options: CallOptions = {}): Pages<Contact> {
    return new Pages<Contact>(this.transport, { method: "GET", path: "/v1/contacts", query: { cursor: given.cursor, email: given.email, external_id: given.external_id, limit: given.limit, phone: given.phone, q: given.q }, isRepeatable: true } satisfies Call, options);
  }
  /**
   * What happened to a contact, the latest first, also under the identities of those merged into it.
   * cursor: next_cursor of the page before.
   * limit: How many, at most 100.
   */
  listEvents(contactId: string, given: { cursor?: string; limit?: number } = {}, options: CallOptions = {}): Pages<ContactEvent> {
    return new Pages<ContactEvent>(this.transport, { method: "GET", path: `/v1/contacts/${encodeURIComponent(contactId)}/events`, query: { cursor: given.cursor, limit: given.limit }, isRepeatable: true } satisfies Call, options);
  }
  /** The contact's latest exports. */
  listExports(contactId: string, options: CallOptions = {}): Pages<Export> {
    return new Pages<Export>(this.transport, { method: "GET", path: `/v1/contacts/${encodeURIComponent(contactId)}/exports`, isRepeatable: true } satisfies Call, options);
  }
  /**
   * This contact is another one: both are read as one. Nothing moves, so it can be taken back. Returns that other
   * one.
   * into: Who both are from now on.
   */
  merge(contactId: string, given: { into: string }, options: CallOptions = {}): Promise<Contact> {
    return this.transport.fetch<Contact>({ method: "POST", path: `/v1/contacts/${encodeURIComponent(contactId)}/merge`, body: given } satisfies Call, options);
  }
  /** Take a merge back: the contact is someone apart again, with all that came in under its own identities. */
  unmerge(contactId: string, options: CallOptions = {}): Promise<Contact> {
    return this.transport.fetch<Contact>({ method: "POST", path: `/v1/contacts/${encodeURIComponent(contactId)}/unmerge` } satisfies Call, options);
  }
  /**
   * Change what is given; the rest stays.
   * email: Empty takes it away.
   * phone: Empty takes it away.
   * external_id: Empty takes it away.
   */
  update(contactId: string, given: { name?: string; email?: string; phone?: string; external_id?: string } = {}, options: CallOptions = {}): Promise<Contact> {
    return this.transport.fetch<Contact>({ method: "PATCH", path: `/v1/contacts/${encodeURIComponent(contactId)}`, body: given } satisfies Call, options);
  }
}

export class ConversationsResource {
  constructor(protected readonly transport: Transport) {}
  /** One conversation, without its messages. */
  get(conversationId: string, options: CallOptions = {}): Promise<Conversation> {
    return this.transport.fetch<Conversation>({ method: "GET", path: `/v1/conversations/${encodeURIComponent(conversationId)}`, isRepeatable: true } satisfies Call, options);
  }
  /**
   * List the company's conversations, those with the latest message first. For members and keys.
   * cursor: next_cursor of the page before.
   * limit: How many, at most 100.
   */
  list(given: { channel?: string; contact_id?: string; cursor?: string; limit?: number } = {}, options: CallOptions = {}): Pages<Conversation> {
    return new Pages<Conversation>(this.transport, { method: "GET", path: "/v1/conversations", query: { channel: given.channel, contact_id: given.contact_id, cursor: given.cursor, limit: given.limit }, isRepeatable: true } satisfies Call, options);
  }
  /**
   * The messages of a conversation, in the order in which they were said.
   * cursor: next_cursor of the page before.
   * limit: How many, at most 100.
   */
  listMessages(conversationId: string, given: { cursor?: string; limit?: number } = {}, options: CallOptions = {}): Pages<Message> {
    return new Pages<Message>(this.transport, { method: "GET", path: `/v1/conversations/${encodeURIComponent(conversationId)}/messages`, query: { cursor: given.cursor, limit: given.limit }, isRepeatable: true } satisfies Call, options);
  }
  /** Say something. The answer comes on `stream_url`, and among the messages when it is complete. */
  postMessage(conversationId: string, given: { text: string }, options: CallOptions = {}): Promise<MessageAccepted> {
    return this.transport.fetch<MessageAccepted>({ method: "POST", path: `/v1/conversations/${encodeURIComponent(conversationId)}/messages`, body: given, takesKey: true, isRepeatable: true } satisfies Call, options);
  }
  /**
   * Start a conversation: a visitor with the agent of its widget, a member as a test chat with `agent_id`, a key
   * with `agent_id` for the `contact` that it names.
   * agent_id: For members and keys; a visitor's token names it.
   * contact: For keys: who speaks.
   */
  start(given: { agent_id?: string; contact?: ContactRequest } = {}, options: CallOptions = {}): Promise<ConversationCreated> {
    return this.transport.fetch<ConversationCreated>({ method: "POST", path: "/v1/conversations", body: given, takesKey: true, isRepeatable: true } satisfies Call, options);
  }
}

export class DocumentsResource {
  constructor(protected readonly transport: Transport) {}
  /**
   * Send a text or a file. It is read in the background (202); the same bytes again change nothing (200), so the
   * call may be repeated safely.
   * source_id: The company's first folder of uploads without it.
   * name: Its identity within the source: the same name again is a new version. A file's own name without it.
   * content_type: Of the text: text/markdown, text/html…
   * url: Where citations of it lead.
   */
  create(given: { source_id?: string; name?: string; text?: string; content_type?: string; url?: string; file?: FileInput } = {}, options: CallOptions = {}): Promise<DocumentTaken> {
    return this.transport.fetch<DocumentTaken>({ method: "POST", path: "/v1/documents", body: given, isRepeatable: true } satisfies Call, options);
  }
  /** Remove a document. It stops answering at once. */
  delete(documentId: string, options: CallOptions = {}): Promise<void> {
    return this.transport.send({ method: "DELETE", path: `/v1/documents/${encodeURIComponent(documentId)}`, isRepeatable: true } satisfies Call, options);
  }
  /** One document and how far its ingest is. */
  get(documentId: string, options: CallOptions = {}): Promise<Document> {
    return this.transport.fetch<Document>({ method: "GET", path: `/v1/documents/${encodeURIComponent(documentId)}`, isRepeatable: true } satisfies Call, options);
  }
  /**
   * Documents, newest first.
   * cursor: next_cursor of the page before.
   * limit: How many, at most 100.
   */
  list(given: { cursor?: string; limit?: number; source_id?: string; state?: "failed" | "processing" | "queued" | "ready" } = {}, options: CallOptions = {}): Pages<Document> {
    return new Pages<Document>(this.transport, { method: "GET", path: "/v1/documents", query: { cursor: given.cursor, limit: given.limit, source_id: given.source_id, state: given.state }, isRepeatable: true } satisfies Call, options);
  }
  /**
   * The passages that the document was split into, in their order.
   * cursor: next_cursor of the page before.
   * limit: How many, at most 100.
   */
  listPassages(documentId: string, given: { cursor?: string; limit?: number } = {}, options: CallOptions = {}): Pages<Passage> {
    return new Pages<Passage>(this.transport, { method: "GET", path: `/v1/documents/${encodeURIComponent(documentId)}/passages`, query: { cursor: given.cursor, limit: given.limit }, isRepeatable: true } satisfies Call, options);
  }
  /** Read a failed document again. */
  retry(documentId: string, options: CallOptions = {}): Promise<Document> {
    return this.transport.fetch<Document>({ method: "POST", path: `/v1/documents/${encodeURIComponent(documentId)}/retry` } satisfies Call, options);
  }
}

export class ErasuresResource {
  constructor(protected readonly transport: Transport) {}
  /** One erasure, and its receipt once it is done. */
  get(erasureId: string, options: CallOptions = {}): Promise<Erasure> {
    return this.transport.fetch<Erasure>({ method: "GET", path: `/v1/erasures/${encodeURIComponent(erasureId)}`, isRepeatable: true } satisfies Call, options);
  }
  /**
   * Erasures and their receipts, newest first.
   * cursor: next_cursor of the page before.
   * limit: How many, at most 100.
   */
  list(given: { cursor?: string; limit?: number } = {}, options: CallOptions = {}): Pages<Erasure> {
    return new Pages<Erasure>(this.transport, { method: "GET", path: "/v1/erasures", query: { cursor: given.cursor, limit: given.limit }, isRepeatable: true } satisfies Call, options);
  }
}

export class EventsResource {
  constructor(protected readonly transport: Transport) {}
  /**
   * Say that an id until now is this user. As customer-data tools send it, with a secret key as the write key.
   * type: In a batch: identify, track, page, screen, group, alias.
   * userId: Your own id of the customer.
   * anonymousId: Of the browser or device.
   * previousId: alias: the id until now.
   * groupId: group: the company's id.
   * event: track: what happened.
   * name: page, screen: what was seen.
   * sentAt: By the sender's clock; its error is taken out.
   * messageId: A repeat with the same one is harmless.
   */
  alias(given: { type?: string; userId?: string; anonymousId?: string; previousId?: string; groupId?: string; event?: string; name?: string; traits?: Record<string, unknown>; properties?: Record<string, unknown>; context?: Record<string, unknown>; timestamp?: string; sentAt?: string; messageId?: string } = {}, options: CallOptions = {}): Promise<TrackingAccepted> {
    return this.transport.fetch<TrackingAccepted>({ method: "POST", path: "/v1/alias", body: { ...given, messageId: given.messageId ?? newId() }, isRepeatable: true } satisfies Call, options);
  }
  /**
   * Say to which company someone belongs. As customer-data tools send it, with a secret key as the write key.
   * type: In a batch: identify, track, page, screen, group, alias.
   * userId: Your own id of the customer.
   * anonymousId: Of the browser or device.
   * previousId: alias: the id until now.
   * groupId: group: the company's id.
   * event: track: what happened.
   * name: page, screen: what was seen.
   * sentAt: By the sender's clock; its error is taken out.
   * messageId: A repeat with the same one is harmless.
   */
  group(given: { type?: string; userId?: string; anonymousId?: string; previousId?: string; groupId?: string; event?: string; name?: string; traits?: Record<string, unknown>; properties?: Record<string, unknown>; context?: Record<string, unknown>; timestamp?: string; sentAt?: string; messageId?: string } = {}, options: CallOptions = {}): Promise<TrackingAccepted> {
    return this.transport.fetch<TrackingAccepted>({ method: "POST", path: "/v1/group", body: { ...given, messageId: given.messageId ?? newId() }, isRepeatable: true } satisfies Call, options);
  }
  /**
   * Say who someone is, and what is known of them. As customer-data tools send it, with a secret key as the write
   * key.
   * type: In a batch: identify, track, page, screen, group, alias.
   * userId: Your own id of the customer.
   * anonymousId: Of the browser or device.
   * previousId: alias: the id until now.
   * groupId: group: the company's id.
   * event: track: what happened.
   * name: page, screen: what was seen.
   * sentAt: By the sender's clock; its error is taken out.
   * messageId: A repeat with the same one is harmless.
   */
  identify(given: { type?: string; userId?: string; anonymousId?: string; previousId?: string; groupId?: string; event?: string; name?: string; traits?: Record<string, unknown>; properties?: Record<string, unknown>; context?: Record<string, unknown>; timestamp?: string; sentAt?: string; messageId?: string } = {}, options: CallOptions = {}): Promise<TrackingAccepted> {
    return this.transport.fetch<TrackingAccepted>({ method: "POST", path: "/v1/identify", body: { ...given, messageId: given.messageId ?? newId() }, isRepeatable: true } satisfies Call, options);
  }
  /**
   * Say which page someone saw. As customer-data tools send it, with a secret key as the write key.
   * type: In a batch: identify, track, page, screen, group, alias.
   * userId: Your own id of the customer.
   * anonymousId: Of the browser or device.
   * previousId: alias: the id until now.
   * groupId: group: the company's id.
   * event: track: what happened.
   * name: page, screen: what was seen.
   * sentAt: By the sender's clock; its error is taken out.
   * messageId: A repeat with the same one is harmless.
   */
  page(given: { type?: string; userId?: string; anonymousId?: string; previousId?: string; groupId?: string; event?: string; name?: string; traits?: Record<string, unknown>; properties?: Record<string, unknown>; context?: Record<string, unknown>; timestamp?: string; sentAt?: string; messageId?: string } = {}, options: CallOptions = {}): Promise<TrackingAccepted> {
    return this.transport.fetch<TrackingAccepted>({ method: "POST", path: "/v1/page", body: { ...given, messageId: given.messageId ?? newId() }, isRepeatable: true } satisfies Call, options);
  }
  /**
   * Say which screen of an app someone saw. As customer-data tools send it, with a secret key as the write key.
   * type: In a batch: identify, track, page, screen, group, alias.
   * userId: Your own id of the customer.
   * anonymousId: Of the browser or device.
   * previousId: alias: the id until now.
   * groupId: group: the company's id.
   * event: track: what happened.
   * name: page, screen: what was seen.
   * sentAt: By the sender's clock; its error is taken out.
   * messageId: A repeat with the same one is harmless.
   */
  screen(given: { type?: string; userId?: string; anonymousId?: string; previousId?: string; groupId?: string; event?: string; name?: string; traits?: Record<string, unknown>; properties?: Record<string, unknown>; context?: Record<string, unknown>; timestamp?: string; sentAt?: string; messageId?: string } = {}, options: CallOptions = {}): Promise<TrackingAccepted> {
    return this.transport.fetch<TrackingAccepted>({ method: "POST", path: "/v1/screen", body: { ...given, messageId: given.messageId ?? newId() }, isRepeatable: true } satisfies Call, options);
  }
  /**
   * Send what happened in your own systems, as CloudEvents: one, one with its attributes in `ce-…` headers, or up
   * to 1,000. What is accepted is kept for good; of many, the right ones are taken and the others are named.
   */
  send(events: readonly CloudEvent[], options: CallOptions = {}): Promise<EventsAccepted> {
    return this.transport.fetch<EventsAccepted>({ method: "POST", path: "/v1/events", items: events, mediaType: "application/cloudevents-batch+json", isRepeatable: true } satisfies Call, options);
  }
  /** Send up to 1,000 calls of customer-data tools at once. Those that are right are taken, the others named. */
  sendBatch(given: { batch: TrackingCall[]; sentAt?: string }, options: CallOptions = {}): Promise<TrackingAccepted> {
    return this.transport.fetch<TrackingAccepted>({ method: "POST", path: "/v1/batch", body: given } satisfies Call, options);
  }
  /**
   * Say what someone did. As customer-data tools send it, with a secret key as the write key.
   * type: In a batch: identify, track, page, screen, group, alias.
   * userId: Your own id of the customer.
   * anonymousId: Of the browser or device.
   * previousId: alias: the id until now.
   * groupId: group: the company's id.
   * event: track: what happened.
   * name: page, screen: what was seen.
   * sentAt: By the sender's clock; its error is taken out.
   * messageId: A repeat with the same one is harmless.
   */
  track(given: { type?: string; userId?: string; anonymousId?: string; previousId?: string; groupId?: string; event?: string; name?: string; traits?: Record<string, unknown>; properties?: Record<string, unknown>; context?: Record<string, unknown>; timestamp?: string; sentAt?: string; messageId?: string } = {}, options: CallOptions = {}): Promise<TrackingAccepted> {
    return this.transport.fetch<TrackingAccepted>({ method: "POST", path: "/v1/track", body: { ...given, messageId: given.messageId ?? newId() }, isRepeatable: true } satisfies Call, options);
  }
}

export class ExportsResource {
  constructor(protected readonly transport: Transport) {}
  /** The archive, once it is ready, for seven days. */
  download(exportId: string, options: CallOptions = {}): Promise<Uint8Array> {
    return this.transport.fetchBytes({ method: "GET", path: `/v1/exports/${encodeURIComponent(exportId)}/download`, isRepeatable: true } satisfies Call, options);
  }
  /** How far an export is. */
  get(exportId: string, options: CallOptions = {}): Promise<Export> {
    return this.transport.fetch<Export>({ method: "GET", path: `/v1/exports/${encodeURIComponent(exportId)}`, isRepeatable: true } satisfies Call, options);
  }
}

export class FailedEventsResource {
  constructor(protected readonly transport: Transport) {}
  /**
   * Have failed events handled again, in their order, or give them up. Every filter given must match.
   * all: Needed when nothing else is given.
   */
  actOn(given: { action: ActionEnum; event_ids?: string[]; subscription?: string; code?: string; all?: boolean }, options: CallOptions = {}): Promise<FailedEventsActed> {
    return this.transport.fetch<FailedEventsActed>({ method: "POST", path: "/v1/failed-events", body: given } satisfies Call, options);
  }
  /**
   * Events that failed for good, newest first. They stay until someone replays or drops them.
   * cursor: next_cursor of the page before.
   * limit: How many, at most 100.
   */
  list(given: { code?: string; cursor?: string; limit?: number; subscription?: string } = {}, options: CallOptions = {}): Pages<FailedEvent> {
    return new Pages<FailedEvent>(this.transport, { method: "GET", path: "/v1/failed-events", query: { code: given.code, cursor: given.cursor, limit: given.limit, subscription: given.subscription }, isRepeatable: true } satisfies Call, options);
  }
}

export class KeysResource {
  constructor(protected readonly transport: Transport) {}
  /** One key: what it may do, when it was last used and when it ends. */
  get(key: string, options: CallOptions = {}): Promise<ApiKey> {
    return this.transport.fetch<ApiKey>({ method: "GET", path: `/v1/keys/${encodeURIComponent(key)}`, isRepeatable: true } satisfies Call, options);
  }
  /** Which keys there are, newest first; never the keys themselves. */
  list(options: CallOptions = {}): Pages<ApiKey> {
    return new Pages<ApiKey>(this.transport, { method: "GET", path: "/v1/keys", isRepeatable: true } satisfies Call, options);
  }
}

export class LeakedKeysResource {
  constructor(protected readonly transport: Transport) {}
  /** Report secret keys that were found in the open. Ours are revoked at once and their company is told. */
  report(leakedKeys: readonly LeakedKeyRequest[], options: CallOptions = {}): Promise<LeakedKeyResult[]> {
    return this.transport.fetch<LeakedKeyResult[]>({ method: "POST", path: "/v1/leaked-keys", items: leakedKeys } satisfies Call, options);
  }
}

export class MembersResource {
  constructor(protected readonly transport: Transport) {}
  /** The company's people and their roles, first comers first. */
  list(options: CallOptions = {}): Pages<Member> {
    return new Pages<Member>(this.transport, { method: "GET", path: "/v1/members", isRepeatable: true } satisfies Call, options);
  }
}

export class MemoriesResource {
  constructor(protected readonly transport: Transport) {}
  /** One fact of a contact, with what said it. */
  get(factId: string, options: CallOptions = {}): Promise<Memory> {
    return this.transport.fetch<Memory>({ method: "GET", path: `/v1/memories/${encodeURIComponent(factId)}`, isRepeatable: true } satisfies Call, options);
  }
  /**
   * What is remembered of contacts, newest first.
   * cursor: next_cursor of the page before.
   * limit: How many, at most 100.
   * superseded: Also what held once and does not any more.
   */
  list(given: { contact_id?: string; cursor?: string; limit?: number; predicate?: string; superseded?: boolean } = {}, options: CallOptions = {}): Pages<Memory> {
    return new Pages<Memory>(this.transport, { method: "GET", path: "/v1/memories", query: { contact_id: given.contact_id, cursor: given.cursor, limit: given.limit, predicate: given.predicate, superseded: given.superseded }, isRepeatable: true } satisfies Call, options);
  }
}

export class RunsResource {
  constructor(protected readonly transport: Transport) {}
  /** One run: how it stands, and the trace and answer that it led to. */
  get(turnId: string, options: CallOptions = {}): Promise<Run> {
    return this.transport.fetch<Run>({ method: "GET", path: `/v1/runs/${encodeURIComponent(turnId)}`, isRepeatable: true } satisfies Call, options);
  }
  /**
   * What agents did, newest first: each run is the work on one message.
   * cursor: next_cursor of the page before.
   * limit: How many, at most 100.
   */
  list(given: { conversation_id?: string; cursor?: string; limit?: number; state?: "done" | "failed" | "queued" | "running" } = {}, options: CallOptions = {}): Pages<Run> {
    return new Pages<Run>(this.transport, { method: "GET", path: "/v1/runs", query: { conversation_id: given.conversation_id, cursor: given.cursor, limit: given.limit, state: given.state }, isRepeatable: true } satisfies Call, options);
  }
}

export class SourcesResource {
  constructor(protected readonly transport: Transport) {}
  /** Look at a website again: new, changed and removed pages. */
  crawl(sourceId: string, options: CallOptions = {}): Promise<Source> {
    return this.transport.fetch<Source>({ method: "POST", path: `/v1/sources/${encodeURIComponent(sourceId)}/crawl` } satisfies Call, options);
  }
  /**
   * A folder for uploads, or a website, which is read at once.
   * url: Of the website, or of its sitemap.
   */
  create(given: { kind: KindEnum; name?: string; url?: string; max_pages?: number }, options: CallOptions = {}): Promise<Source> {
    return this.transport.fetch<Source>({ method: "POST", path: "/v1/sources", body: given, takesKey: true, isRepeatable: true } satisfies Call, options);
  }
  /** Remove a source with all its documents. They stop answering at once. */
  delete(sourceId: string, options: CallOptions = {}): Promise<void> {
    return this.transport.send({ method: "DELETE", path: `/v1/sources/${encodeURIComponent(sourceId)}`, isRepeatable: true } satisfies Call, options);
  }
  /** One source, and how many of its documents are ready. */
  get(sourceId: string, options: CallOptions = {}): Promise<Source> {
    return this.transport.fetch<Source>({ method: "GET", path: `/v1/sources/${encodeURIComponent(sourceId)}`, isRepeatable: true } satisfies Call, options);
  }
  /**
   * Where documents come from, newest first, and how many of them are ready.
   * cursor: next_cursor of the page before.
   * limit: How many, at most 100.
   */
  list(given: { cursor?: string; limit?: number } = {}, options: CallOptions = {}): Pages<Source> {
    return new Pages<Source>(this.transport, { method: "GET", path: "/v1/sources", query: { cursor: given.cursor, limit: given.limit }, isRepeatable: true } satisfies Call, options);
  }
  /** Read all failed documents of a source again. */
  retry(sourceId: string, options: CallOptions = {}): Promise<Count> {
    return this.transport.fetch<Count>({ method: "POST", path: `/v1/sources/${encodeURIComponent(sourceId)}/retry` } satisfies Call, options);
  }
}

export class TracesResource {
  constructor(protected readonly transport: Transport) {}
  /** What a turn did, step by step, and what each step cost. */
  get(traceId: string, options: CallOptions = {}): Promise<Trace> {
    return this.transport.fetch<Trace>({ method: "GET", path: `/v1/traces/${encodeURIComponent(traceId)}`, isRepeatable: true } satisfies Call, options);
  }
  /**
   * Traces, newest first, without their spans.
   * cursor: next_cursor of the page before.
   * limit: How many, at most 100.
   * since: Not before this time, in ISO 8601.
   * until: Before this time, in ISO 8601.
   */
  list(given: { agent_id?: string; contact_id?: string; conversation_id?: string; cursor?: string; limit?: number; outcome?: string; since?: string; until?: string } = {}, options: CallOptions = {}): Pages<TraceLine> {
    return new Pages<TraceLine>(this.transport, { method: "GET", path: "/v1/traces", query: { agent_id: given.agent_id, contact_id: given.contact_id, conversation_id: given.conversation_id, cursor: given.cursor, limit: given.limit, outcome: given.outcome, since: given.since, until: given.until }, isRepeatable: true } satisfies Call, options);
  }
}

export class UsageResource {
  constructor(protected readonly transport: Transport) {}
  /**
   * The ledger's rows, newest first.
   * cursor: next_cursor of the page before.
   * limit: How many, at most 100.
   * since: Not before this time, in ISO 8601.
   * until: Before this time, in ISO 8601.
   */
  list(given: { cursor?: string; limit?: number; meter?: "cache_write_tokens" | "cached_input_tokens" | "conversations" | "embedding_tokens" | "input_tokens" | "messages" | "output_tokens" | "reasoning_tokens"; since?: string; until?: string } = {}, options: CallOptions = {}): Pages<Usage> {
    return new Pages<Usage>(this.transport, { method: "GET", path: "/v1/usage", query: { cursor: given.cursor, limit: given.limit, meter: given.meter, since: given.since, until: given.until }, isRepeatable: true } satisfies Call, options);
  }
  /**
   * What each day cost, oldest first, ending today; days without usage are zeros.
   * days: How many, at most 366.
   */
  listDays(given: { days?: number } = {}, options: CallOptions = {}): Pages<UsageDay> {
    return new Pages<UsageDay>(this.transport, { method: "GET", path: "/v1/usage/days", query: { days: given.days }, isRepeatable: true } satisfies Call, options);
  }
}

export class WebhooksResource {
  constructor(protected readonly transport: Transport) {}
  /**
   * Add a webhook. Its secret is in this answer and never again.
   * url: https://…
   * event_types: Of the catalogue in docs/webhooks, for example document.ready; "document.*" and "*" as well.
   */
  create(given: { url: string; event_types: string[]; description?: string }, options: CallOptions = {}): Promise<NewWebhook> {
    return this.transport.fetch<NewWebhook>({ method: "POST", path: "/v1/webhooks", body: given, takesKey: true, isRepeatable: true } satisfies Call, options);
  }
  /** Remove a webhook with its log. What was on its way is not sent any more. */
  delete(webhookId: string, options: CallOptions = {}): Promise<void> {
    return this.transport.send({ method: "DELETE", path: `/v1/webhooks/${encodeURIComponent(webhookId)}`, isRepeatable: true } satisfies Call, options);
  }
  /** One webhook, and how it does. */
  get(webhookId: string, options: CallOptions = {}): Promise<Webhook> {
    return this.transport.fetch<Webhook>({ method: "GET", path: `/v1/webhooks/${encodeURIComponent(webhookId)}`, isRepeatable: true } satisfies Call, options);
  }
  /** One delivery with its attempts. */
  getDelivery(webhookId: string, deliveryId: string, options: CallOptions = {}): Promise<OneDelivery> {
    return this.transport.fetch<OneDelivery>({ method: "GET", path: `/v1/webhooks/${encodeURIComponent(webhookId)}/deliveries/${encodeURIComponent(deliveryId)}`, isRepeatable: true } satisfies Call, options);
  }
  /** The company's webhooks, oldest first, and how they do. */
  list(options: CallOptions = {}): Pages<Webhook> {
    return new Pages<Webhook>(this.transport, { method: "GET", path: "/v1/webhooks", isRepeatable: true } satisfies Call, options);
  }
  /**
   * What a webhook was told, newest first. Kept for thirty days.
   * cursor: next_cursor of the page before.
   * limit: How many, at most 100.
   */
  listDeliveries(webhookId: string, given: { cursor?: string; limit?: number; state?: "cancelled" | "delivered" | "failed" | "waiting" } = {}, options: CallOptions = {}): Pages<Delivery> {
    return new Pages<Delivery>(this.transport, { method: "GET", path: `/v1/webhooks/${encodeURIComponent(webhookId)}/deliveries`, query: { cursor: given.cursor, limit: given.limit, state: given.state }, isRepeatable: true } satisfies Call, options);
  }
  /** Send it once more, with the same webhook-id. One that waits for its next attempt is tried now. */
  resendDelivery(webhookId: string, deliveryId: string, options: CallOptions = {}): Promise<OneDelivery> {
    return this.transport.fetch<OneDelivery>({ method: "POST", path: `/v1/webhooks/${encodeURIComponent(webhookId)}/deliveries/${encodeURIComponent(deliveryId)}/resend`, takesKey: true, isRepeatable: true } satisfies Call, options);
  }
  /** A new secret, in this answer and never again. For a day both sign, so that nothing is refused meanwhile. */
  rotateSecret(webhookId: string, options: CallOptions = {}): Promise<NewWebhook> {
    return this.transport.fetch<NewWebhook>({ method: "POST", path: `/v1/webhooks/${encodeURIComponent(webhookId)}/rotate`, takesKey: true, isRepeatable: true } satisfies Call, options);
  }
  /** Send an event of the type webhook.test. It takes its turn like any other. */
  test(webhookId: string, options: CallOptions = {}): Promise<OneDelivery> {
    return this.transport.fetch<OneDelivery>({ method: "POST", path: `/v1/webhooks/${encodeURIComponent(webhookId)}/test`, takesKey: true, isRepeatable: true } satisfies Call, options);
  }
  /** Change a webhook, or switch it off and on. What is left out stays as it is. */
  update(webhookId: string, given: { url?: string; event_types?: string[]; description?: string; is_enabled?: boolean } = {}, options: CallOptions = {}): Promise<Webhook> {
    return this.transport.fetch<Webhook>({ method: "PATCH", path: `/v1/webhooks/${encodeURIComponent(webhookId)}`, body: given } satisfies Call, options);
  }
}

export class Api {
  readonly account: AccountResource;
  readonly agents: AgentsResource;
  readonly audit: AuditResource;
  readonly contacts: ContactsResource;
  readonly conversations: ConversationsResource;
  readonly documents: DocumentsResource;
  readonly erasures: ErasuresResource;
  readonly events: EventsResource;
  readonly exports: ExportsResource;
  readonly failedEvents: FailedEventsResource;
  readonly keys: KeysResource;
  readonly leakedKeys: LeakedKeysResource;
  readonly members: MembersResource;
  readonly memories: MemoriesResource;
  readonly runs: RunsResource;
  readonly sources: SourcesResource;
  readonly traces: TracesResource;
  readonly usage: UsageResource;
  readonly webhooks: WebhooksResource;
  constructor(transport: Transport) {
    this.account = new AccountResource(transport);
    this.agents = new AgentsResource(transport);
    this.audit = new AuditResource(transport);
    this.contacts = new ContactsResource(transport);
    this.conversations = new ConversationsResource(transport);
    this.documents = new DocumentsResource(transport);
    this.erasures = new ErasuresResource(transport);
    this.events = new EventsResource(transport);
    this.exports = new ExportsResource(transport);
    this.failedEvents = new FailedEventsResource(transport);
    this.keys = new KeysResource(transport);
    this.leakedKeys = new LeakedKeysResource(transport);
    this.members = new MembersResource(transport);
    this.memories = new MemoriesResource(transport);
    this.runs = new RunsResource(transport);
    this.sources = new SourcesResource(transport);
    this.traces = new TracesResource(transport);
    this.usage = new UsageResource(transport);
    this.webhooks = new WebhooksResource(transport);
  }
}
