"""What the API takes and gives.

Made from docs/openapi.yaml by `make sdks`; changes by hand are lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, NotRequired, Required, TypedDict

ActionEnum = Literal["replay", "drop"]

ErasureStateEnum = Literal["requested", "erasing", "done", "stuck"]

ExportStateEnum = Literal["queued", "running", "ready", "failed", "expired"]

KindEnum = Literal["upload", "website"]

LabelEnum = Literal["true_positive", "false_positive"]

SpecversionEnum = Literal["1.0"]


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
    """Grows with every change, and is written on every trace."""
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
class Citation:
    marker: int
    """The number in the text: [1]"""
    title: str
    url: str | None
    """Opens the source at the passage."""
    quote: str
    document_id: str | None
    origin: str
    """document or memory"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    id: str
    name: str
    slug: str
    time_zone: str
    locale: str
    currency: str


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
    subject: str
    message_count: int
    created_at: datetime
    last_message_at: datetime | None


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
    contact_id: str
    """Whom it was about; the id means nothing any more."""
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
    """name, email, phone, order, place, prefers, avoids, …"""
    value: str
    confidence: float
    """From 0 to 1"""
    valid_from: datetime | None
    valid_to: datetime | None
    recorded_at: datetime
    superseded_at: datetime | None
    superseded_by: str | None
    sources: list[MemorySource]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemorySource:
    message_id: str | None
    conversation_id: str | None
    event_id: str | None
    """Of an event that your own systems sent."""
    quote: str
    """The words that said it."""
    said_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    id: str
    role: str
    """contact, agent or system"""
    text: str
    citations: list[Citation]
    created_at: datetime
    turn_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageAccepted:
    message_id: str
    turn_id: str
    stream_url: str


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
class RejectedEvent:
    param: str
    """The event and what in it is wrong, for example events[17].type."""
    code: str
    message: str
    """Says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """An agent's work on one message."""

    id: str
    conversation_id: str
    state: str
    """queued, running, done or failed"""
    outcome: str
    """answered, unknown, small_talk, length, refused or failed"""
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
class Source:
    id: str
    kind: str
    """upload or website"""
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
class Trace:
    id: str
    turn_id: str
    conversation_id: str
    agent_id: str
    contact_id: str
    agent_version: int
    outcome: str
    """answered, unknown, small_talk, length, refused or failed"""
    started_at: datetime
    duration_us: int
    first_token_us: int | None
    input_tokens: int
    output_tokens: int
    cost_micros: int
    currency: str
    spans: list[Span]


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceLine:
    """A trace in a list: its spans are on the trace itself."""

    id: str
    turn_id: str
    conversation_id: str
    agent_id: str
    contact_id: str
    agent_version: int
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
class Usage:
    id: str
    occurred_at: datetime
    meter: str
    model: str
    step: str
    quantity: int
    cost_micros: int
    currency: str
    price_version: str
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
