"""Telling stories to the product, as conversations would: a message, its episode, what follows from it; and asking."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from agents.memory.chain import key_of
from agents.memory.graph.asking import read_asked
from agents.memory.graph.model import CONTACT
from agents.memory.losing import lose_message
from agents.memory.recall import recall
from agents.memory.remember import remember_conversation
from agents.models import Conversation, Fact, FactSource, Message, MessageRole
from agents.selectors import get_memory_graph, list_facts_as_of
from agents.services import start_conversation
from agents.transcript import append_message
from ingestion.contacts.services import create_visitor
from tenants.actors import SYSTEM, visitor_actor
from tenants.context import tenant_scope
from tests.benchmarks.remembering.paths import ASKED_AT
from tests.benchmarks.remembering.stories import Line, Question, Story
from tests.cast import Company, make_company, make_user

BEGAN = datetime(2026, 3, 2, 9, tzinfo=UTC)
ECHO = {"en": "You told us: {}", "de": "Sie haben uns gesagt: {}"}


def company() -> Company:
    return make_company("Bench", make_user("bench@rapport.example"), "https://bench.example")


class Told:
    """What was told so far. Each story has contacts of its own."""

    def __init__(self, whose: Company) -> None:
        self.whose, self.stories, self.turns, self.facts, self.recalled = whose, 0, 0, 0, 0
        self.duplicates = 0
        self.took: list[float] = []
        self._known_at: list[datetime] = []

    def tell(self, story: Story) -> list[UUID]:
        """Returns the contacts."""
        self.stories += 1
        contacts = [
            create_visitor(tenant_id=self.whose.tenant_id) for _ in {0, *(max(0, each.who) for each in story.lines)}
        ]
        self._known_at = [timezone.now()]
        said = [(line, self._say(contacts[max(0, line.who)], line)) for line in story.lines]
        for line, (_, message_id) in said:
            if line.is_deleted:
                with tenant_scope(self.whose.tenant_id), transaction.atomic():
                    lose_message(message_id, SYSTEM)
        self._echo(story, contacts[0], said[-1][1][0])
        self._count(contacts)
        return contacts

    def _say(self, contact_id: UUID, line: Line) -> tuple[UUID, UUID]:
        """A conversation of its own, so that lines may come in in any order."""
        conversation_id = start_conversation(
            tenant_id=self.whose.tenant_id,
            agent_id=self.whose.agent_id,
            contact_id=contact_id,
            actor=visitor_actor(contact_id),
        )
        role = MessageRole.AGENT if line.who < 0 else MessageRole.CONTACT
        message_id = self._append(conversation_id, line.text, role, BEGAN + timedelta(minutes=line.minute))
        self._remember(contact_id, conversation_id)
        self._known_at.append(timezone.now())
        self.turns += line.who >= 0
        return conversation_id, message_id

    def _append(self, conversation_id: UUID, text: str, role: MessageRole, at: datetime, **more: object) -> UUID:
        with tenant_scope(self.whose.tenant_id), transaction.atomic():
            conversation = Conversation.objects.get(id=conversation_id)
            message = append_message(conversation, role=role, text=text, **more)
            Message.objects.filter(id=message.id).update(created_at=at)
        return message.id

    def _remember(self, contact_id: UUID, conversation_id: UUID) -> None:
        begun = time.perf_counter()
        remember_conversation(tenant_id=self.whose.tenant_id, contact_id=contact_id, conversation_id=conversation_id)
        self.took.append(time.perf_counter() - begun)

    def in_a_turn(self, texts: Sequence[str]) -> list[float]:
        """What a turn waits for before its model: all that is known, the last words included. In seconds."""
        contact_id, found = create_visitor(tenant_id=self.whose.tenant_id), []
        conversation_id = start_conversation(
            tenant_id=self.whose.tenant_id,
            agent_id=self.whose.agent_id,
            contact_id=contact_id,
            actor=visitor_actor(contact_id),
        )
        for text in texts:
            self._append(conversation_id, text, MessageRole.CONTACT, timezone.now())
            begun = time.perf_counter()
            recall(
                tenant_id=self.whose.tenant_id,
                contact_id=contact_id,
                conversation_id=conversation_id,
                question=text,
            )
            found.append(time.perf_counter() - begun)
            self._remember(contact_id, conversation_id)
        return found

    def _echo(self, story: Story, contact_id: UUID, conversation_id: UUID) -> None:
        """The agent says what it remembers, and the contact repeats that: no new source may come of either."""
        with tenant_scope(self.whose.tenant_id):
            values = list(Fact.objects.filter(contact_id=contact_id, status="active").values_list("value", flat=True))
            before = FactSource.objects.count()
        text = ECHO[story.language].format(", ".join(values))
        memory = [{"marker": 1, "title": "", "quote": text, "document_id": None, "origin": "memory"}]
        later = BEGAN + timedelta(days=1)
        self._append(conversation_id, text, MessageRole.AGENT, later, citations=memory)
        self._append(conversation_id, f'"{text}"', MessageRole.CONTACT, later)
        self._remember(contact_id, conversation_id)
        with tenant_scope(self.whose.tenant_id):
            self.recalled += FactSource.objects.count() - before

    def values(self, contacts: Sequence[UUID], question: Question) -> list[str]:
        minute, after = question.minute, question.after
        facts = list_facts_as_of(
            tenant_id=self.whose.tenant_id,
            contact_id=contacts[question.who],
            valid_at=None if minute is None else BEGAN + timedelta(minutes=minute),
            recorded_at=None if after is None else self._known_at[after],
        )
        return [fact.value for fact in facts if fact.predicate == question.predicate]

    def reached(self, contact_id: UUID, question: str) -> list[str]:
        """What stands at the ends of the ways that the question goes over; none where it is not understood."""
        asked = read_asked(question, ASKED_AT)
        if asked is None:
            return []
        graph = get_memory_graph(tenant_id=self.whose.tenant_id, contact_id=contact_id)
        starts = graph.named(asked.starts_at) if asked.starts_at else [CONTACT]
        return [graph.nodes[path[-1].target].name for path in graph.follow(starts, asked.hops)]

    def _count(self, contacts: Sequence[UUID]) -> None:
        with tenant_scope(self.whose.tenant_id):
            rows = Fact.objects.filter(contact_id__in=contacts)
            self.facts += rows.exclude(status="proposed").count()
            keys = [(row.contact_id, row.predicate, key_of(row.value)) for row in rows.filter(status="active")]
            self.duplicates += len(keys) - len(set(keys))

    def junk(self) -> dict[str, float]:
        return {
            "duplicates": self.duplicates,
            "reextracted": self.recalled,
            "facts_per_100_turns": round(100 * self.facts / max(1, self.turns), 1),
        }
