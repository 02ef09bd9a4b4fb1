"""Questions that nobody could answer, those that mean the same together, so that one answer is written for all.

Nothing is embedded for it: what was said has its vectors already, for memory. A question that has none yet stands with
those that are the same word by word.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np
from django.utils import timezone

from agents.feedback.grouping import Floats, group_alike, same_words
from agents.memory.episodes.segments import Segment, unpack
from agents.models import EpisodeSegment, Turn
from tenants.context import tenant_scope

MOST_QUESTIONS = 300  # the latest


@dataclass(frozen=True, slots=True)
class UnansweredQuestion:
    """`answer_id`: the message that said that nobody knows; `approved_at`: since when an answer was approved for it."""

    message_id: UUID
    answer_id: UUID
    conversation_id: UUID
    sequence: int
    text: str
    asked_at: datetime
    approved_at: datetime | None


@dataclass(frozen=True, slots=True)
class UnansweredGroup:
    """The most typical question first."""

    questions: tuple[UnansweredQuestion, ...]

    @property
    def first(self) -> UnansweredQuestion:
        return self.questions[0]

    @property
    def last_asked_at(self) -> datetime:
        return max(each.asked_at for each in self.questions)


@dataclass(frozen=True, slots=True)
class Unanswered:
    """The largest group first. `total`: questions in all of them; `is_cut`: there are older ones in the period."""

    groups: tuple[UnansweredGroup, ...] = ()
    total: int = 0
    is_cut: bool = False


def list_unanswered(*, tenant_id: UUID, days: int = 30) -> Unanswered:
    """Of the last `days` days. Once an answer is approved for one question of a group, only those that were asked
    after that are left. Test chats are left out."""
    since = timezone.now() - timedelta(days=days)
    with tenant_scope(tenant_id):
        questions = _questions(since)
        is_cut = len(questions) > MOST_QUESTIONS
        questions = questions[:MOST_QUESTIONS]
        vectors = _vectors(questions)
    groups = [left for each in _grouped(questions, vectors) if (left := _open(each))]
    groups.sort(key=_weight, reverse=True)
    return Unanswered(tuple(groups), sum(len(each.questions) for each in groups), is_cut)


def _weight(group: UnansweredGroup) -> tuple[int, datetime]:
    return len(group.questions), group.last_asked_at


def _questions(since: datetime) -> list[UnansweredQuestion]:
    rows = Turn.objects.filter(outcome="unknown", created_at__gte=since, is_suggestion=False, answer__isnull=False)
    rows = rows.exclude(conversation__channel="test").order_by("-created_at")
    fields = ("question_id", "answer_id", "conversation_id", "question__sequence", "question__text", "created_at")
    return [UnansweredQuestion(*row) for row in rows.values_list(*fields, "approved_at")[: MOST_QUESTIONS + 1]]


def _vectors(questions: Sequence[UnansweredQuestion]) -> Mapping[UUID, Floats]:
    """By message, of those that are indexed with the model that most of them are indexed with."""
    places = {(each.conversation_id, each.sequence): each.message_id for each in questions}
    rows = EpisodeSegment.objects.filter(conversation_id__in={where for where, _ in places})
    models: dict[str, dict[UUID, Floats]] = {}
    for conversation_id, model, content in rows.values_list("conversation_id", "model", "content"):
        found = models.setdefault(model, {})
        for sequence, vector in _meanings(unpack(bytes(content))):
            if message_id := places.get((conversation_id, sequence)):
                found[message_id] = vector
    return max(models.values(), key=len, default={})


def _meanings(segment: Segment) -> Iterator[tuple[int, Floats]]:
    """Of each turn that has vectors the mean of its sentences'."""
    numbers, factors = segment.meanings.numbers, segment.meanings.factors
    for turn in np.unique(segment.meaning_turns):
        rows = segment.meaning_turns == turn
        vector = (numbers[rows] * factors[rows, None]).mean(axis=0)
        yield int(segment.sequences[turn]), (vector / max(float(np.linalg.norm(vector)), 1e-9)).astype(np.float32)


def _grouped(
    questions: Sequence[UnansweredQuestion], vectors: Mapping[UUID, Floats]
) -> Iterator[list[UnansweredQuestion]]:
    known = [each for each in questions if each.message_id in vectors]
    others = [each for each in questions if each.message_id not in vectors]
    if known:
        stacked = np.stack([vectors[each.message_id] for each in known])
        yield from ([known[row] for row in rows] for rows in group_alike(stacked))
    yield from ([others[row] for row in rows] for rows in same_words([each.text for each in others]))


def _open(questions: Sequence[UnansweredQuestion]) -> UnansweredGroup | None:
    answered_at = max((each.approved_at for each in questions if each.approved_at), default=None)
    left = tuple(each for each in questions if answered_at is None or each.asked_at > answered_at)
    return UnansweredGroup(left) if left else None
