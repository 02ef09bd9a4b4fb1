"""The loop: a model calls, the worker does it once, and the answer goes on from there."""

import json
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.utils import timezone

from agents.llm.port import ChatEvent, ChatRequest
from agents.models import ServiceRequest, ToolApproval, ToolOverflow, ToolRun, Turn
from agents.runtime.turn import answer_turn
from agents.selectors import get_conversation, get_trace_of_turn, list_messages, list_turns
from agents.services import AgentChanges, update_agent
from agents.tools import builtin
from agents.tools.approvals import decide_approval, expire_approvals, list_approvals
from agents.tools.builtin.shape import BuiltIn, an_object
from agents.tools.limit import ToolCallLimit
from agents.tools.port import Done, Failed, Json, Outcome, Policy, ToolContext
from agents.tracing import names
from billing.quotas import set_usage_limit
from billing.services import record_count
from rapport.ids import new_id
from rapport.streams.registry import get_stream_store
from tenants.actors import SYSTEM, user_actor
from tenants.context import tenant_scope
from tenants.models import AuditEntry
from tests.agents.conftest import Ask, Post
from tests.agents.scripted import ScriptedModel, scripted_parts
from tests.agents.tools.calling import ANSWER, allow_tools, calls
from tests.cast import Cast, Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant_id(cast: Cast) -> UUID:
    return cast.acme.tenant_id


class Lever(BuiltIn):
    """Counts how often it is pulled; `mood`: what the next pull does."""

    name = "pull_lever"
    description = "Pulls."
    parameters = an_object((), how={"type": "string"})
    policy = Policy(effect="write", consent="asked", asks_for=("pull",))

    def __init__(self) -> None:
        self.pulls: list[str] = []
        self.moods: list[str] = []

    def run(self, context: ToolContext, arguments: Json) -> Outcome:
        self.pulls.append(context.idempotency_key)
        mood = self.moods.pop(0) if self.moods else ""
        if mood == "die":
            raise KeyboardInterrupt
        if mood == "fail":
            return Failed("jammed", "It is jammed.", is_retryable=True)
        if mood == "long":
            return Done("x" * 20_000)
        return Done({"pulled": len(self.pulls)})


class SafeLever(Lever):
    name = "safe_lever"
    policy = Policy(effect="write", consent="asked", asks_for=("pull",), is_idempotent=True)


class GuardedLever(Lever):
    name = "guarded_lever"
    policy = Policy(effect="write", consent="person")


class AskingLever(Lever):
    name = "asking_lever"
    policy = Policy(effect="write", consent="confirm")


@pytest.fixture
def levers(monkeypatch: pytest.MonkeyPatch, cast: Cast) -> dict[str, Lever]:
    made = {each.name: each for each in (Lever(), SafeLever(), GuardedLever(), AskingLever())}
    for name, lever in made.items():
        monkeypatch.setitem(builtin.BUILTIN, name, lever)
    monkeypatch.setattr("agents.tools.running.PAUSE_SECONDS", 0)
    allow_tools(cast, *made)
    return made


def _runs(tenant_id: UUID) -> list[ToolRun]:
    with tenant_scope(tenant_id):
        return list(ToolRun.objects.order_by("turn_id", "step"))


def test_a_call_is_made_told_and_traced(ask: Ask, levers: dict[str, Lever], tenant_id: UUID) -> None:
    parts = scripted_parts(calls([("pull_lever", {"how": "pull"})], said="One moment. "))
    asked = ask("Please pull it", parts)
    assert asked.text == f"One moment. {ANSWER}"
    assert len(levers["pull_lever"].pulls) == 1
    model = parts.model
    assert isinstance(model, ScriptedModel)
    told = json.loads(model.requests[1].exchange[-1]["content"])
    assert json.loads(told["data"]) == {"pulled": 1}
    assert "instruction" in told["note"]
    trace = get_trace_of_turn(tenant_id=tenant_id, turn_id=asked.turn_id)
    assert trace
    [span] = [each for each in trace.spans if each.name == names.EXECUTE_TOOL]
    assert span.attributes[names.TOOL_NAME] == "pull_lever"
    assert span.attributes[names.TOOL_ARGUMENTS] == '{"how": "pull"}'
    assert span.attributes[names.TOOL_OUTCOME] == "done"
    [run] = _runs(tenant_id)
    assert (run.state, run.step, run.attempts) == ("done", 1, 1)


def test_at_a_hard_limit_the_model_is_told_that_the_tool_is_not_available(
    ask: Ask, levers: dict[str, Lever], tenant_id: UUID
) -> None:
    set_usage_limit(tenant_id=tenant_id, meter="tool_calls", quantity=2, actor=SYSTEM)
    record_count(
        tenant_id=tenant_id, source_event_id=new_id(), step="execute_tool", counts={"tool_calls": 1},
        occurred_at=timezone.now(),
    )  # fmt: skip
    pull = ("pull_lever", {"how": "pull"})
    parts = scripted_parts(calls([pull, pull], [pull]))
    asked = ask("Please pull it", parts)
    assert len(levers["pull_lever"].pulls) == 1, "one was left"
    states = [(run.tool, run.state, run.error_code) for run in _runs(tenant_id)]
    refused = ("pull_lever", "refused", "quota_exhausted")
    assert states == [("pull_lever", "done", ""), refused, refused]
    ToolCallLimit(tenant_id).take("hand_off")  # a person is always to be had
    model = parts.model
    assert isinstance(model, ScriptedModel)
    told = json.loads(model.requests[1].exchange[-1]["content"])
    assert "this tool is not available now" in str(told)
    assert asked.text == ANSWER


def test_rounds_are_bounded(ask: Ask, cast: Cast, levers: dict[str, Lever]) -> None:
    allow_tools(cast, "pull_lever", max_rounds=2)
    parts = scripted_parts(calls(*[[("pull_lever", {})]] * 5))
    assert ask("Please pull it", parts).text == ANSWER
    assert len(levers["pull_lever"].pulls) == 2
    model = parts.model
    assert isinstance(model, ScriptedModel)
    assert [each.tool_choice for each in model.requests] == [None, None, "none"]


def test_an_agent_without_tools_is_offered_none(ask: Ask) -> None:
    parts = scripted_parts()
    ask("How long does delivery take?", parts)
    model = parts.model
    assert isinstance(model, ScriptedModel)
    assert model.requests[0].tools == ()


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        ("pull_lever", "no json", "invalid_arguments"),
        ("pull_lever", {"how": 3}, "invalid_arguments"),
        ("pull_lever", {"other": "x"}, "invalid_arguments"),
        ("nothing_of_that_name", {}, "no_such_tool"),
    ],
)
def test_what_cannot_be_called_is_told_and_not_done(
    ask: Ask, levers: dict[str, Lever], tenant_id: UUID, name: str, arguments: object, code: str
) -> None:
    asked = ask("Please pull it", scripted_parts(calls([(name, arguments)])))  # type: ignore[list-item]
    assert asked.text == ANSWER
    assert not any(each.pulls for each in levers.values())
    assert [(each.state, each.error_code) for each in _runs(tenant_id)] == [("refused", code)]


def test_only_what_may_be_repeated_is_tried_again(ask: Ask, levers: dict[str, Lever], tenant_id: UUID) -> None:
    for name in ("pull_lever", "safe_lever"):
        levers[name].moods = ["fail"]
        ask("Please pull it", scripted_parts(calls([(name, {})])))
    assert (len(levers["pull_lever"].pulls), len(levers["safe_lever"].pulls)) == (1, 2)
    assert len(set(levers["safe_lever"].pulls)) == 1, "with the same key"
    assert [each.state for each in _runs(tenant_id)] == ["failed", "done"]


def test_a_turn_that_runs_again_repeats_nothing(
    post: Post, visitor: Visitor, levers: dict[str, Lever], tenant_id: UUID
) -> None:
    """Killed after the first call was done and while the second was made."""
    turn_id = post(visitor, "Please pull it")
    levers["safe_lever"].moods = ["die"]
    script = calls([("pull_lever", {})], [("safe_lever", {})], said="Look. ")
    with pytest.raises(KeyboardInterrupt):
        answer_turn(tenant_id=tenant_id, turn_id=turn_id, parts=scripted_parts(script))
    assert [each.state for each in _runs(tenant_id)] == ["done", "running"]
    parts = scripted_parts(script)
    answer_turn(tenant_id=tenant_id, turn_id=turn_id, parts=parts)
    assert len(levers["pull_lever"].pulls) == 1, "what was done is not done again"
    assert len(levers["safe_lever"].pulls) == 2, "what may be repeated is"
    assert len(set(levers["safe_lever"].pulls)) == 1
    model = parts.model
    assert isinstance(model, ScriptedModel)
    assert len(model.requests) == 1, "the model is not asked for what it has decided"
    assert [each.state for each in _runs(tenant_id)] == ["done", "done"]
    frames = get_stream_store().read(tenant_id, turn_id)
    last = max(place for place, frame in enumerate(frames) if frame.event == "restart")
    text = "".join(frame.data.get("text", "") for frame in frames[last:])
    assert text == f"Look. Look. {ANSWER}"


def test_what_may_have_been_done_is_said_to_be_unknown(
    post: Post, visitor: Visitor, levers: dict[str, Lever], tenant_id: UUID
) -> None:
    turn_id = post(visitor, "Please pull it")
    levers["pull_lever"].moods = ["die"]
    script = calls([("pull_lever", {})])
    with pytest.raises(KeyboardInterrupt):
        answer_turn(tenant_id=tenant_id, turn_id=turn_id, parts=scripted_parts(script))
    parts = scripted_parts(script)
    answer_turn(tenant_id=tenant_id, turn_id=turn_id, parts=parts)
    assert len(levers["pull_lever"].pulls) == 1
    model = parts.model
    assert isinstance(model, ScriptedModel)
    assert "unknown_outcome" in model.requests[0].exchange[-1]["content"]
    assert [each.state for each in _runs(tenant_id)] == ["unknown"]


def test_a_long_result_is_kept_aside_and_read_in_pages(ask: Ask, levers: dict[str, Lever], tenant_id: UUID) -> None:
    levers["pull_lever"].moods = ["long"]
    read: list[str] = []

    def script(request: ChatRequest) -> Iterator[ChatEvent]:
        told = [json.loads(each["content"]) for each in request.exchange if each.get("role") == "tool"]
        if len(told) == 1:
            read.append(told[0]["more"])
            name = told[0]["more"].rpartition(" ")[2].rstrip(".")
            assert "read_result" in [each["function"]["name"] for each in request.tools]
            yield from calls([], [("read_result", {"result": name, "page": 5})])(request)
        else:
            read.extend(each["data"] for each in told[1:])
            yield from calls([("pull_lever", {})])(request)

    ask("Please pull it", scripted_parts(script))
    assert json.loads(read[-1]) == {"page": 5, "pages": 5, "text": "x" * 4000}
    with tenant_scope(tenant_id):
        assert len(ToolOverflow.objects.get().text) == 20_000


def test_a_call_waits_for_the_contact_and_is_made_when_they_agree(
    ask: Ask, levers: dict[str, Lever], tenant_id: UUID
) -> None:
    asked = ask("Do something", scripted_parts(calls([("asking_lever", {"how": "twice"})])))
    assert "asking lever" in asked.text
    assert "how: twice" in asked.text
    assert not levers["asking_lever"].pulls
    again = ask("Yes please!", scripted_parts(calls()))
    assert again.text == ANSWER
    assert len(levers["asking_lever"].pulls) == 1
    [run] = _runs(tenant_id)
    assert run.state == "done"
    ask("Yes please!", scripted_parts(calls()))
    assert len(levers["asking_lever"].pulls) == 1, "one word is one call"


@pytest.mark.parametrize("word", ["No.", "What else can you do?", "Yes, but only the left one"])
def test_whatever_else_the_contact_says_is_no_agreement(
    ask: Ask, levers: dict[str, Lever], tenant_id: UUID, word: str
) -> None:
    ask("Do something", scripted_parts(calls([("asking_lever", {})])))
    ask(word, scripted_parts(calls()))
    ask("Yes", scripted_parts(calls()))
    assert not levers["asking_lever"].pulls
    assert [each.state for each in _runs(tenant_id)] == ["refused"]


@pytest.mark.parametrize("is_agreed", [True, False])
def test_a_person_decides_and_the_turn_goes_on(
    ask: Ask, cast: Cast, levers: dict[str, Lever], tenant_id: UUID, is_agreed: bool, visitor: Visitor
) -> None:
    asked = ask("Do something", scripted_parts(calls([("guarded_lever", {})])))
    assert "has to agree" in asked.text
    assert list_turns(tenant_id=tenant_id, conversation_id=visitor.conversation_id)[0].outcome == "waiting"
    [approval] = list_approvals(tenant_id=tenant_id, limit=9)
    decide_approval(tenant_id=tenant_id, approval_id=approval.id, is_agreed=is_agreed, actor=user_actor(cast.alice.id))
    with tenant_scope(tenant_id):
        turn = Turn.objects.latest("id")
        assert AuditEntry.objects.filter(action__startswith="tool_approval.").count() == 2
    parts = scripted_parts(calls())
    answer_turn(tenant_id=tenant_id, turn_id=turn.id, parts=parts)
    answer_turn(tenant_id=tenant_id, turn_id=turn.id, parts=parts)
    assert len(levers["guarded_lever"].pulls) == int(is_agreed)
    model = parts.model
    assert isinstance(model, ScriptedModel)
    assert [each["role"] for each in model.requests[0].exchange] == ["assistant", "tool"]
    assert model.requests[0].history == ()
    messages = list_messages(tenant_id=tenant_id, conversation_id=visitor.conversation_id)
    assert [each.role for each in messages] == ["contact", "agent", "agent"]


def test_nobody_decides_in_time(ask: Ask, levers: dict[str, Lever], tenant_id: UUID) -> None:
    ask("Do something", scripted_parts(calls([("guarded_lever", {})])))
    with tenant_scope(tenant_id):
        ToolApproval.objects.update(expires_at="2026-01-01T00:00:00Z")
    assert (expire_approvals(tenant_id=tenant_id), expire_approvals(tenant_id=tenant_id)) == (1, 0)
    with tenant_scope(tenant_id):
        turn = Turn.objects.latest("id")
    answer_turn(tenant_id=tenant_id, turn_id=turn.id, parts=scripted_parts(calls()))
    assert not levers["guarded_lever"].pulls
    assert [each.state for each in _runs(tenant_id)] == ["refused"]


def test_built_in_tools_do_what_they_say(ask: Ask, cast: Cast, tenant_id: UUID, visitor: Visitor) -> None:
    allow_tools(cast, "open_ticket", "book_callback", "hand_off", "remember", "search")
    ask("My lamp is broken", scripted_parts(calls([("open_ticket", {"subject": "Lamp", "text": "It is broken."})])))
    ask("yes", scripted_parts(calls()))
    call = {"phone": "+49 30 901820", "subject": "Lamp", "at": "2099-01-31T14:00:00+01:00"}
    ask("Ring me at +49 30 901820", scripted_parts(calls([("book_callback", call)])))
    ask("ja", scripted_parts(calls()))
    with tenant_scope(tenant_id):
        assert [(each.kind, each.subject) for each in ServiceRequest.objects.order_by("id")] == [
            ("ticket", "Lamp"),
            ("callback", "Lamp"),
        ]
        actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"ticket.opened", "callback.booked"} <= actions
    asked = ask("I want to talk to a human", scripted_parts(calls([("hand_off", {"reason": "asked"})])))
    assert "person from the team" in asked.text
    turns = list_turns(tenant_id=tenant_id, conversation_id=visitor.conversation_id)
    assert [each.outcome for each in turns].count("handed_off") == 1


def test_the_agent_searches_again_within_bounds(ask: Ask, cast: Cast) -> None:
    allow_tools(cast, "search", max_rounds=6)
    parts = scripted_parts(calls(*[[("search", {"question": f"What about {n}?"})] for n in range(4)]))
    ask("Tell me about delivery", parts)
    model = parts.model
    assert isinstance(model, ScriptedModel)
    told = [json.loads(each["content"])["data"] for each in model.requests[-1].exchange if each["role"] == "tool"]
    assert [text.startswith("The search was refused") for text in told] == [False, False, True, True]


@pytest.mark.parametrize("has_rule", [True, False], ids=["rule", "no-rule"])
def test_a_failed_tool_calls_a_person_where_a_rule_says_so(
    ask: Ask, cast: Cast, visitor: Visitor, levers: dict[str, Lever], has_rule: bool
) -> None:
    rules = [{"when": "tool_failure"}] if has_rule else []
    update_agent(
        tenant_id=cast.acme.tenant_id,
        agent_id=cast.acme.agent_id,
        changes=AgentChanges(config={"handoff": {"rules": rules}}),
        actor=user_actor(cast.alice.id),
    )
    levers["pull_lever"].moods = ["fail"] * 5
    ask("Please pull it", scripted_parts(calls([("pull_lever", {"how": "pull"})])))
    found = get_conversation(tenant_id=cast.acme.tenant_id, conversation_id=visitor.conversation_id)
    assert (found.state, found.handoff_reason) == (("waiting", "tool_failure") if has_rule else ("agent", ""))
