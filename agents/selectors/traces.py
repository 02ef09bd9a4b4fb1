"""Reads about traces: what the waterfall shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch

from agents.errors import TraceNotFound
from agents.models import Span, Trace, Turn
from agents.selectors.judgements import JudgementView, judgement_of
from agents.tracing import names
from tenants.context import tenant_scope

LOOKED_AT = 20_000
Attribute = str | int | float | bool | None | list[dict[str, str | int | float | None]] | list[str]


@dataclass(frozen=True, slots=True)
class SpanView:
    """One bar. `start_us` and `duration_us` count from the trace's start; `depth` 0 is the root.

    `attributes` have the names of `agents.tracing.names`.
    """

    id: UUID
    parent_id: UUID | None
    sequence: int
    depth: int
    name: str
    label: str
    status: str
    start_us: int
    duration_us: int
    attributes: Mapping[str, Attribute]
    input_tokens: int
    output_tokens: int
    cost_micros: int


@dataclass(frozen=True, slots=True)
class TraceView:
    """One turn, or one task aside, seen from inside; `spans` in the order they began. Without spans in lists."""

    id: UUID
    turn_id: UUID
    conversation_id: UUID | None
    agent_id: UUID | None
    contact_id: UUID | None
    agent_version: int  # 0: the draft
    experiment_id: UUID | None
    outcome: str
    started_at: datetime
    duration_us: int
    first_token_us: int | None
    input_tokens: int
    output_tokens: int
    cost_micros: int
    currency: str
    schema_version: str = ""  # of the names in its spans
    spans: tuple[SpanView, ...] = ()
    judgement: JudgementView | None = None  # on the trace alone, not in lists


def _trace_view(row: Trace, spans: tuple[SpanView, ...] = ()) -> TraceView:
    return TraceView(
        id=row.id,
        turn_id=row.turn_id,
        conversation_id=row.conversation_id,
        agent_id=row.agent_id,
        contact_id=row.contact_id,
        agent_version=row.agent_version,
        experiment_id=row.experiment_id,
        outcome=row.outcome,
        started_at=row.started_at,
        duration_us=row.duration_us,
        first_token_us=row.first_token_us,
        input_tokens=row.input_tokens,
        output_tokens=row.output_tokens,
        cost_micros=row.cost_micros,
        currency=row.currency,
        schema_version=row.schema_version,
        spans=spans,
    )


def _span_views(rows: list[Span]) -> tuple[SpanView, ...]:
    depths: dict[UUID, int] = {}
    views = []
    for row in rows:
        depths[row.id] = depths.get(row.parent_id, -1) + 1 if row.parent_id else 0
        views.append(_span_view(row, depths[row.id]))
    return tuple(views)


def _span_view(row: Span, depth: int) -> SpanView:
    return SpanView(
        id=row.id,
        parent_id=row.parent_id,
        sequence=row.sequence,
        depth=depth,
        name=row.name,
        label=str(row.attributes.get(names.LABEL) or row.name),
        status=row.status,
        start_us=row.start_us,
        duration_us=row.duration_us,
        attributes=row.attributes,
        input_tokens=row.input_tokens,
        output_tokens=row.output_tokens,
        cost_micros=row.cost_micros,
    )


def without_content(trace: TraceView) -> TraceView:
    """Without what people wrote, what tools were given and gave back, and what is remembered: that is for those who may
    read conversations."""
    hidden = {name for name, kind in names.CONTENT.items() if kind != "documents"}
    spans = (
        replace(span, attributes={name: value for name, value in span.attributes.items() if name not in hidden})
        for span in trace.spans
    )
    judgement = replace(trace.judgement, reason="") if trace.judgement else None
    return replace(trace, spans=tuple(spans), judgement=judgement)


def get_trace(*, tenant_id: UUID, trace_id: UUID) -> TraceView:
    """With its spans. Raises TraceNotFound."""
    return _get(tenant_id, id=trace_id)


def get_trace_of_turn(*, tenant_id: UUID, turn_id: UUID) -> TraceView:
    """With its spans. Raises TraceNotFound while the turn has none."""
    return _get(tenant_id, turn_id=turn_id)


def get_traces_of_turns(*, turn_ids: Sequence[UUID]) -> list[TraceView]:
    """With their spans, in the open scope; a turn that has none is left out."""
    rows = Trace.objects.filter(turn_id__in=list(turn_ids)).prefetch_related(
        Prefetch("spans", queryset=Span.objects.order_by("sequence"))
    )
    return [_trace_view(row, _span_views(list(row.spans.all()))) for row in rows]


def _get(tenant_id: UUID, **by: UUID) -> TraceView:
    with tenant_scope(tenant_id):
        row = Trace.objects.filter(**by).first()
        if row is None:
            raise TraceNotFound("There is no such trace. An answer has one as soon as it is complete.")
        found = _trace_view(row, _span_views(list(row.spans.order_by("sequence"))))
        return replace(found, judgement=judgement_of(row.turn_id))


@dataclass(frozen=True, slots=True)
class WhichTraces:
    """What every trace of a list has; None, "" and 0 ask for nothing. `since` is included, `until` is not."""

    agent_id: UUID | None = None
    conversation_id: UUID | None = None
    contact_id: UUID | None = None
    outcome: str = ""
    since: datetime | None = None
    until: datetime | None = None
    min_duration_us: int = 0
    min_cost_micros: int = 0

    @property
    def lookups(self) -> dict[str, object]:
        names = {
            "since": "started_at__gte",
            "until": "started_at__lt",
            "min_duration_us": "duration_us__gte",
            "min_cost_micros": "cost_micros__gte",
        }
        given = {each.name: getattr(self, each.name) for each in fields(self)}
        return {names.get(name, name): value for name, value in given.items() if value}


def list_traces(
    *, tenant_id: UUID, limit: int = 50, before: UUID | None = None, which: WhichTraces | None = None
) -> list[TraceView]:
    """Newest first, without spans; `before` is the last id of the previous page."""
    with tenant_scope(tenant_id):
        rows = Trace.objects.filter(**(which.lookups if which else {})).order_by("-id")
        rows = rows.filter(id__lt=before) if before else rows
        return [_trace_view(row) for row in rows[:limit]]


@dataclass(frozen=True, slots=True)
class FoundTraces:
    """`further`: before which trace others were not looked at, where a page is not full."""

    rows: list[TraceView]
    further: UUID | None


def find_traces(
    *,
    tenant_id: UUID,
    which: WhichTraces,
    limit: int = 50,
    before: UUID | None = None,
    looked_at: int | None = None,
) -> FoundTraces:
    """As `list_traces`, among the next `looked_at` alone: what is rare would be looked for among all."""
    looked_at = looked_at or LOOKED_AT
    with tenant_scope(tenant_id):
        rows = Trace.objects.order_by("-id")
        rows = rows.filter(id__lt=before) if before else rows
        edge = rows.values_list("id", flat=True)[looked_at - 1 : looked_at].first() if which.lookups else None
        rows = rows.filter(id__gte=edge) if edge else rows
        found = [_trace_view(row) for row in rows.filter(**which.lookups)[:limit]]
    return FoundTraces(found, edge if len(found) < limit else None)


def questions_of(*, tenant_id: UUID, turn_ids: Sequence[UUID]) -> dict[UUID, str]:
    """What each of these turns was asked; a task aside was asked nothing."""
    with tenant_scope(tenant_id):
        return dict(Turn.objects.filter(id__in=list(turn_ids)).values_list("id", "question__text"))
