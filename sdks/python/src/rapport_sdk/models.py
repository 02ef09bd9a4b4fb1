"""What the API takes and gives.

Made from docs/openapi.yaml by `make sdks`; changes by hand are lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, NotRequired, Required, TypedDict

ActionEnum = Literal["replay", "drop"]

AuthEnum = Literal["none", "header", "bearer", "basic", "query"]

CacheBoardStateEnum = Literal["off", "shadow", "proving", "on"]

ChangeKindEnum = Literal["added", "removed", "changed"]

ConnectionRequestKindEnum = Literal["http", "mcp"]

ConsentEnum = Literal["none", "asked", "confirm", "person"]

ContentEnum = Literal["messages", "documents", "tools", "memory"]

EffectEnum = Literal["read", "write"]

ErasureKindEnum = Literal["contact", "conversation", "message"]

ErasureStateEnum = Literal["requested", "erasing", "done", "stuck"]

ExportStateEnum = Literal["queued", "running", "ready", "failed", "expired"]

FoundEnum = Literal["exact", "like"]

LabelEnum = Literal["true_positive", "false_positive"]

MethodEnum = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]

ModeEnum = Literal["off", "shadow", "on"]

OpEnum = Literal["same", "removed", "added"]

PriceRequestMeterEnum = Literal[
    "input_tokens",
    "cached_input_tokens",
    "cache_write_tokens",
    "cache_write_1h_tokens",
    "output_tokens",
    "reasoning_tokens",
    "audio_input_tokens",
    "audio_output_tokens",
    "embedding_tokens",
    "call_minutes",
    "heard_seconds",
    "spoken_characters",
]

RaterEnum = Literal["contact", "staff"]

RatingEnum = Literal["good", "bad"]

SourceRequestKindEnum = Literal["upload", "website"]

SpecversionEnum = Literal["1.0"]

UsageLimitRequestMeterEnum = Literal[
    "messages", "tool_calls", "stored_chunks", "stored_bytes", "call_minutes", "heard_seconds", "spoken_characters"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A company that contacts belong to, as your own systems say. It holds no one's words."""

    id: str
    key: str
    """What your own systems call it."""
    name: str
    summary: str
    numbers: dict[str, Any]
    subjects: list[str]
    """What at least three of its contacts ask about."""
    contact_ids: list[str]
    digest: str
    extractor_version: int
    times_made: int
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    id: str
    name: str
    instructions: str
    greeting: str
    suggested_questions: list[str]
    color: str
    model: str
    """Empty for the platform's default."""
    version: int
    """The published one. It is written on the trace of every answer."""
    digest: str
    """SHA-256 of the configuration."""
    config: dict[str, Any]
    """The whole configuration; docs/agents.md describes it."""
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    id: str
    name: str
    is_test: bool
    masked: str
    """Its beginning and its last characters; the key itself was shown once."""
    scopes: list[str]
    state: str
    """live, expiring, expired or revoked"""
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    """To the minute."""
    made_by_key: str | None
    """It is revoked with the key that made it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    id: str
    tool: str
    arguments: str | None
    """JSON, as the model wrote it; null without traces.read or conversations.write."""
    result: str | None
    """What the agent was told; null without traces.read."""
    conversation_id: str
    contact_id: str
    agent_id: str
    state: str
    """waiting, approved, refused or expired"""
    created_at: datetime
    expires_at: datetime
    decided_at: datetime | None
    decided_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedAnswer:
    document_id: str
    source_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    version: int
    percent: int
    contacts: int
    conversations: int
    questions: int
    """Turns that were more than small talk."""
    answered: Share
    unknown: Share
    handed_off: Share
    grounded: Share
    """Of the answers that were checked."""
    liked: Share
    """Of the answers that contacts said a word about."""
    cost_micros: int
    """Millionths of the currency's unit."""
    cost_per_question_micros: int | None
    cost_per_question: Middle | None
    """The mean."""
    currency: str
    median_us: int | None
    """Of a whole answer, in microseconds."""
    median: Middle | None
    """Of a whole answer, in microseconds."""
    p95_us: int | None
    judged: Average | None
    """What a model says of those answers that it judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    id: str
    name: str
    """As whoever sent it called it."""
    kind: str
    """png, jpeg, webp, gif, pdf, text or csv, by its content"""
    media_type: str
    size_bytes: int
    is_picture: bool
    message_id: str | None
    """null: not sent yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    number: int
    at: datetime
    status: int | None
    error: str
    latency_ms: int
    response: str
    """At most 2 kB of what was answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    id: str
    at: datetime
    actor: str
    """user:usr_…, key:key_…, visitor:con_…, agent:agt_… or system"""
    action: str
    """For example agent.updated."""
    subject: str
    """The id of what it was done to; empty when it is many."""
    details: dict[str, Any]
    before: dict[str, Any]
    """What changed, as it was."""
    after: dict[str, Any]
    """The same names, as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Average:
    """Of a model's scores, each from 0 to 1."""

    count: int
    grounded: float
    relevant: float
    complete: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Billing:
    plan: str
    plan_name: str
    seats: int
    """Paid for, beside those that the plan includes."""
    seats_taken: int
    """By members and open invitations."""
    seats_allowed: int | None
    """Null: as many as the company likes."""
    is_trial: bool
    trial_ends_at: datetime | None
    """Of a plan that is bought, and tried first."""
    discount: str
    """The coupon that Stripe takes off its invoices."""
    discount_ends_at: datetime | None
    entitlements: list[str]
    statement: Statement
    """Of the running period, so far."""
    quotas: list[Quota]


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingPeriod:
    id: str
    closed_at: datetime
    statement: Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    month: date
    """The month's first day."""
    month_micros: int | None
    spent_micros: int
    """The ledger's sum of the month."""
    held_micros: int
    """Kept aside for answers under way."""
    left_micros: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheBoard:
    """Sums of the last 30 days. Rates are shares from 0 to 1; money in millionths of the currency."""

    agent_id: str
    mode: ModeEnum
    """As the agent's configuration has it."""
    state: CacheBoardStateEnum
    """proving: to be on, while too little was checked or too much of it was false."""
    most_false_hits: float
    """Like questions are answered while `upper` is below it."""
    checked: int
    """Answers to like questions beside which the model's own was put."""
    false_hits: int
    false_hit_rate: float | None
    lower: float
    """Wilson's interval of the rate, at 95 %."""
    upper: float
    entries: int
    """Answers that are kept."""
    lookups: int
    exact: int
    """The same question was asked before."""
    like: int
    """A question like it was asked before."""
    would_be: int
    """A like question's answer was found and not given."""
    saved_micros: int
    currency: str
    days: list[CacheDay]


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheDay:
    day: date
    exact: int
    like: int
    saved_micros: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheLookup:
    """A question for which an answer was kept. Texts are empty once their conversation is gone."""

    id: str
    turn_id: str
    found: FoundEnum
    is_served: bool
    verdict: Any
    """Empty: not checked."""
    confidence: float | None
    saved_micros: int
    currency: str
    created_at: datetime
    question: str
    cached_question: str
    answer: str
    """The kept one."""
    is_kept: bool
    """Whether it may still be given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAnalysis:
    """What a language model read from the call when it was over, as the agent's `analysis` asks."""

    values: dict[str, Any]
    """By name: texts, numbers, true or false; null for what was not said."""
    is_success: bool | None
    """By the agent's own words; null where they ask nothing, or it cannot be told."""
    reason: str
    model: str
    """Which read it."""
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPermission:
    consent_source: str
    """How the contact agreed to be called; empty: it did not."""
    consent_at: datetime | None
    refused_by: str
    """said or key, in a call, or company: the contact wants no calls. Empty: nobody said so."""
    refused_at: datetime | None
    time_zone: str
    """Where the contact is; empty: as its number's country."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    id: str
    name: str
    phone_number_id: str | None
    """null: it was removed since."""
    opening: str
    """Said first. {{ first_name }} and others are filled in for each contact."""
    instructions: str
    """For the agent in these calls, beside its own."""
    windows: list[dict[str, Any]]
    """Days (1 is Monday) and hours by the callee's clock; empty: whenever the law allows, 8:00 to 21:00."""
    retries: dict[str, Any]
    """How often, and after how many minutes, by outcome: busy, no_answer, voicemail, failed. Left out:
    never.
    """
    starts_at: datetime | None
    """Nobody is called before."""
    ends_at: datetime | None
    """Nobody is called after."""
    most_at_once: int
    calls_per_minute: int
    state: str
    """draft, running, paused, finished, cancelled"""
    pause_reason: str
    """asked, or what stopped it: budget, quota_exhausted, payment_overdue, daily_limit, number_gone,
    phone_number_not_found, carrier_cannot_call. Empty when it is not paused.
    """
    estimate_micros: int | None
    """What whoever started it was told."""
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignCheck:
    calls: int
    """How many contacts would be called. Give this number to start it."""
    left_out: dict[str, Any]
    """How many are not, by reason: call_consent_missing, do_not_call, contact_has_no_number,
    missing_variable, duplicate, no_window, contact_not_found.
    """
    minutes_a_call: int
    """Reckoned with: as your calls lasted lately, else two."""
    estimate_micros: int | None
    """About what the lines cost; null when no price of twilio-outbound is set."""
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignMember:
    contact_id: str
    variables: dict[str, Any]
    state: str
    """waiting, calling or done"""
    outcome: str
    """Of the last call: reached, voicemail, no_answer, busy, refused, failed; not_called; empty: none yet."""
    reason: str
    """Why it was refused."""
    attempts: int
    next_at: datetime | None
    """Not called before."""
    call_id: str | None
    """The last call."""
    conversation_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignMembersAdded:
    added: int
    already: int
    """Came before, or are one with somebody who did."""
    refused: list[RefusedRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignProgress:
    state: str
    pause_reason: str
    waiting: int
    """To be called, also again."""
    calling: int
    reached: int
    voicemail: int
    no_answer: int
    """Also busy."""
    refused: int
    """May not be called, or wants no calls."""
    failed: int
    not_called: int
    """The campaign was over before."""
    total: int
    calls: int
    """That were made."""
    calls_a_minute: float
    """In the last five minutes."""
    cost_micros: int
    """Of all calls so far, with their answers."""
    currency: str
    seconds_left: int | None
    """About; null unless it runs."""
    judged: int
    """Calls of which it is known whether they were a success."""
    successes: int
    """That were, by what the agent's `analysis` calls one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedReply:
    id: str
    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    path: str
    """For example prompt.blocks.0.text"""
    kind: ChangeKindEnum
    before: Any
    """null where there was nothing."""
    after: Any
    segments: list[Segment]
    """A long text's pieces, in order; else empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    marker: int
    """The number in the text: [1]"""
    title: str
    url: str | None
    """Opens the source at the passage."""
    quote: str
    document_id: str | None
    origin: str
    """document, memory or file (that the contact sent)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    id: str
    name: str
    slug: str
    time_zone: str
    locale: str
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    id: str
    name: str
    kind: str
    """http or mcp"""
    base_url: str
    auth: str
    auth_name: str
    has_secret: bool
    tools: int
    """How many."""
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    id: str
    name: str
    email: str
    phone: str
    """E.164"""
    external_id: str
    """What your own system calls this customer."""
    is_anonymous: bool
    merged_into: str | None
    """Read as one with this contact."""
    created_at: datetime
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactEvent:
    id: str
    contact_id: str
    type: str
    """identify, track, page, screen, group, alias or event"""
    name: str
    traits: dict[str, Any]
    properties: dict[str, Any]
    context: dict[str, Any]
    occurred_at: datetime
    received_at: datetime
    source: str
    source_id: str
    """The id that the source gave it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    id: str
    agent_id: str
    contact_id: str
    contact_name: str
    channel: str
    """chat, test, phone or api"""
    agent_version: str | None
    """That answers all of it; null: as for everybody."""
    subject: str
    message_count: int
    created_at: datetime
    last_message_at: datetime | None
    state: str
    """Who answers: agent, waiting (a person is awaited), human or closed"""
    assignee_id: str | None
    assignee_name: str
    handoff_reason: str
    """Of the last hand-off: asked, low_grounding, phrase, budget, …"""
    handed_off_at: datetime | None
    handoff_summary: str
    """For whoever takes it over, by a model of the agent's; empty without one, and for visitors."""
    reply_to: str
    """Where people's answers go by mail when the contact is gone: an address that it left, unproved."""
    refuses_mail: bool
    """Whoever got mail there wants no more."""
    page_context: dict[str, Any]
    """What the page around the widget last said of what the contact does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationCreated:
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    count: int
    """How many there were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    id: str
    event_id: str
    """The webhook-id: the same for all attempts and endpoints."""
    event_type: str
    state: str
    """waiting, delivered, failed or cancelled"""
    attempts: int
    last_status: int | None
    """Of HTTP; null when no answer came."""
    last_error: str
    """A code that says why it was not delivered."""
    created_at: datetime
    next_attempt_at: datetime | None
    finished_at: datetime | None
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    changes: list[Change]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    id: str
    source_id: str
    name: str
    title: str
    url: str
    language: str
    size_bytes: int
    state: str
    """queued, processing, ready or failed"""
    stage: str
    error_code: str
    error_message: str
    """Says what to do."""
    chunks: int
    tokens: int
    is_answering: bool
    """A version of it is in use, also while a newer one is read."""
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentTaken:
    id: str
    is_unchanged: bool
    """The same bytes were here already: nothing was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    id: str
    kind: ErasureKindEnum
    """What is erased."""
    contact_id: str
    """Whom it was about. Erased, the id means nothing any more."""
    conversation_id: str | None
    """The conversation that is erased alone."""
    message_id: str | None
    """The message that is erased alone."""
    state: ErasureStateEnum
    requested_by: str
    requested_at: datetime
    suppressed_at: datetime | None
    """From then on nothing was written."""
    finished_at: datetime | None
    error_code: str
    """Why it is stuck."""
    total: int
    """Tables and stores to empty."""
    emptied: int
    """Those that counted zero."""
    erased: int
    """Rows, vectors, nodes, frames and files that were there."""
    stores: list[StoreCount]
    receipt: dict[str, Any]
    """Signed with Ed25519; empty until it is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsAccepted:
    accepted: int
    """Kept for good, and handled soon."""
    duplicates: int
    """Had come before."""
    errors: list[RejectedEvent]
    """Events that were not taken; the others were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """With what became of each version's answers."""

    id: str
    agent_id: str
    name: str
    split: list[Split]
    is_running: bool
    started_at: datetime
    stopped_at: datetime | None
    arms: list[Arm]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentLine:
    """An experiment in a list: its figures are on the experiment itself."""

    id: str
    agent_id: str
    name: str
    split: list[Split]
    is_running: bool
    started_at: datetime
    stopped_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    id: str
    contact_id: str | None
    """Null: the whole company's."""
    state: ExportStateEnum
    requested_by: str
    requested_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None
    """From then on the archive is gone."""
    error_code: str
    """Empty unless it failed."""
    done: int
    """Rows and files written so far."""
    total: int
    size_bytes: int
    sha256: str
    """Of the archive, hexadecimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedEvent:
    event_id: str
    subscription: str
    """What it failed in; one event may have failed in several."""
    type: str
    attempts: int
    error_code: str
    error_message: str
    """Says what to do."""
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedEventsActed:
    count: int
    """How many there were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    id: str
    conversation_id: str
    message_id: str
    agent_id: str
    agent_version: int | None
    """That answered; 0: the draft."""
    rater: str
    """contact or staff"""
    rating: str
    """good or bad"""
    reason: str
    """One of wrong, incomplete, outdated, off_topic, unclear, tone, other, or empty."""
    comment: str
    correction: str
    question: str
    """What was asked."""
    answer: str
    """What was answered."""
    citations: list[Citation]
    """Of the answer."""
    document_id: str | None
    """The approved answer that was made of it."""
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    yaml: str
    """One YAML file. It holds no secrets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphEvidence:
    kind: str
    """said, record (an event of your own systems), told (by your people) or tool"""
    text: str
    """What says it, as far as it can be quoted."""
    at: datetime
    message_id: str | None
    conversation_id: str | None
    event_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphNode:
    key: str
    """Names it within this answer; the contact's is contact."""
    kind: str
    """contact, person, company, place, order, product, event or value"""
    name: str
    is_named: bool
    """Else it is known only by what it is to the contact (sister)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphRelation:
    source: str
    """The key of a node."""
    kind: str
    """A kind of fact, what somebody is to the contact, or contains."""
    target: str
    """The key of a node."""
    valid_from: datetime | None
    valid_to: datetime | None
    valid_precision: str
    """moment, day, week, month or year"""
    fact_id: str | None
    """Of the fact that it follows from, where it does."""
    evidence: list[GraphEvidence]


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    title: str
    base_url: str
    """The file's own server; the connection's address is what is called."""
    operations: list[Operation]
    imported: list[Tool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    id: str
    email: str
    role: str
    invited_by: str
    created_at: datetime
    expires_at: datetime
    is_open: bool
    """False: it is older than seven days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a language model says of the answer; each score from 0 to 1."""

    grounded: float
    """What it claims stands in what it cites."""
    relevant: float
    """It is about what was asked."""
    complete: float
    """It says all that the question needs."""
    reason: str
    """Empty for who may not read conversations."""
    model: str
    """The judge's."""
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakedKeyResult:
    token: str
    label: LabelEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    company: Company
    kind: str
    """key or member"""
    id: str
    """key_… or usr_…"""
    is_test: bool
    """What it starts are test conversations."""
    scopes: list[str]
    """What it may do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    id: str
    email: str
    name: str
    role: str
    """owner, admin, developer, analyst or billing"""
    joined_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """A fact of a contact: when it held, when it was recorded, and what said it."""

    id: str
    contact_id: str
    predicate: str
    """name, email, phone, order, place, prefers, instruction, …"""
    value: str
    confidence: float
    """From 0 to 1"""
    status: str
    """proposed (never used as known), active, superseded or retracted"""
    is_pinned: bool
    """Only a person or key of your company changes it."""
    tier: str
    """always (told whatever the question is), recent or long_term"""
    times_used: int
    """In how many answers."""
    last_used_at: datetime | None
    extractor: str
    extractor_version: int
    valid_from: datetime | None
    valid_to: datetime | None
    valid_precision: str
    """moment, day, week, month or year"""
    recorded_at: datetime
    superseded_at: datetime | None
    superseded_by: str | None
    sources: list[MemorySource]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryGraph:
    """Worked out from facts and events with every call; kept nowhere."""

    nodes: list[GraphNode]
    relations: list[GraphRelation]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemorySource:
    message_id: str | None
    conversation_id: str | None
    event_id: str | None
    """Of an event that your own systems sent."""
    tool_run_id: str | None
    """Of a call of a tool."""
    told_by: str
    """A person or key of your company, as in the audit log; else empty."""
    stance: str
    """supports, contradicts or retracts"""
    quote: str
    """The words that said it."""
    said_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    id: str
    role: str
    """contact, agent, human or system"""
    text: str
    citations: list[Citation]
    author_name: str
    """Of a person of the company; empty for all others."""
    created_at: datetime
    turn_id: str | None
    rating: str | None
    """What the contact thinks of an answer: good or bad."""
    attachments: list[Attachment]
    """Files that the contact sent with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageAccepted:
    message_id: str
    turn_id: str | None
    """null: a person answers, and no agent."""
    stream_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Middle:
    value: int
    low: int
    """Of its interval at 95 per cent."""
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelProvider:
    id: str
    provider: str
    """openai, anthropic, google or openai_compatible"""
    name: str
    base_url: str
    """Empty: the provider's own address."""
    key_hint: str
    """The key's last four characters."""
    region: str
    models: list[str]
    """Names that agents can use."""
    state: str
    """untested, working or failing, as the last test found it"""
    checked_at: datetime | None
    last_error: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelTest:
    """What came of really asking for one word."""

    model: str
    trace_id: str
    """Of the call."""
    is_working: bool
    text: str
    """What the model said."""
    first_token_ms: int | None
    duration_ms: int
    cost_micros: int
    """Millionths of a dollar; 0 for a model without a known price."""
    code: str
    """A stable code of what went wrong; empty when it answered."""
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApiKey:
    id: str
    name: str
    is_test: bool
    masked: str
    """Its beginning and its last characters; the key itself was shown once."""
    scopes: list[str]
    state: str
    """live, expiring, expired or revoked"""
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    """To the minute."""
    made_by_key: str | None
    """It is revoked with the key that made it."""
    secret: str | None
    """rp_sk_…; shown this once. null when the same call came before: replace the key if it was lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWebhook:
    id: str
    url: str
    description: str
    event_types: list[str]
    is_enabled: bool
    state: str
    """new, healthy, failing or disabled"""
    disabled_reason: str
    """by_hand, failures or gone; empty while it is enabled"""
    failing_since: datetime | None
    old_secret_until: datetime | None
    """Until then the secret before this one signs as well."""
    created_at: datetime
    secret: str | None
    """whsec_…; shown this once. null when the same call came before: replace the secret if it was lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    id: str
    author_name: str
    text: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OneDelivery:
    id: str
    event_id: str
    """The webhook-id: the same for all attempts and endpoints."""
    event_type: str
    state: str
    """waiting, delivered, failed or cancelled"""
    attempts: int
    last_status: int | None
    """Of HTTP; null when no answer came."""
    last_error: str
    """A code that says why it was not delivered."""
    created_at: datetime
    next_attempt_at: datetime | None
    finished_at: datetime | None
    payload: dict[str, Any]
    log: list[Attempt]
    """Newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    key: str
    name: str
    description: str
    problem: str
    """Why it cannot be imported; empty when it can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    id: str
    ordinal: int
    """From 0"""
    text: str
    heading_path: list[str]
    char_start: int
    """In the document's text."""
    char_end: int
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneCall:
    id: str
    direction: str
    """inbound, or outbound: made by the company."""
    number: str
    """The company's, E.164; empty for a call from the dashboard."""
    callee: str
    """That an outbound call is to, E.164."""
    conversation_id: str
    """With every word of it."""
    contact_id: str
    """Who called, or was."""
    state: str
    """queued, dialling, ringing, talking, transfer (put through to a person) or ended"""
    ended_reason: str
    """hung_up, voicemail, silent, handed_off, transferred, opted_out, too_long, refused, busy, no_answer,
    cancelled, failed or lost; empty while it goes on.
    """
    interruptions: int
    """How often the caller spoke while the agent did."""
    seconds: int | None
    """null while it goes on, or when nobody answered."""
    created_at: datetime
    analysis: CallAnalysis | None
    """Of a call that is asked for alone, once it was read; null in lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneNumber:
    id: str
    number: str
    """E.164"""
    agent_id: str
    """Who answers."""
    carrier: str
    """Where the number is: twilio or telnyx."""
    account_id: str
    """The carrier's account."""
    token_hint: str
    """The last four characters of the auth token, or at Telnyx of the public key."""
    language: str
    """Spoken and understood, for example en-US."""
    greeting: str
    """Said first."""
    is_enabled: bool
    """false: nobody answers."""
    most_minutes: int
    """That a call may last; then it is ended with a sentence."""
    transfer_to: str
    """The person whom calls are put through to, E.164; empty: nobody."""
    is_transfer_announced: bool
    """That person first hears what it is about, and takes the call with a key."""
    is_recorded: bool
    """Callers are asked whether they may be recorded; not at Telnyx."""
    voicemail: str
    """When a mailbox answers a call of the agent's: hang_up, message, or empty to talk on."""
    voicemail_message: str
    """What is left there."""
    menu_prompt: str
    """Said after the greeting: which key does what."""
    menu: dict[str, Any]
    """By a key, 0 to 9, what pressing it asks: {'1': 'When are you open?'}."""
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    effect: str
    consent: str
    asks_for: list[str]
    destinations: list[str]
    takes_found: bool
    is_idempotent: bool
    timeout_seconds: float
    per_minute: int
    max_characters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    id: str
    model: str
    meter: str
    micros_per_million: int
    starts_at: datetime
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """With all its versions, newest first, and the agents' versions that answer with it now."""

    id: str
    name: str
    """Agents refer to it by this."""
    latest: int
    """The newest version's number."""
    labels: dict[str, Any]
    """Label → version."""
    created_at: datetime
    is_archived: bool
    """Nobody is offered it any more; what refers to it still answers."""
    versions: list[PromptVersion]
    used_by: list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptLine:
    """A prompt in a list: its versions are on the prompt itself."""

    id: str
    name: str
    """Agents refer to it by this."""
    latest: int
    """The newest version's number."""
    labels: dict[str, Any]
    """Label → version."""
    created_at: datetime
    is_archived: bool
    """Nobody is offered it any more; what refers to it still answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptVersion:
    version: int
    text: str
    digest: str
    """SHA-256 of the text."""
    variables: list[str]
    labels: list[str]
    note: str
    actor: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    meter: str
    used: int
    forecast: int
    """By the period's end, if it goes on like this."""
    included: int | None
    """By the plan; null: no quota."""
    limit: int | None
    """Where the company wants to be stopped."""
    stop: int | None
    """At how much nothing more is taken."""
    level: Any
    """From 80 %, from 100 %, stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """What a look at an MCP server came to, in numbers of its tools."""

    new: int
    changed: int
    gone: int
    same: int
    problems: list[RefusedTool]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    row: int
    """From 1, the head not counted."""
    who: str
    """By what it was to be found."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedTool:
    name: str
    problem: str
    """Why it cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedEvent:
    param: str
    """The event and what in it is wrong, for example events[17].type."""
    code: str
    message: str
    """Says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyCreated:
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """An agent's work on one message."""

    id: str
    conversation_id: str
    state: str
    """queued, running, done or failed"""
    outcome: str
    """answered, unknown, small_talk, length, refused, cancelled or failed"""
    error_code: str
    question_id: str
    answer_id: str | None
    trace_id: str | None
    created_at: datetime
    duration_us: int | None
    first_token_us: int | None
    input_tokens: int
    output_tokens: int
    cost_micros: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Says:
    description: str
    parameters: dict[str, Any]
    hints: dict[str, Any]
    """read_only, destructive and idempotent, as the server says."""
    digest: str
    """Of all this: agreeing names it."""
    problem: str
    """Why it cannot be agreed to; empty when it can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    op: OpEnum
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRequest:
    id: str
    kind: str
    """ticket or callback"""
    conversation_id: str
    contact_id: str
    subject: str
    text: str
    phone: str
    wanted_at: datetime | None
    is_open: bool
    created_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    count: int
    share: float
    low: float
    """Wilson's interval at 95 per cent."""
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    id: str
    kind: str
    """upload, website or answers"""
    name: str
    url: str
    """Of a website."""
    documents: int
    ready: int
    waiting: int
    failed: int
    crawl_state: str
    """Of a website: queued, running, done or failed."""
    crawl_error_code: str
    crawl_error: str
    """Says what to do."""
    last_crawled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    id: str
    parent_id: str | None
    name: str
    """OpenTelemetry GenAI's name of the operation"""
    label: str
    status: str
    """ok or error"""
    start_us: int
    """Microseconds from the trace's start"""
    duration_us: int
    attributes: dict[str, Any]
    input_tokens: int
    output_tokens: int
    cost_micros: int
    """Millionths of the currency's unit"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    version: int
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    plan: str
    version: str
    """Of the plan's rates, as the ledger's rows name it."""
    starts_at: datetime
    ends_at: datetime
    currency: str
    lines: list[StatementLine]
    records: int
    """Rows of the ledger that it is made of."""
    cost_micros: int
    """The sum of its rows' costs, converted as the plan's version says."""
    list_micros: int
    """The sum of its rows' list prices."""
    due_micros: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    key: str
    """A meter, or base, seats, model_tokens, coupon."""
    label: str
    quantity: int
    unit: str
    list_micros: int
    """By the rates of each row's moment."""
    included_quantity: int
    included_micros: int
    """What the plan includes of it."""
    volume_micros: int
    """What is taken off because there is much of it."""
    due_micros: int
    """list_micros less the two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreCount:
    name: str
    """A table or a store."""
    before: int | None
    """What was there."""
    after: int | None
    """What is left; null: not asked yet."""
    attempts: int
    """How often it was emptied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    turn_id: str
    question_id: str
    """The contact's message that it answers."""
    state: str
    """queued, running, done or failed"""
    is_current: bool
    """It answers the contact's last message."""
    text: str
    citations: list[Citation]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionAccepted:
    turn_id: str
    stream_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Made anew whenever what it was made of changes, never edited."""

    id: str
    level: str
    """conversation or contact"""
    contact_id: str
    conversation_id: str | None
    text: str
    language: str
    """en or de"""
    lines: list[SummaryLine]
    inputs: list[SummaryInput]
    digest: str
    """Over the inputs: the same inputs give the same summary."""
    extractor: str
    """rules, or model"""
    extractor_version: int
    times_made: int
    first_at: datetime | None
    last_at: datetime | None
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryInput:
    kind: str
    """turn, fact, conversation or contact"""
    id: str
    """Of a turn: of the message that it begins with."""
    digest: str
    """Of what it said when the summary was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryLine:
    kind: str
    """asked, told, answered, unanswered, done, handed_off, closed, written, counts, known or conversation"""
    text: str
    message_id: str | None
    """Whose words these are."""
    conversation_id: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    id: str
    connection_id: str
    kind: str
    """http or mcp"""
    name: str
    description: str
    method: str
    """Empty for an MCP server's tool."""
    path: str
    """For an MCP server's tool its name there."""
    parameters: dict[str, Any]
    policy: Policy
    is_enabled: bool
    is_usable: bool
    """On, and as somebody has looked at it."""
    standing: str
    """Of an MCP server's tool: new, changed or gone wait for somebody to look; same does not."""
    says: Says | None
    """What its server says by now, while that waits."""
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    id: str
    turn_id: str
    conversation_id: str
    agent_id: str
    contact_id: str
    agent_version: int
    """0: the draft, in a test chat"""
    experiment_id: str | None
    outcome: str
    """answered, unknown, small_talk, length, refused, cancelled or failed"""
    started_at: datetime
    duration_us: int
    first_token_us: int | None
    input_tokens: int
    output_tokens: int
    cost_micros: int
    currency: str
    schema_version: str
    """Of the names in its spans; empty for old traces."""
    judgement: Judgement | None
    """Of the share that the agent has judged."""
    spans: list[Span]


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceExport:
    endpoint: str
    """Empty: none is set up."""
    header_names: list[str]
    content: list[str]
    is_enabled: bool
    state: str
    """off, new, healthy or failing"""
    last_error: str
    """A stable code; empty when the last request was taken."""
    last_tried_at: datetime | None
    failing_since: datetime | None
    sent_spans: int
    created_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceExportTest:
    is_taken: bool
    status: int | None
    """The collector's answer; null when there was none."""
    code: str
    """A stable code of what went wrong; empty when it was taken."""
    rejected_spans: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceLine:
    """A trace in a list: its spans are on the trace itself."""

    id: str
    turn_id: str
    conversation_id: str | None
    agent_id: str | None
    contact_id: str | None
    agent_version: int
    """0: the draft, in a test chat"""
    experiment_id: str | None
    outcome: str
    started_at: datetime
    duration_us: int
    first_token_us: int | None
    input_tokens: int
    output_tokens: int
    cost_micros: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingAccepted:
    accepted: int
    """Kept for good, and handled soon."""
    duplicates: int
    """Had come before."""
    errors: list[RejectedEvent]
    """Events that were not taken; the others were."""
    success: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    state: str
    """done, failed or unknown"""
    code: str
    """Why it failed; empty when it did not."""
    told: str
    """What a model would read."""
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    id: str
    occurred_at: datetime
    meter: str
    model: str
    step: str
    quantity: int
    cost_micros: int
    currency: str
    """Of what it cost."""
    price_version: str
    unit: str
    price_micros: int
    """What the company is charged, at list."""
    price_currency: str
    """In which it is charged."""
    rate_version: str
    """The plan's rates by which it is charged."""
    billed_at: datetime | None
    """Where the period begins that bears it, when its own was closed before."""
    corrects_id: str | None
    """The row that this one corrects."""
    agent_id: str | None
    conversation_id: str | None
    turn_id: str | None
    document_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageDay:
    day: date
    """In the company's time zone."""
    usage: UsageSum


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageLine:
    key: str
    """Whose sum it is: an id or a name; empty for what belongs to none."""
    usage: UsageSum
    records: int
    """How many rows of the ledger it is the sum of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageSum:
    cost_micros: int
    """Millionths of the currency's unit"""
    currency: str
    input_tokens: int
    output_tokens: int
    embedding_tokens: int
    messages: int
    conversations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    version: int
    digest: str
    """SHA-256 of the configuration: equal versions have the same."""
    note: str
    actor: str
    """Who made it, for example user:usr_…"""
    from_version: int | None
    """The version that it took up again."""
    is_candidate: bool
    """Kept, but not published: for test chats and experiments."""
    is_published: bool
    """It answers now."""
    is_in_experiment: bool
    """It answers some, in an experiment that is running."""
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionConfig:
    """A version, or the draft, with its whole configuration."""

    version: Any
    digest: str
    config: dict[str, Any]
    """The whole document; docs/agents.md describes its sections."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    id: str
    url: str
    description: str
    event_types: list[str]
    is_enabled: bool
    state: str
    """new, healthy, failing or disabled"""
    disabled_reason: str
    """by_hand, failures or gone; empty while it is enabled"""
    failing_since: datetime | None
    old_secret_until: datetime | None
    """Until then the secret before this one signs as well."""
    created_at: datetime


class CampaignContactRequest(TypedDict):
    """By one of the first four."""

    contact_id: NotRequired[str]
    phone: NotRequired[str]
    email: NotRequired[str]
    external_id: NotRequired[str]
    variables: NotRequired[dict[str, Any]]
    """Texts and numbers by name."""


class CampaignFilterRequest(TypedDict):
    text: NotRequired[str]
    """Somewhere in a name, address, number or id."""


class CloudEvent(TypedDict):
    """CloudEvents 1.0."""

    specversion: Required[SpecversionEnum]
    id: Required[str]
    """With `source` it makes the event unique: a repeat is harmless."""
    source: Required[str]
    type: Required[str]
    """The event's name on the timeline."""
    time: NotRequired[datetime]
    subject: NotRequired[str]
    datacontenttype: NotRequired[str]
    contactid: NotRequired[str]
    """Your own id of the customer."""
    data: NotRequired[dict[str, Any]]
    """`contact`: whom it is about (external_id, email, phone, anonymous_id, or id (con_…), and name).
    `traits`: what it says of the contact. `company`, `product`, `products`: what the contact has to do
    with. The rest is kept with the event.
    """


class ContactRequest(TypedDict):
    external_id: Required[str]
    """What your own system calls this customer."""
    name: NotRequired[str]
    """Kept when the contact is new."""
    email: NotRequired[str]
    """Kept when the contact is new."""


class LeakedKeyRequest(TypedDict):
    token: Required[str]
    """The key that was found."""
    type: NotRequired[str]
    url: NotRequired[str]
    """Where."""


class PolicyRequest(TypedDict):
    """Under which conditions a tool is used; what is left out has its default or stays."""

    effect: NotRequired[EffectEnum]
    consent: NotRequired[ConsentEnum]
    asks_for: NotRequired[Sequence[str]]
    destinations: NotRequired[Sequence[str]]
    takes_found: NotRequired[bool]
    is_idempotent: NotRequired[bool]
    timeout_seconds: NotRequired[float]
    per_minute: NotRequired[int]
    max_characters: NotRequired[int]


class SplitParam(TypedDict):
    version: Required[int]
    percent: Required[int]


class TrackingCall(TypedDict):
    type: NotRequired[str]
    """In a batch: identify, track, page, screen, group, alias."""
    userId: NotRequired[str]
    """Your own id of the customer."""
    anonymousId: NotRequired[str]
    """Of the browser or device."""
    previousId: NotRequired[str]
    """alias: the id until now."""
    groupId: NotRequired[str]
    """group: the company's id."""
    event: NotRequired[str]
    """track: what happened."""
    name: NotRequired[str]
    """page, screen: what was seen."""
    traits: NotRequired[dict[str, Any]]
    properties: NotRequired[dict[str, Any]]
    context: NotRequired[dict[str, Any]]
    timestamp: NotRequired[datetime]
    sentAt: NotRequired[datetime]
    """By the sender's clock; its error is taken out."""
    messageId: NotRequired[str]
    """A repeat with the same one is harmless."""
