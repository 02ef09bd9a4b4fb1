"""Writing a recorded trace: once, inside the transaction that ends its turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agents.models import Span, Trace
from agents.tracing.recorder import OpenSpan, TraceRecorder, total_input, total_output


@dataclass(frozen=True, slots=True)
class TraceSubject:
    """Whose trace it is."""

    turn_id: UUID
    conversation_id: UUID
    agent_id: UUID
    agent_version: int
    contact_id: UUID


def write_trace(recorder: TraceRecorder, subject: TraceSubject, *, outcome: str, started_at: datetime) -> UUID:
    """Write the trace and its spans in the open scope, in place of an earlier attempt's. Returns the trace's id."""
    Trace.objects.filter(turn_id=subject.turn_id).delete()
    spans = recorder.spans
    trace = Trace.objects.create(
        id=recorder.id,
        turn_id=subject.turn_id,
        conversation_id=subject.conversation_id,
        agent_id=subject.agent_id,
        agent_version=subject.agent_version,
        contact_id=subject.contact_id,
        outcome=outcome,
        started_at=started_at,
        duration_us=recorder.elapsed_us(),
        first_token_us=recorder.first_token_us,
        input_tokens=sum(total_input(span.tokens) for span in spans),
        output_tokens=sum(total_output(span.tokens) for span in spans),
        cost_micros=sum(span.cost_micros for span in spans),
        currency=next((span.currency for span in spans if span.cost_micros), "USD"),
    )
    Span.objects.bulk_create(_rows(trace, spans))
    return trace.id


def _rows(trace: Trace, spans: Sequence[OpenSpan]) -> list[Span]:
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
            attributes=span.attributes,
            input_tokens=total_input(span.tokens),
            output_tokens=total_output(span.tokens),
            cost_micros=span.cost_micros,
        )
        for span in spans
    ]
