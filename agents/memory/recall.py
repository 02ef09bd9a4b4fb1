"""Recalling what is known of a contact, in time for the turn. Nothing is ever extracted from what it gives."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from agents.llm.port import Passage
from agents.memory.predicates import PREDICATES, asked_predicates
from agents.memory.remember import remember_conversation
from agents.models import Fact
from tenants.context import tenant_scope

TITLE = "What you told us"


@dataclass(frozen=True, slots=True)
class RememberedFact:
    id: UUID
    predicate: str
    value: str


@dataclass(frozen=True, slots=True)
class Recalled:
    """All open facts of the contact, newest first, and which kinds the question asks for."""

    facts: tuple[RememberedFact, ...] = ()
    asked: frozenset[str] = frozenset()

    @property
    def is_asked(self) -> bool:
        """The question is about what the contact said of itself."""
        return bool(self.asked)

    @property
    def is_answered(self) -> bool:
        """Memory holds what was asked for: documents have nothing to add."""
        return any(fact.predicate in self.asked for fact in self.facts)

    def value_of(self, predicate: str) -> str:
        """The newest value, or ""."""
        return next((fact.value for fact in self.facts if fact.predicate == predicate), "")

    def passages(self) -> Iterator[Passage]:
        """What was asked for, one passage per kind of fact, as sentences that can be quoted."""
        wanted = sorted((fact for fact in self.facts if fact.predicate in self.asked), key=lambda fact: fact.predicate)
        for name, group in groupby(wanted, key=lambda fact: fact.predicate):
            facts = list(group)
            predicate = PREDICATES[name]
            pattern = predicate.sentence if len(facts) == 1 else predicate.sentences
            text = pattern.format(_joined([fact.value for fact in facts]))
            yield Passage(id=facts[0].id, title=TITLE, heading_path=(predicate.label,), text=text)


def recall(*, tenant_id: UUID, contact_id: UUID, conversation_id: UUID, question: str) -> Recalled:
    """What is known now, this conversation's last words included: they are remembered first if they were not yet."""
    remember_conversation(tenant_id=tenant_id, contact_id=contact_id, conversation_id=conversation_id)
    with tenant_scope(tenant_id):
        rows = Fact.objects.filter(contact_id=contact_id, superseded_at=None).order_by("-valid_from", "-id")
        facts = tuple(RememberedFact(row.id, row.predicate, row.value) for row in rows)
    return Recalled(facts, asked_predicates(question))


def _joined(values: list[str]) -> str:
    return f"{', '.join(values[:-1])} and {values[-1]}" if len(values) > 1 else values[0]
