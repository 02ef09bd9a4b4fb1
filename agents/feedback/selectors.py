"""Reads about feedback: one by one with what was asked and answered, and counted for pictures."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate
from django.utils import timezone

from agents.errors import FeedbackNotFound, MessageNotFound
from agents.models import Feedback, Message, MessageRole, Turn
from agents.selectors.conversations import CitationView
from tenants.context import tenant_scope

_COUNTS = {"good": Count("id", filter=Q(is_good=True)), "bad": Count("id", filter=Q(is_good=False))}


@dataclass(frozen=True, slots=True)
class FeedbackView:
    """`rater`: "contact" or "staff"; `document_id`: the approved answer that was made of it."""

    id: UUID
    conversation_id: UUID
    message_id: UUID
    agent_id: UUID
    agent_version: int | None
    rater: str
    rater_id: UUID
    is_good: bool
    reason: str
    comment: str
    correction: str
    question: str
    answer: str
    citations: tuple[CitationView, ...]
    document_id: UUID | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class RatedAnswer:
    """An answer with all that was said of it, latest first. `is_unknown`: it says that nobody knows."""

    message_id: UUID
    conversation_id: UUID
    trace_id: UUID | None
    question: str
    answer: str
    citations: tuple[CitationView, ...]
    feedback: tuple[FeedbackView, ...]
    is_unknown: bool = False

    @property
    def plain_answer(self) -> str:
        """Without the marks of its sources."""
        return re.sub(r"\s*\[\d+\]", "", self.answer)

    def of(self, rater_id: UUID) -> FeedbackView | None:
        return next((each for each in self.feedback if each.rater_id == rater_id), None)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many answers were called good and bad."""

    good: int
    bad: int

    @property
    def share(self) -> float:
        """Of good ones, 0…1; 0 of none."""
        return self.good / (self.good + self.bad) if self.good + self.bad else 0.0


@dataclass(frozen=True, slots=True)
class Summary:
    """`days`: each day of the period, oldest first; `versions` by agent and version; `reasons` of bad ones."""

    total: Tally
    days: tuple[tuple[date, Tally], ...]
    versions: tuple[tuple[UUID, int | None, Tally], ...]
    reasons: tuple[tuple[str, int], ...]


def list_feedback(
    *,
    tenant_id: UUID,
    limit: int = 50,
    before: UUID | None = None,
    is_good: bool | None = None,
    agent_id: UUID | None = None,
    rater: str = "",
    has_correction: bool = False,
) -> list[FeedbackView]:
    """Latest first; `before` is the last id of the previous page."""
    with tenant_scope(tenant_id):
        rows = _rows()
        rows = rows if is_good is None else rows.filter(is_good=is_good)
        rows = rows.filter(agent_id=agent_id) if agent_id else rows
        rows = rows.filter(rater=rater) if rater else rows
        rows = rows.exclude(correction="") if has_correction else rows
        rows = rows.filter(id__lt=before) if before else rows
        return [_view(row) for row in rows.order_by("-id")[:limit]]


def get_feedback(*, tenant_id: UUID, feedback_id: UUID) -> FeedbackView:
    """Raises FeedbackNotFound."""
    with tenant_scope(tenant_id):
        row = _rows().filter(id=feedback_id).first()
        if row is None:
            raise FeedbackNotFound("There is no such feedback; it may have been taken back.")
        return _view(row)


def get_rated_answer(*, tenant_id: UUID, message_id: UUID) -> RatedAnswer:
    """An agent's answer, rated or not. Raises MessageNotFound."""
    with tenant_scope(tenant_id):
        message = Message.objects.filter(id=message_id, role=MessageRole.AGENT).first()
        if message is None:
            raise MessageNotFound("There is no such answer.")
        turn = Turn.objects.select_related("question").filter(answer_id=message_id).first()
        said = tuple(_view(row) for row in _rows().filter(message_id=message_id).order_by("-updated_at"))
        return RatedAnswer(
            message.id,
            message.conversation_id,
            turn.trace_id if turn else None,
            turn.question.text if turn else "",
            message.text,
            tuple(CitationView.from_stored(each) for each in message.citations),
            said,
            turn is not None and turn.outcome == "unknown",
        )


def ratings_by(*, tenant_id: UUID, conversation_id: UUID, rater_id: UUID) -> dict[UUID, bool]:
    """Of which answers of a conversation somebody said that they are good, or bad: by message."""
    with tenant_scope(tenant_id):
        rows = Feedback.objects.filter(conversation_id=conversation_id, rater_id=rater_id)
        return dict(rows.values_list("message_id", "is_good"))


def summarize_feedback(*, tenant_id: UUID, days: int = 30) -> Summary:
    """Of the last `days` days, in the active time zone."""
    today = timezone.localdate()
    first = today - timedelta(days=days - 1)
    with tenant_scope(tenant_id):
        rows = Feedback.objects.filter(updated_at__gte=timezone.now() - timedelta(days=days))
        dated = rows.annotate(day=TruncDate("updated_at")).values_list("day").annotate(**_COUNTS)
        by_day = {day: Tally(good, bad) for day, good, bad in dated}
        versions = tuple(
            (agent_id, version, Tally(good, bad))
            for agent_id, version, good, bad in rows.values_list("agent_id", "agent_version")
            .annotate(**_COUNTS)
            .order_by("agent_id", "agent_version")
        )
        reasons = rows.filter(is_good=False).exclude(reason="").values_list("reason").annotate(count=Count("id"))
        counted = tuple(sorted(reasons, key=lambda each: (-each[1], each[0])))
    every = tuple((day, by_day.get(day, Tally(0, 0))) for day in (first + timedelta(days=n) for n in range(days)))
    total = Tally(sum(each.good for _, _, each in versions), sum(each.bad for _, _, each in versions))
    return Summary(total, every, versions, counted)


def _rows() -> QuerySet[Feedback]:
    question = Turn.objects.filter(answer_id=OuterRef("message_id")).values("question__text")[:1]
    return Feedback.objects.select_related("message").annotate(question=Subquery(question))


def _view(row: Feedback) -> FeedbackView:
    return FeedbackView(
        row.id,
        row.conversation_id,
        row.message_id,
        row.agent_id,
        row.agent_version,
        row.rater,
        row.rater_id,
        row.is_good,
        row.reason,
        row.comment,
        row.correction,
        getattr(row, "question", "") or "",
        row.message.text,
        tuple(CitationView.from_stored(each) for each in row.message.citations),
        row.document_id,
        row.created_at,
        row.updated_at,
    )
