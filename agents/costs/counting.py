"""The dearest conversations and contacts, counted from the ledger's rows. A company that has many of them reads what
the clock has counted (`agents.costs.keeping`).

Conversations that are gone have no page to look at: they are left out, and count for nobody.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import nsmallest
from uuid import UUID

from agents.models import Conversation
from billing.selectors import costs_of_conversations, usage_of_conversations
from billing.sums import UsageSum
from tenants.context import tenant_scope

MOST = 8
_QUIET = timedelta(days=7)  # what is used for a conversation is used soon after its last message


@dataclass(frozen=True, slots=True)
class Dear:
    """A conversation or a contact, and what it used."""

    id: UUID
    usage: UsageSum


@dataclass(frozen=True, slots=True)
class Dearest:
    """The dearest first. `counted_at`: when that was, None for just now."""

    conversations: tuple[Dear, ...]
    contacts: tuple[Dear, ...]
    counted_at: datetime | None = None


def count_dearest(*, tenant_id: UUID, since: Sequence[datetime], most: int = MOST) -> list[Dearest]:
    """What was used since each of these moments, in one pass."""
    costs = costs_of_conversations(tenant_id=tenant_id, since=since)
    with tenant_scope(tenant_id):
        talks = Conversation.objects.filter(last_message_at__gte=min(since) - _QUIET)
        contact_of = {each: contact for each, contact in talks.values_list("id", "contact_id") if each in costs}
    return [
        _dearest(tenant_id, moment, {each: costs[each][at] for each in contact_of}, contact_of, most)
        for at, moment in enumerate(since)
    ]


def _dearest(
    tenant_id: UUID, since: datetime, costs: Mapping[UUID, int], contact_of: Mapping[UUID, UUID], most: int
) -> Dearest:
    of_contacts: dict[UUID, int] = defaultdict(int)
    for each, micros in costs.items():
        of_contacts[contact_of[each]] += micros
    conversations, contacts = _most(costs, most), _most(of_contacts, most)
    talks: dict[UUID, list[UUID]] = {each: [] for each in contacts}
    for each, contact in contact_of.items():
        if contact in talks:
            talks[contact].append(each)
    wanted = {*conversations, *(each for talk in talks.values() for each in talk)}
    sums = usage_of_conversations(tenant_id=tenant_id, conversation_ids=wanted, since=since)
    return Dearest(
        tuple(Dear(each, sums[each]) for each in conversations),
        tuple(Dear(each, sum((sums[talk] for talk in talks[each] if talk in sums), UsageSum())) for each in contacts),
    )


def _most(costs: Mapping[UUID, int], most: int) -> list[UUID]:
    """What cost something, the dearest first; of equal ones the first by id."""
    spent = ((-micros, each) for each, micros in costs.items() if micros > 0)
    return [each for _, each in nsmallest(most, spent)]
