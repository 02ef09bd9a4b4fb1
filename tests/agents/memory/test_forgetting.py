"""A contact asks to be forgotten: one kind, or everything; nobody else's memory changes."""

from uuid import UUID

import pytest

from agents.memory.forgetting import SUBJECT, wish_to_forget
from agents.memory.remember import remember_conversation
from agents.selectors import list_facts
from agents.tools.requests import list_requests
from tests.agents.conftest import Ask
from tests.agents.memory.test_ledger import tell
from tests.agents.scripted import scripted_parts
from tests.cast import Cast, Visitor, make_visitor


@pytest.fixture
def tenant_id(cast: Cast) -> UUID:
    return cast.acme.tenant_id


def known(tenant_id: UUID, visitor: Visitor) -> dict[str, str]:
    """When the event behind the turn has remembered it."""
    whose, where = visitor.contact_id, visitor.conversation_id
    remember_conversation(tenant_id=tenant_id, contact_id=whose, conversation_id=where)
    facts = list_facts(tenant_id=tenant_id, contact_id=visitor.contact_id, with_superseded=False)
    return {each.predicate: each.value for each in facts}


@pytest.mark.parametrize(
    ("text", "predicate"),
    [
        ("Forget my phone number.", "phone"),
        ("Please delete my e-mail address", "email"),
        ("Vergiss bitte meine Telefonnummer!", "phone"),
        ("Vergessen Sie meinen Namen", "name"),
        ("Can you forget my order number?", "order"),
    ],
)
def test_one_kind_may_be_forgotten(text: str, predicate: str) -> None:
    wish = wish_to_forget(text)
    assert wish is not None
    assert (wish.predicates, wish.is_everything) == ((predicate,), False)


@pytest.mark.parametrize(
    "text",
    [
        "Forget everything you know about me.",
        "Please delete all my data",
        "Forget me",
        "Vergiss alles über mich",
        "Löschen Sie alle meine Daten bitte",
        "Vergessen Sie alles, was Sie über mich wissen!",
    ],
)
def test_everything_may_be_forgotten(text: str) -> None:
    wish = wish_to_forget(text)
    assert wish is not None
    assert wish.is_everything


@pytest.mark.parametrize(
    "text",
    [
        "I forgot my phone number.",
        "How do I delete my account?",
        "Don't forget my order number",
        "Forget my question about the boots, I found it.",
        "Remove the e-mail from the cart page",
        "Vergessen Sie nicht meine Bestellung",
        "",
    ],
)
def test_other_words_forget_nothing(text: str) -> None:
    assert wish_to_forget(text) is None


def test_what_a_contact_wants_forgotten_is_not_used_any_more(tenant_id: UUID, visitor: Visitor, ask: Ask) -> None:
    tell(tenant_id, visitor, "My name is Anna. My phone number is +49 171 2345678.")
    parts = scripted_parts()
    assert "not use that any more" in ask("Forget my phone number", parts).text
    assert known(tenant_id, visitor) == {"name": "Anna"}
    assert parts.model.requests == []  # type: ignore[attr-defined]
    assert list_requests(tenant_id=tenant_id, limit=5) == []
    ask("My phone number is +49 171 9999999.", scripted_parts())
    assert known(tenant_id, visitor)["phone"] == "+491719999999"


def test_to_forget_everything_is_a_ticket_for_people(cast: Cast, tenant_id: UUID, visitor: Visitor, ask: Ask) -> None:
    neighbour = make_visitor(cast.acme)
    tell(tenant_id, neighbour, "My name is Eva.")
    tell(tenant_id, visitor, "My name is Anna. My order number is A-4711. I prefer e-mail.")
    assert "dem Team" in ask("Bitte vergessen Sie alles über mich!", scripted_parts()).text
    assert known(tenant_id, visitor) == {}
    assert known(tenant_id, neighbour) == {"name": "Eva"}
    [request] = list_requests(tenant_id=tenant_id, limit=5)
    assert (request.subject, request.contact_id) == (SUBJECT, visitor.contact_id)
