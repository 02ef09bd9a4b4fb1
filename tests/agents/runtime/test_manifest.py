"""What a turn gave the model, kept with its trace: blocks in order, what was left out and why, one hash."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from uuid import UUID

import pytest

from agents.llm.port import ChatEvent, ChatRequest, Finished, TextDelta, Usage
from agents.runtime.manifest import Manifest, read_manifest
from agents.runtime.parts import Found, Parts, SearchPlan
from agents.selectors import get_trace_of_turn
from agents.tracing import names
from tests.agents.conftest import Ask
from tests.agents.scripted import WORDS, ScriptedSearch, scripted_parts
from tests.cast import Cast, make_visitor

pytestmark = pytest.mark.django_db

EXPRESS = "Express takes 1 day."


@pytest.fixture
def manifest(ask: Ask, cast: Cast) -> Callable[[str, Parts], Manifest]:
    tenant_id = cast.acme.tenant_id

    def read(question: str, parts: Parts) -> Manifest:
        """In a conversation of its own."""
        turn_id = ask(question, parts, make_visitor(cast.acme)).turn_id
        trace = get_trace_of_turn(tenant_id=tenant_id, turn_id=turn_id)
        [chat] = [span for span in trace.spans if span.name == names.CHAT]
        found = read_manifest(chat.attributes[names.MANIFEST])
        assert found
        return found

    return read


def test_blocks_stand_in_the_order_of_the_prompt(manifest: Callable[[str, Parts], Manifest]) -> None:
    found = manifest("How long?", scripted_parts(texts=(WORDS, EXPRESS)))
    assert [block.kind for block in found.blocks] == ["system", "system", "passage", "passage", "question"]
    assert [each.arms["dense"] for each in found.passages] == [(1, 0.8), (2, 0.8)]
    assert all(block.tokens > 0 for block in found.blocks)
    assert found.tokens == sum(block.tokens for block in found.blocks)


def test_the_same_input_twice_has_the_same_hash(manifest: Callable[[str, Parts], Manifest]) -> None:
    """Two whole turns, in conversations of their own, of one search that finds the same."""
    search = SameSearch()
    parts = replace(scripted_parts(say_unknown), search=search)  # what is known already asks no model
    first, second, other = (manifest(each, parts) for each in ("How long?", "How long?", "How much?"))
    assert first.digest == second.digest
    assert first.digest != other.digest


def test_what_does_not_fit_is_named(manifest: Callable[[str, Parts], Manifest]) -> None:
    long = "word " * 8000
    found = manifest("How long?", scripted_parts(texts=(WORDS, long, EXPRESS, WORDS)))
    assert [each.dropped for each in found.passages] == ["", "budget", "", "duplicate"]
    given = [block.source_id for block in found.blocks if block.kind == "passage"]
    assert given == [each.source_id for each in found.passages if not each.dropped]


def say_unknown(request: ChatRequest) -> Iterator[ChatEvent]:
    yield TextDelta("I do not know.")
    yield Usage(input=20, output=4)
    yield Finished("unknown", 0.1)


@dataclass
class SameSearch(ScriptedSearch):
    """Finds the very same passages each time."""

    kept: Found | None = None

    def __call__(self, *, tenant_id: UUID, query: str, plan: SearchPlan) -> Found:
        self.kept = self.kept or super().__call__(tenant_id=tenant_id, query=query, plan=plan)
        return self.kept
