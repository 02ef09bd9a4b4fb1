"""The ledger in the database: what goes with its source, what comes back, and what was known when."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction

from agents.memory import extraction, reading
from agents.memory.extraction import Extracted
from agents.memory.losing import lose_message
from agents.memory.reconciling import Origin, learn
from agents.memory.remember import remember_conversation
from agents.models import Conversation, Episode, Extraction, Fact, FactSource, Message, MessageRole
from agents.selectors import list_facts, list_facts_as_of
from agents.transcript import append_message
from rapport.ids import new_id
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tenants.models import AuditEntry
from tests.cast import Cast, Visitor

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def at(minute: int) -> datetime:
    return NOON + timedelta(minutes=minute)


@pytest.fixture
def tenant_id(cast: Cast) -> UUID:
    return cast.acme.tenant_id


def tell(
    tenant_id: UUID, visitor: Visitor, text: str, minute: int = 0, role: MessageRole = MessageRole.CONTACT
) -> UUID:
    """A message of that minute, remembered at once; returns its id."""
    with tenant_scope(tenant_id), transaction.atomic():
        message = append_message(Conversation.objects.get(id=visitor.conversation_id), role=role, text=text)
        Message.objects.filter(id=message.id).update(created_at=at(minute))
    remember(tenant_id, visitor)
    return message.id


def remember(tenant_id: UUID, visitor: Visitor) -> None:
    remember_conversation(tenant_id=tenant_id, contact_id=visitor.contact_id, conversation_id=visitor.conversation_id)


def course(tenant_id: UUID, visitor: Visitor) -> list[tuple[str, str, int | None]]:
    facts = list_facts(tenant_id=tenant_id, contact_id=visitor.contact_id)
    facts = sorted(facts, key=lambda each: each.valid_from or NOON)
    return [
        (each.value, each.status, None if each.valid_to is None else (each.valid_to - NOON) // timedelta(minutes=1))
        for each in facts
    ]


def test_when_a_source_goes_what_it_ended_is_open_again(tenant_id: UUID, visitor: Visitor) -> None:
    tell(tenant_id, visitor, "I live in Bonn.")
    berlin = tell(tenant_id, visitor, "I moved to Berlin.", 10)
    [bonn] = [each for each in list_facts(tenant_id=tenant_id, contact_id=visitor.contact_id) if each.value == "Bonn"]
    assert course(tenant_id, visitor) == [("Bonn", "superseded", 10), ("Berlin", "active", None)]
    with tenant_scope(tenant_id), transaction.atomic():
        lose_message(berlin, SYSTEM)
    [left] = list_facts(tenant_id=tenant_id, contact_id=visitor.contact_id)
    assert (left.id, left.value, left.status, left.valid_to, left.superseded_by) == (
        bonn.id,
        "Bonn",
        "active",
        None,
        None,
    )
    with tenant_scope(tenant_id):
        assert AuditEntry.objects.filter(action="memory.fact.restored").count() == 1


def test_two_stretches_of_one_value_become_one_when_what_stood_between_goes(tenant_id: UUID, visitor: Visitor) -> None:
    tell(tenant_id, visitor, "I live in Bonn.")
    berlin = tell(tenant_id, visitor, "I live in Berlin.", 10)
    tell(tenant_id, visitor, "I live in Bonn.", 20)
    assert len(course(tenant_id, visitor)) == 3
    with tenant_scope(tenant_id), transaction.atomic():
        lose_message(berlin, SYSTEM)
    [fact] = list_facts(tenant_id=tenant_id, contact_id=visitor.contact_id)
    assert (fact.value, fact.valid_from, len(fact.sources)) == ("Bonn", at(0), 2)


def test_a_fact_with_another_source_stays(tenant_id: UUID, visitor: Visitor) -> None:
    first = tell(tenant_id, visitor, "I live in Bonn.")
    tell(tenant_id, visitor, "I live in Bonn.", 10)
    with tenant_scope(tenant_id), transaction.atomic():
        lose_message(first, SYSTEM)
    [fact] = list_facts(tenant_id=tenant_id, contact_id=visitor.contact_id)
    assert (fact.value, fact.valid_from) == ("Bonn", at(10))


def test_what_held_and_what_we_knew_are_two_questions(tenant_id: UUID, visitor: Visitor) -> None:
    tell(tenant_id, visitor, "I live in Bonn.")
    tell(tenant_id, visitor, "I live in Köln.", 20)
    with tenant_scope(tenant_id):
        recorded = dict(FactSource.objects.values_list("value", "created_at"))
    tell(tenant_id, visitor, "I live in Berlin.", 10)  # told late

    def place(valid: int, known: datetime | None = None) -> list[str]:
        facts = list_facts_as_of(
            tenant_id=tenant_id, contact_id=visitor.contact_id, valid_at=at(valid), recorded_at=known
        )
        return [each.value for each in facts]

    assert [place(minute) for minute in (-1, 5, 15, 25)] == [[], ["Bonn"], ["Berlin"], ["Köln"]]
    assert [place(minute, recorded["Köln"]) for minute in (5, 15, 25)] == [["Bonn"], ["Bonn"], ["Köln"]]
    assert place(25, recorded["Bonn"]) == ["Bonn"]
    assert place(25, at(-10_000)) == []


def test_a_version_of_an_extractor_reads_an_episode_once(tenant_id: UUID, visitor: Visitor) -> None:
    tell(tenant_id, visitor, "I live in Bonn. My order number is A-4711.")
    before = course(tenant_id, visitor)
    call_command("reread_memory", stdout=None)
    with tenant_scope(tenant_id):
        [episode] = Episode.objects.all()
        with transaction.atomic():
            assert reading.read_episode(episode, SYSTEM) == []
        assert FactSource.objects.count() == 2
        assert Extraction.objects.count() == 1
    assert course(tenant_id, visitor) == before


def test_a_newer_version_takes_over_what_it_finds_and_drops_what_it_does_not(
    tenant_id: UUID, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(tenant_id, visitor, "I live in Bonn. My order number is A-4711.")
    [order] = [
        each for each in list_facts(tenant_id=tenant_id, contact_id=visitor.contact_id) if each.predicate == "order"
    ]
    newer = extraction.VERSION + 1
    monkeypatch.setattr(reading, "VERSION", newer)
    monkeypatch.setattr(
        reading,
        "extract",
        lambda text, said_at: [each for each in extraction.extract(text) if each.predicate == "order"],
    )
    assert reading.read_again(tenant_id=tenant_id, limit=10, actor=SYSTEM) == 1
    assert reading.read_again(tenant_id=tenant_id, limit=10, actor=SYSTEM) == 0
    [fact] = list_facts(tenant_id=tenant_id, contact_id=visitor.contact_id)
    assert (fact.id, fact.extractor, fact.extractor_version) == (order.id, "rules", newer)


def test_what_the_agent_says_from_memory_is_an_episode_that_nothing_reads(tenant_id: UUID, visitor: Visitor) -> None:
    tell(tenant_id, visitor, "My order number is A-4711.")
    with tenant_scope(tenant_id), transaction.atomic():
        append_message(
            Conversation.objects.get(id=visitor.conversation_id),
            role=MessageRole.AGENT,
            text="Your order number is A-4711.",
            citations=[{"marker": 1, "title": "x", "quote": "x", "document_id": None, "origin": "memory"}],
        )
    remember(tenant_id, visitor)
    with tenant_scope(tenant_id):
        assert list(Episode.objects.order_by("id").values_list("origin", flat=True)) == ["contact", "recalled"]
        assert FactSource.objects.count() == 1


def test_a_proposal_is_not_known(tenant_id: UUID, visitor: Visitor) -> None:
    origin = Origin(at(0), "tests", message_id=new_id())
    with tenant_scope(tenant_id), transaction.atomic():
        news = learn(visitor.contact_id, origin, [Extracted("place", "Ulm", 0, 3, 0.5, is_proposal=True)], SYSTEM)
    assert news == []
    [fact] = list_facts(tenant_id=tenant_id, contact_id=visitor.contact_id)
    assert (fact.status, fact.is_current) == ("proposed", False)
    assert list_facts(tenant_id=tenant_id, contact_id=visitor.contact_id, with_superseded=False) == []
    assert list_facts_as_of(tenant_id=tenant_id, contact_id=visitor.contact_id) == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no exclusion constraints")
def test_the_database_keeps_values_of_one_predicate_apart_in_time(tenant_id: UUID, visitor: Visitor) -> None:
    def fact(value: str, begin: int, end: int) -> Fact:
        return Fact(
            contact_id=visitor.contact_id,
            predicate="place",
            value=value,
            is_single_valued=True,
            confidence=1,
            status="superseded",
            superseded_at=at(60),
            valid_from=at(begin),
            valid_to=at(end),
        )

    with tenant_scope(tenant_id), transaction.atomic():
        Fact.objects.bulk_create([fact("Bonn", 0, 10), fact("Berlin", 10, 20)])
    with pytest.raises(IntegrityError, match="fact_intervals_apart"):
        _write_at_once(tenant_id, fact("Ulm", 15, 25))


def _write_at_once(tenant_id: UUID, fact: Fact) -> None:
    """What the database holds when a transaction ends, it says here."""
    with transaction.atomic(), tenant_scope(tenant_id):
        Fact.objects.bulk_create([fact])
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no roles")
def test_an_episode_is_never_changed(tenant_id: UUID, visitor: Visitor) -> None:
    tell(tenant_id, visitor, "I live in Bonn.")
    with pytest.raises(ProgrammingError, match="permission denied"), tenant_scope(tenant_id), transaction.atomic():
        Episode.objects.update(text="I live in Ulm.")


def test_strangers_see_nothing_of_any_time(cast: Cast, tenant_id: UUID, visitor: Visitor) -> None:
    tell(tenant_id, visitor, "I live in Bonn.")
    for moment in (None, at(10**6)):
        assert list_facts_as_of(tenant_id=cast.other.tenant_id, contact_id=visitor.contact_id, recorded_at=moment) == []
