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
EMBEDDERS = {
    "agents/cache/embedding.py": "the turn's look-up, in its span `embeddings` (agents.runtime.steps)",
    "agents/channels/openai/embeddings.py": "/v1/embeddings: a row of the tenant's in the ledger for each call",
    "agents/llm/extractive/meaning.py": "a part of the built-in model, which is asked as a chat model",
    "agents/memory/episodes/indexing.py": "what was said, a row of the tenant's in the ledger for each segment",
    "agents/retrieval/retriever.py": "the turn's search, in its span `embeddings` (agents.runtime.searching)",
    "ingestion/pipeline/passages.py": "a document's passages, billed to its tenant (billing.events)",
    "ingestion/reembedding/filling.py": "moving to another model, on the operator's account",
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
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"embed", "embed_tokens"}
        and "embedder" in ast.unparse(node.func.value).lower()
        for node in ast.walk(tree)
    )


def test_who_asks_an_embedder_is_known_and_told_to_whom_it_is_counted() -> None:
    """A new caller fails here until it says in whose trace or ledger its call stands."""
    found = {name for name, tree in _sources() if _asks_embedder(tree)}
    assert found == EMBEDDERS.keys()


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
