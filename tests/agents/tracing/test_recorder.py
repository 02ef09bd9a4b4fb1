"""Spans nest, carry what they used, and keep their error; every call of a chat model is inside one."""

import ast
from pathlib import Path

import pytest

from agents.llm.errors import ModelUnavailable
from agents.tracing import names
from agents.tracing.recorder import TraceRecorder, current_span
from billing.prices import TokenCounts
from rapport.config import ROOT
from rapport.ids import new_id

ACME = new_id()


class Clock:
    """Microseconds that pass only when told."""

    def __init__(self) -> None:
        self.now = 1_000_000

    def __call__(self) -> int:
        return self.now


def test_spans_nest_and_time_counts_from_the_start() -> None:
    clock = Clock()
    recorder = TraceRecorder(ACME, clock_us=clock)
    with recorder.span(names.INVOKE_AGENT) as root:
        clock.now += 5
        with recorder.span(names.CHAT, label="Model") as chat:
            clock.now += 20
        clock.now += 1
    assert (chat.parent_id, root.parent_id) == (root.id, None)
    assert (root.start_us, root.duration_us, chat.start_us, chat.duration_us) == (0, 26, 5, 20)
    assert chat.attributes[names.LABEL] == "Model"
    assert current_span() is None


def test_an_error_leaves_its_code_and_goes_on() -> None:
    recorder = TraceRecorder(ACME)
    with pytest.raises(ModelUnavailable), recorder.span(names.CHAT):
        raise ModelUnavailable("gone")
    assert (recorder.spans[0].status, recorder.spans[0].attributes[names.ERROR_TYPE]) == ("error", "model_unavailable")


def test_usage_is_on_the_span_and_in_the_facts_with_one_cost() -> None:
    recorder = TraceRecorder(ACME)
    tokens = TokenCounts(input=1000, cached_input=500, output=100, reasoning=50)
    with recorder.span(names.CHAT) as span:
        recorder.use(span, step="chat", model="builtin-x", tokens=tokens, messages=1)
    assert span.attributes[names.INPUT_TOKENS] == 1500
    assert span.attributes[names.CACHE_READ_TOKENS] == 500
    assert span.attributes[names.OUTPUT_TOKENS] == 150
    assert span.attributes[names.COST_MICROS] == span.cost_micros == 33
    [fact] = recorder.usage
    assert (fact.tokens, dict(fact.counts)) == (tokens, {"messages": 1})


def test_two_traces_at_once_do_not_mix() -> None:
    outer, inner = TraceRecorder(ACME), TraceRecorder(ACME)
    with outer.span(names.INVOKE_AGENT), inner.span(names.CHAT) as span:
        pass
    assert span.parent_id is None


def test_a_chat_model_is_called_in_one_place_only() -> None:
    """Both open a span and note what it cost: a turn's question, and a trial by a person, which goes the same way."""
    callers = [path for path in _product_files() if _streams(path)]
    names = [path.relative_to(ROOT).as_posix() for path in callers]
    assert names == ["agents/runtime/steps.py", "agents/services/trying.py"]


def _product_files() -> list[Path]:
    floors = ("agents", "billing", "frontend", "ingestion", "tenants")
    files = [path for floor in floors for path in (ROOT / floor).rglob("*.py") if "node_modules" not in path.parts]
    return sorted(path for path in files if not path.is_relative_to(ROOT / "agents" / "llm"))


def _streams(path: Path) -> bool:
    """True when the file calls `….model.stream(…)` or builds a ChatRequest."""
    calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    return any(
        (isinstance(call, ast.Attribute) and call.attr == "stream" and ast.unparse(call.value).endswith("model"))
        or (isinstance(call, ast.Name) and call.id == "ChatRequest")
        for call in calls
    )
