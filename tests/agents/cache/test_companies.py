"""Two companies with the same question, the same agent's settings, the same documents and the same model: neither ever
gets what was kept for the other."""

from dataclasses import replace
from uuid import UUID

import pytest

from agents.cache.board import get_board
from agents.cache.evidence import basis_of
from agents.models import CachedAnswer, CacheEvidence, CacheLookup
from agents.runtime.parts import Parts
from agents.runtime.turn import answer_turn
from agents.services import AgentChanges, post_message, update_agent
from tenants.actors import SYSTEM, visitor_actor
from tenants.context import tenant_scope
from tests.agents.cache.test_turns import FIRST, LIKE, MODEL, embed
from tests.agents.scripted import ScriptedModel, scripted_parts
from tests.cast import Cast, Company, make_visitor

pytestmark = pytest.mark.django_db


def _ask(company: Company, text: str, parts: Parts) -> UUID:
    visitor = make_visitor(company)
    turn_id = post_message(
        tenant_id=company.tenant_id,
        conversation_id=visitor.conversation_id,
        text=text,
        idempotency_key="",
        actor=visitor_actor(visitor.contact_id),
    ).turn_id
    assert turn_id
    answer_turn(tenant_id=company.tenant_id, turn_id=turn_id, parts=parts)
    return turn_id


def _arm(company: Company) -> None:
    """Known answers are on and proved, exact and like ones."""
    config = {"cache": {"mode": "on", "most_false_hits": 0.05}}
    changes = AgentChanges(name="Assistant", config=config)
    update_agent(tenant_id=company.tenant_id, agent_id=company.agent_id, changes=changes, actor=SYSTEM)
    with tenant_scope(company.tenant_id):
        CacheEvidence.objects.create(agent_id=company.agent_id, basis=basis_of(MODEL), checked=400, false_hits=0)


@pytest.mark.parametrize("question", [FIRST, LIKE])
def test_the_same_question_of_another_company_is_no_hit(
    cast: Cast, question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agents.cache.looking.CHECKED_SHARE", 0.0)
    parts = replace(scripted_parts(), embed_question=embed)
    model = parts.model
    assert isinstance(model, ScriptedModel)
    for company in (cast.acme, cast.other):
        _arm(company)
    _ask(cast.acme, FIRST, parts)
    assert len(model.requests) == 1

    _ask(cast.other, question, parts)
    assert len(model.requests) == 2, "the other company's model is asked"
    with tenant_scope(cast.other.tenant_id):
        assert [each.found for each in CacheLookup.objects.all()] == ["nothing"]
        theirs = CachedAnswer.objects.get()
    with tenant_scope(cast.acme.tenant_id):
        assert CachedAnswer.objects.get().key != theirs.key

    _ask(cast.acme, question, parts)
    assert len(model.requests) == 2, "its own company gets it, so the test above says something"
    boards = [get_board(tenant_id=each.tenant_id, agent_id=each.agent_id) for each in (cast.acme, cast.other)]
    assert [each.exact + each.like for each in boards] == [1, 0]
