"""The turn from message to answer: steps, frames, trace, usage, and what a second run does."""

import io
import logging
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest

from agents.errors import TurnNotFound
from agents.llm.errors import ModelUnavailable
from agents.llm.port import ChatEvent, ChatRequest, Citation, Finished, TextDelta, Usage
from agents.models import Turn
from agents.runtime.parts import Arm, Found, SearchPlan
from agents.runtime.phrases import say
from agents.runtime.turn import answer_turn
from agents.selectors import get_trace_of_turn, get_turn, list_messages, list_turns
from agents.services import AgentChanges, update_agent
from agents.topics import TURN_COMPLETED
from agents.tracing import names
from billing.events import bill_turn
from billing.selectors import list_usage, usage_total
from rapport import logs
from rapport.events.envelope import Event
from rapport.events.models import OutboxEvent
from rapport.streams.registry import get_stream_store
from tenants.actors import user_actor
from tenants.context import tenant_scope
from tests.agents.conftest import Ask, Post, read_frames
from tests.agents.scripted import WORDS, ScriptedModel, ScriptedSearch, quote_first, scripted_parts
from tests.cast import Cast, Visitor, make_visitor


@pytest.fixture
def tenant_id(cast: Cast) -> UUID:
    return cast.acme.tenant_id


def _completed(turn_id: UUID) -> Event:
    rows = OutboxEvent.objects.filter(payload__type=TURN_COMPLETED)
    [row] = [row for row in rows if row.payload["data"]["turn_id"] == str(turn_id)]
    return Event.from_json(row.payload)


def test_a_search_that_is_away_is_said_and_not_taken_for_not_knowing(
    ask: Ask, tenant_id: UUID, visitor: Visitor
) -> None:
    def away(*, tenant_id: UUID, query: str, plan: SearchPlan) -> Found:
        return Found(arms=tuple(Arm(name, 0.0, 0, "vector_store_unavailable") for name in ("dense", "words")))

    parts = replace(scripted_parts(say_unknown), search=away)
    asked = ask("How long does delivery take?", parts)
    assert asked.text == say("away")
    trace = get_trace_of_turn(tenant_id=tenant_id, turn_id=asked.turn_id)
    assert trace
    (span,) = [each for each in trace.spans if each.name == names.RETRIEVAL]
    assert span.attributes[names.FAILED_ARMS] == [
        "dense: vector_store_unavailable",
        "words: vector_store_unavailable",
    ]
    again = ask("How long does delivery take?", scripted_parts())
    assert again.text == f"{WORDS} [1]", "nothing was kept of it"


def say_unknown(request: ChatRequest) -> Iterator[ChatEvent]:
    yield TextDelta("I do not know.")
    yield Usage(input=1, output=1)
    yield Finished("unknown", None)


def test_an_answer_is_streamed_kept_and_cited(ask: Ask, tenant_id: UUID, visitor: Visitor) -> None:
    asked = ask("How long does delivery take?", scripted_parts())
    assert asked.text == f"{WORDS} [1]"
    assert [event for event in asked.events if event != "token"] == [
        *("status",) * 5,
        "citation",
        "status",
        "done",
    ]
    assert [frame.data["stage"] for frame in asked.frames if frame.event == "status"] == [
        "guard",
        "cache",
        "recall",
        "retrieval",
        "model",
        "grounding",
    ]
    question, answer = list_messages(tenant_id=tenant_id, conversation_id=visitor.conversation_id)
    assert (question.role, answer.role, answer.text) == ("contact", "agent", f"{WORDS} [1]")
    assert [citation.quote for citation in answer.citations] == [WORDS]
    assert asked.frames[-1].data["message"]["text"] == answer.text
    assert get_turn(tenant_id=tenant_id, turn_id=asked.turn_id).state == "done"


def test_the_first_token_goes_out_at_once_and_the_others_are_gathered(ask: Ask) -> None:
    tokens = [frame.data["text"] for frame in ask("How long?", scripted_parts()).frames if frame.event == "token"]
    assert tokens[0] == "Standard "
    assert len(tokens) < len(WORDS.split())


def test_the_trace_shows_every_step_and_its_sums_are_those_of_the_ledger(
    ask: Ask, tenant_id: UUID, visitor: Visitor
) -> None:
    asked = ask("How long does delivery take?", scripted_parts())
    trace = get_trace_of_turn(tenant_id=tenant_id, turn_id=asked.turn_id)
    assert [(span.name, span.depth) for span in trace.spans] == [
        (names.INVOKE_AGENT, 0),
        (names.GUARD, 1),
        (names.CACHE, 1),
        (names.SEARCH_MEMORY, 1),
        (names.RETRIEVAL, 1),
        (names.EMBEDDINGS, 2),
        (names.CHAT, 1),
        (names.GROUNDING, 1),
    ]
    for span in trace.spans:
        assert 0 <= span.start_us <= span.start_us + span.duration_us <= trace.duration_us
    bill_turn(_completed(asked.turn_id))
    ledger = usage_total(tenant_id=tenant_id, turn_id=asked.turn_id)
    assert ledger.cost_micros == trace.cost_micros == sum(span.cost_micros for span in trace.spans) > 0
    assert (ledger.input_tokens, ledger.output_tokens, ledger.embedding_tokens) == (150, 14, 9)
    assert trace.input_tokens == 159
    [turn] = list_turns(tenant_id=tenant_id, conversation_id=visitor.conversation_id)
    assert (turn.cost_micros, turn.trace_id) == (trace.cost_micros, trace.id)


def test_the_search_step_names_each_passage_with_its_arms(ask: Ask, tenant_id: UUID) -> None:
    asked = ask("How long?", scripted_parts(texts=(WORDS, "Express takes 1 day.")))
    trace = get_trace_of_turn(tenant_id=tenant_id, turn_id=asked.turn_id)
    [search] = [span for span in trace.spans if span.name == names.RETRIEVAL]
    documents = search.attributes[names.DOCUMENTS]
    assert isinstance(documents, list)
    assert [(each["dense_rank"], each["words_score"]) for each in documents if isinstance(each, dict)] == [
        (1, 7.5),
        (2, 7.5),
    ]
    assert search.attributes[names.ARMS_MS] == [{"arm": "dense", "ms": 1.5, "found": 2}]


def test_a_model_is_only_called_inside_its_span(ask: Ask) -> None:
    parts = scripted_parts()
    ask("How long?", parts)
    assert isinstance(parts.model, ScriptedModel)
    assert parts.model.spans == [names.CHAT]


def test_the_event_carries_ids_and_numbers_only(ask: Ask) -> None:
    asked = ask("Where is Zanzibar?", scripted_parts())
    body = str(_completed(asked.turn_id).to_json())
    assert "Zanzibar" not in body
    assert "delivery" not in body


def test_a_follow_up_is_searched_with_what_it_leans_on(ask: Ask) -> None:
    parts = scripted_parts()
    ask("How long does delivery take?", parts)
    ask("And to Austria?", parts)
    assert isinstance(parts.search, ScriptedSearch)
    assert parts.search.queries == ["How long does delivery take?", "How long does delivery take? And to Austria?"]
    assert isinstance(parts.model, ScriptedModel)
    history = parts.model.requests[1].history
    assert [(message.role, message.text) for message in history] == [
        ("user", "How long does delivery take?"),
        ("assistant", f"{WORDS} [1]"),
    ]


def test_a_finished_turn_that_runs_again_only_says_its_ending_again(
    ask: Ask, tenant_id: UUID, visitor: Visitor
) -> None:
    parts = scripted_parts()
    asked = ask("How long?", parts)
    answer_turn(tenant_id=tenant_id, turn_id=asked.turn_id, parts=parts)
    assert len(get_stream_store().read(tenant_id, asked.turn_id)) == len(asked.frames)
    assert len(list_messages(tenant_id=tenant_id, conversation_id=visitor.conversation_id)) == 2
    assert len(parts.model.requests) == 1  # type: ignore[attr-defined]


def test_a_worker_that_died_while_speaking_is_followed_by_a_restart(
    cast: Cast, tenant_id: UUID, visitor: Visitor, post: Post
) -> None:
    def dies(request: ChatRequest) -> Iterator[ChatEvent]:
        yield TextDelta("Half of an ans")
        raise KeyboardInterrupt  # as sudden as a kill: nothing of ours runs any more

    turn_id = post(visitor, "How long?")
    with pytest.raises(KeyboardInterrupt):
        answer_turn(tenant_id=tenant_id, turn_id=turn_id, parts=scripted_parts(dies))
    answer_turn(tenant_id=tenant_id, turn_id=turn_id, parts=scripted_parts())
    frames = read_frames(cast.acme, turn_id)
    events = [frame.event for frame in frames]
    assert events.count("restart") == 1
    shown = "".join(frame.data.get("text", "") for frame in frames[events.index("restart") :])
    assert shown == f"{WORDS} [1]"
    assert events[-1] == "done"
    assert len(list_messages(tenant_id=tenant_id, conversation_id=visitor.conversation_id)) == 2


def test_a_failed_attempt_leaves_its_trace_and_the_next_one_replaces_it(
    tenant_id: UUID, visitor: Visitor, post: Post
) -> None:
    def fails(request: ChatRequest) -> Iterator[ChatEvent]:
        yield TextDelta("Del")
        raise ModelUnavailable("The model cannot be reached.")

    turn_id = post(visitor, "How long?")
    with pytest.raises(ModelUnavailable):
        answer_turn(tenant_id=tenant_id, turn_id=turn_id, parts=scripted_parts(fails))
    trace = get_trace_of_turn(tenant_id=tenant_id, turn_id=turn_id)
    assert (trace.outcome, trace.spans[-1].status) == ("failed", "error")
    assert trace.spans[-1].attributes[names.ERROR_TYPE] == "model_unavailable"
    answer_turn(tenant_id=tenant_id, turn_id=turn_id, parts=scripted_parts())
    trace = get_trace_of_turn(tenant_id=tenant_id, turn_id=turn_id)
    assert (trace.outcome, trace.spans[0].attributes[names.ATTEMPT]) == ("answered", 2)


def test_an_answer_with_a_made_up_number_is_taken_back(ask: Ask, tenant_id: UUID) -> None:
    def invents(request: ChatRequest) -> Iterator[ChatEvent]:
        yield TextDelta("Delivery takes 17 days. [1]")
        yield Citation(1, request.passages[0].id, 0, 10)
        yield Usage(input=10, output=5)
        yield Finished("answered")

    asked = ask("How long?", scripted_parts(invents))
    message = asked.frames[-1].data["message"]
    assert "17" not in message["text"]
    assert message["citations"] == []
    assert asked.text == message["text"]
    turn = get_turn(tenant_id=tenant_id, turn_id=asked.turn_id)
    assert turn.outcome == "unknown"
    trace = get_trace_of_turn(tenant_id=tenant_id, turn_id=asked.turn_id)
    assert trace.spans[-1].attributes[names.UNSUPPORTED] == ["17"]


def test_a_citation_of_a_passage_that_was_not_given_is_left_out(ask: Ask) -> None:
    def confused(request: ChatRequest) -> Iterator[ChatEvent]:
        yield TextDelta("It takes 3 days. [1]")
        yield Citation(1, UUID(int=7), 0, 10)
        yield Usage()
        yield Finished("answered")

    asked = ask("How long?", scripted_parts(confused))
    assert asked.frames[-1].data["message"]["citations"] == []


def test_the_same_question_is_answered_from_the_cache_for_everybody_until_something_changes(
    cast: Cast, ask: Ask, tenant_id: UUID
) -> None:
    parts = scripted_parts()
    first = ask("How long does delivery take?", parts)
    again = ask("  how long does DELIVERY take", parts, make_visitor(cast.acme))
    assert len(parts.model.requests) == 1  # type: ignore[attr-defined]
    assert again.frames[-1].data["message"]["text"] == first.frames[-1].data["message"]["text"]
    assert again.frames[-1].data["message"]["citations"] == first.frames[-1].data["message"]["citations"]
    trace = get_trace_of_turn(tenant_id=tenant_id, turn_id=again.turn_id)
    assert trace.cost_micros == 0
    assert trace.spans[-1].attributes[names.CACHE_TURN_ID] == str(first.turn_id)
    update_agent(
        tenant_id=tenant_id,
        agent_id=cast.acme.agent_id,
        changes=AgentChanges(instructions="Be brief."),
        actor=user_actor(cast.alice.id),
    )
    ask("How long does delivery take?", parts, make_visitor(cast.acme))
    assert len(parts.model.requests) == 2  # type: ignore[attr-defined]


def test_what_memory_answers_is_said_without_a_model_and_never_kept(cast: Cast, ask: Ask, tenant_id: UUID) -> None:
    parts = scripted_parts()
    ask("My order number is A-4711.", parts)
    asked = ask("What is my order number?", parts)
    assert len(parts.model.requests) == 1  # type: ignore[attr-defined]  # the first message's
    message = asked.frames[-1].data["message"]
    assert message["text"] == "Your order number is A-4711. [1]"
    [citation] = message["citations"]
    assert (citation["origin"], citation["url"], citation["document_id"]) == ("memory", None, None)
    everything = ask("What do you know about me?", parts).frames[-1].data["message"]
    assert everything["text"] == "Your order number is A-4711. [1]"
    other = ask("What is my order number?", parts, make_visitor(cast.acme))
    assert "A-4711" not in str(other.frames[-1].data)


def test_what_is_told_without_a_question_is_thanked_for_when_documents_say_nothing_to_it(ask: Ask) -> None:
    asked = ask("My name is Anna.", scripted_parts(texts=()))
    assert asked.text == "Thank you, Anna. I have noted that. What can I do for you?"
    assert "restart" not in asked.events


def test_what_is_told_with_a_problem_is_answered_from_documents(ask: Ask) -> None:
    asked = ask("My order A-4711 has not come.", scripted_parts())
    assert asked.text == f"{WORDS} [1]"
    assert asked.events.count("citation") == 1


def test_a_known_name_is_told_to_the_model(ask: Ask) -> None:
    parts = scripted_parts()
    ask("My name is Anna.", parts)
    [about] = parts.model.requests[0].about  # type: ignore[attr-defined]
    assert "Anna" in about.text


def test_logs_of_a_turn_hold_none_of_its_words(ask: Ask) -> None:
    logs.configure("DEBUG")
    sink = io.StringIO()
    [handler] = [each for each in logging.getLogger().handlers if isinstance(each, logging.StreamHandler)][:1]
    previous = handler.setStream(sink)
    try:
        ask("Wherefore does the xylophone quiver?", scripted_parts(texts=("Because marimbas resonate.",)))
    finally:
        handler.setStream(previous) if previous else None
        logs.configure("INFO")
    written = sink.getvalue().lower()
    assert "turn_answered" in written
    for word in ("xylophone", "quiver", "wherefore", "marimbas", "resonate"):
        assert word not in written


def test_usage_is_told_once_for_a_turn_from_the_cache_too(cast: Cast, ask: Ask, tenant_id: UUID) -> None:
    parts = scripted_parts()
    ask("How long does delivery take?", parts)
    asked = ask("How long does delivery take?", parts, make_visitor(cast.acme))
    bill_turn(_completed(asked.turn_id))
    rows = list_usage(tenant_id=tenant_id)
    assert [(row.quantity, row.cost_micros) for row in rows if row.meter == "messages"] == [(1, 0)]
    assert all(row.cost_micros == 0 for row in rows)


def test_a_turn_of_another_company_is_not_found(cast: Cast, visitor: Visitor, post: Post) -> None:
    turn_id = post(visitor, "How long?")
    with pytest.raises(TurnNotFound):
        answer_turn(tenant_id=cast.other.tenant_id, turn_id=turn_id, parts=scripted_parts(quote_first))
    with tenant_scope(cast.acme.tenant_id):
        assert Turn.objects.get(id=turn_id).state == "queued"
