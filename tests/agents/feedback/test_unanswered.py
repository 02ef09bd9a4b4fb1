"""Questions that nobody could answer: together when they mean the same, and gone when an answer was approved."""

from collections.abc import Callable
from uuid import UUID

import numpy as np
import pytest

from agents.feedback.approving import approve_answer
from agents.feedback.grouping import group_alike, same_words
from agents.feedback.unanswered import Unanswered, UnansweredGroup, list_unanswered
from agents.memory.episodes.indexing import index_conversation
from agents.memory.remember import remember_conversation
from agents.models import Turn
from tenants.actors import user_actor
from tenants.context import tenant_scope
from tests.agents.conftest import Ask
from tests.agents.scripted import scripted_parts
from tests.cast import Cast, Visitor

QUESTIONS = ("Do you ship to Norway?", "Can you send my parcel to Norway?", "Is the office open on Sunday?")


@pytest.fixture
def found(cast: Cast, visitor: Visitor, ask: Ask) -> Callable[[], Unanswered]:
    """Three questions without an answer, indexed as memory has them."""
    tenant_id = cast.acme.tenant_id
    for text in QUESTIONS:
        ask(text, scripted_parts())
    with tenant_scope(tenant_id):
        Turn.objects.update(outcome="unknown")
    conversation_id = visitor.conversation_id
    remember_conversation(tenant_id=tenant_id, contact_id=visitor.contact_id, conversation_id=conversation_id)
    index_conversation(tenant_id=tenant_id, conversation_id=conversation_id)
    return lambda: list_unanswered(tenant_id=tenant_id)


def texts(groups: tuple[UnansweredGroup, ...]) -> list[set[str]]:
    return [{each.text for each in group.questions} for group in groups]


def test_those_that_mean_the_same_stand_together(found: Callable[[], Unanswered]) -> None:
    seen = found()
    assert texts(seen.groups) == [set(QUESTIONS[:2]), {QUESTIONS[2]}]
    assert (seen.total, seen.is_cut) == (3, False)


def test_one_answer_is_for_all_of_a_group_until_somebody_asks_again(
    found: Callable[[], Unanswered], cast: Cast, ask: Ask
) -> None:
    tenant_id, actor = cast.acme.tenant_id, user_actor(cast.alice.id)
    answer_id = found().groups[0].first.answer_id
    approve_answer(tenant_id=tenant_id, actor=actor, question=QUESTIONS[0], answer="We do.", message_id=answer_id)
    assert texts(found().groups) == [{QUESTIONS[2]}]


def test_without_vectors_the_same_words_stand_together() -> None:
    assert same_words(["Do you ship?", "do you  SHIP", "Sunday?"]) == [[0, 1], [2]]


def test_groups_are_merged_by_how_alike_they_are_on_the_average() -> None:
    angles = np.radians([0, 20, 40, 170])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    assert group_alike(vectors, 0.8) == [[1, 0, 2], [3]]
    assert len(group_alike(vectors, 0.99)) == 4


def test_another_company_sees_none_of_them(found: Callable[[], Unanswered], cast: Cast) -> None:
    assert list_unanswered(tenant_id=cast.other.tenant_id) == Unanswered()
    answer_id: UUID = found().groups[0].first.answer_id
    approve_answer(
        tenant_id=cast.other.tenant_id,
        actor=user_actor(cast.charlie.id),
        question="Norway?",
        answer="No.",
        message_id=answer_id,
    )
    assert found().total == 3
