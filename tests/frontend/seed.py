"""Rows for looking at pages: a company with documents in every state, conversations, traces, memory and usage.

Written straight into the tables, because the pages are tested here, not the machinery that fills them.
"""

import hashlib
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from agents.memory.reading import read_episode
from agents.memory.summaries.refreshing import refresh_summaries
from agents.models import Conversation, Episode, Fact, FactSource, Feedback, Message, Span, Trace, Turn
from agents.runtime.manifest import Block, Considered, Manifest
from agents.tracing import names
from billing.models import UsageRecord
from ingestion.contacts.merging import merge_contacts
from ingestion.models import (
    Chunk,
    Contact,
    ContactEvent,
    ContactIdentity,
    ContactRelation,
    Document,
    DocumentVersion,
    EmbeddingState,
    ProjectionCheck,
    Source,
)
from rapport.events.models import InboxEvent
from rapport.ids import new_id
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tenants.privacy.models import DataExport, Erasure
from tenants.privacy.receipts import sign
from tests.frontend.seed_webhooks import SeededWebhooks, seed_webhooks

TEXT = (
    "Returns\n\nYou may return anything within 30 days of delivery, unused and in its box.\n\n"
    "Refunds\n\nWe refund the price within 5 working days, to the card you paid with. Shipping is not refunded.\n\n"
    "Exchanges\n\nTo exchange a size, write to us first; we send the new one as soon as the old one is on its way."
)


@dataclass(frozen=True, slots=True)
class Seeded:
    source_id: UUID
    document_id: UUID
    chunk_id: UUID
    failed_document_id: UUID
    contact_id: UUID
    conversation_id: UUID
    turn_id: UUID
    trace_id: UUID
    erasure_id: UUID  # under way
    receipt_id: UUID
    answer_id: UUID
    webhooks: SeededWebhooks


def seed(tenant_id: UUID, agent_id: UUID, *, days: int = 30, now: datetime | None = None) -> Seeded:
    """Everything at once; the same figures each time."""
    now = now or timezone.now()
    with tenant_scope(tenant_id):
        source, document, chunks = _documents(now)
        failed = Document.objects.get(state="failed")
        contact = Contact.objects.create(
            name="Mara Lind", email="mara@customer.example", is_anonymous=False, last_seen_at=now
        )
        first = _conversation(agent_id, contact, document, chunks[0], now)
        answer_id = _feedback(first[0], now)
        _history(agent_id, now, days)
        _memory(contact.id, first[0], now)
        _happenings(contact.id, now)
        erasures = _privacy(contact.id, now)
    refresh_summaries(tenant_id=tenant_id, contact_id=contact.id, conversations=[first[0].id])
    _events(tenant_id)
    _comparison(tenant_id, now)
    ids = (source.id, document.id, chunks[0].id, failed.id, contact.id, first[0].id, first[1].id, first[2].id)
    return Seeded(*ids, *erasures, answer_id, seed_webhooks(tenant_id, now))


def _feedback(conversation: Conversation, now: datetime) -> UUID:
    """What Mara and a colleague think of the two answers; gives the first one."""
    first, second = Message.objects.filter(conversation=conversation, role="agent").order_by("sequence")
    said: tuple[tuple[Message, str, dict[str, object]], ...] = (
        (first, "contact", {"is_good": True}),
        (
            first,
            "staff",
            {
                "is_good": False,
                "reason": "incomplete",
                "comment": "It leaves out that sale items are different.",
                "correction": "Within 30 days of delivery, unused and in its box. Sale items are exchanged only.",
            },
        ),
        (second, "contact", {"is_good": False, "reason": "off_topic", "comment": "I asked for the colour."}),
    )
    for message, rater, fields in said:
        Feedback.objects.create(
            conversation=conversation,
            message=message,
            agent_id=conversation.agent_id,
            agent_version=1,
            rater=rater,
            rater_id=new_id(),
            **fields,
        )
    return first.id


def _privacy(contact_id: UUID, now: datetime) -> tuple[UUID, UUID]:
    """An erasure under way, one that is stuck, two receipts, and archives."""
    counts = {"agents.Episode": 6, "agents.Fact": 3, "agents.Message": 12, "ingestion.Contact": 1, "streams": 0}
    halfway = {
        name: {"before": number, "after": 0 if number > 3 else None, "attempts": 1} for name, number in counts.items()
    }
    moving, _, *done = (
        Erasure.objects.create(subject_id=new_id(), requested_by="user:usr_06ey5v3n7zq8r9s0t1v2w3x4y5", **fields)
        for fields in (
            {"state": "erasing", "suppressed_at": now, "stores": halfway, "total": 23},
            {"state": "stuck", "error_code": "vector_store_unavailable", "suppressed_at": now, "total": 23},
            {"state": "done", "suppressed_at": now, "finished_at": now, "total": 5},
            {"state": "done", "suppressed_at": now - timedelta(days=3), "finished_at": now - timedelta(days=3)},
        )
    )
    for row in done:
        stores = [{"name": name, "before": number, "after": 0, "attempts": 1} for name, number in counts.items()]
        Erasure.objects.filter(id=row.id).update(receipt=sign({"stores": stores, "erased": 22}))
    for state, whose in (("ready", contact_id), ("running", contact_id), ("ready", None), ("expired", None)):
        DataExport.objects.create(
            contact_id=whose, state=state, done=340, total=920, size_bytes=48_213, expires_at=now + timedelta(days=7)
        )
    return moving.id, done[0].id


def _documents(now: datetime) -> tuple[Source, Document, list[Chunk]]:
    source = Source.objects.create(kind="upload", name="Uploaded files")
    site = Source.objects.create(
        kind="website",
        name="help.acme.example",
        config={"url": "https://help.acme.example/"},
        crawl_state="running",
        pages_seen=34,
        last_crawled_at=now - timedelta(days=2),
    )
    document = _document(source, "returns.md", "Returns and refunds", "ready")
    chunks = _version(document, now)
    for name, title in (
        ("warranty.pdf", "Warranty"),
        ("prices.csv", "Price list 2026"),
        ("guide.docx", "Fitting guide"),
    ):
        _version(_document(source, name, title, "ready"), now)
    failed = _document(source, "scan.pdf", "scan.pdf", "failed")
    failed.error_code = "pdf_without_text"
    failed.error_message = (
        "This PDF holds pictures of pages and no text. Run text recognition (OCR) on it and upload it again."
    )
    failed.save()
    DocumentVersion.objects.create(document=failed, content_hash="0" * 64, blob_key="none", stage="failed")
    moving = _document(site, "https://help.acme.example/sizes", "Choosing a size", "processing")
    DocumentVersion.objects.create(
        document=moving,
        content_hash="1" * 64,
        blob_key="none",
        stage="embedding",
        done_units=46,
        total_units=120,
        started_at=now - timedelta(seconds=2),
    )
    _document(site, "https://help.acme.example/contact", "https://help.acme.example/contact", "queued")
    return source, document, chunks


def _document(source: Source, name: str, title: str, state: str) -> Document:
    return Document.objects.create(
        source=source, external_id=name, title=title, state=state, size_bytes=48_213, language="en"
    )


def _version(document: Document, now: datetime) -> list[Chunk]:
    version = DocumentVersion.objects.create(
        document=document,
        content_hash=hashlib.sha256(document.external_id.encode()).hexdigest(),
        blob_key="none",
        text=TEXT,
        stage="ready",
        done_units=3,
        total_units=3,
        chunk_count=3,
        embedded_count=3,
        token_count=96,
        node_count=7,
        edge_count=9,
        timings_ms={"parsing": 31, "chunking": 4, "embedding": 182, "storing": 22, "verifying": 6},
        started_at=now - timedelta(seconds=3),
        finished_at=now,
    )
    Document.objects.filter(id=document.id).update(current_version_id=version.id)
    return [_chunk(document, version, ordinal, part) for ordinal, part in enumerate(TEXT.split("\n\n")[1::2])]


def _chunk(document: Document, version: DocumentVersion, ordinal: int, part: str) -> Chunk:
    start = TEXT.index(part)
    return Chunk.objects.create(
        document=document,
        version=version,
        ordinal=ordinal,
        text=part,
        heading_path=[TEXT[:start].strip().rsplit("\n", 1)[-1]],
        char_start=start,
        char_end=start + len(part),
        token_count=32,
        content_hash=hashlib.sha256(part.encode()).hexdigest(),
    )


def _conversation(
    agent_id: UUID, contact: Contact, document: Document, chunk: Chunk, now: datetime
) -> tuple[Conversation, Turn, Trace]:
    conversation = Conversation.objects.create(
        agent_id=agent_id,
        contact_id=contact.id,
        subject="How long may I return the jacket?",
        message_count=4,
        last_message_at=now - timedelta(minutes=4),
    )
    question = _message(conversation, 1, "contact", "Hi, I am Mara. How long may I return the jacket of order A-10482?")
    quote = "You may return anything within 30 days of delivery, unused and in its box."
    citation = {
        "marker": 1,
        "title": document.title,
        "url": "",
        "quote": quote,
        "document_id": str(document.id),
        "chunk_id": str(chunk.id),
        "char_start": chunk.char_start,
        "char_end": chunk.char_start + len(quote),
    }
    answer = _message(conversation, 2, "agent", f"{quote} [1]", citations=[citation])
    turn, trace = _turn(conversation, question, answer, "answered", now)
    second = _message(conversation, 3, "contact", "And do you have it in green?")
    unknown = _message(
        conversation, 4, "agent", "I do not find that in the documents. Write to the shop and they will look for you."
    )
    _turn(conversation, second, unknown, "unknown", now)
    for rank, (name, label, start, length, cost) in enumerate(_SPANS):
        _span(trace, rank, name, label, start, length, cost, document, chunk)
    return conversation, turn, trace


_SPANS = (
    (names.INVOKE_AGENT, "Answer", 0, 182_000, 30),
    (names.GUARD, "Guard", 300, 900, 0),
    (names.CACHE, "Known answers", 1_400, 2_100, 0),
    (names.SEARCH_MEMORY, "Memory", 3_800, 4_200, 0),
    (names.RETRIEVAL, "Search", 8_400, 41_000, 2),
    (names.CHAT, "Model", 50_000, 118_000, 28),
    (names.GROUNDING, "Grounding", 169_000, 9_000, 0),
)


def _span(
    trace: Trace, rank: int, name: str, label: str, start: int, length: int, cost: int, document: Document, chunk: Chunk
) -> None:
    attributes: dict[str, object] = {names.LABEL: label}
    if name == names.RETRIEVAL:
        candidate = {
            "id": str(chunk.id),
            "document_id": str(document.id),
            "title": document.title,
            "heading": "Returns",
        }
        attributes[names.QUERY_TEXT] = "How long may I return the jacket"
        attributes[names.ARMS_MS] = [{"arm": "dense", "ms": 1.9, "found": 10}, {"arm": "words", "ms": 0.6, "found": 4}]
        attributes[names.DOCUMENTS] = [
            {
                **candidate,
                "score": 0.0908,
                "dense_rank": 1,
                "dense_score": 0.7134,
                "words_rank": 2,
                "words_score": 8.21,
            },
            {**candidate, "title": "Fitting guide", "score": 0.0417, "dense_rank": 4, "dense_score": 0.4127},
        ]
    if name == names.CHAT:
        attributes[names.MANIFEST] = _manifest(document, chunk).to_json()
    parent = Span.objects.filter(trace=trace, sequence=0).first() if rank else None
    Span.objects.create(
        trace=trace,
        parent_id=parent.id if parent else None,
        sequence=rank,
        name=name,
        start_us=start,
        duration_us=length,
        attributes=attributes,
        input_tokens=812 if name == names.CHAT else 0,
        output_tokens=24 if name == names.CHAT else 0,
        cost_micros=cost,
    )


def _manifest(document: Document, chunk: Chunk) -> Manifest:
    identity = str(chunk.id)
    blocks = (
        Block.of("system", "Instructions", "Be brief.", tokens=46),
        Block.of("system", "Rules", "Cite.", tokens=121),
        Block.of("memory", "[1] What you told us", "Your name is Ada.", source_id=str(document.id), tokens=14),
        Block.of("passage", f"[2] {document.title}", chunk.text, source_id=identity, tokens=412),
        Block.of("history", "user", "Do you ship to Norway?", tokens=38),
        Block.of("question", "Question", "How long may I return the jacket", tokens=9),
    )
    arms = {"dense": (1, 0.7134), "words": (2, 8.21), "sentences": (1, 5.02)}
    found = Considered(identity, str(document.id), document.title, "Returns", 0.7, 412, arms)
    other = Considered("", str(document.id), "Fitting guide", "", 0.2, 5900, {"dense": (4, 0.4127)}, "budget")
    twin = Considered("", str(document.id), "Returns (print)", "", 0.1, 410, {"words": (5, 2.5)}, "duplicate")
    return Manifest(blocks, (found, other, twin), 6000)


def _message(
    conversation: Conversation, sequence: int, role: str, text: str, citations: list[dict[str, object]] | None = None
) -> Message:
    return Message.objects.create(
        conversation=conversation, sequence=sequence, role=role, text=text, citations=citations or []
    )


def _turn(
    conversation: Conversation, question: Message, answer: Message, outcome: str, at: datetime
) -> tuple[Turn, Trace]:
    turn = Turn.objects.create(
        conversation=conversation, question=question, answer=answer, state="done", outcome=outcome, finished_at=at
    )
    trace = Trace.objects.create(
        turn_id=turn.id,
        conversation_id=conversation.id,
        agent_id=conversation.agent_id,
        contact_id=conversation.contact_id,
        agent_version=1,
        outcome=outcome,
        started_at=at,
        duration_us=182_000,
        first_token_us=64_000,
        input_tokens=812,
        output_tokens=24,
        cost_micros=30,
    )
    Turn.objects.filter(id=turn.id).update(trace_id=trace.id, created_at=at)
    Message.objects.filter(id__in=[question.id, answer.id]).update(turn_id=turn.id)
    return turn, trace


def _history(agent_id: UUID, now: datetime, days: int) -> None:
    dice = random.Random(7)
    visitor = Contact.objects.create(last_seen_at=now - timedelta(hours=3))
    for ago in range(days):
        at = now - timedelta(days=ago, minutes=5)
        for number in range(dice.randint(2, 9)):
            _one_of_history(agent_id, visitor.id, at, is_unknown=number == 0 and ago % 3 == 0)
        _usage(agent_id, at, dice.randint(4_000, 22_000))


def _one_of_history(agent_id: UUID, contact_id: UUID, at: datetime, *, is_unknown: bool) -> None:
    conversation = Conversation.objects.create(
        agent_id=agent_id,
        contact_id=contact_id,
        subject="Where is my parcel?",
        message_count=2,
        last_message_at=at,
    )
    Conversation.objects.filter(id=conversation.id).update(created_at=at)
    question = _message(conversation, 1, "contact", "Where is my parcel?")
    answer = _message(conversation, 2, "agent", "Parcels take two to four days.")
    _turn(conversation, question, answer, "unknown" if is_unknown else "answered", at)


def _usage(agent_id: UUID, at: datetime, tokens: int) -> None:
    rows = (
        ("input_tokens", "builtin-extractive-1", "chat", tokens, tokens // 100, agent_id),
        ("output_tokens", "builtin-extractive-1", "chat", tokens // 20, tokens // 400, agent_id),
        ("embedding_tokens", "all-MiniLM-L6-v2", "embed_query", tokens // 30, tokens // 2000, agent_id),
        ("embedding_tokens", "all-MiniLM-L6-v2", "embed_document", tokens // 3, tokens // 300, None),
    )
    for meter, model, step, quantity, cost, agent in rows:
        UsageRecord.objects.create(
            source_event_id=new_id(),
            meter=meter,
            model=model,
            step=step,
            quantity=quantity,
            cost_micros=cost,
            currency="USD",
            price_version="test",
            agent_id=agent,
            occurred_at=at,
        )


def _events(tenant_id: UUID) -> None:
    """One event of each kind that the health page shows."""
    common = {"tenant_id": tenant_id, "source": "rapport/test"}
    payload = {"type": "rapport.ingestion.document.submitted.v1"}
    InboxEvent.objects.create(
        **common,
        subscription="ingest-documents",
        event_id=new_id(),
        key="one",
        payload=payload,
        state="dead",
        attempts=8,
        error_code="unavailable",
        error_message="The embedder did not answer. Try again when it is back.",
    )
    InboxEvent.objects.create(
        **common,
        subscription="remember-turns",
        event_id=new_id(),
        key="three",
        payload=payload | {"type": "rapport.agents.turn.completed.v1"},
        state="dead",
        attempts=5,
        error_code="worker_died",
        error_message="The worker went away in the middle of this, again and again.",
    )
    InboxEvent.objects.create(
        **common, subscription="answer-turns", event_id=new_id(), key="two", payload=payload, state="pending"
    )


def _comparison(tenant_id: UUID, now: datetime) -> None:
    """A night that found something, and mended it; and a move to another embedding model that is under way."""
    found = {"vectors_missing": 12, "edges_left_over": 3}
    checked = {"passages": 1840, "versions": 211, "searches": 200}
    ProjectionCheck.objects.create(
        tenant_id=tenant_id,
        finished_at=now - timedelta(hours=5),
        report={"found": found, "mended": found, "checked": checked},
    )
    with tenant_scope(tenant_id):
        EmbeddingState.objects.create(
            model="minilm-l6-v2-int8-1",
            held={"minilm-l6-v2-int8-1": 384, "large-1024": 1024},
            next_model="large-1024",
            runner="elsewhere:1",
            runner_until=now + timedelta(hours=1),
            done=1200,
            total=1840,
            embedded=1200,
            started_at=now - timedelta(seconds=100),
            progress_at=now,
        )


def _memory(contact_id: UUID, conversation: Conversation, now: datetime) -> None:
    message = conversation.messages.get(sequence=1)
    for each in conversation.messages.order_by("sequence"):
        Episode.objects.create(
            contact_id=contact_id,
            conversation_id=conversation.id,
            message_id=each.id,
            sequence=each.sequence,
            channel="chat",
            origin=each.role,
            text=each.text,
            said_at=now,
        )
    _fact(contact_id, message, "name", "Mara", now)
    _fact(contact_id, message, "order", "A-10482", now)
    earlier = (
        (400, "I live in Leeds."),
        (380, "My budget is 150 euros. I prefer e-mail."),
        (150, "We moved to York. Please never call me before ten."),
        (140, "I work for Nordwind. My sister Anna lives in Oslo."),
        (60, "My budget is now 220 euros."),
        (40, "I joined Fjell Sport. Fjell Sport is based in Bergen. My sister Anna works for Nordwind."),
        (20, "I think my birthday is 3 May 1990. I no longer want e-mail."),
        (3, "I moved to Bergen last week."),
    )
    for number, (days, text) in enumerate(earlier, start=901):
        _said_before(contact_id, conversation, number, text, now - timedelta(days=days))
    given = [str(each) for each in Fact.objects.filter(contact_id=contact_id).values_list("id", flat=True)]
    for span in Span.objects.filter(trace__conversation_id=conversation.id, name=names.CHAT):
        span.attributes[names.MEMORY_USED] = given
        span.save(update_fields=["attributes"])


def _said_before(contact_id: UUID, conversation: Conversation, number: int, text: str, at: datetime) -> None:
    """In messages that are gone by now, and read as they were."""
    episode = Episode.objects.create(
        contact_id=contact_id,
        conversation_id=conversation.id,
        message_id=new_id(),
        sequence=number,
        channel="chat",
        origin="contact",
        text=text,
        said_at=at,
    )
    with transaction.atomic():
        read_episode(episode, SYSTEM)


def _happenings(contact_id: UUID, now: datetime) -> None:
    """What the company's shop sent of her, and what follows from it."""
    told: tuple[tuple[str, str, dict[str, object], dict[str, object]], ...] = (
        ("identify", "", {"name": "Mara Lind", "plan": "Trail Club", "newsletter": True}, {}),
        ("page", "Boots", {}, {"url": "https://shop.acme.example/boots/trail-mid", "title": "Trail Mid boots"}),
        ("track", "Product Added", {}, {"product_id": "B-204", "name": "Trail Mid, size 39", "price": 189.0}),
        ("track", "Order Completed", {}, {"order_id": "A-10482", "total": 214.5, "currency": "EUR"}),
        ("event", "parcel.handed_over", {}, {"carrier": "Nordpost", "tracking": "NP-22-908-114-77"}),
    )
    events = []
    for number, (kind, name, traits, properties) in enumerate(told):
        at = now - timedelta(hours=30 - 5 * number)
        events.append(
            ContactEvent.objects.create(
                source="https://parcels.acme.example" if kind == "event" else "customer-data",
                event_id=f"seed-{number}",
                kind=kind,
                name=name,
                traits=traits,
                properties=properties,
                occurred_at=at,
                received_at=at,
                handled_at=at,
                contact_id=contact_id,
            )
        )
    for kind, value in (("external_id", "cust-4711"), ("email", "mara@customer.example"), ("anonymous_id", "a1-b7f3")):
        ContactIdentity.objects.create(contact_id=contact_id, kind=kind, digest=kind, value=value)
    for kind, target_kind, key, name, times in (
        ("ordered", "product", "B-204", "Trail Mid, size 39", 1),
        ("viewed", "url", "https://shop.acme.example/boots/trail-mid", "Trail Mid boots", 4),
        ("belongs_to", "company", "fjell-as", "Fjell AS", 1),
    ):
        ContactRelation.objects.create(
            contact_id=contact_id,
            kind=kind,
            target_kind=target_kind,
            target_key=key,
            name=name,
            times=times,
            valid_from=events[1].occurred_at,
            last_at=events[3].occurred_at,
            event=events[3],
        )
    plan = Fact.objects.create(
        contact_id=contact_id,
        predicate="trait.plan",
        value="Trail Club",
        is_single_valued=True,
        confidence=1.0,
        extractor="traits-1",
        valid_from=events[0].occurred_at,
    )
    FactSource.objects.create(fact=plan, event_id=events[0].id, char_start=0, char_end=0)
    apart = Contact.objects.create(name="M. Lind", email="m.lind@fjell.example", is_anonymous=False, last_seen_at=now)
    merge_contacts(tenant_id=apart.tenant_id, contact_id=apart.id, into_id=contact_id, actor=SYSTEM)


def _fact(contact_id: UUID, message: Message, predicate: str, value: str, now: datetime) -> None:
    start = message.text.index(value)
    fact = Fact.objects.create(
        contact_id=contact_id,
        predicate=predicate,
        value=value,
        is_single_valued=predicate == "name",
        confidence=0.95,
        extractor="rules-1",
        valid_from=now,
    )
    FactSource.objects.create(
        fact=fact,
        message_id=message.id,
        conversation_id=message.conversation_id,
        char_start=start,
        char_end=start + len(value),
    )
