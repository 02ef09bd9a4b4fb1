"""From the message to the answer through outbox, log, inbox and drain; and what people see when all attempts fail."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from agents.llm.errors import ModelRefusedRequest, ModelUnavailable
from agents.llm.port import ChatEvent, ChatRequest, TextDelta
from agents.runtime import parts as runtime_parts
from agents.selectors import get_trace_of_turn, get_turn, list_facts, list_messages
from billing.selectors import usage_total
from rapport.events.inbox import replay_events
from rapport.events.inline import deliver_now
from rapport.events.models import InboxEvent, KeyLease
from tests.agents.conftest import Post, read_frames
from tests.agents.scripted import WORDS, Script, ScriptedModel, quote_first, scripted_parts
from tests.cast import Cast, Visitor

Use = Callable[[Script], ScriptedModel]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Use:
    """Let turns work with a scripted model instead of what the settings name."""

    def used(script: Script) -> ScriptedModel:
        model = ScriptedModel(script)
        parts = replace(scripted_parts(), model=model)
        monkeypatch.setattr(runtime_parts, "get_parts", lambda: parts)
        return model

    return used


def _unavailable(request: ChatRequest) -> Iterator[ChatEvent]:
    yield TextDelta("Del")
    raise ModelUnavailable("The model cannot be reached.")


def _refusing(request: ChatRequest) -> Iterator[ChatEvent]:
    yield TextDelta("Del")
    raise ModelRefusedRequest("The model does not accept this call.")


def _let_time_pass() -> None:
    """Retries that wait are due now."""
    past = timezone.now() - timedelta(seconds=1)
    InboxEvent.objects.exclude(next_attempt_at=None).update(next_attempt_at=past)
    KeyLease.objects.exclude(ready_at=None).update(ready_at=past)


def test_a_message_becomes_an_answer_a_memory_and_a_cost(cast: Cast, visitor: Visitor, post: Post, use: Use) -> None:
    use(quote_first)
    turn_id = post(visitor, "My name is Anna. How long does delivery take?")
    deliver_now()
    tenant_id = cast.acme.tenant_id
    messages = list_messages(tenant_id=tenant_id, conversation_id=visitor.conversation_id)
    assert [message.text for message in messages][1] == f"{WORDS} [1]"
    trace = get_trace_of_turn(tenant_id=tenant_id, turn_id=turn_id)
    assert usage_total(tenant_id=tenant_id, turn_id=turn_id).cost_micros == trace.cost_micros > 0
    facts = list_facts(tenant_id=tenant_id, contact_id=visitor.contact_id)
    assert [(fact.predicate, fact.value) for fact in facts] == [("name", "Anna")]


def test_the_messages_of_a_conversation_are_answered_in_their_order(
    cast: Cast, visitor: Visitor, post: Post, use: Use
) -> None:
    model = use(quote_first)
    for number in range(3):
        post(visitor, f"Question {number}?")
    deliver_now()
    assert [request.question for request in model.requests] == [f"Question {number}?" for number in range(3)]
    assert len(model.requests[2].history) == 4


def test_when_every_attempt_fails_the_stream_ends_with_a_clear_sentence(
    cast: Cast, visitor: Visitor, post: Post, use: Use
) -> None:
    use(_unavailable)
    turn_id = post(visitor, "How long?")
    for _ in range(4):
        deliver_now()
        _let_time_pass()
    turn = get_turn(tenant_id=cast.acme.tenant_id, turn_id=turn_id)
    assert (turn.state, turn.error_code, turn.answer_id) == ("failed", "model_unavailable", None)
    frames = read_frames(cast.acme, turn_id)
    assert [frame.event for frame in frames].count("restart") == 2
    assert frames[-1].event == "error"
    assert frames[-1].data["code"] == "model_unavailable"
    assert "ask again" in frames[-1].data["message"]
    assert turn.trace_id is not None


def test_a_failed_turn_that_is_replayed_is_answered_after_all(
    cast: Cast, visitor: Visitor, post: Post, use: Use
) -> None:
    use(_refusing)
    turn_id = post(visitor, "How long?")
    deliver_now()
    use(quote_first)
    dead = list(InboxEvent.objects.filter(state="dead").values_list("id", flat=True))
    assert replay_events(ids=dead, tenant_id=cast.acme.tenant_id) == 1
    deliver_now()
    turn = get_turn(tenant_id=cast.acme.tenant_id, turn_id=turn_id)
    assert (turn.state, turn.error_code) == ("done", "")
    messages = list_messages(tenant_id=cast.acme.tenant_id, conversation_id=visitor.conversation_id)
    assert [message.role for message in messages] == ["contact", "agent"]
    assert read_frames(cast.acme, turn_id)[-1].event == "error"


def test_what_cannot_get_better_is_not_tried_again_and_the_next_question_is_answered(
    cast: Cast, visitor: Visitor, post: Post, use: Use
) -> None:
    use(_refusing)
    failed = post(visitor, "How long?")
    deliver_now()
    assert read_frames(cast.acme, failed)[-1].data["code"] == "model_refused_request"
    use(quote_first)
    answered = post(visitor, "And now?")
    deliver_now()
    assert read_frames(cast.acme, answered)[-1].event == "done"
