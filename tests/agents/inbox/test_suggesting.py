"""What the agent would answer: seen by the colleague who answers, and by nobody else; it does nothing."""

from collections.abc import Callable
from uuid import UUID

import pytest

from agents.errors import NothingToSuggest, TurnNotFound, WrongConversationState
from agents.inbox.suggesting import Suggestion, latest_suggestion, suggest_answer
from agents.models import Trace
from agents.runtime.ending import find_ending
from agents.runtime.turn import answer_turn
from agents.selectors import get_turn, list_turns
from tenants.actors import user_actor
from tenants.context import tenant_scope
from tests.agents.inbox.conftest import Desk
from tests.agents.scripted import WORDS, ScriptedModel, scripted_parts

Posted = Callable[[str], UUID | None]
pytestmark = pytest.mark.django_db


def suggest(desk: Desk) -> UUID:
    return suggest_answer(**desk.what, actor=user_actor(desk.cast.alice.id))


def answered(desk: Desk) -> Suggestion:
    """Asked for and worked off."""
    answer_turn(tenant_id=desk.tenant_id, turn_id=suggest(desk), parts=scripted_parts())
    found = latest_suggestion(**desk.what)
    assert found
    return found


def test_it_is_the_agents_answer_and_says_nothing(desk: Desk, post_held: Posted) -> None:
    desk.take_over()
    post_held("How long does delivery take?")
    before = desk.said()
    found = answered(desk)
    assert found.text.startswith(WORDS)
    assert [each.quote for each in found.citations] == [WORDS]
    assert (found.state, found.outcome, found.is_current) == ("done", "suggested", True)
    assert (desk.said(), desk.state) == (before, "human")
    assert list_turns(**desk.what) == []
    with tenant_scope(desk.tenant_id):
        assert Trace.objects.get(turn_id=found.turn_id).outcome == "suggested"
    assert suggest(desk) == found.turn_id  # the same message, the same suggestion


def test_only_colleagues_find_it(desk: Desk, post_held: Posted) -> None:
    desk.take_over()
    post_held("How long does delivery take?")
    turn_id = answered(desk).turn_id
    ending = find_ending(tenant_id=desk.tenant_id, turn_id=turn_id)
    assert ending
    assert (ending[0], str(ending[1]).count(WORDS)) == ("done", 2)  # the text, and the quote
    assert get_turn(tenant_id=desk.tenant_id, turn_id=turn_id).outcome == "suggested"
    with pytest.raises(TurnNotFound):
        get_turn(tenant_id=desk.tenant_id, turn_id=turn_id, contact_id=desk.visitor.contact_id)
    with pytest.raises(TurnNotFound):
        get_turn(tenant_id=desk.cast.other.tenant_id, turn_id=turn_id)


def test_the_next_message_wants_another(desk: Desk, post_held: Posted) -> None:
    desk.take_over()
    post_held("How long does delivery take?")
    first = answered(desk)
    post_held("And to Crete?")
    old = latest_suggestion(**desk.what)
    assert old
    assert not old.is_current
    assert answered(desk).turn_id != first.turn_id


def test_one_that_comes_too_late_is_kept_from_everybody(desk: Desk, post_held: Posted) -> None:
    desk.take_over()
    post_held("How long does delivery take?")
    turn_id = suggest(desk)
    desk.give_back()
    answer_turn(tenant_id=desk.tenant_id, turn_id=turn_id, parts=scripted_parts())
    found = latest_suggestion(**desk.what)
    assert found
    assert (found.outcome, found.text) == ("taken_over", "")


def test_where_nothing_can_be_suggested_it_is_said(desk: Desk, post_held: Posted) -> None:
    with pytest.raises(WrongConversationState):
        suggest(desk)
    desk.take_over()
    with pytest.raises(NothingToSuggest):
        suggest(desk)


def test_the_history_has_what_was_said_and_no_suggestion(desk: Desk, post_held: Posted) -> None:
    desk.take_over()
    post_held("How long does delivery take?")
    answered(desk)
    post_held("And to Crete?")
    parts = scripted_parts()
    answer_turn(tenant_id=desk.tenant_id, turn_id=suggest(desk), parts=parts)
    assert isinstance(parts.model, ScriptedModel)
    (request,) = parts.model.requests
    assert WORDS not in " ".join(each.text for each in request.history)
    assert request.tools == ()
