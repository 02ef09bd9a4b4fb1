"""Reads about experiments: what became of each version's answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Avg, Count, Q, QuerySet, StdDev, Sum

from agents.errors import AgentNotFound, ExperimentNotFound
from agents.experiments.arms import Arm
from agents.experiments.intervals import mean_interval, median_places, wilson
from agents.models import Agent, Experiment, Feedback, Rater, Span, Trace, Turn
from agents.selectors.judgements import AverageView, average_of_experiment
from agents.tracing import names
from tenants.context import tenant_scope

NO_QUESTIONS = ("small_talk", "tool_calls")  # outcomes of turns that asked nothing of the documents
COUNTED = {"answered": ("answered", "length"), "unknown": ("unknown",), "handed_off": ("handed_off",)}


@dataclass(frozen=True, slots=True)
class Share:
    """`low` and `high`: Wilson's interval at 95 per cent. Several questions of one contact count as independent."""

    count: int
    share: float
    low: float
    high: float
    whole: int = 0

    @property
    def low_percent(self) -> str:
        return f"{self.low * 100:.2f}"

    @property
    def width_percent(self) -> str:
        return f"{(self.high - self.low) * 100:.2f}"

    @property
    def point_percent(self) -> str:
        return f"{min(self.share * 100, 98.6):.2f}"

    @classmethod
    def of(cls, count: int, whole: int) -> "Share":
        return cls(count, count / whole if whole else 0.0, *wilson(count, whole), whole)


@dataclass(frozen=True, slots=True)
class Middle:
    """A mean or a median, and where it is with 95 per cent certainty; None of nothing."""

    value: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class ArmView:
    """`questions`: turns that were more than small talk; `grounded`: of the answers that were checked; `liked`: of
    those that contacts said a word about. Costs are micro-units, times are microseconds."""

    version: int
    percent: int
    contacts: int
    conversations: int
    questions: int
    answered: Share
    unknown: Share
    handed_off: Share
    grounded: Share
    liked: Share
    cost_micros: int
    currency: str
    cost_per_question: Middle | None
    median: Middle | None
    p95_us: int | None
    judged: AverageView | None

    @property
    def cost_per_question_micros(self) -> int | None:
        return self.cost_per_question.value if self.cost_per_question else None

    @property
    def median_us(self) -> int | None:
        return self.median.value if self.median else None


@dataclass(frozen=True, slots=True)
class ExperimentView:
    """`arms` are empty in a list."""

    id: UUID
    agent_id: UUID
    name: str
    split: tuple[Arm, ...]
    started_at: datetime
    stopped_at: datetime | None
    arms: tuple[ArmView, ...] = ()

    @property
    def is_judged(self) -> bool:
        return any(arm.judged for arm in self.arms)

    @property
    def is_running(self) -> bool:
        return self.stopped_at is None


def list_experiments(
    *, tenant_id: UUID, agent_id: UUID, limit: int | None = None, before: UUID | None = None
) -> list[ExperimentView]:
    """Newest first, without figures; `before` is the last id of the previous page. Raises AgentNotFound."""
    with tenant_scope(tenant_id):
        if not Agent.objects.filter(id=agent_id).exists():
            raise AgentNotFound("There is no such agent.")
        rows = Experiment.objects.filter(agent_id=agent_id).order_by("-id")
        rows = rows.filter(id__lt=before) if before else rows
        return [_view(row, ()) for row in rows[:limit]]


def get_experiment(*, tenant_id: UUID, experiment_id: UUID, agent_id: UUID | None = None) -> ExperimentView:
    """With its figures; only if it is this agent's, where one is given. Raises ExperimentNotFound."""
    with tenant_scope(tenant_id):
        which = {"agent_id": agent_id} if agent_id else {}
        row = Experiment.objects.filter(id=experiment_id, **which).first()
        if row is None:
            raise ExperimentNotFound("There is no such experiment.")
        return _view(row, [_arm_view(row, Arm.from_json(each)) for each in row.arms])


def _view(row: Experiment, arms: Iterable[ArmView]) -> ExperimentView:
    split = tuple(Arm.from_json(each) for each in row.arms)
    return ExperimentView(row.id, row.agent_id, row.name, split, row.started_at, row.stopped_at, tuple(arms))


def _arm_view(row: Experiment, arm: Arm) -> ArmView:
    traces = Trace.objects.filter(experiment_id=row.id, agent_version=arm.version)
    asked = traces.exclude(outcome__in=NO_QUESTIONS)
    counts = {name: Count("id", filter=Q(outcome__in=outcomes)) for name, outcomes in COUNTED.items()}
    spread = {"mean": Avg("cost_micros"), "deviation": StdDev("cost_micros", sample=True)}
    found = asked.aggregate(questions=Count("id"), **counts, **spread)
    whole = traces.aggregate(
        contacts=Count("contact_id", distinct=True),
        conversations=Count("conversation_id", distinct=True),
        cost=Sum("cost_micros"),
    )
    return ArmView(
        version=arm.version,
        percent=arm.percent,
        contacts=whole["contacts"],
        conversations=whole["conversations"],
        questions=found["questions"],
        answered=Share.of(found["answered"], found["questions"]),
        unknown=Share.of(found["unknown"], found["questions"]),
        handed_off=Share.of(found["handed_off"], found["questions"]),
        grounded=_grounded(traces),
        liked=_liked(traces),
        cost_micros=whole["cost"] or 0,
        currency=traces.values_list("currency", flat=True).first() or "USD",
        cost_per_question=_mean(found["mean"], found["deviation"], found["questions"]),
        median=_median(asked, found["questions"]),
        p95_us=_percentile(asked, found["questions"], 95),
        judged=average_of_experiment(row.id, arm.version),
    )


def _grounded(traces: "QuerySet[Trace]") -> Share:
    """An attempt that failed before the one that answered does not count beside it: a turn has one trace."""
    checks = Span.objects.filter(trace__in=traces.values("id"), name=names.GROUNDING)
    grounded = Q(**{f"attributes__{names.EVALUATION_LABEL}": "grounded"})
    found = checks.aggregate(
        whole=Count("trace", distinct=True), grounded=Count("trace", distinct=True, filter=grounded)
    )
    return Share.of(found["grounded"], found["whole"])


def _liked(traces: "QuerySet[Trace]") -> Share:
    """What contacts said; colleagues look at what is bad."""
    answers = Turn.objects.filter(id__in=traces.values("turn_id")).exclude(answer=None).values("answer_id")
    said = Feedback.objects.filter(message_id__in=answers, rater=Rater.CONTACT)
    found = said.aggregate(whole=Count("id"), good=Count("id", filter=Q(is_good=True)))
    return Share.of(found["good"], found["whole"])


def _mean(mean: float | None, deviation: float | None, count: int) -> Middle | None:
    if mean is None:
        return None
    low, high = mean_interval(mean, deviation or 0.0, count)
    return Middle(round(mean), round(low), round(high))


def _median(traces: "QuerySet[Trace]", count: int) -> Middle | None:
    value = _percentile(traces, count, 50)
    if value is None:
        return None
    ordered = traces.order_by("duration_us").values_list("duration_us", flat=True)
    low, high = (ordered[place] for place in median_places(count))
    return Middle(value, low, high)


def _percentile(traces: "QuerySet[Trace]", count: int, per_cent: int) -> int | None:
    """The nearest rank; None of nothing."""
    if not count:
        return None
    place = max(0, -(-count * per_cent // 100) - 1)
    return traces.order_by("duration_us").values_list("duration_us", flat=True)[place]
