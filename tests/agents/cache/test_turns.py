"""The cache in the turn: first in shadow, on by what it proved, off again, and never beyond its partition."""

import json
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import numpy as np
import pytest

from agents.cache.board import get_board, list_lookups
from agents.cache.evidence import Evidence, basis_of
from agents.cache.looking import Embedded
from agents.cache.reporting import report_wrong_answer
from agents.cache.words import word_vector
from agents.llm.port import ChatEvent, ChatRequest, Citation, Finished, TextDelta, Usage
from agents.models import CachedAnswer, CacheEvidence, CacheLookup
from agents.runtime.parts import Parts
from agents.selectors import get_trace_of_turn
from agents.services import AgentChanges, update_agent
from agents.tracing import names
from ingestion.models import Document, Source
from tenants.actors import user_actor
from tenants.context import tenant_scope
from tests.agents.conftest import Ask
from tests.agents.scripted import scripted_parts
from tests.cast import Cast, make_visitor

MODEL = "words-1"


def embed(tenant_id: UUID, question: str) -> Embedded:
    """Meaning by words alone: enough to be near and far."""
    vector = word_vector(question)[:384] + np.float32(1e-6)
    return Embedded((vector / np.linalg.norm(vector)).astype(np.float32), MODEL, 5)


@pytest.fixture
def parts() -> Parts:
    return replace(scripted_parts(), embed_question=embed)


@pytest.fixture
def tenant_id(cast: Cast) -> UUID:
    return cast.acme.tenant_id


def _cache(cast: Cast, **section: object) -> None:
    update_agent(
        tenant_id=cast.acme.tenant_id,
        agent_id=cast.acme.agent_id,
        changes=AgentChanges(config={"cache": section}),
        actor=user_actor(cast.alice.id),
    )


def _prove(cast: Cast, checked: int, false_hits: int) -> None:
    with tenant_scope(cast.acme.tenant_id):
        CacheEvidence.objects.update_or_create(
            agent_id=cast.acme.agent_id, basis=basis_of(MODEL), defaults={"checked": checked, "false_hits": false_hits}
        )


def _outcome(tenant_id: UUID, turn_id: UUID) -> str:
    trace = get_trace_of_turn(tenant_id=tenant_id, turn_id=turn_id)
    assert trace
    [span] = [each for each in trace.spans if each.name == names.CACHE]
    return str(span.attributes[names.CACHE_OUTCOME])


FIRST, LIKE = (
    "How long does standard delivery take within Germany?",
    "how long does a standard delivery take in Germany",
)


def _ask_both(cast: Cast, ask: Ask, parts: Parts) -> UUID:
    """The second one's turn, of another visitor."""
    ask(FIRST, parts, make_visitor(cast.acme))
    return ask(LIKE, parts, make_visitor(cast.acme)).turn_id


def test_in_shadow_a_like_question_is_answered_anew_and_compared(
    cast: Cast, ask: Ask, tenant_id: UUID, parts: Parts
) -> None:
    turn_id = _ask_both(cast, ask, parts)
    assert _outcome(tenant_id, turn_id) == "shadow"
    assert len(parts.model.requests) == 2  # type: ignore[attr-defined]
    [row] = list_lookups(tenant_id=tenant_id, agent_id=cast.acme.agent_id)
    assert (row.found, row.is_served, row.verdict) == ("like", False, "same")
    board = get_board(tenant_id=tenant_id, agent_id=cast.acme.agent_id)
    assert (board.state, board.checked, board.false_hits, board.would_be) == ("shadow", 1, 0, 1)


def test_it_answers_when_enough_was_proved_and_stops_when_it_was_wrong_too_often(
    cast: Cast, ask: Ask, tenant_id: UUID, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agents.cache.looking.CHECKED_SHARE", 0.0)
    _cache(cast, mode="on", most_false_hits=0.01)
    assert _outcome(tenant_id, _ask_both(cast, ask, parts)) == "shadow", "nothing is proved yet"
    _prove(cast, 400, 0)
    asked = ask("How long does the standard delivery take within Germany", parts, make_visitor(cast.acme))
    assert _outcome(tenant_id, asked.turn_id) == "hit"
    assert len(parts.model.requests) == 2  # type: ignore[attr-defined]
    trace = get_trace_of_turn(tenant_id=tenant_id, turn_id=asked.turn_id)
    assert trace
    [span] = [each for each in trace.spans if each.name == names.CACHE]
    saved = span.attributes[names.CACHE_SAVED_MICROS]
    assert isinstance(saved, int)
    assert saved > 0
    board = get_board(tenant_id=tenant_id, agent_id=cast.acme.agent_id)
    assert (board.state, board.like) == ("on", 1)
    assert board.saved_micros == saved
    [row] = [each for each in list_lookups(tenant_id=tenant_id, agent_id=cast.acme.agent_id) if each.is_served]
    for _ in range(2):  # said twice it is one
        report_wrong_answer(
            tenant_id=tenant_id,
            agent_id=cast.acme.agent_id,
            lookup_id=row.id,
            actor=user_actor(cast.alice.id),
        )
    board = get_board(tenant_id=tenant_id, agent_id=cast.acme.agent_id)
    assert (board.state, board.checked, board.false_hits) == ("proving", 401, 1)
    again = ask("How long does a standard delivery take within Germany?", parts, make_visitor(cast.acme))
    assert _outcome(tenant_id, again.turn_id) != "hit"


def test_a_share_of_hits_goes_on_being_checked(
    cast: Cast, ask: Ask, tenant_id: UUID, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agents.cache.looking.CHECKED_SHARE", 1.0)
    _cache(cast, mode="on", most_false_hits=0.05)
    _prove(cast, 400, 0)
    assert _outcome(tenant_id, _ask_both(cast, ask, parts)) == "shadow"
    assert get_board(tenant_id=tenant_id, agent_id=cast.acme.agent_id).checked == 401


def test_proof_is_an_upper_bound() -> None:
    from agents.configuration.sections.cache import Cache

    wanted = Cache(mode="on", most_false_hits=0.01)
    assert Evidence(380, 0).state(wanted) == "proving"
    assert Evidence(382, 0).state(wanted) == "on"
    assert Evidence(500, 1).state(wanted) == "proving"
    assert Evidence(2000, 5).state(wanted) == "on"
    assert Evidence(9999, 0).state(Cache(mode="shadow")) == "shadow"


def test_off_looks_nothing_up_and_keeps_nothing(cast: Cast, ask: Ask, tenant_id: UUID, parts: Parts) -> None:
    _cache(cast, mode="off")
    _ask_both(cast, ask, parts)
    with tenant_scope(tenant_id):
        assert not CachedAnswer.objects.exists()
        assert not CacheLookup.objects.exists()


def test_new_knowledge_is_not_hidden_even_before_its_event_comes(
    cast: Cast, ask: Ask, tenant_id: UUID, parts: Parts
) -> None:
    ask(FIRST, parts, make_visitor(cast.acme))
    with tenant_scope(tenant_id):
        source = Source.objects.create(kind="upload", name="files")
        document = Document.objects.create(source=source, external_id="a.md", title="A", state="ready")
        Document.objects.filter(id=document.id).update(current_version_id=document.id)
    asked = ask(FIRST, parts, make_visitor(cast.acme))
    assert _outcome(tenant_id, asked.turn_id) == "miss"


def test_another_company_and_another_language_find_nothing(cast: Cast, ask: Ask, tenant_id: UUID, parts: Parts) -> None:
    _ask_both(cast, ask, parts)
    asked = ask("Wie lange dauert die Standardlieferung in Deutschland?", parts, make_visitor(cast.acme))
    assert _outcome(tenant_id, asked.turn_id) == "miss"
    with tenant_scope(cast.other.tenant_id):
        assert not CachedAnswer.objects.exists()


def test_the_board_holds_no_words_and_lookups_tell_them(cast: Cast, ask: Ask, tenant_id: UUID, parts: Parts) -> None:
    _ask_both(cast, ask, parts)
    board = get_board(tenant_id=tenant_id, agent_id=cast.acme.agent_id)
    assert "Germany" not in json.dumps(repr(board))
    [row] = list_lookups(tenant_id=tenant_id, agent_id=cast.acme.agent_id)
    assert (row.question, row.cached_question) == (LIKE, FIRST)


def sure_of_something_else(request: ChatRequest) -> Iterator[ChatEvent]:
    yield TextDelta("Delivery is free. [1]")
    yield Citation(1, request.passages[0].id, 0, 10)
    yield Usage(input=100, output=10)
    yield Finished("answered", 0.9)


def test_another_answer_to_a_like_question_is_a_false_hit(cast: Cast, ask: Ask, tenant_id: UUID, parts: Parts) -> None:
    ask(FIRST, parts, make_visitor(cast.acme))
    others = scripted_parts(sure_of_something_else, texts=("Delivery is free.",))
    ask(LIKE, replace(others, embed_question=embed), make_visitor(cast.acme))
    board = get_board(tenant_id=tenant_id, agent_id=cast.acme.agent_id)
    assert (board.checked, board.false_hits) == (1, 1)
