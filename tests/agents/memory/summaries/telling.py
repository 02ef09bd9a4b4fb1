"""Conversations for tests of summaries, and what became of the rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from agents.memory.summaries.refreshing import refresh_summaries
from agents.models import AccountSummary, MessageRole, Summary
from agents.services import start_conversation
from ingestion.models import ContactRelation
from tenants.actors import visitor_actor
from tenants.context import tenant_scope
from tests.agents.memory.test_ledger import NOON, tell
from tests.cast import Company, Visitor, make_visitor

ASKED, ANSWERED = "How long does delivery take?", "Standard delivery takes 3 days [1]."


@dataclass(frozen=True)
class Rows:
    """How often each summary was made, by level and key; accounts' by their key."""

    times: dict[tuple[str, object], int]

    def made_since(self, earlier: "Rows") -> set[tuple[str, object]]:
        return {each for each, times in self.times.items() if earlier.times.get(each) != times}


def rows(tenant_id: UUID) -> Rows:
    with tenant_scope(tenant_id):
        found = Summary.objects.values_list("level", "key", "times_made")
        accounts = AccountSummary.objects.values_list("key", "times_made")
        return Rows(
            {(level, key): times for level, key, times in found} | {("account", key): times for key, times in accounts}
        )


def talk(
    tenant_id: UUID, visitor: Visitor, *said: str, answer: str = ANSWERED, minute: int = 0, refresh: bool = True
) -> list[UUID]:
    """Each message with its answer, then in short; gives the messages' ids."""
    ids = []
    for number, text in enumerate(said):
        ids.append(tell(tenant_id, visitor, text, minute + 2 * number))
        tell(tenant_id, visitor, answer, minute + 2 * number + 1, role=MessageRole.AGENT)
    if refresh:
        again(tenant_id, visitor)
    return ids


def again(tenant_id: UUID, visitor: Visitor, *, is_whole: bool = False) -> int:
    return refresh_summaries(
        tenant_id=tenant_id,
        contact_id=visitor.contact_id,
        conversations=[visitor.conversation_id],
        is_whole=is_whole,
    )


def another_conversation(company: Company, visitor: Visitor) -> Visitor:
    conversation_id = start_conversation(
        tenant_id=company.tenant_id,
        agent_id=company.agent_id,
        contact_id=visitor.contact_id,
        actor=visitor_actor(visitor.contact_id),
    )
    return Visitor(visitor.contact_id, conversation_id)


def belong(tenant_id: UUID, visitors: Sequence[Visitor], key: str = "globex") -> None:
    """As a `group` call says it."""
    with tenant_scope(tenant_id):
        for each in visitors:
            ContactRelation.objects.create(
                contact_id=each.contact_id,
                kind="belongs_to",
                target_kind="company",
                target_key=key,
                name="Globex",
                valid_from=NOON,
                last_at=NOON,
            )


def visitors(company: Company, count: int) -> list[Visitor]:
    return [make_visitor(company) for _ in range(count)]


def texts(tenant_id: UUID, level: str) -> dict[UUID, str]:
    with tenant_scope(tenant_id):
        return dict(Summary.objects.filter(level=level).values_list("key", "text"))
