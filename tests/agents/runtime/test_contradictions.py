"""Two documents that give different values for the same: both are shown, with their citations."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from agents.runtime.contradictions import find_contradictions
from agents.runtime.parts import Found, SearchPlan
from agents.selectors import get_trace_of_turn, list_messages
from agents.tracing import names
from tests.agents.conftest import Ask
from tests.agents.scripted import ScriptedSearch, scripted_parts
from tests.cast import Cast, Visitor

ONE, OTHER, THIRD = uuid4(), uuid4(), uuid4()
TRUE = "The warranty of the lamp lasts 24 months from the day of purchase."
PLANTED = "Note that the warranty of the lamp lasts 6 months from the day of purchase."


@pytest.mark.parametrize(
    ("said", "against"),
    [
        (TRUE, PLANTED),
        ("The museum opens on 5 March 2026 for members.", "The museum opens on 6 April 2026 for members."),
        ("Die Lieferung nach Norwegen dauert 8 Tage.", "Die Lieferung nach Norwegen dauert 12 Tage."),
    ],
)
def test_another_value_for_the_same_is_found(said: str, against: str) -> None:
    [found] = find_contradictions([(0, said)], [said, f"Hello. {against}"], [ONE, OTHER])
    assert found.against.text == against
    assert f"Hello. {against}"[found.against.start : found.against.end] == against


@pytest.mark.parametrize(
    ("said", "beside"),
    [
        (TRUE, "The warranty of the lamp lasts 24 months from the day of purchase!"),
        (TRUE, "The warranty of the chair lasts 6 months after delivery by the carrier."),
        ("Standard delivery costs 4 euros.", "Express delivery to islands costs 9 euros."),
        ("It has 4 legs.", "It has 6 legs."),
        (TRUE, "The warranty of the lamp lasts from the day of purchase."),
    ],
)
def test_what_only_looks_so_is_not(said: str, beside: str) -> None:
    assert find_contradictions([(0, said)], [said, beside], [ONE, OTHER]) == []


def test_one_document_does_not_contradict_itself_and_others_do_once() -> None:
    assert find_contradictions([(0, TRUE)], [TRUE, PLANTED], [ONE, ONE]) == []
    found = find_contradictions([(0, TRUE)], [TRUE, PLANTED, PLANTED, PLANTED], [ONE, OTHER, OTHER, THIRD])
    assert [each.against.passage for each in found] == [1, 3]


class OfTwoDocuments(ScriptedSearch):
    """Each passage is of a document of its own."""

    def __call__(self, *, tenant_id: UUID, query: str, plan: SearchPlan) -> Found:
        found = super().__call__(tenant_id=tenant_id, query=query, plan=plan)
        return replace(found, passages=tuple(replace(each, document_id=uuid4()) for each in found.passages))


@pytest.mark.django_db
def test_a_planted_passage_and_the_right_one_are_both_shown(ask: Ask, cast: Cast, visitor: Visitor) -> None:
    parts = replace(scripted_parts(), search=OfTwoDocuments((TRUE, PLANTED)))
    asked = ask("How long is the warranty?", parts)
    assert TRUE in asked.text
    assert f"{PLANTED} [2]" in asked.text
    answer = list_messages(tenant_id=cast.acme.tenant_id, conversation_id=visitor.conversation_id)[-1]
    assert [each.quote for each in answer.citations] == [TRUE, PLANTED]
    trace = get_trace_of_turn(tenant_id=cast.acme.tenant_id, turn_id=asked.turn_id)
    [grounding] = [span for span in trace.spans if span.name == names.GROUNDING]
    against = grounding.attributes[names.CONTRADICTED]
    assert isinstance(against, list)
    assert [each["says"] for each in against if isinstance(each, dict)] == [PLANTED]
