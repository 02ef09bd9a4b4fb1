"""The inbox in the dashboard: taking a conversation over, writing, notes that stay inside, and who may only read."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from agents.inbox import state
from agents.inbox.canned import fill_in
from agents.inbox.suggesting import latest_suggestion
from agents.models import Conversation
from agents.runtime.turn import answer_turn
from agents.selectors import list_messages
from agents.services import post_message
from frontend.pages import inbox
from rapport.ids import Prefix, encode
from tenants.actors import user_actor, visitor_actor
from tenants.context import tenant_scope
from tests.agents.scripted import WORDS, scripted_parts
from tests.cast import Cast, Visitor

PAGE = {"X-CSRFToken": "a" * 32, "Origin": "http://testserver"}


def _act(client: Client, visitor: Visitor, action: str, **form: str) -> None:
    client.cookies["csrftoken"] = "a" * 32
    address = f"/inbox/{encode(Prefix.CONVERSATION, visitor.conversation_id)}/{action}/"
    answer = client.post(address, form, headers=PAGE)
    assert answer.status_code == 302, answer.content


def _said(cast: Cast, visitor: Visitor) -> list[tuple[str, str]]:
    rows = list_messages(tenant_id=cast.acme.tenant_id, conversation_id=visitor.conversation_id)
    return [(each.role, each.text) for each in rows]


def test_who_waits_is_taken_over_and_answered(cast: Cast, visitor: Visitor, alice_client: Client) -> None:
    state.hand_off(
        tenant_id=cast.acme.tenant_id,
        conversation_id=visitor.conversation_id,
        reason="asked",
        actor=user_actor(cast.alice.id),
    )
    page = alice_client.get("/inbox/").content.decode()
    assert "1 waiting" in page
    assert "asked for a person" in page
    _act(alice_client, visitor, "take")
    address = f"/inbox/{encode(Prefix.CONVERSATION, visitor.conversation_id)}/"
    assert "data-reply" in alice_client.get(address).content.decode()
    _act(alice_client, visitor, "reply", text="Hello, this is Alice.", key="one")
    _act(alice_client, visitor, "reply", text="Hello, this is Alice.", key="one")  # sent twice, said once
    assert _said(cast, visitor)[-1] == ("human", "Hello, this is Alice.")
    assert len(_said(cast, visitor)) == 3
    _act(alice_client, visitor, "give")
    assert "data-reply" not in alice_client.get(address).content.decode()


def test_a_note_is_for_colleagues(cast: Cast, visitor: Visitor, alice_client: Client) -> None:
    _act(alice_client, visitor, "note", text="Careful: a journalist.")
    address = f"/inbox/{encode(Prefix.CONVERSATION, visitor.conversation_id)}/"
    assert "Careful: a journalist." in alice_client.get(address).content.decode()
    assert "Careful: a journalist." not in alice_client.get(f"{address}said/").content.decode()
    assert _said(cast, visitor) == []


def test_an_analyst_reads_and_changes_nothing(cast: Cast, visitor: Visitor, bob_client: Client) -> None:
    address = f"/inbox/{encode(Prefix.CONVERSATION, visitor.conversation_id)}/"
    assert "Take over" not in bob_client.get(address).content.decode()
    bob_client.cookies["csrftoken"] = "a" * 32
    assert bob_client.post(f"{address}take/", headers=PAGE).status_code == 403


def test_a_canned_reply_is_kept_and_put_in_with_its_values(cast: Cast, visitor: Visitor, alice_client: Client) -> None:
    alice_client.cookies["csrftoken"] = "a" * 32
    form = {"name": "Hello", "text": "Hello {{contact.name}}, I am {{me.name}}."}
    assert alice_client.post("/inbox/replies/", form, headers=PAGE).status_code == 302
    refused = alice_client.post("/inbox/replies/", {"name": "Bad", "text": "{{secret.key}}"}, headers=PAGE)
    assert refused.status_code == 400
    assert "There is no variable secret.key" in refused.content.decode()
    _act(alice_client, visitor, "take")
    address = f"/inbox/{encode(Prefix.CONVERSATION, visitor.conversation_id)}/"
    assert "I am Alice." in alice_client.get(address).content.decode()


def test_what_is_not_known_is_left_out() -> None:
    assert fill_in("Hello {{contact.name}}, welcome.", {}) == "Hello, welcome."


def test_a_colleague_is_shown_what_the_agent_would_answer(
    cast: Cast, visitor: Visitor, alice_client: Client, bob_client: Client, charlie_client: Client
) -> None:
    _act(alice_client, visitor, "take")
    tenant_id, conversation_id = cast.acme.tenant_id, visitor.conversation_id
    post_message(
        tenant_id=tenant_id,
        conversation_id=conversation_id,
        text="How long does delivery take?",
        idempotency_key="",
        actor=visitor_actor(visitor.contact_id),
    )
    address = f"/inbox/{encode(Prefix.CONVERSATION, conversation_id)}/"
    assert "focus from:#reply-text" in alice_client.get(address).content.decode()
    asked = alice_client.post(f"{address}suggestion/", headers=PAGE).content.decode()
    assert ("thinks about an answer" in asked, "every 1s" in asked) == (True, True)
    turn = latest_suggestion(tenant_id=tenant_id, conversation_id=conversation_id)
    assert turn
    answer_turn(tenant_id=tenant_id, turn_id=turn.turn_id, parts=scripted_parts())
    shown = alice_client.get(f"{address}suggestion/").content.decode()
    assert (WORDS in shown, "data-use" in shown, "every 1s" in shown) == (True, True, False)
    assert WORDS not in alice_client.get(f"{address}said/").content.decode()
    assert bob_client.get(f"{address}suggestion/").status_code == 403
    assert charlie_client.get(f"{address}suggestion/").status_code == 404


def test_who_waits_longest_is_listed_however_many_there_are(
    cast: Cast, visitor: Visitor, alice_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "LIST_SIZE", 3)
    monkeypatch.setattr(inbox, "MOST_LISTED", 8)
    now, tenant_id = timezone.now(), cast.acme.tenant_id
    with tenant_scope(tenant_id):
        common = {"agent_id": cast.acme.agent_id, "contact_id": visitor.contact_id, "message_count": 1}
        talks = Conversation.objects.bulk_create(
            Conversation(
                **common,
                state="waiting" if number in (7, 9) else "human",
                handed_off_at=now - timedelta(minutes=number),
                last_message_at=now - timedelta(minutes=number),
            )
            for number in range(10)
        )
    ids = [encode(Prefix.CONVERSATION, each.id) for each in talks]
    assert _listed(alice_client, "/inbox/") == [ids[9], ids[7], ids[0]]
    page = alice_client.get(f"/inbox/{ids[7]}/?show=open").content.decode()
    assert "?show=open&amp;rows=6" in page
    longer = f"/inbox/{ids[7]}/?show=open&rows=6"
    assert _listed(alice_client, longer) == [ids[9], ids[7], *ids[:4]]
    page = alice_client.get(longer).content.decode()
    assert f"/inbox/{ids[9]}/?show=open&amp;rows=6" in page, "who opens another one sees as many again"
    assert "?show=open&amp;rows=9" in page
    assert '<div class="inbox__list"><section id="inbox-list"' in page, "what scrolls is not what is put anew"
    whole = alice_client.get("/inbox/list/?show=open&rows=9999").content.decode()
    assert (whole.count("data-row"), "rows=11" in whole, 'href="/conversations/"' in whole) == (8, False, True)
    assert len(_listed(alice_client, "/inbox/?rows=x")) == 3


def _listed(client: Client, address: str) -> list[str]:
    return re.findall(r'id="row-(cnv_\w+)"', client.get(address).content.decode())
