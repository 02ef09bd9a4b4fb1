"""A closed conversation in a model's words: once, paid for, and only what the conversation bears."""

from uuid import UUID

import pytest

from agents.inbox import state
from agents.llm.gateway import Gateway
from agents.memory.summaries.checking import is_borne
from agents.memory.summaries.writing import summarise_again, write_summary
from agents.models import Trace
from agents.selectors.summaries import SummaryView, summary_of_contact, summary_of_conversation
from billing.own_prices import set_own_price
from billing.selectors import list_usage
from tenants.actors import SYSTEM, user_actor
from tenants.context import tenant_scope
from tests.agents.inbox.test_summary import configure
from tests.agents.llm.own_keys import add_key, allow
from tests.agents.memory.summaries.telling import again, talk
from tests.cast import Cast, Visitor
from tests.providers.running import Running

MODEL = "mock-told"
SAID = (
    "My name is Anna and I live in Bonn. I ordered two lamps last week and one of them came broken, with a crack along "
    "the whole of its shade. What should I do with the broken lamp, and who pays for the postage when I send it back?"
)
ANSWER = "Send it back within 30 days, we pay the postage."
EVIDENCE = f"Customer: {SAID}\nAssistant: {ANSWER}"


@pytest.fixture
def server(running: Running, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Running:
    running.providers.forget()
    allow(monkeypatch, running)
    add_key(cast.acme, running, "sk-acme", MODEL)
    for meter in ("input_tokens", "output_tokens"):
        set_own_price(
            tenant_id=cast.acme.tenant_id, model=MODEL, meter=meter, micros_per_million=2_000_000, actor=SYSTEM
        )
    configure(cast, models={"summarise": [MODEL]})
    return running


def write(cast: Cast, visitor: Visitor) -> bool:
    gateway = Gateway(sleep=lambda _: None)
    return write_summary(tenant_id=cast.acme.tenant_id, conversation_id=visitor.conversation_id, gateway=gateway)


def closed(cast: Cast, visitor: Visitor, said: str = SAID) -> UUID:
    tenant_id = cast.acme.tenant_id
    talk(tenant_id, visitor, said, answer=ANSWER)
    actor = user_actor(cast.alice.id)
    state.close(tenant_id=tenant_id, conversation_id=visitor.conversation_id, actor=actor)
    summarise_again(tenant_id=tenant_id, conversation_id=visitor.conversation_id)
    return tenant_id


def summary(tenant_id: UUID, visitor: Visitor) -> SummaryView:
    found = summary_of_conversation(tenant_id=tenant_id, conversation_id=visitor.conversation_id)
    assert found
    return found


def test_it_is_written_once_paid_for_and_stands_until_something_changes(
    server: Running, cast: Cast, visitor: Visitor
) -> None:
    tenant_id = closed(cast, visitor)
    text = "Anna received a broken lamp. She can send it back within 30 days and the company pays the postage."
    server.providers.texts[MODEL] = (text,)
    assert write(cast, visitor)
    assert not write(cast, visitor)
    found = summary(tenant_id, visitor)
    assert (found.text, found.is_written) == (text, True)
    of_contact = summary_of_contact(tenant_id=tenant_id, contact_id=visitor.contact_id)
    assert of_contact
    assert "Anna received a broken lamp." in of_contact.text
    with tenant_scope(tenant_id):
        assert Trace.objects.filter(outcome="summary").count() == 1
    assert [row.step for row in list_usage(tenant_id=tenant_id, limit=100)].count("summarise") > 0
    assert again(tenant_id, visitor) == 0
    talk(tenant_id, visitor, "Do you ship to islands?", minute=60)
    assert not summary(tenant_id, visitor).is_written


@pytest.mark.parametrize(
    "text",
    [
        "Anna received a broken lamp and can send it back within 14 days.",
        "Berta received a broken lamp.",
        "Anna received three broken lamps.",
        "Anna moved to Hamburg and asks who pays the postage.",
        "She should write to help@lamps.example.",
        "Anna asked on 3 May 2026 who pays.",
    ],
)
def test_what_names_what_was_not_said_is_not_kept(server: Running, cast: Cast, visitor: Visitor, text: str) -> None:
    tenant_id = closed(cast, visitor)
    before = summary(tenant_id, visitor)
    server.providers.texts[MODEL] = (text,)
    assert not write(cast, visitor)
    assert summary(tenant_id, visitor) == before
    assert not before.is_written


def test_what_is_short_anyway_costs_nothing(server: Running, cast: Cast, visitor: Visitor) -> None:
    closed(cast, visitor, "How long does delivery take?")
    assert not write(cast, visitor)
    assert server.providers.asked == []


def test_the_check_knows_german() -> None:
    said = "Customer: Ich wohne in Bonn und meine Lampe ist kaputt.\nAssistant: Schicken Sie sie in 30 Tagen zurück."
    assert is_borne("Die Kundin aus Bonn meldet eine kaputte Lampe. Sie kann sie in 30 Tagen zurückschicken.", said)
    assert not is_borne("Die Kundin aus Köln meldet eine kaputte Lampe.", said)
    assert not is_borne("Die Kundin aus Bonn hat vier Lampen.", said)
    assert not is_borne("", said)
