"""What nobody goes on with is closed: only what the agent answers alone, and only as long as nobody writes."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from agents.inbox import quiet
from agents.inbox.quiet import close_quiet_conversations
from agents.inbox.state import close_if_quiet
from agents.models import Conversation, Turn, TurnState
from agents.topics import CONVERSATION_CLOSED, CONVERSATIONS
from rapport.events.models import OutboxEvent
from tenants.context import tenant_scope
from tenants.models import AuditEntry
from tests.agents.conftest import Ask
from tests.agents.inbox.conftest import Desk
from tests.agents.scripted import scripted_parts
from tests.cast import Cast

PostHeld = Callable[[str], UUID | None]


@pytest.fixture
def quiet_desk(desk: Desk, ask: Ask) -> Desk:
    """Its one conversation was answered, and then nothing was said for a day and a minute."""
    ask("How long does delivery take?", scripted_parts())
    with tenant_scope(desk.tenant_id):
        Conversation.objects.update(last_message_at=timezone.now() - timedelta(hours=24, minutes=1))
    return desk


def _state(desk: Desk) -> str:
    with tenant_scope(desk.tenant_id):
        return Conversation.objects.get().state


def test_after_a_day_it_is_closed_without_a_word(quiet_desk: Desk) -> None:
    before = quiet_desk.said()
    assert close_quiet_conversations(tenant_id=quiet_desk.tenant_id) == 1
    assert close_quiet_conversations(tenant_id=quiet_desk.tenant_id) == 0
    assert (_state(quiet_desk), quiet_desk.said()) == ("closed", before)
    with tenant_scope(quiet_desk.tenant_id):
        entry = AuditEntry.objects.get(action="conversation.closed")
        assert entry.details == {"reason": "quiet"}
    assert [each.payload["type"] for each in OutboxEvent.objects.filter(topic=CONVERSATIONS)] == [CONVERSATION_CLOSED]


def test_whoever_writes_again_is_answered(quiet_desk: Desk, ask: Ask) -> None:
    close_quiet_conversations(tenant_id=quiet_desk.tenant_id)
    ask("And to Austria?", scripted_parts())
    assert _state(quiet_desk) == "agent"
    assert close_quiet_conversations(tenant_id=quiet_desk.tenant_id) == 0


def test_what_a_person_has_stays_open(quiet_desk: Desk) -> None:
    quiet_desk.take_over()
    with tenant_scope(quiet_desk.tenant_id):
        Conversation.objects.update(last_message_at=timezone.now() - timedelta(days=9))
    assert close_quiet_conversations(tenant_id=quiet_desk.tenant_id) == 0


def test_what_is_being_answered_stays_open(quiet_desk: Desk) -> None:
    with tenant_scope(quiet_desk.tenant_id):
        Turn.objects.update(state=TurnState.RUNNING)
    assert close_quiet_conversations(tenant_id=quiet_desk.tenant_id) == 0


def test_a_message_that_comes_meanwhile_keeps_it_open(quiet_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    close = close_if_quiet

    def after_a_message(**what: object) -> bool:
        with tenant_scope(quiet_desk.tenant_id):
            Conversation.objects.update(last_message_at=timezone.now())
        return close(**what)  # type: ignore[arg-type]

    monkeypatch.setattr(quiet, "close_if_quiet", after_a_message)
    assert close_quiet_conversations(tenant_id=quiet_desk.tenant_id) == 0
    assert _state(quiet_desk) == "agent"


def test_another_company_closes_nothing_here(quiet_desk: Desk, cast: Cast) -> None:
    assert close_quiet_conversations(tenant_id=cast.other.tenant_id) == 0
    assert _state(quiet_desk) == "agent"
