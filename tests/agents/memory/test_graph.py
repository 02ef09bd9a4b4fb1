"""The graph of memory: ways over somebody or something else, as of a time, and that it goes with what said it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction

from agents.memory.graph.asking import asks_of_contact, read_asked
from agents.memory.graph.model import CONTACT, Graph
from agents.memory.losing import lose_message
from agents.selectors import get_memory_graph
from ingestion.contacts.merging import merge_contacts
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tests.agents.memory.test_ledger import NOON, tell
from tests.agents.memory.test_traits import contact_of
from tests.cast import Cast, Visitor, make_visitor
from tests.ingestion.incoming.sending import message
from tests.ingestion.incoming.sending import tell as send

DAY = 24 * 60
NOW = NOON + timedelta(days=400)


@pytest.fixture
def tenant_id(cast: Cast) -> UUID:
    return cast.acme.tenant_id


def ends(graph: Graph, question: str, now: datetime = NOW) -> list[str]:
    asked = read_asked(question, now)
    assert asked, question
    starts: Sequence[str] = [CONTACT]
    if asked.starts_at:
        starts = [asked.starts_at] if asked.starts_at in graph.nodes else graph.named(asked.starts_at)
    return [graph.nodes[path[-1].target].name for path in graph.follow(starts, asked.hops)]


def _graph(tenant_id: UUID, visitor: Visitor) -> Graph:
    return get_memory_graph(tenant_id=tenant_id, contact_id=visitor.contact_id)


def test_a_way_over_others_is_the_evidence_of_its_end(tenant_id: UUID, visitor: Visitor) -> None:
    tell(tenant_id, visitor, "Hi! I work for ACME since May. It is nice there.")
    tell(tenant_id, visitor, "ACME is based in Bergen.", 10)
    graph = _graph(tenant_id, visitor)
    asked = read_asked("Where is the company that I work for?", NOW)
    assert asked
    [path] = graph.follow([CONTACT], asked.hops)
    assert [each.evidence[0].text for each in path] == ["I work for ACME since May.", "ACME is based in Bergen."]
    assert path[0].valid_from == datetime(2026, 5, 1, tzinfo=UTC)
    assert all(each.fact_id for each in path)


def test_a_link_goes_with_what_said_it(tenant_id: UUID, visitor: Visitor) -> None:
    tell(tenant_id, visitor, "I work for ACME.")
    message_id = tell(tenant_id, visitor, "ACME is based in Bergen.", 10)
    assert ends(_graph(tenant_id, visitor), "Wo sitzt meine Firma?") == ["Bergen"]
    with tenant_scope(tenant_id), transaction.atomic():
        lose_message(message_id, SYSTEM)
    graph = _graph(tenant_id, visitor)
    assert ends(graph, "Wo sitzt meine Firma?") == []
    assert "place:bergen" not in graph.nodes


def test_each_part_of_the_way_is_asked_of_its_own_time(tenant_id: UUID, visitor: Visitor) -> None:
    tell(tenant_id, visitor, "I work for ACME.")  # in November 2026
    tell(tenant_id, visitor, "I joined Bolt. ACME is based in Bergen. Bolt is based in Oslo.", 200 * DAY)
    graph = _graph(tenant_id, visitor)
    assert ends(graph, "Where is the company that I work for?") == ["Oslo"]
    assert ends(graph, "In which city is the company that I worked for in December 2026?") == ["Bergen"]
    assert ends(graph, "In welcher Stadt saß die Firma, für die ich im Dezember 2026 gearbeitet habe?") == []
    assert ends(graph, "Für wen habe ich im Dezember 2026 gearbeitet?") == ["ACME"]


def test_my_company_is_the_one_that_it_was_when_it_was_said(tenant_id: UUID, visitor: Visitor) -> None:
    tell(tenant_id, visitor, "Our company is based in Bergen.")
    assert ends(_graph(tenant_id, visitor), "Where is my company?") == ["Bergen"], "without its name, too"
    tell(tenant_id, visitor, "I work for ACME.", 10)
    tell(tenant_id, visitor, "I started working for Bolt. Our company is based in Oslo.", 200 * DAY)
    graph = _graph(tenant_id, visitor)
    assert ends(graph, "Where is my company?") == ["Oslo"]
    assert ends(graph, "Where is the company I worked for in December 2026?") == ["Bergen"]
    assert ends(graph, "Where is ACME?") == ["Bergen"]
    assert graph.nodes["company:acme"].name == "ACME"


def test_two_sisters_are_told_apart(tenant_id: UUID, visitor: Visitor) -> None:
    tell(tenant_id, visitor, "My sister Anna lives in Oslo. My sister Berta lives in Bonn.")
    tell(tenant_id, visitor, "Berta lives in Bern now. My sister works for Bolt.", 10)
    graph = _graph(tenant_id, visitor)
    assert set(ends(graph, "Where does my sister live?")) == {"Oslo", "Bern"}
    assert ends(graph, "Where does Anna live?") == ["Oslo"]
    [works] = [each for each in graph.relations if each.target == "company:bolt"]
    assert works.source == "role:sister", "which one is not said"


def test_contacts_who_are_one_have_one_graph(cast: Cast, tenant_id: UUID, visitor: Visitor) -> None:
    other = make_visitor(cast.acme)
    tell(tenant_id, visitor, "I work for ACME.")
    tell(tenant_id, other, "I now work for Bolt. Bolt is based in Oslo.", 10)
    assert ends(_graph(tenant_id, visitor), "Where is my company?") == []
    merge_contacts(tenant_id=tenant_id, contact_id=other.contact_id, into_id=visitor.contact_id, actor=SYSTEM)
    assert ends(_graph(tenant_id, visitor), "Where is my company?") == ["Oslo"]


def _belong(tenant_id: UUID, external_id: str, plan: str, minutes: int = 0) -> None:
    traits = {"name": "Fjell AS", "plan": plan, "address": {"city": "Bergen"}, "employees": 12}
    send(tenant_id, message("group", userId=external_id, groupId="c1", traits=traits, minutes=minutes))


def test_what_systems_say_of_a_company_is_for_those_who_belong_to_it(tenant_id: UUID, visitor: Visitor) -> None:
    _belong(tenant_id, "u1", "Starter")
    _belong(tenant_id, "u2", "Business", 5)
    mine = get_memory_graph(tenant_id=tenant_id, contact_id=contact_of(tenant_id))
    assert ends(mine, "Which plan does my company have?") == ["Business"], "a colleague's event says so"
    assert ends(mine, "What is my company's industry?") == []
    assert [each.kind for each in mine.relations if each.source == CONTACT] == ["employer"]
    assert ends(mine, "In welcher Stadt sitzt meine Firma?") == ["Bergen"]
    [plan] = [each for each in mine.relations if each.kind == "plan" and each.valid_to is None]
    assert plan.evidence[0].text == "plan: Business"
    assert plan.evidence[0].event_id
    tell(tenant_id, visitor, "I work for Fjell AS.")
    assert ends(_graph(tenant_id, visitor), "Which plan does my company have?") == [], "who claims it learns nothing"


def test_what_is_in_an_order_is_known_from_events(cast: Cast, tenant_id: UUID) -> None:
    products = [{"product_id": "p1", "name": "Fjord lamp"}, {"sku": "p2"}]
    properties = {"order_id": "A-4711", "products": products}
    send(tenant_id, message("track", userId="u1", event="Order Completed", properties=properties))
    graph = get_memory_graph(tenant_id=tenant_id, contact_id=contact_of(tenant_id))
    assert sorted(ends(graph, "What was in my order A-4711?")) == ["Fjord lamp", "p2"]
    assert ends(graph, "Was ist in Bestellung A-4712?") == []
    theirs = get_memory_graph(tenant_id=cast.other.tenant_id, contact_id=contact_of(tenant_id))
    assert not theirs.relations


@pytest.mark.parametrize(
    "question",
    [
        "Where is my order?",
        "What is your return policy?",
        "Where was I in May?",
        "Where is the company that I used to work for?",
        "Where do I live?",
    ],
)
def test_other_questions_are_none_for_it(question: str) -> None:
    assert read_asked(question, NOW) is None


def test_what_begins_at_the_contact_is_nobody_elses_answer() -> None:
    assert asks_of_contact("Where is the company that I work for?")
    assert not asks_of_contact("Where is ACME?")
