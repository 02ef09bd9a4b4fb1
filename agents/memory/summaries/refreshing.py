"""Bringing the summaries of a contact, and what stands above them, to what they are made of. Nobody waits for it.

Asked for again it writes nothing; while a contact is being erased it writes nothing either. Serial for each contact:
who works holds the conversations and then the contact, as every writer does.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction

from agents.memory.changed import tell_changed
from agents.memory.summaries.accounts import refresh_accounts
from agents.memory.summaries.contacts import refresh_contact
from agents.memory.summaries.conversations import fact_inputs, refresh_conversation
from agents.memory.summaries.keeping import facts_digest
from agents.models import Conversation, FactSource, Stance, Summary, SummaryLevel
from ingestion.contacts.errors import ContactNotFound
from ingestion.contacts.holding import hold_contact
from ingestion.contacts.merging import family_of
from tenants.context import tenant_scope

_ATTEMPTS = 3


def refresh_summaries(
    *, tenant_id: UUID, contact_id: UUID, conversations: Iterable[UUID] = (), is_whole: bool = False
) -> int:
    """`conversations`: of the contact, in which something was said or changed; others are looked at as far as facts
    that they say have changed. `is_whole`: their turns are looked at again from the first. Returns how many summaries
    were made."""
    given = set(conversations)
    with tenant_scope(tenant_id):
        for _ in range(_ATTEMPTS):
            family = family_of(tenant_id=tenant_id, contact_id=contact_id)
            if not given and not Summary.objects.filter(contact_id__in=family).exists():
                return 0
            made = _refresh(tenant_id, family, given, is_whole=is_whole)
            if made is not None:
                return made
    return 0


@transaction.atomic
def _refresh(tenant_id: UUID, family: Sequence[UUID], given: set[UUID], *, is_whole: bool) -> int | None:
    """None when the contact became another one meanwhile."""
    due = given | _with_other_facts(family)
    rows = Conversation.objects.select_for_update().filter(id__in=due, contact_id__in=family)
    held = list(rows.order_by("id"))
    try:
        hold_contact(family[0])
    except ContactNotFound:  # it is gone, or being erased
        return 0
    if family_of(tenant_id=tenant_id, contact_id=family[0]) != family:
        return None
    made = sum(refresh_conversation(each, is_whole=is_whole and each.id in given) for each in held)
    return made + refresh_contact(family) + refresh_accounts(family)


def _with_other_facts(family: Sequence[UUID]) -> set[UUID]:
    """Conversations whose summaries were made of other facts than they say now."""
    kept = Summary.objects.filter(contact_id__in=family, level=SummaryLevel.CONVERSATION)
    then = dict(kept.values_list("key", "facts_digest"))
    rows = FactSource.objects.filter(fact__contact_id__in=family, stance=Stance.SUPPORTS, conversation_id__in=then)
    by_conversation: dict[UUID, list[FactSource]] = {}
    for source in rows.select_related("fact"):
        if source.conversation_id:
            by_conversation.setdefault(source.conversation_id, []).append(source)
    now = {each: facts_digest(fact_inputs(sources)) for each, sources in by_conversation.items()}
    return {each for each, digest in then.items() if now.get(each, "") != digest}


def forget_conversation_summaries(conversations: Iterable[UUID]) -> None:
    """In the open scope and transaction: they go with their conversations; what was made of them is made anew."""
    rows = Summary.objects.filter(conversation_id__in=list(conversations))
    contacts = set(rows.values_list("contact_id", flat=True))
    rows.delete()
    for contact_id in sorted(contacts):
        tell_changed(contact_id)
