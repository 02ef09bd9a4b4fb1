"""When what says a fact goes: a fact without a source goes with it, and what it had ended is open again.

Runs in the caller's scope and transaction.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

from agents.memory.changed import tell_changed
from agents.memory.ledger import rebuild, states_of
from agents.models import FactSource
from ingestion.contacts.errors import ContactNotFound
from ingestion.contacts.holding import hold_contact
from tenants.actors import Actor


def lose_conversations(conversations: Sequence[UUID], actor: Actor) -> None:
    lose_sources(FactSource.objects.filter(conversation_id__in=conversations), actor)


def lose_message(message_id: UUID, actor: Actor) -> None:
    lose_sources(FactSource.objects.filter(message_id=message_id), actor)


def lose_sources(sources: "QuerySet[FactSource]", actor: Actor) -> None:
    touched = sorted(set(sources.values_list("fact__contact_id", "fact__predicate")))
    ids = list(sources.values_list("id", flat=True))
    for contact_id in dict.fromkeys(contact_id for contact_id, _ in touched):
        _hold(contact_id)
    before = {each: states_of(*each) for each in touched}
    FactSource.objects.filter(id__in=ids).delete()
    for contact_id, predicate in touched:
        rebuild(contact_id, predicate, before[contact_id, predicate], actor)
    for contact_id in sorted({contact_id for contact_id, _ in touched}):
        tell_changed(contact_id)


def _hold(contact_id: UUID) -> None:
    try:
        hold_contact(contact_id)
    except ContactNotFound:
        return  # it is being erased: whatever is left of it goes
