"""The page of questions without an answer: a page of groups at a time, those asked most often first."""

import re

from django.test import Client

from agents.models import Conversation, Message, Turn
from frontend.pages.questions import PAGE
from tenants.context import tenant_scope
from tests.agents.memory.summaries.telling import visitors
from tests.cast import Cast

EVERY = PAGE + 2
TOLD = re.compile(r"What about \w+\?")
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def test_every_group_is_on_one_page_and_links_lead_to_all(cast: Cast, alice_client: Client) -> None:
    _ask_what_nobody_knows(cast)
    first = alice_client.get("/questions/").content.decode()
    assert "?days=30&after=20" in first
    assert "Asked more often" not in first
    second = alice_client.get("/questions/?days=30&after=20").content.decode()
    assert "?days=30&after=0" in second
    assert "Asked less often" not in second
    often, seldom = TOLD.findall(first), TOLD.findall(second)
    assert not set(often) & set(seldom)
    assert len({*often, *seldom}) == EVERY
    assert often[0] == "What about z?"


def test_what_is_no_number_is_the_first_page(cast: Cast, alice_client: Client, charlie_client: Client) -> None:
    _ask_what_nobody_knows(cast)
    for asked in ("x", "-1", "²", "999", "99999"):
        assert "What about z?" in alice_client.get(f"/questions/?after={asked}").content.decode()
    assert "What about" not in charlie_client.get("/questions/?after=0").content.decode()


def _ask_what_nobody_knows(cast: Cast) -> None:
    """Each question once, the last one twice."""
    (visitor,) = visitors(cast.acme, 1)
    names = [*LETTERS[: EVERY - 1], "z", "z"]
    with tenant_scope(cast.acme.tenant_id):
        conversation = Conversation.objects.get(id=visitor.conversation_id)
        for number, name in enumerate(names):
            question, answer = (
                Message.objects.create(conversation=conversation, sequence=at, role=role, text=text)
                for at, role, text in (
                    (2 * number + 1, "contact", f"What about {name}?"),
                    (2 * number + 2, "agent", "I do not know."),
                )
            )
            Turn.objects.create(
                conversation=conversation, question=question, answer=answer, state="done", outcome="unknown"
            )
