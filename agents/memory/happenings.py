"""What the company's own systems send of a contact, and what tools told in a conversation: each is an episode, and says
facts more surely than any words. Asked for again, nothing changes.

Of events those that say something of the contact are kept: who it is (identify), what it did (track, CloudEvents), to
which company it belongs (group). Pages and screens that were looked at are in the timeline and nowhere else.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from agents.memory.commitments import has_acted
from agents.memory.extraction import Extracted
from agents.memory.predicates import TRAIT
from agents.memory.reconciling import Origin, learn
from agents.memory.traits import CERTAIN, facts_in, plain, snake
from agents.memory.values import normalise
from agents.models import Conversation, Episode, ToolRun, ToolRunState
from ingestion.contacts.errors import ContactNotFound
from ingestion.contacts.holding import hold_contact
from ingestion.incoming.selectors import Description, descriptions
from tenants.actors import SYSTEM
from tenants.context import tenant_scope

EXTRACTOR, VERSION = "traits", 1
CHANNEL = "events"
MOST_FACTS = 50  # of one event
LONGEST = 1000  # characters of an episode
_MOST_RUNS = 50  # at once
# How shops call what happens to an order: https://segment.com/docs/connections/spec/ecommerce/v2/
_ENDED = re.compile(r"\b(?:order|purchase)\b.*\b(?:refund|return|cancel)", re.IGNORECASE)
_ORDERED = re.compile(r"\b(?:order|purchase|checkout)\b", re.IGNORECASE)
_ORDER_IDS = ("order_id", "orderId", "order_number")


def remember_happenings(*, tenant_id: UUID, contact_id: UUID, event_ids: Sequence[UUID]) -> None:
    """In the order in which they were true; nothing for a contact that is being erased.

    Raises IntegrityError when another one wrote meanwhile: try later.
    """
    with tenant_scope(tenant_id), transaction.atomic():
        try:
            hold_contact(contact_id)
        except ContactNotFound:
            return
        for described in descriptions(tenant_id=tenant_id, contact_id=contact_id, ids=event_ids):
            _remember(contact_id, described)


def _remember(contact_id: UUID, described: Description) -> None:
    Episode.objects.get_or_create(
        event_id=described.event_id,
        defaults={
            "contact_id": contact_id,
            "sequence": 0,
            "channel": CHANNEL,
            "origin": "event",
            "text": text_of(described),
            "said_at": described.occurred_at,
        },
    )
    origin = Origin(described.occurred_at, EXTRACTOR, VERSION, event_id=described.event_id)
    learn(contact_id, origin, list(said_by(described))[:MOST_FACTS], SYSTEM)


def said_by(described: Description) -> Iterator[Extracted]:
    """Pure. A trait that is null takes back what was known, an order that is cancelled ends."""
    for predicate, value in facts_in(described.traits):
        yield Extracted(predicate, value, 0, 0, CERTAIN, is_retracted=not value)
    if described.kind == "group":
        yield from _of_company(described.properties)
    if described.kind in ("track", "event"):
        yield from _of_order(described.name, described.properties)


def _of_company(traits: Mapping[str, Any]) -> Iterator[Extracted]:
    for trait, value in traits.items():
        if text := plain(value):
            predicate = f"{TRAIT}company" if trait == "name" else f"{TRAIT}company_{snake(trait)}"
            yield Extracted(predicate[:60], text, 0, 0, CERTAIN)


def _of_order(name: str, properties: Mapping[str, Any]) -> Iterator[Extracted]:
    number = next((text for each in _ORDER_IDS if (text := plain(properties.get(each)))), "")
    value = normalise("order", number) if number else ""
    if value and _ORDERED.search(name):
        yield Extracted("order", value, 0, 0, CERTAIN, is_retracted=bool(_ENDED.search(name)))


def text_of(described: Description) -> str:
    """One line: what happened, and what is short of it."""
    told = {**described.traits, **described.properties}
    parts = [f"{name}: {text}" for name, value in sorted(told.items()) if (text := plain(value))]
    return "; ".join([described.name or described.kind, *parts])[:LONGEST]


def keep_tool_results(*, tenant_id: UUID, conversation_id: UUID) -> int:
    """An episode of each call of a tool that came to its end since the last time; returns how many."""
    if not has_acted(tenant_id=tenant_id, conversation_id=conversation_id):
        return 0
    with tenant_scope(tenant_id), transaction.atomic():
        rows = Conversation.objects.select_for_update().filter(id=conversation_id, is_remembered=True)
        conversation = rows.first()
        if conversation is None:
            return 0
        try:
            hold_contact(conversation.contact_id)
        except ContactNotFound:
            return 0
        known = Episode.objects.filter(conversation_id=conversation_id).exclude(run_id=None).values("run_id")
        runs = ToolRun.objects.filter(turn__conversation_id=conversation_id, state=ToolRunState.DONE)
        runs = runs.exclude(id__in=known).select_related("turn__question").order_by("id")[:_MOST_RUNS]
        made = [_episode(conversation, run) for run in runs]
        Episode.objects.bulk_create(made)
        return len(made)


def _episode(conversation: Conversation, run: ToolRun) -> Episode:
    """At the place of the question that it was called for."""
    return Episode(
        contact_id=conversation.contact_id,
        conversation_id=conversation.id,
        run_id=run.id,
        sequence=run.turn.question.sequence,
        channel=conversation.channel,
        origin="tool",
        text=f"{run.tool} {run.arguments}: {run.result}"[:LONGEST],
        said_at=run.finished_at or run.created_at,
    )
