"""Writing a recorded trace: once, inside the transaction that ends its turn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agents.models import Span, Trace
from agents.tracing import names
from agents.tracing.recorder import OpenSpan, TraceRecorder


@dataclass(frozen=True, slots=True)
class TraceSubject:
    """Whose trace it is. Of a task that is no turn `turn_id` is the task's own, and the others may be None."""

    turn_id: UUID
    conversation_id: UUID | None
    agent_id: UUID | None
    agent_version: int
    contact_id: UUID | None
    experiment_id: UUID | None = None


def write_trace(
    recorder: TraceRecorder, subject: TraceSubject, *, outcome: str, started_at: datetime, is_first: bool = False
) -> UUID:
    """Write the trace and its spans in the open scope, in place of an earlier attempt's, and return the trace's id. An
    earlier attempt's calls that cost something stay in it: the sum of spans is what was paid. `is_first`: there was no
    earlier one."""
    earlier = [] if is_first else _take_back(subject.turn_id)
    spans = recorder.spans
    trace = Trace.objects.create(
        id=recorder.id,
        turn_id=subject.turn_id,
        schema_version=names.SCHEMA_VERSION,
        conversation_id=subject.conversation_id,
        agent_id=subject.agent_id,
        agent_version=subject.agent_version,
        contact_id=subject.contact_id,
        experiment_id=subject.experiment_id,
        outcome=outcome,
        started_at=started_at,
        duration_us=recorder.elapsed_us(),
        first_token_us=recorder.first_token_us,
        input_tokens=sum(span.tokens.total_input for span in spans) + sum(span.input_tokens for span in earlier),
        output_tokens=sum(span.tokens.total_output for span in spans) + sum(span.output_tokens for span in earlier),
        cost_micros=sum(span.cost_micros for span in spans) + sum(span.cost_micros for span in earlier),
        currency=next((span.currency for span in spans if span.cost_micros), "USD"),
    )
    Span.objects.bulk_create([*_rows(trace, recorder), *_kept(trace, spans, earlier)])
    return trace.id


def _take_back(turn_id: UUID) -> list[Span]:
    """The turn's trace so far; returns its calls that cost something."""
    earlier = list(Span.objects.filter(trace__turn_id=turn_id, cost_micros__gt=0).order_by("sequence"))
    Trace.objects.filter(turn_id=turn_id).delete()
    return earlier


def add_late_calls(recorder: TraceRecorder, turn_id: UUID) -> bool:
    """In the open scope: what an attempt cost that another one has overtaken joins the turn's trace, which is written
    already. False when there is nothing to join, or nothing to join it to."""
    trace = Trace.objects.select_for_update().filter(turn_id=turn_id).first()
    costly = [row for row in _rows(trace, recorder) if row.cost_micros] if trace else []
    if trace is None or not costly:
        return False
    root, *_ = there = list(trace.spans.order_by("sequence"))
    for place, row in enumerate(costly, start=there[-1].sequence + 1):
        row.sequence, row.parent_id, row.start_us = place, root.id, 0
        row.attributes = {**row.attributes, names.IS_EARLIER: True}
    trace.cost_micros += sum(row.cost_micros for row in costly)
    trace.input_tokens += sum(row.input_tokens for row in costly)
    trace.output_tokens += sum(row.output_tokens for row in costly)
    trace.save(update_fields=["cost_micros", "input_tokens", "output_tokens"])
    Span.objects.bulk_create(costly)
    return True


def _kept(trace: Trace, spans: Sequence[OpenSpan], earlier: Sequence[Span]) -> Iterator[Span]:
    """Under the root, after this attempt's own, at its beginning: before it there was no clock."""
    for place, span in enumerate(earlier, start=len(spans) + 1):
        span.trace, span.sequence, span.start_us = trace, place, 0
        span.parent_id = spans[0].id if spans else None
        span.attributes = {**span.attributes, names.IS_EARLIER: True}
        yield span


def _rows(trace: Trace, recorder: TraceRecorder) -> list[Span]:
    return [
        Span(
            id=span.id,
            trace=trace,
            parent_id=span.parent_id,
            sequence=span.sequence,
            name=span.name,
            status=span.status,
            start_us=span.start_us,
            duration_us=span.duration_us,
            attributes=recorder.kept(span.attributes),
            input_tokens=span.tokens.total_input,
            output_tokens=span.tokens.total_output,
            cost_micros=span.cost_micros,
        )
        for span in recorder.spans
    ]
