"""Remembering a conversation: each message becomes an episode once, and what contacts say of themselves becomes facts.

Nothing is extracted from what the agent said. A newer value supersedes, nothing is deleted.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from agents.memory.extraction import EXTRACTOR, Extracted, extract
from agents.memory.predicates import PREDICATES
from agents.models import Conversation, Episode, Fact, FactSource, Message, MessageRole
from ingestion.contacts.services import IDENTITY_FIELDS, describe_contact
from tenants.context import tenant_scope

_ORIGINS = {MessageRole.CONTACT: "contact", MessageRole.AGENT: "agent", MessageRole.SYSTEM: "system"}


def remember_conversation(*, tenant_id: UUID, contact_id: UUID, conversation_id: UUID) -> int:
    """Take in the messages that came since the last time; returns how many. Called again it changes nothing."""
    with tenant_scope(tenant_id), transaction.atomic():
        conversation = (
            Conversation.objects.select_for_update().filter(id=conversation_id, contact_id=contact_id).first()
        )
        if conversation is None:
            return 0
        known = Episode.objects.filter(conversation_id=conversation_id).aggregate(last=Max("sequence"))["last"] or 0
        messages = Message.objects.filter(conversation_id=conversation_id, sequence__gt=known).order_by("sequence")
        for message in messages:
            _keep_episode(conversation, message)
            if message.role == MessageRole.CONTACT:
                for each in extract(message.text):
                    _reconcile(tenant_id, contact_id, message, each)
        return len(messages)


def _keep_episode(conversation: Conversation, message: Message) -> None:
    Episode.objects.create(
        contact_id=conversation.contact_id,
        conversation_id=conversation.id,
        message_id=message.id,
        sequence=message.sequence,
        channel=conversation.channel,
        origin=_ORIGINS[MessageRole(message.role)],
        text=message.text,
        said_at=message.created_at,
    )


def _reconcile(tenant_id: UUID, contact_id: UUID, message: Message, said: Extracted) -> None:
    """Code decides: same value, another source; another value where one may stand, the newer one wins."""
    predicate = PREDICATES[said.predicate]
    open_facts = Fact.objects.filter(contact_id=contact_id, predicate=said.predicate, superseded_at=None)
    if said.is_retracted:
        _close(open_facts.filter(value=said.value) if said.value else open_facts, message.created_at)
        return
    same = open_facts.filter(value=said.value).first()
    if same is not None:
        _add_source(same, message, said)
        return
    rivals = open_facts if predicate.is_single_valued else open_facts.none()
    if said.is_correction and not predicate.is_single_valued:
        rivals = open_facts.filter(
            id__in=list(open_facts.order_by("-valid_from", "-id").values_list("id", flat=True)[:1])
        )
    newer = rivals.filter(valid_from__gt=message.created_at).order_by("valid_from").first()
    fact = _write(contact_id, message, said, rivals, newer)
    _add_source(fact, message, said)
    if newer is None and said.predicate in IDENTITY_FIELDS:
        describe_contact(tenant_id=tenant_id, contact_id=contact_id, field=said.predicate, value=said.value)


def _write(contact_id: UUID, message: Message, said: Extracted, rivals: "QuerySet[Fact]", newer: Fact | None) -> Fact:
    """A fact that is told late is born superseded by the newer one."""
    replaced = [] if newer else list(rivals.values_list("id", flat=True))
    if replaced:
        _close(rivals, message.created_at)
    fact = Fact.objects.create(
        contact_id=contact_id,
        predicate=said.predicate,
        value=said.value,
        is_single_valued=PREDICATES[said.predicate].is_single_valued,
        confidence=said.confidence,
        extractor=EXTRACTOR,
        valid_from=message.created_at,
        valid_to=newer.valid_from if newer else None,
        superseded_at=timezone.now() if newer else None,
        superseded_by=newer,
    )
    Fact.objects.filter(id__in=replaced).update(superseded_by=fact)
    return fact


def _close(facts: "QuerySet[Fact]", when: datetime) -> None:
    facts.update(superseded_at=timezone.now(), valid_to=when)


def _add_source(fact: Fact, message: Message, said: Extracted) -> None:
    FactSource.objects.get_or_create(
        fact=fact,
        message_id=message.id,
        char_start=said.start,
        defaults={"conversation_id": message.conversation_id, "char_end": said.end},
    )
