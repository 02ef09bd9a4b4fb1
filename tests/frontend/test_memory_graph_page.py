"""The contact's page: the graph of memory, now and on a day, and in which answers facts and turns were used."""

from django.test import Client

from rapport.ids import Prefix, encode
from tests.agents.conftest import Ask
from tests.agents.conftest import ask as ask
from tests.agents.conftest import post as post
from tests.agents.memory.test_ledger import tell
from tests.agents.scripted import scripted_parts
from tests.cast import Cast, Visitor


def test_it_shows_the_graph_as_of_a_day_and_where_facts_were_used(
    cast: Cast, visitor: Visitor, alice_client: Client, ask: Ask
) -> None:
    path = f"/contacts/{encode(Prefix.CONTACT, visitor.contact_id)}/"
    tell(cast.acme.tenant_id, visitor, "I work for Nordwind. Nordwind is based in Bergen.")
    page = alice_client.get(path).content.decode()
    assert all(words in page for words in ("Who and what it is about", "mesh__box--company", "works for"))
    assert "Used in" not in page
    assert "mesh__box" not in alice_client.get(f"{path}?as_of=2026-10-01").content.decode()
    ask("Where is the company that I work for?", scripted_parts())
    page = alice_client.get(path).content.decode()
    assert "Used in 1 answer" in page
    conversation = f"/conversations/{encode(Prefix.CONVERSATION, visitor.conversation_id)}/"
    assert conversation in page
    assert "Used in 1 answer" in alice_client.get(conversation).content.decode()
