"""A chat model is asked in two places only, inside a span: the turn's `ask_model`, and aside; through the gateway."""

import ast
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import islice
from pathlib import Path

import pytest

from agents.llm.gateway import Choice, Gateway
from agents.llm.port import ChatRequest
from agents.tracing import names
from agents.tracing.recorder import TraceRecorder, Untraced
from rapport.config import ROOT
from rapport.ids import new_id
from tests.agents.conftest import Ask
from tests.agents.scripted import ScriptedModel, scripted_parts

FOLDERS = ("platform/rapport", "tenants", "billing", "ingestion", "agents", "frontend")
CALLERS = {
    "agents/llm/asking.py": {"attempts"},
    "agents/llm/gateway.py": {"stream"},
    "agents/runtime/steps.py": {"attempts"},
}
TURN = "in the reservation of the turn (agents.runtime.affording), and in its trace"
EMBEDDERS = {  # who asks an embedder, and what had been kept aside for it
    "agents/cache/embedding.py": TURN,
    "agents/llm/extractive/meaning.py": "nothing: a part of the built-in model, which is asked as a chat model",
    "agents/memory/episodes/finding.py": f"{TURN}; or by `find_aside`",
    "agents/retrieval/retriever.py": f"{TURN}; or by `search_aside`",
    "ingestion/embedding/paying.py": "the one door for all that is no turn: a reservation and a row of the ledger each",
    "ingestion/pipeline/passages.py": "by `reserve_passages`, and billed to its company (billing.events)",
    "ingestion/reembedding/filling.py": "nothing: the operator moves a company to another model; it is only counted",
}
SEARCHERS = {  # who makes a search, with which a question is embedded, or takes one
    "agents/channels/mcp/memories.py": {"find_aside"},
    "agents/channels/mcp/tools.py": {"ProductSearch", "search_aside"},
    "agents/memory/episodes/finding.py": {"EpisodeSearch"},  # find_aside
    "agents/runtime/parts.py": {"EpisodeSearch", "ProductSearch"},  # a turn's own
    "agents/runtime/product_search.py": {"Retriever", "retrieve", "retriever_of"},
    "frontend/pages/search.py": {"ProductSearch", "search_aside"},
}
ASIDES = {  # who has a model do something beside an answer, and what it asks before each attempt
    "agents/channels/phone/analysis/analysing.py": {"Beside"},
    "agents/inbox/summarising.py": {"Beside"},
    "agents/judging/judging.py": {"Beside"},
    "agents/llm/beside.py": {"Desk": "self.tab.check", "Tab": ""},
    "agents/llm/tasks.py": {"Aside": "desk.check"},
    "agents/memory/proposing.py": {"Beside"},
    "agents/memory/summaries/writing.py": {"Beside"},
    "agents/runtime/aside.py": {"Desk": "lambda attempt: check_aside(attempt, context, run.recorder)"},
    "agents/services/trying.py": {"Aside": "tab.check", "Tab": ""},
}
SDKS = {"openai", "anthropic", "google", "litellm"}


def _sources() -> Iterator[tuple[str, ast.AST]]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield str(Path(path).relative_to(ROOT)), ast.parse(path.read_text())


def _calls(tree: ast.AST) -> Iterator[str]:
    """Names of methods that are called on something that sounds like a model or a gateway."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = ast.unparse(node.func.value).lower()
            if node.func.attr in {"stream", "attempts"} and ("model" in owner or "gateway" in owner):
                yield node.func.attr


def test_models_are_called_by_the_gateway_and_the_gateway_by_the_turn() -> None:
    found = {name: set(_calls(tree)) for name, tree in _sources()}
    assert {name: calls for name, calls in found.items() if calls} == CALLERS


def _asks_embedder(tree: ast.AST) -> bool:
    """Also one that hands the method to a thread."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in {"embed", "embed_tokens"}
        and "embedder" in ast.unparse(node.value).lower()
        for node in ast.walk(tree)
    )


def test_who_asks_an_embedder_is_known_and_told_what_pays_for_it() -> None:
    """A new caller fails here until it says which reservation its call is in."""
    found = {name for name, tree in _sources() if _asks_embedder(tree)}
    assert found == EMBEDDERS.keys()


def _called(tree: ast.AST, names_: set[str]) -> dict[str, str]:
    """Which of these are called, and with which fourth argument: an aside's and a desk's check."""
    found = {}
    for node in ast.walk(tree):
        name = ast.unparse(node.func).split(".")[-1] if isinstance(node, ast.Call) else ""
        if isinstance(node, ast.Call) and name in names_:
            found[name] = ast.unparse(node.args[3]) if len(node.args) > 3 else ""
    return found


def test_who_searches_is_a_turn_or_pays_for_the_question_itself() -> None:
    wanted = {"EpisodeSearch", "ProductSearch", "Retriever", "find_aside", "retrieve", "retriever_of", "search_aside"}
    found = {name: set(_called(tree, wanted)) for name, tree in _sources() if not name.startswith("billing/")}
    assert {name: calls for name, calls in found.items() if calls} == SEARCHERS


def test_whatever_a_model_does_beside_answers_is_asked_for_its_money_before_each_attempt() -> None:
    found = {name: _called(tree, {"Aside", "Beside", "Desk", "Tab"}) for name, tree in _sources()}
    assert {name: calls for name, calls in found.items() if calls} == {
        name: calls if isinstance(calls, dict) else dict.fromkeys(calls, "") for name, calls in ASIDES.items()
    }


@pytest.mark.parametrize("around", ["", names.INVOKE_AGENT])
def test_a_call_without_a_chat_span_of_a_tenant_s_trace_is_not_made(around: str) -> None:
    model = ScriptedModel()
    [attempt] = islice(Gateway().attempts(ChatRequest("Hello?"), [Choice(model, "m", "builtin")]), 1)
    span = TraceRecorder(new_id()).span(around) if around else nullcontext()
    with span, pytest.raises(Untraced):
        list(attempt.events())
    assert not model.requests


def test_no_vendor_s_client_is_imported() -> None:
    imported = {
        (name, node.module or "" if isinstance(node, ast.ImportFrom) else alias.name)
        for name, tree in _sources()
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    vendors = [(name, module) for name, module in imported if module.split(".")[0] in SDKS]
    assert [(name, module) for name, module in vendors if not module.startswith("google.protobuf")] == []


def test_a_model_works_inside_a_chat_span_of_a_tenant_s_trace(ask: Ask) -> None:
    parts = scripted_parts()
    ask("How long does delivery take?", parts)
    assert isinstance(parts.model, ScriptedModel)
    assert parts.model.spans == [names.CHAT]
