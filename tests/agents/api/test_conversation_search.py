"""Conversations are sought by the words of one message, by state, agent and time; a stranger's are never found."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from agents.models import Conversation
from agents.selectors import find_conversations, list_conversations
from agents.selectors.conversation_search import SaidThere, Sought, said_there
from rapport.ids import Prefix, encode, new_id
from tenants.context import tenant_scope
from tests.agents.api.conftest import Caller
from tests.agents.conftest import Post
from tests.cast import Cast, Visitor, make_visitor


@pytest.fixture
def talks(cast: Cast, post: Post) -> tuple[Visitor, Visitor]:
    """One asks of a kettle, then of 100 % wool; the other of a parcel."""
    first, second = make_visitor(cast.acme), make_visitor(cast.acme)
    post(first, "Is the green KETTLE back in stock?")
    post(first, "And is the blanket 100% wool, as you_say?")
    post(second, "Where is my green parcel?")
    return first, second


def found(tenant_id: UUID, **sought: object) -> set[UUID]:
    return {each.id for each in list_conversations(tenant_id=tenant_id, sought=Sought(**sought))}  # type: ignore[arg-type]


def test_one_message_says_all_of_the_words(cast: Cast, talks: tuple[Visitor, Visitor]) -> None:
    tenant_id, (first, second) = cast.acme.tenant_id, (each.conversation_id for each in talks)
    assert found(tenant_id, text="green") == {first, second}
    assert found(tenant_id, text=" kettle  GREEN ") == {first}
    assert found(tenant_id, text="kettle wool") == set()
    assert found(tenant_id, text="100%") == {first}
    assert found(tenant_id, text="10%0") == set()
    assert found(tenant_id, text="you_say") == {first}
    assert found(tenant_id, text="youXsay") == set()
    assert found(tenant_id, text="\x00") == {first, second}


def test_state_agent_and_time_narrow_it(cast: Cast, talks: tuple[Visitor, Visitor]) -> None:
    tenant_id, (first, second) = cast.acme.tenant_id, (each.conversation_id for each in talks)
    with tenant_scope(tenant_id):
        Conversation.objects.filter(id=first).update(state="closed", last_message_at=timezone.now() - timedelta(days=9))
    assert found(tenant_id, state="closed") == {first}
    assert found(tenant_id, text="green", state="agent") == {second}
    assert found(tenant_id, since=timezone.now() - timedelta(days=1)) == {second}
    assert found(tenant_id, agent_id=cast.acme.agent_id) == {first, second}
    assert found(tenant_id, agent_id=new_id()) == set()


def test_the_words_are_shown_where_they_are(cast: Cast, talks: tuple[Visitor, Visitor]) -> None:
    tenant_id, ids = cast.acme.tenant_id, [each.conversation_id for each in talks]
    there = said_there(tenant_id=tenant_id, conversations=ids, text="stock kettle")
    assert there == {ids[0]: SaidThere("Is the green ", "KETTLE", " back in stock?")}
    assert said_there(tenant_id=tenant_id, conversations=ids, text="") == {}


def test_a_stranger_finds_nothing(cast: Cast, talks: tuple[Visitor, Visitor]) -> None:
    stranger, ids = cast.other.tenant_id, [each.conversation_id for each in talks]
    assert found(stranger, text="green") == set()
    assert said_there(tenant_id=stranger, conversations=ids, text="green") == {}


def test_by_api(alice: Caller, charlie: Caller, talks: tuple[Visitor, Visitor]) -> None:
    path, first = "/v1/conversations?q=green+kettle", encode(Prefix.CONVERSATION, talks[0].conversation_id)
    assert [row["id"] for row in alice.get(path).json()["data"]] == [first]
    assert alice.get(f"{path}&state=closed").json()["data"] == []
    assert charlie.get(path).json()["data"] == []
    assert alice.get("/v1/conversations?state=gone").json()["error"]["param"] == "state"
    assert alice.get("/v1/conversations?since=yesterday").json()["error"]["param"] == "since"


def test_a_search_looks_at_so_many_and_says_where_it_stopped(cast: Cast, talks: tuple[Visitor, Visitor]) -> None:
    tenant_id, (first, second) = cast.acme.tenant_id, (each.conversation_id for each in talks)
    with tenant_scope(tenant_id):  # of one moment, so that ids tell them apart
        Conversation.objects.filter(id__in=(first, second)).update(last_message_at=timezone.now())
    older, newer = sorted((first, second))
    looked, before = [], None
    for _ in range(3):
        part = find_conversations(tenant_id=tenant_id, sought=Sought(text="green"), before=before, looked_at=1)
        looked.append(([each.id for each in part.rows], part.further))
        before = part.further
    assert looked == [([newer], newer), ([older], older), ([], None)]
    whole = find_conversations(tenant_id=tenant_id, sought=Sought(text="green"), looked_at=1, limit=1)
    assert (len(whole.rows), whole.further) == (1, None), "a full page goes on after its last one"
    assert find_conversations(tenant_id=tenant_id, sought=Sought(), limit=5, looked_at=1).further is None
    assert find_conversations(tenant_id=cast.other.tenant_id, sought=Sought(text="green"), before=newer).rows == []
