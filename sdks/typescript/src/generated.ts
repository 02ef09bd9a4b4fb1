// One method for each operation of the API, grouped by what it is about, and the shapes that they take and give.
// Made from docs/openapi.yaml by `make sdks`; changes by hand are lost.

import { newId, type Call, type CallOptions, type FileInput } from "./calls.js";
import { Pages } from "./pages.js";
import type { Transport } from "./transport.js";

/** A company that contacts belong to, as your own systems say. It holds no one's words. */
export interface Account {
  id: string;
  /** What your own systems call it. */
  key: string;
  name: string;
  summary: string;
  numbers: Record<string, unknown>;
  /** What at least three of its contacts ask about. */
  subjects: string[];
  contact_ids: string[];
  digest: string;
  extractor_version: number;
  times_made: number;
  made_at: string;
}

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
  /** The published one. It is written on the trace of every answer. */
  version: number;
  /** SHA-256 of the configuration. */
  digest: string;
  /** The whole configuration; docs/agents.md describes it. */
  config: Record<string, unknown>;
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
  /** It is revoked with the key that made it. */
  made_by_key: string | null;
}

export interface Approval {
  id: string;
  tool: string;
  /** JSON, as the model wrote it; null without traces.read or conversations.write. */
  arguments: string | null;
  /** What the agent was told; null without traces.read. */
  result: string | null;
  conversation_id: string;
  contact_id: string;
  agent_id: string;
  /** waiting, approved, refused or expired */
  state: string;
  created_at: string;
  expires_at: string;
  decided_at: string | null;
  decided_by: string;
}

export interface ApprovedAnswer {
  document_id: string;
  source_id: string;
}

export interface Arm {
  version: number;
  percent: number;
  contacts: number;
  conversations: number;
  /** Turns that were more than small talk. */
  questions: number;
  answered: Share;
  unknown: Share;
  handed_off: Share;
  /** Of the answers that were checked. */
  grounded: Share;
  /** Of the answers that contacts said a word about. */
  liked: Share;
  /** Millionths of the currency's unit. */
  cost_micros: number;
  cost_per_question_micros: number | null;
  /** The mean. */
  cost_per_question: Middle | null;
  currency: string;
  /** Of a whole answer, in microseconds. */
  median_us: number | null;
  /** Of a whole answer, in microseconds. */
  median: Middle | null;
  p95_us: number | null;
  /** What a model says of those answers that it judged. */
  judged: Average | null;
}

export interface Attachment {
  id: string;
  /** As whoever sent it called it. */
  name: string;
  /** png, jpeg, webp, gif, pdf, text or csv, by its content */
  kind: string;
  media_type: string;
  size_bytes: number;
  is_picture: boolean;
  /** null: not sent yet. */
  message_id: string | null;
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

export type AuthEnum = "none" | "header" | "bearer" | "basic" | "query";

/** Of a model's scores, each from 0 to 1. */
export interface Average {
  count: number;
  grounded: number;
  relevant: number;
  complete: number;
}

export interface Billing {
  plan: string;
  plan_name: string;
  /** Paid for, beside those that the plan includes. */
  seats: number;
  /** By members and open invitations. */
  seats_taken: number;
  /** Null: as many as the company likes. */
  seats_allowed: number | null;
  is_trial: boolean;
  /** Of a plan that is bought, and tried first. */
  trial_ends_at: string | null;
  /** The coupon that Stripe takes off its invoices. */
  discount: string;
  discount_ends_at: string | null;
  entitlements: string[];
  /** Of the running period, so far. */
  statement: Statement;
  quotas: Quota[];
}

export interface BillingPeriod {
  id: string;
  closed_at: string;
  statement: Statement;
}

export interface Budget {
  /** The month's first day. */
  month: string;
  month_micros: number | null;
  /** The ledger's sum of the month. */
  spent_micros: number;
  /** Kept aside for answers under way. */
  held_micros: number;
  left_micros: number | null;
}

/** Sums of the last 30 days. Rates are shares from 0 to 1; money in millionths of the currency. */
export interface CacheBoard {
  agent_id: string;
  /** As the agent's configuration has it. */
  mode: ModeEnum;
  /** proving: to be on, while too little was checked or too much of it was false. */
  state: CacheBoardStateEnum;
  /** Like questions are answered while `upper` is below it. */
  most_false_hits: number;
  /** Answers to like questions beside which the model's own was put. */
  checked: number;
  false_hits: number;
  false_hit_rate: number | null;
  /** Wilson's interval of the rate, at 95 %. */
  lower: number;
  upper: number;
  /** Answers that are kept. */
  entries: number;
  lookups: number;
  /** The same question was asked before. */
  exact: number;
  /** A question like it was asked before. */
  like: number;
  /** A like question's answer was found and not given. */
  would_be: number;
  saved_micros: number;
  currency: string;
  days: CacheDay[];
}

export type CacheBoardStateEnum = "off" | "shadow" | "proving" | "on";

export interface CacheDay {
  day: string;
  exact: number;
  like: number;
  saved_micros: number;
}

/** A question for which an answer was kept. Texts are empty once their conversation is gone. */
export interface CacheLookup {
  id: string;
  turn_id: string;
  found: FoundEnum;
  is_served: boolean;
  /** Empty: not checked. */
  verdict: unknown;
  confidence: number | null;
  saved_micros: number;
  currency: string;
  created_at: string;
  question: string;
  cached_question: string;
  /** The kept one. */
  answer: string;
  /** Whether it may still be given. */
  is_kept: boolean;
}

/** What a language model read from the call when it was over, as the agent's `analysis` asks. */
export interface CallAnalysis {
  /** By name: texts, numbers, true or false; null for what was not said. */
  values: Record<string, unknown>;
  /** By the agent's own words; null where they ask nothing, or it cannot be told. */
  is_success: boolean | null;
  reason: string;
  /** Which read it. */
  model: string;
  created_at: string;
}

export interface CallPermission {
  /** How the contact agreed to be called; empty: it did not. */
  consent_source: string;
  consent_at: string | null;
  /** said or key, in a call, or company: the contact wants no calls. Empty: nobody said so. */
  refused_by: string;
  refused_at: string | null;
  /** Where the contact is; empty: as its number's country. */
  time_zone: string;
}

export interface Campaign {
  id: string;
  name: string;
  /** null: it was removed since. */
  phone_number_id: string | null;
  /** Said first. {{ first_name }} and others are filled in for each contact. */
  opening: string;
  /** For the agent in these calls, beside its own. */
  instructions: string;
  /** Days (1 is Monday) and hours by the callee's clock; empty: whenever the law allows, 8:00 to 21:00. */
  windows: Record<string, unknown>[];
  /** How often, and after how many minutes, by outcome: busy, no_answer, voicemail, failed. Left out: never. */
  retries: Record<string, unknown>;
  /** Nobody is called before. */
  starts_at: string | null;
  /** Nobody is called after. */
  ends_at: string | null;
  most_at_once: number;
  calls_per_minute: number;
  /** draft, running, paused, finished, cancelled */
  state: string;
  /**
   * asked, or what stopped it: budget, quota_exhausted, payment_overdue, daily_limit, number_gone,
   * phone_number_not_found, carrier_cannot_call. Empty when it is not paused.
   */
  pause_reason: string;
  /** What whoever started it was told. */
  estimate_micros: number | null;
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
}

export interface CampaignCheck {
  /** How many contacts would be called. Give this number to start it. */
  calls: number;
  /**
   * How many are not, by reason: call_consent_missing, do_not_call, contact_has_no_number, missing_variable,
   * duplicate, no_window, contact_not_found.
   */
  left_out: Record<string, unknown>;
  /** Reckoned with: as your calls lasted lately, else two. */
  minutes_a_call: number;
  /** About what the lines cost; null when no price of twilio-outbound is set. */
  estimate_micros: number | null;
  currency: string;
}

/** By one of the first four. */
export interface CampaignContactRequest {
  contact_id?: string;
  phone?: string;
  email?: string;
  external_id?: string;
  /** Texts and numbers by name. */
  variables?: Record<string, unknown>;
}

export interface CampaignFilterRequest {
  /** Somewhere in a name, address, number or id. */
  text?: string;
}

export interface CampaignMember {
  contact_id: string;
  variables: Record<string, unknown>;
  /** waiting, calling or done */
  state: string;
  /** Of the last call: reached, voicemail, no_answer, busy, refused, failed; not_called; empty: none yet. */
  outcome: string;
  /** Why it was refused. */
  reason: string;
  attempts: number;
  /** Not called before. */
  next_at: string | null;
  /** The last call. */
  call_id: string | null;
  conversation_id: string | null;
}

export interface CampaignMembersAdded {
  added: number;
  /** Came before, or are one with somebody who did. */
  already: number;
  refused: RefusedRow[];
}

export interface CampaignProgress {
  state: string;
  pause_reason: string;
  /** To be called, also again. */
  waiting: number;
  calling: number;
  reached: number;
  voicemail: number;
  /** Also busy. */
  no_answer: number;
  /** May not be called, or wants no calls. */
  refused: number;
  failed: number;
  /** The campaign was over before. */
  not_called: number;
  total: number;
  /** That were made. */
  calls: number;
  /** In the last five minutes. */
  calls_a_minute: number;
  /** Of all calls so far, with their answers. */
  cost_micros: number;
  currency: string;
  /** About; null unless it runs. */
  seconds_left: number | null;
  /** Calls of which it is known whether they were a success. */
  judged: number;
  /** That were, by what the agent's `analysis` calls one. */
  successes: number;
}

export interface CannedReply {
  id: string;
  name: string;
  text: string;
}

export interface Change {
  /** For example prompt.blocks.0.text */
  path: string;
  kind: ChangeKindEnum;
  /** null where there was nothing. */
  before: unknown;
  after: unknown;
  /** A long text's pieces, in order; else empty. */
  segments: Segment[];
}

export type ChangeKindEnum = "added" | "removed" | "changed";

export interface Citation {
  /** The number in the text: [1] */
  marker: number;
  title: string;
  /** Opens the source at the passage. */
  url: string | null;
  quote: string;
  document_id: string | null;
  /** document, memory or file (that the contact sent) */
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

export interface Connection {
  id: string;
  name: string;
  /** http or mcp */
  kind: string;
  base_url: string;
  auth: string;
  auth_name: string;
  has_secret: boolean;
  /** How many. */
  tools: number;
  created_at: string;
}

export type ConnectionRequestKindEnum = "http" | "mcp";

export type ConsentEnum = "none" | "asked" | "confirm" | "person";

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

export type ContentEnum = "messages" | "documents" | "tools" | "memory";

export interface Conversation {
  id: string;
  agent_id: string;
  contact_id: string;
  contact_name: string;
  /** chat, test, phone or api */
  channel: string;
  /** That answers all of it; null: as for everybody. */
  agent_version: string | null;
  subject: string;
  message_count: number;
  created_at: string;
  last_message_at: string | null;
  /** Who answers: agent, waiting (a person is awaited), human or closed */
  state: string;
  assignee_id: string | null;
  assignee_name: string;
  /** Of the last hand-off: asked, low_grounding, phrase, budget, … */
  handoff_reason: string;
  handed_off_at: string | null;
  /** For whoever takes it over, by a model of the agent's; empty without one, and for visitors. */
  handoff_summary: string;
  /** Where people's answers go by mail when the contact is gone: an address that it left, unproved. */
  reply_to: string;
  /** Whoever got mail there wants no more. */
  refuses_mail: boolean;
  /** What the page around the widget last said of what the contact does. */
  page_context: Record<string, unknown>;
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

export interface Diff {
  changes: Change[];
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

export type EffectEnum = "read" | "write";

export interface Erasure {
  id: string;
  /** What is erased. */
  kind: ErasureKindEnum;
  /** Whom it was about. Erased, the id means nothing any more. */
  contact_id: string;
  /** The conversation that is erased alone. */
  conversation_id: string | null;
  /** The message that is erased alone. */
  message_id: string | null;
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

export type ErasureKindEnum = "contact" | "conversation" | "message";

export type ErasureStateEnum = "requested" | "erasing" | "done" | "stuck";

export interface EventsAccepted {
  /** Kept for good, and handled soon. */
  accepted: number;
  /** Had come before. */
  duplicates: number;
  /** Events that were not taken; the others were. */
  errors: RejectedEvent[];
}

/** With what became of each version's answers. */
export interface Experiment {
  id: string;
  agent_id: string;
  name: string;
  split: Split[];
  is_running: boolean;
  started_at: string;
  stopped_at: string | null;
  arms: Arm[];
}

/** An experiment in a list: its figures are on the experiment itself. */
export interface ExperimentLine {
  id: string;
  agent_id: string;
  name: string;
  split: Split[];
  is_running: boolean;
  started_at: string;
  stopped_at: string | null;
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

export interface Feedback {
  id: string;
  conversation_id: string;
  message_id: string;
  agent_id: string;
  /** That answered; 0: the draft. */
  agent_version: number | null;
  /** contact or staff */
  rater: string;
  /** good or bad */
  rating: string;
  /** One of wrong, incomplete, outdated, off_topic, unclear, tone, other, or empty. */
  reason: string;
  comment: string;
  correction: string;
  /** What was asked. */
  question: string;
  /** What was answered. */
  answer: string;
  /** Of the answer. */
  citations: Citation[];
  /** The approved answer that was made of it. */
  document_id: string | null;
  created_at: string;
  updated_at: string;
}

export interface File {
  /** One YAML file. It holds no secrets. */
  yaml: string;
}

export type FoundEnum = "exact" | "like";

export interface GraphEvidence {
  /** said, record (an event of your own systems), told (by your people) or tool */
  kind: string;
  /** What says it, as far as it can be quoted. */
  text: string;
  at: string;
  message_id: string | null;
  conversation_id: string | null;
  event_id: string | null;
}

export interface GraphNode {
  /** Names it within this answer; the contact's is contact. */
  key: string;
  /** contact, person, company, place, order, product, event or value */
  kind: string;
  name: string;
  /** Else it is known only by what it is to the contact (sister). */
  is_named: boolean;
}

export interface GraphRelation {
  /** The key of a node. */
  source: string;
  /** A kind of fact, what somebody is to the contact, or contains. */
  kind: string;
  /** The key of a node. */
  target: string;
  valid_from: string | null;
  valid_to: string | null;
  /** moment, day, week, month or year */
  valid_precision: string;
  /** Of the fact that it follows from, where it does. */
  fact_id: string | null;
  evidence: GraphEvidence[];
}

export interface Import {
  title: string;
  /** The file's own server; the connection's address is what is called. */
  base_url: string;
  operations: Operation[];
  imported: Tool[];
}

export interface Invitation {
  id: string;
  email: string;
  role: string;
  invited_by: string;
  created_at: string;
  expires_at: string;
  /** False: it is older than seven days. */
  is_open: boolean;
}

/** What a language model says of the answer; each score from 0 to 1. */
export interface Judgement {
  /** What it claims stands in what it cites. */
  grounded: number;
  /** It is about what was asked. */
  relevant: number;
  /** It says all that the question needs. */
  complete: number;
  /** Empty for who may not read conversations. */
  reason: string;
  /** The judge's. */
  model: string;
  created_at: string;
}

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
  /** name, email, phone, order, place, prefers, instruction, … */
  predicate: string;
  value: string;
  /** From 0 to 1 */
  confidence: number;
  /** proposed (never used as known), active, superseded or retracted */
  status: string;
  /** Only a person or key of your company changes it. */
  is_pinned: boolean;
  /** always (told whatever the question is), recent or long_term */
  tier: string;
  /** In how many answers. */
  times_used: number;
  last_used_at: string | null;
  extractor: string;
  extractor_version: number;
  valid_from: string | null;
  valid_to: string | null;
  /** moment, day, week, month or year */
  valid_precision: string;
  recorded_at: string;
  superseded_at: string | null;
  superseded_by: string | null;
  sources: MemorySource[];
}

/** Worked out from facts and events with every call; kept nowhere. */
export interface MemoryGraph {
  nodes: GraphNode[];
  relations: GraphRelation[];
}

export interface MemorySource {
  message_id: string | null;
  conversation_id: string | null;
  /** Of an event that your own systems sent. */
  event_id: string | null;
  /** Of a call of a tool. */
  tool_run_id: string | null;
  /** A person or key of your company, as in the audit log; else empty. */
  told_by: string;
  /** supports, contradicts or retracts */
  stance: string;
  /** The words that said it. */
  quote: string;
  said_at: string | null;
}

export interface Message {
  id: string;
  /** contact, agent, human or system */
  role: string;
  text: string;
  citations: Citation[];
  /** Of a person of the company; empty for all others. */
  author_name: string;
  created_at: string;
  turn_id: string | null;
  /** What the contact thinks of an answer: good or bad. */
  rating: string | null;
  /** Files that the contact sent with it. */
  attachments: Attachment[];
}

export interface MessageAccepted {
  message_id: string;
  /** null: a person answers, and no agent. */
  turn_id: string | null;
  stream_url: string | null;
}

export type MethodEnum = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface Middle {
  value: number;
  /** Of its interval at 95 per cent. */
  low: number;
  high: number;
}

export type ModeEnum = "off" | "shadow" | "on";

export interface ModelProvider {
  id: string;
  /** openai, anthropic, google or openai_compatible */
  provider: string;
  name: string;
  /** Empty: the provider's own address. */
  base_url: string;
  /** The key's last four characters. */
  key_hint: string;
  region: string;
  /** Names that agents can use. */
  models: string[];
  /** untested, working or failing, as the last test found it */
  state: string;
  checked_at: string | null;
  last_error: string;
  created_at: string;
}

/** What came of really asking for one word. */
export interface ModelTest {
  model: string;
  /** Of the call. */
  trace_id: string;
  is_working: boolean;
  /** What the model said. */
  text: string;
  first_token_ms: number | null;
  duration_ms: number;
  /** Millionths of a dollar; 0 for a model without a known price. */
  cost_micros: number;
  /** A stable code of what went wrong; empty when it answered. */
  code: string;
  message: string;
}

export interface NewApiKey {
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
  /** It is revoked with the key that made it. */
  made_by_key: string | null;
  /** rp_sk_…; shown this once. null when the same call came before: replace the key if it was lost. */
  secret: string | null;
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

export interface Note {
  id: string;
  author_name: string;
  text: string;
  created_at: string;
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

export type OpEnum = "same" | "removed" | "added";

export interface Operation {
  key: string;
  name: string;
  description: string;
  /** Why it cannot be imported; empty when it can. */
  problem: string;
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

export interface PhoneCall {
  id: string;
  /** inbound, or outbound: made by the company. */
  direction: string;
  /** The company's, E.164; empty for a call from the dashboard. */
  number: string;
  /** That an outbound call is to, E.164. */
  callee: string;
  /** With every word of it. */
  conversation_id: string;
  /** Who called, or was. */
  contact_id: string;
  /** queued, dialling, ringing, talking, transfer (put through to a person) or ended */
  state: string;
  /**
   * hung_up, voicemail, silent, handed_off, transferred, opted_out, too_long, refused, busy, no_answer, cancelled,
   * failed or lost; empty while it goes on.
   */
  ended_reason: string;
  /** How often the caller spoke while the agent did. */
  interruptions: number;
  /** null while it goes on, or when nobody answered. */
  seconds: number | null;
  created_at: string;
  /** Of a call that is asked for alone, once it was read; null in lists. */
  analysis: CallAnalysis | null;
}

export interface PhoneNumber {
  id: string;
  /** E.164 */
  number: string;
  /** Who answers. */
  agent_id: string;
  /** Where the number is: twilio or telnyx. */
  carrier: string;
  /** The carrier's account. */
  account_id: string;
  /** The last four characters of the auth token, or at Telnyx of the public key. */
  token_hint: string;
  /** Spoken and understood, for example en-US. */
  language: string;
  /** Said first. */
  greeting: string;
  /** false: nobody answers. */
  is_enabled: boolean;
  /** That a call may last; then it is ended with a sentence. */
  most_minutes: number;
  /** The person whom calls are put through to, E.164; empty: nobody. */
  transfer_to: string;
  /** That person first hears what it is about, and takes the call with a key. */
  is_transfer_announced: boolean;
  /** Callers are asked whether they may be recorded; not at Telnyx. */
  is_recorded: boolean;
  /** When a mailbox answers a call of the agent's: hang_up, message, or empty to talk on. */
  voicemail: string;
  /** What is left there. */
  voicemail_message: string;
  /** Said after the greeting: which key does what. */
  menu_prompt: string;
  /** By a key, 0 to 9, what pressing it asks: {"1": "When are you open?"}. */
  menu: Record<string, unknown>;
  created_at: string;
}

export interface Policy {
  effect: string;
  consent: string;
  asks_for: string[];
  destinations: string[];
  takes_found: boolean;
  is_idempotent: boolean;
  timeout_seconds: number;
  per_minute: number;
  max_characters: number;
}

/** Under which conditions a tool is used; what is left out has its default or stays. */
export interface PolicyRequest {
  effect?: EffectEnum;
  consent?: ConsentEnum;
  asks_for?: string[];
  destinations?: string[];
  takes_found?: boolean;
  is_idempotent?: boolean;
  timeout_seconds?: number;
  per_minute?: number;
  max_characters?: number;
}

export interface Price {
  id: string;
  model: string;
  meter: string;
  micros_per_million: number;
  starts_at: string;
  created_at: string;
}

export type PriceRequestMeterEnum = "input_tokens" | "cached_input_tokens" | "cache_write_tokens" | "cache_write_1h_tokens" | "output_tokens" | "reasoning_tokens" | "audio_input_tokens" | "audio_output_tokens" | "embedding_tokens" | "call_minutes" | "heard_seconds" | "spoken_characters";

/** With all its versions, newest first, and the agents' versions that answer with it now. */
export interface Prompt {
  id: string;
  /** Agents refer to it by this. */
  name: string;
  /** The newest version's number. */
  latest: number;
  /** Label → version. */
  labels: Record<string, unknown>;
  created_at: string;
  /** Nobody is offered it any more; what refers to it still answers. */
  is_archived: boolean;
  versions: PromptVersion[];
  used_by: Record<string, unknown>[];
}

/** A prompt in a list: its versions are on the prompt itself. */
export interface PromptLine {
  id: string;
  /** Agents refer to it by this. */
  name: string;
  /** The newest version's number. */
  latest: number;
  /** Label → version. */
  labels: Record<string, unknown>;
  created_at: string;
  /** Nobody is offered it any more; what refers to it still answers. */
  is_archived: boolean;
}

export interface PromptVersion {
  version: number;
  text: string;
  /** SHA-256 of the text. */
  digest: string;
  variables: string[];
  labels: string[];
  note: string;
  actor: string;
  created_at: string;
}

export interface Quota {
  meter: string;
  used: number;
  /** By the period's end, if it goes on like this. */
  forecast: number;
  /** By the plan; null: no quota. */
  included: number | null;
  /** Where the company wants to be stopped. */
  limit: number | null;
  /** At how much nothing more is taken. */
  stop: number | null;
  /** From 80 %, from 100 %, stopped. */
  level: unknown;
}

export interface Rated {
  id: string;
}

export type RaterEnum = "contact" | "staff";

export type RatingEnum = "good" | "bad";

/** What a look at an MCP server came to, in numbers of its tools. */
export interface Refreshed {
  new: number;
  changed: number;
  gone: number;
  same: number;
  problems: RefusedTool[];
}

export interface RefusedRow {
  /** From 1, the head not counted. */
  row: number;
  /** By what it was to be found. */
  who: string;
  reason: string;
}

export interface RefusedTool {
  name: string;
  /** Why it cannot be used. */
  problem: string;
}

export interface RejectedEvent {
  /** The event and what in it is wrong, for example events[17].type. */
  param: string;
  code: string;
  /** Says what to do. */
  message: string;
}

export interface ReplyCreated {
  message_id: string;
}

/** An agent's work on one message. */
export interface Run {
  id: string;
  conversation_id: string;
  /** queued, running, done or failed */
  state: string;
  /** answered, unknown, small_talk, length, refused, cancelled or failed */
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

export interface Says {
  description: string;
  parameters: Record<string, unknown>;
  /** read_only, destructive and idempotent, as the server says. */
  hints: Record<string, unknown>;
  /** Of all this: agreeing names it. */
  digest: string;
  /** Why it cannot be agreed to; empty when it can. */
  problem: string;
}

export interface Segment {
  op: OpEnum;
  text: string;
}

export interface ServiceRequest {
  id: string;
  /** ticket or callback */
  kind: string;
  conversation_id: string;
  contact_id: string;
  subject: string;
  text: string;
  phone: string;
  wanted_at: string | null;
  is_open: boolean;
  created_at: string;
  closed_at: string | null;
}

export interface Share {
  count: number;
  share: number;
  /** Wilson's interval at 95 per cent. */
  low: number;
  high: number;
}

export interface Source {
  id: string;
  /** upload, website or answers */
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

export type SourceRequestKindEnum = "upload" | "website";

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

export interface Split {
  version: number;
  percent: number;
}

export interface Statement {
  plan: string;
  /** Of the plan's rates, as the ledger's rows name it. */
  version: string;
  starts_at: string;
  ends_at: string;
  currency: string;
  lines: StatementLine[];
  /** Rows of the ledger that it is made of. */
  records: number;
  /** The sum of its rows' costs, converted as the plan's version says. */
  cost_micros: number;
  /** The sum of its rows' list prices. */
  list_micros: number;
  due_micros: number;
}

export interface StatementLine {
  /** A meter, or base, seats, model_tokens, coupon. */
  key: string;
  label: string;
  quantity: number;
  unit: string;
  /** By the rates of each row's moment. */
  list_micros: number;
  included_quantity: number;
  /** What the plan includes of it. */
  included_micros: number;
  /** What is taken off because there is much of it. */
  volume_micros: number;
  /** list_micros less the two. */
  due_micros: number;
}

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

export interface Suggestion {
  turn_id: string;
  /** The contact's message that it answers. */
  question_id: string;
  /** queued, running, done or failed */
  state: string;
  /** It answers the contact's last message. */
  is_current: boolean;
  text: string;
  citations: Citation[];
}

export interface SuggestionAccepted {
  turn_id: string;
  stream_url: string;
}

/** Made anew whenever what it was made of changes, never edited. */
export interface Summary {
  id: string;
  /** conversation or contact */
  level: string;
  contact_id: string;
  conversation_id: string | null;
  text: string;
  /** en or de */
  language: string;
  lines: SummaryLine[];
  inputs: SummaryInput[];
  /** Over the inputs: the same inputs give the same summary. */
  digest: string;
  /** rules, or model */
  extractor: string;
  extractor_version: number;
  times_made: number;
  first_at: string | null;
  last_at: string | null;
  made_at: string;
}

export interface SummaryInput {
  /** turn, fact, conversation or contact */
  kind: string;
  /** Of a turn: of the message that it begins with. */
  id: string;
  /** Of what it said when the summary was made. */
  digest: string;
}

export interface SummaryLine {
  /** asked, told, answered, unanswered, done, handed_off, closed, written, counts, known or conversation */
  kind: string;
  text: string;
  /** Whose words these are. */
  message_id: string | null;
  conversation_id: string | null;
  at: string | null;
}

export interface Tool {
  id: string;
  connection_id: string;
  /** http or mcp */
  kind: string;
  name: string;
  description: string;
  /** Empty for an MCP server's tool. */
  method: string;
  /** For an MCP server's tool its name there. */
  path: string;
  parameters: Record<string, unknown>;
  policy: Policy;
  is_enabled: boolean;
  /** On, and as somebody has looked at it. */
  is_usable: boolean;
  /** Of an MCP server's tool: new, changed or gone wait for somebody to look; same does not. */
  standing: string;
  /** What its server says by now, while that waits. */
  says: Says | null;
  created_at: string;
}

export interface Trace {
  id: string;
  turn_id: string;
  conversation_id: string;
  agent_id: string;
  contact_id: string;
  /** 0: the draft, in a test chat */
  agent_version: number;
  experiment_id: string | null;
  /** answered, unknown, small_talk, length, refused, cancelled or failed */
  outcome: string;
  started_at: string;
  duration_us: number;
  first_token_us: number | null;
  input_tokens: number;
  output_tokens: number;
  cost_micros: number;
  currency: string;
  /** Of the names in its spans; empty for old traces. */
  schema_version: string;
  /** Of the share that the agent has judged. */
  judgement: Judgement | null;
  spans: Span[];
}

export interface TraceExport {
  /** Empty: none is set up. */
  endpoint: string;
  header_names: string[];
  content: string[];
  is_enabled: boolean;
  /** off, new, healthy or failing */
  state: string;
  /** A stable code; empty when the last request was taken. */
  last_error: string;
  last_tried_at: string | null;
  failing_since: string | null;
  sent_spans: number;
  created_at: string | null;
}

export interface TraceExportTest {
  is_taken: boolean;
  /** The collector's answer; null when there was none. */
  status: number | null;
  /** A stable code of what went wrong; empty when it was taken. */
  code: string;
  rejected_spans: number;
}

/** A trace in a list: its spans are on the trace itself. */
export interface TraceLine {
  id: string;
  turn_id: string;
  conversation_id: string | null;
  agent_id: string | null;
  contact_id: string | null;
  /** 0: the draft, in a test chat */
  agent_version: number;
  experiment_id: string | null;
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

export interface Trial {
  /** done, failed or unknown */
  state: string;
  /** Why it failed; empty when it did not. */
  code: string;
  /** What a model would read. */
  told: string;
  attempts: number;
}

export interface Usage {
  id: string;
  occurred_at: string;
  meter: string;
  model: string;
  step: string;
  quantity: number;
  cost_micros: number;
  /** Of what it cost. */
  currency: string;
  price_version: string;
  unit: string;
  /** What the company is charged, at list. */
  price_micros: number;
  /** In which it is charged. */
  price_currency: string;
  /** The plan's rates by which it is charged. */
  rate_version: string;
  /** Where the period begins that bears it, when its own was closed before. */
  billed_at: string | null;
  /** The row that this one corrects. */
  corrects_id: string | null;
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

export type UsageLimitRequestMeterEnum = "messages" | "tool_calls" | "stored_chunks" | "stored_bytes" | "call_minutes" | "heard_seconds" | "spoken_characters";

export interface UsageLine {
  /** Whose sum it is: an id or a name; empty for what belongs to none. */
  key: string;
  usage: UsageSum;
  /** How many rows of the ledger it is the sum of. */
  records: number;
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

export interface Version {
  version: number;
  /** SHA-256 of the configuration: equal versions have the same. */
  digest: string;
  note: string;
  /** Who made it, for example user:usr_… */
  actor: string;
  /** The version that it took up again. */
  from_version: number | null;
  /** Kept, but not published: for test chats and experiments. */
  is_candidate: boolean;
  /** It answers now. */
  is_published: boolean;
  /** It answers some, in an experiment that is running. */
  is_in_experiment: boolean;
  created_at: string;
}

/** A version, or the draft, with its whole configuration. */
export interface VersionConfig {
  version: unknown;
  digest: string;
  /** The whole document; docs/agents.md describes its sections. */
  config: Record<string, unknown>;
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

export class AccountsResource {
  constructor(protected readonly transport: Transport) {}
  /** A company that contacts belong to, and what they amount to together. */
  get(accountId: string, options: CallOptions = {}): Promise<Account> {
    return this.transport.fetch<Account>({ method: "GET", path: `/v1/accounts/${encodeURIComponent(accountId)}`, isRepeatable: true } satisfies Call, options);
  }
  /**
   * Companies that contacts who wrote belong to, newest first.
   * cursor: next_cursor of the page before.
   * limit: How many, at most 100.
   */
  list(given: { cursor?: string; limit?: number } = {}, options: CallOptions = {}): Pages<Account> {
    return new Pages<Account>(this.transport, { method: "GET", path: "/v1/accounts", query: { cursor: given.cursor, limit: given.limit }, isRepeatable: true } satisfies Call, options);
  }
}

export class AgentsResource {
  constructor(protected readonly transport: Transport) {}
  /**
   * What changes from one version to another, setting by setting; long texts word by word.
   * from: A version's number, or "draft"; without it the published one.
   * to: A version's number, or "draft"; without it the published one.
   */
  compareVersions(agentId: string, given: { from?: string; to?: string } = {}, options: CallOptions = {}): Promise<Diff> {
    return this.transport.fetch<Diff>({ method: "GET", path: `/v1/agents/${encodeURIComponent(agentId)}/diff`, query: { from: given.from, to: given.to }, isRepeatable: true } satisfies Call, options);
  }
  /**
   * Make an agent. What is not given has a sensible default.
   * name: At most 80 characters.
   * greeting: What it says first.
   * suggested_questions: At most four.
   * color: Of the widget, for example #4f46e5.
   * model: Empty for the platform's default.
   * config: Any part of the configuration, laid over it (RFC 7396). docs/agents.md describes it.
   * note: Why. At most 300 characters.
   */
  create(given: { name?: string; instructions?: string; greeting?: string; suggested_questions?: string[]; color?: string; model?: string; config?: Record<string, unknown>; note?: string } = {}, options: CallOptions = {}): Promise<Agent> {
    return this.transport.fetch<Agent>({ method: "POST", path: "/v1/agents", body: given, takesKey: true, isRepeatable: true } satisfies Call, options);
  }
  /**
   * Keep the draft as a version without publishing it: for test chats and experiments.
   * note: At most 300 characters.
   */
  createVersion(agentId: string, given: { note?: string } = {}, options: CallOptions = {}): Promise<Version> {
    return this.transport.fetch<Version>({ method: "POST", path: `/v1/agents/${encodeURIComponent(agentId)}/versions`, body: given } satisfies Call, options);
  }
  /** Put the draft back to what is published. */
  discardDraft(agentId: string, options: CallOptions = {}): Promise<void> {
    return this.transport.send({ method: "DELETE", path: `/v1/agents/${encodeURIComponent(agentId)}/draft`, isRepeatable: true } satisfies Call, options);
  }
  /**
   * An agent as one YAML file, which `POST /v1/agents/import` reads.
   * version: A version's number, or "draft"; without it the published one.
   */
  exportFile(agentId: string, given: { version?: string } = {}, options: CallOptions = {}): Promise<File> {
    return this.transport.fetch<File>({ method: "GET", path: `/v1/agents/${encodeURIComponent(agentId)}/export`, query: { version: given.version }, isRepeatable: true } satisfies Call, options);
  }
  /** One agent. */
  get(agentId: string, options: CallOptions = {}): Promise<Agent> {
    return this.transport.fetch<Agent>({ method: "GET", path: `/v1/agents/${encodeURIComponent(agentId)}`, isRepeatable: true } satisfies Call, options);
  }
  /** What the agent's cache did in the last 30 days, and what was proved of it. */
  getCache(agentId: string, options: CallOptions = {}): Promise<CacheBoard> {
    return this.transport.fetch<CacheBoard>({ method: "GET", path: `/v1/agents/${encodeURIComponent(agentId)}/cache`, isRepeatable: true } satisfies Call, options);
  }
  /** What is being edited. PATCH the agent with `publish: false` to change it. */
  getDraft(agentId: string, options: CallOptions = {}): Promise<VersionConfig> {
    return this.transport.fetch<VersionConfig>({ method: "GET", path: `/v1/agents/${encodeURIComponent(agentId)}/draft`, isRepeatable: true } satisfies Call, options);
  }
  /** An experiment, with what became of each version's answers. */
  getExperiment(agentId: string, experimentId: string, options: CallOptions = {}): Promise<Experiment> {
    return this.transport.fetch<Experiment>({ method: "GET", path: `/v1/agents/${encodeURIComponent(agentId)}/experiments/${encodeURIComponent(experimentId)}`, isRepeatable: true } satisfies Call, options);
  }
  /** What a version is. */
  getVersion(agentId: string, number: string, options: CallOptions = {}): Promise<VersionConfig> {
    return this.transport.fetch<VersionConfig>({ method: "GET", path: `/v1/agents/${encodeURIComponent(agentId)}/versions/${encodeURIComponent(number)}`, isRepeatable: true } satisfies Call, options);
  }
  /**
   * Make an agent of a file, or write it into an agent's draft. `error.problems` has all that is wrong.
   * yaml: What an export gave.
   * agent_id: Whose draft it becomes. Without it a new agent is made.
   */
  importFile(given: { yaml: string; agent_id?: string }, options: CallOptions = {}): Promise<Agent> {
    return this.transport.fetch<Agent>({ method: "POST", path: "/v1/agents/import", body: given, takesKey: true, isRepeatable: true } satisfies Call, options);
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
   * Questions for which an answer was kept, newest first.
   * cursor: next_cursor of the page before.
   * limit: How many, at most 100.
   */
  listCacheLookups(agentId: string, given: { cursor?: string; limit?: number } = {}, options: CallOptions = {}): Pages<CacheLookup> {
    return new Pages<CacheLookup>(this.transport, { method: "GET", path: `/v1/agents/${encodeURIComponent(agentId)}/cache/lookups`, query: { cursor: given.cursor, limit: given.limit }, isRepeatable: true } satisfies Call, options);
  }
  /**
   * The agent's experiments, newest first.
   * cursor: next_cursor of the page before.
   * limit: How many, at most 100.
   */
  listExperiments(agentId: string, given: { cursor?: string; limit?: number } = {}, options: CallOptions = {}): Pages<ExperimentLine> {
    return new Pages<ExperimentLine>(this.transport, { method: "GET", path: `/v1/agents/${encodeURIComponent(agentId)}/experiments`, query: { cursor: given.cursor, limit: given.limit }, isRepeatable: true } satisfies Call, options);
  }
  /**
   * The agent's versions, newest first.
   * cursor: next_cursor of the page before.
   * limit: How many, at most 100.
   */
  listVersions(agentId: string, given: { cursor?: string; limit?: number } = {}, options: CallOptions = {}): Pages<Version> {
    return new Pages<Version>(this.transport, { method: "GET", path: `/v1/agents/${encodeURIComponent(agentId)}/versions`, query: { cursor: given.cursor, limit: given.limit }, isRepeatable: true } satisfies Call, options);
  }
  /**
   * Make the draft the version that answers. A draft that differs in nothing makes no new version.
   * note: At most 300 characters.
   */
  publish(agentId: string, given: { note?: string } = {}, options: CallOptions = {}): Promise<Version> {
    return this.transport.fetch<Version>({ method: "POST", path: `/v1/agents/${encodeURIComponent(agentId)}/publish`, body: given } satisfies Call, options);
  }
  /** This answer was wrong: it is not given again, and counts as a false hit. Saying it twice changes nothing. */
  reportCachedAnswer(agentId: string, lookupId: string, options: CallOptions = {}): Promise<CacheLookup> {
    return this.transport.fetch<CacheLookup>({ method: "POST", path: `/v1/agents/${encodeURIComponent(agentId)}/cache/lookups/${encodeURIComponent(lookupId)}/wrong` } satisfies Call, options);
  }
  /**
   * Publish an older version, or a candidate, as a new version. The draft becomes the same.
   * note: At most 300 characters.
   * version: Which to take up again.
   */
  rollBack(agentId: string, given: { note?: string; version: number }, options: CallOptions = {}): Promise<Version> {
    return this.transport.fetch<Version>({ method: "POST", path: `/v1/agents/${encodeURIComponent(agentId)}/rollback`, body: given } satisfies Call, options);
  }
  /**
   * Let versions answer side by side: each contact gets one of them, always the same. While it runs nothing else
   * is published.
   * name: At most 120 characters.
   * arms: Two to four versions; the parts add up to 100.
   */
  startExperiment(agentId: string, given: { name: string; arms: Split[] }, options: CallOptions = {}): Promise<Experiment> {
    return this.transport.fetch<Experiment>({ method: "POST", path: `/v1/agents/${encodeURIComponent(agentId)}/experiments`, body: given, takesKey: true, isRepeatable: true } satisfies Call, options);
  }
  /** Everybody gets the published version again. */
  stopExperiment(agentId: string, experimentId: string, options: CallOptions = {}): Promise<Experiment> {
    return this.transport.fetch<Experiment>({ method: "POST", path: `/v1/agents/${encodeURIComponent(agentId)}/experiments/${encodeURIComponent(experimentId)}/stop` } satisfies Call, options);
  }
  /**
   * Change an agent. What differs is published as a new version, which the next answer is by, and stands in the
   * draft too; with `publish: false` only the draft changes. What else waits in the draft goes on waiting.
   * name: At most 80 characters.
   * greeting: What it says first.
   * suggested_questions: At most four.
   * color: Of the widget, for example #4f46e5.
   * model: Empty for the platform's default.
   * config: Any part of the configuration, laid over it (RFC 7396). docs/agents.md describes it.
   * note: Why. At most 300 characters.
   * publish: false: change the draft alone, and nobody is answered by it yet.
   */
  update(agentId: string, given: { name?: string; instructions?: string; greeting?: string; suggested_questions?: string[]; color?: string; model?: string; config?: Record<string, unknown>; note?: string; publish?: boolean } = {}, options: CallOptions = {}): Promise<Agent> {
    return this.transport.fetch<Agent>({ method: "PATCH", path: `/v1/agents/${encodeURIComponent(agentId)}`, body: given } satisfies Call, options);
  }
}

export class ApprovedAnswersResource {
  constructor(protected readonly transport: Transport) {}
  /**
   * Keep an answer that a person says is right, for all agents. It is a document of the source "Approved answers",
   * listed, changed and deleted with the documents.
   * question: As customers ask it; the same one replaces its answer.
   * feedback_id: What it was made of.
   */
  approve(given: { question: string; answer: string; feedback_id?: string }, options: CallOptions = {}): Promise<ApprovedAnswer> {
    return this.transport.fetch<ApprovedAnswer>({ method: "POST", path: "/v1/approved-answers", body: given } satisfies Call, options);
  }
}

export class AttachmentsResource {
  constructor(protected readonly transport: Transport) {}
  /** The file itself, to be saved: no browser shows it as a page. */
  download(attachmentId: string, options: CallOptions = {}): Promise<Uint8Array> {
    return this.transport.fetchBytes({ method: "GET", path: `/v1/attachments/${encodeURIComponent(attachmentId)}/content`, isRepeatable: true } satisfies Call, options);
  }
  /** What is known of a file. */
  get(attachmentId: string, options: CallOptions = {}): Promise<Attachment> {
    return this.transport.fetch<Attachment>({ method: "GET", path: `/v1/attachments/${encodeURIComponent(attachmentId)}`, isRepeatable: true } satisfies Call, options);
  }
  /** Take a file away that was not sent with a message yet. One that was sent goes with its message. */
  remove(attachmentId: string, options: CallOptions = {}): Promise<void> {
    return this.transport.send({ method: "DELETE", path: `/v1/attachments/${encodeURIComponent(attachmentId)}`, isRepeatable: true } satisfies Call, options);
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

export class BillingResource {
  constructor(protected readonly transport: Transport) {}
  /** The plan, the running period's statement so far, and how much of each quota is used. */
  get(options: CallOptions = {}): Promise<Billing> {
    return this.transport.fetch<Billing>({ method: "GET", path: "/v1/billing", isRepeatable: true } satisfies Call, options);
  }
  /** Closed periods, latest first. What is told of one after it was closed is borne by the next. */
  listPeriods(options: CallOptions = {}): Pages<BillingPeriod> {
    return new Pages<BillingPeriod>(this.transport, { method: "GET", path: "/v1/billing/periods", isRepeatable: true } satisfies Call, options);
  }
  /**
   * At how much of a meter in a period nothing more is taken, whatever the plan would charge for it.
   * quantity: In a period; null: no limit.
   */
  setUsageLimit(given: { meter: UsageLimitRequestMeterEnum; quantity: number | null }, options: CallOptions = {}): Promise<Billing> {
    return this.transport.fetch<Billing>({ method: "PUT", path: "/v1/billing/limits", body: given, isRepeatable: true } satisfies Call, options);
  }
}

export class BudgetResource {
  constructor(protected readonly transport: Transport) {}
  /** What the company may spend in this calendar month, and what is spent and kept aside. */
  get(options: CallOptions = {}): Promise<Budget> {
    return this.transport.fetch<Budget>({ method: "GET", path: "/v1/budget", isRepeatable: true } satisfies Call, options);
  }
  /**
   * A hard limit: when what a turn could cost at worst does not fit any more, the turn is refused.
   * month_micros: For a calendar month of the company's time zone; null: no limit.
   */
  set(given: { month_micros: number | null }, options: CallOptions = {}): Promise<Budget> {
    return this.transport.fetch<Budget>({ method: "PUT", path: "/v1/budget", body: given, isRepeatable: true } satisfies Call, options);
  }
}

export class CallsResource {
  constructor(protected readonly transport: Transport) {}
  /** A call. What was said is in its conversation. */
  get(callId: string, options: CallOptions = {}): Promise<PhoneCall> {
    return this.transport.fetch<PhoneCall>({ method: "GET", path: `/v1/calls/${encodeURIComponent(callId)}`, isRepeatable: true } satisfies Call, options);
  }
  /**
   * Calls, the latest first.
   * contact_id: Of this contact.
   * conversation_id: That this conversation was.
   * cursor: next_cursor of the page before.
   * limit: How many, at most 100.
   * state: Only those.
   */
  list(given: { contact_id?: string; conversation_id?: string; cursor?: string; limit?: number; state?: "dialling" | "ended" | "queued" | "ringing" | "talking" | "transfer" } = {}, options: CallOptions = {}): Pages<PhoneCall> {
    return new Pages<PhoneCall>(this.transport, { method: "GET", path: "/v1/calls", query: { contact_id: given.contact_id, conversation_id: given.conversation_id, cursor: given.cursor, limit: given.limit, state: given.state }, isRepeatable: true } satisfies Call, options);
  }
  /**
   * Let an agent call a contact, as soon as it is its turn, and at most once. Refused unless it is recorded that
   * the contact agreed, when it wants no calls, and in quiet hours where it is.
   * phone_number_id: From which number; its agent speaks.
   * contact_id: Who is called, at the number that is known of them.
   * opening: Said first, in place of the number's greeting.
   * instructions: For the agent in this call, beside its own.
   */
  place(given: { phone_number_id: string; contact_id: string; opening?: string; instructions?: string }, options: CallOptions = {}): Promise<PhoneCall> {
    return this.transport.fetch<PhoneCall>({ method: "POST", path: "/v1/calls", body: given, takesKey: true, isRepeatable: true } satisfies Call, options);
  }
}

export class CampaignsResource {
  constructor(protected readonly transport: Transport) {}
  /**
   * Add contacts to a draft: a list, all that match a filter, or a table. Sent again it adds nobody twice. Rows
   * that are not taken are listed with the reason.
   * filter: All contacts that match; empty: all.
   * csv: A table with a head: a column contact_id, phone, email, external_id, every other one is a variable.
   */
  addMembers(campaignId: string, given: { contacts?: CampaignContactRequest[]; filter?: CampaignFilterRequest; csv?: string } = {}, options: CallOptions = {}): Promise<CampaignMembersAdded> {
    return this.transport.fetch<CampaignMembersAdded>({ method: "POST", path: `/v1/campaigns/${encodeURIComponent(campaignId)}/members`, body: given } satisfies Call, options);
  }
  /** End it for good; calls under way end by themselves. */
  cancel(campaignId: string, options: CallOptions = {}): Promise<Campaign> {
    return this.transport.fetch<Campaign>({ method: "POST", path: `/v1/campaigns/${encodeURIComponent(campaignId)}/cancel` } satisfies Call, options);
  }
  /**
   * Change a draft.
   * opening: Said first. {{ first_name }} and others are filled in for each contact.
   * instructions: For the agent in these calls, beside its own.
   * windows: Days (1 is Monday) and hours by the callee's clock; empty: whenever the law allows, 8:00 to 21:00.
   * retries: How often, and after how many minutes, by outcome: busy, no_answer, voicemail, failed. Left out:
   * never.
   * starts_at: Nobody is called before.
   * ends_at: Nobody is called after.
   */
  change(campaignId: string, given: { name?: string; phone_number_id?: string; opening?: string; instructions?: string; windows?: Record<string, unknown>[]; retries?: Record<string, unknown>; starts_at?: string | null; ends_at?: string | null; most_at_once?: number; calls_per_minute?: number } = {}, options: CallOptions = {}): Promise<Campaign> {
    return this.transport.fetch<Campaign>({ method: "PATCH", path: `/v1/campaigns/${encodeURIComponent(campaignId)}`, body: given } satisfies Call, options);
  }
  /** How many would be called if it began now, how many not and why, and about what it costs. */
  check(campaignId: string, options: CallOptions = {}): Promise<CampaignCheck> {
    return this.transport.fetch<CampaignCheck>({ method: "GET", path: `/v1/campaigns/${encodeURIComponent(campaignId)}/check`, isRepeatable: true } satisfies Call, options);
  }
  /**
   * Make a draft. It calls nobody until it has contacts and is started.
   * phone_number_id: From which number; its agent speaks.
   * opening: Said first. {{ first_name }} and others are filled in for each contact.
   * instructions: For the agent in these calls, beside its own.
   * windows: Days (1 is Monday) and hours by the callee's clock; empty: whenever the law allows, 8:00 to 21:00.
   * retries: How often, and after how many minutes, by outcome: busy, no_answer, voicemail, failed. Left out:
   * never.
   * starts_at: Nobody is called before.
   * ends_at: Nobody is called after.
   */
  create(given: { name: string; phone_number_id: string; opening: string; instructions?: string; windows?: Record<string, unknown>[]; retries?: Record<string, unknown>; starts_at?: string | null; ends_at?: string | null; most_at_once?: number; calls_per_minute?: number }, options: CallOptions = {}): Promise<Campaign> {
    return this.transport.fetch<Campaign>({ method: "POST", path: "/v1/campaigns", body: given, takesKey: true, isRepeatable: true } satisfies Call, options);
  }
  /** A campaign, as it is written down. */
  get(campaignId: string, options: CallOptions = {}): Promise<Campaign> {
    return this.transport.fetch<Campaign>({ method: "GET", path: `/v1/campaigns/${encodeURIComponent(campaignId)}`, isRepeatable: true } satisfies Call, options);
  }
  /** A contact of the campaign, and what became of it. */
  getMember(campaignId: string, contactId: string, options: CallOptions = {}): Promise<CampaignMember> {
    return this.transport.fetch<CampaignMember>({ method: "GET", path: `/v1/campaigns/${encodeURIComponent(campaignId)}/members/${encodeURIComponent(contactId)}`, isRepeatable: true } satisfies Call, options);
  }
  /** How far it is, how fast, and what it cost so far. */
  getProgress(campaignId: string, options: CallOptions = {}): Promise<CampaignProgress> {
    return this.transport.fetch<CampaignProgress>({ method: "GET", path: `/v1/campaigns/${encodeURIComponent(campaignId)}/progress`, isRepeatable: true } satisfies Call, options);
  }
  /**
   * Campaigns, the latest first.
   * cursor: next_cursor of the page before.
   * limit: How many, at most 100.
   */
  list(given: { cursor?: string; limit?: number } = {}, options: CallOptions = {}): Pages<Campaign> {
    return new Pages<Campaign>(this.transport, { method: "GET", path: "/v1/campaigns", query: { cursor: given.cursor, limit: given.limit }, isRepeatable: true } satisfies Call, options);
  }
  /**
   * Its contacts in the order in which they came, and what became of each.
   * cursor: next_cursor of the page before.
   * group: Only those, as the progress counts them.
   * limit: How many, at most 100.
   */
  listMembers(campaignId: string, given: { cursor?: string; group?: "calling" | "failed" | "no_answer" | "not_called" | "reached" | "refused" | "voicemail" | "waiting"; limit?: number } = {}, options: CallOptions = {}): Pages<CampaignMember> {
    return new Pages<CampaignMember>(this.transport, { method: "GET", path: `/v1/campaigns/${encodeURIComponent(campaignId)}/members`, query: { cursor: given.cursor, group: given.group, limit: given.limit }, isRepeatable: true } satisfies Call, options);
  }
  /** Nobody is dialled from now on; calls under way end by themselves. */
  pause(campaignId: string, options: CallOptions = {}): Promise<Campaign> {
    return this.transport.fetch<Campaign>({ method: "POST", path: `/v1/campaigns/${encodeURIComponent(campaignId)}/pause` } satisfies Call, options);
  }
  /** Take a contact out of a draft. */
  removeMember(campaignId: string, contactId: string, options: CallOptions = {}): Promise<void> {
    return this.transport.send({ method: "DELETE", path: `/v1/campaigns/${encodeURIComponent(campaignId)}/members/${encodeURIComponent(contactId)}`, isRepeatable: true } satisfies Call, options);
  }
  /** Go on with a paused one. */
  resume(campaignId: string, options: CallOptions = {}): Promise<Campaign> {
    return this.transport.fetch<Campaign>({ method: "POST", path: `/v1/campaigns/${encodeURIComponent(campaignId)}/resume` } satisfies Call, options);
  }
  /**
   * Begin to call. `calls` confirms what the check said; those that it left out are not called.
   * calls: What the check said; refused when it is another by now.
   */
  start(campaignId: string, given: { calls: number }, options: CallOptions = {}): Promise<Campaign> {
    return this.transport.fetch<Campaign>({ method: "POST", path: `/v1/campaigns/${encodeURIComponent(campaignId)}/start`, body: given } satisfies Call, options);
  }
}

export class CannedRepliesResource {
  constructor(protected readonly transport: Transport) {}
  /**
   * Keep a reply by a name.
   * text: May hold {{contact.name}}, {{agent.name}}, {{me.name}}.
   */
  create(given: { name: string; text: string }, options: CallOptions = {}): Promise<CannedReply> {
    return this.transport.fetch<CannedReply>({ method: "POST", path: "/v1/canned-replies", body: given } satisfies Call, options);
  }
  /** Remove it; what was written with it stays. */
  delete(replyId: string, options: CallOptions = {}): Promise<void> {
    return this.transport.send({ method: "DELETE", path: `/v1/canned-replies/${encodeURIComponent(replyId)}`, isRepeatable: true } satisfies Call, options);
  }
  /** One reply, with its variables as they are written. */
  get(replyId: string, options: CallOptions = {}): Promise<CannedReply> {
    return this.transport.fetch<CannedReply>({ method: "GET", path: `/v1/canned-replies/${encodeURIComponent(replyId)}`, isRepeatable: true } satisfies Call, options);
  }
  /** Replies that are written often, by name. */
  list(options: CallOptions = {}): Pages<CannedReply> {
    return new Pages<CannedReply>(this.transport, { method: "GET", path: "/v1/canned-replies", isRepeatable: true } satisfies Call, options);
  }
  /**
   * Another name or text for it.
   * text: May hold {{contact.name}}, {{agent.name}}, {{me.name}}.
   */
  replace(replyId: string, given: { name: string; text: string }, options: CallOptions = {}): Promise<CannedReply> {
    return this.transport.fetch<CannedReply>({ method: "PUT", path: `/v1/canned-replies/${encodeURIComponent(replyId)}`, body: given, isRepeatable: true } satisfies Call, options);
  }
}

export class ContactsResource {
  constructor(protected readonly transport: Transport) {}
  /**
   * Record that a contact agreed to be called, that it wants no calls, or where it is.
   * consent_source: For example: form of 3 May. Empty takes it back.
   * time_zone: For example Europe/Berlin.
   */
  changeCallPermission(contactId: string, given: { consent_source?: string; wants_no_calls?: boolean; time_zone?: string } = {}, options: CallOptions = {}): Promise<CallPermission> {
    return this.transport.fetch<CallPermission>({ method: "PATCH", path: `/v1/contacts/${encodeURIComponent(contactId)}/call-permission`, body: given } satisfies Call, options);
  }
  /**
   * Make a contact. An address, number or id that another contact has is a conflict that names it.
   * phone: With its country code; kept as E.164.
   */
  create(given: { name?: string; email?: string; phone?: string; external_id?: string } = {}, options: CallOptions = {}): Promise<Contact> {
    return this.transport.fetch<Contact>({ method: "POST", path: "/v1/contacts", body: given, takesKey: true, isRepeatable: true } satisfies Call, options);
  }
  /**
   * Forget a contact for good, everywhere. Needs the scope contacts.erase; cannot be taken back. An anonymous
   * visitor may have itself forgotten; who is identified asks the company.
   */
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
  /** Whether a contact may be called. */
  getCallPermission(contactId: string, options: CallOptions = {}): Promise<CallPermission> {
    return this.transport.fetch<CallPermission>({ method: "GET", path: `/v1/contacts/${encodeURIComponent(contactId)}/call-permission`, isRepeatable: true } satisfies Call, options);
  }
  /** How far the contact's erasure is; afterwards its receipt. */
  getErasure(contactId: string, options: CallOptions = {}): Promise<Erasure> {
    return this.transport.fetch<Erasure>({ method: "GET", path: `/v1/contacts/${encodeURIComponent(contactId)}/erasure`, isRepeatable: true } satisfies Call, options);
  }
  /**
   * People, companies, places, orders and events of a contact and those who are read as one with it, how they hang
   * together, and what says so. What is only proposed is left out; without `valid_at` what is over is there.
   * valid_at: Only what held then.
   */
  getMemoryGraph(contactId: string, given: { valid_at?: string } = {}, options: CallOptions = {}): Promise<MemoryGraph> {
    return this.transport.fetch<MemoryGraph>({ method: "GET", path: `/v1/contacts/${encodeURIComponent(contactId)}/graph`, query: { valid_at: given.valid_at }, isRepeatable: true } satisfies Call, options);
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
  /** Leave a note for colleagues. */
  addNote(conversationId: string, given: { text: string }, options: CallOptions = {}): Promise<Note> {
    return this.transport.fetch<Note>({ method: "POST", path: `/v1/conversations/${encodeURIComponent(conversationId)}/notes`, body: given } satisfies Call, options);
  }
  /**
   * Say whose it is, or (null) that it is nobody's.
   * member_id: Whose it is; null for nobody's.
   */
  assign(conversationId: string, given: { member_id: string | null }, options: CallOptions = {}): Promise<Conversation> {
    return this.transport.fetch<Conversation>({ method: "POST", path: `/v1/conversations/${encodeURIComponent(conversationId)}/assign`, body: given } satisfies Call, options);
  }
  /** Nothing more is to be done; the contact's next message opens it again. */
  close(conversationId: string, options: CallOptions = {}): Promise<Conversation> {
    return this.transport.fetch<Conversation>({ method: "POST", path: `/v1/conversations/${encodeURIComponent(conversationId)}/close` } satisfies Call, options);
  }
  /**
   * Forget a conversation for good, with what was made of it and what repeats it. Needs the scope contacts.erase;
   * cannot be taken back.
   */
  erase(conversationId: string, options: CallOptions = {}): Promise<Erasure> {
    return this.transport.fetch<Erasure>({ method: "POST", path: `/v1/conversations/${encodeURIComponent(conversationId)}/erasure`, takesKey: true, isRepeatable: true } satisfies Call, options);
  }
  /** One conversation, without its messages. Visitors are not told whose it is, nor why it was handed over. */
  get(conversationId: string, options: CallOptions = {}): Promise<Conversation> {
    return this.transport.fetch<Conversation>({ method: "GET", path: `/v1/conversations/${encodeURIComponent(conversationId)}`, isRepeatable: true } satisfies Call, options);
  }
  /** What the agent would answer, as it was last asked. */
  getSuggestion(conversationId: string, options: CallOptions = {}): Promise<Suggestion> {
    return this.transport.fetch<Suggestion>({ method: "GET", path: `/v1/conversations/${encodeURIComponent(conversationId)}/suggestion`, isRepeatable: true } satisfies Call, options);
  }
  /** The agent answers again, and knows what people wrote. */
  giveBack(conversationId: string, options: CallOptions = {}): Promise<Conversation> {
    return this.transport.fetch<Conversation>({ method: "POST", path: `/v1/conversations/${encodeURIComponent(conversationId)}/giveback` } satisfies Call, options);
  }
  /** A person is to answer: the agent stays silent, and the contact is told. */
  handOff(conversationId: string, options: CallOptions = {}): Promise<Conversation> {
    return this.transport.fetch<Conversation>({ method: "POST", path: `/v1/conversations/${encodeURIComponent(conversationId)}/handoff` } satisfies Call, options);
  }
  /**
   * Leave an address for the answer, while a person is awaited or answers. What the person writes goes there when
   * nobody has read it in the chat two minutes later. For the visitor, and for who may answer in the inbox.
   */
  leaveReplyAddress(conversationId: string, given: { email: string }, options: CallOptions = {}): Promise<void> {
    return this.transport.send({ method: "PUT", path: `/v1/conversations/${encodeURIComponent(conversationId)}/reply-address`, body: given, isRepeatable: true } satisfies Call, options);
  }
  /**
   * List the company's conversations, those with the latest message first. For members and keys.
   * cursor: next_cursor of the page before.
   * limit: How many, at most 100.
   * q: One message says all of these words, at most eight.
   * since: Somebody said something after that.
   */
  list(given: { agent_id?: string; channel?: string; contact_id?: string; cursor?: string; limit?: number; q?: string; since?: string; state?: "agent" | "closed" | "human" | "waiting" } = {}, options: CallOptions = {}): Pages<Conversation> {
    return new Pages<Conversation>(this.transport, { method: "GET", path: "/v1/conversations", query: { agent_id: given.agent_id, channel: given.channel, contact_id: given.contact_id, cursor: given.cursor, limit: given.limit, q: given.q, since: given.since, state: given.state }, isRepeatable: true } satisfies Call, options);
  }
  /**
   * The files that were sent in a conversation, the earliest first.
   * cursor: next_cursor of the page before.
   * limit: How many, at most 100.
   */
  listAttachments(conversationId: string, given: { cursor?: string; limit?: number } = {}, options: CallOptions = {}): Pages<Attachment> {
    return new Pages<Attachment>(this.transport, { method: "GET", path: `/v1/conversations/${encodeURIComponent(conversationId)}/attachments`, query: { cursor: given.cursor, limit: given.limit }, isRepeatable: true } satisfies Call, options);
  }
  /**
   * The messages of a conversation, in the order in which they were said.
   * cursor: next_cursor of the page before.
   * limit: How many, at most 100.
   */
  listMessages(conversationId: string, given: { cursor?: string; limit?: number } = {}, options: CallOptions = {}): Pages<Message> {
    return new Pages<Message>(this.transport, { method: "GET", path: `/v1/conversations/${encodeURIComponent(conversationId)}/messages`, query: { cursor: given.cursor, limit: given.limit }, isRepeatable: true } satisfies Call, options);
  }
  /** Colleagues' notes on a conversation, oldest first. No contact and no model is ever given one. */
  listNotes(conversationId: string, options: CallOptions = {}): Pages<Note> {
    return new Pages<Note>(this.transport, { method: "GET", path: `/v1/conversations/${encodeURIComponent(conversationId)}/notes`, isRepeatable: true } satisfies Call, options);
  }
  /**
   * Say something. The answer comes on `stream_url`, and among the messages when it is complete. While a person
   * has the conversation `turn_id` and `stream_url` are null: the conversation's own stream tells of their answer.
   * proactive: For visitors: the id of the proactive message that this answers; it is kept before it.
   * page_context: For visitors: what the page says of what they do there. At most 20 names with a text of 500
   * characters, a number, true or false each.
   * attachments: Files that were sent to the conversation before. With one the text may be empty.
   */
  postMessage(conversationId: string, given: { text: string; proactive?: string; page_context?: Record<string, unknown>; attachments?: string[] }, options: CallOptions = {}): Promise<MessageAccepted> {
    return this.transport.fetch<MessageAccepted>({ method: "POST", path: `/v1/conversations/${encodeURIComponent(conversationId)}/messages`, body: given, takesKey: true, isRepeatable: true } satisfies Call, options);
  }
  /** Take it back: the answer is in the chat alone. */
  removeReplyAddress(conversationId: string, options: CallOptions = {}): Promise<void> {
    return this.transport.send({ method: "DELETE", path: `/v1/conversations/${encodeURIComponent(conversationId)}/reply-address`, isRepeatable: true } satisfies Call, options);
  }
  /** A closed conversation goes on, with the agent. */
  reopen(conversationId: string, options: CallOptions = {}): Promise<Conversation> {
    return this.transport.fetch<Conversation>({ method: "POST", path: `/v1/conversations/${encodeURIComponent(conversationId)}/reopen` } satisfies Call, options);
  }
  /**
   * Write to the contact as a person: for the member who has the conversation.
   * member_id: For keys: the member in whose name it is written.
   */
  replyTo(conversationId: string, given: { text: string; member_id?: string }, options: CallOptions = {}): Promise<ReplyCreated> {
    return this.transport.fetch<ReplyCreated>({ method: "POST", path: `/v1/conversations/${encodeURIComponent(conversationId)}/replies`, body: given, takesKey: true, isRepeatable: true } satisfies Call, options);
  }
  /**
   * Start a conversation: a visitor with the agent of its widget, a member as a test chat with `agent_id`, a key
   * with `agent_id` for the `contact` that it names.
   * agent_id: For members and keys; a visitor's token names it.
   * contact: For keys: who speaks.
   * version: For members and keys with agents.read: the version that answers all of it.
   */
  start(given: { agent_id?: string; contact?: ContactRequest; version?: unknown } = {}, options: CallOptions = {}): Promise<ConversationCreated> {
    return this.transport.fetch<ConversationCreated>({ method: "POST", path: "/v1/conversations", body: given, takesKey: true, isRepeatable: true } satisfies Call, options);
  }
  /**
   * Ask what the agent would answer to the contact's last message, while a person has the conversation. Only
   * colleagues see it; no tool is called for it. Asked twice for one message, it is the same suggestion.
   */
  suggestAnswer(conversationId: string, options: CallOptions = {}): Promise<SuggestionAccepted> {
    return this.transport.fetch<SuggestionAccepted>({ method: "POST", path: `/v1/conversations/${encodeURIComponent(conversationId)}/suggestion` } satisfies Call, options);
  }
  /**
   * Answer yourself from now on. 409 when somebody else has it already.
   * member_id: For keys: the member in whose name it is done.
   */
  takeOver(conversationId: string, given: { member_id?: string } = {}, options: CallOptions = {}): Promise<Conversation> {
    return this.transport.fetch<Conversation>({ method: "POST", path: `/v1/conversations/${encodeURIComponent(conversationId)}/takeover`, body: given } satisfies Call, options);
  }
  /**
   * Send a file that a message names in its `attachments` afterwards. PNG, JPEG, WebP and GIF pictures, PDF, plain
   * text and CSV are told by their content; a widget's visitors send what its company allows. Nobody but the
   * sender sees a file before its message, and after a day without one it is gone.
   * name: With an ending that fits its content: .png, .jpg, .pdf, .txt, …
   * content: The bytes in base64.
   */
  uploadAttachment(conversationId: string, given: { name: string; content: string }, options: CallOptions = {}): Promise<Attachment> {
    return this.transport.fetch<Attachment>({ method: "POST", path: `/v1/conversations/${encodeURIComponent(conversationId)}/attachments`, body: given, takesKey: true, isRepeatable: true } satisfies Call, options);
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

export class FeedbackResource {
  constructor(protected readonly transport: Transport) {}
  /** One word about one answer. */
  get(feedbackId: string, options: CallOptions = {}): Promise<Feedback> {
    return this.transport.fetch<Feedback>({ method: "GET", path: `/v1/feedback/${encodeURIComponent(feedbackId)}`, isRepeatable: true } satisfies Call, options);
  }
  /**
   * What people think of answers, latest first, with what was asked and answered: for evaluation.
   * cursor: next_cursor of the page before.
   * limit: How many, at most 100.
   */
  list(given: { agent_id?: string; cursor?: string; limit?: number; rater?: "contact" | "staff"; rating?: "bad" | "good" } = {}, options: CallOptions = {}): Pages<Feedback> {
    return new Pages<Feedback>(this.transport, { method: "GET", path: "/v1/feedback", query: { agent_id: given.agent_id, cursor: given.cursor, limit: given.limit, rater: given.rater, rating: given.rating }, isRepeatable: true } satisfies Call, options);
  }
}

export class InvitationsResource {
  constructor(protected readonly transport: Transport) {}
  /**
   * Ask somebody to join, by a mail whose link is good for seven days. An open one to the same address is
   * replaced.
   * role: owner, admin, developer, analyst or billing; a key never makes owners.
   * email: Where the mail goes; the link is for this address only.
   */
  create(given: { role: string; email: string }, options: CallOptions = {}): Promise<Invitation> {
    return this.transport.fetch<Invitation>({ method: "POST", path: "/v1/invitations", body: given, takesKey: true, isRepeatable: true } satisfies Call, options);
  }
  /** One that nobody has answered. */
  get(invitation: string, options: CallOptions = {}): Promise<Invitation> {
    return this.transport.fetch<Invitation>({ method: "GET", path: `/v1/invitations/${encodeURIComponent(invitation)}`, isRepeatable: true } satisfies Call, options);
  }
  /** Invitations that nobody has answered, newest first. */
  list(options: CallOptions = {}): Pages<Invitation> {
    return new Pages<Invitation>(this.transport, { method: "GET", path: "/v1/invitations", isRepeatable: true } satisfies Call, options);
  }
  /** Its link opens nothing any more. */
  withdraw(invitation: string, options: CallOptions = {}): Promise<void> {
    return this.transport.send({ method: "DELETE", path: `/v1/invitations/${encodeURIComponent(invitation)}`, isRepeatable: true } satisfies Call, options);
  }
}

export class KeysResource {
  constructor(protected readonly transport: Transport) {}
  /**
   * Make a key, with nothing that yours may not do. It is in this answer and never again, is over when yours is,
   * and is revoked with it.
   * scopes: None that your own key, or the person who made it, does not have.
   * is_test: A key for tests makes only such.
   * expires_at: Never later than your own key's.
   */
  create(given: { name: string; scopes: string[]; is_test?: boolean; expires_at?: string }, options: CallOptions = {}): Promise<NewApiKey> {
    return this.transport.fetch<NewApiKey>({ method: "POST", path: "/v1/keys", body: given, takesKey: true, isRepeatable: true } satisfies Call, options);
  }
  /** One key: what it may do, when it was last used and when it ends. */
  get(key: string, options: CallOptions = {}): Promise<ApiKey> {
    return this.transport.fetch<ApiKey>({ method: "GET", path: `/v1/keys/${encodeURIComponent(key)}`, isRepeatable: true } satisfies Call, options);
  }
  /** Which keys there are, newest first; never the keys themselves. */
  list(options: CallOptions = {}): Pages<ApiKey> {
    return new Pages<ApiKey>(this.transport, { method: "GET", path: "/v1/keys", isRepeatable: true } satisfies Call, options);
  }
  /** Revoke a key, and those that it has made: calls with them are refused from now on. */
  revoke(key: string, options: CallOptions = {}): Promise<void> {
    return this.transport.send({ method: "DELETE", path: `/v1/keys/${encodeURIComponent(key)}`, isRepeatable: true } satisfies Call, options);
  }
  /**
   * A new key in the place of one that may do no more than yours; the old one is accepted for some hours more.
   * grace_hours: For how long the old one is accepted.
   */
  rotate(key: string, given: { grace_hours?: number } = {}, options: CallOptions = {}): Promise<NewApiKey> {
    return this.transport.fetch<NewApiKey>({ method: "POST", path: `/v1/keys/${encodeURIComponent(key)}/rotate`, body: given, takesKey: true, isRepeatable: true } satisfies Call, options);
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
  /**
   * Give somebody another role, of those that you may give.
   * role: owner, admin, developer, analyst or billing; a key never makes owners.
   */
  changeRole(member: string, given: { role?: string } = {}, options: CallOptions = {}): Promise<Member> {
    return this.transport.fetch<Member>({ method: "PATCH", path: `/v1/members/${encodeURIComponent(member)}`, body: given } satisfies Call, options);
  }
  /** One of the company's people. */
  get(member: string, options: CallOptions = {}): Promise<Member> {
    return this.transport.fetch<Member>({ method: "GET", path: `/v1/members/${encodeURIComponent(member)}`, isRepeatable: true } satisfies Call, options);
  }
  /** The company's people and their roles, first comers first. */
  list(options: CallOptions = {}): Pages<Member> {
    return new Pages<Member>(this.transport, { method: "GET", path: "/v1/members", isRepeatable: true } satisfies Call, options);
  }
  /** Somebody belongs to the company no more. There is always an owner. */
  remove(member: string, options: CallOptions = {}): Promise<void> {
    return this.transport.send({ method: "DELETE", path: `/v1/members/${encodeURIComponent(member)}`, isRepeatable: true } satisfies Call, options);
  }
}

export class MemoriesResource {
  constructor(protected readonly transport: Transport) {}
  /**
   * Keep something that your company knows of a contact.
   * predicate: One of the kinds that are remembered.
   */
  add(given: { contact_id: string; predicate: string; value: string }, options: CallOptions = {}): Promise<Memory> {
    return this.transport.fetch<Memory>({ method: "POST", path: "/v1/memories", body: given } satisfies Call, options);
  }
  /** One fact of a contact, with what said it. */
  get(factId: string, options: CallOptions = {}): Promise<Memory> {
    return this.transport.fetch<Memory>({ method: "GET", path: `/v1/memories/${encodeURIComponent(factId)}`, isRepeatable: true } satisfies Call, options);
  }
  /**
   * What is remembered of contacts, newest first. `valid_at` asks what held at a time in the world, `recorded_at`
   * what was known at a time; both together ask what was then believed of then. Such an answer is one page, of
   * those who are read as one with the contact, too.
   * cursor: next_cursor of the page before.
   * limit: How many, at most 100.
   * recorded_at: As far as it was known then. Needs contact_id.
   * superseded: Also what is over, and what is only proposed.
   * valid_at: What held then. Needs contact_id.
   */
  list(given: { contact_id?: string; cursor?: string; limit?: number; predicate?: string; recorded_at?: string; superseded?: boolean; valid_at?: string } = {}, options: CallOptions = {}): Pages<Memory> {
    return new Pages<Memory>(this.transport, { method: "GET", path: "/v1/memories", query: { contact_id: given.contact_id, cursor: given.cursor, limit: given.limit, predicate: given.predicate, recorded_at: given.recorded_at, superseded: given.superseded, valid_at: given.valid_at }, isRepeatable: true } satisfies Call, options);
  }
  /** Take back that your company called it wrong. */
  restore(factId: string, options: CallOptions = {}): Promise<Memory> {
    return this.transport.fetch<Memory>({ method: "POST", path: `/v1/memories/${encodeURIComponent(factId)}/restore` } satisfies Call, options);
  }
  /** It is not so, and never was: it is used no more, and what it had ended holds again. */
  retract(factId: string, options: CallOptions = {}): Promise<Memory> {
    return this.transport.fetch<Memory>({ method: "POST", path: `/v1/memories/${encodeURIComponent(factId)}/retract` } satisfies Call, options);
  }
  /**
   * Put a fact right, or pin it. With another value it is another fact: the answer has its id.
   * value: What is true, and always was.
   */
  update(factId: string, given: { value?: string; is_pinned?: boolean } = {}, options: CallOptions = {}): Promise<Memory> {
    return this.transport.fetch<Memory>({ method: "PATCH", path: `/v1/memories/${encodeURIComponent(factId)}`, body: given } satisfies Call, options);
  }
}

export class MessagesResource {
  constructor(protected readonly transport: Transport) {}
  /**
   * Forget a message for good, with its answer, what was made of it and what repeats it. Needs the scope
   * contacts.erase; cannot be taken back.
   */
  erase(messageId: string, options: CallOptions = {}): Promise<Erasure> {
    return this.transport.fetch<Erasure>({ method: "POST", path: `/v1/messages/${encodeURIComponent(messageId)}/erasure`, takesKey: true, isRepeatable: true } satisfies Call, options);
  }
  /**
   * Say what you think of an agent's answer; a later word replaces the earlier one. A visitor rates answers it was
   * given; members, and keys with inbox.write, all of the company's.
   * reason: Of a bad answer.
   * correction: What should have been said.
   * rater: For keys: whose word it is, contact where it is left out. Members speak for the staff.
   */
  rateAnswer(messageId: string, given: { rating: RatingEnum; reason?: unknown; comment?: string; correction?: string; rater?: RaterEnum }, options: CallOptions = {}): Promise<Rated> {
    return this.transport.fetch<Rated>({ method: "PUT", path: `/v1/messages/${encodeURIComponent(messageId)}/feedback`, body: given, isRepeatable: true } satisfies Call, options);
  }
  /**
   * Take your word back.
   * rater: For keys.
   */
  withdrawRating(messageId: string, given: { rater?: "contact" | "staff" } = {}, options: CallOptions = {}): Promise<void> {
    return this.transport.send({ method: "DELETE", path: `/v1/messages/${encodeURIComponent(messageId)}/feedback`, query: { rater: given.rater }, isRepeatable: true } satisfies Call, options);
  }
}

export class ModelProvidersResource {
  constructor(protected readonly transport: Transport) {}
  /** One provider, the models that it offers, and what its last test found. */
  get(providerId: string, options: CallOptions = {}): Promise<ModelProvider> {
    return this.transport.fetch<ModelProvider>({ method: "GET", path: `/v1/model-providers/${encodeURIComponent(providerId)}`, isRepeatable: true } satisfies Call, options);
  }
  /** The company's own providers of models, oldest first. Their keys are shown to nobody. */
  list(options: CallOptions = {}): Pages<ModelProvider> {
    return new Pages<ModelProvider>(this.transport, { method: "GET", path: "/v1/model-providers", isRepeatable: true } satisfies Call, options);
  }
  /**
   * Ask one of its models for one word. The provider charges for it.
   * model: Empty: its first one.
   */
  test(providerId: string, given: { model?: string } = {}, options: CallOptions = {}): Promise<ModelTest> {
    return this.transport.fetch<ModelTest>({ method: "POST", path: `/v1/model-providers/${encodeURIComponent(providerId)}/test`, body: given } satisfies Call, options);
  }
}

export class PhoneNumbersResource {
  constructor(protected readonly transport: Transport) {}
  /**
   * Let another agent answer, or none, from the next call on. Its account and token are changed on the page Phone.
   * menu: By a key, 0 to 9, what pressing it asks. The whole menu; empty for none.
   */
  change(phoneNumberId: string, given: { agent_id?: string; language?: string; greeting?: string; is_enabled?: boolean; most_minutes?: number; menu_prompt?: string; menu?: Record<string, unknown> } = {}, options: CallOptions = {}): Promise<PhoneNumber> {
    return this.transport.fetch<PhoneNumber>({ method: "PATCH", path: `/v1/phone-numbers/${encodeURIComponent(phoneNumberId)}`, body: given } satisfies Call, options);
  }
  /** A number, and which agent answers it. */
  get(phoneNumberId: string, options: CallOptions = {}): Promise<PhoneNumber> {
    return this.transport.fetch<PhoneNumber>({ method: "GET", path: `/v1/phone-numbers/${encodeURIComponent(phoneNumberId)}`, isRepeatable: true } satisfies Call, options);
  }
  /** The numbers that agents answer, in their order. */
  list(options: CallOptions = {}): Pages<PhoneNumber> {
    return new Pages<PhoneNumber>(this.transport, { method: "GET", path: "/v1/phone-numbers", isRepeatable: true } satisfies Call, options);
  }
}

export class PricesResource {
  constructor(protected readonly transport: Transport) {}
  /** One of the company's own prices. */
  get(priceId: string, options: CallOptions = {}): Promise<Price> {
    return this.transport.fetch<Price>({ method: "GET", path: `/v1/prices/${encodeURIComponent(priceId)}`, isRepeatable: true } satisfies Call, options);
  }
  /** The company's own prices, by model, newest first. Whatever is not here has the provider's published price. */
  list(options: CallOptions = {}): Pages<Price> {
    return new Pages<Price>(this.transport, { method: "GET", path: "/v1/prices", isRepeatable: true } satisfies Call, options);
  }
  /** The one before it, or the published one, holds again from now on. */
  remove(priceId: string, options: CallOptions = {}): Promise<void> {
    return this.transport.send({ method: "DELETE", path: `/v1/prices/${encodeURIComponent(priceId)}`, isRepeatable: true } satisfies Call, options);
  }
  /**
   * What a class of a model's tokens costs from a moment on. What was reckoned before stays as it was.
   * model: As the ledger has it; dated versions of it are meant too.
   * meter: The class of tokens.
   * micros_per_million: Millionths of the currency's unit for a million tokens.
   * starts_at: Left out: from now on.
   */
  set(given: { model: string; meter: PriceRequestMeterEnum; micros_per_million: number; starts_at?: string }, options: CallOptions = {}): Promise<Price> {
    return this.transport.fetch<Price>({ method: "POST", path: "/v1/prices", body: given } satisfies Call, options);
  }
}

export class PromptsResource {
  constructor(protected readonly transport: Transport) {}
  /** Add a version. No label is on it yet, so nothing answers differently. */
  addVersion(promptId: string, given: { text: string; note?: string }, options: CallOptions = {}): Promise<Prompt> {
    return this.transport.fetch<Prompt>({ method: "POST", path: `/v1/prompts/${encodeURIComponent(promptId)}/versions`, body: given } satisfies Call, options);
  }
  /** Put a prompt away, or take it out again. Refused while an agent answers with it. */
  change(promptId: string, given: { is_archived?: boolean } = {}, options: CallOptions = {}): Promise<Prompt> {
    return this.transport.fetch<Prompt>({ method: "PATCH", path: `/v1/prompts/${encodeURIComponent(promptId)}`, body: given } satisfies Call, options);
  }
  /**
   * Make a prompt. Its first version gets the label production.
   * name: Lower-case letters, digits, - and _, at most 60.
   * text: With variables as {{ company }}.
   */
  create(given: { name: string; text: string; note?: string }, options: CallOptions = {}): Promise<Prompt> {
    return this.transport.fetch<Prompt>({ method: "POST", path: "/v1/prompts", body: given, takesKey: true, isRepeatable: true } satisfies Call, options);
  }
  /** A prompt, its versions, and which agents answer with it. */
  get(promptId: string, options: CallOptions = {}): Promise<Prompt> {
    return this.transport.fetch<Prompt>({ method: "GET", path: `/v1/prompts/${encodeURIComponent(promptId)}`, isRepeatable: true } satisfies Call, options);
  }
  /**
   * The company's prompts, oldest first.
   * archived: Those that were put away.
   * cursor: next_cursor of the page before.
   * limit: How many, at most 100.
   */
  list(given: { archived?: boolean; cursor?: string; limit?: number } = {}, options: CallOptions = {}): Pages<PromptLine> {
    return new Pages<PromptLine>(this.transport, { method: "GET", path: "/v1/prompts", query: { archived: given.archived, cursor: given.cursor, limit: given.limit }, isRepeatable: true } satisfies Call, options);
  }
  /**
   * Put a label on a version, or take it off. The next answer of who refers to it follows. Refused when an agent
   * that answers now could not any more.
   * label: For example production.
   * version: null: take it off.
   */
  moveLabel(promptId: string, given: { label: string; version: number | null }, options: CallOptions = {}): Promise<Prompt> {
    return this.transport.fetch<Prompt>({ method: "POST", path: `/v1/prompts/${encodeURIComponent(promptId)}/labels`, body: given } satisfies Call, options);
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

export class ServiceRequestsResource {
  constructor(protected readonly transport: Transport) {}
  /** It is seen to. */
  close(requestId: string, options: CallOptions = {}): Promise<ServiceRequest> {
    return this.transport.fetch<ServiceRequest>({ method: "POST", path: `/v1/service-requests/${encodeURIComponent(requestId)}/close` } satisfies Call, options);
  }
  /** One ticket or callback: what a webhook's data.id names. */
  get(requestId: string, options: CallOptions = {}): Promise<ServiceRequest> {
    return this.transport.fetch<ServiceRequest>({ method: "GET", path: `/v1/service-requests/${encodeURIComponent(requestId)}`, isRepeatable: true } satisfies Call, options);
  }
  /**
   * Tickets and callbacks that agents took down, newest first.
   * cursor: next_cursor of the page before.
   * limit: How many, at most 100.
   */
  list(given: { contact_id?: string; cursor?: string; limit?: number; open?: "false" | "true" } = {}, options: CallOptions = {}): Pages<ServiceRequest> {
    return new Pages<ServiceRequest>(this.transport, { method: "GET", path: "/v1/service-requests", query: { contact_id: given.contact_id, cursor: given.cursor, limit: given.limit, open: given.open }, isRepeatable: true } satisfies Call, options);
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
  create(given: { kind: SourceRequestKindEnum; name?: string; url?: string; max_pages?: number }, options: CallOptions = {}): Promise<Source> {
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

export class SummariesResource {
  constructor(protected readonly transport: Transport) {}
  /** A summary, with what it was made of. */
  get(summaryId: string, options: CallOptions = {}): Promise<Summary> {
    return this.transport.fetch<Summary>({ method: "GET", path: `/v1/summaries/${encodeURIComponent(summaryId)}`, isRepeatable: true } satisfies Call, options);
  }
  /**
   * What conversations and contacts amount to, newest first. Needs contacts.read and conversations.read.
   * contact_id: Of this contact and those who are read as one with it.
   * cursor: next_cursor of the page before.
   * limit: How many, at most 100.
   */
  list(given: { contact_id?: string; conversation_id?: string; cursor?: string; level?: "contact" | "conversation"; limit?: number } = {}, options: CallOptions = {}): Pages<Summary> {
    return new Pages<Summary>(this.transport, { method: "GET", path: "/v1/summaries", query: { contact_id: given.contact_id, conversation_id: given.conversation_id, cursor: given.cursor, level: given.level, limit: given.limit }, isRepeatable: true } satisfies Call, options);
  }
}

export class ToolApprovalsResource {
  constructor(protected readonly transport: Transport) {}
  /** Agree to this very call. It is made, and the agent goes on. */
  approve(approvalId: string, options: CallOptions = {}): Promise<Approval> {
    return this.transport.fetch<Approval>({ method: "POST", path: `/v1/tool-approvals/${encodeURIComponent(approvalId)}/approve` } satisfies Call, options);
  }
  /** One call that waits, or waited. */
  get(approvalId: string, options: CallOptions = {}): Promise<Approval> {
    return this.transport.fetch<Approval>({ method: "GET", path: `/v1/tool-approvals/${encodeURIComponent(approvalId)}`, isRepeatable: true } satisfies Call, options);
  }
  /**
   * Calls of tools that people decide on, newest first.
   * cursor: next_cursor of the page before.
   * limit: How many, at most 100.
   */
  list(given: { conversation_id?: string; cursor?: string; limit?: number; state?: "approved" | "expired" | "refused" | "waiting" } = {}, options: CallOptions = {}): Pages<Approval> {
    return new Pages<Approval>(this.transport, { method: "GET", path: "/v1/tool-approvals", query: { conversation_id: given.conversation_id, cursor: given.cursor, limit: given.limit, state: given.state }, isRepeatable: true } satisfies Call, options);
  }
  /** The call is not made, and the agent tells the contact so. */
  refuse(approvalId: string, options: CallOptions = {}): Promise<Approval> {
    return this.transport.fetch<Approval>({ method: "POST", path: `/v1/tool-approvals/${encodeURIComponent(approvalId)}/refuse` } satisfies Call, options);
  }
}

export class ToolConnectionsResource {
  constructor(protected readonly transport: Transport) {}
  /**
   * Add a system. Its credential is kept encrypted.
   * kind: http: an API that calls are made to; mcp: an MCP server (streamable HTTP).
   * base_url: https://…, without ? and #
   * auth_name: Of the header or parameter; for basic the user.
   * secret: Never given back.
   */
  create(given: { name: string; kind?: ConnectionRequestKindEnum; base_url: string; auth?: AuthEnum; auth_name?: string; secret?: string }, options: CallOptions = {}): Promise<Connection> {
    return this.transport.fetch<Connection>({ method: "POST", path: "/v1/tool-connections", body: given, takesKey: true, isRepeatable: true } satisfies Call, options);
  }
  /** Remove a system with its tools. */
  delete(connectionId: string, options: CallOptions = {}): Promise<void> {
    return this.transport.send({ method: "DELETE", path: `/v1/tool-connections/${encodeURIComponent(connectionId)}`, isRepeatable: true } satisfies Call, options);
  }
  /** One system. */
  get(connectionId: string, options: CallOptions = {}): Promise<Connection> {
    return this.transport.fetch<Connection>({ method: "GET", path: `/v1/tool-connections/${encodeURIComponent(connectionId)}`, isRepeatable: true } satisfies Call, options);
  }
  /**
   * Look into an OpenAPI file and make tools of the chosen operations: all of them or none.
   * document: OpenAPI 3.0 or 3.1 as JSON or YAML.
   * operations: Those to import, for example "GET /orders/{id}"; none: only look what there is.
   */
  importOpenapi(connectionId: string, given: { document: string; operations?: string[] }, options: CallOptions = {}): Promise<Import> {
    return this.transport.fetch<Import>({ method: "POST", path: `/v1/tool-connections/${encodeURIComponent(connectionId)}/import`, body: given } satisfies Call, options);
  }
  /** The systems that tools talk to, oldest first. Credentials are never given back. */
  list(options: CallOptions = {}): Pages<Connection> {
    return new Pages<Connection>(this.transport, { method: "GET", path: "/v1/tool-connections", isRepeatable: true } satisfies Call, options);
  }
  /** Ask an MCP server which tools it has. What is new or has changed is off until somebody agrees to it. */
  refresh(connectionId: string, options: CallOptions = {}): Promise<Refreshed> {
    return this.transport.fetch<Refreshed>({ method: "POST", path: `/v1/tool-connections/${encodeURIComponent(connectionId)}/refresh` } satisfies Call, options);
  }
  /** Replace its credential. */
  update(connectionId: string, given: { auth?: AuthEnum; auth_name?: string; secret?: string } = {}, options: CallOptions = {}): Promise<Connection> {
    return this.transport.fetch<Connection>({ method: "PATCH", path: `/v1/tool-connections/${encodeURIComponent(connectionId)}`, body: given } satisfies Call, options);
  }
}

export class ToolsResource {
  constructor(protected readonly transport: Transport) {}
  /**
   * Agree to what an MCP server says of its tool: agents may use it from now on, until it says something else.
   * digest: says.digest of what was looked at.
   */
  agree(toolId: string, given: { digest: string }, options: CallOptions = {}): Promise<Tool> {
    return this.transport.fetch<Tool>({ method: "POST", path: `/v1/tools/${encodeURIComponent(toolId)}/agree`, body: given } satisfies Call, options);
  }
  /**
   * Make a tool of one call of a system's.
   * path: /orders/{order}
   * parameters: JSON Schema of an object.
   * result: JSON Schema of the answer.
   */
  create(given: { connection_id: string; name: string; description: string; method: MethodEnum; path: string; parameters: Record<string, unknown>; places?: Record<string, unknown>; result?: Record<string, unknown>; policy?: PolicyRequest }, options: CallOptions = {}): Promise<Tool> {
    return this.transport.fetch<Tool>({ method: "POST", path: "/v1/tools", body: given, takesKey: true, isRepeatable: true } satisfies Call, options);
  }
  /** Remove a tool. Agents that name it go on without it. */
  delete(toolId: string, options: CallOptions = {}): Promise<void> {
    return this.transport.send({ method: "DELETE", path: `/v1/tools/${encodeURIComponent(toolId)}`, isRepeatable: true } satisfies Call, options);
  }
  /** One tool. */
  get(toolId: string, options: CallOptions = {}): Promise<Tool> {
    return this.transport.fetch<Tool>({ method: "GET", path: `/v1/tools/${encodeURIComponent(toolId)}`, isRepeatable: true } satisfies Call, options);
  }
  /** The company's own tools by name. Those that are built in are in docs/tools. */
  list(options: CallOptions = {}): Pages<Tool> {
    return new Pages<Tool>(this.transport, { method: "GET", path: "/v1/tools", isRepeatable: true } satisfies Call, options);
  }
  /** Call it once, really, and see what a model would be told. */
  tryOut(toolId: string, given: { arguments?: Record<string, unknown> } = {}, options: CallOptions = {}): Promise<Trial> {
    return this.transport.fetch<Trial>({ method: "POST", path: `/v1/tools/${encodeURIComponent(toolId)}/try`, body: given } satisfies Call, options);
  }
  /** Change what it says of itself and under which conditions it is used, or switch it off and on. */
  update(toolId: string, given: { description?: string; is_enabled?: boolean; policy?: PolicyRequest } = {}, options: CallOptions = {}): Promise<Tool> {
    return this.transport.fetch<Tool>({ method: "PATCH", path: `/v1/tools/${encodeURIComponent(toolId)}`, body: given } satisfies Call, options);
  }
}

export class TraceExportResource {
  constructor(protected readonly transport: Transport) {}
  /** Where traces are sent, and how that goes. What is in the headers is shown to nobody. */
  get(options: CallOptions = {}): Promise<TraceExport> {
    return this.transport.fetch<TraceExport>({ method: "GET", path: "/v1/trace-export", isRepeatable: true } satisfies Call, options);
  }
  /** Send nothing any more. */
  remove(options: CallOptions = {}): Promise<void> {
    return this.transport.send({ method: "DELETE", path: "/v1/trace-export", isRepeatable: true } satisfies Call, options);
  }
  /**
   * Send every trace from now on to this collector. Needs `traces.read` as well, and `conversations.read` for
   * content.
   * endpoint: The collector's address; /v1/traces is added to it.
   * headers: Sent with every request, and kept encrypted. Left out: those that are kept stay.
   * content: What is sent as well.
   */
  set(given: { endpoint: string; headers?: Record<string, unknown>; content?: ContentEnum[]; is_enabled?: boolean }, options: CallOptions = {}): Promise<TraceExport> {
    return this.transport.fetch<TraceExport>({ method: "PUT", path: "/v1/trace-export", body: given, isRepeatable: true } satisfies Call, options);
  }
  /** Send the newest trace at once, without anything that people wrote, and say what the collector answered. */
  test(options: CallOptions = {}): Promise<TraceExportTest> {
    return this.transport.fetch<TraceExportTest>({ method: "POST", path: "/v1/trace-export/test" } satisfies Call, options);
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
   * min_cost_micros: As dear at least, in millionths.
   * min_duration_ms: As long at least.
   * since: Not before this time, in ISO 8601.
   * until: Before this time, in ISO 8601.
   */
  list(given: { agent_id?: string; contact_id?: string; conversation_id?: string; cursor?: string; limit?: number; min_cost_micros?: number; min_duration_ms?: number; outcome?: string; since?: string; until?: string } = {}, options: CallOptions = {}): Pages<TraceLine> {
    return new Pages<TraceLine>(this.transport, { method: "GET", path: "/v1/traces", query: { agent_id: given.agent_id, contact_id: given.contact_id, conversation_id: given.conversation_id, cursor: given.cursor, limit: given.limit, min_cost_micros: given.min_cost_micros, min_duration_ms: given.min_duration_ms, outcome: given.outcome, since: given.since, until: given.until }, isRepeatable: true } satisfies Call, options);
  }
}

export class TurnsResource {
  constructor(protected readonly transport: Transport) {}
  /**
   * Stop an answer that nobody wants any more. The model is cut off at once; what it has said by then is the
   * answer, and the stream ends with it: with `done`, or with the error `cancelled` when nothing was said yet. A
   * turn that has ended stays as it is.
   */
  cancel(turnId: string, options: CallOptions = {}): Promise<void> {
    return this.transport.send({ method: "POST", path: `/v1/turns/${encodeURIComponent(turnId)}/cancel` } satisfies Call, options);
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
  list(given: { cursor?: string; limit?: number; meter?: "audio_input_tokens" | "audio_output_tokens" | "cache_write_1h_tokens" | "cache_write_tokens" | "cached_input_tokens" | "call_minutes" | "conversations" | "embedding_tokens" | "heard_seconds" | "input_tokens" | "messages" | "output_tokens" | "reasoning_tokens" | "resolutions" | "spoken_characters" | "stored_bytes" | "stored_chunks" | "tool_calls"; since?: string; until?: string } = {}, options: CallOptions = {}): Pages<Usage> {
    return new Pages<Usage>(this.transport, { method: "GET", path: "/v1/usage", query: { cursor: given.cursor, limit: given.limit, meter: given.meter, since: given.since, until: given.until }, isRepeatable: true } satisfies Call, options);
  }
  /**
   * What each conversation, contact, agent, model, step or document cost in the last days, dearest first. `key` is
   * empty for what belongs to none.
   * days: How many, at most 366.
   * limit: How many lines, at most 1000.
   */
  listBy(given: { days?: number; dimension?: "agent" | "contact" | "conversation" | "document" | "meter" | "model" | "step"; limit?: number } = {}, options: CallOptions = {}): Pages<UsageLine> {
    return new Pages<UsageLine>(this.transport, { method: "GET", path: "/v1/usage/by", query: { days: given.days, dimension: given.dimension, limit: given.limit }, isRepeatable: true } satisfies Call, options);
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
  readonly accounts: AccountsResource;
  readonly agents: AgentsResource;
  readonly approvedAnswers: ApprovedAnswersResource;
  readonly attachments: AttachmentsResource;
  readonly audit: AuditResource;
  readonly billing: BillingResource;
  readonly budget: BudgetResource;
  readonly calls: CallsResource;
  readonly campaigns: CampaignsResource;
  readonly cannedReplies: CannedRepliesResource;
  readonly contacts: ContactsResource;
  readonly conversations: ConversationsResource;
  readonly documents: DocumentsResource;
  readonly erasures: ErasuresResource;
  readonly events: EventsResource;
  readonly exports: ExportsResource;
  readonly failedEvents: FailedEventsResource;
  readonly feedback: FeedbackResource;
  readonly invitations: InvitationsResource;
  readonly keys: KeysResource;
  readonly leakedKeys: LeakedKeysResource;
  readonly members: MembersResource;
  readonly memories: MemoriesResource;
  readonly messages: MessagesResource;
  readonly modelProviders: ModelProvidersResource;
  readonly phoneNumbers: PhoneNumbersResource;
  readonly prices: PricesResource;
  readonly prompts: PromptsResource;
  readonly runs: RunsResource;
  readonly serviceRequests: ServiceRequestsResource;
  readonly sources: SourcesResource;
  readonly summaries: SummariesResource;
  readonly toolApprovals: ToolApprovalsResource;
  readonly toolConnections: ToolConnectionsResource;
  readonly tools: ToolsResource;
  readonly traceExport: TraceExportResource;
  readonly traces: TracesResource;
  readonly turns: TurnsResource;
  readonly usage: UsageResource;
  readonly webhooks: WebhooksResource;
  constructor(transport: Transport) {
    this.account = new AccountResource(transport);
    this.accounts = new AccountsResource(transport);
    this.agents = new AgentsResource(transport);
    this.approvedAnswers = new ApprovedAnswersResource(transport);
    this.attachments = new AttachmentsResource(transport);
    this.audit = new AuditResource(transport);
    this.billing = new BillingResource(transport);
    this.budget = new BudgetResource(transport);
    this.calls = new CallsResource(transport);
    this.campaigns = new CampaignsResource(transport);
    this.cannedReplies = new CannedRepliesResource(transport);
    this.contacts = new ContactsResource(transport);
    this.conversations = new ConversationsResource(transport);
    this.documents = new DocumentsResource(transport);
    this.erasures = new ErasuresResource(transport);
    this.events = new EventsResource(transport);
    this.exports = new ExportsResource(transport);
    this.failedEvents = new FailedEventsResource(transport);
    this.feedback = new FeedbackResource(transport);
    this.invitations = new InvitationsResource(transport);
    this.keys = new KeysResource(transport);
    this.leakedKeys = new LeakedKeysResource(transport);
    this.members = new MembersResource(transport);
    this.memories = new MemoriesResource(transport);
    this.messages = new MessagesResource(transport);
    this.modelProviders = new ModelProvidersResource(transport);
    this.phoneNumbers = new PhoneNumbersResource(transport);
    this.prices = new PricesResource(transport);
    this.prompts = new PromptsResource(transport);
    this.runs = new RunsResource(transport);
    this.serviceRequests = new ServiceRequestsResource(transport);
    this.sources = new SourcesResource(transport);
    this.summaries = new SummariesResource(transport);
    this.toolApprovals = new ToolApprovalsResource(transport);
    this.toolConnections = new ToolConnectionsResource(transport);
    this.tools = new ToolsResource(transport);
    this.traceExport = new TraceExportResource(transport);
    this.traces = new TracesResource(transport);
    this.turns = new TurnsResource(transport);
    this.usage = new UsageResource(transport);
    this.webhooks = new WebhooksResource(transport);
  }
}
