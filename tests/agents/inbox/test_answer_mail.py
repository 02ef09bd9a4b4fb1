"""A contact who is gone when a person answers gets the answer by mail: once, where it wanted it, and only so often."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from agents.errors import InvalidReplyAddress, MailRefused, WrongConversationState
from agents.inbox.addresses import leave_address, remove_address
from agents.inbox.answer_mail import ask_for_mails, mail_answers, note_reading
from agents.inbox.replies import post_reply
from agents.models import Conversation
from agents.services import start_conversation
from agents.topics import CONVERSATION_ANSWERED
from rapport.errors import RateLimited
from rapport.events.models import OutboxEvent
from tenants.actors import user_actor, visitor_actor
from tenants.context import tenant_scope
from tests.agents.inbox.conftest import Desk

ANNA = "anna@customer.example"


def _leave(desk: Desk, address: str = ANNA) -> None:
    leave_address(**desk.what, address=address, actor=visitor_actor(desk.visitor.contact_id))


def _answer(desk: Desk, text: str) -> None:
    alice = desk.cast.alice.id
    post_reply(**desk.what, member_id=alice, text=text, actor=user_actor(alice))


def _time_passes(desk: Desk) -> int:
    """Two minutes, and the minute's task; how many mails were asked for."""
    before = OutboxEvent.objects.count()
    with tenant_scope(desk.tenant_id):
        Conversation.objects.exclude(mail_answer_at=None).update(mail_answer_at=timezone.now() - timedelta(seconds=1))
    ask_for_mails(tenant_id=desk.tenant_id)
    asked = [row.payload for row in OutboxEvent.objects.order_by("id")[before:]]
    for each in asked:
        assert each["type"] == CONVERSATION_ANSWERED
        mail_answers(**desk.what)
        mail_answers(**desk.what)  # told again
    return len(asked)


@pytest.fixture
def waiting(desk: Desk) -> Desk:
    desk.hand_off()
    _leave(desk)
    return desk


def test_answers_that_nobody_read_go_out_once_in_one_mail(waiting: Desk) -> None:
    assert waiting.said()[-1] == ("system", f"Thank you. The team will write to {ANNA}.")
    waiting.take_over()
    _answer(waiting, "Yes, we do.")
    ask_for_mails(tenant_id=waiting.tenant_id)
    assert waiting.row().mail_answer_at, "Not yet: it may still be read."
    _answer(waiting, "Until Friday.")
    assert (_time_passes(waiting), _time_passes(waiting)) == (1, 0)
    [sent] = mail.outbox
    assert sent.to == [ANNA]
    assert "Alice:\nYes, we do." in sent.body
    assert "Until Friday." in sent.body
    _answer(waiting, "And another thing.")
    _time_passes(waiting)
    assert "Yes, we do." not in mail.outbox[1].body
    assert "And another thing." in mail.outbox[1].body


def test_what_was_read_in_the_chat_is_not_mailed(waiting: Desk) -> None:
    waiting.take_over()
    _answer(waiting, "Yes, we do.")
    note_reading(**waiting.what, sequence=waiting.messages()[-1].sequence)
    assert _time_passes(waiting) == 0
    assert mail.outbox == []


def test_who_takes_the_address_back_gets_no_mail(waiting: Desk) -> None:
    waiting.take_over()
    _answer(waiting, "Yes, we do.")
    remove_address(**waiting.what, actor=visitor_actor(waiting.visitor.contact_id))
    assert _time_passes(waiting) == 0
    assert waiting.row().reply_to == ""


def test_one_click_ends_the_mails_to_an_address_for_the_whole_company(waiting: Desk) -> None:
    waiting.take_over()
    _answer(waiting, "Yes, we do.")
    _time_passes(waiting)
    link = re.search(r"/no-mail/\S+/", str(mail.outbox[0].body))
    assert link
    assert link[0] in mail.outbox[0].extra_headers["List-Unsubscribe"]
    reader = Client(enforce_csrf_checks=True)
    reader.get(link[0])
    assert not waiting.row().refuses_mail, "Programs that scan mails open every link."
    assert reader.post(link[0]).status_code == 200
    _answer(waiting, "One more thing.")
    assert _time_passes(waiting) == 0
    with pytest.raises(MailRefused):
        _leave(waiting, "other@customer.example")
    acme, contact_id = waiting.cast.acme, waiting.visitor.contact_id
    actor = visitor_actor(contact_id)
    other = start_conversation(tenant_id=acme.tenant_id, agent_id=acme.agent_id, contact_id=contact_id, actor=actor)
    with tenant_scope(acme.tenant_id):
        Conversation.objects.filter(id=other).update(state="waiting")
    with pytest.raises(MailRefused):
        leave_address(tenant_id=acme.tenant_id, conversation_id=other, address=ANNA.upper(), actor=actor)
    assert reader.post("/no-mail/forged/").status_code == 404


def test_addresses_are_checked_and_limited(desk: Desk, post_held: Callable[[str], object]) -> None:
    with pytest.raises(WrongConversationState):
        _leave(desk)
    desk.hand_off()
    for wrong in ("", "anna", "anna@customer.example\nBcc: all@customer.example", f"{'a' * 250}@customer.example"):
        with pytest.raises(InvalidReplyAddress):
            _leave(desk, wrong)
    for number in range(6):
        _leave(desk, f"guess{number}@customer.example")
    with pytest.raises(RateLimited):
        _leave(desk, "guess6@customer.example")
    assert desk.row().reply_to == "guess5@customer.example"


def test_one_address_gets_ten_mails_a_day_whoever_names_it(waiting: Desk) -> None:
    waiting.take_over()
    for number in range(11):
        _answer(waiting, f"Answer {number}.")
        _time_passes(waiting)
    assert len(mail.outbox) == 10
