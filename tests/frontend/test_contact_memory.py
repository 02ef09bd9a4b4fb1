"""The contact's page: what is remembered, over time and on a day; and what people do with it."""

import pytest
from django.test import Client

from agents.memory.editing import retract_fact
from agents.selectors import list_facts
from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM
from tests.agents.memory.summaries.telling import belong, talk, visitors
from tests.agents.memory.test_ledger import tell
from tests.cast import Cast, Visitor


@pytest.fixture
def path(cast: Cast, visitor: Visitor) -> str:
    tell(cast.acme.tenant_id, visitor, "I live in Bonn.")
    tell(cast.acme.tenant_id, visitor, "I moved to Berlin.", 10)
    tell(cast.acme.tenant_id, visitor, "Maybe my name is Anna.", 20)
    return f"/contacts/{encode(Prefix.CONTACT, visitor.contact_id)}/"


def post(client: Client, path: str, **form: str) -> int:
    """With the token, as the page sends it."""
    client.get(path.partition("memories/")[0])
    token = client.cookies["csrftoken"].value
    response = client.post(path, form, headers={"X-CSRFToken": token, "Origin": "http://testserver"})
    return response.status_code


def known(cast: Cast, visitor: Visitor) -> list[str]:
    facts = list_facts(tenant_id=cast.acme.tenant_id, contact_id=visitor.contact_id, with_superseded=False)
    return sorted(each.value for each in facts)


def act(cast: Cast, visitor: Visitor, client: Client, path: str, which: str, action: str, **form: str) -> int:
    facts = list_facts(tenant_id=cast.acme.tenant_id, contact_id=visitor.contact_id)
    [fact] = [each for each in facts if each.value == which]
    return post(client, f"{path}memories/{encode(Prefix.FACT, fact.id)}/{action}/", **form)


def test_it_shows_what_held_and_on_a_day(alice_client: Client, path: str) -> None:
    page = alice_client.get(path).content.decode()
    assert all(words in page for words in ("Over time", "Perhaps", "No longer true", "lanes__fill--current"))
    then = alice_client.get(f"{path}?as_of=2026-11-01").content.decode()
    assert "What held then" in then
    assert "Perhaps" not in then
    assert "Nothing is known of that day" in alice_client.get(f"{path}?as_of=2020-01-01").content.decode()
    assert alice_client.get(f"{path}?as_of=2026-99-99").status_code == 200


def test_people_do_what_they_can_with_facts(cast: Cast, visitor: Visitor, alice_client: Client, path: str) -> None:
    assert act(cast, visitor, alice_client, path, "Berlin", "edit", value="Bern") == 302
    assert known(cast, visitor) == ["Bern"]
    assert act(cast, visitor, alice_client, path, "Bern", "pin") == 302
    assert "pinned" in alice_client.get(path).content.decode()
    assert act(cast, visitor, alice_client, path, "Bern", "unpin") == 302
    assert act(cast, visitor, alice_client, path, "Bern", "retract") == 302
    assert known(cast, visitor) == ["Bonn"]
    assert act(cast, visitor, alice_client, path, "Bern", "restore") == 302
    assert act(cast, visitor, alice_client, path, "Anna", "edit", value="Anna") == 302
    assert post(alice_client, f"{path}memories/", predicate="email", value="a@b.example") == 302
    assert known(cast, visitor) == ["Anna", "Bern", "a@b.example"]


def test_what_cannot_be_done_is_said(cast: Cast, visitor: Visitor, alice_client: Client, path: str) -> None:
    assert act(cast, visitor, alice_client, path, "Bonn", "pin") == 302
    assert "can be pinned" in alice_client.get(path).content.decode()
    assert post(alice_client, f"{path}memories/", predicate="shoe", value="39") == 302
    assert known(cast, visitor) == ["Berlin"]


def test_who_only_reads_is_offered_nothing(cast: Cast, visitor: Visitor, bob_client: Client, path: str) -> None:
    assert "It is not true" not in bob_client.get(path).content.decode()
    assert act(cast, visitor, bob_client, path, "Berlin", "retract") == 403
    assert known(cast, visitor) == ["Berlin"]


def test_only_what_people_called_wrong_can_be_brought_back(
    cast: Cast, visitor: Visitor, alice_client: Client, path: str
) -> None:
    assert "true after all" not in alice_client.get(path).content.decode()
    [fact] = [
        each
        for each in list_facts(tenant_id=cast.acme.tenant_id, contact_id=visitor.contact_id)
        if each.value == "Berlin"
    ]
    retract_fact(tenant_id=cast.acme.tenant_id, fact_id=fact.id, actor=SYSTEM)
    assert "true after all" in alice_client.get(path).content.decode()


def test_the_page_says_in_short_what_was_said_and_what_colleagues_did(
    cast: Cast, visitor: Visitor, alice_client: Client
) -> None:
    tenant_id, [colleague] = cast.acme.tenant_id, visitors(cast.acme, 1)
    belong(tenant_id, [visitor, colleague])
    talk(tenant_id, visitor, "How long does delivery take?")
    talk(tenant_id, colleague, "Do you sell violins?")
    page = alice_client.get(f"/contacts/{encode(Prefix.CONTACT, visitor.contact_id)}/").content.decode()
    assert "1 conversation, on 2026-11-01 (chat)." in page
    assert "2 contacts wrote in 2 conversations" in page
    assert "Do you sell violins?" in page
    page = alice_client.get(f"/conversations/{encode(Prefix.CONVERSATION, visitor.conversation_id)}/").content.decode()
    assert "Made of 1 turn." in page
    page = alice_client.get("/inbox/?show=all").content.decode()
    assert page.count("How long does delivery take?") == 1
